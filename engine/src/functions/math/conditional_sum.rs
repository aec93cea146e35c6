//! Sums, counts, means and extremes of the cells that meet criteria: COUNTIF, SUMIF, AVERAGEIF and their forms with
//! several criteria, MINIFS, MAXIFS.

use std::any::TypeId;

use super::aggregate::Sum;
use super::equals::Equals;
use super::selection::Selection;
use crate::functions::declare::functions;
use crate::functions::number_fold::{Accumulate, OfNumbers};
use crate::functions::statistical::average::Average;
use crate::functions::statistical::extremes::{Greatest, Least};
use crate::functions::totals::TotalKey;
use crate::functions::{Context, Fold, Operand, Reference};
use crate::reference::{Area, Rect};
use crate::value::{CellError, Criterion, Value, ValueRef};

functions! {
    /// How many cells of a range meet a criterion.
    ///
    /// A criterion is a value, or a text such as `">5"`, `"<>x"`, `"a*"`.
    ///
    ///     =COUNTIF(K1:K3, "")   -> 3
    ///     =COUNTIF(K1:K3, ">0") -> 0
    "COUNTIF"(range: Range, criterion: Raw) => map_in(count_if);

    /// How many places meet all criteria, each in its own range of the same size.
    ///
    ///     =COUNTIFS(K1:K3, "", L1:L3, "") -> 3
    ///     =COUNTIFS(K1:K3, "", L1:L2, "") -> #VALUE!
    "COUNTIFS"(; repeat range: Range, criterion: Raw) => map_rest(count_ifs);

    /// The sum of the cells whose counterparts in `range` meet a criterion.
    ///
    /// Of `sum_range` only the upper left cell matters, its size is that of `range`; without it `range` is summed.
    ///
    ///     =SUMIF(K1:K3, ">5")      -> 0
    ///     =SUMIF(K1:K3, "", L1:L3) -> 0
    "SUMIF"(range: Range, criterion: Raw, sum_range: Range or omitted) => map_in(sum_if);

    /// The sum of the cells at all places that meet all criteria, each in its own range of the same size.
    ///
    ///     =SUMIFS(K1:K3, L1:L3, ">5") -> 0
    "SUMIFS"(sum_range: Range; repeat range: Range, criterion: Raw) => map_rest(sum_ifs);

    /// The mean of the cells whose counterparts in `range` meet a criterion; without any it is `#DIV/0!`.
    ///
    ///     =AVERAGEIF(K1:K3, ">5") -> #DIV/0!
    "AVERAGEIF"(range: Range, criterion: Raw, average_range: Range or omitted) => map_in(average_if);

    /// The mean of the cells at all places that meet all criteria; without any it is `#DIV/0!`.
    ///
    ///     =AVERAGEIFS(K1:K3, L1:L3, ">5") -> #DIV/0!
    "AVERAGEIFS"(average_range: Range; repeat range: Range, criterion: Raw) => map_rest(average_ifs);

    /// The least of the cells at all places that meet all criteria; without any it is 0.
    ///
    ///     =MINIFS(K1:K3, L1:L3, ">5") -> 0
    "MINIFS"(min_range: Range; repeat range: Range, criterion: Raw) => map_rest(min_ifs);

    /// The greatest of the cells at all places that meet all criteria; without any it is 0.
    ///
    ///     =MAXIFS(K1:K3, L1:L3, ">5") -> 0
    "MAXIFS"(max_range: Range; repeat range: Range, criterion: Raw) => map_rest(max_ifs);
}

fn count_if(
    context: &Context<'_>,
    range: &Reference,
    criterion: ValueRef<'_>,
) -> Result<f64, CellError> {
    let area = range.single()?;
    let size = area.rect.size();
    let criterion = Criterion::new(criterion, context.conventions)?;
    Ok(match Equals::find(context, &area, &criterion) {
        Some(equals) => equals.matches(size) as f64,
        None => Selection::of(context, &area, &criterion).count(size) as f64,
    })
}

fn count_ifs(context: &Context<'_>, operands: &[Operand]) -> Result<f64, CellError> {
    let first = pair(operands)?.0;
    known_or(
        context,
        key_of(context, TypeId::of::<Selection>(), first, operands)?,
        || select_all(context, &first.rect, operands),
        |selection| Ok(selection.count(first.rect.size()) as f64),
    )
}

fn sum_if(
    context: &Context<'_>,
    range: &Reference,
    criterion: ValueRef<'_>,
    sum_range: Option<&Reference>,
) -> Result<f64, CellError> {
    fold_if::<Sum>(context, range, criterion, sum_range)
}

fn average_if(
    context: &Context<'_>,
    range: &Reference,
    criterion: ValueRef<'_>,
    average_range: Option<&Reference>,
) -> Result<f64, CellError> {
    fold_if::<Average>(context, range, criterion, average_range)
}

fn sum_ifs(context: &Context<'_>, operands: &[Operand]) -> Result<f64, CellError> {
    fold_ifs::<Sum>(context, operands)
}

fn average_ifs(context: &Context<'_>, operands: &[Operand]) -> Result<f64, CellError> {
    fold_ifs::<Average>(context, operands)
}

