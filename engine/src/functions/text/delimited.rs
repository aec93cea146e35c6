//! Texts cut at delimiters: TEXTBEFORE, TEXTAFTER, TEXTSPLIT.

use super::units::length;
use crate::functions::declare::functions;
use crate::functions::lookup::table::Table;
use crate::functions::{Context, Operand};
use crate::value::{Array, CellError, Value, fold_char, to_boolean, to_number, to_text};

functions! {
    /// The text before a delimiter, or before the `instance`th; negative ones count from the end.
    ///
    /// Of several delimiters any counts. With `match_mode` 1 case does not matter, with `match_end` 1 the end of the text
    /// is a delimiter too. Where none is found it is `if_not_found`, or `#N/A`.
    ///
    ///     =TEXTBEFORE("a-b-c", "-")               -> "a"
    ///     =TEXTBEFORE("a-b-c", "-", -1)           -> "a-b"
    ///     =TEXTBEFORE("a-b-c", {"+","-"}, 2)      -> "a-b"
    ///     =TEXTBEFORE("abc", "x")                 -> #N/A
    ///     =TEXTBEFORE("abc", "x", 1, 0, 1)        -> "abc"
    "TEXTBEFORE"(
        text: Text,
        delimiter: Array,
        instance: Number or omitted,
        match_mode: Boolean = false,
        match_end: Boolean = false,
        if_not_found: Raw or omitted,
    ) => map_rest(before);

    /// The text behind a delimiter, or behind the `instance`th; negative ones count from the end.
    ///
    /// The other arguments are those of TEXTBEFORE.
    ///
    ///     =TEXTAFTER("a-b-c", "-")                -> "b-c"
    ///     =TEXTAFTER("a-b-c", "-", -1)            -> "c"
    ///     =TEXTAFTER("aXb", "x", 1, 1)            -> "b"
    ///     =TEXTAFTER("abc", "x", 1, 0, 0, "none") -> "none"
    "TEXTAFTER"(
        text: Text,
        delimiter: Array,
        instance: Number or omitted,
        match_mode: Boolean = false,
        match_end: Boolean = false,
        if_not_found: Raw or omitted,
    ) => map_rest(after);

    /// A text cut into columns, and into rows, at delimiters.
    ///
    /// With `ignore_empty` empty parts are left out, with `match_mode` 1 case does not matter. Where a row is shorter than
    /// another stands `pad`, or `#N/A`.
    ///
    ///     =INDEX(TEXTSPLIT("a,b;c,d", ",", ";"), 2, 1)   -> "c"
    ///     =COLUMNS(TEXTSPLIT("a,,b", ","))               -> 3
    ///     =COLUMNS(TEXTSPLIT("a,,b", ",", , TRUE))       -> 2
    ///     =INDEX(TEXTSPLIT("a,b;c", ",", ";"), 2, 2)     -> #N/A
    "TEXTSPLIT"(
        text: Text,
        column_delimiter: Array,
        row_delimiter: Array or omitted,
        ignore_empty: Boolean = false,
        match_mode: Boolean = false,
        pad: Raw or omitted,
    ) [spills] => array_rest(split);
}

/// Delimiters, of which the longest that fits counts.
struct Delimiters {
    texts: Vec<String>,
    ignore_case: bool,
}

impl Delimiters {
    fn of(
        context: &Context<'_>,
        operand: &Operand,
        ignore_case: bool,
    ) -> Result<Delimiters, CellError> {
        let mut delimiters = Delimiters {
            texts: Vec::new(),
            ignore_case,
        };
        if matches!(operand, Operand::Omitted | Operand::Value(Value::Blank)) {
            return Ok(delimiters);
        }
        let array = Table::of(operand)?.to_array(context)?;
        for value in array.cells().iter().chain(array.tail()) {
            delimiters.texts.push(to_text(value)?.into_owned());
        }
        Ok(delimiters)
    }

    /// How many bytes of `text` the longest delimiter takes that it begins with.
    fn fits(&self, text: &str) -> Option<usize> {
        let fitting = self.texts.iter().filter_map(|delimiter| {
            if !self.ignore_case {
                return text
                    .starts_with(delimiter.as_str())
                    .then_some(delimiter.len());
            }
            let mut rest = text.chars();
            let same = delimiter
                .chars()
                .all(|c| rest.next().is_some_and(|d| fold_char(c) == fold_char(d)));
            same.then(|| text.len() - rest.as_str().len())
        });
        fitting.max()
    }

    /// Where delimiters begin and end in the text, one behind the other.
    fn places(&self, text: &str) -> Vec<(usize, usize)> {
        let mut places = Vec::new();
        let mut free = 0;
        for (start, _) in text.char_indices() {
            if start < free {
                continue;
            }
            if let Some(taken) = self.fits(&text[start..]).filter(|taken| *taken > 0) {
                free = start + taken;
                places.push((start, free));
            }
        }
        places
    }

