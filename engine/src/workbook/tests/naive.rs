//! A naive evaluator: one cell at a time over plain maps, on demand, with a stack. It knows no regions, tiles, ranks and
//! nothing of what was computed before.
//!
//! From the engine it takes what users entered, how sheets are laid out, over which cells arrays lie and which cells are
//! listed as circular; from the library the parser and the evaluation of one formula.

use std::cell::Cell as Slot;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use super::random_book::{Content, cells, revision};
use crate::formula::{self, Mode, Notation, ParseOptions, Template, parse};
use crate::functions::{Cells, Hidden, Operand, Reference, Visitor};
use crate::limits;
use crate::plan::{self, DefinedName, Outcome, TableShape};
use crate::reference::a1::print_cell;
use crate::reference::{Area, Axis, Cell, IdentityAxis, Rect, SheetId};
use crate::value::{Array, CellError, Value, fold};
use crate::workbook::{Snapshot, Workbook};

type Place = (SheetId, Cell);

/// What is known of a cell.
enum State {
    Known(Value),
    /// The formula in this cell must be computed first.
    Waits(Cell),
}

struct Formula {
    text: String,
    /// The cells of an array formula over a fixed range.
    fixed: Option<Rect>,
}

struct Naive {
    snapshot: Snapshot,
    names: BTreeMap<(String, Option<SheetId>), Arc<Template>>,
    tables: Vec<TableShape>,
    states: BTreeMap<Place, State>,
    formulas: BTreeMap<Place, Formula>,
    /// The cell that interrupted an evaluation.
    wanted: Slot<Option<Place>>,
    faults: Vec<String>,
}

/// What the engine shows otherwise than the naive evaluator, a line each.
pub(super) fn faults(book: &Workbook) -> Vec<String> {
    let mut naive = Naive::of(book);
    naive.compute();
    let snapshot = book.snapshot();
    let mut faults = std::mem::take(&mut naive.faults);
    for ((sheet, cell), (shown, content)) in cells(book) {
        let own = match naive.states.get(&(sheet, cell)) {
            Some(State::Known(value)) => value.clone(),
            _ => Value::Blank,
        };
        if own != shown {
            let at = print_cell(cell);
            let text = snapshot.formula_at(sheet, cell);
            faults.push(format!(
                "sheet {} {at} shows {shown:?}, naive {own:?}: {text:?} {content:?}",
                sheet.0
            ));
        }
    }
    faults
}

impl Naive {
    fn of(book: &Workbook) -> Naive {
        let (of, snapshot) = (revision(book), book.snapshot());
        let tables = snapshot.tables();
        let tables = tables.map(|table| snapshot.view().shape(table).unwrap());
        let mut naive = Naive {
            tables: tables.collect(),
            names: BTreeMap::new(),
            states: BTreeMap::new(),
            formulas: BTreeMap::new(),
            wanted: Slot::new(None),
            faults: Vec::new(),
            snapshot: snapshot.clone(),
        };
        let mut arrays = Vec::new();
        for ((sheet, cell), (value, content)) in cells(book) {
            let fixed = match &content {
                Content::Array(rect, _) => Some(*rect),
                _ => None,
            };
            let is_circular = of.circular.contains(&(sheet, cell));
            let zero = || State::Known(Value::Number(0.0));
            let state = match content {
                Content::Constant => State::Known(value),
                Content::Formula(_) if is_circular => zero(),
                Content::Array(rect, _) if is_circular => {
                    let filled = cells_of(rect).map(|cell| ((sheet, cell), zero()));
                    naive.states.extend(filled);
                    continue;
                }
                Content::Formula(text) | Content::Array(_, text) => {
                    naive
                        .formulas
                        .insert((sheet, cell), Formula { text, fixed });
                    arrays.extend(
                        snapshot
                            .entered_array(sheet, cell)
                            .map(|e| (sheet, cell, e)),
                    );
                    State::Waits(cell)
                }
                Content::Part => continue,
            };
            naive.states.insert((sheet, cell), state);
        }
        for (sheet, anchor, extent) in arrays {
            for cell in cells_of(extent.rect) {
                naive.states.insert((sheet, cell), State::Waits(anchor));
            }
        }
        for named in snapshot.names() {
            let first = snapshot.sheets().next().unwrap().id;
            let here = named.scope.unwrap_or(first);
            let text = snapshot.name_text(named);
            let template = naive.template(&text, here, Cell::new(0, 0), Mode::Dynamic);
            let key = (fold(&named.name).into_owned(), named.scope);
            naive.names.insert(key, Arc::new(template));
        }
        naive
    }

