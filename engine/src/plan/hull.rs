//! What is read beyond the references that a formula names: between the two sides of `a:b`, and beside a short sum
//! range of SUMIF.
//!
//! Both are found from the references as they are written; where one is computed, all that it may be computed from
//! counts.

use hashbrown::HashSet;
use smallvec::SmallVec;

use super::bind::{Binder, Source};
use super::reads::Span;
use super::structured::this_row_shape;
use crate::formula::ast::{
    self, BinaryOperator, Shape, Sheets, StructuredReference, TableRows, UnaryOperator,
};
use crate::formula::{NodeId, TemplateAxis};
use crate::functions::Coercion;
use crate::reference::{Anchor, Axis, SheetId};

/// The first row or column of a sheet, for spans that have no start of their own.
const FIRST: TemplateAxis = TemplateAxis::Fixed(0);

/// A reference that is known when the formula is bound.
#[derive(Clone, Copy)]
struct Known {
    sheet: SheetId,
    shape: Shape<TemplateAxis>,
    wraps: bool,
    /// Whether the reference is computed from this one, and may lie elsewhere in it.
    computed: bool,
}

impl Known {
    /// The ends that a span of this reference may reach. One that goes round the edges of the grid stands on either
    /// side of the others, so that everything may lie between.
    fn reach(&self, (first, last): Span) -> [TemplateAxis; 2] {
        let moves = |end| matches!(end, TemplateAxis::Relative(offset) if offset != 0);
        if self.wraps && (moves(first) || moves(last)) {
            [FIRST, TemplateAxis::Last]
        } else {
            [first, last]
        }
    }
}

/// A node still to be looked at.
#[derive(Clone)]
struct Place<'a> {
    /// The place of its formula in `Binder::sources`; nothing for the formula of a name met on the way.
    index: Option<usize>,
    source: Source<'a>,
    node: NodeId,
    computed: bool,
    /// How many names of LET can be seen there: the value of one sees only those before it.
    visible: usize,
}

impl<'a> Binder<'a> {
    /// Notes the smallest rectangles known now that hold everything between the references below these nodes.
    ///
    /// `A1:INDEX(B:B,3)` refers to more than its parts read: what lies between them.
    pub(super) fn read_hull(&mut self, source: usize, nodes: &[NodeId]) {
        let mut rows: SmallVec<[TemplateAxis; 4]> = SmallVec::new();
        let mut columns: SmallVec<[TemplateAxis; 4]> = SmallVec::new();
        let found = self.references_below(source, nodes);
        for known in &found {
            if let Some((row_span, column_span)) = spans(&known.shape) {
                rows.extend(known.reach(row_span));
                columns.extend(known.reach(column_span));
            }
        }
        let Some(sheet) = found.first().map(|known| known.sheet) else {
            return;
        };
        let axes = self.axes(sheet);
        let rows = extremes(rows, axes.map(|axes| axes.0));
        let columns = extremes(columns, axes.map(|axes| axes.1));
        for rows in pairs(&rows) {
            for columns in pairs(&columns) {
                self.read(sheet, Shape::Range { rows, columns }, false);
            }
        }
    }

    /// Notes what SUMIF and AVERAGEIF read beyond a sum range that is smaller than the range of the criterion. A sum
    /// range that is computed makes the plan dynamic.
    pub(super) fn read_sum_range(&mut self, source: usize, arguments: &[NodeId]) {
        let [criteria, _, sum] = arguments else {
            return;
        };
        let criteria = self.references_below(source, &[*criteria]);
        let sum = self.references_below(source, &[*sum]);
        let (criteria, sum) = match (&criteria[..], &sum[..]) {
            ([criteria], [sum]) if !criteria.computed && !sum.computed => (criteria, sum),
            _ => {
                self.plan.flags.dynamic = true;
                return;
            }
        };
        let Some((criteria_spans, sum_spans)) = spans(&criteria.shape).zip(spans(&sum.shape))
        else {
            return;
        };
        let Some((from, to)) = self.axes(criteria.sheet).zip(self.axes(sum.sheet)) else {
            return;
        };
        let (rows, rows_sized) = enlarged(criteria_spans.0, sum_spans.0.0, (from.0, to.0));
        let (columns, columns_sized) = enlarged(criteria_spans.1, sum_spans.1.0, (from.1, to.1));
        self.plan.flags.sized_by_axes |= rows_sized || columns_sized;
        if (rows, columns) != sum_spans {
            self.read(sum.sheet, Shape::Range { rows, columns }, sum.wraps);
        }
    }

