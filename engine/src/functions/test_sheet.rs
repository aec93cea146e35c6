//! One sheet in memory, and calls of functions by their rows, for tests of kernels.

use std::cell::Cell as Slot;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use super::{
    Absent, Cells, Coercion, Context, FoldState, Hidden, Kernel, Operand, Reference, Visitor, find,
};
use crate::environment::Tick;
use crate::formula::Mode;
use crate::limits;
use crate::reference::{Area, Cell, Rect, SheetId};
use crate::value::{Array, CellError, Conventions, SumMode, Value, to_boolean, to_number, to_text};

const SHEET: SheetId = SheetId(0);

/// A sheet whose cells are written down in a test.
#[derive(Default)]
pub(in crate::functions) struct TestSheet {
    cells: BTreeMap<(u32, u32), Value>,
    hidden: BTreeMap<u32, Hidden>,
    subtotals: BTreeSet<Cell>,
    /// Every cell that was read one by one or shown.
    read: std::cell::RefCell<BTreeSet<Cell>>,
    pub(in crate::functions) sum_mode: SumMode,
    pub(in crate::functions) epoch: u64,
}

impl TestSheet {
    /// A sheet with these rows at its upper left corner.
    pub(in crate::functions) fn new<const N: usize>(rows: &[[Value; N]]) -> TestSheet {
        let mut sheet = TestSheet::default();
        for (row, values) in (0..).zip(rows) {
            for (column, value) in (0..).zip(values) {
                sheet.set(row, column, value.clone());
            }
        }
        sheet
    }

    pub(in crate::functions) fn set(&mut self, row: u32, column: u32, value: Value) {
        if value.is_blank() {
            self.cells.remove(&(row, column));
        } else {
            self.cells.insert((row, column), value);
        }
    }

    pub(in crate::functions) fn hide(&mut self, row: u32, hidden: Hidden) {
        self.hidden.insert(row, hidden);
    }

    /// Declares that the cell's formula contains SUBTOTAL.
    pub(in crate::functions) fn mark_subtotal(&mut self, row: u32, column: u32) {
        self.subtotals.insert(Cell::new(row, column));
    }

    /// Whether the cell was read since the sheet was made.
    pub(in crate::functions) fn was_read(&self, row: u32, column: u32) -> bool {
        self.read.borrow().contains(&Cell::new(row, column))
    }

    /// What the function gives for these arguments, prepared as its row says.
    pub(in crate::functions) fn call(&self, name: &str, arguments: &[Operand]) -> Operand {
        let conventions = Conventions::default();
        let context = Context {
            cells: self,
            sheet: SHEET,
            cell: Cell::new(99, 99),
            tick: Tick {
                now: 46_000.0,
                seed: 7,
                epoch: self.epoch,
            },
            conventions: &conventions,
            sum_mode: self.sum_mode,
            mode: Mode::Dynamic,
            draws: Slot::new(0),
        };
        let function = find(name).unwrap_or_else(|| panic!("no function {name}"));
        let (least, most) = function.arity();
        assert!(
            (least..=most).contains(&arguments.len()),
            "{name} takes {least} to {most} arguments"
        );
        if let Kernel::Fold(start) = function.kernel {
            return fold(start, arguments, &context);
        }
        let mut operands = Vec::new();
        for index in 0..arguments.len().max(function.parameters.len()) {
            let parameter = function.parameter(index).expect("the arity was checked");
            let given = arguments.get(index).cloned();
            let operand = match given.unwrap_or_else(|| parameter.default_operand()) {
                Operand::Value(Value::Blank) if parameter.absent == Absent::Omitted => {
                    Operand::Omitted
                }
                other => other,
            };
            match prepare(parameter.coercion, operand, &context) {
                Ok(operand) => operands.push(operand),
                Err(error) => return Operand::from(error),
            }
        }
        match function.kernel {
            Kernel::Map(kernel) | Kernel::Array(kernel) | Kernel::Reference(kernel) => {
                kernel(&context, &operands)
            }
            Kernel::Fold(_) | Kernel::Lazy(_) => panic!("{name} is not called this way"),
        }
    }

    /// The single value that the function gives.
    #[track_caller]
    pub(in crate::functions) fn value(&self, name: &str, arguments: &[Operand]) -> Value {
        match self.call(name, arguments) {
            Operand::Value(value) => value,
            other => panic!("{name} gave {other:?}"),
        }
    }

    /// The number that the function gives.
    #[track_caller]
    pub(in crate::functions) fn number(&self, name: &str, arguments: &[Operand]) -> f64 {
        match self.value(name, arguments) {
            Value::Number(x) => x,
            other => panic!("{name} gave {other:?}"),
        }
    }
}

/// The single value that a function gives for single values, on an empty sheet.
#[track_caller]
pub(in crate::functions) fn value_of<const N: usize>(name: &str, arguments: [Value; N]) -> Value {
    TestSheet::default().value(name, &arguments.map(Operand::Value))
}

