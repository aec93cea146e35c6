//! A revision: the whole workbook at one moment. Everything in it is persistent, so that the next one shares all that
//! an edit did not touch, and a reader that holds it sees it unchanged for as long as it likes.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use super::external::ExternalBooks;
use super::failures::FailureTexts;
use super::names::{Names, Tables};
use super::operation::Operation;
use super::settings::BookSettings;
use super::sheets::Sheets;
use super::styles::Styles;
use super::user_functions::UserFunctions;
use super::view::{BookView, Parts};
use crate::environment::Tick;
use crate::error::{Error, ErrorKind, Result};
use crate::formula::TemplateTable;
use crate::functions::Visitor;
use crate::graph::{Axes, Graph};
use crate::limits;
use crate::recalc::{self, Grids, Plans, Seeds};
use crate::reference::{Area, Cell, Rect, SheetId};
use crate::storage::tree::{Natural, Tree};
use crate::storage::{AnchorCounter, ColumnAxis, IndexSnapshot, OpenGrid, RowAxis, SheetGrid};
use crate::value::{Conventions, Value, date_serial};

/// The whole workbook at one moment.
#[derive(Clone)]
pub(super) struct Revision {
    /// Counts commits.
    pub(super) number: u64,
    /// Clock and seed of the last recalculation.
    pub(super) tick: Tick,
    pub(super) index: IndexSnapshot,
    pub(super) grids: Tree<SheetId, SheetGrid>,
    pub(super) sheets: Sheets,
    pub(super) graph: Graph,
    pub(super) names: Names,
    pub(super) tables: Tables,
    pub(super) styles: Styles,
    pub(super) external: Arc<ExternalBooks>,
    pub(super) functions: UserFunctions,
    /// Why functions of the user failed.
    pub(super) failures: Arc<FailureTexts>,
    pub(super) settings: BookSettings,
    /// What is stale, with manual calculation.
    pub(super) stale: Arc<Seeds>,
    /// The cells on circles of live reads.
    pub(super) circular: Arc<Vec<(SheetId, Cell)>>,
    /// Formulas of a file that are kept as they are, with the reason.
    pub(super) kept: Arc<Vec<Kept>>,
    /// The plans of formulas as they are bound here.
    pub(super) plans: Plans,
    /// The edits that led here from the revision before.
    pub(super) operations: Arc<[Operation]>,
}

/// A formula that stays in the file and is not computed.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// The sheet.
    pub sheet: SheetId,
    /// The cell.
    pub cell: Cell,
    /// The formula as the file has it, without `=`.
    pub formula: Arc<str>,
    /// Why it is not computed.
    pub why: Arc<str>,
}

/// What all revisions, forks and undone branches of a workbook share: counters that never go back, and templates.
pub(super) struct Lineage {
    pub(super) rows: AnchorCounter,
    pub(super) columns: AnchorCounter,
    pub(super) sheets: AtomicU32,
    pub(super) templates: Mutex<TemplateTable>,
}

impl Lineage {
    pub(super) fn new() -> Lineage {
        Lineage {
            rows: AnchorCounter::rows(),
            columns: AnchorCounter::columns(),
            sheets: AtomicU32::new(0),
            templates: Mutex::new(TemplateTable::new()),
        }
    }

    /// A lineage that goes on from where this one is and leaves it alone: what is tried out spends nothing of it.
    pub(super) fn branch(&self) -> Lineage {
        Lineage {
            rows: self.rows.branch(),
            columns: self.columns.branch(),
            sheets: AtomicU32::new(self.sheets.load(Ordering::Relaxed)),
            templates: Mutex::new(TemplateTable::new()),
        }
    }

    /// A number for a new sheet.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`] when the sheets of a whole lineage have run out.
    pub(super) fn next_sheet(&self) -> Result<SheetId> {
        let number = self.sheets.fetch_add(1, Ordering::Relaxed);
        if number >= limits::SHEETS {
            let message = format!(
                "a workbook makes at most {} sheets over its life",
                limits::SHEETS
            );
            return Err(Error::new(ErrorKind::Limit, message));
        }
        Ok(SheetId(number))
    }
}

