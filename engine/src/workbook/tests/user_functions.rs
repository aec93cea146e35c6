//! Functions of the user: what they are given and give, when and where they run, what stays when they fail or go.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use super::{book_of, check, enter, one_sheet};
use crate::functions::{Operand, UserArgument, UserColumn};
use crate::reference::Cell;
use crate::value::{Array, CellError, Value, ValueRef};
use crate::workbook::{Effort, Evaluated, Loader, Visibility};
use crate::{ErrorKind, UserFunction, Workbook};

/// `NETOF(gross, [rate])`.
fn net_of() -> UserFunction {
    UserFunction::new("NETOF", 1..=2, |arguments| {
        let rate = arguments.get(1).map_or(Ok(0.25), UserArgument::number)?;
        Ok(arguments[0].number()? / (1.0 + rate))
    })
}

/// What `HALF` and `HALFV` compute.
fn half(value: ValueRef<'_>) -> Result<f64, String> {
    match value {
        ValueRef::Number(13.0) => Err("13 brings bad luck".into()),
        ValueRef::Number(x) => Ok(x / 2.0),
        ValueRef::Blank => Ok(-1.0),
        other => Err(format!("{other:?} has no half")),
    }
}

pub(super) fn scalar_half() -> UserFunction {
    UserFunction::new("HALF", 1..=1, |given| half(given[0].value().as_ref()))
}

pub(super) fn vectorised_half() -> UserFunction {
    UserFunction::vectorised("HALFV", 1..=1, |rows, columns| {
        let halves = (0..rows).map(|row| half(columns[0].get(row)));
        Ok(halves.collect::<Result<Vec<f64>, String>>()?.into())
    })
}

/// A constant function that counts its calls.
fn counting(name: &str) -> (UserFunction, Arc<AtomicUsize>) {
    let calls = Arc::new(AtomicUsize::new(0));
    let counter = calls.clone();
    let function = UserFunction::new(name, 0..=1, move |_| {
        Ok(counter.fetch_add(1, Ordering::Relaxed) as f64)
    });
    (function, calls)
}

pub(super) fn effort<'a>(threads: usize) -> Effort<'a> {
    Effort {
        threads,
        eager: true,
        ..Effort::default()
    }
}

#[test]
fn formulas_call_it_in_any_case_with_values_and_through_names_and_let() {
    let book = one_sheet();
    book.register(net_of()).unwrap();
    book.edit(|tx| tx.define_name("net", None, "=NETOF(S!$A$1)"))
        .unwrap();
    enter(
        &book,
        &[
            ("A1", "125"),
            ("B1", "=NetOf(A1)"),
            ("B2", "=netof(A1,0)+1"),
            ("B3", "=net*2"),
            ("B4", "=LET(x,NETOF(A1),x+x)"),
            ("B5", "=IF(A1>0,NETOF(A1),1/0)"),
            ("B6", "=NETOF(,1)"),
        ],
    );
    check(&book, "B1 B2 B3 B4 B5 B6", "100 126 200 200 100 0");
    enter(&book, &[("A1", "250")]);
    check(&book, "B1 B2 B3 B4 B5", "200 251 400 400 200");
    assert_eq!(
        book.evaluate("=NETOF(10)").unwrap(),
        Evaluated::Value(8.0.into())
    );
    let names: Vec<_> = book
        .user_functions()
        .iter()
        .map(|f| f.name().clone())
        .collect();
    assert_eq!(names, ["NETOF".into()]);
}

#[test]
fn ranges_are_arrays_and_arrays_spill() {
    let book = one_sheet();
    book.register(UserFunction::new("TOTAL", 0..=255, |given| {
        let sum = |one: &UserArgument| match one {
            UserArgument::Value(Value::Number(x)) => *x,
            UserArgument::Value(_) => 0.0,
            UserArgument::Array(array) => {
                let cells = array.cells().iter();
                cells
                    .filter_map(|cell| match cell {
                        Value::Number(x) => Some(*x),
                        _ => None,
                    })
                    .sum()
            }
        };
        Ok(given.iter().map(sum).sum::<f64>())
    }))
    .unwrap();
    book.register(UserFunction::new("TWICE", 1..=1, |given| {
        let value = given[0].value().clone();
        Array::new(2, 1, vec![value.clone(), value]).map_err(|error| error.to_string())
    }))
    .unwrap();
    book.register(vectorised_half()).unwrap();
    enter(
        &book,
        &[
            ("A1", "2"),
            ("A2", "4"),
            ("A3", "6"),
            ("C1", "=TOTAL(A1:A3,10)"),
            ("C2", "=TOTAL(A:A)"),
            ("C3", "=TOTAL()"),
            ("C4", "=TOTAL(A1:A3*2)"),
            ("D1", "=TWICE(A1)"),
            ("E1", "=HALFV(A1:A3)"),
            ("E5", "=SUM(HALFV(A1:A3))"),
            ("E6", "=ROWS(HALFV(A:A))"),
        ],
    );
    check(&book, "C1 C2 C3 C4 D1 D2", "22 12 0 24 2 2");
    check(&book, "E1 E2 E3 E5 E6", "1 2 3 6 1048576");
    book.edit(|tx| tx.insert_rows(tx.sheet("S")?, 1, 1))
        .unwrap();
    check(&book, "C1 E1 E2 E3 E4", "22 1 -1 2 3");
}

