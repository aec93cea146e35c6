//! The part of a table.

use super::book_sink::Table;
use super::cell_reference::range_text;
use super::formula_prefix::file_form;
use super::write_parts::{DECLARATION, MAIN};
use super::xml_text::{push_attribute, push_formula};
use crate::reference::Rect;

/// The part of the table with this number, from 1.
pub(super) fn table(table: &Table, number: usize) -> String {
    let mut text = format!("{DECLARATION}<table xmlns=\"{MAIN}\" id=\"{number}\" name=\"");
    push_attribute(&mut text, &table.name);
    text.push_str("\" displayName=\"");
    push_attribute(&mut text, &table.name);
    text.push_str(&format!("\" ref=\"{}\"", range_text(table.range)));
    if table.header_rows != 1 {
        text.push_str(&format!(" headerRowCount=\"{}\"", table.header_rows));
    }
    if table.totals_rows > 0 {
        text.push_str(&format!(" totalsRowCount=\"{}\"", table.totals_rows));
    } else {
        text.push_str(" totalsRowShown=\"0\"");
    }
    text.push('>');
    if table.filter.is_some() {
        // The totals are never part of what is filtered.
        let bottom = table.range.bottom.saturating_sub(table.totals_rows);
        let range = Rect {
            bottom: bottom.max(table.range.top),
            ..table.range
        };
        text.push_str(&format!("<autoFilter ref=\"{}\"/>", range_text(range)));
    }
    text.push_str(&format!("<tableColumns count=\"{}\">", table.columns.len()));
    for (place, column) in table.columns.iter().enumerate() {
        text.push_str(&format!("<tableColumn id=\"{}\" name=\"", place + 1));
        push_attribute(&mut text, &column.name);
        match &column.formula {
            None => text.push_str("\"/>"),
            Some(formula) => {
                text.push_str("\"><calculatedColumnFormula>");
                push_formula(&mut text, &file_form(formula));
                text.push_str("</calculatedColumnFormula></tableColumn>");
            }
        }
    }
    text.push_str("</tableColumns></table>");
    text
}
