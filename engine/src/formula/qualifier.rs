//! What stands before `!`: sheets, spans of sheets and other workbooks, in quotes or not.

use super::ast::{A1Reference, Name, Sheets};
use super::lexer::{Lexer, Qualifier, starts_with};
use super::token::OperandToken;
use crate::error::Result;
use crate::reference::a1;
use crate::reference::is_name_start;

impl Lexer<'_> {
    /// A reference or name with what qualifies it, if a qualifier stands here.
    pub(super) fn qualified(&mut self) -> Result<Option<OperandToken>> {
        let start = self.at;
        let Some((qualifier, after)) = self.qualifier(start) else {
            return Ok(None);
        };
        self.at = after;
        if starts_with(&self.bytes()[after..], "#REF!") {
            self.at += "#REF!".len();
            return Ok(Some(OperandToken::Reference(qualifier.invalid())));
        }
        if let Some((shape, end)) = self.cells_at(after) {
            let Qualifier::Sheets(sheets) = qualifier else {
                self.at = end;
                return Ok(Some(OperandToken::Reference(qualifier.invalid())));
            };
            self.take_reference(end);
            return Ok(Some(OperandToken::Reference(A1Reference { sheets, shape })));
        }
        let end = self.after_word(after);
        if end == after || !self.char_at(after).is_some_and(is_name_start) {
            return Err(self.error(
                "a sheet's name is not followed by a reference or name",
                start..end.max(after),
                None,
            ));
        }
        self.at = end;
        let Qualifier::Sheets(scope) = qualifier else {
            return Ok(Some(OperandToken::Reference(qualifier.invalid())));
        };
        let name = self.text[after..end].into();
        Ok(Some(OperandToken::Name(Name { scope, name })))
    }

    /// The qualifier at a place and where the text goes on behind its `!`.
    fn qualifier(&self, at: usize) -> Option<(Qualifier, usize)> {
        if self.bytes()[at] == b'\'' {
            let (mut inner, mut end) = self.quoted(at)?;
            // Some writers quote the ends of a span each by itself: `'a':'b'!A1`.
            if self.text[end..].starts_with(":'") {
                let (last, last_end) = self.quoted(end + 1)?;
                inner = format!("{inner}:{last}");
                end = last_end;
            }
            let after = end + 1;
            return (self.bytes().get(end) == Some(&b'!')).then(|| (from_quoted(&inner), after));
        }
        let mut book = None;
        let mut from = at;
        if self.bytes()[at] == b'[' {
            let close = at + self.text[at..].find(']')?;
            book = Some(&self.text[at + 1..close]);
            from = close + 1;
        }
        let first_end = self.after_word(from);
        let first = &self.text[from..first_end];
        let mut end = first_end;
        let mut second = None;
        if self.bytes().get(first_end) == Some(&b':') && !first.is_empty() {
            end = self.after_word(first_end + 1);
            second = Some(&self.text[first_end + 1..end]);
            // `A1:Sheet1!B2` is a range: a sheet called like a cell stands in quotes.
            let cell = a1::scan_cell(first.as_bytes(), self.options.grid);
            if end == first_end + 1 || cell.is_some_and(|(.., length)| length == first.len()) {
                return None;
            }
        }
        if self.bytes().get(end) != Some(&b'!') || (first.is_empty() && book.is_none()) {
            return None;
        }
        Some((Qualifier::Sheets(sheets(book, first, second)), end + 1))
    }

    /// The text between single quotes, doubled ones undone, and where the text goes on.
    fn quoted(&self, at: usize) -> Option<(String, usize)> {
        let mut end = at + 1;
        loop {
            end += self.text[end..].find('\'')?;
            if self.bytes().get(end + 1) != Some(&b'\'') {
                break;
            }
            end += 2;
        }
        Some((self.text[at + 1..end].replace("''", "'"), end + 1))
    }
}

impl Qualifier {
    /// `#REF!` with this qualifier.
    fn invalid(self) -> A1Reference {
        A1Reference::invalid(match self {
            Qualifier::Sheets(sheets) => sheets,
            Qualifier::Gone => Sheets::Here,
        })
    }
}

fn sheets(book: Option<&str>, first: &str, second: Option<&str>) -> Sheets {
    match (book, second) {
        (None, None) => Sheets::Sheet(first.into()),
        (None, Some(second)) => Sheets::Span(first.into(), second.into()),
        (Some(book), second) => Sheets::External {
            book: book.into(),
            sheets: (!first.is_empty()).then(|| (first.into(), second.map(Into::into))),
        },
    }
}

/// What a text in quotes qualifies with: `C:\dir\[Book.xlsx]First:Last`.
///
/// The path goes before the file name of the book; only what stands behind the brackets may be a span.
fn from_quoted(inner: &str) -> Qualifier {
    if inner.eq_ignore_ascii_case("#REF") {
        return Qualifier::Gone;
    }
    let bracketed = inner
        .find('[')
        .zip(inner.rfind(']'))
        .filter(|(open, close)| open < close);
    let Some((open, close)) = bracketed else {
        if inner.contains(['\\', '/']) {
            return Qualifier::Sheets(sheets(Some(inner), "", None));
        }
        let (first, second) = split_span(inner);
        return Qualifier::Sheets(sheets(None, first, second));
    };
    let book = format!("{}{}", &inner[..open], &inner[open + 1..close]);
    let (first, second) = split_span(&inner[close + 1..]);
    Qualifier::Sheets(sheets(Some(&book), first, second))
}

fn split_span(names: &str) -> (&str, Option<&str>) {
    match names.split_once(':') {
        Some((first, second)) if !first.is_empty() && !second.is_empty() => (first, Some(second)),
        _ => (names, None),
    }
}
