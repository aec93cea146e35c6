//! Readers beside a writer: whole revisions only, in order, while recalculation runs on several threads.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::reference::{Area, Cell, Rect, SheetId};
use crate::value::{Value, ValueRef};
use crate::{Snapshot, Workbook};

const ROWS: u32 = 10_000;
const READERS: usize = 4;

/// Snapshots that each reader checks at least.
const CHECKED: u64 = 20;

/// Column A has amounts that always add up to the same, B doubles each, C1 adds A up.
fn book() -> Workbook {
    let book = Workbook::new();
    book.set_threads(3);
    book.add_sheet("S").unwrap();
    let amounts = vec![1.0; ROWS as usize];
    book.edit(|tx| {
        tx.set_column("S!A1", &amounts)?;
        tx.fill("S!B1:B10000", "=A1*2")?;
        tx.set_formula("S!C1", "=SUM(A1:A10000)")
    })
    .unwrap();
    book
}

fn numbers(snapshot: &Snapshot, column: u32) -> Vec<f64> {
    let rect = Rect::new(Cell::new(0, column), Cell::new(ROWS - 1, column));
    let mut numbers = Vec::with_capacity(ROWS as usize);
    snapshot.visit(&Area::new(SheetId(0), rect), |_, value| {
        match value {
            ValueRef::Number(x) => numbers.push(x),
            other => panic!("{other:?} among numbers"),
        }
        std::ops::ControlFlow::Continue(())
    });
    numbers
}

fn check(snapshot: &Snapshot) {
    let (amounts, doubled) = (numbers(snapshot, 0), numbers(snapshot, 1));
    assert_eq!((amounts.len(), doubled.len()), (10_000, 10_000));
    assert_eq!(amounts.iter().sum::<f64>(), f64::from(ROWS));
    assert_eq!(
        snapshot.value("S!C1").unwrap(),
        Value::Number(f64::from(ROWS))
    );
    let whole = amounts.iter().zip(&doubled).all(|(x, y)| x * 2.0 == *y);
    assert!(whole, "revision {} is not whole", snapshot.revision());
}

/// Moves an amount between two cells, or all amounts by some rows.
fn write(book: &Workbook, number: u32) {
    if number.is_multiple_of(5) {
        let mut amounts = numbers(&book.snapshot(), 0);
        amounts.rotate_left(number as usize % 997);
        book.edit(|tx| tx.set_column("S!A1", &amounts)).unwrap();
        return;
    }
    let (from, to) = (number * 7_919 % ROWS, number * 104_729 % ROWS);
    let amount = f64::from(number % 3);
    book.edit(|tx| {
        for (row, change) in [(from, -amount), (to, amount)] {
            let address = format!("S!A{}", row + 1);
            let Value::Number(x) = tx.value(&address)? else {
                panic!("{address} is no number");
            };
            tx.set(&address, x + change)?;
        }
        Ok(())
    })
    .unwrap();
}

#[test]
fn readers_see_whole_revisions_in_order_while_workers_write() {
    let book = book();
    let ended = AtomicBool::new(false);
    let checked: [AtomicU64; READERS] = Default::default();
    std::thread::scope(|scope| {
        for checked in &checked {
            let (book, ended) = (&book, &ended);
            scope.spawn(move || {
                let mut last = 0;
                while !ended.load(Ordering::Relaxed) {
                    let snapshot = book.snapshot();
                    assert!(snapshot.revision() >= last, "revisions go back");
                    last = snapshot.revision();
                    check(&snapshot);
                    checked.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        // A reader that fails ends at once: the writer must not wait for it for ever.
        let enough = |count: &AtomicU64| count.load(Ordering::Relaxed) >= CHECKED;
        for number in 0..2_000 {
            write(&book, number);
            if number >= 60 && checked.iter().all(enough) {
                break;
            }
        }
        ended.store(true, Ordering::Relaxed);
    });
    check(&book.snapshot());
    assert!(
        checked
            .iter()
            .all(|count| count.load(Ordering::Relaxed) > 0)
    );
}
