//! Styles, as far as values show: which number format each style number has.

use std::sync::Arc;

use hashbrown::HashMap;

use super::book_sink::Styles;
use super::package::Package;
use crate::error::Result;

/// Formats that have a number and are not written into files, in the en-US form.
const BUILT_IN: [(u32, &str); 28] = [
    (1, "0"),
    (2, "0.00"),
    (3, "#,##0"),
    (4, "#,##0.00"),
    (5, "\"$\"#,##0_);\\(\"$\"#,##0\\)"),
    (6, "\"$\"#,##0_);[Red]\\(\"$\"#,##0\\)"),
    (7, "\"$\"#,##0.00_);\\(\"$\"#,##0.00\\)"),
    (8, "\"$\"#,##0.00_);[Red]\\(\"$\"#,##0.00\\)"),
    (9, "0%"),
    (10, "0.00%"),
    (11, "0.00E+00"),
    (12, "# ?/?"),
    (13, "# ??/??"),
    (14, "m/d/yyyy"),
    (15, "d-mmm-yy"),
    (16, "d-mmm"),
    (17, "mmm-yy"),
    (18, "h:mm AM/PM"),
    (19, "h:mm:ss AM/PM"),
    (20, "h:mm"),
    (21, "h:mm:ss"),
    (22, "m/d/yyyy h:mm"),
    (37, "#,##0_);\\(#,##0\\)"),
    (38, "#,##0_);[Red]\\(#,##0\\)"),
    (39, "#,##0.00_);\\(#,##0.00\\)"),
    (40, "#,##0.00_);[Red]\\(#,##0.00\\)"),
    (48, "##0.0E+0"),
    (49, "@"),
];

/// The code of a format that files refer to by number alone.
pub(super) fn built_in_format(number: u32) -> Option<&'static str> {
    let more = match number {
        0 => "General",
        41 => "_(* #,##0_);_(* \\(#,##0\\);_(* \"-\"_);_(@_)",
        42 => "_(\"$\"* #,##0_);_(\"$\"* \\(#,##0\\);_(\"$\"* \"-\"_);_(@_)",
        43 => "_(* #,##0.00_);_(* \\(#,##0.00\\);_(* \"-\"??_);_(@_)",
        44 => "_(\"$\"* #,##0.00_);_(\"$\"* \\(#,##0.00\\);_(\"$\"* \"-\"??_);_(@_)",
        45 => "mm:ss",
        46 => "[h]:mm:ss",
        47 => "mm:ss.0",
        // Dates and times whose form depends on an East Asian locale.
        27..=31 | 36 | 50..=54 | 57 | 58 => "m/d/yyyy",
        32..=35 | 55 | 56 => "h:mm:ss",
        _ => "",
    };
    if !more.is_empty() {
        return Some(more);
    }
    let found = BUILT_IN.iter().find(|(known, _)| *known == number);
    found.map(|(_, code)| *code)
}

/// The number of the built-in format with this code.
pub(super) fn built_in_number(code: &str) -> Option<u32> {
    if code == "General" {
        return Some(0);
    }
    let found = BUILT_IN.iter().find(|(_, known)| *known == code);
    found.map(|(number, _)| *number)
}

/// Reads the part at `index`.
pub(super) fn read_styles(package: &Package, index: usize) -> Result<Styles> {
    let mut codes: HashMap<u32, Arc<str>> = HashMap::new();
    let mut used: Vec<u32> = Vec::new();
    let mut archive = package.archive();
    let mut xml = package.xml(&mut archive, index)?;
    xml.for_each_child(|xml, _| {
        xml.for_each_child(|xml, child| match child.name() {
            "numFmts" => xml.for_each_child(|_, format| {
                if let (Some(number), Some(code)) =
                    (format.number("numFmtId"), format.get("formatCode"))
                {
                    codes.insert(number, code.into());
                }
                Ok(())
            }),
            "cellXfs" => xml.for_each_child(|_, style| {
                if style.name() == "xf" {
                    used.push(style.number("numFmtId").unwrap_or(0));
                }
                Ok(())
            }),
            _ => Ok(()),
        })
    })?;
    let general: Arc<str> = "General".into();
    let mut formats = Vec::with_capacity(used.len());
    for number in used {
        // A file may give a built-in number a code of its own.
        let code = codes
            .entry(number)
            .or_insert_with(|| built_in_format(number).map_or_else(|| general.clone(), Arc::from));
        formats.push(code.clone());
    }
    Ok(Styles { formats })
}
