//! The texts that cells share, one after another in one block.
//!
//! Rich texts lose their fonts, phonetic guides are passed over. An item is `si`; the beta versions of Excel 2007 wrote
//! `sstItem`.

use std::io::BufRead;

use super::package::Package;
use super::xml_escape::unescape;
use super::xml_part::{Node, XmlPart};
use crate::error::{Error, ErrorKind, Result};
use crate::limits;

/// Texts by their number.
#[derive(Debug, Default)]
pub(super) struct SharedStrings {
    block: String,
    /// Where each text ends in the block.
    ends: Vec<usize>,
}

impl SharedStrings {
    /// The text with this number.
    pub(super) fn get(&self, number: usize) -> Option<&str> {
        let end = *self.ends.get(number)?;
        let start = number
            .checked_sub(1)
            .map_or(0, |previous| self.ends[previous]);
        self.block.get(start..end)
    }

    /// Reads the part at `index`; `progress` is told how many bytes were read.
    pub(super) fn read(
        package: &Package,
        index: usize,
        mut progress: impl FnMut(u64) -> Result<()>,
    ) -> Result<SharedStrings> {
        let mut strings = SharedStrings::default();
        let mut archive = package.archive();
        let mut xml = package.xml(&mut archive, index)?;
        let mut text = String::new();
        loop {
            let is_item = match xml.next()? {
                Node::Start(tag) => matches!(tag.name(), "si" | "sstItem"),
                Node::Eof => break,
                _ => continue,
            };
            if is_item {
                text.clear();
                read_rich_text(&mut xml, &mut text)?;
                strings.push(&text)?;
                if strings.ends.len().is_multiple_of(16_384) {
                    progress(xml.position())?;
                }
            }
        }
        if xml.depth() > 0 {
            return Err(xml.unexpected_end());
        }
        Ok(strings)
    }

    fn push(&mut self, text: &str) -> Result<()> {
        self.block.push_str(&unescape(text));
        if self.block.len() > limits::SHARED_TEXT_BYTES {
            return Err(Error::new(
                ErrorKind::Limit,
                format!(
                    "the shared texts have more than {} bytes",
                    limits::SHARED_TEXT_BYTES
                ),
            ));
        }
        self.ends.push(self.block.len());
        Ok(())
    }
}

/// Appends the text of the `si` or `is` element that has just begun and passes over its end.
pub(super) fn read_rich_text<R: BufRead>(xml: &mut XmlPart<R>, out: &mut String) -> Result<()> {
    let depth = xml.depth();
    while xml.depth() >= depth {
        let name = match xml.next()? {
            Node::Start(tag) => match tag.name() {
                "t" => Some(true),
                "r" => None,
                _ => Some(false),
            },
            Node::Eof => return Err(xml.unexpected_end()),
            _ => None,
        };
        match name {
            Some(true) => xml.read_text(out)?,
            Some(false) => xml.skip_element()?,
            None => {}
        }
    }
    Ok(())
}
