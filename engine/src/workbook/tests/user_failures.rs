//! Functions of the user that fail: what an error text leaves behind, and what a panic does not.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use super::user_functions::{effort, scalar_half, vectorised_half};
use super::{check, enter, one_sheet, show};
use crate::functions::UserArgument;
use crate::reference::Cell;
use crate::value::Value;
use crate::{UserFunction, Workbook, limits};

#[test]
fn what_an_error_text_says_is_kept_for_the_explanation() {
    let book = one_sheet();
    book.register(scalar_half()).unwrap();
    book.register(vectorised_half()).unwrap();
    enter(
        &book,
        &[
            ("A1", "13"),
            ("A2", "4"),
            ("B1", "=HALF(A1)+1"),
            ("C1", "=IFERROR(HALF(A1),0)"),
        ],
    );
    book.edit_with(effort(2), |tx| tx.fill("D1:D2", "=HALFV(A1)"))
        .unwrap();
    check(&book, "B1 C1 D1 D2", "#VALUE! 0 #VALUE! 2");
    let explain = |address: &str| book.snapshot().explain(address).unwrap();
    assert_eq!(
        explain("B1").to_string(),
        "S!B1 = #VALUE!\n\
         HALF: 13 brings bad luck\n\
         HALF(A1)+1 = #VALUE!\n\
         \x20 HALF(A1) = #VALUE!\n\
         \x20   A1 = 13\n\
         #VALUE! arises in HALF(A1)\n"
    );
    assert_eq!(
        explain("C1").failure.as_deref(),
        Some("HALF: 13 brings bad luck")
    );
    assert_eq!(
        explain("D1").failure.as_deref(),
        Some("HALFV: 13 brings bad luck")
    );
    assert_eq!(explain("D2").failure, None);
    let before = book.snapshot();
    book.edit(|tx| tx.insert_rows(tx.sheet("S")?, 0, 2))
        .unwrap();
    assert_eq!(
        explain("B3").failure.as_deref(),
        Some("HALF: 13 brings bad luck")
    );
    assert_eq!(explain("B1").failure, None);
    enter(&book, &[("A3", "8")]);
    assert_eq!((explain("B3").failure, explain("D3").failure), (None, None));
    assert!(before.explain("B1").unwrap().failure.is_some());
    assert!(book.undo().unwrap());
    assert!(explain("D3").failure.is_some());
}

#[test]
fn the_texts_of_many_failures_are_bounded() {
    let book = one_sheet();
    let long = |_: &[UserArgument]| Err::<f64, _>("ü".repeat(10_000));
    book.register(UserFunction::new("FAIL", 0..=1, long))
        .unwrap();
    book.edit(|tx| tx.fill("A1:A1500", "=FAIL()")).unwrap();
    let snapshot = book.snapshot();
    let sheet = snapshot.sheet("S").unwrap();
    let kept = |column| {
        (0..1_500)
            .filter_map(|row| snapshot.failure(sheet, Cell::new(row, column)))
            .collect::<Vec<_>>()
    };
    assert_eq!(kept(0).len(), limits::FAILURES);
    assert!(
        kept(0)
            .iter()
            .all(|text| text.len() <= limits::FAILURE_BYTES)
    );
    // When their formulas are gone there is room again.
    enter(&book, &[("B1", "=FAIL()")]);
    assert_eq!(book.snapshot().failure(sheet, Cell::new(0, 1)), None);
    book.edit(|tx| {
        tx.clear("A1:A1500")?;
        tx.set_formula("B1", "=FAIL(1)")
    })
    .unwrap();
    assert!(book.snapshot().failure(sheet, Cell::new(0, 1)).is_some());
}

fn switched(factor: f64) -> (UserFunction, Arc<AtomicBool>) {
    let on = Arc::new(AtomicBool::new(false));
    let switch = on.clone();
    let function = UserFunction::new("RISKY", 1..=1, move |given| {
        assert!(!switch.load(Ordering::Relaxed), "the function gives up");
        Ok(given[0].number()? * factor)
    });
    (function, on)
}

#[test]
fn a_panic_goes_through_the_edit_and_nothing_is_seen() {
    let book = one_sheet();
    let (function, on) = switched(2.0);
    book.register(function).unwrap();
    enter(&book, &[("A1", "1")]);
    book.edit_with(effort(2), |tx| tx.fill("B1:B3", "=RISKY($A$1)+ROW()"))
        .unwrap();
    let revision = book.revision();
    on.store(true, Ordering::Relaxed);
    for threads in [1, 4] {
        let edit = || {
            book.edit_with(effort(threads), |tx| tx.set("A1", 5.0))
                .map(|_| ())
        };
        assert!(catch_unwind(AssertUnwindSafe(edit)).is_err());
        assert!(catch_unwind(AssertUnwindSafe(|| book.recalculate())).is_err());
        assert_eq!(book.revision(), revision);
        check(&book, "A1 B1 B3", "1 3 5");
    }
    on.store(false, Ordering::Relaxed);
    enter(&book, &[("A1", "5")]);
    check(&book, "A1 B1 B3", "5 11 13");
    assert!(book.undo().unwrap());
    check(&book, "A1 B1 B3", "1 3 5");
    assert!(book.redo().unwrap());
    check(&book, "A1 B1 B3", "5 11 13");
}

