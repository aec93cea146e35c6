//! A package written back: changed sheets are patched, the calculation chain goes, all else is copied.
//!
//! Parts that do not change are copied as they lie in the archive, without being decompressed. The calculation chain
//! is only a hint to Excel, which makes a new one; one that names cells without formulas would be a fault.

use std::io::{BufWriter, Seek, Write};
use std::path::Path;

use zip::ZipWriter;

use super::book_changes::{BookChanges, NewStyle};
use super::book_sink::SheetKind;
use super::move_parts::SpeakingParts;
use super::package::{Archive, Package, zip_error};
use super::patch_sheet::{Orphans, PatchContext, Patched, patch_sheet, write_error};
use super::patch_styles::patch_styles;
use super::patch_workbook::patch_workbook;
use super::read_metadata::Metadata;
use super::read_styles::read_styles;
use super::read_workbook::BookParts;
use super::relationships::{CONTENT_TYPES, part_of_relationships};
use super::sheet_parts::SheetParts;
use super::survey::{Survey, survey};
use super::write_file::{PLAIN_PART_BYTES, file_options, write_large_part, writing_error};
use super::write_parts::DYNAMIC_METADATA;
use super::write_sheet::write_sheet;
use crate::error::{Error, ErrorKind, Result};
use crate::formats::replace_file::replace_file;

/// Writes a package with changes over the file at `target`.
///
/// The new file is written beside it under another name, and takes its place in one step when it is complete; if
/// anything fails, the old file stays.
///
/// # Errors
///
/// `Io`; `FileFormat` if a changed sheet is damaged or its rows are not in order; `Unsupported` if a changed sheet is
/// none with cells.
pub fn save_patched(
    package: &Package,
    changes: &dyn BookChanges,
    target: impl AsRef<Path>,
) -> Result<()> {
    replace_file(target.as_ref(), &mut |_| Ok(()), |file| {
        patch_book(package, changes, file)
    })
}

/// Writes a package with changes to `out`.
///
/// # Errors
///
/// As [`save_patched`]; what was written by then is of no use.
pub fn patch_book(
    package: &Package,
    changes: &dyn BookChanges,
    out: impl Write + Seek,
) -> Result<()> {
    let book = BookParts::find(package)?;
    let surveys = survey_sheets(&book, changes)?;
    let mut save = Save::new(package, &book, changes, &surveys)?;
    let mut zip = ZipWriter::new(out);
    for index in 0..package.parts().len() {
        save.write_part(&mut zip, index)?;
    }
    if save.adds_metadata {
        zip.start_file(save.metadata_name(), file_options())
            .map_err(zip_error)?;
        zip.write_all(DYNAMIC_METADATA.as_bytes())
            .map_err(write_error)?;
    }
    save.write_new_sheets(&mut zip)?;
    if let Some(moves) = changes.moves() {
        moves.finish()?;
    }
    let mut out = zip.finish().map_err(writing_error)?;
    out.flush().map_err(write_error)
}

/// Looks through the changes of every sheet.
fn survey_sheets(book: &BookParts, changes: &dyn BookChanges) -> Result<Vec<Survey>> {
    let mut surveys = Vec::with_capacity(book.sheets.len());
    for (sheet, (entry, _)) in book.sheets.iter().enumerate() {
        let found = survey(changes, sheet).map_err(|error| error.at(&entry.name))?;
        if found.any && entry.kind != SheetKind::Worksheet {
            return Err(Error::new(
                ErrorKind::Unsupported,
                format!(
                    "the sheet `{}` has no cells that could be saved",
                    entry.name
                ),
            ));
        }
        surveys.push(found);
    }
    Ok(surveys)
}

/// One save on its way.
pub(super) struct Save<'a> {
    pub(super) package: &'a Package,
    pub(super) book: &'a BookParts,
    changes: &'a dyn BookChanges,
    surveys: &'a [Survey],
    pub(super) archive: Archive,
    content_types: Option<usize>,
    relationships: Option<usize>,
    dynamic_cm: Option<u32>,
    pub(super) adds_metadata: bool,
    /// The parts that come and go with sheets.
    pub(super) parts: SheetParts,
    /// The parts beside the sheets that speak of cells, if any cell stands elsewhere.
    speaking: Option<SpeakingParts>,
    new_styles: Vec<NewStyle>,
    /// Number of styles, new ones included.
    styles: usize,
}

