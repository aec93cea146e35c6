//! Blocks of cells copied, moved and sorted: as rewriting the texts of formulas cell by cell would have it, and what the
//! case files have no words for.

use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use super::random_blocks::{BlockEdit, block_edit};
use super::random_book::{Cells, Content, Edit, Style, cells, edits, make, new_book};
use super::{book_of, check, enter, one_sheet};
use crate::error::{ErrorKind, Result};
use crate::formula::ast::{A1Axis, A1Reference, Shape, Sheets};
use crate::formula::{Node, ParseOptions, parse, print};
use crate::functions::Hidden;
use crate::graph::Extent;
use crate::limits;
use crate::reference::a1::{GridLimits, parse_address, print_rect};
use crate::reference::{Axis, Cell, Rect, SheetId};
use crate::workbook::{SortKey, Transaction, Workbook};

/// A formula's text with each reference replaced.
fn rewritten(text: &str, replace: impl Fn(&A1Reference) -> A1Reference) -> String {
    let ast = parse(text, &ParseOptions::default()).unwrap();
    let changed = ast.replace_leaves(|node| match node {
        Node::Reference(reference) => Some(Node::Reference(replace(reference))),
        _ => None,
    });
    format!("={}", print(&changed.unwrap_or(ast)))
}

fn on_grid(position: i64, len: u32) -> Option<u32> {
    u32::try_from(position).ok().filter(|at| *at < len)
}

/// A reference with its coordinates moved on, smaller ends first; `#REF!` if one falls off the grid.
fn shifted(
    reference: &A1Reference,
    row: impl Fn(&A1Axis) -> i64,
    column: impl Fn(&A1Axis) -> i64,
) -> A1Reference {
    let along = |by: i64, end: &A1Axis, len: u32| {
        let position = on_grid(i64::from(end.position) + by, len)?;
        Some(A1Axis { position, ..*end })
    };
    let shape = reference.shape.try_map(
        |end| along(row(end), end, limits::ROWS),
        |end| along(column(end), end, limits::COLUMNS),
    );
    let in_order = |(a, b): (A1Axis, A1Axis)| {
        if a.position <= b.position {
            (a, b)
        } else {
            (b, a)
        }
    };
    let shape = match shape.unwrap_or(Shape::Invalid) {
        Shape::Range { rows, columns } => Shape::Range {
            rows: in_order(rows),
            columns: in_order(columns),
        },
        other => other,
    };
    A1Reference {
        sheets: reference.sheets.clone(),
        shape,
    }
}

fn distance(from: Cell, to: Cell) -> (i64, i64) {
    (
        i64::from(to.row) - i64::from(from.row),
        i64::from(to.column) - i64::from(from.column),
    )
}

/// A formula's text as it is copied by so many rows and columns.
fn copied(text: &str, (down, right): (i64, i64)) -> String {
    let relative = |end: &A1Axis, by: i64| if end.absolute { 0 } else { by };
    rewritten(text, |reference| {
        shifted(
            reference,
            |end| relative(end, down),
            |end| relative(end, right),
        )
    })
}

/// A move, for the model.
struct Moved {
    from: (SheetId, Rect),
    to: (SheetId, Rect),
    names: [String; 2],
}

impl Moved {
    fn by(&self) -> (i64, i64) {
        distance(self.from.1.top_left(), self.to.1.top_left())
    }

    fn cell(&self, cell: Cell) -> Cell {
        let (down, right) = self.by();
        Cell::new(
            (i64::from(cell.row) + down) as u32,
            (i64::from(cell.column) + right) as u32,
        )
    }

