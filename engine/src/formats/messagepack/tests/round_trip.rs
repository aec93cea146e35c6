use proptest::prelude::*;

use super::held::{Held, difference, held, settled};
use super::{environment, full_book, reopened, written};
use crate::UserFunction;
use crate::error::ErrorKind;
use crate::formats::messagepack::WriteOptions;
use crate::formats::{self, Input, OpenOptions, SaveOptions};
use crate::reference::{Cell, Rect};
use crate::value::{Value, ValueRef};
use crate::workbook::tests::random_operations::RandomBook;
use crate::workbook::{Calculation, Loader, Visibility, Workbook};

const BARE: WriteOptions = WriteOptions {
    values: false,
    package: false,
};

#[track_caller]
fn assert_same(left: &Held, right: &Held) {
    assert!(left == right, "{}", difference(left, right));
}

#[test]
fn nothing_is_lost() {
    let book = full_book();
    let again = reopened(&book.to_bytes().unwrap()).unwrap();
    assert_same(&held(&book.snapshot()), &held(&again.snapshot()));
    // The copy goes on as the workbook does.
    for book in [&book, &again] {
        book.edit(|tx| {
            tx.set("Data!A3", 50.0)?;
            let sheet = book.snapshot().sheet("Data")?;
            tx.insert_rows(sheet, 2, 3)?;
            tx.set("'It''s two'!F3", Value::Blank)
        })
        .unwrap();
    }
    assert_same(&held(&book.snapshot()), &held(&again.snapshot()));
    assert_eq!(again.value("'It''s two'!F4").unwrap(), Value::Number(4.0));
}

#[test]
fn widths_come_back_and_a_workbook_without_them_is_written_as_before() {
    let speaks_of_them = |bytes: &[u8]| {
        let key = b"column_widths";
        bytes.windows(key.len()).any(|found| found == key)
    };
    let book = full_book();
    assert!(!speaks_of_them(&book.to_bytes().unwrap()));
    let data = book.snapshot().sheet("Data").unwrap();
    book.edit(|tx| {
        tx.set_column_width(data, 4, 2, Some(20.5))?;
        tx.set_column_width(data, 16_383, 1, Some(0.1 + 0.2))
    })
    .unwrap();
    let bytes = book.to_bytes().unwrap();
    assert!(speaks_of_them(&bytes));
    let again = reopened(&bytes).unwrap();
    assert_eq!(again.snapshot().column_widths(data).len(), 2);
    assert_same(&held(&book.snapshot()), &held(&again.snapshot()));
}

#[test]
fn what_a_file_brought_is_not_lost() {
    let mut loader = Loader::new();
    loader.styles(&["General".into(), "0.0".into(), "0%".into()]);
    let sheet = loader.add_sheet("S", Visibility::Visible).unwrap();
    loader
        .value(sheet, Cell::new(0, 0), ValueRef::Number(1.5))
        .unwrap();
    loader.style(sheet, Cell::new(0, 0), 2);
    loader.row_style(sheet, 4, 1);
    loader.column_style(sheet, (2, 3), 2);
    loader.keep(sheet, Cell::new(1, 1), "1+", "it ends too early");
    loader
        .value(sheet, Cell::new(1, 1), ValueRef::Text("kept"))
        .unwrap();
    let stored = ValueRef::Number(3.0);
    loader
        .formula(sheet, Cell::new(2, 1), "MYMACRO(1)", stored)
        .unwrap();
    loader
        .formula(sheet, Cell::new(3, 1), "[1]Other!B2+1", stored)
        .unwrap();
    loader
        .external()
        .set("[1]", "Other", Cell::new(1, 1), Value::Number(2.0));
    loader.external().add_sheet("[1]", "Empty");
    loader.define_name("shown", Some(sheet), "S!$A$1", true);
    let book = loader.finish(environment()).unwrap();
    book.edit(|tx| tx.set_number_format("S!B1", "0.000"))
        .unwrap();
    let again = reopened(&book.to_bytes().unwrap()).unwrap();
    assert_same(&held(&book.snapshot()), &held(&again.snapshot()));
    // What is not computed keeps its value when the others have none.
    let bare = written(&book.snapshot(), BARE);
    let bare = reopened(&bare).unwrap();
    assert_eq!(bare.value("S!B3").unwrap(), Value::Number(3.0));
    assert_eq!(bare.value("S!B2").unwrap(), Value::from("kept"));
}

