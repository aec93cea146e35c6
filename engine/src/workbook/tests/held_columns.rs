//! Columns a block at a time: the same values as cell by cell, whatever was edited, inserted or deleted before.

use super::{enter, one_sheet};
use crate::Workbook;
use crate::reference::{Cell, SheetId};
use crate::value::{Value, ValueRef};

/// That blocks of a column show what its cells hold, without a gap.
#[track_caller]
fn check(book: &Workbook, column: u32, rows: std::ops::Range<u32>) {
    let snapshot = book.snapshot();
    let sheet = SheetId(0);
    let mut numbers = vec![0.0; rows.len()];
    snapshot.read_numbers(sheet, column, rows.start, (&mut numbers, -1.0));
    let mut next = rows.start;
    for block in snapshot.held_blocks(sheet, column, rows.clone()) {
        assert_eq!(block.rows().start, next);
        next = block.rows().end;
        let mut values = vec![Value::Blank; block.len()];
        block.visit(|row, value: ValueRef<'_>| {
            values[(row - block.rows().start) as usize] = value.to_value();
        });
        let first = (block.rows().start - rows.start) as usize;
        let numbers = &numbers[first..first + block.len()];
        let mut filled = 0;
        for ((row, value), number) in block.rows().zip(&values).zip(numbers) {
            let cell = snapshot.value_at(sheet, Cell::new(row, column));
            assert_eq!(value, &cell);
            let expected = match cell {
                Value::Number(x) => x,
                _ => -1.0,
            };
            assert_eq!(*number, expected, "row {row}");
            filled += u16::from(cell != Value::Blank);
        }
        assert_eq!(block.counts().filled(), filled);
        if let Some(slice) = block.numbers() {
            assert_eq!(slice, numbers);
        }
    }
    assert_eq!(next, rows.end);
}

#[test]
fn blocks_show_what_cells_hold() {
    let book = one_sheet();
    let numbers: Vec<f64> = (0..10_000).map(f64::from).collect();
    book.edit(|tx| tx.set_column("A3", &numbers)).unwrap();
    check(&book, 0, 0..12_000);
    enter(
        &book,
        &[
            ("A7", "text"),
            ("A4999", "a longer text"),
            ("A5", "=1/0"),
            ("A6", "TRUE"),
        ],
    );
    check(&book, 0, 0..12_000);
    check(&book, 0, 3..4);
    book.edit(|tx| {
        tx.insert_rows(SheetId(0), 4_100, 70)?;
        tx.delete_rows(SheetId(0), 9, 3)
    })
    .unwrap();
    check(&book, 0, 0..12_000);
    check(&book, 0, 4_000..4_200);
    check(&book, 5, 0..9);
}

#[test]
fn whole_blocks_of_numbers_lie_where_they_are_and_outlive_their_workbook() {
    let book = one_sheet();
    let numbers: Vec<f64> = (0..8_192).map(f64::from).collect();
    book.edit(|tx| tx.set_column("A1", &numbers)).unwrap();
    let blocks = book.snapshot().held_blocks(SheetId(0), 0, 0..8_192);
    drop(book);
    let all: Vec<f64> = blocks
        .iter()
        .flat_map(|block| block.numbers().unwrap())
        .copied()
        .collect();
    assert_eq!(all, numbers);
    assert_eq!(blocks.len(), 2);
}

#[test]
fn many_numbers_are_read_from_and_to_any_place() {
    let book = one_sheet();
    let numbers: Vec<f64> = (0..600_000).map(f64::from).collect();
    book.edit(|tx| tx.set_column("A2", &numbers)).unwrap();
    enter(&book, &[("A300000", "text")]);
    let snapshot = book.snapshot();
    for first in 0..3 {
        let mut memory = vec![-2.0; 600_002];
        let (before, read) = memory.split_at_mut(first);
        snapshot.read_numbers(SheetId(0), 0, 1, (&mut read[..600_000], -1.0));
        assert_eq!(before, vec![-2.0; first]);
        assert_eq!(read[..299_998], numbers[..299_998]);
        assert_eq!(read[299_998], -1.0);
        assert_eq!(read[299_999..600_000], numbers[299_999..]);
        assert_eq!(read[600_000..], vec![-2.0; 2 - first]);
    }
}

#[test]
fn a_column_beyond_the_grid_and_a_sheet_that_is_not_there_have_no_blocks() {
    let book = one_sheet();
    assert!(book.snapshot().held_blocks(SheetId(9), 0, 0..5).is_empty());
    assert!(
        book.snapshot()
            .held_blocks(SheetId(0), 0, 2_000_000..2_000_005)
            .is_empty()
    );
    let read = |sheet, row| {
        let mut numbers = [0.0; 4];
        let snapshot = book.snapshot();
        snapshot.read_numbers(sheet, 0, row, (&mut numbers, -1.0));
        numbers
    };
    enter(&book, &[("A1048576", "7")]);
    assert_eq!(read(SheetId(9), 0), [-1.0; 4]);
    assert_eq!(read(SheetId(0), 2_000_000), [-1.0; 4]);
    assert_eq!(read(SheetId(0), u32::MAX), [-1.0; 4]);
    assert_eq!(read(SheetId(0), 1_048_574), [-1.0, 7.0, -1.0, -1.0]);
}
