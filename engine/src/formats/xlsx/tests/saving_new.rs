//! Workbooks saved new and opened again: all that they hold must come back.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use proptest::prelude::*;

use super::super::{open, save};
use crate::functions::Hidden;
use crate::graph::Extent;
use crate::reference::{Area, Cell, Rect, SheetId};
use crate::value::{CellError, SumMode, TextUnits, Value, ValueRef};
use crate::workbook::{
    BookSettings, Calculation, Loader, NewTable, Visibility, WidthSpan, Workbook,
};
use crate::{Result, Snapshot};

/// Names of sheets that need quotes, escapes or none.
const SHEETS: [&str; 4] = [
    "Plain",
    "It's a \"sheet\"",
    "R1C1",
    "Übersicht <&> 2024 \u{1F600}",
];

const CODES: [&str; 6] = [
    "General",
    "0.00",
    "#,##0.00 \"<&>\"",
    "yyyy-mm-dd hh:mm",
    "[Red]-0%;[Blue]0.0%;\"nil\"",
    "@",
];

/// Formulas for any cell right of column D, which the values stand in front of.
const FORMULAS: [&str; 12] = [
    "SUM(A1:C8)",
    "A1&\" <&> \"\"quoted\"\" \"&B2",
    "IF(A1>B1,1,2)",
    "IFERROR(1/A1,\"none\")",
    "COUNTA($A:$B)",
    "INDEX(A:A,3)",
    "A1:A3=B1:B3",
    "TRANSPOSE(A1:C1)",
    "SUM(A1:A3*2)",
    "XLOOKUP(A1,A1:A5,B1:B5,\"not there\")",
    "LET(x,COUNT(A1:C8),x*x)",
    "rate*COUNT(A1:C3)",
];

#[derive(Debug, Clone)]
struct RandomSheet {
    name: usize,
    visibility: Visibility,
    values: Vec<(Cell, Value, u32)>,
    formulas: Vec<(Cell, usize, bool)>,
    hidden: Vec<u32>,
    widths: Vec<(u32, u32)>,
    merge: Option<u32>,
    table: bool,
}

fn value() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        4 => "[ -~]{0,12}",
        2 => "[ \\t\\n\\r]{0,3}[a-z<>&\"']{0,4}[ \\t\\n]{0,3}",
        2 => any::<String>(),
        1 => Just("_x000D_ and _x".to_owned()),
        1 => Just("\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467} e\u{301} \u{1}\u{b}\u{fffe}".to_owned()),
        1 => Just("=1+1".to_owned()),
        1 => Just("long ".repeat(6553)),
    ];
    prop_oneof![
        4 => any::<f64>().prop_filter("cells hold finite numbers", |x| x.is_finite()).prop_map(Value::Number),
        3 => (-1000..1000_i32).prop_map(|x| Value::Number(f64::from(x) / 8.0)),
        4 => text.prop_map(|text| Value::Text(text.as_str().into())),
        1 => any::<bool>().prop_map(Value::Boolean),
        1 => prop::sample::select(vec![
            CellError::Null, CellError::Div0, CellError::Value, CellError::Ref, CellError::Name, CellError::Num,
            CellError::Na, CellError::GettingData, CellError::Spill, CellError::Calc, CellError::Field,
            CellError::Blocked, CellError::Connect, CellError::Unknown, CellError::Busy,
        ]).prop_map(Value::Error),
        1 => Just(Value::Blank),
    ]
}

fn cell(columns: std::ops::Range<u32>) -> impl Strategy<Value = Cell> {
    (0..9_u32, columns).prop_map(|(row, column)| Cell::new(row, column))
}

