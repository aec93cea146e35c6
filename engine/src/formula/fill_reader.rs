//! Reading a column of filled formulas without parsing each: `=A2*B$1`, `=A3*B$1`, `=A4*B$1` are one template.
//!
//! The first formula is parsed, and the places of its relative row (or column) numbers are kept. A later text, `k`
//! cells on, has the same template if it is the same between these places and has numbers greater by `k` in them. For
//! which `k` that holds is known beforehand: none may leave the grid, and in `A$5:A9` the ends must not pass each
//! other, for then they would change places.

use std::ops::RangeInclusive;
use std::sync::Arc;

use super::ast::{A1Axis, A1Reference, Ast, Shape};
use super::parse_options::{Notation, ParseOptions};
use super::parser::parse_marked;
use super::template::Template;
use crate::error::Result;
use crate::reference::Cell;

/// Which way formulas are filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From a cell to the one below: relative rows move.
    Down,
    /// From a cell to the one on the right: relative columns move.
    Right,
}

/// The last formula that was parsed, to compare the next ones with.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use tabulith::formula::{Ast, Direction, FillReader, Mode, Node, ParseOptions, Template};
/// use tabulith::reference::Cell;
///
/// let mut reader = FillReader::new(Direction::Down);
/// let (ast, marks) = reader.parse("A2*B$1", &ParseOptions::default()).unwrap();
/// # let template = Arc::new(Template::new(Ast::new(vec![Node::Missing]), Mode::Legacy));
/// // let template = table.intern(Template::from_ast(&ast, …));
/// reader.remember("A2*B$1", Cell::new(1, 2), marks, template);
/// assert!(reader.same("A9*B$1", Cell::new(8, 2)).is_some());
/// assert!(reader.same("A9*B$2", Cell::new(8, 2)).is_none());
/// ```
#[derive(Debug)]
pub struct FillReader {
    direction: Direction,
    last: Option<Last>,
}

#[derive(Debug)]
struct Last {
    text: Box<str>,
    at: Cell,
    marks: Marks,
    template: Arc<Template>,
}

/// Where the relative numbers of a formula's text stand, and how far they may be moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marks {
    slots: Vec<Slot>,
    reach: RangeInclusive<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Slot {
    start: usize,
    end: usize,
    /// The number that stands there; columns count from 1 too.
    number: i64,
}

impl FillReader {
    /// A reader that remembers nothing yet.
    pub fn new(direction: Direction) -> FillReader {
        FillReader {
            direction,
            last: None,
        }
    }

    /// Parses a formula, and finds what later texts will be compared by.
    ///
    /// # Errors
    ///
    /// As [`parse`](super::parse).
    pub fn parse(
        &self,
        text: &str,
        options: &ParseOptions,
    ) -> Result<(Ast<A1Reference>, Option<Marks>)> {
        let marked = parse_marked(text, options)?;
        if marked.chained || options.notation != Notation::A1 {
            return Ok((marked.ast, None));
        }
        let len = match self.direction {
            Direction::Down => options.grid.rows,
            Direction::Right => options.grid.columns,
        };
        let mut marks = Marks {
            slots: Vec::new(),
            reach: i64::MIN / 2..=i64::MAX / 2,
        };
        for span in marked.references {
            self.find_slots(text.as_bytes(), span, &mut marks);
        }
        for slot in &marks.slots {
            marks.reach = narrowed(&marks.reach, 1 - slot.number, i64::from(len) - slot.number);
        }
        for reference in marked.ast.references() {
            if let Some((first, last)) = self.ends(&reference.shape) {
                marks.reach = keeps_order(&marks.reach, first, last);
            }
        }
        Ok((marked.ast, Some(marks)))
    }

    /// Remembers a formula: its text, its cell, what [`FillReader::parse`] found and its template.
    pub fn remember(
        &mut self,
        text: &str,
        at: Cell,
        marks: Option<Marks>,
        template: Arc<Template>,
    ) {
        self.last = marks.map(|marks| Last {
            text: text.into(),
            at,
            marks,
            template,
        });
    }

    /// Forgets the formula; the next one must be parsed.
    pub fn forget(&mut self) {
        self.last = None;
    }

