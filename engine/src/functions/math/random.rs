//! Random numbers: RAND, RANDBETWEEN, RANDARRAY.
//!
//! The generator counts instead of remembering (Philox 4x32 with 10 rounds): a draw is a function of the seed, the
//! recalculation, the formula's cell and the ordinal of the draw in its evaluation. So the values do not depend on the
//! order in which cells are calculated, nor on the number of threads.

use crate::functions::declare::functions;
use crate::functions::{Context, Operand};
use crate::value::{Array, CellError, Value};

functions! {
    /// A random number from 0 to less than 1, another one at each recalculation.
    ///
    ///     =AND(RAND() >= 0, RAND() < 1) -> TRUE
    "RAND"() [volatile] => map_in(rand);

    /// A random integer between two numbers, both included; `bottom` is rounded up, `top` down.
    ///
    ///     =RANDBETWEEN(3, 3)  -> 3
    ///     =RANDBETWEEN(2, 1)  -> #NUM!
    "RANDBETWEEN"(bottom: Number, top: Number) [volatile, refuses_ranges] => map_in(rand_between);

    /// An array of random numbers, integers if `whole` is TRUE.
    ///
    ///     =RANDARRAY(1, 2, 5, 5, TRUE) -> {5,5}
    ///     =RANDARRAY(1, 1, 2, 1)       -> #VALUE!
    "RANDARRAY"(rows: Number = 1, columns: Number = 1, min: Number = 0, max: Number = 1, whole: Boolean = false) [volatile, spills] => map_rest(rand_array);
}

fn rand(context: &Context<'_>) -> f64 {
    draw(context)
}

fn rand_between(context: &Context<'_>, bottom: f64, top: f64) -> Result<f64, CellError> {
    let (bottom, top) = (bottom.ceil(), top.floor());
    if bottom > top {
        return Err(CellError::Num);
    }
    Ok(integer(context, bottom, top))
}

fn rand_array(context: &Context<'_>, operands: &[Operand]) -> Result<Operand, CellError> {
    let number = |index: usize| match operands.get(index) {
        Some(Operand::Value(Value::Number(x))) => Ok(*x),
        _ => Err(CellError::Value),
    };
    let whole = matches!(operands.get(4), Some(Operand::Value(Value::Boolean(true))));
    let (rows, columns) = (size(number(0)?)?, size(number(1)?)?);
    let (min, max) = (number(2)?, number(3)?);
    let fractions = min.fract() != 0.0 || max.fract() != 0.0;
    if min > max || (whole && fractions) {
        return Err(CellError::Value);
    }
    Array::check_size(rows, columns)?;
    let element = |_| match whole {
        true => integer(context, min, max),
        false => min + draw(context) * (max - min),
    };
    let count = rows as usize * columns as usize;
    let cells = (0..count).map(element).map(Value::number).collect();
    Array::new(rows, columns, cells).map(Operand::from)
}

/// A number of rows or columns.
fn size(number: f64) -> Result<u32, CellError> {
    match number.trunc() {
        number if number < 0.0 => Err(CellError::Value),
        0.0 => Err(CellError::Calc),
        number => Ok(number.min(f64::from(u32::MAX)) as u32),
    }
}

/// A random integer between two integers, both included.
fn integer(context: &Context<'_>, bottom: f64, top: f64) -> f64 {
    let span = top - bottom + 1.0;
    // Among large numbers the product may be rounded up to the whole span.
    (bottom + (draw(context) * span).floor()).min(top)
}

/// The next number of this evaluation, from 0 to less than 1 in steps of 2^-53.
fn draw(context: &Context<'_>) -> f64 {
    const STEP: f64 = 1.0 / (1_u64 << 53) as f64;
    let ordinal = context.draws.get();
    context.draws.set(ordinal.wrapping_add(1));
    let key = mix(context.tick.seed ^ mix(context.tick.epoch));
    let counter = [
        context.sheet.0,
        context.cell.row,
        context.cell.column,
        ordinal,
    ];
    let [high, low, ..] = philox(counter, [key as u32, (key >> 32) as u32]);
    let bits = (u64::from(high) << 32 | u64::from(low)) >> 11;
    bits as f64 * STEP
}

