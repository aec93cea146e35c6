//! LET: names for values within a formula.
//!
//! Each value is computed once, kept under a number, and put wherever its name stands; an error in one that is not
//! used does no harm. The names are bound here, not at evaluation, so that a name means the innermost LET around it.

use super::bind::{Binder, Site, Work};
use super::bound::Operation;
use crate::error::ErrorKind;
use crate::formula::{NodeId, ast};

/// A name bound by LET.
pub(super) struct LetName {
    /// The formula in which it holds: names of LET are not seen by the formulas of defined names.
    source: usize,
    name: String,
    slot: u32,
    /// The node of its value.
    pub(super) value: NodeId,
}

impl Binder<'_> {
    /// Binds `LET(name, value, ..., result)`.
    pub(super) fn let_names(&mut self, source: usize, arguments: &[NodeId], site: Site) {
        let Some((result, pairs)) = arguments
            .split_last()
            .filter(|(_, pairs)| pairs.len() >= 2 && pairs.len().is_multiple_of(2))
        else {
            let message = format!(
                "LET takes names with values and a result, not {} arguments",
                arguments.len()
            );
            return self.refuse(ErrorKind::Parse, message);
        };
        let mut names = Vec::with_capacity(pairs.len() / 2);
        for pair in pairs.chunks_exact(2) {
            match self.node(source, pair[0]) {
                ast::Node::Name(name) if name.scope == ast::Sheets::Here => {
                    names.push((name.name.clone(), pair[1]));
                }
                _ => {
                    let message = format!("argument {} of LET is not a name", names.len() * 2 + 1);
                    return self.refuse(ErrorKind::Parse, message);
                }
            }
        }
        let result_site = Site {
            root: false,
            ..site
        };
        self.work.push(Work::EndLocals(names.len()));
        self.work.push(Work::Visit(source, *result, result_site));
        for (name, value) in names.into_iter().rev() {
            self.work.push(Work::BeginLocal(source, name, value));
            self.work.push(Work::Visit(source, value, site.inner()));
        }
    }

    /// The value computed last gets a name.
    pub(super) fn begin_local(&mut self, source: usize, name: &str, value: NodeId) {
        let slot = self.plan.locals;
        self.plan.locals += 1;
        self.emit(Operation::Store(slot), true);
        self.locals.push(LetName {
            source,
            name: name.to_lowercase(),
            slot,
            value,
        });
    }

    /// Where the value of a name of LET is kept.
    pub(super) fn local(&self, source: usize, name: &str) -> Option<u32> {
        let place = self.local_among(self.locals.len(), source, name)?;
        self.locals.get(place).map(|local| local.slot)
    }

    /// The place in `Binder::locals` of the innermost name of LET among the first `visible` ones.
    pub(super) fn local_among(&self, visible: usize, source: usize, name: &str) -> Option<usize> {
        let visible = self
            .locals
            .get(..visible)
            .filter(|locals| !locals.is_empty())?;
        let name = name.to_lowercase();
        visible
            .iter()
            .rposition(|local| local.source == source && local.name == name)
    }
}
