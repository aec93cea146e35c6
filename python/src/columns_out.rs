//! The columns of a range as arrays and frames have them: each of one type, errors beside it.

use tabulith::reference::{Area, Cell, a1};
use tabulith::value::{Value, ValueRef, coerce};
use tabulith::workbook::HeldBlock;
use tabulith::{Snapshot, limits};

use crate::moments::{self, Moment};

/// What a column holds beside blanks and errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Numbers, or nothing.
    Numbers,
    /// Numbers that all are shown as moments of this kind.
    Moments(Moment),
    /// TRUE and FALSE.
    Booleans,
    /// Texts, or values of several kinds, which are given as texts.
    Texts,
}

/// A column of a range.
pub(crate) struct OutColumn {
    /// Which column of the sheet it is, 0-based.
    pub(crate) place: u32,
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) has_errors: bool,
    pub(crate) blocks: Vec<HeldBlock>,
}

/// The columns of an area, blocks of them, each with what it holds.
pub(crate) fn columns(snapshot: &Snapshot, area: Area, names: &[String]) -> Vec<OutColumn> {
    let rect = area.rect;
    let columns = (rect.left..=rect.right)
        .enumerate()
        .map(|(number, column)| {
            let blocks = snapshot.held_blocks(area.sheet, column, rect.top..rect.bottom + 1);
            let (mut numbers, mut booleans, mut texts, mut errors) = (false, false, false, false);
            for block in &blocks {
                let counts = block.counts();
                numbers |= counts.numbers > 0;
                booleans |= counts.booleans > 0;
                texts |= counts.texts > 0;
                errors |= counts.errors > 0;
            }
            let kind = match (numbers, booleans, texts) {
                (true, false, false) => moments_of(snapshot, (area, column), &blocks)
                    .map_or(Kind::Numbers, Kind::Moments),
                (false, false, false) => Kind::Numbers,
                (false, true, false) => Kind::Booleans,
                _ => Kind::Texts,
            };
            let name = names.get(number).cloned();
            OutColumn {
                place: column,
                name: name.unwrap_or_else(|| a1::column_letters(column)),
                kind,
                has_errors: errors,
                blocks,
            }
        });
    columns.collect()
}

/// What all numbers of a column are shown as, if they all are moments of one kind.
fn moments_of(
    snapshot: &Snapshot,
    (area, column): (Area, u32),
    blocks: &[HeldBlock],
) -> Option<Moment> {
    let date1904 = snapshot.settings().date1904;
    let (mut common, mut known) = (None, None);
    let mut fits = true;
    for block in blocks {
        block.visit(|row, value| {
            let ValueRef::Number(serial) = value else {
                return;
            };
            if !fits {
                return;
            }
            // Looking a style up by its number costs less than reading its code.
            let style = snapshot.style_number(area.sheet, Cell::new(row, column));
            let moment = match known {
                Some((number, moment)) if number == style => moment,
                _ => {
                    Moment::shown_by(&snapshot.number_format_at(area.sheet, Cell::new(row, column)))
                }
            };
            known = Some((style, moment));
            fits = moment.is_some_and(|moment| match (common, moment) {
                (None, _) => true,
                (Some(Moment::Date), Moment::DateTime) | (Some(Moment::DateTime), Moment::Date) => {
                    true
                }
                (Some(common), moment) => common == moment,
            }) && moment.is_some_and(|moment| is_one(moment, serial, date1904));
            if common != Some(Moment::DateTime) {
                common = moment;
            }
            if common == Some(Moment::Date) && serial.fract() != 0.0 {
                common = Some(Moment::DateTime);
            }
        });
        if !fits {
            return None;
        }
    }
    common
}

/// Whether a number is a moment of this kind.
fn is_one(moment: Moment, serial: f64, date1904: bool) -> bool {
    match moment {
        Moment::Date | Moment::DateTime => moments::micros_of_serial(serial, date1904).is_some(),
        Moment::Time => (0.0..1.0).contains(&serial),
        Moment::Duration => moments::micros_of_duration(serial).is_some(),
    }
}

/// The names that the cells of a row give to the columns below them, each once; a blank one has its letters.
pub(crate) fn header(snapshot: &Snapshot, area: Area) -> Vec<String> {
    let rect = area.rect;
    let mut names: Vec<String> = Vec::new();
    for column in rect.left..=rect.right {
        let name = match snapshot.value_at(area.sheet, Cell::new(rect.top, column)) {
            Value::Blank => a1::column_letters(column),
            _ => snapshot.text_at(area.sheet, Cell::new(rect.top, column)),
        };
        let mut unique = name.clone();
        let mut number = 2;
        while names.contains(&unique) && number <= limits::COLUMNS {
            unique = format!("{name}.{number}");
            number += 1;
        }
        names.push(unique);
    }
    names
}

/// A value of a column of texts.
pub(crate) fn text_of(value: ValueRef<'_>) -> Option<std::borrow::Cow<'_, str>> {
    match value {
        ValueRef::Blank | ValueRef::Error(_) => None,
        value => coerce::to_text(value).ok(),
    }
}
