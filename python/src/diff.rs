//! What differs between two snapshots.

use std::sync::Arc;

use pyo3::prelude::*;
use tabulith::Snapshot;
use tabulith::reference::{Area, SheetId};
use tabulith::value::Value;
use tabulith::workbook::{self, Change};

use crate::source::sheet_name;
use crate::values;

/// An address with what stood there and what stands there.
type Differing<'py> = (String, Bound<'py, PyAny>, Bound<'py, PyAny>);

/// What differs between an earlier snapshot and a later one; values are read from the two when they are asked for.
#[pyclass(frozen, module = "tabulith")]
pub(crate) struct Diff(Arc<workbook::Diff>);

impl Diff {
    pub(crate) fn new(diff: workbook::Diff) -> Diff {
        Diff(Arc::new(diff))
    }
}

#[pymethods]
impl Diff {
    /// The cells whose values or formulas differ, in ranges.
    #[getter]
    fn ranges(&self) -> Vec<ChangedRange> {
        let ranges = 0..self.0.ranges().len();
        ranges
            .map(|place| ChangedRange {
                diff: self.0.clone(),
                place,
            })
            .collect()
    }

    /// What else differs, a phrase each.
    #[getter]
    fn changes(&self) -> Vec<String> {
        let changes = self.0.changes().iter();
        changes.map(|change| phrase(&self.0, change)).collect()
    }

    /// The addresses of cells with other formats.
    #[getter]
    fn formats(&self) -> Vec<String> {
        let formats = self.0.formats().iter();
        formats.map(|area| self.0.later().address(area)).collect()
    }

    /// The changed cells one by one: address, old value, new value.
    fn cells<'py>(&self, py: Python<'py>) -> PyResult<Vec<Differing<'py>>> {
        let cells = self.0.cells().map(|cell| {
            let address = match (cell.after(), cell.before()) {
                (Some(place), _) => address(self.0.later(), place),
                (None, Some(place)) => address(self.0.earlier(), place),
                (None, None) => String::new(),
            };
            let old = values::to_python(py, &cell.old_value())?;
            let new = values::to_python(py, &cell.new_value())?;
            Ok((address, old, new))
        });
        cells.collect()
    }

    fn __len__(&self) -> usize {
        self.0.ranges().len() + self.0.changes().len() + self.0.formats().len()
    }

    fn __bool__(&self) -> bool {
        !self.0.is_empty()
    }

    fn __repr__(&self) -> String {
        format!(
            "<tabulith.Diff: {} ranges, {} other changes, {} formats>",
            self.0.ranges().len(),
            self.0.changes().len(),
            self.0.formats().len()
        )
    }
}

/// A range of cells that differ alike.
#[pyclass(frozen, module = "tabulith")]
pub(crate) struct ChangedRange {
    diff: Arc<workbook::Diff>,
    place: usize,
}

impl ChangedRange {
    fn range(&self) -> &workbook::ChangedRange {
        &self.diff.ranges()[self.place]
    }

    fn rows(&self, py: Python<'_>, snapshot: &Snapshot, area: Option<Area>) -> Vec<Vec<Value>> {
        py.detach(|| {
            let shown = area.and_then(|area| snapshot.range(&snapshot.address(&area)).ok());
            shown.map_or_else(Vec::new, |range| range.rows())
        })
    }
}

#[pymethods]
impl ChangedRange {
    /// Where the cells stood; None if they have come since.
    #[getter]
    fn before(&self) -> Option<String> {
        let area = self.range().before?;
        Some(self.diff.earlier().address(&area))
    }

    /// Where the cells stand; None if they have gone.
    #[getter]
    fn after(&self) -> Option<String> {
        let area = self.range().after?;
        Some(self.diff.later().address(&area))
    }

    /// Whether the values differ.
    #[getter]
    fn values(&self) -> bool {
        self.range().values
    }

    /// Whether the formulas differ.
    #[getter]
    fn formulas(&self) -> bool {
        self.range().formulas
    }

    /// The values before, row by row; empty if the cells have come since.
    #[getter]
    fn old_values<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let rows = self.rows(py, self.diff.earlier(), self.range().before);
        values::rows_to_python(py, &rows)
    }

    /// The values now, row by row; empty if the cells have gone.
    #[getter]
    fn new_values<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let rows = self.rows(py, self.diff.later(), self.range().after);
        values::rows_to_python(py, &rows)
    }

    fn __len__(&self) -> usize {
        self.range().size() as usize
    }

    fn __repr__(&self) -> String {
        let none = || "none".to_owned();
        let (before, after) = (self.before(), self.after());
        match before == after {
            true => format!("<tabulith.ChangedRange {}>", after.unwrap_or_else(none)),
            false => format!(
                "<tabulith.ChangedRange {} -> {}>",
                before.unwrap_or_else(none),
                after.unwrap_or_else(none)
            ),
        }
    }
}

fn address(snapshot: &Snapshot, (sheet, cell): (SheetId, tabulith::reference::Cell)) -> String {
    snapshot.address(&Area::new(sheet, tabulith::reference::Rect::cell(cell)))
}

/// A change that is no cell's, in words.
fn phrase(diff: &workbook::Diff, change: &Change) -> String {
    let name = |sheet: SheetId| {
        let name = sheet_name(diff.later(), sheet).or_else(|_| sheet_name(diff.earlier(), sheet));
        format!("`{}`", name.unwrap_or_default())
    };
    let lines = |sheet: SheetId, what: &str, at: u32, count: u32| {
        format!("{count} {what} at {} of sheet {}", at + 1, name(sheet))
    };
    match change {
        Change::SheetAdded { sheet } => format!("sheet {} added", name(*sheet)),
        Change::SheetRemoved { sheet } => format!("sheet {} removed", name(*sheet)),
        Change::SheetRenamed { before, after, .. } => {
            format!("sheet `{before}` renamed to `{after}`")
        }
        Change::SheetsMoved => "sheets moved".to_owned(),
        Change::VisibilityChanged { sheet } => format!("visibility of sheet {}", name(*sheet)),
        Change::RowsInserted { sheet, at, count } => lines(*sheet, "rows inserted", *at, *count),
        Change::RowsDeleted { sheet, at, count } => lines(*sheet, "rows deleted", *at, *count),
        Change::ColumnsInserted { sheet, at, count } => {
            lines(*sheet, "columns inserted", *at, *count)
        }
        Change::ColumnsDeleted { sheet, at, count } => {
            lines(*sheet, "columns deleted", *at, *count)
        }
        Change::MergesChanged { sheet } => format!("merged cells of sheet {}", name(*sheet)),
        Change::WidthsChanged { sheet } => format!("widths of columns of sheet {}", name(*sheet)),
        Change::HiddenChanged { sheet } => {
            format!("hidden rows or columns of sheet {}", name(*sheet))
        }
        Change::FilterChanged { sheet } => format!("filter of sheet {}", name(*sheet)),
        Change::AttachedChanged { sheet } => {
            format!("what is attached to cells of sheet {}", name(*sheet))
        }
        Change::NameChanged { name, .. } => format!("name `{name}`"),
        Change::TableChanged { name } => format!("table `{name}`"),
        Change::SettingsChanged => "settings".to_owned(),
        Change::ExternalChanged => "values of other workbooks".to_owned(),
        // A kind that is newer than this package.
        other => format!("{other:?}"),
    }
}
