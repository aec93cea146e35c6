//! Programs over numbers: what they give is what the scalar evaluator gives, to the bit.

use proptest::prelude::*;

use super::fake_book::FakeBook;
use super::{D5, HERE, plan, run};
use crate::formula::Mode;
use crate::functions::Cells;
use crate::plan::{NumberProgram, Outcome};
use crate::reference::{Axis, Cell, IdentityAxis};
use crate::value::Value;

/// Numbers that are easily lost: zeros, subnormal and huge ones, such that differ in the last bit.
const NUMBERS: &[f64] = &[
    0.0,
    1.0,
    -1.0,
    0.5,
    3.0,
    0.1,
    0.2,
    0.3,
    1.0 + f64::EPSILON,
    -1e-300,
    f64::MIN_POSITIVE,
    1e300,
    -1e308,
];

fn formula() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        (1_usize..=NUMBERS.len()).prop_map(|row| format!("A{row}")),
        (1_usize..=NUMBERS.len()).prop_map(|row| format!("$A${row}")),
        prop::sample::select(vec!["0", "2", "0.1", "1E-300", "Z9", "A20"]).prop_map(str::to_owned),
    ];
    let inner = leaf.prop_recursive(5, 24, 2, |inner| {
        let operator = prop::sample::select(vec!["+", "-", "*", "/", "^"]);
        prop_oneof![
            4 => (inner.clone(), operator, inner.clone())
                .prop_map(|(left, operator, right)| format!("({left}{operator}{right})")),
            1 => inner.clone().prop_map(|inner| format!("-{inner}")),
            1 => inner.clone().prop_map(|inner| format!("{inner}%")),
            1 => inner.prop_map(|inner| format!("+({inner})")),
        ]
    });
    // The outermost operation is the one that snaps.
    (
        inner.clone(),
        prop::sample::select(vec!["+", "-", "*"]),
        inner,
    )
        .prop_map(|(left, operator, right)| format!("={left}{operator}{right}"))
}

/// The numbers of the cells that a program reads; nothing if one is none.
fn numbers(program: &NumberProgram, book: &FakeBook) -> Option<Vec<f64>> {
    let axis = |len| IdentityAxis { len };
    let numbers = program.loads().iter().map(|load| {
        let row = load.row.position(D5.row, &axis(1 << 20) as &dyn Axis)?;
        let column = load
            .column
            .position(D5.column, &axis(1 << 14) as &dyn Axis)?;
        match book.value(load.sheet, Cell::new(row, column)) {
            Value::Number(x) => Some(x),
            _ => None,
        }
    });
    numbers.collect()
}

proptest! {
    #[test]
    fn a_program_over_numbers_gives_what_the_evaluator_gives(text in formula()) {
        let mut book = FakeBook::new(&[]);
        for (row, number) in NUMBERS.iter().enumerate() {
            book.set(HERE, &format!("A{}", row + 1), *number);
        }
        let plan = plan(&text, Mode::Dynamic, &book);
        let program = NumberProgram::compile(&plan).expect("all of it is arithmetic");
        let given = numbers(&program, &book).and_then(|numbers| program.run(numbers));
        match (given, run(&plan, D5, &book)) {
            (Some(x), Outcome::Value(Value::Number(y))) => {
                prop_assert_eq!(x.to_bits(), y.to_bits(), "{}: {} and {}", text, x, y);
            }
            (Some(x), other) => prop_assert!(false, "{text}: {x} instead of {other:?}"),
            // A blank cell is none of its numbers, and of errors it knows nothing.
            (None, Outcome::Value(Value::Error(_))) => {}
            (None, other) => {
                let reads_blank = text.contains("Z9") || text.contains("A20");
                prop_assert!(reads_blank, "{text}: nothing instead of {other:?}");
            }
        }
    }
}

#[test]
fn what_is_no_arithmetic_has_no_program() {
    let book = FakeBook::new(&[]);
    for text in [
        "=A1&A2",
        "=SUM(A1:A3)",
        "=A1:A3+1",
        "=\"1\"+1",
        "=A1=A2",
        "=TRUE+1",
    ] {
        let plan = plan(text, Mode::Dynamic, &book);
        assert_eq!(NumberProgram::compile(&plan), None, "{text}");
    }
    assert!(NumberProgram::compile(&plan("=A1", Mode::Dynamic, &book)).is_some());
}
