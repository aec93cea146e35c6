//! Structured references as text: `Sales[[#Totals],[Amount]]`, `[@Amount]`.
//!
//! Inside the brackets `'` takes the meaning from the next character. The typed form of a row is `[@Amount]`, files
//! write `Sales[[#This Row],[Amount]]`.

use std::sync::Arc;

use super::ast::{StructuredReference, TableRows};
use super::lexer::Lexer;
use crate::error::Result;

/// The items that a structured reference may name beside columns.
const ITEMS: [(&str, TableRows); 5] = [
    ("#All", TableRows::All),
    ("#Data", TableRows::Data),
    ("#Headers", TableRows::Headers),
    ("#Totals", TableRows::Totals),
    ("#This Row", TableRows::ThisRow),
];

/// The characters that are written with `'` before them in a column's name.
const ESCAPED: [char; 5] = ['[', ']', '#', '\'', '@'];

/// Reads from the opening bracket on; `table` is what stood before it.
pub(super) fn scan_structured(
    lexer: &mut Lexer<'_>,
    table: Option<Arc<str>>,
) -> Result<StructuredReference> {
    let start = lexer.at;
    lexer.at += 1;
    lexer.skip_space();
    let mut found = StructuredReference {
        table,
        rows: TableRows::Data,
        columns: None,
    };
    match lexer.bytes().get(lexer.at) {
        Some(b']') => lexer.at += 1,
        Some(b'[') => {
            scan_items(lexer, start, &mut found)?;
            close(lexer, start)?;
        }
        Some(b'@') => {
            found.rows = TableRows::ThisRow;
            lexer.at += 1;
            lexer.skip_space();
            match lexer.bytes().get(lexer.at) {
                Some(b']') => {}
                Some(b'[') => scan_columns(lexer, start, &mut found)?,
                _ => {
                    let name = scan_name(lexer, start)?;
                    found.columns = Some((name.clone(), name));
                    lexer.at -= 1;
                }
            }
            close(lexer, start)?;
        }
        Some(b'#') => {
            let raw_start = lexer.at;
            let name = scan_name(lexer, start)?;
            found.rows = item(lexer, &name, raw_start)?;
        }
        _ => {
            let name = scan_name(lexer, start)?;
            found.columns = Some((name.clone(), name));
        }
    }
    Ok(found)
}

/// `[#Headers],[#Data],[a]:[b]`
fn scan_items(lexer: &mut Lexer<'_>, start: usize, found: &mut StructuredReference) -> Result<()> {
    let mut rows = None;
    loop {
        lexer.skip_space();
        if lexer.bytes().get(lexer.at) != Some(&b'[') {
            return Err(not_closed(lexer, start));
        }
        let inner = lexer.after_space(lexer.at + 1);
        if lexer.bytes().get(inner) != Some(&b'#') {
            scan_columns(lexer, start, found)?;
            break;
        }
        lexer.at = inner;
        let name = scan_name(lexer, start)?;
        let next = item(lexer, &name, inner)?;
        rows = Some(match rows {
            None => next,
            Some(rows) => both(rows, next).ok_or_else(|| {
                lexer.error(
                    format!("`{name}` cannot be joined with the item before it"),
                    inner..lexer.at,
                    None,
                )
            })?,
        });
        lexer.skip_space();
        if lexer.bytes().get(lexer.at) != Some(&b',') {
            break;
        }
        lexer.at += 1;
    }
    found.rows = rows.unwrap_or(TableRows::Data);
    Ok(())
}

fn both(a: TableRows, b: TableRows) -> Option<TableRows> {
    use TableRows as T;
    match (a, b) {
        _ if a == b => Some(a),
        (T::Headers, T::Data) | (T::Data, T::Headers) => Some(T::HeadersAndData),
        (T::Totals, T::Data) | (T::Data, T::Totals) => Some(T::DataAndTotals),
        _ => None,
    }
}

/// `[a]` or `[a]:[b]`
fn scan_columns(
    lexer: &mut Lexer<'_>,
    start: usize,
    found: &mut StructuredReference,
) -> Result<()> {
    lexer.at += 1;
    let first = scan_inner(lexer, start)?;
    let colon = lexer.after_space(lexer.at);
    let mut last = first.clone();
    if lexer.bytes().get(colon) == Some(&b':') {
        let open = lexer.after_space(colon + 1);
        if lexer.bytes().get(open) != Some(&b'[') {
            return Err(not_closed(lexer, start));
        }
        lexer.at = open + 1;
        last = scan_inner(lexer, start)?;
    }
    found.columns = Some((first, last));
    Ok(())
}

