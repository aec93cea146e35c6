//! The cells of a sheet that differ from those of the file that it was read from.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use hashbrown::HashMap;

use super::{CellChange, FormulaChange};
use crate::graph::Extent;
use crate::reference::{Area, Cell, Moved, SheetId};
use crate::value::Value;
use crate::workbook::Snapshot;

/// A sheet now and as the file has it.
pub(super) struct SheetDifference<'a> {
    pub(super) sheet: SheetId,
    pub(super) now: &'a Snapshot,
    pub(super) then: &'a Snapshot,
    /// Where its cells have gone, if any has.
    pub(super) moved: Option<&'a Moved>,
    /// Whether formulas may read otherwise though nobody edited them.
    pub(super) follows: bool,
}

/// The changed cells by where they are now.
type Found = BTreeMap<Cell, CellChange>;

impl SheetDifference<'_> {
    /// The cells that differ, each once.
    pub(super) fn cells(&self) -> Found {
        let mut found = Found::new();
        self.values(&mut found);
        if self.follows || !self.now.has_formulas_of(self.then) {
            self.formulas(&mut found);
        }
        if self.moved.is_some() || !self.now.has_styles_of(self.then) {
            self.restyled(&mut found);
        }
        self.styles(&mut found);
        found
    }

    /// Where the file has a cell; nothing if the cell is new.
    fn former(&self, cell: Cell) -> Option<Cell> {
        self.moved.map_or(Some(cell), |moved| moved.former(cell))
    }

    /// Where a cell of the file is now; nothing if it is gone.
    fn current(&self, cell: Cell) -> Option<Cell> {
        self.moved.map_or(Some(cell), |moved| moved.cell(cell))
    }

    /// Notes the cells whose values differ.
    fn values(&self, found: &mut Found) {
        let change = |cell, value| CellChange {
            cell,
            value,
            formula: None,
            style: None,
        };
        if let Some(rect) = self.now.used(self.sheet) {
            let area = Area::new(self.sheet, rect);
            self.now.visit(&area, |cell, value| {
                let former = self.former(cell).map_or(Value::Blank, |former| {
                    self.then.value_at(self.sheet, former)
                });
                if former.as_ref() != value {
                    found.insert(cell, change(cell, value.to_value()));
                }
                ControlFlow::Continue(())
            });
        }
        if let Some(rect) = self.then.used(self.sheet) {
            let area = Area::new(self.sheet, rect);
            self.then.visit(&area, |former, _| {
                if let Some(cell) = self.current(former)
                    && self.now.value_at(self.sheet, cell).is_blank()
                {
                    found.insert(cell, change(cell, Value::Blank));
                }
                ControlFlow::Continue(())
            });
        }
    }

    /// Notes the cells whose formulas differ.
    fn formulas(&self, found: &mut Found) {
        let mut former: HashMap<Cell, _> = HashMap::new();
        self.then.visit_templates(self.sheet, |cell, template| {
            if let Some(now) = self.current(cell) {
                former.insert(now, (cell, template.clone()));
            }
        });
        let mut changed = Vec::new();
        self.now.visit_templates(self.sheet, |cell, template| {
            let kept = former.remove(&cell).is_some_and(|(stood, former)| {
                let same = if self.follows {
                    self.then.formula_at(self.sheet, stood) == self.now.formula_at(self.sheet, cell)
                } else {
                    // The same template in the same place is the same formula.
                    former == *template
                };
                same && self.former_array(stood) == self.now.entered_array(self.sheet, cell)
            });
            if !kept {
                changed.push(cell);
            }
        });
        for cell in changed {
            if let Some(formula) = self.entered(cell) {
                self.note(cell, formula, found);
            }
        }
        let mut removed: Vec<Cell> = former.into_keys().collect();
        removed.sort_unstable();
        for cell in removed {
            self.note(cell, FormulaChange::Removed, found);
        }
    }

    /// The extent of an array formula of the file, where it is now.
    fn former_array(&self, stood: Cell) -> Option<Extent> {
        let extent = self.then.entered_array(self.sheet, stood)?;
        let rect = match self.moved {
            Some(moved) => moved.rect(&extent.rect)?,
            None => extent.rect,
        };
        Some(Extent { rect, ..extent })
    }

    fn entered(&self, cell: Cell) -> Option<FormulaChange> {
        let entered = self.now.entered_formula(self.sheet, cell)?;
        let text = entered.text;
        Some(match entered.array {
            None => FormulaChange::Normal(text),
            Some(extent) if extent.fixed => FormulaChange::Array {
                text,
                range: extent.rect,
            },
            Some(extent) => FormulaChange::Dynamic {
                text,
                range: extent.rect,
            },
        })
    }

    /// Notes the cells whose own styles differ.
    fn restyled(&self, found: &mut Found) {
        for cell in self.now.styled_cells(self.sheet) {
            if self.now.own_style_number(self.sheet, cell) != self.former_style(cell) {
                found.entry(cell).or_insert_with(|| CellChange {
                    cell,
                    value: self.now.value_at(self.sheet, cell),
                    formula: None,
                    style: None,
                });
            }
        }
    }

    fn former_style(&self, cell: Cell) -> Option<u32> {
        self.then.own_style_number(self.sheet, self.former(cell)?)
    }

    /// Adds the styles to the changes, where the file has others. A cell that is new in a row or column with a style
    /// takes that over, as it does in Excel.
    fn styles(&self, found: &mut Found) {
        for change in found.values_mut() {
            let style = self.now.style_number(self.sheet, change.cell);
            let former = self.former_style(change.cell);
            change.style = (former.unwrap_or(0) != style).then_some(style);
        }
    }

    fn note(&self, cell: Cell, formula: FormulaChange, found: &mut Found) {
        let value = self.now.value_at(self.sheet, cell);
        found.insert(
            cell,
            CellChange {
                cell,
                value,
                formula: Some(formula),
                style: None,
            },
        );
    }
}
