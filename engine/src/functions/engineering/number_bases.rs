//! Numbers as digits of another base: BIN2DEC and its kin, BASE, DECIMAL.
//!
//! The functions between bases 2, 8, 10 and 16 take at most ten digits, and in ten digits the first one tells the sign:
//! two's complement of 10 binary, 30 octal or 40 hexadecimal bits.

use super::super::Context;
use crate::functions::declare::functions;
use crate::value::{CellError, Conventions, Value, ValueRef, to_number, to_text};

functions! {
    /// A binary number of at most ten digits as a decimal one.
    ///
    ///     =BIN2DEC(1100100)      -> 100
    ///     =BIN2DEC("1111111111") -> -1
    ///     =BIN2DEC(2)            -> #NUM!
    ///     =BIN2DEC(TRUE)         -> #VALUE!
    "BIN2DEC"(number: Any) [refuses_ranges] => map(decimal_of_binary);

    /// A binary number as an octal one, with at least `places` digits.
    ///
    ///     =BIN2OCT(1001, 3)     -> "011"
    ///     =BIN2OCT("1111111111") -> "7777777777"
    "BIN2OCT"(number: Any, places: Any or omitted) [refuses_ranges] => map_in(octal_of_binary);

    /// A binary number as a hexadecimal one, with at least `places` digits.
    ///
    ///     =BIN2HEX(11111011, 4) -> "00FB"
    "BIN2HEX"(number: Any, places: Any or omitted) [refuses_ranges] => map_in(hexadecimal_of_binary);

    /// An octal number of at most ten digits as a decimal one.
    ///
    ///     =OCT2DEC(54)           -> 44
    ///     =OCT2DEC("7777777533") -> -165
    "OCT2DEC"(number: Any) [refuses_ranges] => map(decimal_of_octal);

    /// An octal number as a binary one, with at least `places` digits.
    ///
    ///     =OCT2BIN(3, 3)         -> "011"
    ///     =OCT2BIN("7777777000") -> "1000000000"
    "OCT2BIN"(number: Any, places: Any or omitted) [refuses_ranges] => map_in(binary_of_octal);

    /// An octal number as a hexadecimal one, with at least `places` digits.
    ///
    ///     =OCT2HEX(100, 4)       -> "0040"
    ///     =OCT2HEX("7777777533") -> "FFFFFFFF5B"
    "OCT2HEX"(number: Any, places: Any or omitted) [refuses_ranges] => map_in(hexadecimal_of_octal);

    /// A hexadecimal number of at most ten digits as a decimal one.
    ///
    ///     =HEX2DEC("A5")         -> 165
    ///     =HEX2DEC("FFFFFFFF5B") -> -165
    "HEX2DEC"(number: Any) [refuses_ranges] => map(decimal_of_hexadecimal);

    /// A hexadecimal number as a binary one, with at least `places` digits.
    ///
    ///     =HEX2BIN("F", 8)       -> "00001111"
    ///     =HEX2BIN("200")        -> #NUM!
    "HEX2BIN"(number: Any, places: Any or omitted) [refuses_ranges] => map_in(binary_of_hexadecimal);

    /// A hexadecimal number as an octal one, with at least `places` digits.
    ///
    ///     =HEX2OCT("F", 3)       -> "017"
    ///     =HEX2OCT("FFFFFFFF00") -> "7777777400"
    "HEX2OCT"(number: Any, places: Any or omitted) [refuses_ranges] => map_in(octal_of_hexadecimal);

    /// A decimal number as a binary one, with at least `places` digits; decimals are cut off.
    ///
    ///     =DEC2BIN(9, 4)  -> "1001"
    ///     =DEC2BIN(-100)  -> "1110011100"
    ///     =DEC2BIN(512)   -> #NUM!
    ///     =DEC2BIN(9, 3)  -> #NUM!
    ///     =DEC2BIN("x", 0) -> #NUM!
    ///     =DEC2BIN("x", 1) -> #VALUE!
    "DEC2BIN"(number: Any, places: Any or omitted) [refuses_ranges] => map_in(binary_of_decimal);

    /// A decimal number as an octal one, with at least `places` digits; decimals are cut off.
    ///
    ///     =DEC2OCT(58, 3) -> "072"
    ///     =DEC2OCT(-100)  -> "7777777634"
    "DEC2OCT"(number: Any, places: Any or omitted) [refuses_ranges] => map_in(octal_of_decimal);

    /// A decimal number as a hexadecimal one, with at least `places` digits; decimals are cut off.
    ///
    ///     =DEC2HEX(100, 4) -> "0064"
    ///     =DEC2HEX(-54)    -> "FFFFFFFFCA"
    "DEC2HEX"(number: Any, places: Any or omitted) [refuses_ranges] => map_in(hexadecimal_of_decimal);

    /// A number in a base from 2 to 36, with at least `digits` digits; decimals are cut off.
    ///
    ///     =BASE(15, 2, 10) -> "0000001111"
    ///     =BASE(255, 16)   -> "FF"
    ///     =BASE(-1, 2)     -> #NUM!
    "BASE"(number: Number, base: Number, digits: Number = 0) => map(in_base);

    /// The number that digits of a base from 2 to 36 mean.
    ///
    ///     =DECIMAL("FF", 16) -> 255
    ///     =DECIMAL("zap", 36) -> 45745
    ///     =DECIMAL("2", 2)   -> #NUM!
    "DECIMAL"(text: Text, base: Number) => map(of_base);
}

