//! Values that count themselves, so that one that is leaked, dropped twice or read after its end is noticed.

use crate::sync::{Tallied, tally};

const LIVING: u64 = 0x5EED_CAFE_5EED_CAFE;

/// A number that knows whether it lives.
#[derive(Debug)]
pub struct Value {
    number: u64,
    mark: u64,
}

impl Value {
    /// A value that is alive.
    pub fn new(number: u64) -> Value {
        tally(Tallied::Values, 1);
        Value {
            number,
            mark: LIVING ^ number,
        }
    }

    /// Its number.
    pub fn number(&self) -> u64 {
        assert_eq!(
            self.mark,
            LIVING ^ self.number,
            "a value is read after its end"
        );
        self.number
    }

    /// Values that are alive.
    pub fn alive() -> isize {
        tally(Tallied::Values, 0)
    }
}

impl Clone for Value {
    fn clone(&self) -> Value {
        Value::new(self.number())
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        assert_eq!(self.mark, LIVING ^ self.number, "a value is dropped twice");
        self.mark = 0;
        tally(Tallied::Values, -1);
    }
}