#[test]
fn in_a_file_a_formula_that_calls_it_may_give_an_array() {
    let book = one_sheet();
    let formulas = ["=NETOF(A1)", "=SUM(NETOF(A1:A2))", "=SUM(NETOF(A1),1)"];
    let lifted = formulas.map(|formula| {
        enter(&book, &[("B1", formula)]);
        let snapshot = book.snapshot();
        let sheet = snapshot.sheet("S").unwrap();
        let entered = snapshot.entered_formula(sheet, Cell::new(0, 1)).unwrap();
        entered.array.is_some()
    });
    assert_eq!(lifted, [true, true, false]);
}

#[test]
fn what_no_cell_can_hold_becomes_an_error_value() {
    let book = one_sheet();
    book.register(UserFunction::new("ODD.ONE", 1..=1, |given| {
        Ok(match given[0].number()? as u32 {
            0 => Operand::Value(Value::Number(f64::NAN)),
            1 => Operand::Value(Value::Number(-0.0)),
            2 => Operand::from("x".repeat(40_000)),
            3 => Operand::Omitted,
            _ => Operand::from(CellError::Na),
        })
    }))
    .unwrap();
    let entries: Vec<(String, String)> = (0..5)
        .map(|n| (format!("A{}", n + 1), format!("=ODD.ONE({n})")))
        .collect();
    let entries: Vec<(&str, &str)> = entries.iter().map(|(a, f)| (&**a, &**f)).collect();
    enter(&book, &entries);
    check(&book, "A1 A2 A3 A4 A5", "#NUM! 0 #VALUE! 0 #N/A");
}

#[test]
fn errors_go_through_unless_the_function_wants_them() {
    let book = one_sheet();
    let (function, calls) = counting("SEEN");
    book.register(function).unwrap();
    let tells = |given: &[UserArgument]| Ok(given[0].value().as_error().is_some());
    book.register(UserFunction::new("FAILS", 1..=1, tells).takes_errors())
        .unwrap();
    let plain = UserFunction::vectorised("FAILSV", 1..=2, |rows, columns| {
        let error = |row| matches!(columns[0].get(row), ValueRef::Error(_));
        Ok((0..rows)
            .map(|row| Value::from(error(row)))
            .collect::<Vec<_>>()
            .into())
    });
    book.register(plain.takes_errors()).unwrap();
    enter(
        &book,
        &[
            ("A1", "#N/A"),
            ("A2", "1"),
            ("B1", "=SEEN(A1)"),
            ("B2", "=SEEN(A1:A2)"),
            ("B3", "=SEEN(1/0)"),
            ("B4", "=FAILS(A1)"),
            ("B5", "=FAILSV(A1)"),
            ("B6", "=FAILSV(A2)"),
        ],
    );
    check(
        &book,
        "B1 B2 B3 B4 B5 B6",
        "#N/A #N/A #DIV/0! TRUE TRUE FALSE",
    );
    assert_eq!(calls.load(Ordering::Relaxed), 0);
}

/// A column of all kinds of values, with formulas over it that `name` computes.
fn mixed(book: &Workbook, name: &str, threads: usize) -> Vec<String> {
    let rows = 3_000;
    book.edit_with(effort(threads), |tx| {
        for row in (1..=rows).filter(|row| row % 7 != 0) {
            let address = format!("A{row}");
            match row % 50 {
                13 => tx.set(&address, 13.0)?,
                20 => tx.set(&address, "text")?,
                30 => tx.set(&address, CellError::Na)?,
                _ => tx.set(&address, f64::from(row))?,
            }
        }
        tx.fill(&format!("B1:B{rows}"), &format!("={name}(A1)*2"))?;
        tx.fill(
            &format!("C1:C{rows}"),
            &format!("=IFERROR({name}(A1+1),B1)"),
        )?;
        tx.fill(
            &format!("D1:D{rows}"),
            &format!("=IF(ISNUMBER(A1),{name}(A1),{name}(4))"),
        )?;
        tx.fill(&format!("E2:E{rows}"), &format!("=E1+{name}($A$2)"))?;
        tx.fill(
            &format!("F1:F{rows}"),
            &format!("=LET(x,{name}(A1),IFNA(x,0)&\"\")"),
        )
    })
    .unwrap();
    let range = book.snapshot().range(&format!("A1:F{rows}")).unwrap();
    range.rows().iter().map(|row| format!("{row:?}")).collect()
}

