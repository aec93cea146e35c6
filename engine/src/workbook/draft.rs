//! A transaction under way: a private copy of the workbook that edits write to, published whole or dropped whole.

use std::sync::Arc;

use super::external::ExternalBooks;
use super::failures::FailureTexts;
use super::names::{Names, Tables};
use super::operation::Operation;
use super::revision::{Kept, Lineage, Revision, recalc_settings};
use super::settings::{BookSettings, Calculation};
use super::sheets::Sheets;
use super::styles::Styles;
use super::user_functions::UserFunctions;
use super::view::{BookView, Parts};
use crate::environment::Tick;
use crate::error::{Error, ErrorKind, Result};
use crate::formula::ast::{A1Reference, StructuredReference};
use crate::formula::{self, Ast, Mode, Node, ParseOptions, Template};
use crate::graph::{Facts, Graph, Order};
use crate::plan;
use crate::recalc::{self, Effort, Grids, Outcome, Plans, Seeds};
use crate::reference::{Area, Axis, Cell, Rect, SheetId};
use crate::value::{Conventions, SumMode};

/// The workbook as the edits of one transaction have made it so far.
pub(super) struct Draft<'a> {
    pub(super) base: Arc<Revision>,
    pub(super) lineage: &'a Lineage,
    pub(super) plans: Plans,
    pub(super) grids: Grids,
    pub(super) sheets: Sheets,
    pub(super) graph: Graph,
    pub(super) names: Names,
    pub(super) tables: Tables,
    pub(super) styles: Styles,
    pub(super) external: Arc<ExternalBooks>,
    pub(super) functions: UserFunctions,
    pub(super) failures: Arc<FailureTexts>,
    pub(super) settings: BookSettings,
    pub(super) seeds: Seeds,
    pub(super) tick: Tick,
    pub(super) operations: Vec<Operation>,
    /// Who or what makes the edits, for those who are told of them.
    pub(super) origin: Option<Arc<str>>,
    /// Formulas of a file that are kept as they are.
    pub(super) kept: Arc<Vec<Kept>>,
    /// What recalculations of this transaction did, added up.
    pub(super) outcome: Outcome,
    /// What edits of this transaction did not take along or could not adjust: a sentence each.
    pub(super) left_behind: Vec<String>,
    /// The view for parsing and binding; thrown away when what it shows changes.
    view: Option<Arc<BookView>>,
}