    /// The parts of the text between delimiters.
    fn split<'a>(&self, text: &'a str, ignore_empty: bool) -> Vec<&'a str> {
        let mut parts = Vec::new();
        let mut from = 0;
        for (start, end) in self.places(text) {
            parts.push(&text[from..start]);
            from = end;
        }
        parts.push(&text[from..]);
        parts.retain(|part| !(ignore_empty && part.is_empty()));
        parts
    }

    fn has_empty(&self) -> bool {
        self.texts.iter().any(String::is_empty)
    }
}

fn is_true(operand: &Operand) -> Result<bool, CellError> {
    match operand {
        Operand::Value(value) => to_boolean(value),
        _ => Ok(false),
    }
}

fn text_of(operand: &Operand) -> Result<&str, CellError> {
    match operand {
        Operand::Value(Value::Text(text)) => Ok(text),
        _ => Err(CellError::Value),
    }
}

/// Where the delimiter that is meant begins and ends; nothing if there is none.
fn meant(context: &Context<'_>, operands: &[Operand]) -> Result<Option<(usize, usize)>, CellError> {
    let [text, delimiter, instance, match_mode, match_end, ..] = operands else {
        return Err(CellError::Value);
    };
    let text = text_of(text)?;
    let instance = match instance {
        Operand::Value(value) => to_number(value, context.conventions)?.trunc(),
        _ => 1.0,
    };
    let longest = length(text, context.conventions.text_units).max(1);
    if instance == 0.0 || instance.abs() > longest as f64 {
        return Err(CellError::Value);
    }
    let delimiters = Delimiters::of(context, delimiter, is_true(match_mode)?)?;
    if delimiters.has_empty() {
        // An empty delimiter stands at the end from which is counted.
        let place = if instance > 0.0 { 0 } else { text.len() };
        return Ok(Some((place, place)));
    }
    let mut places = delimiters.places(text);
    if is_true(match_end)? {
        if instance > 0.0 {
            places.push((text.len(), text.len()));
        } else {
            places.insert(0, (0, 0));
        }
    }
    let nth = instance.abs() as usize - 1;
    Ok(if instance > 0.0 {
        places.get(nth).copied()
    } else {
        places.iter().rev().nth(nth).copied()
    })
}

/// The part of the text that `part` takes, given where the delimiter that is meant begins and ends.
fn cut(
    context: &Context<'_>,
    operands: &[Operand],
    part: impl Fn(&str, (usize, usize)) -> &str,
) -> Result<Operand, CellError> {
    let text = text_of(operands.first().ok_or(CellError::Value)?)?;
    Ok(match (meant(context, operands)?, operands.get(5)) {
        (Some(place), _) => Operand::from(part(text, place)),
        (None, Some(given @ Operand::Value(_))) => given.clone(),
        (None, _) => Operand::from(CellError::Na),
    })
}

fn before(context: &Context<'_>, operands: &[Operand]) -> Result<Operand, CellError> {
    cut(context, operands, |text, (start, _)| &text[..start])
}

fn after(context: &Context<'_>, operands: &[Operand]) -> Result<Operand, CellError> {
    cut(context, operands, |text, (_, end)| &text[end..])
}

fn split(context: &Context<'_>, operands: &[Operand]) -> Result<Operand, CellError> {
    let [text, columns, rows, ignore_empty, match_mode, pad] = operands else {
        return Err(CellError::Value);
    };
    let (ignore_empty, match_mode) = (is_true(ignore_empty)?, is_true(match_mode)?);
    let columns = Delimiters::of(context, columns, match_mode)?;
    let rows = Delimiters::of(context, rows, match_mode)?;
    let without = columns.texts.is_empty() && rows.texts.is_empty();
    if without || columns.has_empty() || rows.has_empty() {
        return Err(CellError::Value);
    }
    let lines = rows.split(text_of(text)?, ignore_empty);
    let lines: Vec<Vec<&str>> = lines
        .into_iter()
        .map(|line| columns.split(line, ignore_empty))
        .collect();
    let width = lines.iter().map(Vec::len).max().unwrap_or(0);
    Array::check_size(lines.len() as u32, width as u32)?;
    let pad = match pad {
        Operand::Value(value) => value.clone(),
        _ => Value::Error(CellError::Na),
    };
    let mut values = Vec::with_capacity(lines.len() * width);
    for line in &lines {
        values.extend(line.iter().map(|part| Value::from(*part)));
        values.extend(std::iter::repeat_n(pad.clone(), width - line.len()));
    }
    Array::new(lines.len() as u32, width as u32, values).map(Operand::from)
}
