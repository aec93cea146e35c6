//! Rows or columns in another order or fewer of them: SORT, SORTBY, FILTER, UNIQUE.

use std::cmp::Ordering;
use std::sync::Arc;

use hashbrown::{HashMap, HashSet};

use super::table::Table;
use crate::functions::declare::functions;
use crate::functions::{Context, Operand};
use crate::value::{Array, CellError, Value, fold, sort_compare, to_boolean, to_number};

functions! {
    /// The rows of a table in order of one of its columns, or of several.
    ///
    /// `order` is 1 to rise and -1 to fall; `index` and `order` may be arrays. With `by_column` the columns are put
    /// in order of rows. Numbers come before texts, FALSE, TRUE and errors; blank cells are always last.
    ///
    ///     =INDEX(SORT({3;1;2}), 1)                   -> 1
    ///     =INDEX(SORT({1,"a";2,"c";3,"b"}, 2, -1), 1, 1) -> 2
    "SORT"(array: Array, index: Table or omitted, order: Table or omitted, by_column: Boolean = false)
        [spills] => array(sort);

    /// The rows or columns of a table in order of other values.
    ///
    ///     =INDEX(SORTBY({"a";"b";"c"}, {3;1;2}), 1)     -> "b"
    ///     =INDEX(SORTBY({"a";"b";"c"}, {3;1;2}, -1), 1) -> "a"
    ///     =SORTBY({1;2}, {1;2;3})                       -> #VALUE!
    "SORTBY"(array: Array, by: Array; repeat order_or_by: Table or omitted) [spills] => array_rest(sort_by);

    /// The rows or columns of a table for which a condition holds.
    ///
    ///     =SUM(FILTER({1;2;3}, {1;0;1}))         -> 4
    ///     =FILTER({1;2}, {FALSE;FALSE}, "none")  -> "none"
    ///     =FILTER({1;2}, {FALSE;FALSE})          -> #CALC!
    "FILTER"(array: Array, include: Array, if_empty: Lazy or omitted) [spills] => array(filter);

    /// The rows of a table without repetitions, texts compared but for case.
    ///
    /// With `by_column` it compares columns. With `once` only what occurs exactly once remains.
    ///
    ///     =ROWS(UNIQUE({1;2;1;3}))                -> 3
    ///     =SUM(UNIQUE({1;2;1;3}, FALSE, TRUE))    -> 5
    ///     =COLUMNS(UNIQUE({1,2,1}, TRUE))         -> 2
    "UNIQUE"(array: Array, by_column: Boolean = false, once: Boolean = false) [spills] => array(unique);
}

/// A table whose rows or columns, its *lines*, are picked and ordered.
struct Lines {
    array: Array,
    /// Whether the lines are columns.
    columns: bool,
}

impl Lines {
    fn read(context: &Context<'_>, operand: &Operand, columns: bool) -> Result<Lines, CellError> {
        let array = Table::of(operand)?.to_array(context)?;
        Ok(Lines { array, columns })
    }

    fn count(&self) -> u32 {
        if self.columns {
            self.array.columns()
        } else {
            self.array.rows()
        }
    }

    /// Number of values of a line.
    fn width(&self) -> u32 {
        if self.columns {
            self.array.rows()
        } else {
            self.array.columns()
        }
    }

    /// Places of a line by which it differs from others: those behind repeat the last.
    fn told_apart(&self) -> u32 {
        if self.columns {
            self.array.rows().min(self.array.stored_rows() + 1)
        } else {
            self.array.columns()
        }
    }

    /// Number of lines that are stored; those behind are alike.
    fn stored(&self) -> u32 {
        if self.columns {
            self.array.columns()
        } else {
            self.array.stored_rows()
        }
    }

    fn get(&self, line: u32, place: u32) -> &Value {
        if self.columns {
            self.array.get(place, line)
        } else {
            self.array.get(line, place)
        }
    }

