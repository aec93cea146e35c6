//! Criteria: what COUNTIF, SUMIFS and their kin, and the database functions, test cells with.
//!
//! Their equality is neither that of operators nor that of lookups: the criterion 1 finds the text "1", a text may be a
//! pattern, and `<>` finds everything that `=` does not, blanks and errors too.

use std::cmp::Ordering;

use super::coerce::parse_boolean;
use super::collation::{collate, fold_equal};
use super::wildcard::Wildcard;
use super::{CellError, Conventions, ValueRef, parse_number};
use crate::limits;

#[cfg(test)]
mod tests;

/// A criterion, read once and applied to many cells.
///
/// # Examples
///
/// ```
/// use tabulith::value::{Conventions, Criterion, ValueRef};
///
/// let criterion = Criterion::parse(ValueRef::Text(">=10"), &Conventions::default());
/// assert!(criterion.matches(ValueRef::Number(10.0)));
/// assert!(!criterion.matches(ValueRef::Text("11")));
/// assert!(!criterion.matches_blank());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Criterion {
    rule: Rule,
    /// Finds what the rule does not: `<>`.
    negated: bool,
    /// How texts in cells are read as numbers.
    conventions: Conventions,
}

/// What a criterion looks for.
#[derive(Debug, Clone, PartialEq)]
enum Rule {
    /// Blank cells: `=`.
    Blank,
    /// Blank cells and empty texts: an empty criterion.
    Empty,
    /// Nothing at all: an order without anything to compare with, such as `>`.
    Nothing,
    /// This number, or a text that reads as it.
    Number(f64),
    Boolean(bool),
    Error(CellError),
    /// This text, but for case.
    Text(String),
    /// Texts of this form.
    Pattern(Wildcard),
    /// Values of the operand's type in this order to it.
    Order(Comparison, Operand),
}

/// The operators of criteria that compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    fn accepts(self, order: Ordering) -> bool {
        match self {
            Comparison::Less => order.is_lt(),
            Comparison::LessOrEqual => order.is_le(),
            Comparison::Greater => order.is_gt(),
            Comparison::GreaterOrEqual => order.is_ge(),
        }
    }
}

/// What an order compares with.
#[derive(Debug, Clone, PartialEq)]
enum Operand {
    Number(f64),
    Boolean(bool),
    Text(String),
}

/// The operator that a criterion begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    /// None: equality too, but what is empty or not exact is read otherwise.
    None,
    Equal,
    NotEqual,
    Order(Comparison),
}

/// Operators as written; a longer one stands before the one that it begins with.
const OPERATORS: [(&str, Operator); 6] = [
    ("<=", Operator::Order(Comparison::LessOrEqual)),
    (">=", Operator::Order(Comparison::GreaterOrEqual)),
    ("<>", Operator::NotEqual),
    ("=", Operator::Equal),
    ("<", Operator::Order(Comparison::Less)),
    (">", Operator::Order(Comparison::Greater)),
];

impl Criterion {
    /// The criterion that a value stands for, as an argument of COUNTIF and its kin.
    ///
    /// # Errors
    ///
    /// `#VALUE!` for a text of more than [`limits::CRITERION_UNITS`].
    pub fn new(value: ValueRef<'_>, conventions: &Conventions) -> Result<Criterion, CellError> {
        match value {
            ValueRef::Text(text)
                if text.len() > limits::CRITERION_UNITS
                    && text.encode_utf16().count() > limits::CRITERION_UNITS =>
            {
                Err(CellError::Value)
            }
            _ => Ok(Criterion::parse(value, conventions)),
        }
    }

    /// The criterion that a value stands for, however long.
    ///
    /// A text may begin with an operator; what follows is read as a number, date, boolean or error, else it is a text
    /// in which `*`, `?` and `~` are wildcards. Any other value is looked for as it is, a blank as 0.
    pub fn parse(value: ValueRef<'_>, conventions: &Conventions) -> Criterion {
        Criterion::read(value, conventions, false)
    }

    /// The criterion that a value stands for in the criteria range of a database function: as [`Criterion::parse`],
    /// but a text without an operator finds every text that begins with it, and texts mean no booleans.
    pub fn parse_in_database(value: ValueRef<'_>, conventions: &Conventions) -> Criterion {
        Criterion::read(value, conventions, true)
    }

    /// Reads a criterion, of a database function or of COUNTIF and its kin.
    fn read(value: ValueRef<'_>, conventions: &Conventions, in_database: bool) -> Criterion {
        let (rule, negated) = match value {
            ValueRef::Blank => (Rule::Number(0.0), false),
            ValueRef::Number(x) => (Rule::Number(x), false),
            ValueRef::Boolean(x) => (Rule::Boolean(x), false),
            ValueRef::Error(error) => (Rule::Error(error), false),
            ValueRef::Text(text) => {
                let (operator, operand) = split_operator(text);
                let open = in_database && operator == Operator::None;
                let rule = match operator {
                    Operator::Order(comparison) => order(comparison, operand, conventions),
                    Operator::None if operand.is_empty() && !in_database => Rule::Empty,
                    Operator::Equal | Operator::NotEqual if operand.is_empty() => Rule::Blank,
                    _ if in_database && parse_boolean(operand).is_some() => {
                        Rule::Text(operand.to_owned())
                    }
                    _ => equality(operand, open, conventions),
                };
                (rule, operator == Operator::NotEqual)
            }
        };
        Criterion {
            rule,
            negated,
            conventions: conventions.clone(),
        }
    }

