//! From tree to text: canonical, in English, with brackets only where the tree has them or needs them.
//!
//! Two passes, both loops. The first goes up ([`Brackets`]): it finds which operands would be read differently without
//! brackets. The second writes from a stack of what is still to come.

use super::ast::{
    A1Reference, Ast, BinaryOperator, Node, NodeId, Sheets, TableRows, UnaryOperator,
};
use super::brackets::Brackets;
use super::number_literal::push_number;
use super::parse_options::Notation;
use super::prefix::{Prefix, strip_prefixes};
use super::reference_text::{push_shape, push_sheets};
use super::structured::{StructuredForm, push_structured};
use crate::reference::{GridLimits, a1, is_name_character, is_name_start};
use crate::value::Value;

/// How a formula is written.
#[derive(Clone, Copy)]
pub struct PrintOptions<'a> {
    /// What stands before a function's name, `_xlfn.` for instance; `None` for text that users see, where there are
    /// no prefixes at all.
    ///
    /// With prefixes, names bound by LET and LAMBDA get `_xlpm.`, `@x` becomes `_xlfn.SINGLE(x)` and `x#`
    /// `_xlfn.ANCHORARRAY(x)`.
    pub function_prefix: Option<&'a dyn Fn(&str) -> &'static str>,
    /// How structured references are written.
    pub structured: StructuredForm<'a>,
    /// How references are written.
    pub notation: Notation,
}

impl Default for PrintOptions<'_> {
    fn default() -> Self {
        PrintOptions {
            function_prefix: None,
            structured: StructuredForm::Typed,
            notation: Notation::A1,
        }
    }
}

/// The canonical text of a formula, without `=`.
///
/// # Examples
///
/// ```
/// use tabulith::formula::{ParseOptions, parse, print};
///
/// let ast = parse("=if( a1>0 , \"yes\" , 1e3 )", &ParseOptions::default()).unwrap();
/// assert_eq!(print(&ast), "IF(A1>0,\"yes\",1000)");
/// ```
pub fn print(ast: &Ast<A1Reference>) -> String {
    print_with(ast, &PrintOptions::default())
}

/// The text of a formula, without `=`, in the form asked for.
///
/// # Examples
///
/// ```
/// use tabulith::formula::{ParseOptions, PrintOptions, parse, print_with};
///
/// let prefix = |name: &str| if name == "LET" { "_xlfn." } else { "" };
/// let options = PrintOptions { function_prefix: Some(&prefix), ..PrintOptions::default() };
/// let ast = parse("LET(x,A1#,SUM(x))", &ParseOptions::default()).unwrap();
/// assert_eq!(
///     print_with(&ast, &options),
///     "_xlfn.LET(_xlpm.x,_xlfn.ANCHORARRAY(A1),SUM(_xlpm.x))"
/// );
/// ```
pub fn print_with(ast: &Ast<A1Reference>, options: &PrintOptions<'_>) -> String {
    let mut writer = Writer {
        ast,
        options,
        brackets: Brackets::of(ast, options.function_prefix.is_some()),
        text: String::new(),
        bound: Vec::new(),
        work: vec![Work::Node(ast.root())],
    };
    writer.run();
    writer.text
}

/// What is still to be written, the last first.
enum Work<'a> {
    Node(NodeId),
    Text(&'static str),
    /// A name that LET or LAMBDA binds, in the place where it is bound.
    Binding(NodeId),
    /// From here on the name is bound.
    Bind(&'a str),
    /// So many bound names go out of scope.
    Unbind(usize),
}

struct Writer<'a> {
    ast: &'a Ast<A1Reference>,
    options: &'a PrintOptions<'a>,
    brackets: Brackets,
    text: String,
    /// The names that LET and LAMBDA have bound here, innermost last; kept only where prefixes are written.
    bound: Vec<&'a str>,
    work: Vec<Work<'a>>,
}

impl<'a> Writer<'a> {
    fn run(&mut self) {
        while let Some(work) = self.work.pop() {
            match work {
                Work::Text(text) => self.text.push_str(text),
                Work::Bind(name) => self.bound.push(name),
                Work::Unbind(count) => self.bound.truncate(self.bound.len() - count),
                Work::Binding(id) => self.binding(id),
                Work::Node(id) if self.brackets.needed(id) => {
                    self.text.push('(');
                    self.work.push(Work::Text(")"));
                    self.node(id);
                }
                Work::Node(id) => self.node(id),
            }
        }
    }

    fn node(&mut self, id: NodeId) {
        let ast = self.ast;
        match ast.node(id) {
            Node::Number(x) => push_number(&mut self.text, *x),
            Node::Text(x) => push_text(&mut self.text, x),
            Node::Boolean(x) => self.text.push_str(if *x { "TRUE" } else { "FALSE" }),
            Node::Error(x) => self.text.push_str(x.as_str()),
            Node::Missing => {}
            Node::Array { columns, items } => push_array(&mut self.text, *columns, items),
            Node::Reference(reference) => {
                push_sheets(&mut self.text, &reference.sheets);
                push_shape(&mut self.text, &reference.shape, self.options.notation);
            }
            Node::Name(name) => {
                if name.scope == Sheets::Here && self.is_bound(&name.name) {
                    self.text.push_str("_xlpm.");
                }
                push_sheets(&mut self.text, &name.scope);
                self.text.push_str(&name.name);
            }
            Node::Structured(reference) => {
                push_structured(&mut self.text, reference, self.options.structured);
            }
            Node::Unary(operator, operand) => self.unary(*operator, *operand),
            Node::Binary(operator, left, right) => {
                self.work.push(Work::Node(*right));
                self.work.push(Work::Text(operator.symbol()));
                self.work.push(Work::Node(*left));
            }
            Node::Call {
                function,
                arguments,
            } => self.call(function, arguments),
            Node::Apply { callee, arguments } => {
                self.arguments(arguments);
                self.work.push(Work::Text("("));
                self.work.push(Work::Node(*callee));
            }
        }
    }

