//! `functions!`: a function is one row, and its kernel stands below it in the same file.
//!
//! A row is `"NAME"(parameters; repeat parameters) [flags] => shape(kernel);` under its documentation. A parameter is
//! `name: Coercion`, optional ones have `= default`, a literal, or
//! `or omitted` for a kernel that takes an `Option`. The
//! examples in the documentation, `=F(1) -> 2`, run as tests.

use super::Operand;
use super::kernel::Kernel;
use super::lanes::LaneKernel;

/// How the engine prepares an argument for the kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Coercion {
    /// A number (kernel: `f64`); texts are read as typed by a user. Lifts.
    Number,
    /// A text (kernel: `&str`). Lifts.
    Text,
    /// TRUE or FALSE (kernel: `bool`). Lifts.
    Boolean,
    /// A single value of any type but an error (kernel: `ValueRef`). Lifts.
    Any,
    /// A single value of any type, errors too (kernel: `ValueRef`). Lifts.
    Raw,
    /// A range or an array, or a single value but an error (kernel: `&Operand`); the argument is evaluated as an array
    /// even in a formula that does not lift.
    Array,
    /// A range or an array, or a single value but an error (kernel: `&Operand`). A kernel that wants to see an error
    /// takes the argument as `Lazy`.
    Table,
    /// A range; anything else is `#VALUE!` (kernel: `&Reference`).
    Range,
    /// The arguments of a fold.
    Numbers,
    /// An argument that a lazy kernel evaluates itself.
    Lazy,
}

impl Coercion {
    /// Whether an array in this place makes the engine call the kernel for each of its values.
    pub fn lifts(self) -> bool {
        matches!(
            self,
            Coercion::Number | Coercion::Text | Coercion::Boolean | Coercion::Any | Coercion::Raw
        )
    }
}

/// What a parameter is when it is not given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    /// It must be given.
    Refused,
    /// Nothing: the kernel takes an `Option`. An empty argument, `F(a,)`, counts as not given.
    Omitted,
    /// This literal, as written in the row: `0`, `"text"`, `true`.
    Literal(&'static str),
}

/// A parameter of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// Its name, for documentation.
    pub name: &'static str,
    /// How its argument is prepared.
    pub coercion: Coercion,
    /// What it is when not given.
    pub absent: Absent,
}

impl Parameter {
    /// Whether it must be given.
    pub fn is_required(&self) -> bool {
        self.absent == Absent::Refused
    }

    /// The operand that stands for it when it is not given.
    pub fn default_operand(&self) -> Operand {
        match self.absent {
            Absent::Refused | Absent::Omitted => Operand::Omitted,
            Absent::Literal("true") => Operand::from(true),
            Absent::Literal("false") => Operand::from(false),
            Absent::Literal(text) => match text
                .strip_prefix('"')
                .and_then(|text| text.strip_suffix('"'))
            {
                Some(text) => Operand::from(text),
                None => Operand::from(
                    text.replace(' ', "")
                        .parse::<f64>()
                        .expect("invariant: a default is a literal"),
                ),
            },
        }
    }
}

/// What the engine must know about a function beside its parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Flags {
    /// Evaluated at every recalculation.
    pub volatile: bool,
    /// Gives a reference, or may give one.
    pub returns_reference: bool,
    /// Reads cells that its arguments do not name (OFFSET, INDIRECT).
    pub dynamic: bool,
    /// Gives an array even where no argument is one.
    pub spills: bool,
    /// Was part of the Analysis ToolPak: a range where a single value is wanted is `#VALUE!`, an array lifts.
    pub refuses_ranges: bool,
    /// Reads the reference itself, not its values: no dependency on the values of its arguments (ROW, COLUMNS).
    pub reads_no_values: bool,
}

impl Flags {
    /// None of them.
    pub const NONE: Flags = Flags {
        volatile: false,
        returns_reference: false,
        dynamic: false,
        spills: false,
        refuses_ranges: false,
        reads_no_values: false,
    };
}

/// A worksheet function.
#[derive(Clone, Copy)]
pub struct Function {
    /// Its name in capitals.
    pub name: &'static str,
    /// The module that declares it.
    pub module: &'static str,
    /// Its parameters.
    pub parameters: &'static [Parameter],
    /// The group of parameters that may repeat behind them; the group must be given at least once.
    pub repeat: &'static [Parameter],
    /// What else the engine must know.
    pub flags: Flags,
    /// The body.
    pub kernel: Kernel,
    /// The body over lanes, for functions that give one value for one value of each parameter.
    pub lanes: Option<LaneKernel>,
    /// The documentation: a sentence, details, examples.
    pub documentation: &'static str,
}

