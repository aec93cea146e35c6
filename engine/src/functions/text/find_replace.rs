//! Finding and replacing: FIND, SEARCH, SUBSTITUTE, REPLACE.

use super::fits;
use super::slice::{count_of, place_of};
use super::units::{byte_of, length, push_slice};
use crate::functions::declare::functions;
use crate::functions::{Context, IntoOperand, Written};
use crate::value::{CellError, Wildcard};

functions! {
    /// The place of one text within another, counted from 1; capitals and small letters are told apart.
    ///
    /// The search begins at the place `start`. A text that is not found is `#VALUE!`.
    ///
    ///     =FIND("e", "spreadsheet")      -> 4
    ///     =FIND("e", "spreadsheet", 5)   -> 9
    ///     =FIND("E", "spreadsheet")      -> #VALUE!
    ///     =FIND("", "abc", 2)            -> 2
    "FIND"(find: Text, within: Text, start: Number = 1) => map_in(find);

    /// The place of one text within another, counted from 1, whatever the case.
    ///
    /// `?` stands for any character and `*` for any run of them; `~` takes that meaning away.
    ///
    ///     =SEARCH("E", "spreadsheet", 5)  -> 9
    ///     =SEARCH("s?e", "spreadsheet")   -> 7
    ///     =SEARCH("~?", "what?")          -> 5
    ///     =SEARCH("", "")                 -> #VALUE!
    "SEARCH"(find: Text, within: Text, start: Number = 1) => map_in(search);

    /// A text with `old` replaced by `new`, everywhere or only where it stands for the `instance`th time.
    ///
    ///     =SUBSTITUTE("one one one", "one", "two")     -> "two two two"
    ///     =SUBSTITUTE("one one one", "one", "two", 2)  -> "one two one"
    ///     =SUBSTITUTE("abc", "", "x")                  -> "abc"
    ///     =SUBSTITUTE("abc", "b", "x", 0)              -> #VALUE!
    "SUBSTITUTE"(text: Text, old: Text, new: Text, instance: Number or omitted) => map(substitute);

    /// A text with the `count` characters from the place `start` on replaced.
    ///
    ///     =REPLACE("abcdef", 2, 3, "*")  -> "a*ef"
    ///     =REPLACE("abc", 9, 1, "d")     -> "abcd"
    ///     =REPLACE("abc", 0, 1, "d")     -> #VALUE!
    "REPLACE"(text: Text, start: Number, count: Number, new: Text) => map_in(replace);

    /// FIND, counted in bytes where a language has characters of two bytes; elsewhere the same.
    ///
    ///     =FINDB("e", "spreadsheet")     -> 4
    "FINDB"(find: Text, within: Text, start: Number = 1) => map_in(find);

    /// SEARCH, counted in bytes where a language has characters of two bytes; elsewhere the same.
    ///
    ///     =SEARCHB("E", "spreadsheet")   -> 4
    "SEARCHB"(find: Text, within: Text, start: Number = 1) => map_in(search);

    /// REPLACE, counted in bytes where a language has characters of two bytes; elsewhere the same.
    ///
    ///     =REPLACEB("abcdef", 2, 3, "*") -> "a*ef"
    "REPLACEB"(text: Text, start: Number, count: Number, new: Text) => map_in(replace);
}

/// The first place of a text at or behind `start`, counted from 1.
fn find(context: &Context<'_>, find: &str, within: &str, start: f64) -> Result<f64, CellError> {
    locate(context, within, start, |from| {
        within[from..].find(find).map(|place| from + place)
    })
}

fn search(context: &Context<'_>, find: &str, within: &str, start: f64) -> Result<f64, CellError> {
    let pattern = Wildcard::new(find);
    // Unlike FIND, SEARCH finds nothing, not even an empty text, behind the last character.
    if start > length(within, context.conventions.text_units) as f64 {
        return Err(CellError::Value);
    }
    locate(context, within, start, |from| {
        pattern.find(within, from).map(|place| place.start)
    })
}

/// What `found` finds behind the byte of the place `start`, as a place that counts from 1.
fn locate(
    context: &Context<'_>,
    within: &str,
    start: f64,
    found: impl FnOnce(usize) -> Option<usize>,
) -> Result<f64, CellError> {
    let units = context.conventions.text_units;
    let start = place_of(start)?;
    if start > length(within, units) {
        return Err(CellError::Value);
    }
    let place = found(byte_of(within, start, units)).ok_or(CellError::Value)?;
    Ok(length(&within[..place], units) as f64 + 1.0)
}

fn substitute(text: &str, old: &str, new: &str, instance: Option<f64>) -> impl IntoOperand {
    Written(move |out: &mut String| {
        let instance = instance.map(place_of).transpose()?;
        if old.is_empty() {
            out.push_str(text);
            return Ok(());
        }
        // Known before it is made: a text that grows beyond what a cell holds is not made at all.
        let growth = new.len().saturating_sub(old.len());
        if instance.is_none()
            && growth > 0
            && text.matches(old).count().saturating_mul(growth) > GROWTH_MAX
        {
            return Err(CellError::Value);
        }
        let (start, mut rest) = (out.len(), 0);
        let (skipped, taken) = match instance {
            Some(instance) => (instance, 1),
            None => (0, usize::MAX),
        };
        for (place, _) in text.match_indices(old).skip(skipped).take(taken) {
            out.push_str(&text[rest..place]);
            out.push_str(new);
            rest = place + old.len();
        }
        out.push_str(&text[rest..]);
        fits(&out[start..])
    })
}

/// Bytes by which a text that fits a cell can at most have grown.
const GROWTH_MAX: usize = 4 * crate::limits::TEXT_UNITS;

fn replace(
    context: &Context<'_>,
    text: &str,
    start: f64,
    count: f64,
    new: &str,
) -> impl IntoOperand {
    let units = context.conventions.text_units;
    Written(move |out: &mut String| {
        let (start, count) = (place_of(start)?, count_of(count)?);
        let end = start.saturating_add(count);
        let beginning = out.len();
        push_slice(out, text, 0, start, units);
        out.push_str(new);
        push_slice(out, text, end, usize::MAX, units);
        fits(&out[beginning..])
    })
}