#[test]
fn without_values_the_file_is_smaller_and_opening_computes_them() {
    let book = Workbook::with_environment(environment());
    book.add_sheet("S").unwrap();
    book.edit(|tx| tx.fill("S!A1:A5000", "=ROW()/3")).unwrap();
    let full = book.to_bytes().unwrap();
    let bare = written(&book.snapshot(), BARE);
    assert!(
        full.len() > 40_000 && bare.len() < 1_000,
        "{} {}",
        full.len(),
        bare.len()
    );
    let again = reopened(&bare).unwrap();
    assert_same(&held(&book.snapshot()), &held(&again.snapshot()));
}

#[test]
fn opening_computes_only_what_is_volatile() {
    let book = Workbook::with_environment(environment());
    book.add_sheet("S").unwrap();
    book.edit(|tx| {
        tx.set_formula("S!A1", "=1+1")?;
        tx.set_formula("S!B1", "=NOW()")
    })
    .unwrap();
    let bytes = book.to_bytes().unwrap();
    let later = crate::environment::Environment::fixed(50_000.0, 7);
    let again = super::read(&bytes[..], 0, later, &mut |_, _| Ok(())).unwrap();
    let snapshot = again.snapshot();
    assert_eq!(snapshot.value("S!B1").unwrap(), Value::Number(50_000.0));
    // A value that no formula gives shows that the formula was not asked.
    let mut loader = Loader::new();
    let sheet = loader.add_sheet("S", Visibility::Visible).unwrap();
    loader
        .formula(sheet, Cell::new(0, 0), "1+1", ValueRef::Number(7.0))
        .unwrap();
    let stored = loader.finish(environment()).unwrap();
    let again = reopened(&stored.to_bytes().unwrap()).unwrap();
    assert_eq!(again.snapshot().value("S!A1").unwrap(), Value::Number(7.0));
}

#[test]
fn a_million_filled_cells_are_one_formula() {
    let book = Workbook::with_environment(environment());
    book.add_sheet("S").unwrap();
    book.edit(|tx| {
        tx.set_calculation(Calculation::Manual)?;
        tx.fill("S!A1:CV1048576", "=ROW()")
    })
    .unwrap();
    let bytes = written(&book.snapshot(), BARE);
    assert!(bytes.len() < 1_000, "{} bytes", bytes.len());
    let mut formulas = 0;
    let snapshot = book.snapshot();
    let sheet = snapshot.sheet("S").unwrap();
    let counted = snapshot.visit_filled_formulas(sheet, 64, |formula| {
        formulas += 1;
        assert_eq!(formula.rects.iter().map(Rect::size).sum::<u64>(), 100 << 20);
        Ok(())
    });
    counted.unwrap();
    assert_eq!(formulas, 1);
}

#[test]
fn formulas_that_leave_the_grid_stay_relative() {
    let book = Workbook::with_environment(environment());
    book.add_sheet("S").unwrap();
    book.edit(|tx| {
        tx.set("S!A1", 5.0)?;
        tx.fill("S!B4:B9", "=A1+1")?;
        tx.copy_range("S!B4:B9", "S!B1:B6")
    })
    .unwrap();
    let again = reopened(&book.to_bytes().unwrap()).unwrap();
    assert_same(&held(&book.snapshot()), &held(&again.snapshot()));
}

