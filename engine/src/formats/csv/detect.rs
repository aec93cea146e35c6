//! Finding out what a text file does not say: whether it is text at all, its encoding, its delimiter.

use std::io::{self, Read, Seek, SeekFrom};

use csv_core::{ReadRecordResult, ReaderBuilder};

use super::Encoding;

/// Bytes at the beginning of a file that are looked at.
pub(super) const SAMPLE_BYTES: usize = 1 << 16;

/// Records of the sample that are looked at.
const SAMPLE_RECORDS: usize = 100;

/// Delimiters in the order in which they are tried: where a comma stands inside of numbers or texts, the others do not.
const DELIMITERS: [u8; 4] = [b'\t', b';', b'|', b','];

/// Beginnings of files that are no text files, though they may have no byte that gives them away.
const SIGNATURES: [&[u8]; 7] = [
    b"PK\x03\x04",
    b"\xD0\xCF\x11\xE0",
    b"%PDF-",
    b"\x1F\x8B",
    b"\x89PNG",
    b"7z\xBC\xAF",
    b"{\\rtf",
];

/// Whether a file that begins so may be text: it has no NUL, unless it is UTF-16, and few control characters.
///
/// # Examples
///
/// ```
/// use tabulith::formats::csv::is_text;
///
/// assert!(is_text(b"a,b\r\n1,2\r\n"));
/// assert!(!is_text(b"PK\x03\x04\x14\x00"));
/// ```
pub fn is_text(beginning: &[u8]) -> bool {
    if SIGNATURES
        .iter()
        .any(|signature| beginning.starts_with(signature))
    {
        return false;
    }
    let (encoding, _) = byte_order_mark(beginning);
    if matches!(encoding, Some(Encoding::Utf16Le | Encoding::Utf16Be)) {
        return true;
    }
    let is_odd =
        |byte: &&u8| **byte < 0x20 && !matches!(**byte, b'\t' | b'\n' | b'\r' | 0x0C | 0x1A);
    let odd = beginning.iter().filter(is_odd).count();
    !beginning.contains(&0) && odd <= beginning.len() / 32
}

/// The encoding that a byte order mark tells, and how long the mark is.
pub(super) fn byte_order_mark(beginning: &[u8]) -> (Option<Encoding>, usize) {
    match beginning {
        [0xEF, 0xBB, 0xBF, ..] => (Some(Encoding::Utf8), 3),
        [0xFF, 0xFE, ..] => (Some(Encoding::Utf16Le), 2),
        [0xFE, 0xFF, ..] => (Some(Encoding::Utf16Be), 2),
        _ => (None, 0),
    }
}

/// The encoding of a source without a byte order mark: UTF-8 if all of it is, else Windows-1252.
pub(super) fn encoding_without_mark(source: &mut (impl Read + Seek)) -> io::Result<Encoding> {
    source.seek(SeekFrom::Start(0))?;
    let mut buffer = vec![0; SAMPLE_BYTES];
    let mut kept = 0;
    loop {
        let read = match source.read(&mut buffer[kept..]) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        let end = kept + read;
        let begun = match std::str::from_utf8(&buffer[..end]) {
            Ok(_) => end,
            // A character that goes on in the next block.
            Err(error) if error.error_len().is_none() && read > 0 => error.valid_up_to(),
            Err(_) => return Ok(Encoding::Windows1252),
        };
        if read == 0 {
            return Ok(Encoding::Utf8);
        }
        buffer.copy_within(begun..end, 0);
        kept = end - begun;
    }
}

/// The delimiter that a first line such as `sep=;` tells, as Excel has it, and how long that line is.
pub(super) fn told_delimiter(sample: &[u8]) -> Option<(u8, usize)> {
    let rest = sample
        .strip_prefix(b"sep=")
        .or_else(|| sample.strip_prefix(b"SEP="))?;
    let (delimiter, rest) = rest.split_first()?;
    let line_break = match rest {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => return None,
    };
    let usable = delimiter.is_ascii() && !matches!(delimiter, b'\r' | b'\n' | b'"');
    usable.then_some((*delimiter, sample.len() - rest.len() + line_break))
}

/// The delimiter of a text that begins so: the first that cuts all records into the same number of fields, else the one
/// that does so with most of them, more than half, else the comma.
pub(super) fn delimiter(sample: &[u8], quote: Option<u8>) -> u8 {
    let mut best = (0, b',');
    for delimiter in DELIMITERS {
        let mut counts = field_counts(sample, delimiter, quote);
        let records = counts.len();
        counts.sort_unstable();
        let runs = counts.chunk_by(|a, b| a == b).filter(|run| run[0] > 1);
        let alike = runs.map(<[usize]>::len).max().unwrap_or(0);
        if alike > 0 && alike == records {
            return delimiter;
        }
        if alike > best.0 && alike * 2 > records {
            best = (alike, delimiter);
        }
    }
    best.1
}

/// The number of fields of each record of a sample; of the last only if it is the only one, for it may be cut short.
fn field_counts(sample: &[u8], delimiter: u8, quote: Option<u8>) -> Vec<usize> {
    let mut builder = ReaderBuilder::new();
    builder.delimiter(delimiter).quoting(quote.is_some());
    if let Some(quote) = quote {
        builder.quote(quote);
    }
    let mut reader = builder.build();
    let (mut bytes, mut ends) = ([0; 1 << 10], [0; 1 << 8]);
    let (mut rest, mut counts, mut fields) = (sample, Vec::new(), 0);
    while counts.len() < SAMPLE_RECORDS {
        let (result, read, _, ended) = reader.read_record(rest, &mut bytes, &mut ends);
        let is_last = rest.is_empty();
        rest = &rest[read..];
        fields += ended;
        match result {
            ReadRecordResult::InputEmpty
            | ReadRecordResult::OutputFull
            | ReadRecordResult::OutputEndsFull => {}
            ReadRecordResult::Record => {
                if !is_last || counts.is_empty() || sample.len() < SAMPLE_BYTES {
                    counts.push(fields);
                }
                fields = 0;
            }
            ReadRecordResult::End => break,
        }
    }
    counts
}
