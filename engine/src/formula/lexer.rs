//! Cuts a formula's text into tokens.
//!
//! What a character means depends on what stands before it: `-` behind an operand subtracts, elsewhere it negates;
//! a space between two references intersects. So the parser asks for an operand ([`Lexer::operand`]) or for what
//! follows one ([`Lexer::operator`]). Looking ahead is bounded by the word at hand, so the whole is linear.

use std::ops::Range;
use std::sync::Arc;

use super::ast::{A1Reference, BinaryOperator, Name, Sheets};
use super::parse_options::ParseOptions;
use super::prefix::{Prefix, strip_prefixes};
use super::structured::scan_structured;
use super::token::{OperandToken, OperatorToken, Spanned};
use crate::error::{Error, Result};
use crate::reference::{is_name_character, is_name_start};
use crate::value::CellError;

/// The reader of one formula's text.
pub(super) struct Lexer<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) options: &'a ParseOptions,
    /// Where the references stand that were read, sheets not included; kept only if asked for.
    pub(super) references: Option<Vec<Range<usize>>>,
}

/// What stands before `!`.
pub(super) enum Qualifier {
    /// Sheets by name.
    Sheets(Sheets),
    /// `#REF!`: the sheet is gone.
    Gone,
}

impl<'a> Lexer<'a> {
    /// An error about a piece of the text.
    pub(super) fn error(
        &self,
        message: impl Into<String>,
        span: Range<usize>,
        hint: Option<&str>,
    ) -> Error {
        Error::parse(message, self.text, span, hint.map(str::to_owned))
    }

