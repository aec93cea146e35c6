//! The cells of a rectangle of a snapshot.

use std::ops::ControlFlow;

use super::Snapshot;
use crate::reference::{Area, Cell};
use crate::value::Value;

/// The cells of a rectangle of a snapshot.
pub struct Range {
    pub(super) snapshot: Snapshot,
    pub(super) area: Area,
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
