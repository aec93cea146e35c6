//! What a plan reads, as rectangles relative to its cell. Too much is allowed, too little never.

use smallvec::SmallVec;

use super::bind::Binder;
use crate::formula::ast::{self, BinaryOperator, Shape};
use crate::formula::{NodeId, TemplateAxis, TemplateReference};
use crate::functions::Coercion;
use crate::graph::Read;
use crate::limits;
use crate::reference::{Anchor, Axis, SheetId};

/// First and last coordinate.
type Span = (TemplateAxis, TemplateAxis);

/// The first row or column of a sheet, for spans that have no start of their own.
const FIRST: TemplateAxis = TemplateAxis::Fixed(0);

/// A reference in a place where it is intersected with the formula's row or column: what stands in its place, and what
/// of it is read.
///
/// A whole column is the cell of the formula's row; of a column's part the formula's row is read, if it lies in it. A
/// rectangle of several rows and columns has no such cell and is not read.
pub(super) fn intersected(
    shape: Shape<TemplateAxis>,
) -> (Shape<TemplateAxis>, Option<Shape<TemplateAxis>>) {
    let own = TemplateAxis::Relative(0);
    match shape {
        Shape::Columns(first, last) if first == last => {
            let (row, column) = (own, first);
            let cell = Shape::Cell { row, column };
            (cell, Some(cell))
        }
        Shape::Rows(first, last) if first == last => {
            let (row, column) = (first, own);
            let cell = Shape::Cell { row, column };
            (cell, Some(cell))
        }
        Shape::Range { rows, columns } => {
            let row = (rows.0 == rows.1).then_some(rows.0);
            let column = (columns.0 == columns.1).then_some(columns.0);
            let read = match (row, column) {
                (None, None) => None,
                (row, column) => Some(Shape::Cell {
                    row: row.unwrap_or(own),
                    column: column.unwrap_or(own),
                }),
            };
            (shape, read)
        }
        Shape::Cell { .. } => (shape, Some(shape)),
        Shape::Rows(..) | Shape::Columns(..) | Shape::Invalid => (shape, None),
    }
}

