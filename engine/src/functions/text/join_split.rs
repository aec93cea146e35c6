//! Joining: CONCATENATE, CONCAT, TEXTJOIN, REPT.

use std::ops::ControlFlow;

use super::slice::count_of;
use super::{bounded, fits};
use crate::functions::declare::functions;
use crate::functions::{Context, IntoOperand, Operand, Written};
use crate::limits;
use crate::reference::Area;
use crate::value::{Array, CellError, ValueRef, to_text};

functions! {
    /// Joins texts.
    ///
    ///     =CONCATENATE("a", 1, TRUE)             -> "a1TRUE"
    "CONCATENATE"(; repeat text: Text) => map_rest(concatenate);

    /// Joins texts and the values of ranges, row by row.
    ///
    ///     =CONCAT("a", {1,2;3,4}, "z")           -> "a1234z"
    "CONCAT"(; repeat text: Array) => array_rest(concat);

    /// Joins texts and the values of ranges, row by row, with a delimiter between them.
    ///
    /// With `ignore_empty` empty texts and cells are left out. Several delimiters take turns.
    ///
    ///     =TEXTJOIN(", ", TRUE, {"a","","b"})    -> "a, b"
    ///     =TEXTJOIN(", ", FALSE, {"a","","b"})   -> "a, , b"
    ///     =TEXTJOIN({"-","+"}, TRUE, 1, 2, 3, 4) -> "1-2+3-4"
    "TEXTJOIN"(delimiter: Array, ignore_empty: Boolean; repeat text: Array) => array_rest(textjoin);

    /// Repeats a text.
    ///
    ///     =REPT("ab", 3)                         -> "ababab"
    ///     =REPT("ab", 2.9)                       -> "abab"
    ///     =REPT("ab", -1)                        -> #VALUE!
    "REPT"(text: Text, count: Number) => map(rept);
}

fn concatenate(_: &Context<'_>, operands: &[Operand]) -> Result<String, CellError> {
    let mut joined = String::new();
    for operand in operands {
        if let Operand::Value(value) = operand {
            joined.push_str(&to_text(value.as_ref())?);
        }
    }
    bounded(joined)
}

fn concat(context: &Context<'_>, operands: &[Operand]) -> Operand {
    let mut joined = Joined::new(Vec::new(), true);
    Operand::from(
        joined
            .take_all(context, operands)
            .and_then(|()| bounded(joined.text)),
    )
}

fn textjoin(context: &Context<'_>, operands: &[Operand]) -> Operand {
    let [delimiter, ignore_empty, texts @ ..] = operands else {
        return Operand::from(CellError::Value);
    };
    let ignore_empty =
        !matches!(ignore_empty, Operand::Value(x) if x.as_ref() == ValueRef::Boolean(false));
    let joined = delimiters(context, delimiter).and_then(|delimiters| {
        let mut joined = Joined::new(delimiters, ignore_empty);
        joined.take_all(context, texts)?;
        bounded(joined.text)
    });
    Operand::from(joined)
}

/// The delimiters in their order.
fn delimiters(context: &Context<'_>, operand: &Operand) -> Result<Vec<String>, CellError> {
    /// No text that fits a cell has room for more.
    const DELIMITERS_MAX: usize = limits::TEXT_UNITS + 1;
    let mut delimiters = Vec::new();
    for_each(context, operand, &mut |value, times| {
        let text = to_text(value)?;
        let room = DELIMITERS_MAX.saturating_sub(delimiters.len());
        let times = times.min(room as u64) as usize;
        delimiters.extend(std::iter::repeat_n(text.into_owned(), times));
        Ok(())
    })?;
    Ok(delimiters)
}

/// A text that grows by other texts and the delimiters between them.
struct Joined {
    text: String,
    delimiters: Vec<String>,
    ignore_empty: bool,
    /// Texts taken so far.
    count: usize,
}

impl Joined {
    fn new(delimiters: Vec<String>, ignore_empty: bool) -> Joined {
        Joined {
            text: String::new(),
            delimiters,
            ignore_empty,
            count: 0,
        }
    }

    fn take_all(&mut self, context: &Context<'_>, operands: &[Operand]) -> Result<(), CellError> {
        operands.iter().try_for_each(|operand| {
            for_each(context, operand, &mut |value, times| {
                self.take(value, times)
            })
        })
    }

    /// Takes a value, as often as it is repeated.
    fn take(&mut self, value: ValueRef<'_>, times: u64) -> Result<(), CellError> {
        /// Bytes that are too many in any case.
        const BYTES_MAX: usize = 3 * limits::TEXT_UNITS;
        let text = to_text(value)?;
        if text.is_empty() && self.ignore_empty {
            return Ok(());
        }
        let longest = self.delimiters.iter().map(String::len).max().unwrap_or(0);
        if text.is_empty() && longest == 0 {
            self.count += 1;
            return Ok(());
        }
        for _ in 0..times {
            if self.count > 0 && !self.delimiters.is_empty() {
                let delimiter = (self.count - 1) % self.delimiters.len();
                self.text.push_str(&self.delimiters[delimiter]);
            }
            self.text.push_str(&text);
            self.count += 1;
            if self.text.len() > BYTES_MAX || self.count > 2 * BYTES_MAX {
                return Err(CellError::Value);
            }
        }
        Ok(())
    }
}

/// What is done with a value, and how often it is repeated.
type Take<'a> = &'a mut dyn FnMut(ValueRef<'_>, u64) -> Result<(), CellError>;

/// Shows the values of an operand, row by row; blank cells between others are shown once for all.
fn for_each(context: &Context<'_>, operand: &Operand, take: Take<'_>) -> Result<(), CellError> {
    match operand {
        Operand::Omitted => Ok(()),
        Operand::Value(value) => take(value.as_ref(), 1),
        Operand::Array(array) => for_each_of_array(array, take),
        Operand::Reference(reference) => reference
            .areas
            .iter()
            .try_for_each(|area| for_each_of_area(context, area, take)),
    }
}

fn for_each_of_array(array: &Array, take: Take<'_>) -> Result<(), CellError> {
    for value in array.cells() {
        take(value.as_ref(), 1)?;
    }
    match array.tail() {
        [] => Ok(()),
        [value] => take(value.as_ref(), array.repeats(1)?.into()),
        row => (0..array.repeats(row.len())?)
            .try_for_each(|_| row.iter().try_for_each(|value| take(value.as_ref(), 1))),
    }
}

fn for_each_of_area(context: &Context<'_>, area: &Area, take: Take<'_>) -> Result<(), CellError> {
    let rect = area.rect;
    let mut next = 0;
    let mut outcome = Ok(());
    context.cells.visit(area, &mut |cell, value| {
        let index = u64::from(cell.row - rect.top) * u64::from(rect.columns())
            + u64::from(cell.column - rect.left);
        if index > next {
            outcome = take(ValueRef::Blank, index - next);
        }
        if outcome.is_ok() {
            outcome = take(value, 1);
        }
        next = index + 1;
        match outcome {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    });
    outcome?;
    if next < rect.size() {
        take(ValueRef::Blank, rect.size() - next)?;
    }
    Ok(())
}

fn rept(text: &str, count: f64) -> impl IntoOperand {
    Written(move |out: &mut String| {
        let count = count_of(count)?;
        if text.len().saturating_mul(count) > 3 * limits::TEXT_UNITS {
            return Err(CellError::Value);
        }
        let start = out.len();
        // Of an empty text there is nothing to repeat, however often.
        let count = if text.is_empty() { 0 } else { count };
        (0..count).for_each(|_| out.push_str(text));
        fits(&out[start..])
    })
}
