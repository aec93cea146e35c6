//! One evaluation of a cell's formula with all that its parts gave, by the evaluator that gives cells their values.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::Snapshot;
use super::explain::{ExplainBounds, ExplainedPart, PartResult};
use crate::formula::ast::A1Reference;
use crate::formula::{self, Ast, Node, NodeId, Template};
use crate::functions::{Operand, Reference};
use crate::plan::{self, Part, Parts, Plan};
use crate::recalc::Reader;
use crate::reference::{Area, Cell, Rect, SheetId};
use crate::value::{CellError, Value};

/// Values of a reference that are shown.
const VALUES: usize = 8;

/// Characters of a part's text that are shown.
const TEXT: usize = 1_000;

/// A formula that was evaluated step by step.
pub(super) struct Traced<'a> {
    snapshot: &'a Snapshot,
    plan: Plan,
    parts: Parts,
    steps: Vec<Option<Operand>>,
    /// The formula itself and those of the names in it, as they read in the cell.
    sources: Vec<Ast<A1Reference>>,
}

impl Snapshot {
    /// Evaluates the formula of a cell; nothing if it has none that can be computed.
    pub(super) fn traced(&self, sheet: SheetId, cell: Cell) -> Option<Traced<'_>> {
        let graph = &self.revision.graph;
        let region = graph.region(graph.region_at(sheet, cell, &*self.revision)?)?;
        let template: &Arc<Template> = &region.template;
        let view = self.view();
        let (plan, parts) = plan::bind_parts(template, sheet, cell, view);
        if plan.refused.is_some() || plan.unsupported.is_some() {
            return None;
        }
        let grids = self.revision.open();
        let settings = self.revision.recalc_settings();
        let reader = Reader::new(&grids, graph, view, &settings);
        let context = settings.context(&reader, (sheet, cell), plan.mode);
        let (_, steps) = plan::evaluate_steps(&plan, &context);
        let sources = std::iter::once(template).chain(&parts.named);
        Some(Traced {
            snapshot: self,
            sources: sources
                .map(|template| template.to_ast(cell, sheet, view))
                .collect(),
            plan,
            parts,
            steps,
        })
    }
}

