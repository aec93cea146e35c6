//! Which rows or columns of a region a structural edit tells apart, and the template that each such band has
//! afterwards.
//!
//! The formula of a region is one for all its cells; after an edit it is one for those before the place of the edit,
//! those behind it and those that reach across. Positions in, templates out; nothing here changes anything.

use smallvec::SmallVec;

use super::reshape::{Coordinates, Reshape, coordinates, sheet_of};
use crate::formula::ast::Shape;
use crate::formula::{Template, TemplateAxis, TemplateReference};
use crate::graph::Region;
use crate::reference::{AxisEdit, Rect};

/// A band of a region's rows or columns, in positions before, with the template that it has afterwards.
pub(super) struct Band {
    pub(super) first: u32,
    pub(super) last: u32,
    pub(super) template: Template,
    /// Whether a reference of it has become `#REF!`.
    pub(super) lost: bool,
}

/// The shapes of a template's references, in the order of the formula.
type Shapes = SmallVec<[Shape<TemplateAxis>; 4]>;

/// The rows or columns of a region cut where its formula becomes another one; nothing if it stays as it is in all
/// cells that are left.
pub(super) fn bands(region: &Region, rect: &Rect, reshape: &Reshape<'_>) -> Option<Vec<Band>> {
    let former: Shapes = region
        .template
        .ast
        .references()
        .map(|reference| reference.shape)
        .collect();
    if former.is_empty() {
        return None;
    }
    let mut bands: Vec<(u32, u32, Shapes)> = Vec::new();
    let mut add = |first: u32, last: u32, shapes: Shapes| match bands.last_mut() {
        Some((_, end, known)) if *known == shapes => *end = last,
        _ => bands.push((first, last, shapes)),
    };
    let cuts = cuts(region, rect, reshape);
    for span in cuts.windows(2) {
        let (first, last) = (span[0], span[1] - 1);
        let Some(shapes) = shapes_at(region, first, reshape) else {
            continue;
        };
        // Between two cuts a coordinate stays or goes on evenly, so both ends tell of all.
        if first == last || shapes_at(region, last, reshape).as_ref() == Some(&shapes) {
            add(first, last, shapes);
        } else {
            // What lost its first or last cell reads from one place on, each from another distance.
            for position in first..=last {
                if let Some(shapes) = shapes_at(region, position, reshape) {
                    add(position, position, shapes);
                }
            }
        }
    }
    if bands.iter().all(|(.., shapes)| *shapes == former) {
        return None;
    }
    let bands = bands.into_iter().map(|(first, last, shapes)| Band {
        first,
        last,
        lost: shapes
            .iter()
            .zip(&former)
            .any(|(now, then)| *now == Shape::Invalid && *then != Shape::Invalid),
        template: with_shapes(&region.template, &shapes),
    });
    Some(bands.collect())
}

/// The template with these shapes in the places of its references'.
fn with_shapes(template: &Template, shapes: &Shapes) -> Template {
    let mut shapes = shapes.iter();
    let ast = template.ast.map(|reference| TemplateReference {
        sheets: reference.sheets.clone(),
        shape: shapes.next().copied().unwrap_or(reference.shape),
    });
    Template::new(ast, template.mode)
}

/// The shapes as the cells in this row or column have them afterwards; nothing if those are gone.
fn shapes_at(region: &Region, position: u32, reshape: &Reshape<'_>) -> Option<Shapes> {
    let own = Some((position, reshape.moved(region.sheet, position)?));
    let references = region.template.ast.references();
    Some(
        references
            .map(|reference| reshape.shape(reference, region.sheet, own))
            .collect(),
    )
}

/// The positions from which on the formula may become another one than before them, both ends of the region included,
/// the second as the position behind it.
fn cuts(region: &Region, rect: &Rect, reshape: &Reshape<'_>) -> Vec<u32> {
    let (first, last) = reshape.dimension().of_rect(rect);
    let mut cuts = vec![first, last + 1];
    let mut cut = |position: i64| {
        if position > i64::from(first) && position <= i64::from(last) {
            cuts.push(position as u32);
        }
    };
    let moves = region.sheet == reshape.sheet;
    let (at, count) = reshape.along().parts();
    let (at, count, len) = (i64::from(at), i64::from(count), i64::from(reshape.len()));
    let inner = match reshape.along() {
        AxisEdit::Insert { .. } => [at, len - count],
        AxisEdit::Delete { .. } => [at, at + count],
    };
    if moves {
        inner.into_iter().for_each(&mut cut);
    }
    for reference in region.template.ast.references() {
        let there = sheet_of(reference, region.sheet) == Some(reshape.sheet);
        let ends = match coordinates(&reference.shape, reshape.dimension()) {
            Coordinates::None => continue,
            Coordinates::One(axis) => [axis, axis],
            Coordinates::Span(first, last) => [first, last],
        };
        if !there && !moves {
            continue;
        }
        for (end, other) in [(ends[0], ends[1]), (ends[1], ends[0])] {
            let TemplateAxis::Relative(offset) = end else {
                continue;
            };
            let mut reach = |target: i64| cut(target - i64::from(offset));
            // On the grid or off it; the first and the last of the grid are borders of their own.
            [0, len].into_iter().for_each(&mut reach);
            if there {
                [1, len - 1].into_iter().chain(inner).for_each(&mut reach);
                // Which of the two ends is the first changes where the moving one passes the standing one.
                if let Some(standing) = reshape.position(other, None) {
                    reach(i64::from(standing));
                    reach(i64::from(standing) + 1);
                }
            }
        }
    }
    cuts.sort_unstable();
    cuts.dedup();
    cuts
}
