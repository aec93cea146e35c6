//! Events: everybody is told of each commit that concerns them, in order, or of how many were missed.

use std::time::Duration;

use proptest::prelude::*;

use super::random_book::{Edit, Style, edits, make, new_book};
use super::{enter, one_sheet};
use crate::limits;
use crate::reference::{Area, Cell, Rect, SheetId};
use crate::workbook::{Calculation, Event, Notice, Subscription, Workbook};

/// What waits, each event as its cause, origin and areas.
fn told(book: &Workbook, events: &Subscription) -> Vec<String> {
    let snapshot = book.snapshot();
    let show = |event: &Event| {
        let areas = event.areas.iter().map(|area| snapshot.address(area));
        let areas: Vec<String> = areas.collect();
        let origin = event
            .origin
            .as_deref()
            .map_or(String::new(), |origin| format!(" by {origin}"));
        format!(
            "{} {:?}{origin}: {}",
            event.revision,
            event.cause,
            areas.join(" ")
        )
    };
    let notices = std::iter::from_fn(|| events.try_recv());
    notices
        .map(|notice| match notice {
            Notice::Changed(event) => show(&event),
            Notice::Lagged(missed) => format!("missed {missed}"),
        })
        .collect()
}

#[test]
fn each_commit_is_told_with_its_areas_and_its_origin() {
    let book = one_sheet();
    let events = book.subscribe();
    enter(&book, &[("A1", "1"), ("A2", "2"), ("B1", "=A1*2")]);
    let edit = book.edit(|tx| {
        tx.set_origin("import");
        tx.set("A1", 5.0)
    });
    edit.unwrap();
    book.edit(|tx| tx.set("A2", "nothing reads it")).unwrap();
    // What is given up is not told, nor what changes nothing.
    book.edit(|tx| {
        tx.set("A1", 7.0)?;
        tx.set_formula("A3", "=(")
    })
    .unwrap_err();
    book.edit(|_| Ok(())).unwrap();
    book.undo().unwrap();
    book.undo().unwrap();
    book.redo().unwrap();
    assert_eq!(
        told(&book, &events),
        [
            "2 Edit: S!A1:A2 S!B1",
            "3 Edit by import: S!A1 S!B1",
            "4 Edit: S!A2",
            "5 Undo: S!A2",
            "6 Undo: S!A1 S!B1",
            "7 Redo: S!A1 S!B1",
        ]
    );
}

#[test]
fn what_is_computed_when_it_is_asked_for_is_told_as_well() {
    let book = one_sheet();
    enter(&book, &[("A1", "1"), ("B1", "=A1*2")]);
    book.edit(|tx| tx.set_calculation(Calculation::Manual))
        .unwrap();
    let events = book.subscribe();
    enter(&book, &[("A1", "2")]);
    assert_eq!(told(&book, &events), ["4 Edit: S!A1"]);
    book.value("B1").unwrap();
    assert_eq!(told(&book, &events), ["4 Recalculation: S!B1"]);
}

#[test]
fn who_watches_a_range_is_told_of_nothing_else() {
    let book = super::book_of(&["S", "T"]);
    enter(&book, &[("S!B1", "=SUM(S!A:A)")]);
    let watched = ["S!A1:A9", "S!B1", "S!A10", "T!A1:C3"];
    let watched = watched.map(|address| (address, book.subscribe_to(address).unwrap()));
    let sheet = book.subscribe_to_sheet(SheetId(1));
    let count = |book: &Workbook| -> Vec<usize> {
        let each = watched.iter().map(|(_, events)| told(book, events).len());
        each.collect()
    };
    enter(&book, &[("S!A3", "4")]);
    assert_eq!(count(&book), [1, 1, 0, 0]);
    enter(&book, &[("T!C3", "4"), ("T!D4", "1")]);
    assert_eq!(count(&book), [0, 0, 0, 1]);
    assert_eq!(told(&book, &sheet).len(), 1);
    book.edit(|tx| tx.insert_rows(SheetId(0), 8, 1)).unwrap();
    assert_eq!(count(&book), [1, 0, 1, 0]);
    book.edit(|tx| tx.remove_sheet("T")).unwrap();
    assert_eq!(count(&book), [0, 0, 0, 1]);
    assert!(book.subscribe_to("U!A1").is_err() && book.subscribe_to("S!").is_err());
}

