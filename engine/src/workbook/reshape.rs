//! What rows or columns that come or go do to the references of a template.
//!
//! A template's coordinates are turned into positions before, shifted by the plain rules of
//! [`reference::shift`](crate::reference::shift), and turned into coordinates again. Nothing here changes anything.

use crate::formula::ast::Shape;
use crate::formula::{TemplateAxis, TemplateReference, TemplateSheets};
use crate::reference::{
    Anchor, Axis, AxisEdit, Cell, Dimension, Edit, GridLimits, Rect, SheetId, shift_position,
    shift_span,
};

/// A structural edit of one sheet, with the axis that it changes.
#[derive(Clone, Copy)]
pub(super) struct Reshape<'a> {
    pub(super) sheet: SheetId,
    pub(super) edit: Edit,
    pub(super) grid: GridLimits,
    pub(super) before: &'a dyn Axis,
    pub(super) after: &'a dyn Axis,
}

/// The coordinates of a shape along one dimension.
pub(super) enum Coordinates {
    /// The dimension does not matter, or nothing is referred to.
    None,
    /// One row or column.
    One(TemplateAxis),
    /// First and last.
    Span(TemplateAxis, TemplateAxis),
}

/// The row or column that a formula stands in, before and after; nothing for the formula of a name.
pub(super) type Own = Option<(u32, u32)>;

impl Reshape<'_> {
    pub(super) fn dimension(&self) -> Dimension {
        self.edit.dimension()
    }

    /// What happens along the axis.
    pub(super) fn along(&self) -> AxisEdit {
        self.edit.along()
    }

    /// Number of rows or columns.
    pub(super) fn len(&self) -> u32 {
        self.dimension().len(self.grid)
    }

    /// Where a row or column of a sheet goes; nothing if it is gone.
    pub(super) fn moved(&self, sheet: SheetId, position: u32) -> Option<u32> {
        if sheet == self.sheet {
            shift_position(position, self.along(), self.len())
        } else {
            Some(position)
        }
    }

    /// Where a cell goes; nothing if it is gone.
    pub(super) fn cell(&self, sheet: SheetId, cell: Cell) -> Option<Cell> {
        if sheet == self.sheet {
            self.edit.cell(cell, self.grid)
        } else {
            Some(cell)
        }
    }

    /// What is left of a rectangle; nothing if it is gone.
    pub(super) fn rect(&self, sheet: SheetId, rect: &Rect) -> Option<Rect> {
        if sheet == self.sheet {
            self.edit.rect(rect, self.grid)
        } else {
            Some(*rect)
        }
    }

    /// The shape of a reference afterwards, in a formula on the sheet `here`.
    pub(super) fn shape(
        &self,
        reference: &TemplateReference,
        here: SheetId,
        own: Own,
    ) -> Shape<TemplateAxis> {
        let there = sheet_of(reference, here) == Some(self.sheet);
        let shape = &reference.shape;
        let reshaped = match coordinates(shape, self.dimension()) {
            Coordinates::None => return *shape,
            Coordinates::One(axis) if there => self.one(axis, own).map(Coordinates::One),
            Coordinates::One(axis) => self.standing(axis, own).map(Coordinates::One),
            Coordinates::Span(first, last) if there => self.span((first, last), own),
            Coordinates::Span(first, last) => self
                .standing(first, own)
                .zip(self.standing(last, own))
                .map(|(first, last)| Coordinates::Span(first, last)),
        };
        match reshaped {
            Some(coordinates) => with_coordinates(shape, self.dimension(), &coordinates),
            None => Shape::Invalid,
        }
    }

    /// A coordinate on a sheet whose axis stays: only the formula may move. Nothing if it is off the grid and the
    /// formula moves, lest it come back to it.
    fn standing(&self, axis: TemplateAxis, own: Own) -> Option<TemplateAxis> {
        match (axis, own) {
            (TemplateAxis::Relative(offset), Some((before, after))) if before != after => {
                let target = on_grid(before, offset, self.len())?;
                Some(relative(target, after))
            }
            _ => Some(axis),
        }
    }

    /// A single row or column of the edited axis; nothing if it is gone.
    fn one(&self, axis: TemplateAxis, own: Own) -> Option<TemplateAxis> {
        match self.position(axis, own) {
            Some(position) => {
                let position = shift_position(position, self.along(), self.len())?;
                Some(self.placed(axis, position, own))
            }
            None => self.standing(axis, own),
        }
    }

    /// The ends of a range on the edited axis; nothing if all of it is gone.
    fn span(&self, (first, last): (TemplateAxis, TemplateAxis), own: Own) -> Option<Coordinates> {
        let (edit, len) = (self.along(), self.len());
        let places = (self.position(first, own), self.position(last, own));
        let (Some(a), Some(b)) = places else {
            return self.half_span((first, last), places, own);
        };
        let (low, high) = (a.min(b), a.max(b));
        let (start, end) = shift_span(low, high, edit, len)?;
        let pushed_off = matches!(edit, AxisEdit::Insert { .. })
            && high + 1 < len
            && shift_position(high, edit, len).is_none();
        let at_end = |axis| {
            let absolute = matches!(axis, TemplateAxis::Absolute(_));
            if pushed_off || (absolute && end + 1 == len) {
                TemplateAxis::Last
            } else {
                self.placed(axis, end, own)
            }
        };
        Some(if a <= b {
            Coordinates::Span(self.placed(first, start, own), at_end(last))
        } else if start == end {
            // Both ends stand in one place now, where their order would no longer tell which is the first.
            Coordinates::Span(self.placed(last, start, own), at_end(first))
        } else {
            Coordinates::Span(at_end(first), self.placed(last, start, own))
        })
    }

    /// The ends of a range of which at most one has a position: in the formula of a name the other is relative, in
    /// that of a cell it is off the grid.
    fn half_span(
        &self,
        (first, last): (TemplateAxis, TemplateAxis),
        places: (Option<u32>, Option<u32>),
        own: Own,
    ) -> Option<Coordinates> {
        if let Some((before, after)) = own {
            return (before == after).then_some(Coordinates::Span(first, last));
        }
        let (at, _) = self.along().parts();
        let shifted = |place: Option<u32>, axis, instead: Option<u32>| match place {
            None => Some(axis),
            Some(position) => {
                let shifted = shift_position(position, self.along(), self.len()).or(instead)?;
                Some(self.placed(axis, shifted, own))
            }
        };
        let start = shifted(places.0, first, Some(at.min(self.len() - 1)))?;
        let end = shifted(places.1, last, at.checked_sub(1))?;
        Some(Coordinates::Span(start, end))
    }

    /// Where a coordinate on the edited axis stands before.
    pub(super) fn position(&self, axis: TemplateAxis, own: Own) -> Option<u32> {
        match axis {
            TemplateAxis::Relative(offset) => on_grid(own?.0, offset, self.len()),
            TemplateAxis::Absolute(anchor) => self.before.position(anchor),
            TemplateAxis::Fixed(_) => None,
            TemplateAxis::Last => self.len().checked_sub(1),
        }
    }

    /// A coordinate of the edited axis that stands at this position afterwards.
    fn placed(&self, axis: TemplateAxis, position: u32, own: Own) -> TemplateAxis {
        match (axis, own) {
            (TemplateAxis::Relative(_), Some((_, after))) => relative(position, after),
            (TemplateAxis::Absolute(anchor), _) => {
                TemplateAxis::Absolute(self.kept(anchor, position))
            }
            _ => axis,
        }
    }

    /// The anchor of this position afterwards.
    fn kept(&self, anchor: Anchor, position: u32) -> Anchor {
        if self.after.position(anchor) == Some(position) {
            anchor
        } else {
            self.after.anchor(position)
        }
    }
}

