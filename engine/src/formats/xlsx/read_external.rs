//! Linked books: where they lie and which values were last seen in them.

use super::book_sink::{ExternalBook, ExternalName, ExternalSheet};
use super::cell_reference::parse_cell;
use super::package::Package;
use super::read_sheet_cell::{CellType, scalar_value};
use super::xml_escape::unescape;
use super::xml_part::{Child, XmlPart};
use crate::error::Result;
use crate::value::Value;

/// Reads the link of the part at `index`, which formulas call `[number]`.
pub(super) fn read_external_book(
    package: &Package,
    index: usize,
    number: usize,
) -> Result<ExternalBook> {
    let relations = package.relationships(Some(index))?;
    let mut book = ExternalBook {
        number,
        ..ExternalBook::default()
    };
    let mut archive = package.archive();
    let mut xml = package.xml(&mut archive, index)?;
    xml.for_each_child(|xml, _| {
        xml.for_each_child(|xml, link| {
            if link.name() != "externalBook" {
                return Ok(());
            }
            let id = link.get_prefixed("id").or_else(|| link.get("id"));
            let relation = relations
                .iter()
                .find(|relation| Some(relation.id.as_str()) == id);
            book.target = relation
                .or(relations.first())
                .map(|relation| relation.target.clone());
            xml.for_each_child(|xml, child| match child.name() {
                "sheetNames" => xml.for_each_child(|_, sheet| {
                    let name = unescape(sheet.get("val").unwrap_or_default()).into_owned();
                    book.sheets.push(ExternalSheet {
                        name,
                        ..ExternalSheet::default()
                    });
                    Ok(())
                }),
                "definedNames" => xml.for_each_child(|_, name| {
                    book.names.push(ExternalName {
                        name: name.get("name").unwrap_or_default().to_owned(),
                        sheet: name.number("sheetId"),
                        refers_to: name
                            .get("refersTo")
                            .map(|text| text.trim_start_matches('=').to_owned()),
                    });
                    Ok(())
                }),
                "sheetDataSet" => xml.for_each_child(|xml, data| {
                    let sheet = data.number("sheetId").unwrap_or(usize::MAX);
                    match book.sheets.get_mut(sheet) {
                        Some(sheet) => {
                            sheet.missing = data.flag("refreshError");
                            read_cells(xml, sheet)
                        }
                        None => Ok(()),
                    }
                }),
                _ => Ok(()),
            })
        })
    })?;
    Ok(book)
}

/// Reads the rows of a sheet's values.
fn read_cells<R: std::io::BufRead>(xml: &mut XmlPart<R>, sheet: &mut ExternalSheet) -> Result<()> {
    xml.for_each_child(|xml, _| {
        xml.for_each_child(|xml, cell| {
            let value = read_value(xml, cell)?;
            let place = cell.get("r").and_then(|text| parse_cell(text.as_bytes()));
            if let Some(place) = place
                && !value.is_blank()
            {
                sheet.cells.push((place, value));
            }
            Ok(())
        })
    })
}

fn read_value<R: std::io::BufRead>(xml: &mut XmlPart<R>, cell: &Child) -> Result<Value> {
    let mut text = None;
    xml.for_each_child(|xml, child| {
        if child.name() == "v" {
            let mut content = String::new();
            xml.read_text(&mut content)?;
            text = Some(content);
        }
        Ok(())
    })?;
    let kind = CellType::parse(cell.get("t").unwrap_or("n"));
    Ok(text.map_or(Value::Blank, |text| match kind {
        CellType::Text | CellType::SharedText => Value::text(unescape(&text).into_owned()),
        kind => scalar_value(kind, &text, false).unwrap_or(Value::Blank),
    }))
}