/// Spreads the bits of a number over all of its 64 bits; no two numbers have the same image.
fn mix(mut x: u64) -> u64 {
    x = x.wrapping_add(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// The block of the generator Philox 4x32-10 at a counter.
fn philox(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    const ROUNDS: usize = 10;
    let product = |a: u32, b: u32| {
        let wide = u64::from(a) * u64::from(b);
        ((wide >> 32) as u32, wide as u32)
    };
    for _ in 0..ROUNDS {
        let (high0, low0) = product(0xD251_1F53, counter[0]);
        let (high1, low1) = product(0xCD9E_8D57, counter[2]);
        counter = [
            high1 ^ counter[1] ^ key[0],
            low1,
            high0 ^ counter[3] ^ key[1],
            low0,
        ];
        key = [
            key[0].wrapping_add(0x9E37_79B9),
            key[1].wrapping_add(0xBB67_AE85),
        ];
    }
    counter
}

#[cfg(test)]
mod tests {
    use super::philox;
    use crate::functions::Operand;
    use crate::functions::test_sheet::TestSheet;
    use crate::value::{CellError, Value};

    /// The known answers that its authors publish.
    #[test]
    fn the_generator_gives_its_known_answers() {
        let zero = philox([0; 4], [0; 2]);
        assert_eq!(zero, [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        let ones = philox([u32::MAX; 4], [u32::MAX; 2]);
        assert_eq!(ones, [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
        let digits_of_pi = philox(
            [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
            [0xa409_3822, 0x299f_31d0],
        );
        assert_eq!(
            digits_of_pi,
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn a_draw_depends_on_the_recalculation_alone() {
        let mut sheet = TestSheet::default();
        let first = sheet.number("RAND", &[]);
        assert_eq!(sheet.number("RAND", &[]), first);
        sheet.epoch = 1;
        assert_ne!(sheet.number("RAND", &[]), first);
        assert!((0.0..1.0).contains(&first));
    }

    #[test]
    fn each_element_is_a_draw_of_its_own() {
        let sheet = TestSheet::default();
        let Operand::Array(array) = sheet.call(
            "RANDARRAY",
            &[40.0.into(), 5.0.into(), 1.0.into(), 6.0.into(), true.into()],
        ) else {
            panic!("an array");
        };
        let mut counts = [0; 7];
        for value in array.cells() {
            let Value::Number(x) = value else {
                panic!("a number")
            };
            assert_eq!(x.fract(), 0.0);
            counts[*x as usize] += 1;
        }
        assert_eq!(counts[0], 0);
        assert!(
            counts[1..].iter().all(|count| (10..=60).contains(count)),
            "{counts:?}"
        );
    }

    #[test]
    fn integers_stay_between_their_bounds() {
        let sheet = TestSheet::default();
        let between =
            |bottom: f64, top: f64| sheet.value("RANDBETWEEN", &[bottom.into(), top.into()]);
        assert_eq!(between(2.5, 3.9), 3.0.into());
        assert_eq!(between(2.1, 2.9), CellError::Num.into());
        assert_eq!(between(-7.0, -7.0), Value::from(-7.0));
        let random = |arguments: &[Operand]| sheet.value("RANDARRAY", arguments);
        assert_eq!(random(&[0.0.into()]), CellError::Calc.into());
        assert_eq!(random(&[(-1.0).into()]), CellError::Value.into());
        assert_eq!(random(&[1e9.into(), 1e9.into()]), CellError::Num.into());
        let uneven = [1.0.into(), 1.0.into(), 0.5.into(), 2.0.into(), true.into()];
        assert_eq!(random(&uneven), CellError::Value.into());
    }
}
