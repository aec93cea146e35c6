//! What references become when formulas are copied, and when cells are moved away under them.
//!
//! A formula of a region is one for all its cells, but a copy near the edge of the grid and a reference that reaches
//! into moved cells for some of them only tell the cells apart. Nothing here changes anything: a rectangle with one
//! template in, rectangles with theirs out.

use super::formula_bands::{Cuts, Ends, cuts_of, edges, ends_of, sheet_of};
use super::view::BookView;
use crate::formula::ast::Shape;
use crate::formula::{Book, Template, TemplateAxis, TemplateReference, TemplateSheets};
use crate::reference::{Area, Axis, Cell, Rect, SheetId};

/// A formula that is copied: where it stood, and where cells get it.
#[derive(Clone, Copy)]
pub(super) struct Copying<'a> {
    pub(super) view: &'a BookView,
    /// The sheet that it comes from.
    pub(super) from: SheetId,
    /// The sheet that it comes to.
    pub(super) to: SheetId,
    /// How far its own cell stood from the one that is copied, down and to the right: not at all, but for the parts of
    /// an array formula.
    pub(super) offset: (i32, i32),
}

impl Copying<'_> {
    /// The templates of the cells of a rectangle that all get this formula; a reference off the grid is `#REF!` for
    /// good.
    pub(super) fn templates(&self, template: &Template, rect: &Rect) -> Vec<(Rect, Template)> {
        let mut cuts = Cuts::default();
        for reference in template.ast.references() {
            let (rows, columns) = self.axes(reference);
            let (row_ends, column_ends) = ends_of(&reference.shape);
            let at_edges = |ends: Ends, axis: &dyn Axis, down: i32, cuts: &mut Vec<i64>| {
                for end in ends.into_iter().flatten() {
                    if let TemplateAxis::Relative(offset) = end {
                        let offset = i64::from(offset) + i64::from(down);
                        cuts.extend([-offset, i64::from(axis.len()) - offset]);
                    }
                }
            };
            at_edges(row_ends, rows, self.offset.0, &mut cuts.rows);
            at_edges(column_ends, columns, self.offset.1, &mut cuts.columns);
        }
        cuts.cut(rect, |cell| {
            let ast = template.ast.map(|reference| self.copied(reference, cell));
            Template::new(ast, template.mode)
        })
    }

    /// The axes that a reference of the copy is meant in.
    fn axes(&self, reference: &TemplateReference) -> (&dyn Axis, &dyn Axis) {
        let sheet = sheet_of(reference, self.to).unwrap_or(self.to);
        (self.view.rows(sheet), self.view.columns(sheet))
    }

    fn copied(&self, reference: &TemplateReference, at: Cell) -> TemplateReference {
        let (rows, columns) = self.axes(reference);
        let follows = reference.sheets == TemplateSheets::Here && self.from != self.to;
        let along = |end: &TemplateAxis, (was, is): (&dyn Axis, &dyn Axis), own, offset: i32| {
            let end = match *end {
                TemplateAxis::Relative(by) => TemplateAxis::Relative(by.checked_add(offset)?),
                TemplateAxis::Absolute(anchor) if follows => {
                    let position = was.position(anchor).filter(|at| *at < is.len())?;
                    TemplateAxis::Absolute(is.anchor(position))
                }
                other => other,
            };
            match end {
                TemplateAxis::Relative(_) => end.position(own, is).map(|_| end),
                _ => Some(end),
            }
        };
        let (from_rows, from_columns) = (self.view.rows(self.from), self.view.columns(self.from));
        let shape = reference.shape.try_map(
            |end| along(end, (from_rows, rows), at.row, self.offset.0),
            |end| along(end, (from_columns, columns), at.column, self.offset.1),
        );
        TemplateReference {
            sheets: reference.sheets.clone(),
            shape: shape.unwrap_or(Shape::Invalid),
        }
    }
}

/// Cells that are cut and pasted elsewhere.
#[derive(Clone, Copy)]
pub(super) struct Relocation<'a> {
    pub(super) view: &'a BookView,
    /// What is moved.
    pub(super) from: Area,
    /// What it comes to lie over, of the same size.
    pub(super) to: Area,
}

