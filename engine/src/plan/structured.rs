//! Binding of structured references: which cells a table's columns and rows are now.

use std::sync::Arc;

use smallvec::smallvec;

use super::bind::{Binder, Site};
use super::book::TableShape;
use super::bound::{BoundReference, Operation, ThisRow};
use super::reads::intersected;
use crate::formula::TemplateAxis;
use crate::formula::ast::{Shape, StructuredReference, TableRows};
use crate::value::CellError;

impl Binder<'_> {
    /// Binds a structured reference: a table that is not known is `#NAME?`, a column or a kind of rows that it does
    /// not have is `#REF!`.
    pub(super) fn structured(&mut self, structured: &StructuredReference, site: Site) {
        let table = match (&structured.table, self.cell) {
            (Some(name), _) => {
                self.use_table(name);
                self.book.table(name)
            }
            (None, Some(cell)) => self.book.table_at(self.here, cell),
            (None, None) => None,
        };
        let Some(table) = table else {
            return self.constant(CellError::Name);
        };
        self.use_table(&table.name);
        let rows = rows_of(&table, structured.rows);
        let columns = columns_of(&table, &structured.columns);
        let Some((rows, columns)) = rows
            .zip(columns)
            .and_then(|(rows, columns)| self.anchored(&table, rows, columns))
        else {
            return self.constant(CellError::Ref);
        };
        if structured.rows == TableRows::ThisRow {
            self.this_row(&table, rows, columns, site);
        } else {
            self.table_cells(&table, rows, columns, site);
        }
    }

    fn table_cells(
        &mut self,
        table: &TableShape,
        rows: (TemplateAxis, TemplateAxis),
        columns: (TemplateAxis, TemplateAxis),
        site: Site,
    ) {
        let mut shape = Shape::Range { rows, columns };
        if rows.0 == rows.1 && columns.0 == columns.1 {
            let (row, column) = (rows.0, columns.0);
            shape = Shape::Cell { row, column };
        }
        let mut read = Some(shape);
        if site.intersected {
            (shape, read) = intersected(shape);
        }
        if let Some(read) = read.filter(|_| site.reads) {
            self.read(table.sheet, read, false);
        }
        let bound = BoundReference {
            sheets: smallvec![table.sheet],
            shape,
            wraps: false,
        };
        self.emit(Operation::Reference(bound), site.array);
    }

    fn this_row(
        &mut self,
        table: &TableShape,
        rows: (TemplateAxis, TemplateAxis),
        columns: (TemplateAxis, TemplateAxis),
        site: Site,
    ) {
        if site.reads {
            let own = TemplateAxis::Relative(0);
            let shape = match columns {
                (first, last) if first == last => Shape::Cell {
                    row: own,
                    column: first,
                },
                columns => Shape::Range {
                    rows: (own, own),
                    columns,
                },
            };
            self.read(table.sheet, shape, false);
        }
        let this_row = ThisRow {
            sheet: table.sheet,
            rows,
            columns,
        };
        self.emit(Operation::ThisRow(Box::new(this_row)), site.array);
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
