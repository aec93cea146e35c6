//! Integers as rows of bits: BITAND, BITOR, BITXOR, BITLSHIFT, BITRSHIFT.

use crate::functions::declare::functions;
use crate::value::CellError;

functions! {
    /// The bits that two numbers have in common.
    ///
    /// The numbers are integers from 0 to 2^48 - 1.
    ///
    ///     =BITAND(13, 25)  -> 9
    ///     =BITAND(-1, 1)   -> #NUM!
    ///     =BITAND(1.5, 1)  -> #NUM!
    "BITAND"(left: Number, right: Number) => map(and);

    /// The bits that either of two numbers has.
    ///
    ///     =BITOR(23, 10) -> 31
    "BITOR"(left: Number, right: Number) => map(or);

    /// The bits that one of two numbers has and the other has not.
    ///
    ///     =BITXOR(5, 3) -> 6
    "BITXOR"(left: Number, right: Number) => map(xor);

    /// A number with its bits moved to the left, to the right if `by` is negative.
    ///
    ///     =BITLSHIFT(4, 2)  -> 16
    ///     =BITLSHIFT(4, -2) -> 1
    ///     =BITLSHIFT(1, 48) -> #NUM!
    "BITLSHIFT"(number: Number, by: Number) => map(shift_left);

    /// A number with its bits moved to the right, to the left if `by` is negative.
    ///
    ///     =BITRSHIFT(13, 2)  -> 3
    ///     =BITRSHIFT(13, -2) -> 52
    "BITRSHIFT"(number: Number, by: Number) => map(shift_right);
}

/// Numbers of more bits are refused.
const LIMIT: f64 = (1_u64 << 48) as f64;

/// Shifts by more are refused.
const LARGEST_SHIFT: f64 = 53.0;

/// The number as an integer of at most 48 bits.
fn bits(number: f64) -> Result<u64, CellError> {
    if (0.0..LIMIT).contains(&number) && number.fract() == 0.0 {
        Ok(number as u64)
    } else {
        Err(CellError::Num)
    }
}

fn and(left: f64, right: f64) -> Result<f64, CellError> {
    Ok((bits(left)? & bits(right)?) as f64)
}

fn or(left: f64, right: f64) -> Result<f64, CellError> {
    Ok((bits(left)? | bits(right)?) as f64)
}

fn xor(left: f64, right: f64) -> Result<f64, CellError> {
    Ok((bits(left)? ^ bits(right)?) as f64)
}

fn shift_left(number: f64, by: f64) -> Result<f64, CellError> {
    let number = bits(number)?;
    let by = by.trunc();
    if by.abs() > LARGEST_SHIFT {
        return Err(CellError::Num);
    }
    if by <= 0.0 {
        return Ok((number >> (-by) as u32) as f64);
    }
    // 48 bits moved by 53 fit into 128.
    let shifted = (u128::from(number) << by as u32) as f64;
    if shifted < LIMIT {
        Ok(shifted)
    } else {
        Err(CellError::Num)
    }
}

fn shift_right(number: f64, by: f64) -> Result<f64, CellError> {
    shift_left(number, -by)
}
