//! The indexes of rows and columns that evaluations share while no cell of them changes.
//!
//! An index costs as much as a few searches of its line, so one is made only when the searches so far have cost as
//! much: a lone lookup never makes one, and all together cost at most twice what they had to.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use hashbrown::HashMap;

use super::Visitor;
use super::line_index::{LineIndex, LineIndexBuilder};
use crate::limits;
use crate::reference::{Area, Cell, Rect, SheetId};

/// What it costs to put a value into an index, in values searched.
const BUILD: u64 = 3;

/// Lines shorter than this are searched as they are.
const SHORT: u64 = 32;

/// Lines that are watched at a time, at most.
const WATCHED: usize = 1 << 12;

/// A row or a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct LineId {
    sheet: SheetId,
    is_column: bool,
    at: u32,
}

impl LineId {
    /// The row or column that an area is a part of, if it is long enough to be worth it.
    fn of(area: &Area) -> Option<LineId> {
        let rect = &area.rect;
        let is_column = rect.left == rect.right;
        if rect.size() < SHORT || !is_column && rect.top != rect.bottom {
            return None;
        }
        Some(LineId {
            sheet: area.sheet,
            is_column,
            at: if is_column { rect.left } else { rect.top },
        })
    }

    /// All cells of the line in a grid of so many rows and columns.
    fn area(self, (rows, columns): (u32, u32)) -> Area {
        let at = Cell::new(self.at, self.at);
        let rect = if self.is_column {
            Rect::new(
                Cell { row: 0, ..at },
                Cell {
                    row: rows.saturating_sub(1),
                    ..at
                },
            )
        } else {
            Rect::new(
                Cell { column: 0, ..at },
                Cell {
                    column: columns.saturating_sub(1),
                    ..at
                },
            )
        };
        Area::new(self.sheet, rect)
    }

    fn meets(self, area: &Area) -> bool {
        let rect = &area.rect;
        let (first, last) = if self.is_column {
            (rect.left, rect.right)
        } else {
            (rect.top, rect.bottom)
        };
        self.sheet == area.sheet && (first..=last).contains(&self.at)
    }
}

/// Where the cells of lines are read when an index is made. What is read is part of no formula's precedents: an index
/// of a whole line is asked for the part of it that a formula reads.
pub trait Lines {
    /// Shows each cell of `area` that is not blank.
    fn visit(&self, area: &Area, visitor: Visitor<'_>);

    /// The rectangle that holds all of them.
    fn used(&self, area: &Area) -> Option<Rect>;

    /// The grid: number of rows and columns of a sheet.
    fn grid(&self, sheet: SheetId) -> (u32, u32);
}

/// The indexes of the rows and columns of a workbook.
#[derive(Debug, Default)]
pub struct Indexes {
    lines: RwLock<HashMap<LineId, Arc<Watched>>>,
    /// Values in all indexes.
    values: AtomicU64,
}

/// A line that was searched.
#[derive(Debug)]
struct Watched {
    /// Number of values searched so far.
    searched: AtomicU64,
    /// Number of values after which an index is made.
    enough: u64,
    index: OnceLock<Option<Arc<LineIndex>>>,
}

impl Indexes {
    /// The index of the row or column that `area` is a part of, if there is one or it is time to make it.
    pub fn get(&self, area: &Area, lines: &dyn Lines) -> Option<Arc<LineIndex>> {
        let id = LineId::of(area)?;
        let watched = self.watched(id)?;
        if watched.searched.load(Ordering::Relaxed) < watched.enough {
            return None;
        }
        watched.index.get_or_init(|| self.build(id, lines)).clone()
    }

    /// Counts values of `area` that were searched one by one for want of an index.
    pub fn searched(&self, area: &Area, values: u64, lines: &dyn Lines) {
        let Some(id) = LineId::of(area) else {
            return;
        };
        if let Some(watched) = self.watched(id) {
            watched.searched.fetch_add(values, Ordering::Relaxed);
            return;
        }
        let used = lines.used(&id.area(lines.grid(id.sheet)));
        let watched = Watched {
            searched: AtomicU64::new(values),
            enough: used.map_or(0, |used| used.size() * BUILD),
            index: OnceLock::new(),
        };
        let mut known = self.lines.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= WATCHED {
            known.retain(|_, watched| matches!(watched.index.get(), Some(Some(_))));
        }
        if known.len() < WATCHED {
            known.entry(id).or_insert_with(|| Arc::new(watched));
        }
    }

    /// Forgets the indexes of lines that have cells in `area`: these change.
    pub fn forget(&mut self, area: &Area) {
        self.forget_where(|id| id.meets(area));
    }

    /// Forgets the indexes of a sheet.
    pub fn forget_sheet(&mut self, sheet: SheetId) {
        self.forget_where(|id| id.sheet == sheet);
    }

    fn forget_where(&mut self, forgets: impl Fn(LineId) -> bool) {
        let lines = self.lines.get_mut().unwrap_or_else(PoisonError::into_inner);
        if lines.is_empty() {
            return;
        }
        let values = self.values.get_mut();
        lines.retain(|id, watched| {
            let kept = !forgets(*id);
            if !kept && let Some(Some(index)) = watched.index.get() {
                *values -= index.len() as u64;
            }
            kept
        });
    }

    fn watched(&self, id: LineId) -> Option<Arc<Watched>> {
        let known = self.lines.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&id).cloned()
    }

    /// Makes an index unless there is no room for it.
    fn build(&self, id: LineId, lines: &dyn Lines) -> Option<Arc<LineIndex>> {
        let area = id.area(lines.grid(id.sheet));
        if self.values.load(Ordering::Relaxed) > limits::INDEX_VALUES {
            return None;
        }
        let mut builder = LineIndexBuilder::default();
        lines.visit(&area, &mut |cell, value| {
            builder.add(if id.is_column { cell.row } else { cell.column }, value);
            ControlFlow::Continue(())
        });
        let index = builder.finish();
        self.values.fetch_add(index.len() as u64, Ordering::Relaxed);
        Some(Arc::new(index))
    }
}
