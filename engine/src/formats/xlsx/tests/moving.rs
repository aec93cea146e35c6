//! Packages whose rows and columns were inserted or deleted: all that speaks of cells speaks of the same ones.

use std::io::Cursor;

use super::fixture::archive;
use crate::environment::Environment;
use crate::formats::xlsx::book_moves::{SheetMoves, Tab};
use crate::formats::xlsx::save_changes::Changes;
use crate::formats::xlsx::{
    BookChanges, BookMoves, CellChange, Origin, Package, open_package, patch_book,
};
use crate::reference::{Moved, SheetId};
use crate::workbook::{Operation, Workbook};
use crate::{Error, ErrorKind};

const CONTENT: &str = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/charts/chart1.xml" ContentType="application/vnd.openxmlformats-officedocument.drawingml.chart+xml"/><Override PartName="/xl/pivotCache/pivotCacheDefinition1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.pivotCacheDefinition+xml"/></Types>"#;

const NAMES: &str = r#"<definedNames><definedName name="_xlnm.Print_Area" localSheetId="0">One!$A$1:$D$20</definedName><definedName name="_xlnm.Print_Titles" localSheetId="0">One!$A:$B,One!$4:$5</definedName><definedName name="rate">One!$A$6</definedName></definedNames>"#;

fn relations(list: &[(&str, &str)]) -> String {
    let texts = list.iter().enumerate().map(|(place, (kind, target))| {
        let id = place + 1;
        format!(
            r#"<Relationship Id="rId{id}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"/>"#
        )
    });
    let texts: String = texts.collect();
    format!(
        r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{texts}</Relationships>"#
    )
}

/// A workbook of the sheets `One`, with these rows and what follows them, and `Two`; and these other parts.
pub(super) fn book(rows: &str, tail: &str, more: &[(&str, &str)]) -> (Workbook, SheetId) {
    let root = relations(&[("officeDocument", "xl/workbook.xml")]);
    let of_book = relations(&[
        ("worksheet", "worksheets/sheet1.xml"),
        ("worksheet", "worksheets/sheet2.xml"),
    ]);
    let of_sheet = relations(&[
        ("comments", "../comments1.xml"),
        ("vmlDrawing", "../drawings/vmlDrawing1.vml"),
        ("drawing", "../drawings/drawing1.xml"),
        ("table", "../tables/table1.xml"),
        ("pivotTable", "../pivotTables/pivotTable1.xml"),
    ]);
    let workbook = format!(
        r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="One" sheetId="1" r:id="rId1"/><sheet name="Two" sheetId="2" r:id="rId2"/></sheets>{NAMES}</workbook>"#
    );
    let sheet = super::fixture::sheet(&format!(
        r#"<dimension ref="A1:D20"/><cols><col min="2" max="3" width="20" customWidth="1"/></cols><sheetData>{rows}</sheetData>{tail}"#
    ));
    let two = super::fixture::sheet(
        r#"<sheetData><row r="1"><c r="A1"><f>One!A6 +  1</f><v>7</v></c><c r="B1"><f>1 +  1</f><v>2</v></c></row></sheetData><conditionalFormatting sqref="A1"><cfRule type="expression" priority="1"><formula>A1&gt;One!$A$6</formula></cfRule></conditionalFormatting>"#,
    );
    let mut parts = vec![
        ("[Content_Types].xml", CONTENT),
        ("_rels/.rels", root.as_str()),
        ("xl/workbook.xml", workbook.as_str()),
        ("xl/_rels/workbook.xml.rels", of_book.as_str()),
        ("xl/worksheets/sheet1.xml", sheet.as_str()),
        ("xl/worksheets/_rels/sheet1.xml.rels", of_sheet.as_str()),
        ("xl/worksheets/sheet2.xml", two.as_str()),
    ];
    parts.extend_from_slice(more);
    let package = Package::from_bytes(archive(&parts)).unwrap();
    let book = open_package(package, Environment::fixed(0.0, 0), &mut |_, _| Ok(())).unwrap();
    let sheet = book.snapshot().sheet("One").unwrap();
    (book, sheet)
}

