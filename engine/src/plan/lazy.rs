//! Calls of functions that evaluate their arguments themselves, or do not.

use super::bound::BoundCall;
use super::implicit_intersection::settle;
use super::scalar::Machine;
use crate::functions::{Call, Context, Kernel, Operand};
use crate::value::Value;

/// Calls a lazy function and puts its result on the stack.
#[inline(never)]
pub(super) fn call_lazy(machine: &mut Machine<'_>, bound: &BoundCall, array_context: bool) {
    let Kernel::Lazy(kernel) = bound.function.kernel else {
        return;
    };
    let result = kernel(&mut LazyCall {
        machine,
        bound,
        array_context,
    });
    machine.stack.push(result);
}

struct LazyCall<'m, 'a> {
    machine: &'m mut Machine<'a>,
    bound: &'m BoundCall,
    array_context: bool,
}

impl Call for LazyCall<'_, '_> {
    fn context(&self) -> &Context<'_> {
        self.machine.context
    }

    fn count(&self) -> usize {
        self.bound.arguments.len()
    }

    fn is_empty(&self, index: usize) -> bool {
        self.bound
            .arguments
            .get(index)
            .is_some_and(|argument| argument.nodes.is_none())
    }

    fn operand(&mut self, index: usize) -> Operand {
        let bound = self.bound;
        match bound.arguments.get(index).map(|argument| argument.nodes) {
            Some(Some((first, last))) => self.machine.run(first, last),
            Some(None) => Operand::Value(Value::Blank),
            None => bound
                .defaults
                .get(index - bound.arguments.len())
                .cloned()
                .unwrap_or(Operand::Omitted),
        }
    }

    fn value(&mut self, index: usize) -> Operand {
        let operand = self.operand(index);
        settle(operand, self.array_context, self.machine.context)
    }
}
