//! One row or one column of a table: what lookups search.

use std::ops::{ControlFlow, Range};

use super::table::Table;
use crate::functions::Cells;
use crate::reference::{Area, Cell, Rect};
use crate::value::{Value, ValueRef};

/// A row or a column of a table; its values are numbered from 0.
#[derive(Debug, Clone, Copy)]
pub(in crate::functions) struct Line<'a> {
    table: Table<'a>,
    rect: Rect,
    vertical: bool,
}

impl<'a> Line<'a> {
    /// The column of a table.
    pub(in crate::functions) fn column(table: Table<'a>, column: u32) -> Line<'a> {
        Line {
            table,
            rect: Rect {
                left: column,
                right: column,
                ..table.rect()
            },
            vertical: true,
        }
    }

    /// The row of a table.
    pub(in crate::functions) fn row(table: Table<'a>, row: u32) -> Line<'a> {
        Line {
            table,
            rect: Rect {
                top: row,
                bottom: row,
                ..table.rect()
            },
            vertical: false,
        }
    }

    /// The table itself, if it is a single row or column.
    pub(in crate::functions) fn of(table: Table<'a>) -> Option<Line<'a>> {
        if table.columns() == 1 {
            Some(Line::column(table, 0))
        } else if table.rows() == 1 {
            Some(Line::row(table, 0))
        } else {
            None
        }
    }

    /// Number of values.
    pub(in crate::functions) fn len(&self) -> u32 {
        if self.vertical {
            self.rect.rows()
        } else {
            self.rect.columns()
        }
    }

    /// The value at a place.
    pub(in crate::functions) fn value(&self, cells: &dyn Cells, index: u32) -> Value {
        self.table.value(cells, self.place(index))
    }

    /// Number of places up to the last value that is not blank, or more.
    pub(in crate::functions) fn used_len(&self, cells: &dyn Cells) -> u32 {
        let Table::Area(_) = self.table else {
            return self.len();
        };
        let Some(used) = self.table.used(cells) else {
            return 0;
        };
        if self.vertical {
            used.bottom + 1
        } else {
            used.right + 1
        }
    }

    /// Shows the values from place `from` up to and without `to` that are not blank, in order, until the visitor
    /// breaks off.
    pub(in crate::functions) fn visit(
        &self,
        cells: &dyn Cells,
        from: u32,
        to: u32,
        visitor: &mut impl FnMut(u32, ValueRef<'_>) -> ControlFlow<()>,
    ) {
        if from >= to {
            return;
        }
        let part = Rect::new(self.place(from), self.place(to - 1));
        let vertical = self.vertical;
        let visited = self.table.visit(cells, part, &mut |place, value| {
            let index = if vertical { place.row } else { place.column };
            visitor(index, value)
        });
        debug_assert!(visited.is_ok(), "a line is no longer than an array may be");
    }

    /// The cells of the line, if it lies in a workbook.
    pub(in crate::functions) fn cells(&self) -> Option<Area> {
        self.table.cells(self.rect)
    }

    /// Where the cells of the line lie in the row or column that they are a part of.
    pub(in crate::functions) fn stretch(&self, cells: &Area) -> Range<u32> {
        if self.vertical {
            cells.rect.top..cells.rect.bottom + 1
        } else {
            cells.rect.left..cells.rect.right + 1
        }
    }

    fn place(&self, index: u32) -> Cell {
        if self.vertical {
            Cell::new(index, self.rect.left)
        } else {
            Cell::new(self.rect.top, index)
        }
    }
}
