//! The newer lookups: XLOOKUP, XMATCH.
//!
//! They search from either end, find exactly unless asked otherwise, and compare values of different types by Excel's
//! sort order.

use std::cmp::Ordering;
use std::ops::ControlFlow;

use super::line::Line;
use super::search::{Needle, Place, bisect, by_index};
use super::table::Table;
use crate::functions::declare::functions;
use crate::functions::{Context, Operand};
use crate::reference::Rect;
use crate::value::{CellError, Value, ValueRef, sort_compare};

functions! {
    /// Finds a value in a row or column and gives what stands at the same place of `result`.
    ///
    /// `result` may have several columns (or rows): all of the found row is given. `if_missing` is given when nothing
    /// is found, instead of `#N/A`. `match_mode` 0 finds the value itself, -1 else the next smaller one, 1 else the
    /// next larger one, 2 takes `*` and `?` as wildcards. `search_mode` 1 searches from the first value on, -1 from
    /// the last, 2 by halves in values that ascend, -2 in values that descend.
    ///
    ///     =XLOOKUP(2, {1;2;3}, {"a";"b";"c"})            -> "b"
    ///     =XLOOKUP(9, {1;2;3}, {"a";"b";"c"}, "none")    -> "none"
    ///     =XLOOKUP(2.5, {1;2;3}, {"a";"b";"c"}, , 1)     -> "c"
    ///     =XLOOKUP("b*", {"a","bb"}, {1,2}, , 2)         -> 2
    ///     =XLOOKUP(1, {1,1}, {"first","last"}, , 0, -1)  -> "last"
    "XLOOKUP"(
        value: Any,
        vector: Array,
        result: Array,
        if_missing: Raw or omitted,
        match_mode: Number = 0,
        search_mode: Number = 1,
    ) [returns_reference] => map_in(xlookup);

    /// The place of a value in a row or column, counted from 1.
    ///
    /// The modes are those of XLOOKUP.
    ///
    ///     =XMATCH(2, {1,2,3})      -> 2
    ///     =XMATCH(2.5, {1,2,3}, 1) -> 3
    ///     =XMATCH(9, {1,2,3})      -> #N/A
    "XMATCH"(value: Any, vector: Array, match_mode: Number = 0, search_mode: Number = 1) => map_in(xmatch);
}

/// What is taken when the value itself is not there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Match {
    Exact,
    NextSmaller,
    NextLarger,
    Wildcard,
}

impl Match {
    fn of(mode: f64) -> Result<Match, CellError> {
        match mode.trunc() as i64 {
            0 => Ok(Match::Exact),
            -1 => Ok(Match::NextSmaller),
            1 => Ok(Match::NextLarger),
            2 => Ok(Match::Wildcard),
            _ => Err(CellError::Value),
        }
    }
}

/// In which order is searched.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Search {
    FromFirst,
    FromLast,
    Ascending,
    Descending,
}

impl Search {
    fn of(mode: f64) -> Result<Search, CellError> {
        match mode.trunc() as i64 {
            1 => Ok(Search::FromFirst),
            -1 => Ok(Search::FromLast),
            2 => Ok(Search::Ascending),
            -2 => Ok(Search::Descending),
            _ => Err(CellError::Value),
        }
    }
}

fn find(
    context: &Context<'_>,
    line: &Line<'_>,
    needle: ValueRef<'_>,
    (match_mode, search_mode): (f64, f64),
) -> Result<Option<u32>, CellError> {
    let (wanted, search) = (Match::of(match_mode)?, Search::of(search_mode)?);
    let halving = matches!(search, Search::Ascending | Search::Descending);
    match wanted {
        Match::Wildcard if halving => Err(CellError::Value),
        Match::Exact | Match::Wildcard if !halving => {
            let needle = match wanted {
                Match::Wildcard => Needle::with_wildcards(needle),
                _ => Needle::Value(needle),
            };
            Ok(match search {
                Search::FromLast => needle.last(context.cells, line),
                _ => needle.first(context.cells, line),
            })
        }
        _ if halving => Ok(halve(context, line, needle, wanted, search)),
        _ => Ok(nearest(context, line, needle, wanted, search)),
    }
}

