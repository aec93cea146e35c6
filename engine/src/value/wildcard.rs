//! Patterns of criteria, lookups and SEARCH: `*` is any run of characters, `?` one character, `~` takes the meaning
//! from the character behind it and is not itself looked for: `a~b` finds `ab`. Case does not matter.
//!
//! A pattern is cut at its stars into segments of fixed length. The leftmost place of each segment behind the one
//! before is always the best, so a match takes at most (length of the text) × (length of the pattern) steps.

use std::ops::Range;

use super::collation::fold_char;

#[cfg(test)]
mod tests;

/// A pattern that texts are matched with.
///
/// # Examples
///
/// ```
/// use tabulith::value::Wildcard;
///
/// let pattern = Wildcard::new("b*k?");
/// assert!(pattern.matches("Books"));
/// assert!(!pattern.matches("two books"));
/// assert_eq!(pattern.find("two books", 0), Some(4..9));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wildcard {
    /// What stands between the stars; one segment more than there are stars.
    segments: Vec<Vec<Token>>,
}

/// One place of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    /// This folded character.
    Character(char),
    /// Any character.
    Any,
}

impl Wildcard {
    /// The pattern written so. Every text is a pattern.
    pub fn new(pattern: &str) -> Wildcard {
        let mut segments = vec![Vec::new()];
        let mut characters = pattern.chars().peekable();
        while let Some(c) = characters.next() {
            let token = match c {
                '*' => {
                    segments.push(Vec::new());
                    continue;
                }
                '?' => Token::Any,
                '~' => Token::Character(characters.next().map_or('~', fold_char)),
                c => Token::Character(fold_char(c)),
            };
            if let Some(segment) = segments.last_mut() {
                segment.push(token);
            }
        }
        Wildcard { segments }
    }

    /// Whether the text holds a character that means something in a pattern.
    pub fn is_pattern(text: &str) -> bool {
        text.bytes().any(|c| matches!(c, b'*' | b'?' | b'~'))
    }

    /// Whether the pattern matches one text only, but for case.
    pub fn is_literal(&self) -> bool {
        self.literal().is_some()
    }

    /// The only text that the pattern matches, folded; nothing if it has a `*` or `?`.
    pub fn literal(&self) -> Option<String> {
        let [segment] = self.segments.as_slice() else {
            return None;
        };
        let characters = segment.iter().map(|token| match token {
            Token::Character(c) => Some(*c),
            Token::Any => None,
        });
        characters.collect()
    }

    /// Whether the whole text has the form of the pattern.
    pub fn matches(&self, text: &str) -> bool {
        let Some((first, others)) = self.segments.split_first() else {
            return text.is_empty();
        };
        let Some(mut end) = end_of(first, text, 0) else {
            return false;
        };
        let Some((last, middle)) = others.split_last() else {
            return end == text.len();
        };
        for segment in middle {
            match leftmost(segment, text, end) {
                Some(place) => end = place.end,
                None => return false,
            }
        }
        // The last segment ends where the text ends, so it begins this many characters before.
        let start = match last.len() {
            0 => text.len(),
            length => match text[end..].char_indices().nth_back(length - 1) {
                Some((start, _)) => end + start,
                None => return false,
            },
        };
        end_of(last, text, start) == Some(text.len())
    }

    /// The leftmost place at or behind the byte `from` that has the form of the pattern; of those that begin there
    /// the shortest.
    ///
    /// # Panics
    ///
    /// If `from` lies within a character or behind the end of `text`.
    pub fn find(&self, text: &str, from: usize) -> Option<Range<usize>> {
        let (first, others) = self.segments.split_first()?;
        let mut place = leftmost(first, text, from)?;
        for segment in others {
            place.end = leftmost(segment, text, place.end)?.end;
        }
        Some(place)
    }
}

/// The leftmost place of a segment at or behind the byte `from`.
fn leftmost(segment: &[Token], text: &str, from: usize) -> Option<Range<usize>> {
    let starts = text[from..].char_indices().map(|(start, _)| from + start);
    starts
        .chain([text.len()])
        .find_map(|start| end_of(segment, text, start).map(|end| start..end))
}

/// Where a segment that begins at the byte `start` ends.
fn end_of(segment: &[Token], text: &str, start: usize) -> Option<usize> {
    let mut rest = text[start..].chars();
    for token in segment {
        let c = rest.next()?;
        if let Token::Character(wanted) = token
            && fold_char(c) != *wanted
        {
            return None;
        }
    }
    Some(text.len() - rest.as_str().len())
}
