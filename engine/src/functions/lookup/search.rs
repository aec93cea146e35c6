//! Searching a row or a column: exact, with wildcards, and Excel's bisection.

use std::cmp::Ordering;
use std::ops::{ControlFlow, Range};

use super::line::Line;
use crate::functions::Cells;
use crate::functions::line_index::LineIndex;
use crate::limits;
use crate::value::{CellError, ValueRef, Wildcard, fold_equal, lookup_compare, lookup_equal};

/// What an exact search looks for.
pub(super) enum Needle<'a> {
    /// A value of the same type, texts but for case. Only a blank finds a blank.
    Value(ValueRef<'a>),
    /// A text of a form.
    Pattern(Wildcard),
}

/// What the older lookups take a value for: a blank is 0.
///
/// # Errors
///
/// `#VALUE!` for a text that is too long for them.
pub(super) fn classic(value: ValueRef<'_>) -> Result<ValueRef<'_>, CellError> {
    match value {
        ValueRef::Blank => Ok(ValueRef::Number(0.0)),
        ValueRef::Text(text)
            if text.len() > limits::LOOKUP_UNITS
                && text.encode_utf16().count() > limits::LOOKUP_UNITS =>
        {
            Err(CellError::Value)
        }
        value => Ok(value),
    }
}

impl<'a> Needle<'a> {
    /// A value in which a text may have wildcards.
    pub(super) fn with_wildcards(value: ValueRef<'a>) -> Needle<'a> {
        match value {
            ValueRef::Text(text) if Wildcard::is_pattern(text) => {
                Needle::Pattern(Wildcard::new(text))
            }
            value => Needle::Value(value),
        }
    }

    fn finds(&self, value: ValueRef<'_>) -> bool {
        match (self, value) {
            (Needle::Pattern(pattern), ValueRef::Text(text)) => pattern.matches(text),
            (Needle::Pattern(_), _) => false,
            (Needle::Value(ValueRef::Text(needle)), ValueRef::Text(text)) => {
                look_alike(needle, text) && fold_equal(needle, text)
            }
            (Needle::Value(needle), value) => lookup_equal(*needle, value),
        }
    }

    /// The first place whose value is found.
    pub(super) fn first(&self, cells: &dyn Cells, line: &Line<'_>) -> Option<u32> {
        if let Needle::Value(ValueRef::Blank) = self {
            return first_blank(cells, line);
        }
        self.find(cells, line, End::First)
    }

    /// The last place whose value is found.
    pub(super) fn last(&self, cells: &dyn Cells, line: &Line<'_>) -> Option<u32> {
        if let Needle::Value(ValueRef::Blank) = self {
            return last_blank(cells, line);
        }
        self.find(cells, line, End::Last)
    }

    fn find(&self, cells: &dyn Cells, line: &Line<'_>, end: End) -> Option<u32> {
        let Needle::Value(value) = self else {
            return self.scan(cells, line, end).0;
        };
        let Some(area) = line.cells() else {
            return self.scan(cells, line, end).0;
        };
        if let Some(index) = cells.index(&area) {
            let stretch = line.stretch(&area);
            let groups = index.equals(*value, &stretch);
            let places = groups.first().map(|group| index.places(group))?;
            let place = match end {
                End::First => places.first(),
                End::Last => places.last(),
            };
            return place.map(|place| place - stretch.start);
        }
        let (found, searched) = self.scan(cells, line, end);
        cells.searched(&area, searched);
        found
    }

    /// Searches value by value; gives the place and the number of values looked at.
    fn scan(&self, cells: &dyn Cells, line: &Line<'_>, end: End) -> (Option<u32>, u64) {
        let mut found = None;
        let mut searched = 0;
        line.visit(cells, 0, line.len(), &mut |index, value| {
            searched += 1;
            if self.finds(value) {
                found = Some(index);
                if end == End::First {
                    return ControlFlow::Break(());
                }
            }
            ControlFlow::Continue(())
        });
        (found, searched)
    }
}

/// Which of several equal values is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    First,
    Last,
}

/// Whether two texts may be equal but for case, by their last and first bytes: most texts of a column differ there,
/// numbered ones at the end.
fn look_alike(a: &str, b: &str) -> bool {
    // A letter beyond ASCII may be the same as one of ASCII but for case.
    let may_equal = |a: &u8, b: &u8| a.eq_ignore_ascii_case(b) || !a.is_ascii() || !b.is_ascii();
    match (a.as_bytes(), b.as_bytes()) {
        ([first_a, ..], [first_b, ..]) => {
            let last = a.as_bytes().last().zip(b.as_bytes().last());
            last.is_some_and(|(a, b)| may_equal(a, b)) && may_equal(first_a, first_b)
        }
        ([], []) => true,
        _ => false,
    }
}

/// The first place that no value is shown for.
fn first_blank(cells: &dyn Cells, line: &Line<'_>) -> Option<u32> {
    let mut next = 0;
    line.visit(cells, 0, line.len(), &mut |index, _| {
        if index > next {
            return ControlFlow::Break(());
        }
        next = index + 1;
        ControlFlow::Continue(())
    });
    (next < line.len()).then_some(next)
}

fn last_blank(cells: &dyn Cells, line: &Line<'_>) -> Option<u32> {
    let mut next = 0;
    let mut last = None;
    line.visit(cells, 0, line.len(), &mut |index, _| {
        if index > next {
            last = Some(index - 1);
        }
        next = index + 1;
        ControlFlow::Continue(())
    });
    if next < line.len() {
        Some(line.len() - 1)
    } else {
        last
    }
}

/// Where a bisection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// At a value that is equal, the last of a run of equal ones.
    At(u32),
    /// Between two places: the values up to `before` are taken for smaller, those from `after` on for larger.
    Between {
        before: Option<u32>,
        after: Option<u32>,
    },
}