    /// Whether a cell with this value is found.
    pub fn matches(&self, value: ValueRef<'_>) -> bool {
        self.meets_rule(value) != self.negated
    }

    /// Calls `each` with the place of each number and whether a cell with this number is found.
    pub fn visit_numbers(&self, numbers: &[f64], each: impl FnMut(usize, bool)) {
        let negated = self.negated;
        match self.rule {
            Rule::Order(comparison, Operand::Number(than)) => match comparison {
                Comparison::Less => test_all(numbers, |x| x < than, each),
                Comparison::LessOrEqual => test_all(numbers, |x| x <= than, each),
                Comparison::Greater => test_all(numbers, |x| x > than, each),
                Comparison::GreaterOrEqual => test_all(numbers, |x| x >= than, each),
            },
            Rule::Number(wanted) => test_all(numbers, |x| (x == wanted) != negated, each),
            // No other rule means some numbers and not others.
            _ => {
                let all = self.matches(ValueRef::Number(1.0));
                test_all(numbers, |_| all, each);
            }
        }
    }

    /// Whether blank cells are found: those behind the end of the data count too.
    pub fn matches_blank(&self) -> bool {
        self.matches(ValueRef::Blank)
    }

    /// The value whose equals are found, or with `true` all but those, if the criterion asks for equality with one. A
    /// number is equal to the texts that read as it.
    pub fn sought(&self) -> Option<(ValueRef<'_>, bool)> {
        let value = match &self.rule {
            Rule::Number(x) => ValueRef::Number(*x),
            Rule::Boolean(x) => ValueRef::Boolean(*x),
            Rule::Error(error) => ValueRef::Error(*error),
            Rule::Text(text) => ValueRef::Text(text),
            Rule::Blank | Rule::Empty | Rule::Nothing | Rule::Pattern(_) | Rule::Order(..) => {
                return None;
            }
        };
        Some((value, self.negated))
    }

    fn meets_rule(&self, value: ValueRef<'_>) -> bool {
        match (&self.rule, value) {
            (Rule::Blank | Rule::Empty, ValueRef::Blank) => true,
            (Rule::Empty, ValueRef::Text(text)) => text.is_empty(),
            (Rule::Number(wanted), ValueRef::Number(x)) => *wanted == x,
            (Rule::Number(wanted), ValueRef::Text(text)) => {
                parse_number(text, &self.conventions) == Some(*wanted)
            }
            (Rule::Boolean(wanted), ValueRef::Boolean(x)) => *wanted == x,
            (Rule::Error(wanted), ValueRef::Error(x)) => *wanted == x,
            (Rule::Text(wanted), ValueRef::Text(text)) => fold_equal(wanted, text),
            (Rule::Pattern(pattern), ValueRef::Text(text)) => pattern.matches(text),
            (Rule::Order(comparison, operand), value) => operand
                .order_of(value)
                .is_some_and(|order| comparison.accepts(order)),
            _ => false,
        }
    }
}

/// Calls `each` with the place of each number and whether it passes the test.
fn test_all(numbers: &[f64], test: impl Fn(f64) -> bool, mut each: impl FnMut(usize, bool)) {
    for (at, x) in numbers.iter().enumerate() {
        each(at, test(*x));
    }
}

impl Operand {
    /// How the value stands to this one, if it is of the same type.
    fn order_of(&self, value: ValueRef<'_>) -> Option<Ordering> {
        match (self, value) {
            (Operand::Number(than), ValueRef::Number(x)) => x.partial_cmp(than),
            (Operand::Text(than), ValueRef::Text(x)) => Some(collate(x, than)),
            (Operand::Boolean(than), ValueRef::Boolean(x)) => Some(x.cmp(than)),
            _ => None,
        }
    }
}

/// The operator of a criterion and what follows it.
fn split_operator(text: &str) -> (Operator, &str) {
    OPERATORS
        .iter()
        .find_map(|(written, operator)| Some((*operator, text.strip_prefix(written)?)))
        .unwrap_or((Operator::None, text))
}

/// What `<`, `>` and their kin with this operand look for. Wildcards mean nothing here.
fn order(comparison: Comparison, operand: &str, conventions: &Conventions) -> Rule {
    if operand.is_empty() || CellError::parse(operand).is_some() {
        return Rule::Nothing;
    }
    let operand = if let Some(x) = parse_number(operand, conventions) {
        Operand::Number(x)
    } else if let Some(x) = parse_boolean(operand) {
        Operand::Boolean(x)
    } else {
        Operand::Text(operand.to_owned())
    };
    Rule::Order(comparison, operand)
}

/// What `=` with this operand looks for; an open one may be the beginning of a text.
fn equality(operand: &str, open: bool, conventions: &Conventions) -> Rule {
    if let Some(x) = parse_number(operand, conventions) {
        return Rule::Number(x);
    }
    if let Some(x) = parse_boolean(operand) {
        return Rule::Boolean(x);
    }
    if let Some(error) = CellError::parse(operand) {
        return Rule::Error(error);
    }
    let pattern = if open {
        Wildcard::new(&format!("{operand}*"))
    } else {
        Wildcard::new(operand)
    };
    match pattern.literal() {
        Some(text) => Rule::Text(text),
        None => Rule::Pattern(pattern),
    }
}