fn halve(
    context: &Context<'_>,
    line: &Line<'_>,
    needle: ValueRef<'_>,
    wanted: Match,
    search: Search,
) -> Option<u32> {
    let place = bisect(context.cells, line, |value| match value {
        ValueRef::Blank | ValueRef::Error(_) => None,
        value if search == Search::Descending => Some(sort_compare(needle, value)),
        value => Some(sort_compare(value, needle)),
    });
    match (place, wanted) {
        (Place::At(place), _) if search == Search::Ascending => {
            Some(start_of_run(context, line, needle, place))
        }
        (Place::At(place), _) => Some(place),
        (Place::Between { before, .. }, Match::NextSmaller) if search == Search::Ascending => {
            before
        }
        (Place::Between { after, .. }, Match::NextSmaller) => after,
        (Place::Between { after, .. }, Match::NextLarger) if search == Search::Ascending => after,
        (Place::Between { before, .. }, Match::NextLarger) => before,
        _ => None,
    }
}

/// The first of the equal values that end at `place`: what halving finds in values that ascend.
fn start_of_run(context: &Context<'_>, line: &Line<'_>, needle: ValueRef<'_>, place: u32) -> u32 {
    let before = (0..place).rev().take_while(|before| {
        let value = line.value(context.cells, *before);
        sort_compare(value.as_ref(), needle).is_eq()
    });
    before.last().unwrap_or(place)
}

/// The place of the value itself, else of the nearest one on the wanted side, in values of any order.
fn nearest(
    context: &Context<'_>,
    line: &Line<'_>,
    needle: ValueRef<'_>,
    wanted: Match,
    search: Search,
) -> Option<u32> {
    let from_last = search == Search::FromLast;
    let exact = |needle: ValueRef<'_>| {
        let needle = Needle::Value(needle);
        if from_last {
            needle.last(context.cells, line)
        } else {
            needle.first(context.cells, line)
        }
    };
    let found = exact(needle);
    if found.is_some() {
        return found;
    }
    let side = if wanted == Match::NextLarger {
        Ordering::Greater
    } else {
        Ordering::Less
    };
    let number_beside = by_index(context.cells, line, needle, |index, number, stretch| {
        let (smaller, larger) = index.beside(number, stretch)?;
        if side == Ordering::Less {
            smaller
        } else {
            larger
        }
    });
    // No value of another type lies between two numbers.
    if let Some(number) = number_beside {
        return exact(ValueRef::Number(number));
    }
    let mut best: Option<(u32, Value)> = None;
    line.visit(context.cells, 0, line.len(), &mut |index, value| {
        let comparable = !matches!(value, ValueRef::Error(_));
        if comparable && sort_compare(value, needle) == side {
            // How the value stands to the best so far: nearer to the needle is on the other side of it.
            let against_best = best.as_ref().map_or(side.reverse(), |(_, best)| {
                sort_compare(value, best.as_ref())
            });
            if against_best == side.reverse() || from_last && against_best == Ordering::Equal {
                best = Some((index, value.to_value()));
            }
        }
        ControlFlow::Continue(())
    });
    best.map(|(index, _)| index)
}

fn xlookup(
    context: &Context<'_>,
    value: ValueRef<'_>,
    vector: &Operand,
    result: &Operand,
    if_missing: Option<ValueRef<'_>>,
    match_mode: f64,
    search_mode: f64,
) -> Result<Operand, CellError> {
    let result = Table::of(result)?;
    let table = Table::of(vector)?;
    let down = match (table.rows(), table.columns()) {
        (1, 1) => result.rows() == 1,
        (_, 1) => true,
        (1, _) => false,
        _ => return Err(CellError::Value),
    };
    let (line, answers) = if down {
        (Line::column(table, 0), result.rows())
    } else {
        (Line::row(table, 0), result.columns())
    };
    if answers != line.len() {
        return Err(CellError::Value);
    }
    let Some(place) = find(context, &line, value, (match_mode, search_mode))? else {
        return match if_missing {
            Some(value) => Ok(Operand::Value(value.to_value())),
            None => Err(CellError::Na),
        };
    };
    let whole = result.rect();
    result.part(if down {
        Rect {
            top: place,
            bottom: place,
            ..whole
        }
    } else {
        Rect {
            left: place,
            right: place,
            ..whole
        }
    })
}

fn xmatch(
    context: &Context<'_>,
    value: ValueRef<'_>,
    vector: &Operand,
    match_mode: f64,
    search_mode: f64,
) -> Result<f64, CellError> {
    let line = Line::of(Table::of(vector)?).ok_or(CellError::Value)?;
    let place = find(context, &line, value, (match_mode, search_mode))?;
    place
        .map(|place| f64::from(place) + 1.0)
        .ok_or(CellError::Na)
}
