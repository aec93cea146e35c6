//! Defined names, and sheets that get other names.

use super::{book_of, check, enter, one_sheet};
use crate::ErrorKind;

#[test]
fn a_name_that_is_defined_redefined_and_removed_dirties_its_users() {
    let book = one_sheet();
    enter(
        &book,
        &[
            ("A1", "=rate*2"),
            ("A2", "=A1+1"),
            ("B1", "5"),
            ("C1", "=unused+1"),
        ],
    );
    check(&book, "A1 A2", "#NAME? #NAME?");
    book.edit(|tx| tx.define_name("Rate", None, "=10")).unwrap();
    check(&book, "A1 A2", "20 21");
    book.edit(|tx| tx.define_name("rate", None, "=S!$B$1"))
        .unwrap();
    check(&book, "A1 A2", "10 11");
    enter(&book, &[("B1", "6")]);
    check(&book, "A1 A2 C1", "12 13 #NAME?");
    book.edit(|tx| tx.remove_name("RATE", None)).unwrap();
    check(&book, "A1 A2", "#NAME? #NAME?");
    enter(&book, &[("B1", "7")]);
    assert!(book.undo().unwrap());
    assert!(book.undo().unwrap());
    check(&book, "A1 A2", "12 13");
    enter(&book, &[("B1", "8")]);
    check(&book, "A1 A2", "16 17");
    let missing = book.edit(|tx| tx.remove_name("nothing", None));
    assert_eq!(missing.unwrap_err().kind(), ErrorKind::Name);
}

#[test]
fn a_name_of_a_sheet_beats_that_of_the_workbook() {
    let book = book_of(&["S", "T"]);
    enter(
        &book,
        &[
            ("S!A1", "=k"),
            ("T!A1", "=k"),
            ("S!A2", "=T!k"),
            ("T!A2", "=S!k"),
        ],
    );
    book.edit(|tx| tx.define_name("k", None, "=1")).unwrap();
    check(&book, "S!A1 T!A1 S!A2 T!A2", "1 1 1 1");
    book.edit(|tx| tx.define_name("k", Some("T"), "=2"))
        .unwrap();
    check(&book, "S!A1 T!A1 S!A2 T!A2", "1 2 2 1");
    book.edit(|tx| tx.remove_name("k", None)).unwrap();
    check(&book, "S!A1 T!A1 S!A2 T!A2", "#NAME? 2 2 #NAME?");
    book.edit(|tx| tx.remove_name("k", Some("T"))).unwrap();
    check(&book, "S!A1 T!A1 S!A2 T!A2", "#NAME? #NAME? #NAME? #NAME?");
}

#[test]
fn names_that_refer_to_names_follow() {
    let book = one_sheet();
    enter(&book, &[("A1", "=outer+1"), ("B1", "3"), ("B2", "4")]);
    book.edit(|tx| {
        tx.define_name("outer", None, "=SUM(inner)")?;
        tx.define_name("inner", None, "=S!$B$1")
    })
    .unwrap();
    check(&book, "A1", "4");
    book.edit(|tx| tx.define_name("inner", None, "=S!$B$1:$B$2"))
        .unwrap();
    check(&book, "A1", "8");
    enter(&book, &[("B2", "10")]);
    check(&book, "A1", "14");
    book.edit(|tx| tx.define_name("inner", None, "=outer"))
        .unwrap();
    check(&book, "A1", "#NAME?");
}

#[test]
fn a_name_that_makes_a_circle_and_one_that_opens_it() {
    let book = one_sheet();
    book.edit(|tx| tx.define_name("self", None, "=S!$A$1"))
        .unwrap();
    enter(&book, &[("A1", "=self+1"), ("B1", "=A1+5")]);
    check(&book, "A1 B1", "0 5");
    assert_eq!(super::circular(&book), "A1");
    book.edit(|tx| tx.define_name("self", None, "=S!$C$1"))
        .unwrap();
    check(&book, "A1 B1", "1 6");
    assert_eq!(super::circular(&book), "");
}

#[test]
fn formulas_and_names_follow_a_renamed_sheet_and_texts_do_not() {
    let book = book_of(&["S", "Data"]);
    book.edit(|tx| {
        tx.define_name("k", Some("Data"), "=7")?;
        tx.define_name("all", None, "=Data!$A$1")
    })
    .unwrap();
    let entries = [
        ("Data!A1", "5"),
        ("S!A1", "=Data!A1+1"),
        ("S!A2", "=Data!k"),
        ("S!A3", "=all"),
        ("S!A4", "=INDIRECT(\"Data!A1\")"),
        ("S!A5", "=FORMULATEXT(A1)"),
        ("S!A6", "=IFERROR(INDIRECT(\"New!A1\"),\"none\")"),
    ];
    enter(&book, &entries);
    check(
        &book,
        "S!A1 S!A2 S!A3 S!A4 S!A5 S!A6",
        "6 7 5 5 =Data!A1+1 none",
    );
    book.edit(|tx| tx.rename_sheet("Data", "New")).unwrap();
    check(
        &book,
        "S!A1 S!A2 S!A3 S!A4 S!A5 S!A6",
        "6 7 5 #REF! =New!A1+1 5",
    );
    assert_eq!(book.formula("S!A2").unwrap().as_deref(), Some("=New!k"));
    enter(&book, &[("New!A1", "8")]);
    check(&book, "S!A1 S!A2 S!A3 S!A6", "9 7 8 8");
    book.recalculate().unwrap();
    check(&book, "S!A1 S!A2 S!A3 S!A6", "9 7 8 8");
    assert!(book.undo().unwrap());
    assert!(book.undo().unwrap());
    check(
        &book,
        "S!A1 S!A2 S!A3 S!A4 S!A5 S!A6",
        "6 7 5 5 =Data!A1+1 none",
    );
}

#[test]
fn a_span_of_sheets_takes_in_a_sheet_that_is_added_between() {
    let book = book_of(&["A", "B", "C"]);
    enter(
        &book,
        &[("A!A1", "1"), ("C!A1", "3"), ("A!B1", "=SUM(A:C!A1)")],
    );
    check(&book, "A!B1", "4");
    let between = crate::workbook::Operation::AddSheet {
        name: "M".into(),
        position: Some(1),
    };
    book.edit(|tx| tx.apply(between)).unwrap();
    enter(&book, &[("M!A1", "10"), ("B!A1", "20")]);
    check(&book, "A!B1", "34");
}
