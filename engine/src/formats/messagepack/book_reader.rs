//! Reading a workbook record by record: what it is made of; what is on its sheets is read next door.

use std::io::BufRead;
use std::sync::Arc;

use super::contents;
use super::envelope::{Reader, Record, damaged};
use super::package::{self, Origin};
use super::packed::{rect_of, unpack};
use super::sheet_reader::SheetReader;
use super::words;
use crate::environment::Environment;
use crate::error::{Error, ErrorKind, Result};
use crate::formats::recalculate_opened::recalculate_opened;
use crate::reference::{Cell, Dimension, SheetId};
use crate::value::{SumMode, TextUnits};
use crate::workbook::{BookSettings, Calculation, Loader, NewTable, Report, Workbook};

/// The kinds of records that tell what a workbook is made of, in the order in which they come; the others follow.
const ORDER: [&str; 8] = [
    "settings", "styles", "package", "sheet", "table", "name", "outside", "macros",
];

/// Reads a workbook.
pub(super) fn read(
    input: impl BufRead,
    size: u64,
    environment: Environment,
    progress: &mut dyn FnMut(u64, u64) -> Result<()>,
) -> Result<Workbook> {
    let mut records = Reader::new(input)?;
    let mut book = BookReader {
        environment: environment.clone(),
        settings: None,
        styles: None,
        package: Vec::new(),
        origin: None,
        stage: 0,
        contents: None,
        done: (0, size),
        progress,
    };
    loop {
        let Some(record) = records.next()? else { break };
        book.take(&record)?;
        let done = records.offset();
        book.done = (done, size.max(done));
        book.ask()?;
    }
    let end = records.offset();
    book.done = (end, size.max(end));
    let values = book.settings.as_ref().map(|settings| settings.values);
    let Some(values) = values else {
        return Err(damaged(end, "it has no settings"));
    };
    let fault = |error: Error| match error.kind() {
        ErrorKind::FileFormat | ErrorKind::Unsupported | ErrorKind::Io => error,
        _ => damaged(end, error.message()),
    };
    book.contents().map_err(fault)?;
    let origin = book.origin.take();
    let Some(contents) = book.contents.take() else {
        return Err(damaged(end, "it has no content"));
    };
    let has_values = contents.has_values();
    let opened = contents.finish(environment).map_err(fault)?;
    if let Some(origin) = origin {
        opened.set_origin(origin);
    }
    recalculate_opened(&mut || book.ask(), |effort| match (values, has_values) {
        (false, _) => opened.recalculate_with(None, effort),
        (true, true) => opened.recalculate_volatile(effort),
        (true, false) => Ok(Report::default()),
    })?;
    Ok(opened)
}

struct BookReader<'a> {
    environment: Environment,
    settings: Option<contents::Settings>,
    styles: Option<contents::Styles>,
    package: Vec<u8>,
    origin: Option<Arc<Origin>>,
    /// Place in `ORDER` of the last record.
    stage: usize,
    /// What is loaded, once the sheets begin.
    contents: Option<SheetReader>,
    /// Bytes that are read, and those that there are.
    done: (u64, u64),
    progress: &'a mut dyn FnMut(u64, u64) -> Result<()>,
}

