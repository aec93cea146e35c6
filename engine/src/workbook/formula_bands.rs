//! Rectangles of one formula cut where its references begin to name something else.
//!
//! Positions and templates in, rectangles with their templates out.

use crate::formula::ast::Shape;
use crate::formula::{Template, TemplateAxis, TemplateReference, TemplateSheets};
use crate::reference::{Axis, Cell, Rect, SheetId};

/// The rows and columns before which a rectangle of formulas is to be cut.
#[derive(Default)]
pub(super) struct Cuts {
    pub(super) rows: Vec<i64>,
    pub(super) columns: Vec<i64>,
}

impl Cuts {
    /// Cuts a rectangle, asks for the template of the first cell of each part, and joins the parts that have the same.
    pub(super) fn cut(
        self,
        rect: &Rect,
        mut template: impl FnMut(Cell) -> Template,
    ) -> Vec<(Rect, Template)> {
        let columns = spans(self.columns, rect.left, rect.right);
        let mut done: Vec<(Rect, Template)> = Vec::new();
        let mut band: Vec<(Rect, Template)> = Vec::new();
        for (top, bottom) in spans(self.rows, rect.top, rect.bottom) {
            let mut row: Vec<(Rect, Template)> = Vec::new();
            for (left, right) in &columns {
                let template = template(Cell::new(top, *left));
                match row.last_mut() {
                    Some((last, same)) if *same == template => last.right = *right,
                    _ => row.push((
                        Rect {
                            top,
                            bottom,
                            left: *left,
                            right: *right,
                        },
                        template,
                    )),
                }
            }
            let alike = band.len() == row.len()
                && band.iter().zip(&row).all(|((a, one), (b, other))| {
                    (a.left, a.right) == (b.left, b.right) && one == other
                });
            if alike {
                band.iter_mut().for_each(|(rect, _)| rect.bottom = bottom);
            } else {
                done.append(&mut band);
                band = row;
            }
        }
        done.append(&mut band);
        done
    }
}

/// The span from `first` to `last` cut before each of these positions.
fn spans(mut cuts: Vec<i64>, first: u32, last: u32) -> Vec<(u32, u32)> {
    cuts.retain(|cut| *cut > i64::from(first) && *cut <= i64::from(last));
    cuts.sort_unstable();
    cuts.dedup();
    let mut spans = Vec::with_capacity(cuts.len() + 1);
    let mut from = first;
    for cut in cuts {
        spans.push((from, cut as u32 - 1));
        from = cut as u32;
    }
    spans.push((from, last));
    spans
}

/// Both ends of a reference along one axis, if it has any.
pub(super) type Ends = [Option<TemplateAxis>; 2];

/// The ends of a shape in rows and in columns.
pub(super) fn ends_of(shape: &Shape<TemplateAxis>) -> (Ends, Ends) {
    match *shape {
        Shape::Cell { row, column } => ([Some(row), None], [Some(column), None]),
        Shape::Range { rows, columns } => (
            [Some(rows.0), Some(rows.1)],
            [Some(columns.0), Some(columns.1)],
        ),
        Shape::Rows(first, last) => ([Some(first), Some(last)], [None, None]),
        Shape::Columns(first, last) => ([None, None], [Some(first), Some(last)]),
        Shape::Invalid => ([None, None], [None, None]),
    }
}

/// The one sheet that a reference is on, if it is one whose cells it follows.
pub(super) fn sheet_of(reference: &TemplateReference, here: SheetId) -> Option<SheetId> {
    match &reference.sheets {
        TemplateSheets::Here => Some(here),
        TemplateSheets::Sheet(sheet) => Some(*sheet),
        _ => None,
    }
}

/// Where a span begins, and where what lies behind it does.
pub(super) fn edges(first: u32, last: u32) -> [i64; 2] {
    [i64::from(first), i64::from(last) + 1]
}

/// The positions of formulas at which an end of their references enters or leaves one of the `bounds` or the grid, or
/// at which the two ends pass each other.
pub(super) fn cuts_of(ends: Ends, axis: &dyn Axis, bounds: [(u32, u32); 2], cuts: &mut Vec<i64>) {
    let relative = |end: Option<TemplateAxis>| match end {
        Some(TemplateAxis::Relative(by)) => Some(i64::from(by)),
        _ => None,
    };
    for by in ends.into_iter().filter_map(relative) {
        cuts.extend([-by, i64::from(axis.len()) - by]);
        cuts.extend(
            bounds
                .iter()
                .flat_map(|(first, last)| edges(*first, *last))
                .map(|edge| edge - by),
        );
        let standing = ends.into_iter().flatten().filter_map(|end| match end {
            TemplateAxis::Relative(_) => None,
            standing => standing.position(0, axis),
        });
        cuts.extend(standing.flat_map(|at| edges(at, at)).map(|edge| edge - by));
    }
}
