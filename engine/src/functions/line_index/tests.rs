//! An index must never change a result.

use proptest::prelude::*;

use crate::functions::indexes::Indexes;
use crate::functions::lookup::fake_cells::{FakeCells, SHEET, area, call};
use crate::functions::totals::Totals;
use crate::functions::{Cells, Operand};
use crate::limits;
use crate::reference::{Area, Cell, Rect};
use crate::value::{CellError, Value};

/// Rows of the tables: more than what is too short for an index.
const ROWS: u32 = 48;

/// Values among which are many that only some rules take for equal.
fn value() -> impl Strategy<Value = Value> {
    let text = |text: &'static str| Just(Value::from(text));
    prop_oneof![
        6 => (-2..6_i32).prop_map(|x| Value::from(f64::from(x))),
        1 => Just(Value::from(0.1 + 0.2)),
        1 => Just(Value::from(0.3)),
        2 => text("1"),
        1 => text("1.0"),
        1 => text(" 3 "),
        1 => text("0.3"),
        1 => text(""),
        2 => text("Apple"),
        2 => text("aPPLE"),
        1 => text("straße"),
        1 => text("\u{212a}"),
        1 => text("k"),
        1 => text("a*"),
        1 => text("TRUE"),
        1 => text("#N/A"),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::from(CellError::Na)),
        1 => Just(Value::from(CellError::Div0)),
        3 => Just(Value::Blank),
    ]
}

fn column() -> impl Strategy<Value = Vec<Value>> {
    let up = |mut values: Vec<i32>, falls: bool| {
        values.sort_unstable();
        if falls {
            values.reverse();
        }
        values.into_iter().map(|x| Value::from(f64::from(x)))
    };
    let numbers = || prop::collection::vec(0..40_i32, ROWS as usize);
    let strays = prop::collection::vec((0..ROWS as usize, value()), 0..4);
    prop_oneof![
        2 => prop::collection::vec(value(), ROWS as usize),
        // Sorted numbers, between which something else may stand.
        3 => (numbers(), any::<bool>(), strays).prop_map(move |(numbers, falls, strays)| {
            let mut values: Vec<Value> = up(numbers, falls).collect();
            for (at, stray) in strays {
                values.insert(at, stray);
            }
            values.truncate(ROWS as usize);
            values
        }),
    ]
}

/// The same cells without and with indexes. Columns A to C lie from row 3 on, and again in rows 100 to 102.
fn sheets(columns: &[Vec<Value>; 3]) -> [FakeCells; 2] {
    let sheet = |shares: bool| {
        let mut cells = FakeCells {
            indexes: shares.then(Indexes::default),
            totals: shares.then(Totals::default),
            ..FakeCells::default()
        };
        for (column, values) in (0..).zip(columns) {
            for (at, value) in (0..).zip(values) {
                cells.set(Cell::new(2 + at, column), value.clone());
                cells.set(Cell::new(99 + column, at), value.clone());
            }
        }
        cells
    };
    [sheet(false), sheet(true)]
}

fn references(from: u32, length: u32) -> [[Operand; 3]; 3] {
    let last = (from + length).min(60);
    let columns = [0, 1, 2].map(|at| Operand::from(area(from, at, last, at)));
    let whole = [0, 1, 2].map(|at| Operand::from(area(0, at, limits::ROWS - 1, at)));
    let rows = [99, 100, 101].map(|at| Operand::from(area(at, from, at, last)));
    [columns, whole, rows]
}