#[test]
fn a_snapshot_is_written_while_the_workbook_goes_on() {
    let book = full_book();
    let snapshot = book.snapshot();
    let before = held(&snapshot);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let bytes: Vec<Vec<u8>> = (0..20).map(|_| snapshot.to_bytes().unwrap()).collect();
            bytes
        });
        for number in 0..50 {
            book.edit(|tx| {
                tx.set("Data!A2", f64::from(number))?;
                let sheet = book.snapshot().sheet("Data")?;
                tx.insert_rows(sheet, 4, 1)
            })
            .unwrap();
        }
        for bytes in writer.join().unwrap() {
            assert_same(&before, &held(&reopened(&bytes).unwrap().snapshot()));
        }
    });
}

#[test]
fn equal_workbooks_are_equal_bytes() {
    let bytes = full_book().to_bytes().unwrap();
    assert!(bytes == full_book().to_bytes().unwrap());
    let again = reopened(&bytes).unwrap();
    assert!(bytes == again.to_bytes().unwrap());
}

#[test]
fn a_file_replaces_another_only_when_it_is_complete() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.tabulith");
    let save = |book: &Workbook| formats::save(book, &path, &SaveOptions::default());
    let open = || {
        let input = Input::Path(path.clone());
        formats::open(
            input,
            &OpenOptions::default(),
            environment(),
            &mut |_, _| Ok(()),
        )
        .unwrap()
    };
    let book = full_book();
    save(&book).unwrap();
    assert_same(&held(&book.snapshot()), &held(&open().snapshot()));
    // With a longer name of its sheet a formula is too long to be read again.
    let then = book.snapshot();
    book.edit(|tx| {
        tx.set_calculation(Calculation::Manual)?;
        tx.set_formula("Data!H1", &format!("={}1", "Hidden!A1+".repeat(5_000)))?;
        tx.rename_sheet("Hidden", "Hidden behind many others")
    })
    .unwrap();
    let error = save(&book).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit, "{error}");
    assert_same(&held(&then), &held(&open().snapshot()));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 12,
        max_shrink_iters: 3_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn random_workbooks_come_back_as_they_were(random in RandomBook::any()) {
        random.walk(|book| {
            let bytes = book.to_bytes().map_err(|error| TestCaseError::fail(error.to_string()))?;
            let again = reopened(&bytes).map_err(|error| TestCaseError::fail(error.to_string()))?;
            let (left, right) = (held(&book.snapshot()), held(&again.snapshot()));
            prop_assert!(left == right, "{}", difference(&left, &right));
            let (left, right) = (settled(book), settled(&again));
            prop_assert!(left == right, "settled: {}", difference(&left, &right));
            let bare = reopened(&written(&book.snapshot(), BARE)).map_err(|error| TestCaseError::fail(error.to_string()))?;
            prop_assert_eq!(settled(&bare).cells, left.cells, "without values");
            Ok(())
        })?;
    }
}

#[test]
fn what_a_function_of_the_user_gave_is_kept_without_the_function() {
    let halve = || UserFunction::new("HALVE", 1..=1, |given| Ok(given[0].number()? / 2.0));
    let book = Workbook::with_environment(environment());
    book.add_sheet("S").unwrap();
    book.register(halve()).unwrap();
    book.edit(|tx| {
        tx.set("S!A1", 8.0)?;
        tx.fill("S!B1:B3", "=HALVE($A$1)+ROW()")
    })
    .unwrap();
    let read = reopened(&written(&book.snapshot(), WriteOptions::default())).unwrap();
    assert_eq!(read.recalculate().unwrap().unsupported, 3);
    assert_eq!(read.value("S!B3").unwrap(), 7.0.into());
    let again = reopened(&written(&read.snapshot(), WriteOptions::default())).unwrap();
    again.edit(|tx| tx.set("S!A1", 10.0)).unwrap();
    assert_eq!(again.value("S!B3").unwrap(), 7.0.into());
    again.register(halve()).unwrap();
    assert_eq!(again.value("S!B3").unwrap(), 8.0.into());
}
