//! What is attached to the cells of a sheet beside values, formulas and formats: links, conditional formats,
//! validations, notes and their kin. It is kept and follows edits; nothing here computes it.
//!
//! Ranges are held by anchors, so insertions change none of them, and deletions only those that lose an end. Formulas
//! are text trees that are rewritten as if they stood in the upper left cell of their ranges.

use std::sync::Arc;

use super::attached_span::Span;
use super::draft::Draft;
use super::load::Loader;
use super::revision::Revision;
use super::snapshot::Snapshot;
use super::view::BookView;
use crate::error::Result;
use crate::formula::ast::A1Reference;
use crate::formula::{self, Ast, ParseOptions, Shift};
use crate::graph::Axes;
use crate::reference::{Axis, AxisEdit, Cell, Edit, GridLimits, Rect, SheetId};
use crate::storage::tree::{Natural, Tree};
use crate::storage::{ColumnAxis, RowAxis};

/// What kind of thing is attached to cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum AttachedKind {
    /// A link; its formula is the place in the workbook that it leads to.
    Hyperlink,
    /// A conditional format with the formulas of its rules.
    ConditionalFormat,
    /// A data validation with its one or two formulas.
    DataValidation,
    /// A note or a comment.
    Comment,
    /// A chart, a picture or a shape: the cells from its upper left to its lower right corner.
    Drawing,
    /// A range that may be edited although the sheet is protected.
    ProtectedRange,
    /// The range of the sheet's filter.
    Filter,
    /// Sparklines; their formulas are the ranges that they show.
    Sparkline,
    /// A page break above the row.
    RowBreak,
    /// A page break before the column.
    ColumnBreak,
    /// A warning that is not to be shown.
    IgnoredError,
    /// A cell whose value is shown in a window of its own.
    Watch,
}

impl AttachedKind {
    /// Whether relative references in its formulas are relative to the upper left cell of its ranges.
    pub(super) fn has_relative_formulas(self) -> bool {
        matches!(
            self,
            AttachedKind::ConditionalFormat | AttachedKind::DataValidation
        )
    }
}

/// Something attached to cells, with positions as they are at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Attached {
    /// What it is.
    pub kind: AttachedKind,
    /// The number by which the file that it comes from finds it again, among those of its kind on the sheet. Those that
    /// the file does not have are numbered from 2³¹ on.
    pub number: u32,
    /// The number of that of the file which it is a copy of; nothing if it is in the file itself.
    pub copy_of: Option<u32>,
    /// The cells.
    pub ranges: Vec<Rect>,
    /// Its formulas without `=`, as they read for the upper left cell of the ranges. One that cannot be read stays as
    /// it is.
    pub formulas: Vec<String>,
}

/// All that is attached to the cells of a sheet.
pub(super) type AttachedTree = Tree<(AttachedKind, u32), Held>;

/// What is attached, as it is held.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Held {
    pub(super) ranges: Arc<[(Span, Span)]>,
    pub(super) formulas: Arc<[Formula]>,
    pub(super) copy_of: Option<u32>,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Formula {
    Tree(Ast<A1Reference>),
    Text(Arc<str>),
}

impl Held {
    fn new(attached: &Attached, (rows, columns): (&RowAxis, &ColumnAxis)) -> Held {
        let formula = |text: &String| match formula::parse(text, &ParseOptions::default()) {
            Ok(tree) => Formula::Tree(tree),
            Err(_) => Formula::Text(text.as_str().into()),
        };
        Held {
            ranges: spans(&attached.ranges, (rows, columns)),
            formulas: attached.formulas.iter().map(formula).collect(),
            copy_of: attached.copy_of,
        }
    }

    pub(super) fn rects(&self, (rows, columns): (&RowAxis, &ColumnAxis)) -> Vec<Rect> {
        let rect = |(down, across): &(Span, Span)| {
            let (top, bottom) = down.positions(rows)?;
            let (left, right) = across.positions(columns)?;
            Some(Rect {
                top,
                left,
                bottom,
                right,
            })
        };
        self.ranges.iter().filter_map(rect).collect()
    }

