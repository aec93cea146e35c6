//! What is attached to cells follows edits of rows, columns and sheets, and comes back when they are taken back.

use crate::environment::Environment;
use crate::reference::{Cell, Rect, SheetId, a1};
use crate::workbook::{
    Attached, AttachedKind, Effort, Loader, Operation, SortKey, Transaction, Visibility, Workbook,
};

/// A workbook of the sheets `S` and `T`, with something attached to each.
fn book() -> (Workbook, SheetId, SheetId) {
    use AttachedKind::{ConditionalFormat, DataValidation, Hyperlink, RowBreak};
    book_with(
        &[
            (Hyperlink, 0, "A3", &["T!B2"]),
            (ConditionalFormat, 0, "B2:B10 D12", &["B1>$A$3"]),
            (ConditionalFormat, 1, "A:C", &["$B1=\"x\""]),
            (RowBreak, 0, "5:5", &[]),
        ],
        &[(DataValidation, 7, "C1:C3", &["S!$A$1:$A$9", "1 +"])],
    )
}

/// What is attached: its kind and number, its ranges, its formulas.
type Line<'a> = (AttachedKind, u32, &'a str, &'a [&'a str]);

/// A workbook of the sheets `S` and `T` with all this attached to them.
fn book_with(on_s: &[Line<'_>], on_t: &[Line<'_>]) -> (Workbook, SheetId, SheetId) {
    let mut loader = Loader::new();
    let s = loader.add_sheet("S", Visibility::Visible).unwrap();
    let t = loader.add_sheet("T", Visibility::Visible).unwrap();
    let mut attach = |sheet, (kind, number, ranges, formulas): Line<'_>| {
        let ranges = ranges.split(' ').map(|range| {
            let whole = a1::parse_rect(range, a1::GridLimits::default());
            whole.unwrap()
        });
        loader.attach(
            sheet,
            &Attached {
                kind,
                number,
                copy_of: None,
                ranges: ranges.collect(),
                formulas: formulas.iter().map(|text| (*text).to_owned()).collect(),
            },
        );
    };
    on_s.iter().for_each(|line| attach(s, *line));
    on_t.iter().for_each(|line| attach(t, *line));
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