impl Relocation<'_> {
    fn by(&self) -> (i64, i64) {
        let (from, to) = (self.from.rect, self.to.rect);
        (
            i64::from(to.top) - i64::from(from.top),
            i64::from(to.left) - i64::from(from.left),
        )
    }

    /// Where a moved cell comes to.
    pub(super) fn moved(&self, cell: Cell) -> Cell {
        let (down, right) = self.by();
        Cell::new(shifted(cell.row, down), shifted(cell.column, right))
    }

    /// Where a rectangle of moved cells comes to.
    pub(super) fn moved_rect(&self, rect: &Rect) -> Rect {
        let corner = Cell::new(rect.bottom, rect.right);
        Rect::new(self.moved(rect.top_left()), self.moved(corner))
    }

    /// Whether any reference of a formula over `rect` may name cells that are moved or overwritten.
    pub(super) fn concerns(&self, template: &Template, (here, rect): (SheetId, &Rect)) -> bool {
        template.ast.references().any(|reference| {
            let Some(sheet) = sheet_of(reference, here) else {
                return false;
            };
            let (rows, columns) = (self.view.rows(sheet), self.view.columns(sheet));
            let (row_ends, column_ends) = ends_of(&reference.shape);
            [self.from, self.to].iter().any(|area| {
                area.sheet == sheet
                    && meets(
                        row_ends,
                        (rect.top, rect.bottom),
                        rows,
                        (area.rect.top, area.rect.bottom),
                    )
                    && meets(
                        column_ends,
                        (rect.left, rect.right),
                        columns,
                        (area.rect.left, area.rect.right),
                    )
            })
        })
    }

    /// The templates that the cells of a rectangle on the sheet `here` have afterwards, by where they stand before.
    pub(super) fn templates(
        &self,
        template: &Template,
        (here, rect): (SheetId, &Rect),
    ) -> Vec<(Rect, Template)> {
        self.templates_where(template, (here, rect), here == self.from.sheet)
    }

    /// As [`Relocation::templates`], for formulas of which those in moved cells move if `carried`.
    pub(super) fn templates_where(
        &self,
        template: &Template,
        (here, rect): (SheetId, &Rect),
        carried: bool,
    ) -> Vec<(Rect, Template)> {
        let (from, to) = (self.from.rect, self.to.rect);
        let mut cuts = Cuts::default();
        if carried {
            cuts.rows.extend(edges(from.top, from.bottom));
            cuts.columns.extend(edges(from.left, from.right));
        }
        for reference in template.ast.references() {
            let sheet = sheet_of(reference, here).unwrap_or(here);
            let (row_ends, column_ends) = ends_of(&reference.shape);
            let bounds = [(from.top, from.bottom), (to.top, to.bottom)];
            cuts_of(row_ends, self.view.rows(sheet), bounds, &mut cuts.rows);
            let bounds = [(from.left, from.right), (to.left, to.right)];
            cuts_of(
                column_ends,
                self.view.columns(sheet),
                bounds,
                &mut cuts.columns,
            );
        }
        cuts.cut(rect, |cell| {
            let moves = carried && from.contains(cell);
            let ast = template
                .ast
                .map(|reference| self.followed(reference, (here, cell), moves));
            Template::new(ast, template.mode)
        })
    }

    /// What a reference of the formula in a cell is afterwards.
    pub(super) fn followed(
        &self,
        reference: &TemplateReference,
        (here, at): (SheetId, Cell),
        moves: bool,
    ) -> TemplateReference {
        let one_sheet = sheet_of(reference, here);
        let sheet = one_sheet.unwrap_or(here);
        let (rows, columns) = (self.view.rows(sheet), self.view.columns(sheet));
        let gone = || TemplateReference {
            sheets: reference.sheets.clone(),
            shape: Shape::Invalid,
        };
        let named = reference.rect(at, here, self.view);
        let Some(named) = named.filter(|_| reference.shape != Shape::Invalid) else {
            return if moves { gone() } else { reference.clone() };
        };
        let fate = one_sheet.map_or(Fate::Stays, |sheet| {
            self.fate(reference, &Area::new(sheet, named))
        });
        let (row_step, column_step, target) = match fate {
            Fate::Gone => return gone(),
            Fate::Stays => (Step::None, Step::None, sheet),
            Fate::Moves => (Step::All, Step::All, self.to.sheet),
            Fate::RowEdge(row) => (Step::Only(row), Step::None, sheet),
            Fate::ColumnEdge(column) => (Step::None, Step::Only(column), sheet),
        };
        let own = if moves { self.moved(at) } else { at };
        let (down, right) = self.by();
        let changes = target != sheet;
        let (to_rows, to_columns) = (self.view.rows(target), self.view.columns(target));
        let shape = reference.shape.try_map(
            |end| {
                step(
                    *end,
                    (at.row, own.row),
                    (rows, to_rows),
                    (row_step, down, changes),
                )
            },
            |end| {
                step(
                    *end,
                    (at.column, own.column),
                    (columns, to_columns),
                    (column_step, right, changes),
                )
            },
        );
        let home = if moves { self.to.sheet } else { here };
        let sheets = match &reference.sheets {
            TemplateSheets::Here if target != home => TemplateSheets::Sheet(target),
            TemplateSheets::Sheet(_) => TemplateSheets::Sheet(target),
            as_written => as_written.clone(),
        };
        TemplateReference {
            sheets,
            shape: shape.unwrap_or(Shape::Invalid),
        }
    }

    /// What becomes of a reference to these cells.
    fn fate(&self, reference: &TemplateReference, named: &Area) -> Fate {
        let (from, rect) = (self.from.rect, named.rect);
        if named.sheet == self.from.sheet {
            if from.encloses(&rect) {
                return Fate::Moves;
            }
            let (down, right) = self.by();
            let within = self.from.sheet == self.to.sheet;
            let across = from.left <= rect.left && rect.right <= from.right;
            if within && right == 0 && across && !matches!(reference.shape, Shape::Columns(..)) {
                let edge = [rect.top, rect.bottom].into_iter();
                let mut moved = edge.filter(|row| (from.top..=from.bottom).contains(row));
                if let Some(row) = moved.next() {
                    return Fate::RowEdge(row);
                }
            }
            let along = from.top <= rect.top && rect.bottom <= from.bottom;
            if within && down == 0 && along && !matches!(reference.shape, Shape::Rows(..)) {
                let edge = [rect.left, rect.right].into_iter();
                let mut moved = edge.filter(|column| (from.left..=from.right).contains(column));
                if let Some(column) = moved.next() {
                    return Fate::ColumnEdge(column);
                }
            }
        }
        if named.sheet == self.to.sheet && self.to.rect.encloses(&rect) {
            return Fate::Gone;
        }
        Fate::Stays
    }
}