/// Checks a function of numbers.
#[track_caller]
pub(in crate::functions) fn check<const N: usize>(
    name: &str,
    arguments: [f64; N],
    expected: impl Into<Value>,
) {
    let value = value_of(name, arguments.map(Value::Number));
    assert_eq!(value, expected.into(), "{name}{arguments:?}");
}

/// A reference between two 0-based corners, both included.
pub(in crate::functions) fn range(top: u32, left: u32, bottom: u32, right: u32) -> Operand {
    let rect = Rect::new(Cell::new(top, left), Cell::new(bottom, right));
    Operand::from(Reference::area(Area::new(SHEET, rect)))
}

/// A reference to a whole column.
pub(in crate::functions) fn column(column: u32) -> Operand {
    range(0, column, limits::ROWS - 1, column)
}

/// An array constant.
pub(in crate::functions) fn array<const N: usize>(rows: &[[Value; N]]) -> Operand {
    let cells = rows.iter().flatten().cloned().collect();
    Operand::from(Array::new(rows.len() as u32, N as u32, cells).unwrap())
}

/// An array constant of numbers.
pub(in crate::functions) fn matrix<const N: usize>(rows: &[[f64; N]]) -> Operand {
    let cells = rows.iter().flatten().map(|x| Value::Number(*x)).collect();
    Operand::from(Array::new(rows.len() as u32, N as u32, cells).unwrap())
}

/// Folds each argument on its own and merges the parts, unless they must be added in order.
fn fold(
    start: fn(&Context<'_>) -> Box<dyn FoldState>,
    arguments: &[Operand],
    context: &Context<'_>,
) -> Operand {
    let mut whole = start(context);
    for operand in arguments {
        let mut part = start(context);
        let state = match context.sum_mode {
            SumMode::Exact => &mut part,
            SumMode::ExcelOrder => &mut whole,
        };
        let result = match operand {
            Operand::Value(value) => state.argument(value, context),
            other => super::numbers::visit(context, other, &mut |value| state.cell(value)),
        };
        if let Err(error) = result {
            return Operand::from(error);
        }
        whole.merge(part);
    }
    Operand::Value(whole.finish())
}

fn prepare(
    coercion: Coercion,
    operand: Operand,
    context: &Context<'_>,
) -> Result<Operand, CellError> {
    let value = match (&operand, coercion) {
        (Operand::Value(value), _) => value,
        (Operand::Array(_), Coercion::Range) => return Err(CellError::Value),
        _ => return Ok(operand),
    };
    Ok(match coercion {
        Coercion::Number => Operand::from(to_number(value, context.conventions)?),
        Coercion::Text => Operand::from(to_text(value)?.as_ref()),
        Coercion::Boolean => Operand::from(to_boolean(value)?),
        Coercion::Any => match value.as_error() {
            Some(error) => return Err(error),
            None => operand,
        },
        Coercion::Range => return Err(value.as_error().unwrap_or(CellError::Value)),
        _ => operand,
    })
}

impl Cells for TestSheet {
    fn value(&self, _: SheetId, cell: Cell) -> Value {
        self.read.borrow_mut().insert(cell);
        self.cells
            .get(&(cell.row, cell.column))
            .cloned()
            .unwrap_or_default()
    }

    fn visit(&self, area: &Area, visitor: Visitor<'_>) {
        let rect = area.rect;
        for ((row, column), value) in self.cells.range((rect.top, 0)..=(rect.bottom, u32::MAX)) {
            let cell = Cell::new(*row, *column);
            if rect.contains(cell) {
                self.read.borrow_mut().insert(cell);
                if visitor(cell, value.as_ref()) == ControlFlow::Break(()) {
                    return;
                }
            }
        }
    }

    fn used(&self, area: &Area) -> Option<Rect> {
        let cells = self
            .cells
            .keys()
            .map(|(row, column)| Rect::cell(Cell::new(*row, *column)));
        let used = cells.reduce(|hull, cell| hull.hull(&cell))?;
        used.intersection(&area.rect)
    }

    fn grid(&self, _: SheetId) -> (u32, u32) {
        (limits::ROWS, limits::COLUMNS)
    }

    fn interrupted(&self) -> bool {
        false
    }

    fn hidden(&self, _: SheetId, row: u32) -> Hidden {
        self.hidden.get(&row).copied().unwrap_or_default()
    }

    fn filtered(&self, _: SheetId) -> bool {
        self.hidden
            .values()
            .any(|hidden| *hidden == Hidden::ByFilter)
    }

    fn holds_subtotal(&self, _: SheetId, cell: Cell) -> bool {
        self.subtotals.contains(&cell)
    }

    fn formula(&self, _: SheetId, _: Cell) -> Option<Arc<str>> {
        None
    }

    fn number_format(&self, _: SheetId, _: Cell) -> Arc<str> {
        "General".into()
    }

    fn resolve(&self, _: &str, _: bool, _: SheetId, _: Cell) -> Result<Reference, CellError> {
        Err(CellError::Ref)
    }

    fn sheet_name(&self, _: SheetId) -> Option<Arc<str>> {
        Some("Sheet1".into())
    }

    fn sheets(&self) -> Vec<SheetId> {
        vec![SHEET]
    }
}
