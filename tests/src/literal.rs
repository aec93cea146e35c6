//! Values as they are written in case files: `20`, `-1.5e300`, `"text"`, `TRUE`, `#N/A`, `blank`, `{1,2;3,4}`.
//!
//! A text always has quotes, doubled inside; so a forgotten quote is an error of the case and never a text. There is
//! one canonical spelling of each value, the printed one: two values are equal if their spellings are.

use tabulith::value::{CellError, Value};

/// Reads one value.
///
/// # Errors
///
/// What is wrong with the text.
///
/// # Examples
///
/// ```
/// use tabulith::value::Value;
/// use tabulith_tests::literal::parse_value;
///
/// assert_eq!(parse_value("2e1"), Ok(Value::Number(20.0)));
/// assert_eq!(parse_value(r#""a ""b""""#), Ok(Value::from("a \"b\"")));
/// assert!(parse_value("text without quotes").is_err());
/// ```
pub fn parse_value(text: &str) -> Result<Value, String> {
    let text = text.trim();
    if let Some(error) = CellError::parse(text) {
        return Ok(Value::Error(error));
    }
    match text {
        "blank" => return Ok(Value::Blank),
        "TRUE" => return Ok(Value::Boolean(true)),
        "FALSE" => return Ok(Value::Boolean(false)),
        _ => {}
    }
    if let Some(inner) = text.strip_prefix('"') {
        return quoted(inner).ok_or_else(|| format!("`{text}` is not one quoted text"));
    }
    let number = text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
    match text.parse::<f64>() {
        Ok(x) if number && x.is_finite() => Ok(Value::Number(x)),
        _ => Err(format!("`{text}` is not a value (a text needs quotes)")),
    }
}

/// The text whose opening quote is already gone; nothing if the closing one is not at the end.
fn quoted(inner: &str) -> Option<Value> {
    let body = inner.strip_suffix('"')?;
    let text = body.replace("\"\"", "\u{0}");
    (!text.contains('"')).then(|| Value::from(text.replace('\u{0}', "\"")))
}

/// Reads one value or an array in braces, row by row.
///
/// # Errors
///
/// What is wrong with the text.
pub fn parse_values(text: &str) -> Result<Vec<Vec<Value>>, String> {
    let text = text.trim();
    let Some(inner) = text
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
    else {
        return Ok(vec![vec![parse_value(text)?]]);
    };
    let rows = split(inner, ';').into_iter();
    rows.map(|row| split(row, ',').into_iter().map(parse_value).collect())
        .collect()
}

/// The parts between the separators that stand outside quotes.
pub fn split(text: &str, separator: char) -> Vec<&str> {
    let (mut parts, mut start, mut inside) = (Vec::new(), 0, false);
    for (at, c) in text.char_indices() {
        if c == '"' {
            inside = !inside;
        } else if c == separator && !inside {
            parts.push(&text[start..at]);
            start = at + c.len_utf8();
        }
    }
    parts.push(&text[start..]);
    parts
}

/// One value in its canonical spelling.
pub fn print_value(value: &Value) -> String {
    match value {
        Value::Blank => "blank".into(),
        Value::Number(x) => print_number(*x),
        Value::Text(text) => format!("\"{}\"", text.replace('"', "\"\"")),
        Value::Boolean(x) => if *x { "TRUE" } else { "FALSE" }.into(),
        Value::Error(error) => error.to_string(),
    }
}

/// The shortest text that reads back as the same bits.
fn print_number(x: f64) -> String {
    let plain = x.to_string();
    if plain.len() > 21 {
        format!("{x:e}")
    } else {
        plain
    }
}

/// A rectangle of values: one value alone, several as an array.
pub fn print_values(rows: &[Vec<Value>]) -> String {
    if let [row] = rows
        && let [value] = row.as_slice()
    {
        return print_value(value);
    }
    let row = |row: &Vec<Value>| row.iter().map(print_value).collect::<Vec<_>>().join(",");
    format!("{{{}}}", rows.iter().map(row).collect::<Vec<_>>().join(";"))
}

/// Places in their order on a sheet (`A2` before `A10`), `(none)` if there are none.
pub fn print_places(places: &[String]) -> String {
    let mut places = places.to_vec();
    places.sort_by_cached_key(|place| place_key(place));
    places.dedup();
    if places.is_empty() {
        "(none)".into()
    } else {
        places.join(" ")
    }
}

/// Sheet, then the cell's row, then its column; anything else by its text.
fn place_key(place: &str) -> (String, u64, usize, String) {
    let (sheet, cell) = place.rsplit_once('!').unwrap_or(("", place));
    let first = cell.split(':').next().unwrap_or(cell);
    let letters = first.len()
        - first
            .trim_start_matches(|c: char| c.is_ascii_alphabetic())
            .len();
    let row = first[letters..].parse().unwrap_or(0);
    (sheet.to_owned(), row, letters, cell.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{parse_value, parse_values, print_places, print_values};

    #[track_caller]
    fn check(text: &str, canonical: &str) {
        assert_eq!(print_values(&parse_values(text).unwrap()), canonical);
    }

    #[test]
    fn every_value_has_one_spelling() {
        check("20.0", "20");
        check("+.5", "0.5");
        check("1e300", "1e300");
        check("0.1", "0.1");
        check("#div/0!", "#DIV/0!");
        check("blank", "blank");
        check(r#"  "a, ""b"";" "#, r#""a, ""b"";""#);
        check(r#"{1, "a;b" ; TRUE,blank}"#, r#"{1,"a;b";TRUE,blank}"#);
    }

    #[test]
    fn what_is_no_value_is_refused() {
        for text in [
            "",
            "text",
            "\"open",
            "\"a\" \"b\"",
            "nan",
            "inf",
            "1e999",
            "true",
            "{1,}",
        ] {
            assert!(parse_values(text).is_err(), "{text}");
        }
        assert!(parse_value("{1}").is_err());
    }

    #[test]
    fn places_stand_in_the_order_of_a_sheet() {
        let places = ["B1", "A10", "A2", "AA1", "A2", "Data!A1"].map(String::from);
        assert_eq!(print_places(&places), "B1 AA1 A2 A10 Data!A1");
        assert_eq!(print_places(&[]), "(none)");
    }
}
