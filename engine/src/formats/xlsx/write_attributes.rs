//! Attributes of rows and columns, and merged ranges, as XML; names of elements get a prefix.

use super::book_sink::{ColumnAttributes, RowAttributes};
use super::cell_reference::range_text;
use super::xml_text::push_number;
use crate::reference::Rect;

/// The width of columns where a sheet says nothing, in characters: Excel's for its usual font.
pub(super) const DEFAULT_WIDTH: f64 = 9.140625;

/// Appends the `cols` element, if there are any columns.
pub(super) fn push_columns(
    text: &mut String,
    columns: &[(u32, u32, ColumnAttributes)],
    default_width: Option<f64>,
    styles: usize,
    prefix: &str,
) {
    if columns.is_empty() {
        return;
    }
    text.push_str(&format!("<{prefix}cols>"));
    for (first, last, column) in columns {
        let (first, last) = (first + 1, last + 1);
        text.push_str(&format!("<{prefix}col min=\"{first}\" max=\"{last}\""));
        let width = column.width.or(default_width).unwrap_or(DEFAULT_WIDTH);
        push_number_attribute(text, "width", width);
        if let Some(style) = column.style.filter(|style| (*style as usize) < styles) {
            push_number_attribute(text, "style", f64::from(style));
        }
        push_flags(text, column.hidden, column.outline, column.collapsed);
        if column.width.is_some() {
            text.push_str(" customWidth=\"1\"");
        }
        text.push_str("/>");
    }
    text.push_str(&format!("</{prefix}cols>"));
}

/// Appends the `mergeCells` element, if there are any ranges.
pub(super) fn push_merges(text: &mut String, merges: &[Rect], prefix: &str) {
    if merges.is_empty() {
        return;
    }
    let count = merges.len();
    text.push_str(&format!("<{prefix}mergeCells count=\"{count}\">"));
    for merge in merges {
        let range = range_text(*merge);
        text.push_str(&format!("<{prefix}mergeCell ref=\"{range}\"/>"));
    }
    text.push_str(&format!("</{prefix}mergeCells>"));
}

/// Appends the attributes of a row.
pub(super) fn push_row_attributes(text: &mut String, attributes: &RowAttributes, styles: usize) {
    if let Some(style) = attributes.style.filter(|style| (*style as usize) < styles) {
        push_number_attribute(text, "s", f64::from(style));
        text.push_str(" customFormat=\"1\"");
    }
    if let Some(height) = attributes.height {
        push_number_attribute(text, "ht", height);
        text.push_str(" customHeight=\"1\"");
    }
    push_flags(
        text,
        attributes.hidden,
        attributes.outline,
        attributes.collapsed,
    );
}

/// Appends an attribute that is a number.
pub(super) fn push_number_attribute(text: &mut String, key: &str, number: f64) {
    text.push(' ');
    text.push_str(key);
    text.push_str("=\"");
    push_number(text, number);
    text.push('"');
}

fn push_flags(text: &mut String, hidden: bool, outline: u8, collapsed: bool) {
    if hidden {
        text.push_str(" hidden=\"1\"");
    }
    if outline > 0 {
        push_number_attribute(text, "outlineLevel", f64::from(outline));
    }
    if collapsed {
        text.push_str(" collapsed=\"1\"");
    }
}
