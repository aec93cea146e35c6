//! Depth: long chains and deep nesting on a small stack.

use super::fake_book::FakeBook;
use super::{D5, plan, run, show};
use crate::error::ErrorKind;
use crate::formula::Mode;
use crate::limits;

/// Runs on a stack of 512 KiB, as on a thread of an embedding program.
fn on_small_stack(work: impl FnOnce() -> String + Send + 'static) -> String {
    std::thread::Builder::new()
        .stack_size(512 * 1024)
        .spawn(work)
        .unwrap()
        .join()
        .unwrap()
}

fn evaluate(text: &str) -> String {
    let book = FakeBook::new(&[("A1", 1.0.into())]);
    show(&run(&plan(text, Mode::Dynamic, &book), D5, &book))
}

#[test]
fn a_chain_of_operators_may_be_of_any_length() {
    let shown = on_small_stack(|| evaluate(&format!("=0{}", "+A1".repeat(20_000))));
    assert_eq!(shown, "20000");
    let shown = on_small_stack(|| evaluate(&format!("=\"\"{}", "&A1".repeat(1_000))));
    assert_eq!(shown.len(), 1_002);
    let shown = on_small_stack(|| evaluate(&format!("=SUM(A1{})", ":(A1)".repeat(10_000))));
    assert_eq!(shown, "1");
}

#[test]
fn formulas_nested_to_the_limit_run_on_a_small_stack() {
    let levels = limits::NESTING;
    let nested = move |open: &str, inner: &str, close: &str| {
        format!("={}{inner}{}", open.repeat(levels), close.repeat(levels))
    };
    let lazy = nested("IF(TRUE,1+", "1", ",0)");
    assert_eq!(on_small_stack(move || evaluate(&lazy)), "257");
    let condition = nested("IF(", "TRUE", ",TRUE,FALSE)");
    assert_eq!(on_small_stack(move || evaluate(&condition)), "TRUE");
    let array = nested("IF({TRUE,FALSE},", "1", ",0)");
    assert_eq!(on_small_stack(move || evaluate(&array)), "{1,0}");
    let strict = nested("ABS(1*(2-", "1", "))");
    assert_eq!(on_small_stack(move || evaluate(&strict)), "1");
    let folds = nested("SUM(1,", "A1", ")");
    assert_eq!(on_small_stack(move || evaluate(&folds)), "257");
}

#[test]
fn lazy_calls_deeper_than_the_limit_are_refused() {
    let book = FakeBook::default();
    let text = format!("={}1{}", "IF(TRUE,".repeat(300), ")".repeat(300));
    let refused = plan(&text, Mode::Dynamic, &book).refused.unwrap();
    assert_eq!(refused.kind, ErrorKind::Limit);
    // Names do not hide the depth.
    let mut book = FakeBook::default();
    book.define(
        None,
        "name0x",
        &format!("={}1{}", "IF(TRUE,".repeat(200), ")".repeat(200)),
    );
    let text = format!("={}name0x{}", "IF(TRUE,".repeat(100), ")".repeat(100));
    let refused = plan(&text, Mode::Dynamic, &book).refused.unwrap();
    assert_eq!(refused.kind, ErrorKind::Limit);
}
