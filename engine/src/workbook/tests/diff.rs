//! What differs between two snapshots is told exactly: no cell too many, none too few, and the rest as it changed.

use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use super::random_book::{Cells, Content, Edit, Style, cells, edits, entered_anew, make, new_book};
use super::{book_of, enter, one_sheet};
use crate::graph::Axes;
use crate::reference::{Cell, Rect, SheetId};
use crate::value::{SumMode, Value};
use crate::workbook::{Change, Diff, Operation, Snapshot, Visibility, Workbook};

/// Where a cell stood and stands.
type Place = (Option<(SheetId, Cell)>, Option<(SheetId, Cell)>);

/// Which cells differ, and whether in values and in formulas; nothing for formulas where it may be told or not.
fn expected(then: &Workbook, now: &Workbook) -> BTreeMap<Place, (bool, Option<bool>)> {
    let (earlier, later) = (then.snapshot(), now.snapshot());
    let related = Arc::ptr_eq(&earlier.lineage, &later.lineage);
    let partner = |from: &Snapshot, to: &Snapshot, sheet: SheetId| -> Option<SheetId> {
        let own = from.sheets().find(|own| own.id == sheet)?;
        let mut others = to.sheets();
        let found = others.find(|other| match related {
            true => other.id == sheet,
            false => other.name.eq_ignore_ascii_case(&own.name),
        });
        found.map(|other| other.id)
    };
    let stands = |sheet: SheetId, cell: Cell, forth: bool| -> Option<Cell> {
        if !related {
            return Some(cell);
        }
        let moved = later.moved_since(&earlier, sheet, sheet)?;
        let (rows, columns) = (&moved.rows, &moved.columns);
        match forth {
            true => Some(Cell::new(
                rows.position(cell.row)?,
                columns.position(cell.column)?,
            )),
            false => Some(Cell::new(
                rows.former(cell.row)?,
                columns.former(cell.column)?,
            )),
        }
    };
    let (old, new) = (cells(then), cells(now));
    let mut places: Vec<Place> = Vec::new();
    for (sheet, cell) in old.keys() {
        if let Some(other) = partner(&earlier, &later, *sheet) {
            let after = stands(*sheet, *cell, true).map(|cell| (other, cell));
            places.push((Some((*sheet, *cell)), after));
        }
    }
    for (sheet, cell) in new.keys() {
        if let Some(other) = partner(&later, &earlier, *sheet) {
            let before = stands(*sheet, *cell, false).map(|cell| (other, cell));
            places.push((before, Some((*sheet, *cell))));
        }
    }
    let reshaped = related
        && earlier.sheets().any(|sheet| {
            let moved = later.moved_since(&earlier, sheet.id, sheet.id);
            moved.is_some_and(|moved| !moved.nothing())
        });
    let mut found = BTreeMap::new();
    for (before, after) in places {
        let (then, now) = ((&earlier, &old, before), (&later, &new, after));
        let differ = differ(then, now, (related, reshaped));
        if differ != (false, Some(false)) {
            found.insert((before, after), differ);
        }
    }
    found
}

type Held<'a> = (&'a Snapshot, &'a Cells, Option<(SheetId, Cell)>);

fn differ(
    then: Held<'_>,
    now: Held<'_>,
    (related, reshaped): (bool, bool),
) -> (bool, Option<bool>) {
    let (blank, none) = (Value::Blank, Content::Constant);
    let held = |(_, cells, place): Held<'_>| {
        let held = place.and_then(|place| cells.get(&place));
        let (value, content) = held.map_or((&blank, &none), |(value, content)| (value, content));
        let formula = match content {
            Content::Formula(text) | Content::Array(_, text) => Some(text.clone()),
            Content::Constant | Content::Part => None,
        };
        (
            value.clone(),
            formula,
            matches!(content, Content::Array(..)),
        )
    };
    let template = |(snapshot, _, place): Held<'_>| {
        let ((sheet, cell), revision) = (place?, &snapshot.revision);
        let region = revision.graph.region_at(sheet, cell, &**revision)?;
        Some(revision.graph.region(region)?.template.clone())
    };
    let ((old, was, old_array), (new, is, new_array)) = (held(then), held(now));
    let formulas = match (was, is) {
        (None, None) => Some(false),
        (Some(was), Some(is)) => {
            let alike = related && template(then) == template(now);
            match old_array || new_array || reshaped {
                _ if alike && !(old_array || new_array) => Some(false),
                true => None,
                false => Some(was != is),
            }
        }
        _ => Some(true),
    };
    (old != new, formulas)
}

