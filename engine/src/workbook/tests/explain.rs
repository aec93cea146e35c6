//! Explanations: the parts of a formula with their values, branches that were not taken, origins of errors.

use super::{enter, one_sheet};
use crate::workbook::{ExplainBounds, PartResult};
use crate::{Snapshot, Workbook};

fn book(entries: &[(&str, &str)]) -> Workbook {
    let book = one_sheet();
    enter(&book, entries);
    book
}

#[track_caller]
fn check(entries: &[(&str, &str)], address: &str, expected: &str) {
    let snapshot: Snapshot = book(entries).snapshot();
    let text = snapshot.explain(address).unwrap().to_string();
    let expected: Vec<&str> = expected.lines().map(str::trim_end).collect();
    assert_eq!(text.lines().collect::<Vec<_>>(), expected, "\n{text}");
}

#[test]
fn each_part_has_its_value() {
    check(
        &[
            ("S!A1", "2"),
            ("S!A2", "3"),
            ("S!B1", "=SUM(A1:A2)*-A1+LEN(\"a\"\"b\")"),
        ],
        "S!B1",
        "S!B1 = -7\n\
         SUM(A1:A2)*-A1+LEN(\"a\"\"b\") = -7\n\
         \x20 SUM(A1:A2)*-A1 = -10\n\
         \x20   SUM(A1:A2) = 5\n\
         \x20     A1:A2 = 2 cells (2, 3)\n\
         \x20   -A1 = -2\n\
         \x20     A1 = 2\n\
         \x20 LEN(\"a\"\"b\") = 3",
    );
}

#[test]
fn branches_that_were_not_taken_are_told() {
    check(
        &[("S!A1", "2"), ("S!B1", "=IF(A1>1,\"big\",A1/0)")],
        "S!B1",
        "S!B1 = \"big\"\n\
         IF(A1>1,\"big\",A1/0) = \"big\"\n\
         \x20 A1>1 = TRUE\n\
         \x20   A1 = 2\n\
         \x20 A1/0: not evaluated\n\
         \x20   A1: not evaluated\n\
         \x20   0: not evaluated",
    );
}

#[test]
fn names_and_let_are_followed() {
    let book = book(&[("S!A1", "2"), ("S!B1", "=LET(x,A1+1,x*rate)")]);
    book.edit(|tx| tx.define_name("rate", None, "=S!$A$1*10"))
        .unwrap();
    let text = book.snapshot().explain("S!B1").unwrap().to_string();
    assert_eq!(
        text,
        "S!B1 = 60\n\
         LET(x,A1+1,x*rate) = 60\n\
         \x20 A1+1 = 3\n\
         \x20   A1 = 2\n\
         \x20 x*rate = 60\n\
         \x20   x = 3\n\
         \x20   rate = 20\n\
         \x20     S!$A$1*10 = 20\n\
         \x20       S!$A$1 = 2\n"
    );
}

#[test]
fn references_found_by_the_formula_have_their_addresses() {
    check(
        &[("S!A2", "5"), ("S!B1", "=OFFSET(A1,1,0)")],
        "S!B1",
        "S!B1 = 5\n\
         OFFSET(A1,1,0) -> S!A2 = 5\n\
         \x20 A1 is blank",
    );
    check(
        &[("S!B1", "=SEQUENCE(2)*10")],
        "S!B1",
        "S!B1 = 10\n\
         SEQUENCE(2)*10 = 2 x 1 {10;20}\n\
         \x20 SEQUENCE(2) = 2 x 1 {1;2}",
    );
    check(
        &[("S!B1", "=SEQUENCE(2)*10")],
        "S!B2",
        "S!B2 = 20\nfilled by the formula in S!B1",
    );
}

#[track_caller]
fn origin(entries: &[(&str, &str)], address: &str, expected: &str) {
    let explanation = book(entries).snapshot().explain(address).unwrap();
    let text = explanation.to_string();
    assert_eq!(text.lines().last().unwrap(), expected, "{text}");
}

#[test]
fn an_error_is_followed_to_where_it_arises() {
    let chain = [
        ("S!B1", "=1/A1"),
        ("S!C1", "=B1+1"),
        ("S!D1", "=SUM(A1:C1)"),
        ("S!E1", "=C1*2"),
        ("S!F1", "#N/A"),
        ("S!G1", "=F1&\"x\""),
        ("S!H1", "=IFERROR(B1,F1)"),
        ("S!I1", "=MATCH(1,A2:A3,0)+B1"),
    ];
    origin(&chain, "S!B1", "#DIV/0! arises in 1/A1");
    origin(&chain, "S!D1", "#DIV/0! arises in 1/A1 in S!B1");
    origin(
        &chain,
        "S!E1",
        "#DIV/0! arises in 1/A1 in S!B1, by way of S!C1",
    );
    origin(&chain, "S!G1", "#N/A stands as a value in S!F1");
    origin(&chain, "S!H1", "#N/A stands as a value in S!F1");
    origin(&chain, "S!I1", "#N/A arises in MATCH(1,A2:A3,0)");
}

