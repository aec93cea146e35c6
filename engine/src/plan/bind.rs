//! Binding: a template and a workbook become a plan.
//!
//! The walk keeps its own stack of [`Work`], so that neither a chain of ten thousand additions nor a name that refers
//! to names costs any of the thread's. The formula of a name is bound in the name's place, as often as it is used;
//! [`limits::PLAN_NODES`] bounds what names that use names may grow to.

use std::sync::Arc;

use hashbrown::HashSet;

use super::bind_call::OpenCall;
use super::book::Book;
use super::bound::{Flags, Node, Operation, Plan, Refusal, Uses};
use super::let_names::LetName;
use super::parts::{OpenParts, Parts};
use crate::error::ErrorKind;
use crate::formula::ast::{self, BinaryOperator, UnaryOperator};
use crate::formula::{Mode, NodeId, Template, TemplateReference};
use crate::functions::{self, Coercion, Function, Operand, Parameter};
use crate::graph::Read;
use crate::limits;
use crate::reference::{Cell, SheetId};
use crate::value::{Array, CellError, Value};

/// Binds a formula that stands on the sheet `here`.
///
/// What is wrong with it is told by the plan: [`Plan::refused`], [`Plan::unsupported`].
///
/// # Complexity
///
/// In the length of the formula and of the formulas of the names in it.
pub fn bind(template: &Template, here: SheetId, book: &dyn Book) -> Plan {
    Binder::new(here, None, book, functions::find).bind(template)
}

/// As [`bind`], for a formula whose cell is known: a structured reference without a table means the table that the
/// cell lies in.
pub fn bind_at(template: &Template, here: SheetId, cell: Cell, book: &dyn Book) -> Plan {
    Binder::new(here, Some(cell), book, functions::find).bind(template)
}

/// As [`bind_at`], with the parts of the formula: which steps of the plan compute which sub-expression.
pub fn bind_parts(
    template: &Template,
    here: SheetId,
    cell: Cell,
    book: &dyn Book,
) -> (Plan, Parts) {
    let mut binder = Binder::new(here, Some(cell), book, functions::find);
    binder.parts = Some(OpenParts::default());
    binder.bind_all(template)
}

/// A function by its name in capitals.
pub(super) type Find = fn(&str) -> Option<&'static Function>;

/// The state of one binding.
pub(super) struct Binder<'a> {
    pub(super) book: &'a dyn Book,
    pub(super) here: SheetId,
    pub(super) cell: Option<Cell>,
    pub(super) plan: Plan,
    pub(super) sources: Vec<Source<'a>>,
    pub(super) work: Vec<Work>,
    /// Names whose formulas are being bound, innermost last.
    pub(super) open_names: Vec<(Option<SheetId>, String)>,
    /// Names bound by LET that can be seen now, innermost last.
    pub(super) locals: Vec<LetName>,
    pub(super) seen_reads: HashSet<Read>,
    pub(super) calls: Vec<OpenCall>,
    pub(super) lazy_depth: usize,
    /// The sub-expressions met so far, if someone wants to know.
    parts: Option<OpenParts>,
    find: Find,
}

/// A formula that is being bound: the one asked for, or that of a name.
#[derive(Clone)]
pub(super) enum Source<'a> {
    Given(&'a Template),
    Named(Arc<Template>),
}

impl Source<'_> {
    /// A node of the formula.
    pub(super) fn node(&self, id: NodeId) -> &ast::Node<TemplateReference> {
        match self {
            Source::Given(template) => template.ast.node(id),
            Source::Named(template) => template.ast.node(id),
        }
    }
}

/// A step still to do; the last one is done first.
pub(super) enum Work {
    /// Bind this node of this source.
    Visit(usize, NodeId, Site),
    /// Emit an operation.
    Emit(Operation, bool),
    /// Note where the nodes of an argument of the innermost open call begin.
    BeginArgument(&'static Parameter),
    /// Note where they end.
    EndArgument,
    /// Emit the innermost open call.
    EndCall,
    /// The formula of the innermost open name is done.
    EndName,
    /// From here on a name means the value that was computed last.
    BeginLocal(usize, Arc<str>, NodeId),
    /// The innermost open sub-expression is done.
    EndPart,
    /// The innermost so many names of LET end here.
    EndLocals(usize),
}

/// Where a node stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Site {
    /// Whether a range is an array here.
    pub(super) array: bool,
    /// Whether a range will be intersected with the formula's row or column.
    pub(super) intersected: bool,
    /// Whether the cells of a reference are read.
    pub(super) reads: bool,
    /// Whether only a range will do.
    pub(super) ranged: bool,
    /// Whether all that lies between the references here has been noted as read.
    pub(super) hulled: bool,
    /// Whether this is the outermost operation.
    pub(super) root: bool,
}

