//! What is computed a thousand rows at a time is what the scalar evaluator gives for each row.

use proptest::prelude::*;

use super::book_of;
use crate::functions::{self, Coercion, Kernel};
use crate::plan::Outcome;
use crate::reference::a1::print_cell;
use crate::reference::{Cell, Rect, SheetId};
use crate::value::{CellError, Value};
use crate::workbook::Workbook;

/// Rows enough for a whole tile and a part of another.
const ROWS: u32 = 1_060;

/// Column A has numbers alone, B numbers and blanks, C values of all types, D small whole numbers.
fn book() -> Workbook {
    let book = book_of(&["S", "T"]);
    let mixed = |row: u32| match row % 11 {
        0 => Value::Blank,
        1 => Value::Boolean(row.is_multiple_of(2)),
        2 => Value::Error(CellError::Na),
        3 => "12".into(),
        4 => "a longer text, and 7".into(),
        5 => Value::Number(0.0),
        6 => "".into(),
        7 => "1/2/2003".into(),
        8 => Value::Error(CellError::Div0),
        _ => Value::Number(f64::from(row) - 500.25),
    };
    let rows: Vec<Vec<Value>> = (0..ROWS)
        .map(|row| {
            let number = f64::from(row) * 0.1 - 30.0;
            let thin = if row % 7 == 3 {
                Value::Blank
            } else {
                Value::Number(f64::from(row % 97) * 1e-3)
            };
            vec![number.into(), thin, mixed(row), f64::from(row % 9).into()]
        })
        .collect();
    book.edit(|tx| {
        tx.set_rows("S!A1", &rows)?;
        tx.set_rows("T!A1", &rows)?;
        // The rows of the tiles are not those of the grid any more.
        let sheet = tx.sheet("S")?;
        tx.insert_rows(sheet, 700, 3)
    })
    .unwrap();
    book
}

/// Rows with everything in them that column C has, and those at the seams: of the insertion, of tiles, the end.
fn looked_at() -> impl Iterator<Item = u32> {
    (0..22)
        .chain(696..708)
        .chain(1_018..1_032)
        .chain(ROWS..ROWS + 3)
}

/// Fills a formula over the rows and compares them with what the scalar evaluator gives.
#[track_caller]
fn check(book: &Workbook, formula: &str) {
    let (sheet, column) = (SheetId(0), 6);
    let rect = Rect::new(Cell::new(0, column), Cell::new(ROWS + 2, column));
    if book.edit(|tx| tx.fill_at(sheet, rect, formula)).is_err() {
        return;
    }
    let snapshot = book.snapshot();
    for row in looked_at() {
        let cell = Cell::new(row, column);
        let text = snapshot.formula_at(sheet, cell).unwrap();
        let expected = match snapshot.evaluate_at(&text, sheet, cell).unwrap() {
            Outcome::Value(value) => value,
            // Arrays one below the other cannot spill.
            Outcome::Array(_) => continue,
        };
        let shown = snapshot.value_at(sheet, cell);
        assert_eq!(shown, expected, "{text} in {}", print_cell(cell));
    }
}

#[test]
fn operators() {
    let book = book();
    for formula in [
        "=A1*B1+1",
        "=A1-B1",
        "=A1+B1-A1-B1",
        "=C1+A1",
        "=C1/D1",
        "=A1/D1",
        "=D1^B1",
        "=-C1",
        "=C1%",
        "=A1*1E300*1E300",
        "=B1*1E-320",
        "=C1&\" and \"&A1",
        "=C1&D1",
        "=A1=B1",
        "=C1<>A1",
        "=C1>=C2",
        "=A1*10<A1*10.0000000000000001",
        "=(A1+0.1)-0.1=A1",
        "=A2-A1",
        "=$A$1*B1",
        "=A$3+$B1",
        "=A1:A3*2",
        "=T!A1+T!C2",
        "=@A:A+1",
        "=D1",
        "=C1",
        "=\"text\"",
        "=A1048576",
        "=A1&REPT(\"x\",32767)",
    ] {
        check(&book, formula);
    }
}

