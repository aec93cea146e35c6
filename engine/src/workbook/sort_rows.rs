//! Sorting rows: a permutation of the rows that are shown, and a gather by column.
//!
//! A sorted row is a copy: its formulas keep their relative form, and nothing outside follows. So where a whole column
//! has one formula nothing but its inputs changes.

use std::cmp::Ordering;
use std::sync::Arc;

use super::draft::Draft;
use super::line_states::HiddenLines;
use super::operation::SortKey;
use super::relocation::Copying;
use crate::error::{Error, ErrorKind, Result};
use crate::formula::Template;
use crate::functions::Hidden;
use crate::graph::Owner;
use crate::recalc::Book;
use crate::reference::{Area, Rect, SheetId, a1};
use crate::storage::{Block, CellRef};
use crate::value::{ValueRef, sort_compare};

impl Draft<'_> {
    /// Sorts the rows of a rectangle; rows that are not shown stay where they are.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Argument`] if a key lies beside the rectangle, or merged cells or an array formula lie in it.
    pub(super) fn sort_rows(&mut self, sheet: SheetId, rect: Rect, keys: &[SortKey]) -> Result<()> {
        self.check_rect(sheet, &rect)?;
        self.check_sortable(sheet, &rect, keys)?;
        self.settle()?;
        self.check_sortable(sheet, &rect, keys)?;
        let Some(rect) = self.filled_rows(sheet, &rect) else {
            return Ok(());
        };
        let before = self.values_of(sheet, &rect);
        let order = self.order(sheet, &rect, (&before, keys));
        if order.iter().zip(0..).all(|(row, place)| *row == place) {
            return Ok(());
        }
        let formulas = self.sorted_formulas(sheet, &rect, &order);
        // What a formula shows is computed from what stands in its row then.
        let former = formulas.stay.iter();
        let former: Vec<(Rect, Block)> = former
            .map(|rect| (*rect, self.values_of(sheet, rect)))
            .collect();
        if let Some((open, grid)) = self.grids.writer(sheet) {
            open.reorder(grid, &rect, &order);
        }
        self.styles.reorder(&mut self.grids, sheet, &rect, &order);
        for (rect, values) in former {
            self.put_values(sheet, &values, rect.top_left());
        }
        let view = self.view();
        formulas
            .gone
            .iter()
            .for_each(|rect| self.graph.clear(sheet, rect, &*view));
        let copying = Copying {
            view: &view,
            from: sheet,
            to: sheet,
            offset: (0, 0),
        };
        let mut placed = Vec::new();
        for (rect, template) in formulas.come {
            placed.extend(self.copies(&copying, &template, rect));
        }
        self.place(placed);
        self.sort_kept(sheet, &rect, &order);
        self.sort_attached(sheet, &rect, &order);
        self.note_changes(sheet, &rect, &before);
        self.touch_formula_readers(&Area::new(sheet, rect));
        self.formulas_in_headers(sheet, &rect)
    }

    /// # Errors
    ///
    /// As [`Draft::sort_rows`].
    fn check_sortable(&mut self, sheet: SheetId, rect: &Rect, keys: &[SortKey]) -> Result<()> {
        let refused = |message: String| Err(Error::new(ErrorKind::Argument, message));
        if keys.is_empty() {
            return refused("there is nothing to sort by".into());
        }
        let beside = |key: &&SortKey| !(rect.left..=rect.right).contains(&key.column);
        if let Some(key) = keys.iter().find(beside) {
            let place = a1::print_rect(*rect);
            let number = u64::from(key.column) + 1;
            return refused(format!(
                "the sort key, column {number}, lies outside {place}"
            ));
        }
        let merges = self.sheets.get(sheet).map(|sheet| sheet.merges.clone());
        let mut merges = merges.iter().flat_map(|merges| merges.iter());
        if let Some(merge) = merges.find(|merge| merge.intersection(rect).is_some()) {
            let place = a1::print_rect(*merge);
            return refused(format!("cannot sort the merged cells {place}"));
        }
        let view = self.view();
        let cells = self.graph.array_anchors(sheet, rect, &*view).into_iter();
        let mut extents = cells.filter_map(|cell| self.graph.extent(sheet, cell, &*view));
        match extents.find(|extent| extent.rect.size() > 1) {
            Some(extent) => {
                let place = a1::print_rect(extent.rect);
                refused(format!("cannot sort the array formula in {place}"))
            }
            None => Ok(()),
        }
    }

    /// The rectangle without the rows below the last one that holds anything.
    fn filled_rows(&mut self, sheet: SheetId, rect: &Rect) -> Option<Rect> {
        let view = self.view();
        let mut bottom = self
            .grids
            .used(&Area::new(sheet, *rect))
            .map(|used| used.bottom);
        self.graph.visit_owners(sheet, rect, &*view, |piece, _| {
            bottom = bottom.max(Some(piece.bottom));
        });
        bottom.map(|bottom| Rect { bottom, ..*rect })
    }

    /// Which row comes to stand in each place, both counted from the first.
    fn order(
        &mut self,
        sheet: SheetId,
        rect: &Rect,
        (values, keys): (&Block, &[SortKey]),
    ) -> Vec<u32> {
        let view = self.view();
        let all_shown = self
            .sheets
            .get(sheet)
            .is_none_or(|sheet| sheet.hidden.is_same(&HiddenLines::default()));
        let is_shown = |row: &u32| all_shown || view.hidden(sheet, rect.top + row) == Hidden::Not;
        let shown: Vec<u32> = (0..rect.rows()).filter(is_shown).collect();
        let sorted = sorted_rows(&shown, values, keys, rect.left);
        let mut order: Vec<u32> = (0..rect.rows()).collect();
        for (place, row) in shown.iter().zip(sorted) {
            order[*place as usize] = row;
        }
        order
    }

    /// What sorting does to the formulas of a rectangle.
    fn sorted_formulas(&mut self, sheet: SheetId, rect: &Rect, order: &[u32]) -> SortedFormulas {
        let view = self.view();
        let mut formulas = SortedFormulas::default();
        let mut column = FormulaColumn::default();
        self.graph
            .visit_owners(sheet, rect, &*view, |piece, owner| {
                let Owner::Formula(id) = owner else { return };
                let Some(region) = self.graph.region(id) else {
                    return;
                };
                let keeps_values = region.facts.unsupported.is_some();
                if piece.rows() == rect.rows() && !keeps_values {
                    // One formula in all rows: it stays.
                    formulas.stay.push(piece);
                    return;
                }
                if column.rows.is_empty() || column.number != piece.left {
                    formulas.add(&column, rect.top, order);
                    column.number = piece.left;
                    column.templates.clear();
                    column.rows.clear();
                    column.rows.resize(rect.rows() as usize, NONE);
                }
                let number = column.number_of(&region.template, keeps_values);
                let rows = (piece.top - rect.top) as usize..=(piece.bottom - rect.top) as usize;
                column.rows[rows].fill(number);
            });
        formulas.add(&column, rect.top, order);
        formulas
    }

    /// Formulas that are kept as they are stand in their rows still.
    fn sort_kept(&mut self, sheet: SheetId, rect: &Rect, order: &[u32]) {
        let sorted = |kept: &super::Kept| kept.sheet == sheet && rect.contains(kept.cell);
        if !self.kept.iter().any(sorted) {
            return;
        }
        let mut places = vec![0; order.len()];
        for (row, place) in order.iter().zip(0..) {
            places[*row as usize] = place;
        }
        for kept in Arc::make_mut(&mut self.kept) {
            if sorted(kept) {
                kept.cell.row = rect.top + places[(kept.cell.row - rect.top) as usize];
            }
        }
    }
}

