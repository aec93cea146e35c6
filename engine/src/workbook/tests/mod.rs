//! Tests of the workbook through its public face: values after edits, circles, spills, transactions, structural edits.

mod arrays_in_tables;
mod attached;
mod blocks;
mod circular;
mod cones;
mod deleting;
mod diff;
mod effort;
mod events;
mod explain;
mod held_columns;
mod inserting;
mod inverse;
mod load_onto;
mod naive;
mod names;
mod open_transaction;
mod random_blocks;
mod random_book;
mod random_edits;
mod random_layout;
pub(crate) mod random_operations;
mod random_sheets;
mod readers;
mod sheets;
mod spills;
mod structure;
mod tiles;
mod transactions;
mod undo;
mod user_failures;
mod user_functions;

use super::{Report, Workbook};
use crate::environment::Environment;

/// A workbook with these sheets, on a clock that stands still.
fn book_of(sheets: &[&str]) -> Workbook {
    let book = Workbook::with_environment(Environment::fixed(46_000.25, 7));
    for sheet in sheets {
        book.add_sheet(sheet).unwrap();
    }
    book
}

/// A workbook of one sheet `S`.
fn one_sheet() -> Workbook {
    book_of(&["S"])
}

/// Types these entries in one transaction, and tells what was recalculated.
#[track_caller]
fn enter(book: &Workbook, entries: &[(&str, &str)]) -> Report {
    let edit = book.edit_reporting(&mut |_| {}, |tx| {
        for (address, entry) in entries {
            tx.set_entry(address, entry)?;
        }
        Ok(())
    });
    edit.unwrap().1
}

/// The values at these addresses, as `&` would join them.
#[track_caller]
fn show(book: &Workbook, addresses: &str) -> String {
    let values = addresses
        .split(' ')
        .map(|address| book.value(address).unwrap().to_string());
    values.collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn check(book: &Workbook, addresses: &str, expected: &str) {
    assert_eq!(show(book, addresses), expected, "values of {addresses}");
}

/// The cells that are listed as circular.
fn circular(book: &Workbook) -> String {
    let places = book
        .snapshot()
        .circular()
        .into_iter()
        .map(|place| crate::reference::a1::print_cell(place.cell));
    places.collect::<Vec<_>>().join(" ")
}
