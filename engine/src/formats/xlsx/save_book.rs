//! Saving: the package that a workbook was read from, with the cells that changed; or a new file.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;

use hashbrown::HashMap;

use super::save_new::file_settings;
use super::{
    BookChanges, BookSettings, CellChange, FormulaChange, NameChange, NewStyle, Origin,
    save_patched,
};
use crate::error::{Error, ErrorKind, Result};
use crate::reference::{Area, Cell, SheetId};
use crate::value::Value;
use crate::workbook::{NamedFormula, Snapshot, Workbook};

/// Saves a workbook as .xlsx or .xlsm.
///
/// One that was read from such a file keeps all that the file held: only changed cells are rewritten.
///
/// # Errors
///
/// [`ErrorKind::Io`]; [`ErrorKind::Unsupported`] if the workbook was changed in ways that the file it was read from
/// cannot be brought in line with, naming them. The file at `path` then stays as it was.
pub fn save(book: &Workbook, path: impl AsRef<Path>) -> Result<()> {
    let snapshot = book.snapshot();
    match book.origin::<Origin>() {
        Some(origin) => {
            let mut structure = snapshot.structure_changed_since(&origin.baseline);
            if !origin.has_styles && snapshot.new_styles().next().is_some() {
                structure.push("number formats were set, for which it has no place".to_owned());
            }
            if !structure.is_empty() {
                let message = format!(
                    "cannot save into the file that the workbook was read from, because {}; everything else in that \
                     file would be at risk; saved as a new file, the workbook would be without it",
                    structure.join(", ")
                );
                return Err(Error::new(ErrorKind::Unsupported, message));
            }
            save_patched(&origin.package, &Changes::new(&origin, &snapshot), path)
        }
        None => super::save_new(&snapshot, path),
    }
}

/// The cells that differ from the file, sheet by sheet in the order of the file.
struct Changes {
    sheets: Vec<BTreeMap<Cell, CellChange>>,
    names: Vec<NameChange>,
    styles: Vec<NewStyle>,
    settings: Option<BookSettings>,
}

impl Changes {
    fn new(origin: &Origin, now: &Snapshot) -> Changes {
        let same_formulas = now.has_formulas_of(&origin.baseline);
        let same_styles = now.has_styles_of(&origin.baseline);
        let sheet = |id: &SheetId| {
            let mut changes = BTreeMap::new();
            values(*id, now, &origin.baseline, &mut changes);
            if !same_formulas {
                formulas(*id, now, &origin.baseline, &mut changes);
            }
            if !same_styles {
                restyled(*id, now, &origin.baseline, &mut changes);
            }
            styles(*id, now, &origin.baseline, &mut changes);
            changes
        };
        Changes {
            sheets: origin.sheets.iter().map(sheet).collect(),
            names: names(origin, now),
            settings: (now.settings() != origin.baseline.settings())
                .then(|| file_settings(&now.settings(), origin.settings.clone())),
            styles: now
                .new_styles()
                .map(|(base, format)| NewStyle {
                    base,
                    format: format.clone(),
                })
                .collect(),
        }
    }
}

impl BookChanges for Changes {
    fn cells<'a>(&'a self, sheet: usize) -> Box<dyn Iterator<Item = CellChange> + 'a> {
        Box::new(
            self.sheets
                .get(sheet)
                .into_iter()
                .flat_map(|cells| cells.values().cloned()),
        )
    }

    fn names(&self) -> Vec<NameChange> {
        self.names.clone()
    }

    fn settings(&self) -> Option<&BookSettings> {
        self.settings.as_ref()
    }

    fn styles(&self) -> Vec<NewStyle> {
        self.styles.clone()
    }
}

/// The defined names that are new, others or gone.
fn names(origin: &Origin, now: &Snapshot) -> Vec<NameChange> {
    let then = &origin.baseline;
    let change = |named: &NamedFormula, refers_to: Option<String>| NameChange {
        name: named.name.to_string(),
        sheet: named
            .scope
            .and_then(|scope| origin.sheets.iter().position(|sheet| *sheet == scope)),
        refers_to,
    };
    let mut changes = Vec::new();
    for named in now.names() {
        let former = then
            .names()
            .find(|former| former.name == named.name && former.scope == named.scope);
        if former.is_none_or(|former| former.template != named.template) {
            let text = now.name_text(named).trim_start_matches('=').to_owned();
            changes.push(change(named, Some(text)));
        }
    }
    for former in then.names() {
        let stays = |named: &NamedFormula| named.name == former.name && named.scope == former.scope;
        if !now.names().any(stays) {
            changes.push(change(former, None));
        }
    }
    changes
}

