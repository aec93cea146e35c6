//! Array results: spilling, being blocked, arrays over fixed ranges.

use super::{check, circular, enter, one_sheet, show};
use crate::ErrorKind;
use crate::graph::Extent;
use crate::reference::{Cell, Rect, SheetId};
use crate::value::ValueRef;
use crate::workbook::{Loader, Visibility};

#[test]
fn an_array_spills_grows_and_shrinks() {
    let book = one_sheet();
    enter(
        &book,
        &[
            ("D1", "3"),
            ("A1", "=SEQUENCE(D1)"),
            ("B1", "=SUM(A:A)"),
            ("C1", "=A3+1"),
        ],
    );
    check(&book, "A1 A2 A3 A4 B1 C1", "1 2 3  6 4");
    enter(&book, &[("D1", "5")]);
    check(&book, "A1 A2 A5 A6 B1 C1", "1 2 5  15 4");
    enter(&book, &[("D1", "2")]);
    check(&book, "A1 A2 A3 A5 B1 C1", "1 2   3 1");
    enter(&book, &[("D1", "1")]);
    check(&book, "A1 A2 B1 C1", "1  1 1");
    assert!(book.undo().unwrap());
    check(&book, "A1 A2 A3 B1 C1", "1 2  3 1");
    assert!(book.undo().unwrap());
    check(&book, "A1 A2 A5 B1 C1", "1 2 5 15 4");
    assert!(book.redo().unwrap());
    check(&book, "A1 A2 A3 B1", "1 2  3");
}

#[test]
fn a_reader_of_a_spilled_cell_is_computed_after_the_array_whichever_came_first() {
    for reader_first in [false, true] {
        let book = one_sheet();
        let mut entries = vec![("A1", "=D1:D3*2"), ("F1", "=A2+1")];
        if reader_first {
            entries.reverse();
        }
        for entry in entries {
            enter(&book, &[entry]);
        }
        enter(&book, &[("D1", "1"), ("D2", "2"), ("D3", "3")]);
        check(&book, "A1 A2 A3 F1", "2 4 6 5");
        let report = enter(&book, &[("D2", "20")]);
        check(&book, "A2 F1", "40 41");
        assert_eq!(report.recomputed, 2, "the array, then its reader");
    }
}

#[test]
fn a_blocked_array_shows_spill_and_fires_again_when_the_way_is_free() {
    let book = one_sheet();
    enter(&book, &[("A3", "in the way"), ("A1", "=SEQUENCE(3)")]);
    check(&book, "A1 A2 A3", "#SPILL!  in the way");
    book.edit(|tx| tx.clear("A3")).unwrap();
    check(&book, "A1 A2 A3", "1 2 3");
    enter(&book, &[("A2", "=1+1")]);
    check(&book, "A1 A2 A3", "#SPILL! 2 ");
    assert!(book.undo().unwrap());
    check(&book, "A1 A2 A3", "1 2 3");
    assert!(book.undo().unwrap());
    check(&book, "A1 A2 A3", "#SPILL!  in the way");
    assert!(book.redo().unwrap());
    assert!(book.redo().unwrap());
    check(&book, "A1 A2 A3", "#SPILL! 2 ");
    book.edit(|tx| tx.clear("A2")).unwrap();
    check(&book, "A1 A2 A3", "1 2 3");
}

#[test]
fn each_cell_of_a_filled_row_of_arrays_is_blocked_for_itself() {
    let book = one_sheet();
    enter(&book, &[("A3", "x"), ("B3", "y")]);
    book.edit(|tx| tx.fill("A1:B1", "=SEQUENCE(3)")).unwrap();
    check(&book, "A1 B1", "#SPILL! #SPILL!");
    book.edit(|tx| tx.clear("B3")).unwrap();
    check(&book, "A1 B1 B3", "#SPILL! 1 3");
    book.edit(|tx| tx.clear("A3")).unwrap();
    check(&book, "A1 A3 B1 B3", "1 3 1 3");
}

#[test]
fn a_blocked_array_moved_by_inserted_rows_still_fires() {
    let book = one_sheet();
    enter(&book, &[("A1", "2"), ("A5", "x"), ("A4", "=SEQUENCE(A1)")]);
    let sheet = book.snapshot().sheet("S").unwrap();
    book.edit(|tx| tx.insert_rows(sheet, 1, 1)).unwrap();
    check(&book, "A5 A6", "#SPILL! x");
    book.edit(|tx| tx.clear("A6")).unwrap();
    check(&book, "A5 A6", "1 2");
}

#[test]
fn a_value_written_into_a_spill_blocks_it() {
    let book = one_sheet();
    enter(&book, &[("A1", "=SEQUENCE(2,2)"), ("D1", "=SUM(A1:B2)")]);
    check(&book, "A1 B1 A2 B2 D1", "1 2 3 4 10");
    enter(&book, &[("B2", "9")]);
    check(&book, "A1 B1 A2 B2 D1", "#SPILL!   9 #SPILL!");
    book.edit(|tx| tx.clear("B2")).unwrap();
    check(&book, "A1 B1 A2 B2 D1", "1 2 3 4 10");
    // Clearing a spilled cell, which holds nothing of its own, changes nothing.
    book.edit(|tx| tx.clear("B1")).unwrap();
    check(&book, "A1 B1 A2 B2", "1 2 3 4");
}

