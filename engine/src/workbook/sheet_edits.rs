//! Adding, renaming, moving, hiding and removing sheets.

use super::draft::Draft;
use super::sheets::{Sheet, Visibility};
use crate::error::{Error, ErrorKind, Result};
use crate::formula::ast::StructuredReference;
use crate::formula::{self, Node, Template, TemplateReference};
use crate::graph::RegionId;
use crate::limits;
use crate::reference::{Area, SheetId};
use crate::storage::SheetGrid;
use crate::value::fold;
use std::sync::Arc;

impl Draft<'_> {
    pub(super) fn add_sheet(&mut self, name: &str, position: Option<usize>) -> Result<()> {
        let id = self.lineage.next_sheet()?;
        self.sheets.add(Sheet::new(id, name), position)?;
        let grid = SheetGrid::new(id.0, limits::ROWS, limits::COLUMNS);
        self.grids.put_sheet(id, grid);
        self.rebind_all();
        Ok(())
    }

    /// Gives a sheet another name. References hold the sheet itself; names of the sheet, `Sheet1!rate`, are written with
    /// its name and rewritten.
    pub(super) fn rename_sheet(&mut self, sheet: SheetId, name: &str) -> Result<()> {
        let former = self.sheets.get(sheet).map(|sheet| sheet.name.clone());
        self.sheets.rename(sheet, name)?;
        let Some(former) = former else { return Ok(()) };
        let renamed = |template: &Template| {
            let ast = formula::rename_scopes(&template.ast, &former, name)?;
            Some(Template::new(ast, template.mode))
        };
        for (id, template) in self.rewritten_formulas(|region| renamed(&region.template)) {
            self.graph.set_template(id, &template);
        }
        self.rewrite_names(|named| renamed(&named.template));
        self.rewrite_attached(|tree| formula::rename_sheet(tree, &former, name));
        self.rebind_all();
        self.touch_positional();
        Ok(())
    }

    /// Moves a tab. Only formulas that depend on the order of the sheets are computed again.
    pub(super) fn move_sheet(&mut self, sheet: SheetId, position: usize) -> Result<()> {
        self.check_sheet(sheet)?;
        self.sheets.move_to(sheet, position);
        self.rebind();
        let view = self.view();
        let by_name = self
            .graph
            .regions()
            .filter(|(_, region)| region.facts.bound_by_name);
        let by_name: Vec<(RegionId, Arc<Template>, SheetId)> = by_name
            .map(|(id, region)| (id, region.template.clone(), region.sheet))
            .collect();
        let mut changed = Vec::new();
        for (id, template, sheet) in by_name {
            let bound = self.plans.bind(&template, sheet, &*view);
            let reads_others = self.graph.set_facts(id, &bound.facts, &*view);
            if reads_others {
                changed.push(id);
            }
            if (reads_others || bound.plan.uses.sheet_order)
                && let Some(rect) = self
                    .graph
                    .region(id)
                    .and_then(|region| self.graph.rect(region, &*view))
            {
                self.seeds.dirty.push(Area::new(sheet, rect));
            }
        }
        self.graph.rank_each(&changed, &*view);
        Ok(())
    }

    /// Shows a tab or hides it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Argument`] if no tab would be shown.
    pub(super) fn set_visibility(&mut self, sheet: SheetId, visibility: Visibility) -> Result<()> {
        self.check_sheet(sheet)?;
        if visibility != Visibility::Visible {
            self.check_not_last_visible(sheet, "hidden")?;
        }
        if let Some(sheet) = self.sheets.get_mut(sheet) {
            sheet.visibility = visibility;
        }
        Ok(())
    }

    fn check_not_last_visible(&self, sheet: SheetId, verb: &str) -> Result<()> {
        let mut others = self.sheets.iter().filter(|other| other.id != sheet);
        if others.any(|other| other.visibility == Visibility::Visible) {
            return Ok(());
        }
        let name = self.sheets.get(sheet).map_or("", |sheet| &sheet.name);
        let message = format!("sheet `{name}` cannot be {verb}: it is the last visible one");
        Err(Error::new(ErrorKind::Argument, message))
    }

    /// Removes a sheet with its names and tables. What refers to it is `#REF!` for good.
    pub(super) fn remove_sheet(&mut self, sheet: SheetId) -> Result<()> {
        self.check_sheet(sheet)?;
        self.check_not_last_visible(sheet, "removed")?;
        let before = self.view();
        let tabs = self.sheets.order().to_vec();
        let on_sheet = self.tables.iter().filter(|table| table.sheet == sheet);
        let tables: Vec<Arc<str>> = on_sheet.map(|table| table.name.clone()).collect();
        let gone = |template: &Template, here: SheetId| {
            let without = template.without_sheet(sheet, &tabs, &*before);
            let template = without.as_ref().unwrap_or(template);
            let of_table = |used: &StructuredReference, alone: bool| {
                let name = used.table.as_ref()?;
                let is_gone = tables.iter().any(|table| fold(table) == fold(name));
                let shadowed = alone && before.names.seen_from(name, here).is_some();
                (is_gone && !shadowed).then(|| Node::Reference(TemplateReference::invalid()))
            };
            template.replace_tables(of_table).or(without)
        };
        let rewritten = self.rewritten_formulas(|region| {
            (region.sheet != sheet)
                .then(|| gone(&region.template, region.sheet))
                .flatten()
        });
        self.rewrite_names(|named| gone(&named.template, named.scope.unwrap_or(sheet)));
        let own = self.names.iter().filter(|named| named.scope == Some(sheet));
        let own: Vec<Arc<str>> = own.map(|named| named.name.clone()).collect();
        for name in own {
            self.names.remove(&name, Some(sheet));
        }
        for table in &tables {
            self.tables.remove(table);
        }
        self.graph.remove_sheet(sheet, &*before);
        self.styles.remove_sheet(&mut self.grids, sheet);
        if let Some((open, grid)) = self.grids.writer(sheet) {
            let whole = grid.bounds();
            open.clear(grid, &whole);
        }
        self.grids.remove_sheet(sheet);
        let names: Vec<Arc<str>> = self.sheets.iter().map(|own| own.name.clone()).collect();
        if let Some(removed) = self.sheets.remove(sheet) {
            let tabs: Vec<&str> = names.iter().map(|name| &**name).collect();
            self.rewrite_attached(|tree| formula::delete_sheet(tree, &removed.name, &tabs));
        }
        self.forget_positions(sheet);
        self.rebind();
        self.put_templates(rewritten);
        self.rebind_all();
        Ok(())
    }

    /// Leaves a sheet out of all that is noted by position.
    fn forget_positions(&mut self, sheet: SheetId) {
        self.seeds.changed.forget_sheet(sheet);
        self.seeds.dirty.retain(|area| area.sheet != sheet);
        self.outcome.evaluated.forget_sheet(sheet);
        self.outcome.changed.forget_sheet(sheet);
        self.outcome.circular.retain(|(of, _)| *of != sheet);
        if self.kept.iter().any(|kept| kept.sheet == sheet) {
            Arc::make_mut(&mut self.kept).retain(|kept| kept.sheet != sheet);
        }
    }
}
