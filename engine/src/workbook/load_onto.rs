//! Loading a workbook that goes on from an earlier snapshot: what was edited since is told by where the rows, columns and
//! sheets of that snapshot stand now.

use super::load::Loader;
use super::sheets::{Sheet, Visibility};
use super::snapshot::Snapshot;
use crate::error::{Error, ErrorKind, Result};
use crate::reference::{Axis, Dimension, SheetId};
use crate::storage::tree::Natural;
use crate::storage::{AnchorCounter, OpenGrid, SheetGrid};

/// Rows or columns that are still there, ascending: former position, length, position now.
type Survivors<'a> = &'a [(u32, u32, u32)];

impl Loader {
    /// An empty workbook to load into that is a later state of `earlier`: its sheets, rows and columns are the same ones
    /// where it says so.
    pub fn onto(earlier: &Snapshot) -> Loader {
        Loader {
            earlier: Some(earlier.revision.clone()),
            ..Loader::of(earlier.lineage.clone())
        }
    }

    /// Adds the sheet of the earlier snapshot that has this number, under a name of today: its rows and columns, without
    /// what stood in them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Name`] if the name is taken or not allowed, or the sheet is there already.
    pub fn keep_sheet(&mut self, sheet: SheetId, name: &str, visibility: Visibility) -> Result<()> {
        if self.revision.sheets.get(sheet).is_some() {
            let message = format!("`{name}` is a sheet that is there already");
            return Err(Error::new(ErrorKind::Name, message));
        }
        self.put_sheet(Sheet {
            visibility,
            ..Sheet::new(sheet, name)
        })?;
        let earlier = self.earlier.as_ref();
        if let Some(grid) = earlier.and_then(|earlier| earlier.grids.get(&Natural, &sheet)) {
            self.grids.put_sheet(sheet, grid.emptied());
        }
        Ok(())
    }

    /// Says which sheet of the earlier snapshot a new one was copied from.
    pub fn copied_from(&mut self, sheet: SheetId, stem: SheetId) {
        if let Some(sheet) = self.revision.sheets.get_mut(sheet) {
            sheet.stem = stem;
        }
    }

    /// Says where the rows or columns of the earlier snapshot stand now on a sheet on which nothing stands yet; the
    /// others are new.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Argument`] if the runs are not in order; [`ErrorKind::Limit`] if there are too many.
    pub fn arrange(
        &mut self,
        sheet: SheetId,
        dimension: Dimension,
        runs: Survivors<'_>,
    ) -> Result<()> {
        let lineage = self.lineage.clone();
        let Some((open, grid)) = self.grids.writer(sheet) else {
            let message = format!("there is no sheet number {}", sheet.0);
            return Err(Error::new(ErrorKind::SheetNotFound, message));
        };
        let (len, counter) = match dimension {
            Dimension::Rows => (grid.rows().len(), &lineage.rows),
            Dimension::Columns => (grid.columns().len(), &lineage.columns),
        };
        check(runs, len)?;
        let mut lines = Lines {
            open,
            grid,
            dimension,
            counter,
        };
        // What is gone first, from the end, so that the positions before it stay.
        let (mut end, now) = runs.last().map_or((0, 0), |(former, length, now)| {
            (former + length, now + length)
        });
        if now < len {
            end = len;
        }
        for (former, length, _) in runs.iter().rev() {
            lines.delete(former + length, end - (former + length))?;
            end = *former;
        }
        lines.delete(0, end)?;
        // What is before the runs now, and new, in order.
        let mut stands = 0;
        for (_, length, now) in runs {
            lines.insert(stands, now - stands)?;
            stands = now + length;
        }
        Ok(())
    }
}

/// That the runs ascend and lie on an axis.
fn check(runs: Survivors<'_>, len: u32) -> Result<()> {
    let (mut former, mut now) = (0, 0);
    for run in runs {
        let ends = (run.0.checked_add(run.1), run.2.checked_add(run.1));
        match ends {
            (Some(former_end), Some(now_end))
                if run.1 > 0
                    && run.0 >= former
                    && run.2 >= now
                    && former_end.max(now_end) <= len =>
            {
                (former, now) = (former_end, now_end);
            }
            _ => {
                let message = format!("row or column {} does not come to {}", run.0, run.2);
                return Err(Error::new(ErrorKind::Argument, message));
            }
        }
    }
    Ok(())
}

/// The rows or the columns of a sheet, to be arranged.
struct Lines<'a> {
    open: &'a mut OpenGrid,
    grid: &'a mut SheetGrid,
    dimension: Dimension,
    counter: &'a AnchorCounter,
}

impl Lines<'_> {
    fn delete(&mut self, at: u32, count: u32) -> Result<()> {
        if count > 0 {
            match self.dimension {
                Dimension::Rows => self.grid.delete_rows(self.open, at, count)?,
                Dimension::Columns => self.grid.delete_columns(self.open, at, count)?,
            };
        }
        Ok(())
    }

    fn insert(&mut self, at: u32, count: u32) -> Result<()> {
        match self.dimension {
            _ if count == 0 => Ok(()),
            Dimension::Rows => self.grid.insert_rows(at, count, self.counter),
            Dimension::Columns => self.grid.insert_columns(at, count, self.counter),
        }
    }
}
