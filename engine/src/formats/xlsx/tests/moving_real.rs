//! Real workbooks after structural edits: what is saved opens again as what was in memory.

use std::ops::ControlFlow;
use std::path::Path;

use super::corpora::handy_workbooks;
use super::moving::saved;
use crate::ErrorKind;
use crate::environment::Environment;
use crate::formats::xlsx::{Package, open_package};
use crate::reference::{Area, SheetId};
use crate::workbook::{Attached, AttachedKind, Operation, Snapshot, Workbook};

/// What is on a sheet, in lines that can be compared.
fn content(snapshot: &Snapshot, sheet: SheetId) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(rect) = snapshot.used(sheet) {
        snapshot.visit(&Area::new(sheet, rect), |cell, value| {
            lines.push(format!("{cell:?}: {:?}", value.to_value()));
            ControlFlow::Continue(())
        });
    }
    snapshot.visit_formulas(sheet, |cell, text| lines.push(format!("{cell:?} {text}")));
    for cell in snapshot.styled_cells(sheet) {
        let style = snapshot.own_style_number(sheet, cell);
        lines.extend(
            style
                .filter(|style| *style != 0)
                .map(|style| format!("{cell:?} {style}")),
        );
    }
    for attached in snapshot.attached(sheet) {
        // Numbers and drawings that keep their sizes are the file's own affair.
        if attached.kind != AttachedKind::Drawing {
            let Attached {
                kind,
                ranges,
                formulas,
                ..
            } = attached;
            lines.push(format!("{kind:?} {ranges:?} {formulas:?}"));
        }
    }
    lines.sort();
    lines
}

fn names(snapshot: &Snapshot) -> Vec<String> {
    let mut lines: Vec<String> = snapshot
        .names()
        .map(|named| format!("{} {}", named.name, snapshot.name_text(named)))
        .collect();
    lines.sort();
    lines
}

fn opened(package: Package) -> Option<Workbook> {
    open_package(package, Environment::fixed(46_000.0, 1), &mut |_, _| Ok(())).ok()
}

/// Edits every sheet of a workbook, saves it, opens it again and compares. Tells whether it could be saved.
fn goes_round(path: &Path, edit: &dyn Fn(SheetId) -> Operation) -> bool {
    let Some(book) = Package::open(path).ok().and_then(opened) else {
        return false;
    };
    let sheets: Vec<SheetId> = book.snapshot().sheets().map(|sheet| sheet.id).collect();
    for sheet in sheets {
        // What the workbook refuses is its own affair: torn arrays, tables without a header.
        let _ = book.edit(|tx| tx.apply(edit(sheet)));
    }
    let package = match saved(&book) {
        Ok(package) => package,
        Err(error) => {
            assert_eq!(
                error.kind(),
                ErrorKind::Unsupported,
                "{}: {error}",
                path.display()
            );
            assert!(!error.message().is_empty());
            return false;
        }
    };
    let again = opened(package).expect("what is saved opens");
    let (now, then) = (again.snapshot(), book.snapshot());
    assert_eq!(names(&now), names(&then), "{}", path.display());
    for sheet in then.sheets() {
        let id = now.sheet(&sheet.name).unwrap();
        let (found, expected) = (content(&now, id), content(&then, sheet.id));
        let strange = |a: &[String], b: &[String]| -> Vec<String> {
            let missing = a.iter().filter(|line| b.binary_search(line).is_err());
            missing.take(5).cloned().collect()
        };
        assert!(
            found == expected,
            "{}: sheet {}: found {:#?} instead of {:#?}",
            path.display(),
            sheet.name,
            strange(&found, &expected),
            strange(&expected, &found)
        );
    }
    true
}

/// Every fourth workbook, from the one at `first` on, goes round; all of them with RUN_SLOW_TESTS=1.
fn all_go_round(first: usize, edit: &dyn Fn(SheetId) -> Operation) {
    let mut paths = handy_workbooks();
    if std::env::var_os("RUN_SLOW_TESTS").is_none() {
        paths = paths.into_iter().skip(first).step_by(4).collect();
    }
    let saved = paths.iter().filter(|path| goes_round(path, edit)).count();
    assert!(saved * 2 > paths.len(), "{saved} of {}", paths.len());
}

#[test]
fn rows_inserted_into_real_workbooks_are_saved() {
    all_go_round(0, &|sheet| Operation::InsertRows {
        sheet,
        at: 3,
        count: 2,
    });
}

#[test]
fn rows_deleted_from_real_workbooks_are_saved() {
    all_go_round(1, &|sheet| Operation::DeleteRows {
        sheet,
        at: 4,
        count: 3,
    });
}

#[test]
fn columns_inserted_into_real_workbooks_are_saved() {
    all_go_round(2, &|sheet| Operation::InsertColumns {
        sheet,
        at: 1,
        count: 1,
    });
}

#[test]
fn columns_deleted_from_real_workbooks_are_saved() {
    all_go_round(3, &|sheet| Operation::DeleteColumns {
        sheet,
        at: 2,
        count: 1,
    });
}