    fn template(&self, text: &str, sheet: SheetId, cell: Cell, mode: Mode) -> Template {
        let ast =
            parse(text, &ParseOptions::default()).unwrap_or_else(|error| panic!("{text}: {error}"));
        Template::from_ast(&ast, cell, sheet, mode, self)
    }

    fn compute(&mut self) {
        let places: Vec<Place> = self.formulas.keys().copied().collect();
        for place in places {
            let mut stack = vec![place];
            while let Some(place) = stack.last().copied() {
                if !matches!(self.states.get(&place), Some(State::Waits(_))) {
                    stack.pop();
                    continue;
                }
                self.wanted.set(None);
                let outcome = self.evaluate(place);
                match self.wanted.get() {
                    None => self.store(place, outcome),
                    Some(next) if !stack.contains(&next) => stack.push(next),
                    Some(next) => {
                        let circle = stack.iter().skip_while(|on| **on != next);
                        let circle: Vec<Place> = circle.copied().collect();
                        self.faults.push(format!("{circle:?} is a circle"));
                        self.store(next, Outcome::Value(Value::Number(0.0)));
                    }
                }
            }
        }
    }

    fn evaluate(&self, (sheet, cell): Place) -> Outcome {
        let formula = &self.formulas[&(sheet, cell)];
        let mode = match formula.fixed {
            Some(_) => Mode::Array,
            None => Mode::Dynamic,
        };
        let template = self.template(&formula.text, sheet, cell, mode);
        let plan = plan::bind_at(&template, sheet, cell, self);
        if plan.unsupported.is_some() {
            return Outcome::Value(self.snapshot.value_at(sheet, cell));
        }
        let settings = self.snapshot.revision.recalc_settings();
        let context = settings.context(self, (sheet, cell), mode);
        plan::outcome(plan::evaluate(&plan, &context), &context)
    }

    fn store(&mut self, (sheet, cell): Place, outcome: Outcome) {
        let fixed = self.formulas.get(&(sheet, cell)).and_then(|f| f.fixed);
        let array = match outcome {
            Outcome::Value(value) => Array::new(1, 1, vec![value]).unwrap().into(),
            Outcome::Array(array) => array,
        };
        let extent = self.snapshot.entered_array(sheet, cell);
        let size = (array.rows(), array.columns());
        let rect = match fixed {
            Some(rect) => rect,
            None => match extent {
                Some(extent) if (extent.rect.rows(), extent.rect.columns()) == size => extent.rect,
                None if size == (1, 1) => Rect::cell(cell),
                None => {
                    self.check_blocked(sheet, cell, size);
                    let spill = State::Known(Value::Error(CellError::Spill));
                    self.states.insert((sheet, cell), spill);
                    return;
                }
                Some(extent) => {
                    let at = print_cell(cell);
                    self.faults
                        .push(format!("{at} lies over {:?}, naive {size:?}", extent.rect));
                    Rect::cell(cell)
                }
            },
        };
        for at in cells_of(rect) {
            let value = match array.broadcast(at.row - rect.top, at.column - rect.left) {
                Some(Value::Blank) if size != (1, 1) || fixed.is_some() => Value::Number(0.0),
                Some(value) => value.clone(),
                None => Value::Error(CellError::Na),
            };
            self.states.insert((sheet, at), State::Known(value));
        }
    }

    /// That an array that did not spill could not.
    fn check_blocked(&mut self, sheet: SheetId, cell: Cell, (rows, columns): (u32, u32)) {
        let (bottom, right) = (cell.row + rows - 1, cell.column + columns - 1);
        let rect = Rect::new(cell, Cell::new(bottom, right));
        let is_merged = self.snapshot.merges(sheet).iter();
        let blocked = bottom >= limits::ROWS
            || right >= limits::COLUMNS
            || { is_merged }.any(|merge| merge.intersection(&rect).is_some())
            || self
                .tables
                .iter()
                .any(|table| table.sheet == sheet && table.area.intersection(&rect).is_some())
            || self
                .within(&Area::new(sheet, rect))
                .any(|(at, _)| at != cell);
        if !blocked {
            let at = print_cell(cell);
            self.faults.push(format!("{at} could spill over {rect:?}"));
        }
    }

