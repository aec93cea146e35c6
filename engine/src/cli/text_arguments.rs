//! How text files are read and written, as it is typed: delimiters, encodings, decimal signs.

use clap::Args;

use crate::formats::OpenOptions;
use crate::formats::csv::{Decimal, Encoding, ReadOptions};
use crate::{Error, ErrorKind, Result};

/// How a text file is read; nothing of it matters for other files.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Text files")]
pub(super) struct TextArguments {
    /// What stands between fields: a character, or `tab` [default: found out]
    #[arg(long, value_name = "CHARACTER")]
    pub(super) delimiter: Option<String>,
    /// utf-8, utf-16le, utf-16be or windows-1252 [default: found out]
    #[arg(long, value_name = "NAME")]
    pub(super) encoding: Option<String>,
    /// Numbers have a comma before their fraction
    #[arg(long)]
    pub(super) decimal_comma: bool,
    /// All fields are texts, none a number, a date or a boolean
    #[arg(long, conflicts_with = "typed")]
    pub(super) texts: bool,
    /// Fields that read as numbers, dates or booleans are such [the default]
    #[arg(long)]
    pub(super) typed: bool,
    /// The first row holds names, which stay texts
    #[arg(long)]
    pub(super) header: bool,
}

impl TextArguments {
    /// How files are opened.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Argument`] for what is no delimiter or no encoding.
    pub(super) fn to_options(&self) -> Result<OpenOptions> {
        Ok(OpenOptions {
            kind: None,
            csv: ReadOptions {
                delimiter: self.delimiter.as_deref().map(delimiter).transpose()?,
                encoding: self.encoding.as_deref().map(Encoding::named).transpose()?,
                decimal: decimal(self.decimal_comma),
                typed: !self.texts,
                header: self.header,
                ..ReadOptions::default()
            },
        })
    }
}

/// The decimal sign.
pub(super) fn decimal(comma: bool) -> Decimal {
    match comma {
        true => Decimal::Comma,
        false => Decimal::Point,
    }
}

/// A delimiter as it is typed.
///
/// # Errors
///
/// [`ErrorKind::Argument`].
pub(super) fn delimiter(text: &str) -> Result<u8> {
    match (text, text.as_bytes()) {
        ("tab" | "\\t", _) => Ok(b'\t'),
        (_, [byte]) => Ok(*byte),
        _ => Err(Error::new(
            ErrorKind::Argument,
            format!("`{text}` is no delimiter: one character is needed, or `tab`"),
        )),
    }
}
