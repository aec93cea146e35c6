//! A new package: the fewest parts that a book needs, streamed into a zip archive.
//!
//! Texts of cells are written where they stand, so memory does not grow with the book. No calculation chain and no
//! calculation id are written: Excel makes its own and computes once when it opens the file.

use std::io::{BufWriter, Seek, Write};
use std::path::Path;

use zip::ZipWriter;

use super::book_sink::{BookSettings, DefinedName, SheetEntry, Visibility};
use super::book_source::BookSource;
use super::formula_prefix::file_form;
use super::patch_sheet::write_error;
use super::write_external::{write_external, write_external_relations};
use super::write_file::{PLAIN_PART_BYTES, file_options, write_large_part, writing_error};
use super::write_parts::{
    DECLARATION, DYNAMIC_METADATA, MAIN, METADATA_TYPE, RELATIONS, calculation_attributes,
};
use super::write_sheet::write_sheet;
use super::write_styles::styles;
use super::write_tables::table;
use super::xml_text::{push_attribute, push_formula};
use crate::error::{Error, ErrorKind, Result};
use crate::formats::replace_file::replace_file;

/// Writes a new workbook file at `target`, in place of one that is there.
///
/// # Errors
///
/// `Io`; `Limit` if the book is larger than such files hold; `Argument` if it has no sheet; what the source returns.
/// The old file stays then.
pub fn save_book(source: &dyn BookSource, target: impl AsRef<Path>) -> Result<()> {
    replace_file(target.as_ref(), &mut |_| Ok(()), |file| {
        write_book(source, file)
    })
}

/// Writes a new workbook file to `out`.
///
/// # Errors
///
/// As [`save_book`].
pub fn write_book(source: &dyn BookSource, out: impl Write + Seek) -> Result<()> {
    let sheets = source.sheets();
    if sheets.is_empty() {
        return Err(Error::new(
            ErrorKind::Argument,
            "a workbook file needs at least one sheet",
        ));
    }
    let external = source.external_books();
    let formats = source.formats();
    let mut zip = ZipWriter::new(out);
    let mut tables = Vec::new();
    for (sheet, _) in sheets.iter().enumerate() {
        let own = source.tables(sheet);
        tables.push(own.len());
        let first = tables.iter().sum::<usize>() - own.len() + 1;
        for (place, table_of_sheet) in own.iter().enumerate() {
            let number = first + place;
            let name = format!("xl/tables/table{number}.xml");
            put(&mut zip, &name, &table(table_of_sheet, number))?;
        }
    }
    put(
        &mut zip,
        "[Content_Types].xml",
        &content_types(sheets.len(), &tables, external.len()),
    )?;
    put(&mut zip, "_rels/.rels", &package_relations())?;
    put(
        &mut zip,
        "xl/workbook.xml",
        &workbook(source, &sheets, external.len()),
    )?;
    let relations = workbook_relations(sheets.len(), external.len());
    put(&mut zip, "xl/_rels/workbook.xml.rels", &relations)?;
    put(&mut zip, "xl/styles.xml", &styles(&formats))?;
    put(&mut zip, "xl/metadata.xml", DYNAMIC_METADATA)?;
    for (place, book) in external.iter().enumerate() {
        let number = place + 1;
        let name = format!("xl/externalLinks/externalLink{number}.xml");
        put(&mut zip, &name, &write_external(book))?;
        let name = format!("xl/externalLinks/_rels/externalLink{number}.xml.rels");
        put(&mut zip, &name, &write_external_relations(book))?;
    }
    for (sheet, entry) in sheets.iter().enumerate() {
        let number = sheet + 1;
        if tables[sheet] > 0 {
            let first = tables[..sheet].iter().sum::<usize>() + 1;
            let name = format!("xl/worksheets/_rels/sheet{number}.xml.rels");
            put(&mut zip, &name, &sheet_relations(first, tables[sheet]))?;
        }
        let name = format!("xl/worksheets/sheet{number}.xml");
        write_large_part(
            &mut zip,
            PLAIN_PART_BYTES,
            |zip, is_large| {
                zip.start_file(name.as_str(), file_options().large_file(is_large))
                    .map_err(writing_error)
            },
            |part| {
                let mut out = BufWriter::with_capacity(1 << 16, part);
                write_sheet(source, sheet, (formats.len(), Some(1)), &mut out)
                    .map_err(|error| error.at(&entry.name))?;
                out.flush().map_err(write_error)
            },
        )?;
    }
    let mut out = zip.finish().map_err(writing_error)?;
    out.flush().map_err(write_error)
}

/// Writes one small part.
fn put<W: Write + Seek>(zip: &mut ZipWriter<W>, name: &str, content: &str) -> Result<()> {
    zip.start_file(name, file_options())
        .map_err(writing_error)?;
    zip.write_all(content.as_bytes()).map_err(write_error)
}

const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";

const OFFICE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";

