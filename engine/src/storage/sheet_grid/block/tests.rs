//! Blocks against cells moved one by one.

use proptest::prelude::*;

use crate::reference::{Cell, Rect};
use crate::storage::{AnchorCounter, IndexSnapshot, OpenGrid, SheetGrid};
use crate::value::{Value, ValueRef};

/// A sheet of 10,000 rows and 6 columns, of which some were inserted, with runs of numbers and single texts.
fn sheet_of(
    runs: &[(u32, u32, u16)],
    texts: &[(u32, u32, bool)],
    inserted: u32,
) -> (SheetGrid, OpenGrid) {
    let mut sheet = SheetGrid::new(0, 10_000, 6);
    let mut open = OpenGrid::new(&IndexSnapshot::default());
    for (row, column, length) in runs {
        let numbers: Vec<f64> = (0..*length).map(f64::from).collect();
        open.set_numbers(&mut sheet, Cell::new(*row, *column), &numbers);
    }
    sheet
        .insert_rows(inserted, 3, &AnchorCounter::rows())
        .unwrap();
    for (row, column, long) in texts {
        let text = if *long { "a longer text" } else { "text" };
        open.set(&mut sheet, Cell::new(*row, *column), ValueRef::Text(text));
    }
    (sheet, open)
}

fn all(sheet: &SheetGrid, open: &OpenGrid, rect: &Rect) -> Vec<Value> {
    let rows = rect.top..=rect.bottom;
    let cells =
        rows.flat_map(|row| (rect.left..=rect.right).map(move |column| Cell::new(row, column)));
    cells.map(|cell| open.get(sheet, cell)).collect()
}

type Parts = (Vec<(u32, u32, u16)>, Vec<(u32, u32, bool)>, u32);

fn parts() -> impl Strategy<Value = Parts> {
    (
        prop::collection::vec((0..5_000_u32, 0..6_u32, 1..4_500_u16), 0..4),
        prop::collection::vec((0..9_000_u32, 0..6_u32, any::<bool>()), 0..12),
        0..9_000_u32,
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_block_is_put_as_it_was_taken(
        (runs, texts, inserted) in parts(),
        (top, left, down, to) in (0..4_500_u32, 0..3_u32, 0..4_500_u32, 0..999_u32),
    ) {
        let (mut sheet, mut open) = sheet_of(&runs, &texts, inserted);
        let rect = Rect::new(Cell::new(top, left), Cell::new(top + down, left + 1));
        let place = Rect::new(Cell::new(to, left + 2), Cell::new(to + down, left + 3));
        let (expected, former) = (all(&sheet, &open, &rect), all(&sheet, &open, &place));
        let before = sheet.block(&open, &place);
        let block = sheet.block(&open, &rect);
        open.put_block(&mut sheet, &block, place.top_left());
        let now = all(&sheet, &open, &place);
        prop_assert_eq!(&now, &expected);
        let mut differing = vec![false; now.len()];
        sheet.block(&open, &place).differences(&before, |column, first, last| {
            for row in first..=last {
                differing[(row * 2 + column) as usize] = true;
            }
        });
        let wanted: Vec<bool> = now.iter().zip(&former).map(|(now, former)| now != former).collect();
        prop_assert_eq!(differing, wanted);
    }

    #[test]
    fn rows_come_in_the_order_that_is_told(
        (runs, texts, inserted) in parts(),
        (top, down, step) in (0..4_500_u32, 1..4_500_u32, 1..900_u32),
    ) {
        let (mut sheet, mut open) = sheet_of(&runs, &texts, inserted);
        let rect = Rect::new(Cell::new(top, 1), Cell::new(top + down, 4));
        let mut order: Vec<u32> = (0..rect.rows()).collect();
        order.sort_by_key(|row| (row * step % 997, *row));
        let former = all(&sheet, &open, &rect);
        let columns = rect.columns() as usize;
        let expected = order.iter().flat_map(|row| {
            former[*row as usize * columns..][..columns].to_vec()
        });
        let expected: Vec<Value> = expected.collect();
        open.reorder(&mut sheet, &rect, &order);
        prop_assert_eq!(all(&sheet, &open, &rect), expected);
    }
}
