//! Array formulas of several cells, which have no place in a table, as in Excel.

use super::{enter, one_sheet};
use crate::error::{ErrorKind, Result};
use crate::value::Value;
use crate::workbook::{Transaction, Workbook};

/// A table in D1:E3, and an array formula in A1:A2.
fn book() -> Workbook {
    let book = one_sheet();
    enter(&book, &[("D1", "x"), ("E1", "y"), ("D2", "1"), ("D3", "2")]);
    book.edit(|tx| {
        tx.add_table("Sales", "D1:E3")?;
        tx.set_array_formula("A1:A2", "=D2:D3*10")
    })
    .unwrap();
    book
}

/// An edit is refused for the table, and as it is nothing but itself, nothing is changed.
#[track_caller]
fn refused(book: &Workbook, edit: impl FnOnce(&mut Transaction<'_>) -> Result<()>, place: &str) {
    let before = book.snapshot();
    // The transaction goes on in spite of the error: what was refused must have left nothing.
    let result = book.edit(|tx| Ok(edit(tx))).unwrap();
    let error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Argument);
    let expected =
        format!("cannot enter an array formula in {place}, which lies in the table `Sales`");
    assert_eq!(error.message(), expected);
    assert!(book.snapshot().diff(&before).is_empty());
}

#[test]
fn an_array_formula_is_not_entered_copied_or_moved_into_a_table() {
    let book = book();
    refused(&book, |tx| tx.set_array_formula("E1:E2", "=D2:D3"), "E1:E2");
    refused(&book, |tx| tx.set_array_formula("C3:D4", "=D2:D3"), "C3:D4");
    refused(&book, |tx| tx.copy_range("A1:A2", "E2"), "E2:E3");
    refused(&book, |tx| tx.move_range("A1:A2", "D3"), "D3:D4");
    assert_eq!(book.value("A2").unwrap(), Value::Number(20.0));
}

#[test]
fn one_of_a_single_cell_is_and_a_table_moves_along_with_an_array() {
    let book = book();
    book.edit(|tx| tx.set_array_formula("E2", "=SUM(D2:D3*2)"))
        .unwrap();
    assert_eq!(book.value("E2").unwrap(), Value::Number(6.0));
    // The array comes to lie where the table was.
    book.edit(|tx| tx.move_range("A1:E3", "D1")).unwrap();
    assert_eq!(book.value("D2").unwrap(), Value::Number(20.0));
    assert_eq!(book.value("H2").unwrap(), Value::Number(6.0));
}
