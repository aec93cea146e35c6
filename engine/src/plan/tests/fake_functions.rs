//! One or two functions of every kernel shape and coercion, small enough to be right by sight.

use crate::functions::{
    Absent, Call, Coercion, Context, Flags, Fold, Function, Kernel, Operand, Parameter, lift,
};
use crate::reference::{Area, Rect};
use crate::value::{Array, CellError, Value, ValueRef, to_boolean, to_number};

const fn wants(coercion: Coercion) -> Parameter {
    Parameter {
        name: "x",
        coercion,
        absent: Absent::Refused,
    }
}

const fn or(coercion: Coercion, literal: &'static str) -> Parameter {
    Parameter {
        name: "x",
        coercion,
        absent: Absent::Literal(literal),
    }
}

const fn optional(coercion: Coercion) -> Parameter {
    Parameter {
        name: "x",
        coercion,
        absent: Absent::Omitted,
    }
}

const fn row(name: &'static str, parameters: &'static [Parameter], kernel: Kernel) -> Function {
    Function {
        name,
        module: module_path!(),
        parameters,
        repeat: &[],
        flags: Flags::NONE,
        kernel,
        lanes: None,
        documentation: "",
    }
}

const fn repeating(name: &'static str, repeat: &'static [Parameter], kernel: Kernel) -> Function {
    Function {
        repeat,
        ..row(name, &[], kernel)
    }
}

const fn flagged(flags: Flags, function: Function) -> Function {
    Function { flags, ..function }
}

const N: Parameter = wants(Coercion::Number);
const REFUSES: Flags = Flags {
    refuses_ranges: true,
    ..Flags::NONE
};
const REFERS: Flags = Flags {
    returns_reference: true,
    ..Flags::NONE
};
const ASKS_PLACE: Flags = Flags {
    reads_no_values: true,
    ..Flags::NONE
};
const MOVES: Flags = Flags {
    dynamic: true,
    volatile: true,
    returns_reference: true,
    ..Flags::NONE
};
const VOLATILE: Flags = Flags {
    volatile: true,
    ..Flags::NONE
};

static FUNCTIONS: &[Function] = &[
    row("ABS", &[N], Kernel::Map(|_, x| number(&x[0]).abs().into())),
    row(
        "LEFT",
        &[wants(Coercion::Text), or(Coercion::Number, "1")],
        Kernel::Map(|_, x| {
            let Operand::Value(Value::Text(text)) = &x[0] else {
                panic!("{x:?}")
            };
            let left: String = text.chars().take(number(&x[1]) as usize).collect();
            left.into()
        }),
    ),
    row(
        "NOT",
        &[wants(Coercion::Boolean)],
        Kernel::Map(|_, x| (x[0] == Operand::from(false)).into()),
    ),
    row(
        "DATE",
        &[N, N, N],
        Kernel::Map(|_, x| (number(&x[0]) * 1e4 + number(&x[1]) * 100.0 + number(&x[2])).into()),
    ),
    row(
        "LOG",
        &[N, optional(Coercion::Number)],
        Kernel::Map(|_, x| match &x[1] {
            Operand::Omitted => "no base".into(),
            base => number(base).into(),
        }),
    ),
    row(
        "T",
        &[wants(Coercion::Any)],
        Kernel::Map(|_, x| x[0].clone()),
    ),
    row(
        "ISERROR",
        &[wants(Coercion::Raw)],
        Kernel::Map(|_, x| matches!(x[0], Operand::Value(Value::Error(_))).into()),
    ),
    flagged(
        REFUSES,
        row(
            "EDATE",
            &[N, N],
            Kernel::Map(|_, x| (number(&x[0]) + 30.0 * number(&x[1])).into()),
        ),
    ),
    flagged(
        VOLATILE,
        row(
            "RAND",
            &[],
            Kernel::Map(|context, _| {
                context.draws.set(context.draws.get() + 1);
                f64::from(context.draws.get()).into()
            }),
        ),
    ),
    repeating(
        "SUM",
        &[wants(Coercion::Numbers)],
        Kernel::Fold(|_| Box::new(Sum(0.0))),
    ),
    repeating(
        "COUNTA",
        &[wants(Coercion::Numbers)],
        Kernel::Fold(|_| Box::new(CountA(0.0))),
    ),
    row(
        "SUMPRODUCT",
        &[wants(Coercion::Array)],
        Kernel::Array(sum_product),
    ),
    row(
        "ROWS",
        &[wants(Coercion::Table)],
        Kernel::Array(|_, x| match &x[0] {
            Operand::Reference(reference) => f64::from(reference.areas[0].rect.rows()).into(),
            Operand::Array(array) => f64::from(array.rows()).into(),
            _ => 1.0.into(),
        }),
    ),
    row(
        "SEQUENCE",
        &[N],
        Kernel::Array(|_, x| {
            let rows = number(&x[0]) as u32;
            let cells = (1..=rows).map(|i| f64::from(i).into()).collect();
            Array::new(rows, 1, cells).map_or_else(Operand::from, Operand::from)
        }),
    ),
    flagged(
        ASKS_PLACE,
        row(
            "ROW",
            &[optional(Coercion::Range)],
            Kernel::Reference(|context, x| match &x[0] {
                Operand::Reference(reference) => f64::from(reference.areas[0].rect.top + 1).into(),
                _ => f64::from(context.cell.row + 1).into(),
            }),
        ),
    ),
    flagged(
        ASKS_PLACE,
        row(
            "AREAS",
            &[wants(Coercion::Range)],
            Kernel::Reference(|_, x| match &x[0] {
                Operand::Reference(reference) => (reference.areas.len() as f64).into(),
                _ => CellError::Value.into(),
            }),
        ),
    ),
    flagged(
        REFERS,
        row(
            "INDEX",
            &[wants(Coercion::Table), N],
            Kernel::Reference(index),
        ),
    ),
    flagged(
        MOVES,
        row(
            "OFFSET",
            &[wants(Coercion::Range), N, N],
            Kernel::Reference(offset),
        ),
    ),
    row(
        "SUMIF",
        &[
            wants(Coercion::Range),
            wants(Coercion::Any),
            optional(Coercion::Range),
        ],
        Kernel::Map(|_, _| 0.0.into()),
    ),
    row(
        "IF",
        &[
            wants(Coercion::Lazy),
            wants(Coercion::Lazy),
            or(Coercion::Lazy, "false"),
        ],
        Kernel::Lazy(choose),
    ),
    Function {
        repeat: &[wants(Coercion::Range), wants(Coercion::Any)],
        ..row(
            "SUMIFS",
            &[wants(Coercion::Range)],
            Kernel::Map(|_, _| 0.0.into()),
        )
    },
    repeating(
        "SUBTOTAL",
        &[wants(Coercion::Range)],
        Kernel::Array(|_, _| 0.0.into()),
    ),
];