impl Site {
    /// The place of an operand of an operator that wants values.
    pub(super) fn operand(self) -> Site {
        Site {
            intersected: !self.array,
            ..self.inner()
        }
    }

    /// The place of something of which nothing is known but the context.
    pub(super) fn inner(self) -> Site {
        Site {
            array: self.array,
            intersected: false,
            reads: true,
            ranged: false,
            hulled: false,
            root: false,
        }
    }

    pub(super) fn argument(self, function: &Function, coercion: Coercion) -> Site {
        let array = self.array || coercion == Coercion::Array;
        let refers = matches!(
            coercion,
            Coercion::Range | Coercion::Table | Coercion::Array
        );
        Site {
            array,
            intersected: !array && coercion.lifts() && !function.flags.refuses_ranges,
            reads: !(function.flags.reads_no_values || function.flags.dynamic && refers),
            ranged: coercion == Coercion::Range,
            hulled: false,
            root: false,
        }
    }
}

impl<'a> Binder<'a> {
    pub(super) fn new(here: SheetId, cell: Option<Cell>, book: &'a dyn Book, find: Find) -> Self {
        Binder {
            book,
            here,
            cell,
            plan: Plan {
                nodes: Vec::new(),
                locals: 0,
                mode: Mode::Dynamic,
                reads: Vec::new(),
                flags: Flags::default(),
                unsupported: None,
                refused: None,
                uses: Uses::default(),
            },
            sources: Vec::new(),
            work: Vec::new(),
            open_names: Vec::new(),
            locals: Vec::new(),
            seen_reads: HashSet::new(),
            find,
            calls: Vec::new(),
            lazy_depth: 0,
            parts: None,
        }
    }

    pub(super) fn bind(self, template: &'a Template) -> Plan {
        self.bind_all(template).0
    }

    fn bind_all(mut self, template: &'a Template) -> (Plan, Parts) {
        self.plan.mode = template.mode;
        let legacy = template.mode == Mode::Legacy;
        let site = Site {
            array: !legacy,
            intersected: legacy,
            reads: true,
            ranged: false,
            hulled: false,
            root: true,
        };
        self.sources.push(Source::Given(template));
        self.work.push(Work::Visit(0, template.ast.root(), site));
        while self.plan.refused.is_none()
            && let Some(work) = self.work.pop()
        {
            self.step(work);
        }
        if self.plan.refused.is_some() {
            self.plan.nodes.clear();
            self.constant(CellError::Value);
            self.parts = None;
        }
        let parts = self.parts.take().unwrap_or_default();
        let named = self.sources.into_iter().filter_map(|source| match source {
            Source::Given(_) => None,
            Source::Named(template) => Some(template),
        });
        (self.plan, parts.close(named.collect()))
    }

    fn step(&mut self, work: Work) {
        match work {
            Work::Visit(source, node, site) => match self.sources[source].clone() {
                Source::Given(template) => self.visit(source, template, node, site),
                Source::Named(template) => self.visit(source, &template, node, site),
            },
            Work::Emit(operation, array) => self.emit(operation, array),
            Work::BeginArgument(parameter) => self.begin_argument(parameter),
            Work::EndArgument => self.end_argument(),
            Work::EndCall => self.end_call(),
            Work::EndName => {
                self.open_names.pop();
            }
            Work::BeginLocal(source, name, value) => self.begin_local(source, &name, value),
            Work::EndPart => {
                if let Some(parts) = &mut self.parts {
                    parts.end(self.plan.nodes.len());
                }
            }
            Work::EndLocals(count) => self.locals.truncate(self.locals.len() - count),
        }
    }

