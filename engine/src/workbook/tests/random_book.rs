//! Random small workbooks: formulas and edits as data, and what a workbook holds as plain data to compare.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::revision::Revision;
use super::book_of;
use super::random_blocks::{self, BlockEdit};
use super::random_sheets::{apply_to_sheet, sheet_edit, tabs};
use crate::error::{Error, ErrorKind, Result};
use crate::graph::Owner;
use crate::reference::a1::{print_cell, print_rect};
use crate::reference::{Anchor, Area, Axis, Cell, Rect, SheetId};
use crate::value::{CellError, Value};
use crate::workbook::{Effort, Transaction, Workbook};

/// Rows and columns that edits and references stay in, but for what insertions push out.
pub(super) const ROWS: u32 = 12;
pub(super) const COLUMNS: u32 = 6;

/// An edit of a random workbook.
#[derive(Debug, Clone)]
pub(super) enum Edit {
    Set(usize, Cell, Value),
    Formula(usize, Cell, String),
    Fill(usize, Rect, String),
    Array(usize, Rect, String),
    Clear(usize, Rect),
    Insert(usize, u32, u32),
    Block(BlockEdit),
    InsertColumns(usize, u32, u32),
    DeleteRows(usize, u32, u32),
    DeleteColumns(usize, u32, u32),
    Name(usize, String),
    RemoveName(usize),
    Rename(usize),
    /// A copy of a sheet, at the end.
    Copy(usize),
    /// A tab goes to another place.
    Move(usize, usize),
    Remove(usize),
    /// Rows are hidden or shown.
    Hide(usize, u32, u32, bool),
    /// The rows of a column below its first are filtered; without a least value the filter is taken away.
    Filter(usize, u32, Option<i32>),
    Merge(usize, Rect, bool),
    Undo,
    Redo,
    /// The edits are made, read, and given up.
    GiveUp(Vec<Edit>),
    /// The edits are one transaction.
    Together(Vec<Edit>),
}

/// Which formulas a random workbook has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Style {
    /// References go to columns further left alone, so that there is no circle.
    Leftwards,
    /// References go anywhere.
    Anywhere,
    /// As leftwards; column E has arrays that spill downwards, and only column F reads them.
    Spilling,
    /// References go anywhere, through OFFSET and INDIRECT too, and arrays spill in all directions.
    Wild,
}

impl Style {
    /// Whether a formula may read any column.
    pub(super) fn is_free(self) -> bool {
        matches!(self, Style::Anywhere | Style::Wild)
    }

    fn has_arrays(self) -> bool {
        matches!(self, Style::Spilling | Style::Wild)
    }
}

/// The names of the two sheets, each of which may be renamed to the other spelling and back.
const SHEETS: [[&str; 2]; 2] = [["S", "Sales"], ["T", "Tea time"]];

pub(super) fn new_book() -> Workbook {
    // A fork has nothing to take back.
    book_of(&["S", "T"]).snapshot().fork()
}

fn sheet_name(sheet: usize) -> impl Strategy<Value = String> {
    prop_oneof![3 => Just(String::new()), 1 => Just(format!("{}!", ["S", "T"][sheet]))]
}

/// A cell's address within `columns`, with or without dollar signs.
fn address(columns: u32) -> impl Strategy<Value = String> {
    (0..ROWS, 0..columns.max(1), any::<bool>(), any::<bool>()).prop_map(
        |(row, column, fixed_row, fixed_column)| {
            let dollar = |fixed: bool| if fixed { "$" } else { "" };
            let letter = char::from(b'A' + column as u8);
            format!(
                "{}{letter}{}{}",
                dollar(fixed_column),
                dollar(fixed_row),
                row + 1
            )
        },
    )
}

fn range(columns: u32) -> impl Strategy<Value = String> {
    let whole = (0..columns.max(1)).prop_map(|column| {
        let letter = char::from(b'A' + column as u8);
        format!("{letter}:{letter}")
    });
    prop_oneof![
        4 => (address(columns), address(columns)).prop_map(|(a, b)| format!("{a}:{b}")),
        1 => whole,
    ]
}

