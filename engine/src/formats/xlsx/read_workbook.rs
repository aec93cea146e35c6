//! A whole package into a sink: first the book's own parts, then the sheets one after another.

use hashbrown::HashMap;

use super::book_sink::{
    BookSettings, BookSink, CalculationMode, DefinedName, SheetEntry, SheetKind, Styles, Visibility,
};
use super::package::Package;
use super::read_attached::read_attached;
use super::read_external::read_external_book;
use super::read_metadata::Metadata;
use super::read_rich_errors::read_rich_errors;
use super::read_shared_strings::SharedStrings;
use super::read_sheet::{SheetContext, read_sheet};
use super::read_styles::read_styles;
use super::read_tables::read_table;
use super::relationships::Relationship;
use super::xml_escape::unescape;
use super::xml_part::{Child, XmlPart};
use crate::error::{Error, ErrorKind, Result};
use crate::limits;

/// Reads a workbook into a sink, each part once.
///
/// # Errors
///
/// What the sink returns; `FileFormat` naming the part and the place; `Limit`; `Unsupported` for an .xlsb or another
/// kind of document.
///
/// # Complexity
///
/// Linear in the bytes of the parts after decompression. Held in memory are the shared texts, and of each sheet the
/// masters of its shared formulas.
pub fn read_book(package: &Package, sink: &mut dyn BookSink) -> Result<()> {
    let book = BookParts::find(package)?;
    sink.settings(&book.settings)?;
    let styles = match book.styles {
        Some(index) => read_styles(package, index)?,
        None => Styles::default(),
    };
    sink.styles(&styles)?;
    for (sheet, (entry, _)) in book.sheets.iter().enumerate() {
        sink.sheet(sheet, entry)?;
    }
    for name in &book.names {
        sink.defined_name(name)?;
    }
    for (sheet, (_, index)) in book.sheets.iter().enumerate() {
        for relation in package.relationships(*index).unwrap_or_default() {
            let part = package.index_of(&relation.target);
            if let (Some(_), "table", Some(part)) = (index, relation.kind.as_str(), part)
                && let Some(table) = read_table(package, part, sheet)?
            {
                sink.table(&table)?;
            }
        }
        for attached in index.map_or_else(Vec::new, |index| read_attached(package, index)) {
            sink.attached(sheet, &attached)?;
        }
    }
    for (place, index) in book.external.iter().enumerate() {
        if let Some(index) = index {
            sink.external_book(&read_external_book(package, *index, place + 1)?)?;
        }
    }
    read_sheets(package, &book, styles.formats.len(), sink)
}

/// Reads the cells of every sheet.
fn read_sheets(
    package: &Package,
    book: &BookParts,
    styles: usize,
    sink: &mut dyn BookSink,
) -> Result<()> {
    let size = |index: usize| package.parts()[index].size;
    let sheets = || book.sheets.iter().filter_map(|(_, index)| *index);
    let total = book.strings.map_or(0, size) + sheets().map(size).sum::<u64>();
    let strings = match book.strings {
        Some(index) => SharedStrings::read(package, index, |done| sink.progress(done, total))?,
        None => SharedStrings::default(),
    };
    let metadata = match book.metadata {
        Some(index) => {
            let rich = match book.rich_values {
                Some((values, structures)) => read_rich_errors(package, values, structures)?,
                None => Vec::new(),
            };
            Metadata::read(package, index, &rich)?
        }
        None => Metadata::default(),
    };
    let mut done = book.strings.map_or(0, size);
    let mut archive = package.archive();
    for (sheet, (entry, index)) in book.sheets.iter().enumerate() {
        let (SheetKind::Worksheet, Some(index)) = (entry.kind, *index) else {
            continue;
        };
        let context = SheetContext {
            strings: &strings,
            metadata: &metadata,
            styles,
            date1904: book.settings.date1904,
            progress: (done, total),
        };
        let xml = package.xml(&mut archive, index)?;
        read_sheet(xml, sheet, &context, sink)?;
        done += size(index);
        sink.progress(done, total)?;
    }
    Ok(())
}

