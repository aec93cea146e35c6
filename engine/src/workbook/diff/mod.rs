//! The differences of two snapshots, as data: which ranges hold other values or formulas, and what else has changed.
//!
//! The ranges come first, values and formulas are read from the two snapshots when they are asked for, so the
//! difference of a million cells costs no copy of them. Of one workbook and its forks only that is looked at which the
//! two revisions do not share; rows and columns are told by their identity, so what was moved along by an insertion
//! does not differ. Workbooks that have nothing to do with each other are compared sheet by sheet, by name and position.

mod around;
mod by_position;
mod cells;
mod fates;
mod formats;
mod formulas;
mod pieces;
mod ranges;

use std::cell::OnceCell;
use std::sync::Arc;

use super::Snapshot;
use super::comparison::{Comparison, is_same_axis};
use fates::Fates;

use crate::reference::{Area, Dimension, SheetId};
use crate::storage::SheetGrid;
use crate::storage::tree::Natural;

pub use around::Change;
pub use cells::ChangedCell;
pub use ranges::ChangedRange;

/// What differs between two snapshots; made by [`Snapshot::diff`].
pub struct Diff {
    earlier: Snapshot,
    later: Snapshot,
    changes: Vec<Change>,
    ranges: Vec<ChangedRange>,
    formats: Vec<Area>,
    by_position: Vec<SheetId>,
}

impl Snapshot {
    /// What differs between an earlier snapshot and this one: changed ranges with old and new values and formulas, rows
    /// and columns that came and went, sheets, names, tables, formats, settings.
    ///
    /// Any number of edits may lie between the two, also those that were taken back: only what the two hold counts. A
    /// formula has changed if it reads otherwise now, and not only because sheets were renamed or cells moved along with
    /// inserted or deleted rows or columns. Of sheets that only one of both has nothing is told but that.
    ///
    /// # Complexity
    ///
    /// Grows with the differences between snapshots of one workbook and its forks, a formula that is filled over cells
    /// counted as one; with the size of both workbooks if they have nothing in common.
    ///
    /// # Examples
    ///
    /// ```
    /// # use tabulith::Workbook;
    /// # use tabulith::value::Value;
    /// # let book = Workbook::new();
    /// # book.add_sheet("Ledger")?;
    /// book.edit(|tx| {
    ///     tx.set("Ledger!A1", 100.0)?;
    ///     tx.fill("Ledger!B1:B1000", "=A$1*2")
    /// })?;
    /// let before = book.snapshot();
    /// book.edit(|tx| tx.set("Ledger!A1", 150.0))?;
    ///
    /// let diff = book.snapshot().diff(&before);
    /// let ranges = diff.ranges().iter().filter_map(|range| range.after);
    /// let ranges: Vec<String> = ranges.map(|area| diff.later().address(&area)).collect();
    /// assert_eq!(ranges, ["Ledger!A1", "Ledger!B1:B1000"]);
    /// let last = diff.cells().last().unwrap();
    /// assert_eq!((last.old_value(), last.new_value()), (Value::from(200.0), Value::from(300.0)));
    /// # Ok::<(), tabulith::Error>(())
    /// ```
    pub fn diff(&self, earlier: &Snapshot) -> Diff {
        let mut diff = Diff {
            earlier: earlier.clone(),
            later: self.clone(),
            changes: Vec::new(),
            ranges: Vec::new(),
            formats: Vec::new(),
            by_position: Vec::new(),
        };
        if Arc::ptr_eq(&earlier.revision, &self.revision) {
            return diff;
        }
        let found = Finding::new(earlier, self);
        found.changes(&mut diff.changes);
        found.ranges(&mut diff.ranges);
        found.formats(&mut diff.formats);
        diff.by_position = found.pairs.iter().map(|pair| pair.now).collect();
        diff
    }
}

impl Diff {
    /// The snapshot from which the differences lead.
    pub fn earlier(&self) -> &Snapshot {
        &self.earlier
    }

    /// The snapshot to which they lead.
    pub fn later(&self) -> &Snapshot {
        &self.later
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.ranges.is_empty() && self.formats.is_empty()
    }

    /// What has changed beside values, formulas and formats of cells: sheets first, then rows and columns.
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// The cells whose values or formulas differ, each in one range; by sheet and position.
    pub fn ranges(&self) -> &[ChangedRange] {
        &self.ranges
    }

    /// Where cells of the later snapshot have other formats, their own or those of their rows and columns.
    pub fn formats(&self) -> &[Area] {
        &self.formats
    }

    /// The sheets of the later snapshot that were compared by position, because it has other rows and columns than the
    /// earlier one: nothing tells what was inserted there, and cells that moved count as changed.
    pub fn by_position(&self) -> &[SheetId] {
        &self.by_position
    }
}

/// A sheet of both snapshots that is compared by position.
#[derive(Debug, Clone, Copy)]
struct Pair {
    then: SheetId,
    now: SheetId,
}

/// Two snapshots under comparison.
struct Finding<'a> {
    earlier: &'a Snapshot,
    later: &'a Snapshot,
    of: Comparison<'a>,
    /// Whether both are of one workbook or of forks of it, so that numbers of sheets and anchors mean the same.
    related: bool,
    /// The sheets that are compared by position: all of them if the two are not related.
    pairs: Vec<Pair>,
    /// The sheets whose rows or columns are not the same, apart from those.
    reshaped: Vec<SheetId>,
    fates: OnceCell<Fates>,
}

impl<'a> Finding<'a> {
    fn new(earlier: &'a Snapshot, later: &'a Snapshot) -> Finding<'a> {
        let of = Comparison {
            then: &earlier.revision,
            now: &later.revision,
        };
        let related = Arc::ptr_eq(&earlier.lineage, &later.lineage);
        let mut found = Finding {
            earlier,
            later,
            of,
            related,
            pairs: Vec::new(),
            reshaped: Vec::new(),
            fates: OnceCell::new(),
        };
        if related {
            found.find_reshaped();
        } else {
            let sheets = of.now.sheets.iter();
            let pairs = sheets.filter_map(|sheet| {
                let then = of.then.sheets.find(&sheet.name)?;
                let now = sheet.id;
                Some(Pair { then, now })
            });
            found.pairs = pairs.collect();
        }
        found
    }

    fn find_reshaped(&mut self) {
        let (then, now) = (&self.of.then.grids, &self.of.now.grids);
        let same = |a: &SheetGrid, b: &SheetGrid| {
            a.key() == b.key() && a.rows().is_same(b.rows()) && a.columns().is_same(b.columns())
        };
        let mut differing = Vec::new();
        then.diff(&Natural, now, same, |sheet, old, new| {
            if old.is_some() && new.is_some() {
                differing.push(*sheet);
            }
        });
        for sheet in differing {
            if self.of.has_same_anchors(sheet) {
                self.reshaped.push(sheet);
            } else {
                let (then, now) = (sheet, sheet);
                self.pairs.push(Pair { then, now });
            }
        }
    }

    fn is_by_position(&self, now: SheetId) -> bool {
        self.pairs.iter().any(|pair| pair.now == now)
    }

    /// Whether the rows or the columns of a sheet are one version in both.
    fn is_same_axis(&self, sheet: SheetId, along: Dimension) -> bool {
        is_same_axis(self.of.then, self.of.now, sheet, along)
    }
}