fn on_grid(own: u32, offset: i32, len: u32) -> Option<u32> {
    own.checked_add_signed(offset)
        .filter(|position| *position < len)
}

/// Positions stay far below 2^31, so that the difference of two fits.
fn relative(position: u32, own: u32) -> TemplateAxis {
    TemplateAxis::Relative(position.wrapping_sub(own) as i32)
}

/// The one sheet that a reference is on. Those over several sheets and to other books stand still.
pub(super) fn sheet_of(reference: &TemplateReference, here: SheetId) -> Option<SheetId> {
    match &reference.sheets {
        TemplateSheets::Here => Some(here),
        TemplateSheets::Sheet(sheet) => Some(*sheet),
        _ => None,
    }
}

/// The coordinates of a shape along a dimension.
pub(super) fn coordinates(shape: &Shape<TemplateAxis>, dimension: Dimension) -> Coordinates {
    match (*shape, dimension) {
        (Shape::Cell { row, .. }, Dimension::Rows) => Coordinates::One(row),
        (Shape::Cell { column, .. }, Dimension::Columns) => Coordinates::One(column),
        (Shape::Range { rows, .. }, Dimension::Rows) => Coordinates::Span(rows.0, rows.1),
        (Shape::Range { columns, .. }, Dimension::Columns) => {
            Coordinates::Span(columns.0, columns.1)
        }
        (Shape::Rows(first, last), Dimension::Rows)
        | (Shape::Columns(first, last), Dimension::Columns) => Coordinates::Span(first, last),
        _ => Coordinates::None,
    }
}

fn with_coordinates(
    shape: &Shape<TemplateAxis>,
    dimension: Dimension,
    coordinates: &Coordinates,
) -> Shape<TemplateAxis> {
    match (*shape, dimension, coordinates) {
        (Shape::Cell { column, .. }, Dimension::Rows, Coordinates::One(row)) => {
            Shape::Cell { row: *row, column }
        }
        (Shape::Cell { row, .. }, Dimension::Columns, Coordinates::One(column)) => Shape::Cell {
            row,
            column: *column,
        },
        (Shape::Range { columns, .. }, Dimension::Rows, Coordinates::Span(first, last)) => {
            Shape::Range {
                rows: (*first, *last),
                columns,
            }
        }
        (Shape::Range { rows, .. }, Dimension::Columns, Coordinates::Span(first, last)) => {
            Shape::Range {
                rows,
                columns: (*first, *last),
            }
        }
        (Shape::Rows(..), Dimension::Rows, Coordinates::Span(first, last)) => {
            Shape::Rows(*first, *last)
        }
        (Shape::Columns(..), Dimension::Columns, Coordinates::Span(first, last)) => {
            Shape::Columns(*first, *last)
        }
        (other, ..) => other,
    }
}