#[test]
fn a_slow_reader_is_told_how_far_it_lags_and_finds_out_by_comparing() {
    let book = one_sheet();
    let events = book.subscribe();
    let before = book.snapshot();
    let all = limits::EVENTS_QUEUED + 5;
    for number in 0..all {
        let cell = Cell::new(number as u32, 0);
        book.edit(|tx| tx.set_at(SheetId(0), cell, 1.0)).unwrap();
    }
    let mut seen = before.revision();
    for _ in 0..limits::EVENTS_QUEUED {
        let Some(Notice::Changed(event)) = events.try_recv() else {
            panic!("events are missing that had room");
        };
        assert_eq!(event.revision, seen + 1);
        seen = event.revision;
    }
    assert_eq!(events.try_recv(), Some(Notice::Lagged(5)));
    assert_eq!(events.try_recv(), None);
    let diff = book.changes_since(seen).unwrap();
    assert_eq!(diff.cells().count(), 5);
    // What was missed is told before the next event, once.
    for _ in 0..limits::EVENTS_QUEUED + 2 {
        enter(&book, &[("B1", "=RAND()")]);
    }
    assert!(matches!(events.try_recv(), Some(Notice::Changed(_))));
    enter(&book, &[("C1", "1")]);
    let rest = told(&book, &events);
    assert_eq!(rest.len(), limits::EVENTS_QUEUED + 1);
    assert_eq!(rest[rest.len() - 2], "missed 2");
}

#[test]
fn a_reader_sleeps_until_there_is_something_and_ends_with_the_workbook() {
    let book = one_sheet();
    let events = book.subscribe();
    assert_eq!(events.recv_timeout(Duration::from_millis(1)), None);
    let reader = std::thread::spawn(move || events.iter().count());
    let (forks, own) = (book.snapshot().fork(), book.clone());
    enter(&forks, &[("A1", "1")]);
    for number in 0..10 {
        enter(&own, &[("A1", &number.to_string())]);
    }
    drop((book, own));
    // It has read all ten, or was told of those that it missed.
    assert!((1..=10).contains(&reader.join().unwrap()));
}

#[test]
fn a_dropped_subscription_is_gone() {
    let book = one_sheet();
    let (kept, dropped) = (book.subscribe(), book.subscribe_to("A1:B2").unwrap());
    drop(dropped);
    enter(&book, &[("A1", "1")]);
    assert_eq!(told(&book, &kept).len(), 1);
    drop(kept);
    assert!(book.shared.subscribers.is_empty());
    let outlives = book.subscribe();
    drop(book);
    assert!(outlives.is_closed() && outlives.recv().is_none());
}

/// Every event that touches an area is told to who watches it, and no other; what differs lies in its areas.
fn run(edits: &[Edit], watched: &[(u32, Rect)]) -> Result<(), TestCaseError> {
    let book = new_book();
    let all = book.subscribe();
    let watched = watched.iter();
    let watched: Vec<(Area, Subscription)> = watched
        .map(|(sheet, rect)| Area::new(SheetId(*sheet), *rect))
        .map(|area| (area, book.subscribe_to_area(area)))
        .collect();
    for edit in edits {
        let before = book.snapshot();
        make(&book, edit);
        let event = match all.try_recv() {
            Some(Notice::Changed(event)) => Some(event),
            _ => None,
        };
        prop_assert_eq!(event.is_some(), book.revision() != before.revision());
        prop_assert!(all.try_recv().is_none());
        for (area, subscription) in &watched {
            let expected = event.clone().filter(|event| event.touches(area));
            prop_assert_eq!(subscription.try_recv(), expected.map(Notice::Changed));
        }
        let Some(event) = event else { continue };
        let diff = book.snapshot().diff(&before);
        let ranges = diff.ranges().iter().filter(|range| range.values);
        for area in ranges.filter_map(|range| range.after) {
            let cells = (area.rect.top..=area.rect.bottom).flat_map(|row| {
                (area.rect.left..=area.rect.right).map(move |column| Cell::new(row, column))
            });
            for cell in cells {
                let cell = Area::new(area.sheet, Rect::cell(cell));
                prop_assert!(
                    event.touches(&cell),
                    "{cell:?} differs, the event has {:?}",
                    event.areas
                );
            }
        }
    }
    Ok(())
}

#[test]
fn cells_that_a_spill_gives_back_are_told() {
    let book = Workbook::new();
    let sheet = book.add_sheet("S").unwrap();
    book.edit(|tx| tx.set_formula("S!D3", "=SEQUENCE(3)"))
        .unwrap();
    let events = book.subscribe();
    book.edit(|tx| tx.set("S!D3", 1.0)).unwrap();
    let Some(Notice::Changed(event)) = events.try_recv() else {
        panic!("no event");
    };
    assert!(event.touches(&Area::new(sheet, Rect::cell(Cell::new(4, 3)))));
}

fn watched() -> impl Strategy<Value = (u32, Rect)> {
    let corner = || (0..30_u32, 0..12_u32).prop_map(|(row, column)| Cell::new(row, column));
    let around =
        prop_oneof![4 => corner(), 1 => Just(Cell::new(limits::ROWS - 1, limits::COLUMNS - 1))];
    (0..3_u32, corner(), around).prop_map(|(sheet, a, b)| (sheet, Rect::new(a, b)))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, max_shrink_iters: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_changes_lies_in_the_areas_of_its_event_and_is_told_to_those_who_watch_it(
        edits in edits(Style::Wild, 12),
        watched in proptest::collection::vec(watched(), 0..120),
    ) {
        run(&edits, &watched)?;
    }
}