    fn visit(&mut self, source: usize, template: &Template, id: NodeId, site: Site) {
        if let Some(parts) = &mut self.parts {
            parts.begin(source, id, self.plan.nodes.len());
            self.work.push(Work::EndPart);
        }
        match template.ast.node(id) {
            ast::Node::Number(x) => self.constant(Value::number(*x)),
            ast::Node::Text(x) => self.constant(Value::Text(x.clone())),
            ast::Node::Boolean(x) => self.constant(*x),
            ast::Node::Error(x) => self.constant(*x),
            ast::Node::Missing => self.constant(Value::Blank),
            ast::Node::Array { columns, items } => self.array_constant(*columns, items),
            ast::Node::Reference(reference) => self.reference(reference, source, site),
            ast::Node::Name(name) => self.name(name, source, site),
            ast::Node::Structured(structured) => self.structured(structured, site),
            ast::Node::Unary(operator, operand) => self.unary(*operator, source, *operand, site),
            ast::Node::Binary(operator, left, right) => {
                if *operator == BinaryOperator::Range && site.reads && !site.hulled {
                    self.read_hull(source, &[*left, *right]);
                }
                self.binary(*operator, source, (*left, *right), site);
            }
            ast::Node::Call {
                function,
                arguments,
            } => self.call(function, source, arguments, site),
            ast::Node::Apply { .. } => {
                self.unsupported("LAMBDA");
                self.constant(CellError::Name);
            }
        }
    }

    fn array_constant(&mut self, columns: u32, items: &Arc<[Value]>) {
        let rows = (items.len() as u32).checked_div(columns).unwrap_or(0);
        let array = Array::new(rows, columns, items.to_vec());
        self.constant(array.map_or_else(Operand::from, Operand::from));
    }

    pub(super) fn unary(
        &mut self,
        operator: UnaryOperator,
        source: usize,
        operand: NodeId,
        site: Site,
    ) {
        let inner = match operator {
            UnaryOperator::Parentheses => {
                let site = Site {
                    root: false,
                    ..site
                };
                self.work.push(Work::Visit(source, operand, site));
                return;
            }
            UnaryOperator::Intersect => Site {
                intersected: true,
                ..site.inner()
            },
            UnaryOperator::Spill => {
                self.plan.flags.dynamic = true;
                site.inner()
            }
            UnaryOperator::Plus | UnaryOperator::Minus | UnaryOperator::Percent => site.operand(),
        };
        self.work
            .push(Work::Emit(Operation::Unary(operator), site.array));
        self.work.push(Work::Visit(source, operand, inner));
    }

    fn binary(
        &mut self,
        operator: BinaryOperator,
        source: usize,
        (left, right): (NodeId, NodeId),
        site: Site,
    ) {
        use BinaryOperator::{Add, Intersection, Range, Subtract, Union};
        let inner = match operator {
            Range | Intersection | Union => Site {
                reads: site.reads,
                ranged: true,
                hulled: site.hulled || operator == Range,
                ..site.inner()
            },
            _ => site.operand(),
        };
        let operation = Operation::Binary {
            operator,
            snaps: site.root && matches!(operator, Add | Subtract),
        };
        self.work.push(Work::Emit(operation, site.array));
        self.work.push(Work::Visit(source, right, inner));
        self.work.push(Work::Visit(source, left, inner));
    }

    pub(super) fn is_missing(&self, source: usize, id: NodeId) -> bool {
        matches!(self.node(source, id), ast::Node::Missing)
    }

    /// A node of a source.
    pub(super) fn node(&self, source: usize, id: NodeId) -> &ast::Node<TemplateReference> {
        self.sources[source].node(id)
    }

    /// The function of this name, for those who look into a tree before it is bound.
    pub(super) fn function(&self, name: &str) -> Option<&'static Function> {
        (self.find)(name)
    }

    /// Emits a value known now.
    pub(super) fn constant(&mut self, operand: impl Into<Operand>) {
        self.emit(Operation::Constant(operand.into()), true);
    }

    /// Emits a step.
    pub(super) fn emit(&mut self, operation: Operation, array: bool) {
        if self.plan.nodes.len() >= limits::PLAN_NODES {
            let message = format!(
                "with its names written out the formula has more than {} parts",
                limits::PLAN_NODES
            );
            self.refuse(ErrorKind::Limit, message);
            return;
        }
        self.plan.nodes.push(Node::new(operation, array));
    }

    /// Gives the formula up: nothing more of it is bound.
    pub(super) fn refuse(&mut self, kind: ErrorKind, message: String) {
        self.plan.refused.get_or_insert(Refusal {
            kind,
            message: message.into(),
        });
    }

    /// Notes why the formula cannot be computed; the first reason is kept.
    pub(super) fn unsupported(&mut self, why: &str) {
        self.plan.unsupported.get_or_insert_with(|| why.into());
    }
}
