//! Rows and columns: those that came are deleted, those that went are inserted.
//!
//! Rows never change places among each other, so the anchors of both axes tell what to do. If an axis cannot be put
//! back this way, because an array formula would be torn, it stays as it is, and its cells are compared by position.

use super::Way;
use crate::reference::{Dimension, SheetId};
use crate::workbook::comparison::{absent, is_same_axis};
use crate::workbook::operation::Operation;

impl Way<'_> {
    pub(super) fn put_lines(&mut self) {
        let sheets: Vec<SheetId> = self.then.sheets.order().to_vec();
        for sheet in sheets {
            for dimension in [Dimension::Rows, Dimension::Columns] {
                let (now, length) = (self.now.clone(), self.operations.len());
                if !self.put_axis(sheet, dimension) {
                    self.now = now;
                    self.operations.truncate(length);
                }
            }
        }
    }

    fn put_axis(&mut self, sheet: SheetId, dimension: Dimension) -> bool {
        if is_same_axis(self.then, &self.now, sheet, dimension) {
            return true;
        }
        let came = absent(&self.now, self.then, sheet, dimension);
        let delete = |(at, count): (u32, u32)| match dimension {
            Dimension::Rows => Operation::DeleteRows { sheet, at, count },
            Dimension::Columns => Operation::DeleteColumns { sheet, at, count },
        };
        if !self.go(came.into_iter().rev().map(delete).collect()) {
            return false;
        }
        let went = absent(self.then, &self.now, sheet, dimension);
        let insert = |(at, count): (u32, u32)| match dimension {
            Dimension::Rows => Operation::InsertRows { sheet, at, count },
            Dimension::Columns => Operation::InsertColumns { sheet, at, count },
        };
        self.go(went.into_iter().map(insert).collect())
    }
}
