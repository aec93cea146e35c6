//! A workbook of plain maps: what binding and evaluation ask, answered in the simplest way.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use super::super::{Book, DefinedName, TableShape};
use super::HERE;
use crate::formula::ast::{A1Reference, Ast, Shape};
use crate::formula::{self, Mode, Notation, ParseOptions, Template, TemplateReference, parse};
use crate::functions::{Cells, Hidden, Operand, Reference, Visitor};
use crate::limits;
use crate::reference::{Anchor, Area, Axis, Cell, IdentityAxis, Rect, SheetId};
use crate::value::{Array, CellError, Value};

/// Rows before which one was inserted: all anchors stand one position later.
struct Shifted;

impl Axis for Shifted {
    fn len(&self) -> u32 {
        limits::ROWS
    }

    fn anchor(&self, position: u32) -> Anchor {
        match position.checked_sub(1) {
            Some(before) => Anchor(before),
            None => Anchor(Anchor::INSERTED),
        }
    }

    fn position(&self, anchor: Anchor) -> Option<u32> {
        match anchor.0 {
            Anchor::INSERTED => Some(0),
            before if before < limits::ROWS - 1 => Some(before + 1),
            _ => None,
        }
    }
}

/// Three sheets, `Sheet1` to `Sheet3`.
#[derive(Default)]
pub(super) struct FakeBook {
    cells: BTreeMap<(SheetId, Cell), Value>,
    names: Vec<(Option<SheetId>, String, Arc<Template>)>,
    tables: Vec<TableShape>,
    spills: Vec<(Cell, Rect)>,
    /// Whether values of `Prices` in other workbooks are stored: in each row its number.
    pub(super) external: bool,
    /// Whether a row was inserted before the first one after the formulas were bound.
    pub(super) inserted: bool,
    /// Cells that have still to be calculated.
    pub(super) pending: Vec<Cell>,
    /// Cells that were read.
    pub(super) read: RefCell<Vec<(SheetId, Cell)>>,
    interrupted: std::cell::Cell<bool>,
}

/// The cell of an A1 address.
pub(super) fn cell(address: &str) -> Cell {
    let ast = parse(address, &ParseOptions::default()).unwrap();
    match ast.node(ast.root()) {
        formula::Node::Reference(A1Reference {
            shape: Shape::Cell { row, column },
            ..
        }) => Cell::new(row.position, column.position),
        other => panic!("{address} is {other:?}"),
    }
}

impl FakeBook {
    /// The first sheet with these cells.
    pub(super) fn new(cells: &[(&str, Value)]) -> FakeBook {
        let mut book = FakeBook::default();
        for (address, value) in cells {
            book.set(HERE, address, value.clone());
        }
        book
    }

    pub(super) fn set(&mut self, sheet: SheetId, address: &str, value: impl Into<Value>) {
        self.cells.insert((sheet, cell(address)), value.into());
    }

    /// Defines a name by a formula written for A1.
    pub(super) fn define(&mut self, sheet: Option<SheetId>, name: &str, formula: &str) {
        let ast = parse(formula, &ParseOptions::default()).unwrap();
        let template = self.template(&ast, Mode::Array, Cell::new(0, 0));
        self.names
            .push((sheet, name.to_lowercase(), Arc::new(template)));
    }

    pub(super) fn add_table(&mut self, name: &str, area: Rect, totals: u32, columns: &[&str]) {
        self.tables.push(TableShape {
            name: name.into(),
            sheet: HERE,
            area,
            header_rows: 1,
            totals_rows: totals,
            columns: columns.iter().map(|name| (*name).into()).collect(),
        });
    }

    pub(super) fn add_spill(&mut self, anchor: &str, range: Rect) {
        self.spills.push((cell(anchor), range));
    }

    pub(super) fn template(&self, ast: &Ast<A1Reference>, mode: Mode, cell: Cell) -> Template {
        Template::from_ast(ast, cell, HERE, mode, self)
    }

    fn touch(&self, sheet: SheetId, cell: Cell) {
        self.read.borrow_mut().push((sheet, cell));
        if self.pending.contains(&cell) {
            self.interrupted.set(true);
        }
    }
}

impl formula::Book for FakeBook {
    fn sheet(&self, name: &str) -> Option<SheetId> {
        ["sheet1", "sheet2", "sheet3"]
            .iter()
            .position(|known| *known == name.to_lowercase())
            .map(|index| SheetId(index as u32))
    }

    fn sheet_name(&self, sheet: SheetId) -> Option<Arc<str>> {
        Cells::sheet_name(self, sheet)
    }

    fn rows(&self, _sheet: SheetId) -> &dyn Axis {
        if self.inserted {
            &Shifted
        } else {
            &IdentityAxis { len: limits::ROWS }
        }
    }

    fn columns(&self, _sheet: SheetId) -> &dyn Axis {
        &IdentityAxis {
            len: limits::COLUMNS,
        }
    }
}

impl Book for FakeBook {
    fn rows(&self, sheet: SheetId) -> Option<&dyn Axis> {
        Cells::rows(self, sheet)
    }

    fn columns(&self, sheet: SheetId) -> Option<&dyn Axis> {
        Cells::columns(self, sheet)
    }