/// A formula that reads columns below `columns`. Leftwards formulas name no sheet but that of the columns' own, as a
/// circle may go through another.
fn expression(columns: u32, style: Style) -> BoxedStrategy<String> {
    let other = if style.is_free() {
        sheet_name(1).boxed()
    } else {
        Just(String::new()).boxed()
    };
    let cell = (other.clone(), address(columns))
        .prop_map(|(sheet, cell)| format!("{sheet}{cell}"))
        .boxed();
    let area = (other, range(columns))
        .prop_map(|(sheet, range)| format!("{sheet}{range}"))
        .boxed();
    let number = (-3..9_i32).prop_map(|x| x.to_string());
    let leaf = prop_oneof![
        6 => cell.clone(),
        2 => number,
        1 => Just("\"b\"".to_owned()),
        1 => Just("ROW()".to_owned()),
        1 => (0..2_usize).prop_map(|name| format!("name_{name}")),
    ];
    // A circle through OFFSET or INDIRECT is found only if it does not settle: they read column A, where no formula is.
    let address = match style {
        Style::Leftwards | Style::Spilling | Style::Wild => address(columns).boxed(),
        Style::Anywhere => (0..ROWS).prop_map(|row| format!("$A{}", row + 1)).boxed(),
    };
    leaf.prop_recursive(2, 8, 3, move |inner| {
        let pair = (inner.clone(), inner.clone());
        let any = inner.clone();
        prop_oneof![
            4 => (pair.clone(), prop::sample::select(vec!["+", "-", "*", "/", "&", "=", "<"]))
                .prop_map(|((a, b), operator)| format!("({a}{operator}{b})")),
            3 => (area.clone(), any.clone()).prop_map(|(range, x)| format!("SUM({range},{x})")),
            2 => (any.clone(), pair.clone()).prop_map(|(test, (a, b))| format!("IF({test},{a},{b})")),
            1 => cell.clone().prop_map(|cell| format!("ROW({cell})")),
            1 => (address.clone(), 0..3_u32, any.clone())
                .prop_map(|(cell, by, x)| format!("(OFFSET({cell},{by},0)+{x})")),
            1 => address.clone().prop_map(|cell| format!("INDIRECT(\"{}\")", cell.replace('$', ""))),
            1 => (any.clone(), area.clone()).prop_map(|(x, range)| format!("COUNTIF({range},{x})")),
            1 => (any.clone(), area.clone()).prop_map(|(x, range)| format!("SUMIF({range},\">1\",{range})+{x}")),
            1 => (any.clone(), area.clone()).prop_map(|(x, range)| format!("IFERROR(VLOOKUP({x},{range},1,FALSE),-1)")),
            1 => (area.clone(), 1..4_u32).prop_map(|(range, row)| format!("INDEX({range},{row},1)")),
            1 => area.clone().prop_map(|range| format!("COUNTBLANK({range})")),
            2 => (area.clone(), prop::sample::select(vec!["SUBTOTAL(9,", "SUBTOTAL(103,", "SUBTOTAL(109,", "AGGREGATE(9,7,"]))
                .prop_map(|(range, call)| format!("{call}{range})")),
            1 => Just("SHEETS()".to_owned()),
            1 => any.prop_map(|x| format!("IFERROR({x},7)")),
            2 => (0..ROWS).prop_map(move |row| match style.has_arrays() && columns > SPILLS {
                true => format!("SUM(E{}#)", row + 1),
                false => format!("MAX($A{},2)", row + 1),
            }),
        ]
    })
    .prop_map(|text| format!("={text}"))
    .boxed()
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        8 => (-4..10_i32).prop_map(|x| Value::Number(f64::from(x))),
        1 => Just(Value::Blank),
        1 => Just(Value::text("b")),
        1 => any::<bool>().prop_map(Value::Boolean),
        1 => Just(Value::Error(CellError::Div0)),
    ]
}

