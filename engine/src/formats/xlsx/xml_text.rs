//! Texts and numbers as XML: escapes, and numbers that read back to the same bits.

use std::fmt::Write;

use super::cell_reference::range_text;
use super::xml_escape::is_escape;
use crate::reference::Rect;
use crate::value::ValueRef;

/// Appends a text of a cell: markup is escaped, and what XML cannot hold is written as `_xHHHH_`.
pub(super) fn push_text(out: &mut String, text: &str) {
    for (at, character) in text.char_indices() {
        match character {
            // What looks like an escape is none: its underscore is escaped itself.
            '_' if is_escape(&text[at..]) => out.push_str("_x005F_"),
            '\r' => out.push_str("_x000D_"),
            character => push_character(out, character),
        }
    }
}

/// Appends the text of a formula or name.
pub(super) fn push_formula(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '\r' => out.push_str("&#13;"),
            character => push_character(out, character),
        }
    }
}

/// Appends the value of an attribute that is no text of a user: an address, a format code.
pub(super) fn push_plain_attribute(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            '\t' => out.push_str("&#9;"),
            character => push_character(out, character),
        }
    }
}

/// Appends the value of an attribute that is a text of a user.
pub(super) fn push_attribute(out: &mut String, text: &str) {
    for (at, character) in text.char_indices() {
        match character {
            '"' => out.push_str("&quot;"),
            '_' if is_escape(&text[at..]) => out.push_str("_x005F_"),
            '\n' => out.push_str("_x000a_"),
            '\r' => out.push_str("_x000d_"),
            '\t' => out.push_str("&#9;"),
            character => push_character(out, character),
        }
    }
}

fn push_character(out: &mut String, character: char) {
    match character {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '\0'..='\x08' | '\x0B' | '\x0C' | '\x0E'..='\x1F' | '\u{FFFE}' | '\u{FFFF}' => {
            push_format(out, format_args!("_x{:04X}_", u32::from(character)));
        }
        character => out.push(character),
    }
}

/// Appends the shortest number that reads back to the same bits.
pub(super) fn push_number(out: &mut String, number: f64) {
    let size = number.abs();
    if size == 0.0 || (1e-5..1e17).contains(&size) {
        push_format(out, format_args!("{number}"));
    } else {
        push_format(out, format_args!("{number:E}"));
    }
}

fn push_format(out: &mut String, arguments: std::fmt::Arguments<'_>) {
    // Writing into a string cannot fail.
    let _ = out.write_fmt(arguments);
}

/// The `t` attribute of a cell with this value.
pub(super) fn type_attribute(value: ValueRef<'_>, has_formula: bool) -> &'static str {
    match value {
        ValueRef::Blank | ValueRef::Number(_) => "",
        ValueRef::Text(_) if has_formula => " t=\"str\"",
        ValueRef::Text(_) => " t=\"inlineStr\"",
        ValueRef::Boolean(_) => " t=\"b\"",
        ValueRef::Error(_) => " t=\"e\"",
    }
}

/// Appends the elements that hold a value; names of elements get `prefix`.
pub(super) fn push_value(out: &mut String, value: ValueRef<'_>, has_formula: bool, prefix: &str) {
    if value == ValueRef::Blank {
        return;
    }
    // Excel keeps spaces at the ends anyway; LibreOffice does if it is told to.
    let space = match value {
        ValueRef::Text(text) if text.trim().len() != text.len() => " xml:space=\"preserve\"",
        _ => "",
    };
    if let (ValueRef::Text(text), false) = (value, has_formula) {
        push_format(out, format_args!("<{prefix}is><{prefix}t{space}>"));
        push_text(out, text);
        push_format(out, format_args!("</{prefix}t></{prefix}is>"));
        return;
    }
    push_format(out, format_args!("<{prefix}v{space}>"));
    match value {
        ValueRef::Blank => {}
        ValueRef::Number(x) => push_number(out, x),
        ValueRef::Text(x) => push_text(out, x),
        ValueRef::Boolean(x) => out.push(if x { '1' } else { '0' }),
        ValueRef::Error(x) => out.push_str(x.as_str()),
    }
    push_format(out, format_args!("</{prefix}v>"));
}

/// Appends an `f` element; an array formula has a range.
pub(super) fn push_formula_element(
    out: &mut String,
    text: &str,
    array: Option<Rect>,
    prefix: &str,
) {
    match array {
        Some(range) => push_format(
            out,
            format_args!("<{prefix}f t=\"array\" ref=\"{}\">", range_text(range)),
        ),
        None => push_format(out, format_args!("<{prefix}f>")),
    }
    push_formula(out, text);
    push_format(out, format_args!("</{prefix}f>"));
}
