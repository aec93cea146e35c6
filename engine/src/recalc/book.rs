//! What a recalculation asks of the workbook beside cells and graph, and the plans of its formulas.

use std::sync::Arc;

use hashbrown::HashMap;

use crate::formula::Template;
use crate::functions::{Hidden, Reference};
use crate::graph::{Axes, Facts};
use crate::plan::{self, Plan};
use crate::reference::{Cell, SheetId};
use crate::value::CellError;

/// The workbook around the cells: all that stays as it is while cells are computed.
pub trait Book: plan::Book + Axes {
    /// Why a row is not shown, if it is not.
    fn hidden(&self, sheet: SheetId, row: u32) -> Hidden;

    /// Whether any row of the sheet is hidden by a filter.
    fn filtered(&self, sheet: SheetId) -> bool;

    /// The text of the formula in a cell, with its `=`.
    fn formula_text(&self, sheet: SheetId, cell: Cell) -> Option<Arc<str>>;

    /// The code of a cell's number format.
    fn number_format(&self, sheet: SheetId, cell: Cell) -> Arc<str>;

    /// What a text refers to, as INDIRECT reads it.
    fn resolve(&self, text: &str, r1c1: bool, sheet: SheetId, cell: Cell) -> Result<Reference, CellError>;

    /// A sheet's name.
    fn sheet_name(&self, sheet: SheetId) -> Option<Arc<str>>;

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
}

/// The plans of the formulas in use: derived from templates, never part of a revision.
///
/// Bindings are thrown away when axes, names or tables change and made again when next needed.
#[derive(Default)]
pub struct Plans {
    bound: HashMap<(usize, SheetId), (Arc<Template>, Bound)>,
}

// The addresses are only keys; each entry holds the template that its key points to.
impl Plans {
    /// The template bound on a sheet.
    pub fn bind(&mut self, template: &Arc<Template>, sheet: SheetId, book: &dyn Book) -> Bound {
        let key = (Arc::as_ptr(template) as usize, sheet);
        if let Some((_, bound)) = self.bound.get(&key) {
            return bound.clone();
        }
        let plan = plan::bind(template, sheet, book);
        let facts = Arc::new(plan.facts());
        let bound = Bound { plan: Arc::new(plan), facts };
        self.bound.insert(key, (template.clone(), bound.clone()));
        bound
    }

    /// Forgets all bindings: axes, names or tables have changed.
    pub fn clear(&mut self) {
        self.bound.clear();
    }

    /// Number of bindings.
    pub fn len(&self) -> usize {
        self.bound.len()
    }

    /// Whether nothing is bound.
    pub fn is_empty(&self) -> bool {
        self.bound.is_empty()
    }
}
