//! The records of a text file, one at a time, in bounded memory.
//!
//! A line without anything is a record without fields, so that the rows behind it stay where they are.

use std::io::{self, Read};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use crate::error::{Error, ErrorKind, Result};
use crate::limits;

/// Bytes that are read at once.
const BLOCK: usize = 1 << 16;

/// Reads records of UTF-8, or of bytes that claim to be.
pub(super) struct Records<R> {
    input: R,
    core: Reader,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// The fields of the record one behind the other, and where each ends.
    bytes: Vec<u8>,
    ends: Vec<usize>,
    fields: usize,
    /// Whether the last record ended with a carriage return, so that a line feed belongs to it.
    after_return: bool,
    /// Records read.
    count: u64,
    /// Bytes read.
    taken: u64,
}

impl<R: Read> Records<R> {
    /// The records of `sample` and of what follows it in `input`.
    pub(super) fn new(input: R, sample: Vec<u8>, delimiter: u8, quote: Option<u8>) -> Records<R> {
        let mut builder = ReaderBuilder::new();
        builder.delimiter(delimiter).quoting(quote.is_some());
        if let Some(quote) = quote {
            builder.quote(quote);
        }
        let mut buffer = sample;
        let end = buffer.len();
        buffer.resize(end.max(BLOCK), 0);
        Records {
            input,
            core: builder.build(),
            buffer,
            start: 0,
            end,
            bytes: vec![0; 1 << 10],
            ends: vec![0; 1 << 6],
            fields: 0,
            after_return: false,
            count: 0,
            taken: end as u64,
        }
    }

    /// Bytes read so far.
    pub(super) fn taken(&self) -> u64 {
        self.taken
    }

    /// Reads the next record; `false` if there is none.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Io`]; [`ErrorKind::FileFormat`] for bytes that no text has; [`ErrorKind::Limit`] for a record with
    /// more fields than a sheet has columns, or of more bytes than any row needs.
    pub(super) fn next(&mut self) -> Result<bool> {
        self.fields = 0;
        if self.is_blank_line()? {
            self.count += 1;
            return Ok(true);
        }
        let mut written = 0;
        loop {
            if self.start == self.end {
                self.fill()?;
            }
            let (result, read, output, ended) = self.core.read_record(
                &self.buffer[self.start..self.end],
                &mut self.bytes[written..],
                &mut self.ends[self.fields..],
            );
            self.start += read;
            written += output;
            self.fields += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.grow_bytes()?,
                ReadRecordResult::OutputEndsFull => self.grow_ends()?,
                ReadRecordResult::Record => {
                    self.after_return = read > 0 && self.buffer[self.start - 1] == b'\r';
                    if self.fields > limits::COLUMNS as usize {
                        return Err(self.too_many_fields());
                    }
                    self.count += 1;
                    return Ok(true);
                }
                ReadRecordResult::End => return Ok(false),
            }
        }
    }

    /// The fields of the record that was read last.
    pub(super) fn fields(&self) -> impl Iterator<Item = &[u8]> {
        let mut start = 0;
        self.ends[..self.fields].iter().map(move |end| {
            let field = &self.bytes[start..*end];
            start = *end;
            field
        })
    }

    /// Passes over a line without anything.
    fn is_blank_line(&mut self) -> Result<bool> {
        if self.start == self.end {
            self.fill()?;
        }
        if std::mem::take(&mut self.after_return) && self.first() == Some(b'\n') {
            self.start += 1;
            if self.start == self.end {
                self.fill()?;
            }
        }
        let first = self.first();
        let is_blank = matches!(first, Some(b'\r' | b'\n'));
        if is_blank {
            self.start += 1;
            self.after_return = first == Some(b'\r');
        }
        Ok(is_blank)
    }

    fn first(&self) -> Option<u8> {
        self.buffer[self.start..self.end].first().copied()
    }

    /// Reads the next block; at the end of the input there is nothing in it.
    fn fill(&mut self) -> Result<()> {
        let read = loop {
            match self.input.read(&mut self.buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    let message = format!("cannot read: {error}");
                    return Err(Error::new(ErrorKind::Io, message).with_source(error));
                }
                Ok(read) => break read,
            }
        };
        if self.buffer[..read].contains(&0) {
            let message = format!("a NUL follows row {}: this is no text file", self.count);
            return Err(Error::new(ErrorKind::FileFormat, message));
        }
        (self.start, self.end) = (0, read);
        self.taken += read as u64;
        Ok(())
    }

    fn grow_bytes(&mut self) -> Result<()> {
        if self.bytes.len() >= limits::RECORD_BYTES {
            let message = format!(
                "row {} has more than {} bytes; is a quote not closed?",
                self.count + 1,
                limits::RECORD_BYTES
            );
            return Err(Error::new(ErrorKind::Limit, message));
        }
        self.bytes.resize(self.bytes.len() * 2, 0);
        Ok(())
    }

    fn grow_ends(&mut self) -> Result<()> {
        if self.ends.len() > limits::COLUMNS as usize {
            return Err(self.too_many_fields());
        }
        self.ends.resize(self.ends.len() * 2, 0);
        Ok(())
    }

    fn too_many_fields(&self) -> Error {
        let message = format!(
            "row {} has more than the {} fields that a sheet has columns",
            self.count + 1,
            limits::COLUMNS
        );
        Error::new(ErrorKind::Limit, message)
    }
}
