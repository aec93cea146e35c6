//! What is attached to cells follows edits of rows, columns and sheets, and comes back when they are taken back.

use crate::environment::Environment;
use crate::reference::{Cell, Rect, SheetId, a1};
use crate::workbook::{Attached, AttachedKind, Loader, Operation, Visibility, Workbook};

/// A workbook of the sheets `S` and `T`, with something attached to each.
fn book() -> (Workbook, SheetId, SheetId) {
    let mut loader = Loader::new();
    let s = loader.add_sheet("S", Visibility::Visible).unwrap();
    let t = loader.add_sheet("T", Visibility::Visible).unwrap();
    let mut attach = |sheet, kind, number, ranges: &str, formulas: &[&str]| {
        let ranges = ranges.split(' ').map(|range| {
            let whole = a1::parse_rect(range, a1::GridLimits::default());
            whole.unwrap()
        });
        loader.attach(
            sheet,
            &Attached {
                kind,
                number,
                ranges: ranges.collect(),
                formulas: formulas.iter().map(|text| (*text).to_owned()).collect(),
            },
        );
    };
    attach(s, AttachedKind::Hyperlink, 0, "A3", &["T!B2"]);
    attach(
        s,
        AttachedKind::ConditionalFormat,
        0,
        "B2:B10 D12",
        &["B1>$A$3"],
    );
    attach(s, AttachedKind::ConditionalFormat, 1, "A:C", &["$B1=\"x\""]);
    attach(s, AttachedKind::RowBreak, 0, "5:5", &[]);
    attach(
        t,
        AttachedKind::DataValidation,
        7,
        "C1:C3",
        &["S!$A$1:$A$9", "1 +"],
    );
    let book = loader.finish(Environment::fixed(0.0, 0)).unwrap();
    (book, s, t)
}

/// All that is attached to a sheet, in a line each.
fn shown(book: &Workbook, sheet: SheetId) -> Vec<String> {
    let attached = book.snapshot().attached(sheet).into_iter().map(|attached| {
        let grid = a1::GridLimits::default();
        let ranges: Vec<String> = attached
            .ranges
            .iter()
            .map(|rect| a1::print_rect_in(*rect, grid, false))
            .collect();
        format!(
            "{:?} {}: {} [{}]",
            attached.kind,
            attached.number,
            ranges.join(" "),
            attached.formulas.join("; ")
        )
    });
    attached.collect()
}

#[track_caller]
fn edit(book: &Workbook, operation: Operation) {
    book.edit(|tx| tx.apply(operation)).unwrap();
}

#[test]
fn inserted_rows_move_ranges_and_formulas() {
    let (book, s, t) = book();
    let before = (shown(&book, s), shown(&book, t));
    edit(
        &book,
        Operation::InsertRows {
            sheet: s,
            at: 2,
            count: 2,
        },
    );
    assert_eq!(
        shown(&book, s),
        [
            "Hyperlink 0: A5 [T!B2]",
            "ConditionalFormat 0: B2:B12 D14 [B1>$A$5]",
            "ConditionalFormat 1: A:C [$B1=\"x\"]",
            "RowBreak 0: 7:7 []",
        ]
    );
    assert_eq!(
        shown(&book, t),
        ["DataValidation 7: C1:C3 [S!$A$1:$A$11; 1 +]"]
    );
    let fork = book.snapshot().fork();
    assert!(book.undo().unwrap());
    assert_eq!((shown(&book, s), shown(&book, t)), before);
    assert_eq!(shown(&fork, s)[0], "Hyperlink 0: A5 [T!B2]");
    assert!(book.redo().unwrap());
    assert_eq!(shown(&book, s), shown(&fork, s));
}

#[test]
fn deleted_rows_shrink_ranges_or_take_them_away() {
    let (book, s, t) = book();
    let before = shown(&book, s);
    edit(
        &book,
        Operation::DeleteRows {
            sheet: s,
            at: 1,
            count: 3,
        },
    );
    // The formula reads as it did for the first row that is left.
    assert_eq!(
        shown(&book, s),
        [
            "ConditionalFormat 0: B2:B7 D9 [#REF!>#REF!]",
            "ConditionalFormat 1: A:C [$B1=\"x\"]",
            "RowBreak 0: 2:2 []",
        ]
    );
    assert_eq!(
        shown(&book, t),
        ["DataValidation 7: C1:C3 [S!$A$1:$A$6; 1 +]"]
    );
    edit(
        &book,
        Operation::DeleteColumns {
            sheet: s,
            at: 1,
            count: 1,
        },
    );
    assert_eq!(
        shown(&book, s),
        [
            "ConditionalFormat 0: C9 [#REF!>#REF!]",
            "ConditionalFormat 1: A:B [#REF!=\"x\"]",
            "RowBreak 0: 2:2 []",
        ]
    );
    book.undo().unwrap();
    book.undo().unwrap();
    assert_eq!(shown(&book, s), before);
}

#[test]
fn a_deletion_behind_the_first_row_keeps_the_formula() {
    let (book, s, _) = book();
    edit(
        &book,
        Operation::DeleteRows {
            sheet: s,
            at: 1,
            count: 1,
        },
    );
    // Row 3 is the first that is left; what it read, B2, is gone.
    assert_eq!(
        shown(&book, s)[1],
        "ConditionalFormat 0: B2:B9 D11 [#REF!>$A$2]"
    );
    edit(
        &book,
        Operation::DeleteRows {
            sheet: s,
            at: 8,
            count: 1,
        },
    );
    assert_eq!(
        shown(&book, s)[1],
        "ConditionalFormat 0: B2:B8 D10 [#REF!>$A$2]"
    );
}

#[test]
fn a_sheet_gets_another_name() {
    let (book, s, t) = book();
    book.edit(|tx| {
        tx.rename_sheet("S", "New name")?;
        tx.rename_sheet("T", "Z")
    })
    .unwrap();
    assert_eq!(shown(&book, s)[0], "Hyperlink 0: A3 [Z!B2]");
    assert_eq!(
        shown(&book, t),
        ["DataValidation 7: C1:C3 ['New name'!$A$1:$A$9; 1 +]"]
    );
}

#[test]
fn where_cells_have_gone_is_known() {
    let (book, s, _) = book();
    let before = book.snapshot();
    let moved = |book: &Workbook| book.snapshot().moved_since(&before, s, s).unwrap();
    assert!(moved(&book).nothing());
    book.edit(|tx| tx.insert_rows(s, 2, 3)).unwrap();
    let now = moved(&book);
    assert_eq!(now.cell(Cell::new(1, 0)), Some(Cell::new(1, 0)));
    assert_eq!(now.cell(Cell::new(2, 0)), Some(Cell::new(5, 0)));
    assert_eq!(now.former(Cell::new(3, 0)), None);
    assert_eq!(now.former(Cell::new(5, 4)), Some(Cell::new(2, 4)));
    let rect = Rect::new(Cell::new(0, 0), Cell::new(4, 1));
    assert_eq!(
        now.rect(&rect),
        Some(Rect::new(Cell::new(0, 0), Cell::new(7, 1)))
    );
    book.undo().unwrap();
    assert!(moved(&book).nothing());
}

#[test]
fn a_removed_sheet_is_gone_from_formulas() {
    let (book, s, t) = book();
    edit(&book, Operation::RemoveSheet { sheet: s });
    assert_eq!(shown(&book, t), ["DataValidation 7: C1:C3 [#REF!; 1 +]"]);
    book.undo().unwrap();
    assert_eq!(
        shown(&book, t),
        ["DataValidation 7: C1:C3 [S!$A$1:$A$9; 1 +]"]
    );
}
