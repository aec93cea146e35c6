//! Rounding: MROUND and its kin.

use crate::functions::declare::functions;
use crate::value::CellError;

functions! {
    /// Rounds `number` to the nearest multiple of `multiple`.
    ///
    /// Halfway cases go away from zero. The signs must agree, otherwise `#NUM!`.
    ///
    ///     =MROUND(10, 3)    -> 9
    ///     =MROUND(5, -2)    -> #NUM!
    "MROUND"(number: Number, multiple: Number) => map(mround);
}

fn mround(number: f64, multiple: f64) -> Result<f64, CellError> {
    if multiple == 0.0 || number == 0.0 {
        return Ok(0.0);
    }
    if (number < 0.0) != (multiple < 0.0) {
        return Err(CellError::Num);
    }
    Ok((number / multiple).round() * multiple)
}