    fn shown(
        &self,
        (kind, number): (AttachedKind, u32),
        axes: (&RowAxis, &ColumnAxis),
    ) -> Option<Attached> {
        let ranges = self.rects(axes);
        let text = |formula: &Formula| match formula {
            Formula::Tree(tree) => formula::print(tree),
            Formula::Text(text) => text.to_string(),
        };
        let formulas = self.formulas.iter().map(text).collect();
        (!ranges.is_empty()).then_some(Attached {
            kind,
            number,
            copy_of: self.copy_of,
            ranges,
            formulas,
        })
    }

    /// The formulas, each rewritten by `rewrite` if it gives something; nothing if all stay as they are.
    pub(super) fn rewritten(
        &self,
        rewrite: impl Fn(&Ast<A1Reference>) -> Option<Ast<A1Reference>>,
    ) -> Option<Arc<[Formula]>> {
        let mut changed = false;
        let formulas = self.formulas.iter().map(|formula| match formula {
            Formula::Tree(tree) => match rewrite(tree) {
                Some(tree) => {
                    changed = true;
                    Formula::Tree(tree)
                }
                None => formula.clone(),
            },
            Formula::Text(_) => formula.clone(),
        });
        let formulas: Arc<[Formula]> = formulas.collect();
        changed.then_some(formulas)
    }
}

/// Ranges as they are held; those that do not lie on the grid are left out.
pub(super) fn spans(
    rects: &[Rect],
    (rows, columns): (&RowAxis, &ColumnAxis),
) -> Arc<[(Span, Span)]> {
    let span = |rect: &Rect| {
        Some((
            Span::new(rect.top, rect.bottom, rows)?,
            Span::new(rect.left, rect.right, columns)?,
        ))
    };
    rects.iter().filter_map(span).collect()
}

/// The upper left cell of the smallest rectangle around all of these.
pub(super) fn upper_left(rects: &[Rect]) -> Option<Cell> {
    Some(super::attached_moves::hull(rects)?.top_left())
}

/// What becomes of something attached: it is held so, or it is gone.
pub(super) type Fate = ((AttachedKind, u32), Option<Held>);

impl Draft<'_> {
    /// Lets all that is attached to cells follow an edit of a sheet's rows or columns, which has just been made.
    pub(super) fn follow_attached(&mut self, sheet: SheetId, edit: Edit, before: &BookView) {
        let view = self.view();
        let (Some(then), Some(now)) = (before.axes(sheet), view.axes(sheet)) else {
            return;
        };
        let Some(name) = self.sheets.get(sheet).map(|sheet| sheet.name.clone()) else {
            return;
        };
        let grid = GridLimits {
            rows: then.0.len(),
            columns: then.1.len(),
        };
        let shift = Shift {
            edit,
            sheet: &name,
            grid,
        };
        for id in self.sheets.order().to_vec() {
            let Some(own) = self.sheets.get(id) else {
                continue;
            };
            let fates: Vec<Fate> = own
                .attached
                .iter()
                .filter_map(|(key, held)| {
                    let fate = if id == sheet {
                        followed(key.0, held, &shift, (then, now))?
                    } else {
                        let formulas = held.rewritten(|tree| shift.apply(tree, false))?;
                        Some(Held {
                            formulas,
                            ..held.clone()
                        })
                    };
                    Some((*key, fate))
                })
                .collect();
            self.settle_attached(id, fates);
        }
    }

    /// Rewrites the formulas of all that is attached, on every sheet: after a sheet got another name or was removed.
    pub(super) fn rewrite_attached(
        &mut self,
        rewrite: impl Fn(&Ast<A1Reference>) -> Option<Ast<A1Reference>>,
    ) {
        for id in self.sheets.order().to_vec() {
            let Some(sheet) = self.sheets.get(id) else {
                continue;
            };
            let fates: Vec<Fate> = sheet
                .attached
                .iter()
                .filter_map(|(key, held)| {
                    let formulas = held.rewritten(&rewrite)?;
                    let held = held.clone();
                    Some((*key, Some(Held { formulas, ..held })))
                })
                .collect();
            self.settle_attached(id, fates);
        }
    }

    /// Attaches something to cells in the place of what has its kind and number on the sheet.
    pub(super) fn put_attached(&mut self, sheet: SheetId, attached: &Attached) -> Result<()> {
        for rect in &attached.ranges {
            self.check_rect(sheet, rect)?;
        }
        let view = self.view();
        let Some(axes) = view.axes(sheet) else {
            return self.check_sheet(sheet);
        };
        let key = (attached.kind, attached.number);
        let held = Held::new(attached, axes);
        let held = (!held.ranges.is_empty()).then_some(held);
        self.settle_attached(sheet, vec![(key, held)]);
        Ok(())
    }

    pub(super) fn settle_attached(&mut self, sheet: SheetId, fates: Vec<Fate>) {
        if fates.is_empty() {
            return;
        }
        let Some(sheet) = self.sheets.get_mut(sheet) else {
            return;
        };
        for (key, held) in fates {
            match held {
                Some(held) => sheet.attached.insert(&Natural, key, held),
                None => sheet.attached.remove(&Natural, &key),
            };
        }
    }
}