    /// The array of these lines, and behind them so many of those that are not stored.
    fn pick(&self, lines: &[u32], behind: u32) -> Result<Array, CellError> {
        let array = &self.array;
        let count = lines.len() as u32;
        if self.columns {
            Array::check_size(array.rows(), count)?;
            let pick_row = |row: u32| lines.iter().map(move |line| array.get(row, *line).clone());
            let values = (0..array.stored_rows()).flat_map(pick_row).collect();
            if array.tail().is_empty() {
                return Array::new(array.rows(), count, values);
            }
            return Array::with_tail(
                array.rows(),
                pick_row(array.stored_rows()).collect(),
                values,
            );
        }
        Array::check_size(count.max(1), array.columns())?;
        let pick_line = |line: &u32| {
            (0..array.columns())
                .map(|column| array.get(*line, column).clone())
                .collect::<Vec<_>>()
        };
        let values = lines.iter().flat_map(pick_line).collect();
        if behind > 0 {
            Array::with_tail(count + behind, array.tail().to_vec(), values)
        } else {
            Array::new(count, array.columns(), values)
        }
    }
}

/// Values to sort by, one of each line, and whether they fall.
struct Key {
    values: Vec<Value>,
    falls: bool,
}

/// The numbers 1 or -1 that say how to sort.
fn falls(context: &Context<'_>, order: &Value) -> Result<bool, CellError> {
    let order = to_number(order.as_ref(), context.conventions)?;
    if order == 1.0 {
        Ok(false)
    } else if order == -1.0 {
        Ok(true)
    } else {
        Err(CellError::Value)
    }
}

/// The lines in the order of their keys; equal ones stay as they are.
fn sorted(count: u32, keys: &[Key]) -> Vec<u32> {
    let mut lines: Vec<u32> = (0..count).collect();
    lines.sort_by(|a, b| {
        let orders = keys.iter().map(|key| {
            let (a, b) = (&key.values[*a as usize], &key.values[*b as usize]);
            let order = sort_compare(a.as_ref(), b.as_ref());
            // A blank is last, whichever way the others run.
            if key.falls && !a.is_blank() && !b.is_blank() {
                order.reverse()
            } else {
                order
            }
        });
        orders.fold(Ordering::Equal, Ordering::then)
    });
    lines
}

/// The values of an optional argument that may be an array; without one, `default`.
fn list(
    context: &Context<'_>,
    operand: Option<&Operand>,
    default: f64,
) -> Result<Vec<Value>, CellError> {
    match operand {
        None => Ok(vec![Value::Number(default)]),
        Some(operand) => {
            let array = Table::of(operand)?.to_array(context)?;
            Array::check_size(array.rows(), array.columns())?;
            let places = (0..array.rows())
                .flat_map(|row| (0..array.columns()).map(move |column| (row, column)));
            Ok(places
                .map(|(row, column)| array.get(row, column).clone())
                .collect())
        }
    }
}

fn sort(
    context: &Context<'_>,
    array: &Operand,
    index: Option<&Operand>,
    order: Option<&Operand>,
    by_column: bool,
) -> Result<Operand, CellError> {
    let lines = Lines::read(context, array, by_column)?;
    let indexes = list(context, index, 1.0)?;
    let orders = list(context, order, 1.0)?;
    if orders.len() != 1 && orders.len() != indexes.len() {
        return Err(CellError::Value);
    }
    let mut keys = Vec::new();
    let mut seen = HashSet::new();
    for (index, order) in indexes.iter().zip(orders.iter().cycle()) {
        let place = to_number(index.as_ref(), context.conventions)?.trunc();
        if place < 1.0 || place > f64::from(lines.width()) {
            return Err(CellError::Value);
        }
        let falls = falls(context, order)?;
        // To sort by the same values once more changes nothing.
        if !seen.insert(place as u32) {
            continue;
        }
        let values = (0..lines.stored()).map(|line| lines.get(line, place as u32 - 1).clone());
        keys.push(Key {
            values: values.collect(),
            falls,
        });
    }
    // The rows that are not stored are blank in every table that a sheet gives, so they stay behind.
    let behind = lines.count() - lines.stored();
    lines
        .pick(&sorted(lines.stored(), &keys), behind)
        .map(Operand::from)
}

