//! Hostile .tabulith files against a budget of memory: whatever a file says, with all its checksums right, it is read or
//! refused within 64 MiB.

#![allow(clippy::unwrap_used, reason = "a test: what fails should tell where")]

mod mutation;

use std::alloc::System;

use cap::Cap;
use tabulith::environment::Environment;
use tabulith::formats::messagepack;
use tabulith::reference::{Cell, Rect};
use tabulith::workbook::Operation;
use tabulith::{ErrorKind, Workbook};

use mutation::{Random, Records};

/// Counts what is allocated; what takes a gigabyte ends the program before it ends the machine.
#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, 1 << 30);

/// What reading a file of a few kilobytes may take.
const BUDGET: usize = 64 << 20;

fn environment() -> Environment {
    Environment::fixed(46_000.25, 7)
}

/// A workbook with something of every kind.
fn book() -> Workbook {
    let book = Workbook::with_environment(environment());
    for sheet in ["Data", "More"] {
        book.add_sheet(sheet).unwrap();
    }
    let data = book.snapshot().sheet("Data").unwrap();
    let rect = |rows, columns| Rect::new(Cell::new(0, 0), Cell::new(rows, columns));
    book.edit(|tx| {
        for row in 1..=40 {
            tx.set(&format!("Data!A{row}"), f64::from(row) / 3.0)?;
            tx.set(&format!("More!B{}", row * 100), "a longer text")?;
        }
        tx.set("Data!A1", "Amount")?;
        tx.set("Data!B1", "Total")?;
        tx.fill("Data!B2:B40", "=A2*2+$A$2")?;
        tx.fill("Data!D1:D3000", "=ROW()>7")?;
        tx.set_formula("Data!F1", "=SUM(Sales[Amount])+rate")?;
        tx.set_formula("More!D1", "=SEQUENCE(3,2)")?;
        tx.set_formula("More!H1", "=H2+1")?;
        tx.set_formula("More!H2", "=H1+1")?;
        tx.set_formula("More!H3", "=NOW()")?;
        tx.define_name("rate", None, "=Data!$A$3*2")?;
        tx.apply(Operation::AddTable {
            name: "Sales".into(),
            sheet: data,
            rect: rect(39, 1),
        })?;
        tx.apply(Operation::SetNumberFormat {
            sheet: data,
            rect: rect(20, 3),
            code: "0.00%".into(),
        })?;
        tx.apply(Operation::HideRows {
            sheet: data,
            at: 50,
            count: 9,
            hidden: true,
        })?;
        tx.merge("More!A1:B3")
    })
    .unwrap();
    book
}

/// Reads a file and, if that works, writes it again. Gives how it was refused.
fn read(bytes: &[u8]) -> Option<tabulith::Error> {
    let size = bytes.len() as u64;
    match messagepack::read(bytes, size, environment(), &mut |_, _| Ok(())) {
        Ok(book) => {
            book.snapshot().to_bytes().unwrap();
            None
        }
        Err(error) => Some(error),
    }
}

#[test]
fn hostile_files_are_read_or_refused_within_the_budget() {
    let slow = std::env::var("RUN_SLOW_TESTS").is_ok_and(|value| value == "1");
    let rounds = if slow { 100_000 } else { 3_000 };
    let good = book().to_bytes().unwrap();
    assert!(read(&good).is_none());
    let before = ALLOCATOR.allocated();
    let (mut was_read, mut was_refused) = (0, 0);
    for round in 0..rounds {
        let mut records = Records::of(&good);
        records.mutate(&mut Random::new(round));
        match read(&records.sealed()) {
            None => was_read += 1,
            Some(error) => {
                assert_eq!(
                    error.kind(),
                    ErrorKind::FileFormat,
                    "round {round}: {error}"
                );
                assert!(
                    error.to_string().contains("at byte"),
                    "round {round}: {error}"
                );
                was_refused += 1;
            }
        }
        let taken = ALLOCATOR.max_allocated() - before;
        assert!(taken <= BUDGET, "round {round} took {taken} bytes");
    }
    assert!(
        was_read > rounds / 20 && was_refused > rounds / 20,
        "{was_read} {was_refused}"
    );
}
