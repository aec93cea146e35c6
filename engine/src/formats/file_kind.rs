//! Which file is of which kind: by the ending of its name and by its content.

use std::path::Path;

/// The kinds of files that are read and written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileKind {
    /// Excel's workbooks, .xlsx and .xlsm.
    Excel,
    /// The workbook's own file, .tabulith.
    Own,
    /// Comma-separated values and their kin: .csv, .tsv, .txt.
    Text,
}

/// Each ending and the kind of file that has it.
const ENDINGS: [(&str, FileKind); 7] = [
    ("xlsx", FileKind::Excel),
    ("xlsm", FileKind::Excel),
    ("tabulith", FileKind::Own),
    ("csv", FileKind::Text),
    ("tsv", FileKind::Text),
    ("tab", FileKind::Text),
    ("txt", FileKind::Text),
];

impl FileKind {
    /// The kind that the ending of a name tells.
    ///
    /// # Examples
    ///
    /// ```
    /// use tabulith::formats::FileKind;
    ///
    /// assert_eq!(FileKind::of_name("prices.CSV"), Some(FileKind::Text));
    /// assert_eq!(FileKind::of_name("prices"), None);
    /// ```
    pub fn of_name(name: impl AsRef<Path>) -> Option<FileKind> {
        let ending = name.as_ref().extension()?.to_str()?.to_lowercase();
        let known = ENDINGS.iter().find(|(known, _)| *known == ending)?;
        Some(known.1)
    }

    /// The kind of a file that begins so, whatever its name: a package is Excel's, a workbook's own says so. Text says nothing of itself, so it is
    /// a table only where the name does not speak against it.
    pub fn of_content(beginning: &[u8], name: Option<&Path>) -> Option<FileKind> {
        let is_container =
            beginning.starts_with(b"PK\x03\x04") || beginning.starts_with(b"\xD0\xCF\x11\xE0");
        let by_name = name.and_then(FileKind::of_name);
        let unnamed = name.is_none_or(|name| name.extension().is_none());
        match by_name {
            _ if is_container => Some(FileKind::Excel),
            _ if is_own(beginning) => Some(FileKind::Own),
            Some(kind) => Some(kind),
            None => (unnamed && is_text(beginning)).then_some(FileKind::Text),
        }
    }

    /// The endings of all kinds, for messages: `.xlsx, .xlsm, .tabulith, .csv, .tsv, .tab or .txt`.
    pub(super) fn endings() -> String {
        let endings: Vec<String> = ENDINGS
            .iter()
            .map(|(ending, _)| format!(".{ending}"))
            .collect();
        let (last, others) = endings.split_last().expect("invariant: there are some");
        format!("{} or {last}", others.join(", "))
    }
}

#[cfg(feature = "messagepack")]
fn is_own(beginning: &[u8]) -> bool {
    super::messagepack::is_own(beginning)
}

#[cfg(not(feature = "messagepack"))]
fn is_own(_beginning: &[u8]) -> bool {
    false
}

#[cfg(feature = "csv")]
fn is_text(beginning: &[u8]) -> bool {
    super::csv::is_text(beginning)
}

#[cfg(not(feature = "csv"))]
fn is_text(_beginning: &[u8]) -> bool {
    false
}
