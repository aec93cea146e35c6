//! Run lists against an owner noted for each anchor.

use proptest::prelude::*;

use crate::graph::{Owner, RegionId, Run, RunList};
use crate::reference::Anchor;

const ANCHORS: u32 = 40;

#[derive(Debug, Clone)]
enum Step {
    Assign(u32, u32, Owner),
    Cut(u32, u32),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let owner = prop_oneof![
        3 => (0..3_u32).prop_map(|id| Owner::Formula(RegionId(id))),
        1 => Just(Owner::Spill(Anchor(1), Anchor(2))),
        1 => Just(Owner::ArrayFormula(Anchor(1), Anchor(2))),
    ];
    let span =
        (0..ANCHORS, 1..8_u32).prop_map(|(first, length)| (first, length.min(ANCHORS - first)));
    let step =
        (span, proptest::option::weighted(0.7, owner)).prop_map(|((first, length), owner)| {
            match owner {
                Some(owner) => Step::Assign(first, length, owner),
                None => Step::Cut(first, length),
            }
        });
    prop::collection::vec(step, 1..40)
}

/// The runs that a list should have: as few as there can be.
fn runs_of(model: &[Option<Owner>], base: u32) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (at, owner) in model.iter().enumerate() {
        let Some(owner) = *owner else { continue };
        match runs.last_mut() {
            Some(run) if run.owner == owner && run.end() == base + at as u32 => run.length += 1,
            _ => runs.push(Run {
                first: Anchor(base + at as u32),
                length: 1,
                owner,
            }),
        }
    }
    runs
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_run_list_is_the_owners_of_all_anchors_in_as_few_runs_as_can_be(
        steps in steps(), base in prop::sample::select(vec![0, Anchor::INSERTED, u32::MAX - ANCHORS]), asked in (0..ANCHORS, 1..20_u32)
    ) {
        let mut list = RunList::default();
        let mut model: Vec<Option<Owner>> = vec![None; ANCHORS as usize];
        for step in steps {
            let (first, length, owner) = match step {
                Step::Assign(first, length, owner) => (first, length, Some(owner)),
                Step::Cut(first, length) => (first, length, None),
            };
            let lost = match owner {
                Some(owner) => list.assign(Anchor(base + first), length, owner),
                None => list.cut(Anchor(base + first), length),
            };
            let cells = &mut model[first as usize..(first + length) as usize];
            let before = runs_of(cells, base + first);
            let lost: Vec<(Owner, u32)> = lost.into_iter().collect();
            prop_assert_eq!(lost, before.iter().map(|run| (run.owner, run.length)).collect::<Vec<_>>());
            cells.fill(owner);
            // Cutting leaves neighbours of one owner apart where they were apart: their runs touch only after a cut
            // between them was filled by assigning, which joins them.
            prop_assert_eq!(list.iter().collect::<Vec<_>>(), runs_of(&model, base));
            prop_assert_eq!(list.is_empty(), model.iter().all(Option::is_none));
        }
        for (at, owner) in model.iter().enumerate() {
            prop_assert_eq!(list.run(Anchor(base + at as u32)).map(|run| run.owner), *owner);
        }
        let (first, length) = (asked.0, asked.1.min(ANCHORS - asked.0));
        let within: Vec<Run> = list.within(Anchor(base + first), length).collect();
        prop_assert_eq!(within, runs_of(&model[first as usize..(first + length) as usize], base + first));
        prop_assert_eq!(RunList::from_sorted(list.iter()).iter().collect::<Vec<_>>(), runs_of(&model, base));
    }
}