impl Revision {
    /// The revision of a new workbook: no sheet, no cell.
    pub(super) fn empty(tick: Tick) -> Revision {
        Revision {
            number: 0,
            tick,
            index: IndexSnapshot::default(),
            grids: Tree::new(),
            sheets: Sheets::default(),
            graph: Graph::default(),
            names: Names::default(),
            tables: Tables::default(),
            styles: Styles::default(),
            external: Arc::default(),
            functions: UserFunctions::default(),
            failures: Arc::default(),
            settings: BookSettings::default(),
            stale: Arc::default(),
            circular: Arc::default(),
            kept: Arc::default(),
            plans: Plans::default(),
            operations: Arc::new([]),
        }
    }

    /// The revision as parsing, binding and recalculation see it.
    pub(super) fn view(&self) -> BookView {
        BookView::new(Parts {
            sheets: &self.sheets,
            names: &self.names,
            tables: &self.tables,
            styles: &self.styles,
            external: &self.external,
            functions: &self.functions,
            graph: &self.graph,
            grids: &self.grids,
        })
    }

    /// The cells, open for reading and for writes that nobody else sees.
    pub(super) fn open(&self) -> Grids {
        Grids::new(OpenGrid::new(&self.index), self.grids.clone())
    }

    /// The value of a cell; blank off the grid.
    pub(super) fn value(&self, sheet: SheetId, cell: Cell) -> Value {
        self.grids
            .get(&Natural, &sheet)
            .map_or(Value::Blank, |grid| grid.value(&self.index, cell))
    }

    /// Shows each cell of an area that is not blank, in row-major order.
    pub(super) fn visit(&self, area: &Area, visitor: Visitor<'_>) {
        if let Some(grid) = self.grids.get(&Natural, &area.sheet) {
            let _ = grid.visit(&self.index, &area.rect, visitor);
        }
    }

    /// A rectangle that holds every cell of an area that is not blank.
    pub(super) fn used(&self, area: &Area) -> Option<Rect> {
        self.grids
            .get(&Natural, &area.sheet)?
            .used(&self.index, &area.rect)
    }

    /// The number of the style that a cell is shown with.
    pub(super) fn style_number(&self, sheet: SheetId, cell: Cell) -> u32 {
        self.styles
            .number_at(&self.index, self.grids.get(&Natural, &sheet), (sheet, cell))
            .0
    }

    /// The number of the style of the cell itself.
    pub(super) fn own_style_number(&self, sheet: SheetId, cell: Cell) -> Option<u32> {
        let grid = self.grids.get(&Natural, &sheet)?;
        let own = self.styles.own_at(&self.index, grid, (sheet, cell))?;
        Some(own.0)
    }

    /// The cells of a sheet that have a style of their own, in row-major order.
    pub(super) fn styled_cells(&self, sheet: SheetId) -> Vec<Cell> {
        let grid = self.grids.get(&Natural, &sheet);
        grid.map_or_else(Vec::new, |grid| self.styles.cells(&self.index, grid, sheet))
    }

    /// The code of a cell's number format.
    pub(super) fn number_format(&self, sheet: SheetId, cell: Cell) -> Arc<str> {
        self.styles
            .code_at(&self.index, self.grids.get(&Natural, &sheet), (sheet, cell))
    }

    /// What an evaluation in this revision depends on.
    pub(super) fn recalc_settings(&self) -> recalc::Settings {
        recalc_settings(&self.settings, self.tick)
    }
}

impl Axes for Revision {
    fn axes(&self, sheet: SheetId) -> Option<(&RowAxis, &ColumnAxis)> {
        let grid = self.grids.get(&Natural, &sheet)?;
        Some((grid.rows(), grid.columns()))
    }
}

/// What an evaluation depends on under these settings at this moment.
pub(super) fn recalc_settings(settings: &BookSettings, tick: Tick) -> recalc::Settings {
    let year = date_serial::parts_of_serial(tick.now, false).map_or(1900, |parts| parts.year);
    recalc::Settings {
        tick,
        conventions: Conventions {
            date1904: settings.date1904,
            year,
            text_units: settings.text_units,
        },
        sum_mode: settings.sum_mode,
    }
}
