//! Saving a workbook that never was a file: formulas as they are typed come back and give the same.
//!
//! The files stay in the build's folder, so that `tests/libreoffice --recalculate` can be pointed at them.

use std::fs;
use std::path::{Path, PathBuf};

use tabulith::Workbook;
use tabulith::formats::xlsx::{open, save};
use tabulith::value::{CellError, Value};
use tabulith::workbook::FilterCondition;

/// Formulas that give one value, each typed into a cell of its own; and those that spill.
const SINGLE: [&str; 24] = [
    "=SUM(A1:A3)",
    "=INDEX(A:A,3)",
    "=INDEX(A1:C3,2,3)",
    "=IF(A1>0,1,2)",
    "=IF(SUM(A1:A3)>5,A1,B1)",
    "=XLOOKUP(2,A1:A3,C1:C3)",
    "=XLOOKUP(9,A1:A3,C1:C3,\"none\")",
    "=LET(x,A1+1,x*x)",
    "=LET(x,A1:A3,SUM(x*x))",
    "=SUM(A1:A3*B1:B3)",
    "=SUMPRODUCT(A1:A3,B1:B3)",
    "=MAX(IF(A1:A3>1,B1:B3))",
    "=VLOOKUP(2,A1:C3,3,FALSE)",
    "=SUMIF(A1:A3,\">1\",B1:B3)",
    "=COUNT(A:A)+ROWS(A1:A3)",
    "=rate*100",
    "=SUM(numbers)",
    "=IFERROR(A1/0,\"caught\")",
    "=1/0",
    "=\" padded \"&C1",
    "=\"<&> \"\"quoted\"\"\"",
    "=AND(A1:A3>0)",
    "=CHOOSE(2,A1,B1)",
    "=@A1:A3",
];

const SPILLING: [&str; 8] = [
    "=A1:A3*2",
    "=A1:B3",
    "=TRANSPOSE(A1:A3)",
    "=SEQUENCE(2,3)",
    "=IF(A1:A3>1,B1:B3,C1:C3)",
    "=FILTER(A1:C3,A1:A3>1)",
    "=SORT(B1:B3,1,-1)",
    "=numbers*10",
];

fn target(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("saved");
    fs::create_dir_all(&folder).expect("a folder for what is saved");
    folder.join(name)
}

fn data(book: &Workbook) {
    book.add_sheet("Data").expect("a sheet");
    book.edit(|tx| {
        tx.set_column("Data!A1", &[1.0, 2.0, 3.0])?;
        tx.set_column("Data!B1", &[10.0, 5.0, 2.5])?;
        for (cell, text) in [("C1", "one"), ("C2", " two "), ("C3", "dr\u{fc}\u{1F600}")] {
            tx.set(&format!("Data!{cell}"), text)?;
        }
        tx.define_name("rate", None, "=0.25")?;
        tx.define_name("numbers", None, "=Data!$B$1:$B$3")
    })
    .expect("the data");
}

/// Every value and formula of the sheet, by address.
fn shown(book: &Workbook) -> Vec<(String, Value, Option<String>)> {
    let snapshot = book.snapshot();
    let mut all = Vec::new();
    for row in 1..=90 {
        for column in 'A'..='K' {
            let address = format!("Data!{column}{row}");
            let value = snapshot.value(&address).expect("a value");
            let formula = snapshot.formula(&address).expect("a formula");
            if value != Value::Blank || formula.is_some() {
                all.push((address, value, formula));
            }
        }
    }
    all
}

#[test]
fn formulas_as_typed_come_back_and_give_the_same() {
    let book = Workbook::new();
    data(&book);
    for (row, formula) in SINGLE.iter().enumerate() {
        let address = format!("Data!E{}", row + 1);
        book.edit(|tx| tx.set_entry(&address, formula))
            .unwrap_or_else(|error| panic!("{formula}: {error}"));
    }
    for (place, formula) in SPILLING.iter().enumerate() {
        let address = format!("Data!H{}", place * 5 + 1);
        book.edit(|tx| tx.set_entry(&address, formula))
            .unwrap_or_else(|error| panic!("{formula}: {error}"));
    }
    book.edit(|tx| tx.set_array_formula("Data!H50:H52", "=A1:A3+1"))
        .expect("an array formula");
    let before = shown(&book);
    let errors: Vec<_> = before
        .iter()
        .filter(|(_, value, formula)| {
            matches!(value, Value::Error(error) if *error != CellError::Div0) && formula.is_some()
        })
        .collect();
    // Typed in row 24, the range down to row 3 does not cross it.
    assert_eq!(errors.len(), 1, "{errors:?}");
    let out = target("typed.xlsx");
    save(&book, &out).expect("it saves");
    let reopened = open(&out).expect("it opens");
    assert_eq!(before, shown(&reopened), "as stored");
    let report = reopened.recalculate().expect("it recalculates");
    assert_eq!(report.unsupported, 0);
    assert_eq!(before, shown(&reopened), "recalculated");
    reopened
        .edit(|tx| tx.set("Data!A2", 20.0))
        .expect("an edit");
    book.edit(|tx| tx.set("Data!A2", 20.0)).expect("an edit");
    assert_eq!(shown(&book), shown(&reopened), "after the same edit");
    // The same edits in a file that has been one before are patched in.
    let patched = target("typed_patched.xlsx");
    save(&reopened, &patched).expect("it saves");
    assert_eq!(
        shown(&book),
        shown(&open(&patched).expect("it opens")),
        "patched"
    );
}