    /// The template of the remembered formula, if this text at this cell has the same for sure.
    pub fn same(&self, text: &str, at: Cell) -> Option<&Arc<Template>> {
        let last = self.last.as_ref()?;
        let by = match self.direction {
            Direction::Down if at.column == last.at.column => {
                i64::from(at.row) - i64::from(last.at.row)
            }
            Direction::Right if at.row == last.at.row => {
                i64::from(at.column) - i64::from(last.at.column)
            }
            _ => return None,
        };
        if !last.marks.reach.contains(&by) {
            return None;
        }
        let read = match self.direction {
            Direction::Down => read_number,
            Direction::Right => read_letters,
        };
        let (old, new) = (last.text.as_bytes(), text.as_bytes());
        let (mut old_at, mut new_at) = (0, 0);
        for slot in &last.marks.slots {
            let between = &old[old_at..slot.start];
            if !new[new_at..].starts_with(between) {
                return None;
            }
            new_at += between.len();
            let (number, length) = read(&new[new_at..])?;
            if number != slot.number + by {
                return None;
            }
            new_at += length;
            old_at = slot.end;
        }
        (old[old_at..] == new[new_at..]).then_some(&last.template)
    }

    /// The relative numbers in the text of one address.
    fn find_slots(&self, text: &[u8], span: std::ops::Range<usize>, marks: &mut Marks) {
        let wanted = |byte: &u8| match self.direction {
            Direction::Down => byte.is_ascii_digit(),
            Direction::Right => byte.is_ascii_alphabetic(),
        };
        let read = match self.direction {
            Direction::Down => read_number,
            Direction::Right => read_letters,
        };
        let mut at = span.start;
        while at < span.end {
            let length = text[at..span.end].iter().take_while(|b| wanted(b)).count();
            if length == 0 {
                at += 1;
                continue;
            }
            let absolute = at > 0 && text[at - 1] == b'$';
            if let (false, Some((number, _))) = (absolute, read(&text[at..span.end])) {
                marks.slots.push(Slot {
                    start: at,
                    end: at + length,
                    number,
                });
            }
            at += length;
        }
    }

    /// First and last coordinate along the direction.
    fn ends(&self, shape: &Shape<A1Axis>) -> Option<(A1Axis, A1Axis)> {
        match (*shape, self.direction) {
            (Shape::Range { rows, .. }, Direction::Down) => Some(rows),
            (Shape::Range { columns, .. }, Direction::Right) => Some(columns),
            (Shape::Rows(first, last), Direction::Down)
            | (Shape::Columns(first, last), Direction::Right) => Some((first, last)),
            _ => None,
        }
    }
}

/// How far a range's ends may move without meeting, if only one of them moves.
fn keeps_order(reach: &RangeInclusive<i64>, first: A1Axis, last: A1Axis) -> RangeInclusive<i64> {
    let gap = i64::from(last.position) - i64::from(first.position);
    match (first.absolute, last.absolute) {
        // The last moves: it must stay behind the first.
        (true, false) => narrowed(reach, 1 - gap, i64::MAX / 2),
        (false, true) => narrowed(reach, i64::MIN / 2, gap - 1),
        _ => reach.clone(),
    }
}

fn narrowed(reach: &RangeInclusive<i64>, from: i64, to: i64) -> RangeInclusive<i64> {
    from.max(*reach.start())..=to.min(*reach.end())
}

/// The row number at the start of the text; nothing if there is none or it is longer than any.
fn read_number(text: &[u8]) -> Option<(i64, usize)> {
    let mut number = 0_i64;
    let mut length = 0;
    while let Some(digit) = text.get(length).filter(|byte| byte.is_ascii_digit()) {
        if length == 10 {
            return None;
        }
        number = number * 10 + i64::from(digit - b'0');
        length += 1;
    }
    (length > 0).then_some((number, length))
}

/// The column number that the letters at the start of the text spell.
fn read_letters(text: &[u8]) -> Option<(i64, usize)> {
    let mut number = 0_i64;
    let mut length = 0;
    while let Some(letter) = text.get(length).filter(|byte| byte.is_ascii_alphabetic()) {
        if length == 3 {
            return None;
        }
        number = number * 26 + i64::from(letter.to_ascii_uppercase() - b'A') + 1;
        length += 1;
    }
    (length > 0).then_some((number, length))
}