impl BookReader<'_> {
    /// Tells how far it is, and asks whether to go on.
    fn ask(&mut self) -> Result<()> {
        let (done, size) = self.done;
        (self.progress)(done, size)
    }

    fn take(&mut self, record: &Record<'_>) -> Result<()> {
        let place = ORDER.iter().position(|kind| *kind == record.kind);
        let stage = place.unwrap_or(ORDER.len());
        if stage < self.stage {
            return Err(record.fault("it comes too late"));
        }
        self.stage = stage;
        let taken = match record.kind.as_str() {
            "settings" => {
                let former = self.settings.replace(record.content()?);
                return once(record, former.is_none());
            }
            "styles" => {
                let former = self.styles.replace(record.content()?);
                return once(record, former.is_none());
            }
            "package" => {
                let part: contents::PackagePart<'_> = record.content()?;
                self.package.extend_from_slice(part.bytes);
                return Ok(());
            }
            "sheet" => self.sheet(record),
            "table" => self.table(record),
            "name" => self.name(record),
            "outside" => self.outside(record),
            "macros" => self.macros(record),
            _ => self.contents().and_then(|contents| contents.take(record)),
        };
        taken.map_err(|error| match error.kind() {
            ErrorKind::FileFormat | ErrorKind::Unsupported | ErrorKind::Io => error,
            _ => record.fault(error.message()),
        })
    }

    /// What is loaded; the settings, the styles and the package are known by now.
    fn contents(&mut self) -> Result<&mut SheetReader> {
        if self.contents.is_none() {
            if !self.package.is_empty() {
                let package = std::mem::take(&mut self.package);
                let environment = self.environment.clone();
                self.origin = package::read(package, environment, &mut || self.ask())?;
            }
            let mut loader = match &self.origin {
                Some(origin) => Loader::onto(package::parts(origin).1),
                None => Loader::new(),
            };
            let values = self
                .settings
                .as_ref()
                .is_none_or(|settings| settings.values);
            loader.settings(
                self.settings
                    .as_ref()
                    .map(book_settings)
                    .unwrap_or_default(),
            );
            if let Some(styles) = &self.styles {
                add_styles(&mut loader, styles)?;
            }
            self.contents = Some(SheetReader::new(loader, values));
        }
        let contents = self.contents.as_mut();
        Ok(contents.expect("invariant: just made"))
    }

    fn sheet(&mut self, record: &Record<'_>) -> Result<()> {
        let sheet: contents::Sheet<'_> = record.content()?;
        let visibility = words::visibility_named(sheet.visibility);
        let visibility = visibility.ok_or_else(|| record.fault("its visibility is none"))?;
        self.contents()?;
        let of_file = self
            .origin
            .as_deref()
            .map_or(&[][..], |origin| package::parts(origin).2);
        let of_package = |number: Option<u32>| match number {
            None => Ok(None),
            Some(number) => match of_file.get(number as usize) {
                Some(id) => Ok(Some(*id)),
                None => Err(record.fault(format!("the package has no sheet {number}"))),
            },
        };
        let (own, stem) = (of_package(sheet.of_package)?, of_package(sheet.copy_of)?);
        let contents = self.contents()?;
        let loader = &mut contents.loader;
        let id = match own {
            Some(id) => {
                loader.keep_sheet(id, sheet.name, visibility)?;
                id
            }
            None => loader.add_sheet(sheet.name, visibility)?,
        };
        if let Some(stem) = stem {
            loader.copied_from(id, stem);
        }
        for (dimension, runs) in [
            (Dimension::Rows, &sheet.rows),
            (Dimension::Columns, &sheet.columns),
        ] {
            let Some(runs) = runs else { continue };
            let runs = unpack::<3>(runs).ok_or_else(|| record.fault("its runs are none"))?;
            let runs: Vec<_> = runs
                .map(|[former, length, now]| (former, length, now))
                .collect();
            loader.arrange(id, dimension, &runs)?;
        }
        contents.sheets.push(id);
        Ok(())
    }

    fn table(&mut self, record: &Record<'_>) -> Result<()> {
        let table: contents::Table = record.content()?;
        let contents = self.contents()?;
        let rect = rect_of(table.rect).filter(|rect| {
            let bars = table.header_rows.saturating_add(table.totals_rows);
            rect.columns() as usize == table.columns.len()
                && bars <= rect.rows()
                && table.header_rows.max(table.totals_rows) <= 1
        });
        let Some(rect) = rect else {
            return Err(record.fault("its columns or rows are not those of its cells"));
        };
        let sheet = contents.sheet(table.sheet)?;
        contents.loader.add_table(NewTable {
            name: table.name.as_str().into(),
            sheet,
            rect,
            header_rows: table.header_rows,
            totals_rows: table.totals_rows,
            columns: table
                .columns
                .iter()
                .map(|name| name.as_str().into())
                .collect(),
        });
        Ok(())
    }

    fn name(&mut self, record: &Record<'_>) -> Result<()> {
        let name: contents::Name<'_> = record.content()?;
        let contents = self.contents()?;
        let scope: Option<SheetId> = match name.sheet {
            Some(number) => Some(contents.sheet(number)?),
            None => None,
        };
        contents
            .loader
            .define_name(name.name, scope, name.formula, name.hidden);
        Ok(())
    }

    fn outside(&mut self, record: &Record<'_>) -> Result<()> {
        let outside: contents::Outside<'_> = record.content()?;
        let external = self.contents()?.loader.external();
        external.add_sheet(outside.book, outside.sheet);
        let cells =
            unpack::<2>(&outside.cells).ok_or_else(|| record.fault("its cells are none"))?;
        for ([row, column], value) in cells.zip(&outside.values) {
            let value = value
                .to_value()
                .ok_or_else(|| record.fault("there is no such error"))?;
            external.set(outside.book, outside.sheet, Cell::new(row, column), value);
        }
        Ok(())
    }

    fn macros(&mut self, record: &Record<'_>) -> Result<()> {
        let macros: contents::Macros = record.content()?;
        let external = self.contents()?.loader.external();
        macros
            .functions
            .iter()
            .for_each(|function| external.add_macro(function));
        Ok(())
    }
}

fn once(record: &Record<'_>, is_first: bool) -> Result<()> {
    match is_first {
        true => Ok(()),
        false => Err(record.fault("there are two")),
    }
}

fn book_settings(settings: &contents::Settings) -> BookSettings {
    BookSettings {
        date1904: settings.date1904,
        calculation: match settings.manual {
            true => Calculation::Manual,
            false => Calculation::Automatic,
        },
        sum_mode: match settings.sums_in_order {
            true => SumMode::ExcelOrder,
            false => SumMode::Exact,
        },
        text_units: match settings.code_points {
            true => TextUnits::CodePoints,
            false => TextUnits::Utf16,
        },
        iteration: settings.iteration,
    }
}

fn add_styles(loader: &mut Loader, styles: &contents::Styles) -> Result<()> {
    let fault = || {
        Error::new(
            ErrorKind::Argument,
            "the styles are not as many as they say",
        )
    };
    let bases: Vec<[u32; 1]> = unpack(&styles.bases).ok_or_else(fault)?.collect();
    let own = styles
        .formats
        .len()
        .checked_sub(bases.len())
        .ok_or_else(fault)?;
    let (own, new) = styles.formats.split_at(own);
    let codes: Vec<Arc<str>> = own.iter().map(|code| code.as_str().into()).collect();
    loader.styles(&codes);
    for ([base], code) in bases.iter().zip(new) {
        loader.new_style(*base, code)?;
    }
    Ok(())
}
