//! Packages in which blocks were moved, copied or sorted: what is attached to cells is written where it is now, and is
//! read again so.

use super::moving::{PARTS, ROWS, TAIL, book, holds, part, saved};
use crate::ErrorKind;
use crate::environment::Environment;
use crate::formats::xlsx::{Package, open_package};
use crate::reference::SheetId;
use crate::workbook::{SortKey, Workbook};

/// What is attached to a sheet, without the numbers that a file gives.
fn attached(book: &Workbook, sheet: SheetId) -> Vec<String> {
    let attached = book.snapshot().attached(sheet).into_iter();
    let lines = attached.map(|own| format!("{:?} {:?} {:?}", own.kind, own.ranges, own.formulas));
    let mut lines: Vec<String> = lines.collect();
    lines.sort();
    lines
}

/// The package as it is saved; read again, it has the same attached to its sheet.
#[track_caller]
fn saved_and_read(book: &Workbook, sheet: SheetId) -> Package {
    let package = saved(book).unwrap();
    let again = saved(book).unwrap();
    let again = open_package(again, Environment::fixed(0.0, 0), &mut |_, _| Ok(())).unwrap();
    let first = again.snapshot().sheet("One").unwrap();
    assert_eq!(attached(&again, first), attached(book, sheet));
    package
}