    fn unary(&mut self, operator: UnaryOperator, operand: NodeId) {
        let file = self.options.function_prefix.is_some();
        let (before, behind) = match operator {
            UnaryOperator::Plus => ("+", ""),
            UnaryOperator::Minus => ("-", ""),
            UnaryOperator::Percent => ("", "%"),
            UnaryOperator::Intersect if file => ("_xlfn.SINGLE(", ")"),
            UnaryOperator::Intersect => ("@", ""),
            UnaryOperator::Spill if file => ("_xlfn.ANCHORARRAY(", ")"),
            UnaryOperator::Spill => ("", "#"),
            UnaryOperator::Parentheses => ("(", ")"),
        };
        self.text.push_str(before);
        self.work.push(Work::Text(behind));
        self.work.push(Work::Node(operand));
    }

    fn call(&mut self, function: &'a str, arguments: &'a [NodeId]) {
        match self.options.function_prefix {
            Some(_) if self.is_bound(function) => self.text.push_str("_xlpm."),
            Some(prefix) => self.text.push_str(prefix(function)),
            None => {}
        }
        self.text.push_str(function);
        self.text.push('(');
        let binds = match function {
            _ if self.options.function_prefix.is_none() => 0,
            "LET" if arguments.len() % 2 == 1 => arguments.len() / 2,
            "LAMBDA" => arguments.len().saturating_sub(1),
            _ => 0,
        };
        if binds == 0 {
            return self.arguments(arguments);
        }
        let start = self.work.len();
        self.work.push(Work::Text(")"));
        self.work.push(Work::Unbind(binds));
        let step = if function == "LET" { 2 } else { 1 };
        for (place, argument) in arguments.iter().enumerate().rev() {
            let binding = place % step == 0 && place / step < binds;
            // A LET's name is bound behind its value, a LAMBDA's at once.
            if (place + 1) % step == 0 && place / step < binds {
                self.work
                    .push(Work::Bind(self.bound_name(arguments[place + 1 - step])));
            }
            self.work.push(if binding {
                Work::Binding(*argument)
            } else {
                Work::Node(*argument)
            });
            if place > 0 {
                self.work.push(Work::Text(","));
            }
        }
        debug_assert!(self.work.len() > start);
    }

    fn arguments(&mut self, arguments: &[NodeId]) {
        self.work.push(Work::Text(")"));
        for (place, argument) in arguments.iter().enumerate().rev() {
            self.work.push(Work::Node(*argument));
            if place > 0 {
                self.work.push(Work::Text(","));
            }
        }
        // What an `Apply` calls is written first, so its bracket is pushed by the caller.
    }

    /// The name that a binding place binds: a name, or `[x]` for an optional parameter.
    fn bound_name(&self, id: NodeId) -> &'a str {
        let ast = self.ast;
        match ast.node(id) {
            Node::Name(name) => &name.name,
            Node::Structured(reference) => reference
                .columns
                .as_ref()
                .map_or("", |(first, _)| first.as_ref()),
            _ => "",
        }
    }

    fn binding(&mut self, id: NodeId) {
        let name = self.bound_name(id);
        match self.ast.node(id) {
            Node::Name(written) if written.scope == Sheets::Here => self.text.push_str("_xlpm."),
            Node::Structured(reference)
                if reference.table.is_none()
                    && reference.rows == TableRows::Data
                    && reference.columns.as_ref().is_some_and(|(a, b)| a == b)
                    && reads_as_name(name) =>
            {
                self.text.push_str("_xlop.");
            }
            _ => return self.work.push(Work::Node(id)),
        }
        self.text.push_str(name);
    }

    fn is_bound(&self, name: &str) -> bool {
        !self.bound.is_empty()
            && self.bound.iter().any(|bound| {
                bound.eq_ignore_ascii_case(name) || bound.to_uppercase() == name.to_uppercase()
            })
    }
}

/// Whether the word behind a prefix is read as a name and not kept with its prefix.
fn reads_as_name(word: &str) -> bool {
    let cell = a1::scan_cell(word.as_bytes(), GridLimits::default());
    word.chars().next().is_some_and(is_name_start)
        && word.chars().all(is_name_character)
        && cell.is_none_or(|(.., length)| length < word.len())
        && !word.eq_ignore_ascii_case("TRUE")
        && !word.eq_ignore_ascii_case("FALSE")
        && strip_prefixes(word).1 == Prefix::None
}

fn push_text(text: &mut String, literal: &str) {
    text.push('"');
    for c in literal.chars() {
        if c == '"' {
            text.push('"');
        }
        text.push(c);
    }
    text.push('"');
}

fn push_array(text: &mut String, columns: u32, items: &[Value]) {
    text.push('{');
    for (place, item) in items.iter().enumerate() {
        if place > 0 {
            let new_row = (place as u64).is_multiple_of(u64::from(columns.max(1)));
            text.push(if new_row { ';' } else { ',' });
        }
        match item {
            Value::Number(x) => push_number(text, *x),
            Value::Text(x) => push_text(text, x),
            // A constant has no blanks; an empty text is the nearest that can be written.
            Value::Blank => push_text(text, ""),
            other => text.push_str(&other.to_string()),
        }
    }
    text.push('}');
}

impl BinaryOperator {
    /// Whether a comma in this operator would be taken for the end of an argument.
    pub(super) fn is_union(self) -> bool {
        self == BinaryOperator::Union
    }
}
