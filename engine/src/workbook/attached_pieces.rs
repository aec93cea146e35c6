//! One thing that is attached to cells while others, or its own, are cut and pasted: into which parts it falls, and how
//! its formulas read then.

use std::sync::Arc;

use super::areas::{joined, within, without};
use super::attached::{AttachedKind, Formula, Held, upper_left};
use super::attached_moves::{Bond, Part, hull};
use super::relocation::Relocation;
use crate::formula::ast::{A1Reference, Shape};
use crate::formula::{self, Ast, Mode, Template};
use crate::reference::{Axis as _, Cell, GridLimits, Rect, SheetId};
use crate::storage::{ColumnAxis, RowAxis};

/// Into so many parts something may be cut so that its formulas follow.
const MOST_PARTS: usize = 64;

/// What was left behind of something.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Left {
    /// It stays where it is.
    There,
    /// Its formulas read as before.
    Reading,
    /// What it shows is not known.
    Charts,
}

/// Something attached on the sheet `here` while cells move.
pub(super) struct Moving<'a> {
    pub(super) relocation: &'a Relocation<'a>,
    pub(super) here: SheetId,
    pub(super) kind: AttachedKind,
    pub(super) axes: (&'a RowAxis, &'a ColumnAxis),
}

/// Cells, and the formulas as templates that they all have.
type Piece = (Rect, Vec<Template>);

