//! The range index against a list of all readers, while rows are inserted.

use proptest::prelude::*;

use super::{ROWS, Sheet};
use crate::graph::RegionId;
use crate::graph::range_index::{RangeIndex, Reader, RowEnd};
use crate::reference::{Axis, Cell, Rect};
use crate::storage::AnchorCounter;

/// Columns of the sheet: more than the index looks at one by one.
const COLUMNS: u32 = 40;

#[derive(Debug, Clone)]
enum Step {
    /// Rows, columns, and which ends are the grid's.
    Add((u32, u32), (u32, u32), bool, bool),
    /// Takes out a reader that was added.
    Remove(prop::sample::Index),
    InsertRows(u32, u32),
    Stab(Rect),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let span = |len: u32| (0..len, 0..len).prop_map(|(a, b)| (a.min(b), a.max(b)));
    let step = prop_oneof![
        6 => (span(ROWS), span(COLUMNS), prop::bool::weighted(0.1), prop::bool::weighted(0.1))
            .prop_map(|(rows, columns, top, bottom)| Step::Add(rows, columns, top, bottom)),
        2 => any::<prop::sample::Index>().prop_map(Step::Remove),
        1 => (0..ROWS, 1..3_u32).prop_map(|(at, count)| Step::InsertRows(at, count)),
        4 => (span(ROWS), span(COLUMNS)).prop_map(|(rows, columns)| {
            Step::Stab(Rect::new(Cell::new(rows.0, columns.0), Cell::new(rows.1, columns.1)))
        }),
    ];
    prop::collection::vec(step, 1..60)
}

fn naive(readers: &[(Reader, (u32, u32))], rect: &Rect, sheet: &Sheet) -> Vec<(RegionId, u16)> {
    let place = |end: RowEnd| match end {
        RowEnd::Top => Some(0),
        RowEnd::Bottom => Some(ROWS - 1),
        // Rows that were pushed off the grid lie behind all others.
        RowEnd::At(anchor) => sheet.rows.position(anchor).or(Some(u32::MAX)),
    };
    let meets = |(reader, columns): &&(Reader, (u32, u32))| {
        place(reader.first) <= Some(rect.bottom)
            && place(reader.last) >= Some(rect.top)
            && columns.0 <= rect.right
            && columns.1 >= rect.left
    };
    let mut found: Vec<_> = readers
        .iter()
        .filter(meets)
        .map(|(reader, _)| (reader.region, reader.read))
        .collect();
    found.sort_unstable();
    found
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn stabbing_finds_every_reader_once_and_no_other(steps in steps()) {
        let counter = AnchorCounter::rows();
        let mut sheet = Sheet::of(ROWS, COLUMNS);
        let mut index = RangeIndex::default();
        let mut readers: Vec<(Reader, (u32, u32))> = Vec::new();
        for (number, step) in steps.into_iter().enumerate() {
            match step {
                Step::Add(rows, columns, top, bottom) => {
                    let reader = Reader {
                        first: if top { RowEnd::Top } else { RowEnd::At(sheet.rows.anchor(rows.0)) },
                        last: if bottom { RowEnd::Bottom } else { RowEnd::At(sheet.rows.anchor(rows.1)) },
                        region: RegionId(number as u32 / 3),
                        read: number as u16 % 3,
                    };
                    index.insert(reader, columns, &sheet.rows);
                    readers.push((reader, columns));
                }
                Step::Remove(which) if !readers.is_empty() => {
                    let (reader, columns) = readers.swap_remove(which.index(readers.len()));
                    index.remove(&reader, columns, &sheet.rows);
                }
                Step::Remove(_) => {}
                Step::InsertRows(at, count) => sheet = sheet.with_rows(at, count, &counter),
                Step::Stab(rect) => prop_assert_eq!(index.stab(&rect, &sheet.rows).to_vec(), naive(&readers, &rect, &sheet)),
            }
        }
        let whole = Rect::new(Cell::new(0, 0), Cell::new(ROWS - 1, COLUMNS - 1));
        // An index is made at once when a workbook is loaded, and then no row has been pushed off the grid.
        let on_grid = |end| !matches!(end, RowEnd::At(anchor) if sheet.rows.position(anchor).is_none());
        let all_on_grid = readers.iter().all(|(reader, _)| on_grid(reader.first) && on_grid(reader.last));
        let spans = readers.iter().map(|(reader, (left, right))| (*reader, *left, *right));
        let built = all_on_grid.then(|| RangeIndex::build(spans, &sheet.rows));
        for rect in [whole, Rect { bottom: 3, right: 2, ..whole }, Rect { top: 9, left: 20, ..whole }] {
            prop_assert_eq!(index.stab(&rect, &sheet.rows).to_vec(), naive(&readers, &rect, &sheet));
            if let Some(built) = &built {
                prop_assert_eq!(built.stab(&rect, &sheet.rows).to_vec(), naive(&readers, &rect, &sheet));
            }
        }
        for (reader, columns) in &readers {
            index.remove(reader, *columns, &sheet.rows);
        }
        prop_assert_eq!(index.stab(&whole, &sheet.rows).to_vec(), []);
    }
}
