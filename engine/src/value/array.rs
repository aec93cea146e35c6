//! Arrays: rectangles of values, as formulas compute them.

use super::{CellError, Value, ValueRef};
use crate::error::{Error, ErrorKind};
use crate::limits;

/// A rectangle of values in row-major order, never empty.
///
/// The last rows may be equal: whole-column formulas such as `A:A=""` give a million rows of which the used ones are
/// stored and the rest is one row, the *tail*, that repeats.
///
/// # Examples
///
/// ```
/// use tabulith::value::{Array, Value};
///
/// let array = Array::new(2, 2, vec![1.0.into(), 2.0.into(), 3.0.into(), 4.0.into()]).unwrap();
/// assert_eq!(array.get(1, 0), &Value::Number(3.0));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Array {
    rows: u32,
    columns: u32,
    cells: Vec<Value>,
    tail: Vec<Value>,
}

impl Array {
    /// An array of `rows` × `columns` values.
    ///
    /// # Errors
    ///
    /// `#CALC!` if it would be empty, `#NUM!` if it would hold more than [`limits::ARRAY_CELLS`] values, `#VALUE!`
    /// if `cells` has another length.
    pub fn new(rows: u32, columns: u32, cells: Vec<Value>) -> Result<Array, CellError> {
        Array::check_size(rows, columns)?;
        if cells.len() as u64 != u64::from(rows) * u64::from(columns) {
            return Err(CellError::Value);
        }
        Ok(Array {
            rows,
            columns,
            cells,
            tail: Vec::new(),
        })
    }

    /// An array of `rows` rows of which the first are given and the rest repeat `tail`.
    ///
    /// # Errors
    ///
    /// As [`Array::new`]; only stored values count against the limit.
    pub fn with_tail(rows: u32, tail: Vec<Value>, cells: Vec<Value>) -> Result<Array, CellError> {
        let columns = tail.len() as u32;
        if rows == 0 || columns == 0 {
            return Err(CellError::Calc);
        }
        if !cells.len().is_multiple_of(tail.len())
            || cells.len() as u64 > u64::from(rows) * u64::from(columns)
        {
            return Err(CellError::Value);
        }
        Array::check_size((cells.len() as u32 / columns).max(1), columns)?;
        let full = cells.len() as u64 == u64::from(rows) * u64::from(columns);
        Ok(Array {
            rows,
            columns,
            cells,
            tail: if full { Vec::new() } else { tail },
        })
    }

    /// An array of one value.
    pub fn single(value: Value) -> Array {
        Array {
            rows: 1,
            columns: 1,
            cells: vec![value],
            tail: Vec::new(),
        }
    }

    /// Whether an array of this size may be made.
    ///
    /// # Errors
    ///
    /// `#CALC!` if it would be empty, `#NUM!` if it would be too large.
    pub fn check_size(rows: u32, columns: u32) -> Result<(), CellError> {
        if rows == 0 || columns == 0 {
            return Err(CellError::Calc);
        }
        if u64::from(rows) * u64::from(columns) > limits::ARRAY_CELLS {
            return Err(CellError::Num);
        }
        Ok(())
    }

    /// Number of rows.
    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// Number of columns.
    pub fn columns(&self) -> u32 {
        self.columns
    }

    /// Number of rows that are stored; the others equal [`Array::tail`].
    pub fn stored_rows(&self) -> u32 {
        self.cells.len() as u32 / self.columns
    }

    /// The row that every row behind the stored ones repeats; empty if all rows are stored.
    pub fn tail(&self) -> &[Value] {
        &self.tail
    }

    /// How many rows repeat the tail, for who looks at `filled` values in each of them.
    ///
    /// # Errors
    ///
    /// `#NUM!` if these are more values than an array may hold.
    pub fn repeats(&self, filled: usize) -> Result<u32, CellError> {
        let rows = self.rows - self.stored_rows();
        match u64::from(rows) * filled as u64 > limits::ARRAY_CELLS {
            true => Err(CellError::Num),
            false => Ok(rows),
        }
    }