#[test]
fn a_chain_of_a_thousand_cells_and_a_long_formula_are_within_bounds() {
    let book = one_sheet();
    book.edit(|tx| {
        tx.set_formula("S!A1", "=1/0")?;
        tx.fill("S!A2:A3000", "=A1+1")?;
        tx.set_formula("S!B1", &format!("=A1{}", "+A2".repeat(5_000)))
    })
    .unwrap();
    let explanation = book.snapshot().explain("S!A3000").unwrap();
    let origin = explanation.origin.unwrap();
    assert_eq!(
        (origin.address.as_str(), origin.path.len()),
        ("S!A1", 3_000)
    );
    let long = book.snapshot().explain("S!B1").unwrap();
    assert!(long.cut && long.parts.len() <= ExplainBounds::default().parts);
    let bounds = ExplainBounds { depth: 1, parts: 2 };
    let short = book.snapshot().explain_within("S!B1", bounds).unwrap();
    assert_eq!(short.parts.len(), 2);
}

#[test]
fn what_is_circular_or_not_computed_says_so() {
    let book = book(&[("S!A1", "=A1+1"), ("S!B1", "5")]);
    let circular = book.snapshot().explain("S!A1").unwrap();
    assert!(circular.circular && circular.to_string().contains("reads its own result"));
    let value = book.snapshot().explain("S!B1").unwrap();
    assert!(value.parts.is_empty() && value.formula.is_none());
    assert_eq!(value.to_string(), "S!B1 = 5\n");
}

fn addresses(snapshot: &Snapshot, areas: &[crate::reference::Area]) -> String {
    let addresses: Vec<String> = areas.iter().map(|area| snapshot.address(area)).collect();
    addresses.join(" ")
}

#[test]
fn precedents_and_dependents_go_through_all_levels() {
    let book = book(&[
        ("S!A1", "1"),
        ("S!B1", "=A1+1"),
        ("S!C1", "=SUM(A1:B2)"),
        ("S!D1", "=OFFSET(A1,0,2)+C1"),
        ("S!E1", "=SEQUENCE(A1+1)"),
        ("S!F1", "=E2"),
    ]);
    let snapshot = book.snapshot();
    let direct = |address| addresses(&snapshot, &snapshot.precedents(address).unwrap());
    assert_eq!(direct("S!C1"), "S!A1:B2");
    assert_eq!(direct("S!D1"), "S!C1");
    let all = |address| {
        addresses(
            &snapshot,
            &snapshot.all_precedents(address, None).unwrap().areas,
        )
    };
    assert_eq!(all("S!D1"), "S!A1 S!A1:B2 S!C1");
    assert_eq!(all("S!F1"), "S!A1 S!E2");
    assert_eq!(all("S!A1"), "");
    let dependents = snapshot.all_dependents("S!A1", None).unwrap();
    assert!(dependents.complete);
    assert_eq!(
        addresses(&snapshot, &dependents.areas),
        "S!B1 S!C1 S!D1 S!E1 S!F1"
    );
}

#[test]
fn a_search_ends_at_its_bound() {
    let book = one_sheet();
    book.edit(|tx| tx.fill("S!A2:A5000", "=A1+1")).unwrap();
    let snapshot = book.snapshot();
    let all = snapshot.all_precedents("S!A5000", None).unwrap();
    assert_eq!(
        (addresses(&snapshot, &all.areas).as_str(), all.complete),
        ("S!A1:A4999", true)
    );
    let some = snapshot.all_precedents("S!A5000", Some(10)).unwrap();
    assert_eq!(
        (addresses(&snapshot, &some.areas).as_str(), some.complete),
        ("S!A4990:A4999", false)
    );
    let all = snapshot.all_dependents("S!A1", None).unwrap();
    assert_eq!(
        (addresses(&snapshot, &all.areas).as_str(), all.complete),
        ("S!A2:A5000", true)
    );
}

#[test]
fn parts_as_data_know_what_they_stand_in() {
    let explanation = book(&[("S!B1", "=IF(A1=0,1,2)")])
        .snapshot()
        .explain("S!B1")
        .unwrap();
    let parents: Vec<Option<usize>> = explanation.parts.iter().map(|part| part.parent).collect();
    assert_eq!(parents, [None, Some(0), Some(1), Some(1), Some(0), Some(0)]);
    assert_eq!(explanation.parts[5].result, PartResult::NotEvaluated);
    assert!(matches!(
        explanation.parts[2].result,
        PartResult::Cells { count: 1, .. }
    ));
}
