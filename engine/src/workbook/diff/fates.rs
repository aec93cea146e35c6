//! What became of the sheets of the earlier snapshot, and of the cells on them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Finding;
use crate::reference::{Cell, Moved, Rect, SheetId};

/// What became of a sheet that both snapshots have.
pub(super) struct Fate {
    /// Its name now.
    pub(super) name: Arc<str>,
    /// Where its cells have gone.
    pub(super) moved: Moved,
}

/// What became of sheets, by their numbers in the earlier snapshot.
pub(super) type Fates = BTreeMap<SheetId, Fate>;

impl Finding<'_> {
    /// What became of the sheets that both have; found out when it is first asked for.
    pub(super) fn fates(&self) -> &Fates {
        self.fates.get_or_init(|| {
            let sheets = self.of.then.sheets.iter();
            let fates = sheets.filter_map(|sheet| {
                let now = self.latter(sheet.id)?;
                let moved = match self.reshaped.contains(&sheet.id) {
                    true => self.later.moved_since(self.earlier, sheet.id, now)?,
                    false => Moved::nowhere(),
                };
                let name = self.of.now.sheets.get(now)?.name.clone();
                Some((sheet.id, Fate { name, moved }))
            });
            fates.collect()
        })
    }

    /// The sheet of the later snapshot with which one of the earlier is compared.
    pub(super) fn latter(&self, then: SheetId) -> Option<SheetId> {
        if self.related {
            return self.of.now.sheets.get(then).map(|sheet| sheet.id);
        }
        let pair = self.pairs.iter().find(|pair| pair.then == then);
        pair.map(|pair| pair.now)
    }

    /// The sheet of the earlier snapshot that a sheet of the later one is compared with.
    pub(super) fn former(&self, now: SheetId) -> Option<SheetId> {
        if self.related {
            return self.of.then.sheets.get(now).map(|sheet| sheet.id);
        }
        let pair = self.pairs.iter().find(|pair| pair.now == now);
        pair.map(|pair| pair.then)
    }

    /// Where a cell of the earlier snapshot stands in the later one.
    pub(super) fn stands(&self, then: SheetId, cell: Cell) -> Option<Cell> {
        self.fates().get(&then)?.moved.cell(cell)
    }

    /// Where a rectangle of the earlier snapshot stands in the later one.
    pub(super) fn rect_stands(&self, then: SheetId, rect: &Rect) -> Option<Rect> {
        self.fates().get(&then)?.moved.rect(rect)
    }
}