/// What a move does to a reference.
enum Fate {
    /// Nothing.
    Stays,
    /// All of its cells are moved, and it follows.
    Moves,
    /// The edge in this row is moved.
    RowEdge(u32),
    /// The edge in this column is moved.
    ColumnEdge(u32),
    /// Its cells are overwritten.
    Gone,
}

/// Which ends of a reference take part in a move.
#[derive(Clone, Copy)]
enum Step {
    None,
    All,
    /// The one at this position.
    Only(u32),
}

/// An end after a move, for a formula whose own coordinate was and is `own`.
fn step(
    end: TemplateAxis,
    own: (u32, u32),
    (was, is): (&dyn Axis, &dyn Axis),
    (step, by, changes): (Step, i64, bool),
) -> Option<TemplateAxis> {
    let position = end.position(own.0, was)?;
    let steps = match step {
        Step::None => false,
        Step::All => true,
        Step::Only(at) => at == position,
    };
    let now = if steps {
        shifted(position, by)
    } else {
        position
    };
    if now >= is.len() {
        return None;
    }
    Some(match end {
        TemplateAxis::Relative(_) => {
            TemplateAxis::Relative((i64::from(now) - i64::from(own.1)) as i32)
        }
        TemplateAxis::Absolute(_) if changes || now != position => {
            TemplateAxis::Absolute(is.anchor(now))
        }
        TemplateAxis::Last if now != position => TemplateAxis::Absolute(is.anchor(now)),
        TemplateAxis::Fixed(_) => TemplateAxis::Fixed(now),
        same => same,
    })
}

/// A position moved on; the caller knows that it stays on the grid.
fn shifted(position: u32, by: i64) -> u32 {
    (i64::from(position) + by).max(0) as u32
}

/// Whether what formulas at the positions `own` name along an axis may meet `others`.
fn meets(ends: Ends, own: (u32, u32), axis: &dyn Axis, others: (u32, u32)) -> bool {
    let spans = ends.into_iter().flatten().filter_map(|end| match end {
        TemplateAxis::Relative(by) => Some((
            i64::from(own.0) + i64::from(by),
            i64::from(own.1) + i64::from(by),
        )),
        standing => standing
            .position(0, axis)
            .map(|at| (i64::from(at), i64::from(at))),
    });
    let hull = spans.reduce(|hull, span| (hull.0.min(span.0), hull.1.max(span.1)));
    // Without ends it is the whole axis.
    hull.is_none_or(|(first, last)| first <= i64::from(others.1) && i64::from(others.0) <= last)
}
