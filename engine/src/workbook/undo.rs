//! Undo and redo: former revisions, published again.

use std::sync::Arc;

use super::draft::Draft;
use super::revision::Revision;
use super::{Workbook, Writer};
use crate::error::Result;
use crate::recalc::Effort;

impl Workbook {
    /// Takes the last edit back; `false` if there is none.
    ///
    /// The whole former revision comes back: values, formulas, and the moment that volatile formulas saw. Functions of the
    /// user stay as they are now; formulas for which that makes a difference are computed again.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Reentrant`](crate::ErrorKind::Reentrant) from inside an edit of the same workbook.
    pub fn undo(&self) -> Result<bool> {
        let mut lease = self.lease()?;
        let writer = &mut *lease.writer;
        let Some(former) = writer.undo.last().cloned() else {
            return Ok(false);
        };
        let now = self.shared.published.load_full();
        self.restore(writer, &former, &now)?;
        writer.undo.pop();
        writer.redo.push(now);
        Ok(true)
    }

    /// Does the edit again that was last taken back; `false` if there is none.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Reentrant`](crate::ErrorKind::Reentrant) from inside an edit of the same workbook.
    pub fn redo(&self) -> Result<bool> {
        let mut lease = self.lease()?;
        let writer = &mut *lease.writer;
        let Some(later) = writer.redo.last().cloned() else {
            return Ok(false);
        };
        let now = self.shared.published.load_full();
        self.restore(writer, &later, &now)?;
        writer.redo.pop();
        writer.undo.push(now);
        Ok(true)
    }

    fn restore(&self, writer: &mut Writer, wanted: &Arc<Revision>, now: &Revision) -> Result<()> {
        writer.plans.clear();
        let restored = if wanted.functions.is_same(&now.functions) {
            (**wanted).clone()
        } else {
            let (plans, tick) = (&mut writer.plans, wanted.tick);
            let mut draft = Draft::new(wanted.clone(), &self.shared.lineage, plans, tick);
            draft.put_functions(now.functions.clone());
            let mut effort = Effort {
                threads: self.threads(),
                ..Effort::default()
            };
            draft.finish(&mut effort)?.0
        };
        self.shared.published.store(Arc::new(Revision {
            number: now.number + 1,
            operations: wanted.operations.clone(),
            ..restored
        }));
        Ok(())
    }
}
