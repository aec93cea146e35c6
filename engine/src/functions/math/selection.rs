//! Which cells of a range meet criteria, and reading the corresponding cells of another range.
//!
//! A whole column has a million cells, nearly all of them blank, so a selection is a list of the cells that are chosen
//! or, where blank cells meet the criteria, of those that are not. The cells of the other range are read only where
//! they correspond to chosen ones: a formula in such a range does not depend on itself unless its own row is chosen.

use std::ops::ControlFlow;

use super::equals::Equals;
use crate::functions::{ColumnCells, ColumnVisitor, Context, Fold};
use crate::reference::{Area, Cell, Rect};
use crate::value::{CellError, Criterion};

/// A criterion is tried at places chosen before, instead of in its whole range, if that has this many times as many.
const FEW: u64 = 8;

/// Chosen cells from which on a selection is long.
const MANY: usize = 64;

/// Cells of a rectangle, by their 0-based place in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Selection {
    /// These, in row-major order.
    Only(Vec<Cell>),
    /// All but these, which are in row-major order.
    AllBut(Vec<Cell>),
}

impl Selection {
    /// The cells of `area` that meet the criterion.
    pub(super) fn of(context: &Context<'_>, area: &Area, criterion: &Criterion) -> Selection {
        match Equals::find(context, area, criterion) {
            Some(equals) => equals.selection(),
            None => Selection::scan(context, area, criterion),
        }
    }

    /// The places at which each criterion is met by its range; all ranges are of one size.
    pub(super) fn of_all(context: &Context<'_>, criteria: &[(Area, Criterion)]) -> Selection {
        let equals: Vec<Option<Equals>> = criteria
            .iter()
            .map(|(area, criterion)| Equals::find(context, area, criterion))
            .collect();
        let counts = equals.iter().enumerate().filter_map(|(at, equals)| {
            let equals = equals.as_ref().filter(|equals| !equals.negated)?;
            Some((equals.count(), at))
        });
        let rarest = counts.min().map(|(_, at)| at);
        let first = rarest.and_then(|at| equals[at].as_ref());
        let mut all = first.map_or(Selection::AllBut(Vec::new()), Equals::selection);
        for (at, ((area, criterion), equals)) in criteria.iter().zip(&equals).enumerate() {
            if Some(at) != rarest {
                all = all.with(context, (area, criterion), equals.as_ref());
            }
        }
        all
    }

    /// The cells of the selection that meet one criterion more.
    fn with(
        self,
        context: &Context<'_>,
        (area, criterion): (&Area, &Criterion),
        equals: Option<&Equals>,
    ) -> Selection {
        match (self, equals) {
            (Selection::Only(mut cells), Some(equals)) => {
                cells.retain(|cell| equals.contains(*cell) != equals.negated);
                Selection::Only(cells)
            }
            (Selection::Only(mut cells), None) if (cells.len() as u64) < area.rect.size() / FEW => {
                let origin = area.rect.top_left();
                cells.retain(|cell| {
                    let at = Cell::new(origin.row + cell.row, origin.column + cell.column);
                    criterion.matches(context.cells.value(area.sheet, at).as_ref())
                });
                Selection::Only(cells)
            }
            (selection, Some(equals)) => selection.and(equals.selection()),
            (selection, None) => selection.and(Selection::scan(context, area, criterion)),
        }
    }