fn calls(needle: &Value, ranges: &[Operand; 3]) -> Vec<(&'static str, Vec<Operand>)> {
    let [a, b, c] = ranges;
    let x = || Operand::from(needle.clone());
    let number = |x: f64| Operand::from(x);
    let mut calls = Vec::new();
    for kind in [0.0, 1.0, -1.0] {
        calls.push(("MATCH", vec![x(), a.clone(), number(kind)]));
    }
    calls.push(("LOOKUP", vec![x(), a.clone(), b.clone()]));
    for mode in [0.0, -1.0, 1.0, 2.0] {
        for search in [1.0, -1.0, 2.0, -2.0] {
            let modes = [number(mode), number(search)];
            calls.push(("XMATCH", [vec![x(), a.clone()], modes.to_vec()].concat()));
        }
    }
    calls.push(("COUNTIF", vec![a.clone(), x()]));
    calls.push(("MAXIFS", vec![c.clone(), a.clone(), x()]));
    calls.push(("SUMIF", vec![a.clone(), x(), c.clone()]));
    calls.push(("AVERAGEIF", vec![a.clone(), x(), c.clone()]));
    for other in ["<>1", "1", ">0", "<>apple", "*", "", "<>", "="] {
        let pairs = vec![a.clone(), x(), b.clone(), other.into()];
        calls.push(("COUNTIFS", pairs.clone()));
        calls.push(("SUMIFS", [vec![c.clone()], pairs].concat()));
    }
    calls
}

proptest! {
    #[test]
    fn lookups_and_criteria_find_the_same_with_and_without(
        columns in [column(), column(), column()],
        needles in prop::collection::vec(value(), 1..4),
        operator in prop_oneof![Just(""), Just("="), Just("<>"), Just(">=")],
        (from, length) in (0..20_u32, 33..50_u32),
    ) {
        let [plain, indexed] = sheets(&columns);
        for ranges in references(from, length) {
            for needle in &needles {
                let mut all = calls(needle, &ranges);
                let written = format!("{operator}{needle}");
                let criterion = || Operand::from(written.as_str());
                all.push(("COUNTIF", vec![ranges[0].clone(), criterion()]));
                all.push(("SUMIF", vec![ranges[0].clone(), criterion(), ranges[2].clone()]));
                for (name, arguments) in all {
                    let expected = call(name, &plain, &arguments);
                    let found = call(name, &indexed, &arguments);
                    prop_assert_eq!(found, expected, "{}{:?}", name, arguments);
                }
            }
        }
    }
}

#[test]
fn indexes_are_made_when_searches_have_cost_as_much_and_forgotten_when_a_cell_changes() {
    let values: Vec<Value> = (0..100).map(|x| Value::from(f64::from(x))).collect();
    let cells = FakeCells::column(&values);
    let column = Area::new(SHEET, Rect::new(Cell::new(0, 0), Cell::new(99, 0)));
    let mut indexes = Indexes::default();
    assert!(indexes.get(&column, &cells).is_none());
    indexes.searched(&column, 100, &cells);
    assert!(indexes.get(&column, &cells).is_none());
    indexes.searched(&column, 200, &cells);
    assert!(indexes.get(&column, &cells).is_some());
    let lower = Area::new(SHEET, Rect::new(Cell::new(50, 0), Cell::new(99, 0)));
    assert!(indexes.get(&lower, &cells).is_some());
    let elsewhere = Area::new(SHEET, Rect::cell(Cell::new(5, 1)));
    indexes.forget(&elsewhere);
    assert!(indexes.get(&column, &cells).is_some());
    indexes.forget(&Area::new(SHEET, Rect::cell(Cell::new(500, 0))));
    assert!(indexes.get(&column, &cells).is_none());
}

#[test]
fn a_lookup_with_an_index_reads_few_cells() {
    let values: Vec<Value> = (0..1_000).map(|x| Value::from(f64::from(x))).collect();
    let mut cells = FakeCells::column(&values);
    cells.indexes = Some(Indexes::default());
    let vector = || Operand::from(area(0, 0, 999, 0));
    let place = |x: f64| call("MATCH", &cells, &[x.into(), vector(), 0.0.into()]);
    assert_eq!(place(900.0), 901.0.into());
    let before = cells.reads.get();
    for x in 0..1_000 {
        assert_eq!(place(f64::from(x)), f64::from(x + 1).into());
    }
    assert_eq!(cells.reads.get(), before);
    assert_eq!(cells.value(SHEET, Cell::new(0, 0)), 0.0.into());
}