    /// What a reference of a formula on the sheet `here` is afterwards, on the sheet `home`.
    fn reference(&self, reference: &A1Reference, here: SheetId, home: SheetId) -> A1Reference {
        let sheet = match &reference.sheets {
            Sheets::Sheet(name) => {
                SheetId(self.names.iter().position(|n| **n == **name).unwrap() as u32)
            }
            _ => here,
        };
        let Some(rect) = reference.shape.rect(limits::ROWS - 1, limits::COLUMNS - 1) else {
            return reference.clone();
        };
        let qualified = |mut moved: A1Reference, target: SheetId| {
            if target != sheet || (moved.sheets == Sheets::Here && target != home) {
                moved.sheets = Sheets::Sheet(self.names[target.0 as usize].as_str().into());
            }
            moved
        };
        let ((down, right), block) = (self.by(), self.from.1);
        if sheet == self.from.0 && block.encloses(&rect) {
            let mut moved = shifted(reference, |_| down, |_| right);
            if reference.sheets == Sheets::Here && home == self.to.0 {
                return moved;
            }
            moved.sheets = match moved.sheets {
                Sheets::Here if home == self.to.0 => Sheets::Here,
                _ => return qualified(moved, self.to.0),
            };
            return moved;
        }
        let within = sheet == self.from.0 && self.from.0 == self.to.0;
        let edge = |first: u32, last: u32, low: u32, high: u32| {
            [low, high]
                .into_iter()
                .find(|at| (first..=last).contains(at))
        };
        let wide = block.left <= rect.left && rect.right <= block.right;
        let high = block.top <= rect.top && rect.bottom <= block.bottom;
        if within
            && right == 0
            && wide
            && let Some(at) = edge(block.top, block.bottom, rect.top, rect.bottom)
        {
            let row = |end: &A1Axis| if end.position == at { down } else { 0 };
            return qualified(shifted(reference, row, |_| 0), sheet);
        }
        if within
            && down == 0
            && high
            && !matches!(reference.shape, Shape::Rows(..))
            && let Some(at) = edge(block.left, block.right, rect.left, rect.right)
        {
            let column = |end: &A1Axis| if end.position == at { right } else { 0 };
            return qualified(shifted(reference, |_| 0, column), sheet);
        }
        if sheet == self.to.0 && self.to.1.encloses(&rect) {
            return A1Reference {
                sheets: reference.sheets.clone(),
                shape: Shape::Invalid,
            };
        }
        qualified(reference.clone(), sheet)
    }
}

fn formulas(cells: &Cells) -> Vec<(SheetId, Cell, String)> {
    let formulas = cells
        .iter()
        .filter_map(|((sheet, cell), (_, content))| match content {
            Content::Formula(text) | Content::Array(_, text) => Some((*sheet, *cell, text.clone())),
            _ => None,
        });
    formulas.collect()
}

/// Moves cells in a random workbook and compares the texts of all formulas with what each is to become.
fn check_move(book: &Workbook, from: (SheetId, Rect), to: (SheetId, Cell)) -> TestCaseResult {
    let place = Rect::new(
        to.1,
        Cell::new(
            to.1.row + from.1.rows() - 1,
            to.1.column + from.1.columns() - 1,
        ),
    );
    let names: Vec<String> = book
        .snapshot()
        .sheets()
        .map(|sheet| sheet.name.to_string())
        .collect();
    let moved = Moved {
        from,
        to: (to.0, place),
        names: [names[0].clone(), names[1].clone()],
    };
    let before = formulas(&cells(book));
    let edit = super::super::Operation::MoveCells {
        sheet: from.0,
        rect: from.1,
        to_sheet: to.0,
        to: to.1,
    };
    if book.edit(|tx| tx.apply(edit.clone())).is_err() || from == moved.to {
        return Ok(());
    }
    let mut expected: Vec<(SheetId, Cell, String)> = Vec::new();
    for (sheet, cell, text) in before {
        let moves = sheet == from.0 && from.1.contains(cell);
        if !moves && sheet == to.0 && place.contains(cell) {
            continue;
        }
        let (home, stands) = match moves {
            true => (to.0, moved.cell(cell)),
            false => (sheet, cell),
        };
        let text = rewritten(&text, |reference| moved.reference(reference, sheet, home));
        expected.push((home, stands, text));
    }
    expected.sort();
    prop_assert_eq!(formulas(&cells(book)), expected);
    Ok(())
}

/// A random workbook and an edit of a block of it.
fn book_and_edit() -> impl Strategy<Value = (Vec<Edit>, BlockEdit)> {
    (edits(Style::Anywhere, 14), block_edit(Style::Anywhere))
}

fn made(edits: &[Edit]) -> Workbook {
    let book = new_book();
    for edit in edits.iter().filter(|edit| keeps_tabs(edit)) {
        make(&book, edit);
    }
    book
}

