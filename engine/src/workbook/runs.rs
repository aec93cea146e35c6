//! Runs of cells down a column, and the rectangles that they make with their neighbours.

use crate::reference::{Rect, SheetId};

/// Consecutive cells of one column, and what is to be put there.
pub(super) struct Run<T> {
    pub(super) sheet: SheetId,
    /// The cells.
    pub(super) rect: Rect,
    pub(super) what: T,
}

impl<T> Run<T> {
    /// A run from one row to another.
    pub(super) fn new(sheet: SheetId, column: u32, (top, bottom): (u32, u32), what: T) -> Run<T> {
        let rect = Rect {
            top,
            bottom,
            left: column,
            right: column,
        };
        Run { sheet, rect, what }
    }
}

/// Rectangles made of runs over the same rows of neighbouring columns which `joins` lets be one.
pub(super) fn rectangles<T>(
    mut runs: Vec<Run<T>>,
    joins: impl Fn(&T, &T) -> bool,
) -> Vec<(SheetId, Rect, Vec<T>)> {
    runs.sort_by_key(|run| (run.sheet, run.rect.top, run.rect.bottom, run.rect.left));
    let mut found: Vec<(SheetId, Rect, Vec<T>)> = Vec::new();
    for run in runs {
        match found.last_mut() {
            Some((sheet, rect, parts))
                if *sheet == run.sheet
                    && (rect.top, rect.bottom) == (run.rect.top, run.rect.bottom)
                    && rect.right + 1 == run.rect.left
                    && parts.last().is_some_and(|part| joins(part, &run.what)) =>
            {
                rect.right = run.rect.right;
                parts.push(run.what);
            }
            _ => found.push((run.sheet, run.rect, vec![run.what])),
        }
    }
    found
}