    /// Shows the values that are not blank, in row-major order, those of the tail as often as it repeats, until the
    /// visitor fails.
    ///
    /// # Errors
    ///
    /// What the visitor gives; `#NUM!` when the tail comes again and is more than an array may hold.
    pub fn visit_filled(
        &self,
        visitor: &mut dyn FnMut(ValueRef<'_>) -> Result<(), CellError>,
    ) -> Result<(), CellError> {
        let filled = |value: &&Value| !value.is_blank();
        let mut stored = self.cells.iter().filter(filled);
        stored.try_for_each(|value| visitor(value.as_ref()))?;
        let tail: Vec<&Value> = self.tail.iter().filter(filled).collect();
        if tail.is_empty() {
            return Ok(());
        }
        for row in self.stored_rows()..self.rows {
            if row > self.stored_rows() {
                self.repeats(tail.len())?;
            }
            tail.iter().try_for_each(|value| visitor(value.as_ref()))?;
        }
        Ok(())
    }

    /// The values row by row, the tail written out.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`] if these are more than [`limits::ARRAY_CELLS`].
    ///
    /// # Examples
    ///
    /// ```
    /// use tabulith::value::{Array, Value};
    ///
    /// let array = Array::with_tail(3, vec![0.0.into()], vec![7.0.into()]).unwrap();
    /// let rows = array.to_rows()?;
    /// assert_eq!(rows, [[Value::Number(7.0)], [Value::Number(0.0)], [Value::Number(0.0)]]);
    /// # Ok::<(), tabulith::Error>(())
    /// ```
    pub fn to_rows(&self) -> Result<Vec<Vec<Value>>, Error> {
        if Array::check_size(self.rows, self.columns).is_err() {
            let message = format!(
                "the result has {} x {} values, and at most {} are written out",
                self.rows,
                self.columns,
                limits::ARRAY_CELLS
            );
            return Err(Error::new(ErrorKind::Limit, message));
        }
        let columns = self.columns as usize;
        let stored = self.cells.chunks(columns).map(<[Value]>::to_vec);
        let repeated = self.rows - self.stored_rows();
        let tail = (0..repeated).map(|_| self.tail.clone());
        Ok(stored.chain(tail).collect())
    }

    /// The stored values in row-major order.
    pub fn cells(&self) -> &[Value] {
        &self.cells
    }

    /// The value at a 0-based row and column.
    ///
    /// # Panics
    ///
    /// If the place is outside the array.
    pub fn get(&self, row: u32, column: u32) -> &Value {
        assert!(
            row < self.rows && column < self.columns,
            "an array of {}x{} has no cell {row},{column}",
            self.rows,
            self.columns
        );
        let stored = row as usize * self.columns as usize + column as usize;
        self.cells
            .get(stored)
            .unwrap_or_else(|| &self.tail[column as usize])
    }

    /// The value at a place as lifting sees it: a dimension of 1 stretches, what is missing is `None` (`#N/A`).
    pub fn broadcast(&self, row: u32, column: u32) -> Option<&Value> {
        let row = if self.rows == 1 { 0 } else { row };
        let column = if self.columns == 1 { 0 } else { column };
        (row < self.rows && column < self.columns).then(|| self.get(row, column))
    }

    /// The array with each stored value, and each of the tail, replaced.
    #[must_use]
    pub fn map(&self, mut f: impl FnMut(&Value) -> Value) -> Array {
        Array {
            rows: self.rows,
            columns: self.columns,
            cells: self.cells.iter().map(&mut f).collect(),
            tail: self.tail.iter().map(f).collect(),
        }
    }

    /// The array with rows and columns exchanged.
    ///
    /// # Errors
    ///
    /// `#NUM!` if the array, its tail written out, is too large.
    pub fn transpose(&self) -> Result<Array, CellError> {
        Array::check_size(self.columns, self.rows)?;
        let mut cells = Vec::with_capacity(self.rows as usize * self.columns as usize);
        for column in 0..self.columns {
            cells.extend((0..self.rows).map(|row| self.get(row, column).clone()));
        }
        Array::new(self.columns, self.rows, cells)
    }
}
