//! How copies of a block lie over a rectangle.

use crate::reference::{Cell, Rect};

/// How a block is repeated over a rectangle.
pub(super) struct Tiles {
    /// The block.
    pub(super) from: Rect,
    /// The rectangle, of whose size the block's is a divisor.
    pub(super) to: Rect,
}

impl Tiles {
    /// The place of the first copy.
    pub(super) fn first(&self) -> Rect {
        self.moved(&self.from, self.to.top_left())
    }

    /// A rectangle of the block as it lies in the copy at `at`.
    pub(super) fn moved(&self, rect: &Rect, at: Cell) -> Rect {
        let top_left = Cell::new(
            at.row + (rect.top - self.from.top),
            at.column + (rect.left - self.from.left),
        );
        let corner = Cell::new(
            top_left.row + (rect.bottom - rect.top),
            top_left.column + (rect.right - rect.left),
        );
        Rect::new(top_left, corner)
    }

    /// Where the copies begin along one axis.
    fn starts(first: u32, last: u32, step: u32) -> impl Iterator<Item = u32> + Clone {
        (first..=last).step_by(step as usize)
    }

    /// A rectangle of the block as it lies in each copy.
    pub(super) fn each(&self, rect: &Rect) -> Vec<Rect> {
        let rows = Tiles::starts(self.to.top, self.to.bottom, self.from.rows());
        let columns = Tiles::starts(self.to.left, self.to.right, self.from.columns());
        let places = rows.flat_map(|row| columns.clone().map(move |column| Cell::new(row, column)));
        places.map(|at| self.moved(rect, at)).collect()
    }

    /// As [`Tiles::each`], joined where one copy continues the other.
    pub(super) fn of(&self, rect: &Rect) -> Vec<Rect> {
        let (all_rows, all_columns) = (
            rect.rows() == self.from.rows(),
            rect.columns() == self.from.columns(),
        );
        let mut one = Tiles { ..*self };
        if all_rows {
            one.to.bottom = one.to.top + (self.from.rows() - 1);
        }
        if all_columns {
            one.to.right = one.to.left + (self.from.columns() - 1);
        }
        let mut rects = one.each(rect);
        for rect in &mut rects {
            if all_rows {
                rect.bottom = self.to.bottom;
            }
            if all_columns {
                rect.right = self.to.right;
            }
        }
        rects
    }

    /// Repeats the first copy over the rest by copying what is there already, twice as much each time.
    pub(super) fn repeat(&self, mut copy: impl FnMut(Rect, Cell)) {
        let mut done = self.first();
        while done.bottom < self.to.bottom {
            let rows = done.rows().min(self.to.bottom - done.bottom);
            let part = Rect {
                bottom: done.top + (rows - 1),
                ..done
            };
            copy(part, Cell::new(done.bottom + 1, done.left));
            done.bottom += rows;
        }
        while done.right < self.to.right {
            let columns = done.columns().min(self.to.right - done.right);
            let part = Rect {
                right: done.left + (columns - 1),
                ..done
            };
            copy(part, Cell::new(done.top, done.right + 1));
            done.right += columns;
        }
    }
}