#[test]
fn clearing_or_overwriting_the_anchor_takes_the_spill_back() {
    let book = one_sheet();
    enter(&book, &[("A1", "=SEQUENCE(3)"), ("B1", "=SUM(A1:A3)")]);
    check(&book, "B1", "6");
    book.edit(|tx| tx.clear("A1")).unwrap();
    check(&book, "A1 A2 A3 B1", "   0");
    assert!(book.undo().unwrap());
    check(&book, "A1 A2 A3 B1", "1 2 3 6");
    enter(&book, &[("A1", "7")]);
    check(&book, "A1 A2 A3 B1", "7   7");
    assert!(book.undo().unwrap());
    enter(&book, &[("A1", "=SEQUENCE(1,2)")]);
    check(&book, "A1 A2 A3 B1", "#SPILL!   #SPILL!");
}

#[test]
fn a_spill_reference_follows_the_array() {
    let book = one_sheet();
    enter(
        &book,
        &[
            ("D1", "3"),
            ("A1", "=SEQUENCE(D1)"),
            ("B1", "=SUM(A1#)"),
            ("C1", "=SUM(E1#)"),
        ],
    );
    check(&book, "B1 C1", "6 #REF!");
    enter(&book, &[("D1", "4")]);
    check(&book, "B1", "10");
    enter(&book, &[("D1", "2")]);
    check(&book, "B1", "3");
    // The array's first cell stays 1 while a later one changes.
    enter(&book, &[("F1", "1"), ("F2", "2"), ("A1", "=F1:F2")]);
    check(&book, "B1", "3");
    enter(&book, &[("F2", "5")]);
    check(&book, "A1 A2 B1", "1 5 6");
}

#[test]
fn an_array_that_reaches_past_the_grid_shows_spill() {
    let book = one_sheet();
    enter(
        &book,
        &[("A1048575", "=SEQUENCE(3)"), ("XFD1", "=SEQUENCE(1,2)")],
    );
    check(&book, "A1048575 A1048576 XFD1", "#SPILL!  #SPILL!");
    enter(&book, &[("A1048575", "=SEQUENCE(2)")]);
    check(&book, "A1048575 A1048576", "1 2");
}

#[test]
fn blanks_of_a_spilled_range_show_zero() {
    let book = one_sheet();
    enter(&book, &[("D1", "1"), ("D3", "x"), ("A1", "=D1:D3")]);
    check(&book, "A1 A2 A3", "1 0 x");
}

#[test]
fn an_array_formula_fills_its_range_with_na_for_what_is_missing() {
    let book = one_sheet();
    enter(&book, &[("F1", "1"), ("F2", "2")]);
    book.edit(|tx| {
        tx.set_array_formula("A1:B3", "=F1:F2*10")?;
        tx.set_array_formula("D1:D2", "=7")
    })
    .unwrap();
    check(
        &book,
        "A1 B1 A2 B2 A3 B3 D1 D2",
        "10 10 20 20 #N/A #N/A 7 7",
    );
    enter(&book, &[("F2", "3"), ("H1", "=B2")]);
    check(&book, "A2 B2 H1", "30 30 30");
    enter(&book, &[("F2", "4")]);
    check(&book, "H1", "40");
}

#[test]
fn a_part_of_an_array_formula_cannot_be_overwritten() {
    let book = one_sheet();
    book.edit(|tx| tx.set_array_formula("B2:B4", "=ROW(A2:A4)"))
        .unwrap();
    let before = (book.revision(), show(&book, "B2 B3 B4"));
    for address in ["B3", "B2"] {
        let error = book.edit(|tx| tx.set(address, 1.0)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Argument);
        assert!(book.edit(|tx| tx.set_formula(address, "=1")).is_err());
        assert!(book.edit(|tx| tx.clear(address)).is_err());
    }
    let sheet = book.snapshot().sheet("S").unwrap();
    assert_eq!(
        book.edit(|tx| tx.insert_rows(sheet, 2, 1))
            .unwrap_err()
            .kind(),
        ErrorKind::Argument
    );
    assert_eq!((book.revision(), show(&book, "B2 B3 B4")), before);
    book.edit(|tx| tx.insert_rows(sheet, 1, 1)).unwrap();
    check(&book, "B3 B4 B5", "3 4 5");
    book.edit(|tx| tx.clear("B1:B9")).unwrap();
    check(&book, "B3 B4 B5", "  ");
}

