//! Edits that go a way that is kept: the dirty cells of a cone in its order.

use std::sync::Arc;

use super::Changes;
use super::cone::{Cone, Step};
use super::kept_cones::Known;
use super::schedule::{Run, Seeds};
use crate::limits;
use crate::reference::{Cell, SheetId};
use crate::value::ValueRef;

/// The steps of a cone that are dirty, as bits.
struct Dirty {
    words: Vec<u64>,
    /// No word before this one has a bit.
    at: usize,
}

impl Dirty {
    fn none_of(steps: usize) -> Dirty {
        Dirty {
            words: vec![0; steps.div_ceil(64)],
            at: 0,
        }
    }

    fn add(&mut self, step: u32) {
        self.words[step as usize / 64] |= 1 << (step % 64);
    }

    /// Takes the first one out. What is added later must come behind it.
    fn pop(&mut self) -> Option<usize> {
        while let Some(word) = self.words.get_mut(self.at) {
            if *word != 0 {
                let bit = word.trailing_zeros() as usize;
                *word &= *word - 1;
                return Some(self.at * 64 + bit);
            }
            self.at += 1;
        }
        None
    }
}

impl Run<'_, '_> {
    /// The kept cone of these seeds, made now if they have come before.
    pub(super) fn kept_cone(&self, seeds: &Seeds) -> Option<Arc<Cone>> {
        let areas = seeds.changed.areas();
        let is_few = (1..=limits::CONE_SEEDS).contains(&areas.len());
        if !is_few || seeds.all || !seeds.dirty.is_empty() {
            return None;
        }
        if areas.iter().any(|area| area.rect.size() != 1) {
            return None;
        }
        if self.effort.eager || self.graph.has_arrays() {
            return None;
        }
        let mut cells: [(SheetId, Cell); limits::CONE_SEEDS] =
            [(SheetId(0), Cell::new(0, 0)); limits::CONE_SEEDS];
        let cells = &mut cells[..areas.len()];
        for (cell, area) in cells.iter_mut().zip(areas) {
            *cell = (area.sheet, area.rect.top_left());
        }
        match self.plans.cones().find(cells, self.graph) {
            Known::Cone(cone) => return cone,
            Known::New if !self.effort.keep_cones => return None,
            Known::New | Known::Seen => {}
        }
        let whole = (&*self.grids, &*self.graph, &*self.plans, self.around.book);
        let cone = Cone::of(cells, whole).map(Arc::new);
        let mut kept = self.plans.cones();
        kept.keep(cells.to_vec(), self.graph, cone.clone());
        cone
    }

    /// Computes what is dirty of a cone.
    pub(super) fn follow(&mut self, cone: &Cone) {
        let mut dirty = Dirty::none_of(cone.steps.len());
        cone.first.iter().for_each(|step| dirty.add(*step));
        let mut changes = Changes::default();
        while let Some(number) = dirty.pop() {
            if self.is_cancelled() {
                return;
            }
            let step = &cone.steps[number];
            if self.take(cone, step) {
                changes.add(step.sheet, step.cell);
                cone.readers(step).iter().for_each(|next| dirty.add(*next));
            }
        }
        self.outcome.changed.append(changes);
    }

    /// Computes the cell of a step; tells whether its value changed.
    fn take(&mut self, cone: &Cone, step: &Step) -> bool {
        let place = (step.sheet, step.cell);
        let number = cone.loads(step).and_then(|loads| {
            let open = self.grids.open();
            let numbers = loads.iter().map_while(|load| open.number_at(*load));
            step.bound.numbers()?.run(numbers)
        });
        let Some(number) = number else {
            return self.compute_cell(step.id, &step.bound, place);
        };
        self.count(step.sheet, step.cell);
        self.grids
            .set_at(place, step.place, ValueRef::Number(number))
    }
}
