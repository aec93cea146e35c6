//! Tests of lookups, of computed references, and of arrays made from others.

mod arrays;
mod references;
mod searching;

use super::fake_cells::{FakeCells, area, call, written_out};
use crate::functions::Operand;
use crate::limits;
use crate::value::{CellError, Value};

#[track_caller]
fn check(name: &str, cells: &FakeCells, arguments: &[Operand], expected: impl Into<Operand>) {
    assert_eq!(written_out(call(name, cells, arguments)), expected.into());
}

fn no_cells() -> FakeCells {
    FakeCells::default()
}

/// A1:A`rows`.
fn column(rows: u32) -> Operand {
    area(0, 0, rows - 1, 0).into()
}

/// A:A.
fn whole_column() -> Operand {
    column(limits::ROWS)
}

const BLANK: Value = Value::Blank;
const DIV0: Value = Value::Error(CellError::Div0);
const NA: Operand = Operand::Value(Value::Error(CellError::Na));
