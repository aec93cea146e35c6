//! Tests of grids: cells by position against a plain map, rows inserted and deleted on the way.

use hashbrown::HashMap;
use proptest::prelude::*;

use super::*;
use crate::storage::{CellIndex, FormatId, FormatPlane, IndexSnapshot, chunks_written};
use crate::value::CellError;

/// The model's grid: two blocks and a half, so that edits cross the ends of blocks and meet the limit.
const ROWS: u32 = 10_000;
const COLUMNS: u32 = 100;

#[derive(Debug, Clone)]
enum Edit {
    Set(Cell, Value),
    Numbers(Cell, Vec<f64>),
    Lanes(Cell, Vec<f64>),
    Column(Cell, Vec<Value>),
    Fill(Rect, Value),
    Clear(Rect),
    InsertRows(u32, u32),
    DeleteRows(u32, u32),
    InsertColumns(u32, u32),
    DeleteColumns(u32, u32),
    Format(Rect, Option<FormatId>),
    Commit,
}

fn row() -> impl Strategy<Value = u32> {
    prop_oneof![4 => 0..6_u32, 4 => 4_090..4_102_u32, 1 => 0..ROWS, 1 => ROWS - 5..ROWS]
}

fn column() -> impl Strategy<Value = u32> {
    prop_oneof![6 => 0..5_u32, 1 => 0..COLUMNS]
}

fn cell() -> impl Strategy<Value = Cell> {
    (row(), column()).prop_map(|(row, column)| Cell::new(row, column))
}

fn rect() -> impl Strategy<Value = Rect> {
    let small = (cell(), 0..8_u32, 0..3_u32).prop_map(|(cell, height, width)| {
        let end = Cell::new(
            (cell.row + height).min(ROWS - 1),
            (cell.column + width).min(COLUMNS - 1),
        );
        Rect::new(cell, end)
    });
    prop_oneof![4 => small, 1 => (cell(), cell()).prop_map(|(a, b)| Rect::new(a, b))]
}

fn narrow_rect() -> impl Strategy<Value = Rect> {
    rect().prop_map(|rect| Rect {
        right: rect.right.min(rect.left + 2),
        ..rect
    })
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => (-5..5_i32).prop_map(|x| Value::from(f64::from(x))),
        1 => Just(Value::Blank),
        1 => Just(Value::Error(CellError::Div0)),
        1 => "[a-c]{0,9}".prop_map(Value::from),
    ]
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        10 => (cell(), value()).prop_map(|(cell, value)| Edit::Set(cell, value)),
        2 => (cell(), proptest::collection::vec(-3.0..3.0_f64, 0..50)).prop_map(|(cell, mut x)| {
            x.truncate((ROWS - cell.row) as usize);
            Edit::Numbers(cell, x)
        }),
        1 => (cell(), proptest::collection::vec(-3.0..3.0_f64, 0..50)).prop_map(|(cell, mut x)| {
            x.truncate((ROWS - cell.row) as usize);
            Edit::Lanes(cell, x)
        }),
        1 => (cell(), proptest::collection::vec(value(), 0..50)).prop_map(|(cell, mut x)| {
            x.truncate((ROWS - cell.row) as usize);
            Edit::Column(cell, x)
        }),
        1 => (narrow_rect(), value()).prop_map(|(rect, value)| Edit::Fill(rect, value)),
        2 => rect().prop_map(Edit::Clear),
        2 => (row(), 0..9_u32).prop_map(|(at, count)| Edit::InsertRows(at, count)),
        2 => (row(), 0..9_u32).prop_map(|(at, count)| Edit::DeleteRows(at, count)),
        1 => (row(), 0..ROWS).prop_map(|(at, count)| Edit::DeleteRows(at, count)),
        1 => (column(), 0..3_u32).prop_map(|(at, count)| Edit::InsertColumns(at, count)),
        1 => (column(), 0..3_u32).prop_map(|(at, count)| Edit::DeleteColumns(at, count)),
        2 => (narrow_rect(), proptest::option::of((1..5_u32).prop_map(FormatId)))
            .prop_map(|(rect, format)| Edit::Format(rect, format)),
        3 => Just(Edit::Commit),
    ]
}

/// Every cell by itself, those pushed beyond the grid's limit included.
#[derive(Debug, Clone, Default)]
struct Model {
    values: HashMap<Cell, Value>,
    formats: HashMap<Cell, FormatId>,
}

