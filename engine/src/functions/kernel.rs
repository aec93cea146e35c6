//! The five shapes of a function's body, and the conversions between operands and the types a body is written in.

use std::any::Any;
use std::fmt::Debug;

use super::lanes::{LaneArgument, LaneResults};
use super::{Context, Operand, Reference};
use crate::value::{Array, CellError, Value, ValueRef};

/// A function's body. Its shape says how the engine calls it; none counts its arguments, coerces them or looks for
/// errors in them.
#[derive(Clone, Copy)]
pub enum Kernel {
    /// One result for one value of each scalar parameter; the engine lifts it over arrays.
    Map(fn(&Context<'_>, &[Operand]) -> Operand),
    /// A running total over all numbers of all arguments.
    Fold(fn(&Context<'_>) -> Box<dyn FoldState>),
    /// A body that sees whole arrays and may give one.
    Array(fn(&Context<'_>, &[Operand]) -> Operand),
    /// A body that evaluates its arguments itself, or does not.
    Lazy(fn(&mut dyn Call) -> Operand),
    /// A body that works on references without reading them.
    Reference(fn(&Context<'_>, &[Operand]) -> Operand),
}

/// The call of a [`Kernel::Lazy`] function.
pub trait Call {
    /// The surroundings of the evaluation.
    fn context(&self) -> &Context<'_>;

    /// Number of arguments given, empty ones included.
    fn count(&self) -> usize;

    /// Whether argument `index` is empty, as in `IF(a,)`.
    fn is_empty(&self, index: usize) -> bool;

    /// Evaluates argument `index`; a reference stays one. An empty argument is a blank value.
    fn operand(&mut self, index: usize) -> Operand;

    /// Evaluates argument `index` to a value or, where the formula lifts, an array.
    fn value(&mut self, index: usize) -> Operand;
}

/// A fold: what SUM, COUNT, MAX and their kin do with their arguments.
pub trait Fold: Sized + Clone + Send + 'static {
    /// The total of nothing.
    fn start(context: &Context<'_>) -> Self;

    /// Takes a single value that was written as an argument, such as the `"5"` of `SUM("5")`.
    fn argument(&mut self, value: &Value, context: &Context<'_>) -> Result<(), CellError>;

    /// Takes a value that stands in a range or an array. Blank cells are not shown.
    fn cell(&mut self, value: ValueRef<'_>) -> Result<(), CellError>;

    /// Takes numbers that stand next to each other in a column.
    fn numbers(&mut self, numbers: &[f64]) -> Result<(), CellError> {
        numbers
            .iter()
            .try_for_each(|x| self.cell(ValueRef::Number(*x)))
    }

    /// Adds the total of what comes after.
    fn merge(&mut self, later: Self);

    /// The result.
    fn finish(self) -> Result<f64, CellError>;
}

/// A [`Fold`] whose type is not known to the engine.
pub trait FoldState: Send {
    /// See [`Fold::argument`].
    fn argument(&mut self, value: &Value, context: &Context<'_>) -> Result<(), CellError>;
    /// See [`Fold::cell`].
    fn cell(&mut self, value: ValueRef<'_>) -> Result<(), CellError>;
    /// See [`Fold::numbers`].
    fn numbers(&mut self, numbers: &[f64]) -> Result<(), CellError>;
    /// See [`Fold::merge`].
    ///
    /// # Panics
    ///
    /// If `later` is the state of another function.
    fn merge(&mut self, later: Box<dyn FoldState>);
    /// See [`Fold::finish`].
    fn finish(self: Box<Self>) -> Value;
    /// What the result would be if nothing more came.
    fn so_far(&self) -> Value;
    /// Forgets all that was taken.
    fn restart(&mut self, context: &Context<'_>);
    /// The state itself, for [`FoldState::merge`].
    fn into_any(self: Box<Self>) -> Box<dyn Any>;
}

impl<F: Fold> FoldState for F {
    fn argument(&mut self, value: &Value, context: &Context<'_>) -> Result<(), CellError> {
        Fold::argument(self, value, context)
    }

    fn cell(&mut self, value: ValueRef<'_>) -> Result<(), CellError> {
        Fold::cell(self, value)
    }

    fn numbers(&mut self, numbers: &[f64]) -> Result<(), CellError> {
        Fold::numbers(self, numbers)
    }

    fn merge(&mut self, later: Box<dyn FoldState>) {
        match later.into_any().downcast::<F>() {
            Ok(later) => Fold::merge(self, *later),
            Err(_) => unreachable!("invariant: the parts of one fold are of one function"),
        }
    }

    fn finish(self: Box<Self>) -> Value {
        Value::from(Fold::finish(*self))
    }

    fn so_far(&self) -> Value {
        Value::from(Fold::finish(self.clone()))
    }

    fn restart(&mut self, context: &Context<'_>) {
        *self = F::start(context);
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

/// A type that a kernel's parameter may have. The engine has already coerced the operand as the row says.
pub trait FromOperand<'a>: Sized {
    /// The operand as this type.
    ///
    /// # Panics
    ///
    /// If the row's coercion and the kernel's type do not fit; the rows' examples find that.
    fn from_operand(operand: &'a Operand) -> Self;
}

/// A type that a parameter of a kernel may have which is called for each lane. `&Value` is none: it would need a text
/// of its own for each lane, where [`ValueRef`] borrows it.
pub trait FromLane<'a>: FromOperand<'a> {
    /// What the argument is in a lane, if it is a value for each.
    ///
    /// # Panics
    ///
    /// As [`FromOperand::from_operand`].
    fn from_value(value: ValueRef<'a>) -> Self;

    /// What the argument is in a lane.
    ///
    /// # Panics
    ///
    /// As [`FromOperand::from_operand`].
    #[inline]
    fn from_lane(argument: &LaneArgument<'a>, lane: usize) -> Self {
        match argument {
            LaneArgument::Numbers(numbers) => Self::from_value(ValueRef::Number(numbers[lane])),
            LaneArgument::Uniform(operand) => Self::from_operand(operand),
            LaneArgument::Cells(cells) => Self::from_value(cells.get(lane)),
        }
    }
}

#[track_caller]
fn misfit(given: &dyn Debug) -> ! {
    unreachable!("invariant: a kernel's parameter types fit its row, but it was given {given:?}")
}

/// Types that are one kind of value.
macro_rules! from_value {
    ($($type:ty: $kind:ident($inner:ident) => $result:expr;)*) => { $(
        impl<'a> FromOperand<'a> for $type {
            #[inline]
            fn from_operand(operand: &'a Operand) -> $type {
                match operand {
                    Operand::Value(value) => Self::from_value(value.as_ref()),
                    other => misfit(other),
                }
            }
        }

        impl<'a> FromLane<'a> for $type {
            #[inline]
            fn from_value(value: ValueRef<'a>) -> $type {
                match value {
                    ValueRef::$kind($inner) => $result,
                    other => misfit(&other),
                }
            }
        }
    )* };
}

from_value! {
    f64: Number(x) => x;
    bool: Boolean(x) => x;
    &'a str: Text(x) => x;
}

impl<'a> FromOperand<'a> for ValueRef<'a> {
    fn from_operand(operand: &'a Operand) -> ValueRef<'a> {
        match operand {
            Operand::Value(x) => x.as_ref(),
            other => misfit(other),
        }
    }
}

impl<'a> FromLane<'a> for ValueRef<'a> {
    #[inline]
    fn from_value(value: ValueRef<'a>) -> ValueRef<'a> {
        value
    }
}

impl<'a> FromOperand<'a> for &'a Value {
    fn from_operand(operand: &'a Operand) -> &'a Value {
        match operand {
            Operand::Value(x) => x,
            other => misfit(other),
        }
    }
}

impl<'a> FromOperand<'a> for &'a Reference {
    fn from_operand(operand: &'a Operand) -> &'a Reference {
        match operand {
            Operand::Reference(x) => x,
            other => misfit(other),
        }
    }
}

impl<'a> FromLane<'a> for &'a Reference {
    fn from_value(value: ValueRef<'a>) -> &'a Reference {
        misfit(&value)
    }
}

impl<'a> FromOperand<'a> for &'a Operand {
    fn from_operand(operand: &'a Operand) -> &'a Operand {
        operand
    }
}

impl<'a> FromLane<'a> for &'a Operand {
    fn from_value(value: ValueRef<'a>) -> &'a Operand {
        misfit(&value)
    }
}

impl<'a, T: FromOperand<'a>> FromOperand<'a> for Option<T> {
    fn from_operand(operand: &'a Operand) -> Option<T> {
        match operand {
            Operand::Omitted => None,
            given => Some(T::from_operand(given)),
        }
    }
}

impl<'a, T: FromLane<'a>> FromLane<'a> for Option<T> {
    #[inline]
    fn from_value(value: ValueRef<'a>) -> Option<T> {
        Some(T::from_value(value))
    }
}

/// A type that a kernel may give.
pub trait IntoOperand: Sized {
    /// The result as an operand.
    fn into_operand(self) -> Operand;

    /// Puts the result into a lane.
    #[inline]
    fn into_lane(self, lane: usize, results: &mut LaneResults<'_>) {
        results.put(lane, self.into_operand());
    }
}

/// A text that is made where it is to stand: what is inside adds it to the end of a text, or gives the error that is
/// the result instead. So a kernel over lanes makes no text of its own for each.
///
/// # Examples
///
/// ```
/// use tabulith::functions::{IntoOperand, Operand, Written};
///
/// let twice = |text: &'static str| {
///     Written(move |out: &mut String| {
///         out.push_str(text);
///         out.push_str(text);
///         Ok(())
///     })
/// };
/// assert_eq!(twice("ab").into_operand(), Operand::from("abab"));
/// ```
pub struct Written<F>(pub F);

impl<F: FnOnce(&mut String) -> Result<(), CellError>> IntoOperand for Written<F> {
    fn into_operand(self) -> Operand {
        let mut text = String::new();
        let written = (self.0)(&mut text);
        Operand::from(written.map(|()| text))
    }

    #[inline]
    fn into_lane(self, lane: usize, results: &mut LaneResults<'_>) {
        results.put_text(lane, self.0);
    }
}

/// Texts and values that are borrowed.
macro_rules! borrowed_into_operand {
    ($($type:ty: $given:ident => $value:expr;)*) => { $(
        impl IntoOperand for $type {
            fn into_operand(self) -> Operand {
                let $given = self;
                Operand::Value($value.to_value())
            }

            #[inline]
            fn into_lane(self, lane: usize, results: &mut LaneResults<'_>) {
                let $given = self;
                results.put_value(lane, $value);
            }
        }
    )* };
}

borrowed_into_operand! {
    &str: text => ValueRef::Text(text);
    ValueRef<'_>: value => value;
    char: c => ValueRef::Text(c.encode_utf8(&mut [0; 4]));
    String: text => ValueRef::Text(&text);
}

macro_rules! into_operand {
    ($($type:ty),*) => { $(
        impl IntoOperand for $type {
            #[inline]
            fn into_operand(self) -> Operand {
                self.into()
            }
        }
    )* };
}

into_operand!(f64, bool, CellError, Value, Array, Reference, Operand);

impl<T: IntoOperand> IntoOperand for Result<T, CellError> {
    #[inline]
    fn into_operand(self) -> Operand {
        match self {
            Ok(result) => result.into_operand(),
            Err(error) => Operand::Value(Value::Error(error)),
        }
    }

    #[inline]
    fn into_lane(self, lane: usize, results: &mut LaneResults<'_>) {
        match self {
            Ok(result) => result.into_lane(lane, results),
            Err(error) => results.put_value(lane, ValueRef::Error(error)),
        }
    }
}

/// What a kernel gives that can fail with an error value: `Result<f64, CellError>` is a value already, this is for
/// results that are arrays, references or operands.
impl From<Result<Operand, CellError>> for Operand {
    fn from(result: Result<Operand, CellError>) -> Operand {
        result.unwrap_or_else(|error| Operand::Value(Value::Error(error)))
    }
}
