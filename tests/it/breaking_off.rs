//! Opening and saving are broken off by whoever watches them; the file that was there stays, and nothing is left beside it.

use std::fs;
use std::path::Path;

use tabulith::environment::Environment;
use tabulith::formats::{
    FileKind, Input, OpenOptions, SaveOptions, messagepack, open, save, save_with, to_bytes_with,
};
use tabulith::{Error, ErrorKind, Result, Workbook};

const KINDS: [&str; 3] = ["xlsx", "tabulith", "csv"];

const ROWS: u32 = 40_000;

fn book() -> Workbook {
    let book = Workbook::with_environment(Environment::fixed(45_000.0, 1));
    book.add_sheet("S").unwrap();
    book.edit(|tx| tx.fill(&format!("S!A1:B{ROWS}"), "=ROW()*COLUMN()"))
        .unwrap();
    book
}

/// What breaks off at the call of this number, from 0.
fn enough_at(calls: &mut usize, last: usize) -> Result<()> {
    *calls += 1;
    match *calls > last {
        true => Err(Error::new(ErrorKind::Cancelled, "enough")),
        false => Ok(()),
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.collect()
}

fn opened(input: Input, options: &OpenOptions, last: usize) -> (Result<Workbook>, usize) {
    let mut calls = 0;
    let opened = open(input, options, Environment::default(), &mut |done, size| {
        assert!(done <= size);
        enough_at(&mut calls, last)
    });
    (opened, calls)
}

#[track_caller]
fn is_enough<T>(result: Result<T>) {
    let error = result.map(drop).unwrap_err();
    assert_eq!(
        (error.kind(), error.message()),
        (ErrorKind::Cancelled, "enough")
    );
}

#[test]
fn opening_is_broken_off_at_any_call() {
    let (book, folder) = (book(), tempfile::tempdir().unwrap());
    for kind in KINDS {
        let path = folder.path().join(format!("book.{kind}"));
        save(&book, &path, &SaveOptions::default()).unwrap();
        let input = || Input::Path(path.clone());
        let (whole, calls) = opened(input(), &OpenOptions::default(), usize::MAX);
        assert!(whole.is_ok() && calls > 3, "{kind}: {calls} calls");
        for last in [0, 1, calls / 2, calls - 1] {
            let (broken, asked) = opened(input(), &OpenOptions::default(), last);
            is_enough(broken);
            assert_eq!(asked, last + 1, "{kind} is asked again");
        }
    }
}

#[test]
fn saving_is_broken_off_at_any_call_and_the_old_file_stays() {
    let (book, folder) = (book(), tempfile::tempdir().unwrap());
    for kind in KINDS {
        let name = format!("book.{kind}");
        let path = folder.path().join(&name);
        fs::write(&path, "as it was").unwrap();
        let saved = |last| {
            let (mut calls, mut written) = (0, 0);
            let saved = save_with(&book, &path, &SaveOptions::default(), &mut |bytes| {
                assert!(bytes >= written);
                written = bytes;
                enough_at(&mut calls, last)
            });
            (saved, calls)
        };
        is_enough(saved(0).0);
        assert_eq!(fs::read(&path).unwrap(), b"as it was");
        let (whole, calls) = saved(usize::MAX);
        assert!(whole.is_ok() && calls > 1, "{kind}: {calls} calls");
        let before = fs::read(&path).unwrap();
        for last in [1, calls / 2, calls - 1] {
            let (broken, asked) = saved(last);
            is_enough(broken);
            assert_eq!(asked, last + 1, "{kind} is asked again");
        }
        assert_eq!(fs::read(&path).unwrap(), before);
        assert_eq!(names(folder.path()), [name]);
        fs::remove_file(&path).unwrap();
    }
}

#[test]
fn bytes_are_those_of_a_file_and_are_broken_off_at_any_call() {
    let (book, folder) = (book(), tempfile::tempdir().unwrap());
    let kinds = [FileKind::Excel, FileKind::Own, FileKind::Text];
    for (kind, name) in kinds.into_iter().zip(KINDS) {
        let path = folder.path().join(format!("book.{name}"));
        save(&book, &path, &SaveOptions::default()).unwrap();
        let written = |last| {
            let mut calls = 0;
            let options = SaveOptions::default();
            let written =
                to_bytes_with(&book, kind, &options, &mut |_| enough_at(&mut calls, last));
            (written, calls)
        };
        let (whole, calls) = written(usize::MAX);
        assert_eq!(whole.unwrap(), fs::read(&path).unwrap());
        for last in [0, 1, calls - 1] {
            let (broken, asked) = written(last);
            is_enough(broken);
            assert_eq!(asked, last + 1, "{name} is asked again");
        }
    }
}

#[test]
fn the_recalculation_of_what_was_opened_is_broken_off() {
    let book = book();
    let mut bytes = Vec::new();
    let without_values = messagepack::WriteOptions {
        values: false,
        ..Default::default()
    };
    messagepack::write(&book.snapshot(), None, without_values, &mut bytes).unwrap();
    let formulas: String = (1..=ROWS).map(|row| format!("{row},=A{row}*2\n")).collect();
    let mut options = OpenOptions::default();
    options.csv.formulas = true;
    for input in [bytes, formulas.into_bytes()] {
        let size = input.len() as u64;
        let refuse_the_end = &mut |done, _| match done == size {
            true => Err(Error::new(ErrorKind::Cancelled, "enough")),
            false => Ok(()),
        };
        let input = Input::Bytes(input);
        is_enough(open(
            input,
            &options,
            Environment::default(),
            refuse_the_end,
        ));
    }
}
