//! Who watches which cells: the areas of subscriptions, found by the cells that change.
//!
//! A tree in the order of a curve that runs through near places one after the other; each subtree knows the smallest
//! rectangle around its areas, so that a look-up passes over all that lie elsewhere.

use std::cmp::Ordering;
use std::sync::Arc;

use super::subscribers::Subscriber;
use crate::reference::{Area, Rect, SheetId};
use crate::storage::tree::{Policy, Tree};

/// The areas that are watched. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct Watched {
    tree: Tree<Key, Watch, ByPlace>,
}

/// The sheet, the place of the upper left cell on the curve, the number of the subscription.
type Key = (SheetId, u64, u64);

#[derive(Clone)]
struct Watch {
    rect: Rect,
    subscriber: Arc<Subscriber>,
}

struct ByPlace;

/// The sheets of some areas, first and last, and the smallest rectangle around them.
#[derive(Clone)]
struct Around {
    sheets: (SheetId, SheetId),
    rect: Rect,
}

impl Policy<Key, Watch> for ByPlace {
    type Summary = Around;

    fn compare(&self, a: &Key, b: &Key) -> Ordering {
        a.cmp(b)
    }

    fn summary(&self, key: &Key, watch: &Watch) -> Around {
        Around {
            sheets: (key.0, key.0),
            rect: watch.rect,
        }
    }

    fn merge(&self, a: &Around, b: &Around) -> Around {
        Around {
            sheets: (a.sheets.0, b.sheets.1),
            rect: a.rect.hull(&b.rect),
        }
    }
}

impl Watched {
    pub(super) fn insert(&mut self, number: u64, area: Area, subscriber: Arc<Subscriber>) {
        let rect = area.rect;
        let watch = Watch { rect, subscriber };
        self.tree.insert(&ByPlace, key(number, &area), watch);
    }

    pub(super) fn remove(&mut self, number: u64, area: &Area) {
        self.tree.remove(&ByPlace, &key(number, area));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tree.is_empty()
    }

    /// Calls `visit` with each subscription that watches a cell of an area: its number and itself.
    ///
    /// # Complexity
    ///
    /// O(log n) for each, where areas do not overlap much.
    pub(super) fn visit(&self, area: &Area, mut visit: impl FnMut(u64, &Arc<Subscriber>)) {
        let meets = |rect: &Rect| rect.intersection(&area.rect).is_some();
        self.tree.visit_where(
            &ByPlace,
            |around| {
                (around.sheets.0..=around.sheets.1).contains(&area.sheet) && meets(&around.rect)
            },
            |key| key.0 > area.sheet,
            |key, watch| {
                if key.0 == area.sheet && meets(&watch.rect) {
                    visit(key.2, &watch.subscriber);
                }
            },
        );
    }
}

fn key(number: u64, area: &Area) -> Key {
    let place = spread(area.rect.top) << 1 | spread(area.rect.left);
    (area.sheet, place, number)
}

/// The bits of a number with a 0 before each.
fn spread(bits: u32) -> u64 {
    let masks = [
        (16, 0x0000_FFFF_0000_FFFF),
        (8, 0x00FF_00FF_00FF_00FF),
        (4, 0x0F0F_0F0F_0F0F_0F0F),
        (2, 0x3333_3333_3333_3333),
        (1, 0x5555_5555_5555_5555),
    ];
    let spread = masks.iter();
    spread.fold(u64::from(bits), |bits, (shift, mask)| {
        (bits | bits << shift) & mask
    })
}
