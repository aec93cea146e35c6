//! A process that has recalculated on several threads is forked: its child, which has none of them, recalculates too.

#![cfg(unix)]

use std::sync::mpsc;

use tabulith::environment::Environment;
use tabulith::value::Value;
use tabulith::{ErrorKind, Workbook};
use tabulith_tests::forked_child::in_a_child;

const ROWS: u32 = 100_000;

fn filled() -> Workbook {
    let book = Workbook::with_environment(Environment::fixed(45_000.0, 1));
    book.set_threads(3);
    let numbers: Vec<f64> = (0..ROWS).map(f64::from).collect();
    book.add_sheet("S").unwrap();
    book.edit(|tx| {
        tx.set_column("S!A1", &numbers)?;
        tx.set("S!B1", 2.0)?;
        tx.fill(&format!("S!C1:C{ROWS}"), "=A1*$B$1+1")
    })
    .unwrap();
    book
}

/// Changes what all formulas read, and looks at the last of them.
fn recalculates(book: &Workbook, factor: f64) {
    book.edit(|tx| tx.set("S!B1", factor)).unwrap();
    let last = book.value(&format!("S!C{ROWS}")).unwrap();
    assert_eq!(last, Value::Number(f64::from(ROWS - 1) * factor + 1.0));
}

/// Threads of this process that are the engine's own.
#[cfg(target_os = "linux")]
fn own_threads() -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let names =
        tasks.filter_map(|task| std::fs::read_to_string(task.unwrap().path().join("comm")).ok());
    names.filter(|name| name.starts_with("tabulith ")).count()
}

#[test]
fn a_child_recalculates_on_threads_of_its_own() {
    let book = filled();
    recalculates(&book, 3.0);
    #[cfg(target_os = "linux")]
    assert!(own_threads() >= 3, "the parent has no threads to lose");
    let before = book.snapshot();
    let code = in_a_child(|| {
        recalculates(&book, 4.0);
        #[cfg(target_os = "linux")]
        assert_eq!(own_threads(), 3);
        assert_eq!(
            before.value("S!C2").unwrap(),
            Value::Number(4.0),
            "a snapshot has moved"
        );
        assert_eq!(in_a_child(|| recalculates(&book, 5.0)), 0);
        recalculates(&filled(), 6.0);
        drop((book.clone(), before.clone()));
    });
    assert_eq!(code, 0);
    recalculates(&book, 7.0);
}

#[test]
fn a_child_does_not_wait_for_an_edit_that_another_thread_was_at() {
    let book = filled();
    let (inside, begun) = mpsc::channel();
    let (end, ended) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        let held = &book;
        let editing = scope.spawn(move || {
            held.edit(|tx| {
                tx.set("S!B1", 8.0)?;
                inside.send(()).unwrap();
                ended.recv().unwrap();
                Ok(())
            })
        });
        begun.recv().unwrap();
        let code = in_a_child(|| {
            let refused = book.edit(|tx| tx.set("S!B1", 9.0)).unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::Conflict);
            assert_eq!(book.value("S!B1").unwrap(), Value::Number(2.0));
            recalculates(&book.snapshot().fork(), 10.0);
        });
        end.send(()).unwrap();
        editing.join().unwrap().unwrap();
        assert_eq!(code, 0);
    });
    assert_eq!(book.value("S!C2").unwrap(), Value::Number(9.0));
    recalculates(&book, 3.0);
}

#[test]
fn children_recalculate_while_threads_of_their_parent_do() {
    let book = filled();
    std::thread::scope(|scope| {
        let busy = scope.spawn(|| {
            let other = filled();
            (2..20).for_each(|factor| recalculates(&other, f64::from(factor)));
        });
        let mut forks = 0;
        while !busy.is_finished() || forks < 3 {
            forks += 1;
            let code = in_a_child(|| recalculates(&book, f64::from(forks)));
            assert_eq!(code, 0, "child {forks}");
        }
        busy.join().unwrap();
    });
}
