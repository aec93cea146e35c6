//! Questions about values: the IS functions, TYPE, ERROR.TYPE, NA, N.

use std::sync::Arc;

use crate::functions::declare::functions;
use crate::functions::lookup::reference_info::each_used;
use crate::functions::lookup::table::Table;
use crate::functions::{Call, Context, Operand, Reference};
use crate::reference::Cell;
use crate::value::{CellError, Value, ValueRef};

functions! {
    /// Whether a cell is empty; a formula that gives an empty text is not.
    ///
    ///     =ISBLANK("") -> FALSE
    "ISBLANK"(value: Raw) => map(is_blank);

    /// Whether a value is a number.
    ///
    ///     =ISNUMBER(1)   -> TRUE
    ///     =ISNUMBER("1") -> FALSE
    "ISNUMBER"(value: Raw) => map(is_number);

    /// Whether a value is a text.
    ///
    ///     =ISTEXT("1") -> TRUE
    "ISTEXT"(value: Raw) => map(is_text);

    /// Whether a value is anything but a text; blank cells are.
    ///
    ///     =ISNONTEXT(1) -> TRUE
    "ISNONTEXT"(value: Raw) => map(is_non_text);

    /// Whether a value is TRUE or FALSE.
    ///
    ///     =ISLOGICAL(FALSE) -> TRUE
    ///     =ISLOGICAL(0)     -> FALSE
    "ISLOGICAL"(value: Raw) => map(is_logical);

    /// Whether a value is an error.
    ///
    ///     =ISERROR(1/0)  -> TRUE
    ///     =ISERROR(NA()) -> TRUE
    "ISERROR"(value: Raw) => map(is_error);

    /// Whether a value is an error other than `#N/A`.
    ///
    ///     =ISERR(1/0)  -> TRUE
    ///     =ISERR(NA()) -> FALSE
    "ISERR"(value: Raw) => map(is_err);

    /// Whether a value is the error `#N/A`.
    ///
    ///     =ISNA(NA()) -> TRUE
    ///     =ISNA(1/0)  -> FALSE
    "ISNA"(value: Raw) => map(is_na);

    /// Whether the argument is a reference.
    ///
    ///     =ISREF(A1)      -> TRUE
    ///     =ISREF(A1 + 0)  -> FALSE
    "ISREF"(value: Lazy) [reads_no_values] => lazy(is_ref);

    /// Whether a cell holds a formula.
    ///
    ///     =ISFORMULA(A1) -> FALSE
    "ISFORMULA"(reference: Range) [reads_no_values] => reference(is_formula);

    /// Whether a number, its decimals cut off, is even.
    ///
    ///     =ISEVEN(-2.9) -> TRUE
    "ISEVEN"(number: Number) [refuses_ranges] => map(is_even);

    /// Whether a number, its decimals cut off, is odd.
    ///
    ///     =ISODD(-3.9) -> TRUE
    "ISODD"(number: Number) [refuses_ranges] => map(is_odd);

    /// The type of a value: 1 number, 2 text, 4 TRUE or FALSE, 16 error, 64 array.
    ///
    ///     =TYPE(1)     -> 1
    ///     =TYPE("a")   -> 2
    ///     =TYPE(TRUE)  -> 4
    ///     =TYPE(1/0)   -> 16
    ///     =TYPE({1,2}) -> 64
    "TYPE"(value: Lazy) => lazy(type_of);

    /// The number of an error; `#N/A` for anything else.
    ///
    ///     =ERROR.TYPE(1/0) -> 2
    ///     =ERROR.TYPE(1)   -> #N/A
    "ERROR.TYPE"(value: Raw) => map(error_type);

    /// The error `#N/A`: no value is available.
    ///
    ///     =NA() -> #N/A
    "NA"() => map(na);

    /// A value as a number: TRUE is 1, a text 0; of a range the first value, of an array every value.
    ///
    ///     =N(TRUE) -> 1
    ///     =SUMPRODUCT(N({TRUE,FALSE,TRUE})) -> 2
    ///     =N("7")  -> 0
    "N"(value: Table) => array(n);
}

fn is_blank(value: ValueRef<'_>) -> bool {
    matches!(value, ValueRef::Blank)
}

fn is_number(value: ValueRef<'_>) -> bool {
    matches!(value, ValueRef::Number(_))
}

fn is_text(value: ValueRef<'_>) -> bool {
    matches!(value, ValueRef::Text(_))
}

fn is_non_text(value: ValueRef<'_>) -> bool {
    !is_text(value)
}

fn is_logical(value: ValueRef<'_>) -> bool {
    matches!(value, ValueRef::Boolean(_))
}

fn is_error(value: ValueRef<'_>) -> bool {
    matches!(value, ValueRef::Error(_))
}

fn is_err(value: ValueRef<'_>) -> bool {
    is_error(value) && !is_na(value)
}

fn is_na(value: ValueRef<'_>) -> bool {
    matches!(value, ValueRef::Error(CellError::Na))
}

fn is_ref(call: &mut dyn Call) -> bool {
    matches!(call.operand(0), Operand::Reference(_))
}

fn is_formula(context: &Context<'_>, reference: &Reference) -> Result<Operand, CellError> {
    let area = reference.single()?;
    let has_formula = |cell| Value::Boolean(context.cells.formula(area.sheet, cell).is_some());
    if area.rect.size() == 1 {
        return Ok(Operand::Value(has_formula(area.rect.top_left())));
    }
    each_used(context, reference, Value::Boolean(false), has_formula).map(Operand::from)
}

fn is_even(number: f64) -> bool {
    number.trunc() % 2.0 == 0.0
}

fn is_odd(number: f64) -> bool {
    !is_even(number)
}

fn type_of(call: &mut dyn Call) -> f64 {
    match call.value(0) {
        Operand::Value(Value::Blank | Value::Number(_)) | Operand::Omitted => 1.0,
        Operand::Value(Value::Text(_)) => 2.0,
        Operand::Value(Value::Boolean(_)) => 4.0,
        Operand::Value(Value::Error(_)) => 16.0,
        Operand::Array(_) | Operand::Reference(_) => 64.0,
    }
}

fn error_type(value: ValueRef<'_>) -> Result<f64, CellError> {
    let number = match value {
        ValueRef::Error(error) => error.number(),
        _ => None,
    };
    number.map(f64::from).ok_or(CellError::Na)
}

fn na() -> CellError {
    CellError::Na
}

fn n(context: &Context<'_>, value: &Operand) -> Result<Operand, CellError> {
    if let Operand::Array(array) = value {
        return Ok(Operand::Array(Arc::new(array.map(number_of))));
    }
    let first = Table::of(value)?.value(context.cells, Cell::new(0, 0));
    Ok(Operand::Value(number_of(&first)))
}

/// The value as a number; an error stays.
fn number_of(value: &Value) -> Value {
    match value {
        Value::Number(_) | Value::Error(_) => value.clone(),
        Value::Boolean(truth) => Value::Number(f64::from(u8::from(*truth))),
        Value::Text(_) | Value::Blank => Value::Number(0.0),
    }
}