#[test]
fn a_vectorised_function_gives_what_the_scalar_one_gives_row_by_row_on_any_threads() {
    let mut results = Vec::new();
    for threads in [1, 2, 7] {
        let book = one_sheet();
        book.register(scalar_half()).unwrap();
        results.push(mixed(&book, "HALF", threads));
        let book = one_sheet();
        book.register(vectorised_half()).unwrap();
        results.push(mixed(&book, "HALFV", threads));
        // Computed again as a whole, and cell by cell after an edit of each.
        book.recalculate_with(None, effort(threads)).unwrap();
        enter(&book, &[("A2", "2"), ("A13", "14"), ("A13", "13")]);
        let range = book.snapshot().range("A1:F3000").unwrap();
        results.push(range.rows().iter().map(|row| format!("{row:?}")).collect());
    }
    for other in &results[1..] {
        for (row, (a, b)) in results[0].iter().zip(other).enumerate() {
            assert_eq!(a, b, "row {}", row + 1);
        }
    }
}

#[test]
fn it_runs_on_the_callers_thread_while_others_compute_the_rest() {
    let book = one_sheet();
    let caller = std::thread::current().id();
    let elsewhere = Arc::new(AtomicUsize::new(0));
    let sizes = Arc::new(Mutex::new(Vec::new()));
    let (strays, seen) = (elsewhere.clone(), sizes.clone());
    let note = move || {
        let stray = std::thread::current().id() != caller;
        strays.fetch_add(usize::from(stray), Ordering::Relaxed);
    };
    let noting = note.clone();
    book.register(UserFunction::vectorised(
        "PLUSONEV",
        1..=1,
        move |rows, columns| {
            noting();
            seen.lock().unwrap().push(rows);
            match &columns[0] {
                UserColumn::Numbers(numbers) => {
                    Ok(numbers.iter().map(|x| x + 1.0).collect::<Vec<f64>>().into())
                }
                UserColumn::Values(_) => Err("numbers are all numbers".into()),
            }
        },
    ))
    .unwrap();
    book.register(UserFunction::new("PLUSONE", 1..=1, move |given| {
        note();
        Ok(given[0].number()? + 1.0)
    }))
    .unwrap();
    let numbers: Vec<f64> = (0..20_000).map(f64::from).collect();
    book.edit_with(effort(4), |tx| {
        tx.set_column("A1", &numbers)?;
        tx.define_name("next", None, "=PLUSONE(S!$A1)")?;
        tx.fill("B1:B20000", "=A1*2")?;
        tx.fill("C1:C20000", "=PLUSONEV(A1)")?;
        tx.fill("D1:D20000", "=PLUSONE(A1)")?;
        tx.fill("E1:E20000", "=next")?;
        tx.fill("F1:F20000", "=INDIRECT(\"A\"&ROW())+PLUSONE(1)")?;
        tx.fill("G1:G20000", "=C1+D1+E1")
    })
    .unwrap();
    assert_eq!(elsewhere.load(Ordering::Relaxed), 0);
    check(
        &book,
        "B20000 C20000 D20000 F20000",
        "39998 20000 20000 20001",
    );
    let sizes = sizes.lock().unwrap();
    assert!(sizes.iter().all(|rows| *rows <= 1_024));
    assert_eq!(sizes.iter().sum::<usize>(), 20_000, "each row once");
    assert!(sizes.len() < 40, "{} calls", sizes.len());
}

#[test]
fn only_the_rows_of_a_branch_that_is_taken_are_given_to_it() {
    let book = one_sheet();
    let function = UserFunction::vectorised("ROOTV", 1..=1, |rows, columns| {
        for row in 0..rows {
            assert!(matches!(columns[0].get(row), ValueRef::Number(x) if x > 0.0));
        }
        Ok(columns[0].clone())
    });
    book.register(function).unwrap();
    book.edit_with(effort(1), |tx| {
        tx.set_column("A1", &[1.0, -2.0, 3.0, -4.0])?;
        tx.fill("B1:B4", "=IF(A1>0,ROOTV(A1),0)")?;
        tx.fill("C1:C4", "=IF(FALSE,ROOTV(-1),5)")
    })
    .unwrap();
    check(&book, "B1 B2 B3 B4 C1", "1 0 3 0 5");
}

