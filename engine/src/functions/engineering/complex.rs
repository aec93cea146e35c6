//! Complex numbers, written as texts such as `3+4i`: COMPLEX, IMREAL, IMSUM, IMSQRT and their kin.

use libm::{atan2, exp, hypot, log};

use super::complex_number::Complex;
use crate::functions::declare::functions;
use crate::functions::numbers::visit;
use crate::functions::{Context, Operand};
use crate::value::{CellError, Value, ValueRef};

functions! {
    /// The complex number of a real and an imaginary part.
    ///
    ///     =COMPLEX(3, 4)      -> "3+4i"
    ///     =COMPLEX(0, -1, "j") -> "-j"
    ///     =COMPLEX(3, 4, "k") -> #VALUE!
    "COMPLEX"(real: Number, imaginary: Number, unit: Text = "i") [refuses_ranges] => map(complex);

    /// The real part of a complex number.
    ///
    ///     =IMREAL("6-9i") -> 6
    ///     =IMREAL("six")  -> #NUM!
    "IMREAL"(number: Any) [refuses_ranges] => map(real);

    /// The imaginary part of a complex number.
    ///
    ///     =IMAGINARY("3+4i") -> 4
    ///     =IMAGINARY("-j")   -> -1
    ///     =IMAGINARY(4)      -> 0
    "IMAGINARY"(number: Any) [refuses_ranges] => map(imaginary);

    /// The absolute value of a complex number.
    ///
    ///     =IMABS("5+12i") -> 13
    "IMABS"(number: Any) [refuses_ranges] => map(absolute);

    /// The angle of a complex number.
    ///
    ///     =ROUND(IMARGUMENT("3+4i"), 8) -> 0.92729522
    ///     =IMARGUMENT(0)                -> #DIV/0!
    "IMARGUMENT"(number: Any) [refuses_ranges] => map(argument);

    /// The number with the sign of its imaginary part changed.
    ///
    ///     =IMCONJUGATE("3+4i") -> "3-4i"
    "IMCONJUGATE"(number: Any) [refuses_ranges] => map(conjugate);

    /// The sum of complex numbers.
    ///
    ///     =IMSUM("3+4i", "5-3i") -> "8+i"
    "IMSUM"(; repeat number: Table) [refuses_ranges] => array_rest(sum);

    /// The product of complex numbers.
    ///
    ///     =IMPRODUCT("3+4i", "5-3i") -> "27+11i"
    ///     =IMPRODUCT("1+2i", 30)     -> "30+60i"
    "IMPRODUCT"(; repeat number: Table) [refuses_ranges] => array_rest(product);

    /// The difference of two complex numbers.
    ///
    ///     =IMSUB("13+4i", "5+3i") -> "8+i"
    "IMSUB"(left: Any, right: Any) [refuses_ranges] => map(difference);

    /// The quotient of two complex numbers.
    ///
    ///     =IMDIV("-238+240i", "10+24i") -> "5+12i"
    ///     =IMDIV(1, 0)                  -> #NUM!
    "IMDIV"(left: Any, right: Any) [refuses_ranges] => map(quotient);

    /// A complex number to a real power.
    ///
    ///     =ROUND(IMREAL(IMPOWER("2+3i", 3)), 9) -> -46
    "IMPOWER"(number: Any, power: Number) [refuses_ranges] => map(power);

    /// The square root of a complex number.
    ///
    ///     =ROUND(IMREAL(IMSQRT("1+i")), 8) -> 1.09868411
    "IMSQRT"(number: Any) [refuses_ranges] => map(root);

    /// The exponential of a complex number.
    ///
    ///     =ROUND(IMAGINARY(IMEXP("1+i")), 8) -> 2.28735529
    "IMEXP"(number: Any) [refuses_ranges] => map(exponential);

    /// The natural logarithm of a complex number.
    ///
    ///     =ROUND(IMREAL(IMLN("3+4i")), 8) -> 1.60943791
    ///     =IMLN(0)                        -> #NUM!
    "IMLN"(number: Any) [refuses_ranges] => map(logarithm);

    /// The logarithm to base 10 of a complex number.
    ///
    ///     =ROUND(IMREAL(IMLOG10("3+4i")), 6) -> 0.69897
    "IMLOG10"(number: Any) [refuses_ranges] => map(logarithm_10);

    /// The logarithm to base 2 of a complex number.
    ///
    ///     =ROUND(IMREAL(IMLOG2("3+4i")), 8) -> 2.32192809
    "IMLOG2"(number: Any) [refuses_ranges] => map(logarithm_2);

    /// The sine of a complex number.
    ///
    ///     =ROUND(IMREAL(IMSIN("3+4i")), 6) -> 3.853738
    "IMSIN"(number: Any) [refuses_ranges] => map(sine);

    /// The cosine of a complex number.
    ///
    ///     =ROUND(IMREAL(IMCOS("1+i")), 8) -> 0.83373003
    "IMCOS"(number: Any) [refuses_ranges] => map(cosine);

    /// The tangent of a complex number.
    ///
    ///     =ROUND(IMAGINARY(IMTAN("4+3i")), 6) -> 1.00071
    "IMTAN"(number: Any) => map(tangent);

    /// The cotangent of a complex number.
    ///
    ///     =ROUND(IMREAL(IMCOT("4+3i")), 6) -> 0.004901
    "IMCOT"(number: Any) => map(cotangent);

    /// The secant of a complex number.
    ///
    ///     =ROUND(IMREAL(IMSEC("4+3i")), 6) -> -0.065294
    "IMSEC"(number: Any) => map(secant);

    /// The cosecant of a complex number.
    ///
    ///     =ROUND(IMREAL(IMCSC("4+3i")), 5) -> -0.07549
    "IMCSC"(number: Any) => map(cosecant);

    /// The hyperbolic sine of a complex number.
    ///
    ///     =ROUND(IMREAL(IMSINH("4+3i")), 5) -> -27.01681
    "IMSINH"(number: Any) => map(hyperbolic_sine);

    /// The hyperbolic cosine of a complex number.
    ///
    ///     =ROUND(IMREAL(IMCOSH("4+3i")), 5) -> -27.03495
    "IMCOSH"(number: Any) => map(hyperbolic_cosine);

    /// The hyperbolic secant of a complex number.
    ///
    ///     =ROUND(IMREAL(IMSECH("4+3i")), 6) -> -0.036253
    "IMSECH"(number: Any) => map(hyperbolic_secant);

    /// The hyperbolic cosecant of a complex number.
    ///
    ///     =ROUND(IMREAL(IMCSCH("4+3i")), 6) -> -0.036276
    "IMCSCH"(number: Any) => map(hyperbolic_cosecant);
}