#[test]
fn formulas_typed_into_an_opened_file_come_back() {
    let path = crate::source::root().join("fixtures/excel/poi/WithThreeCharts.xlsx");
    let book = open(&path).expect("a workbook");
    let sheet = book
        .snapshot()
        .sheets()
        .next()
        .expect("a sheet")
        .name
        .clone();
    book.edit(|tx| {
        tx.set_entry(&format!("'{sheet}'!N20"), "=SEQUENCE(3)")?;
        tx.set_entry(&format!("'{sheet}'!O20"), "=SUM(N20#)")?;
        tx.set_entry(&format!("'{sheet}'!P20"), "=XLOOKUP(2,N20:N22,N20:N22)")?;
        tx.set(&format!("'{sheet}'!Q20"), " spaces ")
    })
    .expect("edits");
    let out = target("typed_into_a_file.xlsx");
    save(&book, &out).expect("it saves");
    let reopened = open(&out).expect("it opens");
    for again in [false, true] {
        if again {
            reopened.recalculate().expect("it recalculates");
        }
        for (cell, value) in [
            ("N22", Value::Number(3.0)),
            ("O20", Value::Number(6.0)),
            ("P20", Value::Number(2.0)),
            ("Q20", Value::Text(" spaces ".into())),
        ] {
            let address = format!("'{sheet}'!{cell}");
            assert_eq!(reopened.value(&address).expect("a value"), value, "{cell}");
        }
        let spilled = reopened.formula(&format!("'{sheet}'!O20")).expect("a cell");
        assert_eq!(spilled.as_deref(), Some("=SUM(N20#)"));
    }
}

#[test]
fn hidden_rows_and_columns_merged_cells_filters_and_tables_come_back() {
    let book = Workbook::new();
    data(&book);
    let sheet = book.snapshot().sheet("Data").expect("the sheet");
    let condition = |column, any_of: &[Value]| FilterCondition {
        column,
        any_of: any_of.to_vec(),
    };
    book.edit(|tx| {
        tx.set_rows("Data!E1", &[vec!["Item".into(), "Sold".into()]])?;
        tx.set_column("Data!F2", &[5.0, 20.0, 40.0])?;
        tx.set("Data!E2", "a<b")?;
        tx.set_rows("Data!H1", &[vec!["x".into()], vec![1.0.into()]])?;
        tx.add_table("Extra", "Data!H1:I3")?;
        tx.set_formula("Data!K1", "=SUBTOTAL(9,Data!F2:F9)")?;
        tx.set_formula("Data!K2", "=SUM(Extra[x])")?;
        tx.set("Data!F9", 7.0)?;
        tx.hide_rows(sheet, 8, 1)?;
        tx.hide_columns(sheet, 1, 2)?;
        tx.merge("Data!M1:N2")?;
        let listed = condition(4, &["a<b".into(), "=".into()]);
        let least = condition(5, &[">=10".into(), "5".into()]);
        tx.filter("Data!E1:F4", [listed, least])
    })
    .expect("the edits");
    let before = shown(&book);
    let out = target("layout.xlsx");
    save(&book, &out).expect("it saves");
    let text = sheet_part(&out);
    for part in [
        "<filters blank=\"1\"><filter val=\"a&lt;b\"/></filters>",
        "<customFilter operator=\"greaterThanOrEqual\" val=\"10\"/><customFilter operator=\"equal\" val=\"5\"/>",
        "<autoFilter ref=\"E1:F4\"><filterColumn colId=\"0\">",
        "<mergeCell ref=\"M1:N2\"/>",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    let reopened = open(&out).expect("it opens");
    reopened.recalculate().expect("it recalculates");
    assert_eq!(before, shown(&reopened));
    let (then, now) = (book.snapshot(), reopened.snapshot());
    let reopened_sheet = now.sheet("Data").expect("the sheet");
    assert_eq!(then.hidden_rows(sheet), now.hidden_rows(reopened_sheet));
    assert_eq!(then.hidden_rows(sheet), [8]);
    assert_eq!(now.hidden_columns(reopened_sheet), [1, 2]);
    assert_eq!(then.merges(sheet), now.merges(reopened_sheet));
    let table = now.table("extra").expect("the table");
    assert_eq!(*table.column_names, ["x".into(), "Column1".into()]);
    // Clearing the filter of the file shows what it hides, though its conditions are not known.
    reopened
        .edit(|tx| tx.clear_filter("Data"))
        .expect("the filter goes");
    assert_eq!(reopened.snapshot().hidden_rows(reopened_sheet), [8]);
}

fn sheet_part(path: &Path) -> String {
    let file = fs::File::open(path).expect("the file");
    let mut package = zip::ZipArchive::new(file).expect("a package");
    let mut part = package
        .by_name("xl/worksheets/sheet1.xml")
        .expect("the sheet's part");
    let mut text = String::new();
    std::io::Read::read_to_string(&mut part, &mut text).expect("a text");
    text
}