/// Where a cell goes when `count` rows or columns are inserted or deleted; nothing if it dies.
fn moved(at: u32, count: u32, limit: u32, insert: bool) -> impl Fn(u32) -> Option<u32> {
    let count = count.min(limit.saturating_sub(at));
    move |x| match insert {
        true => Some(if x < at { x } else { x + count }),
        false if x < at => Some(x),
        false => (x >= at + count).then(|| x - count),
    }
}

impl Model {
    fn shift(&mut self, place: impl Fn(Cell) -> Option<Cell>) {
        let values = self.values.drain().collect::<Vec<_>>();
        let formats = self.formats.drain().collect::<Vec<_>>();
        let values = values
            .into_iter()
            .filter_map(|(cell, v)| Some((place(cell)?, v)));
        self.values = values.collect();
        let formats = formats
            .into_iter()
            .filter_map(|(cell, v)| Some((place(cell)?, v)));
        self.formats = formats.collect();
    }

    fn put(&mut self, cell: Cell, value: Value) {
        if value.is_blank() {
            self.values.remove(&cell);
        } else {
            self.values.insert(cell, value);
        }
    }

    fn apply(&mut self, edit: &Edit) {
        let rows = |at, count, insert| {
            let row = moved(at, count, ROWS, insert);
            move |cell: Cell| Some(Cell::new(row(cell.row)?, cell.column))
        };
        let columns = |at, count, insert| {
            let column = moved(at, count, COLUMNS, insert);
            move |cell: Cell| Some(Cell::new(cell.row, column(cell.column)?))
        };
        match edit {
            Edit::Set(cell, value) => self.put(*cell, value.clone()),
            Edit::Numbers(cell, numbers) | Edit::Lanes(cell, numbers) => {
                for (at, x) in (0..).zip(numbers) {
                    self.put(Cell::new(cell.row + at, cell.column), Value::from(*x));
                }
            }
            Edit::Column(cell, values) => {
                for (at, value) in (0..).zip(values) {
                    self.put(Cell::new(cell.row + at, cell.column), value.clone());
                }
            }
            Edit::Fill(rect, value) => {
                for cell in cells_of(rect) {
                    self.put(cell, value.clone());
                }
            }
            Edit::Clear(rect) => self.values.retain(|cell, _| !rect.contains(*cell)),
            Edit::InsertRows(at, count) => self.shift(rows(*at, *count, true)),
            Edit::DeleteRows(at, count) => self.shift(rows(*at, *count, false)),
            Edit::InsertColumns(at, count) => self.shift(columns(*at, *count, true)),
            Edit::DeleteColumns(at, count) => self.shift(columns(*at, *count, false)),
            Edit::Format(rect, Some(format)) => {
                self.formats
                    .extend(cells_of(rect).map(|cell| (cell, *format)));
            }
            Edit::Format(rect, None) => self.formats.retain(|cell, _| !rect.contains(*cell)),
            Edit::Commit => {}
        }
    }

    fn within(&self, rect: &Rect) -> Vec<(Cell, Value)> {
        let inside = self.values.iter().filter(|(cell, _)| rect.contains(**cell));
        let mut found: Vec<_> = inside.map(|(cell, v)| (*cell, v.clone())).collect();
        found.sort_by_key(|(cell, _)| *cell);
        found
    }
}

fn cells_of(rect: &Rect) -> impl Iterator<Item = Cell> {
    let Rect {
        top,
        left,
        bottom,
        right,
    } = *rect;
    (top..=bottom).flat_map(move |row| (left..=right).map(move |column| Cell::new(row, column)))
}