#[test]
fn moved_cells_take_their_attachments_into_the_file() {
    let (book, one) = book(ROWS, TAIL, &PARTS[..2]);
    book.edit(|tx| tx.move_range("One!A6:C7", "One!H6"))
        .unwrap();
    let after = saved_and_read(&book, one);
    holds(
        &part(&after, "xl/worksheets/sheet1.xml"),
        &[
            r#"<autoFilter ref="A2:D9"><filterColumn colId="2">"#,
            // Its formula is that of B6, the upper left corner around them all.
            r#"<conditionalFormatting sqref="I6:I7 B8:B9 D12">"#,
            "<formula>A6 &gt; $A$2</formula>",
            r#"<cfvo type="num" val="$H$6"/>"#,
            r#"<hyperlink ref="H6" location="Two!A1" display="x"/><hyperlink ref="A2" location="One!A9"/>"#,
            "<xm:sqref>D6</xm:sqref>",
            r#"<mergeCell ref="A12:B13"/>"#,
        ],
    );
    holds(
        &part(&after, "xl/comments1.xml"),
        &[r#"ref="A2""#, r#"ref="I7""#],
    );
    holds(
        &part(&after, "xl/drawings/vmlDrawing1.vml"),
        &[
            "<x:Anchor>9, 15, 6, 10, 11, 31, 9, 9</x:Anchor>",
            "<x:Row>6</x:Row><x:Column>8</x:Column>",
        ],
    );
    // Rows go in and out around what has moved.
    book.edit(|tx| tx.insert_rows(one, 5, 2)).unwrap();
    let after = saved_and_read(&book, one);
    holds(
        &part(&after, "xl/comments1.xml"),
        &[r#"ref="A2""#, r#"ref="I9""#],
    );
    book.undo().unwrap();
    book.undo().unwrap();
    let after = saved(&book).unwrap();
    holds(&part(&after, "xl/worksheets/sheet1.xml"), &[TAIL]);
}

#[test]
fn what_is_overwritten_is_gone_from_the_file() {
    let (book, one) = book(ROWS, TAIL, &PARTS[..2]);
    book.edit(|tx| tx.move_range("One!K1:M8", "One!A1"))
        .unwrap();
    let after = saved_and_read(&book, one);
    let sheet = part(&after, "xl/worksheets/sheet1.xml");
    holds(
        &sheet,
        &[
            r#"<conditionalFormatting sqref="B9 D12">"#,
            r#"<dataValidations count="1"><dataValidation type="whole" sqref="C9">"#,
            "<xm:sqref>D6</xm:sqref>",
        ],
    );
    for gone in ["<hyperlink", r#"sqref="B2""#] {
        assert!(!sheet.contains(gone), "{gone} in {sheet}");
    }
    assert!(!part(&after, "xl/comments1.xml").contains("<comment "));
    assert!(!part(&after, "xl/drawings/vmlDrawing1.vml").contains("v:shape"));
}

const SOURCES: &str = r#"<conditionalFormatting sqref="A1:A4"><cfRule type="expression" priority="1"><formula>B1 &gt; 0</formula></cfRule></conditionalFormatting><dataValidations count="1"><dataValidation type="whole" sqref="C1" xr:uid="{1}" xmlns:xr="r"><formula1>D1</formula1></dataValidation></dataValidations><hyperlinks><hyperlink ref="A2:A4" location="Two!A1" xr:uid="{2}" xmlns:xr="r"/></hyperlinks>"#;

const NUMBERS: &str = r#"<row r="1"><c r="A1"><v>4</v></c></row><row r="2"><c r="A2"><v>3</v></c></row><row r="3"><c r="A3"><v>2</v></c></row><row r="4"><c r="A4"><v>1</v></c></row>"#;

#[test]
fn what_falls_into_parts_becomes_several_elements() {
    let (book, one) = book(NUMBERS, SOURCES, &[]);
    book.edit(|tx| {
        tx.move_range("One!B2", "One!E9")?;
        tx.move_range("One!A3", "One!A9")?;
        tx.copy_range("One!C1", "One!C5:C6")
    })
    .unwrap();
    let after = saved_and_read(&book, one);
    holds(
        &part(&after, "xl/worksheets/sheet1.xml"),
        &[
            r#"<conditionalFormatting sqref="A1 A4"><cfRule type="expression" priority="1"><formula>B1 &gt; 0</formula>"#,
            r#"<conditionalFormatting sqref="A2"><cfRule type="expression" priority="1"><formula>E9&gt;0</formula>"#,
            r#"<conditionalFormatting sqref="A9"><cfRule type="expression" priority="1"><formula>B3&gt;0</formula>"#,
            r#"<dataValidations count="1"><dataValidation type="whole" sqref="C1 C5:C6" xr:uid="{1}""#,
            r#"location="Two!A1" xr:uid="{2}" xmlns:xr="r"/><hyperlink ref="#,
        ],
    );
    let sheet = part(&after, "xl/worksheets/sheet1.xml");
    assert_eq!(sheet.matches("<hyperlink ").count(), 3, "{sheet}");
    assert_eq!(sheet.matches(r#"xr:uid="{2}""#).count(), 1, "{sheet}");
}

#[test]
fn sorted_rows_take_links_and_notes_along() {
    let (book, one) = book(NUMBERS, SOURCES, &PARTS[..2]);
    book.edit(|tx| {
        let key = SortKey {
            column: 0,
            descending: false,
        };
        tx.sort("One!A1:C4", &[key])
    })
    .unwrap();
    let after = saved_and_read(&book, one);
    holds(
        &part(&after, "xl/worksheets/sheet1.xml"),
        &[
            r#"<hyperlink ref="A1:A3" location="Two!A1""#,
            r#"<conditionalFormatting sqref="A1:A4">"#,
        ],
    );
    holds(
        &part(&after, "xl/comments1.xml"),
        &[r#"ref="A3""#, r#"ref="B7""#],
    );
}

#[test]
fn a_format_with_an_identity_is_not_written_twice() {
    let tail = SOURCES.replace(
        "</cfRule>",
        r#"<extLst><ext><x14:id xmlns:x14="x">{7}</x14:id></ext></extLst></cfRule>"#,
    );
    let (book, _) = book(NUMBERS, &tail, &[]);
    book.edit(|tx| tx.move_range("One!B2", "One!E9")).unwrap();
    let error = saved(&book).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(
        error.message().contains("an identity"),
        "{}",
        error.message()
    );
}
