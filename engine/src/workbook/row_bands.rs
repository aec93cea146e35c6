//! Which rows of a region an insertion tells apart, and the template that each such band has afterwards.
//!
//! The formula of a region is one for all its rows; after an insertion it is one for the rows above, those below and
//! those that reach across. Nothing here changes anything: positions in, templates out.

use crate::formula::ast::Shape;
use crate::formula::{Template, TemplateAxis, TemplateReference, TemplateSheets};
use crate::graph::Region;
use crate::reference::{Axis, Rect, SheetId};

/// Rows inserted into a sheet.
#[derive(Clone, Copy)]
pub(super) struct Insertion {
    pub(super) sheet: SheetId,
    pub(super) at: i64,
    pub(super) count: i64,
    /// Number of rows of the grid.
    pub(super) rows: i64,
}

impl Insertion {
    /// Where a row of a sheet stands afterwards; it may be beyond the grid.
    pub(super) fn moved(&self, sheet: SheetId, row: i64) -> i64 {
        if sheet == self.sheet && row >= self.at {
            row + self.count
        } else {
            row
        }
    }
}

/// A band of a region's rows, in positions before the insertion, with the template that it has afterwards.
pub(super) struct Band {
    pub(super) top: u32,
    pub(super) bottom: u32,
    pub(super) template: Template,
}

/// The rows of a region cut where a reference of its template begins or ceases to reach across the insertion.
pub(super) fn bands(
    region: &Region,
    rect: &Rect,
    insertion: Insertion,
    rows: &dyn Axis,
) -> Vec<Band> {
    let (top, bottom) = (i64::from(rect.top), i64::from(rect.bottom));
    let mut cuts = vec![top];
    let mut cut = |row: i64| {
        if row > top && row <= bottom {
            cuts.push(row);
        }
    };
    if region.sheet == insertion.sheet {
        cut(insertion.at);
    }
    for reference in region.template.ast.references() {
        let sheet = sheet_of(reference, region.sheet);
        for axis in rows_of(&reference.shape).into_iter().flatten() {
            let TemplateAxis::Relative(offset) = axis else {
                continue;
            };
            let offset = i64::from(offset);
            cut(-offset);
            cut(insertion.rows - offset);
            if sheet == Some(insertion.sheet) {
                cut(insertion.at - offset);
                cut(insertion.rows - insertion.count - offset);
            }
        }
    }
    cuts.sort_unstable();
    cuts.dedup();
    let ends = cuts.iter().skip(1).map(|next| next - 1).chain([bottom]);
    let spans: Vec<(i64, i64)> = cuts.iter().copied().zip(ends).collect();
    let banded = spans.into_iter().map(|(first, last)| Band {
        top: first as u32,
        bottom: last as u32,
        template: rewritten_template(region, first, insertion, rows),
    });
    banded.collect()
}

/// The template as the rows of a band, of which `row` is one, have it after the insertion.
fn rewritten_template(
    region: &Region,
    row: i64,
    insertion: Insertion,
    rows: &dyn Axis,
) -> Template {
    let ast = region.template.ast.map(|reference| {
        // Spans of sheets and other books stand still.
        let sheet = sheet_of(reference, region.sheet);
        let moved = |row: i64| sheet.map_or(row, |sheet| insertion.moved(sheet, row));
        let shape = shifted(&reference.shape, |axis, is_end| match axis {
            TemplateAxis::Relative(offset) => {
                let target = row + i64::from(offset);
                if target < 0 || target >= insertion.rows {
                    // Off the grid already: it is `#REF!` and stays so.
                    return None;
                }
                let moved = moved(target);
                if moved >= insertion.rows {
                    return is_end.then_some(TemplateAxis::Last);
                }
                Some(TemplateAxis::Relative(
                    (moved - insertion.moved(region.sheet, row)) as i32,
                ))
            }
            TemplateAxis::Absolute(anchor) if sheet == Some(insertion.sheet) => {
                let pushed_off = rows
                    .position(anchor)
                    .is_some_and(|row| moved(i64::from(row)) >= insertion.rows);
                match pushed_off {
                    false => Some(axis),
                    true => is_end.then_some(TemplateAxis::Last),
                }
            }
            standing => Some(standing),
        });
        TemplateReference {
            sheets: reference.sheets.clone(),
            shape,
        }
    });
    Template::new(ast, region.template.mode)
}

/// The one sheet that a reference is on, if it is one whose rows may move under it.
fn sheet_of(reference: &TemplateReference, here: SheetId) -> Option<SheetId> {
    match &reference.sheets {
        TemplateSheets::Here => Some(here),
        TemplateSheets::Sheet(sheet) => Some(*sheet),
        _ => None,
    }
}

/// The row coordinates of a shape: both ends, if it has rows.
fn rows_of(shape: &Shape<TemplateAxis>) -> [Option<TemplateAxis>; 2] {
    match shape {
        Shape::Cell { row, .. } => [Some(*row), None],
        Shape::Range { rows, .. } => [Some(rows.0), Some(rows.1)],
        Shape::Rows(first, last) => [Some(*first), Some(*last)],
        Shape::Columns(..) | Shape::Invalid => [None, None],
    }
}

/// The shape with its row coordinates replaced; `f` is told whether it is the end of a range. What has no place any
/// more makes the whole reference `#REF!`.
fn shifted(
    shape: &Shape<TemplateAxis>,
    f: impl Fn(TemplateAxis, bool) -> Option<TemplateAxis>,
) -> Shape<TemplateAxis> {
    let pair = |(first, last)| Some((f(first, false)?, f(last, true)?));
    let shape = match *shape {
        Shape::Cell { row, column } => f(row, false).map(|row| Shape::Cell { row, column }),
        Shape::Range { rows, columns } => pair(rows).map(|rows| Shape::Range { rows, columns }),
        Shape::Rows(first, last) => {
            pair((first, last)).map(|(first, last)| Shape::Rows(first, last))
        }
        other => Some(other),
    };
    shape.unwrap_or(Shape::Invalid)
}