fn apply(
    edit: &Edit,
    sheet: &mut SheetGrid,
    formats: &mut FormatPlane,
    open: &mut OpenGrid,
    counter: &(AnchorCounter, AnchorCounter),
) {
    match edit {
        Edit::Set(cell, value) => open.set(sheet, *cell, value.as_ref()),
        Edit::Numbers(cell, numbers) => open.set_numbers(sheet, *cell, numbers),
        Edit::Lanes(cell, lanes) => open.set_lanes(sheet, *cell, lanes),
        Edit::Column(cell, values) => {
            open.set_column(sheet, *cell, values.len(), |at| values[at].as_ref());
        }
        Edit::Fill(rect, value) => open.fill_const(sheet, rect, value.as_ref()),
        Edit::Clear(rect) => open.clear(sheet, rect),
        Edit::InsertRows(at, count) => sheet.insert_rows(*at, *count, &counter.0).unwrap(),
        Edit::InsertColumns(at, count) => sheet.insert_columns(*at, *count, &counter.1).unwrap(),
        Edit::DeleteRows(at, count) => {
            let dead = sheet.delete_rows(open, *at, *count).unwrap();
            formats.delete_rows(open, sheet, &dead);
        }
        Edit::DeleteColumns(at, count) => {
            let dead = sheet.delete_columns(open, *at, *count).unwrap();
            formats.delete_columns(open, sheet, &dead);
        }
        Edit::Format(rect, format) => formats.fill(open, sheet, rect, *format),
        Edit::Commit => {}
    }
}

fn visited(sheet: &SheetGrid, index: &impl ReadIndex, rect: &Rect) -> Vec<(Cell, Value)> {
    let mut found = Vec::new();
    let _ = sheet.visit(index, rect, &mut |cell, value| {
        found.push((cell, value.to_value()));
        ControlFlow::Continue(())
    });
    found
}

fn check(
    sheet: &SheetGrid,
    formats: &FormatPlane,
    index: &impl ReadIndex,
    model: &Model,
    rects: &[Rect],
) {
    for rect in rects.iter().chain([&sheet.bounds()]) {
        let expected = model.within(rect);
        assert_eq!(visited(sheet, index, rect), expected, "{rect:?}");
        let used = expected
            .iter()
            .map(|(cell, _)| Rect::cell(*cell))
            .reduce(|a, b| a.hull(&b));
        assert_eq!(sheet.used(index, rect), used);
        check_column(sheet, index, model, rect);
        let mut found = HashMap::new();
        let _ = formats.visit(index, sheet, rect, &mut |cell, format| {
            found.insert(cell, format);
            ControlFlow::Continue(())
        });
        let mut expected = model.formats.clone();
        expected.retain(|cell, _| rect.contains(*cell));
        assert_eq!(found, expected);
        for cell in [rect.top_left(), Cell::new(rect.bottom, rect.right)] {
            let value = model.values.get(&cell).cloned().unwrap_or_default();
            assert_eq!(sheet.value(index, cell), value);
            assert_eq!(
                formats.cell(index, sheet, cell),
                model.formats.get(&cell).copied()
            );
        }
    }
}

/// The parts of a column are its rows, each once.
fn check_column(sheet: &SheetGrid, index: &impl ReadIndex, model: &Model, rect: &Rect) {
    let rows = rect.top..rect.bottom + 1;
    let mut next = rows.start;
    let _ = sheet.column_parts(index, rect.left, rows.clone(), &mut |row, part| {
        assert_eq!(row, next);
        match part {
            ColumnPart::Blank(count) => {
                let filled = |row| model.values.contains_key(&Cell::new(row, rect.left));
                assert!(!(row..row + count).any(filled));
                next += count;
            }
            ColumnPart::Slots(chunk, start, end) => {
                for slot in start..end {
                    let value = model.values.get(&Cell::new(next, rect.left));
                    assert_eq!(
                        chunk.cell(slot).to_value(),
                        value.cloned().unwrap_or_default()
                    );
                    next += 1;
                }
            }
        }
        ControlFlow::Continue(())
    });
    assert_eq!(next, rows.end);
}