fn sort_by(context: &Context<'_>, operands: &[Operand]) -> Result<Operand, CellError> {
    let [array, rest @ ..] = operands else {
        return Err(CellError::Value);
    };
    // An order may be left out behind a single key only.
    if rest.len() > 1 && rest.len() % 2 == 1 {
        return Err(CellError::Value);
    }
    let source = Table::of(array)?.to_array(context)?;
    let mut keys = Vec::new();
    let mut columns = false;
    for pair in rest.chunks(2) {
        let by = Table::of(&pair[0])?.to_array(context)?;
        let down = by.columns() == 1 && by.rows() == source.rows();
        let across = by.rows() == 1 && by.columns() == source.columns();
        if !down && !across || !keys.is_empty() && across != columns {
            return Err(CellError::Value);
        }
        columns = across && !down;
        let falls = match pair.get(1) {
            None | Some(Operand::Omitted) => false,
            Some(order) => {
                let order = Table::of(order)?.to_array(context)?;
                falls(context, order.get(0, 0))?
            }
        };
        keys.push((by, falls));
    }
    let lines = Lines {
        array: source,
        columns,
    };
    // Where keys reach further than the table, its blank rows take part.
    let stored = keys.iter().map(|(by, _)| {
        if columns {
            by.columns()
        } else {
            by.stored_rows()
        }
    });
    let stored = stored.max().unwrap_or(0).max(lines.stored());
    let value = |by: &Array, line| {
        if columns {
            by.get(0, line)
        } else {
            by.get(line, 0)
        }
        .clone()
    };
    let keys: Vec<Key> = keys
        .iter()
        .map(|(by, falls)| Key {
            values: (0..stored).map(|line| value(by, line)).collect(),
            falls: *falls,
        })
        .collect();
    lines
        .pick(&sorted(stored, &keys), lines.count() - stored)
        .map(Operand::from)
}

fn filter(
    context: &Context<'_>,
    array: &Operand,
    include: &Operand,
    if_empty: Option<&Operand>,
) -> Result<Operand, CellError> {
    let include = Table::of(include)?.to_array(context)?;
    let table = Table::of(array)?;
    let columns = if include.columns() == 1 && include.rows() == table.rows() {
        false
    } else if include.rows() == 1 && include.columns() == table.columns() {
        true
    } else {
        return Err(CellError::Value);
    };
    let lines = Lines::read(context, array, columns)?;
    // What is stored of neither the table nor the conditions is all alike.
    let alike_from = if columns {
        lines.count()
    } else {
        lines.stored().max(include.stored_rows())
    };
    let holds = |line: u32| {
        let condition = if columns {
            include.get(0, line)
        } else {
            include.get(line, 0)
        };
        to_boolean(condition.as_ref())
    };
    let end = if alike_from < lines.count() && !holds(alike_from)? {
        alike_from
    } else {
        lines.count()
    };
    let mut kept = Vec::new();
    for line in 0..end {
        if holds(line)? {
            kept.push(line);
        }
    }
    if !kept.is_empty() {
        return lines.pick(&kept, 0).map(Operand::from);
    }
    match if_empty {
        Some(operand) => Ok(operand.clone()),
        None => Err(CellError::Calc),
    }
}

/// A value as something that can be hashed: two values have the same if lookups take them for equal.
#[derive(PartialEq, Eq, Hash)]
enum Identity {
    Blank,
    Number(u64),
    Text(Arc<str>),
    Boolean(bool),
    Error(CellError),
}

impl Identity {
    fn of(value: &Value) -> Identity {
        match value {
            Value::Blank => Identity::Blank,
            Value::Number(number) => Identity::Number(number.to_bits()),
            Value::Text(text) => Identity::Text(match fold(text) {
                std::borrow::Cow::Borrowed(_) => text.clone(),
                std::borrow::Cow::Owned(folded) => folded.into(),
            }),
            Value::Boolean(truth) => Identity::Boolean(*truth),
            Value::Error(error) => Identity::Error(*error),
        }
    }
}

fn unique(
    context: &Context<'_>,
    array: &Operand,
    by_column: bool,
    once: bool,
) -> Result<Operand, CellError> {
    let lines = Lines::read(context, array, by_column)?;
    // One line stands for all that are not stored, which are at least two if there is more than one.
    let behind = lines.count() - lines.stored();
    let compared = lines.stored() + behind.min(2);
    let mut first_of: HashMap<Vec<Identity>, usize> = HashMap::new();
    let mut firsts: Vec<(u32, u32)> = Vec::new();
    for line in 0..compared {
        let identity = (0..lines.told_apart()).map(|place| Identity::of(lines.get(line, place)));
        let known = *first_of.entry(identity.collect()).or_insert(firsts.len());
        match firsts.get_mut(known) {
            Some((_, count)) => *count += 1,
            None => firsts.push((line, 1)),
        }
    }
    let kept = firsts.iter().filter(|(_, count)| !once || *count == 1);
    let kept: Vec<u32> = kept.map(|(line, _)| *line).collect();
    lines.pick(&kept, 0).map(Operand::from)
}
