//! What is put into cells: a value, a formula, rows, columns, frames.

use pyo3::prelude::*;
use tabulith::formula::Mode;
use tabulith::reference::{Area, Cell, Rect, SheetId};
use tabulith::value::Value;
use tabulith::workbook::Operation;
use tabulith::{Error, ErrorKind, Result, Snapshot, limits};

use crate::columns::{self, Cells, Column, Columns};
use crate::errors::OrRaise;
use crate::moments::Moment;
use crate::source::Source;
use crate::values::{self, Input};

/// Rows up to which a block is written row by row.
const LOW: usize = 64;

/// Puts a value, a formula, rows or columns into an area.
pub(crate) fn set(
    py: Python<'_>,
    source: &Source,
    area: Area,
    object: &Bound<'_, PyAny>,
) -> PyResult<()> {
    source.handle(py)?;
    let Area { sheet, rect } = area;
    let snapshot = source.layout(py)?;
    let date1904 = snapshot.settings().date1904;
    // Looking for what a number or a text might be a column of costs more than setting a cell.
    if !values::is_single(object)
        && let Some(columns) = columns::columns(object, date1904)?
    {
        let columns = arranged(&rect, columns).or_raise(py)?;
        return put(py, source, (sheet, rect.top_left()), &snapshot, columns);
    }
    match values::from_python(object, date1904)? {
        Input::Formula(formula) => source.edit(py, |tx| {
            tx.apply(Operation::SetFormula {
                sheet,
                rect,
                formula: formula.into(),
                mode: Mode::Dynamic,
            })
        }),
        Input::Value(value) => {
            let moment = values::moment(object);
            if rect.size() == 1 && moment.is_none() {
                return source.edit(py, |tx| tx.set_at(sheet, rect.top_left(), value));
            }
            let columns = repeated(&rect, &value, moment).or_raise(py)?;
            put(py, source, (sheet, rect.top_left()), &snapshot, columns)
        }
    }
}

/// Puts columns down from the first cell of an area on, with their names first if they have any and `header` does not
/// say otherwise; tells which cells that were.
pub(crate) fn write(
    py: Python<'_>,
    source: &Source,
    area: Area,
    object: &Bound<'_, PyAny>,
    header: Option<bool>,
) -> PyResult<Rect> {
    source.handle(py)?;
    let at = area.rect.top_left();
    let snapshot = source.layout(py)?;
    let columns = columns::columns(object, snapshot.settings().date1904)?;
    let Some(Columns { names, columns, .. }) = columns else {
        let message =
            "rows, columns or a frame are needed; a single value is set by `ws[\"A1\"] = value`";
        return Err(Error::new(ErrorKind::Argument, message)).or_raise(py);
    };
    let names = match (names, header) {
        (None, Some(true)) => {
            let message = "the columns have no names that could be a header";
            return Err(Error::new(ErrorKind::Argument, message)).or_raise(py);
        }
        (_, Some(false)) => None,
        (names, _) => names,
    };
    let rows = columns.iter().map(Column::len).max().unwrap_or(0) + usize::from(names.is_some());
    let corner = |size: usize, first: u32| {
        u32::try_from(size.max(1) - 1)
            .ok()
            .and_then(|size| first.checked_add(size))
            .unwrap_or(u32::MAX)
    };
    let rect = Rect::new(
        at,
        Cell::new(corner(rows, at.row), corner(columns.len(), at.column)),
    );
    let mut below = at;
    let mut operations = Vec::new();
    if let Some(names) = names.filter(|names| !names.is_empty()) {
        operations.push(Operation::SetValues {
            sheet: area.sheet,
            at,
            columns: names.len() as u32,
            values: names
                .iter()
                .map(|name| Value::from(name.as_str()))
                .collect(),
        });
        below.row = below.row.saturating_add(1);
    }
    add_operations(&mut operations, (area.sheet, below), &snapshot, columns);
    source.edit(py, |tx| {
        operations
            .into_iter()
            .try_for_each(|operation| tx.apply(operation))
    })?;
    Ok(rect)
}

/// Writes columns side by side from a cell on, in one edit.
fn put(
    py: Python<'_>,
    source: &Source,
    place: (SheetId, Cell),
    snapshot: &Snapshot,
    columns: Vec<Column>,
) -> PyResult<()> {
    let mut operations = Vec::new();
    add_operations(&mut operations, place, snapshot, columns);
    source.edit(py, |tx| {
        operations
            .into_iter()
            .try_for_each(|operation| tx.apply(operation))
    })
}