impl<'a> Save<'a> {
    fn new(
        package: &'a Package,
        book: &'a BookParts,
        changes: &'a dyn BookChanges,
        surveys: &'a [Survey],
    ) -> Result<Save<'a>> {
        let workbook = &package.parts()[book.workbook].name;
        let new = changes.new_sheets();
        let wants_dynamic =
            surveys.iter().any(|survey| survey.dynamic) || new.is_some_and(|new| new.dynamic);
        let (dynamic_cm, adds_metadata) = match book.metadata {
            _ if !wants_dynamic => (None, false),
            // Where other metadata stand already, a spilled formula is written as an array over its range.
            Some(index) => (Metadata::read(package, index, &[])?.dynamic_cm(), false),
            None => (Some(1), true),
        };
        let own_styles = match book.styles {
            Some(index) => read_styles(package, index)?.formats.len(),
            None => 0,
        };
        // A book without a part of styles has no place for new ones.
        let new_styles = match book.styles {
            Some(_) => changes.styles(),
            None => Vec::new(),
        };
        let styles = own_styles + new_styles.len();
        Ok(Save {
            package,
            book,
            changes,
            surveys,
            archive: package.archive(),
            content_types: package.index_of(CONTENT_TYPES),
            relationships: package.index_of(&part_of_relationships(workbook)),
            dynamic_cm,
            adds_metadata,
            parts: match changes.moves() {
                Some(moves) => SheetParts::find(package, book, moves)?,
                None => SheetParts::default(),
            },
            speaking: match changes.moves() {
                Some(moves) => Some(SpeakingParts::find(package, book, moves)?),
                None => None,
            },
            new_styles,
            styles,
        })
    }

    /// The name of the metadata part that is added: beside workbook.xml.
    pub(super) fn metadata_name(&self) -> String {
        let workbook = &self.package.parts()[self.book.workbook].name;
        match workbook.rsplit_once('/') {
            Some((folder, _)) => format!("{folder}/metadata.xml"),
            None => "metadata.xml".to_owned(),
        }
    }

    fn write_part<W: Write + Seek>(&mut self, zip: &mut ZipWriter<W>, index: usize) -> Result<()> {
        if self.book.calculation_chain == Some(index) || self.parts.gone.contains(&index) {
            return Ok(());
        }
        let mut sheets = self.book.sheets.iter().zip(self.surveys);
        let sheet = sheets.position(|((_, part), survey)| *part == Some(index) && survey.any);
        if let Some(sheet) = sheet {
            return self.write_sheet(zip, index, sheet);
        }
        let chain_goes = self.book.calculation_chain.is_some();
        let parts_change = chain_goes || self.adds_metadata || self.parts.any();
        let edited = if Some(index) == self.content_types && parts_change {
            Some(self.content_types(index)?)
        } else if Some(index) == self.relationships && parts_change {
            Some(self.workbook_relationships(index)?)
        } else if index == self.book.workbook {
            patch_workbook(self.package, self.book, self.changes, &self.parts)?
        } else if Some(index) == self.book.styles && !self.new_styles.is_empty() {
            Some(patch_styles(self.package, index, &self.new_styles)?)
        } else if let (Some(speaking), Some(moves)) = (&self.speaking, self.changes.moves()) {
            speaking.moved(self.package, index, moves)?
        } else {
            None
        };
        match edited {
            Some(bytes) => {
                start_part(self.package, zip, index, false)?;
                zip.write_all(&bytes).map_err(write_error)
            }
            None => {
                let file = self.archive.by_index_raw(index).map_err(zip_error)?;
                zip.raw_copy_file(file).map_err(writing_error)
            }
        }
    }

    /// Writes the parts of sheets that the file does not have.
    fn write_new_sheets<W: Write + Seek>(&self, zip: &mut ZipWriter<W>) -> Result<()> {
        let Some(new) = self.changes.new_sheets() else {
            return Ok(());
        };
        for (sheet, part) in self.parts.new.iter().enumerate().take(new.count) {
            write_large_part(
                zip,
                PLAIN_PART_BYTES,
                |zip, is_large| {
                    let options = file_options().large_file(is_large);
                    zip.start_file(part.name.as_str(), options)
                        .map_err(writing_error)
                },
                |out| {
                    let mut out = BufWriter::with_capacity(1 << 16, out);
                    let marks = (self.styles, self.dynamic_cm);
                    write_sheet(new.source, sheet, marks, &mut out)?;
                    out.flush().map_err(write_error)
                },
            )?;
        }
        Ok(())
    }

    fn write_sheet<W: Write + Seek>(
        &mut self,
        zip: &mut ZipWriter<W>,
        index: usize,
        sheet: usize,
    ) -> Result<()> {
        let package = self.package;
        let context = PatchContext {
            dynamic_cm: self.dynamic_cm,
            hull: self.surveys[sheet].hull,
            styles: self.styles,
            orphans: Orphans::new(),
        };
        let mut orphans = Orphans::new();
        // The second attempt knows all masters, so there is no third.
        for _ in 0..2 {
            let mut found = None;
            write_large_part(
                zip,
                PLAIN_PART_BYTES,
                |zip, is_large| start_part(package, zip, index, is_large),
                |part| {
                    let xml = package.xml(&mut self.archive, index)?;
                    let context = PatchContext {
                        orphans: orphans.clone(),
                        ..context.clone()
                    };
                    let mut out = BufWriter::with_capacity(1 << 16, part);
                    let patched = patch_sheet(xml, self.changes, sheet, context, &mut out)?;
                    out.flush().map_err(write_error)?;
                    if let Patched::Again(again) = patched {
                        found = Some(again);
                    }
                    Ok(())
                },
            )?;
            match found.filter(|_| orphans.is_empty()) {
                Some(again) => orphans = again,
                None => break,
            }
            zip.abort_file().map_err(writing_error)?;
        }
        Ok(())
    }
}

/// Begins a part under the name and date that it has.
fn start_part<W: Write + Seek>(
    package: &Package,
    zip: &mut ZipWriter<W>,
    index: usize,
    is_large: bool,
) -> Result<()> {
    let archive = package.archive();
    let data = archive.by_index_data(index).map_err(zip_error)?;
    let mut options = file_options().large_file(is_large);
    if let Some(date) = data.last_modified() {
        options = options.last_modified_time(date);
    }
    zip.start_file(package.parts()[index].name.as_str(), options)
        .map_err(writing_error)
}
