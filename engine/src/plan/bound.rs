//! The bound plan: a formula as a short program, with all that can be known of it before it runs.
//!
//! The nodes stand in the order of evaluation. Each takes its operands from the top of a stack and puts its result
//! there. The arguments of a lazy call stand behind a [`Operation::Skip`] that leads to the call, which runs those it
//! needs by their places.

use std::sync::Arc;

use smallvec::SmallVec;

use crate::error::ErrorKind;
use crate::formula::ast::{BinaryOperator, Shape, UnaryOperator};
use crate::formula::{Mode, TemplateAxis};
use crate::functions::{Function, Operand, Parameter, UserFunction};
use crate::graph::Read;
use crate::reference::SheetId;

/// A formula that is bound to functions, names, tables and sheets.
///
/// It holds for every cell of the formula's region, and until something changes that [`Plan::uses`] names.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The program; the last node gives the result.
    pub nodes: Vec<Node>,
    /// How many values LET keeps.
    pub locals: u32,
    /// How the formula treats ranges in the place of single values.
    pub mode: Mode,
    /// The rectangles that it may read, relative to its cell, each once.
    pub reads: Vec<Read>,
    /// What else the engine must know.
    pub flags: Flags,
    /// Why it cannot be computed here, so that its stored value is kept: the name of a function that is not
    /// implemented, another workbook.
    pub unsupported: Option<Arc<str>>,
    /// Why Excel would not take the formula at all.
    pub refused: Option<Refusal>,
    /// What the plan depends on beside cells.
    pub uses: Uses,
}

/// Why a formula is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// [`ErrorKind::Parse`] for a formula that is wrong, [`ErrorKind::Limit`] for one that is too large.
    pub kind: ErrorKind,
    /// What is wrong.
    pub message: Arc<str>,
}

/// Properties of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flags {
    /// It is evaluated at every recalculation.
    pub volatile: bool,
    /// It may read cells that its references do not name: OFFSET, INDIRECT, a spill range.
    pub dynamic: bool,
    /// It calls a function of the user, so that it runs on no other thread than the caller's.
    pub calls_user: bool,
    /// It contains SUBTOTAL or AGGREGATE.
    pub holds_subtotal: bool,
    /// It looks at the formulas of cells: FORMULATEXT, ISFORMULA.
    pub reads_formulas: bool,
    /// Its reads follow from distances between rows or columns that are not its own (a short sum range of SUMIF), so
    /// it must be bound again when rows or columns are inserted or deleted.
    pub sized_by_axes: bool,
}

/// What a plan depends on beside cells; when one of these changes, it must be bound again.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Uses {
    /// Defined names, in lower case, those that do not exist included.
    pub names: Vec<Arc<str>>,
    /// Tables, in lower case, those that do not exist included.
    pub tables: Vec<Arc<str>>,
    /// The order of the sheets (3D references, SHEET, SHEETS).
    pub sheet_order: bool,
    /// Values stored for other workbooks.
    pub external: bool,
}

/// One step of a plan.
#[derive(Debug, Clone)]
pub struct Node {
    /// What it does.
    pub operation: Operation,
    /// Whether a range is an array here; otherwise, where a single value is wanted, it is intersected with the
    /// formula's row or column.
    pub array_context: bool,
}

/// What a node does.
#[derive(Debug, Clone)]
pub enum Operation {
    /// Puts a literal, or a value that was known when the formula was bound.
    Constant(Operand),
    /// Puts a reference, which is not read yet.
    Reference(BoundReference),
    /// Puts values stored for another workbook.
    External(Box<External>),
    /// Puts a reference to the formula's own row of a table.
    ThisRow(Box<ThisRow>),
    /// Replaces an operand.
    Unary(UnaryOperator),
    /// Replaces two operands.
    Binary {
        /// The operator.
        operator: BinaryOperator,
        /// Whether it is the outermost operation of the formula and applies the near-zero snap.
        snaps: bool,
    },
    /// Replaces the arguments that are not empty.
    Call(Box<BoundCall>),
    /// Calls a function that evaluates its arguments itself.
    Lazy(Box<BoundCall>),
    /// Calls a function of the user.
    CallUser(UserCall),
    /// Goes to a later node.
    Skip(u32),
    /// Takes a value and keeps it under a number.
    Store(u32),
    /// Puts a value that was kept.
    Local(u32),
}

/// A reference whose sheets are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoundReference {
    /// The sheets, more than one for a 3D reference; never none.
    pub sheets: SmallVec<[SheetId; 1]>,
    /// The cells, relative to the formula's.
    pub shape: Shape<TemplateAxis>,
    /// Whether relative rows and columns go round at the edges of the grid, as in the formula of a name.
    pub wraps: bool,
}

/// Cells of another workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct External {
    /// The workbook, as the formula names it.
    pub book: Arc<str>,
    /// The sheet by name.
    pub sheet: Arc<str>,
    /// The cells, relative to the formula's.
    pub shape: Shape<TemplateAxis>,
}

/// The formula's own row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThisRow {
    /// The table's sheet.
    pub sheet: SheetId,
    /// First and last data row; elsewhere the reference is `#VALUE!`.
    pub rows: (TemplateAxis, TemplateAxis),
    /// First and last column.
    pub columns: (TemplateAxis, TemplateAxis),
}

/// A call whose function is known and whose arguments are as many as it takes.
#[derive(Clone)]
pub struct BoundCall {
    /// The function.
    pub function: &'static Function,
    /// The arguments given.
    pub arguments: Box<[Argument]>,
    /// What stands for the parameters behind them.
    pub defaults: Box<[Operand]>,
}

impl std::fmt::Debug for BoundCall {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BoundCall")
            .field("function", &self.function.name)
            .field("arguments", &self.arguments)
            .field("defaults", &self.defaults)
            .finish()
    }
}

/// A call of a function of the user with as many arguments as it takes.
#[derive(Debug, Clone)]
pub struct UserCall {
    /// The function.
    pub function: Arc<UserFunction>,
    /// Number of arguments; an empty one is a blank value.
    pub arguments: u32,
}

/// An argument of a call.
#[derive(Debug, Clone, Copy)]
pub struct Argument {
    /// The parameter that it belongs to.
    pub parameter: &'static Parameter,
    /// The nodes that give it: first and last; nothing for an empty argument, `F(a,)`.
    pub nodes: Option<(u32, u32)>,
}

impl Node {
    /// A step in this context.
    pub fn new(operation: Operation, array_context: bool) -> Node {
        Node {
            operation,
            array_context,
        }
    }
}
