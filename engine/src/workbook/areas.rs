//! Sets of cells as lists of rectangles: what is in one and not in another, and neighbours joined.

use super::rewriting::side_by_side;
use crate::reference::Rect;

/// The cells of these rectangles that do not lie in `other`.
pub(super) fn without(rects: &[Rect], other: &Rect) -> Vec<Rect> {
    let mut left = Vec::with_capacity(rects.len());
    for rect in rects {
        let Some(common) = rect.intersection(other) else {
            left.push(*rect);
            continue;
        };
        if rect.top < common.top {
            left.push(Rect {
                bottom: common.top - 1,
                ..*rect
            });
        }
        let (top, bottom) = (common.top, common.bottom);
        if rect.left < common.left {
            left.push(Rect {
                top,
                bottom,
                left: rect.left,
                right: common.left - 1,
            });
        }
        if common.right < rect.right {
            left.push(Rect {
                top,
                bottom,
                left: common.right + 1,
                right: rect.right,
            });
        }
        if common.bottom < rect.bottom {
            left.push(Rect {
                top: common.bottom + 1,
                ..*rect
            });
        }
    }
    left
}

/// The cells of these rectangles that lie in `other`.
pub(super) fn within(rects: &[Rect], other: &Rect) -> Vec<Rect> {
    let common = |rect: &Rect| rect.intersection(other);
    rects.iter().filter_map(common).collect()
}

/// The rectangles with neighbours joined, by their upper left cells.
pub(super) fn joined(mut rects: Vec<Rect>) -> Vec<Rect> {
    rects.dedup();
    loop {
        let before = rects.len();
        rects = one_below_another(side_by_side(rects));
        if rects.len() == before {
            break;
        }
    }
    rects.sort_unstable_by_key(|rect| (rect.top, rect.left));
    rects
}

fn one_below_another(mut rects: Vec<Rect>) -> Vec<Rect> {
    rects.sort_unstable_by_key(|rect| (rect.left, rect.right, rect.top));
    let mut joined: Vec<Rect> = Vec::with_capacity(rects.len());
    for rect in rects {
        match joined.last_mut() {
            Some(last)
                if (last.left, last.right) == (rect.left, rect.right)
                    && last.bottom + 1 == rect.top =>
            {
                last.bottom = rect.bottom;
            }
            _ => joined.push(rect),
        }
    }
    joined
}
