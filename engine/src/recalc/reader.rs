//! The workbook as functions see it during a recalculation.

use std::cell::{Cell as Slot, RefCell};
use std::sync::Arc;

use smallvec::SmallVec;

use super::pending::CellSet;
use super::{Book, CancelToken, Failures, Grids, Settings};
use crate::formula::ast::{BinaryOperator, Node, UnaryOperator};
use crate::formula::{self, Mode, Notation, ParseOptions, Template};
use crate::functions::indexes::Lines;
use crate::functions::line_index::LineIndex;
use crate::functions::totals::TotalKey;
use crate::functions::{Cells, ColumnVisitor, Hidden, Operand, Reference, Visitor, visit_runs};
use crate::graph::Graph;
use crate::plan;
use crate::reference::{Area, Axis, Cell, Rect, SheetId};
use crate::value::{CellError, Value};

/// Reads cells for one evaluation.
pub struct Reader<'a> {
    grids: &'a Grids,
    graph: &'a Graph,
    book: &'a dyn Book,
    settings: &'a Settings,
    demand: Option<&'a Demand>,
    /// What was read, if someone wants to know.
    record: Option<&'a Record>,
    /// Who may break the evaluation off.
    cancel: Option<&'a CancelToken>,
    /// Who wants to know why functions of the user fail.
    failures: Option<&'a Failures>,
    /// Indexes that it was given before: no cell changes while it reads, and other threads are not waited for.
    indexes: RefCell<SmallVec<[Known; INDEXES]>>,
}

/// An index of the line that an area is a part of.
type Known = (Area, Arc<LineIndex>);

/// Indexes that a reader has at hand.
const INDEXES: usize = 4;

/// What the evaluation of one cell has read.
pub(super) struct Record {
    own: (SheetId, Cell),
    /// The areas that were read or looked at.
    pub(super) areas: RefCell<Vec<Area>>,
    /// Whether the cell's own value was read.
    pub(super) itself: Slot<bool>,
}

impl Record {
    /// Of the evaluation of this cell, nothing yet.
    pub(super) fn of(sheet: SheetId, cell: Cell) -> Record {
        Record {
            own: (sheet, cell),
            areas: RefCell::default(),
            itself: Slot::new(false),
        }
    }
}

/// What is not computed yet, and what an evaluation has asked of it.
#[derive(Default)]
pub(super) struct Demand {
    /// Cells still to be computed; those under evaluation are among them.
    pub(super) pending: RefCell<CellSet>,
    /// The area with pending cells that has interrupted the evaluation.
    pub(super) wanted: Slot<Option<Area>>,
    /// Arrays whose formulas were still to be computed at first: what they fill, and the cell of the formula.
    pub(super) arrays: Vec<(Area, Cell)>,
}

impl Demand {
    /// The pending formulas of arrays that reach into `area` from elsewhere.
    pub(super) fn arrays_into(&self, area: &Area) -> Vec<(SheetId, Cell)> {
        let pending = self.pending.borrow();
        let meets = |(array, formula): &&(Area, Cell)| {
            array.sheet == area.sheet
                && array.rect.intersection(&area.rect).is_some()
                && !area.rect.contains(*formula)
                && pending.contains(array.sheet, *formula)
        };
        let arrays = self.arrays.iter().filter(meets);
        arrays
            .map(|(array, formula)| (array.sheet, *formula))
            .collect()
    }

    fn is_pending_in(&self, area: &Area) -> bool {
        !self.pending.borrow().within(area, 1).is_empty() || self.expects_array_in(area)
    }

    /// Whether an array still to be computed may fill cells of the area.
    fn expects_array_in(&self, area: &Area) -> bool {
        !self.arrays.is_empty() && !self.arrays_into(area).is_empty()
    }
}

