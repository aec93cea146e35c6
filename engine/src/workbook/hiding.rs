//! Rows and columns that are not shown: hidden by hand, or by a filter.
//!
//! A hidden row changes no value but those of SUBTOTAL and AGGREGATE, and of these only what reads such a row; hidden
//! columns change none. A filter looks at the values once, when it is set.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::draft::Draft;
use super::line_states::{HiddenLines, differences};
use super::operation::{Filter, FilterCondition};
use crate::error::{Error, ErrorKind, Result};
use crate::functions::Hidden;
use crate::limits;
use crate::reference::{Anchor, Area, Axis, Cell, Rect, SheetId, a1};
use crate::value::{Conventions, Criterion, Value};

/// Beyond so many spans of rows their readers are looked up at once for the rectangle that holds them all.
const SPANS_SINGLY: usize = 64;

impl Draft<'_> {
    pub(super) fn hide_rows(
        &mut self,
        sheet: SheetId,
        (at, count): (u32, u32),
        hidden: bool,
    ) -> Result<()> {
        let Some(last) = self.check_lines(sheet, (at, count), true)? else {
            return Ok(());
        };
        let Some((mut rows, grid)) = self
            .sheets
            .get(sheet)
            .map(|of| of.hidden.clone())
            .zip(self.grids.sheet(sheet))
        else {
            return Ok(());
        };
        for (_, first, length) in grid.rows().spans(at..last + 1) {
            if !hidden {
                rows.set(first, length, Hidden::Not);
                continue;
            }
            // What a filter hides already stays hidden by the filter.
            let by_filter = rows.spans(std::iter::once((0, first, length)));
            rows.set(first, length, Hidden::ByHand);
            for span in by_filter
                .iter()
                .filter(|span| span.state == Hidden::ByFilter)
            {
                let from = Anchor(first.0 + span.first);
                rows.set(from, span.last - span.first + 1, Hidden::ByFilter);
            }
        }
        self.put_hidden_rows(sheet, rows, (at, last));
        Ok(())
    }

    pub(super) fn hide_columns(
        &mut self,
        sheet: SheetId,
        (at, count): (u32, u32),
        hidden: bool,
    ) -> Result<()> {
        let Some(last) = self.check_lines(sheet, (at, count), false)? else {
            return Ok(());
        };
        let why = if hidden { Hidden::ByHand } else { Hidden::Not };
        if let (Some(grid), Some(of)) = (self.grids.sheet(sheet), self.sheets.get_mut(sheet)) {
            for (_, first, length) in grid.columns().spans(at..last + 1) {
                of.hidden_columns.set(first, length, why);
            }
        }
        Ok(())
    }

    pub(super) fn set_filter(&mut self, sheet: SheetId, filter: Option<&Filter>) -> Result<()> {
        let mut shown = Vec::new();
        if let Some(filter) = filter {
            self.check_filter(sheet, filter)?;
            // The filter sees the values as they are shown.
            self.compute_shown()?;
            shown = self.rows_shown(sheet, filter)?;
        } else {
            self.check_rect(sheet, &Rect::cell(Cell::new(0, 0)))?;
        }
        let (Some(of), Some(grid)) = (self.sheets.get(sheet), self.grids.sheet(sheet)) else {
            return Ok(());
        };
        let axis = grid.rows();
        let mut rows = of.hidden.clone();
        let mut show = |first: u32, last: u32| {
            for (_, anchor, length) in axis.spans(first..last + 1) {
                rows.set(anchor, length, Hidden::Not);
            }
        };
        for span in of.hidden.spans(axis.spans(0..axis.len())) {
            if span.state == Hidden::ByFilter {
                show(span.first, span.last);
            }
        }
        // A filter decides for all its rows, and taking it away shows them all, those hidden by hand too.
        let former = of.filter.as_ref().map(|filter| filter.rect);
        for rect in former.into_iter().chain(filter.map(|filter| filter.rect)) {
            if rect.top < rect.bottom.min(axis.len() - 1) {
                show(rect.top + 1, rect.bottom.min(axis.len() - 1));
            }
        }
        let top = filter.map_or(0, |filter| filter.rect.top + 1);
        let mut next = 0;
        for run in shown.chunk_by(|a, b| a == b) {
            let first = top + next;
            next += run.len() as u32;
            if !run[0] {
                for (_, anchor, length) in axis.spans(first..top + next) {
                    rows.set(anchor, length, Hidden::ByFilter);
                }
            }
        }
        let last = axis.len() - 1;
        let active = filter.is_some_and(|filter| !filter.conditions.is_empty());
        let filter = filter.map(|filter| Arc::new(filter.clone()));
        self.put_filter(sheet, filter, active);
        self.put_hidden_rows(sheet, rows, (0, last));
        Ok(())
    }

    /// Notes the filter; while one is active, as those with conditions are, SUBTOTAL passes over rows hidden by hand
    /// too.
    pub(super) fn put_filter(&mut self, sheet: SheetId, filter: Option<Arc<Filter>>, active: bool) {
        let Some(of) = self.sheets.get_mut(sheet) else {
            return;
        };
        let turned = of.filtered != active;
        of.filtered = active;
        of.filter = filter;
        if !turned {
            return;
        }
        let by_hand = |sheet: &super::Sheet, grid: &crate::storage::SheetGrid| {
            let rows = grid.rows();
            let spans = sheet.hidden.spans(rows.spans(0..rows.len())).into_iter();
            let spans = spans.filter(|span| span.state == Hidden::ByHand);
            spans
                .map(|span| (span.first, span.last))
                .collect::<Vec<_>>()
        };
        if let (Some(of), Some(grid)) = (self.sheets.get(sheet), self.grids.sheet(sheet)) {
            let spans = by_hand(of, grid);
            self.touch_subtotals(sheet, &spans);
        }
    }

    /// Whether each row below the header meets all conditions.
    fn rows_shown(&self, sheet: SheetId, filter: &Filter) -> Result<Vec<bool>> {
        let rect = filter.rect;
        let mut shown = vec![true; (rect.bottom - rect.top) as usize];
        let conventions = self.conventions();
        for condition in &filter.conditions {
            let criteria = criteria(condition, &conventions)?;
            let blank = criteria.iter().any(Criterion::matches_blank);
            let mut met = vec![blank; shown.len()];
            let column = Rect {
                top: rect.top + 1,
                bottom: rect.bottom,
                left: condition.column,
                right: condition.column,
            };
            if !shown.is_empty() {
                self.grids
                    .visit(&Area::new(sheet, column), &mut |cell, value| {
                        let row = (cell.row - column.top) as usize;
                        met[row] = criteria.iter().any(|criterion| criterion.matches(value));
                        ControlFlow::Continue(())
                    });
            }
            for (shown, met) in shown.iter_mut().zip(met) {
                *shown &= met;
            }
        }
        Ok(shown)
    }

    pub(super) fn check_filter(&self, sheet: SheetId, filter: &Filter) -> Result<()> {
        self.check_rect(sheet, &filter.rect)?;
        let conventions = self.conventions();
        for condition in &filter.conditions {
            let column = a1::column_letters(condition.column);
            let refuse = |why: &str| {
                let message = format!("the condition on column {column} {why}");
                Err(Error::new(ErrorKind::Argument, message))
            };
            if condition.column < filter.rect.left || condition.column > filter.rect.right {
                return refuse("lies outside the filter's range");
            }
            if condition.any_of.is_empty() {
                return refuse("has no criterion");
            }
            let twice = filter
                .conditions
                .iter()
                .filter(|other| other.column == condition.column);
            if twice.count() > 1 {
                return refuse("is there twice");
            }
            criteria(condition, &conventions)?;
            if condition.any_of.len() > 2 && !condition.is_list() {
                return refuse("has more than two criteria, and they are not all plain values");
            }
        }
        Ok(())
    }

    /// The last of some rows or columns; nothing if there are none.
    pub(super) fn check_lines(
        &self,
        sheet: SheetId,
        (at, count): (u32, u32),
        rows: bool,
    ) -> Result<Option<u32>> {
        let Some(more) = count.checked_sub(1) else {
            self.check_rect(sheet, &Rect::cell(Cell::new(0, 0)))?;
            return Ok(None);
        };
        let last = at.saturating_add(more);
        let corner = if rows {
            Cell::new(last, 0)
        } else {
            Cell::new(0, last)
        };
        self.check_rect(sheet, &Rect::cell(corner))?;
        Ok(Some(last))
    }

    /// Puts the rows that are hidden from now on; between `first` and `last` they may be others than before.
    pub(super) fn put_hidden_rows(
        &mut self,
        sheet: SheetId,
        hidden: HiddenLines,
        (first, last): (u32, u32),
    ) {
        let (Some(of), Some(grid)) = (self.sheets.get_mut(sheet), self.grids.sheet(sheet)) else {
            return;
        };
        let rows = grid.rows();
        let before = of.hidden.spans(rows.spans(first..last + 1));
        let after = hidden.spans(rows.spans(first..last + 1));
        of.hidden = hidden;
        self.touch_subtotals(sheet, &differences(&before, &after));
    }

    /// Makes dirty the formulas with SUBTOTAL or AGGREGATE that read any of these rows.
    fn touch_subtotals(&mut self, sheet: SheetId, spans: &[(u32, u32)]) {
        let (Some(first), Some(last), Some(grid)) =
            (spans.first(), spans.last(), self.grids.sheet(sheet))
        else {
            return;
        };
        let right = grid.columns().len() - 1;
        let hull = [(first.0, last.1)];
        let spans = if spans.len() > SPANS_SINGLY {
            &hull
        } else {
            spans
        };
        let view = self.view();
        for (top, bottom) in spans.iter().copied() {
            let rows = Rect {
                top,
                bottom,
                left: 0,
                right,
            };
            for (id, rect) in self.graph.dependents(&Area::new(sheet, rows), &*view) {
                let region = self.graph.region(id);
                if let Some(region) = region.filter(|region| region.facts.holds_subtotal) {
                    self.seeds.dirty.push(Area::new(region.sheet, rect));
                }
            }
        }
    }
}

/// The criteria of a condition. A blank finds blank cells, as `=` does.
fn criteria(condition: &FilterCondition, conventions: &Conventions) -> Result<Vec<Criterion>> {
    let blank = Value::text("=");
    let read = |value: &Value| {
        let value = if value.is_blank() { &blank } else { value };
        Criterion::new(value.as_ref(), conventions).map_err(|_| {
            let message = format!(
                "the criterion `{value}` is longer than {} characters",
                limits::CRITERION_UNITS
            );
            Error::new(ErrorKind::Limit, message)
        })
    };
    condition.any_of.iter().map(read).collect()
}