    /// Tries the criterion on every cell of `area`.
    fn scan(context: &Context<'_>, area: &Area, criterion: &Criterion) -> Selection {
        let blank = criterion.matches_blank();
        let origin = area.rect.top_left();
        let mut listed = Vec::new();
        let mut searched = 0;
        if area.rect.columns() == 1 {
            context.cells.visit_column(area, &mut |row, cells| {
                let row = row - origin.row;
                match cells {
                    ColumnCells::Numbers(numbers) => {
                        searched += numbers.len() as u64;
                        list_numbers(criterion, blank, (row, numbers), &mut listed);
                    }
                    ColumnCells::Cell(value) => {
                        searched += 1;
                        if criterion.matches(value) != blank {
                            listed.push(Cell::new(row, 0));
                        }
                    }
                }
                ControlFlow::Continue(())
            });
        } else {
            context.cells.visit(area, &mut |cell, value| {
                searched += 1;
                if criterion.matches(value) != blank {
                    listed.push(Cell::new(
                        cell.row - origin.row,
                        cell.column - origin.column,
                    ));
                }
                ControlFlow::Continue(())
            });
        }
        if criterion.sought().is_some() {
            context.cells.searched(area, searched);
        }
        if blank {
            Selection::AllBut(listed)
        } else {
            Selection::Only(listed)
        }
    }

    /// The cells that are in both selections.
    pub(super) fn and(self, other: Selection) -> Selection {
        match (self, other) {
            (Selection::Only(a), Selection::Only(b)) => Selection::Only(common(a, &b)),
            (Selection::Only(cells), Selection::AllBut(without))
            | (Selection::AllBut(without), Selection::Only(cells)) => {
                Selection::Only(difference(cells, &without))
            }
            (Selection::AllBut(a), Selection::AllBut(b)) => Selection::AllBut(union(a, b)),
        }
    }

    /// Whether so many cells are chosen that another formula should not choose them again.
    pub(super) fn is_long(&self) -> bool {
        match self {
            Selection::Only(cells) => cells.len() >= MANY,
            Selection::AllBut(_) => true,
        }
    }

    /// How many cells of a rectangle of `size` cells are chosen.
    pub(super) fn count(&self, size: u64) -> u64 {
        match self {
            Selection::Only(cells) => cells.len() as u64,
            Selection::AllBut(cells) => size - cells.len() as u64,
        }
    }

    /// Shows the chosen cells of `area` to a fold, in row-major order, until it fails. What lies beyond the grid is
    /// blank.
    pub(super) fn feed(
        &self,
        context: &Context<'_>,
        area: &Area,
        fold: &mut impl Fold,
    ) -> Result<(), CellError> {
        let (rows, columns) = context.cells.grid(area.sheet);
        let origin = area.rect.top_left();
        if let Selection::Only(cells) = self
            && area.rect.columns() == 1
        {
            let below = rows.saturating_sub(origin.row);
            let inside = cells.partition_point(|cell| cell.row < below);
            let rows: Vec<u32> = cells[..inside]
                .iter()
                .map(|cell| origin.row + cell.row)
                .collect();
            let column = (area.sheet, origin.column);
            return feed_with(fold, |visitor| {
                context.cells.visit_rows(column, &rows, visitor);
            });
        }
        let mut read = |part: Rect| {
            let absolute = Rect {
                top: origin.row.saturating_add(part.top),
                left: origin.column.saturating_add(part.left),
                bottom: origin
                    .row
                    .saturating_add(part.bottom)
                    .min(rows.saturating_sub(1)),
                right: origin
                    .column
                    .saturating_add(part.right)
                    .min(columns.saturating_sub(1)),
            };
            if absolute.top > absolute.bottom || absolute.left > absolute.right {
                return Ok(());
            }
            let part = Area::new(area.sheet, absolute);
            feed_with(fold, |visitor| {
                if absolute.left == absolute.right {
                    context.cells.visit_column(&part, visitor);
                } else {
                    context.cells.visit(&part, &mut |cell, value| {
                        visitor(cell.row, ColumnCells::Cell(value))
                    });
                }
            })
        };
        match self {
            Selection::Only(cells) => runs(cells).try_for_each(&mut read),
            Selection::AllBut(cells) => {
                gaps(cells, area.rect.rows(), area.rect.columns()).try_for_each(&mut read)
            }
        }
    }
}