fn min_ifs(context: &Context<'_>, operands: &[Operand]) -> Result<f64, CellError> {
    fold_ifs::<Least>(context, operands)
}

fn max_ifs(context: &Context<'_>, operands: &[Operand]) -> Result<f64, CellError> {
    fold_ifs::<Greatest>(context, operands)
}

/// Folds the counterparts of the cells that meet one criterion.
fn fold_if<A: Accumulate>(
    context: &Context<'_>,
    range: &Reference,
    criterion: ValueRef<'_>,
    values: Option<&Reference>,
) -> Result<f64, CellError> {
    let area = range.single()?;
    let values = match values {
        None => area,
        Some(values) => {
            let values = values.single()?;
            let corner = values.rect.top_left();
            // The rectangle may reach beyond the grid; what lies there is blank.
            Area::new(
                values.sheet,
                Rect {
                    top: corner.row,
                    left: corner.column,
                    bottom: corner.row + (area.rect.rows() - 1),
                    right: corner.column + (area.rect.columns() - 1),
                },
            )
        }
    };
    let mut key = TotalKey::new(context, TypeId::of::<A>(), values);
    key.add(area, criterion);
    known_or(
        context,
        key,
        || select(context, &area, criterion),
        |selection| fold::<A>(context, selection, &values),
    )
}

/// Folds the cells of the first range at the places that meet all criteria.
fn fold_ifs<A: Accumulate>(context: &Context<'_>, operands: &[Operand]) -> Result<f64, CellError> {
    let Some((values, criteria)) = operands.split_first() else {
        return Err(CellError::Value);
    };
    let values = area_of(values)?;
    known_or(
        context,
        key_of(context, TypeId::of::<A>(), values, criteria)?,
        || select_all(context, &values.rect, criteria),
        |selection| fold::<A>(context, selection, &values),
    )
}

/// A total over `values` by pairs of range and criterion.
fn key_of(
    context: &Context<'_>,
    kind: TypeId,
    values: Area,
    pairs: &[Operand],
) -> Result<TotalKey, CellError> {
    let mut key = TotalKey::new(context, kind, values);
    for group in pairs.chunks(2) {
        let (area, criterion) = pair(group)?;
        key.add(area, criterion);
    }
    Ok(key)
}

/// A total that is known, or else computed; it is then known if that took many cells.
fn known_or(
    context: &Context<'_>,
    key: TotalKey,
    choose: impl FnOnce() -> Result<Selection, CellError>,
    total: impl FnOnce(&Selection) -> Result<f64, CellError>,
) -> Result<f64, CellError> {
    if let Some(total) = context.cells.known_total(&key) {
        return total;
    }
    let selection = choose()?;
    let total = total(&selection);
    if selection.is_long() {
        context.cells.keep_total(key, total);
    }
    total
}

fn fold<A: Accumulate>(
    context: &Context<'_>,
    selection: &Selection,
    values: &Area,
) -> Result<f64, CellError> {
    let mut state = OfNumbers::<A>::start(context);
    // If a criterion's cell has still to be calculated, the selection is wrong and reads cells that do not matter.
    if !context.cells.interrupted() {
        selection.feed(context, values, &mut state)?;
    }
    state.finish()
}

/// The cells of a range that meet a criterion.
fn select(
    context: &Context<'_>,
    area: &Area,
    criterion: ValueRef<'_>,
) -> Result<Selection, CellError> {
    let criterion = Criterion::new(criterion, context.conventions)?;
    Ok(Selection::of(context, area, &criterion))
}

/// The places that meet all criteria. Every range must have the size of `size`.
fn select_all(
    context: &Context<'_>,
    size: &Rect,
    pairs: &[Operand],
) -> Result<Selection, CellError> {
    let groups = || pairs.chunks(2).map(pair);
    for group in groups() {
        let rect = group?.0.rect;
        if (rect.rows(), rect.columns()) != (size.rows(), size.columns()) {
            return Err(CellError::Value);
        }
    }
    let criteria = groups().map(|group| {
        let (area, criterion) = group?;
        Ok((area, Criterion::new(criterion, context.conventions)?))
    });
    let criteria = criteria.collect::<Result<Vec<_>, CellError>>()?;
    Ok(Selection::of_all(context, &criteria))
}

/// The range and the criterion that the operands begin with.
fn pair(operands: &[Operand]) -> Result<(Area, ValueRef<'_>), CellError> {
    match operands {
        [range, Operand::Value(criterion), ..] => Ok((area_of(range)?, criterion.as_ref())),
        _ => Err(CellError::Value),
    }
}

fn area_of(operand: &Operand) -> Result<Area, CellError> {
    match operand {
        Operand::Reference(reference) => reference.single(),
        Operand::Value(Value::Error(error)) => Err(*error),
        _ => Err(CellError::Value),
    }
}

#[cfg(test)]
mod tests {
    use crate::functions::Operand;
    use crate::functions::test_sheet::{TestSheet, column, range};
    use crate::limits;
    use crate::value::{CellError, Value};

