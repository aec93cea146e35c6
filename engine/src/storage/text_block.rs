//! The longer texts of a chunk: bytes end to end, with a hash of each text's folded form.
//!
//! Texts that differ in case alone are equal in Excel. Equal texts have equal hashes, so that most inequalities are
//! decided without looking at a byte.

#[cfg(test)]
mod tests;

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;

/// Bytes that are folded before they are hashed.
const PIECE: usize = 64;

/// Texts, by index, in one allocation; never changed.
#[derive(Debug, Default, Clone)]
pub struct TextBlock {
    bytes: Box<str>,
    /// Where each text ends.
    ends: Box<[u32]>,
    folds: Box<[u64]>,
}

impl TextBlock {
    /// Number of texts.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Bytes of all that the block holds.
    pub fn bytes(&self) -> usize {
        self.bytes.len() + size_of_val(&*self.ends) + size_of_val(&*self.folds)
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The text with this index.
    ///
    /// # Panics
    ///
    /// If there are not so many.
    pub fn text(&self, index: u32) -> &str {
        text(&self.bytes, &self.ends, index)
    }

    /// The [`fold_hash`] of the text with this index.
    ///
    /// # Panics
    ///
    /// If there are not so many.
    pub fn fold(&self, index: u32) -> u64 {
        self.folds[index as usize]
    }
}

fn text<'a>(bytes: &'a str, ends: &[u32], index: u32) -> &'a str {
    let at = index as usize;
    let start = at.checked_sub(1).map_or(0, |before| ends[before]);
    &bytes[start as usize..ends[at] as usize]
}

/// A text block in the making.
#[derive(Debug, Default, Clone)]
pub(super) struct TextBlockBuilder {
    bytes: String,
    ends: Vec<u32>,
}

impl TextBlockBuilder {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Bytes of all texts.
    pub(super) fn size(&self) -> usize {
        self.bytes.len()
    }

    /// Adds a text and gives its index; the same text twice in a row is one.
    pub(super) fn push(&mut self, text: &str) -> u32 {
        let last = (self.ends.len() as u32).checked_sub(1);
        if let Some(last) = last
            && self.text(last) == text
        {
            return last;
        }
        self.bytes.push_str(text);
        let end = u32::try_from(self.bytes.len()).expect("invariant: the block is below 4 GiB");
        self.ends.push(end);
        last.map_or(0, |last| last + 1)
    }

    pub(super) fn text(&self, index: u32) -> &str {
        text(&self.bytes, &self.ends, index)
    }

    pub(super) fn build(self) -> TextBlock {
        let folds = (0..self.ends.len() as u32)
            .map(|index| fold_hash(self.text(index)))
            .collect();
        TextBlock {
            bytes: self.bytes.into(),
            ends: self.ends.into(),
            folds,
        }
    }
}

/// A hash that is equal for texts that differ in case alone.
pub fn fold_hash(text: &str) -> u64 {
    let mut hasher = FixedState::default().build_hasher();
    let mut piece = [0; PIECE];
    let mut filled = 0;
    let mut push = |byte: u8| {
        piece[filled] = byte;
        filled += 1;
        if filled == PIECE {
            hasher.write(&piece);
            filled = 0;
        }
    };
    let mut length = 0_u64;
    for c in text.chars() {
        let mut buffer = [0; 4];
        let folded = fold_char(c).encode_utf8(&mut buffer);
        length += folded.len() as u64;
        folded.bytes().for_each(&mut push);
    }
    hasher.write(&piece[..filled]);
    hasher.write_u64(length);
    hasher.finish()
}

/// The lower case of a character, where it is one character.
fn fold_char(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}
