//! A cell in 8 bytes: a number as it is, everything else in the quiet NaNs that no number of Excel's uses.
//!
//! The upper 16 bits of a cell that is no number are `0x7FF8` to `0x7FFC` and tell its kind; the lower 48 are the
//! payload. Texts of at most five bytes lie in the cell; longer ones are an index into the chunk's text blocks, so a
//! packed cell with a longer text means nothing outside its chunk. Slices of packed cells are slices of `f64`: a tile
//! of numbers is handed to a kernel as it lies. The bits of a cell that is no number never go through arithmetic.

#[cfg(test)]
mod tests;

use std::fmt;

use crate::value::{CellError, Value, ValueRef};

const KIND: u64 = 0xFFFF << 48;
const BLANK: u64 = 0x7FF8 << 48;
const BOOLEAN: u64 = 0x7FF9 << 48;
const ERROR: u64 = 0x7FFA << 48;
const TEXT: u64 = 0x7FFB << 48;
const SHORT: u64 = 0x7FFC << 48;

/// Bits that are all set in everything but numbers.
const EXPONENT: u64 = 0x7FF << 52;

/// A value of a cell in 8 bytes. Equal bits are equal values, but for longer texts, which have several indexes.
///
/// # Examples
///
/// ```
/// use tabulith::storage::PackedCell;
/// use tabulith::value::CellError;
///
/// assert_eq!(PackedCell::number(-0.0), PackedCell::number(0.0));
/// assert_eq!(PackedCell::number(f64::INFINITY).to_error(), Some(CellError::Num));
/// assert_eq!(PackedCell::BLANK.to_number(), None);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PackedCell(u64);

/// What a packed cell holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Unpacked {
    /// Nothing.
    Blank,
    /// A number.
    Number(f64),
    /// TRUE or FALSE.
    Boolean(bool),
    /// An error.
    Error(CellError),
    /// A text that lies in the cell.
    Short(ShortText),
    /// A longer text, in the text blocks of the cell's chunk.
    Text(TextIndex),
}

/// Where in a chunk a longer text lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextIndex {
    /// Which of the chunk's text blocks, 0 to 3.
    pub block: u8,
    /// Which text of the block.
    pub index: u32,
}

impl PackedCell {
    /// The empty cell.
    pub const BLANK: PackedCell = PackedCell(BLANK);

    /// A number; a negative zero or a subnormal number is 0, what is not finite is `#NUM!`.
    #[inline]
    pub fn number(x: f64) -> PackedCell {
        if x.is_normal() {
            PackedCell(x.to_bits())
        } else if x.is_finite() {
            PackedCell(0)
        } else {
            PackedCell::error(CellError::Num)
        }
    }

    /// TRUE or FALSE.
    pub fn boolean(x: bool) -> PackedCell {
        PackedCell(BOOLEAN | u64::from(x))
    }

    /// An error.
    pub fn error(error: CellError) -> PackedCell {
        PackedCell(ERROR | u64::from(error.code()))
    }

    /// A text of at most five bytes; nothing for a longer one.
    pub fn short(text: &str) -> Option<PackedCell> {
        let text = ShortText::new(text)?;
        let mut bytes = [0; 8];
        bytes[..5].copy_from_slice(&text.bytes);
        bytes[5] = text.len;
        Some(PackedCell(SHORT | u64::from_le_bytes(bytes)))
    }

    /// A text of the chunk's text blocks; `block` is below 4.
    pub fn text(at: TextIndex) -> PackedCell {
        assert!(at.block < 4, "a chunk has four text blocks at most");
        PackedCell(TEXT | u64::from(at.block) << 32 | u64::from(at.index))
    }

    /// A value that is no longer text; nothing for one.
    #[inline]
    pub fn of(value: ValueRef<'_>) -> Option<PackedCell> {
        Some(match value {
            ValueRef::Blank => PackedCell::BLANK,
            ValueRef::Number(x) => PackedCell::number(x),
            ValueRef::Boolean(x) => PackedCell::boolean(x),
            ValueRef::Error(x) => PackedCell::error(x),
            ValueRef::Text(x) => return PackedCell::short(x),
        })
    }

    /// The cell whose bits lie in an `f64` of a chunk.
    #[inline]
    pub fn from_lane(lane: f64) -> PackedCell {
        PackedCell(lane.to_bits())
    }

    /// The bits as they lie in a chunk.
    #[inline]
    pub fn to_lane(self) -> f64 {
        f64::from_bits(self.0)
    }

    /// The bits.
    #[inline]
    pub fn bits(self) -> u64 {
        self.0
    }

    /// The cell with these bits, whoever made them; nothing if no cell has such bits. A number is put in form as by
    /// [`PackedCell::number`]. Whether there is a text of the index of a longer text is for the caller to see.
    pub fn from_bits(bits: u64) -> Option<PackedCell> {
        let cell = PackedCell(bits);
        let payload = bits & !KIND;
        let is_cell = match bits & KIND {
            BLANK => payload == 0,
            BOOLEAN => payload <= 1,
            ERROR => u8::try_from(payload).is_ok_and(|code| CellError::from_code(code).is_some()),
            SHORT => ShortText::unpack(bits).is_text(),
            TEXT => payload >> 34 == 0,
            _ => return cell.to_number().map(PackedCell::number),
        };
        is_cell.then_some(cell)
    }

    /// Whether it is a number.
    #[inline]
    pub fn is_number(self) -> bool {
        self.0 & EXPONENT != EXPONENT
    }

    /// Whether it is blank.
    #[inline]
    pub fn is_blank(self) -> bool {
        self.0 == BLANK
    }

