//! Changed cells one by one, with what they held and hold: read when asked for.

use super::{ChangedRange, Diff};
use crate::reference::{Area, Cell, SheetId};
use crate::value::Value;
use crate::workbook::Snapshot;

/// A cell whose value or formula differs.
#[derive(Clone, Copy)]
pub struct ChangedCell<'a> {
    diff: &'a Diff,
    before: Option<(SheetId, Cell)>,
    after: Option<(SheetId, Cell)>,
}

impl Diff {
    /// All changed cells, range by range, each row by row.
    pub fn cells(&self) -> impl Iterator<Item = ChangedCell<'_>> {
        let ranges = self.ranges.iter();
        ranges.flat_map(|range| self.cells_of(range))
    }

    /// The cells of one of the changed ranges, row by row.
    pub fn cells_of(
        &self,
        range: &ChangedRange,
    ) -> impl Iterator<Item = ChangedCell<'_>> + use<'_> {
        let ChangedRange { before, after, .. } = *range;
        let shape = after.or(before).map(|area| area.rect);
        let columns = shape.map_or(1, |rect| u64::from(rect.columns()));
        let place = move |area: Option<Area>, number: u64| {
            let Area { sheet, rect } = area?;
            let (row, column) = ((number / columns) as u32, (number % columns) as u32);
            Some((sheet, Cell::new(rect.top + row, rect.left + column)))
        };
        (0..shape.map_or(0, |rect| rect.size())).map(move |number| ChangedCell {
            diff: self,
            before: place(before, number),
            after: place(after, number),
        })
    }
}

impl ChangedCell<'_> {
    /// Where it stood in the earlier snapshot; nothing if its row or column has come since.
    pub fn before(&self) -> Option<(SheetId, Cell)> {
        self.before
    }

    /// Where it stands in the later one; nothing if its row or column has gone.
    pub fn after(&self) -> Option<(SheetId, Cell)> {
        self.after
    }

    /// The value that it had; blank if it was not there.
    pub fn old_value(&self) -> Value {
        value(&self.diff.earlier, self.before)
    }

    /// The value that it has; blank if it is not there any more.
    pub fn new_value(&self) -> Value {
        value(&self.diff.later, self.after)
    }

    /// The formula that it had, with its `=`.
    pub fn old_formula(&self) -> Option<String> {
        let (sheet, cell) = self.before?;
        self.diff.earlier.formula_at(sheet, cell)
    }

    /// The formula that it has, with its `=`.
    pub fn new_formula(&self) -> Option<String> {
        let (sheet, cell) = self.after?;
        self.diff.later.formula_at(sheet, cell)
    }
}

fn value(snapshot: &Snapshot, place: Option<(SheetId, Cell)>) -> Value {
    place.map_or(Value::Blank, |(sheet, cell)| snapshot.value_at(sheet, cell))
}
