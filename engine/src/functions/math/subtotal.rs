//! SUBTOTAL and AGGREGATE: aggregates that leave out other subtotals, hidden rows or errors.

use std::ops::ControlFlow;

use crate::functions::declare::functions;
use crate::functions::lift::top_left;
use crate::functions::statistical::rank_percentile::{
    largest, most_frequent, percentile_exclusive, percentile_inclusive, smallest,
};
use crate::functions::{Context, Hidden, Kernel, Operand, Reference, find};
use crate::reference::{Cell, SheetId};
use crate::value::{CellError, Value, ValueRef, to_number};

functions! {
    /// An aggregate of ranges that leaves out cells whose formula contains SUBTOTAL or AGGREGATE.
    ///
    /// `function` is 1 AVERAGE, 2 COUNT, 3 COUNTA, 4 MAX, 5 MIN, 6 PRODUCT, 7 STDEV, 8 STDEVP, 9 SUM, 10 VAR, 11 VARP.
    /// Rows hidden by a filter never count; with 100 more, nor do rows hidden by hand.
    ///
    ///     =SUBTOTAL(9, K1:K3)  -> 0
    ///     =SUBTOTAL(12, K1:K3) -> #VALUE!
    "SUBTOTAL"(function: Number; repeat reference: Range) => map_rest(subtotal);

    /// An aggregate that may leave out hidden rows, errors, and cells with subtotals.
    ///
    /// `function` is 1 to 11 as in SUBTOTAL, 12 MEDIAN, 13 MODE.SNGL; with a position `k` as fourth argument 14 LARGE,
    /// 15 SMALL, 16 PERCENTILE.INC, 17 QUARTILE.INC, 18 PERCENTILE.EXC, 19 QUARTILE.EXC. `options` leaves out: 0
    /// subtotals, 1 also hidden rows, 2 also errors, 3 all three, 4 nothing, 5 hidden rows, 6 errors, 7 hidden rows and
    /// errors.
    ///
    ///     =AGGREGATE(14, 6, {5,#N/A,7}, 1) -> 7
    ///     =AGGREGATE(9, 4, K1:K3)          -> 0
    "AGGREGATE"(function: Number, options: Number, values: Table; repeat more: Table or omitted) => map_rest(aggregate);
}

/// The functions 1 to 12.
const NAMES: [&str; 12] = [
    "AVERAGE", "COUNT", "COUNTA", "MAX", "MIN", "PRODUCT", "STDEV", "STDEVP", "SUM", "VAR", "VARP",
    "MEDIAN",
];

/// What is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Left {
    subtotals: bool,
    filtered_rows: bool,
    rows_hidden_by_hand: bool,
    errors: bool,
}

fn subtotal(context: &Context<'_>, operands: &[Operand]) -> Result<Operand, CellError> {
    let [Operand::Value(function), ranges @ ..] = operands else {
        return Err(CellError::Value);
    };
    let code = whole(function, context)?;
    let (function, by_hand) = match code {
        1..=11 => (code, false),
        101..=111 => (code - 100, true),
        _ => return Err(CellError::Value),
    };
    let left = Left {
        subtotals: true,
        filtered_rows: true,
        rows_hidden_by_hand: by_hand,
        errors: false,
    };
    fold(context, function, ranges, left)
}

fn aggregate(context: &Context<'_>, operands: &[Operand]) -> Result<Operand, CellError> {
    let [
        Operand::Value(function),
        Operand::Value(options),
        values @ ..,
    ] = operands
    else {
        return Err(CellError::Value);
    };
    let function = whole(function, context)?;
    let options = whole(options, context)?;
    if !(0..=7).contains(&options) {
        return Err(CellError::Value);
    }
    let hidden = options & 1 == 1;
    let left = Left {
        subtotals: options < 4,
        filtered_rows: hidden,
        rows_hidden_by_hand: hidden,
        errors: options & 2 == 2,
    };
    match (function, values) {
        (1..=12, ranges) => fold(context, function, ranges, left),
        (13, ranges) => {
            let mut all = Vec::new();
            for range in ranges {
                match range {
                    Operand::Reference(_) => all.extend(numbers(context, range, left)?),
                    Operand::Omitted => {}
                    _ => return Err(CellError::Value),
                }
            }
            most_frequent(&all).map(Operand::from)
        }
        (14..=19, [values, position]) if *position != Operand::Omitted => {
            let position = to_number(&top_left(position, context), context.conventions)?;
            let mut numbers = numbers(context, values, left)?;
            let result = match function {
                14 => largest(&mut numbers, position),
                15 => smallest(&mut numbers, position),
                16 => percentile_inclusive(&mut numbers, position),
                17 => percentile_inclusive(&mut numbers, position.trunc() / 4.0),
                18 => percentile_exclusive(&mut numbers, position),
                _ => percentile_exclusive(&mut numbers, position.trunc() / 4.0),
            };
            result.map(Operand::from)
        }
        _ => Err(CellError::Value),
    }
}

