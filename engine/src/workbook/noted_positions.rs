//! What a workbook notes by position, or by an anchor in the formula of a name, follows a structural edit: what is
//! dirty but not computed yet, what was computed, what is circular, what is kept, merged cells, defined names.

use std::sync::Arc;

use super::draft::Draft;
use super::names::NamedFormula;
use super::reshape::Reshape;
use crate::formula::{Template, TemplateReference};
use crate::recalc::Changes;
use crate::reference::{Area, Rect, SheetId};

impl Draft<'_> {
    /// Moves all that is noted by position; what is gone is noted no longer.
    pub(super) fn shift_positions(&mut self, reshape: &Reshape<'_>) {
        for changes in [
            &mut self.seeds.changed,
            &mut self.outcome.evaluated,
            &mut self.outcome.changed,
        ] {
            shift_changes(changes, reshape);
        }
        let dirty = std::mem::take(&mut self.seeds.dirty).into_iter();
        self.seeds.dirty = dirty.filter_map(|area| shifted(&area, reshape)).collect();
        if let Some(sheet) = self.sheets.get_mut(reshape.sheet) {
            sheet.reshape(reshape);
        }
        let circular = std::mem::take(&mut self.outcome.circular).into_iter();
        self.outcome.circular = circular
            .filter_map(|(sheet, cell)| Some((sheet, reshape.cell(sheet, cell)?)))
            .collect();
        if !self.kept.is_empty() {
            Arc::make_mut(&mut self.kept).retain_mut(|kept| {
                match reshape.cell(kept.sheet, kept.cell) {
                    Some(cell) => {
                        kept.cell = cell;
                        true
                    }
                    None => false,
                }
            });
        }
    }

    /// Gives names whose formulas refer to something that is gone, in part or in whole, other formulas. Relative
    /// references of a name count from the cell that uses it, and stay.
    pub(super) fn reshape_names(&mut self, reshape: &Reshape<'_>) {
        let first = self.sheets.order().first().copied();
        let changed = self.names.iter().filter_map(|named| {
            let here = named.scope.or(first)?;
            let template = reshaped(&named.template, here, reshape)?;
            Some((named.clone(), template))
        });
        for (named, template) in changed.collect::<Vec<_>>() {
            let template = self.intern(template);
            self.names.define(NamedFormula { template, ..named });
        }
    }
}

/// The formula of a name on the sheet `here` after an edit; nothing if it stays as it is.
fn reshaped(template: &Template, here: SheetId, reshape: &Reshape<'_>) -> Option<Template> {
    let mut changed = false;
    let ast = template.ast.map(|reference| {
        let shape = reshape.shape(reference, here, None);
        changed |= shape != reference.shape;
        TemplateReference {
            sheets: reference.sheets.clone(),
            shape,
        }
    });
    changed.then(|| Template::new(ast, template.mode))
}

fn shift_changes(changes: &mut Changes, reshape: &Reshape<'_>) {
    let mut left = Changes::default();
    for area in changes.areas() {
        if let Some(area) = shifted(area, reshape) {
            left.add_area(area);
        }
    }
    *changes = left;
}

fn shifted(area: &Area, reshape: &Reshape<'_>) -> Option<Area> {
    let rect: Rect = reshape.rect(area.sheet, &area.rect)?;
    Some(Area::new(area.sheet, rect))
}