impl Place {
    /// The place of the largest value that is not larger.
    pub(super) fn at_or_before(self) -> Option<u32> {
        match self {
            Place::At(place) => Some(place),
            Place::Between { before, .. } => before,
        }
    }
}

/// Excel's search of sorted values, which is also the answer for values that are not sorted.
///
/// `order` says how a value stands to what is looked for, or that it cannot be compared. Such values, and blanks, are
/// invisible but keep their places: where the middle is one, the search steps on to the next that can be compared.
pub(super) fn bisect(
    cells: &dyn Cells,
    line: &Line<'_>,
    order: impl Fn(ValueRef<'_>) -> Option<Ordering>,
) -> Place {
    let used = line.used_len(cells);
    // The bounds are one higher than the places, so that 0 stands before the first.
    let (mut low, mut high) = (0, line.len() + 1);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        let Some((stepped, met)) = next_comparable(cells, line, middle, high.min(used + 1), &order)
        else {
            high = middle;
            continue;
        };
        match met {
            Ordering::Equal => return Place::At(end_of_run(cells, line, stepped, high, &order)),
            Ordering::Less => low = stepped,
            // All between the middle and a larger value at the very end is invisible.
            Ordering::Greater if stepped + 1 == high => high = middle,
            Ordering::Greater => high = stepped,
        }
    }
    Place::Between {
        before: low.checked_sub(1),
        after: (high <= line.len()).then(|| high - 1),
    }
}

/// The first value from bound `from` on and before bound `to` that can be compared, and its order.
fn next_comparable(
    cells: &dyn Cells,
    line: &Line<'_>,
    from: u32,
    to: u32,
    order: impl Fn(ValueRef<'_>) -> Option<Ordering>,
) -> Option<(u32, Ordering)> {
    if from >= to {
        return None;
    }
    if let Some(met) = order(line.value(cells, from - 1).as_ref()) {
        return Some((from, met));
    }
    let mut found = None;
    line.visit(
        cells,
        from,
        to - 1,
        &mut |index, value| match order(value) {
            Some(met) => {
                found = Some((index + 1, met));
                ControlFlow::Break(())
            }
            None => ControlFlow::Continue(()),
        },
    );
    found
}

/// The place of the last of the equal values that follow the one at bound `from` without a gap, before bound `to`.
fn end_of_run(
    cells: &dyn Cells,
    line: &Line<'_>,
    from: u32,
    to: u32,
    order: impl Fn(ValueRef<'_>) -> Option<Ordering>,
) -> u32 {
    let mut last = from - 1;
    line.visit(cells, from, to - 1, &mut |index, value| {
        if index != last + 1 || order(value) != Some(Ordering::Equal) {
            return ControlFlow::Break(());
        }
        last = index;
        ControlFlow::Continue(())
    });
    last
}

/// What a search by halves costs, in values searched one by one.
const HALVING: u64 = 64;

/// What the index of a line says about a number, if there is an index and it can tell.
pub(super) fn by_index<R>(
    cells: &dyn Cells,
    line: &Line<'_>,
    needle: ValueRef<'_>,
    ask: impl FnOnce(&LineIndex, f64, &Range<u32>) -> Option<R>,
) -> Option<R> {
    let (ValueRef::Number(number), Some(area)) = (needle, line.cells()) else {
        return None;
    };
    let index = cells.index(&area)?;
    ask(&index, number, &line.stretch(&area))
}

/// Counts a search for a number that had no index.
pub(super) fn count_search(
    cells: &dyn Cells,
    line: &Line<'_>,
    needle: ValueRef<'_>,
    searched: u64,
) {
    if let (ValueRef::Number(_), Some(area)) = (needle, line.cells()) {
        cells.searched(&area, searched);
    }
}

/// The place of the largest value of the needle's type that is not larger, as MATCH 1 and VLOOKUP find it.
pub(super) fn ascending(cells: &dyn Cells, line: &Line<'_>, needle: ValueRef<'_>) -> Option<u32> {
    let known = by_index(cells, line, needle, |index, number, stretch| {
        let place = index.last_not_larger(number, stretch)?;
        Some(place.map(|place| place - stretch.start))
    });
    known.unwrap_or_else(|| {
        count_search(cells, line, needle, HALVING);
        bisect(cells, line, |value| lookup_compare(value, needle)).at_or_before()
    })
}

/// The place of the smallest value that is not smaller, in values that fall: MATCH -1. It ends at the first smaller
/// one, and of equal ones finds the last.
pub(super) fn descending(cells: &dyn Cells, line: &Line<'_>, needle: ValueRef<'_>) -> Option<u32> {
    let known = by_index(cells, line, needle, |index, number, stretch| {
        let place = index.last_not_smaller(number, stretch)?;
        Some(place.map(|place| place - stretch.start))
    });
    if let Some(known) = known {
        return known;
    }
    let mut found = None;
    let mut searched = 0;
    line.visit(cells, 0, line.len(), &mut |index, value| {
        searched += 1;
        match lookup_compare(value, needle) {
            Some(Ordering::Greater | Ordering::Equal) => found = Some(index),
            Some(Ordering::Less) => return ControlFlow::Break(()),
            None => {}
        }
        ControlFlow::Continue(())
    });
    count_search(cells, line, needle, searched);
    found
}