    /// The references that a reference expression may give, as far as they are written.
    fn references_below(&mut self, source: usize, nodes: &[NodeId]) -> Vec<Known> {
        let mut found = Vec::new();
        // Each name is looked into once, or a chain of names that use names twice would have no end.
        let mut names = HashSet::new();
        let mut locals = HashSet::new();
        let mut stack: Vec<Place<'a>> = nodes
            .iter()
            .map(|node| Place {
                index: Some(source),
                source: self.sources[source].clone(),
                node: *node,
                computed: false,
                visible: self.locals.len(),
            })
            .collect();
        while let Some(place) = stack.pop() {
            let below = |node: NodeId, computed: bool| Place {
                node,
                computed: place.computed || computed,
                ..place.clone()
            };
            match place.source.node(place.node) {
                ast::Node::Reference(reference) => {
                    let sheets = self.sheets_of(&reference.sheets);
                    found.extend(sheets.iter().map(|sheet| Known {
                        sheet: *sheet,
                        shape: reference.shape,
                        wraps: place.index != Some(0),
                        computed: place.computed,
                    }));
                }
                ast::Node::Structured(structured) => {
                    found.extend(self.known_table_cells(structured, place.computed));
                }
                ast::Node::Unary(UnaryOperator::Parentheses, operand) => {
                    stack.push(below(*operand, false));
                }
                ast::Node::Unary(UnaryOperator::Intersect | UnaryOperator::Spill, operand) => {
                    stack.push(below(*operand, true));
                }
                ast::Node::Binary(
                    BinaryOperator::Range | BinaryOperator::Intersection | BinaryOperator::Union,
                    left,
                    right,
                ) => stack.extend([below(*left, true), below(*right, true)]),
                ast::Node::Call {
                    function,
                    arguments,
                } => {
                    let arguments = self.referring(function, arguments);
                    stack.extend(arguments.map(|id| below(id, true)));
                }
                ast::Node::Name(name) => {
                    let local = place
                        .index
                        .filter(|_| name.scope == Sheets::Here)
                        .and_then(|index| self.local_among(place.visible, index, &name.name));
                    if let Some(local) = local {
                        if locals.insert(local) {
                            stack.push(Place {
                                visible: local,
                                ..below(self.locals[local].value, false)
                            });
                        }
                    } else if names.insert((name.scope.clone(), name.name.to_lowercase())) {
                        stack.extend(self.named(name, place.computed));
                    }
                }
                _ => {}
            }
        }
        found
    }

    /// The arguments that a call may give as its reference.
    fn referring<'b>(
        &self,
        function: &str,
        arguments: &'b [NodeId],
    ) -> impl Iterator<Item = NodeId> + use<'b> {
        let function = self.function(function);
        let arguments = arguments.iter().copied().enumerate();
        arguments.filter_map(move |(index, id)| match function {
            // LET may give any of its values.
            None => Some(id),
            Some(function) => function
                .parameter(index)
                .filter(|parameter| refers(parameter.coercion))
                .map(|_| id),
        })
    }

    fn named(&self, name: &ast::Name, computed: bool) -> Option<Place<'a>> {
        let scope = match &name.scope {
            Sheets::Sheet(sheet) => Some(self.book.sheet(sheet)?),
            _ => None,
        };
        let template = self.book.name(scope, self.here, &name.name)?.template;
        Some(Place {
            index: None,
            node: template.ast.root(),
            source: Source::Named(template),
            computed,
            visible: 0,
        })
    }

    fn known_table_cells(
        &mut self,
        structured: &StructuredReference,
        computed: bool,
    ) -> Option<Known> {
        let cells = self.table_cells(structured).ok()?;
        Some(Known {
            sheet: cells.sheet,
            shape: match structured.rows {
                TableRows::ThisRow => this_row_shape(&cells),
                _ => cells.shape(),
            },
            wraps: false,
            computed,
        })
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
