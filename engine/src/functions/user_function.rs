//! Functions of the user: what a workbook is given beside the worksheet functions.
//!
//! There are two forms. One is called for each cell with values and arrays; the other, vectorised, is given a column of
//! values for each argument and gives a column, for up to 1,024 rows at a time. Which formulas call it, and when, is
//! not known here.

use std::cell::Cell;
use std::fmt;
use std::ops::RangeInclusive;
use std::sync::Arc;

use super::{IntoOperand, Operand, UserColumn, find, known};
use crate::error::{Error, ErrorKind, Result};
use crate::limits;
use crate::reference::a1::check_defined_name;
use crate::value::{Array, CellError, Value, ValueRef};

/// A function that formulas of a workbook can call once it is registered there.
///
/// It must give the same result for the same arguments, or say that it is [`volatile`](UserFunction::volatile). It runs
/// on the thread that edits the workbook and may read its snapshots, which makes no dependency; an edit of the workbook
/// from inside is an error. A panic in it goes through the edit, of which nothing is then seen. Calls within calls, as
/// when it computes a fork of its own workbook, are an error beyond [`limits::USER_CALLS`].
///
/// # Examples
///
/// ```
/// use tabulith::{UserFunction, Workbook};
/// use tabulith::value::Value;
///
/// let book = Workbook::new();
/// book.add_sheet("S")?;
/// book.register(UserFunction::new("NETOF", 1..=2, |arguments| {
///     let rate = arguments.get(1).map_or(Ok(0.19), |rate| rate.number())?;
///     Ok(arguments[0].number()? / (1.0 + rate))
/// }))?;
/// book.edit(|tx| tx.set_formula("S!A1", "=NETOF(119)"))?;
/// assert_eq!(book.value("S!A1")?, Value::Number(100.0));
/// # Ok::<(), tabulith::Error>(())
/// ```
pub struct UserFunction {
    name: Arc<str>,
    arguments: RangeInclusive<usize>,
    volatile: bool,
    takes_errors: bool,
    body: Body,
}

type Scalar = dyn Fn(&[UserArgument]) -> Result<Operand, String> + Send + Sync;
type Vectorised = dyn Fn(usize, &[UserColumn]) -> Result<UserColumn, String> + Send + Sync;

enum Body {
    Scalar(Box<Scalar>),
    Vectorised(Box<Vectorised>),
}

/// An argument of a function that is called for each cell.
#[derive(Debug, Clone, PartialEq)]
pub enum UserArgument {
    /// A single value; that of a blank cell and of an empty argument is blank.
    Value(Value),
    /// A range or an array.
    Array(Arc<Array>),
}

impl UserArgument {
    /// The argument as a number: a blank is 0, TRUE 1, FALSE 0; of an array its upper left value.
    ///
    /// # Errors
    ///
    /// A text that says what it is instead, to be given as the function's own error.
    pub fn number(&self) -> Result<f64, String> {
        match self.value() {
            Value::Number(x) => Ok(*x),
            Value::Blank => Ok(0.0),
            Value::Boolean(x) => Ok(f64::from(u8::from(*x))),
            other => Err(format!("`{other}` is not a number")),
        }
    }

    /// The value; of an array its upper left one.
    pub fn value(&self) -> &Value {
        match self {
            UserArgument::Value(value) => value,
            UserArgument::Array(array) => array.get(0, 0),
        }
    }

    /// The first error in it, row by row.
    pub(crate) fn error(&self) -> Option<CellError> {
        match self {
            UserArgument::Value(value) => value.as_error(),
            UserArgument::Array(array) => {
                let mut cells = array.cells().iter().chain(array.tail());
                cells.find_map(Value::as_error)
            }
        }
    }
}

impl UserFunction {
    /// A function that is called for each cell with as many arguments as `arguments` allows: values, and arrays for
    /// ranges and arrays. It gives a value or an array, or an error text; then the cell is `#VALUE!` and its explanation
    /// shows the text.
    ///
    /// An error among the arguments is the result and the function is not called, see
    /// [`takes_errors`](UserFunction::takes_errors).
    pub fn new<R: IntoOperand>(
        name: &str,
        arguments: RangeInclusive<usize>,
        body: impl Fn(&[UserArgument]) -> Result<R, String> + Send + Sync + 'static,
    ) -> UserFunction {
        let body = move |given: &[UserArgument]| body(given).map(R::into_operand);
        UserFunction::of(name, arguments, Body::Scalar(Box::new(body)))
    }