#[test]
fn choices() {
    let book = book();
    for formula in [
        "=IF(A1>0.5,A1*2,A1-1)",
        "=IF(C1,A1,\"a longer text than five\")",
        "=IF(D1,1/D1,0)",
        "=IF(D1=0,0,A1/D1)",
        "=IF(C1,C1)",
        "=IF(D1>3,C1,B1)",
        "=IF(D1>3,,B1)",
        "=IF(TRUE,C1,1/0)",
        "=IF(D1>3,IF(D1>5,\"high\",\"middle\"),IF(B1=0,C1,A1))",
        "=IFERROR(C1+1,\"none at all\")",
        "=IFERROR(A1/D1,0)",
        "=IFERROR(A1/D1,C1)",
        "=IFNA(C1,A1)",
        "=AND(A1>0,D1<5)",
        "=AND(C1,D1)",
        "=OR(C1,A1>0)",
        "=XOR(D1>3,B1>0.05)",
        "=NOT(C1)",
        "=IF(AND(D1>2,ISNUMBER(C1)),C1*2,\"no\")",
        "=IFS(D1>5,A1,D1>3,C1,TRUE,B1)",
        "=SWITCH(D1,1,A1,2,C1,B1)",
        "=CHOOSE(D1+1,A1,B1,C1)",
        "=LET(x,A1*2,y,x+B1,IF(y>0,x,y))",
        "=LET(x,C1,x&x)",
        "=IF(LET(v,A1,v+v),A1,B1)",
        "=IF(D1>3,LET(v,A1,IF(v>0,v,LET(w,v*2,w+v))),LET(v,C1,v&v))",
        "=LET(v,D1,IF(v>3,v,A1))+LET(w,B1,w*2)",
        "=SUM(A1:D1)",
        "=IF(D1>4,SUM(A1:B2),MAX(C1,D1))",
        "=VLOOKUP(D1,$D$1:$D$20,1,FALSE)",
        "=IFERROR(MATCH(C1,C$1:C$9,0),-1)",
        "=ROW()+A1",
    ] {
        check(&book, formula);
    }
}

/// Every function that lifts, with numbers, with blanks and with anything as its arguments.
#[test]
fn functions_that_lift() {
    let book = book();
    let lifting = functions::all()
        .filter(|function| matches!(function.kernel, Kernel::Map(_)) && !function.flags.volatile);
    for function in lifting {
        let (least, most) = function.arity();
        for count in least..=most.min(least + 2) {
            for columns in [["D1", "D2", "D3", "D1"], ["C1", "A1", "C2", "B1"]] {
                let arguments = (0..count).map(|at| {
                    let wants_text = function
                        .parameter(at)
                        .is_some_and(|parameter| parameter.coercion == Coercion::Text);
                    if wants_text { "C1" } else { columns[at % 4] }
                });
                let arguments: Vec<&str> = arguments.collect();
                check(
                    &book,
                    &format!("={}({})", function.name, arguments.join(",")),
                );
            }
        }
    }
}

/// Every function that looks single values up in ranges which are the same in every row, or counts them there.
#[test]
fn functions_that_read_fixed_ranges() {
    let book = book();
    let reads = |function: &functions::Function| {
        let parameters = function.parameters.iter().chain(function.repeat);
        let lifts = |parameter: &functions::Parameter| parameter.coercion.lifts();
        matches!(function.kernel, Kernel::Map(_))
            && parameters.clone().any(lifts)
            && !parameters.into_iter().all(lifts)
    };
    let mut seen = 0;
    for function in functions::all().filter(|function| reads(function)) {
        let (least, most) = function.arity();
        for count in least..=most.min(least + 1) {
            for (cell, range, form) in [
                ("C1", "$C$2:$D$24", "=@"),
                ("D1", "T!$A:$D", "=IF(D1>6,IFERROR(@,A1),C1)"),
            ] {
                let arguments = (0..count).map(|at| match function.parameter(at) {
                    Some(parameter) if !parameter.coercion.lifts() => range,
                    Some(parameter) if parameter.coercion == Coercion::Number => "1",
                    _ => cell,
                });
                let arguments: Vec<&str> = arguments.collect();
                let call = format!("{}({})", function.name, arguments.join(","));
                check(&book, &form.replace('@', &call));
            }
        }
        seen += 1;
    }
    assert!(seen > 10, "{seen} functions read ranges");
    for formula in [
        "=VLOOKUP(A1,$A$1:$D$900,D1,FALSE)",
        "=VLOOKUP(A1+0.05,$A$1:$D$900,4)",
        "=LET(v,VLOOKUP(D1,$D$1:$D$20,1,FALSE),v&v)",
        "=COUNTIF($C:$C,C1)+SUMIF(T!$D$1:$D$50,D1,T!$A$1:$A$50)",
        "=MATCH(\"*7*\",$C$1:$C$20,0)+A1",
        "=MATCH(C1,A1:A9,0)",
        "=INDEX($A$1:$A$20,MATCH(D1,$D$1:$D$20,0))",
    ] {
        check(&book, formula);
    }
}

