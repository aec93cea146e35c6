//! Columns of values, as vectorised functions of the user take and give them.

use crate::value::{Value, ValueRef};

/// A column of values: an argument or the result of a vectorised function.
///
/// An argument is [`UserColumn::Numbers`] if and only if all its values are numbers.
///
/// # Examples
///
/// ```
/// use tabulith::functions::UserColumn;
/// use tabulith::value::{Value, ValueRef};
///
/// let mut column = UserColumn::from(vec![1.0, 2.0]);
/// column.push(ValueRef::Text("three"));
/// assert_eq!(column, UserColumn::Values(vec![1.0.into(), 2.0.into(), Value::text("three")]));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub enum UserColumn {
    /// Numbers.
    Numbers(Vec<f64>),
    /// Values of any kind.
    Values(Vec<Value>),
}

impl Default for UserColumn {
    fn default() -> Self {
        UserColumn::Numbers(Vec::new())
    }
}

impl From<Vec<f64>> for UserColumn {
    fn from(numbers: Vec<f64>) -> UserColumn {
        UserColumn::Numbers(numbers)
    }
}

impl From<Vec<Value>> for UserColumn {
    fn from(values: Vec<Value>) -> UserColumn {
        UserColumn::Values(values)
    }
}

impl UserColumn {
    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            UserColumn::Numbers(numbers) => numbers.len(),
            UserColumn::Values(values) => values.len(),
        }
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value in a row; blank behind the last.
    pub fn get(&self, row: usize) -> ValueRef<'_> {
        match self {
            UserColumn::Numbers(numbers) => numbers
                .get(row)
                .map_or(ValueRef::Blank, |x| ValueRef::Number(*x)),
            UserColumn::Values(values) => values.get(row).map_or(ValueRef::Blank, Value::as_ref),
        }
    }

    /// Adds a row.
    pub fn push(&mut self, value: ValueRef<'_>) {
        match (&mut *self, value) {
            (UserColumn::Numbers(numbers), ValueRef::Number(x)) => numbers.push(x),
            (UserColumn::Values(values), value) => values.push(value.to_value()),
            (UserColumn::Numbers(numbers), value) => {
                let mut values: Vec<Value> = numbers.iter().map(|x| Value::Number(*x)).collect();
                values.push(value.to_value());
                *self = UserColumn::Values(values);
            }
        }
    }

    /// The values of some rows.
    pub(super) fn picked(&self, rows: &[usize]) -> UserColumn {
        let mut picked = UserColumn::default();
        rows.iter().for_each(|row| picked.push(self.get(*row)));
        picked
    }
}
