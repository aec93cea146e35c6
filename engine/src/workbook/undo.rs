//! Undo and redo: former revisions, published again.

use std::sync::Arc;

use super::revision::Revision;
use super::{Workbook, Writer};
use crate::error::Result;

impl Workbook {
    /// Takes the last edit back; `false` if there is none.
    ///
    /// The whole former revision comes back: values, formulas, and the moment that volatile formulas saw.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Reentrant`](crate::ErrorKind::Reentrant) from inside an edit of the same workbook.
    pub fn undo(&self) -> Result<bool> {
        let mut lease = self.lease()?;
        let writer = &mut *lease.writer;
        let Some(former) = writer.undo.pop() else {
            return Ok(false);
        };
        let now = self.shared.published.load_full();
        self.restore(writer, &former, now.number);
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
        let Some(later) = writer.redo.pop() else {
            return Ok(false);
        };
        let now = self.shared.published.load_full();
        self.restore(writer, &later, now.number);
        writer.undo.push(now);
        Ok(true)
    }

    fn restore(&self, writer: &mut Writer, revision: &Revision, number: u64) {
        writer.plans.clear();
        self.shared.published.store(Arc::new(Revision {
            number: number + 1,
            ..revision.clone()
        }));
    }
}