#[test]
fn a_volatile_function_runs_at_every_edit_and_a_pure_one_when_its_arguments_change() {
    let book = one_sheet();
    let (pure, pure_calls) = counting("PURE");
    let (volatile, volatile_calls) = counting("TICKS");
    book.register(pure).unwrap();
    book.register(volatile.volatile()).unwrap();
    enter(
        &book,
        &[("A1", "1"), ("B1", "=PURE(A1)"), ("B2", "=TICKS()")],
    );
    enter(&book, &[("C1", "1")]);
    enter(&book, &[("C1", "2")]);
    assert_eq!(pure_calls.load(Ordering::Relaxed), 1);
    assert_eq!(volatile_calls.load(Ordering::Relaxed), 3);
    check(&book, "B2", "2");
    enter(&book, &[("A1", "2")]);
    assert_eq!(pure_calls.load(Ordering::Relaxed), 2);
    let sheet = book.snapshot().sheet("S").unwrap();
    assert!(book.snapshot().is_volatile(sheet, Cell::new(1, 1)));
}

#[test]
fn from_inside_the_published_revision_is_read_and_an_edit_is_refused() {
    let book = one_sheet();
    enter(&book, &[("A1", "7")]);
    let inner = book.clone();
    book.register(UserFunction::new("INSIDE", 1..=1, move |given| {
        let refused = [
            inner.edit(|tx| tx.set("A9", 1.0)).unwrap_err().kind(),
            inner.undo().unwrap_err().kind(),
            inner.recalculate().unwrap_err().kind(),
            inner.register(net_of()).unwrap_err().kind(),
            inner.unregister("INSIDE").unwrap_err().kind(),
        ];
        assert_eq!(refused, [ErrorKind::Reentrant; 5]);
        let Value::Number(published) = inner.value("A1").map_err(|e| e.to_string())? else {
            return Err("A1 is a number".into());
        };
        let fork = inner.snapshot().fork();
        fork.edit(|tx| tx.set("Z1", 1_000.0))
            .map_err(|e| e.to_string())?;
        Ok(published * 100.0 + given[0].number()?)
    }))
    .unwrap();
    enter(&book, &[("A1", "8"), ("B1", "=INSIDE(A1)")]);
    check(&book, "A1 B1", "8 708");
    enter(&book, &[("A1", "9")]);
    check(&book, "A1 B1", "9 809");
}

/// A function that panics while the switch is on.
#[test]
fn a_registration_is_no_step_of_undo() {
    let book = one_sheet();
    enter(&book, &[("A1", "=NETOF(125)"), ("A2", "1")]);
    check(&book, "A1", "#NAME?");
    enter(&book, &[("A2", "2")]);
    book.register(net_of()).unwrap();
    check(&book, "A1 A2", "100 2");
    assert!(book.undo().unwrap());
    check(&book, "A1 A2", "100 1");
    assert!(book.redo().unwrap());
    check(&book, "A1 A2", "100 2");
    book.unregister("NetOf").unwrap();
    assert!(book.undo().unwrap());
    check(&book, "A1 A2", "100 1");
    assert_eq!(book.snapshot().unsupported().len(), 1);
}

#[test]
fn registering_and_removing_computes_what_names_it_and_nothing_else() {
    let book = one_sheet();
    book.edit(|tx| tx.define_name("net", None, "=NETOF(125)"))
        .unwrap();
    book.edit(|tx| tx.define_name("other", None, "=5")).unwrap();
    enter(
        &book,
        &[
            ("A1", "=NETOF(250)"),
            ("A2", "=net+0"),
            ("A3", "=other"),
            ("A4", "=A1*2"),
            ("A5", "=1+1"),
        ],
    );
    check(&book, "A1 A2 A4", "#NAME? #NAME? #NAME?");
    let report = book.register(net_of()).unwrap();
    assert_eq!(
        (report.recomputed, report.changed, report.unsupported),
        (3, 3, 0)
    );
    check(&book, "A1 A2 A3 A4", "200 100 5 400");
    let report = book.unregister("netof").unwrap();
    assert_eq!((report.changed, report.unsupported), (0, 2));
    check(&book, "A1 A2 A4", "200 100 400");
    enter(&book, &[("B1", "=A1+1")]);
    check(&book, "B1", "201");
    book.recalculate().unwrap();
    check(&book, "A1 A2 A4 B1", "200 100 400 201");
    let unsupported = book.snapshot().unsupported();
    assert_eq!((unsupported.len(), &*unsupported[0].why), (2, "NETOF"));
    assert_eq!(
        book.unregister("NETOF").unwrap_err().kind(),
        ErrorKind::Name
    );
    book.register(UserFunction::new("netof", 1..=1, |_| Ok(1.0)))
        .unwrap();
    check(&book, "A1 A2 A4 B1", "1 1 2 2");
}