/// The record of present blocks is exact, and no chunk is blank.
fn check_record(sheet: &SheetGrid, index: &IndexSnapshot) {
    let values = index
        .iter()
        .filter(|(key, _)| key.bits() >> 61 == 0 && key.sheet() == sheet.key());
    let mut count = 0;
    for (key, chunk) in values {
        assert!(!chunk.is_blank());
        assert!(sheet.present.contains(key.column(), key.block()));
        count += 1;
    }
    assert_eq!(sheet.chunk_count(), count);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    #[test]
    fn a_grid_is_a_map_of_cells_and_its_snapshots_stay(
        edits in proptest::collection::vec(edit(), 0..60),
        rects in proptest::collection::vec(rect(), 4),
    ) {
        let counter = (AnchorCounter::rows(), AnchorCounter::columns());
        let mut sheet = SheetGrid::new(5, ROWS, COLUMNS);
        let mut formats = FormatPlane::default();
        let mut open = OpenGrid::new(&IndexSnapshot::default());
        let mut model = Model::default();
        let mut kept = Vec::new();
        for edit in &edits {
            apply(edit, &mut sheet, &mut formats, &mut open, &counter);
            model.apply(edit);
            if matches!(edit, Edit::Commit) {
                check(&sheet, &formats, &open, &model, &rects[..1]);
                let index = open.freeze();
                check_record(&sheet, &index);
                open = OpenGrid::new(&index);
                kept.push((sheet.clone(), formats.clone(), index, model.clone()));
            }
        }
        check(&sheet, &formats, &open, &model, &rects);
        let copy = (sheet.copied(&mut open, 6), formats.copied(&mut open, &sheet, 6));
        let next = (sheet.renumbered(&mut open, 7), formats.renumbered(&mut open, &sheet, 7));
        prop_assert_eq!(next.0.rows().piece_count(), 1);
        let mut visible = model.clone();
        visible.values.retain(|cell, _| cell.row < ROWS && cell.column < COLUMNS);
        visible.formats.retain(|cell, _| cell.row < ROWS && cell.column < COLUMNS);
        let index = open.freeze();
        check_record(&sheet, &index);
        kept.push((next.0, next.1, index.clone(), visible));
        kept.push((copy.0, copy.1, index.clone(), model.clone()));
        kept.push((sheet, formats, index, model));
        for (sheet, formats, index, model) in kept {
            check(&sheet, &formats, &index, &model, &rects);
        }
    }
}

#[test]
fn inserting_a_row_into_a_million_writes_no_chunk() {
    let counter = AnchorCounter::rows();
    let mut sheet = SheetGrid::new(0, limits::ROWS, limits::COLUMNS);
    let mut open = OpenGrid::new(&IndexSnapshot::default());
    let numbers: Vec<f64> = (0..1_000_000).map(f64::from).collect();
    open.set_numbers(&mut sheet, Cell::new(0, 0), &numbers);
    let index = open.freeze();
    assert_eq!((index.len(), sheet.chunk_count()), (245, 245));
    let (before, written) = (sheet.clone(), chunks_written());
    let mut open = OpenGrid::new(&index);
    sheet.insert_rows(500_000, 1, &counter).unwrap();
    let after = open.flush();
    assert_eq!(chunks_written(), written);
    assert_eq!(
        sheet.value(&after, Cell::new(1_000_000, 0)),
        999_999.0.into()
    );
    assert_eq!(sheet.value(&after, Cell::new(500_000, 0)), Value::Blank);
    assert_eq!(
        before.value(&after, Cell::new(500_000, 0)),
        500_000.0.into()
    );
    sheet.delete_rows(&mut open, 100, 1).unwrap();
    open.flush();
    assert_eq!(
        chunks_written(),
        written + 1,
        "a deleted row is blanked in its block"
    );
    open.set(&mut sheet, Cell::new(500_000 - 1, 0), ValueRef::Number(1.0));
    let after = open.freeze();
    assert_eq!(chunks_written(), written + 2);
    assert_eq!(after.len(), 246, "inserted rows have blocks of their own");
}

#[test]
fn deleting_all_rows_drops_all_chunks_and_writes_none() {
    let mut sheet = SheetGrid::new(0, limits::ROWS, limits::COLUMNS);
    let mut open = OpenGrid::new(&IndexSnapshot::default());
    for column in 0..3 {
        open.set_numbers(&mut sheet, Cell::new(0, column), &vec![1.5; 10_000]);
    }
    let index = open.freeze();
    let written = chunks_written();
    let mut open = OpenGrid::new(&index);
    sheet.delete_rows(&mut open, 0, limits::ROWS).unwrap();
    let after = open.freeze();
    assert!(after.is_empty() && chunks_written() == written && sheet.chunk_count() == 0);
}

#[test]
fn clearing_what_is_blank_writes_nothing() {
    let mut sheet = SheetGrid::new(0, limits::ROWS, limits::COLUMNS);
    let mut open = OpenGrid::new(&IndexSnapshot::default());
    open.set(&mut sheet, Cell::new(0, 0), ValueRef::Number(1.0));
    let index = open.freeze();
    let written = chunks_written();
    let mut open = OpenGrid::new(&index);
    open.clear(
        &mut sheet,
        &Rect::new(Cell::new(1, 0), Cell::new(1_000_000, 9)),
    );
    open.set(&mut sheet, Cell::new(9_000, 3), ValueRef::Blank);
    open.freeze();
    assert_eq!(chunks_written(), written);
}

