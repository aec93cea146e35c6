//! Commands and questions about whole sheets: tabs, what is hidden, widths, merged cells, filters, tables, names.

use tabulith::value::Value;

use super::words::{unquote, word, words};
use crate::literal;

/// An edit of sheets, or of what lies on them beside cells.
#[derive(Debug, Clone, PartialEq)]
pub enum Layout {
    /// `copy-sheet Data Copy`.
    CopySheet(String, String),
    /// `move-sheet Data 1`: to the first place.
    MoveSheet(String, usize),
    /// `show-sheet Data`, `hide-sheet Data`.
    ShowSheet(String, bool),
    /// `hide-rows 2:3`, `show-rows Data!2:3`.
    Rows(String, bool),
    /// `hide-columns B:C`, `show-columns B:B`.
    Columns(String, bool),
    /// `column-width B:C 12.5`, or without a number to have the default again.
    ColumnWidth(String, Option<f64>),
    /// `filter A1:B9 A:">=10" B:"x"|"y"`: each column with the criteria of which one must hold.
    Filter(String, Vec<(String, Vec<Value>)>),
    /// `clear-filter Data`.
    ClearFilter(String),
    /// `merge A1:B2`, `unmerge A1`.
    Merge(String, bool),
    /// `add-table Sales A1:B9`.
    AddTable(String, String),
    /// `remove-table Sales`.
    RemoveTable(String),
    /// `rename-table Sales Sold`.
    RenameTable(String, String),
    /// `resize-table Sales A1:C9`.
    ResizeTable(String, String),
}

/// What is asked of sheets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LayoutQuestion {
    /// `hidden Data rows 2 3 columns B`: the rows and columns of a sheet that are not shown.
    Hidden(String),
    /// `widths Data B:C=12.5 E:E=30`: the columns of a sheet that have a width of their own.
    Widths(String),
    /// `merged Data A1:B2`.
    Merged(String),
    /// `filter-of Data A1:B9`.
    FilterOf(String),
    /// `tables Sales=Sheet1!A1:B9(Item,Sold)`: all of them, with their columns.
    Tables,
    /// `names rate Data!rate`: all of them, with the sheets that they belong to.
    Names,
}

impl Layout {
    /// Reads a command; nothing if it is none of these.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn parse(verb: &str, rest: &str) -> Result<Option<Layout>, String> {
        let (first, last) = word(rest);
        let (one, two) = (first.to_owned(), last.to_owned());
        let layout = match verb {
            "copy-sheet" => Layout::CopySheet(unquote(first), unquote(last)),
            "move-sheet" => {
                let place = last.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
                let place = place.ok_or("`move-sheet` needs a place, from 1")?;
                Layout::MoveSheet(unquote(first), place)
            }
            "show-sheet" | "hide-sheet" => Layout::ShowSheet(unquote(first), verb == "show-sheet"),
            "hide-rows" | "show-rows" => Layout::Rows(one, verb == "hide-rows"),
            "hide-columns" | "show-columns" => Layout::Columns(one, verb == "hide-columns"),
            "column-width" => {
                let width = (!last.is_empty()).then(|| last.parse());
                let width = width
                    .transpose()
                    .map_err(|_| format!("`{last}` is no width"))?;
                Layout::ColumnWidth(one, width)
            }
            "filter" => {
                let conditions: Result<_, String> =
                    words(last).iter().map(|word| condition(word)).collect();
                Layout::Filter(one, conditions?)
            }
            "clear-filter" => Layout::ClearFilter(unquote(first)),
            "merge" | "unmerge" => Layout::Merge(one, verb == "merge"),
            "add-table" => Layout::AddTable(one, two),
            "remove-table" => Layout::RemoveTable(one),
            "rename-table" => Layout::RenameTable(one, two),
            "resize-table" => Layout::ResizeTable(one, two),
            _ => return Ok(None),
        };
        if first.is_empty() {
            return Err(format!("`{verb}` needs something more"));
        }
        Ok(Some(layout))
    }
}

fn condition(text: &str) -> Result<(String, Vec<Value>), String> {
    let (column, criteria) = text
        .split_once(':')
        .ok_or_else(|| format!("`{text}` is no condition; write `A:\">=10\"`"))?;
    let criteria: Result<Vec<Value>, String> = literal::split(criteria, '|')
        .into_iter()
        .map(literal::parse_value)
        .collect();
    Ok((column.to_owned(), criteria?))
}

impl LayoutQuestion {
    /// Reads a question that begins with `first`, and the answer that is expected.
    pub fn parse<'a>(first: &str, rest: &'a str) -> (LayoutQuestion, &'a str) {
        let (sheet, last) = word(rest);
        let sheet = unquote(sheet);
        match first {
            "hidden" => (LayoutQuestion::Hidden(sheet), last),
            "widths" => (LayoutQuestion::Widths(sheet), last),
            "merged" => (LayoutQuestion::Merged(sheet), last),
            "filter-of" => (LayoutQuestion::FilterOf(sheet), last),
            "tables" => (LayoutQuestion::Tables, rest),
            _ => (LayoutQuestion::Names, rest),
        }
    }

    /// The line that asks this and expects `answer`.
    pub fn print(&self, answer: &str) -> String {
        let quote = tabulith::reference::a1::quote_sheet_name;
        match self {
            LayoutQuestion::Hidden(sheet) => format!("hidden {} {answer}", quote(sheet)),
            LayoutQuestion::Widths(sheet) => format!("widths {} {answer}", quote(sheet)),
            LayoutQuestion::Merged(sheet) => format!("merged {} {answer}", quote(sheet)),
            LayoutQuestion::FilterOf(sheet) => format!("filter-of {} {answer}", quote(sheet)),
            LayoutQuestion::Tables => format!("tables {answer}"),
            LayoutQuestion::Names => format!("names {answer}"),
        }
    }
}
