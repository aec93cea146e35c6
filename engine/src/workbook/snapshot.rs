//! A snapshot: one revision of a workbook, to read from any thread for as long as one likes.

use std::ops::ControlFlow;
use std::sync::{Arc, OnceLock};

use super::names::{NamedFormula, Table};
use super::report::{Place, Statistics, Unsupported, place};
use super::revision::{Lineage, Revision};
use super::settings::BookSettings;
use super::sheets::Sheet;
use super::view::BookView;
use super::{Evaluated, Workbook, address};
use crate::environment::Environment;
use crate::error::{Error, ErrorKind, Result};
use crate::formula::{self, Mode, ParseOptions, Template};
use crate::graph::{Axes, Extent, Owner};
use crate::plan;
use crate::recalc::{Plans, Reader};
use crate::reference::{Anchor, Area, Axis, Cell, Rect, SheetId, a1};
use crate::value::number_format::NumberFormat;
use crate::value::{Value, ValueRef};

/// A workbook at one moment: values, formulas, names and formats that never change.
///
/// # Examples
///
/// ```
/// use tabulith::Workbook;
/// use tabulith::value::Value;
///
/// let book = Workbook::new();
/// book.add_sheet("S")?;
/// book.edit(|tx| tx.set("S!A1", 1.0))?;
/// let before = book.snapshot();
/// book.edit(|tx| tx.set("S!A1", 2.0))?;
/// assert_eq!(before.value("S!A1")?, Value::Number(1.0));
/// # Ok::<(), tabulith::Error>(())
/// ```
#[derive(Clone)]
pub struct Snapshot {
    revision: Arc<Revision>,
    /// Made when formulas are first read as texts.
    view: Arc<OnceLock<BookView>>,
    lineage: Arc<Lineage>,
    environment: Environment,
}

/// The cells of a rectangle of a snapshot.
pub struct Range {
    snapshot: Snapshot,
    area: Area,
}

impl Snapshot {
    pub(super) fn new(
        revision: Arc<Revision>,
        lineage: Arc<Lineage>,
        environment: Environment,
    ) -> Snapshot {
        Snapshot {
            revision,
            view: Arc::default(),
            lineage,
            environment,
        }
    }

    fn view(&self) -> &BookView {
        self.view.get_or_init(|| self.revision.view())
    }

    /// The number of the revision.
    pub fn revision(&self) -> u64 {
        self.revision.number
    }

    /// A workbook of its own that begins as this snapshot; what it shares costs nothing.
    pub fn fork(&self) -> Workbook {
        let revision = (*self.revision).clone();
        Workbook::of(
            revision,
            self.lineage.clone(),
            Plans::default(),
            self.environment.clone(),
        )
    }

    /// The sheets in tab order.
    pub fn sheets(&self) -> impl Iterator<Item = &Sheet> {
        self.revision.sheets.iter()
    }

    /// The sheet of this name, in any case.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SheetNotFound`].
    pub fn sheet(&self, name: &str) -> Result<SheetId> {
        self.revision.sheets.named(name)
    }

    /// The defined names.
    pub fn names(&self) -> impl Iterator<Item = &NamedFormula> {
        self.revision.names.iter()
    }

    /// The formula of a defined name with its `=`, as it reads for cell A1.
    pub fn name_text(&self, named: &NamedFormula) -> String {
        let first = self
            .revision
            .sheets
            .order()
            .first()
            .copied()
            .unwrap_or(SheetId(0));
        self.view().text_of(
            &named.template,
            named.scope.unwrap_or(first),
            Cell::new(0, 0),
        )
    }

