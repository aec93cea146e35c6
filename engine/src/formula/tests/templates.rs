//! Templates, the fill reader and rewriting.

use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;

use super::super::*;
use crate::reference::{Anchor, Axis, Cell, Edit, GridLimits, IdentityAxis, SheetId};

/// Two sheets, the second of which has lost its first ten rows.
struct TwoSheets {
    axis: IdentityAxis,
    columns: IdentityAxis,
    moved: Shifted,
}

/// An axis whose first positions were deleted.
struct Shifted {
    by: u32,
    len: u32,
}

impl Axis for Shifted {
    fn len(&self) -> u32 {
        self.len
    }

    fn anchor(&self, position: u32) -> Anchor {
        Anchor(position + self.by)
    }

    fn position(&self, anchor: Anchor) -> Option<u32> {
        let position = anchor.0.checked_sub(self.by)?;
        (position < self.len).then_some(position)
    }
}

const HERE: SheetId = SheetId(1);

impl TwoSheets {
    fn new() -> TwoSheets {
        let grid = GridLimits::default();
        TwoSheets {
            axis: IdentityAxis { len: grid.rows },
            columns: IdentityAxis { len: grid.columns },
            moved: Shifted {
                by: 10,
                len: grid.rows,
            },
        }
    }
}

impl Book for TwoSheets {
    fn sheet(&self, name: &str) -> Option<SheetId> {
        match name.to_lowercase().as_str() {
            "one" => Some(HERE),
            "two" => Some(SheetId(2)),
            _ => None,
        }
    }

    fn sheet_name(&self, sheet: SheetId) -> Option<Arc<str>> {
        match sheet.0 {
            1 => Some("One".into()),
            2 => Some("Two".into()),
            _ => None,
        }
    }

    fn rows(&self, sheet: SheetId) -> &dyn Axis {
        if sheet == HERE {
            &self.axis
        } else {
            &self.moved
        }
    }

    fn columns(&self, _: SheetId) -> &dyn Axis {
        &self.columns
    }
}

fn template(text: &str, at: Cell) -> Template {
    let ast = parse(text, &ParseOptions::default()).unwrap();
    Template::from_ast(&ast, at, HERE, Mode::Dynamic, &TwoSheets::new())
}

#[track_caller]
fn fills(text: &str, from: Cell, to: Cell, expected: &str) {
    let template = template(text, from);
    assert_eq!(
        print(&template.to_ast(to, HERE, &TwoSheets::new())),
        expected
    );
}

#[test]
fn a_template_reads_as_excel_would_fill_it() {
    let (a5, b7) = (Cell::new(4, 0), Cell::new(6, 1));
    fills("A4+$A4+A$4+$A$4", a5, b7, "B6+$A6+B$4+$A$4");
    fills("SUM(B$1:B5)", a5, b7, "SUM(C$1:C7)");
    fills("SUM(B$5:B4)", a5, b7, "SUM(C$5:C6)");
    fills("A1+A2", a5, Cell::new(1, 0), "#REF!+#REF!");
    fills("SUM(A4:A6)", Cell::new(6, 0), Cell::new(3, 0), "SUM(A1:A3)");
    fills("Two!A4+two!$A$4", a5, b7, "Two!B6+Two!$A$4");
    fills(
        "One:Two!A4+Gone!$A4+[1]S!A$4",
        a5,
        b7,
        "One:Two!B6+Gone!$A6+[1]S!B$4",
    );
    fills(
        "SUM($A5:$A$1048576)+$A:B+4:$5",
        a5,
        b7,
        "SUM($A7:$A$1048576)+$A:C+$5:6",
    );
    fills("SUM(A1:A1048576)", a5, b7, "SUM(#REF!)");
}

#[test]
fn coordinates_with_dollars_are_anchors_of_the_sheet_referred_to() {
    let of = |text: &str| {
        let template = template(text, Cell::new(4, 0));
        let mut references = template.ast.references();
        references.next().unwrap().shape
    };
    let rows = |text: &str| match of(text) {
        ast::Shape::Cell { row, .. } => (row, row),
        ast::Shape::Range { rows, .. } => rows,
        other => panic!("{other:?}"),
    };
    assert_eq!(rows("$A$4").0, TemplateAxis::Absolute(Anchor(3)));
    assert_eq!(rows("Two!$A$4").0, TemplateAxis::Absolute(Anchor(13)));
    assert_eq!(rows("One:Two!$A$4").0, TemplateAxis::Fixed(3));
    assert_eq!(rows("$A$4:$A$1048576").1, TemplateAxis::Last);
    assert_ne!(rows("$A$1048576").0, TemplateAxis::Last);
}

