//! Tests of the graph against naive models of small sheets.

mod edges;
mod ownership;
mod ranks;
mod readers;
mod runs;

use std::sync::Arc;

use proptest::prelude::*;

use super::{Axes, Facts, Read};
use crate::formula::ast::Shape;
use crate::formula::{Ast, Mode, Node, Template, TemplateAxis};
use crate::reference::{Cell, Rect, SheetId};
use crate::storage::{AnchorCounter, ColumnAxis, RowAxis};

/// Rows and columns of the small sheets.
const ROWS: u32 = 20;
const COLUMNS: u32 = 6;
const SHEET: SheetId = SheetId(0);

/// One small sheet.
#[derive(Clone)]
struct Sheet {
    rows: RowAxis,
    columns: ColumnAxis,
}

impl Sheet {
    fn new() -> Sheet {
        Sheet::of(ROWS, COLUMNS)
    }

    fn of(rows: u32, columns: u32) -> Sheet {
        Sheet {
            rows: RowAxis::new(rows),
            columns: ColumnAxis::new(columns),
        }
    }

    /// The sheet with rows inserted.
    fn with_rows(&self, at: u32, count: u32, counter: &AnchorCounter) -> Sheet {
        Sheet {
            rows: self.rows.insert(at, count, counter).unwrap(),
            columns: self.columns.clone(),
        }
    }
}

impl Axes for Sheet {
    fn axes(&self, sheet: SheetId) -> Option<(&RowAxis, &ColumnAxis)> {
        (sheet == SHEET).then_some((&self.rows, &self.columns))
    }
}

/// A formula of its own for each number.
fn template(number: u32) -> Arc<Template> {
    let ast = Ast::new(vec![Node::Number(f64::from(number))]);
    Arc::new(Template::new(ast, Mode::Dynamic))
}

fn facts(reads: Vec<Read>) -> Arc<Facts> {
    Arc::new(Facts {
        reads: reads.into(),
        ..Facts::default()
    })
}

fn cells_of(rect: Rect) -> impl Iterator<Item = Cell> {
    (rect.top..=rect.bottom)
        .flat_map(move |row| (rect.left..=rect.right).map(move |column| Cell::new(row, column)))
}

fn rects() -> impl Strategy<Value = Rect> {
    let cell = || (0..ROWS, 0..COLUMNS).prop_map(|(row, column)| Cell::new(row, column));
    let small = (cell(), 0..4_u32, 0..2_u32).prop_map(|(at, down, right)| Rect {
        top: at.row,
        left: at.column,
        bottom: (at.row + down).min(ROWS - 1),
        right: (at.column + right).min(COLUMNS - 1),
    });
    prop_oneof![3 => small, 1 => (cell(), cell()).prop_map(|(a, b)| Rect::new(a, b))]
}

/// A coordinate of a read on an axis of `len` positions whose anchors are the positions.
fn coordinates(len: u32) -> impl Strategy<Value = TemplateAxis> {
    let reach = len as i32;
    prop_oneof![
        6 => (-reach..=reach).prop_map(TemplateAxis::Relative),
        3 => (0..len).prop_map(|at| TemplateAxis::Absolute(crate::reference::Anchor(at))),
        1 => (0..len).prop_map(TemplateAxis::Fixed),
        1 => Just(TemplateAxis::Last),
    ]
}

fn reads() -> impl Strategy<Value = Read> {
    let (row, column) = (|| coordinates(ROWS), || coordinates(COLUMNS));
    let shape = prop_oneof![
        3 => (row(), column()).prop_map(|(row, column)| Shape::Cell { row, column }),
        3 => ((row(), row()), (column(), column())).prop_map(|(rows, columns)| Shape::Range { rows, columns }),
        1 => (row(), row()).prop_map(|(first, last)| Shape::Rows(first, last)),
        1 => (column(), column()).prop_map(|(first, last)| Shape::Columns(first, last)),
    ];
    shape.prop_map(|shape| Read {
        sheet: SHEET,
        shape,
    })
}

/// Whether the cell `from` reads the cell `to`, straight from the meaning of the coordinates.
fn reads_cell(read: &Read, from: Cell, to: Cell, sheet: &Sheet) -> bool {
    use crate::reference::Axis;
    let place = |axis: TemplateAxis, own: u32, positions: &dyn Axis| match axis {
        TemplateAxis::Relative(offset) => Some(i64::from(own) + i64::from(offset)),
        // What a dead row or column was part of is `#REF!` as a whole.
        TemplateAxis::Absolute(anchor) => positions.position(anchor).map(i64::from),
        TemplateAxis::Fixed(position) => Some(i64::from(position)),
        TemplateAxis::Last => Some(i64::from(positions.len()) - 1),
    };
    let row = |axis| place(axis, from.row, &sheet.rows);
    let column = |axis| place(axis, from.column, &sheet.columns);
    let between = |a: Option<i64>, b: Option<i64>, x: u32| {
        let ends = a.zip(b);
        ends.is_some_and(|(a, b)| (a.min(b)..=a.max(b)).contains(&i64::from(x)))
    };
    let (at_row, at_column) = (to.row, to.column);
    match read.shape {
        Shape::Cell { row: r, column: c } => {
            between(row(r), row(r), at_row) && between(column(c), column(c), at_column)
        }
        Shape::Range { rows, columns } => {
            between(row(rows.0), row(rows.1), at_row)
                && between(column(columns.0), column(columns.1), at_column)
        }
        Shape::Rows(first, last) => between(row(first), row(last), at_row),
        Shape::Columns(first, last) => between(column(first), column(last), at_column),
        Shape::Invalid => false,
    }
}
