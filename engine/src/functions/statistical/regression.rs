//! Lines and curves through points: LINEST, LOGEST, TREND, GROWTH.

use libm::{exp, log};

use super::least_squares::{Fit, fit};
use crate::functions::declare::functions;
use crate::functions::lookup::table::Table;
use crate::functions::{Context, Operand};
use crate::value::{Array, CellError, Value};

functions! {
    /// The factors of the linear function that fits points best, the last variable first, and its constant; with
    /// `statistics` four more rows tell how well it fits.
    ///
    ///     =INDEX(LINEST({3,5,7}, {1,2,3}), 1)              -> 2
    ///     =ROUND(INDEX(LINEST({1,9,5,7}, {0,4,2,3}), 2), 9) -> 1
    ///     =INDEX(LINEST({1,2,4}, {1,2,3}, TRUE, TRUE), 4, 2) -> 1
    "LINEST"(
        known_y: Array, known_x: Array or omitted, constant: Boolean or omitted, statistics: Boolean = false
    ) [spills] => array(linest);

    /// The bases of the exponential function that fits points best, and its factor, as LINEST gives a linear one.
    ///
    ///     =ROUND(INDEX(LOGEST({2,4,8}, {1,2,3}), 1), 9) -> 2
    "LOGEST"(
        known_y: Array, known_x: Array or omitted, constant: Boolean or omitted, statistics: Boolean = false
    ) [spills] => array(logest);

    /// The values at `new_x` of the linear function that fits points best.
    ///
    ///     =ROUND(TREND({3,5,7}, {1,2,3}, 10), 9) -> 21
    ///     =ROUND(SUM(TREND({3,5,7})), 9)         -> 15
    "TREND"(
        known_y: Array, known_x: Array or omitted, new_x: Array or omitted, constant: Boolean or omitted
    ) [spills] => array(trend);

    /// The values at `new_x` of the exponential function that fits points best.
    ///
    ///     =ROUND(GROWTH({2,4,8}, {1,2,3}, 4), 9) -> 16
    ///     =GROWTH({2,0,8}, {1,2,3}, 4)           -> #NUM!
    "GROWTH"(
        known_y: Array, known_x: Array or omitted, new_x: Array or omitted, constant: Boolean or omitted
    ) [spills] => array(growth);
}

/// The numbers of an argument that may hold nothing else.
struct Numbers {
    rows: u32,
    columns: u32,
    values: Vec<f64>,
}

impl Numbers {
    fn of(context: &Context<'_>, operand: &Operand) -> Result<Numbers, CellError> {
        let array = Table::of(operand)?.to_array(context)?;
        if array.stored_rows() < array.rows() {
            return Err(CellError::Value);
        }
        let numbers = array.cells().iter().map(|value| match value {
            Value::Number(x) => Ok(*x),
            Value::Error(error) => Err(*error),
            _ => Err(CellError::Value),
        });
        Ok(Numbers {
            rows: array.rows(),
            columns: array.columns(),
            values: numbers.collect::<Result<_, _>>()?,
        })
    }

    /// 1, 2, 3 … in the form of another.
    fn counting(form: &Numbers) -> Numbers {
        let numbers = (1..=form.values.len()).map(|number| number as f64);
        Numbers {
            rows: form.rows,
            columns: form.columns,
            values: numbers.collect(),
        }
    }

    /// The rows, or the columns, each as a list.
    fn lines(&self, columns: bool) -> Vec<Vec<f64>> {
        let width = self.columns as usize;
        if columns {
            let line = |place| self.values.iter().skip(place).step_by(width).copied();
            (0..width).map(|place| line(place).collect()).collect()
        } else {
            self.values.chunks(width).map(<[f64]>::to_vec).collect()
        }
    }
}

/// How the values of the variables are laid out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// One variable, whose values lie as those of y do.
    Alike,
    /// Each variable is a column.
    Columns,
    /// Each variable is a row.
    Rows,
}

/// The points of a regression.
struct Points {
    y: Vec<f64>,
    x: Numbers,
    layout: Layout,
}

impl Points {
    fn read(context: &Context<'_>, y: &Operand, x: Option<&Operand>) -> Result<Points, CellError> {
        let y = Numbers::of(context, y)?;
        let x = match x {
            Some(x) => Numbers::of(context, x)?,
            None => Numbers::counting(&y),
        };
        let layout = if (x.rows, x.columns) == (y.rows, y.columns) {
            Layout::Alike
        } else if y.columns == 1 && x.rows == y.rows {
            Layout::Columns
        } else if y.rows == 1 && x.columns == y.columns {
            Layout::Rows
        } else {
            return Err(CellError::Ref);
        };
        Ok(Points {
            y: y.values,
            x,
            layout,
        })
    }

