//! Tests of chunks: bases and patches against a plain list of values.

use proptest::prelude::*;

use super::*;
use crate::value::{CellError, Value};

#[derive(Debug, Clone)]
enum Write {
    Set(u16, Value),
    Fill(Range<u16>, Value),
    Numbers(u16, Vec<f64>),
    Lanes(u16, Vec<Value>),
    Copy(u16, Range<u16>),
    Freeze,
    Read,
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => (-5..5_i32).prop_map(|x| Value::from(f64::from(x))),
        2 => Just(Value::Blank),
        1 => any::<bool>().prop_map(Value::Boolean),
        1 => Just(Value::Error(CellError::Na)),
        1 => "[a-c]{0,5}".prop_map(Value::from),
        2 => "[a-c]{6,9}".prop_map(Value::from),
    ]
}

fn slot() -> impl Strategy<Value = u16> {
    prop_oneof![3 => 0..40_u16, 1 => 0..SLOTS]
}

fn slots() -> impl Strategy<Value = Range<u16>> {
    prop_oneof![
        (slot(), 0..12_u16).prop_map(|(start, len)| start..(start + len).min(SLOTS)),
        (0..=SLOTS, 0..=SLOTS).prop_map(|(a, b)| a.min(b)..a.max(b)),
    ]
}

fn write() -> impl Strategy<Value = Write> {
    prop_oneof![
        12 => (slot(), value()).prop_map(|(slot, value)| Write::Set(slot, value)),
        1 => (slots(), value()).prop_map(|(slots, value)| Write::Fill(slots, value)),
        1 => (slot(), proptest::collection::vec(-3.0..3.0_f64, 0..300)).prop_map(|(slot, mut x)| {
            x.truncate(usize::from(SLOTS - slot));
            Write::Numbers(slot, x)
        }),
        1 => (slot(), proptest::collection::vec(value(), 0..50)).prop_map(|(slot, mut x)| {
            x.truncate(usize::from(SLOTS - slot));
            x.retain(|value| PackedCell::of(value.as_ref()).is_some());
            Write::Lanes(slot, x)
        }),
        1 => (slot(), slots()).prop_map(|(slot, slots)| {
            let end = slots.end.min(slots.start + (SLOTS - slot));
            Write::Copy(slot, slots.start..end)
        }),
        3 => Just(Write::Freeze),
        1 => Just(Write::Read),
    ]
}

type Model = Vec<Value>;

fn check(chunk: &Chunk, model: &Model) {
    assert_eq!(chunk.filled(), chunk.counts().filled());
    let mut summary = Summary::default();
    let mut lanes = vec![0.0; usize::from(SLOTS)];
    chunk.read_into(0..SLOTS, &mut lanes);
    let mut visited = vec![Value::Blank; model.len()];
    chunk.visit_filled(0..SLOTS, |slot, value| {
        assert_ne!(value, ValueRef::Blank);
        visited[usize::from(slot)] = value.to_value();
    });
    assert_eq!(&visited, model);
    for (slot, value) in (0..SLOTS).zip(model) {
        assert_eq!(chunk.cell(slot).to_value(), *value);
        let packed = PackedCell::from_lane(lanes[usize::from(slot)]);
        assert_eq!(packed, chunk.packed(slot));
        let fold = match value {
            Value::Text(text) => Some(fold_hash(text)),
            _ => None,
        };
        assert_eq!(chunk.text_fold(slot), fold);
        match value {
            Value::Blank => {}
            Value::Number(x) => {
                summary.counts.numbers += 1;
                let (min, max) = summary.extremes.unwrap_or((*x, *x));
                summary.extremes = Some((min.min(*x), max.max(*x)));
            }
            Value::Text(_) => summary.counts.texts += 1,
            Value::Boolean(_) => summary.counts.booleans += 1,
            Value::Error(_) => {
                summary.counts.errors += 1;
                summary.first_error = summary.first_error.or(Some(slot));
            }
        }
    }
    assert_eq!(chunk.summary(), summary);
    assert_eq!(chunk.counts(), summary.counts);
    assert_eq!(chunk.is_blank(), summary.counts.filled() == 0);
    assert!(chunk.base.texts.len() <= 4 && chunk.patches.len() <= PATCHES);
}

fn check_ranges(chunk: &Chunk, model: &Model, slots: Range<u16>) {
    let range = usize::from(slots.start)..usize::from(slots.end);
    let part = &model[range.clone()];
    let place = |at: usize| slots.start + at as u16;
    let first = part.iter().position(|v| !v.is_blank()).map(place);
    let last = part.iter().rposition(|v| !v.is_blank()).map(place);
    assert_eq!(chunk.next_filled(slots.clone()), first);
    assert_eq!(chunk.last_filled(slots.clone()), last);
    let mut visited = Vec::new();
    chunk.visit_filled(slots.clone(), |slot, value| {
        visited.push((slot, value.to_value()))
    });
    let filled = part.iter().enumerate().filter(|(_, v)| !v.is_blank());
    let expected: Vec<_> = filled.map(|(at, v)| (place(at), v.clone())).collect();
    assert_eq!(visited, expected);
    if let Some(numbers) = chunk.number_slice(slots.clone()) {
        let numbers: Model = numbers.iter().map(|x| Value::Number(*x)).collect();
        assert_eq!(numbers, part);
    }
    if let Some(cell) = chunk.constant(slots.clone()) {
        assert!(part.iter().all(|v| *v == chunk.base.cell(cell).to_value()));
    }
    let mut lanes = vec![0.0; slots.len()];
    chunk.read_into(slots.clone(), &mut lanes);
    assert!(
        slots
            .zip(lanes)
            .all(|(slot, lane)| chunk.packed(slot).to_lane().to_bits() == lane.to_bits())
    );
}

