//! The recalculation of a workbook that was just read, which whoever opens it may break off as the reading.

use crate::error::{ErrorKind, Result};
use crate::workbook::{CancelToken, Effort, Report};

/// Recalculates; `asked` is called now and then, and breaks it off with an error.
pub(super) fn recalculate_opened(
    asked: &mut dyn FnMut() -> Result<()>,
    recalculate: impl FnOnce(Effort<'_>) -> Result<Report>,
) -> Result<()> {
    let cancel = CancelToken::new();
    let mut refusal = None;
    let mut tell = |_| {
        if refusal.is_none() {
            refusal = asked().err();
        }
        if refusal.is_some() {
            cancel.cancel();
        }
    };
    let recalculated = recalculate(Effort {
        cancel: Some(cancel.clone()),
        progress: Some(&mut tell),
        ..Effort::default()
    });
    match (recalculated, refusal) {
        (Err(error), _) if error.kind() != ErrorKind::Cancelled => Err(error),
        (_, Some(refusal)) => Err(refusal),
        (recalculated, None) => recalculated.map(drop),
    }
}
