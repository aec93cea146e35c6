//! Parts, and pieces of parts, that are the same in every book.

use super::book_sink::{BookSettings, CalculationMode};
use super::xml_text::push_number;

/// The begin of every part.
pub(super) const DECLARATION: &str =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// The namespace of spreadsheets.
pub(super) const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

/// The namespace of relations inside parts, and the begin of the types of relations.
pub(super) const RELATIONS: &str =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// The content type of a sheet with cells.
pub(super) const WORKSHEET_TYPE: &str =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml";

/// The content type of the metadata part.
pub(super) const METADATA_TYPE: &str =
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheetMetadata+xml";

/// The type of the relation that leads to it.
pub(super) const METADATA_RELATION: &str =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sheetMetadata";

/// The metadata of a book whose only metadata say that a formula spills: `cm="1"`.
pub(super) const DYNAMIC_METADATA: &str = concat!(
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n",
    "<metadata xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" ",
    "xmlns:xda=\"http://schemas.microsoft.com/office/spreadsheetml/2017/dynamicarray\">",
    "<metadataTypes count=\"1\"><metadataType name=\"XLDAPR\" minSupportedVersion=\"120000\" ",
    "copy=\"1\" pasteAll=\"1\" pasteValues=\"1\" merge=\"1\" splitFirst=\"1\" rowColShift=\"1\" ",
    "clearFormats=\"1\" clearComments=\"1\" assign=\"1\" coerce=\"1\" cellMeta=\"1\"/></metadataTypes>",
    "<futureMetadata name=\"XLDAPR\" count=\"1\"><bk><extLst>",
    "<ext uri=\"{bdbb8cdc-fa1e-496e-a857-3c3f30c029c3}\">",
    "<xda:dynamicArrayProperties fDynamic=\"1\" fCollapsed=\"0\"/></ext></extLst></bk></futureMetadata>",
    "<cellMetadata count=\"1\"><bk><rc t=\"1\" v=\"0\"/></bk></cellMetadata></metadata>",
);

/// The attributes of `calcPr` that settings speak of.
pub(super) const CALCULATION_KEYS: [&str; 6] = [
    "calcMode",
    "fullCalcOnLoad",
    "iterate",
    "iterateCount",
    "iterateDelta",
    "fullPrecision",
];

/// Those attributes, as far as they differ from what they mean when they are not there.
pub(super) fn calculation_attributes(settings: &BookSettings) -> String {
    let mut text = String::new();
    match settings.mode {
        CalculationMode::Automatic => {}
        CalculationMode::AutomaticExceptTables => text.push_str(" calcMode=\"autoNoTable\""),
        CalculationMode::Manual => text.push_str(" calcMode=\"manual\""),
    }
    if settings.iterate {
        text.push_str(" iterate=\"1\"");
    }
    if settings.iterate_count != 100 {
        text.push_str(&format!(" iterateCount=\"{}\"", settings.iterate_count));
    }
    if settings.iterate_delta != 0.001 {
        text.push_str(" iterateDelta=\"");
        push_number(&mut text, settings.iterate_delta);
        text.push('"');
    }
    if !settings.full_precision {
        text.push_str(" fullPrecision=\"0\"");
    }
    text
}
