//! A plan in steps over tiles.

use crate::formula::TemplateAxis;
use crate::formula::ast::{BinaryOperator, UnaryOperator};
use crate::plan::bound::{BoundCall, UserCall};
use crate::reference::SheetId;
use crate::value::Value;

/// A plan as steps over tiles.
#[derive(Debug, Clone)]
pub struct TileProgram {
    /// The steps, in the order of evaluation; each takes its operands from a stack and puts its result there.
    pub(super) steps: Vec<Step>,
    /// How many values LET keeps.
    pub(super) locals: u32,
    /// How long a row takes, roughly, in nanoseconds.
    pub(super) cost: u32,
}

/// Consecutive rows of a column that are consecutive slots of one block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TileRows {
    /// The sheet.
    pub sheet: SheetId,
    /// Position of the first row.
    pub row: u32,
    /// Position of the column.
    pub column: u32,
    /// Number of rows, at most [`TILE`](crate::storage::TILE).
    pub count: u32,
    /// The block of the row axis.
    pub block: u32,
    /// The slot of the first row.
    pub slot: u16,
}

/// A reference to one cell, relative to the formula's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// The sheet.
    pub sheet: SheetId,
    /// The row.
    pub row: TemplateAxis,
    /// The column.
    pub column: TemplateAxis,
    /// First and last row between which the formula must stand, as beside the data of a table.
    pub within: Option<(TemplateAxis, TemplateAxis)>,
}

impl Load {
    /// Whether every row of a column sees the same cell.
    pub fn is_fixed(&self) -> bool {
        !matches!(self.row, TemplateAxis::Relative(_))
    }
}

/// One step.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// Puts a value that is the same in all rows.
    Constant(Value),
    /// Puts the cells of a reference.
    Load(Load),
    /// Replaces an operand.
    Unary(UnaryOperator),
    /// Replaces two operands.
    Binary {
        operator: BinaryOperator,
        snaps: bool,
    },
    /// Replaces the operands of a function that lifts; the nodes of the plan that it stands for.
    Map {
        call: Box<BoundCall>,
        array_context: bool,
    },
    /// Replaces the operands of a vectorised function of the user.
    MapUser(UserCall),
    /// Folds its arguments.
    Fold {
        call: Box<BoundCall>,
        arguments: Box<[FoldArgument]>,
    },
    /// Replaces conditions by one.
    Junction {
        junction: Junction,
        count: u32,
        nodes: (u32, u32),
    },
    /// Chooses among arguments; each is a range of steps.
    Choose {
        choice: Choice,
        arguments: Vec<Option<(u32, u32)>>,
    },
    /// Goes to a later step.
    Skip(u32),
    /// Takes a value and keeps it under a number.
    Store(u32),
    /// Puts a value that was kept.
    Local(u32),
    /// Computes nodes of the plan lane by lane, or once if they give the same in every row of a column.
    Scalar {
        first: u32,
        last: u32,
        uniform: bool,
    },
}

/// An argument of a fold.
#[derive(Debug, Clone, Copy)]
pub(super) enum FoldArgument {
    /// Nothing is written there.
    Empty,
    /// A value that lies on the stack.
    Value,
    /// A single cell, whose value lies on the stack.
    Cell,
    /// Cells that are loaded when they are folded.
    Band(Band),
}

/// A range of a few columns, relative to the formula's cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Band {
    pub(super) sheet: SheetId,
    /// First and last row.
    pub(super) rows: (TemplateAxis, TemplateAxis),
    /// First and last column.
    pub(super) columns: (TemplateAxis, TemplateAxis),
}

/// What joins conditions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Junction {
    And,
    Or,
    Xor,
}

/// What chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    If,
    IfError,
    IfNa,
}

impl TileProgram {
    /// How long a row takes, roughly, in nanoseconds.
    pub fn cost(&self) -> u32 {
        self.cost
    }

    /// Whether nothing of the formula has a tile form: every row is computed by the scalar evaluator.
    pub fn is_scalar(&self) -> bool {
        matches!(self.steps.as_slice(), [Step::Scalar { .. }])
    }
}