impl Moving<'_> {
    /// The parts that it becomes, if it changes, and what of it is left behind.
    pub(super) fn parts(&self, held: &Held) -> (Option<Vec<Part>>, Option<Left>) {
        let (from, to) = (self.relocation.from, self.relocation.to);
        let rects = held.rects(self.axes);
        let on_source = self.here == from.sheet;
        let reaches = on_source
            && rects
                .iter()
                .any(|rect| rect.intersection(&from.rect).is_some());
        let whole = reaches && rects.iter().all(|rect| from.rect.encloses(rect));
        let mut left = None;
        let goes = from.sheet == to.sheet
            && match self.kind.bond() {
                Bond::Areas | Bond::Each => reaches,
                Bond::Together => whole,
                Bond::Place => false,
            };
        let left_there = match self.kind.bond() {
            Bond::Areas | Bond::Each | Bond::Together => reaches && !goes,
            Bond::Place => whole,
        };
        if left_there {
            left = Some(Left::There);
        } else if self.kind == AttachedKind::Drawing {
            left = Some(Left::Charts);
        }
        let overwritten = self.here == to.sheet && self.kind.is_overwritten();
        let stays = if goes {
            without(&rects, &from.rect)
        } else {
            rects.clone()
        };
        let loses = overwritten
            && match self.kind.bond() {
                Bond::Together => {
                    stays.iter().all(|rect| to.rect.encloses(rect)) && !stays.is_empty()
                }
                _ => stays
                    .iter()
                    .any(|rect| rect.intersection(&to.rect).is_some()),
            };
        let (pieces, reads) = self.pieces(held, &rects, goes);
        if let Reads::NotFollowing = reads {
            left = left.or(Some(Left::Reading));
        }
        if !goes && !loses && reads != Reads::Otherwise {
            return (None, left);
        }
        let place = |rect: Rect| {
            if goes && from.rect.encloses(&rect) {
                vec![self.relocation.moved_rect(&rect)]
            } else if loses {
                without(&[rect], &to.rect)
            } else {
                vec![rect]
            }
        };
        let mut parts: Vec<(Vec<Template>, Vec<Rect>)> = Vec::new();
        for (rect, templates) in pieces {
            match parts.iter_mut().find(|(same, _)| *same == templates) {
                Some((_, rects)) => rects.extend(place(rect)),
                None => parts.push((templates, place(rect))),
            }
        }
        let parts = parts.into_iter().map(|(templates, rects)| {
            let rects = joined(rects);
            Part {
                formulas: self.formulas(held, &rects, &templates),
                rects,
            }
        });
        (Some(parts.collect()), left)
    }

    /// The cells in pieces that either move or stay and have the same formulas each.
    fn pieces(&self, held: &Held, rects: &[Rect], goes: bool) -> (Vec<Piece>, Reads) {
        let relative = self.kind.has_relative_formulas();
        let from = self.relocation.from.rect;
        let plain = |templates: &[Template]| -> Vec<Piece> {
            let parts = match goes {
                true => [within(rects, &from), without(rects, &from)].concat(),
                false => rects.to_vec(),
            };
            parts
                .into_iter()
                .map(|rect| (rect, templates.to_vec()))
                .collect()
        };
        let (Some(base), Some(first)) = (upper_left(rects), rects.first()) else {
            return (Vec::new(), Reads::Same);
        };
        let base = if relative {
            (base, first.top_left())
        } else {
            (ORIGIN, ORIGIN)
        };
        let templates: Vec<Template> = trees(held).map(|tree| self.template(tree, base)).collect();
        let hull = match relative {
            true => hull(rects).unwrap_or(*first),
            false => Rect::cell(ORIGIN),
        };
        let concerned = templates
            .iter()
            .any(|template| self.relocation.concerns(template, (self.here, &hull)));
        if !(concerned || goes && relative) {
            return (plain(&templates), Reads::Same);
        }
        if !relative {
            let followed = templates.iter().map(|template| {
                let ast = template.ast.map(|reference| {
                    self.relocation
                        .followed(reference, (self.here, ORIGIN), false)
                });
                Template::new(ast, template.mode)
            });
            let followed: Vec<Template> = followed.collect();
            let reads = if followed == templates {
                Reads::Same
            } else {
                Reads::Otherwise
            };
            return (plain(&followed), reads);
        }
        match self.followed(&templates, rects, goes) {
            Some(pieces) => {
                let same = pieces.iter().all(|(_, followed)| *followed == templates);
                (pieces, if same { Reads::Same } else { Reads::Otherwise })
            }
            None if concerned => (plain(&templates), Reads::NotFollowing),
            None => (plain(&templates), Reads::Same),
        }
    }

    /// As [`Moving::pieces`], with formulas that follow; nothing if they wrap around the edge of the grid, or would fall
    /// into too many parts.
    fn followed(&self, templates: &[Template], rects: &[Rect], goes: bool) -> Option<Vec<Piece>> {
        let corners = |rect: &Rect| [rect.top_left(), Cell::new(rect.bottom, rect.right)];
        let on_grid = |template: &Template| {
            template.ast.references().all(|reference| {
                reference.shape == Shape::Invalid
                    || rects.iter().flat_map(corners).all(|cell| {
                        reference
                            .rect(cell, self.here, self.relocation.view)
                            .is_some()
                    })
            })
        };
        if !templates.iter().all(on_grid) {
            return None;
        }
        let from = self.relocation.from.rect;
        let mut pieces: Vec<Piece> = match goes {
            true => [within(rects, &from), without(rects, &from)].concat(),
            false => rects.to_vec(),
        }
        .into_iter()
        .map(|rect| (rect, Vec::new()))
        .collect();
        for template in templates {
            let mut finer = Vec::with_capacity(pieces.len());
            for (rect, former) in pieces {
                let parts = self
                    .relocation
                    .templates_where(template, (self.here, &rect), goes);
                for (rect, template) in parts {
                    let mut templates = former.clone();
                    templates.push(template);
                    finer.push((rect, templates));
                }
                if finer.len() > MOST_PARTS.max(2 * rects.len() + 2) {
                    return None;
                }
            }
            pieces = finer;
        }
        Some(pieces)
    }

    /// A formula that reads so for the cell `base`, as a template of the cell `first`.
    fn template(&self, tree: &Ast<A1Reference>, (base, first): (Cell, Cell)) -> Template {
        let filled = formula::filled(tree, base, first, self.grid());
        let tree = filled.as_ref().unwrap_or(tree);
        Template::from_ast(tree, first, self.here, Mode::Dynamic, self.relocation.view)
    }

    /// The formulas of a part with these cells.
    fn formulas(&self, held: &Held, rects: &[Rect], templates: &[Template]) -> Arc<[Formula]> {
        let base = match (self.kind.has_relative_formulas(), rects.first()) {
            (false, _) => Some((ORIGIN, ORIGIN)),
            (true, first) => upper_left(rects).zip(first.map(Rect::top_left)),
        };
        let Some((base, first)) = base else {
            return held.formulas.clone();
        };
        let mut templates = templates.iter();
        let formulas = held.formulas.iter().map(|formula| match formula {
            Formula::Tree(tree) => {
                let Some(template) = templates.next() else {
                    return formula.clone();
                };
                let now = template.to_ast(first, self.here, self.relocation.view);
                let now = formula::filled(&now, first, base, self.grid()).unwrap_or(now);
                if now == *tree {
                    formula.clone()
                } else {
                    Formula::Tree(now)
                }
            }
            Formula::Text(_) => formula.clone(),
        });
        formulas.collect()
    }

    fn grid(&self) -> GridLimits {
        GridLimits {
            rows: self.axes.0.len(),
            columns: self.axes.1.len(),
        }
    }
}

/// How formulas read after a move.
#[derive(PartialEq)]
enum Reads {
    /// As before for each cell, or at least relative to it.
    Same,
    Otherwise,
    /// As before, but they should not.
    NotFollowing,
}

/// The cell for which formulas are written that no cell's position matters to.
const ORIGIN: Cell = Cell { row: 0, column: 0 };

/// The formulas that can be read.
fn trees(held: &Held) -> impl Iterator<Item = &Ast<A1Reference>> {
    held.formulas.iter().filter_map(|formula| match formula {
        Formula::Tree(tree) => Some(tree),
        Formula::Text(_) => None,
    })
}