/// Digits that a number of these bases has at most.
const DIGITS: usize = 10;

/// A base whose ten digits hold a signed number.
#[derive(Clone, Copy)]
struct Base {
    radix: u32,
    /// Bits of ten digits.
    bits: u32,
}

const BINARY: Base = Base { radix: 2, bits: 10 };
const OCTAL: Base = Base { radix: 8, bits: 30 };
const HEXADECIMAL: Base = Base {
    radix: 16,
    bits: 40,
};

/// The text of a number of another base; TRUE and FALSE are none.
fn digits_of(value: ValueRef<'_>) -> Result<String, CellError> {
    match value {
        ValueRef::Boolean(_) => Err(CellError::Value),
        value => Ok(to_text(value)?.trim().to_owned()),
    }
}

impl Base {
    /// The number that a text of at most ten digits means; no digit at all is 0.
    fn read(self, value: ValueRef<'_>) -> Result<i64, CellError> {
        let text = digits_of(value)?;
        if text.is_empty() {
            return Ok(0);
        }
        // A sign would be read as part of the number.
        let is_digits = text.chars().all(|c| c.is_digit(self.radix));
        if !is_digits || text.len() > DIGITS {
            return Err(CellError::Num);
        }
        let number = i64::from_str_radix(&text, self.radix).map_err(|_| CellError::Num)?;
        let half = 1_i64 << (self.bits - 1);
        Ok(if number >= half {
            number - 2 * half
        } else {
            number
        })
    }

    /// The digits of a number, filled up with zeros; a negative number always has ten.
    fn write(self, number: i64, places: Option<usize>) -> Result<Value, CellError> {
        let half = 1_i64 << (self.bits - 1);
        if !(-half..half).contains(&number) {
            return Err(CellError::Num);
        }
        if number < 0 {
            return Ok(Value::from(digits((2 * half + number) as u64, self.radix)));
        }
        let text = digits(number as u64, self.radix);
        match places {
            Some(places) if places < text.len() => Err(CellError::Num),
            Some(places) => Ok(Value::from(format!("{text:0>places$}"))),
            None => Ok(Value::from(text)),
        }
    }
}

/// The digits of a number in any base up to 36, in capitals.
fn digits(mut number: u64, radix: u32) -> String {
    let mut reversed = Vec::new();
    loop {
        let digit = char::from_digit((number % u64::from(radix)) as u32, radix);
        reversed.extend(digit.map(|digit| digit.to_ascii_uppercase()));
        number /= u64::from(radix);
        if number == 0 {
            return reversed.into_iter().rev().collect();
        }
    }
}