    /// Whether it is a text, short or not.
    pub fn is_text(self) -> bool {
        matches!(self.0 & KIND, TEXT | SHORT)
    }

    /// The number.
    #[inline]
    pub fn to_number(self) -> Option<f64> {
        self.is_number().then(|| f64::from_bits(self.0))
    }

    /// The boolean.
    pub fn to_boolean(self) -> Option<bool> {
        (self.0 & KIND == BOOLEAN).then_some(self.0 & 1 == 1)
    }

    /// The error.
    pub fn to_error(self) -> Option<CellError> {
        (self.0 & KIND == ERROR)
            .then(|| CellError::from_code(self.0 as u8).expect("invariant: codes come from errors"))
    }

    /// The place of a longer text.
    pub fn to_text_index(self) -> Option<TextIndex> {
        (self.0 & KIND == TEXT).then_some(TextIndex {
            block: (self.0 >> 32) as u8 & 3,
            index: self.0 as u32,
        })
    }

    /// What the cell holds.
    #[inline]
    pub fn unpack(self) -> Unpacked {
        match self.0 & KIND {
            BLANK => Unpacked::Blank,
            BOOLEAN => Unpacked::Boolean(self.0 & 1 == 1),
            ERROR => Unpacked::Error(self.to_error().unwrap_or(CellError::Value)),
            SHORT => Unpacked::Short(ShortText::unpack(self.0)),
            TEXT => Unpacked::Text(TextIndex {
                block: (self.0 >> 32) as u8 & 3,
                index: self.0 as u32,
            }),
            _ => Unpacked::Number(f64::from_bits(self.0)),
        }
    }
}

impl Default for PackedCell {
    fn default() -> Self {
        PackedCell::BLANK
    }
}

impl fmt::Debug for PackedCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.unpack())
    }
}

/// A text of at most five bytes, by value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ShortText {
    bytes: [u8; 5],
    len: u8,
}

impl ShortText {
    /// The text, if it is short enough.
    pub fn new(text: &str) -> Option<ShortText> {
        let mut bytes = [0; 5];
        bytes
            .get_mut(..text.len())?
            .copy_from_slice(text.as_bytes());
        Some(ShortText {
            bytes,
            len: text.len() as u8,
        })
    }

    fn unpack(bits: u64) -> ShortText {
        let [a, b, c, d, e, len, ..] = bits.to_le_bytes();
        ShortText {
            bytes: [a, b, c, d, e],
            len,
        }
    }

    /// Whether the bytes are a text, with nothing behind it.
    fn is_text(&self) -> bool {
        let text = self.bytes.get(..usize::from(self.len));
        let is_text = text.is_some_and(|text| std::str::from_utf8(text).is_ok());
        is_text && self.bytes[usize::from(self.len)..] == [0; 5][usize::from(self.len)..]
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..usize::from(self.len));
        bytes
            .and_then(|bytes| std::str::from_utf8(bytes).ok())
            .expect("invariant: a short text was made from a text")
    }
}

impl fmt::Debug for ShortText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

/// The value of a stored cell: a longer text where it lies, everything else by value.
///
/// # Examples
///
/// ```
/// use tabulith::storage::CellRef;
/// use tabulith::value::ValueRef;
///
/// let cell = CellRef::Number(2.5);
/// assert_eq!(cell.value(), ValueRef::Number(2.5));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum CellRef<'a> {
    /// Nothing.
    #[default]
    Blank,
    /// A number.
    Number(f64),
    /// TRUE or FALSE.
    Boolean(bool),
    /// An error.
    Error(CellError),
    /// A text of at most five bytes.
    Short(ShortText),
    /// A longer text.
    Text(&'a str),
}

impl CellRef<'_> {
    /// The value, for as long as this is held.
    #[inline]
    pub fn value(&self) -> ValueRef<'_> {
        match self {
            CellRef::Blank => ValueRef::Blank,
            CellRef::Number(x) => ValueRef::Number(*x),
            CellRef::Boolean(x) => ValueRef::Boolean(*x),
            CellRef::Error(x) => ValueRef::Error(*x),
            CellRef::Short(x) => ValueRef::Text(x.as_str()),
            CellRef::Text(x) => ValueRef::Text(x),
        }
    }

    /// The value with a text of its own.
    pub fn to_value(&self) -> Value {
        self.value().to_value()
    }

    /// Whether the cell is empty.
    pub fn is_blank(&self) -> bool {
        matches!(self, CellRef::Blank)
    }
}

/// Whether all lanes are numbers as cells hold them: finite, normal or a positive zero.
#[inline]
pub fn all_cell_numbers(lanes: &[f64]) -> bool {
    // As in `all_numbers`, and one less than an exponent of zeros borrows from the sign, which counts unless the lane
    // is zero.
    let signs = lanes.iter().fold(0, |signs, lane| {
        let bits = lane.to_bits();
        let exponent = bits & EXPONENT;
        let is_filled = bits | bits.wrapping_neg();
        signs | (exponent + (1 << 52)) | (exponent.wrapping_sub(1 << 52) & is_filled)
    });
    signs >> 63 == 0
}

/// Whether all lanes are numbers: no exponent is all ones.
#[inline]
pub fn all_numbers(lanes: &[f64]) -> bool {
    // One more than an exponent of all ones carries into the sign: a single OR over the tile, which vectorises.
    let carries = lanes.iter().fold(0, |carries, lane| {
        carries | ((lane.to_bits() & EXPONENT) + (1 << 52))
    });
    carries >> 63 == 0
}