    fn within<'s>(&'s self, area: &Area) -> impl Iterator<Item = (Cell, &'s State)> + 's {
        let (sheet, rect) = (area.sheet, area.rect);
        let first = (sheet, rect.top_left());
        let last = (sheet, Cell::new(rect.bottom, rect.right));
        let range = self.states.range(first..=last);
        range
            .map(|((_, cell), state)| (*cell, state))
            .filter(move |(cell, state)| {
                let blank = matches!(state, State::Known(Value::Blank));
                rect.contains(*cell) && !blank
            })
    }

    /// Whether a cell of the area must be computed first.
    fn awaits(&self, area: &Area) -> bool {
        if self.wanted.get().is_some() {
            return true;
        }
        let next = self.within(area).find_map(|(_, state)| match state {
            State::Waits(formula) => Some((area.sheet, *formula)),
            State::Known(_) => None,
        });
        self.wanted.set(next);
        next.is_some()
    }

    fn id(&self, name: &str) -> Option<SheetId> {
        self.snapshot.sheet(name).ok()
    }
}

fn cells_of(rect: Rect) -> impl Iterator<Item = Cell> {
    (rect.top..=rect.bottom)
        .flat_map(move |row| (rect.left..=rect.right).map(move |column| Cell::new(row, column)))
}

const ROWS: IdentityAxis = IdentityAxis { len: limits::ROWS };
const COLUMNS: IdentityAxis = IdentityAxis {
    len: limits::COLUMNS,
};

impl formula::Book for Naive {
    fn sheet(&self, name: &str) -> Option<SheetId> {
        self.id(name)
    }

    fn sheet_name(&self, sheet: SheetId) -> Option<Arc<str>> {
        Cells::sheet_name(self, sheet)
    }

    fn rows(&self, _sheet: SheetId) -> &dyn Axis {
        &ROWS
    }

    fn columns(&self, _sheet: SheetId) -> &dyn Axis {
        &COLUMNS
    }
}

impl plan::Book for Naive {
    fn rows(&self, sheet: SheetId) -> Option<&dyn Axis> {
        Cells::rows(self, sheet)
    }

    fn columns(&self, sheet: SheetId) -> Option<&dyn Axis> {
        Cells::columns(self, sheet)
    }

    fn sheet(&self, name: &str) -> Option<SheetId> {
        self.id(name)
    }

    fn sheets_between(&self, first: SheetId, last: SheetId) -> Vec<SheetId> {
        let order = Cells::sheets(self);
        let place = |id| order.iter().position(|sheet| *sheet == id);
        match (place(first), place(last)) {
            (Some(a), Some(b)) => order[a.min(b)..=a.max(b)].to_vec(),
            _ => Vec::new(),
        }
    }

    fn name(&self, scope: Option<SheetId>, here: SheetId, name: &str) -> Option<DefinedName> {
        let name = fold(name).into_owned();
        let own = Some(scope.unwrap_or(here));
        let scopes = [own, None].into_iter();
        let mut found = scopes.filter_map(|sheet| {
            let template = self.names.get(&(name.clone(), sheet))?.clone();
            Some(DefinedName { template, sheet })
        });
        found.next()
    }

    fn table(&self, name: &str) -> Option<TableShape> {
        let mut tables = self.tables.iter();
        tables
            .find(|table| fold(&table.name) == fold(name))
            .cloned()
    }

    fn table_at(&self, sheet: SheetId, cell: Cell) -> Option<TableShape> {
        let mut tables = self.tables.iter();
        tables
            .find(|table| table.sheet == sheet && table.area.contains(cell))
            .cloned()
    }

    fn external(&self, _book: &str, _sheet: &str, _rect: Rect) -> Option<Operand> {
        None
    }
}