#[test]
fn a_chunk_made_elsewhere_is_put_as_it_is() {
    let mut sheet = SheetGrid::new(0, limits::ROWS, limits::COLUMNS);
    let mut open = OpenGrid::new(&IndexSnapshot::default());
    let column = sheet.columns().anchor(2);
    let chunk = Chunk::default().with_patch(3, ValueRef::Number(1.5));
    open.put_chunk(&mut sheet, column, 1, &chunk);
    assert_eq!(open.get(&sheet, Cell::new(4_099, 2)), 1.5.into());
    assert_eq!(sheet.chunk_count(), 1);
    open.put_chunk(&mut sheet, column, 1, &Chunk::default());
    assert_eq!(sheet.chunk_count(), 0);
    assert!(open.freeze().is_empty());
}

#[test]
fn a_visit_ends_where_it_is_told() {
    let mut sheet = SheetGrid::new(0, limits::ROWS, limits::COLUMNS);
    let mut open = OpenGrid::new(&IndexSnapshot::default());
    open.fill_const(
        &mut sheet,
        &Rect::new(Cell::new(0, 0), Cell::new(9_999, 1)),
        ValueRef::Text("longer text"),
    );
    let index = open.freeze();
    for right in [0, 1] {
        let mut count = 0;
        let rect = Rect::new(Cell::new(0, 0), Cell::new(limits::ROWS - 1, right));
        let flow = sheet.visit(&index, &rect, &mut |_, value| {
            assert_eq!(value, ValueRef::Text("longer text"));
            count += 1;
            if count == 5_000 {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        assert_eq!((flow, count), (ControlFlow::Break(()), 5_000));
    }
}

#[test]
fn a_cell_beyond_the_grid_is_blank() {
    let sheet = SheetGrid::new(0, 10, 10);
    let index = CellIndex::new();
    assert_eq!(sheet.value(&index, Cell::new(10, 0)), Value::Blank);
    assert_eq!(sheet.value(&index, Cell::new(0, u32::MAX)), Value::Blank);
    let all = Rect::new(Cell::new(0, 0), Cell::new(u32::MAX, u32::MAX));
    assert_eq!(sheet.used(&index, &all), None);
    assert!(visited(&sheet, &index, &all).is_empty());
}

#[test]
fn defaults_of_rows_and_columns_follow_them_and_die_with_them() {
    let counter = AnchorCounter::rows();
    let mut sheet = SheetGrid::new(0, 100, 10);
    let mut formats = FormatPlane::default();
    let mut open = OpenGrid::new(&IndexSnapshot::default());
    formats.set_row(&sheet, 5, Some(FormatId(1)));
    formats.set_row(&sheet, 9, Some(FormatId(2)));
    formats.set_column(&sheet, 3, Some(FormatId(3)));
    formats.set(&mut open, &sheet, Cell::new(5, 3), Some(FormatId(4)));
    sheet.insert_rows(6, 2, &counter).unwrap();
    assert_eq!(formats.rows(&sheet), [(5, FormatId(1)), (11, FormatId(2))]);
    assert_eq!(formats.format(&open, &sheet, Cell::new(5, 3)), FormatId(4));
    assert_eq!(formats.format(&open, &sheet, Cell::new(5, 2)), FormatId(1));
    assert_eq!(formats.format(&open, &sheet, Cell::new(6, 3)), FormatId(3));
    assert_eq!(formats.format(&open, &sheet, Cell::new(6, 2)), FormatId(0));
    let dead = sheet.delete_rows(&mut open, 5, 1).unwrap();
    formats.delete_rows(&mut open, &sheet, &dead);
    assert_eq!(formats.rows(&sheet), [(10, FormatId(2))]);
    let dead = sheet.delete_columns(&mut open, 3, 1).unwrap();
    formats.delete_columns(&mut open, &sheet, &dead);
    assert!(formats.columns(&sheet).is_empty());
    assert!(open.freeze().is_empty());
}

#[test]
fn what_a_revision_holds_goes_between_threads() {
    fn check<T: Send + Sync>() {}
    check::<SheetGrid>();
    check::<FormatPlane>();
    check::<IndexSnapshot>();
    check::<CellIndex>();
    check::<OpenGrid>();
}