/// A code, without its fraction.
fn whole(value: &Value, context: &Context<'_>) -> Result<i32, CellError> {
    Ok(to_number(value, context.conventions)?.trunc() as i32)
}

/// The function 1 to 12 over the cells that are not left out.
fn fold(
    context: &Context<'_>,
    function: i32,
    ranges: &[Operand],
    left: Left,
) -> Result<Operand, CellError> {
    let name = usize::try_from(function - 1)
        .ok()
        .and_then(|index| NAMES.get(index));
    let Some(Kernel::Fold(start)) = name.and_then(|name| find(name)).map(|row| row.kernel) else {
        return Err(CellError::Value);
    };
    let mut state = start(context);
    for operand in ranges {
        match operand {
            Operand::Reference(reference) => {
                visit(context, reference, left, &mut |value| state.cell(value))?;
            }
            Operand::Value(Value::Error(error)) => return Err(*error),
            Operand::Omitted => {}
            _ => return Err(CellError::Value),
        }
    }
    Ok(Operand::Value(state.finish()))
}

/// The numbers of an argument that are not left out. Of an array only errors can be.
fn numbers(context: &Context<'_>, operand: &Operand, left: Left) -> Result<Vec<f64>, CellError> {
    let mut numbers = Vec::new();
    let mut take = |value: ValueRef<'_>| {
        match value {
            ValueRef::Number(x) => numbers.push(x),
            ValueRef::Error(error) if !left.errors => return Err(error),
            _ => {}
        }
        Ok(())
    };
    match operand {
        Operand::Reference(reference) => visit(context, reference, left, &mut take)?,
        other => crate::functions::numbers::visit(context, other, &mut take)?,
    }
    Ok(numbers)
}

/// Shows the cells that are neither blank nor left out.
fn visit(
    context: &Context<'_>,
    reference: &Reference,
    left: Left,
    visitor: &mut dyn FnMut(ValueRef<'_>) -> Result<(), CellError>,
) -> Result<(), CellError> {
    let mut result = Ok(());
    for area in &reference.areas {
        let mut rows = Rows::new(context, area.sheet, left);
        context.cells.visit(area, &mut |cell, value| {
            let is_error = matches!(value, ValueRef::Error(_));
            if (left.errors && is_error) || !rows.counts(cell) {
                return ControlFlow::Continue(());
            }
            result = visitor(value);
            match result {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            }
        });
        result?;
    }
    result
}

/// Whether cells of a sheet count; remembers the row that was asked for last.
struct Rows<'a> {
    context: &'a Context<'a>,
    sheet: SheetId,
    left: Left,
    /// While a filter is active, rows hidden by hand do not count either.
    filter_active: bool,
    last: Option<(u32, bool)>,
}