    /// The tables.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.revision.tables.iter()
    }

    /// The settings.
    pub fn settings(&self) -> BookSettings {
        self.revision.settings
    }

    /// Whether manual calculation has left anything stale.
    pub fn is_stale(&self) -> bool {
        !self.revision.stale.is_empty()
    }

    /// The sheet and the rectangle that an address names, such as `Ledger!A1:B9`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Address`], [`ErrorKind::SheetNotFound`].
    pub fn resolve(&self, address: &str) -> Result<Area> {
        let (sheet, rect) = address::resolve(address, &self.revision.sheets, &*self.revision)?;
        Ok(Area::new(sheet, rect))
    }

    /// The address of an area: `Ledger!A1:B9`.
    pub fn address(&self, area: &Area) -> String {
        let name = self
            .revision
            .sheets
            .get(area.sheet)
            .map_or("#REF", |sheet| &sheet.name);
        format!(
            "{}!{}",
            a1::quote_sheet_name(name),
            a1::print_rect(area.rect)
        )
    }

    /// The value at an address such as `Ledger!B7`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Address`], also for more than one cell; [`ErrorKind::SheetNotFound`].
    pub fn value(&self, address: &str) -> Result<Value> {
        let (sheet, cell) = self.cell(address)?;
        Ok(self.value_at(sheet, cell))
    }

    /// The value at a 0-based position; blank off the grid.
    pub fn value_at(&self, sheet: SheetId, cell: Cell) -> Value {
        self.revision.value(sheet, cell)
    }

    /// The formula at an address with its `=`; nothing if the cell has none.
    ///
    /// # Errors
    ///
    /// As [`Snapshot::value`].
    pub fn formula(&self, address: &str) -> Result<Option<String>> {
        let (sheet, cell) = self.cell(address)?;
        Ok(self.formula_at(sheet, cell))
    }

    /// The formula at a 0-based position with its `=`.
    pub fn formula_at(&self, sheet: SheetId, cell: Cell) -> Option<String> {
        let region = self.revision.graph.region_at(sheet, cell, &*self.revision);
        match region.and_then(|id| self.revision.graph.region(id)) {
            Some(region) => Some(self.view().text_of(&region.template, sheet, cell)),
            None => {
                let kept = self
                    .revision
                    .kept
                    .iter()
                    .find(|kept| kept.sheet == sheet && kept.cell == cell)?;
                Some(format!("={}", kept.formula))
            }
        }
    }

    /// What a cell shows: its value in its number format.
    ///
    /// # Errors
    ///
    /// As [`Snapshot::value`].
    pub fn text(&self, address: &str) -> Result<String> {
        let (sheet, cell) = self.cell(address)?;
        let value = self.value_at(sheet, cell);
        let format = NumberFormat::parse(&self.number_format_at(sheet, cell));
        let conventions = self.revision.recalc_settings().conventions;
        Ok(format
            .format(value.as_ref(), &conventions)
            .unwrap_or_else(|_| "#".repeat(8)))
    }

    /// The code of a cell's number format, such as `0.00%`.
    ///
    /// # Errors
    ///
    /// As [`Snapshot::value`].
    pub fn number_format(&self, address: &str) -> Result<Arc<str>> {
        let (sheet, cell) = self.cell(address)?;
        Ok(self.number_format_at(sheet, cell))
    }

    /// The codes of the number formats in use, by number; number 0 is `General`.
    pub fn number_formats(&self) -> &[Arc<str>] {
        self.revision.styles.codes()
    }

    /// The number of the number format of a cell.
    pub fn number_format_number(&self, sheet: SheetId, cell: Cell) -> u32 {
        self.revision.number_format_number(sheet, cell)
    }

    /// The cells that have a number format of their own, in row-major order.
    pub fn formatted_cells(&self, sheet: SheetId) -> Vec<Cell> {
        self.revision.formatted_cells(sheet)
    }

    /// The rows of a sheet that are not shown, in order.
    pub fn hidden_rows(&self, sheet: SheetId) -> Vec<u32> {
        let (Some(sheet), Some((rows, _))) =
            (self.revision.sheets.get(sheet), self.revision.axes(sheet))
        else {
            return Vec::new();
        };
        let mut hidden: Vec<u32> = sheet
            .hidden
            .iter()
            .filter_map(|(row, _)| rows.position(Anchor(*row)))
            .collect();
        hidden.sort_unstable();
        hidden
    }

    /// Where a table lies now, header and totals included.
    pub fn table_rect(&self, table: &Table) -> Option<Rect> {
        let (rows, columns) = self.revision.axes(table.sheet)?;
        Some(Rect {
            top: rows.position(table.rows.0)?,
            bottom: rows.position(table.rows.1)?,
            left: columns.position(table.columns.0)?,
            right: columns.position(table.columns.1)?,
        })
    }

    fn number_format_at(&self, sheet: SheetId, cell: Cell) -> Arc<str> {
        self.revision.number_format(sheet, cell)
    }

    /// The cells of a rectangle.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Address`], [`ErrorKind::SheetNotFound`].
    pub fn range(&self, address: &str) -> Result<Range> {
        Ok(Range {
            snapshot: self.clone(),
            area: self.resolve(address)?,
        })
    }

    /// Shows each cell of `area` that is not blank, in row-major order, until `visitor` breaks off.
    pub fn visit(
        &self,
        area: &Area,
        mut visitor: impl FnMut(Cell, ValueRef<'_>) -> ControlFlow<()>,
    ) {
        self.revision.visit(area, &mut visitor);
    }

    /// Shows the formulas of a sheet, in no particular order: each cell with its text and its `=`.
    pub fn visit_formulas(&self, sheet: SheetId, mut visitor: impl FnMut(Cell, String)) {
        let view = self.view();
        self.visit_templates(sheet, |cell, template| {
            visitor(cell, view.text_of(template, sheet, cell))
        });
    }

    /// Shows the templates of a sheet's formulas, in no particular order.
    pub fn visit_templates(&self, sheet: SheetId, mut visitor: impl FnMut(Cell, &Arc<Template>)) {
        let Some((rows, columns)) = self.revision.axes(sheet) else {
            return;
        };
        let whole = Rect {
            top: 0,
            left: 0,
            bottom: rows.len() - 1,
            right: columns.len() - 1,
        };
        self.revision
            .graph
            .visit_owners(sheet, &whole, &*self.revision, |piece, owner| {
                let Owner::Formula(id) = owner else { return };
                let Some(region) = self.revision.graph.region(id) else {
                    return;
                };
                for row in piece.top..=piece.bottom {
                    visitor(Cell::new(row, piece.left), &region.template);
                }
            });
    }

    /// How the formula of a cell would be entered: its text without `=`, and whether it is an array formula or needs to
    /// lift.
    pub fn entered_formula(&self, sheet: SheetId, cell: Cell) -> Option<EnteredFormula> {
        let graph = &self.revision.graph;
        let region = graph.region(graph.region_at(sheet, cell, &*self.revision)?)?;
        let text = self.view().text_of(&region.template, sheet, cell);
        let extent = graph.extent(sheet, cell, &*self.revision);
        let lifts = region.template.mode == Mode::Dynamic && plan::lifts(&region.template.ast);
        let array = match extent {
            Some(extent) => Some(extent),
            None => lifts.then_some(Extent {
                rect: Rect::cell(cell),
                fixed: false,
            }),
        };
        Some(EnteredFormula {
            text: text.trim_start_matches('=').to_owned(),
            array,
        })
    }

    /// The cells that the array result of the formula in a cell fills, if it fills more than its own by right.
    pub fn entered_array(&self, sheet: SheetId, cell: Cell) -> Option<Extent> {
        self.revision.graph.extent(sheet, cell, &*self.revision)
    }

    /// Whether both have the very same formulas in the same places, because neither was edited since they were one.
    pub fn has_formulas_of(&self, other: &Snapshot) -> bool {
        self.revision.graph.is_same(&other.revision.graph)
    }

    /// What differs from an earlier snapshot of the same workbook beside values and formulas of cells: a sentence each.
    pub fn structure_changed_since(&self, earlier: &Snapshot) -> Vec<String> {
        let (now, then) = (&self.revision, &earlier.revision);
        let mut found = Vec::new();
        for sheet in self.sheets() {
            let Some(former) = then.sheets.get(sheet.id) else {
                found.push(format!("sheet `{}` was added", sheet.name));
                continue;
            };
            if former.name != sheet.name {
                found.push(format!(
                    "sheet `{}` was renamed `{}`",
                    former.name, sheet.name
                ));
            }
            let (Some(axes), Some(former)) = (now.axes(sheet.id), then.axes(sheet.id)) else {
                continue;
            };
            if !axes.0.is_same(former.0) {
                found.push(format!(
                    "rows of sheet `{}` were inserted or deleted",
                    sheet.name
                ));
            }
            if !axes.1.is_same(former.1) {
                found.push(format!(
                    "columns of sheet `{}` were inserted or deleted",
                    sheet.name
                ));
            }
        }
        if earlier
            .sheets()
            .any(|sheet| now.sheets.get(sheet.id).is_none())
        {
            found.push("sheets were removed".to_owned());
        }
        if !now.names.is_same(&then.names) {
            found.push("defined names were changed".to_owned());
        }
        if !now.tables.is_same(&then.tables) {
            found.push("tables were changed".to_owned());
        }
        if !now.styles.is_same(&then.styles) {
            found.push("number formats were changed".to_owned());
        }
        if now.settings.date1904 != then.settings.date1904 {
            found.push("the date system was changed".to_owned());
        }
        found
    }

    /// The smallest rectangle that holds all that a sheet has, or one that is not much larger.
    pub fn used(&self, sheet: SheetId) -> Option<Rect> {
        let (rows, columns) = self.revision.axes(sheet)?;
        let whole = Rect {
            top: 0,
            left: 0,
            bottom: rows.len() - 1,
            right: columns.len() - 1,
        };
        self.revision.used(&Area::new(sheet, whole))
    }

    /// The areas that the formula of a cell reads.
    ///
    /// # Errors
    ///
    /// As [`Snapshot::value`].
    pub fn precedents(&self, address: &str) -> Result<Vec<Area>> {
        let (sheet, cell) = self.cell(address)?;
        Ok(self.revision.graph.precedents(sheet, cell, &*self.revision))
    }

    /// The cells whose formulas read any cell at an address.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Address`], [`ErrorKind::SheetNotFound`].
    pub fn dependents(&self, address: &str) -> Result<Vec<Area>> {
        let area = self.resolve(address)?;
        let graph = &self.revision.graph;
        let mut found = crate::recalc::Changes::default();
        for (id, rect) in graph.dependents(&area, &*self.revision) {
            let Some(region) = graph.region(id) else {
                continue;
            };
            graph.visit_cells(id, &rect, &*self.revision, |piece| {
                found.add_area(Area::new(region.sheet, piece))
            });
        }
        Ok(found.merged())
    }

    /// What a formula would give, written for cell A1 of the first sheet; nothing is stored.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Parse`] if it is not a formula, [`ErrorKind::Unsupported`] if it cannot be computed here.
    pub fn evaluate(&self, formula: &str) -> Result<Evaluated> {
        let first = self
            .revision
            .sheets
            .order()
            .first()
            .copied()
            .unwrap_or(SheetId(0));
        self.evaluate_at(formula, first, Cell::new(0, 0))
    }

    /// What a formula would give in a cell; nothing is stored.
    ///
    /// # Errors
    ///
    /// As [`Snapshot::evaluate`].
    pub fn evaluate_at(&self, formula: &str, sheet: SheetId, cell: Cell) -> Result<Evaluated> {
        let ast = formula::parse(formula, &ParseOptions::default())?;
        let view = self.view();
        let template = Template::from_ast(&ast, cell, sheet, Mode::Dynamic, view);
        let plan = plan::bind_at(&template, sheet, cell, view);
        if let Some(refusal) = &plan.refused {
            return Err(Error::parse(
                &*refusal.message,
                formula,
                0..formula.len(),
                None,
            ));
        }
        if let Some(why) = &plan.unsupported {
            return Err(Error::new(
                ErrorKind::Unsupported,
                format!("`{formula}` cannot be computed: {why}"),
            ));
        }
        let grids = self.revision.open();
        let settings = self.revision.recalc_settings();
        let reader = Reader::new(&grids, &self.revision.graph, view, &settings);
        let context = settings.context(&reader, (sheet, cell), Mode::Dynamic);
        Ok(plan::outcome(plan::evaluate(&plan, &context), &context))
    }

    /// The formulas that are not computed and keep the values they have.
    pub fn unsupported(&self) -> Vec<Unsupported> {
        let revision = &self.revision;
        let view = self.view();
        let mut found = Vec::new();
        for (id, region) in revision.graph.regions() {
            let (Some(why), Some(rect)) = (
                &region.facts.unsupported,
                revision.graph.rect(region, &**revision),
            ) else {
                continue;
            };
            revision.graph.visit_cells(id, &rect, &**revision, |piece| {
                for row in piece.top..=piece.bottom {
                    let cell = Cell::new(row, piece.left);
                    let formula = view.text_of(&region.template, region.sheet, cell);
                    let place = place(revision, region.sheet, cell);
                    found.extend(place.map(|place| Unsupported {
                        place,
                        formula,
                        why: why.clone(),
                    }));
                }
            });
        }
        for kept in revision.kept.iter() {
            let place = place(revision, kept.sheet, kept.cell);
            let formula = format!("={}", kept.formula);
            found.extend(place.map(|place| Unsupported {
                place,
                formula,
                why: kept.why.clone(),
            }));
        }
        found.sort_by(|a, b| a.place.cmp(&b.place));
        found
    }

    /// Whether a cell's formula is computed at every recalculation.
    pub fn is_volatile(&self, sheet: SheetId, cell: Cell) -> bool {
        let graph = &self.revision.graph;
        let region = graph
            .region_at(sheet, cell, &*self.revision)
            .and_then(|id| graph.region(id));
        region.is_some_and(|region| region.facts.volatile)
    }

    /// All cells whose values depend, directly or through others, on formulas that are computed at every
    /// recalculation; those formulas' own cells are among them.
    pub fn volatile_cone(&self) -> Vec<Area> {
        let graph = &self.revision.graph;
        let volatile = graph.volatile().filter_map(|id| {
            let region = graph.region(id)?;
            Some((id, graph.rect(region, &*self.revision)?))
        });
        self.cone(volatile.collect())
    }

    /// All cells whose values depend on formulas that are not computed; those formulas' own cells are among them.
    pub fn unsupported_cone(&self) -> Vec<Area> {
        let graph = &self.revision.graph;
        let unsupported = graph
            .regions()
            .filter(|(_, region)| region.facts.unsupported.is_some());
        let start =
            unsupported.filter_map(|(id, region)| Some((id, graph.rect(region, &*self.revision)?)));
        self.cone(start.collect())
    }

    fn cone(&self, start: Vec<(crate::graph::RegionId, Rect)>) -> Vec<Area> {
        self.revision.graph.cone(start, &*self.revision)
    }

    /// How large the workbook is.
    pub fn statistics(&self) -> Statistics {
        let mut cells = 0;
        for sheet in self.sheets() {
            if let Some(rect) = self.used(sheet.id) {
                self.visit(&Area::new(sheet.id, rect), |_, _| {
                    cells += 1;
                    ControlFlow::Continue(())
                });
            }
        }
        Statistics {
            sheets: self.revision.sheets.order().len() as u64,
            cells,
            formulas: self.revision.graph.formula_count() + self.revision.kept.len() as u64,
            regions: self.revision.graph.region_count() as u64,
        }
    }

    /// The cells on circles of live reads, which show 0.
    pub fn circular(&self) -> Vec<Place> {
        let circular = self.revision.circular.iter();
        circular
            .filter_map(|(sheet, cell)| place(&self.revision, *sheet, *cell))
            .collect()
    }

    fn cell(&self, text: &str) -> Result<(SheetId, Cell)> {
        let area = self.resolve(text)?;
        if area.rect.size() > 1 {
            return Err(Error::new(
                ErrorKind::Address,
                format!("`{text}` is more than one cell"),
            ));
        }
        Ok((area.sheet, area.rect.top_left()))
    }
}

