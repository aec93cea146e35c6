//! `map` kernels over lanes: one call of the engine for a thousand rows, one call of the body for each of them.
//!
//! The loop is part of the function's row (see `declare`), so the body is inlined into it and numbers go from slice to
//! slice without becoming operands.

use super::Operand;
use crate::storage::{PackedCell, Tile};
use crate::value::Value;

/// An argument of a kernel over lanes, coerced as its parameter wants it.
#[derive(Debug, Clone, Copy)]
pub enum LaneArgument<'a> {
    /// A number in every lane.
    Numbers(&'a [f64]),
    /// The same operand for all lanes.
    Uniform(&'a Operand),
    /// An operand for each lane.
    Operands(&'a [Operand]),
}

/// An argument that is not given.
pub static OMITTED: LaneArgument<'static> = LaneArgument::Uniform(&Operand::Omitted);

/// A `map` kernel over lanes: computes every lane of the results.
pub type LaneKernel = fn(&super::Context<'_>, &[LaneArgument<'_>], &mut LaneResults<'_>);

/// Where a kernel over lanes puts its results.
pub struct LaneResults<'a> {
    lanes: &'a mut [f64],
    /// Longer texts, put in their places when the kernel is done.
    texts: Vec<(usize, Value)>,
    single: bool,
}

impl LaneResults<'_> {
    /// Number of lanes.
    pub fn len(&self) -> usize {
        self.lanes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.lanes.is_empty()
    }

    /// All lanes, for a kernel that writes packed cells which are no longer texts.
    pub(in crate::functions) fn lanes(&mut self) -> &mut [f64] {
        self.lanes
    }

    /// The result of a lane.
    #[inline]
    pub fn put(&mut self, lane: usize, result: Operand) {
        match result {
            Operand::Value(value) => match PackedCell::of(value.as_ref()) {
                Some(packed) => self.lanes[lane] = packed.to_lane(),
                None => self.texts.push((lane, value)),
            },
            _ => self.single = false,
        }
    }
}

/// Runs a kernel over `count` lanes into `results`; `false` if it gave something that is no single value.
pub fn run_lanes(
    kernel: LaneKernel,
    context: &super::Context<'_>,
    arguments: &[LaneArgument<'_>],
    (count, results): (usize, &mut Tile),
) -> bool {
    let mut put = LaneResults {
        lanes: results.begin(count),
        texts: Vec::new(),
        single: true,
    };
    kernel(context, arguments, &mut put);
    let (single, texts) = (put.single, put.texts);
    for (lane, text) in texts {
        results.set(lane, text.as_ref());
    }
    single
}
