//! The part of a linked book: where it lies and which values were last seen in it.

use super::book_sink::ExternalBook;
use super::cell_reference::push_cell;
use super::write_parts::{DECLARATION, MAIN, RELATIONS};
use super::xml_text::{push_attribute, push_number, push_plain_attribute, push_text};
use crate::reference::Cell;
use crate::value::{Value, ValueRef};

/// The part itself.
pub(super) fn write_external(book: &ExternalBook) -> String {
    let mut text = format!(
        "{DECLARATION}<externalLink xmlns=\"{MAIN}\"><externalBook xmlns:r=\"{RELATIONS}\" r:id=\"rId1\">"
    );
    if !book.sheets.is_empty() {
        text.push_str("<sheetNames>");
        for sheet in &book.sheets {
            text.push_str("<sheetName val=\"");
            push_attribute(&mut text, &sheet.name);
            text.push_str("\"/>");
        }
        text.push_str("</sheetNames>");
    }
    if !book.names.is_empty() {
        text.push_str("<definedNames>");
        for name in &book.names {
            text.push_str("<definedName name=\"");
            push_attribute(&mut text, &name.name);
            if let Some(refers_to) = &name.refers_to {
                text.push_str("\" refersTo=\"=");
                push_plain_attribute(&mut text, refers_to);
            }
            text.push('"');
            if let Some(sheet) = name.sheet {
                text.push_str(&format!(" sheetId=\"{sheet}\""));
            }
            text.push_str("/>");
        }
        text.push_str("</definedNames>");
    }
    if !book.sheets.is_empty() {
        text.push_str("<sheetDataSet>");
        for (sheet, content) in book.sheets.iter().enumerate() {
            let missing = if content.missing {
                " refreshError=\"1\""
            } else {
                ""
            };
            text.push_str(&format!("<sheetData sheetId=\"{sheet}\"{missing}>"));
            push_cells(&mut text, &content.cells);
            text.push_str("</sheetData>");
        }
        text.push_str("</sheetDataSet>");
    }
    text.push_str("</externalBook></externalLink>");
    text
}

fn push_cells(text: &mut String, cells: &[(Cell, Value)]) {
    let mut cells: Vec<&(Cell, Value)> = cells.iter().collect();
    cells.sort_by_key(|(cell, _)| *cell);
    let mut open = None;
    for (cell, value) in cells {
        if open != Some(cell.row) {
            if open.is_some() {
                text.push_str("</row>");
            }
            text.push_str(&format!("<row r=\"{}\">", cell.row + 1));
            open = Some(cell.row);
        }
        text.push_str("<cell r=\"");
        push_cell(text, *cell);
        let kind = match value.as_ref() {
            ValueRef::Blank | ValueRef::Number(_) => "",
            ValueRef::Text(_) => "\" t=\"str",
            ValueRef::Boolean(_) => "\" t=\"b",
            ValueRef::Error(_) => "\" t=\"e",
        };
        text.push_str(kind);
        text.push_str("\"><v>");
        match value {
            Value::Blank => {}
            Value::Number(x) => push_number(text, *x),
            Value::Text(x) => push_text(text, x),
            Value::Boolean(x) => text.push(if *x { '1' } else { '0' }),
            Value::Error(x) => text.push_str(x.as_str()),
        }
        text.push_str("</v></cell>");
    }
    if open.is_some() {
        text.push_str("</row>");
    }
}

/// The relation that leads to the book.
pub(super) fn write_external_relations(book: &ExternalBook) -> String {
    let mut text = format!(
        "{DECLARATION}<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
         <Relationship Id=\"rId1\" Type=\"{RELATIONS}/externalLinkPath\" TargetMode=\"External\" Target=\""
    );
    push_plain_attribute(&mut text, book.target.as_deref().unwrap_or_default());
    text.push_str("\"/></Relationships>");
    text
}