    pub(super) fn bytes(&self) -> &'a [u8] {
        self.text.as_bytes()
    }

    pub(super) fn char_at(&self, at: usize) -> Option<char> {
        self.text.get(at..)?.chars().next()
    }

    /// Skips white space and line breaks; tells whether there were any.
    pub(super) fn skip_space(&mut self) -> bool {
        let start = self.at;
        self.at = self.after_space(start);
        self.at > start
    }

    pub(super) fn after_space(&self, at: usize) -> usize {
        self.after(at, |byte| byte.is_ascii_whitespace(), char::is_whitespace)
    }

    /// The end of the name characters from `at` on.
    pub(super) fn after_word(&self, at: usize) -> usize {
        let ascii = |byte: u8| byte.is_ascii() && is_name_character(byte as char);
        self.after(at, ascii, is_name_character)
    }

    /// The end of the characters that pass; most texts are ASCII, so bytes are tried first.
    fn after(&self, at: usize, ascii: impl Fn(u8) -> bool, any: fn(char) -> bool) -> usize {
        let bytes = self.bytes();
        let mut end = at;
        while let Some(byte) = bytes.get(end).copied().filter(|byte| ascii(*byte)) {
            debug_assert!(byte.is_ascii(), "only ASCII bytes pass");
            end += 1;
        }
        if bytes.get(end).is_none_or(u8::is_ascii)
            && !bytes.get(end).is_some_and(|b| any(*b as char))
        {
            return end;
        }
        let rest = &self.text[end..];
        self.text.len() - rest.trim_start_matches(any).len()
    }

    /// Goes on behind a reference that begins here.
    pub(super) fn take_reference(&mut self, end: usize) {
        if let Some(references) = &mut self.references {
            references.push(self.at..end);
        }
        self.at = end;
    }

    /// The token where an operand is expected.
    pub(super) fn operand(&mut self) -> Result<Spanned<OperandToken>> {
        self.skip_space();
        let start = self.at;
        let Some(first) = self.char_at(start) else {
            return Ok((OperandToken::End, start..start));
        };
        let single = match first {
            '+' => Some(OperandToken::Plus),
            '-' => Some(OperandToken::Minus),
            '@' => Some(OperandToken::At),
            '(' => Some(OperandToken::Open),
            '{' => Some(OperandToken::OpenArray),
            ',' => Some(OperandToken::Comma),
            ')' => Some(OperandToken::Close),
            _ => None,
        };
        let token = match (single, first) {
            (Some(token), _) => {
                self.at += 1;
                token
            }
            (None, '"') => OperandToken::Text(self.text_literal()?),
            (None, '#') => self.error_literal()?,
            (None, '[') => match self.qualified()? {
                Some(token) => token,
                None => OperandToken::Structured(scan_structured(self, None)?),
            },
            (None, '\'') => match self.qualified()? {
                Some(token) => token,
                None => {
                    return Err(self.error(
                        "a sheet's name in quotes is not followed by `!`",
                        start..self.text.len(),
                        Some("texts stand in double quotes"),
                    ));
                }
            },
            (None, '0'..='9' | '.') => self.digits()?,
            (None, c) if c == '$' || is_name_start(c) => self.word()?,
            (None, c) => return Err(self.unknown(c)),
        };
        Ok((token, start..self.at))
    }

    fn unknown(&self, c: char) -> Error {
        let span = self.at..self.at + c.len_utf8();
        let hint = match c {
            '«' | '»' => Some("texts stand in straight quotes: \""),
            ';' => Some("arguments are separated by commas"),
            '−' | '–' | '—' => Some("the minus sign is -"),
            '×' => Some("the operator is *"),
            '÷' => Some("the operator is /"),
            '≤' => Some("the operator is <="),
            '≥' => Some("the operator is >="),
            '≠' | '!' => Some("the operator is <>"),
            '*' | '/' | '^' | '&' | '=' | '<' | '>' | '%' | ':' => {
                return self.error(format!("an operand is missing before `{c}`"), span, None);
            }
            ']' | '}' => {
                return self.error(format!("`{c}` closes a bracket never opened"), span, None);
            }
            _ => None,
        };
        self.error(
            format!("the character `{c}` has no meaning here"),
            span,
            hint,
        )
    }

    /// The token behind an operand; `callable` tells whether `(` may follow at once, `reference` whether a space may
    /// intersect.
    pub(super) fn operator(
        &mut self,
        callable: bool,
        reference: bool,
    ) -> Result<Spanned<OperatorToken>> {
        let spaced = self.skip_space();
        let start = self.at;
        let Some(first) = self.char_at(start) else {
            return Ok((OperatorToken::End, start..start));
        };
        let next = self.bytes().get(start + 1).copied();
        use BinaryOperator as B;
        let (token, length) = match first {
            '(' if callable && !spaced => (OperatorToken::Apply, 1),
            _ if spaced && reference && self.begins_reference(first) => {
                (OperatorToken::Binary(B::Intersection), 0)
            }
            ',' => (OperatorToken::Comma, 1),
            ')' => (OperatorToken::Close, 1),
            '%' => (OperatorToken::Percent, 1),
            '#' if reference => (OperatorToken::Spill, 1),
            ':' => (OperatorToken::Binary(B::Range), 1),
            '^' => (OperatorToken::Binary(B::Power), 1),
            '*' => (OperatorToken::Binary(B::Multiply), 1),
            '/' => (OperatorToken::Binary(B::Divide), 1),
            '+' => (OperatorToken::Binary(B::Add), 1),
            '-' => (OperatorToken::Binary(B::Subtract), 1),
            '&' => (OperatorToken::Binary(B::Concatenate), 1),
            '=' => (OperatorToken::Binary(B::Equal), 1),
            '<' if next == Some(b'>') => (OperatorToken::Binary(B::NotEqual), 2),
            '<' if next == Some(b'=') => (OperatorToken::Binary(B::LessOrEqual), 2),
            '<' => (OperatorToken::Binary(B::Less), 1),
            '>' if next == Some(b'=') => (OperatorToken::Binary(B::GreaterOrEqual), 2),
            '>' => (OperatorToken::Binary(B::Greater), 1),
            _ => return Err(self.missing_operator(first)),
        };
        self.at = start + length;
        Ok((token, start..self.at))
    }

    fn missing_operator(&self, first: char) -> Error {
        let begins = matches!(first, '"' | '(' | '{' | '$' | '\'' | '[' | '@' | '#')
            || is_name_character(first);
        if begins {
            let end = self.after_word(self.at).max(self.at + first.len_utf8());
            let shown = &self.text[self.at..end];
            self.error(
                format!("an operator is missing before `{shown}`"),
                self.at..end,
                None,
            )
        } else {
            self.unknown(first)
        }
    }

    /// Whether a reference expression begins here, behind a space.
    fn begins_reference(&self, first: char) -> bool {
        match first {
            '$' | '(' | '\'' | '[' => true,
            '#' => starts_with(&self.bytes()[self.at..], "#REF!"),
            '0'..='9' => self.rows_at(self.at).is_some(),
            c => is_name_start(c),
        }
    }

    /// A text literal: quotes inside are doubled.
    pub(super) fn text_literal(&mut self) -> Result<Arc<str>> {
        let start = self.at;
        let mut end = start + 1;
        loop {
            match self.text[end..].find('"') {
                None => {
                    return Err(self.error(
                        "a text is not closed",
                        start..self.text.len(),
                        Some("a quote inside a text is doubled: \"\""),
                    ));
                }
                Some(found) => end += found,
            }
            if self.bytes().get(end + 1) != Some(&b'"') {
                break;
            }
            end += 2;
        }
        self.at = end + 1;
        let inner = &self.text[start + 1..end];
        if self.options.typed
            && inner.len() > 255
            && inner.replace("\"\"", "\"").chars().count() > 255
        {
            return Err(self.error(
                "a text in a typed formula has more than 255 characters",
                start..self.at,
                Some("join shorter texts with &"),
            ));
        }
        Ok(if inner.contains('"') {
            inner.replace("\"\"", "\"").into()
        } else {
            inner.into()
        })
    }

    /// The error that is spelled at the place, and its length.
    pub(super) fn error_at(&self, at: usize) -> Option<(CellError, usize)> {
        let rest = &self.bytes()[at..];
        CellError::all()
            .filter(|error| starts_with(rest, error.as_str()))
            .map(|error| (error, error.as_str().len()))
            .max_by_key(|(_, length)| *length)
    }

    fn error_literal(&mut self) -> Result<OperandToken> {
        let Some((error, length)) = self.error_at(self.at) else {
            let end = self.after_word(self.at + 1).max(self.at + 1);
            return Err(self.error(
                format!("`{}` is not an error value", &self.text[self.at..end]),
                self.at..end,
                None,
            ));
        };
        self.at += length;
        if error != CellError::Ref {
            return Ok(OperandToken::Error(error));
        }
        // `#REF!A1:B2` is what is left of a reference to a sheet that was deleted.
        self.skip_remains();
        Ok(OperandToken::Reference(A1Reference::invalid(Sheets::Here)))
    }

    /// A number, whole rows, or a sheet whose name begins with a digit.
    fn digits(&mut self) -> Result<OperandToken> {
        if let Some((shape, end)) = self.rows_at(self.at) {
            self.take_reference(end);
            return Ok(OperandToken::Reference(A1Reference {
                sheets: Sheets::Here,
                shape,
            }));
        }
        if let Some(token) = self.qualified()? {
            return Ok(token);
        }
        Ok(OperandToken::Number(self.number_literal()?))
    }

    /// A word: a qualified reference, a reference, a function, a constant, a table or a name.
    fn word(&mut self) -> Result<OperandToken> {
        if let Some(token) = self.qualified()? {
            return Ok(token);
        }
        if let Some((shape, end)) = self.cells_at(self.at) {
            self.take_reference(end);
            return Ok(OperandToken::Reference(A1Reference {
                sheets: Sheets::Here,
                shape,
            }));
        }
        let start = self.at;
        let end = self.after_word(start);
        let word = &self.text[start..end];
        if end == start {
            // A `$` that begins no reference.
            let end = self.after_word(start + 1);
            return Err(self.error(
                format!("`{}` is not a reference", &self.text[start..end]),
                start..end,
                None,
            ));
        }
        let (bare, prefix) = strip_prefixes(word);
        let bare = if bare.is_empty() { word } else { bare };
        self.at = end;
        let open = self.after_space(end);
        let cell_like = prefix == Prefix::None && self.is_cell_like(word);
        if self.bytes().get(open) == Some(&b'(') && (open == end || !cell_like) {
            self.at = open + 1;
            return Ok(OperandToken::Function {
                name: bare.to_uppercase().into(),
                prefixed: prefix != Prefix::None,
            });
        }
        if self.bytes().get(end) == Some(&b'[') {
            return Ok(OperandToken::Structured(scan_structured(
                self,
                Some(word.into()),
            )?));
        }
        Ok(self.plain_name(word, bare, prefix))
    }

    fn plain_name(&self, word: &str, bare: &str, prefix: Prefix) -> OperandToken {
        if prefix == Prefix::None {
            if word.eq_ignore_ascii_case("TRUE") {
                return OperandToken::Boolean(true);
            }
            if word.eq_ignore_ascii_case("FALSE") {
                return OperandToken::Boolean(false);
            }
        }
        let begins = bare.chars().next().is_some_and(is_name_start);
        let reserved = bare.eq_ignore_ascii_case("TRUE") || bare.eq_ignore_ascii_case("FALSE");
        // Without its prefix the name must still read as a name.
        let name = if !begins || reserved || self.is_cell_like(bare) {
            word
        } else {
            bare
        };
        if prefix == Prefix::Optional && name == bare {
            let name: Arc<str> = name.into();
            return OperandToken::Structured(super::ast::StructuredReference {
                table: None,
                rows: super::ast::TableRows::Data,
                columns: Some((name.clone(), name)),
            });
        }
        OperandToken::Name(Name {
            scope: Sheets::Here,
            name: name.into(),
        })
    }
}

/// Whether the text begins so, in any case.
pub(super) fn starts_with(bytes: &[u8], prefix: &str) -> bool {
    bytes
        .get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
}
