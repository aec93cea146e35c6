//! Formulas put together at random: none panics, and none reads a cell that its plan does not name.

use proptest::prelude::*;

use super::fake_book::FakeBook;
use super::{D5, HERE, evaluate_at, plan, run};
use crate::formula::{Mode, ParseOptions, TemplateReference, TemplateSheets, parse};
use crate::plan::Plan;
use crate::reference::{Cell, Rect, SheetId};

fn book() -> FakeBook {
    let mut book = FakeBook::new(&[
        ("A1", 1.0.into()),
        ("A3", "text".into()),
        ("A5", 2.0.into()),
        ("B2", 4.0.into()),
        ("B5", true.into()),
        ("C5", crate::value::CellError::Na.into()),
        ("C9", 3.0.into()),
        ("D1", (-1.0).into()),
        ("E4", 0.5.into()),
    ]);
    book.set(SheetId(1), "A1", 8.0);
    book.set(SheetId(2), "B2", 9.0);
    book.define(None, "near", "=$A1048576:$B2");
    book.define(None, "fixed", "=$A$1:$B$3");
    let area = Rect::new(Cell::new(2, 0), Cell::new(8, 1));
    book.add_table("Sales", area, 0, &["Item", "Price"]);
    book
}

fn leaf() -> impl Strategy<Value = String> {
    let leaves = [
        "1",
        "0.5",
        "2",
        "\"x\"",
        "\"3\"",
        "TRUE",
        "#N/A",
        "{1,2;3,4}",
        "{1;2}",
        "A1",
        "A1",
        "$B$2",
        "A1:B3",
        "A$1:C5",
        "A:A",
        "A:B",
        "near",
        "fixed",
        "none",
        "Sheet2!A1",
        "Sheet1:Sheet3!B2",
        "Sales[Item]",
        "Sales[@Price]",
        "E4",
        "B2:B5",
        "Z9",
    ];
    proptest::sample::select(leaves.to_vec()).prop_map(str::to_owned)
}

fn formula() -> impl Strategy<Value = String> {
    leaf().prop_recursive(4, 24, 3, |inner| {
        let operators = [
            "+", "-", "*", "/", "^", "&", "=", "<", ">=", "<>", ":", " ", "+", "-",
        ];
        let calls = [
            "ABS(@1)",
            "LEFT(@1,@2)",
            "T(@1)",
            "ISERROR(@1)",
            "NOT(@1)",
            "SUM(@1,@2)",
            "SUM(@1)",
            "COUNTA(@1,)",
            "SUMPRODUCT(@1)",
            "ROWS(@1)",
            "ROW(@1)",
            "AREAS((@1,@2))",
            "INDEX(@1,@2)",
            "IF(@1,@2,@3)",
            "IF(@1,@2)",
            "EDATE(@1,1)",
            "LET(v,@1,v+@2)",
            "LET(v,@1,SUM(v:@2))",
            "DATE(@1,@2,@3)",
            "LOG(@1,)",
            "@1%",
            "-@1",
            "+@1",
            "@@1",
            "(@1)",
            "SUM(@1:@2)",
            "SUM(INDEX(@1,1):@2)",
        ];
        let operator = proptest::sample::select(operators.to_vec());
        let call = proptest::sample::select(calls.to_vec());
        prop_oneof![
            (inner.clone(), operator, inner.clone())
                .prop_map(|(left, operator, right)| format!("({left}){operator}({right})")),
            (call, inner.clone(), inner.clone(), inner).prop_map(|(call, a, b, c)| {
                let call = call.replace("@1", &format!("({a})"));
                call.replace("@2", &format!("({b})"))
                    .replace("@3", &format!("({c})"))
            }),
        ]
    })
}

/// Whether one of the plan's reads, seen from D5, holds the cell.
fn names(plan: &Plan, book: &FakeBook, (sheet, cell): (SheetId, Cell)) -> bool {
    plan.reads.iter().any(|read| {
        let reference = TemplateReference {
            sheets: TemplateSheets::Sheet(read.sheet),
            shape: read.shape,
        };
        let rect = reference.rect(D5, HERE, book);
        read.sheet == sheet && rect.is_some_and(|rect| rect.contains(cell))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_formula_reads_no_cell_that_its_plan_does_not_name(text in formula(), legacy in any::<bool>()) {
        let mode = if legacy { Mode::Legacy } else { Mode::Dynamic };
        prop_assume!(parse(&text, &ParseOptions::default()).is_ok());
        let book = book();
        let bound = plan(&text, mode, &book);
        run(&bound, D5, &book);
        let read = book.read.borrow().clone();
        for place in read {
            prop_assert!(names(&bound, &book, place), "{text} reads {place:?}, not among {:?}", bound.reads);
        }
    }

    #[test]
    fn any_formula_evaluates_anywhere_to_the_same_twice(text in formula(), row in 0u32..9, column in 0u32..6) {
        prop_assume!(parse(&text, &ParseOptions::default()).is_ok());
        let book = book();
        let at = Cell::new(row, column);
        let first = evaluate_at(&text, Mode::Array, at, &book);
        prop_assert_eq!(first, evaluate_at(&text, Mode::Array, at, &book));
    }
}