/// Edits, and gives what was left behind.
#[track_caller]
fn left(
    book: &Workbook,
    edit: impl FnOnce(&mut Transaction<'_>) -> crate::Result<()>,
) -> Vec<String> {
    let report = book.edit_with(Effort::default(), edit).unwrap().1;
    report.left_behind
}

use AttachedKind::{
    Comment, ConditionalFormat, DataValidation, Drawing, Filter, Hyperlink, IgnoredError,
    ProtectedRange, Sparkline,
};

#[test]
fn moved_cells_take_along_what_is_attached_to_them() {
    let (book, s, t) = book_with(
        &[
            (Hyperlink, 0, "A3", &["T!B2"]),
            (Hyperlink, 1, "B2:B6", &["S!A3"]),
            (ConditionalFormat, 0, "A1:A9", &["A1>$A$3"]),
            (ConditionalFormat, 1, "F1:F9", &["F1>1"]),
            (DataValidation, 0, "A3:B4", &["$A$4", "$Z$1"]),
            (Comment, 0, "A4", &[]),
            (Comment, 1, "F4", &[]),
            (ProtectedRange, 0, "A3:B3", &[]),
            (ProtectedRange, 1, "A3:B5", &[]),
            (Sparkline, 0, "B4", &["S!A1:A4"]),
            (IgnoredError, 0, "A1:B9", &[]),
        ],
        &[(DataValidation, 0, "C1", &["S!A3+S!A5"])],
    );
    let before = (shown(&book, s), shown(&book, t));
    let behind = left(&book, |tx| tx.move_range("S!A3:B4", "S!F4"));
    let after = [
        "Hyperlink 0: F4 [T!B2]",
        "Hyperlink 1: B2 [S!F4]",
        "Hyperlink 2147483648: G4:G5 [S!F4]",
        "Hyperlink 2147483649: B5:B6 [S!F4]",
        "ConditionalFormat 0: A1:A2 F4:F5 A5:A9 [A1>$F$4]",
        "ConditionalFormat 1: F1:F3 F6:F9 [F1>1]",
        "DataValidation 0: F4:G5 [$F$5; $Z$1]",
        "Comment 0: F5 []",
        "ProtectedRange 0: F4:G4 []",
        "ProtectedRange 1: A3:B5 []",
        "Sparkline 0: G5 [S!A1:A4]",
        "IgnoredError 0: A1:B2 F4:G5 A5:B9 []",
    ];
    assert_eq!(shown(&book, s), after);
    assert_eq!(shown(&book, t), ["DataValidation 0: C1 [S!F4+S!A5]"]);
    assert_eq!(
        behind,
        ["protected ranges in S!A3:B5 did not go with the cells S!A3:B4 to S!F4:G5"]
    );
    book.undo().unwrap();
    assert_eq!((shown(&book, s), shown(&book, t)), before);
    book.redo().unwrap();
    assert_eq!(shown(&book, s), after);
}

#[test]
fn a_relative_formula_follows_cell_by_cell() {
    let (book, s, _) = book_with(&[(ConditionalFormat, 0, "B2:B5", &["A2>0"])], &[]);
    // A3 goes: the format of B3 reads it where it is now, the others read what they read.
    assert!(left(&book, |tx| tx.move_range("S!A3", "S!D9")).is_empty());
    assert_eq!(
        shown(&book, s),
        [
            "ConditionalFormat 0: B2 B4:B5 [A2>0]",
            "ConditionalFormat 2147483648: B3 [D9>0]",
        ]
    );
    // A formatted cell goes: its formula still reads A2.
    book.edit(|tx| tx.move_range("S!B2", "S!C2")).unwrap();
    assert_eq!(
        shown(&book, s),
        [
            "ConditionalFormat 0: C2 [A2>0]",
            "ConditionalFormat 2147483648: B3 [D9>0]",
            "ConditionalFormat 2147483649: B4:B5 [A4>0]",
        ]
    );
}

#[test]
fn a_formula_that_wraps_around_the_grid_stays_and_is_told() {
    let (book, s, _) = book_with(&[(ConditionalFormat, 0, "A1:A3", &["A1<>A1048576"])], &[]);
    let behind = left(&book, |tx| tx.move_range("S!A1:A3", "S!C1"));
    assert_eq!(
        shown(&book, s),
        ["ConditionalFormat 0: C1:C3 [C1<>C1048576]"]
    );
    assert_eq!(
        behind,
        ["formulas of conditional formats in S!A1:A3 do not follow the cells S!A1:A3 to S!C1:C3"]
    );
}

#[test]
fn what_cannot_go_to_another_sheet_stays_and_is_told() {
    let (book, s, t) = book_with(
        &[
            (Hyperlink, 0, "A1", &[]),
            (ConditionalFormat, 0, "A1:A9", &["$A$1>0"]),
            (Drawing, 0, "A1:B2", &[]),
            (Filter, 0, "A1:B3", &[]),
        ],
        &[(Comment, 0, "A1", &[]), (Comment, 1, "D1", &[])],
    );
    let behind = left(&book, |tx| tx.move_range("S!A1:B3", "T!A1"));
    assert_eq!(
        shown(&book, s),
        [
            "Hyperlink 0: A1 []",
            "ConditionalFormat 0: A1:A9 [T!$A$1>0]",
            "Drawing 0: A1:B2 []",
            "Filter 0: A1:B3 []",
        ]
    );
    assert_eq!(shown(&book, t), ["Comment 1: D1 []"]);
    assert_eq!(
        behind,
        [
            "links in S!A1 did not go with the cells S!A1:B3 to T!A1:B3",
            "conditional formats in S!A1:A9 did not go with the cells S!A1:B3 to T!A1:B3",
            "drawings in S!A1:B2 did not go with the cells S!A1:B3 to T!A1:B3",
            "the filter in S!A1:B3 did not go with the cells S!A1:B3 to T!A1:B3",
        ]
    );
}

#[test]
fn copies_have_what_their_cells_had() {
    let (book, s, _) = book_with(
        &[
            (Hyperlink, 0, "A1", &["T!B2"]),
            (Hyperlink, 1, "C5", &["T!B9"]),
            (ConditionalFormat, 0, "A1:A2", &["A1>$B$1"]),
            (ConditionalFormat, 1, "C1:C9", &["C1>1"]),
            (ConditionalFormat, 2, "D:D", &["D1>1"]),
            (DataValidation, 0, "B2", &["A2"]),
            (Comment, 0, "B1", &[]),
            (Comment, 1, "C6", &[]),
        ],
        &[],
    );
    let behind = left(&book, |tx| {
        tx.set("S!A1", 1.0)?;
        tx.set("S!D1", 1.0)?;
        tx.copy_range("S!A1:B2", "S!C5")?;
        tx.fill_down("S!D1:D9")
    });
    assert_eq!(
        shown(&book, s),
        [
            "Hyperlink 0: A1 [T!B2]",
            "Hyperlink 2147483648: C5 [T!B2]",
            "ConditionalFormat 0: A1:A2 C5:C6 [A1>$B$1]",
            "ConditionalFormat 1: C1:C4 C7:C9 [C1>1]",
            "ConditionalFormat 2: D:D [D1>1]",
            // Of its copy, D6, the filled cells are without it.
            "DataValidation 0: B2 [A2]",
            "Comment 0: B1 []",
        ]
    );
    assert_eq!(behind, ["notes in S!A1:B2 were not copied to S!C5:D6"]);
    let behind = left(&book, |tx| tx.copy_range("S!A1", "T!A1"));
    assert_eq!(
        behind,
        [
            "links in S!A1 were not copied to T!A1",
            "conditional formats in S!A1 were not copied to T!A1",
        ]
    );
}

#[test]
fn links_and_notes_are_sorted_with_their_rows() {
    let (book, s, _) = book_with(
        &[
            (Hyperlink, 0, "A1:A2", &["T!B2"]),
            (Comment, 0, "B3", &[]),
            (Comment, 1, "C3", &[]),
            (ConditionalFormat, 0, "A1", &["A1>1"]),
            (Sparkline, 0, "B1", &["S!A1:A4"]),
        ],
        &[],
    );
    let before = shown(&book, s);
    let behind = left(&book, |tx| {
        tx.set_column("S!A1", &[3.0, 4.0, 1.0, 2.0])?;
        let key = SortKey {
            column: 0,
            descending: false,
        };
        tx.sort("S!A1:B4", &[key])
    });
    assert_eq!(
        shown(&book, s),
        [
            "Hyperlink 0: A3:A4 [T!B2]",
            "ConditionalFormat 0: A1 [A1>1]",
            "Comment 0: B1 []",
            "Comment 1: C3 []",
            "Sparkline 0: B1 [S!A1:A4]",
        ]
    );
    assert_eq!(
        behind,
        ["sparklines in S!A1:B4 did not go with the sorted rows"]
    );
    book.undo().unwrap();
    assert_eq!(shown(&book, s), before);
}

#[test]
fn a_copied_sheet_has_all_that_is_attached_to_it() {
    let (book, s, _) = book();
    let copy = book.edit(|tx| tx.copy_sheet("S", "Copy")).unwrap();
    assert_eq!(shown(&book, copy), shown(&book, s));
    book.edit(|tx| tx.insert_rows(copy, 0, 1)).unwrap();
    assert_eq!(shown(&book, copy)[0], "Hyperlink 0: A4 [T!B2]");
    assert_eq!(shown(&book, s)[0], "Hyperlink 0: A3 [T!B2]");
}
