//! `map` kernels over lanes: one call of the engine for a thousand rows, one call of the body for each of them.
//!
//! The loop is part of the function's row (see `declare`), so the body is inlined into it and numbers go from slice to
//! slice without becoming operands.

use super::{Cells, Operand};
use crate::storage::{PackedCell, Tile, TileTexts};
use crate::value::{CellError, ValueRef};

/// An argument of a kernel over lanes, coerced as its parameter wants it.
#[derive(Debug, Clone, Copy)]
pub enum LaneArgument<'a> {
    /// A number in every lane.
    Numbers(&'a [f64]),
    /// The same operand for all lanes.
    Uniform(&'a Operand),
    /// A value for each lane.
    Cells(&'a LaneCells),
}

/// A value for each lane, of which even the shortest text can be lent; used again for the next lanes.
#[derive(Debug, Default)]
pub struct LaneCells {
    cells: Vec<LaneCell>,
    /// The texts, end to end.
    text: String,
}

#[derive(Debug, Clone, Copy)]
enum LaneCell {
    /// A text: where it begins and ends.
    Text(u32, u32),
    /// Anything else.
    Plain(ValueRef<'static>),
}

impl LaneCells {
    /// Forgets all lanes.
    pub fn clear(&mut self) {
        self.cells.clear();
        self.text.clear();
    }

    /// The value of the next lane.
    pub fn push(&mut self, value: ValueRef<'_>) {
        self.cells.push(LaneCell::Plain(match value {
            ValueRef::Text(text) => return self.push_str(text),
            ValueRef::Blank => ValueRef::Blank,
            ValueRef::Number(x) => ValueRef::Number(x),
            ValueRef::Boolean(x) => ValueRef::Boolean(x),
            ValueRef::Error(x) => ValueRef::Error(x),
        }));
    }

    fn push_str(&mut self, text: &str) {
        let start = self.text.len();
        self.text.push_str(text);
        self.end(start);
    }

    /// A text for the next lane, which `write` adds to the end of all texts.
    ///
    /// # Errors
    ///
    /// Those of `write`; there is no next lane then.
    pub fn push_text(
        &mut self,
        write: impl FnOnce(&mut String) -> Result<(), CellError>,
    ) -> Result<(), CellError> {
        let start = self.text.len();
        let written = write(&mut self.text);
        match written {
            Ok(()) => self.end(start),
            Err(_) => self.text.truncate(start),
        }
        written
    }

    /// The text from `start` on is that of the next lane.
    fn end(&mut self, start: usize) {
        let end = self.text.len() as u32;
        self.cells.push(LaneCell::Text(start as u32, end));
    }

    /// The value of a lane.
    #[inline]
    pub fn get(&self, lane: usize) -> ValueRef<'_> {
        match self.cells[lane] {
            LaneCell::Text(start, end) => ValueRef::Text(&self.text[start as usize..end as usize]),
            LaneCell::Plain(value) => value,
        }
    }
}

/// An argument that is not given.
pub static OMITTED: LaneArgument<'static> = LaneArgument::Uniform(&Operand::Omitted);

/// A `map` kernel over lanes: computes every lane of the results.
pub type LaneKernel = fn(&super::Context<'_>, &[LaneArgument<'_>], &mut LaneResults<'_>);

/// Where a kernel over lanes puts its results.
pub struct LaneResults<'a> {
    lanes: &'a mut [f64],
    texts: &'a mut TileTexts,
    single: bool,
    /// The lanes whose results matter, if the kernel reads ranges, and the cells that it reads.
    wanted: Option<(&'a [bool], &'a dyn Cells)>,
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

    /// Whether a lane is left out, as it may take long and its result does not matter; it is blank then.
    #[inline]
    pub fn skip(&mut self, lane: usize) -> bool {
        let skips = self
            .wanted
            .is_some_and(|(wanted, cells)| !wanted[lane] || cells.interrupted());
        if skips {
            self.lanes[lane] = PackedCell::BLANK.to_lane();
        }
        skips
    }

    /// All lanes, for a kernel that writes packed cells which are no longer texts.
    pub(in crate::functions) fn lanes(&mut self) -> &mut [f64] {
        self.lanes
    }

    /// The result of a lane.
    #[inline]
    pub fn put(&mut self, lane: usize, result: Operand) {
        match result {
            Operand::Value(value) => self.put_value(lane, value.as_ref()),
            _ => self.single = false,
        }
    }

    /// The result of a lane, if it is a value.
    #[inline]
    pub fn put_value(&mut self, lane: usize, value: ValueRef<'_>) {
        match (PackedCell::of(value), value) {
            (Some(packed), _) => self.lanes[lane] = packed.to_lane(),
            (None, ValueRef::Text(text)) => self.put_text(lane, |out| {
                out.push_str(text);
                Ok(())
            }),
            (None, _) => self.lanes[lane] = PackedCell::error(CellError::Value).to_lane(),
        }
    }

    /// A text as the result of a lane: `write` adds it to the end of what is there, or gives the error that is the
    /// result.
    #[inline]
    pub fn put_text(
        &mut self,
        lane: usize,
        write: impl FnOnce(&mut String) -> Result<(), CellError>,
    ) {
        self.lanes[lane] = self.texts.write(write).to_lane();
    }
}

/// Runs a kernel over `count` lanes into `results`; `false` if it gave something that is no single value. A kernel that
/// reads ranges computes the `wanted` lanes alone.
pub fn run_lanes(
    kernel: LaneKernel,
    context: &super::Context<'_>,
    arguments: &[LaneArgument<'_>],
    (count, wanted, results): (usize, Option<&[bool]>, &mut Tile),
) -> bool {
    let (lanes, texts) = results.begin_parts(count);
    let mut put = LaneResults {
        lanes,
        texts,
        single: true,
        wanted: wanted.map(|wanted| (wanted, context.cells)),
    };
    kernel(context, arguments, &mut put);
    put.single
}