/// The parts of a book and what workbook.xml says.
#[derive(Default)]
pub(super) struct BookParts {
    /// workbook.xml itself.
    pub(super) workbook: usize,
    pub(super) settings: BookSettings,
    /// Sheets in tab order, with their parts.
    pub(super) sheets: Vec<(SheetEntry, Option<usize>)>,
    pub(super) names: Vec<DefinedName>,
    /// Parts of the linked books `[1]`, `[2]`, ...
    pub(super) external: Vec<Option<usize>>,
    pub(super) styles: Option<usize>,
    pub(super) strings: Option<usize>,
    pub(super) metadata: Option<usize>,
    /// The rich values and their structures.
    rich_values: Option<(usize, usize)>,
    pub(super) calculation_chain: Option<usize>,
}

impl BookParts {
    /// Looks up the parts of the book.
    pub(super) fn find(package: &Package) -> Result<BookParts> {
        let workbook = find_workbook(package)?;
        let relations = package.relationships(Some(workbook))?;
        let of_kind = |kind: &str| {
            let relation = relations.iter().find(|relation| relation.kind == kind)?;
            package.index_of(&relation.target)
        };
        let by_type = |ending: &str| package.parts_of_type(ending).next();
        let mut book = BookParts {
            workbook,
            styles: of_kind("styles").or_else(|| by_type(".styles+xml")),
            strings: of_kind("sharedStrings").or_else(|| by_type(".sharedstrings+xml")),
            metadata: of_kind("sheetMetadata").or_else(|| by_type(".sheetmetadata+xml")),
            rich_values: of_kind("rdRichValue").zip(of_kind("rdRichValueStructure")),
            calculation_chain: of_kind("calcChain").or_else(|| by_type(".calcchain+xml")),
            ..BookParts::default()
        };
        book.read_workbook(package, &relations)?;
        book.settings.application = read_application(package).unwrap_or(None);
        Ok(book)
    }

    fn read_workbook(&mut self, package: &Package, relations: &[Relationship]) -> Result<()> {
        let by_id: HashMap<&str, &Relationship> = relations
            .iter()
            .map(|relation| (relation.id.as_str(), relation))
            .collect();
        let mut archive = package.archive();
        let mut xml = package.xml(&mut archive, self.workbook)?;
        let mut is_workbook = false;
        xml.for_each_child(|xml, root| {
            is_workbook |= root.name() == "workbook";
            xml.for_each_child(|xml, child| match child.name() {
                "workbookPr" => {
                    self.settings.date1904 = child.flag("date1904");
                    Ok(())
                }
                "calcPr" => {
                    read_calculation(&mut self.settings, child);
                    Ok(())
                }
                "sheets" => xml.for_each_child(|_, sheet| {
                    self.sheets.push(read_sheet_entry(package, &by_id, sheet));
                    Ok(())
                }),
                "definedNames" => xml.for_each_child(|xml, name| {
                    self.names.push(read_name(xml, name)?);
                    Ok(())
                }),
                "externalReferences" => xml.for_each_child(|_, link| {
                    let relation = link.get_prefixed("id").and_then(|id| by_id.get(id));
                    let part = relation.and_then(|relation| package.index_of(&relation.target));
                    self.external.push(part);
                    Ok(())
                }),
                _ => Ok(()),
            })
        })?;
        if !is_workbook {
            return Err(xml.fault("this part is no workbook"));
        }
        if self.sheets.len() >= limits::SHEETS as usize {
            return Err(Error::new(
                ErrorKind::Limit,
                format!("the workbook has {} sheets", self.sheets.len()),
            ));
        }
        Ok(())
    }
}