fn complex(re: f64, im: f64, unit: &str) -> Result<Value, CellError> {
    let unit = match unit {
        "i" | "" => 'i',
        "j" => 'j',
        _ => return Err(CellError::Value),
    };
    let unit = Some(unit);
    Complex { re, im, unit }.print()
}

fn real(number: ValueRef<'_>) -> Result<f64, CellError> {
    Ok(Complex::of(number)?.re)
}

fn imaginary(number: ValueRef<'_>) -> Result<f64, CellError> {
    Ok(Complex::of(number)?.im)
}

fn absolute(number: ValueRef<'_>) -> Result<f64, CellError> {
    let number = Complex::of(number)?;
    Ok(hypot(number.re, number.im))
}

fn argument(number: ValueRef<'_>) -> Result<f64, CellError> {
    let number = Complex::of(number)?;
    if number.re == 0.0 && number.im == 0.0 {
        return Err(CellError::Div0);
    }
    Ok(atan2(number.im, number.re))
}

/// What is left of the numbers of all arguments, taken one after the other.
fn over_all(
    context: &Context<'_>,
    operands: &[Operand],
    start: Complex,
    join: impl Fn(Complex, Complex) -> Complex,
) -> Result<Operand, CellError> {
    let mut result = start;
    for operand in operands {
        visit(context, operand, &mut |value| {
            let number = Complex::of(value)?;
            result = join(result.agree(number)?, number);
            Ok(())
        })?;
    }
    result.print().map(Operand::Value)
}

fn sum(context: &Context<'_>, operands: &[Operand]) -> Result<Operand, CellError> {
    let zero = Complex::ONE.with(0.0, 0.0);
    over_all(context, operands, zero, |a, b| {
        a.with(a.re + b.re, a.im + b.im)
    })
}

fn product(context: &Context<'_>, operands: &[Operand]) -> Result<Operand, CellError> {
    over_all(context, operands, Complex::ONE, Complex::times)
}

fn difference(left: ValueRef<'_>, right: ValueRef<'_>) -> Result<Value, CellError> {
    let right = Complex::of(right)?;
    let left = Complex::of(left)?.agree(right)?;
    left.with(left.re - right.re, left.im - right.im).print()
}

fn quotient(left: ValueRef<'_>, right: ValueRef<'_>) -> Result<Value, CellError> {
    let right = Complex::of(right)?;
    let left = Complex::of(left)?.agree(right)?;
    left.over(right)?.print()
}

fn power(number: ValueRef<'_>, power: f64) -> Result<Value, CellError> {
    let number = Complex::of(number)?;
    let length = hypot(number.re, number.im);
    if length == 0.0 {
        return match power {
            power if power > 0.0 => number.with(0.0, 0.0).print(),
            _ => Err(CellError::Num),
        };
    }
    let angle = atan2(number.im, number.re);
    number
        .polar(libm::pow(length, power), angle * power)
        .print()
}

fn scaled(number: ValueRef<'_>, base: f64) -> Result<Value, CellError> {
    let logarithm = Complex::of(number)?.logarithm()?;
    let scale = log(base);
    logarithm
        .with(logarithm.re / scale, logarithm.im / scale)
        .print()
}

fn logarithm_10(number: ValueRef<'_>) -> Result<Value, CellError> {
    scaled(number, 10.0)
}

fn logarithm_2(number: ValueRef<'_>) -> Result<Value, CellError> {
    scaled(number, 2.0)
}

/// Kernels that give one complex number for another.
macro_rules! of_one {
    ($($kernel:ident: |$number:ident| $result:expr;)*) => { $(
        fn $kernel(number: ValueRef<'_>) -> Result<Value, CellError> {
            let $number = Complex::of(number)?;
            $result.print()
        }
    )* };
}

of_one! {
    conjugate: |z| z.with(z.re, -z.im);
    root: |z| z.polar(hypot(z.re, z.im).sqrt(), atan2(z.im, z.re) / 2.0);
    exponential: |z| z.polar(exp(z.re), z.im);
    logarithm: |z| z.logarithm()?;
    sine: |z| z.sine();
    cosine: |z| z.cosine();
    tangent: |z| z.sine().over(z.cosine())?;
    cotangent: |z| z.cosine().over(z.sine())?;
    secant: |z| z.with(1.0, 0.0).over(z.cosine())?;
    cosecant: |z| z.with(1.0, 0.0).over(z.sine())?;
    hyperbolic_sine: |z| z.hyperbolic_sine();
    hyperbolic_cosine: |z| z.hyperbolic_cosine();
    hyperbolic_secant: |z| z.with(1.0, 0.0).over(z.hyperbolic_cosine())?;
    hyperbolic_cosecant: |z| z.with(1.0, 0.0).over(z.hyperbolic_sine())?;
}