/// The package as it is saved.
pub(super) fn saved(book: &Workbook) -> Result<Package, Error> {
    let origin = book.origin::<Origin>().unwrap();
    let mut out = Cursor::new(Vec::new());
    let now = book.snapshot();
    let changes = Changes::new(&origin, &now);
    patch_book(&origin.package, &changes, &mut out)?;
    Ok(Package::from_bytes(out.into_inner()).unwrap())
}

pub(super) fn part(package: &Package, name: &str) -> String {
    String::from_utf8(package.part(name).unwrap()).unwrap()
}

#[track_caller]
pub(super) fn holds(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is not in\n{text}");
    }
}

pub(super) const ROWS: &str = r#"<row r="2" spans="1:4" ht="30" customHeight="1"><c r="A2"><v>1</v></c></row><row r="6" x14ac:dyDescent="0.3" xmlns:x14ac="x"><c r="A6" ph="1"><v>6</v></c><c r="B6"><f>A6 * 2</f><v>12</v></c><c r="C6"><f t="shared" ref="C6:C8" si="0">$A$2+ A6</f><v>7</v></c></row><row r="7"><c r="A7"><v>7</v></c><c r="C7"><f t="shared" si="0"/><v>8</v></c></row><row r="8"><c r="A8"><v>8</v></c><c r="C8"><f t="shared" si="0"/><v>9</v></c><c r="D8"><f t="array" ref="D8:D9">A7:A8*2</f><v>14</v></c></row><row r="9"><c r="D9"><v>16</v></c></row>"#;

#[test]
fn rows_and_cells_stand_at_their_new_places() {
    let (book, one) = book(ROWS, "", &[]);
    book.edit(|tx| tx.insert_rows(one, 4, 2)).unwrap();
    let after = saved(&book).unwrap();
    let sheet = part(&after, "xl/worksheets/sheet1.xml");
    holds(
        &sheet,
        &[
            r#"<dimension ref="A1:D22"/>"#,
            r#"<row r="2" spans="1:4" ht="30" customHeight="1"><c r="A2"><v>1</v></c></row>"#,
            r#"<row r="8" x14ac:dyDescent="0.3" xmlns:x14ac="x"><c r="A8" ph="1"><v>6</v></c>"#,
            r#"<c r="B8"><f>A8*2</f><v>12</v></c>"#,
            r#"<c r="C8"><f>$A$2+A8</f><v>7</v></c>"#,
            r#"<c r="C10"><f>$A$2+A10</f><v>9</v></c>"#,
            r#"<c r="D10"><f t="array" ref="D10:D11">A9:A10*2</f><v>14</v></c>"#,
            r#"<row r="11"><c r="D11"><v>16</v></c></row>"#,
        ],
    );
    let two = part(&after, "xl/worksheets/sheet2.xml");
    holds(
        &two,
        &[
            "<f>One!A8+1</f>",
            "<f>1 +  1</f>",
            "<formula>A1&gt;One!$A$8</formula>",
        ],
    );
    holds(
        &part(&after, "xl/workbook.xml"),
        &["One!$A$1:$D$22", "One!$A:$B,One!$4:$7", "One!$A$8"],
    );
}

pub(super) const TAIL: &str = r#"<autoFilter ref="A2:D9"><filterColumn colId="2"><filters><filter val="7"/></filters></filterColumn></autoFilter><mergeCells count="1"><mergeCell ref="A12:B13"/></mergeCells><conditionalFormatting sqref="B6:B9 D12"><cfRule type="expression" dxfId="0" priority="1"><formula>A6 &gt; $A$2</formula></cfRule><cfRule type="colorScale" priority="2"><colorScale><cfvo type="num" val="$A$6"/><cfvo type="max"/></colorScale></cfRule></conditionalFormatting><dataValidations count="2"><dataValidation type="list" sqref="B2"><formula1>"a,b"</formula1></dataValidation><dataValidation type="whole" sqref="C6:C9"><formula1>A2</formula1><formula2>$A$9</formula2></dataValidation></dataValidations><hyperlinks><hyperlink ref="A6" location="Two!A1" display="x"/><hyperlink ref="A2" location="One!A9"/></hyperlinks><rowBreaks count="2" manualBreakCount="2"><brk id="3" max="16383" man="1"/><brk id="8" max="16383" man="1"/></rowBreaks><extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"><x14:dataValidations count="1" xmlns:x14="a" xmlns:xm="b"><x14:dataValidation type="list"><x14:formula1><xm:f>Two!$A$1:$A$5</xm:f></x14:formula1><xm:sqref>D6</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst>"#;

