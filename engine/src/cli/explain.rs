//! `explain`: the tree behind a value.

use serde_json::{Value as Json, json};

use super::commands::{Explain, Limits};
use super::deadline::within;
use super::files::Source;
use super::{Outcome, Streams, json};
use crate::formats::OpenOptions;
use crate::reference::a1;
use crate::workbook::{ExplainBounds, ExplainedPart, Explanation, PartResult};
use crate::{Error, ErrorKind, Result, Snapshot};

/// Prints the explanation.
pub(super) fn run(
    options: &Explain,
    limits: &Limits,
    streams: &mut Streams<'_>,
) -> Result<Outcome> {
    let source = Source::read(&options.input, streams)?;
    let reading = options.text.to_options()?;
    let cell = options.cell.clone();
    let bounds = ExplainBounds {
        depth: options.depth,
        ..ExplainBounds::default()
    };
    let explanation = within(limits.timeout, move || {
        let snapshot = computed(source, &reading)?;
        snapshot.explain_within(&with_sheet(&snapshot, &cell)?, bounds)
    })??;
    let text = match options.json {
        true => format!("{}\n", to_json(&explanation)),
        false => explanation.to_string(),
    };
    streams.print(&text)?;
    Ok(match explanation.unsupported {
        Some(_) => Outcome::Unsupported,
        None => Outcome::Fine,
    })
}

/// A workbook in which every formula has the value that is computed here, which an explanation is made of.
pub(super) fn computed(source: Source, reading: &OpenOptions) -> Result<Snapshot> {
    let clock = source.clock();
    let book = source.open(reading, clock, &mut |_, _| Ok(()))?;
    if book.snapshot().statistics().formulas > 0 {
        book.recalculate()?;
    }
    Ok(book.snapshot())
}

/// An address with its sheet; without one the first is meant.
pub(super) fn with_sheet(snapshot: &Snapshot, address: &str) -> Result<String> {
    if address.contains('!') {
        return Ok(address.to_owned());
    }
    match snapshot.sheets().next() {
        Some(first) => Ok(format!("{}!{address}", a1::quote_sheet_name(&first.name))),
        None => Err(Error::new(
            ErrorKind::SheetNotFound,
            "the workbook has no sheet",
        )),
    }
}

fn to_json(explanation: &Explanation) -> Json {
    let origin = explanation.origin.as_ref().map(|origin| {
        json!({
            "error": origin.error.as_str(),
            "cell": origin.address,
            "expression": origin.expression,
            "path": origin.path,
        })
    });
    json!({
        "cell": explanation.address,
        "value": json::of_value(&explanation.value),
        "formula": explanation.formula,
        "filled_by": explanation.filled_by,
        "unsupported": explanation.unsupported.as_deref(),
        "circular": explanation.circular,
        "parts": explanation.parts.iter().map(part).collect::<Vec<_>>(),
        "cut": explanation.cut,
        "origin": origin,
    })
}

/// A part with the place of the one that it stands in.
fn part(part: &ExplainedPart) -> Json {
    let mut json = json!({"depth": part.depth, "parent": part.parent, "text": part.text});
    match &part.result {
        PartResult::NotEvaluated => json["evaluated"] = false.into(),
        PartResult::Nothing => {}
        PartResult::Value(value) => json["value"] = json::of_value(value),
        PartResult::Array(array) => {
            json["rows"] = array.rows().into();
            json["columns"] = array.columns().into();
            json["first"] = json::of_value(array.get(0, 0));
        }
        PartResult::Cells {
            addresses,
            count,
            values,
            ..
        } => {
            json["cells"] = json!(addresses);
            json["count"] = json!(count);
            json["values"] = values.iter().map(json::of_value).collect();
        }
    }
    json
}
