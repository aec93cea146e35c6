//! For tests: a workbook of one sheet in a map, and the evaluation of a call whose arguments are known.

use std::cell::Cell as Slot;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use crate::environment::Tick;
use crate::formula::Mode;
use crate::functions::indexes::{Indexes, Lines};
use crate::functions::lift::read_operand;
use crate::functions::line_index::LineIndex;
use crate::functions::totals::{TotalKey, Totals};
use crate::functions::{
    Call, Cells, Coercion, Context, Hidden, Kernel, Operand, Reference, Visitor, find,
};
use crate::limits;
use crate::reference::{Area, Cell, Rect, SheetId};
use crate::value::{Array, CellError, Conventions, SumMode, Value, to_boolean, to_number, to_text};

/// The only sheet.
pub(in crate::functions) const SHEET: SheetId = SheetId(1);

/// A sheet whose cells are in a map; it counts the cells that are read.
#[derive(Default)]
pub(in crate::functions) struct FakeCells {
    pub(in crate::functions) values: BTreeMap<Cell, Value>,
    pub(in crate::functions) formulas: BTreeMap<Cell, Arc<str>>,
    pub(in crate::functions) format: Option<Arc<str>>,
    pub(in crate::functions) reads: Slot<u64>,
    /// The indexes of its rows and columns, if it is to have any.
    pub(in crate::functions) indexes: Option<Indexes>,
    /// The totals that are known, if any are to be.
    pub(in crate::functions) totals: Option<Totals>,
}

impl FakeCells {
    /// A sheet that holds a column of values from A1 down.
    pub(in crate::functions) fn column(values: &[Value]) -> FakeCells {
        let mut cells = FakeCells::default();
        for (row, value) in (0..).zip(values) {
            cells.set(Cell::new(row, 0), value.clone());
        }
        cells
    }

    pub(in crate::functions) fn set(&mut self, cell: Cell, value: Value) {
        if !value.is_blank() {
            self.values.insert(cell, value);
        }
    }

    fn count_read(&self) {
        self.reads.set(self.reads.get() + 1);
    }
}

impl Cells for FakeCells {
    fn value(&self, _: SheetId, cell: Cell) -> Value {
        self.count_read();
        self.values.get(&cell).cloned().unwrap_or_default()
    }

    fn visit(&self, area: &Area, visitor: Visitor<'_>) {
        let rect = area.rect;
        let rows = Cell::new(rect.top, rect.left)..=Cell::new(rect.bottom, rect.right);
        for (cell, value) in self.values.range(rows) {
            if rect.contains(*cell) {
                self.count_read();
                if visitor(*cell, value.as_ref()) == ControlFlow::Break(()) {
                    return;
                }
            }
        }
    }

    fn used(&self, area: &Area) -> Option<Rect> {
        let inside = self.values.keys().filter(|cell| area.rect.contains(**cell));
        inside
            .map(|cell| Rect::cell(*cell))
            .reduce(|a, b| a.hull(&b))
    }

    fn grid(&self, _: SheetId) -> (u32, u32) {
        (limits::ROWS, limits::COLUMNS)
    }

    fn index(&self, area: &Area) -> Option<Arc<LineIndex>> {
        let indexes = self.indexes.as_ref()?;
        // Enough searches for any index to be worth it.
        indexes.searched(area, u64::from(u32::MAX), self);
        indexes.get(area, self)
    }

    fn known_total(&self, key: &TotalKey) -> Option<Result<f64, CellError>> {
        self.totals.as_ref()?.get(key)
    }

    fn keep_total(&self, key: TotalKey, total: Result<f64, CellError>) {
        if let Some(totals) = &self.totals {
            totals.keep(key, total);
        }
    }

    fn interrupted(&self) -> bool {
        false
    }

    fn hidden(&self, _: SheetId, _: u32) -> Hidden {
        Hidden::Not
    }

    fn filtered(&self, _: SheetId) -> bool {
        false
    }

    fn holds_subtotal(&self, _: SheetId, _: Cell) -> bool {
        false
    }

    fn formula(&self, _: SheetId, cell: Cell) -> Option<Arc<str>> {
        self.formulas.get(&cell).cloned()
    }

    fn number_format(&self, _: SheetId, _: Cell) -> Arc<str> {
        self.format.clone().unwrap_or_else(|| "General".into())
    }

    fn resolve(&self, text: &str, r1c1: bool, _: SheetId, _: Cell) -> Result<Reference, CellError> {
        match (text, r1c1) {
            ("B7", false) | ("R7C2", true) => Ok(area(6, 1, 6, 1)),
            _ => Err(CellError::Ref),
        }
    }

    fn sheet_name(&self, _: SheetId) -> Option<Arc<str>> {
        Some("Data".into())
    }

    fn sheets(&self) -> Vec<SheetId> {
        vec![SHEET]
    }
}

impl Lines for FakeCells {
    fn visit(&self, area: &Area, visitor: Visitor<'_>) {
        Cells::visit(self, area, visitor);
    }

