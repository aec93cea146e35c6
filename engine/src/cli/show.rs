//! `show`: a range of a workbook as a table, as comma-separated values, or as JSON.

use super::commands::{Limits, Show};
use super::deadline::within;
use super::explain::with_sheet;
use super::files::Source;
use super::render::{self, Field};
use super::{Outcome, Streams, json};
use crate::environment::Environment;
use crate::formats::csv::{Values, WriteOptions, write_area};
use crate::reference::{Area, Cell, Rect, a1};
use crate::value::Value;
use crate::{Result, Snapshot};

/// Rows and columns of a table on a terminal; the other forms have all.
const ROWS: u32 = 50;
const COLUMNS: u32 = 20;

/// Prints the range.
pub(super) fn run(options: &Show, limits: &Limits, streams: &mut Streams<'_>) -> Result<Outcome> {
    let source = Source::read(&options.input, streams)?;
    let reading = options.text.to_options()?;
    let book = within(limits.timeout, move || {
        source.open(&reading, Environment::default(), &mut |_, _| Ok(()))
    })??;
    let snapshot = book.snapshot();
    let Some(area) = area(&snapshot, options.range.as_deref())? else {
        streams.print(if options.json { "[]\n" } else { "" })?;
        return Ok(Outcome::Fine);
    };
    let text = if options.json {
        format!(
            "{}\n",
            json::of_rows(&shown(&snapshot, &area, options.formulas)?)
        )
    } else if options.csv {
        return csv(&snapshot, &area, options.formulas, streams);
    } else {
        table(&snapshot, &area, options.formulas)?
    };
    streams.print(&text)?;
    Ok(Outcome::Fine)
}

/// The area as comma-separated values, as its cells show them.
fn csv(
    snapshot: &Snapshot,
    area: &Area,
    formulas: bool,
    streams: &mut Streams<'_>,
) -> Result<Outcome> {
    let options = WriteOptions {
        values: Values::Displayed,
        formulas,
        ..WriteOptions::default()
    };
    let mut bytes = Vec::new();
    write_area(snapshot, Some(area), &mut bytes, &options)?;
    streams.write(&bytes)?;
    Ok(Outcome::Fine)
}

/// The area that is meant: an address, a sheet's name, a defined name; the first sheet if nothing is given. Nothing for
/// an empty sheet.
fn area(snapshot: &Snapshot, range: Option<&str>) -> Result<Option<Area>> {
    let used = |sheet| snapshot.used(sheet).map(|rect| Area::new(sheet, rect));
    let Some(range) = range else {
        let first = snapshot.sheets().next();
        return Ok(first.and_then(|sheet| used(sheet.id)));
    };
    if let Ok(sheet) = snapshot.sheet(range) {
        return Ok(used(sheet));
    }
    let named = snapshot
        .names()
        .find(|named| named.name.to_lowercase() == range.to_lowercase());
    let address = match named {
        Some(named) => snapshot
            .name_text(named)
            .trim_start_matches('=')
            .replace('$', ""),
        None => with_sheet(snapshot, range)?,
    };
    let area = snapshot.resolve(&address)?;
    // Whole rows and columns end where the sheet's content does.
    Ok(match snapshot.used(area.sheet) {
        Some(used) if area.rect.size() > used.size() => area
            .rect
            .intersection(&used)
            .map(|rect| Area::new(area.sheet, rect)),
        _ => Some(area),
    })
}

/// The values of an area, or its formulas where there are some.
fn shown(snapshot: &Snapshot, area: &Area, formulas: bool) -> Result<Vec<Vec<Value>>> {
    let range = snapshot.range(&snapshot.address(area))?;
    let mut rows = range.rows();
    if formulas {
        for (row, formulas) in rows.iter_mut().zip(range.formulas()) {
            for (value, formula) in row.iter_mut().zip(formulas) {
                if let Some(formula) = formula {
                    *value = Value::from(formula);
                }
            }
        }
    }
    Ok(rows)
}

/// Each cell's value and what it shows, or its formula.
fn texts(snapshot: &Snapshot, area: &Area, formulas: bool) -> Result<Vec<Vec<(Value, String)>>> {
    let mut rows = Vec::new();
    for (row, values) in (area.rect.top..).zip(shown(snapshot, area, formulas)?) {
        let mut texts = Vec::with_capacity(values.len());
        for (column, value) in (area.rect.left..).zip(values) {
            let cell = Area::new(area.sheet, Rect::cell(Cell::new(row, column)));
            let text = match (&value, formulas) {
                (Value::Text(text), _) => text.to_string(),
                (value, true) => value.to_string(),
                (_, false) => snapshot.text(&snapshot.address(&cell))?,
            };
            texts.push((value, text));
        }
        rows.push(texts);
    }
    Ok(rows)
}

/// The area with its column letters and row numbers, clipped to what a terminal holds.
fn table(snapshot: &Snapshot, area: &Area, formulas: bool) -> Result<String> {
    let mut rect = area.rect;
    rect.bottom = rect.bottom.min(rect.top.saturating_add(ROWS - 1));
    rect.right = rect.right.min(rect.left.saturating_add(COLUMNS - 1));
    let mut head = vec![Field::left("")];
    head.extend((rect.left..=rect.right).map(|column| Field::left(a1::column_letters(column))));
    let mut rows = vec![head];
    for (row, texts) in (rect.top..).zip(texts(snapshot, &Area::new(area.sheet, rect), formulas)?) {
        let mut fields = vec![Field::right((row + 1).to_string())];
        fields.extend(
            texts
                .into_iter()
                .map(|(value, text)| Field::of_value(&value, text)),
        );
        rows.push(fields);
    }
    let mut text = render::table(&rows);
    let missing = [
        (area.rect.rows() - rect.rows(), "row"),
        (area.rect.columns() - rect.columns(), "column"),
    ];
    for (count, noun) in missing.into_iter().filter(|(count, _)| *count > 0) {
        text.push_str(&format!(
            "and {}; --csv and --json show all\n",
            render::counted(count.into(), &format!("more {noun}"))
        ));
    }
    Ok(text)
}
