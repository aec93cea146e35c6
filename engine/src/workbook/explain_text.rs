//! Explanations as texts: a line for each part, those within it indented.

use std::fmt::{self, Display, Formatter};

use super::explain::{ErrorOrigin, ExplainedPart, Explanation, PartResult};
use crate::value::{Array, Value};

/// Values of an array that are shown.
const VALUES: u64 = 8;

impl Display for Explanation {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.address)?;
        writeln!(f, "{}", Shown(&self.value))?;
        if let Some(why) = &self.unsupported {
            let formula = self.formula.as_deref().unwrap_or_default();
            writeln!(
                f,
                "{formula} is not computed ({why}): the cell keeps the value it had"
            )?;
        }
        if let Some(text) = &self.failure {
            writeln!(f, "{text}")?;
        }
        if let Some(anchor) = &self.filled_by {
            writeln!(f, "filled by the formula in {anchor}")?;
        }
        if self.circular {
            writeln!(f, "the formula reads its own result, so the cell shows 0")?;
        }
        for part in &self.parts {
            if !part.is_constant || part.depth == 0 || part.result == PartResult::NotEvaluated {
                writeln!(f, "{}{part}", "  ".repeat(part.depth as usize))?;
            }
        }
        if self.cut {
            writeln!(f, "and more parts, which are left out")?;
        }
        match &self.origin {
            Some(origin) => self.origin(origin, f),
            None => Ok(()),
        }
    }
}

impl Explanation {
    fn origin(&self, origin: &ErrorOrigin, f: &mut Formatter<'_>) -> fmt::Result {
        let ErrorOrigin {
            error,
            address,
            expression,
            path,
        } = origin;
        match expression {
            Some(expression) => write!(f, "{error} arises in {expression}")?,
            None => write!(f, "{error} stands as a value")?,
        }
        if path.len() > 1 || expression.is_none() {
            write!(f, " in {address}")?;
        }
        match path.as_slice() {
            [_, between @ .., _] if !between.is_empty() => {
                writeln!(f, ", by way of {}", between.join(", "))
            }
            _ => writeln!(f),
        }
    }
}

impl Display for ExplainedPart {
    /// The part's text and what it gives.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)?;
        match &self.result {
            PartResult::NotEvaluated => f.write_str(": not evaluated"),
            PartResult::Nothing => f.write_str(": no value"),
            PartResult::Value(value) => write!(f, "{}", Shown(value)),
            PartResult::Array(array) => write!(f, " = {}", ShownArray(array)),
            PartResult::Cells {
                addresses,
                count,
                values,
                ..
            } => {
                let addresses = addresses.join(",");
                // The address is worth a word only if the text does not say it.
                if addresses.rsplit('!').next() != Some(&self.text.replace('$', ""))
                    && addresses != self.text.replace('$', "")
                {
                    write!(f, " -> {addresses}")?;
                }
                match (count, values.as_slice()) {
                    (1, [value]) => write!(f, "{}", Shown(value)),
                    _ => write!(f, " = {}", ShownCells(*count, values)),
                }
            }
        }
    }
}

/// ` = 5`, or ` is blank`.
struct Shown<'a>(&'a Value);

impl Display for Shown<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::Blank => f.write_str(" is blank"),
            value => write!(f, " = {}", Literal(value)),
        }
    }
}

/// A value as a formula would spell it.
struct Literal<'a>(&'a Value);

impl Display for Literal<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::Text(text) => {
                let text: String = text
                    .chars()
                    .map(|c| if c.is_control() { ' ' } else { c })
                    .collect();
                write!(f, "\"{}\"", text.replace('"', "\"\""))
            }
            value => write!(f, "{value}"),
        }
    }
}

/// The first values of several cells and how many there are.
struct ShownCells<'a>(u64, &'a [Value]);

impl Display for ShownCells<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let ShownCells(count, values) = self;
        let texts: Vec<String> = values
            .iter()
            .map(|value| Literal(value).to_string())
            .collect();
        let more = if *count > values.len() as u64 {
            ", ..."
        } else {
            ""
        };
        write!(f, "{count} cells ({}{more})", texts.join(", "))
    }
}

/// An array with its first values.
struct ShownArray<'a>(&'a Array);

impl Display for ShownArray<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let array = self.0;
        let size = u64::from(array.rows()) * u64::from(array.columns());
        write!(f, "{} x {} {{", array.rows(), array.columns())?;
        for place in 0..size.min(VALUES) {
            let columns = u64::from(array.columns());
            let (row, column) = (place / columns, place % columns);
            let separator = match (row, column) {
                (0, 0) => "",
                (_, 0) => ";",
                _ => ",",
            };
            let value = array.get(row as u32, column as u32);
            write!(f, "{separator}{}", Literal(value))?;
        }
        f.write_str(if size > VALUES { ",...}" } else { "}" })
    }
}
