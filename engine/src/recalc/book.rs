//! What a recalculation asks of the workbook beside cells and graph, and the plans of its formulas.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};

use hashbrown::HashMap;

use super::Grids;
use super::kept_cones::KeptCones;
use crate::formula::{self, Template};
use crate::functions::{self, Hidden};
use crate::graph::{Axes, Facts};
use crate::plan::tiles::TileProgram;
use crate::plan::{self, NumberProgram, Plan};
use crate::reference::{Cell, Rect, SheetId};

/// The workbook around the cells: all that stays as it is while cells are computed.
pub trait Book: plan::Book + formula::Book + Axes + Sync {
    /// Why a row is not shown, if it is not.
    fn hidden(&self, sheet: SheetId, row: u32) -> Hidden;

    /// Whether any row of the sheet is hidden by a filter.
    fn filtered(&self, sheet: SheetId) -> bool;

    /// Whether an array may not spill over these cells even if they are empty: some are merged, or lie in a table.
    fn refuses_spill(&self, sheet: SheetId, rect: &Rect) -> bool;

    /// The text of the formula in a cell, with its `=`.
    fn formula_text(&self, sheet: SheetId, cell: Cell) -> Option<Arc<str>>;

    /// The code of a cell's number format.
    fn number_format(&self, grids: &Grids, sheet: SheetId, cell: Cell) -> Arc<str>;

    /// The sheets in tab order.
    fn sheets(&self) -> Vec<SheetId>;
}

/// A template bound to functions, names and tables on one sheet: how it is evaluated, and what the graph must know.
#[derive(Clone)]
pub struct Bound {
    /// How it is evaluated.
    pub plan: Arc<Plan>,
    /// What it reads.
    pub facts: Arc<Facts>,
    programs: Arc<Programs>,
}

/// What a plan is turned into when it is first needed.
#[derive(Default)]
struct Programs {
    tiles: OnceLock<TileProgram>,
    numbers: OnceLock<Option<NumberProgram>>,
}

impl Bound {
    /// How many rows of it are evaluated at a time.
    pub(super) fn tiles(&self) -> &TileProgram {
        let tiles = &self.programs.tiles;
        tiles.get_or_init(|| TileProgram::compile(&self.plan))
    }

    /// How a single cell of it is evaluated if it is plain arithmetic.
    pub(super) fn numbers(&self) -> Option<&NumberProgram> {
        let numbers = &self.programs.numbers;
        numbers
            .get_or_init(|| NumberProgram::compile(&self.plan))
            .as_ref()
    }
}

/// The plans of the formulas in use: derived from templates, so that a revision may lose them at any time.
///
/// Clones share them: revisions with the same axes, names and tables, and what is forked from them. When these change
/// a draft goes on with plans of its own, which are made when next needed.
#[derive(Clone, Default)]
pub struct Plans {
    bound: Arc<RwLock<Bindings>>,
    cones: Arc<Mutex<KeptCones>>,
}

type Bindings = HashMap<(usize, SheetId), (Arc<Template>, Bound)>;

// The addresses are only keys; each entry holds the template that its key points to.
impl Plans {
    /// The template bound on a sheet.
    pub fn bind(&self, template: &Arc<Template>, sheet: SheetId, book: &dyn Book) -> Bound {
        let key = (Arc::as_ptr(template) as usize, sheet);
        {
            let known = self.bound.read().unwrap_or_else(PoisonError::into_inner);
            if let Some((_, bound)) = known.get(&key) {
                return bound.clone();
            }
        }
        let plan = plan::bind(template, sheet, book);
        let facts = Arc::new(facts_of(template, &plan));
        let bound = Bound {
            plan: Arc::new(plan),
            facts,
            programs: Arc::default(),
        };
        let mut known = self.bound.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(key, (template.clone(), bound.clone()));
        bound
    }

    /// Goes on without any, and leaves those with whom they were shared theirs: axes, names or tables have changed.
    pub fn clear(&mut self) {
        *self = Plans::default();
    }

    /// Whether both share their plans.
    pub fn is_same(&self, other: &Plans) -> bool {
        Arc::ptr_eq(&self.bound, &other.bound)
    }

    /// The ways that small edits have gone.
    pub(super) fn cones(&self) -> MutexGuard<'_, KeptCones> {
        self.cones.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many edits there are whose way is kept.
    #[cfg(test)]
    pub(crate) fn cones_kept(&self) -> usize {
        self.cones().len()
    }

    /// Lets go of all plans, for everyone with whom they are shared: they are made again when needed.
    pub fn forget(&self) {
        *self.cones() = KeptCones::default();
        let mut known = self.bound.write().unwrap_or_else(PoisonError::into_inner);
        *known = Bindings::default();
    }
}

/// What the graph must know of a bound formula.
fn facts_of(template: &Template, plan: &Plan) -> Facts {
    let calls = template.ast.functions().filter_map(functions::find);
    let uses = &plan.uses;
    Facts {
        reads: plan.reads.clone().into_boxed_slice(),
        volatile: plan.flags.volatile,
        dynamic: plan.flags.dynamic,
        unsupported: plan.unsupported.clone(),
        holds_subtotal: plan.flags.holds_subtotal,
        reads_formulas: plan.flags.holds_subtotal || plan.flags.reads_formulas,
        positional: plan.flags.sized_by_axes
            || calls
                .into_iter()
                .any(|function| function.flags.reads_no_values),
        bound_by_name: !uses.names.is_empty() || !uses.tables.is_empty() || uses.sheet_order,
    }
}