/// What sorting does to the formulas of a rectangle, by where they stand afterwards.
#[derive(Default)]
struct SortedFormulas {
    /// Cells that show what they showed until they are computed again.
    stay: Vec<Rect>,
    /// Cells whose formulas go.
    gone: Vec<Rect>,
    /// Cells that get a formula.
    come: Vec<(Rect, Arc<Template>)>,
}

/// The formulas of a column by row: the number of each in `templates`.
#[derive(Default)]
struct FormulaColumn {
    number: u32,
    rows: Vec<u32>,
    /// Each with whether its cells keep the values that they have.
    templates: Vec<(Arc<Template>, bool)>,
}

/// No formula.
const NONE: u32 = u32::MAX;

impl FormulaColumn {
    /// The number of a formula; neighbouring pieces mostly have one of the last.
    fn number_of(&mut self, template: &Arc<Template>, keeps_values: bool) -> u32 {
        let known = self
            .templates
            .iter()
            .rev()
            .take(4)
            .position(|(other, keeps)| Arc::ptr_eq(other, template) && *keeps == keeps_values);
        if let Some(back) = known {
            return (self.templates.len() - 1 - back) as u32;
        }
        self.templates.push((template.clone(), keeps_values));
        self.templates.len() as u32 - 1
    }

    fn is_same(&self, a: u32, b: u32) -> bool {
        match (
            self.templates.get(a as usize),
            self.templates.get(b as usize),
        ) {
            (None, None) => true,
            (Some((a, _)), Some((b, _))) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

impl SortedFormulas {
    /// Adds the formulas of a column, given its rows in their new order.
    fn add(&mut self, column: &FormulaColumn, top: u32, order: &[u32]) {
        if column.rows.is_empty() {
            return;
        }
        let mut row = 0;
        while row < order.len() {
            let (was, is) = (column.rows[row], column.rows[order[row] as usize]);
            let changes = |row: usize| !column.is_same(column.rows[row], is);
            let alike = |next: usize| {
                column.is_same(column.rows[order[next] as usize], is)
                    && changes(next) == changes(row)
                    && (column.rows[next] == NONE) == (was == NONE)
            };
            let end = (row + 1..order.len())
                .find(|next| !alike(*next))
                .unwrap_or(order.len());
            let rect = Rect {
                top: top + row as u32,
                bottom: top + end as u32 - 1,
                left: column.number,
                right: column.number,
            };
            if changes(row) && was != NONE {
                self.gone.push(rect);
            }
            if let Some((template, keeps_values)) = column.templates.get(is as usize) {
                if !keeps_values {
                    self.stay.push(rect);
                }
                if changes(row) {
                    self.come.push((rect, template.clone()));
                }
            }
            row = end;
        }
    }
}

/// The rows in the order that the keys put them in; rows of one rank stay in their order.
fn sorted_rows(rows: &[u32], values: &Block, keys: &[SortKey], left: u32) -> Vec<u32> {
    let columns: Vec<Vec<CellRef<'_>>> = keys
        .iter()
        .map(|key| {
            let mut cells = Vec::with_capacity(rows.len());
            values.read_column(key.column - left, rows.iter().copied(), &mut cells);
            cells
        })
        .collect();
    if let ([key], [cells]) = (keys, &columns[..])
        && let Some(sorted) = sorted_numbers(rows, cells, key.descending)
    {
        return sorted;
    }
    let mut order: Vec<u32> = (0..rows.len() as u32).collect();
    order.sort_by(|a, b| {
        let compared = keys.iter().zip(&columns).map(|(key, cells)| {
            let (a, b) = (cells[*a as usize], cells[*b as usize]);
            compare(a.value(), b.value(), key.descending)
        });
        let mut decisive = compared.skip_while(|order| order.is_eq());
        decisive.next().unwrap_or(Ordering::Equal)
    });
    order.into_iter().map(|at| rows[at as usize]).collect()
}

/// The rows in the order of one column, if it holds numbers alone.
fn sorted_numbers(rows: &[u32], cells: &[CellRef<'_>], descending: bool) -> Option<Vec<u32>> {
    let number = |cell: &CellRef<'_>| match cell {
        CellRef::Number(x) => Some(*x),
        _ => None,
    };
    let mut sorted = Vec::with_capacity(rows.len());
    for (row, cell) in rows.iter().zip(cells) {
        sorted.push((number(cell)?, *row));
    }
    if descending {
        sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
    } else {
        sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    }
    Some(sorted.into_iter().map(|(_, row)| row).collect())
}

/// Excel's order of sorting: blank cells are last in either direction.
fn compare(a: ValueRef<'_>, b: ValueRef<'_>, descending: bool) -> Ordering {
    let blank = |value| value == ValueRef::Blank;
    match (blank(a), blank(b)) {
        (false, false) if descending => sort_compare(b, a),
        (false, false) => sort_compare(a, b),
        (a, b) => a.cmp(&b),
    }
}
