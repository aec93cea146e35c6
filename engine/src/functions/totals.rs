//! Totals of the cells that meet criteria: many formulas ask for the same one, as SUMIF does that is filled beside its
//! own criteria.

use std::any::TypeId;
use std::sync::{PoisonError, RwLock};

use hashbrown::HashMap;
use smallvec::SmallVec;

use super::Context;
use crate::reference::{Area, SheetId};
use crate::value::{CellError, SumMode, ValueRef};

/// Totals that are kept, at most.
const TOTALS: usize = 1 << 16;

/// Ranges that kept totals were made of, at most.
const AREAS: usize = 1 << 8;

/// What a total is made of: all that it depends on but the cells themselves.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TotalKey {
    kind: TypeId,
    in_order: bool,
    /// What texts in criteria and cells are read by.
    date1904: bool,
    year: i32,
    areas: SmallVec<[Area; 3]>,
    criteria: SmallVec<[Sought; 2]>,
}

/// The value of a criterion, to the last bit.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Sought {
    Blank,
    Number(u64),
    Text(Box<str>),
    Boolean(bool),
    Error(CellError),
}

impl TotalKey {
    /// The total of a kind over some cells, without criteria yet.
    pub fn new(context: &Context<'_>, kind: TypeId, values: Area) -> TotalKey {
        TotalKey {
            kind,
            in_order: context.sum_mode == SumMode::ExcelOrder,
            date1904: context.conventions.date1904,
            year: context.conventions.year,
            areas: SmallVec::from_slice(&[values]),
            criteria: SmallVec::new(),
        }
    }

    /// Adds a criterion and the range that must meet it.
    pub fn add(&mut self, area: Area, criterion: ValueRef<'_>) {
        self.areas.push(area);
        self.criteria.push(match criterion {
            ValueRef::Blank => Sought::Blank,
            ValueRef::Number(x) => Sought::Number(x.to_bits()),
            ValueRef::Text(text) => Sought::Text(text.into()),
            ValueRef::Boolean(x) => Sought::Boolean(x),
            ValueRef::Error(error) => Sought::Error(error),
        });
    }
}

/// The totals that are known while no cell of their ranges changes.
#[derive(Debug, Default)]
pub struct Totals(RwLock<Known>);

#[derive(Debug, Default)]
struct Known {
    totals: HashMap<TotalKey, Result<f64, CellError>>,
    /// The ranges that the totals were made of.
    areas: Vec<Area>,
}

impl Totals {
    /// A total, if it is known.
    pub fn get(&self, key: &TotalKey) -> Option<Result<f64, CellError>> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.totals.get(key).copied()
    }

    /// Makes a total known, unless too many are.
    pub fn keep(&self, key: TotalKey, total: Result<f64, CellError>) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.totals.len() >= TOTALS {
            return;
        }
        for area in &key.areas {
            if !known.areas.contains(area) {
                if known.areas.len() >= AREAS {
                    return;
                }
                known.areas.push(*area);
            }
        }
        known.totals.insert(key, total);
    }

    /// Forgets all if a cell that any of them was made of lies in `area`.
    pub fn forget(&mut self, area: &Area) {
        self.forget_if(|read| {
            read.sheet == area.sheet && read.rect.intersection(&area.rect).is_some()
        });
    }

    /// Forgets all if a cell that any of them was made of lies on this sheet.
    pub fn forget_sheet(&mut self, sheet: SheetId) {
        self.forget_if(|read| read.sheet == sheet);
    }

    fn forget_if(&mut self, is_read: impl Fn(&Area) -> bool) {
        let known = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        if known.areas.iter().any(is_read) {
            known.totals.clear();
            known.areas.clear();
        }
    }
}
