//! A formula's text cut into words, as far as writing it into files needs it.
//!
//! This is no lexer of formulas: it knows where names, quotes and brackets begin and end, and every other character is
//! a word of its own. All words together are the text.

/// A piece of a formula.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word<'a> {
    pub(super) kind: WordKind,
    pub(super) text: &'a str,
}

/// What a piece is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WordKind {
    /// A name, an address, a number, a function's name.
    Name,
    /// A text in double quotes.
    Text,
    /// A sheet's name in single quotes.
    Quoted,
    /// Square brackets with all that is in them: of a table or a linked book.
    Brackets,
    /// White space.
    Space,
    /// Any other character.
    Sign,
}

/// The words of a formula.
pub(super) fn words(text: &str) -> Vec<Word<'_>> {
    let bytes = text.as_bytes();
    let mut words = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let (kind, end) = match bytes[at] {
            b'"' => (WordKind::Text, end_of_quotes(bytes, at, b'"')),
            b'\'' => (WordKind::Quoted, end_of_quotes(bytes, at, b'\'')),
            b'[' => (WordKind::Brackets, end_of_brackets(bytes, at)),
            c if is_word(c) => (WordKind::Name, end_of_word(bytes, at)),
            c if c.is_ascii_whitespace() => {
                let rest = bytes[at..].iter().take_while(|c| c.is_ascii_whitespace());
                (WordKind::Space, at + rest.count())
            }
            _ => (WordKind::Sign, at + 1),
        };
        // Every word ends before or behind an ASCII byte, or at the end of the text.
        words.push(Word {
            kind,
            text: text.get(at..end).unwrap_or_default(),
        });
        at = end;
    }
    words
}

/// Whether a byte can be part of a name or an address; all of UTF-8 beyond ASCII can.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'_' | b'.' | b'$' | b'\\' | b'?')
        || byte >= 0x80
}

fn end_of_word(bytes: &[u8], start: usize) -> usize {
    let length = bytes[start..].iter().take_while(|byte| is_word(**byte));
    let end = start + length.count();
    // `1E+5` and `1.5E-3` are numbers: the sign belongs to them.
    let word = &bytes[start..end];
    let is_number = word[0].is_ascii_digit() || word[0] == b'.';
    let has_exponent = matches!(word.last(), Some(b'E' | b'e'))
        && word[..word.len() - 1]
            .iter()
            .all(|c| c.is_ascii_digit() || *c == b'.');
    if is_number && has_exponent && matches!(bytes.get(end), Some(b'+' | b'-')) {
        let digits = bytes[end + 1..].iter().take_while(|c| c.is_ascii_digit());
        return end + 1 + digits.count();
    }
    end
}

/// The place behind a quoted text; doubled quotes stand for one.
fn end_of_quotes(bytes: &[u8], start: usize, quote: u8) -> usize {
    let mut at = start + 1;
    while at < bytes.len() {
        if bytes[at] == quote {
            if bytes.get(at + 1) != Some(&quote) {
                return at + 1;
            }
            at += 1;
        }
        at += 1;
    }
    bytes.len()
}

/// The place behind brackets, which may hold brackets; an apostrophe escapes the next sign.
fn end_of_brackets(bytes: &[u8], start: usize) -> usize {
    let mut depth = 0usize;
    let mut at = start;
    while at < bytes.len() {
        match bytes[at] {
            // The escaped character may be longer than a byte; its other bytes are none of these.
            b'\'' => at += 1,
            b'[' => depth += 1,
            b']' => depth -= 1,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            break;
        }
    }
    at.min(bytes.len())
}