/// How many digits are asked for: 1 to 10.
fn places(
    places: Option<ValueRef<'_>>,
    conventions: &Conventions,
) -> Result<Option<usize>, CellError> {
    let Some(value) = places else { return Ok(None) };
    if matches!(value, ValueRef::Boolean(_)) {
        return Err(CellError::Value);
    }
    let count = to_number(value, conventions)?.trunc();
    if (1.0..=DIGITS as f64).contains(&count) {
        Ok(Some(count as usize))
    } else {
        Err(CellError::Num)
    }
}

/// The number of a decimal argument, cut to an integer.
fn decimal(value: ValueRef<'_>, conventions: &Conventions) -> Result<i64, CellError> {
    if matches!(value, ValueRef::Boolean(_)) {
        return Err(CellError::Value);
    }
    let number = to_number(value, conventions)?.trunc();
    // The widest base holds 40 bits; anything near the limits of i64 is refused by all.
    if number.abs() < 1e15 {
        Ok(number as i64)
    } else {
        Err(CellError::Num)
    }
}

/// Reads in one base and writes in another.
macro_rules! conversions {
    ($($name:ident: $from:expr => $to:expr;)*) => {$(
        fn $name(context: &Context<'_>, number: ValueRef<'_>, digits: Option<ValueRef<'_>>) -> Result<Value, CellError> {
            // Excel looks at the number of digits first: `DEC2BIN("x", 0)` is #NUM!.
            let places = places(digits, context.conventions)?;
            $to.write($from(number, context.conventions)?, places)
        }
    )*};
}

conversions! {
    octal_of_binary: |value, _: &Conventions| BINARY.read(value) => OCTAL;
    hexadecimal_of_binary: |value, _: &Conventions| BINARY.read(value) => HEXADECIMAL;
    binary_of_octal: |value, _: &Conventions| OCTAL.read(value) => BINARY;
    hexadecimal_of_octal: |value, _: &Conventions| OCTAL.read(value) => HEXADECIMAL;
    binary_of_hexadecimal: |value, _: &Conventions| HEXADECIMAL.read(value) => BINARY;
    octal_of_hexadecimal: |value, _: &Conventions| HEXADECIMAL.read(value) => OCTAL;
    binary_of_decimal: decimal => BINARY;
    octal_of_decimal: decimal => OCTAL;
    hexadecimal_of_decimal: decimal => HEXADECIMAL;
}

fn decimal_of_binary(number: ValueRef<'_>) -> Result<f64, CellError> {
    Ok(BINARY.read(number)? as f64)
}

fn decimal_of_octal(number: ValueRef<'_>) -> Result<f64, CellError> {
    Ok(OCTAL.read(number)? as f64)
}

fn decimal_of_hexadecimal(number: ValueRef<'_>) -> Result<f64, CellError> {
    Ok(HEXADECIMAL.read(number)? as f64)
}

/// A base from 2 to 36.
fn radix(base: f64) -> Result<u32, CellError> {
    let base = base.trunc();
    if (2.0..=36.0).contains(&base) {
        Ok(base as u32)
    } else {
        Err(CellError::Num)
    }
}

/// From here on not every integer is a double.
const INTEGERS: f64 = (1_u64 << 53) as f64;

fn in_base(number: f64, base: f64, least: f64) -> Result<Value, CellError> {
    let (number, least) = (number.trunc(), least.trunc());
    if !(0.0..INTEGERS).contains(&number) || !(0.0..=255.0).contains(&least) {
        return Err(CellError::Num);
    }
    let text = digits(number as u64, radix(base)?);
    let least = least as usize;
    Ok(Value::from(format!("{text:0>least$}")))
}

fn of_base(text: &str, base: f64) -> Result<f64, CellError> {
    let radix = radix(base)?;
    let text = text.trim();
    if text.len() > 255 {
        return Err(CellError::Value);
    }
    let mut number = 0.0;
    for c in text.chars() {
        let digit = c.to_digit(radix).ok_or(CellError::Num)?;
        number = number * f64::from(radix) + f64::from(digit);
    }
    Ok(number)
}
