//! Writing and reading of .tabulith files: nothing is lost, and nothing false is believed.

mod damaged;
mod held;
mod hostile;
#[cfg(feature = "xlsx")]
mod packages;
mod round_trip;

use super::{WriteOptions, read, write};
use crate::environment::Environment;
use crate::error::Result;
use crate::reference::{Cell, Rect};
use crate::workbook::{Attached, AttachedKind, Operation, Snapshot, Visibility, Workbook};

/// A clock that stands still, so that what is volatile stays as it is.
fn environment() -> Environment {
    Environment::fixed(46_000.25, 7)
}

fn reopened(bytes: &[u8]) -> Result<Workbook> {
    read(bytes, bytes.len() as u64, environment(), &mut |_, _| Ok(()))
}

/// The bytes of a snapshot, without a package.
fn written(snapshot: &Snapshot, options: WriteOptions) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(snapshot, None, options, &mut bytes).unwrap();
    bytes
}

/// A workbook with all that edits can make.
fn full_book() -> Workbook {
    let book = Workbook::with_environment(environment());
    for sheet in ["Data", "It's two", "Hidden"] {
        book.add_sheet(sheet).unwrap();
    }
    book.edit(|tx| {
        for row in 1..=9 {
            tx.set(&format!("Data!A{row}"), f64::from(row) / 3.0)?;
        }
        tx.set("Data!A1", "Amount")?;
        tx.set("Data!B1", "a longer text é")?;
        tx.set("Data!C1", true)?;
        tx.set_entry("Data!C2", "#N/A")?;
        tx.set("Data!C3", "")?;
        tx.fill("Data!B2:B9", "=A2*2+$A$2")?;
        tx.set_formula("Data!D2", "=SUM(Sales[Amount])")?;
        tx.set_formula("Data!E2", "=UNIQUE(A2:A4)")?;
        tx.set("'It''s two'!F3", 5.0)?;
        tx.set_formula("'It''s two'!F1", "=SEQUENCE(4)")?;
        tx.set_formula("'It''s two'!A1", "=Data!A2&\" of \"&rate")?;
        tx.set_formula("'It''s two'!A2", "=A3+1")?;
        tx.set_formula("'It''s two'!A3", "=A2+1")?;
        tx.set_formula("'It''s two'!A4", "=SUM(Data:Hidden!A2)")?;
        tx.set_formula("'It''s two'!A5", "=NO.SUCH(1)+NOW()")?;
        tx.define_name("rate", None, "=Data!$A$3*2")?;
        tx.define_name("own", Some("Hidden"), "=Hidden!$B$2")
    })
    .unwrap();
    lay_out(&book);
    book
}

/// Gives the workbook a table, formats, hidden rows and columns, merged cells, and something attached.
fn lay_out(book: &Workbook) {
    let id = |name: &str| book.snapshot().sheet(name).unwrap();
    let (data, hidden) = (id("Data"), id("Hidden"));
    book.edit(|tx| {
        tx.apply(Operation::AddTable {
            name: "Sales".into(),
            sheet: data,
            rect: Rect::new(Cell::new(0, 0), Cell::new(8, 1)),
        })?;
        tx.apply(Operation::SetVisibility {
            sheet: hidden,
            visibility: Visibility::VeryHidden,
        })?;
        tx.apply(Operation::SetNumberFormat {
            sheet: data,
            rect: Rect::new(Cell::new(1, 0), Cell::new(8, 0)),
            code: "0.00%".into(),
        })?;
        tx.apply(Operation::HideColumns {
            sheet: data,
            at: 3,
            count: 2,
            hidden: true,
        })?;
        tx.apply(Operation::HideRows {
            sheet: hidden,
            at: 3,
            count: 7,
            hidden: true,
        })?;
        tx.apply(Operation::MergeCells {
            sheet: hidden,
            rect: Rect::new(Cell::new(0, 0), Cell::new(1, 3)),
        })?;
        let attached = Attached {
            kind: AttachedKind::DataValidation,
            number: 3,
            copy_of: None,
            ranges: vec![Rect::new(Cell::new(1, 1), Cell::new(4, 1))],
            formulas: vec!["B1>0".into(), "not a ) formula".into()],
        };
        tx.apply(Operation::PutAttached {
            sheet: data,
            attached: attached.into(),
        })
    })
    .unwrap();
}