fn check_differing(a: (&Chunk, &Model), slots: Range<u16>, b: (&Chunk, &Model), start: u16) {
    let mut found = Vec::new();
    a.0.differing(slots.clone(), (b.0, start), |run| found.extend(run));
    let shifted = |slot: u16| usize::from(slot - slots.start + start);
    let is_other = |slot: &u16| a.1[usize::from(*slot)] != b.1[shifted(*slot)];
    let expected: Vec<u16> = slots.clone().filter(is_other).collect();
    assert_eq!(found, expected);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]
    #[test]
    fn a_chunk_is_a_list_of_values_and_frozen_ones_stay(
        writes in proptest::collection::vec(write(), 0..200),
        ranges in proptest::collection::vec(slots(), 5),
    ) {
        let mut model: Model = vec![Value::Blank; usize::from(SLOTS)];
        let mut open = OpenChunk::default();
        let mut kept = vec![];
        for write in writes {
            match write {
                Write::Set(slot, value) => {
                    open.set(slot, value.as_ref());
                    model[usize::from(slot)] = value;
                }
                Write::Fill(slots, value) => {
                    open.fill(slots.clone(), value.as_ref());
                    model[usize::from(slots.start)..usize::from(slots.end)].fill(value);
                }
                Write::Numbers(slot, numbers) => {
                    open.write_numbers(slot, &numbers);
                    for (at, x) in numbers.into_iter().enumerate() {
                        model[usize::from(slot) + at] = x.into();
                    }
                }
                Write::Lanes(slot, values) => {
                    let packed = values.iter().map(|value| PackedCell::of(value.as_ref()));
                    let lanes: Vec<f64> = packed.map(|cell| cell.unwrap().to_lane()).collect();
                    open.write_lanes(slot, &lanes);
                    for (at, value) in values.into_iter().enumerate() {
                        model[usize::from(slot) + at] = value;
                    }
                }
                Write::Copy(slot, slots) => {
                    let source = model.clone();
                    open.copy_from(slot, &open.frozen(), slots.clone());
                    for (at, from) in slots.enumerate() {
                        let value = &source[usize::from(from)];
                        if !value.is_blank() {
                            model[usize::from(slot) + at] = value.clone();
                        }
                    }
                }
                Write::Freeze => {
                    let chunk = std::mem::take(&mut open).freeze();
                    open = OpenChunk::new(&chunk);
                    kept.push((Arc::new(chunk), model.clone()));
                }
                Write::Read => kept.push((open.frozen(), model.clone())),
            }
            let filled = model.iter().filter(|v| !v.is_blank()).count();
            prop_assert_eq!(usize::from(open.filled()), filled);
        }
        for (slot, value) in (0..SLOTS).zip(&model) {
            prop_assert_eq!(&open.cell(slot).to_value(), value);
        }
        kept.push((open.into_shared(), model));
        for (chunk, model) in kept.iter().rev().take(6) {
            check(chunk, model);
            ranges.iter().for_each(|slots| check_ranges(chunk, model, slots.clone()));
            for ((other, former), slots) in kept.iter().zip(&ranges) {
                let (ours, theirs) = ((&**chunk, model), (&**other, former));
                check_differing(ours, slots.clone(), theirs, slots.start);
                check_differing(ours, slots.clone(), theirs, 0);
            }
        }
    }
}

#[test]
fn point_edits_share_the_base_until_there_are_too_many() {
    let mut open = OpenChunk::default();
    open.write_numbers(0, &[1.5; 100]);
    open.set(99, ValueRef::Number(2.0));
    let base = open.freeze();
    assert!(matches!(base.base.slots, Slots::Numbers(_)));
    let mut chunk = base.clone();
    for slot in 0..PATCHES as u16 {
        chunk = chunk.with_patch(slot, ValueRef::Text("longer than five"));
        assert!(chunk.shares_base(&base));
    }
    assert_eq!(chunk.patch_count(), PATCHES);
    let rebased = chunk.with_patch(99, ValueRef::Blank);
    assert!(!rebased.shares_base(&base));
    assert_eq!(rebased.patch_count(), 0);
    assert_eq!(rebased.base.texts.len(), 1);
    let mut back = chunk;
    for slot in 0..PATCHES as u16 {
        back = back.with_patch(slot, ValueRef::Number(1.5));
    }
    assert_eq!(
        back.patch_count(),
        0,
        "a patch that equals the base is none"
    );
}