fn content_types(sheets: usize, tables: &[usize], external: usize) -> String {
    let mut text = format!(
        "{DECLARATION}<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" \
         ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>"
    );
    let mut part = |name: &str, kind: &str| {
        text.push_str(&format!(
            "<Override PartName=\"/xl/{name}\" ContentType=\"{kind}\"/>"
        ));
    };
    part("workbook.xml", &format!("{OFFICE}.sheet.main+xml"));
    part("styles.xml", &format!("{OFFICE}.styles+xml"));
    part("metadata.xml", METADATA_TYPE);
    for sheet in 1..=sheets {
        part(
            &format!("worksheets/sheet{sheet}.xml"),
            &format!("{OFFICE}.worksheet+xml"),
        );
    }
    for table in 1..=tables.iter().sum() {
        part(
            &format!("tables/table{table}.xml"),
            &format!("{OFFICE}.table+xml"),
        );
    }
    for link in 1..=external {
        let name = format!("externalLinks/externalLink{link}.xml");
        part(&name, &format!("{OFFICE}.externalLink+xml"));
    }
    text.push_str("</Types>");
    text
}

/// A part of relations: id, kind and target of each.
fn relations<'a>(entries: impl Iterator<Item = (String, &'a str, String)>) -> String {
    let mut text = format!("{DECLARATION}<Relationships xmlns=\"{PACKAGE}/relationships\">");
    for (id, kind, target) in entries {
        text.push_str(&format!(
            "<Relationship Id=\"{id}\" Type=\"{RELATIONS}/{kind}\" Target=\"{target}\"/>"
        ));
    }
    text.push_str("</Relationships>");
    text
}

fn package_relations() -> String {
    let entry = (
        "rId1".to_owned(),
        "officeDocument",
        "xl/workbook.xml".to_owned(),
    );
    relations(std::iter::once(entry))
}

fn workbook_relations(sheets: usize, external: usize) -> String {
    let sheet = |number: usize| {
        let target = format!("worksheets/sheet{number}.xml");
        (format!("rId{number}"), "worksheet", target)
    };
    let link = |number: usize| {
        let target = format!("externalLinks/externalLink{number}.xml");
        (format!("rId{}", sheets + number), "externalLink", target)
    };
    let others = [("styles", "styles.xml"), ("sheetMetadata", "metadata.xml")];
    let other = others.iter().enumerate().map(|(place, (kind, target))| {
        let number = sheets + external + place + 1;
        (format!("rId{number}"), *kind, (*target).to_owned())
    });
    relations(
        (1..=sheets)
            .map(sheet)
            .chain((1..=external).map(link))
            .chain(other),
    )
}

fn sheet_relations(first: usize, count: usize) -> String {
    relations((0..count).map(|place| {
        let target = format!("../tables/table{}.xml", first + place);
        (format!("rId{}", place + 1), "table", target)
    }))
}

fn workbook(source: &dyn BookSource, sheets: &[SheetEntry], external: usize) -> String {
    let settings = source.settings();
    let mut text = format!("{DECLARATION}<workbook xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\">");
    if settings.date1904 {
        text.push_str("<workbookPr date1904=\"1\"/>");
    }
    // The tab that is shown first must be one that can be seen.
    let is_visible = |sheet: &SheetEntry| sheet.visibility == Visibility::Visible;
    let active = sheets.iter().position(is_visible).unwrap_or(0);
    text.push_str(&format!(
        "<bookViews><workbookView activeTab=\"{active}\"/></bookViews><sheets>"
    ));
    for (place, sheet) in sheets.iter().enumerate() {
        let number = place + 1;
        text.push_str("<sheet name=\"");
        push_attribute(&mut text, &sheet.name);
        text.push_str(&format!("\" sheetId=\"{number}\""));
        match sheet.visibility {
            Visibility::Visible => {}
            Visibility::Hidden => text.push_str(" state=\"hidden\""),
            Visibility::VeryHidden => text.push_str(" state=\"veryHidden\""),
        }
        text.push_str(&format!(" r:id=\"rId{number}\"/>"));
    }
    text.push_str("</sheets>");
    if external > 0 {
        text.push_str("<externalReferences>");
        for link in 1..=external {
            let number = sheets.len() + link;
            text.push_str(&format!("<externalReference r:id=\"rId{number}\"/>"));
        }
        text.push_str("</externalReferences>");
    }
    push_names(&mut text, &source.names());
    push_calculation(&mut text, &settings);
    text.push_str("</workbook>");
    text
}

fn push_names(text: &mut String, names: &[DefinedName]) {
    if names.is_empty() {
        return;
    }
    text.push_str("<definedNames>");
    for name in names {
        push_name(text, name, "");
    }
    text.push_str("</definedNames>");
}

/// Appends one defined name.
pub(super) fn push_name(text: &mut String, name: &DefinedName, prefix: &str) {
    text.push_str(&format!("<{prefix}definedName name=\""));
    push_attribute(text, &name.name);
    text.push('"');
    if let Some(sheet) = name.sheet {
        text.push_str(&format!(" localSheetId=\"{sheet}\""));
    }
    if name.hidden {
        text.push_str(" hidden=\"1\"");
    }
    if let Some(comment) = &name.comment {
        text.push_str(" comment=\"");
        push_attribute(text, comment);
        text.push('"');
    }
    text.push('>');
    push_formula(text, &file_form(&name.refers_to));
    text.push_str(&format!("</{prefix}definedName>"));
}

fn push_calculation(text: &mut String, settings: &BookSettings) {
    let attributes = calculation_attributes(settings);
    if !attributes.is_empty() {
        text.push_str(&format!("<calcPr{attributes}/>"));
    }
}