impl Binder<'_> {
    /// The rows and columns of a sheet; nothing if it is gone.
    pub(super) fn axes(&self, sheet: SheetId) -> Option<(&dyn Axis, &dyn Axis)> {
        self.book.sheet_name(sheet)?;
        Some((self.book.rows(sheet), self.book.columns(sheet)))
    }

    /// Notes that the cells of `shape` are read. A relative coordinate that `wraps` is read on both sides of the edge.
    pub(super) fn read(&mut self, sheet: SheetId, shape: Shape<TemplateAxis>, wraps: bool) {
        if !wraps {
            return self.read_once(sheet, shape);
        }
        let (height, width) = self
            .axes(sheet)
            .map_or((limits::ROWS, limits::COLUMNS), |(rows, columns)| {
                (rows.len(), columns.len())
            });
        match shape {
            Shape::Cell { row, column } => {
                for row in around(row, height) {
                    for column in around(column, width) {
                        self.read_once(sheet, Shape::Cell { row, column });
                    }
                }
            }
            Shape::Range { rows, columns } => {
                for rows in spans_around(rows, height) {
                    for columns in spans_around(columns, width) {
                        self.read_once(sheet, Shape::Range { rows, columns });
                    }
                }
            }
            Shape::Rows(first, last) => {
                for (first, last) in spans_around((first, last), height) {
                    self.read_once(sheet, Shape::Rows(first, last));
                }
            }
            Shape::Columns(first, last) => {
                for (first, last) in spans_around((first, last), width) {
                    self.read_once(sheet, Shape::Columns(first, last));
                }
            }
            Shape::Invalid => {}
        }
    }

    fn read_once(&mut self, sheet: SheetId, shape: Shape<TemplateAxis>) {
        let read = Read { sheet, shape };
        if self.seen_reads.insert(read) {
            self.plan.reads.push(read);
        }
    }

    /// Notes the smallest rectangles known now that hold everything between the references below these nodes.
    ///
    /// `A1:INDEX(B:B,3)` refers to more than its parts read: what lies between them.
    pub(super) fn read_hull(&mut self, source: usize, nodes: &[NodeId]) {
        let mut rows: SmallVec<[TemplateAxis; 4]> = SmallVec::new();
        let mut columns: SmallVec<[TemplateAxis; 4]> = SmallVec::new();
        let mut sheet = None;
        let found = self.references_below(source, nodes);
        let wraps = source > 0 || found.iter().any(|(_, named)| *named);
        for (reference, _) in &found {
            let Some((row_span, column_span)) = spans(&reference.shape) else {
                continue;
            };
            sheet = sheet.or_else(|| self.sheets_of(&reference.sheets).first().copied());
            rows.extend([row_span.0, row_span.1]);
            columns.extend([column_span.0, column_span.1]);
        }
        let Some(sheet) = sheet else {
            return;
        };
        let axes = self.axes(sheet);
        let rows = extremes(rows, axes.map(|axes| axes.0));
        let columns = extremes(columns, axes.map(|axes| axes.1));
        for rows in pairs(&rows) {
            for columns in pairs(&columns) {
                self.read(sheet, Shape::Range { rows, columns }, wraps);
            }
        }
    }

    /// The references that a reference expression may give, as far as they are written; `true` for those of a name.
    fn references_below(&self, source: usize, nodes: &[NodeId]) -> Vec<(TemplateReference, bool)> {
        let mut found = Vec::new();
        let mut stack: Vec<NodeId> = nodes.to_vec();
        while let Some(id) = stack.pop() {
            match self.node(source, id) {
                ast::Node::Reference(reference) => found.push((reference.clone(), false)),
                ast::Node::Unary(_, operand) => stack.push(*operand),
                ast::Node::Binary(
                    BinaryOperator::Range | BinaryOperator::Intersection | BinaryOperator::Union,
                    left,
                    right,
                ) => stack.extend([*left, *right]),
                ast::Node::Call {
                    function,
                    arguments,
                } => {
                    let Some(function) = self.function(function) else {
                        continue;
                    };
                    let referring = arguments.iter().enumerate().filter(|(index, _)| {
                        function
                            .parameter(*index)
                            .is_some_and(|parameter| refers(parameter.coercion))
                    });
                    stack.extend(referring.map(|(_, id)| *id));
                }
                ast::Node::Name(name) if name.scope == ast::Sheets::Here => {
                    if let Some(named) = self.book.name(None, self.here, &name.name) {
                        let references = named.template.ast.nodes().iter();
                        found.extend(references.filter_map(|node| match node {
                            ast::Node::Reference(reference) => Some((reference.clone(), true)),
                            _ => None,
                        }));
                    }
                }
                _ => {}
            }
        }
        found
    }

    /// Notes what SUMIF and AVERAGEIF read beyond a sum range that is smaller than the range of the criterion.
    pub(super) fn read_sum_range(&mut self, source: usize, arguments: &[NodeId]) {
        let [criteria, _, sum] = arguments else {
            return;
        };
        let (ast::Node::Reference(criteria), ast::Node::Reference(sum)) =
            (self.node(source, *criteria), self.node(source, *sum))
        else {
            return;
        };
        let (criteria, sum) = (criteria.clone(), sum.clone());
        let Some((criteria_spans, sum_spans)) = spans(&criteria.shape).zip(spans(&sum.shape))
        else {
            return;
        };
        let from = self.sheets_of(&criteria.sheets).first().copied();
        let to = self.sheets_of(&sum.sheets).first().copied();
        let Some((from, to)) = from.zip(to) else {
            return;
        };
        let Some((from, axes)) = self.axes(from).zip(self.axes(to)) else {
            return;
        };
        let rows = enlarged(criteria_spans.0, sum_spans.0.0, (from.0, axes.0));
        let columns = enlarged(criteria_spans.1, sum_spans.1.0, (from.1, axes.1));
        self.plan.flags.sized_by_axes |= rows.1 || columns.1;
        let (rows, columns) = (rows.0, columns.0);
        if (rows, columns) != sum_spans {
            self.read(to, Shape::Range { rows, columns }, source > 0);
        }
    }
}

/// Whether an argument so prepared may be what the function refers to.
fn refers(coercion: Coercion) -> bool {
    matches!(
        coercion,
        Coercion::Range | Coercion::Table | Coercion::Array | Coercion::Lazy
    )
}

/// Rows and columns of a reference; whole rows and columns reach from the first to the last.
fn spans(shape: &Shape<TemplateAxis>) -> Option<(Span, Span)> {
    Some(match *shape {
        Shape::Cell { row, column } => ((row, row), (column, column)),
        Shape::Range { rows, columns } => (rows, columns),
        Shape::Rows(first, last) => ((first, last), (FIRST, TemplateAxis::Last)),
        Shape::Columns(first, last) => ((FIRST, TemplateAxis::Last), (first, last)),
        Shape::Invalid => return None,
    })
}