/// Finds workbook.xml: by the package's relations, by its content type, or where it usually lies.
fn find_workbook(package: &Package) -> Result<usize> {
    let relations = package.relationships(None)?;
    let by_relation = relations
        .iter()
        .find(|relation| relation.kind == "officeDocument")
        .and_then(|relation| package.index_of(&relation.target));
    let by_type = || {
        let endings = [
            "sheet.main+xml",
            "sheet.macroenabled.main+xml",
            "template.main+xml",
        ];
        let mut endings = endings.iter();
        endings.find_map(|ending| package.parts_of_type(ending).next())
    };
    let found = by_relation
        .or_else(by_type)
        .or_else(|| package.index_of("xl/workbook.xml"));
    let refuse = |kind, message: &str| Err(Error::new(kind, message));
    let Some(index) = found else {
        if package.has_part("mimetype") && package.has_part("content.xml") {
            return refuse(
                ErrorKind::Unsupported,
                "this is an OpenDocument file, which is not read",
            );
        }
        return refuse(ErrorKind::FileFormat, "the zip archive holds no workbook");
    };
    let kind = package.content_type(index).unwrap_or_default();
    if kind.contains("sheet.binary") || package.parts()[index].name.ends_with(".bin") {
        return refuse(
            ErrorKind::Unsupported,
            "this is a binary workbook (.xlsb), which is not read",
        );
    }
    if kind.contains("wordprocessingml") || kind.contains("presentationml") {
        return refuse(
            ErrorKind::FileFormat,
            "this is a document of another program, not a workbook",
        );
    }
    Ok(index)
}

fn read_calculation(settings: &mut BookSettings, child: &Child) {
    settings.mode = match child.get("calcMode") {
        Some("manual") => CalculationMode::Manual,
        Some("autoNoTable") => CalculationMode::AutomaticExceptTables,
        _ => CalculationMode::Automatic,
    };
    settings.iterate = child.flag("iterate");
    settings.iterate_count = child
        .number("iterateCount")
        .unwrap_or(100)
        .min(limits::ITERATIONS);
    let delta = child.number("iterateDelta").filter(|x: &f64| x.is_finite());
    settings.iterate_delta = delta.unwrap_or(0.001);
    settings.full_precision = child.get("fullPrecision").is_none() || child.flag("fullPrecision");
    settings.full_calculation_on_load = child.flag("fullCalcOnLoad");
}

fn read_sheet_entry(
    package: &Package,
    by_id: &HashMap<&str, &Relationship>,
    sheet: &Child,
) -> (SheetEntry, Option<usize>) {
    let relation = sheet.get_prefixed("id").and_then(|id| by_id.get(id));
    let part = relation.and_then(|relation| package.index_of(&relation.target));
    let kind = match relation.map(|relation| relation.kind.as_str()) {
        Some("worksheet") if part.is_some() => SheetKind::Worksheet,
        Some("chartsheet") => SheetKind::Chart,
        _ => SheetKind::Other,
    };
    let entry = SheetEntry {
        name: unescape(sheet.get("name").unwrap_or_default()).into_owned(),
        id: sheet.number("sheetId").unwrap_or(0),
        visibility: match sheet.get("state") {
            Some("hidden") => Visibility::Hidden,
            Some("veryHidden") => Visibility::VeryHidden,
            _ => Visibility::Visible,
        },
        kind,
    };
    (entry, part)
}

fn read_name<R: std::io::BufRead>(xml: &mut XmlPart<R>, name: &Child) -> Result<DefinedName> {
    let mut refers_to = String::new();
    xml.read_text(&mut refers_to)?;
    Ok(DefinedName {
        name: unescape(name.get("name").unwrap_or_default()).into_owned(),
        sheet: name.number("localSheetId"),
        refers_to,
        hidden: name.flag("hidden"),
        macro_name: name.flag("function") || name.flag("vbProcedure") || name.flag("xlm"),
        comment: name.get("comment").map(|text| unescape(text).into_owned()),
    })
}

/// The program and version that docProps/app.xml names.
fn read_application(package: &Package) -> Result<Option<String>> {
    let Some(index) = package.index_of("docProps/app.xml") else {
        return Ok(None);
    };
    let (mut program, mut version) = (String::new(), String::new());
    let mut archive = package.archive();
    let mut xml = package.xml(&mut archive, index)?;
    xml.for_each_child(|xml, _| {
        xml.for_each_child(|xml, child| match child.name() {
            "Application" => xml.read_text(&mut program),
            "AppVersion" => xml.read_text(&mut version),
            _ => Ok(()),
        })
    })?;
    let text = format!("{program} {version}").trim().to_owned();
    Ok(Some(text).filter(|text| !text.is_empty()))
}
