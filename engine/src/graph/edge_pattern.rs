//! Edges as patterns: what a region reads and which of its cells a change reaches, by arithmetic on rectangles.
//!
//! Each axis of a read has two ends, and an end either moves with the reading cell or stands still (TACO's patterns:
//! relative-relative, fixed-relative, relative-fixed, fixed-fixed). Both questions, which rows a band of cells reads
//! and which rows of a region a changed band dirties, are then a few additions, whatever the size of the region.

use crate::formula::TemplateAxis;
use crate::formula::ast::Shape;
use crate::reference::{Axis, Rect, SheetId};

/// One rectangle that every cell of a region reads, relative to that cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Read {
    /// The sheet that is read.
    pub sheet: SheetId,
    /// The cells, relative to the reading cell.
    pub shape: Shape<TemplateAxis>,
}

/// One end of a read along one axis, in positions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// So far from the reading cell.
    Moving(i64),
    /// At this position, whichever cell reads.
    Standing(i64),
}

/// Both ends of a read along one axis.
type Ends = (End, End);

impl Read {
    /// The cells that the cells of `region` read together, clipped to the grid; nothing if every cell's reference falls
    /// off the grid or what it names is gone.
    ///
    /// `rows` and `columns` are the axes of the sheet that is read.
    pub fn precedents(&self, region: &Rect, rows: &dyn Axis, columns: &dyn Axis) -> Option<Rect> {
        let (row_ends, column_ends) = self.ends(rows, columns)?;
        let (top, bottom) = reach(row_ends, (region.top, region.bottom), rows.len())?;
        let (left, right) = reach(column_ends, (region.left, region.right), columns.len())?;
        Some(Rect {
            top,
            left,
            bottom,
            right,
        })
    }

    /// Whether the distances alone tell that no cell of `region` reads another one of it; `false` if they do not tell.
    pub fn leads_out_of(&self, region: &Rect) -> bool {
        let leads_out = |axis: TemplateAxis, extent: u32| matches!(axis, TemplateAxis::Relative(offset) if offset.unsigned_abs() >= extent);
        match self.shape {
            Shape::Cell { row, column } => {
                leads_out(row, region.rows()) || leads_out(column, region.columns())
            }
            _ => false,
        }
    }

    /// The cells of `region` that read at least one cell of `changed`.
    pub fn dependents(
        &self,
        changed: &Rect,
        region: &Rect,
        rows: &dyn Axis,
        columns: &dyn Axis,
    ) -> Option<Rect> {
        let (row_ends, column_ends) = self.ends(rows, columns)?;
        let (top, bottom) = reached(
            row_ends,
            (changed.top, changed.bottom),
            (region.top, region.bottom),
        )?;
        let (left, right) = reached(
            column_ends,
            (changed.left, changed.right),
            (region.left, region.right),
        )?;
        Some(Rect {
            top,
            left,
            bottom,
            right,
        })
    }

    /// Whether the read reaches from the grid's first row to its last.
    pub fn is_whole_columns(&self) -> bool {
        matches!(self.shape, Shape::Columns(..))
    }

    fn ends(&self, rows: &dyn Axis, columns: &dyn Axis) -> Option<(Ends, Ends)> {
        let all = |axis: &dyn Axis| (End::Standing(0), End::Standing(i64::from(axis.len()) - 1));
        Some(match self.shape {
            Shape::Cell { row, column } => {
                let (row, column) = (end(row, rows)?, end(column, columns)?);
                ((row, row), (column, column))
            }
            Shape::Range {
                rows: r,
                columns: c,
            } => (
                (end(r.0, rows)?, end(r.1, rows)?),
                (end(c.0, columns)?, end(c.1, columns)?),
            ),
            Shape::Rows(first, last) => ((end(first, rows)?, end(last, rows)?), all(columns)),
            Shape::Columns(first, last) => (all(rows), (end(first, columns)?, end(last, columns)?)),
            Shape::Invalid => return None,
        })
    }
}

fn end(axis: TemplateAxis, positions: &dyn Axis) -> Option<End> {
    Some(match axis {
        TemplateAxis::Relative(offset) => End::Moving(i64::from(offset)),
        TemplateAxis::Absolute(anchor) => End::Standing(i64::from(positions.position(anchor)?)),
        TemplateAxis::Fixed(position) => End::Standing(i64::from(position)),
        TemplateAxis::Last => End::Standing(i64::from(positions.len()) - 1),
    })
}

/// The positions that cells at `from` read together.
fn reach(ends: Ends, from: (u32, u32), len: u32) -> Option<(u32, u32)> {
    let span = |end| match end {
        End::Moving(offset) => (i64::from(from.0) + offset, i64::from(from.1) + offset),
        End::Standing(position) => (position, position),
    };
    let (a, b) = (span(ends.0), span(ends.1));
    clip((a.0.min(b.0), a.1.max(b.1)), (0, i64::from(len) - 1))
}

/// The positions within `region` whose cells read something of `changed`.
fn reached(ends: Ends, changed: (u32, u32), region: (u32, u32)) -> Option<(u32, u32)> {
    let (low, high) = (i64::from(changed.0), i64::from(changed.1));
    let region = (i64::from(region.0), i64::from(region.1));
    match ends {
        (End::Standing(a), End::Standing(b)) => {
            let meets = a.min(b) <= high && a.max(b) >= low;
            if meets { clip(region, region) } else { None }
        }
        (End::Moving(a), End::Moving(b)) => clip((low - a.max(b), high - a.min(b)), region),
        (End::Moving(offset), End::Standing(fixed))
        | (End::Standing(fixed), End::Moving(offset)) => {
            // The span between `fixed` and the moving end, whichever is first.
            if fixed < low {
                clip((low - offset, region.1), region)
            } else if fixed > high {
                clip((region.0, high - offset), region)
            } else {
                clip(region, region)
            }
        }
    }
}

fn clip(span: (i64, i64), bounds: (i64, i64)) -> Option<(u32, u32)> {
    let (low, high) = (span.0.max(bounds.0), span.1.min(bounds.1));
    (low <= high).then_some((low as u32, high as u32))
}
