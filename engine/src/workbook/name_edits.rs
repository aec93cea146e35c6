//! Defining and removing names, and what else changes the formulas that names and cells have: one way to give them
//! another template.

use std::sync::Arc;

use super::draft::Draft;
use super::names::NamedFormula;
use crate::error::{Error, ErrorKind, Result};
use crate::formula::{Mode, Template};
use crate::graph::{Region, RegionId};
use crate::reference::{Area, Cell, SheetId};

impl Draft<'_> {
    pub(super) fn define_name(
        &mut self,
        name: &str,
        scope: Option<SheetId>,
        text: &str,
    ) -> Result<()> {
        crate::reference::a1::check_defined_name(name)?;
        if let Some(scope) = scope {
            self.check_sheet(scope)?;
        } else if self.tables.get(name).is_some() {
            let message = format!("there is a table `{name}` already");
            return Err(Error::new(ErrorKind::Name, message));
        }
        let here = scope
            .or_else(|| self.sheets.order().first().copied())
            .unwrap_or(SheetId(0));
        let template = self.template(text, here, Cell::new(0, 0), Mode::Dynamic)?;
        // A name that lists leave out does not come into them by getting another formula.
        let hidden = self
            .names
            .get(name, scope)
            .is_some_and(|former| former.hidden);
        self.names.define(NamedFormula {
            name: name.into(),
            scope,
            template,
            hidden,
        });
        self.rebind_all();
        Ok(())
    }

    pub(super) fn remove_name(&mut self, name: &str, scope: Option<SheetId>) -> Result<()> {
        if !self.names.remove(name, scope) {
            let message = format!("the name `{name}` is not defined");
            return Err(Error::new(ErrorKind::Name, message));
        }
        self.rebind_all();
        Ok(())
    }

    /// That there is such a sheet.
    pub(super) fn check_sheet(&self, sheet: SheetId) -> Result<()> {
        match self.sheets.get(sheet) {
            Some(_) => Ok(()),
            None => Err(Error::new(
                ErrorKind::SheetNotFound,
                format!("there is no sheet number {}", sheet.0),
            )),
        }
    }

    /// The formulas of cells that `rewrite` gives another template. It is told the sheet that the formula stands on.
    pub(super) fn rewritten_formulas(
        &self,
        rewrite: impl Fn(&Region) -> Option<Template>,
    ) -> Vec<(RegionId, Arc<Template>)> {
        let rewritten = self
            .graph
            .regions()
            .filter_map(|(id, region)| Some((id, rewrite(region)?)));
        let rewritten: Vec<(RegionId, Template)> = rewritten.collect();
        let interned = rewritten.into_iter();
        interned
            .map(|(id, template)| (id, self.intern(template)))
            .collect()
    }

    /// Gives names another formula where `rewrite` says so.
    pub(super) fn rewrite_names(&mut self, rewrite: impl Fn(&NamedFormula) -> Option<Template>) {
        let rewritten = self
            .names
            .iter()
            .filter_map(|named| Some((named.clone(), rewrite(named)?)));
        for (named, template) in rewritten.collect::<Vec<_>>() {
            let template = self.intern(template);
            self.names.define(NamedFormula { template, ..named });
        }
    }

    /// Gives formulas of cells other templates, binds them and makes them dirty. Bindings of before must have been
    /// thrown away.
    pub(super) fn put_templates(&mut self, rewritten: Vec<(RegionId, Arc<Template>)>) {
        let view = self.view();
        let mut bound = Vec::with_capacity(rewritten.len());
        for (id, template) in rewritten {
            let Some(sheet) = self.graph.region(id).map(|region| region.sheet) else {
                continue;
            };
            self.graph.set_template(id, &template);
            let facts = self.plans.bind(&template, sheet, &*view).facts;
            self.graph.set_facts(id, &facts, &*view);
            bound.push(id);
        }
        self.graph.rank_each(&bound, &*view);
        for id in bound {
            let region = self.graph.region(id);
            if let Some((sheet, rect)) =
                region.and_then(|region| Some((region.sheet, self.graph.rect(region, &*view)?)))
            {
                self.seeds.dirty.push(Area::new(sheet, rect));
            }
        }
    }
}