#[test]
fn equal_templates_are_one_and_dead_ones_are_swept() {
    let mut table = TemplateTable::new();
    let first = table.intern(template("A4*2.5&\"x\"", Cell::new(4, 0)));
    let second = table.intern(template("b9 * 2.50 & \"x\"", Cell::new(9, 1)));
    assert!(Arc::ptr_eq(&first, &second));
    let other = table.intern(template("A4*2.5&\"y\"", Cell::new(4, 0)));
    assert!(!Arc::ptr_eq(&first, &other));
    for number in 0..1_000 {
        table.intern(template(&format!("A4*{number}"), Cell::new(4, 0)));
    }
    assert!(table.len() < 200, "{} entries", table.len());
    assert!(
        table
            .find(&first)
            .is_some_and(|found| Arc::ptr_eq(&found, &first))
    );
}

#[test]
fn the_fill_reader_knows_what_was_only_moved() {
    let check = |direction, first: &str, next: &str, to: Cell, expected: bool| {
        let from = Cell::new(1, 1);
        let mut reader = FillReader::new(direction);
        let (_, marks) = reader.parse(first, &ParseOptions::default()).unwrap();
        reader.remember(first, from, marks, Arc::new(template(first, from)));
        assert_eq!(
            reader.same(next, to).is_some(),
            expected,
            "{first} and {next}"
        );
    };
    let down = |first: &str, next: &str, expected: bool| {
        check(Direction::Down, first, next, Cell::new(10, 1), expected);
    };
    down("A2*B$1+C2", "A11*B$1+C11", true);
    down("A2*B$1+C2", "A11*B$1+C12", false);
    down("A2*B$1+C2", "A11*B$2+C11", false);
    down("LOG10(A2)", "LOG10(A11)", true);
    down("LOG10(A2)", "LOG19(A11)", false);
    down("\"A2\"&A2", "\"A2\"&A11", true);
    down("\"A2\"&A2", "\"A11\"&A11", false);
    down("'A2'!A2", "'A2'!A11", true);
    down("'A2'!A2", "'A11'!A11", false);
    down("SUM(A$1:A2)+T2[c2]", "SUM(A$1:A11)+T2[c2]", true);
    down("SUM(A2:A$9)", "SUM(A11:A$9)", false);
    down("SUM(2:3)+2", "SUM(11:12)+2", true);
    down("A1048570", "A1048579", false);
    down("tax2020+x_2", "tax2020+x_2", false);
    down("rate+x_2", "rate+x_2", true);
    down("A1:B2:C$3", "A10:B11:C$3", false);
    let right = |first: &str, next: &str, expected: bool| {
        check(Direction::Right, first, next, Cell::new(1, 3), expected);
    };
    right("A2*$B1+z2", "C2*$B1+AB2", true);
    right("A2*$B1+z2", "C2*$C1+AB2", false);
    right("SUM(A:B)", "SUM(C:D)", true);
    right("SUM(A2)", "SUO(C2)", false);
    right("XFC1", "XFE1", false);
}

#[test]
fn sheets_are_renamed_and_deleted_in_formulas() {
    let read = |text: &str| parse(text, &ParseOptions::default()).unwrap();
    let renamed = |text: &str| rename_sheet(&read(text), "a", "New one").map(|ast| print(&ast));
    assert_eq!(
        renamed("A!X1+a!rate+B!X1").as_deref(),
        Some("'New one'!X1+'New one'!rate+B!X1")
    );
    assert_eq!(
        renamed("SUM(A:C!X1)").as_deref(),
        Some("SUM('New one:C'!X1)")
    );
    assert_eq!(renamed("B!X1+[1]A!X1"), None);
    let tabs = ["A", "B", "C"];
    let deleted =
        |text: &str, sheet: &str| delete_sheet(&read(text), sheet, &tabs).map(|ast| print(&ast));
    assert_eq!(deleted("A!X1+A!rate", "A").as_deref(), Some("#REF!+#REF!"));
    assert_eq!(
        deleted("SUM(A:C!X1)", "A").as_deref(),
        Some("SUM('B:C'!X1)")
    );
    assert_eq!(
        deleted("SUM(C:A!X1)", "A").as_deref(),
        Some("SUM('C:B'!X1)")
    );
    assert_eq!(deleted("SUM(A:C!X1)", "B"), None);
    assert_eq!(deleted("SUM(A:A!X1)", "A").as_deref(), Some("SUM(#REF!)"));
}

