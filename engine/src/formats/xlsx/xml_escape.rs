//! The escapes of texts in files: `_x000D_` is the UTF-16 unit 13.

use std::borrow::Cow;

/// Turns the escapes of texts in spreadsheets, such as `_x000D_` for a carriage return, into characters.
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") {
        return Cow::Borrowed(text);
    }
    let mut units: Vec<u16> = Vec::new();
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let Some(unit) = escaped_unit(&rest[at..]) else {
            push_units(&mut out, &mut units, &rest[..at + 2]);
            rest = &rest[at + 2..];
            continue;
        };
        push_units(&mut out, &mut units, &rest[..at]);
        units.push(unit);
        rest = &rest[at + 7..];
    }
    flush_units(&mut out, &mut units);
    out.push_str(rest);
    Cow::Owned(out)
}

/// Appends a text after the pending units; without a text these stay, as two may make one character.
fn push_units(out: &mut String, units: &mut Vec<u16>, text: &str) {
    if !text.is_empty() {
        flush_units(out, units);
        out.push_str(text);
    }
}

/// Appends the characters that the pending units make.
fn flush_units(out: &mut String, units: &mut Vec<u16>) {
    out.extend(
        char::decode_utf16(units.drain(..)).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)),
    );
}

/// Whether `text` starts with something that reads as an escape.
pub(super) fn is_escape(text: &str) -> bool {
    text.starts_with("_x") && escaped_unit(text).is_some()
}

/// The unit that `_xHHHH_` at the start of `text` stands for.
fn escaped_unit(text: &str) -> Option<u16> {
    let bytes = text.as_bytes();
    let digits = bytes.get(2..6)?;
    if bytes.get(6) != Some(&b'_') || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}