impl Function {
    /// The category that it belongs to: `math`, `date_time`, `lookup`.
    pub fn category(&self) -> &'static str {
        let mut parts = self.module.split("::");
        parts.find(|part| *part == "functions");
        parts.next().unwrap_or("")
    }

    /// The fewest and the most arguments.
    pub fn arity(&self) -> (usize, usize) {
        let required = self
            .parameters
            .iter()
            .filter(|parameter| parameter.is_required())
            .count();
        let group = self
            .repeat
            .iter()
            .filter(|parameter| parameter.is_required())
            .count();
        let most = if self.repeat.is_empty() {
            self.parameters.len()
        } else {
            crate::limits::ARGUMENTS
        };
        (required + group, most)
    }

    /// How it is called, optional parameters in brackets: `ROUND(number, [digits])`, `SUM(value, ...)`.
    pub fn signature(&self) -> String {
        let shown = |parameter: &Parameter| match parameter.absent {
            Absent::Refused => parameter.name.to_owned(),
            Absent::Omitted | Absent::Literal(_) => format!("[{}]", parameter.name),
        };
        let fixed = self.parameters.iter().map(shown);
        let group = self.repeat.iter().map(shown);
        let repeats = (!self.repeat.is_empty()).then(|| "...".to_owned());
        let all: Vec<String> = fixed.chain(group).chain(repeats).collect();
        format!("{}({})", self.name, all.join(", "))
    }

    /// The parameter that argument `index` belongs to.
    pub fn parameter(&self, index: usize) -> Option<&'static Parameter> {
        match index.checked_sub(self.parameters.len()) {
            None => self.parameters.get(index),
            Some(_) if self.repeat.is_empty() => None,
            Some(beyond) => self.repeat.get(beyond % self.repeat.len()),
        }
    }

    /// The number of operands that the kernel is given for so many arguments: at least one for each parameter, and
    /// whole groups of those that repeat.
    pub fn padded(&self, given: usize) -> usize {
        let group = match self.repeat.len() {
            0 => 0,
            group => given
                .saturating_sub(self.parameters.len())
                .next_multiple_of(group),
        };
        self.parameters.len() + group
    }

    /// The examples of the documentation: formula and expected result.
    pub fn examples(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let lines = self
            .documentation
            .lines()
            .map(str::trim)
            .filter(|line| line.starts_with('='));
        lines
            .filter_map(|line| line.split_once("->"))
            .map(|(formula, result)| (formula.trim(), result.trim()))
    }
}

/// The parameters as a kernel's arguments: each is taken from the next operand.
macro_rules! kernel_of {
    (map($body:path $(, $lanes:path)?) $($parameter:ident)*) => {
        $crate::functions::Kernel::Map(|_context, operands| {
            let mut _operands = operands.iter();
            $crate::functions::declare::kernel_call!($body; ; _operands; $($parameter)*)
        })
    };
    (map_in($body:path) $($parameter:ident)*) => {
        $crate::functions::Kernel::Map(|context, operands| {
            let mut _operands = operands.iter();
            $crate::functions::declare::kernel_call!($body; context,; _operands; $($parameter)*)
        })
    };
    (map_rest($body:path) $($parameter:ident)*) => {
        $crate::functions::Kernel::Map(|context, operands| $crate::functions::IntoOperand::into_operand($body(context, operands)))
    };
    (fold($state:ty) $($parameter:ident)*) => {
        $crate::functions::Kernel::Fold(|context| Box::new(<$state as $crate::functions::Fold>::start(context)))
    };
    (array($body:path) $($parameter:ident)*) => {
        $crate::functions::Kernel::Array(|context, operands| {
            let mut _operands = operands.iter();
            $crate::functions::declare::kernel_call!($body; context,; _operands; $($parameter)*)
        })
    };
    (array_rest($body:path) $($parameter:ident)*) => {
        $crate::functions::Kernel::Array(|context, operands| $crate::functions::IntoOperand::into_operand($body(context, operands)))
    };
    (reference($body:path) $($parameter:ident)*) => {
        $crate::functions::Kernel::Reference(|context, operands| {
            let mut _operands = operands.iter();
            $crate::functions::declare::kernel_call!($body; context,; _operands; $($parameter)*)
        })
    };
    (reference_rest($body:path) $($parameter:ident)*) => {
        $crate::functions::Kernel::Reference(|context, operands| $crate::functions::IntoOperand::into_operand($body(context, operands)))
    };
    (lazy($body:path) $($parameter:ident)*) => {
        $crate::functions::Kernel::Lazy(|call| $crate::functions::IntoOperand::into_operand($body(call)))
    };
}