/// The coordinates that a relative one may mean where the grid's edges wrap.
fn around(axis: TemplateAxis, len: u32) -> SmallVec<[TemplateAxis; 2]> {
    let mut both = SmallVec::from_slice(&[axis]);
    if let TemplateAxis::Relative(offset) = axis
        && offset != 0
    {
        let other = i64::from(offset) - i64::from(offset.signum()) * i64::from(len);
        if let Ok(other) = i32::try_from(other) {
            both.push(TemplateAxis::Relative(other));
        }
    }
    both
}

fn spans_around((first, last): Span, len: u32) -> SmallVec<[Span; 4]> {
    let mut spans = SmallVec::new();
    for first in around(first, len) {
        for last in around(last, len) {
            spans.push(match (first, last) {
                (TemplateAxis::Relative(a), TemplateAxis::Relative(b)) if a > b => (last, first),
                _ => (first, last),
            });
        }
    }
    spans
}

/// Of the coordinates of one kind, whose order is known, only the first and the last.
fn extremes(
    axes: SmallVec<[TemplateAxis; 4]>,
    axis: Option<&dyn Axis>,
) -> SmallVec<[TemplateAxis; 4]> {
    let relative = |x: &TemplateAxis| match x {
        TemplateAxis::Relative(offset) => Some(*offset),
        _ => None,
    };
    let fixed = |x: &TemplateAxis| match x {
        TemplateAxis::Fixed(position) => Some(*position),
        _ => None,
    };
    let absolute = |x: &TemplateAxis| match x {
        TemplateAxis::Absolute(anchor) => Some(*anchor),
        _ => None,
    };
    let mut kept: SmallVec<[TemplateAxis; 4]> = SmallVec::new();
    let relative = axes.iter().filter_map(relative);
    kept.extend(
        [relative.clone().min(), relative.max()]
            .into_iter()
            .flatten()
            .map(TemplateAxis::Relative),
    );
    let fixed = axes.iter().filter_map(fixed);
    kept.extend(
        [fixed.clone().min(), fixed.max()]
            .into_iter()
            .flatten()
            .map(TemplateAxis::Fixed),
    );
    let order = |a: &Anchor, b: &Anchor| match axis {
        Some(axis) => axis.compare(*a, *b),
        None => a.cmp(b),
    };
    let absolute = axes.iter().filter_map(absolute);
    kept.extend(
        [absolute.clone().min_by(order), absolute.max_by(order)]
            .into_iter()
            .flatten()
            .map(TemplateAxis::Absolute),
    );
    if axes.contains(&TemplateAxis::Last) {
        kept.push(TemplateAxis::Last);
    }
    kept.dedup();
    kept
}

/// Spans that together cover everything between any of the coordinates.
fn pairs(axes: &[TemplateAxis]) -> SmallVec<[Span; 4]> {
    let mut pairs: SmallVec<[Span; 4]> = SmallVec::new();
    if let [only] = axes {
        pairs.push((*only, *only));
    }
    for (index, first) in axes.iter().enumerate() {
        pairs.extend(axes.iter().skip(index + 1).map(|last| (*first, *last)));
    }
    pairs
}

/// The span from `start` that is as long as `model`, and whether that length depends on an axis.
fn enlarged(model: Span, start: TemplateAxis, (from, to): (&dyn Axis, &dyn Axis)) -> (Span, bool) {
    use TemplateAxis::{Absolute, Fixed, Last, Relative};
    let beyond = ((start, Last), false);
    let length = match model {
        (first, last) if first == last => Some((0, false)),
        (Relative(first), Relative(last)) => Some((i64::from(last) - i64::from(first), false)),
        (Fixed(first), Fixed(last)) => Some((i64::from(last) - i64::from(first), false)),
        (Absolute(first), Absolute(last)) => from
            .position(first)
            .zip(from.position(last))
            .map(|(first, last)| (i64::from(last) - i64::from(first), true)),
        _ => None,
    };
    let Some((length, sized)) = length else {
        return beyond;
    };
    let clipped = |position: i64| u32::try_from(position).ok().filter(|p| *p < to.len());
    let end = match start {
        _ if length == 0 => return ((start, start), false),
        Relative(offset) => i32::try_from(i64::from(offset) + length).ok().map(Relative),
        Fixed(position) => clipped(i64::from(position) + length).map(Fixed),
        Absolute(anchor) => to
            .position(anchor)
            .and_then(|position| clipped(i64::from(position) + length))
            .map(|position| Absolute(to.anchor(position))),
        Last => Some(Last),
    };
    let sized = sized || matches!(start, Absolute(_));
    ((start, end.unwrap_or(Last)), sized)
}
