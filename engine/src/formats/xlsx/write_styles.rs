//! The styles of a new book: one for each number format.

use std::sync::Arc;

use super::read_styles::built_in_number;
use super::write_parts::{DECLARATION, MAIN};
use super::xml_text::push_plain_attribute;

/// The first number of formats that a file defines itself.
const FIRST_OWN: usize = 164;

/// The part of styles in which style number `i` has the format `formats[i]`.
pub(super) fn styles(formats: &[Arc<str>]) -> String {
    let mut own: Vec<&str> = Vec::new();
    let mut cells = String::new();
    let general: Arc<str> = "General".into();
    let formats = if formats.is_empty() {
        std::slice::from_ref(&general)
    } else {
        formats
    };
    for code in formats {
        let number = built_in_number(code).map_or_else(
            || {
                let place = own.iter().position(|known| *known == &**code);
                FIRST_OWN
                    + place.unwrap_or_else(|| {
                        own.push(code);
                        own.len() - 1
                    })
            },
            |number| number as usize,
        );
        let apply = if number == 0 {
            ""
        } else {
            " applyNumberFormat=\"1\""
        };
        cells.push_str(&format!(
            "<xf numFmtId=\"{number}\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"{apply}/>"
        ));
    }
    let mut text = format!("{DECLARATION}<styleSheet xmlns=\"{MAIN}\">");
    if !own.is_empty() {
        text.push_str(&format!("<numFmts count=\"{}\">", own.len()));
        for (place, code) in own.iter().enumerate() {
            let number = FIRST_OWN + place;
            text.push_str(&format!("<numFmt numFmtId=\"{number}\" formatCode=\""));
            push_plain_attribute(&mut text, code);
            text.push_str("\"/>");
        }
        text.push_str("</numFmts>");
    }
    text.push_str(
        "<fonts count=\"1\"><font><sz val=\"11\"/><name val=\"Calibri\"/><family val=\"2\"/></font></fonts>\
         <fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill>\
         <fill><patternFill patternType=\"gray125\"/></fill></fills>\
         <borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
         <cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>",
    );
    text.push_str(&format!(
        "<cellXfs count=\"{}\">{cells}</cellXfs>\
         <cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles></styleSheet>",
        formats.len()
    ));
    text
}