impl Cells for Naive {
    fn value(&self, sheet: SheetId, cell: Cell) -> Value {
        if self.awaits(&Area::new(sheet, Rect::cell(cell))) {
            return Value::Blank;
        }
        match self.states.get(&(sheet, cell)) {
            Some(State::Known(value)) => value.clone(),
            _ => Value::Blank,
        }
    }

    fn visit(&self, area: &Area, visitor: Visitor<'_>) {
        if self.awaits(area) {
            return;
        }
        for (cell, state) in self.within(area) {
            if let State::Known(value) = state
                && visitor(cell, value.as_ref()) == ControlFlow::Break(())
            {
                return;
            }
        }
    }

    fn used(&self, area: &Area) -> Option<Rect> {
        let cells = self.within(area).map(|(cell, _)| Rect::cell(cell));
        cells.reduce(|a, b| a.hull(&b))
    }

    fn grid(&self, sheet: SheetId) -> (u32, u32) {
        match Cells::rows(self, sheet) {
            Some(_) => (limits::ROWS, limits::COLUMNS),
            None => (0, 0),
        }
    }

    fn interrupted(&self) -> bool {
        self.wanted.get().is_some()
    }

    fn hidden(&self, sheet: SheetId, row: u32) -> Hidden {
        self.snapshot.row_hidden(sheet, row)
    }

    fn filtered(&self, sheet: SheetId) -> bool {
        let mut sheets = self.snapshot.sheets();
        sheets.any(|other| other.id == sheet && other.filtered)
    }

    fn holds_subtotal(&self, sheet: SheetId, cell: Cell) -> bool {
        // The formula of a circular cell is not evaluated here, but it is there.
        let formula = self.formula(sheet, cell);
        formula.is_some_and(|text| text.contains("SUBTOTAL(") || text.contains("AGGREGATE("))
    }

    fn formula(&self, sheet: SheetId, cell: Cell) -> Option<Arc<str>> {
        match self.formulas.get(&(sheet, cell)) {
            Some(formula) => Some(formula.text.as_str().into()),
            None => Some(self.snapshot.formula_at(sheet, cell)?.into()),
        }
    }

    fn number_format(&self, sheet: SheetId, cell: Cell) -> Arc<str> {
        self.snapshot.revision.number_format(sheet, cell)
    }

    fn resolve(
        &self,
        text: &str,
        r1c1: bool,
        sheet: SheetId,
        cell: Cell,
    ) -> Result<Reference, CellError> {
        let notation = match r1c1 {
            true => Notation::R1C1 { base: cell },
            false => Notation::A1,
        };
        let options = ParseOptions {
            notation,
            ..ParseOptions::default()
        };
        let ast = parse(text, &options).map_err(|_| CellError::Ref)?;
        let formula::Node::Reference(reference) = ast.node(ast.root()) else {
            return Err(CellError::Ref);
        };
        let reference = formula::TemplateReference::from_a1(reference, cell, sheet, self);
        let rect = reference.rect(cell, sheet, self).ok_or(CellError::Ref)?;
        Ok(Reference::area(Area::new(sheet, rect)))
    }

    fn sheet_name(&self, sheet: SheetId) -> Option<Arc<str>> {
        let mut sheets = self.snapshot.sheets();
        let sheet = sheets.find(|other| other.id == sheet)?;
        Some(sheet.name.clone())
    }

    fn sheets(&self) -> Vec<SheetId> {
        self.snapshot.sheets().map(|sheet| sheet.id).collect()
    }

    fn spill_range(&self, sheet: SheetId, cell: Cell) -> Option<Area> {
        let area = Area::new(sheet, Rect::cell(cell));
        if self.awaits(&area) {
            return None;
        }
        let extent = self.snapshot.entered_array(sheet, cell)?;
        Some(Area::new(sheet, extent.rect))
    }

    fn rows(&self, sheet: SheetId) -> Option<&dyn Axis> {
        Cells::sheet_name(self, sheet).map(|_| &ROWS as &dyn Axis)
    }

    fn columns(&self, sheet: SheetId) -> Option<&dyn Axis> {
        Cells::sheet_name(self, sheet).map(|_| &COLUMNS as &dyn Axis)
    }
}