    /// A function that is called for up to 1,024 rows at a time. It is told how many, is given a column of as many values
    /// for each argument, and gives one. Each row of the result may depend on the same row of the arguments only.
    ///
    /// A range or an array as an argument makes it compute each of their values. Where it gives an error text, or another
    /// number of rows, it is asked again row by row, so that only the rows that fail are `#VALUE!`.
    pub fn vectorised(
        name: &str,
        arguments: RangeInclusive<usize>,
        body: impl Fn(usize, &[UserColumn]) -> Result<UserColumn, String> + Send + Sync + 'static,
    ) -> UserFunction {
        UserFunction::of(name, arguments, Body::Vectorised(Box::new(body)))
    }

    fn of(name: &str, arguments: RangeInclusive<usize>, body: Body) -> UserFunction {
        UserFunction {
            // As the parser writes the names of functions.
            name: name.to_uppercase().into(),
            arguments,
            volatile: false,
            takes_errors: false,
            body,
        }
    }

    /// Lets it be called at every recalculation, because its result depends on more than its arguments.
    #[must_use]
    pub fn volatile(self) -> UserFunction {
        UserFunction {
            volatile: true,
            ..self
        }
    }

    /// Lets it see errors among its arguments.
    #[must_use]
    pub fn takes_errors(self) -> UserFunction {
        UserFunction {
            takes_errors: true,
            ..self
        }
    }

    /// Its name in capitals.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// The fewest and the most arguments.
    pub fn arity(&self) -> (usize, usize) {
        (*self.arguments.start(), *self.arguments.end())
    }

    /// Whether it is called at every recalculation.
    pub fn is_volatile(&self) -> bool {
        self.volatile
    }

    /// Whether it sees errors among its arguments.
    pub fn sees_errors(&self) -> bool {
        self.takes_errors
    }

    /// Whether it is given columns.
    pub fn is_vectorised(&self) -> bool {
        matches!(self.body, Body::Vectorised(_))
    }

    /// Whether it can be registered under its name, for so many arguments.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Name`] for the name, [`ErrorKind::Argument`] for the number of arguments.
    pub(crate) fn check(&self) -> Result<()> {
        let name = &self.name;
        check_defined_name(name)?;
        let plain = |c: &char| c.is_alphanumeric() || matches!(c, '.' | '_');
        if let Some(bad) = name.chars().find(|c| !plain(c)) {
            let message = format!("name `{name}` has the character `{bad}`");
            return Err(Error::new(ErrorKind::Name, message));
        }
        if find(name).is_some()
            || known(name).is_some()
            || matches!(&**name, "SINGLE" | "ANCHORARRAY")
        {
            let message = format!("`{name}` is a function of Excel");
            return Err(Error::new(ErrorKind::Name, message));
        }
        if name.starts_with("_XL") {
            let message = format!("name `{name}` begins as files mark functions of Excel");
            return Err(Error::new(ErrorKind::Name, message));
        }
        let (least, most) = self.arity();
        if least > most || most > limits::ARGUMENTS {
            let message = format!(
                "`{name}` cannot take {least} to {most} arguments; a call has at most {}",
                limits::ARGUMENTS
            );
            return Err(Error::new(ErrorKind::Argument, message));
        }
        Ok(())
    }

    /// Calls it for one cell; `None` if it is vectorised.
    pub(crate) fn call(&self, arguments: &[UserArgument]) -> Option<Result<Operand, String>> {
        match &self.body {
            Body::Scalar(body) => Some(nested(|| body(arguments))),
            Body::Vectorised(_) => None,
        }
    }

