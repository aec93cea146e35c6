//! The envelope: the head of a file, its records one after the other, their checksums, its end.

use std::io::{BufRead, Read, Write};

use rmp::{decode, encode};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use super::VERSION;
use crate::error::{Error, ErrorKind, Result};

/// What every file begins with: an array of two, and the first of them.
pub(super) const MAGIC: &[u8] = b"\x92\xA8tabulith";

/// Bytes of the content of one record. The largest are lists that nobody makes this long: the columns of a table, what is
/// attached to a sheet.
const CONTENT_BYTES: usize = 1 << 28;

/// Bytes of the name of a kind.
const KIND_BYTES: usize = 31;

/// How deep maps and arrays of a content are nested.
const DEPTH: usize = 16;

/// The kind of the last record.
pub(super) const END: &str = "end";

/// The content of the last record.
#[derive(Debug, Serialize, Deserialize)]
struct End {
    records: u64,
    checksum: u32,
}

fn checksum(kind: &str, content: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(kind.as_bytes());
    hasher.update(content);
    hasher.finalize()
}

/// Writes records.
pub(super) struct Writer<'w, W: Write> {
    out: &'w mut W,
    content: Vec<u8>,
    head: Vec<u8>,
    records: u64,
    checksums: crc32fast::Hasher,
}

fn unwritable(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::new(ErrorKind::Io, "the workbook cannot be written").with_source(error)
}

impl<'w, W: Write> Writer<'w, W> {
    /// Writes the head of a file.
    pub(super) fn new(out: &'w mut W) -> Result<Writer<'w, W>> {
        out.write_all(MAGIC).map_err(unwritable)?;
        encode::write_uint(out, VERSION).map_err(unwritable)?;
        Ok(Writer {
            out,
            content: Vec::new(),
            head: Vec::new(),
            records: 0,
            checksums: crc32fast::Hasher::new(),
        })
    }

    /// Writes a record.
    pub(super) fn record(&mut self, kind: &str, content: &impl Serialize) -> Result<()> {
        self.content.clear();
        let mut serializer = rmp_serde::Serializer::new(&mut self.content).with_struct_map();
        content.serialize(&mut serializer).map_err(unwritable)?;
        if self.content.len() > CONTENT_BYTES {
            let message = format!("a record `{kind}` has more than {CONTENT_BYTES} bytes");
            return Err(Error::new(ErrorKind::Limit, message));
        }
        let checksum = checksum(kind, &self.content);
        self.head.clear();
        encode::write_array_len(&mut self.head, 4).map_err(unwritable)?;
        encode::write_str(&mut self.head, kind).map_err(unwritable)?;
        encode::write_u32(&mut self.head, self.content.len() as u32).map_err(unwritable)?;
        encode::write_u32(&mut self.head, checksum).map_err(unwritable)?;
        self.out.write_all(&self.head).map_err(unwritable)?;
        self.out.write_all(&self.content).map_err(unwritable)?;
        self.records += 1;
        self.checksums.update(&checksum.to_le_bytes());
        Ok(())
    }

    /// Writes the last record.
    pub(super) fn finish(mut self) -> Result<()> {
        let end = End {
            records: self.records,
            checksum: self.checksums.clone().finalize(),
        };
        self.record(END, &end)
    }
}

/// Reads records. Contents are looked at where they lie, or else in one buffer for all.
pub(super) struct Reader<R: BufRead> {
    input: R,
    offset: u64,
    /// Bytes of the input that belong to the record that was read last.
    lent: usize,
    buffer: Vec<u8>,
    records: u64,
    checksums: crc32fast::Hasher,
}

/// A record as it lies in the file.
pub(super) struct Record<'r> {
    /// Where it begins.
    pub(super) offset: u64,
    /// What it tells.
    pub(super) kind: String,
    content: &'r [u8],
}

/// A fault of a file at a place.
pub(super) fn damaged(offset: u64, why: impl std::fmt::Display) -> Error {
    let message = format!("the file is damaged at byte {offset}: {why}");
    Error::new(ErrorKind::FileFormat, message)
}

impl<'r> Record<'r> {
    /// The content.
    pub(super) fn content<T: Deserialize<'r>>(&self) -> Result<T> {
        let mut deserializer = rmp_serde::Deserializer::from_read_ref(self.content);
        deserializer.set_max_depth(DEPTH);
        let content = T::deserialize(&mut deserializer).map_err(|error| self.fault(error))?;
        match IgnoredAny::deserialize(&mut deserializer) {
            Err(rmp_serde::decode::Error::InvalidMarkerRead(error)) if is_end(&error) => {
                Ok(content)
            }
            _ => Err(self.fault("there is something behind its content")),
        }
    }

    /// That the content is what was written.
    fn check(&self, expected: u32) -> Result<()> {
        match checksum(&self.kind, self.content) == expected {
            true => Ok(()),
            false => Err(self.fault("its checksum does not fit")),
        }
    }

    /// A fault of the record.
    pub(super) fn fault(&self, why: impl std::fmt::Display) -> Error {
        damaged(self.offset, format_args!("record `{}`: {why}", self.kind))
    }
}

impl<R: BufRead> Reader<R> {
    /// Reads the head of a file.
    pub(super) fn new(input: R) -> Result<Reader<R>> {
        let mut reader = Reader {
            input,
            offset: 0,
            lent: 0,
            buffer: Vec::new(),
            records: 0,
            checksums: crc32fast::Hasher::new(),
        };
        let mut magic = [0; MAGIC.len()];
        reader.bytes(&mut magic)?;
        if magic != MAGIC {
            return Err(damaged(0, "it does not begin as a workbook does"));
        }
        let version = reader.part("its version", |input| {
            decode::read_int::<u64, _>(input).ok()
        })?;
        match version {
            1..=VERSION => Ok(reader),
            0 => Err(damaged(MAGIC.len() as u64, "there is no version 0")),
            _ => {
                let message = format!(
                    "the file is of version {version}, and this program reads versions up to {VERSION}"
                );
                Err(Error::new(ErrorKind::Unsupported, message))
            }
        }
    }

