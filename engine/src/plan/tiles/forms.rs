//! What has a form in tiles: references to one cell, ranges that move along, functions that choose or join.

use super::program::{Band, Choice, FoldArgument, Junction, Load};
use super::uniform::has_fixed_rows;
use crate::formula::TemplateAxis;
use crate::formula::ast::Shape;
use crate::functions::{Absent, Kernel};
use crate::plan::bound::{Argument, BoundCall, BoundReference, Operation, Plan, ThisRow};

/// What an operand is to a function that tells values from cells.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    /// A value.
    Value,
    /// A reference to one cell.
    Cell,
    /// A reference to a range of a few columns; it is no single value.
    Band(Band),
    /// A value or a reference, as IF may give.
    Either,
}

/// The cell that a reference names, if it is one of one sheet.
pub(in crate::plan) fn cell_load(reference: &BoundReference) -> Option<Load> {
    let (Shape::Cell { row, column }, [sheet], false) = (
        reference.shape,
        reference.sheets.as_slice(),
        reference.wraps,
    ) else {
        return None;
    };
    Some(Load {
        sheet: *sheet,
        row,
        column,
        within: None,
    })
}

/// The range that a reference names, if it is one of one sheet whose last row moves along with the formula.
pub(super) fn band_of(reference: &BoundReference) -> Option<Band> {
    let (Shape::Range { rows, columns }, [sheet], false) = (
        reference.shape,
        reference.sheets.as_slice(),
        reference.wraps,
    ) else {
        return None;
    };
    Some(Band {
        sheet: *sheet,
        rows,
        columns,
    })
}

/// The arguments of a fold, if each can be folded in tiles; `kinds` are those of the arguments that are not empty.
pub(super) fn fold_arguments(
    call: &BoundCall,
    mut kinds: impl Iterator<Item = Kind>,
) -> Option<Box<[FoldArgument]>> {
    if !matches!(call.function.kernel, Kernel::Fold(_)) {
        return None;
    }
    let alone = call.arguments.len() == 1;
    let arguments = call.arguments.iter().map(|argument| {
        if argument.nodes.is_none() {
            return Some(FoldArgument::Empty);
        }
        match kinds.next()? {
            Kind::Value => Some(FoldArgument::Value),
            Kind::Cell => Some(FoldArgument::Cell),
            Kind::Band(band) if band.height().is_some() || alone && band.is_running() => {
                Some(FoldArgument::Band(band))
            }
            Kind::Band(_) | Kind::Either => None,
        }
    });
    arguments.collect()
}

/// Whether a function has a form over lanes for its arguments: `singles` says which of those that are not empty are
/// single values. Where it wants a range there must be one that is the same in every row.
pub(super) fn has_lane_form(
    plan: &Plan,
    call: &BoundCall,
    mut singles: impl Iterator<Item = bool>,
) -> bool {
    let has_lanes = call.function.lanes.is_some();
    has_lanes
        && call.arguments.iter().all(|argument| {
            let lifts = argument.parameter.coercion.lifts();
            match argument.nodes {
                None => lifts,
                Some((first, last)) => match singles.next() {
                    Some(true) => lifts,
                    _ => !lifts && first == last && is_fixed_range(plan, first),
                },
            }
        })
}

/// Whether a function over lanes is given a range.
pub(super) fn reads_ranges(call: &BoundCall) -> bool {
    let mut arguments = call.arguments.iter();
    arguments.any(|argument| !argument.parameter.coercion.lifts())
}

/// Whether a node is a range that is the same in every row.
fn is_fixed_range(plan: &Plan, at: u32) -> bool {
    plan.nodes
        .get(at as usize)
        .is_some_and(|node| match &node.operation {
            Operation::Reference(reference) => !reference.wraps && has_fixed_rows(&reference.shape),
            _ => false,
        })
}

/// The arguments of a function over lanes that lie on the stack of tiles.
pub(super) fn on_stack(call: &BoundCall) -> usize {
    let arguments = call.arguments.iter();
    arguments.filter(|argument| lies_on_stack(argument)).count()
}

/// Whether an argument of a function over lanes lies on the stack of tiles.
pub(super) fn lies_on_stack(argument: &Argument) -> bool {
    argument.nodes.is_some() && argument.parameter.coercion.lifts()
}

/// The cell of a table in the formula's row, if it is only one.
pub(super) fn this_row_load(this_row: &ThisRow) -> Option<Load> {
    let (first, last) = this_row.columns;
    (first == last).then_some(Load {
        sheet: this_row.sheet,
        row: TemplateAxis::Relative(0),
        column: first,
        within: Some(this_row.rows),
    })
}

pub(super) fn junction(call: &BoundCall) -> Option<Junction> {
    let junction = match call.function.name {
        "AND" => Junction::And,
        "OR" => Junction::Or,
        "XOR" => Junction::Xor,
        _ => return None,
    };
    let given = call
        .arguments
        .iter()
        .all(|argument| argument.nodes.is_some());
    given.then_some(junction)
}

pub(super) fn choice(call: &BoundCall) -> Option<Choice> {
    let (choice, least) = match call.function.name {
        "IF" => (Choice::If, 2),
        "IFERROR" => (Choice::IfError, 2),
        "IFNA" => (Choice::IfNa, 2),
        _ => return None,
    };
    // An argument that may be left out must not have a default that is anything else than left out.
    let plain = |absent| absent == Absent::Refused || absent == Absent::Omitted;
    let parameters = call.function.parameters;
    (call.arguments.len() >= least && parameters.iter().all(|p| plain(p.absent))).then_some(choice)
}