pub(super) fn cell(from: u32) -> impl Strategy<Value = Cell> {
    (0..ROWS, from..COLUMNS).prop_map(|(row, column)| Cell::new(row, column))
}

pub(super) fn rect() -> impl Strategy<Value = Rect> {
    (cell(0), 0..6_u32, 0..3_u32).prop_map(|(at, down, right)| {
        Rect::new(
            at,
            Cell::new(
                (at.row + down).min(ROWS - 1),
                (at.column + right).min(COLUMNS - 1),
            ),
        )
    })
}

/// An edit of formulas or values on one sheet. Leftwards formulas stand to the right of all they read.
fn cell_edit(style: Style) -> BoxedStrategy<Edit> {
    let sheet = || 0..2_usize;
    let formula = (1..COLUMNS)
        .prop_flat_map(move |column| {
            let reach = if style.is_free() { COLUMNS } else { column };
            // No formula of column E but those of arrays, and nothing is filled over it.
            let column = if style == Style::Spilling && column >= SPILLS {
                SPILLS + 1
            } else {
                column
            };
            (
                0..2_usize,
                0..ROWS,
                0..6_u32,
                expression(reach, style),
                0..3_u32,
            )
                .prop_map(move |(sheet, row, down, text, kind)| {
                    let at = Cell::new(row, column);
                    // Filled to the right, a leftwards formula still reads only what lies left of it.
                    let last = match style {
                        Style::Spilling if column < SPILLS => SPILLS - 1,
                        _ => COLUMNS - 1,
                    };
                    let right = if kind == 2 { last } else { column };
                    let area = Rect::new(at, Cell::new((row + down).min(ROWS - 1), right));
                    match kind {
                        0 => Edit::Formula(sheet, at, text),
                        _ => Edit::Fill(sheet, area, text),
                    }
                })
        })
        .boxed();
    let spill = (0..2_usize, 0..ROWS, spilling())
        .prop_map(|(sheet, row, text)| Edit::Formula(sheet, Cell::new(row, SPILLS), text));
    let wild = (0..2_usize, cell(0), wild_spill())
        .prop_map(|(sheet, at, text)| Edit::Formula(sheet, at, text));
    let spill = if style == Style::Wild {
        wild.boxed()
    } else if style == Style::Spilling {
        spill.boxed()
    } else {
        formula.clone().boxed()
    };
    prop_oneof![
        3 => spill,
        4 => (sheet(), cell(0), value()).prop_map(|(sheet, cell, value)| Edit::Set(sheet, cell, value)),
        6 => formula,
        1 => (sheet(), rect()).prop_map(|(sheet, rect)| Edit::Clear(sheet, rect)),
    ]
    .boxed()
}

/// The column of arrays.
const SPILLS: u32 = 4;

/// An array that spills downwards, as far as the columns to its left say.
fn spilling() -> impl Strategy<Value = String> {
    let address = || address(SPILLS);
    prop_oneof![
        2 => (1..5_u32).prop_map(|rows| format!("=SEQUENCE({rows})")),
        2 => address().prop_map(|cell| format!("=SEQUENCE({cell})")),
        2 => (0..ROWS, 1..4_u32, address()).prop_map(|(row, rows, x)| format!("=B{}:B{}&{x}", row + 1, row + 1 + rows)),
        1 => (address(), 1..4_u32).prop_map(|(test, rows)| format!("=IF({test},SEQUENCE({rows}),5)")),
    ]
}

/// An array of any size that reads what it likes.
fn wild_spill() -> impl Strategy<Value = String> {
    let address = || address(COLUMNS);
    prop_oneof![
        (address(), address())
            .prop_map(|(rows, columns)| format!("=SEQUENCE(2-{rows},{columns}+1)")),
        (address(), address(), address()).prop_map(|(a, b, x)| format!("={a}:{b}+{x}")),
        (address(), 1..4_u32, address())
            .prop_map(|(test, rows, x)| format!("=IF({test},SEQUENCE({rows}),{x})")),
        address().prop_map(|x| format!("={}#+1", x.replace('$', ""))),
    ]
}