#[test]
fn a_function_that_a_file_names_is_computed_once_it_is_registered() {
    let mut loader = Loader::new();
    let sheet = loader.add_sheet("S", Visibility::Visible).unwrap();
    let stored = [("NETOF(125)", 7.0), ("A1*2", 14.0), ("NETOF(1,2,3)", 9.0)];
    for (row, (formula, value)) in stored.into_iter().enumerate() {
        let cell = Cell::new(row as u32, 0);
        loader
            .formula(sheet, cell, formula, ValueRef::Number(value))
            .unwrap();
    }
    let book = loader.finish(Default::default()).unwrap();
    book.recalculate().unwrap();
    check(&book, "A1 A2 A3", "7 14 9");
    assert_eq!(book.snapshot().unsupported().len(), 2);
    book.register(net_of()).unwrap();
    check(&book, "A1 A2 A3", "100 200 9");
    let unsupported = book.snapshot().unsupported();
    assert_eq!(unsupported.len(), 1);
    assert_eq!(&*unsupported[0].why, "NETOF takes 1 to 2 arguments, not 3");
    book.unregister("NETOF").unwrap();
    book.recalculate().unwrap();
    check(&book, "A1 A2 A3", "100 200 9");
}

#[test]
fn snapshots_and_forks_have_the_functions_of_their_moment() {
    let book = book_of(&["S"]);
    book.register(net_of()).unwrap();
    enter(&book, &[("A1", "=NETOF(125)")]);
    let then = book.snapshot();
    book.register(UserFunction::new("NETOF", 1..=2, |_| Ok(1.0)))
        .unwrap();
    let fork = then.fork();
    assert_eq!(
        then.evaluate("=NETOF(125)").unwrap(),
        Evaluated::Value(100.0.into())
    );
    assert_eq!(
        book.evaluate("=NETOF(125)").unwrap(),
        Evaluated::Value(1.0.into())
    );
    enter(&fork, &[("A2", "=NETOF(250)")]);
    check(&fork, "A1 A2", "100 200");
    fork.unregister("NETOF").unwrap();
    enter(&book, &[("A2", "=NETOF(250)")]);
    check(&book, "A1 A2", "1 1");
}

#[test]
fn names_and_numbers_of_arguments_are_checked() {
    let book = one_sheet();
    let refused = |name: &str| {
        let function = UserFunction::new(name, 0..=1, |_| Ok(1.0));
        book.register(function).err().map(|error| error.kind())
    };
    for name in [
        "SUM", "sum", "LET", "BESSELJ", "A1", "R1C1", "R", "TRUE", "", "1ST", "A B", "X?",
        "_xlfn.X", "SINGLE",
    ] {
        assert_eq!(refused(name), Some(ErrorKind::Name), "{name}");
    }
    for name in ["NET_OF", "net.of", "_x", "Größe", "ABCD1234"] {
        assert_eq!(refused(name), None, "{name}");
    }
    enter(&book, &[("A1", "=größe()+Net.Of()+_X()+abcd1234()")]);
    check(&book, "A1", "4");
    #[expect(clippy::reversed_empty_ranges, reason = "it is refused")]
    let numbers = [1..=256, 2..=1];
    for arguments in numbers {
        let function = UserFunction::new("F", arguments, |_| Ok(1.0));
        assert_eq!(
            book.register(function).unwrap_err().kind(),
            ErrorKind::Argument
        );
    }
    book.register(net_of()).unwrap();
    let error = book
        .edit(|tx| tx.set_formula("A1", "=NETOF()"))
        .unwrap_err();
    assert_eq!(error.message(), "NETOF takes 1 to 2 arguments, not 0");
}

#[test]
fn a_circle_through_a_function_is_found_without_calling_it() {
    let book = one_sheet();
    let (function, calls) = counting("AROUND");
    book.register(function).unwrap();
    enter(
        &book,
        &[
            ("A1", "=AROUND(B1)"),
            ("B1", "=A1+1"),
            ("C1", "=IF(TRUE,AROUND(D1),C2)"),
            ("D1", "=3"),
            ("C2", "=C1"),
        ],
    );
    assert_eq!(super::circular(&book), "A1 B1");
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}
