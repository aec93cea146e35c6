//! What is attached to cells when some of them are cut and pasted elsewhere.
//!
//! The part of a range that is moved goes with the cells, the rest stays; what was attached to overwritten cells goes.
//! Formulas follow as those of cells do: where that makes them read differently for some of the cells, what was one
//! becomes several. What is attached to cells that go to another sheet is left behind, and told.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::attached::{AttachedKind, Fate, Formula, Held, spans};
use super::attached_pieces::{Left, Moving};
use super::draft::Draft;
use super::relocation::Relocation;
use crate::graph::Axes as _;
use crate::reference::{Area, Rect, SheetId, a1};
use crate::storage::{ColumnAxis, RowAxis};

/// The number of the first copy of something that a file has.
const FIRST_COPY: u32 = 1 << 31;

/// So many sentences tell what was left behind.
const MOST_SENTENCES: usize = 100;

/// How something goes with the cells that it is attached to.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Bond {
    /// With each of them, as one with several areas.
    Areas,
    /// With each of them, each area for itself.
    Each,
    /// With all of them together.
    Together,
    /// With the rows and columns alone.
    Place,
}

impl AttachedKind {
    pub(super) fn bond(self) -> Bond {
        match self {
            AttachedKind::ConditionalFormat
            | AttachedKind::DataValidation
            | AttachedKind::IgnoredError => Bond::Areas,
            AttachedKind::Hyperlink => Bond::Each,
            AttachedKind::Comment
            | AttachedKind::Sparkline
            | AttachedKind::Watch
            | AttachedKind::ProtectedRange => Bond::Together,
            AttachedKind::Drawing
            | AttachedKind::Filter
            | AttachedKind::RowBreak
            | AttachedKind::ColumnBreak => Bond::Place,
        }
    }

    /// Whether it goes when its cells are overwritten by others.
    pub(super) fn is_overwritten(self) -> bool {
        let stays = matches!(self, AttachedKind::ProtectedRange | AttachedKind::Watch);
        !stays && self.bond() != Bond::Place
    }

    /// Several of its kind, in words.
    pub(super) fn plural(self) -> &'static str {
        match self {
            AttachedKind::Hyperlink => "links",
            AttachedKind::ConditionalFormat => "conditional formats",
            AttachedKind::DataValidation => "data validations",
            AttachedKind::Comment => "notes",
            AttachedKind::Drawing => "drawings",
            AttachedKind::ProtectedRange => "protected ranges",
            AttachedKind::Filter => "the filter",
            AttachedKind::Sparkline => "sparklines",
            AttachedKind::RowBreak | AttachedKind::ColumnBreak => "page breaks",
            AttachedKind::IgnoredError => "ignored errors",
            AttachedKind::Watch => "watched cells",
        }
    }
}

/// A part of something attached: its cells, and its formulas as they read for the upper left of them.
pub(super) struct Part {
    pub(super) rects: Vec<Rect>,
    pub(super) formulas: Arc<[Formula]>,
}

impl Held {
    /// What it becomes in so many parts: the first is itself, the others are copies of it with numbers from `next` on.
    pub(super) fn in_parts(
        &self,
        (kind, number): (AttachedKind, u32),
        parts: Vec<Part>,
        axes: (&RowAxis, &ColumnAxis),
        next: &mut u32,
    ) -> Vec<Fate> {
        let each = |part: Part| -> Vec<Part> {
            if kind.bond() != Bond::Each {
                return vec![part];
            }
            let of = |rect| Part {
                rects: vec![rect],
                formulas: part.formulas.clone(),
            };
            part.rects.iter().copied().map(of).collect()
        };
        let parts = parts.into_iter().filter(|part| !part.rects.is_empty());
        let mut fates: Vec<Fate> = Vec::new();
        for part in parts.flat_map(each) {
            let held = Held {
                ranges: spans(&part.rects, axes),
                formulas: part.formulas,
                copy_of: self.copy_of,
            };
            if fates.is_empty() {
                fates.push(((kind, number), Some(held)));
                continue;
            }
            let copy_of = Some(self.copy_of.unwrap_or(number));
            fates.push(((kind, *next), Some(Held { copy_of, ..held })));
            *next = next.saturating_add(1);
        }
        if fates.is_empty() {
            fates.push(((kind, number), None));
        }
        fates
    }
}

impl Draft<'_> {
    /// The number of the next copy of something attached to a sheet.
    pub(super) fn next_attached(&self, sheet: SheetId) -> u32 {
        let attached = self.sheets.get(sheet).map(|sheet| &sheet.attached);
        let numbers = attached.into_iter().flat_map(|attached| attached.iter());
        let next = numbers.map(|((_, number), _)| number.saturating_add(1));
        next.max().unwrap_or(0).max(FIRST_COPY)
    }

    /// Tells what was left behind.
    pub(super) fn leave_behind(&mut self, sentence: String) {
        if self.left_behind.len() < MOST_SENTENCES && !self.left_behind.contains(&sentence) {
            self.left_behind.push(sentence);
        }
    }

    /// The address of cells with their sheet.
    pub(super) fn address_of(&self, area: &Area) -> String {
        let name = self.sheets.get(area.sheet).map(|sheet| sheet.name.clone());
        let sheet = a1::quote_sheet_name(&name.unwrap_or_default()).to_string();
        format!("{sheet}!{}", a1::print_rect(area.rect))
    }

    /// Lets what is attached to cells follow those that are cut and pasted.
    pub(super) fn move_attached(&mut self, relocation: &Relocation<'_>) {
        let mut left: BTreeMap<(SheetId, AttachedKind, Left), Rect> = BTreeMap::new();
        for here in self.sheets.order().to_vec() {
            let (Some(axes), Some(sheet)) = (relocation.view.axes(here), self.sheets.get(here))
            else {
                continue;
            };
            let mut next = self.next_attached(here);
            let mut fates = Vec::new();
            for (key, held) in sheet.attached.iter() {
                let moving = Moving {
                    relocation,
                    here,
                    kind: key.0,
                    axes,
                };
                let (parts, why) = moving.parts(held);
                if let (Some(why), Some(hull)) = (why, hull(&held.rects(axes))) {
                    let place = left.entry((here, key.0, why)).or_insert(hull);
                    *place = place.hull(&hull);
                }
                if let Some(parts) = parts {
                    fates.extend(held.in_parts(*key, parts, axes, &mut next));
                }
            }
            self.settle_attached(here, fates);
        }
        let (from, to) = (relocation.from, relocation.to);
        let (from, to) = (self.address_of(&from), self.address_of(&to));
        for ((sheet, kind, why), place) in left {
            let (what, place) = (kind.plural(), self.address_of(&Area::new(sheet, place)));
            self.leave_behind(match why {
                Left::There => format!("{what} in {place} did not go with the cells {from} to {to}"),
                Left::Reading => {
                    format!("formulas of {what} in {place} do not follow the cells {from} to {to}")
                }
                Left::Charts => {
                    format!("charts among {what} in {place} that show {from} do not follow its cells to {to}")
                }
            });
        }
    }
}

/// The smallest rectangle around all of these.
pub(super) fn hull(rects: &[Rect]) -> Option<Rect> {
    let hull = rects.iter().copied();
    hull.reduce(|hull, rect| hull.hull(&rect))
}
