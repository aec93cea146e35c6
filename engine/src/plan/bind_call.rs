//! Binding of calls: which function, how many arguments, what each of them is for.

use std::sync::Arc;

use super::bind::{Binder, Site, Work};
use super::bound::{Argument, BoundCall, Operation};
use crate::error::ErrorKind;
use crate::formula::NodeId;
use crate::formula::ast::UnaryOperator;
use crate::functions::{self, Function, Kernel, Parameter};
use crate::limits;
use crate::value::CellError;

/// A call whose arguments are being bound.
pub(super) struct OpenCall {
    function: &'static Function,
    arguments: Vec<Argument>,
    /// The parameter and the first node of the argument that is being bound.
    begun: Option<(&'static Parameter, u32)>,
    /// The node that skips the arguments of a lazy call.
    skip: Option<u32>,
    array: bool,
}

impl Binder<'_> {
    /// Binds a call by name.
    pub(super) fn call(
        &mut self,
        name: &Arc<str>,
        source: usize,
        arguments: &[NodeId],
        site: Site,
    ) {
        // The file format spells these operators, and LET, as functions.
        match (&**name, arguments) {
            ("SINGLE", [operand]) => {
                return self.unary(UnaryOperator::Intersect, source, *operand, site);
            }
            ("ANCHORARRAY", [operand]) => {
                return self.unary(UnaryOperator::Spill, source, *operand, site);
            }
            ("LET", _) => return self.let_names(source, arguments, site),
            _ => {}
        }
        let Some(function) = self.function(name) else {
            return match self.book.user_function(name) {
                Some(function) => self.call_user(function, source, arguments, site),
                None => self.unknown_function(name),
            };
        };
        if let Some(message) = arity_fault(function, arguments.len()) {
            return self.refuse(ErrorKind::Parse, message);
        }
        self.plan.flags.volatile |= function.flags.volatile;
        self.plan.flags.dynamic |= function.flags.dynamic;
        self.plan.flags.holds_subtotal |= matches!(&**name, "SUBTOTAL" | "AGGREGATE");
        let looks = matches!(&**name, "FORMULATEXT" | "ISFORMULA");
        self.plan.flags.reads_formulas |= looks;
        self.plan.uses.sheet_order |= matches!(&**name, "SHEET" | "SHEETS");
        if matches!(&**name, "SUMIF" | "AVERAGEIF") {
            self.read_sum_range(source, arguments);
        }
        self.open_call(function, arguments.len(), site);
        self.work.push(Work::EndCall);
        for (index, id) in arguments.iter().enumerate().rev() {
            let Some(parameter) = function.parameter(index) else {
                continue;
            };
            self.work.push(Work::EndArgument);
            if !self.is_missing(source, *id) {
                let mut site = site.argument(function, parameter.coercion);
                // An edit of the cells reaches who looks at their formulas, though no value is read.
                site.reads |= looks;
                self.work.push(Work::Visit(source, *id, site));
            }
            self.work.push(Work::BeginArgument(parameter));
        }
    }

    fn open_call(&mut self, function: &'static Function, arguments: usize, site: Site) {
        let lazy = matches!(function.kernel, Kernel::Lazy(_));
        let skip = lazy.then_some(self.plan.nodes.len() as u32);
        if lazy {
            self.emit(Operation::Skip(0), site.array);
            self.lazy_depth += 1;
            if self.lazy_depth > limits::NESTING {
                let message = format!(
                    "the formula nests {} deep through its names",
                    self.lazy_depth
                );
                self.refuse(ErrorKind::Limit, message);
            }
        }
        self.calls.push(OpenCall {
            function,
            arguments: Vec::with_capacity(arguments),
            begun: None,
            skip,
            array: site.array,
        });
    }

    /// Emits the innermost open call.
    pub(super) fn end_call(&mut self) {
        let Some(open) = self.calls.pop() else {
            return;
        };
        let given = open.arguments.len();
        let defaults = (given..open.function.padded(given))
            .filter_map(|index| open.function.parameter(index))
            .map(Parameter::default_operand)
            .collect();
        let call = Box::new(BoundCall {
            function: open.function,
            arguments: open.arguments.into(),
            defaults,
        });
        match open.skip {
            None => self.emit(Operation::Call(call), open.array),
            Some(skip) => {
                let target = self.plan.nodes.len() as u32;
                if let Some(node) = self.plan.nodes.get_mut(skip as usize) {
                    node.operation = Operation::Skip(target);
                }
                self.lazy_depth -= 1;
                self.emit(Operation::Lazy(call), open.array);
            }
        }
    }

    fn unknown_function(&mut self, name: &Arc<str>) {
        let named = self.book.name(None, self.here, name).is_some();
        self.use_name(name);
        if functions::known(name).is_some() || named || self.book.may_be_macro(name) {
            self.unsupported(name);
        }
        self.constant(CellError::Name);
    }

    /// The nodes of an argument begin here.
    pub(super) fn begin_argument(&mut self, parameter: &'static Parameter) {
        let first = self.plan.nodes.len() as u32;
        if let Some(call) = self.calls.last_mut() {
            call.begun = Some((parameter, first));
        }
    }

    /// The nodes of an argument end here; there are none if it is empty.
    pub(super) fn end_argument(&mut self) {
        let end = self.plan.nodes.len() as u32;
        if let Some(call) = self.calls.last_mut()
            && let Some((parameter, first)) = call.begun.take()
        {
            call.arguments.push(Argument {
                parameter,
                nodes: (first < end).then(|| (first, end - 1)),
            });
        }
    }
}

/// Why a function cannot take so many arguments.
fn arity_fault(function: &Function, given: usize) -> Option<String> {
    let (least, most) = function.arity();
    let missing = |index| {
        function
            .parameter(index)
            .is_some_and(Parameter::is_required)
    };
    let fits = (least..=most).contains(&given) && !(given..function.padded(given)).any(missing);
    if fits {
        return None;
    }
    let name = function.name;
    Some(if (least..=most).contains(&given) {
        format!(
            "{name} takes its last arguments in groups, the last group of {given} arguments is not whole"
        )
    } else {
        count_fault(name, (least, most), given)
    })
}

/// That a function takes other numbers of arguments than were given.
pub(super) fn count_fault(name: &str, (least, most): (usize, usize), given: usize) -> String {
    let wanted = match (least, most) {
        (least, most) if least == most => format!("{least}"),
        (least, limits::ARGUMENTS) => format!("at least {least}"),
        (least, most) => format!("{least} to {most}"),
    };
    let noun = if most == 1 { "argument" } else { "arguments" };
    format!("{name} takes {wanted} {noun}, not {given}")
}
