//! Counting: COUNT, COUNTA, COUNTBLANK.

use std::ops::ControlFlow;

use crate::functions::declare::functions;
use crate::functions::{Context, Fold, Reference};
use crate::value::{CellError, Value, ValueRef, to_number};

functions! {
    /// How many numbers there are.
    ///
    /// Written as an argument, TRUE, FALSE and numeric texts count too. Errors are passed over.
    ///
    ///     =COUNT(1, "2", TRUE, "x")  -> 3
    ///     =COUNT({1,"2",TRUE,#N/A})  -> 1
    "COUNT"(; repeat value: Numbers) => fold(Count);

    /// How many values there are that are not blank; errors and empty texts count too.
    ///
    ///     =COUNTA(2, "A", "", #REF!,) -> 5
    ///     =COUNTA({1,"",#N/A})        -> 3
    "COUNTA"(; repeat value: Numbers) => fold(CountAll);

    /// How many cells of a range are blank or hold an empty text.
    ///
    ///     =COUNTBLANK(K1:L3) -> 6
    "COUNTBLANK"(range: Range) => array(count_blank);
}

/// How many numbers.
#[derive(Clone)]
struct Count(u64);

impl Fold for Count {
    fn start(_: &Context<'_>) -> Self {
        Count(0)
    }

    fn argument(&mut self, value: &Value, context: &Context<'_>) -> Result<(), CellError> {
        self.0 += u64::from(to_number(value, context.conventions).is_ok());
        Ok(())
    }

    fn cell(&mut self, value: ValueRef<'_>) -> Result<(), CellError> {
        self.0 += u64::from(matches!(value, ValueRef::Number(_)));
        Ok(())
    }

    fn numbers(&mut self, numbers: &[f64]) -> Result<(), CellError> {
        self.0 += numbers.len() as u64;
        Ok(())
    }

    fn merge(&mut self, later: Self) {
        self.0 += later.0;
    }

    fn finish(self) -> Result<f64, CellError> {
        Ok(self.0 as f64)
    }
}

/// How many values.
#[derive(Clone)]
struct CountAll(u64);

impl Fold for CountAll {
    fn start(_: &Context<'_>) -> Self {
        CountAll(0)
    }

    fn argument(&mut self, _: &Value, _: &Context<'_>) -> Result<(), CellError> {
        self.0 += 1;
        Ok(())
    }

    fn cell(&mut self, value: ValueRef<'_>) -> Result<(), CellError> {
        self.0 += u64::from(value != ValueRef::Blank);
        Ok(())
    }

    fn numbers(&mut self, numbers: &[f64]) -> Result<(), CellError> {
        self.0 += numbers.len() as u64;
        Ok(())
    }

    fn merge(&mut self, later: Self) {
        self.0 += later.0;
    }

    fn finish(self) -> Result<f64, CellError> {
        Ok(self.0 as f64)
    }
}

fn count_blank(context: &Context<'_>, range: &Reference) -> Result<f64, CellError> {
    let area = range.single()?;
    let mut filled = 0_u64;
    context.cells.visit(&area, &mut |_, value| {
        filled += u64::from(value != ValueRef::Text(""));
        ControlFlow::Continue(())
    });
    Ok((area.rect.size() - filled) as f64)
}

#[cfg(test)]
mod tests {
    use crate::functions::test_sheet::{TestSheet, column, range, value_of};
    use crate::limits;
    use crate::value::{CellError, Value};

    #[test]
    fn each_counts_its_own() {
        let na = Value::from(CellError::Na);
        let sheet = TestSheet::new(&[[1.0.into(), "2".into(), "".into(), true.into(), na.clone()]]);
        let all = [range(0, 0, 1, 4)];
        assert_eq!(sheet.number("COUNT", &all), 1.0);
        assert_eq!(sheet.number("COUNTA", &all), 5.0);
        assert_eq!(sheet.number("COUNTBLANK", &all), 6.0);
        assert_eq!(
            value_of(
                "COUNT",
                [2.0.into(), "A".into(), "".into(), na, Value::Blank]
            ),
            2.0.into()
        );
        assert_eq!(value_of("COUNTA", ["".into(), Value::Blank]), 2.0.into());
        assert_eq!(
            sheet.number("COUNTBLANK", &[column(0)]),
            f64::from(limits::ROWS - 1)
        );
    }
}
