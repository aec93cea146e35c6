//! Workbooks in the corpora's neutral form: the content of .xls files, which the engine does not open itself.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde_json::Value as Json;
use tabulith::environment::Environment;
use tabulith::functions::Hidden;
use tabulith::graph::Extent;
use tabulith::reference::a1::{self, GridLimits};
use tabulith::reference::{Cell, SheetId};
use tabulith::value::{CellError, Value};
use tabulith::workbook::{BookSettings, Loader, Visibility};
use tabulith::{Result, Workbook};

/// The workbook of a file.
pub(super) fn load(path: &Path) -> Result<Workbook> {
    let mut text = String::new();
    let file = File::open(path).unwrap();
    flate2::read::GzDecoder::new(file)
        .read_to_string(&mut text)
        .unwrap();
    let json: Json = serde_json::from_str(&text).unwrap();
    let mut loader = Loader::new();
    loader.settings(BookSettings {
        date1904: json["date1904"] == true,
        ..BookSettings::default()
    });
    let sheets = list(&json["sheets"]);
    let ids = sheets
        .iter()
        .map(|sheet| loader.add_sheet(sheet["name"].as_str().unwrap(), Visibility::Visible))
        .collect::<Result<Vec<SheetId>>>()?;
    for name in list(&json["names"]) {
        let scope = name["sheet_index"]
            .as_u64()
            .and_then(|index| ids.get(index as usize))
            .copied();
        let refers_to = name["ref"].as_str().unwrap_or_default();
        if !refers_to.is_empty() {
            loader.define_name(name["name"].as_str().unwrap(), scope, refers_to, false);
        }
    }
    for (sheet, id) in sheets.iter().zip(&ids) {
        for row in list(&sheet["hidden_rows"]) {
            let row = row.as_u64().unwrap_or_default() as u32;
            loader.hide_row(*id, row.saturating_sub(1), Hidden::ByHand);
        }
        load_cells(&mut loader, *id, sheet)?;
    }
    loader.finish(Environment::fixed(46_024.5, 1))
}

fn list(json: &Json) -> &[Json] {
    json.as_array().map_or(&[], Vec::as_slice)
}

fn load_cells(loader: &mut Loader, sheet: SheetId, json: &Json) -> Result<()> {
    let mut cells: Vec<(Cell, &Json)> = json["cells"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(address, content)| Ok((a1::parse_cell(address, GridLimits::default())?, content)))
        .collect::<Result<_>>()?;
    cells.sort_unstable_by_key(|(cell, _)| (cell.column, cell.row));
    for (cell, content) in cells {
        let stored = value_of(content);
        let text = content["f"].as_str();
        let array = content["array"]
            .as_str()
            .map(|range| a1::parse_rect(range, GridLimits::default()));
        match (text, array) {
            (Some(text), Some(rect)) => {
                loader.array_formula(
                    sheet,
                    Extent {
                        rect: rect?,
                        fixed: true,
                    },
                    text,
                    stored.as_ref(),
                )?;
            }
            (Some(text), None) => loader.formula(sheet, cell, text, stored.as_ref())?,
            (None, _) => loader.value(sheet, cell, stored.as_ref())?,
        }
    }
    Ok(())
}

fn value_of(content: &Json) -> Value {
    match (&content["v"], content["t"].as_str()) {
        (Json::Null, _) => Value::Blank,
        (Json::Bool(x), _) => Value::Boolean(*x),
        (Json::Number(x), _) => Value::number(x.as_f64().unwrap_or_default()),
        (Json::String(text), Some("e")) => {
            Value::Error(CellError::parse(text).unwrap_or(CellError::Value))
        }
        (other, _) => Value::text(other.as_str().unwrap_or_default()),
    }
}