/// Notes the cells whose values differ.
fn values(
    sheet: SheetId,
    now: &Snapshot,
    then: &Snapshot,
    changes: &mut BTreeMap<Cell, CellChange>,
) {
    if let Some(rect) = now.used(sheet) {
        now.visit(&Area::new(sheet, rect), |cell, value| {
            let former = then.value_at(sheet, cell);
            if former.as_ref() != value {
                changes.insert(
                    cell,
                    CellChange {
                        cell,
                        value: value.to_value(),
                        formula: None,
                        style: None,
                    },
                );
            }
            ControlFlow::Continue(())
        });
    }
    if let Some(rect) = then.used(sheet) {
        then.visit(&Area::new(sheet, rect), |cell, _| {
            if now.value_at(sheet, cell).is_blank() {
                changes.insert(
                    cell,
                    CellChange {
                        cell,
                        value: Value::Blank,
                        formula: None,
                        style: None,
                    },
                );
            }
            ControlFlow::Continue(())
        });
    }
}

/// Notes the cells whose formulas differ.
fn formulas(
    sheet: SheetId,
    now: &Snapshot,
    then: &Snapshot,
    changes: &mut BTreeMap<Cell, CellChange>,
) {
    let mut former: HashMap<Cell, _> = HashMap::new();
    then.visit_templates(sheet, |cell, template| {
        former.insert(cell, template.clone());
    });
    let mut changed = Vec::new();
    now.visit_templates(sheet, |cell, template| {
        // The same template in the same place is the same formula; its extent may differ.
        let kept = former
            .remove(&cell)
            .is_some_and(|former| former == *template);
        if !kept || then.entered_array(sheet, cell) != now.entered_array(sheet, cell) {
            changed.push(cell);
        }
    });
    for cell in changed {
        let Some(entered) = now.entered_formula(sheet, cell) else {
            continue;
        };
        let text = entered.text;
        let formula = match entered.array {
            None => FormulaChange::Normal(text),
            Some(extent) if extent.fixed => FormulaChange::Array {
                text,
                range: extent.rect,
            },
            Some(extent) => FormulaChange::Dynamic {
                text,
                range: extent.rect,
            },
        };
        note(sheet, cell, formula, now, changes);
    }
    let mut removed: Vec<Cell> = former.into_keys().collect();
    removed.sort_unstable();
    for cell in removed {
        note(sheet, cell, FormulaChange::Removed, now, changes);
    }
}

/// Notes the cells whose own styles differ.
fn restyled(
    sheet: SheetId,
    now: &Snapshot,
    then: &Snapshot,
    changes: &mut BTreeMap<Cell, CellChange>,
) {
    for cell in now.styled_cells(sheet) {
        if now.own_style_number(sheet, cell) != then.own_style_number(sheet, cell) {
            changes.entry(cell).or_insert_with(|| CellChange {
                cell,
                value: now.value_at(sheet, cell),
                formula: None,
                style: None,
            });
        }
    }
}

/// Adds the styles to the changes, where the file has others. A cell that is new in a row or column with a style takes
/// that over, as it does in Excel.
fn styles(
    sheet: SheetId,
    now: &Snapshot,
    then: &Snapshot,
    changes: &mut BTreeMap<Cell, CellChange>,
) {
    for change in changes.values_mut() {
        let style = now.style_number(sheet, change.cell);
        let former = then.own_style_number(sheet, change.cell);
        change.style = (former.unwrap_or(0) != style).then_some(style);
    }
}

fn note(
    sheet: SheetId,
    cell: Cell,
    formula: FormulaChange,
    now: &Snapshot,
    changes: &mut BTreeMap<Cell, CellChange>,
) {
    let value = now.value_at(sheet, cell);
    changes.insert(
        cell,
        CellChange {
            cell,
            value,
            formula: Some(formula),
            style: None,
        },
    );
}