fn small_edit(style: Style) -> BoxedStrategy<Edit> {
    let first = if style == Style::Spilling {
        COLUMNS - 1
    } else {
        COLUMNS - 2
    };
    let array = (0..2_usize, cell(first), 0..3_u32, expression(first, style)).prop_map(
        |(sheet, at, down, text)| {
            Edit::Array(
                sheet,
                Rect::new(at, Cell::new((at.row + down).min(ROWS - 1), at.column)),
                text,
            )
        },
    );
    let named = if style.is_free() { COLUMNS } else { 1 };
    let lines = if style == Style::Spilling {
        // Other columns than column E would have arrays if columns came or went.
        row_edit().boxed()
    } else {
        prop_oneof![2 => row_edit(), 1 => column_edit()].boxed()
    };
    prop_oneof![
        14 => cell_edit(style),
        4 => random_blocks::block_edit(style).prop_map(Edit::Block),
        1 => array,
        6 => lines,
        1 => (0..2_usize, name_text(named)).prop_map(|(name, text)| Edit::Name(name, text)),
        1 => (0..2_usize).prop_map(Edit::RemoveName),
        1 => (0..2_usize).prop_map(Edit::Rename),
        4 => sheet_edit(),
    ]
    .boxed()
}

fn row_edit() -> impl Strategy<Value = Edit> {
    (0..2_usize, 0..ROWS, 1..4_u32, any::<bool>()).prop_map(|(sheet, at, count, inserts)| {
        if inserts {
            Edit::Insert(sheet, at, count.min(2))
        } else {
            Edit::DeleteRows(sheet, at, count)
        }
    })
}

fn column_edit() -> impl Strategy<Value = Edit> {
    (0..2_usize, 0..COLUMNS, 1..3_u32, any::<bool>()).prop_map(|(sheet, at, count, inserts)| {
        if inserts {
            Edit::InsertColumns(sheet, at, count)
        } else {
            Edit::DeleteColumns(sheet, at, count)
        }
    })
}

/// What a name stands for: a fixed cell of sheet `S`, or the sum of some.
fn name_text(columns: u32) -> impl Strategy<Value = String> {
    (0..ROWS, 0..ROWS, 0..columns, any::<bool>()).prop_map(|(first, last, column, sum)| {
        let letter = char::from(b'A' + column as u8);
        if sum {
            format!(
                "=SUM(S!${letter}${}:${letter}${})",
                first.min(last) + 1,
                first.max(last) + 1
            )
        } else {
            format!("=S!${letter}${}", first + 1)
        }
    })
}

/// Edits to be made one after the other.
pub(super) fn edits(style: Style, most: usize) -> impl Strategy<Value = Vec<Edit>> {
    prop::collection::vec(edit(style), 1..most)
}

/// One edit or several at once, or one that takes an edit back.
pub(super) fn edit(style: Style) -> impl Strategy<Value = Edit> {
    prop_oneof![
        10 => small_edit(style),
        1 => Just(Edit::Undo),
        1 => Just(Edit::Redo),
        1 => prop::collection::vec(small_edit(style), 1..4).prop_map(Edit::GiveUp),
        2 => prop::collection::vec(small_edit(style), 2..5).prop_map(Edit::Together),
    ]
}

/// Makes an edit. `false` if it was refused, as one of a part of an array formula is.
pub(super) fn make(book: &Workbook, edit: &Edit) -> bool {
    match edit {
        Edit::Undo => book.undo().unwrap(),
        Edit::Redo => book.redo().unwrap(),
        Edit::GiveUp(edits) => {
            let given_up = book.edit(|tx| {
                for edit in edits {
                    let _ = apply(tx, edit);
                    let name = current_name(tx, 0);
                    tx.value(&format!(
                        "{}!A1",
                        crate::reference::a1::quote_sheet_name(&name)
                    ))?;
                }
                Err::<(), Error>(Error::new(ErrorKind::Cancelled, "given up"))
            });
            assert_eq!(given_up.unwrap_err().kind(), ErrorKind::Cancelled);
            false
        }
        Edit::Together(edits) => book
            .edit_with(effort(book), |tx| {
                edits.iter().for_each(|edit| drop(apply(tx, edit)));
                Ok(())
            })
            .is_ok(),
        edit => book.edit_with(effort(book), |tx| apply(tx, edit)).is_ok(),
    }
}

