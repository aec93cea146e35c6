//! The words of the file: kinds of attached things, ways of entering formulas, reasons for hiding.

use crate::formula::Mode;
use crate::functions::Hidden;
use crate::workbook::{AttachedKind, Visibility};

/// Every kind of thing that is attached to cells, and its name.
const ATTACHED: [(AttachedKind, &str); 12] = [
    (AttachedKind::Hyperlink, "hyperlink"),
    (AttachedKind::ConditionalFormat, "conditional format"),
    (AttachedKind::DataValidation, "data validation"),
    (AttachedKind::Comment, "comment"),
    (AttachedKind::Drawing, "drawing"),
    (AttachedKind::ProtectedRange, "protected range"),
    (AttachedKind::Filter, "filter"),
    (AttachedKind::Sparkline, "sparkline"),
    (AttachedKind::RowBreak, "row break"),
    (AttachedKind::ColumnBreak, "column break"),
    (AttachedKind::IgnoredError, "ignored error"),
    (AttachedKind::Watch, "watch"),
];

/// How formulas are entered.
const MODES: [(Mode, &str); 3] = [
    (Mode::Legacy, "legacy"),
    (Mode::Dynamic, "dynamic"),
    (Mode::Array, "array"),
];

/// Whether a sheet's tab is shown.
const VISIBILITIES: [(Visibility, &str); 3] = [
    (Visibility::Visible, "visible"),
    (Visibility::Hidden, "hidden"),
    (Visibility::VeryHidden, "very hidden"),
];

/// Why rows are not shown, and the number of it.
const HIDDEN: [(Hidden, u32); 2] = [(Hidden::ByHand, 1), (Hidden::ByFilter, 2)];

/// The second of the pair with this first; every list has all there are.
fn second<A: PartialEq, B: Copy>(list: &[(A, B)], first: &A) -> Option<B> {
    let pair = list.iter().find(|pair| pair.0 == *first);
    pair.map(|pair| pair.1)
}

fn first<A: Copy, B: PartialEq>(list: &[(A, B)], second: &B) -> Option<A> {
    let pair = list.iter().find(|pair| pair.1 == *second);
    pair.map(|pair| pair.0)
}

/// The name of a kind of thing.
pub(super) fn attached_name(kind: AttachedKind) -> &'static str {
    second(&ATTACHED, &kind).expect("invariant: every kind has a name")
}

/// The kind of thing of this name.
pub(super) fn attached_named(name: &str) -> Option<AttachedKind> {
    first(&ATTACHED, &name)
}

/// The name of a mode.
pub(super) fn mode_name(mode: Mode) -> &'static str {
    second(&MODES, &mode).expect("invariant: every mode has a name")
}

/// The mode of this name.
pub(super) fn mode_named(name: &str) -> Option<Mode> {
    first(&MODES, &name)
}

/// The name of a visibility.
pub(super) fn visibility_name(visibility: Visibility) -> &'static str {
    second(&VISIBILITIES, &visibility).expect("invariant: every visibility has a name")
}

/// The visibility of this name.
pub(super) fn visibility_named(name: &str) -> Option<Visibility> {
    first(&VISIBILITIES, &name)
}

/// The number of a reason; 0 for what is shown.
pub(super) fn hidden_number(why: Hidden) -> u32 {
    second(&HIDDEN, &why).unwrap_or(0)
}

/// The reason of this number.
pub(super) fn hidden_numbered(number: u32) -> Option<Hidden> {
    first(&HIDDEN, &number)
}