impl Traced<'_> {
    /// The parts within the bounds, each before those within it, and whether any were left out.
    pub(super) fn explained(&self, bounds: ExplainBounds) -> (Vec<ExplainedPart>, bool) {
        let mut explained: Vec<ExplainedPart> = Vec::new();
        // Where each part stands among those explained, and how deep it lies.
        let mut places: Vec<Option<(usize, u32)>> = Vec::with_capacity(self.parts.parts.len());
        let mut cut = false;
        for part in &self.parts.parts {
            let parent = part.parent.map(|parent| places[parent]);
            let depth = match parent {
                None => Some(0),
                Some(parent) => parent.map(|(_, depth)| depth + 1),
            };
            let kept =
                depth.filter(|depth| *depth <= bounds.depth && explained.len() < bounds.parts);
            cut |= kept.is_none();
            places.push(kept.map(|depth| (explained.len(), depth)));
            if let Some(depth) = kept {
                explained.push(ExplainedPart {
                    depth,
                    parent: parent.flatten().map(|(place, _)| place),
                    text: self.text(part),
                    is_constant: self.is_constant(part),
                    result: self.result(part),
                });
            }
        }
        (explained, cut)
    }

    /// From which cell the formula has an error, or which of its parts gives it first.
    pub(super) fn blame(&self, error: CellError) -> (Option<(SheetId, Cell)>, Option<String>) {
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); self.parts.parts.len()];
        for (place, part) in self.parts.parts.iter().enumerate() {
            if let Some(parent) = part.parent {
                children[parent].push(place);
            }
        }
        let mut at = 0;
        while let Some(part) = self.parts.parts.get(at) {
            let mut failing = children[at]
                .iter()
                .filter(|child| self.gives(&self.parts.parts[**child], error));
            // What chooses among its arguments gives the one that it evaluated last.
            let chooses = part.step.is_some_and(|step| self.plan.chooses(step));
            let next = if chooses {
                failing.next_back()
            } else {
                failing.next()
            };
            match next {
                Some(next) => at = *next,
                None => return (self.failing_cell(part, error), Some(self.text(part))),
            }
        }
        (None, None)
    }

    /// The areas of references that are known only when the formula runs.
    pub(super) fn found_areas(&self) -> Vec<Area> {
        let mut areas = Vec::new();
        for (step, operand) in self.steps.iter().enumerate() {
            if let Some(Operand::Reference(reference)) = operand
                && self.plan.refers_by_value(step as u32)
            {
                areas.extend(reference.areas.iter().copied());
            }
        }
        areas
    }

    fn operand(&self, part: &Part) -> Option<&Operand> {
        self.steps.get(part.step? as usize)?.as_ref()
    }

    /// Whether a part gives an error or cells that hold it.
    fn gives(&self, part: &Part, error: CellError) -> bool {
        match self.operand(part) {
            Some(Operand::Value(value)) => value.as_error() == Some(error),
            Some(Operand::Array(array)) => {
                let mut cells = array.cells().iter().chain(array.tail());
                cells.any(|value| value.as_error() == Some(error))
            }
            Some(Operand::Reference(_)) => self.failing_cell(part, error).is_some(),
            Some(Operand::Omitted) | None => false,
        }
    }

    /// The first cell of a reference that holds an error.
    fn failing_cell(&self, part: &Part, error: CellError) -> Option<(SheetId, Cell)> {
        let Some(Operand::Reference(reference)) = self.operand(part) else {
            return None;
        };
        let mut found = None;
        for area in &reference.areas {
            self.snapshot.visit(area, |cell, value| {
                if value == crate::value::ValueRef::Error(error) {
                    found = Some((area.sheet, cell));
                    return ControlFlow::Break(());
                }
                ControlFlow::Continue(())
            });
            if found.is_some() {
                break;
            }
        }
        found
    }

    fn node(&self, part: &Part) -> Option<&Node<A1Reference>> {
        Some(self.sources.get(part.source)?.node(part.node))
    }

    fn is_constant(&self, part: &Part) -> bool {
        matches!(
            self.node(part),
            Some(
                Node::Number(_)
                    | Node::Text(_)
                    | Node::Boolean(_)
                    | Node::Error(_)
                    | Node::Array { .. }
            )
        )
    }

    fn text(&self, part: &Part) -> String {
        let Some(ast) = self.sources.get(part.source) else {
            return String::new();
        };
        let root: NodeId = part.node;
        let text = formula::print(&ast.subtree(root));
        match text.char_indices().nth(TEXT) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text,
        }
    }

    fn result(&self, part: &Part) -> PartResult {
        match self.operand(part) {
            None => PartResult::NotEvaluated,
            Some(Operand::Omitted) => PartResult::Nothing,
            Some(Operand::Value(value)) => PartResult::Value(value.clone()),
            Some(Operand::Array(array)) => PartResult::Array(array.clone()),
            Some(Operand::Reference(reference)) => self.cells(reference),
        }
    }

    fn cells(&self, reference: &Reference) -> PartResult {
        let areas = reference.areas.to_vec();
        let sizes = areas.iter().map(|area| area.rect.size());
        let mut values = Vec::new();
        for area in &areas {
            let room = VALUES - values.len();
            values.extend(first_cells(&area.rect).take(room).map(|cell| {
                let value: Value = self.snapshot.value_at(area.sheet, cell);
                value
            }));
        }
        PartResult::Cells {
            count: sizes.sum(),
            addresses: areas
                .iter()
                .map(|area| self.snapshot.address(area))
                .collect(),
            areas,
            values,
        }
    }
}

fn first_cells(rect: &Rect) -> impl Iterator<Item = Cell> {
    let rect = *rect;
    (rect.top..=rect.bottom)
        .flat_map(move |row| (rect.left..=rect.right).map(move |column| Cell::new(row, column)))
}
