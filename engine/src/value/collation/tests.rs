//! The order of texts.

use std::cmp::Ordering;

use proptest::prelude::*;

use super::{collate, fold, fold_equal};

#[track_caller]
fn ascending(texts: &[&str]) {
    for (i, a) in texts.iter().enumerate() {
        for (j, b) in texts.iter().enumerate() {
            assert_eq!(collate(a, b), i.cmp(&j), "{a:?} against {b:?}");
        }
    }
}

#[test]
fn symbols_come_before_digits_before_letters() {
    ascending(&[
        "", " ", "!", "#", "_", "~", "+", "<", ">", "0", "9", "a", "B", "z", "α", "я",
    ]);
    ascending(&["a", "a b", "a_b", "a1", "aa", "ab"]);
}

#[test]
fn hyphen_and_apostrophe_weigh_last() {
    ascending(&["cant", "can't", "can-t", "cantor"]);
    ascending(&["coop", "coo-p", "co-op", "cop"]);
    ascending(&["", "-", "a", "-a", "b"]);
}

#[test]
fn accented_letters_stand_behind_their_base_letter() {
    ascending(&["cote", "coté", "côte", "côté", "coter", "d"]);
    ascending(&["ae", "æ", "af", "Ångström", "b", "ø", "z"]);
    ascending(&["ss", "ß", "st", "th", "þ", "ti"]);
    ascending(&["Zebra", "Żuk"]);
}

#[test]
fn case_does_not_matter() {
    assert_eq!(collate("Äpfel", "äPFEL"), Ordering::Equal);
    assert!(fold_equal("ÄÖÜ", "äöü"));
    assert!(fold_equal("\u{212A}", "k"), "the sign of Kelvin is a K");
    assert_eq!(collate("\u{212A}", "k"), Ordering::Equal);
    assert!(!fold_equal("a", "ä"));
    assert!(!fold_equal("can't", "cant"));
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[aAbB'é -]{0,5}",
        "[ -~]{0,6}",
        "\\PC{0,4}",
        "[a-cÀ-ÿ\u{300}ß]{0,4}"
    ]
}

proptest! {
    #[test]
    fn the_order_is_total_and_agrees_with_folding(a in text(), b in text(), c in text()) {
        prop_assert_eq!(collate(&a, &b), collate(&b, &a).reverse());
        if collate(&a, &b).is_le() && collate(&b, &c).is_le() {
            prop_assert!(collate(&a, &c).is_le());
        }
        prop_assert_eq!(collate(&a, &b).is_eq(), fold_equal(&a, &b));
        prop_assert_eq!(fold(&a) == fold(&b), fold_equal(&a, &b));
        prop_assert_eq!(collate(&a, &a.to_ascii_uppercase()), Ordering::Equal);
    }
}
