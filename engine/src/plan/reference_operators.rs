//! The operators on references: range, intersection, union, spill range. Their results are references, unread.

use smallvec::SmallVec;

use crate::functions::{Context, Operand, Reference};
use crate::reference::Area;
use crate::value::{CellError, Value};

/// The operand as a reference.
///
/// # Errors
///
/// Its own error, if it is one, else `#VALUE!`.
fn as_reference(operand: &Operand) -> Result<&Reference, CellError> {
    match operand {
        Operand::Reference(reference) => Ok(reference),
        Operand::Value(Value::Error(error)) => Err(*error),
        _ => Err(CellError::Value),
    }
}

fn both<'a>(
    left: &'a Operand,
    right: &'a Operand,
) -> Result<(&'a Reference, &'a Reference), CellError> {
    Ok((as_reference(left)?, as_reference(right)?))
}

/// `a:b`: the smallest rectangle that holds both.
pub(super) fn range(left: &Operand, right: &Operand) -> Operand {
    let hull = || {
        let (left, right) = both(left, right)?;
        let (left, right) = (left.single()?, right.single()?);
        if left.sheet != right.sheet {
            return Err(CellError::Value);
        }
        let rect = left.rect.hull(&right.rect);
        Ok(Reference::area(Area::new(left.sheet, rect)))
    };
    hull().map_or_else(Operand::from, Operand::from)
}

/// `a b`: the common part of each two rectangles, `#NULL!` if there is none.
pub(super) fn intersection(left: &Operand, right: &Operand) -> Operand {
    let common = || {
        let (left, right) = both(left, right)?;
        let mut areas: SmallVec<[Area; 1]> = SmallVec::new();
        for a in &left.areas {
            for b in right.areas.iter().filter(|b| b.sheet == a.sheet) {
                let rect = a.rect.intersection(&b.rect);
                areas.extend(rect.map(|rect| Area::new(a.sheet, rect)));
                if areas.len() > AREAS {
                    return Err(CellError::Num);
                }
            }
        }
        if areas.is_empty() {
            return Err(CellError::Null);
        }
        Ok(Reference { areas })
    };
    common().map_or_else(Operand::from, Operand::from)
}

/// Rectangles of one reference: an intersection of unions has as many as the product of theirs.
const AREAS: usize = 1 << 16;

/// `a,b`: the rectangles of both, those that overlap counted twice.
pub(super) fn union(left: Operand, right: &Operand) -> Operand {
    let right = match as_reference(&left).and_then(|_| as_reference(right)) {
        Ok(right) => right,
        Err(error) => return Operand::from(error),
    };
    match left {
        Operand::Reference(mut left) if left.areas[0].sheet == right.areas[0].sheet => {
            left.areas.extend_from_slice(&right.areas);
            Operand::Reference(left)
        }
        _ => Operand::from(CellError::Value),
    }
}

/// `a#`: the cells that the formula of cell `a` has spilled over.
pub(super) fn spill(operand: &Operand, context: &Context<'_>) -> Operand {
    let spilled = || {
        let area = as_reference(operand)?.single()?;
        if area.rect.size() != 1 {
            return Err(CellError::Ref);
        }
        let range = context
            .cells
            .spill_range(area.sheet, area.rect.top_left())
            .ok_or(CellError::Ref)?;
        Ok(Reference::area(range))
    };
    spilled().map_or_else(Operand::from, Operand::from)
}
