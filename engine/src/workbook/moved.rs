//! Where the cells of a sheet have gone since an earlier snapshot.

use super::Snapshot;
use crate::graph::Axes;
use crate::reference::{Axis, Moved, SheetId, Survivors};

impl Snapshot {
    /// Where the cells of `former`, a sheet of an earlier snapshot of the same workbook, stand now on `sheet`: the same
    /// one or its copy. Nothing if either snapshot has no such sheet.
    pub fn moved_since(
        &self,
        earlier: &Snapshot,
        former: SheetId,
        sheet: SheetId,
    ) -> Option<Moved> {
        let (rows, columns) = self.revision.axes(sheet)?;
        let (rows_then, columns_then) = earlier.revision.axes(former)?;
        let mut found = Runs::default();
        for (position, first, length) in rows_then.spans(0..rows_then.len()) {
            for (now, anchor, length) in rows.live(first, length) {
                found.push(position + (anchor.0 - first.0), length, now);
            }
        }
        let rows = found.finish(rows_then.len());
        let mut found = Runs::default();
        for (position, first, length) in columns_then.spans(0..columns_then.len()) {
            for (now, anchor, length) in columns.live(first, length) {
                found.push(position + (anchor.0 - first.0), length, now);
            }
        }
        let columns = found.finish(columns_then.len());
        Some(Moved { rows, columns })
    }
}

/// Runs in the making: what continues the run before is joined with it.
#[derive(Default)]
struct Runs(Vec<(u32, u32, u32)>);

impl Runs {
    fn push(&mut self, former: u32, length: u32, now: u32) {
        match self.0.last_mut() {
            Some((start, joined, at)) if *start + *joined == former && *at + *joined == now => {
                *joined += length;
            }
            _ => self.0.push((former, length, now)),
        }
    }

    fn finish(self, len: u32) -> Survivors {
        Survivors::new(self.0, len)
    }
}
