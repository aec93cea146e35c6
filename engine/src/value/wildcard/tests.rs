//! Patterns against a model that tries everything.

use proptest::prelude::*;

use super::Wildcard;

#[track_caller]
fn check(pattern: &str, hits: &[&str], misses: &[&str]) {
    let compiled = Wildcard::new(pattern);
    for text in hits {
        assert!(compiled.matches(text), "{pattern:?} matches {text:?}");
    }
    for text in misses {
        assert!(
            !compiled.matches(text),
            "{pattern:?} does not match {text:?}"
        );
    }
}

#[test]
fn stars_and_question_marks() {
    check("", &[""], &["a"]);
    check("*", &["", "a", "äöü"], &[]);
    check("?", &["a", "ä", "😀"], &["", "ab"]);
    check("?*", &["a", "abc"], &[""]);
    check("a*a", &["aa", "aba", "ABBA"], &["a", "ab"]);
    check("*a*b*", &["ab", "xxaxxbxx"], &["ba", "b"]);
    check("ab*ab", &["abab", "abxab"], &["ab", "abb"]);
    check("1*2", &["12322"], &["123"]);
    check("*é?", &["caféS", "É1"], &["é"]);
}

#[test]
fn a_tilde_takes_the_meaning_away() {
    check("~*", &["*"], &["a", "~*", ""]);
    check("~?~~", &["?~"], &["a~"]);
    check("a~b", &["ab", "AB"], &["a~b"]);
    check("a~~b", &["a~b"], &["ab"]);
    check("a~", &["A~"], &["a"]);
    assert_eq!(Wildcard::new("What~?").literal().as_deref(), Some("what?"));
    assert!(!Wildcard::new("a?").is_literal());
    assert!(!Wildcard::new("a*").is_literal());
}

#[test]
fn find_gives_the_leftmost_place() {
    let find = |pattern: &str, text: &str, from| Wildcard::new(pattern).find(text, from);
    assert_eq!(find("B", "abcb", 0), Some(1..2));
    assert_eq!(find("b", "abcb", 2), Some(3..4));
    assert_eq!(find("", "abc", 3), Some(3..3));
    assert_eq!(find("a*c", "xaabcc", 0), Some(1..5));
    assert_eq!(find("*c", "xabc", 1), Some(1..4));
    assert_eq!(find("ä?", "xÄäy", 0), Some(1..5));
    assert_eq!(find("d", "abc", 0), None);
    assert_eq!(find("?", "", 0), None);
}

#[test]
fn many_stars_take_no_exponential_time() {
    let pattern = Wildcard::new(&"a*".repeat(500));
    assert!(!pattern.matches(&format!("{}b", "a".repeat(400))));
    let pattern = Wildcard::new(&format!("{}b", "*a".repeat(200)));
    assert!(!pattern.matches(&"a".repeat(30_000)));
}

/// Matching by definition: a star stands for every possible run.
fn model(pattern: &[char], text: &[char]) -> bool {
    match pattern {
        [] => text.is_empty(),
        ['*', rest @ ..] => (0..=text.len()).any(|cut| model(rest, &text[cut..])),
        ['~', c, rest @ ..] => text.first() == Some(c) && model(rest, &text[1..]),
        ['?', rest @ ..] => !text.is_empty() && model(rest, &text[1..]),
        [c, rest @ ..] => text.first() == Some(c) && model(rest, &text[1..]),
    }
}

proptest! {
    #[test]
    fn every_pattern_matches_as_defined(pattern in "[ab*?~ä]{0,7}", text in "[ab*?~ä]{0,9}") {
        let letters = |text: &str| text.chars().collect::<Vec<_>>();
        let compiled = Wildcard::new(&pattern);
        prop_assert_eq!(compiled.matches(&text), model(&letters(&pattern), &letters(&text)));

        let starts = text.char_indices().map(|(at, _)| at).chain([text.len()]);
        let first = starts.into_iter().find(|at| model(&letters(&format!("{pattern}*")), &letters(&text[*at..])));
        // A tilde at the end would take the meaning of the star that the model appends.
        if !pattern.ends_with('~') {
            prop_assert_eq!(compiled.find(&text, 0).map(|place| place.start), first);
        }
        prop_assert_eq!(compiled.is_literal(), compiled.literal().is_some_and(|text| compiled.matches(&text)));
    }
}
