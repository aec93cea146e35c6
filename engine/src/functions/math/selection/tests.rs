//! Selections as sets of cells.

use proptest::prelude::*;

use super::*;

const ROWS: u32 = 5;
const COLUMNS: u32 = 3;

fn all() -> impl Iterator<Item = Cell> {
    (0..ROWS).flat_map(|row| (0..COLUMNS).map(move |column| Cell::new(row, column)))
}

fn cells_of(rects: impl Iterator<Item = Rect>) -> Vec<Cell> {
    rects
        .flat_map(|rect| {
            (rect.top..=rect.bottom).flat_map(move |row| {
                (rect.left..=rect.right).map(move |column| Cell::new(row, column))
            })
        })
        .collect()
}

fn listed() -> impl Strategy<Value = Vec<Cell>> {
    prop::collection::vec(any::<bool>(), (ROWS * COLUMNS) as usize).prop_map(|chosen| {
        all()
            .zip(chosen)
            .filter_map(|(cell, chosen)| chosen.then_some(cell))
            .collect()
    })
}

fn contains(selection: &Selection, cell: Cell) -> bool {
    match selection {
        Selection::Only(cells) => cells.contains(&cell),
        Selection::AllBut(cells) => !cells.contains(&cell),
    }
}

proptest! {
    #[test]
    fn runs_and_gaps_cover_their_cells_in_order(cells in listed()) {
        let mut covered = cells_of(runs(&cells));
        covered.sort();
        prop_assert_eq!(&covered, &cells);
        let rest: Vec<Cell> = all().filter(|cell| !cells.contains(cell)).collect();
        prop_assert_eq!(cells_of(gaps(&cells, ROWS, COLUMNS)), rest);
    }

    #[test]
    fn selections_combine_as_sets(a in listed(), b in listed(), but_a: bool, but_b: bool) {
        let selection = |cells, but| if but { Selection::AllBut(cells) } else { Selection::Only(cells) };
        let (a, b) = (selection(a, but_a), selection(b, but_b));
        let both = a.clone().and(b.clone());
        for cell in all() {
            prop_assert_eq!(contains(&both, cell), contains(&a, cell) && contains(&b, cell));
        }
        let chosen = all().filter(|cell| contains(&both, *cell)).count() as u64;
        prop_assert_eq!(both.count(u64::from(ROWS * COLUMNS)), chosen);
    }
}