fn sheet(name: usize) -> impl Strategy<Value = RandomSheet> {
    let visibility = match name {
        0 => Just(Visibility::Visible).boxed(),
        _ => prop::sample::select(vec![
            Visibility::Visible,
            Visibility::Hidden,
            Visibility::VeryHidden,
        ])
        .boxed(),
    };
    (
        visibility,
        prop::collection::vec((cell(0..4), value(), 0..CODES.len() as u32), 0..14),
        prop::collection::vec((cell(5..9), 0..FORMULAS.len(), any::<bool>()), 0..8),
        prop::collection::btree_set(0..40_u32, 0..4),
        prop::collection::vec((0..20_u32, 1..4_u32), 0..6),
        prop::option::of(0..20_u32),
        any::<bool>(),
    )
        .prop_map(
            move |(visibility, values, formulas, hidden, widths, merge, table)| RandomSheet {
                name,
                visibility,
                values,
                formulas,
                hidden: hidden.into_iter().collect(),
                widths,
                merge,
                table,
            },
        )
}

fn settings() -> impl Strategy<Value = BookSettings> {
    (
        any::<bool>(),
        any::<bool>(),
        prop::option::of((1..500_u32, 1..9_u32)),
    )
        .prop_map(|(date1904, manual, iteration)| BookSettings {
            date1904,
            calculation: if manual {
                Calculation::Manual
            } else {
                Calculation::Automatic
            },
            sum_mode: SumMode::Exact,
            text_units: TextUnits::Utf16,
            iteration: iteration.map(|(count, delta)| (count, f64::from(delta) / 1000.0)),
        })
}

fn load_sheet(loader: &mut Loader, id: SheetId, sheet: &RandomSheet) -> Result<()> {
    let mut values: BTreeMap<Cell, (&Value, u32)> = BTreeMap::new();
    for (cell, value, style) in &sheet.values {
        values.insert(*cell, (value, *style));
    }
    for (cell, (value, style)) in values {
        loader.style(id, cell, style);
        loader.value(id, cell, value.as_ref())?;
    }
    let mut taken: Vec<Rect> = Vec::new();
    for (cell, formula, array) in &sheet.formulas {
        let text = FORMULAS[*formula];
        let size = if *array { 2 } else { 1 };
        let rect = Rect {
            bottom: cell.row + size - 1,
            ..Rect::cell(*cell)
        };
        if taken
            .iter()
            .any(|other| other.intersection(&rect).is_some())
        {
            continue;
        }
        taken.push(rect);
        loader.style(id, *cell, *formula as u32 % CODES.len() as u32);
        let fixed = *array;
        loader.array_formula(id, Extent { rect, fixed }, text, ValueRef::Blank)?;
    }
    for row in &sheet.hidden {
        loader.hide_row(id, *row, Hidden::ByHand);
    }
    for (column, width) in &sheet.widths {
        loader.hide_columns(id, (column / 2, column / 2));
        let span = WidthSpan {
            first: *column,
            last: column + 1,
            width: f64::from(*width) / 3.0,
        };
        loader.column_width(id, span);
    }
    let merge = |row: u32| Rect {
        top: row + 30,
        bottom: row + 31,
        left: 1,
        right: 3,
    };
    let merges = sheet.merge.map(merge);
    loader.describe_sheet(id, false, merges.into_iter().collect());
    Ok(())
}

fn book(sheets: &[RandomSheet], settings: BookSettings) -> Result<Workbook> {
    let mut loader = Loader::new();
    loader.settings(settings);
    loader.styles(&CODES.map(Into::into));
    let mut ids = Vec::new();
    for sheet in sheets {
        ids.push(loader.add_sheet(SHEETS[sheet.name], sheet.visibility)?);
    }
    loader.define_name("rate", None, "0.25", false);
    loader.define_name("hidden_one", None, "Plain!$A$1:$B$2", true);
    for (id, sheet) in ids.iter().zip(sheets) {
        if sheet.name > 0 {
            let scoped = format!("'{}'!$A$1", SHEETS[sheet.name].replace('\'', "''"));
            loader.define_name("local", Some(*id), &scoped, false);
        }
        if sheet.table {
            for (column, title) in ["Item", "Price <net>"].into_iter().enumerate() {
                let cell = Cell::new(50, column as u32);
                loader.value(*id, cell, ValueRef::Text(title))?;
            }
            loader.value(*id, Cell::new(51, 1), ValueRef::Number(12.5))?;
            let text = format!("SUM(Table{}[Price <net>])", sheet.name);
            loader.formula(*id, Cell::new(51, 6), &text, ValueRef::Blank)?;
            loader.add_table(NewTable {
                name: format!("Table{}", sheet.name).as_str().into(),
                sheet: *id,
                rect: Rect {
                    top: 50,
                    bottom: 52,
                    left: 0,
                    right: 1,
                },
                header_rows: 1,
                totals_rows: 0,
                columns: vec!["Item".into(), "Price <net>".into()],
            });
        }
        load_sheet(&mut loader, *id, sheet)?;
    }
    let book = loader.finish(Default::default())?;
    book.recalculate()?;
    Ok(book)
}