#[test]
fn undo_keeps_the_functions_of_now_and_survives_their_panics() {
    let book = one_sheet();
    let (function, _) = switched(2.0);
    book.register(function).unwrap();
    enter(
        &book,
        &[("A1", "1"), ("B1", "=RISKY(A1)"), ("C1", "=RAND()")],
    );
    let random = show(&book, "C1");
    enter(&book, &[("A1", "10")]);
    check(&book, "B1", "20");
    let (function, on) = switched(3.0);
    book.register(function).unwrap();
    check(&book, "B1", "30");
    on.store(true, Ordering::Relaxed);
    assert!(catch_unwind(AssertUnwindSafe(|| book.undo())).is_err());
    check(&book, "A1 B1", "10 30");
    on.store(false, Ordering::Relaxed);
    assert!(book.undo().unwrap());
    check(&book, "A1 B1", "1 3");
    assert_eq!(show(&book, "C1"), random);
    on.store(true, Ordering::Relaxed);
    assert!(
        book.redo().unwrap(),
        "what that revision has was computed by this function"
    );
    check(&book, "A1 B1", "10 30");
}

#[test]
fn an_open_transaction_goes_on_after_a_panic_and_takes_the_texts_along() {
    let book = one_sheet();
    let (function, on) = switched(2.0);
    book.register(function).unwrap();
    book.register(scalar_half()).unwrap();
    enter(&book, &[("A1", "1"), ("B1", "=RISKY(A1)")]);
    let mut open = book.begin().unwrap();
    open.edit(|tx| tx.set("A1", 13.0)).unwrap();
    on.store(true, Ordering::Relaxed);
    let step = || open.edit(|tx| tx.value("B1")).map(|_| ());
    assert!(catch_unwind(AssertUnwindSafe(step)).is_err());
    assert!(catch_unwind(AssertUnwindSafe(|| open.snapshot())).is_err());
    on.store(false, Ordering::Relaxed);
    open.edit(|tx| tx.set_formula("C1", "=HALF(A1)")).unwrap();
    assert_eq!(open.snapshot().unwrap().value("B1").unwrap(), 26.0.into());
    check(&book, "A1 B1", "1 2");
    open.commit(effort(2)).unwrap();
    check(&book, "A1 B1 C1", "13 26 #VALUE!");
    let explanation = book.snapshot().explain("C1").unwrap();
    assert_eq!(
        explanation.failure.as_deref(),
        Some("HALF: 13 brings bad luck")
    );
}

/// A function that computes a fork of the workbook that calls it, and gives what its own cell is there.
fn forking(name: &str, book: &Arc<OnceLock<Workbook>>, calls: &Arc<AtomicUsize>) -> UserFunction {
    let (book, calls) = (book.clone(), calls.clone());
    let there = move || -> Result<f64, String> {
        calls.fetch_add(1, Ordering::Relaxed);
        let fork = book
            .get()
            .ok_or("there is no workbook yet")?
            .snapshot()
            .fork();
        fork.recalculate().map_err(|error| error.to_string())?;
        match fork.value("S!B1") {
            Ok(Value::Number(x)) => Ok(x),
            other => Err(format!("{other:?} in the fork")),
        }
    };
    match name {
        "SCALAR" => UserFunction::new(name, 1..=1, move |_| there()),
        _ => UserFunction::vectorised(name, 1..=1, move |rows, _| Ok(vec![there()?; rows].into())),
    }
}

#[test]
fn a_function_that_computes_its_own_workbook_is_broken_off() {
    for name in ["SCALAR", "VECTOR"] {
        let (shared, calls) = (Arc::default(), Arc::default());
        let book = one_sheet();
        book.register(forking(name, &shared, &calls)).unwrap();
        book.edit(|tx| tx.fill("B1:B20", &format!("={name}(A1)")))
            .unwrap();
        let _ = shared.set(book.snapshot().fork());
        calls.store(0, Ordering::Relaxed);
        let report = book.recalculate().unwrap();
        assert_eq!(report.recomputed, 20);
        check(&book, "B1 B20", "#VALUE! #VALUE!");
        // Twenty cells, each of them as deep as it goes, where twenty fail: no power of twenty.
        let most = 21 * (limits::USER_CALLS + 1) * 21;
        let called = calls.load(Ordering::Relaxed);
        assert!(
            (limits::USER_CALLS..=most).contains(&called),
            "{called} calls"
        );
        let explained = book.snapshot().explain("B1").unwrap();
        assert!(explained.failure.unwrap().contains("in the fork"));
        let inmost = shared.get().unwrap().snapshot().fork();
        inmost.recalculate().unwrap();
        // The thread has come out of all of them.
        enter(&book, &[("C1", "=1+1")]);
        check(&book, "C1", "2");
    }
}
