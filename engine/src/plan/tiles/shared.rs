//! What is the same in all rows of a column, found out once for all tiles and threads.

use std::sync::{Mutex, PoisonError};

use crate::value::Value;

/// Values that machines share, at most.
const SHARED: usize = 64;

/// What uniform steps of a program give, by step and column, for all machines that run it while no cell changes.
#[derive(Default)]
pub struct SharedValues(Mutex<Vec<((u32, u32), Value)>>);

impl SharedValues {
    /// What is known.
    pub(super) fn get(&self, key: (u32, u32)) -> Option<Value> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known.iter().find(|(known, _)| *known == key);
        found.map(|(_, value)| value.clone())
    }

    /// Makes it known.
    pub(super) fn put(&self, key: (u32, u32), value: Value) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() < SHARED {
            known.push((key, value));
        }
    }
}