/// All that a snapshot holds, as lines to compare.
fn contents(snapshot: &Snapshot) -> Vec<String> {
    let mut lines = vec![format!("{:?}", snapshot.settings())];
    for named in snapshot.names() {
        let scope = named
            .scope
            .and_then(|id| snapshot.sheets().position(|sheet| sheet.id == id));
        let text = snapshot.name_text(named);
        lines.push(format!(
            "name {} {scope:?} {text} {}",
            named.name, named.hidden
        ));
    }
    for table in snapshot.tables() {
        let rect = snapshot.table_rect(table);
        lines.push(format!(
            "table {} {rect:?} {:?}",
            table.name, table.column_names
        ));
    }
    for sheet in snapshot.sheets() {
        let hidden = snapshot.hidden_rows(sheet.id);
        lines.push(format!(
            "{} {:?} {hidden:?} {:?} {:?} {:?}",
            sheet.name,
            sheet.visibility,
            sheet.merges,
            snapshot.hidden_columns(sheet.id),
            snapshot.column_widths(sheet.id)
        ));
        let mut cells = BTreeMap::new();
        if let Some(rect) = snapshot.used(sheet.id) {
            snapshot.visit(&Area::new(sheet.id, rect), |cell, value| {
                cells.insert(cell, format!("{:?}", value.to_value()));
                ControlFlow::Continue(())
            });
        }
        for (cell, value) in cells {
            lines.push(format!("{cell:?} {value}"));
        }
        for cell in snapshot.styled_cells(sheet.id) {
            let format = &snapshot.number_formats()[snapshot.style_number(sheet.id, cell) as usize];
            lines.push(format!("{cell:?} is shown as {format}"));
        }
        let mut formulas = BTreeMap::new();
        snapshot.visit_templates(sheet.id, |cell, _| {
            formulas.insert(cell, snapshot.entered_formula(sheet.id, cell));
        });
        for (cell, formula) in formulas.into_iter() {
            lines.push(format!("{cell:?} {formula:?}"));
        }
    }
    lines
}

fn check(sheets: &[RandomSheet], settings: BookSettings) -> std::result::Result<(), TestCaseError> {
    let book = book(sheets, settings).expect("the workbook can be made");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("new.xlsx");
    save(&book, &path).expect("it saves");
    let reopened = open(&path).expect("it opens");
    let expected = contents(&book.snapshot());
    prop_assert_eq!(&expected, &contents(&reopened.snapshot()));
    reopened.recalculate().expect("it recalculates");
    prop_assert_eq!(&expected, &contents(&reopened.snapshot()), "recalculated");
    // Saved once more, now into the file that it came from.
    let again = folder.path().join("again.xlsx");
    save(&reopened, &again).expect("it saves again");
    let third = open(&again).expect("it opens again");
    prop_assert_eq!(&expected, &contents(&third.snapshot()), "saved twice");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn a_random_workbook_saved_new_comes_back_whole(
        first in sheet(0),
        more in (1..SHEETS.len()).prop_flat_map(|name| prop::option::of(sheet(name))),
        settings in settings(),
    ) {
        let sheets: Vec<RandomSheet> = std::iter::once(first).chain(more).collect();
        check(&sheets, settings)?;
    }
}