fn check_cells(then: &Workbook, now: &Workbook) -> TestCaseResult {
    let diff = now.snapshot().diff(&then.snapshot());
    let mut expected = expected(then, now);
    for range in diff.ranges() {
        prop_assert!(range.values || range.formulas, "{range:?} is none");
        for cell in diff.cells_of(range) {
            let place = (cell.before(), cell.after());
            let formulas = expected.remove(&place);
            let texts = (cell.old_formula(), cell.new_formula());
            prop_assert!(
                formulas.is_some_and(|(values, formulas)| {
                    values == range.values && formulas.is_none_or(|differ| differ == range.formulas)
                }),
                "{place:?} is told with {range:?}, which is {formulas:?}: {texts:?}"
            );
            prop_assert_eq!(range.values, cell.old_value() != cell.new_value());
        }
    }
    expected.retain(|_, (values, formulas)| *values || *formulas == Some(true));
    prop_assert!(expected.is_empty(), "not told: {expected:?}");
    Ok(())
}

/// Makes the edits and compares what was there after each third of them, in both directions, also with forks and with
/// workbooks that hold the same and have nothing in common with them.
fn run(edits: &[Edit]) -> TestCaseResult {
    let book = new_book();
    let fork = book.snapshot().fork();
    let mut moments = vec![book.snapshot().fork()];
    for (number, edit) in edits.iter().enumerate() {
        make(&book, edit);
        if number % 2 == 0 {
            make(&fork, edit);
        }
        if number % 3 == 2 {
            moments.push(book.snapshot().fork());
        }
    }
    moments.push(book);
    moments.push(fork);
    for then in &moments {
        for now in &moments {
            check_cells(then, now)?;
        }
        let anew = entered_anew(then);
        check_cells(&anew, then)?;
        check_cells(&entered_anew(&moments[moments.len() - 1]), &anew)?;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, max_shrink_iters: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_cell_that_differs_is_told_and_no_other(edits in edits(Style::Wild, 12)) {
        run(&edits)?;
    }

    #[test]
    fn filled_and_leftward_formulas_are_told_as_well(edits in edits(Style::Leftwards, 12)) {
        run(&edits)?;
    }
}

/// The ranges, as `before>after` where these are not the same, with `v` and `f` for values and formulas.
fn ranges(diff: &Diff) -> String {
    let told = diff.ranges().iter().map(|range| {
        let before = range.before.map(|area| diff.earlier().address(&area));
        let after = range.after.map(|area| diff.later().address(&area));
        let place = match (before, after) {
            (Some(before), Some(after)) if before == after => after,
            (before, after) => {
                format!(
                    "{}>{}",
                    before.unwrap_or_default(),
                    after.unwrap_or_default()
                )
            }
        };
        let kind = |is: bool, letter| if is { letter } else { "" };
        format!(
            "{place} {}{}",
            kind(range.values, "v"),
            kind(range.formulas, "f")
        )
    });
    told.collect::<Vec<_>>().join(", ")
}

#[track_caller]
fn check(book: &Workbook, before: &Snapshot, told: &str, changes: &[Change]) {
    let diff = book.snapshot().diff(before);
    assert_eq!(ranges(&diff), told);
    assert_eq!(diff.changes(), changes);
    assert_eq!(diff.is_empty(), told.is_empty() && changes.is_empty());
    assert_eq!(diff.by_position(), []);
}

#[test]
fn edits_of_cells_are_told_in_rectangles() {
    let book = one_sheet();
    enter(
        &book,
        &[("A1", "1"), ("A2", "2"), ("B1", "=A1*2"), ("B2", "=A2*2")],
    );
    let before = book.snapshot();
    check(&book, &before, "", &[]);
    enter(&book, &[("A1", "5"), ("A2", "6")]);
    check(&book, &before, "S!A1:B2 v", &[]);
    enter(&book, &[("B2", "=A2+A2"), ("D4", "text that is long")]);
    check(&book, &before, "S!A1:A2 v, S!B1 v, S!B2 vf, S!D4 v", &[]);
    book.edit(|tx| tx.fill("F1:G1000", "=$A$1")).unwrap();
    let told = "S!A1:A2 v, S!B1 v, S!F1:G1000 vf, S!B2 vf, S!D4 v";
    check(&book, &before, told, &[]);
    while book.undo().unwrap() {
        if book.snapshot().diff(&before).is_empty() {
            return;
        }
    }
    panic!("the steps back do not lead to what was before");
}

#[test]
fn cells_that_were_moved_along_do_not_differ() {
    let book = one_sheet();
    enter(
        &book,
        &[
            ("A1", "1"),
            ("A4", "4"),
            ("B4", "=A4+A1"),
            ("C9", "=SUM(A1:A9)"),
            ("D9", "=D8"),
        ],
    );
    let sheet = SheetId(0);
    let before = book.snapshot();
    book.edit(|tx| tx.insert_rows(sheet, 2, 3)).unwrap();
    let inserted = Change::RowsInserted {
        sheet,
        at: 2,
        count: 3,
    };
    check(&book, &before, "", std::slice::from_ref(&inserted));
    enter(&book, &[("A4", "new"), ("B5", "=A4"), ("B7", "=A4+A1")]);
    // It reads as in the beginning, but what was in A4 is in A7 now.
    let told = ">S!A4 v, >S!B5 vf, S!B4>S!B7 vf";
    check(&book, &before, told, &[inserted]);
    let later = book.snapshot();
    book.edit(|tx| tx.delete_rows(sheet, 3, 3)).unwrap();
    let deleted = Change::RowsDeleted {
        sheet,
        at: 3,
        count: 3,
    };
    check(&book, &later, "S!A4> v, S!B7>S!B4 vf, S!B5> vf", &[deleted]);
    book.edit(|tx| tx.delete_columns(sheet, 0, 1)).unwrap();
    let diff = book.snapshot().diff(&before);
    assert_eq!(diff.changes().len(), 3, "{:?}", diff.changes());
    let first = diff.cells().next().unwrap();
    assert_eq!(
        (first.before(), first.after()),
        (Some((sheet, Cell::new(0, 0))), None)
    );
    assert_eq!(
        (first.old_value(), first.new_value()),
        (Value::from(1.0), Value::Blank)
    );
    let last = diff
        .cells()
        .find(|cell| cell.new_formula().is_some())
        .unwrap();
    assert_eq!(last.new_formula().as_deref(), Some("=#REF!+#REF!"));
    assert_eq!(last.old_formula().as_deref(), Some("=A4+A1"));
}

#[test]
fn sheets_names_tables_and_settings_are_told() {
    let book = book_of(&["S", "T", "U"]);
    enter(&book, &[("S!A1", "h"), ("S!A2", "1"), ("S!B1", "=T!A1")]);
    book.edit(|tx| {
        tx.define_name("rate", None, "=S!$A$2")?;
        tx.add_table("Sales", "S!A1:A2")
    })
    .unwrap();
    let before = book.snapshot();
    let (s, t) = (SheetId(0), SheetId(1));
    book.edit(|tx| tx.rename_sheet("T", "Tea")).unwrap();
    let renamed = Change::SheetRenamed {
        sheet: t,
        before: "T".into(),
        after: "Tea".into(),
    };
    check(&book, &before, "", std::slice::from_ref(&renamed));
    book.edit(|tx| tx.insert_rows(s, 0, 1)).unwrap();
    let inserted = Change::RowsInserted {
        sheet: s,
        at: 0,
        count: 1,
    };
    check(&book, &before, "", &[renamed.clone(), inserted.clone()]);
    let added = book.add_sheet("New").unwrap();
    book.edit(|tx| {
        tx.remove_sheet("U")?;
        tx.move_sheet("Tea", 0)?;
        tx.set_visibility("Tea", Visibility::Hidden)?;
        tx.define_name("rate", None, "=S!$A$9")?;
        tx.define_name("more", Some("S"), "=1")?;
        tx.remove_table("Sales")?;
        tx.apply(Operation::SetSumMode(SumMode::ExcelOrder))?;
        tx.merge("S!D5:E6")?;
        tx.hide_rows(s, 7, 2)?;
        tx.set_column_width(s, 7, 2, Some(20.0))
    })
    .unwrap();
    let name = |name: &str, scope| Change::NameChanged {
        name: name.into(),
        scope,
    };
    let changes = [
        Change::MergesChanged { sheet: s },
        Change::HiddenChanged { sheet: s },
        Change::WidthsChanged { sheet: s },
        renamed,
        Change::VisibilityChanged { sheet: t },
        Change::SheetRemoved { sheet: SheetId(2) },
        Change::SheetAdded { sheet: added },
        Change::SheetsMoved,
        inserted,
        name("more", Some(s)),
        name("rate", None),
        Change::TableChanged {
            name: "Sales".into(),
        },
        Change::SettingsChanged,
    ];
    check(&book, &before, "", &changes);
}

#[test]
fn formats_are_told_where_cells_show_them() {
    let book = one_sheet();
    enter(&book, &[("A1", "1"), ("A3", "3")]);
    let before = book.snapshot();
    book.edit(|tx| {
        tx.set_number_format("A2:B4", "0.00%")?;
        tx.insert_rows(SheetId(0), 0, 1)
    })
    .unwrap();
    let diff = book.snapshot().diff(&before);
    let address = |area| diff.later().address(area);
    assert_eq!(
        diff.formats().iter().map(address).collect::<Vec<_>>(),
        ["S!A3:B5"]
    );
    assert_eq!(ranges(&diff), "");
}

#[test]
fn the_same_number_of_a_style_is_no_sign_of_the_same_style() {
    let book = one_sheet();
    enter(&book, &[("A1", "1")]);
    let fork = book.snapshot().fork();
    for (book, code) in [(&book, "0.00%"), (&fork, "0.0")] {
        book.edit(|tx| tx.set_number_format("A1", code)).unwrap();
        book.edit(|tx| tx.set_number_format("A2", "0.000")).unwrap();
    }
    let diff = fork.snapshot().diff(&book.snapshot());
    assert_eq!(
        diff.formats()
            .iter()
            .map(|area| area.rect)
            .collect::<Vec<_>>(),
        [Rect::cell(Cell::new(0, 0))]
    );
}

#[test]
fn workbooks_with_nothing_in_common_are_compared_by_name_and_position() {
    let (left, right) = (book_of(&["T", "S"]), book_of(&["s", "Other"]));
    enter(
        &left,
        &[
            ("S!A1", "1"),
            ("S!B1", "=A1+1"),
            ("S!B2", "=A2+1"),
            ("S!C5000", "gone"),
        ],
    );
    enter(
        &right,
        &[("s!A1", "1"), ("s!B1", "=A1+1"), ("s!B2", "=A3+1")],
    );
    left.edit(|tx| tx.insert_rows(SheetId(1), 0, 1)).unwrap();
    left.edit(|tx| tx.delete_rows(SheetId(1), 0, 1)).unwrap();
    let diff = right.snapshot().diff(&left.snapshot());
    assert_eq!(ranges(&diff), "S!B2>s!B2 f, S!C5000>s!C5000 v");
    assert_eq!(diff.by_position(), [SheetId(0)]);
    let changes = [
        Change::SheetRemoved { sheet: SheetId(0) },
        Change::SheetRenamed {
            sheet: SheetId(0),
            before: "S".into(),
            after: "s".into(),
        },
        Change::SheetAdded { sheet: SheetId(1) },
    ];
    assert_eq!(diff.changes(), changes);
    assert_eq!(
        diff.later()
            .revision
            .axes(SheetId(0))
            .map(|axes| axes.0.piece_count()),
        Some(1)
    );
}