/// What becomes of something on the edited sheet; nothing if it stays as it is held, `Some(None)` if it is gone.
#[expect(
    clippy::option_option,
    reason = "unchanged, gone and changed are three"
)]
fn followed(
    kind: AttachedKind,
    held: &Held,
    shift: &Shift<'_>,
    (then, now): ((&RowAxis, &ColumnAxis), (&RowAxis, &ColumnAxis)),
) -> Option<Option<Held>> {
    let deletes = matches!(
        shift.edit,
        Edit::DeleteRows { .. } | Edit::DeleteColumns { .. }
    );
    if !deletes && held.formulas.is_empty() {
        return None;
    }
    let ranges: Arc<[(Span, Span)]> = if deletes {
        let span = |(down, across): &(Span, Span)| {
            let down = match shift.edit.of_rows() {
                Some(edit) => down.after(edit, then.0, now.0)?,
                None => *down,
            };
            let across = match shift.edit.of_columns() {
                Some(edit) => across.after(edit, then.1, now.1)?,
                None => *across,
            };
            Some((down, across))
        };
        held.ranges.iter().filter_map(span).collect()
    } else {
        held.ranges.clone()
    };
    if ranges.is_empty() {
        return Some(None);
    }
    let mut after = Held {
        ranges,
        formulas: held.formulas.clone(),
        copy_of: held.copy_of,
    };
    if kind.has_relative_formulas()
        && let Some(from) = upper_left(&held.rects(then))
        && let Some(to) = upper_left(&after.rects(now)).and_then(|to| stood(to, shift.edit))
        && let Some(formulas) = after.rewritten(|tree| {
            // After an insertion the upper left cell is the same one; after a deletion it may be another.
            let to = if deletes { to } else { from };
            formula::filled(tree, from, to, shift.grid)
        })
    {
        after.formulas = formulas;
    }
    if let Some(formulas) = after.rewritten(|tree| shift.apply(tree, true)) {
        after.formulas = formulas;
    }
    Some(Some(after))
}

/// Where a cell stood before a deletion.
fn stood(cell: Cell, edit: Edit) -> Option<Cell> {
    let before = |position: u32, edit: Option<AxisEdit>| match edit {
        Some(AxisEdit::Delete { at, count }) if position >= at => position.checked_add(count),
        _ => Some(position),
    };
    Some(Cell::new(
        before(cell.row, edit.of_rows())?,
        before(cell.column, edit.of_columns())?,
    ))
}

impl Loader {
    /// Attaches something to cells of a sheet. Ranges that do not lie on the grid are left out.
    pub fn attach(&mut self, sheet: SheetId, attached: &Attached) {
        let Some(grid) = self.grids.sheet(sheet) else {
            return;
        };
        let held = Held::new(attached, (grid.rows(), grid.columns()));
        if let Some(sheet) = self.revision.sheets.get_mut(sheet)
            && !held.ranges.is_empty()
        {
            let key = (attached.kind, attached.number);
            sheet.attached.insert(&Natural, key, held);
        }
    }
}

impl Snapshot {
    /// All that is attached to the cells of a sheet, by kind and number.
    pub fn attached(&self, sheet: SheetId) -> Vec<Attached> {
        self.revision.attached(sheet)
    }
}

impl Revision {
    /// All that is attached to the cells of a sheet, by kind and number.
    pub(super) fn attached(&self, sheet: SheetId) -> Vec<Attached> {
        let (Some(axes), Some(sheet)) = (self.axes(sheet), self.sheets.get(sheet)) else {
            return Vec::new();
        };
        let shown = |(key, held): (&(AttachedKind, u32), &Held)| held.shown(*key, axes);
        sheet.attached.iter().filter_map(shown).collect()
    }
}