impl<'a> Reader<'a> {
    /// Reads `grids` as they are.
    pub fn new(
        grids: &'a Grids,
        graph: &'a Graph,
        book: &'a dyn Book,
        settings: &'a Settings,
    ) -> Reader<'a> {
        Reader {
            grids,
            graph,
            book,
            settings,
            demand: None,
            record: None,
            cancel: None,
            failures: None,
            indexes: RefCell::default(),
        }
    }

    /// The same reader, whose evaluation is broken off by this token.
    #[must_use]
    pub(super) fn cancelled_by(self, cancel: Option<&'a CancelToken>) -> Reader<'a> {
        Reader { cancel, ..self }
    }

    /// The same reader that notes why functions of the user fail.
    #[must_use]
    pub fn noting(self, failures: &'a Failures) -> Reader<'a> {
        Reader {
            failures: Some(failures),
            ..self
        }
    }

    /// The same reader that notes each area it reads.
    #[must_use]
    pub(super) fn recording(self, record: &'a Record) -> Reader<'a> {
        Reader {
            record: Some(record),
            ..self
        }
    }

    /// The same reader that is interrupted by cells still to be computed.
    #[must_use]
    pub(super) fn demanding(self, demand: &'a Demand) -> Reader<'a> {
        Reader {
            demand: Some(demand),
            ..self
        }
    }

    fn note(&self, area: Area, reads_values: bool) {
        if let Some(record) = self.record {
            record.areas.borrow_mut().push(area);
            if reads_values && area.sheet == record.own.0 && area.rect.contains(record.own.1) {
                record.itself.set(true);
            }
        }
    }

    /// Asks for the pending cells of `area`; `true` if there are any, or an earlier reading was interrupted.
    fn awaits(&self, area: &Area) -> bool {
        let Some(demand) = self.demand else {
            return false;
        };
        if demand.wanted.get().is_none() && demand.is_pending_in(area) {
            demand.wanted.set(Some(*area));
        }
        demand.wanted.get().is_some()
    }
}

impl Cells for Reader<'_> {
    fn value(&self, sheet: SheetId, cell: Cell) -> Value {
        let area = Area::new(sheet, Rect::cell(cell));
        self.note(area, true);
        if self.awaits(&area) {
            return Value::Blank;
        }
        self.grids.value(sheet, cell)
    }

    fn visit(&self, area: &Area, visitor: Visitor<'_>) {
        self.note(*area, true);
        if !self.awaits(area) {
            self.grids.visit(area, visitor);
        }
    }

    fn visit_column(&self, area: &Area, visitor: ColumnVisitor<'_>) {
        self.note(*area, true);
        if !self.awaits(area) {
            self.grids.visit_column(area, visitor);
        }
    }

    fn visit_rows(
        &self,
        (sheet, column): (SheetId, u32),
        rows: &[u32],
        visitor: ColumnVisitor<'_>,
    ) {
        if self.record.is_none() && self.demand.is_none() {
            return self.grids.visit_rows((sheet, column), rows, visitor);
        }
        visit_runs(self, (sheet, column), rows, visitor);
    }

    fn index(&self, area: &Area) -> Option<Arc<LineIndex>> {
        self.note(*area, true);
        if self.awaits(area) {
            return None;
        }
        let mut indexes = self.indexes.borrow_mut();
        if let Some((_, index)) = indexes.iter().find(|(known, _)| known == area) {
            return Some(Arc::clone(index));
        }
        let index = self.grids.index(area)?;
        if indexes.len() == INDEXES {
            indexes.clear();
        }
        indexes.push((*area, Arc::clone(&index)));
        Some(index)
    }

    fn searched(&self, area: &Area, values: u64) {
        if !self.interrupted() {
            self.grids.searched(area, values);
        }
    }

    fn known_total(&self, key: &TotalKey) -> Option<Result<f64, CellError>> {
        // Whoever wants to know what is read, or waits for it, reads it.
        if self.record.is_some() || self.demand.is_some() {
            return None;
        }
        self.grids.totals().get(key)
    }

    fn keep_total(&self, key: TotalKey, total: Result<f64, CellError>) {
        if self.record.is_none() && self.demand.is_none() && !self.interrupted() {
            self.grids.totals().keep(key, total);
        }
    }

    fn used(&self, area: &Area) -> Option<Rect> {
        self.note(*area, false);
        // A cell still to be computed counts as used, but asking for the extent reads none: a table may hold the very
        // cell that looks something up in it.
        let expects_array = |demand: &Demand| demand.expects_array_in(area);
        if self.demand.is_some_and(expects_array) && self.awaits(area) {
            return None;
        }
        let pending = self
            .demand
            .and_then(|demand| demand.pending.borrow().hull(area));
        match (self.grids.used(area), pending) {
            (Some(used), Some(pending)) => Some(used.hull(&pending)),
            (used, pending) => used.or(pending),
        }
    }

    fn grid(&self, sheet: SheetId) -> (u32, u32) {
        Lines::grid(self.grids, sheet)
    }

    fn interrupted(&self) -> bool {
        self.demand
            .is_some_and(|demand| demand.wanted.get().is_some())
            || self.cancel.is_some_and(CancelToken::is_cancelled)
    }

    fn hidden(&self, sheet: SheetId, row: u32) -> Hidden {
        self.book.hidden(sheet, row)
    }

    fn filtered(&self, sheet: SheetId) -> bool {
        self.book.filtered(sheet)
    }

    fn holds_subtotal(&self, sheet: SheetId, cell: Cell) -> bool {
        let region = self
            .graph
            .region_at(sheet, cell, self.book)
            .and_then(|id| self.graph.region(id));
        region.is_some_and(|region| region.facts.holds_subtotal)
    }

    fn formula(&self, sheet: SheetId, cell: Cell) -> Option<Arc<str>> {
        self.book.formula_text(sheet, cell)
    }

    fn number_format(&self, sheet: SheetId, cell: Cell) -> Arc<str> {
        self.book.number_format(self.grids, sheet, cell)
    }

    fn resolve(
        &self,
        text: &str,
        r1c1: bool,
        sheet: SheetId,
        cell: Cell,
    ) -> Result<Reference, CellError> {
        let notation = if r1c1 {
            Notation::R1C1 { base: cell }
        } else {
            Notation::A1
        };
        let options = ParseOptions {
            notation,
            ..ParseOptions::default()
        };
        let ast = formula::parse(text, &options).map_err(|_| CellError::Ref)?;
        if !ast.nodes().iter().all(names_cells) {
            return Err(CellError::Ref);
        }
        let template = Template::from_ast(&ast, cell, sheet, Mode::Dynamic, self.book);
        let plan = plan::bind(&template, sheet, self.book);
        match plan::evaluate(
            &plan,
            &self.settings.context(self, (sheet, cell), Mode::Dynamic),
        ) {
            Operand::Reference(reference) => Ok(reference),
            _ => Err(CellError::Ref),
        }
    }

    fn spill_range(&self, sheet: SheetId, cell: Cell) -> Option<Area> {
        let area = Area::new(sheet, Rect::cell(cell));
        self.note(area, false);
        if self.awaits(&area) {
            return None;
        }
        let extent = self.graph.extent(sheet, cell, self.book)?;
        Some(Area::new(sheet, extent.rect))
    }

    fn external(&self, book: &str, sheet: &str, rect: Rect) -> Option<Operand> {
        self.book.external(book, sheet, rect)
    }

    fn rows(&self, sheet: SheetId) -> Option<&dyn Axis> {
        self.book.axes(sheet).map(|(rows, _)| rows as &dyn Axis)
    }

    fn columns(&self, sheet: SheetId) -> Option<&dyn Axis> {
        self.book
            .axes(sheet)
            .map(|(_, columns)| columns as &dyn Axis)
    }

    fn note_failure(&self, place: (SheetId, Cell), why: &str) {
        if let Some(failures) = self.failures {
            failures.note(place, why);
        }
    }

    fn sheet_name(&self, sheet: SheetId) -> Option<Arc<str>> {
        self.book.sheet_name(sheet)
    }

    fn sheets(&self) -> Vec<SheetId> {
        self.book.sheets()
    }
}

/// Whether a node can stand in a text that INDIRECT reads: addresses, names, tables and what joins them.
fn names_cells<R>(node: &Node<R>) -> bool {
    matches!(
        node,
        Node::Reference(_)
            | Node::Name(_)
            | Node::Structured(_)
            | Node::Binary(BinaryOperator::Range, ..)
            | Node::Unary(UnaryOperator::Spill, _)
    )
}