    /// Bytes that were read.
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// The next record; nothing behind the last one.
    pub(super) fn next(&mut self) -> Result<Option<Record<'_>>> {
        self.input.consume(std::mem::take(&mut self.lent));
        let offset = self.offset;
        let (kind, length, expected) = self.head()?;
        if length > CONTENT_BYTES {
            let why = format!("record `{kind}` claims to have {length} bytes");
            return Err(damaged(offset, why));
        }
        if kind == END {
            self.end(offset, length, expected)?;
            return Ok(None);
        }
        self.records += 1;
        self.checksums.update(&expected.to_le_bytes());
        let content = self.content(length)?;
        let record = Record {
            offset,
            kind,
            content,
        };
        record.check(expected)?;
        Ok(Some(record))
    }

    /// Reads the last record and sees that it is the last.
    fn end(&mut self, offset: u64, length: usize, expected: u32) -> Result<()> {
        let found = (self.records, self.checksums.clone().finalize());
        let record = Record {
            offset,
            kind: END.to_owned(),
            content: self.content(length)?,
        };
        record.check(expected)?;
        let end: End = record.content()?;
        if (end.records, end.checksum) != found {
            return Err(record.fault("records are missing, or others are there"));
        }
        self.input.consume(std::mem::take(&mut self.lent));
        match self.fill()?.is_empty() {
            true => Ok(()),
            false => Err(damaged(self.offset, "there is something behind the end")),
        }
    }

    /// The next bytes, which are the content of a record.
    fn content(&mut self, length: usize) -> Result<&[u8]> {
        let in_place = self.fill()?.len() >= length;
        if !in_place {
            // Claims cost nothing: the buffer grows with what is there.
            self.buffer.clear();
            let read = (&mut self.input)
                .take(length as u64)
                .read_to_end(&mut self.buffer);
            if read.map_err(unreadable)? < length {
                return Err(self.cut());
            }
        }
        self.offset += length as u64;
        if in_place {
            self.lent = length;
        }
        let content = match in_place {
            true => self.input.fill_buf().map_err(unreadable)?.get(..length),
            false => self.buffer.get(..length),
        };
        Ok(content.unwrap_or_default())
    }

    fn head(&mut self) -> Result<(String, usize, u32)> {
        let length = self.part("a record", |input| match decode::read_array_len(input) {
            Ok(4) => decode::read_str_len(input).ok(),
            _ => None,
        })?;
        let mut kind = [0; KIND_BYTES];
        let Some(kind) = kind.get_mut(..length as usize) else {
            return Err(damaged(self.offset, "a record has no kind"));
        };
        self.bytes(kind)?;
        let kind = match std::str::from_utf8(kind) {
            Ok(kind) => kind.to_owned(),
            Err(_) => return Err(damaged(self.offset, "a record has no kind")),
        };
        let length = self.part("the length of a record", |input| {
            decode::read_u32(input).ok()
        })?;
        let checksum = self.part("a checksum", |input| decode::read_u32(input).ok())?;
        Ok((kind, length as usize, checksum))
    }

    /// Decodes a small part.
    fn part<T>(
        &mut self,
        what: &str,
        read: impl FnOnce(&mut Counted<'_, R>) -> Option<T>,
    ) -> Result<T> {
        let mut counted = Counted {
            input: &mut self.input,
            count: 0,
            error: None,
        };
        let part = read(&mut counted);
        let (count, error) = (counted.count, counted.error);
        match (part, error) {
            (Some(part), _) => {
                self.offset += count;
                Ok(part)
            }
            (None, Some(error)) if is_end(&error) => {
                self.offset += count;
                Err(self.cut())
            }
            (None, Some(error)) => Err(unreadable(error)),
            (None, None) => Err(damaged(self.offset, format!("{what} was expected"))),
        }
    }

    fn bytes(&mut self, into: &mut [u8]) -> Result<()> {
        match self.input.read_exact(into) {
            Ok(()) => {
                self.offset += into.len() as u64;
                Ok(())
            }
            Err(error) if is_end(&error) => Err(self.cut()),
            Err(error) => Err(unreadable(error)),
        }
    }

    fn fill(&mut self) -> Result<&[u8]> {
        self.input.fill_buf().map_err(unreadable)
    }

    fn cut(&self) -> Error {
        damaged(
            self.offset,
            "it ends in the middle, so that the rest is missing",
        )
    }
}

/// Whether there was nothing left to read.
fn is_end(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::UnexpectedEof
}

fn unreadable(error: std::io::Error) -> Error {
    Error::new(ErrorKind::Io, "the file cannot be read").with_source(error)
}

/// Counts what is read, and keeps the fault.
struct Counted<'r, R> {
    input: &'r mut R,
    count: u64,
    error: Option<std::io::Error>,
}

impl<R: BufRead> Read for Counted<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        match self.input.read(into) {
            Ok(0) if !into.is_empty() => {
                self.error = Some(std::io::ErrorKind::UnexpectedEof.into());
                Ok(0)
            }
            Ok(count) => {
                self.count += count as u64;
                Ok(count)
            }
            Err(error) => {
                let kind = error.kind();
                self.error = Some(error);
                Err(kind.into())
            }
        }
    }
}