/// The name of one of the two sheets as it is spelled now; if it was removed, that of another sheet.
fn current_name(tx: &mut Transaction<'_>, sheet: usize) -> String {
    let spelled = SHEETS[sheet]
        .into_iter()
        .find(|name| tx.sheet(name).is_ok());
    let tabs = tabs(tx);
    spelled.map_or_else(|| tabs[sheet % tabs.len()].clone(), str::to_owned)
}

/// Of the books that differ in their threads, some keep the way of each edit.
fn effort(book: &Workbook) -> Effort<'static> {
    Effort {
        keep_cones: book.threads() == 2,
        ..Effort::default()
    }
}

fn apply(tx: &mut Transaction<'_>, edit: &Edit) -> Result<()> {
    // Texts are written for the first spelling of a sheet's name.
    let names = [current_name(tx, 0), current_name(tx, 1)];
    let quoted = |name: &str| crate::reference::a1::quote_sheet_name(name).to_string();
    let spelled = |text: &str| {
        text.replace("S!", &format!("{}!", quoted(&names[0])))
            .replace("T!", &format!("{}!", quoted(&names[1])))
    };
    let at = |sheet: usize, rect: Rect| format!("{}!{}", quoted(&names[sheet]), print_rect(rect));
    match edit {
        Edit::Set(sheet, cell, value) => tx.set(&at(*sheet, Rect::cell(*cell)), value.clone()),
        Edit::Formula(sheet, cell, text) => {
            tx.set_formula(&at(*sheet, Rect::cell(*cell)), &spelled(text))
        }
        Edit::Fill(sheet, rect, text) => tx.fill(&at(*sheet, *rect), &spelled(text)),
        Edit::Array(sheet, rect, text) => tx.set_array_formula(&at(*sheet, *rect), &spelled(text)),
        Edit::Clear(sheet, rect) => tx.clear(&at(*sheet, *rect)),
        Edit::Block(edit) => random_blocks::apply(tx, edit, at),
        Edit::Insert(sheet, row, count) => tx.insert_rows(tx.sheet(&names[*sheet])?, *row, *count),
        Edit::InsertColumns(sheet, column, count) => {
            tx.insert_columns(tx.sheet(&names[*sheet])?, *column, *count)
        }
        Edit::DeleteRows(sheet, row, count) => {
            tx.delete_rows(tx.sheet(&names[*sheet])?, *row, *count)
        }
        Edit::DeleteColumns(sheet, column, count) => {
            tx.delete_columns(tx.sheet(&names[*sheet])?, *column, *count)
        }
        Edit::Name(name, text) => tx.define_name(&format!("name_{name}"), None, &spelled(text)),
        Edit::RemoveName(name) => tx.remove_name(&format!("name_{name}"), None),
        Edit::Rename(sheet) => {
            let other = SHEETS[*sheet]
                .into_iter()
                .find(|name| **name != *names[*sheet])
                .unwrap();
            tx.rename_sheet(&names[*sheet], other)
        }
        edit => apply_to_sheet(tx, edit),
    }
}

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Content {
    Constant,
    Formula(String),
    /// The formula of an array over a fixed rectangle.
    Array(Rect, String),
    /// A cell that an array formula elsewhere fills.
    Part,
}

/// All cells of a workbook, by sheet, row and column.
pub(super) type Cells = BTreeMap<(SheetId, Cell), (Value, Content)>;

pub(super) fn revision(book: &Workbook) -> std::sync::Arc<Revision> {
    book.shared.published.load_full()
}

