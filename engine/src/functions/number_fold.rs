//! Folds over numbers: which values of an argument count as numbers is told here once, what becomes of the numbers by
//! each function.
//!
//! In ranges and arrays only numbers count for SUM and its kin ([`OfNumbers`]); AVERAGEA and its kin take a text for 0
//! and TRUE for 1 ([`OfAll`]). A value that is written as an argument is coerced in both.

use std::marker::PhantomData;

use super::{Context, Fold};
use crate::value::{CellError, ExactSum, SumMode, Value, ValueRef, to_number};

/// What a function does with numbers that come one after the other.
pub(in crate::functions) trait Accumulate:
    Sized + Clone + Send + 'static
{
    /// The state before the first number.
    fn start(mode: SumMode) -> Self;

    /// Takes a number.
    fn number(&mut self, x: f64);

    /// Takes numbers that follow each other.
    fn numbers(&mut self, numbers: &[f64]) {
        numbers.iter().for_each(|x| self.number(*x));
    }

    /// Takes the numbers that come after.
    fn merge(&mut self, later: Self);

    /// The result.
    fn finish(self) -> Result<f64, CellError>;
}

/// A fold in which only numbers of ranges and arrays count.
#[derive(Clone)]
pub(in crate::functions) struct OfNumbers<A>(A);

impl<A: Accumulate> Fold for OfNumbers<A> {
    fn start(context: &Context<'_>) -> Self {
        OfNumbers(A::start(context.sum_mode))
    }

    fn argument(&mut self, value: &Value, context: &Context<'_>) -> Result<(), CellError> {
        self.0.number(to_number(value, context.conventions)?);
        Ok(())
    }

    fn cell(&mut self, value: ValueRef<'_>) -> Result<(), CellError> {
        match value {
            ValueRef::Number(x) => self.0.number(x),
            ValueRef::Error(error) => return Err(error),
            _ => {}
        }
        Ok(())
    }

    fn numbers(&mut self, numbers: &[f64]) -> Result<(), CellError> {
        self.0.numbers(numbers);
        Ok(())
    }

    fn merge(&mut self, later: Self) {
        self.0.merge(later.0);
    }

    fn finish(self) -> Result<f64, CellError> {
        self.0.finish()
    }
}

/// A fold in which every value of ranges and arrays counts, texts as 0.
#[derive(Clone)]
pub(in crate::functions) struct OfAll<A>(A);

impl<A: Accumulate> Fold for OfAll<A> {
    fn start(context: &Context<'_>) -> Self {
        OfAll(A::start(context.sum_mode))
    }

    fn argument(&mut self, value: &Value, context: &Context<'_>) -> Result<(), CellError> {
        self.0.number(to_number(value, context.conventions)?);
        Ok(())
    }

    fn cell(&mut self, value: ValueRef<'_>) -> Result<(), CellError> {
        match value {
            ValueRef::Number(x) => self.0.number(x),
            ValueRef::Boolean(x) => self.0.number(f64::from(u8::from(x))),
            ValueRef::Text(_) => self.0.number(0.0),
            ValueRef::Blank => {}
            ValueRef::Error(error) => return Err(error),
        }
        Ok(())
    }

    fn numbers(&mut self, numbers: &[f64]) -> Result<(), CellError> {
        self.0.numbers(numbers);
        Ok(())
    }

    fn merge(&mut self, later: Self) {
        self.0.merge(later.0);
    }

    fn finish(self) -> Result<f64, CellError> {
        self.0.finish()
    }
}

/// A function of all the numbers at once.
pub(in crate::functions) trait OfList: Clone + Send + 'static {
    /// The result where there is no number.
    const OF_NONE: Result<f64, CellError> = Err(CellError::Num);

    /// The result for these numbers, of which there is at least one; it may bring them into another order.
    fn of(numbers: &mut [f64]) -> Result<f64, CellError>;
}

/// Numbers that are kept until all are there.
#[derive(Clone)]
pub(in crate::functions) struct Listed<F> {
    numbers: Vec<f64>,
    function: PhantomData<F>,
}

impl<F: OfList> Accumulate for Listed<F> {
    fn start(_: SumMode) -> Self {
        Listed {
            numbers: Vec::new(),
            function: PhantomData,
        }
    }

    fn number(&mut self, x: f64) {
        self.numbers.push(x);
    }

    fn numbers(&mut self, numbers: &[f64]) {
        self.numbers.extend_from_slice(numbers);
    }

    fn merge(&mut self, later: Self) {
        self.numbers.extend(later.numbers);
    }

    fn finish(mut self) -> Result<f64, CellError> {
        match self.numbers.as_mut_slice() {
            [] => F::OF_NONE,
            numbers => F::of(numbers),
        }
    }
}

/// A sum as the workbook wants it.
#[derive(Clone)]
pub(in crate::functions) enum Total {
    /// Without rounding on the way.
    Exact(ExactSum),
    /// Each addition rounded, in the order of the numbers.
    InOrder(f64),
}

impl Total {
    /// The sum of nothing.
    pub(in crate::functions) fn new(mode: SumMode) -> Total {
        match mode {
            SumMode::Exact => Total::Exact(ExactSum::new()),
            SumMode::ExcelOrder => Total::InOrder(0.0),
        }
    }

    /// Adds a number.
    pub(in crate::functions) fn add(&mut self, x: f64) {
        match self {
            Total::Exact(sum) => sum.add(x),
            Total::InOrder(sum) => *sum += x,
        }
    }

    /// Adds numbers.
    pub(in crate::functions) fn add_slice(&mut self, numbers: &[f64]) {
        match self {
            Total::Exact(sum) => sum.add_slice(numbers),
            Total::InOrder(sum) => numbers.iter().for_each(|x| *sum += x),
        }
    }

    /// Adds a product.
    pub(in crate::functions) fn add_product(&mut self, a: f64, b: f64) {
        match self {
            Total::Exact(sum) => sum.add_product(a, b),
            Total::InOrder(sum) => *sum += a * b,
        }
    }

    /// Adds what comes after. In Excel's order this rounds as no single pass would, so such folds must not be divided.
    pub(in crate::functions) fn merge(&mut self, later: &Total) {
        match (self, later) {
            (Total::Exact(sum), Total::Exact(later)) => sum.merge(later),
            (total, Total::InOrder(later)) => total.add(*later),
            (total, Total::Exact(later)) => total.add(later.finish()),
        }
    }

    /// The sum; not finite if it is too large.
    pub(in crate::functions) fn finish(&self) -> f64 {
        match self {
            Total::Exact(sum) => sum.finish(),
            Total::InOrder(sum) => *sum,
        }
    }
}
