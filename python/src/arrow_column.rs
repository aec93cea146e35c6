//! An array of Arrow as a column of cells.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, ArrowTemporalType, Date32Type, Date64Type, Decimal32Type, Decimal64Type,
    Decimal128Type, Decimal256Type, DecimalType, DurationMicrosecondType, DurationMillisecondType,
    DurationNanosecondType, DurationSecondType, Float16Type, Float32Type, Float64Type, Int8Type,
    Int16Type, Int32Type, Int64Type, Time32MillisecondType, Time32SecondType,
    Time64MicrosecondType, Time64NanosecondType, TimestampMicrosecondType,
    TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type,
    UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef};
use arrow_schema::{DataType, TimeUnit};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use tabulith::value::Value;

use crate::columns::Column;
use crate::moments::{self, Moment};
use crate::values;

/// The array as a column; nulls are blank.
pub(crate) fn column(array: &ArrayRef, date1904: bool) -> PyResult<Column> {
    if let Some(column) = numbers(array).or_else(|| texts(array)) {
        return Ok(column);
    }
    if let Some(column) = moments(array, date1904)? {
        return Ok(column);
    }
    match array.data_type() {
        DataType::Null => Ok(Column::numbers(
            std::iter::repeat_n(f64::NAN, array.len()).collect(),
        )),
        DataType::Dictionary(..) => dictionary(array, date1904),
        other => {
            let message = format!("a cell cannot hold Arrow's {other}");
            Err(PyTypeError::new_err(message))
        }
    }
}

/// A primitive array as numbers, nulls as NaN.
fn lanes<T: ArrowPrimitiveType>(array: &ArrayRef, number: impl Fn(T::Native) -> f64) -> Column {
    let array = array.as_primitive::<T>();
    let numbers = match array.null_count() {
        0 => array.values().iter().map(|x| number(*x)).collect(),
        _ => array.iter().map(|x| x.map_or(f64::NAN, &number)).collect(),
    };
    Column::numbers(numbers)
}

fn numbers(array: &ArrayRef) -> Option<Column> {
    Some(match array.data_type() {
        DataType::Float64 => lanes::<Float64Type>(array, |x| x),
        DataType::Float32 => lanes::<Float32Type>(array, f64::from),
        DataType::Float16 => lanes::<Float16Type>(array, f64::from),
        DataType::Int8 => lanes::<Int8Type>(array, f64::from),
        DataType::Int16 => lanes::<Int16Type>(array, f64::from),
        DataType::Int32 => lanes::<Int32Type>(array, f64::from),
        DataType::Int64 => lanes::<Int64Type>(array, |x| x as f64),
        DataType::UInt8 => lanes::<UInt8Type>(array, f64::from),
        DataType::UInt16 => lanes::<UInt16Type>(array, f64::from),
        DataType::UInt32 => lanes::<UInt32Type>(array, f64::from),
        DataType::UInt64 => lanes::<UInt64Type>(array, |x| x as f64),
        DataType::Decimal32(..) => decimals::<Decimal32Type>(array),
        DataType::Decimal64(..) => decimals::<Decimal64Type>(array),
        DataType::Decimal128(..) => decimals::<Decimal128Type>(array),
        DataType::Decimal256(..) => decimals::<Decimal256Type>(array),
        _ => return None,
    })
}

/// Decimal numbers, each the double that is nearest to it.
fn decimals<T: DecimalType>(array: &ArrayRef) -> Column {
    let array = array.as_primitive::<T>();
    let number = |row| match array.is_null(row) {
        true => f64::NAN,
        false => array.value_as_string(row).parse().unwrap_or(f64::NAN),
    };
    Column::numbers((0..array.len()).map(number).collect())
}

fn texts(array: &ArrayRef) -> Option<Column> {
    let text = |text: Option<&str>| text.map_or(Value::Blank, Value::from);
    Some(Column::values(match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().iter().map(text).collect(),
        DataType::LargeUtf8 => array.as_string::<i64>().iter().map(text).collect(),
        DataType::Utf8View => array.as_string_view().iter().map(text).collect(),
        DataType::Boolean => {
            let value = |x: Option<bool>| x.map_or(Value::Blank, Value::Boolean);
            array.as_boolean().iter().map(value).collect()
        }
        _ => return None,
    }))
}

