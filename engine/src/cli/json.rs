//! Values as JSON, and JSON as what is put into cells.
//!
//! A number is a number, a text a string, a boolean a boolean, nothing is `null`, an error is `{"error": "#N/A"}`, a
//! rectangle is an array of rows. In the other direction a string that begins with `=` is a formula, and
//! `{"entry": "5%"}` is read as typed by a user.

use serde_json::{Map, Value as Json, json};

use crate::value::{CellError, Value};

/// A value as JSON.
pub(super) fn of_value(value: &Value) -> Json {
    match value {
        Value::Blank => Json::Null,
        Value::Number(x) => json!(x),
        Value::Text(text) => json!(text.as_ref()),
        Value::Boolean(x) => json!(x),
        Value::Error(error) => json!({"error": error.as_str()}),
    }
}

/// A rectangle as JSON: one value alone, several as an array of rows.
pub(super) fn of_values(rows: &[Vec<Value>]) -> Json {
    match rows {
        [row] if row.len() == 1 => of_value(&row[0]),
        rows => of_rows(rows),
    }
}

/// A rectangle as an array of rows, even if it is one cell.
pub(super) fn of_rows(rows: &[Vec<Value>]) -> Json {
    let row = |row: &Vec<Value>| Json::Array(row.iter().map(of_value).collect());
    Json::Array(rows.iter().map(row).collect())
}

/// What is put into a cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Input {
    /// A value as it is.
    Value(Value),
    /// A formula, with its `=`.
    Formula(String),
    /// A text as typed by a user.
    Entry(String),
}

impl Input {
    /// Reads what a JSON value puts into a cell.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub(super) fn of_json(json: &Json) -> Result<Input, String> {
        Ok(match json {
            Json::Null => Input::Value(Value::Blank),
            Json::Bool(x) => Input::Value(Value::Boolean(*x)),
            Json::Number(x) => Input::Value(Value::number(x.as_f64().unwrap_or(f64::INFINITY))),
            Json::String(text) if text.starts_with('=') => Input::Formula(text.clone()),
            Json::String(text) => Input::Value(Value::from(text.as_str())),
            Json::Object(object) => Input::of_object(object).ok_or_else(|| {
                format!("`{json}` is neither {{\"error\": ...}} nor {{\"entry\": ...}}")
            })?,
            Json::Array(_) => return Err(format!("`{json}` is no value of a cell")),
        })
    }

    fn of_object(object: &Map<String, Json>) -> Option<Input> {
        if object.len() != 1 {
            return None;
        }
        let (key, text) = object.iter().next()?;
        match (key.as_str(), text.as_str()?) {
            ("error", text) => Some(Input::Value(Value::Error(CellError::parse(text)?))),
            ("entry", text) => Some(Input::Entry(text.to_owned())),
            _ => None,
        }
    }
}

/// A case of `eval --jsonl`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Case {
    /// What the answer repeats.
    pub(super) id: Json,
    /// Addresses and what stands there, in the order given.
    pub(super) cells: Vec<(String, Input)>,
    /// Defined names and their formulas.
    pub(super) names: Vec<(String, String)>,
    /// The formula whose value is asked for.
    pub(super) formula: String,
    /// The cell that it stands in.
    pub(super) at: Option<String>,
}

impl Case {
    /// Reads a line.
    ///
    /// # Errors
    ///
    /// The id, if it could be read, and what is wrong.
    pub(super) fn parse(line: &str) -> Result<Case, (Json, String)> {
        let json: Json = serde_json::from_str(line)
            .map_err(|error| (Json::Null, format!("not JSON: {error}")))?;
        let Json::Object(object) = json else {
            return Err((Json::Null, "not a JSON object".into()));
        };
        let id = object.get("id").cloned().unwrap_or(Json::Null);
        Case::of_object(&object, id.clone()).map_err(|why| (id, why))
    }

    fn of_object(object: &Map<String, Json>, id: Json) -> Result<Case, String> {
        const KEYS: [&str; 5] = ["id", "cells", "names", "formula", "at"];
        if let Some(key) = object.keys().find(|key| !KEYS.contains(&key.as_str())) {
            return Err(format!("the key `{key}` is not known"));
        }
        let mut cells = Vec::new();
        for (address, json) in entries(object, "cells")? {
            let input = Input::of_json(json).map_err(|why| format!("{address}: {why}"))?;
            cells.push((address.clone(), input));
        }
        let mut names = Vec::new();
        for (name, json) in entries(object, "names")? {
            let formula = json
                .as_str()
                .filter(|text| text.starts_with('='))
                .ok_or_else(|| format!("{name}: a name needs a formula that begins with `=`"))?;
            names.push((name.clone(), formula.to_owned()));
        }
        let formula = match object.get("formula") {
            Some(Json::String(text)) if text.starts_with('=') => text.clone(),
            Some(other) => return Err(format!("the formula {other} does not begin with `=`")),
            None => return Err("there is no formula".into()),
        };
        let at = match object.get("at") {
            None | Some(Json::Null) => None,
            Some(Json::String(text)) => Some(text.clone()),
            Some(other) => return Err(format!("`at` must be an address, not {other}")),
        };
        Ok(Case {
            id,
            cells,
            names,
            formula,
            at,
        })
    }
}

/// The entries of the object under a key; none if the key is not there.
fn entries<'a>(
    object: &'a Map<String, Json>,
    key: &str,
) -> Result<impl Iterator<Item = (&'a String, &'a Json)>, String> {
    match object.get(key) {
        None | Some(Json::Null) => Ok(None.into_iter().flatten()),
        Some(Json::Object(entries)) => Ok(Some(entries).into_iter().flatten()),
        Some(other) => Err(format!("`{key}` must be an object, not {other}")),
    }
}

/// The answer to a case.
pub(super) fn answer(id: &Json, value: Json) -> Json {
    json!({"id": id, "value": value})
}

/// The answer to a line that is no case, or whose workbook cannot be made.
pub(super) fn invalid(id: &Json, why: &str) -> Json {
    json!({"id": id, "invalid": why})
}
