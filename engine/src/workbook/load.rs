//! Building a workbook from a file: cells in any order, formulas gathered into regions, the graph made once at the end.

use std::sync::Arc;

use hashbrown::HashMap;

use super::Workbook;
use super::computed_state::ComputedState;
use super::external::ExternalBooks;
use super::load_graph::SheetFormulas;
use super::names::{NamedFormula, Table};
use super::revision::{Kept, Lineage, Revision};
use super::settings::BookSettings;
use super::sheets::{Sheet, Visibility};
use super::style_runs::StyleRuns;
use super::styles::Styles;
use super::view::BookView;
use crate::environment::Environment;
use crate::error::{Error, ErrorKind, Result};
use crate::formula::Mode;
use crate::functions::Hidden;
use crate::limits;
use crate::recalc::Grids;
use crate::reference::{Axis, Cell, Rect, SheetId};
use crate::storage::{FormatId, SheetGrid};
use crate::value::ValueRef;

/// A workbook under construction.
///
/// Sheets first, then names and tables, then cells, in any order; formulas keep the values stored with them until the
/// workbook is recalculated.
///
/// # Examples
///
/// ```
/// use tabulith::reference::Cell;
/// use tabulith::value::{Value, ValueRef};
/// use tabulith::workbook::{Loader, Visibility};
///
/// let mut loader = Loader::new();
/// let sheet = loader.add_sheet("Data", Visibility::Visible)?;
/// loader.value(sheet, Cell::new(0, 0), ValueRef::Number(20.0))?;
/// loader.formula(sheet, Cell::new(0, 1), "A1*2", ValueRef::Number(40.0))?;
/// let book = loader.finish(Default::default())?;
/// assert_eq!(book.value("Data!B1")?, Value::Number(40.0));
/// # Ok::<(), tabulith::Error>(())
/// ```
pub struct Loader {
    pub(super) lineage: Arc<Lineage>,
    pub(super) revision: Revision,
    pub(super) grids: Grids,
    pub(super) runs: StyleRuns,
    pub(super) external: ExternalBooks,
    pub(super) kept: Vec<Kept>,
    pub(super) names: Vec<PendingName>,
    pub(super) sheets: HashMap<SheetId, SheetFormulas>,
    pub(super) view: Option<BookView>,
    pub(super) state: ComputedState,
    /// What the snapshot holds that it goes on from.
    pub(super) earlier: Option<Arc<Revision>>,
}

/// A name whose formula waits until all sheets are there.
pub(super) struct PendingName {
    name: Arc<str>,
    scope: Option<SheetId>,
    formula: String,
    hidden: bool,
}

/// A table as a file describes it.
#[derive(Debug, Clone)]
pub struct NewTable {
    /// Its name.
    pub name: Arc<str>,
    /// Its sheet.
    pub sheet: SheetId,
    /// Its rectangle, header and totals included.
    pub rect: Rect,
    /// Number of header rows, 0 or 1.
    pub header_rows: u32,
    /// Number of totals rows, 0 or 1.
    pub totals_rows: u32,
    /// The names of its columns.
    pub columns: Vec<Arc<str>>,
}

impl Default for Loader {
    fn default() -> Self {
        Loader::new()
    }
}

impl Loader {
    /// An empty workbook to load into.
    pub fn new() -> Loader {
        Loader::of(Arc::new(Lineage::new()))
    }

    /// An empty workbook in this lineage.
    pub(super) fn of(lineage: Arc<Lineage>) -> Loader {
        let revision = Revision::empty(Environment::fixed(0.0, 0).tick(0));
        Loader {
            lineage,
            grids: revision.open(),
            revision,
            runs: StyleRuns::default(),
            external: ExternalBooks::default(),
            kept: Vec::new(),
            names: Vec::new(),
            sheets: HashMap::new(),
            view: None,
            state: ComputedState::default(),
            earlier: None,
        }
    }

    /// The workbook's settings.
    pub fn settings(&mut self, settings: BookSettings) {
        self.revision.settings = settings;
    }

    /// The styles of the file: the codes of their number formats, by number. It comes before any sheet.
    pub fn styles(&mut self, codes: &[Arc<str>]) {
        self.revision.styles = Styles::of_file(codes);
    }

    /// Gives a cell a style of its own. The styles of its row and column come before it.
    pub fn style(&mut self, sheet: SheetId, cell: Cell, style: u32) {
        let styles = &mut self.revision.styles;
        // A cell without a style differs from none at all where its row or column has one.
        let on_grid = cell.row < limits::ROWS && cell.column < limits::COLUMNS;
        if on_grid && styles.knows(style) && (style != 0 || styles.has_defaults(sheet)) {
            self.push_style(sheet, cell, FormatId(style));
        }
    }

    /// Gives a row the style of those of its cells that have none.
    pub fn row_style(&mut self, sheet: SheetId, row: u32, style: u32) {
        let styles = &mut self.revision.styles;
        if row < limits::ROWS && styles.knows(style) {
            styles.set_row(&self.grids, sheet, row, FormatId(style));
        }
    }

    /// Gives columns the style of those of their cells that have none.
    pub fn column_style(&mut self, sheet: SheetId, (first, last): (u32, u32), style: u32) {
        let styles = &mut self.revision.styles;
        if style != 0 && styles.knows(style) {
            for column in first..=last.min(limits::COLUMNS - 1) {
                styles.set_column(&self.grids, sheet, column, FormatId(style));
            }
        }
    }

    /// Adds a sheet behind the others.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Name`] if the name is taken or not allowed, [`ErrorKind::Limit`] if there are too many.
    pub fn add_sheet(&mut self, name: &str, visibility: Visibility) -> Result<SheetId> {
        let id = self.lineage.next_sheet()?;
        self.put_sheet(Sheet {
            visibility,
            ..Sheet::new(id, name)
        })?;
        Ok(id)
    }