    /// Calls it for those of some rows that are `wanted` and have no error among the arguments, which would be the
    /// result. `failed` is told the rows for which it gives an error text. The others' results are blank.
    pub(crate) fn call_rows(
        &self,
        columns: &[UserColumn],
        wanted: &[bool],
        failed: &mut dyn FnMut(usize, &str),
    ) -> Vec<Value> {
        let mut results = vec![Value::Blank; wanted.len()];
        let mut rows = Vec::with_capacity(wanted.len());
        for (row, result) in results.iter_mut().enumerate() {
            let error = |column: &UserColumn| match column.get(row) {
                ValueRef::Error(error) => Some(error),
                _ => None,
            };
            match columns.iter().find_map(error) {
                _ if !wanted[row] => {}
                Some(error) if !self.takes_errors => *result = Value::Error(error),
                _ => rows.push(row),
            }
        }
        if rows.is_empty() {
            return results;
        }
        let given = if rows.len() == wanted.len() {
            self.call_columns(wanted.len(), columns)
        } else {
            self.call_columns(rows.len(), &picked(columns, &rows))
        };
        match given {
            Ok(column) => {
                for (place, row) in rows.into_iter().enumerate() {
                    results[row] = storable(column.get(place).to_value());
                }
            }
            Err(text) => {
                let alone = rows.len() == 1;
                for row in rows {
                    let again = || {
                        Ok(self
                            .call_columns(1, &picked(columns, &[row]))?
                            .get(0)
                            .to_value())
                    };
                    let given = if alone { Err(text.clone()) } else { again() };
                    results[row] = given.map_or_else(
                        |text| {
                            failed(row, &text);
                            Value::Error(CellError::Value)
                        },
                        storable,
                    );
                }
            }
        }
        results
    }

    fn call_columns(&self, rows: usize, columns: &[UserColumn]) -> Result<UserColumn, String> {
        let Body::Vectorised(body) = &self.body else {
            return Err("the function is not vectorised".into());
        };
        let column = nested(|| body(rows, columns))?;
        if column.len() != rows {
            return Err(format!("it gave {} values for {rows} rows", column.len()));
        }
        Ok(column)
    }
}

/// The calls that this thread is in the middle of, and whether they were too many since the first of them began.
#[derive(Clone, Copy)]
struct Nesting {
    calls: usize,
    too_many: bool,
}

thread_local! {
    static NESTING: Cell<Nesting> = const { Cell::new(Nesting { calls: 0, too_many: false }) };
}

/// Does a call unless it lies too deep in others. After one that does the first of them fails as soon as it can: what
/// each of a thousand cells calls would else be called a thousand times a thousand times.
fn nested<R>(call: impl FnOnce() -> Result<R, String>) -> Result<R, String> {
    /// Puts back what was, also when the call panics.
    struct Leave(Nesting);
    impl Drop for Leave {
        fn drop(&mut self) {
            let too_many = self.0.calls > 0 && NESTING.get().too_many;
            NESTING.set(Nesting { too_many, ..self.0 });
        }
    }
    let outside = NESTING.get();
    let too_many = outside.too_many || outside.calls == limits::USER_CALLS;
    NESTING.set(Nesting {
        calls: outside.calls + 1,
        too_many,
    });
    let _leave = Leave(outside);
    match too_many {
        true => Err(format!(
            "functions call each other more than {} deep",
            limits::USER_CALLS
        )),
        false => call(),
    }
}

fn picked(columns: &[UserColumn], rows: &[usize]) -> Vec<UserColumn> {
    columns.iter().map(|column| column.picked(rows)).collect()
}

/// A result as a cell can hold it: a number that is none is `#NUM!`, a text that is too long `#VALUE!`.
pub(crate) fn storable(value: Value) -> Value {
    match value {
        Value::Number(x) => Value::number(x),
        Value::Text(text)
            if text.len() > limits::TEXT_UNITS
                && text.encode_utf16().count() > limits::TEXT_UNITS =>
        {
            Value::Error(CellError::Value)
        }
        other => other,
    }
}

impl fmt::Debug for UserFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserFunction")
            .field("name", &self.name)
            .field("arguments", &self.arguments)
            .field("volatile", &self.volatile)
            .field("takes_errors", &self.takes_errors)
            .field("vectorised", &self.is_vectorised())
            .finish()
    }
}
