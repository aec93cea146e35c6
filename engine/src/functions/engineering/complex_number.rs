//! A complex number as a value: how it is read, printed and computed with.

use libm::{atan2, cos, cosh, hypot, log, sin, sinh};

use crate::value::{CellError, Value, ValueRef, to_text};

/// A complex number, and how its imaginary unit is written, if that is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Complex {
    pub(super) re: f64,
    pub(super) im: f64,
    pub(super) unit: Option<char>,
}

impl Complex {
    /// The number 1.
    pub(super) const ONE: Complex = Complex {
        re: 1.0,
        im: 0.0,
        unit: None,
    };

    /// The number that a value is, or that its text writes.
    pub(super) fn of(value: ValueRef<'_>) -> Result<Complex, CellError> {
        match value {
            ValueRef::Blank => Ok(Complex::ONE.with(0.0, 0.0)),
            ValueRef::Number(re) => Ok(Complex::ONE.with(re, 0.0)),
            ValueRef::Boolean(_) => Err(CellError::Value),
            ValueRef::Error(error) => Err(error),
            ValueRef::Text(text) => Complex::parse(text).ok_or(CellError::Num),
        }
    }

    /// Reads `3`, `-i`, `4j`, `3.5e2-4i`.
    pub(super) fn parse(text: &str) -> Option<Complex> {
        let Some(unit) = text.chars().last().filter(|c| matches!(c, 'i' | 'j')) else {
            return Some(Complex::ONE.with(plain(text)?, 0.0));
        };
        let body = &text[..text.len() - 1];
        // The imaginary part begins at the last sign that does not belong to an exponent.
        let sign = body
            .char_indices()
            .rev()
            .find(|(place, c)| matches!(c, '+' | '-') && !body[..*place].ends_with(['e', 'E']));
        let (re, im) = body.split_at(sign.map_or(0, |(place, _)| place));
        let re = if re.is_empty() { 0.0 } else { plain(re)? };
        let im = match im {
            "" | "+" => 1.0,
            "-" => -1.0,
            digits => plain(digits)?,
        };
        Some(Complex {
            re,
            im,
            unit: Some(unit),
        })
    }

    /// Other parts in the same spelling.
    pub(super) fn with(self, re: f64, im: f64) -> Complex {
        Complex { re, im, ..self }
    }

    /// The number and another in one spelling.
    pub(super) fn agree(self, other: Complex) -> Result<Complex, CellError> {
        match (self.unit, other.unit) {
            (Some(a), Some(b)) if a != b => Err(CellError::Value),
            (own, others) => Ok(Complex {
                unit: own.or(others),
                ..self
            }),
        }
    }

    pub(super) fn times(self, other: Complex) -> Complex {
        self.with(
            self.re * other.re - self.im * other.im,
            self.re * other.im + self.im * other.re,
        )
    }

    pub(super) fn over(self, other: Complex) -> Result<Complex, CellError> {
        let square = other.re * other.re + other.im * other.im;
        if square == 0.0 {
            return Err(CellError::Num);
        }
        let product = self.times(other.with(other.re, -other.im));
        Ok(self.with(product.re / square, product.im / square))
    }

    /// The number that has this length and angle.
    pub(super) fn polar(self, length: f64, angle: f64) -> Complex {
        self.with(length * cos(angle), length * sin(angle))
    }

    pub(super) fn sine(self) -> Complex {
        self.with(sin(self.re) * cosh(self.im), cos(self.re) * sinh(self.im))
    }

    pub(super) fn cosine(self) -> Complex {
        self.with(cos(self.re) * cosh(self.im), -sin(self.re) * sinh(self.im))
    }

    pub(super) fn hyperbolic_sine(self) -> Complex {
        self.with(sinh(self.re) * cos(self.im), cosh(self.re) * sin(self.im))
    }

    pub(super) fn hyperbolic_cosine(self) -> Complex {
        self.with(cosh(self.re) * cos(self.im), sinh(self.re) * sin(self.im))
    }

    pub(super) fn logarithm(self) -> Result<Complex, CellError> {
        if self.re == 0.0 && self.im == 0.0 {
            return Err(CellError::Num);
        }
        Ok(self.with(log(hypot(self.re, self.im)), atan2(self.im, self.re)))
    }

    /// The number as a text.
    pub(super) fn print(self) -> Result<Value, CellError> {
        if !self.re.is_finite() || !self.im.is_finite() {
            return Err(CellError::Num);
        }
        let shown = |x: f64| to_text(ValueRef::Number(x + 0.0)).map(|text| text.into_owned());
        if self.im == 0.0 {
            return shown(self.re).map(Value::from);
        }
        let mut text = if self.re == 0.0 {
            String::new()
        } else {
            shown(self.re)?
        };
        if self.im > 0.0 && !text.is_empty() {
            text.push('+');
        }
        match self.im {
            1.0 => {}
            -1.0 => text.push('-'),
            im => text.push_str(&shown(im)?),
        }
        text.push(self.unit.unwrap_or('i'));
        Ok(Value::from(text))
    }
}

/// A number without anything around it.
fn plain(text: &str) -> Option<f64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let begins_well = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let number = text.parse::<f64>().ok()?;
    (begins_well && number.is_finite()).then_some(number)
}