impl<'a> Rows<'a> {
    fn new(context: &'a Context<'a>, sheet: SheetId, left: Left) -> Rows<'a> {
        Rows {
            context,
            sheet,
            left,
            filter_active: left.filtered_rows && context.cells.filtered(sheet),
            last: None,
        }
    }

    fn counts(&mut self, cell: Cell) -> bool {
        let shown = match self.last {
            Some((row, shown)) if row == cell.row => shown,
            _ => {
                let shown = self.shows(cell.row);
                self.last = Some((cell.row, shown));
                shown
            }
        };
        shown && !(self.left.subtotals && self.context.cells.holds_subtotal(self.sheet, cell))
    }

    fn shows(&self, row: u32) -> bool {
        match self.context.cells.hidden(self.sheet, row) {
            Hidden::Not => true,
            Hidden::ByFilter => !self.left.filtered_rows,
            Hidden::ByHand => !self.left.rows_hidden_by_hand && !self.filter_active,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::functions::test_sheet::{TestSheet, array, range};
    use crate::functions::{Hidden, Operand};
    use crate::value::{CellError, Value};

    fn sheet() -> TestSheet {
        let mut sheet = TestSheet::new(&[
            [1.0.into()],
            [2.0.into()],
            [4.0.into()],
            [8.0.into()],
            [15.0.into()],
        ]);
        sheet.mark_subtotal(4, 0);
        sheet
    }

    fn subtotal(sheet: &TestSheet, function: f64) -> Value {
        sheet.value("SUBTOTAL", &[function.into(), range(0, 0, 4, 0)])
    }

    fn aggregate(sheet: &TestSheet, function: f64, options: f64) -> Value {
        sheet.value(
            "AGGREGATE",
            &[function.into(), options.into(), range(0, 0, 4, 0)],
        )
    }

    #[test]
    fn other_subtotals_do_not_count() {
        assert_eq!(subtotal(&sheet(), 9.0), 15.0.into());
        assert_eq!(subtotal(&sheet(), 2.0), 4.0.into());
        assert_eq!(subtotal(&sheet(), 1.0), 3.75.into());
        assert_eq!(subtotal(&sheet(), 6.0), 64.0.into());
        assert_eq!(subtotal(&sheet(), 12.0), CellError::Value.into());
        assert_eq!(aggregate(&sheet(), 9.0, 4.0), 30.0.into());
        assert_eq!(aggregate(&sheet(), 9.0, 0.0), 15.0.into());
        assert_eq!(aggregate(&sheet(), 12.0, 0.0), 3.0.into());
    }

    #[test]
    fn hidden_rows_count_or_not() {
        let mut sheet = sheet();
        sheet.hide(1, Hidden::ByHand);
        assert_eq!(subtotal(&sheet, 9.0), 15.0.into());
        assert_eq!(subtotal(&sheet, 109.0), 13.0.into());
        assert_eq!(aggregate(&sheet, 9.0, 5.0), 28.0.into());
        // While a filter is active, rows hidden by hand do not count either.
        sheet.hide(2, Hidden::ByFilter);
        assert_eq!(subtotal(&sheet, 9.0), 9.0.into());
        assert_eq!(subtotal(&sheet, 109.0), 9.0.into());
        assert_eq!(aggregate(&sheet, 9.0, 1.0), 9.0.into());
    }

    #[test]
    fn errors_count_or_not() {
        let mut sheet = sheet();
        sheet.set(0, 0, CellError::Na.into());
        assert_eq!(subtotal(&sheet, 9.0), CellError::Na.into());
        assert_eq!(aggregate(&sheet, 9.0, 2.0), 14.0.into());
        assert_eq!(aggregate(&sheet, 9.0, 6.0), 29.0.into());
        assert_eq!(aggregate(&sheet, 9.0, 8.0), CellError::Value.into());
    }

    #[test]
    fn positions_take_arrays_too() {
        let sheet = sheet();
        let values = array(&[[5.0.into(), CellError::Na.into(), 7.0.into()]]);
        let call = |function: f64, options: f64, position: f64| {
            sheet.value(
                "AGGREGATE",
                &[
                    function.into(),
                    options.into(),
                    values.clone(),
                    position.into(),
                ],
            )
        };
        assert_eq!(call(14.0, 6.0, 2.0), 5.0.into());
        assert_eq!(call(15.0, 4.0, 1.0), CellError::Na.into());
        assert_eq!(call(16.0, 6.0, 0.5), 6.0.into());
        assert_eq!(call(9.0, 6.0, 1.0), CellError::Value.into());
        let without_position = sheet.value(
            "AGGREGATE",
            &[Operand::from(14.0), 6.0.into(), values.clone()],
        );
        assert_eq!(without_position, CellError::Value.into());
    }
}
