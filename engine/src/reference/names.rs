//! What sheets and defined names may be called, and when a sheet's name needs quotes.

use std::borrow::Cow;

use super::a1::{GridLimits, scan_cell};
use super::r1c1::is_r1c1;
use crate::error::{Error, ErrorKind, Result};
use crate::limits;

/// The characters that no sheet's name may have.
const FORBIDDEN_IN_SHEETS: [char; 7] = [':', '\\', '/', '?', '*', '[', ']'];

/// The name as it stands before `!`: in quotes if Excel would put them.
///
/// # Examples
///
/// ```
/// use tabulith::reference::a1::quote_sheet_name;
///
/// assert_eq!(quote_sheet_name("Sales_2024"), "Sales_2024");
/// assert_eq!(quote_sheet_name("It's"), "'It''s'");
/// assert_eq!(quote_sheet_name("A1"), "'A1'");
/// ```
pub fn quote_sheet_name(name: &str) -> Cow<'_, str> {
    if needs_quotes(name) {
        Cow::Owned(format!("'{}'", name.replace('\'', "''")))
    } else {
        Cow::Borrowed(name)
    }
}

/// Whether a sheet's name is written in quotes.
pub(crate) fn needs_quotes(name: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    !name.chars().all(plain)
        || !name
            .chars()
            .next()
            .is_some_and(|c| c.is_alphabetic() || c == '_')
        || looks_like_address(name)
        || is_boolean(name)
}

fn is_boolean(name: &str) -> bool {
    name.eq_ignore_ascii_case("TRUE") || name.eq_ignore_ascii_case("FALSE")
}

/// Whether a text reads as a cell of Excel's grid, in A1 or in R1C1 form.
fn looks_like_address(name: &str) -> bool {
    scan_cell(name.as_bytes(), GridLimits::default()).is_some_and(|(.., end)| end == name.len())
        || is_r1c1(name)
}

/// Whether a sheet may have this name.
///
/// # Errors
///
/// [`ErrorKind::Name`], with the reason.
///
/// # Examples
///
/// ```
/// use tabulith::reference::a1::check_sheet_name;
///
/// assert!(check_sheet_name("Q3 (final)").is_ok());
/// assert_eq!(
///     check_sheet_name("a/b").unwrap_err().message(),
///     "sheet name `a/b` has the character `/`, which Excel does not allow"
/// );
/// ```
pub fn check_sheet_name(name: &str) -> Result<()> {
    let refuse = |why: String| Error::new(ErrorKind::Name, format!("sheet name `{name}` {why}"));
    if name.is_empty() {
        return Err(Error::new(ErrorKind::Name, "a sheet's name is empty"));
    }
    if name.encode_utf16().count() > limits::SHEET_NAME_UNITS {
        return Err(refuse(format!(
            "is longer than {} characters",
            limits::SHEET_NAME_UNITS
        )));
    }
    if let Some(bad) = name.chars().find(|c| FORBIDDEN_IN_SHEETS.contains(c)) {
        return Err(refuse(format!(
            "has the character `{bad}`, which Excel does not allow"
        )));
    }
    if name.chars().any(char::is_control) {
        return Err(refuse("has a control character".into()));
    }
    if name.starts_with('\'') || name.ends_with('\'') {
        return Err(refuse("begins or ends with an apostrophe".into()));
    }
    Ok(())
}

/// Whether a character may stand in a name behind the first.
///
/// Beyond ASCII everything counts but white space and the blocks of punctuation, arrows and operators: a `−` pasted
/// from a text shall be reported, not become part of a name. Curly quotes do count: Excel reads `=“a”` as a name.
pub(crate) fn is_name_character(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '?' | '\\');
    }
    if c.is_alphanumeric() || matches!(c, '\u{2018}'..='\u{201F}') {
        return true;
    }
    let code = u32::from(c);
    code >= 0x300
        && !c.is_whitespace()
        && !matches!(code, 0x2000..=0x206F | 0x2190..=0x23FF | 0x2900..=0x2BFF | 0x3000..=0x3020)
        && !matches!(code, 0xE000..=0xF8FF | 0xFE30..=0xFE6F | 0xFEFF | 0xFF00..=0xFFFF)
}

/// Whether a name may begin with this character.
pub(crate) fn is_name_start(c: char) -> bool {
    is_name_character(c) && !c.is_ascii_digit() && c != '.' && c != '?'
}

/// Whether a defined name may be called so.
///
/// # Errors
///
/// [`ErrorKind::Name`], with the reason.
///
/// # Examples
///
/// ```
/// use tabulith::reference::a1::check_defined_name;
///
/// assert!(check_defined_name("tax_rate").is_ok());
/// assert_eq!(
///     check_defined_name("TAX2020").unwrap_err().message(),
///     "name `TAX2020` reads as a cell"
/// );
/// ```
pub fn check_defined_name(name: &str) -> Result<()> {
    let refuse = |why: String| Error::new(ErrorKind::Name, format!("name `{name}` {why}"));
    let Some(first) = name.chars().next() else {
        return Err(Error::new(ErrorKind::Name, "a defined name is empty"));
    };
    if name.encode_utf16().count() > limits::NAME_UNITS {
        return Err(refuse(format!(
            "is longer than {} characters",
            limits::NAME_UNITS
        )));
    }
    if !is_name_start(first) {
        return Err(refuse(format!(
            "begins with `{first}`; a name begins with a letter, `_` or `\\`"
        )));
    }
    if let Some(bad) = name.chars().find(|c| !is_name_character(*c)) {
        return Err(refuse(format!("has the character `{bad}`")));
    }
    if is_boolean(name) {
        return Err(refuse("is a constant".into()));
    }
    if looks_like_address(name) {
        return Err(refuse("reads as a cell".into()));
    }
    Ok(())
}
