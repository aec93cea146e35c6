//! The groups of shared formulas of one sheet while it is read.
//!
//! A group's number may be used again by a later master, and its cells may come before the master; those wait here.

use std::sync::Arc;

use hashbrown::HashMap;

use crate::reference::Cell;
use crate::value::Value;

/// The cell whose formula a group shares.
#[derive(Debug, Clone)]
pub(super) struct Master {
    /// Counts the groups of the sheet, in the order of their masters.
    pub(super) group: u32,
    /// The cell that the text is written for.
    pub(super) cell: Cell,
    /// The formula.
    pub(super) text: Arc<str>,
}

/// A cell that came before the master of its group.
#[derive(Debug, Clone)]
pub(super) struct Waiting {
    pub(super) cell: Cell,
    pub(super) stored: Value,
    pub(super) style: u32,
}

/// The groups by the number that the file gives them.
#[derive(Debug, Default)]
pub(super) struct SharedGroups {
    masters: HashMap<u32, Master>,
    waiting: HashMap<u32, Vec<Waiting>>,
    count: u32,
}

impl SharedGroups {
    /// The master of the group that the file calls `number`, if it has come.
    pub(super) fn master(&self, number: u32) -> Option<&Master> {
        self.masters.get(&number)
    }

    /// Makes `cell` the master of the group `number`; gives it and the cells that waited for it.
    pub(super) fn define(&mut self, number: u32, cell: Cell, text: &str) -> (Master, Vec<Waiting>) {
        let master = Master {
            group: self.count,
            cell,
            text: text.into(),
        };
        self.count += 1;
        self.masters.insert(number, master.clone());
        (master, self.waiting.remove(&number).unwrap_or_default())
    }

    /// Lets a cell wait for its master.
    pub(super) fn wait(&mut self, number: u32, cell: Waiting) {
        self.waiting.entry(number).or_default().push(cell);
    }

    /// The cells whose master never came, in row-major order.
    pub(super) fn take_waiting(&mut self) -> Vec<Waiting> {
        let mut left: Vec<Waiting> = std::mem::take(&mut self.waiting)
            .into_values()
            .flatten()
            .collect();
        left.sort_by_key(|waiting| waiting.cell);
        left
    }
}