/// A formula as one would enter it.
#[derive(Debug, Clone, PartialEq)]
pub struct EnteredFormula {
    /// The text, without `=`.
    pub text: String,
    /// The cells that an array result fills, if the formula is an array formula or lifts; fixed if entered so.
    pub array: Option<Extent>,
}

impl Range {
    /// The rectangle.
    pub fn area(&self) -> Area {
        self.area
    }

    /// The values, row after row.
    pub fn rows(&self) -> Vec<Vec<Value>> {
        let rect = self.area.rect;
        let columns = rect.columns() as usize;
        let mut rows = vec![vec![Value::Blank; columns]; rect.rows() as usize];
        self.snapshot.visit(&self.area, |cell, value| {
            rows[(cell.row - rect.top) as usize][(cell.column - rect.left) as usize] =
                value.to_value();
            ControlFlow::Continue(())
        });
        rows
    }

    /// The formulas with their `=`, row after row; nothing where a cell has none.
    pub fn formulas(&self) -> Vec<Vec<Option<String>>> {
        let rect = self.area.rect;
        let formula = |row, column| {
            self.snapshot
                .formula_at(self.area.sheet, Cell::new(row, column))
        };
        let row = |row| {
            (rect.left..=rect.right)
                .map(|column| formula(row, column))
                .collect()
        };
        (rect.top..=rect.bottom).map(row).collect()
    }
}
