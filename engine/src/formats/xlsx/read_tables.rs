//! Tables: name, range, columns, filter.

use super::book_sink::{AutoFilter, Table, TableColumn};
use super::cell_reference::parse_range;
use super::package::Package;
use super::xml_escape::unescape;
use super::xml_part::{Child, XmlPart};
use crate::error::{Error, ErrorKind, Result};

/// Reads the table of the part at `index`, which lies on `sheet`; nothing if the part holds another thing.
pub(super) fn read_table(package: &Package, index: usize, sheet: usize) -> Result<Option<Table>> {
    let mut archive = package.archive();
    let mut xml = package.xml(&mut archive, index)?;
    let mut found = None;
    let mut fault = None;
    xml.for_each_child(|xml, root| {
        if root.name() != "table" {
            return Ok(());
        }
        let range = root.get("ref").unwrap_or_default();
        let Some(range) = parse_range(range.as_bytes()) else {
            fault = Some(range.to_owned());
            return Ok(());
        };
        let name = root.get("displayName").or_else(|| root.get("name"));
        let mut table = Table {
            sheet,
            name: unescape(name.unwrap_or_default()).into_owned(),
            range,
            header_rows: root.number("headerRowCount").unwrap_or(1),
            totals_rows: root.number("totalsRowCount").unwrap_or(0),
            columns: Vec::new(),
            filter: None,
        };
        xml.for_each_child(|xml, child| match child.name() {
            "autoFilter" => {
                table.filter = read_filter(xml, child)?;
                Ok(())
            }
            "tableColumns" => xml.for_each_child(|xml, column| {
                if column.name() == "tableColumn" {
                    table.columns.push(read_column(xml, column)?);
                }
                Ok(())
            }),
            _ => Ok(()),
        })?;
        found = Some(table);
        Ok(())
    })?;
    match fault {
        Some(range) => Err(Error::new(
            ErrorKind::FileFormat,
            format!(
                "{}: the range `{range}` of a table is none",
                package.parts()[index].name
            ),
        )),
        None => Ok(found),
    }
}

fn read_column<R: std::io::BufRead>(xml: &mut XmlPart<R>, column: &Child) -> Result<TableColumn> {
    let mut formula = None;
    xml.for_each_child(|xml, child| {
        if child.name() == "calculatedColumnFormula" {
            let mut text = String::new();
            xml.read_text(&mut text)?;
            formula = Some(text).filter(|text| !text.is_empty());
        }
        Ok(())
    })?;
    Ok(TableColumn {
        name: unescape(column.get("name").unwrap_or_default()).into_owned(),
        formula,
    })
}

/// Reads the filter whose element has just begun.
pub(super) fn read_filter<R: std::io::BufRead>(
    xml: &mut XmlPart<R>,
    filter: &Child,
) -> Result<Option<AutoFilter>> {
    let range = filter
        .get("ref")
        .and_then(|text| parse_range(text.as_bytes()));
    let mut active = false;
    xml.for_each_child(|xml, column| {
        if column.name() == "filterColumn" {
            // A column whose button is only hidden has no condition inside.
            xml.for_each_child(|_, condition| {
                active |= condition.name() != "extLst";
                Ok(())
            })?;
        }
        Ok(())
    })?;
    Ok(range.map(|range| AutoFilter { range, active }))
}