/// The same body in a loop over lanes, for the shapes that lift.
macro_rules! lanes_of {
    (map($body:path, $lanes:path) $($parameter:ident)*) => {
        Some($lanes)
    };
    (map($body:path) $($parameter:ident)*) => {
        Some(|_context, arguments, results| {
            for lane in 0..results.len() {
                let mut _arguments = arguments.iter();
                $crate::functions::declare::lane_call!($body; ; _arguments, lane, results; $($parameter)*);
            }
        })
    };
    (map_in($body:path) $($parameter:ident)*) => {
        Some(|context, arguments, results| {
            for lane in 0..results.len() {
                if results.skip(lane) {
                    continue;
                }
                let mut _arguments = arguments.iter();
                $crate::functions::declare::lane_call!($body; context,; _arguments, lane, results; $($parameter)*);
            }
        })
    };
    ($shape:ident($body:path) $($parameter:ident)*) => {
        None
    };
}

macro_rules! lane_call {
    ($body:path; $($context:ident,)?; $arguments:ident, $lane:ident, $results:ident; $($parameter:ident)*) => {
        $crate::functions::IntoOperand::into_lane($body($($context,)? $({
            // The name of the parameter stands here only to be counted.
            let _ = stringify!($parameter);
            $crate::functions::FromLane::from_lane($arguments.next().unwrap_or(&$crate::functions::lanes::OMITTED), $lane)
        }),*), $lane, $results)
    };
}

macro_rules! kernel_call {
    ($body:path; $($context:ident,)?; $operands:ident; $($parameter:ident)*) => {
        $crate::functions::IntoOperand::into_operand($body($($context,)? $({
            // The name of the parameter stands here only to be counted.
            let _ = stringify!($parameter);
            $crate::functions::FromOperand::from_operand($operands.next().unwrap_or(&$crate::functions::Operand::Omitted))
        }),*))
    };
}

macro_rules! absent_of {
    () => {
        $crate::functions::Absent::Refused
    };
    (omitted) => {
        $crate::functions::Absent::Omitted
    };
    ($default:literal) => {
        $crate::functions::Absent::Literal(stringify!($default))
    };
}

/// Declares the functions of a family: the static `FUNCTIONS`.
///
/// Shapes: `map(f)` calls `f(a, b, …)` with the parameters' types; `map(f, g)` has its own loop over lanes, `g`; `map_in(f)` calls `f(context, a, b, …)`,
/// `fold(Type)` uses a type that implements `Fold`, `array(f)` and `reference(f)` call `f(context, a, b, …)`, `lazy(f)`
/// calls `f(&mut dyn Call)`. Rows whose parameters repeat use `map_rest(f)`, `array_rest(f)` or `reference_rest(f)`,
/// which call `f(context, &[Operand])`.
macro_rules! functions {
    ($(
        $(#[doc = $doc:literal])*
        $name:literal (
            $($parameter:ident : $coercion:ident $(= $default:literal)? $(or $omitted:ident)?),* $(,)?
            $(; repeat $($group:ident : $group_coercion:ident $(= $group_default:literal)? $(or $group_omitted:ident)?),+)?
        )
        $([ $($flag:ident),* ])? => $shape:ident ( $body:path $(, $lanes:path)? );
    )*) => {
        /// The functions of this family.
        pub(in $crate::functions) static FUNCTIONS: &[$crate::functions::Function] = &[ $( $crate::functions::Function {
            name: $name,
            module: module_path!(),
            parameters: &[ $( $crate::functions::Parameter {
                name: stringify!($parameter),
                coercion: $crate::functions::Coercion::$coercion,
                absent: $crate::functions::declare::absent_of!($($default)? $($omitted)?),
            } ),* ],
            repeat: &[ $( $( $crate::functions::Parameter {
                name: stringify!($group),
                coercion: $crate::functions::Coercion::$group_coercion,
                absent: $crate::functions::declare::absent_of!($($group_default)? $($group_omitted)?),
            } ),+ )? ],
            flags: $crate::functions::Flags { $( $( $flag: true, )* )? ..$crate::functions::Flags::NONE },
            kernel: $crate::functions::declare::kernel_of!($shape($body $(, $lanes)?) $($parameter)*),
            lanes: $crate::functions::declare::lanes_of!($shape($body $(, $lanes)?) $($parameter)*),
            documentation: concat!($($doc, "\n"),*),
        } ),* ];
    };
}

pub(crate) use {absent_of, functions, kernel_call, kernel_of, lane_call, lanes_of};