/// Whether both sheets stay, in their places.
fn keeps_tabs(edit: &Edit) -> bool {
    match edit {
        Edit::Copy(_) | Edit::Move(..) | Edit::Remove(_) => false,
        Edit::GiveUp(edits) | Edit::Together(edits) => edits.iter().all(keeps_tabs),
        _ => true,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, max_shrink_iters: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn references_follow_moved_cells_as_each_formula_rewritten_would((edits, edit) in book_and_edit()) {
        if let BlockEdit::Move(from, to) = edit {
            let sheet = |number: usize| SheetId(number as u32);
            check_move(&made(&edits), (sheet(from.0), from.1), (sheet(to.0), to.1))?;
        }
    }

    #[test]
    fn copies_are_what_each_formula_rewritten_would_be((edits, edit) in book_and_edit()) {
        let BlockEdit::Copy((from, rect), (to, place)) = edit else {
            return Ok(());
        };
        let (from, to) = (SheetId(from as u32), SheetId(to as u32));
        let book = made(&edits);
        let before = cells(&book);
        let edit = super::super::Operation::CopyCells { sheet: from, rect, to_sheet: to, to: place };
        if book.edit(|tx| tx.apply(edit.clone())).is_err() {
            return Ok(());
        }
        let after = cells(&book);
        for row in place.top..=place.bottom.min(place.top + rect.rows() - 1) {
            for column in place.left..=place.right.min(place.left + rect.columns() - 1) {
                let at = Cell::new(row, column);
                let source = Cell::new(rect.top + (row - place.top), rect.left + (column - place.left));
                let found = after.get(&(to, at));
                match before.get(&(from, source)) {
                    None => prop_assert_eq!(found, None),
                    Some((value, Content::Constant)) => prop_assert_eq!(&found.unwrap().0, value),
                    Some((_, Content::Formula(text))) => {
                        let text = copied(text, distance(source, at));
                        prop_assert_eq!(&found.unwrap().1, &Content::Formula(text));
                    }
                    Some(_) => {}
                }
            }
        }
    }
}

#[test]
fn copied_formulas_are_one_region_whatever_their_number() {
    let book = one_sheet();
    let numbers: Vec<f64> = (0..20_000).map(f64::from).collect();
    book.edit(|tx| {
        tx.set_column("A1", &numbers)?;
        tx.fill("B1:B20000", "=A1*2")
    })
    .unwrap();
    book.edit(|tx| tx.copy_range("B1:B20000", "C1:E1")).unwrap();
    assert_eq!(book.snapshot().statistics().regions, 1);
    check(&book, "C20000 E20000", "79996 319984");
}

#[test]
fn copying_beside_an_array_formula_keeps_its_extent() {
    let book = one_sheet();
    book.edit(|tx| {
        tx.set_column("A1", &[1.0, 2.0, 3.0])?;
        tx.set_array_formula("B1:B3", "=A1:A3*2")?;
        tx.copy_range("B1:B3", "D2")
    })
    .unwrap();
    let snapshot = book.snapshot();
    let sheet = snapshot.sheet("S").unwrap();
    let extent = Extent {
        rect: Rect::new(Cell::new(1, 3), Cell::new(3, 3)),
        fixed: true,
    };
    assert_eq!(snapshot.entered_array(sheet, Cell::new(1, 3)), Some(extent));
    assert_eq!(snapshot.formula("D2").unwrap().as_deref(), Some("=C2:C4*2"));
    let refused = book.edit(|tx| tx.copy_range("A1", "B2")).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Argument);
    assert_eq!(
        refused.message(),
        "cannot change a part of the array formula in B1:B3"
    );
    check(&book, "B1 B2 B3", "2 4 6");
}

#[test]
fn a_part_of_an_array_formula_is_copied_as_one_of_its_size() {
    let book = one_sheet();
    book.edit(|tx| {
        tx.set_column("A1", &[1.0, 2.0, 3.0])?;
        tx.set_column("C1", &[5.0, 6.0, 7.0, 8.0, 9.0])?;
        tx.set_array_formula("B1:B3", "=A1:A3*2")?;
        tx.copy_range("B2:B3", "D4")
    })
    .unwrap();
    assert_eq!(
        book.snapshot().formula("D4").unwrap().as_deref(),
        Some("=C3:C5*2")
    );
    check(&book, "D4 D5 D6", "14 16 ");
}

#[test]
fn array_formulas_move_whole_or_not_at_all() {
    let book = one_sheet();
    book.edit(|tx| {
        tx.set_column("A1", &[1.0, 2.0, 3.0])?;
        tx.set_array_formula("B1:B3", "=A1:A3*2")?;
        tx.set_formula("F1", "=SUM(B1:B3)")
    })
    .unwrap();
    for (from, to) in [("B2:B3", "H1"), ("A1", "B2")] {
        let refused = book.edit(|tx| tx.move_range(from, to)).unwrap_err();
        assert_eq!(
            refused.message(),
            "cannot change a part of the array formula in B1:B3"
        );
    }
    book.edit(|tx| tx.move_range("B1:B3", "B2")).unwrap();
    check(&book, "B1 B2 B3 B4 F1", " 2 4 6 12");
    assert_eq!(
        book.snapshot().formula("F1").unwrap().as_deref(),
        Some("=SUM(B2:B4)")
    );
}