#[test]
fn what_is_attached_to_cells_moves_with_them() {
    let (book, one) = book(ROWS, TAIL, &[]);
    book.edit(|tx| tx.insert_rows(one, 4, 2)).unwrap();
    let sheet = part(&saved(&book).unwrap(), "xl/worksheets/sheet1.xml");
    holds(
        &sheet,
        &[
            r#"<autoFilter ref="A2:D11"><filterColumn colId="2">"#,
            r#"<mergeCell ref="A14:B15"/>"#,
            r#"<conditionalFormatting sqref="B8:B11 D14">"#,
            "<formula>A8&gt;$A$2</formula>",
            r#"<cfvo type="num" val="$A$8"/>"#,
            r#"<dataValidation type="list" sqref="B2"><formula1>"a,b"</formula1>"#,
            r#"sqref="C8:C11"><formula1>A2</formula1><formula2>$A$11</formula2>"#,
            r#"<hyperlink ref="A8" location="Two!A1" display="x"/><hyperlink ref="A2" location="One!A11"/>"#,
            r#"<brk id="3" max="16383" man="1"/><brk id="10" max="16383" man="1"/>"#,
            "<xm:f>Two!$A$1:$A$5</xm:f></x14:formula1><xm:sqref>D8</xm:sqref>",
        ],
    );
    let again = saved(&book).unwrap();
    assert!(again.has_part("xl/worksheets/sheet2.xml"));
    book.undo().unwrap();
    let package = saved(&book).unwrap();
    let origin = book.origin::<Origin>().unwrap();
    for name in origin.package.part_names() {
        assert_eq!(part(&package, name), part(&origin.package, name), "{name}");
    }
}

const NOTES: &str = r#"<comments><authors><author>a</author></authors><commentList><comment ref="A2" authorId="0"><text><t>x</t></text></comment><comment ref="B7" authorId="0"><text><t>y</t></text></comment></commentList></comments>"#;
const VML: &str = r#"<xml xmlns:v="v" xmlns:x="x"><v:shape id="1"><x:ClientData ObjectType="Note"><x:Anchor>
    2, 15, 6, 10, 4, 31, 9, 9</x:Anchor><x:Row>6</x:Row><x:Column>1</x:Column></x:ClientData></v:shape></xml>"#;
const DRAWING: &str = r#"<xdr:wsDr xmlns:xdr="d"><xdr:twoCellAnchor><xdr:from><xdr:col>1</xdr:col><xdr:colOff>5</xdr:colOff><xdr:row>2</xdr:row><xdr:rowOff>7</xdr:rowOff></xdr:from><xdr:to><xdr:col>3</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>9</xdr:row><xdr:rowOff>1</xdr:rowOff></xdr:to><xdr:sp textlink="$A$6"/></xdr:twoCellAnchor><xdr:twoCellAnchor editAs="oneCell"><xdr:from><xdr:col>1</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>2</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from><xdr:to><xdr:col>3</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>8</xdr:row><xdr:rowOff>1</xdr:rowOff></xdr:to></xdr:twoCellAnchor></xdr:wsDr>"#;
const CHART: &str = r#"<c:chartSpace xmlns:c="c"><c:ser><c:cat><c:strRef><c:f>One!$A$2:$A$9</c:f></c:strRef></c:cat><c:val><c:numRef><c:f>(One!$B$6,One!$B$8)</c:f></c:numRef></c:val></c:ser></c:chartSpace>"#;
const TABLE: &str = r#"<table id="1" name="T" displayName="T" ref="F5:G9"><autoFilter ref="F5:G9"><sortState ref="F6:G9"><sortCondition ref="F6:F9"/></sortState></autoFilter><tableColumns count="2"><tableColumn id="1" name="p"/><tableColumn id="2" name="q"><calculatedColumnFormula>T[[#This Row],[p]]*One!$A$6</calculatedColumnFormula></tableColumn></tableColumns></table>"#;
const PIVOT: &str = r#"<pivotTableDefinition><location ref="I20:J24" firstHeaderRow="1" firstDataRow="1" firstDataCol="1"/></pivotTableDefinition>"#;
const CACHE: &str = r#"<pivotCacheDefinition><cacheSource type="worksheet"><worksheetSource ref="A2:D9" sheet="One"/></cacheSource></pivotCacheDefinition>"#;