    fn used(&self, area: &Area) -> Option<Rect> {
        Cells::used(self, area)
    }

    fn grid(&self, sheet: SheetId) -> (u32, u32) {
        Cells::grid(self, sheet)
    }
}

/// A reference to the 0-based rows and columns, all included.
pub(in crate::functions) fn area(top: u32, left: u32, bottom: u32, right: u32) -> Reference {
    let rect = Rect::new(Cell::new(top, left), Cell::new(bottom, right));
    Reference::area(Area::new(SHEET, rect))
}

/// An array from rows of values.
pub(in crate::functions) fn array<const N: usize>(rows: &[[Value; N]]) -> Operand {
    let values = rows.iter().flatten().cloned().collect();
    Operand::from(Array::new(rows.len() as u32, N as u32, values).unwrap())
}

/// A column of numbers.
pub(in crate::functions) fn numbers(numbers: &[f64]) -> Operand {
    let values = numbers.iter().map(|number| Value::Number(*number));
    Operand::from(Array::new(numbers.len() as u32, 1, values.collect()).unwrap())
}

/// The operand with every row of a small array written out, so that equal arrays compare as equal.
pub(in crate::functions) fn written_out(operand: Operand) -> Operand {
    match operand {
        Operand::Array(array) if array.rows() <= 1_000 => {
            let places = (0..array.rows())
                .flat_map(|row| (0..array.columns()).map(move |column| (row, column)));
            let values = places.map(|(row, column)| array.get(row, column).clone());
            Operand::from(Array::new(array.rows(), array.columns(), values.collect()).unwrap())
        }
        other => other,
    }
}

/// What a function gives for these arguments in cell C3 of the sheet; arguments are prepared as its row says, arrays
/// in the place of single values are not lifted.
pub(in crate::functions) fn call(name: &str, cells: &FakeCells, arguments: &[Operand]) -> Operand {
    let conventions = Conventions::default();
    let context = Context {
        cells,
        sheet: SHEET,
        cell: Cell::new(2, 2),
        tick: Tick {
            now: 45_000.0,
            seed: 1,
            epoch: 1,
        },
        conventions: &conventions,
        sum_mode: SumMode::Exact,
        mode: Mode::Dynamic,
        draws: Slot::new(0),
    };
    let function = find(name).unwrap();
    if let Kernel::Lazy(kernel) = function.kernel {
        return kernel(&mut FakeCall {
            context,
            arguments: arguments.to_vec(),
        });
    }
    let count = arguments.len().max(function.parameters.len());
    let mut prepared = Vec::new();
    for index in 0..count {
        let parameter = function.parameter(index).unwrap();
        let operand = match arguments.get(index) {
            Some(given) => prepare(&context, given, parameter.coercion),
            None => Ok(parameter.default_operand()),
        };
        match operand {
            Ok(operand) => prepared.push(operand),
            Err(error) => return Operand::from(error),
        }
    }
    match function.kernel {
        Kernel::Map(kernel) | Kernel::Array(kernel) | Kernel::Reference(kernel) => {
            kernel(&context, &prepared)
        }
        Kernel::Lazy(_) | Kernel::Fold(_) => unreachable!("no fold is tested here"),
    }
}

fn prepare(
    context: &Context<'_>,
    operand: &Operand,
    coercion: Coercion,
) -> Result<Operand, CellError> {
    if *operand == Operand::Omitted {
        return Ok(Operand::Omitted);
    }
    let single = || match read_operand(operand.clone(), context) {
        Operand::Value(value) => value,
        other => panic!("{other:?} is no single value"),
    };
    Ok(match coercion {
        Coercion::Number => to_number(single().as_ref(), context.conventions)?.into(),
        Coercion::Text => Operand::from(&*to_text(single().as_ref())?),
        Coercion::Boolean => to_boolean(single().as_ref())?.into(),
        Coercion::Any => match single() {
            Value::Error(error) => return Err(error),
            value => value.into(),
        },
        Coercion::Raw => single().into(),
        Coercion::Range if !matches!(operand, Operand::Reference(_)) => {
            return Err(CellError::Value);
        }
        _ => operand.clone(),
    })
}

struct FakeCall<'a> {
    context: Context<'a>,
    arguments: Vec<Operand>,
}

impl Call for FakeCall<'_> {
    fn context(&self) -> &Context<'_> {
        &self.context
    }

    fn count(&self) -> usize {
        self.arguments.len()
    }

    fn is_empty(&self, index: usize) -> bool {
        self.arguments[index] == Operand::Omitted
    }

    fn operand(&mut self, index: usize) -> Operand {
        match &self.arguments[index] {
            Operand::Omitted => Operand::from(Value::Blank),
            other => other.clone(),
        }
    }

    fn value(&mut self, index: usize) -> Operand {
        let operand = self.operand(index);
        read_operand(operand, &self.context)
    }
}
