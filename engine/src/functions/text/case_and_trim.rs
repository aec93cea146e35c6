//! Letters and spaces: UPPER, LOWER, PROPER, TRIM, CLEAN, EXACT.

use crate::functions::declare::functions;
use crate::functions::{IntoOperand, Written};
use crate::value::CellError;

functions! {
    /// A text in capital letters.
    ///
    ///     =UPPER("total 2026")       -> "TOTAL 2026"
    ///     =UPPER("straße")           -> "STRAßE"
    "UPPER"(text: Text) => map(upper);

    /// A text in small letters.
    ///
    ///     =LOWER("TOTAL 2026")       -> "total 2026"
    "LOWER"(text: Text) => map(lower);

    /// A text with a capital letter at the beginning of each word and small ones behind it.
    ///
    /// Every letter behind something that is no letter begins a word.
    ///
    ///     =PROPER("2-way o'NEIL")    -> "2-Way O'Neil"
    "PROPER"(text: Text) => map(proper);

    /// A text without spaces at its ends, and with one where there were several between words.
    ///
    /// Only the plain space counts; the no-break space stays.
    ///
    ///     =TRIM("  net   income ")   -> "net income"
    "TRIM"(text: Text) => map(trim);

    /// A text without control characters (codes 0 to 31).
    ///
    ///     =CLEAN(CHAR(9)&"a"&CHAR(10)&"b")  -> "ab"
    "CLEAN"(text: Text) => map(clean);

    /// Whether two texts are the same, capitals and small letters told apart.
    ///
    ///     =EXACT("Word", "word")     -> FALSE
    ///     =EXACT(123, "123")         -> TRUE
    "EXACT"(first: Text, second: Text) => map(exact);
}

/// The capital of a letter, if it is a single one: `ß` stays, as in Excel.
fn capital(c: char) -> char {
    let mut capitals = c.to_uppercase();
    match (capitals.next(), capitals.next()) {
        (Some(capital), None) => capital,
        _ => c,
    }
}

/// The small letter of a capital, if it is a single one.
fn small(c: char) -> char {
    let mut smalls = c.to_lowercase();
    match (smalls.next(), smalls.next()) {
        (Some(small), None) => small,
        _ => c,
    }
}

/// A text, character by character.
fn spelled(
    letters: impl Iterator<Item = char>,
) -> Written<impl FnOnce(&mut String) -> Result<(), CellError>> {
    Written(|out: &mut String| {
        out.extend(letters);
        Ok(())
    })
}

fn upper(text: &str) -> impl IntoOperand {
    spelled(text.chars().map(capital))
}

fn lower(text: &str) -> impl IntoOperand {
    spelled(text.chars().map(small))
}

fn proper(text: &str) -> impl IntoOperand {
    let mut inside = false;
    spelled(text.chars().map(move |c| {
        let shown = if inside { small(c) } else { capital(c) };
        inside = c.is_alphabetic();
        shown
    }))
}

fn trim(text: &str) -> impl IntoOperand {
    Written(|out: &mut String| {
        let words = text.split(' ').filter(|word| !word.is_empty());
        for (place, word) in words.enumerate() {
            if place > 0 {
                out.push(' ');
            }
            out.push_str(word);
        }
        Ok(())
    })
}

fn clean(text: &str) -> impl IntoOperand {
    spelled(text.chars().filter(|c| *c >= ' '))
}

fn exact(first: &str, second: &str) -> bool {
    first == second
}
