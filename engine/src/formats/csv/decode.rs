//! Bytes of any supported encoding as UTF-8, streamed.

use std::io::{self, Read};

use super::Encoding;

/// Bytes that are decoded at once.
const BLOCK: usize = 1 << 15;

/// The characters of Windows-1252 from 0x80 on that are not those of Unicode; bytes without a character are the control
/// characters of the same number, as browsers read them.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
];

/// The character of a byte of Windows-1252.
pub(super) fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9F => WINDOWS_1252[usize::from(byte - 0x80)],
        byte => char::from(byte),
    }
}

/// The byte of Windows-1252 for a character.
pub(super) fn to_windows_1252(c: char) -> Option<u8> {
    match c {
        '\0'..='\u{7F}' | '\u{A0}'..='\u{FF}' => u8::try_from(u32::from(c)).ok(),
        c => {
            let place = WINDOWS_1252.iter().position(|other| *other == c)?;
            Some(0x80 + place as u8)
        }
    }
}

/// Gives UTF-8. What stands for no character becomes U+FFFD; UTF-8 itself passes as it is.
pub(super) struct Decoder<R> {
    input: R,
    encoding: Encoding,
    raw: Vec<u8>,
    /// Bytes of `raw` that are the begun part of a character.
    kept: usize,
    decoded: String,
    /// How much of `decoded` has been given.
    given: usize,
}

impl<R: Read> Decoder<R> {
    /// A decoder of what comes behind the byte order mark.
    pub(super) fn new(input: R, encoding: Encoding) -> Decoder<R> {
        Decoder {
            input,
            encoding,
            raw: Vec::new(),
            kept: 0,
            decoded: String::new(),
            given: 0,
        }
    }

    fn decode_block(&mut self) -> io::Result<()> {
        self.raw.resize(BLOCK, 0);
        let read = loop {
            match self.input.read(&mut self.raw[self.kept..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        let end = self.kept + read;
        self.decoded.clear();
        self.given = 0;
        let used = match self.encoding {
            Encoding::Windows1252 | Encoding::Utf8 => {
                let chars = self.raw[..end].iter().map(|byte| windows_1252(*byte));
                self.decoded.extend(chars);
                end
            }
            Encoding::Utf16Le => utf_16(
                &self.raw[..end],
                u16::from_le_bytes,
                read == 0,
                &mut self.decoded,
            ),
            Encoding::Utf16Be => utf_16(
                &self.raw[..end],
                u16::from_be_bytes,
                read == 0,
                &mut self.decoded,
            ),
        };
        self.raw.copy_within(used..end, 0);
        self.kept = end - used;
        if read > 0 && self.decoded.is_empty() {
            return self.decode_block_again();
        }
        Ok(())
    }

    /// A block that held only the beginning of a character gives nothing, which must not look like the end.
    fn decode_block_again(&mut self) -> io::Result<()> {
        // At most three bytes are kept, so a few single bytes later there is a character.
        self.decode_block()
    }
}

/// Decodes units of two bytes and tells how many bytes were used: an upper half at the end waits for its lower half.
fn utf_16(bytes: &[u8], unit: fn([u8; 2]) -> u16, at_end: bool, decoded: &mut String) -> usize {
    let mut used = bytes.len() / 2 * 2;
    let is_upper = |at: usize| (0xD800..0xDC00).contains(&unit([bytes[at], bytes[at + 1]]));
    if !at_end && used >= 2 && is_upper(used - 2) {
        used -= 2;
    }
    let units = bytes[..used]
        .chunks_exact(2)
        .map(|pair| unit([pair[0], pair[1]]));
    let chars = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER));
    decoded.extend(chars);
    if at_end && used < bytes.len() {
        decoded.push(char::REPLACEMENT_CHARACTER);
        used = bytes.len();
    }
    used
}

impl<R: Read> Read for Decoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.encoding == Encoding::Utf8 {
            return self.input.read(buffer);
        }
        if self.given == self.decoded.len() {
            self.decode_block()?;
        }
        let rest = &self.decoded.as_bytes()[self.given..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.given += count;
        Ok(count)
    }
}