/// What a workbook holds.
pub(super) fn cells(book: &Workbook) -> Cells {
    let (revision, snapshot) = (revision(book), book.snapshot());
    let mut cells = Cells::new();
    for sheet in snapshot.sheets() {
        let last = Cell::new(
            limits_of(&revision, sheet.id).0 - 1,
            limits_of(&revision, sheet.id).1 - 1,
        );
        let whole = Rect::new(Cell::new(0, 0), last);
        snapshot.visit(&Area::new(sheet.id, whole), |cell, value| {
            cells.insert((sheet.id, cell), (value.to_value(), Content::Constant));
            std::ops::ControlFlow::Continue(())
        });
        revision
            .graph
            .visit_owners(sheet.id, &whole, &*revision, |piece, owner| {
                for row in piece.top..=piece.bottom {
                    let cell = Cell::new(row, piece.left);
                    let entry = cells
                        .entry((sheet.id, cell))
                        .or_insert((Value::Blank, Content::Constant));
                    entry.1 = match owner {
                        Owner::Formula(_) => {
                            let text = snapshot.formula_at(sheet.id, cell).unwrap();
                            match revision.graph.extent(sheet.id, cell, &*revision) {
                                Some(extent) if extent.fixed => Content::Array(extent.rect, text),
                                _ => Content::Formula(text),
                            }
                        }
                        Owner::Spill(..) | Owner::ArrayFormula(..) => Content::Part,
                    };
                }
            });
    }
    cells
}

fn limits_of(revision: &Revision, sheet: SheetId) -> (u32, u32) {
    use crate::graph::Axes;
    let (rows, columns) = revision.axes(sheet).unwrap();
    (rows.len(), columns.len())
}

/// A new workbook with the same constants, formulas and names, entered at once and backwards.
pub(super) fn entered_anew(book: &Workbook) -> Workbook {
    let snapshot = book.snapshot();
    let names: Vec<String> = snapshot
        .sheets()
        .map(|sheet| sheet.name.to_string())
        .collect();
    let anew = book_of(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let tab = |sheet: SheetId| {
        let place = snapshot.sheets().position(|other| other.id == sheet);
        SheetId(place.unwrap() as u32)
    };
    anew.edit(|tx| {
        for named in snapshot.names() {
            let scope = named
                .scope
                .map(|scope| names[tab(scope).0 as usize].as_str());
            tx.define_name(&named.name, scope, &snapshot.name_text(named))?;
        }
        for sheet in snapshot.sheets() {
            let of = tx.draft().sheets.get_mut(tab(sheet.id)).unwrap();
            (of.filtered, of.merges) = (sheet.filtered, sheet.merges.clone());
            for row in snapshot.hidden_rows(sheet.id) {
                of.hidden
                    .set(Anchor(row), 1, snapshot.row_hidden(sheet.id, row));
            }
        }
        for ((sheet, cell), (value, content)) in cells(book).into_iter().rev() {
            let to = tab(sheet);
            match content {
                Content::Constant => tx.set_at(to, cell, value)?,
                Content::Formula(text) => tx.fill_at(to, Rect::cell(cell), &text)?,
                Content::Array(rect, text) => {
                    tx.set_array_formula(&snapshot.address(&Area::new(sheet, rect)), &text)?
                }
                Content::Part => {}
            }
        }
        Ok(())
    })
    .unwrap();
    anew
}

/// The first cells in which two workbooks differ, for people.
pub(super) fn difference(left: &Cells, right: &Cells) -> String {
    let keys: std::collections::BTreeSet<_> = left.keys().chain(right.keys()).collect();
    let lines = keys
        .into_iter()
        .filter(|key| left.get(*key) != right.get(*key))
        .map(|key| {
            format!(
                "sheet {} {}: {:?} against {:?}",
                key.0.0,
                print_cell(key.1),
                left.get(key),
                right.get(key)
            )
        });
    lines.take(6).collect::<Vec<_>>().join("\n")
}