    fn fruit() -> TestSheet {
        TestSheet::new(&[
            ["apple".into(), 10.0.into(), true.into()],
            ["Pear".into(), 20.0.into(), 1.0.into()],
            [Value::Blank, 40.0.into(), "1".into()],
            ["apricot".into(), "80".into(), CellError::Na.into()],
            ["".into(), 160.0.into(), Value::Blank],
        ])
    }

    const ALL: u32 = 4;

    fn names() -> Operand {
        range(0, 0, ALL, 0)
    }

    fn weights() -> Operand {
        range(0, 1, ALL, 1)
    }

    #[test]
    fn sums_of_the_cells_that_meet_a_criterion() {
        let sheet = fruit();
        let sum = |criterion: &str| sheet.number("SUMIF", &[names(), criterion.into(), weights()]);
        assert_eq!(sum("ap*"), 10.0);
        assert_eq!(sum("PEAR"), 20.0);
        assert_eq!(sum(""), 200.0);
        assert_eq!(sum("="), 40.0);
        assert_eq!(sum("<>"), 190.0);
        assert_eq!(sum("<>pear"), 210.0);
        assert_eq!(sheet.number("SUMIF", &[weights(), ">15".into()]), 220.0);
        assert_eq!(
            sheet.number("SUMIF", &[column(0), "".into(), column(1)]),
            200.0
        );
        assert_eq!(
            sheet.number("AVERAGEIF", &[names(), "<>apple".into(), weights()]),
            220.0 / 3.0
        );
        let none = sheet.value("AVERAGEIF", &[names(), "plum".into(), weights()]);
        assert_eq!(none, CellError::Div0.into());
    }

    #[test]
    fn only_the_corner_of_the_summed_range_matters() {
        let sheet = fruit();
        let corner = range(0, 1, 0, 1);
        assert_eq!(
            sheet.number("SUMIF", &[names(), "<>apple".into(), corner]),
            220.0
        );
        let at_the_end = range(limits::ROWS - 1, 0, limits::ROWS - 1, 0);
        assert_eq!(
            sheet.number("SUMIF", &[names(), "".into(), at_the_end.clone()]),
            0.0
        );
        assert_eq!(
            sheet.number("SUMIF", &[names(), "pear".into(), at_the_end]),
            0.0
        );
    }

    #[test]
    fn counterparts_of_other_cells_are_not_read() {
        let sheet = fruit();
        sheet.number("SUMIF", &[names(), "pear".into(), weights()]);
        assert!(sheet.was_read(1, 1));
        assert!(!sheet.was_read(0, 1) && !sheet.was_read(4, 1));
        let sheet = fruit();
        sheet.number("SUMIF", &[names(), "".into(), weights()]);
        assert!(sheet.was_read(2, 1) && sheet.was_read(4, 1));
        assert!(!sheet.was_read(1, 1) && !sheet.was_read(3, 1));
    }

    #[test]
    fn errors_matter_in_rows_that_are_chosen() {
        let sheet = fruit();
        let third = range(0, 2, ALL, 2);
        assert_eq!(
            sheet.number("SUMIF", &[names(), "pear".into(), third.clone()]),
            1.0
        );
        assert_eq!(
            sheet.value("SUMIF", &[names(), "ap*".into(), third.clone()]),
            CellError::Na.into()
        );
        assert_eq!(
            sheet.number("COUNTIF", &[third.clone(), CellError::Na.into()]),
            1.0
        );
        assert_eq!(sheet.number("COUNTIF", &[third.clone(), 1.0.into()]), 2.0);
        assert_eq!(sheet.number("COUNTIF", &[third, true.into()]), 1.0);
    }

    #[test]
    fn several_criteria_meet_in_one_row() {
        let sheet = fruit();
        let count =
            |a: &str, b: &str| sheet.number("COUNTIFS", &[names(), a.into(), weights(), b.into()]);
        assert_eq!(count("*", ">15"), 2.0);
        assert_eq!(count("", "<100"), 1.0);
        assert_eq!(count("<>x", "<>10"), 4.0);
        let whole = sheet.number(
            "COUNTIFS",
            &[column(0), "<>pear".into(), column(1), "".into()],
        );
        assert_eq!(whole, f64::from(limits::ROWS - 5));
        let sums = [weights(), names(), "a*".into(), weights(), "<50".into()];
        assert_eq!(sheet.number("SUMIFS", &sums), 10.0);
        assert_eq!(
            sheet.number("MAXIFS", &[weights(), names(), "".into()]),
            160.0
        );
        assert_eq!(
            sheet.number("MINIFS", &[weights(), names(), "<>".into()]),
            10.0
        );
        assert_eq!(
            sheet.number("MAXIFS", &[weights(), names(), "plum".into()]),
            0.0
        );
        let shorter = sheet.value("SUMIFS", &[weights(), range(0, 0, 3, 0), "*".into()]);
        assert_eq!(shorter, CellError::Value.into());
        let long = sheet.value("COUNTIF", &[names(), Operand::from("x".repeat(256))]);
        assert_eq!(long, CellError::Value.into());
    }
}