    /// Adds a sheet behind the others under the number that it has.
    pub(super) fn put_sheet(&mut self, sheet: Sheet) -> Result<()> {
        let id = sheet.id;
        self.revision.sheets.add(sheet, None)?;
        let grid = SheetGrid::new(id.0, limits::ROWS, limits::COLUMNS);
        self.grids.put_sheet(id, grid);
        self.sheets.insert(id, SheetFormulas::default());
        self.view = None;
        Ok(())
    }

    /// Defines a name; its formula may speak of sheets and names that come later.
    pub fn define_name(&mut self, name: &str, scope: Option<SheetId>, formula: &str, hidden: bool) {
        self.names.push(PendingName {
            name: name.into(),
            scope,
            formula: formula.to_owned(),
            hidden,
        });
    }

    /// Adds a table.
    pub fn add_table(&mut self, table: NewTable) {
        let Some(grid) = self.grids.sheet(table.sheet) else {
            return;
        };
        let (rows, columns) = (grid.rows(), grid.columns());
        if table.rect.bottom >= rows.len() || table.rect.right >= columns.len() {
            return;
        }
        self.revision.tables.put(Table {
            name: table.name,
            sheet: table.sheet,
            rows: (rows.anchor(table.rect.top), rows.anchor(table.rect.bottom)),
            columns: (
                columns.anchor(table.rect.left),
                columns.anchor(table.rect.right),
            ),
            header_rows: table.header_rows,
            totals_rows: table.totals_rows,
            column_names: table.columns.into(),
        });
    }

    /// The stored values of other workbooks.
    pub fn external(&mut self) -> &mut ExternalBooks {
        &mut self.external
    }

    /// Hides a row.
    pub fn hide_row(&mut self, sheet: SheetId, row: u32, why: Hidden) {
        let Some(anchor) = self.grids.sheet(sheet).map(|grid| grid.rows().anchor(row)) else {
            return;
        };
        if let Some(sheet) = self.revision.sheets.get_mut(sheet) {
            sheet.hidden.set(anchor, 1, why);
        }
    }

    /// Hides the columns from the first to the last one.
    pub fn hide_columns(&mut self, sheet: SheetId, (first, last): (u32, u32)) {
        let (Some(grid), Some(of)) = (self.grids.sheet(sheet), self.revision.sheets.get_mut(sheet))
        else {
            return;
        };
        for (_, anchor, length) in grid.columns().spans(first..last.saturating_add(1)) {
            of.hidden_columns.set(anchor, length, Hidden::ByHand);
        }
    }

    /// Says whether a filter is active on a sheet, and which cells are merged.
    pub fn describe_sheet(&mut self, sheet: SheetId, filtered: bool, merges: Vec<Rect>) {
        if let Some(sheet) = self.revision.sheets.get_mut(sheet) {
            sheet.filtered = filtered;
            sheet.merges = merges.into();
        }
    }

    /// Writes a value.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`] off the grid.
    pub fn value(&mut self, sheet: SheetId, cell: Cell, value: ValueRef<'_>) -> Result<()> {
        let Some((open, grid)) = self.grids.writer(sheet) else {
            return Err(Error::new(
                ErrorKind::SheetNotFound,
                format!("there is no sheet number {}", sheet.0),
            ));
        };
        if cell.row >= grid.rows().len() || cell.column >= grid.columns().len() {
            let place = format!(
                "row {} and column {}",
                u64::from(cell.row) + 1,
                u64::from(cell.column) + 1
            );
            return Err(Error::new(
                ErrorKind::Limit,
                format!("{place} lie outside the grid"),
            ));
        }
        if !matches!(value, ValueRef::Blank) {
            open.set(grid, cell, value);
        }
        Ok(())
    }

    /// The workbook, with the values that the file stored; nothing is calculated yet.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Argument`] if a cell was given two formulas by [`Loader::filled_formula`]; other faults of a file
    /// were reported cell by cell.
    pub fn finish(mut self, environment: Environment) -> Result<Workbook> {
        self.define_pending();
        self.runs.finish(&mut self.revision.styles, &mut self.grids);
        self.revision.tick = environment.tick(0);
        self.revision.external = Arc::new(std::mem::take(&mut self.external));
        self.revision.kept = Arc::new(std::mem::take(&mut self.kept));
        self.revision.grids = self.grids.sheets().clone();
        let view = self.revision.view();
        self.revision.graph = self.graph(&view)?;
        self.restore_state(&view);
        let (open, grids) = self.grids.into_parts();
        self.revision.grids = grids;
        self.revision.index = open.freeze();
        self.revision.number = 1;
        Ok(Workbook::of(self.revision, self.lineage, environment))
    }

    fn define_pending(&mut self) {
        for pending in std::mem::take(&mut self.names) {
            let first = self.revision.sheets.order().first().copied();
            let Some(here) = pending.scope.or(first) else {
                continue;
            };
            match self.template(&pending.formula, here, Cell::new(0, 0), Mode::Dynamic) {
                Ok(template) => {
                    let PendingName {
                        name,
                        scope,
                        hidden,
                        ..
                    } = pending;
                    self.revision.names.define(NamedFormula {
                        name,
                        scope,
                        template,
                        hidden,
                    });
                }
                Err(error) => {
                    let why = format!(
                        "the name `{}` cannot be read: {}",
                        pending.name,
                        error.message()
                    );
                    self.keep(here, Cell::new(0, 0), &pending.formula, &why);
                }
            }
        }
        self.view = None;
    }
}