#[test]
fn slots_are_stored_in_the_smallest_form() {
    let form = |write: &dyn Fn(&mut OpenChunk)| {
        let mut open = OpenChunk::default();
        write(&mut open);
        open.make_dense();
        open.freeze().base
    };
    let same = form(&|open| open.fill(5..4_000, ValueRef::Text("the same everywhere")));
    assert!(matches!(
        same.slots,
        Slots::Const(
            _,
            Range {
                start: 5,
                end: 4_000
            }
        )
    ));
    let few =
        form(&|open| (0..20).for_each(|slot| open.set(slot * 100, ValueRef::Boolean(slot == 3))));
    assert!(matches!(&few.slots, Slots::Sparse(cells) if cells.len() == 20));
    let numbers: Vec<f64> = (0..300).map(f64::from).collect();
    let dense = form(&|open| open.write_numbers(0, &numbers));
    assert!(matches!(&dense.slots, Slots::Numbers(lanes) if lanes.len() == 300));
    let mixed = form(&|open| {
        open.write_numbers(0, &numbers);
        open.set(7, ValueRef::Boolean(true));
    });
    assert!(matches!(&mixed.slots, Slots::Packed(lanes) if lanes.len() == 300));
    assert!(matches!(form(&|_| {}).slots, Slots::Empty));
}

#[test]
fn texts_that_no_cell_holds_are_left_behind() {
    let mut chunk = Chunk::default();
    for round in 0..20 {
        let mut open = OpenChunk::new(&chunk);
        for slot in 0..100 {
            open.set(
                slot,
                ValueRef::Text(&format!("text {slot} of round {round}")),
            );
        }
        chunk = open.freeze();
        let stored: usize = chunk.base.texts.iter().map(|block| block.len()).sum();
        assert!(stored <= 264 && chunk.base.texts.len() <= 4);
    }
    let mut open = OpenChunk::new(&chunk);
    open.write_numbers(0, &(0..100).map(f64::from).collect::<Vec<_>>());
    assert!(open.freeze().base.texts.is_empty());
}

#[test]
fn a_slot_that_is_written_again_and_again_keeps_few_texts() {
    let mut open = OpenChunk::default();
    open.make_dense();
    for round in 0..100_000 {
        open.set(
            (round % 3) as u16,
            ValueRef::Text(&format!("number {round}")),
        );
    }
    assert_eq!(open.cell(2).value(), ValueRef::Text("number 99998"));
    assert_eq!(open.cell(0).value(), ValueRef::Text("number 99999"));
    assert!(open.new_texts() <= 4 * usize::from(SLOTS));
    assert_eq!(open.freeze().base.texts[0].len(), 3);
}

#[test]
fn a_range_of_numbers_is_read_where_it_lies() {
    let numbers: Vec<f64> = (0..SLOTS).map(f64::from).collect();
    let mut open = OpenChunk::default();
    open.write_numbers(0, &numbers);
    let chunk = open.freeze();
    assert_eq!(
        chunk.number_slice(1_024..2_048),
        Some(&numbers[1_024..2_048])
    );
    let chunk = chunk.with_patch(1_500, ValueRef::Number(0.0));
    assert_eq!(chunk.number_slice(1_024..2_048), None);
    assert!(chunk.number_slice(0..1_024).is_some());
}

#[test]
fn single_edits_one_after_the_other_keep_every_slot() {
    let values = |slot: u16, round: u16| match (slot + round) % 7 {
        0 => Value::Blank,
        1 => Value::from("a text that is longer than a cell"),
        2 => Value::Boolean(true),
        _ => Value::Number(f64::from(slot) + f64::from(round) / 8.0),
    };
    for kinds in [7, 3, 0] {
        // All kinds of values; then numbers alone, over a base of numbers or of nothing.
        let mut open = OpenChunk::default();
        let numbers: Vec<f64> = (0..if kinds == 0 { 0 } else { 600 })
            .map(f64::from)
            .collect();
        open.write_numbers(0, &numbers);
        let mut chunk = open.into_shared();
        let mut model: Vec<Value> = (0..SLOTS)
            .map(|slot| chunk.cell(slot).value().to_value())
            .collect();
        for round in 0..400u16 {
            let slot = (u32::from(round) * 7_919 % 611) as u16;
            let value = match kinds {
                7 => values(slot, round),
                _ => Value::Number(f64::from(round) + 0.5),
            };
            let mut open = OpenChunk::new(&chunk);
            open.set(slot, value.as_ref());
            model[usize::from(slot)] = value;
            chunk = open.into_shared();
            let filled = model.iter().filter(|value| !value.is_blank()).count();
            assert_eq!(usize::from(chunk.filled()), filled, "round {round}");
        }
        for (slot, value) in (0..SLOTS).zip(&model) {
            assert_eq!(&chunk.cell(slot).value().to_value(), value, "slot {slot}");
        }
    }
}