#[test]
fn an_array_formula_over_another_takes_its_place() {
    let book = one_sheet();
    book.edit(|tx| tx.set_array_formula("A1:A2", "={1;2}"))
        .unwrap();
    book.edit(|tx| tx.set_array_formula("A1:A3", "={4;5;6}"))
        .unwrap();
    check(&book, "A1 A2 A3", "4 5 6");
    book.edit(|tx| tx.fill("A1:A3", "=ROW()")).unwrap();
    check(&book, "A1 A2 A3", "1 2 3");
    assert!(book.undo().unwrap());
    check(&book, "A1 A2 A3", "4 5 6");
}

#[test]
fn a_refused_overwrite_leaves_the_other_arrays_of_the_draft_alone() {
    let book = one_sheet();
    enter(&book, &[("A1", "=SEQUENCE(2)")]);
    book.edit(|tx| tx.set_array_formula("B1:B3", "={7;8;9}"))
        .unwrap();
    book.edit(|tx| {
        assert!(tx.clear("A1:B2").is_err());
        tx.set("D1", 1.0)
    })
    .unwrap();
    check(&book, "A1 A2 B1 B2 B3", "1 2 7 8 9");
}

#[test]
fn rows_inserted_into_a_spill_are_filled() {
    let book = one_sheet();
    enter(
        &book,
        &[("B1", "=SEQUENCE(3)"), ("D1", "=SUM(B1:B3)"), ("D2", "=B3")],
    );
    let sheet = book.snapshot().sheet("S").unwrap();
    book.edit(|tx| tx.insert_rows(sheet, 1, 1)).unwrap();
    check(&book, "B1 B2 B3 B4", "1 2 3 ");
    assert_eq!(book.formula("D1").unwrap().unwrap(), "=SUM(B1:B4)");
    check(&book, "D1 D3", "6 0");
    book.edit(|tx| tx.insert_rows(sheet, 0, 1)).unwrap();
    check(&book, "B2 B3 B4 B5", "1 2 3 ");
}

#[test]
fn an_array_whose_size_depends_on_its_own_spill_ends() {
    // B1 is 3 while A2 is blank, and 1 when the array has filled A2: there is no stable size.
    let book = one_sheet();
    enter(&book, &[("B1", "=3-A2"), ("A1", "=SEQUENCE(B1)")]);
    assert!(!circular(&book).is_empty(), "{}", show(&book, "A1 A2 B1"));
    enter(&book, &[("B1", "2")]);
    check(&book, "A1 A2 A3", "1 2 ");
    assert_eq!(circular(&book), "");
}

#[test]
fn an_array_that_reads_its_own_spill_is_circular() {
    let book = one_sheet();
    enter(&book, &[("C1", "1"), ("A1", "=A2+C1:C3")]);
    assert_eq!(circular(&book), "A1");
    let book = one_sheet();
    enter(&book, &[("B1", "=A2+1")]);
    book.edit(|tx| tx.set_array_formula("A1:A2", "=B1+{0;1}"))
        .unwrap();
    assert_eq!(circular(&book), "A1 B1");
    enter(&book, &[("B1", "4")]);
    check(&book, "A1 A2", "4 5");
    assert_eq!(circular(&book), "");
}

#[test]
fn arrays_in_a_circle_of_regions_are_waited_for() {
    // Static circles without live ones: A1 and F1 could read each other.
    let book = one_sheet();
    enter(
        &book,
        &[("F1", "=A2*2"), ("A1", "=IF(D1=0,SEQUENCE(3),F1)")],
    );
    check(&book, "A1 A2 A3 F1", "1 2 3 4");
    assert_eq!(circular(&book), "");
    enter(&book, &[("D1", "1")]);
    check(&book, "A2 A3", " ");
    check(&book, "F1 A1", "0 0");
    enter(&book, &[("D1", "0")]);
    check(&book, "A1 A2 A3 F1", "1 2 3 4");
    assert_eq!(circular(&book), "");
}

#[test]
fn an_array_formula_over_more_cells_than_an_array_may_have_is_refused() {
    let book = one_sheet();
    let whole = "S!A1:XFD1048576";
    let refused = book.edit(|tx| tx.set_array_formula(whole, "=ROW(1:3)"));
    let error = refused.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
    assert!(error.message().contains("A1:XFD1048576"), "{error}");
    assert_eq!(book.snapshot().used(SheetId(0)), None);
}

#[test]
fn one_that_a_file_brings_keeps_its_value() {
    for fixed in [true, false] {
        let mut loader = Loader::new();
        let sheet = loader.add_sheet("S", Visibility::Visible).unwrap();
        let rect = Rect::new(Cell::new(0, 0), Cell::new(1_048_575, 16_383));
        let extent = Extent { rect, fixed };
        loader
            .array_formula(sheet, extent, "ROW(1:3)", ValueRef::Number(7.0))
            .unwrap();
        let book = loader.finish(Default::default()).unwrap();
        assert_eq!(book.recalculate().unwrap().unsupported, 1);
        assert_eq!(book.value("S!A1").unwrap(), 7.0.into());
    }
}