/// Gives a fold what `visit` shows.
fn feed_with(fold: &mut impl Fold, visit: impl FnOnce(ColumnVisitor<'_>)) -> Result<(), CellError> {
    let mut result = Ok(());
    visit(&mut |_, cells| {
        result = match cells {
            ColumnCells::Numbers(numbers) => fold.numbers(numbers),
            ColumnCells::Cell(value) => fold.cell(value),
        };
        match result {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    });
    result
}

/// Lists those of the numbers from a row on that meet the criterion, or that do not.
fn list_numbers(
    criterion: &Criterion,
    unless: bool,
    (row, numbers): (u32, &[f64]),
    listed: &mut Vec<Cell>,
) {
    let mut count = listed.len();
    listed.resize(count + numbers.len(), Cell::new(0, 0));
    // Every number is written and only some are kept: chance decides, and a branch would be guessed wrong.
    criterion.visit_numbers(numbers, |at, is_met| {
        listed[count] = Cell::new(row + at as u32, 0);
        count += usize::from(is_met != unless);
    });
    listed.truncate(count);
}

/// The listed cells as rectangles: of cells that follow each other in one row or one column, the whole run.
fn runs(cells: &[Cell]) -> impl Iterator<Item = Rect> {
    cells
        .chunk_by(|a, b| {
            let along = a.row == b.row && a.column + 1 == b.column;
            along || (a.column == b.column && a.row + 1 == b.row)
        })
        .flat_map(|run| {
            // A run that turns a corner is no rectangle; it is taken apart.
            let hull = run
                .iter()
                .map(|cell| Rect::cell(*cell))
                .reduce(|hull, cell| hull.hull(&cell));
            let whole = hull.filter(|hull| hull.size() == run.len() as u64);
            let single = if whole.is_some() { &[] } else { run };
            whole
                .into_iter()
                .chain(single.iter().map(|cell| Rect::cell(*cell)))
        })
}

/// What is left of a rectangle without the listed cells, as rectangles in row-major order.
fn gaps(cells: &[Cell], rows: u32, columns: u32) -> impl Iterator<Item = Rect> {
    let end = Cell::new(rows, 0);
    let mut next = Cell::new(0, 0);
    cells.iter().copied().chain([end]).flat_map(move |cell| {
        let parts = between(next, cell, columns);
        next = if cell.column + 1 < columns {
            Cell::new(cell.row, cell.column + 1)
        } else {
            Cell::new(cell.row + 1, 0)
        };
        parts.into_iter().flatten()
    })
}

/// The cells from `first` to before `end` in row-major order: the rest of a row, whole rows, the beginning of a row.
fn between(first: Cell, end: Cell, columns: u32) -> [Option<Rect>; 3] {
    let rect = |top: u32, left: u32, bottom: u32, right: u32| {
        (top < bottom && left < right).then(|| Rect {
            top,
            left,
            bottom: bottom - 1,
            right: right - 1,
        })
    };
    if first.row == end.row {
        return [
            rect(first.row, first.column, first.row + 1, end.column),
            None,
            None,
        ];
    }
    let whole = if first.column == 0 {
        first.row
    } else {
        first.row + 1
    };
    let rest = rect(first.row, first.column, whole, columns);
    [
        rest,
        rect(whole, 0, end.row, columns),
        rect(end.row, 0, end.row + 1, end.column),
    ]
}

/// What two ascending lists have in common.
fn common(mut a: Vec<Cell>, b: &[Cell]) -> Vec<Cell> {
    let mut b = b.iter().peekable();
    a.retain(|cell| {
        while b.next_if(|other| *other < cell).is_some() {}
        b.peek() == Some(&cell)
    });
    a
}

/// What of an ascending list is not in another.
fn difference(mut cells: Vec<Cell>, without: &[Cell]) -> Vec<Cell> {
    let mut without = without.iter().peekable();
    cells.retain(|cell| {
        while without.next_if(|other| *other < cell).is_some() {}
        without.peek() != Some(&cell)
    });
    cells
}

/// Two ascending lists in one.
fn union(mut a: Vec<Cell>, b: Vec<Cell>) -> Vec<Cell> {
    a.extend(b);
    a.sort_unstable();
    a.dedup();
    a
}

#[cfg(test)]
mod tests;