pub(super) const PARTS: [(&str, &str); 7] = [
    ("xl/comments1.xml", NOTES),
    ("xl/drawings/vmlDrawing1.vml", VML),
    ("xl/drawings/drawing1.xml", DRAWING),
    ("xl/charts/chart1.xml", CHART),
    ("xl/tables/table1.xml", TABLE),
    ("xl/pivotTables/pivotTable1.xml", PIVOT),
    ("xl/pivotCache/pivotCacheDefinition1.xml", CACHE),
];

#[test]
fn the_parts_around_a_sheet_follow() {
    let (book, one) = book(ROWS, "", &PARTS);
    book.edit(|tx| tx.insert_rows(one, 5, 2)).unwrap();
    let after = saved(&book).unwrap();
    holds(
        &part(&after, "xl/comments1.xml"),
        &[r#"ref="A2""#, r#"ref="B9""#],
    );
    holds(
        &part(&after, "xl/drawings/vmlDrawing1.vml"),
        &[
            "<x:Anchor>2, 15, 8, 10, 4, 31, 11, 9</x:Anchor>",
            "<x:Row>8</x:Row><x:Column>1</x:Column>",
        ],
    );
    holds(
        &part(&after, "xl/drawings/drawing1.xml"),
        &[
            "<xdr:row>2</xdr:row><xdr:rowOff>7</xdr:rowOff></xdr:from>",
            "<xdr:row>11</xdr:row><xdr:rowOff>1</xdr:rowOff>",
            r#"<xdr:sp textlink="$A$8"/>"#,
            "<xdr:row>8</xdr:row><xdr:rowOff>1</xdr:rowOff>",
        ],
    );
    holds(
        &part(&after, "xl/charts/chart1.xml"),
        &[
            "<c:f>One!$A$2:$A$11</c:f>",
            "<c:f>(One!$B$8,One!$B$10)</c:f>",
        ],
    );
    holds(
        &part(&after, "xl/tables/table1.xml"),
        &[
            r#"displayName="T" ref="F5:G11"><autoFilter ref="F5:G11"><sortState ref="F8:G11"><sortCondition ref="F8:F11"/>"#,
            "One!$A$8</calculatedColumnFormula>",
        ],
    );
    holds(
        &part(&after, "xl/pivotTables/pivotTable1.xml"),
        &[r#"<location ref="I22:J26""#],
    );
    holds(
        &part(&after, "xl/pivotCache/pivotCacheDefinition1.xml"),
        &[r#"ref="A2:D11" sheet="One""#],
    );
}

#[test]
fn deleted_rows_take_what_stood_in_them_with_them() {
    let (book, one) = book(ROWS, TAIL, &PARTS[..2]);
    // The rows 6 and 7: the master of the shared formula, a note, the start of most ranges.
    let edit = Operation::DeleteRows {
        sheet: one,
        at: 5,
        count: 2,
    };
    book.edit(|tx| tx.apply(edit)).unwrap();
    let after = saved(&book).unwrap();
    let sheet = part(&after, "xl/worksheets/sheet1.xml");
    holds(
        &sheet,
        &[
            r#"<dimension ref="A1:D18"/>"#,
            r#"<row r="6"><c r="A6"><v>8</v></c><c r="C6"><f>$A$2+A6</f>"#,
            r#"<f t="array" ref="D6:D7">A6:A6*2</f>"#,
            r#"<row r="7"><c r="D7">"#,
            r#"<autoFilter ref="A2:D7">"#,
            r#"<mergeCell ref="A10:B11"/>"#,
            r#"<conditionalFormatting sqref="B6:B7 D10">"#,
            "<formula>A6 &gt; $A$2</formula>",
            r#"sqref="C6:C7"><formula1>A4</formula1><formula2>$A$7</formula2>"#,
            r#"<hyperlinks><hyperlink ref="A2" location="One!A7"/></hyperlinks>"#,
            r#"<rowBreaks count="2" manualBreakCount="2"><brk id="3" max="16383" man="1"/><brk id="6""#,
            "</dataValidations><hyperlinks>",
            "</rowBreaks></worksheet>",
        ],
    );
    let notes = part(&after, "xl/comments1.xml");
    assert!(!notes.contains("B7") && notes.contains("A2"), "{notes}");
    assert!(!part(&after, "xl/drawings/vmlDrawing1.vml").contains("v:shape"));
    assert!(part(&after, "xl/worksheets/sheet2.xml").contains("<f>One!#REF!+1</f>"));
}

#[test]
fn columns_are_inserted_and_deleted_as_rows_are() {
    let (book, one) = book(ROWS, TAIL, &PARTS[..4]);
    let edit = Operation::InsertColumns {
        sheet: one,
        at: 1,
        count: 1,
    };
    book.edit(|tx| tx.apply(edit)).unwrap();
    let after = saved(&book).unwrap();
    holds(
        &part(&after, "xl/worksheets/sheet1.xml"),
        &[
            r#"<col min="3" max="4" width="20" customWidth="1"/>"#,
            r#"<row r="2" ht="30" customHeight="1"><c r="A2">"#,
            r#"<c r="D6"><f>$A$2+ A6</f>"#,
            r#"<c r="E8"><f t="array" ref="E8:E9">"#,
            r#"<autoFilter ref="A2:E9"><filterColumn colId="3">"#,
            r#"sqref="C6:C9 E12""#,
            "<xm:sqref>E6</xm:sqref>",
        ],
    );
    holds(
        &part(&after, "xl/charts/chart1.xml"),
        &["<c:f>(One!$C$6,One!$C$8)</c:f>"],
    );
    book.undo().unwrap();
    let edit = Operation::DeleteColumns {
        sheet: one,
        at: 2,
        count: 1,
    };
    book.edit(|tx| tx.apply(edit)).unwrap();
    let after = saved(&book).unwrap();
    holds(
        &part(&after, "xl/worksheets/sheet1.xml"),
        &[
            r#"<col min="2" max="2" width="20" customWidth="1"/>"#,
            r#"<autoFilter ref="A2:C9"></autoFilter>"#,
            r#"<c r="C8"><f t="array" ref="C8:C9">"#,
        ],
    );
    holds(
        &part(&after, "xl/drawings/drawing1.xml"),
        &["<xdr:to><xdr:col>2</xdr:col>"],
    );
}

#[test]
fn a_renamed_sheet_is_renamed_everywhere() {
    let (book, _) = book(ROWS, TAIL, &PARTS);
    book.edit(|tx| tx.rename_sheet("One", "First one")).unwrap();
    let after = saved(&book).unwrap();
    holds(
        &part(&after, "xl/workbook.xml"),
        &[
            r#"<sheet name="First one" sheetId="1" r:id="rId1"/>"#,
            "'First one'!$A$1:$D$20",
        ],
    );
    holds(
        &part(&after, "xl/worksheets/sheet2.xml"),
        &["<f>'First one'!A6+1</f>", "'First one'!$A$6</formula>"],
    );
    holds(
        &part(&after, "xl/worksheets/sheet1.xml"),
        &[
            r#"location="'First one'!A9""#,
            "<f>A6 * 2</f>",
            r#"t="shared""#,
        ],
    );
    holds(
        &part(&after, "xl/charts/chart1.xml"),
        &["<c:f>'First one'!$A$2:$A$9</c:f>"],
    );
    holds(
        &part(&after, "xl/pivotCache/pivotCacheDefinition1.xml"),
        &[r#"sheet="First one""#],
    );
    assert_eq!(part(&after, "xl/drawings/drawing1.xml"), DRAWING);
}

#[test]
fn a_new_sheet_gets_a_part_of_its_own() {
    let (book, _) = book(ROWS, TAIL, &PARTS);
    book.edit(|tx| {
        tx.add_sheet("Ne<w>")?;
        tx.set("'Ne<w>'!B2", "text")?;
        tx.set_formula("'Ne<w>'!C3", "=Two!B1*3")?;
        tx.set_formula("One!D2", "='Ne<w>'!C3")?;
        tx.define_name("here", Some("Ne<w>"), "='Ne<w>'!$B$2")
    })
    .unwrap();
    let after = saved(&book).unwrap();
    let tabs = part(&after, "xl/workbook.xml");
    holds(
        &tabs,
        &[
            r#"<sheet name="Two" sheetId="2" r:id="rId2"/><sheet name="Ne&lt;w&gt;" sheetId="3" r:id="rId4"/></sheets>"#,
            r#"<definedName name="here" localSheetId="2">'Ne&lt;w&gt;'!$B$2</definedName>"#,
        ],
    );
    holds(
        &part(&after, "xl/worksheets/sheet3.xml"),
        &[r#"<c r="C3"><f>Two!B1*3</f><v>6</v></c>"#],
    );
    holds(
        &part(&after, "[Content_Types].xml"),
        &[r#"<Override PartName="/xl/worksheets/sheet3.xml""#],
    );
    let again = open_package(after, Environment::fixed(0.0, 0), &mut |_, _| Ok(())).unwrap();
    assert_eq!(again.value("One!D2").unwrap(), 6.0.into());
    assert_eq!(again.value("'Ne<w>'!B2").unwrap(), "text".into());
}

/// Changes of nothing but the tabs.
struct Tabs(BookMoves);

impl BookChanges for Tabs {
    fn cells<'a>(&'a self, _: usize) -> Box<dyn Iterator<Item = CellChange> + 'a> {
        Box::new(std::iter::empty())
    }

    fn moves(&self) -> Option<&BookMoves> {
        Some(&self.0)
    }
}

fn with_tabs(book: &Workbook, names: [Option<&str>; 2], order: &[usize]) -> Package {
    let sheet = |(former, name): (&str, Option<&str>)| SheetMoves {
        former_name: former.into(),
        name: name.map(Into::into),
        visibility: Default::default(),
        moved: Moved::nowhere(),
        attached: Default::default(),
        copies: Default::default(),
        notes: Default::default(),
    };
    let moves = BookMoves {
        sheets: ["One", "Two"].into_iter().zip(names).map(sheet).collect(),
        tabs: order.iter().map(|number| Tab::OfFile(*number)).collect(),
        ..BookMoves::default()
    };
    let mut out = Cursor::new(Vec::new());
    let origin = book.origin::<Origin>().unwrap();
    patch_book(&origin.package, &Tabs(moves), &mut out).unwrap();
    Package::from_bytes(out.into_inner()).unwrap()
}

#[test]
fn tabs_change_their_order() {
    let (book, _) = book(ROWS, TAIL, &PARTS);
    let after = with_tabs(&book, [Some("One"), Some("Two")], &[1, 0]);
    holds(
        &part(&after, "xl/workbook.xml"),
        &[
            r#"<sheet name="Two" sheetId="2" r:id="rId2"/><sheet name="One" sheetId="1" r:id="rId1"/>"#,
            r#"<definedName name="_xlnm.Print_Area" localSheetId="1">"#,
            r#"<definedName name="rate">"#,
        ],
    );
    let again = open_package(after, Environment::fixed(0.0, 0), &mut |_, _| Ok(())).unwrap();
    let names: Vec<_> = again
        .snapshot()
        .sheets()
        .map(|sheet| sheet.name.clone())
        .collect();
    assert_eq!(*names, ["Two".into(), "One".into()]);
}

#[test]
fn a_removed_sheet_takes_its_parts_along() {
    let (book, _) = book(ROWS, TAIL, &PARTS[..5]);
    let after = with_tabs(&book, [None, Some("Two")], &[1]);
    let gone = [
        "xl/worksheets/sheet1.xml",
        "xl/comments1.xml",
        "xl/tables/table1.xml",
    ];
    for name in gone {
        assert!(!after.has_part(name), "{name}");
    }
    assert!(after.has_part("xl/worksheets/sheet2.xml"));
    let tabs = part(&after, "xl/workbook.xml");
    assert!(
        !tabs.contains("One\"") && !tabs.contains("localSheetId"),
        "{tabs}"
    );
    assert!(!part(&after, "xl/_rels/workbook.xml.rels").contains("sheet1.xml"));
}

#[test]
fn what_cannot_follow_is_named() {
    let (book, one) = book(ROWS, "", &PARTS);
    book.edit(|tx| tx.insert_rows(one, 21, 1)).unwrap();
    let error = saved(&book).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(
        error
            .message()
            .contains("the pivot table in `xl/pivotTables/pivotTable1.xml`"),
        "{}",
        error.message()
    );
}
