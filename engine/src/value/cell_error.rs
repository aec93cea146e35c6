//! Excel's errors, as values of cells.

use std::fmt;

/// An error in a cell: a value like any other, never a failure of the engine.
///
/// # Examples
///
/// ```
/// use tabulith::value::CellError;
///
/// assert_eq!(CellError::Div0.to_string(), "#DIV/0!");
/// assert_eq!(CellError::parse("#n/a"), Some(CellError::Na));
/// assert_eq!(CellError::Na.number(), Some(7)); // what ERROR.TYPE gives
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum CellError {
    /// `#NULL!`: an intersection of ranges that do not meet.
    Null = 1,
    /// `#DIV/0!`: a division by zero.
    Div0 = 2,
    /// `#VALUE!`: a value of the wrong type.
    Value = 3,
    /// `#REF!`: a reference to something that is not there.
    Ref = 4,
    /// `#NAME?`: a name that is not known.
    Name = 5,
    /// `#NUM!`: a number out of range, or a method that found none.
    Num = 6,
    /// `#N/A`: no value is available.
    Na = 7,
    /// `#GETTING_DATA`: an outside source has not answered yet.
    GettingData = 8,
    /// `#SPILL!`: the cells that an array result needs are not free.
    Spill = 9,
    /// `#CONNECT!`: an outside source cannot be reached.
    Connect = 10,
    /// `#BLOCKED!`: an outside source may not be used.
    Blocked = 11,
    /// `#UNKNOWN!`: a data type that this version does not know.
    Unknown = 12,
    /// `#FIELD!`: a field that the data type does not have.
    Field = 13,
    /// `#CALC!`: a result that cells cannot hold, such as an empty array.
    Calc = 14,
    /// `#BUSY!`: an outside source is at work.
    Busy = 15,
    /// `#EXTERNAL!`: an outside source failed.
    External = 18,
    /// `#PYTHON!`: Python code in a cell failed.
    Python = 19,
}

/// Every error with its text.
const TEXTS: [(CellError, &str); 17] = [
    (CellError::Null, "#NULL!"),
    (CellError::Div0, "#DIV/0!"),
    (CellError::Value, "#VALUE!"),
    (CellError::Ref, "#REF!"),
    (CellError::Name, "#NAME?"),
    (CellError::Num, "#NUM!"),
    (CellError::Na, "#N/A"),
    (CellError::GettingData, "#GETTING_DATA"),
    (CellError::Spill, "#SPILL!"),
    (CellError::Connect, "#CONNECT!"),
    (CellError::Blocked, "#BLOCKED!"),
    (CellError::Unknown, "#UNKNOWN!"),
    (CellError::Field, "#FIELD!"),
    (CellError::Calc, "#CALC!"),
    (CellError::Busy, "#BUSY!"),
    (CellError::External, "#EXTERNAL!"),
    (CellError::Python, "#PYTHON!"),
];

impl CellError {
    /// Every error, in the order of their numbers.
    pub fn all() -> impl Iterator<Item = CellError> {
        TEXTS.iter().map(|(error, _)| *error)
    }

    /// The text that Excel shows, such as `#DIV/0!`.
    pub fn as_str(self) -> &'static str {
        TEXTS
            .iter()
            .find(|(error, _)| *error == self)
            .map_or("#VALUE!", |(_, text)| text)
    }

    /// The error that is spelled so, in any case; near misses such as `#DIV/0` are none.
    pub fn parse(text: &str) -> Option<CellError> {
        TEXTS
            .iter()
            .find(|(_, known)| known.eq_ignore_ascii_case(text))
            .map(|(error, _)| *error)
    }

    /// The number that `ERROR.TYPE` gives; the newest errors have none.
    pub fn number(self) -> Option<u8> {
        let number = self as u8;
        (number <= 14).then_some(number)
    }

    /// The error's code in a packed cell; [`CellError::from_code`] is its inverse.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// The error with this code.
    pub fn from_code(code: u8) -> Option<CellError> {
        TEXTS
            .iter()
            .find(|(error, _)| *error as u8 == code)
            .map(|(error, _)| *error)
    }
}

impl fmt::Display for CellError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
