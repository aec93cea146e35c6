//! Array constants: `{1,2;"a",#N/A}`.

use super::ast::{A1Reference, Node};
use super::lexer::Lexer;
use crate::error::Result;
use crate::value::Value;

impl Lexer<'_> {
    /// What stands between the braces; `open` is where the first one stands.
    pub(super) fn array_constant(&mut self, open: usize) -> Result<Node<A1Reference>> {
        let mut items = Vec::new();
        let mut columns = None;
        let mut row_start = 0;
        loop {
            items.push(self.array_item(open)?);
            self.skip_space();
            let row = items.len() - row_start;
            let separator = self.bytes().get(self.at).copied();
            match separator {
                Some(b',') => {}
                Some(b';' | b'}') => {
                    row_start = items.len();
                    if columns.is_some_and(|columns| columns != row) {
                        return Err(self.error(
                            "the rows of an array have different lengths",
                            open..self.at + 1,
                            Some("`,` separates columns and `;` separates rows"),
                        ));
                    }
                    columns = Some(row);
                }
                Some(_) => {
                    return Err(self.array_fault(self.at));
                }
                None => return Err(self.error("an array is not closed", open..open + 1, None)),
            }
            self.at += 1;
            if separator == Some(b'}') {
                break;
            }
        }
        Ok(Node::Array {
            columns: columns.unwrap_or(0) as u32,
            items: items.into(),
        })
    }

    fn array_item(&mut self, open: usize) -> Result<Value> {
        self.skip_space();
        let start = self.at;
        let sign = self
            .bytes()
            .get(start)
            .copied()
            .filter(|b| matches!(b, b'-' | b'+'));
        if sign.is_some() {
            self.at += 1;
            self.skip_space();
        }
        match self.bytes().get(self.at) {
            None => Err(self.error("an array is not closed", open..open + 1, None)),
            Some(b'0'..=b'9' | b'.') => {
                let number = self.number_literal()?;
                let negative = sign == Some(b'-');
                Ok(Value::number(if negative { -number } else { number }))
            }
            Some(b'"') if sign.is_none() => Ok(Value::Text(self.text_literal()?)),
            Some(b'#') if sign.is_none() => match self.error_at(self.at) {
                Some((error, length)) => {
                    self.at += length;
                    Ok(Value::Error(error))
                }
                None => Err(self.array_fault(start)),
            },
            Some(_) => {
                let end = self.after_word(self.at);
                let word = &self.text[self.at..end];
                let value = if word.eq_ignore_ascii_case("TRUE") {
                    true
                } else if word.eq_ignore_ascii_case("FALSE") {
                    false
                } else {
                    return Err(self.array_fault(start));
                };
                self.at = end;
                Ok(Value::Boolean(value))
            }
        }
    }

    fn array_fault(&self, start: usize) -> crate::Error {
        let next = self.char_at(self.at).map_or(0, char::len_utf8);
        let end = self.after_word(self.at).max(self.at + next);
        self.error(
            "an array holds numbers, texts, TRUE, FALSE and errors only",
            start..end,
            Some("`,` separates columns and `;` separates rows"),
        )
    }
}