/// A name until its bracket, the white space around it left off.
fn scan_name(lexer: &mut Lexer<'_>, start: usize) -> Result<Arc<str>> {
    let name = scan_inner(lexer, start)?;
    let trimmed = name.trim();
    Ok(if trimmed.len() == name.len() {
        name
    } else {
        trimmed.into()
    })
}

/// A name until its bracket, which is taken too.
fn scan_inner(lexer: &mut Lexer<'_>, start: usize) -> Result<Arc<str>> {
    let mut name = String::new();
    let mut escaped = false;
    for (offset, c) in lexer.text[lexer.at..].char_indices() {
        match c {
            _ if escaped => {
                name.push(c);
                escaped = false;
            }
            '\'' => escaped = true,
            ']' => {
                lexer.at += offset + 1;
                return Ok(name.into());
            }
            '[' => break,
            c => name.push(c),
        }
    }
    Err(not_closed(lexer, start))
}

fn item(lexer: &Lexer<'_>, name: &str, from: usize) -> Result<TableRows> {
    ITEMS
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, rows)| *rows)
        .ok_or_else(|| {
            lexer.error(
                format!("`{name}` is no part of a table"),
                from..lexer.at,
                Some("the parts are #All, #Data, #Headers, #Totals and #This Row"),
            )
        })
}

fn close(lexer: &mut Lexer<'_>, start: usize) -> Result<()> {
    lexer.skip_space();
    if lexer.bytes().get(lexer.at) != Some(&b']') {
        return Err(not_closed(lexer, start));
    }
    lexer.at += 1;
    Ok(())
}

fn not_closed(lexer: &Lexer<'_>, start: usize) -> crate::Error {
    lexer.error(
        "the brackets of a structured reference do not match",
        start..lexer.text.len(),
        Some("in a column's name, write ' before [ ] # ' and @"),
    )
}

/// Which form of a structured reference is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StructuredForm<'a> {
    /// As a user types it: `[@Amount]`.
    #[default]
    Typed,
    /// As files have it: `Sales[[#This Row],[Amount]]`; a reference without a table gets the one given.
    File {
        /// The table in which the formula stands.
        table: Option<&'a str>,
    },
}

/// Appends a structured reference.
pub(super) fn push_structured(
    text: &mut String,
    reference: &StructuredReference,
    form: StructuredForm<'_>,
) {
    use TableRows as T;
    let own_table = match form {
        StructuredForm::Typed => None,
        StructuredForm::File { table } => table,
    };
    text.push_str(reference.table.as_deref().or(own_table).unwrap_or_default());
    text.push('[');
    let items: &[&str] = match reference.rows {
        T::Data => &[],
        T::All => &["#All"],
        T::Headers => &["#Headers"],
        T::Totals => &["#Totals"],
        T::HeadersAndData => &["#Headers", "#Data"],
        T::DataAndTotals => &["#Data", "#Totals"],
        T::ThisRow if form == StructuredForm::Typed => &["@"],
        T::ThisRow => &["#This Row"],
    };
    match (&reference.columns, items) {
        (None, []) => {}
        (None, [single]) => text.push_str(single),
        (Some((first, last)), ["@"]) => {
            text.push('@');
            let plain = |c: char| c.is_alphanumeric() || c == '_';
            if first == last && !first.is_empty() && first.chars().all(plain) {
                text.push_str(first);
            } else {
                push_columns(text, first, last);
            }
        }
        (Some((first, last)), []) if first == last && fits_single(first) => {
            push_escaped(text, first);
        }
        (columns, items) => {
            let separate = |text: &mut String, is_first: bool| {
                if !is_first {
                    text.push(',');
                }
            };
            for (place, item) in items.iter().enumerate() {
                separate(text, place == 0);
                text.push_str(&format!("[{item}]"));
            }
            if let Some((first, last)) = columns {
                separate(text, items.is_empty());
                push_columns(text, first, last);
            }
        }
    }
    text.push(']');
}

fn fits_single(name: &str) -> bool {
    !name.is_empty() && name.trim().len() == name.len()
}

fn push_columns(text: &mut String, first: &str, last: &str) {
    text.push('[');
    push_escaped(text, first);
    text.push(']');
    if first != last {
        text.push_str(":[");
        push_escaped(text, last);
        text.push(']');
    }
}

fn push_escaped(text: &mut String, name: &str) {
    for c in name.chars() {
        if ESCAPED.contains(&c) {
            text.push('\'');
        }
        text.push(c);
    }
}
