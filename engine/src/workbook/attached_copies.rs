//! What is attached to cells when they are copied, and when rows are sorted.
//!
//! A conditional format or validation that is copied within its sheet gets the copy's cells too, as its formulas are
//! relative to them; a link becomes several. What would need more than that in the file is not copied, and told.

use super::areas::{joined, within, without};
use super::attached::{AttachedKind, Fate, upper_left};
use super::attached_moves::{Bond, Part};
use super::blocks::Taken;
use super::draft::Draft;
use super::tiles::Tiles;
use crate::formula;
use crate::graph::Axes as _;
use crate::reference::{Area, Axis as _, GridLimits, Rect, SheetId};

/// What is attached to the cells of a block: where it lies in the block.
pub(super) type TakenAttached = Vec<((AttachedKind, u32), Vec<Rect>)>;

impl AttachedKind {
    /// Whether it belongs to a cell and is replaced by what belongs to a cell that is copied over it.
    fn is_copied(self) -> bool {
        matches!(
            self,
            AttachedKind::ConditionalFormat
                | AttachedKind::DataValidation
                | AttachedKind::Hyperlink
                | AttachedKind::Comment
        )
    }

    /// Whether a copy on the same sheet can be saved.
    fn has_copies(self) -> bool {
        self.is_copied() && self != AttachedKind::Comment
    }
}

impl Draft<'_> {
    /// What is attached to the cells of a rectangle.
    pub(super) fn take_attached(&mut self, sheet: SheetId, rect: &Rect) -> TakenAttached {
        let view = self.view();
        let (Some(axes), Some(sheet)) = (view.axes(sheet), self.sheets.get(sheet)) else {
            return Vec::new();
        };
        let taken = sheet.attached.iter().filter_map(|(key, held)| {
            let parts = within(&held.rects(axes), rect);
            (!parts.is_empty()).then_some((*key, parts))
        });
        taken.collect()
    }

    /// Copies what was attached to the cells of a block over a rectangle, in place of what is attached there.
    pub(super) fn copy_attached(&mut self, taken: &Taken, sheet: SheetId, to: &Rect) {
        let view = self.view();
        let (Some(axes), Some(own)) = (view.axes(sheet), self.sheets.get(sheet)) else {
            return;
        };
        let same_sheet = taken.from.sheet == sheet;
        let tiles = Tiles {
            from: taken.from.rect,
            to: *to,
        };
        let mut next = self.next_attached(sheet);
        let mut fates: Vec<Fate> = Vec::new();
        for (key, held) in own.attached.iter().filter(|(key, _)| key.0.is_copied()) {
            let former = held.rects(axes);
            let of_key = taken.attached.binary_search_by_key(key, |(of, _)| *of).ok();
            let copied = of_key.filter(|_| same_sheet && key.0.has_copies());
            let copied = copied.and_then(|place| taken.attached.get(place));
            let copied = copied.into_iter().flat_map(|(_, parts)| parts);
            let copied: Vec<Rect> = copied.flat_map(|part| tiles.of(part)).collect();
            if are_same(&within(&former, to), &copied) {
                continue;
            }
            let rects = joined([without(&former, to), copied].concat());
            let base = upper_left(&former).zip(upper_left(&rects));
            let grid = GridLimits {
                rows: axes.0.len(),
                columns: axes.1.len(),
            };
            let formulas = base
                .filter(|_| key.0.has_relative_formulas())
                .and_then(|(from, to)| held.rewritten(|tree| formula::filled(tree, from, to, grid)))
                .unwrap_or_else(|| held.formulas.clone());
            fates.extend(held.in_parts(*key, vec![Part { rects, formulas }], axes, &mut next));
        }
        self.settle_attached(sheet, fates);
        let to = self.address_of(&Area::new(sheet, *to));
        let left = |kind: AttachedKind| {
            kind == AttachedKind::Sparkline
                || kind.is_copied() && !(same_sheet && kind.has_copies())
        };
        self.leave_taken(taken, left, &format!("were not copied to {to}"));
    }

    /// Tells of what is attached to the cells of a block and `left`, what came of it.
    fn leave_taken(&mut self, taken: &Taken, left: impl Fn(AttachedKind) -> bool, what: &str) {
        let mut last = None;
        for ((kind, _), _) in taken.attached.iter().filter(|((kind, _), _)| left(*kind)) {
            if last.replace(*kind) != Some(*kind) {
                let from = self.address_of(&taken.from);
                self.leave_behind(format!("{} in {from} {what}", kind.plural()));
            }
        }
    }

    /// Lets links and notes go with the rows of a rectangle, which has just been sorted: `order` tells which row came to
    /// stand in each place.
    pub(super) fn sort_attached(&mut self, sheet: SheetId, rect: &Rect, order: &[u32]) {
        let view = self.view();
        let (Some(axes), Some(own)) = (view.axes(sheet), self.sheets.get(sheet)) else {
            return;
        };
        let mut places = vec![0; order.len()];
        for (row, place) in order.iter().zip(0..) {
            places[*row as usize] = place;
        }
        let mut next = self.next_attached(sheet);
        let mut fates: Vec<Fate> = Vec::new();
        let sorted = |kind| matches!(kind, AttachedKind::Hyperlink | AttachedKind::Comment);
        for (key, held) in own.attached.iter().filter(|(key, _)| sorted(key.0)) {
            let former = held.rects(axes);
            let rects = sorted_rects(&former, rect, &places);
            let one_cell = former.iter().all(|rect| rect.size() == 1);
            if rects == former || key.0.bond() == Bond::Together && !one_cell {
                continue;
            }
            let formulas = held.formulas.clone();
            fates.extend(held.in_parts(*key, vec![Part { rects, formulas }], axes, &mut next));
        }
        let drawn = own.attached.iter().filter(|((kind, _), held)| {
            let moves = matches!(kind, AttachedKind::Drawing | AttachedKind::Sparkline);
            moves && held.rects(axes).iter().any(|drawn| rect.encloses(drawn))
        });
        let mut stay: Vec<AttachedKind> = drawn.map(|((kind, _), _)| *kind).collect();
        stay.dedup();
        self.settle_attached(sheet, fates);
        for kind in stay {
            let place = self.address_of(&Area::new(sheet, *rect));
            let what = kind.plural();
            self.leave_behind(format!("{what} in {place} did not go with the sorted rows"));
        }
    }
}

/// Whether the rectangles of both lists, which do not overlap within a list, cover the same cells.
fn are_same(rects: &[Rect], others: &[Rect]) -> bool {
    let size = |rects: &[Rect]| rects.iter().map(Rect::size).sum::<u64>();
    size(rects) == size(others)
        && rects.len().max(others.len()) <= MOST_COMPARED
        && rects
            .iter()
            .fold(others.to_vec(), |left, rect| without(&left, rect))
            .is_empty()
}

/// Lists of more rectangles are not compared.
const MOST_COMPARED: usize = 256;

/// Where cells are after the rows of `rect` came to stand in these places.
fn sorted_rects(former: &[Rect], rect: &Rect, places: &[u32]) -> Vec<Rect> {
    let mut rects = without(former, rect);
    for part in within(former, rect) {
        if part.rows() == rect.rows() {
            rects.push(part);
            continue;
        }
        rects.extend((part.top..=part.bottom).map(|row| {
            let row = rect.top + places[(row - rect.top) as usize];
            Rect {
                top: row,
                bottom: row,
                ..part
            }
        }));
    }
    joined(rects)
}
