//! Binding of structured references: which cells a table's columns and rows are now.

use std::sync::Arc;

use smallvec::smallvec;

use super::bind::{Binder, Site};
use super::book::TableShape;
use super::bound::{BoundReference, Operation, ThisRow};
use super::reads::intersected;
use crate::formula::TemplateAxis;
use crate::formula::ast::{Shape, StructuredReference, TableRows};
use crate::reference::{Rect, SheetId};
use crate::value::CellError;

/// The cells that a structured reference means.
pub(super) struct TableCells {
    pub(super) sheet: SheetId,
    pub(super) rows: (TemplateAxis, TemplateAxis),
    pub(super) columns: (TemplateAxis, TemplateAxis),
}

impl Binder<'_> {
    /// Binds a structured reference: a table that is not known is `#NAME?`, a column or a kind of rows that it does
    /// not have is `#REF!`.
    pub(super) fn structured(&mut self, structured: &StructuredReference, site: Site) {
        let cells = match self.table_cells(structured) {
            Ok(cells) => cells,
            Err(error) => return self.constant(error),
        };
        if structured.rows != TableRows::ThisRow {
            return self.whole_rows(&cells, site);
        }
        if site.reads {
            self.read(cells.sheet, this_row_shape(&cells), false);
        }
        let this_row = ThisRow {
            sheet: cells.sheet,
            rows: cells.rows,
            columns: cells.columns,
        };
        self.emit(Operation::ThisRow(Box::new(this_row)), site.array);
    }

    fn whole_rows(&mut self, cells: &TableCells, site: Site) {
        let mut shape = cells.shape();
        let mut read = Some(shape);
        if site.intersected {
            (shape, read) = intersected(shape);
        }
        if let Some(read) = read.filter(|_| site.reads) {
            self.read(cells.sheet, read, false);
        }
        let bound = BoundReference {
            sheets: smallvec![cells.sheet],
            shape,
            wraps: false,
        };
        self.emit(Operation::Reference(bound), site.array);
    }

    /// The cells of a structured reference; those of `[@column]` are all data rows.
    ///
    /// # Errors
    ///
    /// `#NAME?` or `#REF!`, as above.
    pub(super) fn table_cells(
        &mut self,
        structured: &StructuredReference,
    ) -> Result<TableCells, CellError> {
        let table = match (&structured.table, self.cell) {
            (Some(name), _) => {
                self.use_table(name);
                self.book.table(name)
            }
            (None, Some(cell)) => self.book.table_at(self.here, cell),
            (None, None) => None,
        };
        let table = table.ok_or(CellError::Name)?;
        self.use_table(&table.name);
        let area = table.cells_of(structured).ok_or(CellError::Ref)?;
        let (rows, columns) = ((area.top, area.bottom), (area.left, area.right));
        let (rows, columns) = self.anchored(&table, rows, columns).ok_or(CellError::Ref)?;
        Ok(TableCells {
            sheet: table.sheet,
            rows,
            columns,
        })
    }

    /// The rows and columns by their anchors, which stay right when others are inserted before them.
    fn anchored(
        &self,
        table: &TableShape,
        rows: (u32, u32),
        columns: (u32, u32),
    ) -> Option<((TemplateAxis, TemplateAxis), (TemplateAxis, TemplateAxis))> {
        let (row_axis, column_axis) = self.axes(table.sheet)?;
        if rows.1 >= row_axis.len() || columns.1 >= column_axis.len() {
            return None;
        }
        let row = |position| TemplateAxis::Absolute(row_axis.anchor(position));
        let column = |position| TemplateAxis::Absolute(column_axis.anchor(position));
        Some((
            (row(rows.0), row(rows.1)),
            (column(columns.0), column(columns.1)),
        ))
    }
}

impl TableCells {
    /// The cells as a reference.
    pub(super) fn shape(&self) -> Shape<TemplateAxis> {
        let (rows, columns) = (self.rows, self.columns);
        if rows.0 == rows.1 && columns.0 == columns.1 {
            let (row, column) = (rows.0, columns.0);
            Shape::Cell { row, column }
        } else {
            Shape::Range { rows, columns }
        }
    }
}

impl TableShape {
    /// The cells that a structured reference to this table means, those of all data rows for `[@column]`; nothing if
    /// the table has no such rows or columns, which is `#REF!`.
    pub fn cells_of(&self, structured: &StructuredReference) -> Option<Rect> {
        let (top, bottom) = rows_of(self, structured.rows)?;
        let (left, right) = columns_of(self, &structured.columns)?;
        Some(Rect {
            top,
            left,
            bottom,
            right,
        })
    }
}

/// The cells of the formula's own row.
pub(super) fn this_row_shape(cells: &TableCells) -> Shape<TemplateAxis> {
    let own = TemplateAxis::Relative(0);
    TableCells {
        sheet: cells.sheet,
        rows: (own, own),
        columns: cells.columns,
    }
    .shape()
}

/// First and last position of the rows asked for.
fn rows_of(table: &TableShape, rows: TableRows) -> Option<(u32, u32)> {
    let area = table.area;
    let data = table.data_rows();
    match rows {
        TableRows::All => Some((area.top, area.bottom)),
        TableRows::Headers => {
            (table.header_rows > 0).then(|| (area.top, area.top + table.header_rows - 1))
        }
        TableRows::Totals => {
            (table.totals_rows > 0).then(|| (area.bottom + 1 - table.totals_rows, area.bottom))
        }
        TableRows::Data | TableRows::ThisRow => data,
        TableRows::HeadersAndData => data.map(|(_, last)| (area.top, last)),
        TableRows::DataAndTotals => data.map(|(first, _)| (first, area.bottom)),
    }
}

/// First and last position of the columns asked for.
fn columns_of(table: &TableShape, columns: &Option<(Arc<str>, Arc<str>)>) -> Option<(u32, u32)> {
    let Some((first, last)) = columns else {
        return Some((table.area.left, table.area.right));
    };
    let (first, last) = (table.column(first)?, table.column(last)?);
    Some((first.min(last), first.max(last)))
}