#[test]
fn hidden_rows_are_not_sorted() {
    let book = one_sheet();
    enter(
        &book,
        &[
            ("A1", "a rather long text"),
            ("A2", "4"),
            ("A3", "another long text"),
            ("A4", "5"),
            ("B1", "=A1&1"),
        ],
    );
    book.edit(|tx| tx.fill("B1:B4", "=A1&1")).unwrap();
    book.edit(|tx| {
        let draft = tx.draft();
        let sheet = draft.sheets.named("S")?;
        let row = draft.grids.sheet(sheet).unwrap().rows().anchor(2);
        let hidden = &mut draft.sheets.get_mut(sheet).unwrap().hidden;
        hidden.set(row, 1, Hidden::ByFilter);
        tx.sort(
            "A1:B4",
            &[SortKey {
                column: 0,
                descending: false,
            }],
        )
    })
    .unwrap();
    check(
        &book,
        "A1 A2 A3 A4",
        "4 5 another long text a rather long text",
    );
    check(&book, "B1 B4", "41 a rather long text1");
}

/// The merged cells of the only sheet, after an edit or its refusal.
#[track_caller]
fn check_merges(
    merges: &[&str],
    edit: impl FnOnce(&mut Transaction<'_>) -> Result<()>,
    expected: std::result::Result<&str, &str>,
) {
    let book = one_sheet();
    book.edit(|tx| {
        let draft = tx.draft();
        let sheet = draft.sheets.named("S")?;
        let rects = merges
            .iter()
            .map(|text| parse_address(text, GridLimits::default()).unwrap().1);
        draft.sheets.get_mut(sheet).unwrap().merges = rects.collect();
        tx.set("A1", 1.0)
    })
    .unwrap();
    let made = book.edit(edit).map_err(|error| error.message().to_string());
    let found = made.map(|()| {
        let snapshot = book.snapshot();
        let sheet = snapshot.sheets().next().unwrap();
        let merges = sheet.merges.iter().map(|rect| print_rect(*rect));
        merges.collect::<Vec<_>>().join(" ")
    });
    assert_eq!(found, expected.map(str::to_owned).map_err(str::to_owned));
}

#[test]
fn merged_cells_are_copied_moved_and_not_torn_apart() {
    check_merges(
        &["A1:B2"],
        |tx| tx.copy_range("A1:B2", "D1:G2"),
        Ok("A1:B2 D1:E2 F1:G2"),
    );
    check_merges(
        &["A1:B2", "D1:E1"],
        |tx| tx.copy_range("A1:B2", "D1"),
        Ok("A1:B2 D1:E2"),
    );
    check_merges(&["A1:B2"], |tx| tx.move_range("A1:B2", "B2"), Ok("B2:C3"));
    let torn = "cannot change a part of the merged cells A1:B2";
    check_merges(&["A1:B2"], |tx| tx.move_range("A1", "D1"), Err(torn));
    check_merges(&["A1:B2"], |tx| tx.copy_range("D1", "B2"), Err(torn));
    check_merges(
        &["A1:B2"],
        |tx| {
            tx.sort(
                "A1:C9",
                &[SortKey {
                    column: 2,
                    descending: false,
                }],
            )
        },
        Err("cannot sort the merged cells A1:B2"),
    );
}

#[test]
fn a_large_column_is_sorted_stably() {
    let book = one_sheet();
    let numbers: Vec<f64> = (0..10_000_u32)
        .map(|n| f64::from(n * 7_919 % 100))
        .collect();
    let places: Vec<f64> = (0..10_000).map(f64::from).collect();
    book.edit(|tx| {
        tx.set_column("A1", &numbers)?;
        tx.set_column("B1", &places)
    })
    .unwrap();
    let mut expected: Vec<(f64, f64)> = numbers.into_iter().zip(places).collect();
    expected.sort_by(|a, b| b.0.total_cmp(&a.0));
    let key = SortKey {
        column: 0,
        descending: true,
    };
    book.edit(|tx| tx.sort("A:B", &[key])).unwrap();
    let rows = book.snapshot().range("A1:B10000").unwrap().rows();
    for (row, (number, place)) in rows.iter().zip(expected) {
        assert_eq!(*row, [number.into(), place.into()]);
    }
}

#[test]
fn names_of_another_sheet_follow_to_it() {
    let book = book_of(&["S", "T"]);
    enter(&book, &[("S!A1", "4"), ("S!A2", "5")]);
    book.edit(|tx| {
        tx.define_name("both", None, "=S!$A$1:$A$2")?;
        tx.set_formula("S!C1", "=SUM(both)")?;
        tx.move_range("S!A1:A2", "T!B3")
    })
    .unwrap();
    let snapshot = book.snapshot();
    let text = snapshot.name_text(snapshot.names().next().unwrap());
    assert_eq!(text, "=T!$B$3:$B$4");
    check(&book, "S!C1", "9");
}