    fn sheet(&self, name: &str) -> Option<SheetId> {
        formula::Book::sheet(self, name)
    }

    fn sheets_between(&self, first: SheetId, last: SheetId) -> Vec<SheetId> {
        (first.0.min(last.0)..=first.0.max(last.0))
            .map(SheetId)
            .collect()
    }

    fn name(&self, scope: Option<SheetId>, here: SheetId, name: &str) -> Option<DefinedName> {
        let name = name.to_lowercase();
        let find = |sheet| {
            self.names
                .iter()
                .find(|known| known.0 == sheet && known.1 == name)
        };
        let found = find(Some(scope.unwrap_or(here))).or_else(|| find(None))?;
        Some(DefinedName {
            template: found.2.clone(),
            sheet: found.0,
        })
    }

    fn table(&self, name: &str) -> Option<TableShape> {
        self.tables
            .iter()
            .find(|table| table.name.eq_ignore_ascii_case(name))
            .cloned()
    }

    fn table_at(&self, sheet: SheetId, cell: Cell) -> Option<TableShape> {
        self.tables
            .iter()
            .find(|table| table.sheet == sheet && table.area.contains(cell))
            .cloned()
    }

    fn external(&self, book: &str, sheet: &str, rect: Rect) -> Option<Operand> {
        Cells::external(self, book, sheet, rect)
    }

    fn may_be_macro(&self, function: &str) -> bool {
        function == "MYMACRO"
    }
}

impl Cells for FakeBook {
    fn value(&self, sheet: SheetId, cell: Cell) -> Value {
        self.touch(sheet, cell);
        self.cells.get(&(sheet, cell)).cloned().unwrap_or_default()
    }

    fn visit(&self, area: &Area, visitor: Visitor<'_>) {
        for ((sheet, cell), value) in &self.cells {
            if *sheet == area.sheet && area.rect.contains(*cell) && !value.is_blank() {
                self.touch(*sheet, *cell);
                if visitor(*cell, value.as_ref()) == ControlFlow::Break(()) {
                    return;
                }
            }
        }
    }

    fn used(&self, area: &Area) -> Option<Rect> {
        self.cells
            .iter()
            .filter(|((sheet, cell), value)| {
                *sheet == area.sheet && area.rect.contains(*cell) && !value.is_blank()
            })
            .map(|((_, cell), _)| Rect::cell(*cell))
            .reduce(|a, b| a.hull(&b))
    }

    fn grid(&self, _sheet: SheetId) -> (u32, u32) {
        (limits::ROWS, limits::COLUMNS)
    }

    fn interrupted(&self) -> bool {
        self.interrupted.get()
    }

    fn hidden(&self, _sheet: SheetId, _row: u32) -> Hidden {
        Hidden::Not
    }

    fn filtered(&self, _sheet: SheetId) -> bool {
        false
    }

    fn holds_subtotal(&self, _sheet: SheetId, _cell: Cell) -> bool {
        false
    }

    fn formula(&self, _sheet: SheetId, _cell: Cell) -> Option<Arc<str>> {
        None
    }

    fn number_format(&self, _sheet: SheetId, _cell: Cell) -> Arc<str> {
        "General".into()
    }

    fn resolve(
        &self,
        text: &str,
        r1c1: bool,
        sheet: SheetId,
        cell: Cell,
    ) -> Result<Reference, CellError> {
        let options = ParseOptions {
            notation: match r1c1 {
                true => Notation::R1C1 { base: cell },
                false => Notation::A1,
            },
            ..ParseOptions::default()
        };
        let ast = parse(text, &options).map_err(|_| CellError::Ref)?;
        let formula::Node::Reference(reference) = ast.node(ast.root()) else {
            return Err(CellError::Ref);
        };
        let reference = TemplateReference::from_a1(reference, cell, sheet, self);
        let rect = reference.rect(cell, sheet, self).ok_or(CellError::Ref)?;
        Ok(Reference::area(Area::new(sheet, rect)))
    }

    fn sheet_name(&self, sheet: SheetId) -> Option<Arc<str>> {
        (sheet.0 < 3).then(|| format!("Sheet{}", sheet.0 + 1).into())
    }

    fn sheets(&self) -> Vec<SheetId> {
        (0..3).map(SheetId).collect()
    }

    fn spill_range(&self, sheet: SheetId, cell: Cell) -> Option<Area> {
        let (_, range) = self.spills.iter().find(|(anchor, _)| *anchor == cell)?;
        Some(Area::new(sheet, *range))
    }

    fn external(&self, _book: &str, sheet: &str, rect: Rect) -> Option<Operand> {
        let rows = (rect.top..=rect.bottom).map(|row| Value::from(f64::from(row) + 1.0));
        let column = Array::new(rect.rows(), 1, rows.collect()).unwrap();
        (self.external && sheet == "Prices").then(|| match column.cells() {
            [value] => Operand::Value(value.clone()),
            _ => column.into(),
        })
    }

    fn rows(&self, sheet: SheetId) -> Option<&dyn Axis> {
        (sheet.0 < 3).then(|| formula::Book::rows(self, sheet))
    }

    fn columns(&self, sheet: SheetId) -> Option<&dyn Axis> {
        (sheet.0 < 3).then(|| formula::Book::columns(self, sheet))
    }
}