fn add_operations(
    operations: &mut Vec<Operation>,
    (sheet, at): (SheetId, Cell),
    snapshot: &Snapshot,
    columns: Vec<Column>,
) {
    let height = columns.iter().map(Column::len).max().unwrap_or(0);
    let mut formats = Vec::new();
    for (number, column) in columns.iter().enumerate() {
        let at = Cell::new(at.row, at.column.saturating_add(number as u32));
        // Who has a format keeps it.
        if let Some(moment) = column.moment
            && &*snapshot.number_format_at(sheet, at) == "General"
        {
            let last = at
                .row
                .saturating_add((column.len() as u32).saturating_sub(1));
            formats.push(Operation::SetNumberFormat {
                sheet,
                rect: Rect::new(at, Cell::new(last, at.column)),
                code: moment.format().into(),
            });
        }
    }
    if height <= LOW && columns.len() > 1 {
        operations.extend(row_by_row((sheet, at), height, columns));
    } else {
        operations.extend(column_by_column((sheet, at), columns));
    }
    operations.append(&mut formats);
}

/// Low blocks are one edit of all their cells.
fn row_by_row(
    (sheet, at): (SheetId, Cell),
    height: usize,
    columns: Vec<Column>,
) -> Option<Operation> {
    let width = columns.len();
    let mut values = vec![Value::Blank; height * width];
    for (number, column) in columns.into_iter().enumerate() {
        for (row, value) in column.into_values().into_iter().enumerate() {
            values[row * width + number] = value;
        }
    }
    (height > 0).then(|| Operation::SetValues {
        sheet,
        at,
        columns: width as u32,
        values: values.into(),
    })
}

fn column_by_column(
    (sheet, at): (SheetId, Cell),
    columns: Vec<Column>,
) -> impl Iterator<Item = Operation> {
    let filled = columns.into_iter().enumerate();
    let filled = filled.filter(|(_, column)| column.len() > 0);
    filled.map(move |(number, column)| {
        let at = Cell::new(at.row, at.column.saturating_add(number as u32));
        match column.cells {
            Cells::Numbers(numbers) => Operation::SetNumbers {
                sheet,
                at,
                values: numbers,
            },
            Cells::Values(values) => Operation::SetValues {
                sheet,
                at,
                columns: 1,
                values: values.into(),
            },
        }
    })
}

/// One value for every cell of a rectangle.
fn repeated(rect: &Rect, value: &Value, moment: Option<Moment>) -> Result<Vec<Column>> {
    if rect.size() > limits::ARRAY_CELLS {
        let message = format!("{} cells are too many to be set one by one", rect.size());
        return Err(Error::new(ErrorKind::Limit, message));
    }
    let rows = rect.rows() as usize;
    let column = |_| {
        let column = match value {
            // A lone value is compared with what is there, which a column of numbers is not.
            Value::Number(x) if rows > 1 => {
                Column::numbers(std::iter::repeat_n(*x, rows).collect())
            }
            value => Column::values(vec![value.clone(); rows]),
        };
        Column { moment, ..column }
    };
    Ok((0..rect.columns()).map(column).collect())
}

/// Columns as they are laid over a rectangle. A single cell takes them all; a range must have their shape; a list goes
/// down a column, or along a range of one row.
fn arranged(rect: &Rect, columns: Columns) -> Result<Vec<Column>> {
    let rows = columns.rows();
    let (height, width) = (rect.rows() as usize, rect.columns() as usize);
    let Columns {
        mut columns,
        is_list,
        ..
    } = columns;
    if is_list && height == 1 && width > 1 {
        let moment = columns.first().and_then(|column| column.moment);
        let cells = columns.pop().map(Column::into_values).unwrap_or_default();
        columns = cells
            .into_iter()
            .map(|cell| Column {
                moment,
                ..Column::values(vec![cell])
            })
            .collect();
        if columns.len() == width {
            return Ok(columns);
        }
        let message = format!("{rows} values do not fit into a range of 1 x {width} cells");
        return Err(Error::new(ErrorKind::Argument, message));
    }
    if rect.size() == 1 || (rows == height && columns.len() == width) {
        return Ok(columns);
    }
    let message = format!(
        "{rows} x {} values do not fit into a range of {height} x {width} cells",
        columns.len()
    );
    Err(Error::new(ErrorKind::Argument, message))
}