    /// With logarithms instead of the values of y.
    fn logarithmic(mut self) -> Result<Points, CellError> {
        if self.y.iter().any(|y| *y <= 0.0) {
            return Err(CellError::Num);
        }
        self.y.iter_mut().for_each(|y| *y = log(*y));
        Ok(self)
    }

    /// What fits them, with a constant unless there is to be none.
    fn fit(&self, constant: Option<bool>) -> Result<Fit, CellError> {
        fit(
            self.y.clone(),
            variables(&self.x, self.layout),
            constant.unwrap_or(true),
        )
    }
}

/// The values of each variable.
fn variables(x: &Numbers, layout: Layout) -> Vec<Vec<f64>> {
    match layout {
        Layout::Alike => vec![x.values.clone()],
        Layout::Columns => x.lines(true),
        Layout::Rows => x.lines(false),
    }
}

fn linest(
    context: &Context<'_>,
    y: &Operand,
    x: Option<&Operand>,
    constant: Option<bool>,
    statistics: bool,
) -> Result<Operand, CellError> {
    let points = Points::read(context, y, x)?;
    coefficients(&points, constant, statistics, |x| x)
}

fn logest(
    context: &Context<'_>,
    y: &Operand,
    x: Option<&Operand>,
    constant: Option<bool>,
    statistics: bool,
) -> Result<Operand, CellError> {
    let points = Points::read(context, y, x)?.logarithmic()?;
    coefficients(&points, constant, statistics, exp)
}

/// The coefficients of the function that fits the points, the last variable first, and below them what tells how well
/// it fits.
fn coefficients(
    points: &Points,
    constant: Option<bool>,
    statistics: bool,
    shown: impl Fn(f64) -> f64,
) -> Result<Operand, CellError> {
    let fit = points.fit(constant)?;
    let columns = fit.factors.len() + 1;
    let factors = fit.factors.iter().rev().chain([&fit.constant]);
    let mut values: Vec<Value> = factors.map(|x| Value::number(shown(*x))).collect();
    if !statistics {
        return Array::new(1, columns as u32, values).map(Operand::from);
    }
    values.extend(fit.factor_errors.iter().rev().map(|x| Value::number(*x)));
    values.push(
        fit.constant_error
            .map_or(Value::Error(CellError::Na), Value::number),
    );
    let total = fit.explained + fit.left;
    let explained_variance = fit.explained / fit.variables as f64;
    let rows = [
        [fit.explained / total, (fit.left / fit.freedom).sqrt()],
        [explained_variance / (fit.left / fit.freedom), fit.freedom],
        [fit.explained, fit.left],
    ];
    for row in rows {
        let row = row.into_iter().map(Value::number);
        let missing = std::iter::repeat_n(Value::Error(CellError::Na), columns - 2);
        values.extend(row.chain(missing));
    }
    Array::new(5, columns as u32, values).map(Operand::from)
}

fn trend(
    context: &Context<'_>,
    y: &Operand,
    x: Option<&Operand>,
    new_x: Option<&Operand>,
    constant: Option<bool>,
) -> Result<Operand, CellError> {
    let points = Points::read(context, y, x)?;
    along(context, &points, new_x, constant, |y| y)
}

fn growth(
    context: &Context<'_>,
    y: &Operand,
    x: Option<&Operand>,
    new_x: Option<&Operand>,
    constant: Option<bool>,
) -> Result<Operand, CellError> {
    let points = Points::read(context, y, x)?.logarithmic()?;
    along(context, &points, new_x, constant, exp)
}

/// The values of the function that fits the points, at other places.
fn along(
    context: &Context<'_>,
    points: &Points,
    new_x: Option<&Operand>,
    constant: Option<bool>,
    shown: impl Fn(f64) -> f64,
) -> Result<Operand, CellError> {
    let fit = points.fit(constant)?;
    let given = new_x.map(|new_x| Numbers::of(context, new_x)).transpose()?;
    let new_x = given.as_ref().unwrap_or(&points.x);
    let variables = variables(new_x, points.layout);
    if variables.len() != fit.factors.len() {
        return Err(CellError::Ref);
    }
    let count = variables.first().map_or(0, Vec::len);
    let at = |place: usize| {
        let terms = variables.iter().zip(&fit.factors);
        let sum: f64 = terms.map(|(values, factor)| values[place] * factor).sum();
        Value::number(shown(sum + fit.constant))
    };
    let (rows, columns) = match points.layout {
        Layout::Alike => (new_x.rows, new_x.columns),
        Layout::Columns => (count as u32, 1),
        Layout::Rows => (1, count as u32),
    };
    Array::new(rows, columns, (0..count).map(at).collect()).map(Operand::from)
}