/// The function of this name.
pub(super) fn find(name: &str) -> Option<&'static Function> {
    FUNCTIONS.iter().find(|function| function.name == name)
}

#[track_caller]
fn number(operand: &Operand) -> f64 {
    match operand {
        Operand::Value(Value::Number(x)) => *x,
        other => panic!("not coerced to a number: {other:?}"),
    }
}

#[derive(Clone)]
struct Sum(f64);

impl Fold for Sum {
    fn start(_: &Context<'_>) -> Self {
        Sum(0.0)
    }

    fn argument(&mut self, value: &Value, context: &Context<'_>) -> Result<(), CellError> {
        self.0 += to_number(value.as_ref(), context.conventions)?;
        Ok(())
    }

    fn cell(&mut self, value: ValueRef<'_>) -> Result<(), CellError> {
        match value {
            ValueRef::Number(x) => self.0 += x,
            ValueRef::Error(error) => return Err(error),
            _ => {}
        }
        Ok(())
    }

    fn merge(&mut self, later: Self) {
        self.0 += later.0;
    }

    fn finish(self) -> Result<f64, CellError> {
        Ok(self.0)
    }
}

#[derive(Clone)]
struct CountA(f64);

impl Fold for CountA {
    fn start(_: &Context<'_>) -> Self {
        CountA(0.0)
    }

    fn argument(&mut self, _: &Value, _: &Context<'_>) -> Result<(), CellError> {
        self.0 += 1.0;
        Ok(())
    }

    fn cell(&mut self, _: ValueRef<'_>) -> Result<(), CellError> {
        self.0 += 1.0;
        Ok(())
    }

    fn merge(&mut self, later: Self) {
        self.0 += later.0;
    }

    fn finish(self) -> Result<f64, CellError> {
        Ok(self.0)
    }
}

fn sum_product(context: &Context<'_>, operands: &[Operand]) -> Operand {
    let mut sum = 0.0;
    match lift::read_operand(operands[0].clone(), context) {
        Operand::Array(array) => {
            for value in array.cells() {
                match value {
                    Value::Number(x) => sum += x,
                    Value::Error(error) => return (*error).into(),
                    _ => {}
                }
            }
        }
        Operand::Value(Value::Number(x)) => sum = x,
        Operand::Value(Value::Error(error)) => return error.into(),
        _ => {}
    }
    sum.into()
}

fn index(_: &Context<'_>, operands: &[Operand]) -> Operand {
    let row = number(&operands[1]) as u32;
    match &operands[0] {
        Operand::Reference(reference) => {
            let area = reference.areas[0];
            if !(1..=area.rect.rows()).contains(&row) {
                return CellError::Ref.into();
            }
            let top = area.rect.top + row - 1;
            let rect = Rect {
                top,
                bottom: top,
                ..area.rect
            };
            crate::functions::Reference::area(Area::new(area.sheet, rect)).into()
        }
        Operand::Array(array) if (1..=array.rows()).contains(&row) => {
            Operand::Value(array.get(row - 1, 0).clone())
        }
        Operand::Array(_) => CellError::Ref.into(),
        other => other.clone(),
    }
}

fn offset(_: &Context<'_>, operands: &[Operand]) -> Operand {
    let Operand::Reference(reference) = &operands[0] else {
        return CellError::Value.into();
    };
    let area = reference.areas[0];
    let by = |at: u32, operand: &Operand| at.checked_add_signed(number(operand) as i32);
    let moved = || {
        Some(Rect {
            top: by(area.rect.top, &operands[1])?,
            bottom: by(area.rect.bottom, &operands[1])?,
            left: by(area.rect.left, &operands[2])?,
            right: by(area.rect.right, &operands[2])?,
        })
    };
    match moved() {
        Some(rect) => crate::functions::Reference::area(Area::new(area.sheet, rect)).into(),
        None => CellError::Ref.into(),
    }
}

/// IF: lifts over an array condition, gives references unread.
fn choose(call: &mut dyn Call) -> Operand {
    match call.value(0) {
        Operand::Value(condition) => match to_boolean(condition.as_ref()) {
            Ok(true) => call.operand(1),
            Ok(false) => call.operand(2),
            Err(error) => error.into(),
        },
        condition => {
            let (yes, no) = (call.value(1), call.value(2));
            lift::broadcast(&[condition, yes, no], |lane| {
                match to_boolean(lane[0].as_ref()) {
                    Ok(true) => lane[1].clone(),
                    Ok(false) => lane[2].clone(),
                    Err(error) => error.into(),
                }
            })
        }
    }
}