/// Moments, days, times and durations as serial numbers.
fn moments(array: &ArrayRef, date1904: bool) -> PyResult<Option<Column>> {
    const DAY: i64 = 86_400_000_000;
    Ok(Some(match array.data_type() {
        DataType::Timestamp(_, Some(zone)) => {
            let message = format!("a cell has no time zone, and this column is in `{zone}`");
            return Err(PyTypeError::new_err(message));
        }
        DataType::Date32 => {
            since::<Date32Type>(array, (Moment::Date, date1904), |x| i64::from(x) * DAY)?
        }
        DataType::Date64 => {
            since::<Date64Type>(array, (Moment::Date, date1904), |x| x.saturating_mul(1_000))?
        }
        DataType::Timestamp(unit, None) => {
            let of = (Moment::DateTime, date1904);
            match unit {
                TimeUnit::Second => {
                    since::<TimestampSecondType>(array, of, |x| x.saturating_mul(1_000_000))?
                }
                TimeUnit::Millisecond => {
                    since::<TimestampMillisecondType>(array, of, |x| x.saturating_mul(1_000))?
                }
                TimeUnit::Microsecond => since::<TimestampMicrosecondType>(array, of, |x| x)?,
                TimeUnit::Nanosecond => {
                    since::<TimestampNanosecondType>(array, of, |x| x.div_euclid(1_000))?
                }
            }
        }
        DataType::Time32(TimeUnit::Second) => {
            spans::<Time32SecondType>(array, Moment::Time, |x| f64::from(x) * 1e6)
        }
        DataType::Time32(_) => {
            spans::<Time32MillisecondType>(array, Moment::Time, |x| f64::from(x) * 1e3)
        }
        DataType::Time64(TimeUnit::Nanosecond) => {
            spans::<Time64NanosecondType>(array, Moment::Time, |x| x as f64 / 1e3)
        }
        DataType::Time64(_) => spans::<Time64MicrosecondType>(array, Moment::Time, |x| x as f64),
        DataType::Duration(unit) => match unit {
            TimeUnit::Second => {
                spans::<DurationSecondType>(array, Moment::Duration, |x| x as f64 * 1e6)
            }
            TimeUnit::Millisecond => {
                spans::<DurationMillisecondType>(array, Moment::Duration, |x| x as f64 * 1e3)
            }
            TimeUnit::Microsecond => {
                spans::<DurationMicrosecondType>(array, Moment::Duration, |x| x as f64)
            }
            TimeUnit::Nanosecond => {
                spans::<DurationNanosecondType>(array, Moment::Duration, |x| x as f64 / 1e3)
            }
        },
        _ => return Ok(None),
    }))
}

/// Moments that are given in microseconds since 1970.
fn since<T: ArrowTemporalType>(
    array: &ArrayRef,
    (moment, date1904): (Moment, bool),
    micros: impl Fn(T::Native) -> i64,
) -> PyResult<Column> {
    let serial = |x| {
        let micros = micros(x);
        moments::serial_of_micros(micros, date1904).ok_or_else(|| {
            moments::before_the_first_day(format!("{} days from 1970", micros / 86_400_000_000))
        })
    };
    let serials = array.as_primitive::<T>().iter();
    let serials = serials.map(|x| x.map_or(Ok(f64::NAN), serial));
    Ok(Column {
        moment: Some(moment),
        ..Column::numbers(serials.collect::<PyResult<_>>()?)
    })
}

/// Times and durations that are given in microseconds.
fn spans<T: ArrowTemporalType>(
    array: &ArrayRef,
    moment: Moment,
    micros: impl Fn(T::Native) -> f64,
) -> Column {
    Column {
        moment: Some(moment),
        ..lanes::<T>(array, |x| micros(x) / 86_400_000_000.0)
    }
}

/// Keys and what they stand for.
fn dictionary(array: &ArrayRef, date1904: bool) -> PyResult<Column> {
    let array = array.as_any_dictionary();
    let column = column(array.values(), date1904)?;
    let moment = column.moment;
    let values = column.into_values();
    let keys = array.normalized_keys();
    let cells = keys.into_iter().enumerate().map(|(row, key)| {
        let null = array.keys().is_null(row);
        match values.get(key).filter(|_| !null) {
            Some(value) => value.clone(),
            None => values::number(f64::NAN),
        }
    });
    Ok(Column {
        moment,
        ..Column::values(cells.collect())
    })
}
