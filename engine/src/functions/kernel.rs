//! The five shapes of a function's body, and the conversions between operands and the types a body is written in.

use std::any::Any;
use std::sync::Arc;

use super::lanes::LaneArgument;
use super::{Context, Operand, Reference};
use crate::value::{CellError, Value, ValueRef};

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

    /// What the argument is in a lane.
    ///
    /// # Panics
    ///
    /// As [`FromOperand::from_operand`].
    #[inline]
    fn from_lane(argument: &LaneArgument<'a>, lane: usize) -> Self {
        match argument {
            LaneArgument::Uniform(operand) => Self::from_operand(operand),
            LaneArgument::Operands(operands) => Self::from_operand(&operands[lane]),
            LaneArgument::Numbers(_) => {
                unreachable!("invariant: only parameters that are numbers are given numbers")
            }
        }
    }
}

#[track_caller]
fn misfit(operand: &Operand) -> ! {
    unreachable!("invariant: a kernel's parameter types fit its row, but it was given {operand:?}")
}

impl FromOperand<'_> for f64 {
    fn from_operand(operand: &Operand) -> f64 {
        match operand {
            Operand::Value(Value::Number(x)) => *x,
            other => misfit(other),
        }
    }

    #[inline]
    fn from_lane(argument: &LaneArgument<'_>, lane: usize) -> f64 {
        match argument {
            LaneArgument::Numbers(numbers) => numbers[lane],
            LaneArgument::Uniform(operand) => f64::from_operand(operand),
            LaneArgument::Operands(operands) => f64::from_operand(&operands[lane]),
        }
    }
}

impl FromOperand<'_> for bool {
    fn from_operand(operand: &Operand) -> bool {
        match operand {
            Operand::Value(Value::Boolean(x)) => *x,
            other => misfit(other),
        }
    }
}

impl<'a> FromOperand<'a> for &'a str {
    fn from_operand(operand: &'a Operand) -> &'a str {
        match operand {
            Operand::Value(Value::Text(x)) => x,
            other => misfit(other),
        }
    }
}

impl<'a> FromOperand<'a> for &'a Arc<str> {
    fn from_operand(operand: &'a Operand) -> &'a Arc<str> {
        match operand {
            Operand::Value(Value::Text(x)) => x,
            other => misfit(other),
        }
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

impl<'a> FromOperand<'a> for &'a Operand {
    fn from_operand(operand: &'a Operand) -> &'a Operand {
        operand
    }
}

impl<'a, T: FromOperand<'a>> FromOperand<'a> for Option<T> {
    fn from_operand(operand: &'a Operand) -> Option<T> {
        match operand {
            Operand::Omitted => None,
            given => Some(T::from_operand(given)),
        }
    }

    #[inline]
    fn from_lane(argument: &LaneArgument<'a>, lane: usize) -> Option<T> {
        match argument {
            LaneArgument::Numbers(_) => Some(T::from_lane(argument, lane)),
            LaneArgument::Uniform(operand) => Self::from_operand(operand),
            LaneArgument::Operands(operands) => Self::from_operand(&operands[lane]),
        }
    }
}

/// A type that a kernel may give.
pub trait IntoOperand {
    /// The result as an operand.
    fn into_operand(self) -> Operand;
}

impl<T: Into<Operand>> IntoOperand for T {
    fn into_operand(self) -> Operand {
        self.into()
    }
}

/// What a kernel gives that can fail with an error value: `Result<f64, CellError>` is a value already, this is for
/// results that are arrays, references or operands.
impl From<Result<Operand, CellError>> for Operand {
    fn from(result: Result<Operand, CellError>) -> Operand {
        result.unwrap_or_else(|error| Operand::Value(Value::Error(error)))
    }
}
