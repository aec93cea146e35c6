//! Small edits of a part: some elements dropped or replaced, some added, all other bytes as they were.

use std::io::BufRead;

use super::xml_part::{Child, Node, XmlPart};
use crate::error::Result;

/// What is to become of an element.
pub(super) enum Edit {
    /// It stays, and its children are looked at.
    Keep,
    /// It goes, with all that is in it.
    Drop,
    /// This takes its place.
    Replace(String),
    /// This comes before it; it stays.
    Before(String),
}

/// Copies a part. `edit` is asked about each child of the root, with the tag as it is written; `last` comes before the
/// root's end.
pub(super) fn rewrite_part<R: BufRead>(
    mut xml: XmlPart<R>,
    mut edit: impl FnMut(&Child, &[u8]) -> Result<Edit>,
    last: impl FnOnce() -> String,
) -> Result<Vec<u8>> {
    xml.keep_raw();
    let mut out = Vec::new();
    let mut last = Some(last);
    loop {
        let depth = xml.depth();
        let child = match xml.next()? {
            Node::Start(tag) if depth == 1 => Some(Child::of(&tag)?),
            Node::End if depth == 1 => {
                // A root that was closed at once has no place for more; no part that is edited is empty.
                if let Some(last) = last.take() {
                    out.extend_from_slice(last().as_bytes());
                }
                None
            }
            Node::Eof => return Ok(out),
            _ => None,
        };
        let start = out.len();
        xml.take_raw(&mut out);
        let Some(child) = child else { continue };
        match edit(&child, &out[start..])? {
            Edit::Keep => {}
            Edit::Before(text) => {
                out.splice(start..start, text.into_bytes());
            }
            Edit::Drop => skip(&mut xml, &mut out, start)?,
            Edit::Replace(text) => {
                skip(&mut xml, &mut out, start)?;
                out.extend_from_slice(text.as_bytes());
            }
        }
    }
}

/// Takes the element whose start lies behind `start` out again, with the rest of it.
fn skip<R: BufRead>(xml: &mut XmlPart<R>, out: &mut Vec<u8>, start: usize) -> Result<()> {
    xml.skip_element()?;
    xml.take_raw(out);
    out.truncate(start);
    Ok(())
}