impl<'a> Draft<'a> {
    /// A transaction on top of `base`.
    pub(super) fn new(base: Arc<Revision>, lineage: &'a Lineage, tick: Tick) -> Box<Draft<'a>> {
        Box::new(Draft {
            lineage,
            plans: base.plans.clone(),
            grids: base.open(),
            sheets: base.sheets.clone(),
            graph: base.graph.clone(),
            names: base.names.clone(),
            tables: base.tables.clone(),
            styles: base.styles.clone(),
            external: base.external.clone(),
            functions: base.functions.clone(),
            failures: base.failures.clone(),
            settings: base.settings,
            seeds: (*base.stale).clone(),
            tick,
            operations: Vec::new(),
            origin: None,
            kept: base.kept.clone(),
            outcome: Outcome {
                circular: (*base.circular).clone(),
                ..Outcome::default()
            },
            left_behind: Vec::new(),
            view: None,
            base,
        })
    }

    /// The workbook as parsing and binding see it now.
    pub(super) fn view(&mut self) -> Arc<BookView> {
        if let Some(view) = &self.view {
            return view.clone();
        }
        let view = Arc::new(self.fresh_view());
        self.view = Some(view.clone());
        view
    }

    fn fresh_view(&self) -> BookView {
        BookView::new(Parts {
            sheets: &self.sheets,
            names: &self.names,
            tables: &self.tables,
            styles: &self.styles,
            external: &self.external,
            functions: &self.functions,
            graph: &self.graph,
            grids: self.grids.sheets(),
        })
    }

    /// Sheets, names, tables or axes have changed: what was bound to them must be bound anew.
    pub(super) fn rebind(&mut self) {
        self.view = None;
        self.plans.clear();
    }

    /// Binds every formula with a name, table or 3D reference in it anew, and makes those dirty.
    pub(super) fn rebind_all(&mut self) {
        self.rebind();
        self.bind_again(|facts| facts.bound_by_name.then_some(true));
    }

    /// Binds formulas anew: those for which `concerned` gives something. They are computed again if what they read has
    /// changed, and in any case if it gives true.
    pub(super) fn bind_again(&mut self, concerned: impl Fn(&Facts) -> Option<bool>) {
        let view = self.view();
        let bound = self.graph.regions().filter_map(|(id, region)| {
            let always = concerned(&region.facts)?;
            Some((id, region.template.clone(), region.sheet, always))
        });
        for (id, template, sheet, always) in bound.collect::<Vec<_>>() {
            let facts = self.plans.bind(&template, sheet, &*view).facts;
            let changed = self.graph.set_facts(id, &facts, &*view);
            let Some(rect) = self
                .graph
                .region(id)
                .and_then(|region| self.graph.rect(region, &*view))
            else {
                continue;
            };
            if changed {
                self.graph.rank_one(id, &rect, &*view);
            }
            if changed || always {
                self.seeds.dirty.push(Area::new(sheet, rect));
            }
        }
    }

    /// A formula's text as an interned template.
    pub(super) fn template(
        &mut self,
        text: &str,
        sheet: SheetId,
        at: Cell,
        mode: Mode,
    ) -> Result<Arc<Template>> {
        let ast = formula::parse(text, &ParseOptions::default())?;
        let view = self.view();
        let ast = name_tables(&ast, &view, (sheet, at)).unwrap_or(ast);
        Ok(self.intern(Template::from_ast(&ast, at, sheet, mode, &*view)))
    }

    /// The one template that is equal to this.
    pub(super) fn intern(&self, template: Template) -> Arc<Template> {
        let mut templates = self
            .lineage
            .templates
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        templates.intern(template)
    }

    /// Computes what is dirty, so that the transaction can read it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Cancelled`] if the work was broken off; the draft is then to be dropped.
    pub(super) fn recalculate(&mut self, effort: &mut Effort<'_>) -> Result<()> {
        self.free_from_circles();
        let seeds = std::mem::take(&mut self.seeds);
        // The view must have the graph as it is now: FORMULATEXT and SUBTOTAL look at formulas.
        let view = self.fresh_view();
        let settings = recalc_settings(&self.settings, self.tick);
        let mut outcome = recalc::recalculate(
            &mut self.grids,
            &mut self.graph,
            &mut self.plans,
            (&view, &settings),
            (seeds, effort),
        )?;
        self.keep_failures(&mut outcome, &view);
        let again = &outcome.evaluated;
        let circular = std::mem::take(&mut self.outcome.circular);
        let still = circular.into_iter().filter(|(sheet, cell)| {
            !again.contains(*sheet, *cell) && self.graph.region_at(*sheet, *cell, &view).is_some()
        });
        self.outcome.circular = still.chain(outcome.circular).collect();
        self.outcome.circular.sort_unstable();
        self.outcome.circular.dedup();
        self.outcome.recomputed += outcome.recomputed;
        self.outcome.evaluated.append(outcome.evaluated);
        self.outcome.changed.append(outcome.changed);
        self.outcome.edited.append(outcome.edited);
        Ok(())
    }

    /// Formulas that were on a circle, and whose regions are on none any more, are computed again: the edit that opened
    /// the circle may have changed no value.
    fn free_from_circles(&mut self) {
        if self.outcome.circular.is_empty() {
            return;
        }
        let view = self.view();
        for (sheet, cell) in &self.outcome.circular {
            let Some(id) = self.graph.region_at(*sheet, *cell, &*view) else {
                continue;
            };
            let is_dynamic = |id| {
                let region = self.graph.region(id);
                region.is_some_and(|region| region.facts.dynamic)
            };
            if self.graph.rank(id).order == Order::Forward && !is_dynamic(id) {
                self.seeds.dirty.push(Area::new(*sheet, Rect::cell(*cell)));
            }
        }
    }

    /// Whether nothing was edited, and nothing is to be computed.
    pub(super) fn is_untouched(&self) -> bool {
        let same_functions = self.functions.is_same(&self.base.functions);
        self.operations.is_empty()
            && same_functions
            && self.seeds.is_empty()
            && self.outcome.recomputed == 0
    }

    /// How texts and dates are read in this workbook.
    pub(super) fn conventions(&self) -> Conventions {
        recalc_settings(&self.settings, self.tick).conventions
    }

    /// What sums are added by from now on.
    pub(super) fn set_sum_mode(&mut self, mode: SumMode) {
        if self.settings.sum_mode != mode {
            self.settings.sum_mode = mode;
            self.seeds.all = true;
        }
    }

    /// The transaction's result as the next revision.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Cancelled`] if the recalculation was broken off.
    pub(super) fn finish(
        mut self: Box<Self>,
        effort: &mut Effort<'_>,
    ) -> Result<(Revision, Outcome)> {
        let automatic = self.settings.calculation == Calculation::Automatic;
        if automatic {
            self.recalculate(effort)?;
        } else {
            self.outcome.edited.append(self.seeds.changed.clone());
        }
        let before = self.base.number;
        Ok(self.into_revision(before))
    }

    /// The transaction's result as it is, as the revision behind number `before`.
    pub(super) fn into_revision(mut self: Box<Self>, before: u64) -> (Revision, Outcome) {
        let (open, grids) = self.grids.into_parts();
        let (index, displaced) = open.freeze_counting();
        self.outcome.displaced.0 += displaced.0;
        self.outcome.displaced.1 += displaced.1;
        let revision = Revision {
            number: before + 1,
            tick: self.tick,
            index,
            grids,
            sheets: self.sheets,
            graph: self.graph,
            names: self.names,
            tables: self.tables,
            styles: self.styles,
            external: self.external,
            functions: self.functions,
            failures: self.failures,
            settings: self.settings,
            stale: match self.seeds.is_empty() && self.base.stale.is_empty() {
                true => self.base.stale.clone(),
                false => Arc::new(self.seeds),
            },
            circular: match self.outcome.circular == *self.base.circular {
                true => self.base.circular.clone(),
                false => Arc::new(self.outcome.circular.clone()),
            },
            kept: self.kept,
            plans: self.plans,
            operations: self.operations.into(),
        };
        (revision, self.outcome)
    }

    /// That a sheet exists and a rectangle lies on its grid.
    pub(super) fn check_rect(&self, sheet: SheetId, rect: &Rect) -> Result<()> {
        let Some(grid) = self.grids.sheet(sheet) else {
            return Err(Error::new(
                ErrorKind::SheetNotFound,
                format!("there is no sheet number {}", sheet.0),
            ));
        };
        let (rows, columns) = (grid.rows().len(), grid.columns().len());
        if rect.bottom >= rows || rect.right >= columns {
            let message = format!(
                "row {} and column {} lie outside the grid of {rows} rows and {columns} columns",
                u64::from(rect.bottom) + 1,
                u64::from(rect.right) + 1
            );
            return Err(Error::new(ErrorKind::Limit, message));
        }
        Ok(())
    }
}

/// The formula with the name of the table that it stands in written where it was left out: `[@Amount]`.
pub(super) fn name_tables(
    ast: &Ast<A1Reference>,
    view: &BookView,
    place: (SheetId, Cell),
) -> Option<Ast<A1Reference>> {
    ast.replace_leaves(|node| match node {
        Node::Structured(reference) if reference.table.is_none() => {
            let table = plan::Book::table_at(view, place.0, place.1)?;
            Some(Node::Structured(StructuredReference {
                table: Some(table.name),
                ..reference.clone()
            }))
        }
        _ => None,
    })
}