fn expression() -> impl Strategy<Value = String> {
    let leaf = proptest::sample::select(vec![
        "A1", "B1", "C1", "D1", "A2", "$A$5", "C$2", "T!C1", "2", "0.5", "\"x\"", "TRUE",
    ]);
    leaf.prop_map(str::to_owned)
        .prop_recursive(4, 20, 3, |inner| {
            let forms = proptest::sample::select(vec![
                "@1+@2",
                "@1-@2",
                "@1*@2",
                "@1/@2",
                "@1&@2",
                "@1=@2",
                "@1<@2",
                "@1>=@2",
                "-@1",
                "@1%",
                "IF(@1,@2,@3)",
                "IF(@1,@2)",
                "IFERROR(@1,@2)",
                "AND(@1,@2)",
                "OR(@1,@2,@3)",
                "ROUND(@1,2)",
                "LEN(@1)",
                "LEFT(@1,2)",
                "ABS(@1)",
                "MAX(@1,@2)",
                "ISNUMBER(@1)",
                "LET(v,@1,v+v)",
                "TEXT(@1,\"0.00\")",
            ]);
            (forms, inner.clone(), inner.clone(), inner).prop_map(|(form, a, b, c)| {
                let form = form.replace("@1", &format!("({a})"));
                form.replace("@2", &format!("({b})"))
                    .replace("@3", &format!("({c})"))
            })
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_formula(formula in expression()) {
        check(&book(), &format!("={formula}"));
    }
}

/// Chains: values typed over some rows, texts and errors on the way, a start in the middle.
#[test]
fn chains() {
    for formula in [
        "=G1+A2-B2",
        "=G1*1.0001+A2",
        "=100-G1/2",
        "=2/(G1+C2)",
        "=A2-G1",
        "=G1+C2",
        "=G1+A2*IF(D2>4,1,-1)",
        "=G1-G1+A2",
        "=(A2+G1)/(D2+1)*0.5-B2",
    ] {
        let book = book();
        let sheet = SheetId(0);
        let rect = Rect::new(Cell::new(1, 6), Cell::new(ROWS, 6));
        book.edit(|tx| {
            tx.set("S!G1", 10.0)?;
            tx.fill_at(sheet, rect, formula)?;
            tx.set("S!G40", "text")?;
            tx.set("S!G41", 0.125)?;
            tx.set("S!G500", 1.5)
        })
        .unwrap();
        let verify = |book: &Workbook| {
            let snapshot = book.snapshot();
            for row in 0..=ROWS {
                let cell = Cell::new(row, 6);
                let Some(text) = snapshot.formula_at(sheet, cell) else {
                    continue;
                };
                let expected = match snapshot.evaluate_at(&text, sheet, cell).unwrap() {
                    Outcome::Value(value) => value,
                    Outcome::Array(array) => array.get(0, 0).clone(),
                };
                let shown = snapshot.value_at(sheet, cell);
                assert_eq!(shown, expected, "{formula}: {text} in {}", print_cell(cell));
            }
        };
        verify(&book);
        book.edit(|tx| {
            tx.set("S!A600", 7.0)?;
            tx.set("S!B30", "not a number")
        })
        .unwrap();
        verify(&book);
        book.edit(|tx| tx.clear("S!B30")).unwrap();
        verify(&book);
    }
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    let dump = |threads: usize| {
        let book = book();
        book.set_threads(threads);
        book.edit(|tx| {
            tx.fill("S!G1:G1060", "=A1*B1+1")?;
            tx.fill("S!H1:H1060", "=IFERROR(G1/D1,C1)")?;
            tx.fill("S!I1:K1060", "=ROUND(G1+A1,2)&H1")?;
            tx.fill("S!L2:L1060", "=N(L1)+A2")?;
            tx.fill("S!M1:M1060", "=RAND()*SUM($A$1:A1)")
        })
        .unwrap();
        let snapshot = book.snapshot();
        let cells = (0..ROWS).flat_map(|row| (6..13).map(move |column| Cell::new(row, column)));
        let values = cells.map(|cell| format!("{:?}", snapshot.value_at(SheetId(0), cell)));
        values.collect::<Vec<_>>()
    };
    let one = dump(1);
    assert_eq!(one, dump(2));
    assert_eq!(one, dump(7));
}
