//! The head of a row: its number and attributes.

use super::RowAttributes;
use super::cell_reference::parse_row;
use super::xml_part::{Tag, is_true};
use crate::error::Result;

/// The 0-based row of the element that begins, nothing if it is not on the grid, and how the row differs.
pub(super) fn row_head(
    tag: &Tag<'_>,
    next: u32,
    styles: usize,
) -> Result<(Option<u32>, RowAttributes)> {
    let mut row = Some(next);
    let mut attributes = RowAttributes::default();
    let (mut custom_height, mut custom_style) = (false, false);
    for attribute in tag.attributes() {
        let (key, value) = attribute?;
        match key {
            "r" => row = parse_digits(value.trim()),
            "hidden" => attributes.hidden = is_true(&value),
            "ht" => attributes.height = value.trim().parse().ok(),
            "customHeight" => custom_height = is_true(&value),
            "outlineLevel" => attributes.outline = value.trim().parse().unwrap_or(0),
            "collapsed" => attributes.collapsed = is_true(&value),
            "s" => attributes.style = value.trim().parse().ok(),
            "customFormat" => custom_style = is_true(&value),
            _ => {}
        }
    }
    attributes.height = attributes.height.filter(|_| custom_height);
    attributes.style = attributes
        .style
        .filter(|style| custom_style && known(*style, styles));
    Ok((row, attributes))
}

fn parse_digits(text: &str) -> Option<u32> {
    let all_digits = text.bytes().all(|c| c.is_ascii_digit());
    if all_digits {
        parse_row(text.as_bytes())
    } else {
        None
    }
}

/// Whether a style number is one of the file's.
pub(super) fn known(style: u32, styles: usize) -> bool {
    (style as usize) < styles.max(1)
}