#[test]
fn rows_and_columns_move_references() {
    let shifted = |text: &str, edit: Edit| {
        let shift = Shift {
            edit,
            sheet: "S",
            grid: GridLimits::default(),
        };
        let ast = parse(text, &ParseOptions::default()).unwrap();
        shift
            .apply(&ast, true)
            .map_or_else(|| text.to_owned(), |ast| print(&ast))
    };
    let insert = Edit::InsertRows { at: 2, count: 3 };
    assert_eq!(
        shifted("A2+A3+$A$3+S!A3+B!A3", insert),
        "A2+A6+$A$6+S!A6+B!A3"
    );
    assert_eq!(shifted("A1:A2+A1:A3+A3:A4", insert), "A1:A2+A1:A6+A6:A7");
    assert_eq!(shifted("A:B+2:3", insert), "A:B+2:6");
    assert_eq!(
        shifted("A1048575+A9:A1048575", insert),
        "#REF!+A12:A1048576"
    );
    let delete = Edit::DeleteRows { at: 2, count: 3 };
    assert_eq!(shifted("A2+A3+A6", delete), "A2+#REF!+A3");
    assert_eq!(
        shifted("A3:A5+A1:A4+A4:A9+1:9", delete),
        "#REF!+A1:A2+A3:A6+1:6"
    );
    assert_eq!(shifted("A9:A1048576", delete), "A6:A1048576");
    let columns = Edit::DeleteColumns { at: 0, count: 1 };
    assert_eq!(shifted("B2+A:C+A:A+1:1", columns), "A2+A:B+#REF!+1:1");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_the_fill_reader_calls_the_same_is_the_same(
        pieces in vec((prop_oneof![
            "\\$?[A-D]\\$?[1-9]", "\\$?[A-C]\\$?[0-9]{1,2}:\\$?[A-C]\\$?[0-9]{1,2}", "\\$?[1-9]:\\$?[1-9]",
            "\\$?[A-C]:\\$?[A-C]", "LOG10\\(2\\)", "\"[A-B][1-3]\"", "'[A-B][1-3]'!A[1-4]", "[a-d]_[1-9]", "[1-9]",
            "T[1-3]\\[c[1-3]\\]", "#REF!A[1-3]", "A1048[0-9]{3}", "XF[A-D][1-3]", "_xlfn\\.SINGLE\\(A[1-3]\\)",
        ], "[-+*:, &]"), 1..5),
        changes in vec((0..40_usize, "[0-9A-D$]?"), 0..3),
        by in 0..12_u32,
        direction in prop_oneof![Just(Direction::Down), Just(Direction::Right)],
    ) {
        let mut first: String = pieces.iter().map(|(operand, operator)| format!("{operand}{operator}")).collect();
        first.pop();
        let from = Cell::new(20, 20);
        let mut to = from;
        match direction {
            Direction::Down => to.row += by,
            Direction::Right => to.column += by,
        }
        let mut reader = FillReader::new(direction);
        let Ok((ast, marks)) = reader.parse(&first, &ParseOptions::default()) else { return Ok(()) };
        let book = TwoSheets::new();
        let known = Template::from_ast(&ast, from, HERE, Mode::Dynamic, &book);
        let marked = marks.is_some();
        reader.remember(&first, from, marks, Arc::new(known.clone()));
        // The text as it is filled, and that text with a few characters changed.
        let filled = print(&known.to_ast(to, HERE, &book));
        let mut next = moved_text(&first, direction, by);
        for (place, change) in changes {
            if place < next.len() && next.is_char_boundary(place) && next.is_char_boundary(place + 1) {
                next.replace_range(place..=place, &change);
            }
        }
        for text in [&next, &filled, &first] {
            if reader.same(text, to).is_some() {
                let ast = parse(text, &ParseOptions::default());
                prop_assert!(ast.is_ok(), "{} is no formula", text);
                let parsed = Template::from_ast(&ast.unwrap(), to, HERE, Mode::Dynamic, &book);
                prop_assert_eq!(&parsed, &known, "{} and {}", first, text);
            }
        }
        // The reader must say yes to what it itself printed, but for the limits that it states.
        if marked && by == 0 && print(&ast) == first && !first.contains(':') {
            prop_assert!(reader.same(&first, from).is_some(), "{}", first);
        }
    }

    #[test]
    fn a_template_reads_back_at_its_own_cell(
        a in "\\$?[A-D]\\$?[1-9]", b in "\\$?[A-D]\\$?[1-9]", row in 0..100_u32, column in 0..100_u32,
    ) {
        for text in [a.clone(), format!("{a}:{b}"), format!("Two!{a}:{b}"), format!("One:Two!{a}")] {
            let ast = parse(&text, &ParseOptions::default()).unwrap();
            let at = Cell::new(row, column);
            let book = TwoSheets::new();
            let template = Template::from_ast(&ast, at, HERE, Mode::Legacy, &book);
            prop_assert_eq!(template.to_ast(at, HERE, &book), ast);
        }
    }
}

/// The text with every number or run of capitals behind no `$` moved, references or not.
fn moved_text(text: &str, direction: Direction, by: u32) -> String {
    let mut moved = String::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let run = |test: fn(&char) -> bool| rest.chars().take_while(test).count();
        let tied = moved.ends_with('$');
        let (digits, letters) = (run(char::is_ascii_digit), run(char::is_ascii_uppercase));
        if direction == Direction::Down && digits > 0 {
            let number: u64 = rest[..digits].parse().unwrap();
            let new = if tied { number } else { number + u64::from(by) };
            moved.push_str(&new.to_string());
            rest = &rest[digits..];
        } else if direction == Direction::Right && letters > 0 {
            let number = crate::reference::a1::column_number(&rest[..letters]).unwrap_or(0);
            let new = if tied { number } else { number + by };
            moved.push_str(&crate::reference::a1::column_letters(new));
            rest = &rest[letters..];
        } else {
            moved.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    moved
}
