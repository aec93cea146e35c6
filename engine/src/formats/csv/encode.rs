//! Text on its way into a file: UTF-8 in, bytes of the file's encoding out.

use std::io::Write;

use super::Encoding;
use super::decode::to_windows_1252;
use crate::error::{Error, ErrorKind, Result};

/// Bytes that are gathered before they are written.
const BLOCK: usize = 1 << 16;

/// Gathers rows of text and writes them encoded.
pub(super) struct Encoder<W> {
    out: W,
    encoding: Encoding,
    /// What is not written yet; the caller appends to it.
    pub(super) text: Vec<u8>,
    encoded: Vec<u8>,
}

impl<W: Write> Encoder<W> {
    pub(super) fn new(out: W, encoding: Encoding, byte_order_mark: bool) -> Encoder<W> {
        let marked = byte_order_mark || matches!(encoding, Encoding::Utf16Le | Encoding::Utf16Be);
        let text = if marked && encoding != Encoding::Windows1252 {
            "\u{FEFF}".into()
        } else {
            Vec::new()
        };
        Encoder {
            out,
            encoding,
            text,
            encoded: Vec::new(),
        }
    }

    /// Tells that row number `row`, counted from 1, is complete.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`]; [`ErrorKind::Argument`] for a character that the encoding does not have.
    pub(super) fn end_row(&mut self, row: u64) -> Result<()> {
        // Each row by itself where characters may be missing, so that the message can name it.
        if self.text.len() < BLOCK && self.encoding != Encoding::Windows1252 {
            return Ok(());
        }
        self.flush(row)
    }

    /// Writes what is gathered.
    ///
    /// # Errors
    ///
    /// As [`Encoder::end_row`].
    pub(super) fn flush(&mut self, row: u64) -> Result<()> {
        if self.encoding == Encoding::Utf8 {
            self.out.write_all(&self.text).map_err(unwritable)?;
            self.text.clear();
            return Ok(());
        }
        let text = std::str::from_utf8(&self.text)
            .expect("invariant: only whole texts and ASCII are appended");
        self.encoded.clear();
        match self.encoding {
            Encoding::Utf16Le => {
                let units = text.encode_utf16().flat_map(u16::to_le_bytes);
                self.encoded.extend(units);
            }
            Encoding::Utf16Be => {
                let units = text.encode_utf16().flat_map(u16::to_be_bytes);
                self.encoded.extend(units);
            }
            Encoding::Utf8 | Encoding::Windows1252 => {
                for c in text.chars() {
                    let byte = to_windows_1252(c).ok_or_else(|| missing(c, row))?;
                    self.encoded.push(byte);
                }
            }
        }
        self.text.clear();
        self.out.write_all(&self.encoded).map_err(unwritable)
    }
}

fn unwritable(error: std::io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("cannot write: {error}")).with_source(error)
}

fn missing(c: char, row: u64) -> Error {
    let message = format!("row {row} holds `{c}`, which windows-1252 does not have; utf-8 has all");
    Error::new(ErrorKind::Argument, message)
}
