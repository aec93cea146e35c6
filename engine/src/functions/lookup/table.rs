//! The argument of a lookup: a range, an array or a single value, seen as one rectangle of values.
//!
//! Nothing is copied: a range is read cell by cell, or its cells that are not blank are shown in order. Places are
//! 0-based within the table. A whole column costs only its used part, because blank cells are never shown.

use std::ops::ControlFlow;

use crate::functions::lift::read_area;
use crate::functions::{Cells, Context, Operand, Reference};
use crate::reference::{Area, Cell, Rect};
use crate::value::{Array, CellError, Value, ValueRef};

/// A rectangle of values that lies in a workbook or was computed.
#[derive(Debug, Clone, Copy)]
pub(in crate::functions) enum Table<'a> {
    /// Cells of a sheet.
    Area(Area),
    /// A computed array.
    Array(&'a Array),
    /// A single value.
    Value(&'a Value),
}

const BLANK: Value = Value::Blank;

impl<'a> Table<'a> {
    /// Adds the numbers of the table; everything else but errors is passed over.
    ///
    /// # Errors
    ///
    /// The first error of the table.
    pub(in crate::functions) fn push_numbers(
        self,
        context: &Context<'_>,
        numbers: &mut Vec<f64>,
    ) -> Result<(), CellError> {
        let mut failed = None;
        self.visit(context.cells, self.rect(), &mut |_, value| {
            match value {
                ValueRef::Number(number) => numbers.push(number),
                ValueRef::Error(error) => {
                    failed = Some(error);
                    return ControlFlow::Break(());
                }
                _ => {}
            }
            ControlFlow::Continue(())
        })?;
        failed.map_or(Ok(()), Err)
    }

    /// The operand as a table.
    ///
    /// # Errors
    ///
    /// The error that the operand is, `#VALUE!` for a reference to several rectangles.
    pub(in crate::functions) fn of(operand: &'a Operand) -> Result<Table<'a>, CellError> {
        match operand {
            Operand::Reference(reference) => reference.single().map(Table::Area),
            Operand::Array(array) => Ok(Table::Array(array)),
            Operand::Value(Value::Error(error)) => Err(*error),
            Operand::Value(value) => Ok(Table::Value(value)),
            Operand::Omitted => Ok(Table::Value(&BLANK)),
        }
    }

    /// Number of rows.
    pub(in crate::functions) fn rows(&self) -> u32 {
        match self {
            Table::Area(area) => area.rect.rows(),
            Table::Array(array) => array.rows(),
            Table::Value(_) => 1,
        }
    }

    /// Number of columns.
    pub(in crate::functions) fn columns(&self) -> u32 {
        match self {
            Table::Area(area) => area.rect.columns(),
            Table::Array(array) => array.columns(),
            Table::Value(_) => 1,
        }
    }

    /// The whole table.
    pub(in crate::functions) fn rect(&self) -> Rect {
        Rect {
            top: 0,
            left: 0,
            bottom: self.rows() - 1,
            right: self.columns() - 1,
        }
    }

    /// The value at a place of the table.
    pub(in crate::functions) fn value(&self, cells: &dyn Cells, place: Cell) -> Value {
        match self {
            Table::Area(area) => cells.value(area.sheet, absolute(area, place)),
            Table::Array(array) => array.get(place.row, place.column).clone(),
            Table::Value(value) => (*value).clone(),
        }
    }

    /// Shows the values of `part` that are not blank, in row-major order, until the visitor breaks off.
    ///
    /// # Errors
    ///
    /// `#NUM!` when the tail of an array comes again and is more than an array may hold.
    pub(in crate::functions) fn visit(
        &self,
        cells: &dyn Cells,
        part: Rect,
        visitor: &mut impl FnMut(Cell, ValueRef<'_>) -> ControlFlow<()>,
    ) -> Result<(), CellError> {
        match self {
            Table::Area(area) => {
                let origin = area.rect.top_left();
                cells.visit(&absolute_part(area, part), &mut |cell, value| {
                    visitor(
                        Cell::new(cell.row - origin.row, cell.column - origin.column),
                        value,
                    )
                });
            }
            Table::Array(array) => visit_array(array, part, visitor)?,
            Table::Value(value) if !value.is_blank() => {
                let _ = visitor(Cell::new(0, 0), value.as_ref());
            }
            Table::Value(_) => {}
        }
        Ok(())
    }

    /// A rectangle that holds every value of the table that is not blank; nothing if all are blank.
    pub(in crate::functions) fn used(&self, cells: &dyn Cells) -> Option<Rect> {
        match self {
            Table::Area(area) => cells.used(area).map(|used| Rect {
                top: used.top - area.rect.top,
                left: used.left - area.rect.left,
                bottom: used.bottom - area.rect.top,
                right: used.right - area.rect.left,
            }),
            _ => Some(self.rect()),
        }
    }

    /// A part of the table: a reference if the table is one.
    pub(in crate::functions) fn part(&self, part: Rect) -> Result<Operand, CellError> {
        match self {
            Table::Area(area) => {
                let part = Area::new(area.sheet, absolute_part(area, part).rect);
                Ok(Operand::Reference(Reference::area(part)))
            }
            Table::Array(array) if part.size() == 1 => {
                Ok(Operand::Value(array.get(part.top, part.left).clone()))
            }
            Table::Array(array) => part_of_array(array, part).map(Operand::from),
            Table::Value(value) => Ok(Operand::Value((*value).clone())),
        }
    }

    /// The cells of a part, if the table lies in a workbook.
    pub(in crate::functions) fn cells(&self, part: Rect) -> Option<Area> {
        match self {
            Table::Area(area) => Some(absolute_part(area, part)),
            Table::Array(_) | Table::Value(_) => None,
        }
    }

    /// The values as an array. Blank rows behind the used ones are not stored.
    ///
    /// # Errors
    ///
    /// `#NUM!` if the used part is too large for an array.
    pub(in crate::functions) fn to_array(self, context: &Context<'_>) -> Result<Array, CellError> {
        match self {
            Table::Area(area) => read_area(&area, context),
            Table::Array(array) => Ok(array.clone()),
            Table::Value(value) => Ok(Array::single(value.clone())),
        }
    }
}

fn absolute(area: &Area, place: Cell) -> Cell {
    Cell::new(area.rect.top + place.row, area.rect.left + place.column)
}

fn absolute_part(area: &Area, part: Rect) -> Area {
    let top_left = absolute(area, part.top_left());
    let bottom_right = absolute(area, Cell::new(part.bottom, part.right));
    Area::new(area.sheet, Rect::new(top_left, bottom_right))
}

fn visit_array(
    array: &Array,
    part: Rect,
    visitor: &mut impl FnMut(Cell, ValueRef<'_>) -> ControlFlow<()>,
) -> Result<(), CellError> {
    let columns = part.left as usize..part.right as usize + 1;
    let tail = array.tail().get(columns).unwrap_or_default();
    let filled = tail.iter().filter(|value| !value.is_blank()).count();
    let stored = array.stored_rows();
    let rows = if filled == 0 { stored } else { array.rows() };
    for row in part.top..(part.bottom + 1).min(rows) {
        if row > stored.max(part.top) {
            array.repeats(filled)?;
        }
        for column in part.left..=part.right {
            let value = array.get(row, column);
            if !value.is_blank() && visitor(Cell::new(row, column), value.as_ref()).is_break() {
                return Ok(());
            }
        }
    }
    Ok(())
}

fn part_of_array(array: &Array, part: Rect) -> Result<Array, CellError> {
    let stored = array.stored_rows().clamp(part.top, part.bottom + 1);
    let columns = part.left as usize..part.right as usize + 1;
    let mut values = Vec::with_capacity((stored - part.top) as usize * columns.len());
    for row in part.top..stored {
        values.extend((part.left..=part.right).map(|column| array.get(row, column).clone()));
    }
    match array.tail().get(columns) {
        Some(tail) => Array::with_tail(part.rows(), tail.to_vec(), values),
        None => Array::new(part.rows(), part.columns(), values),
    }
}
