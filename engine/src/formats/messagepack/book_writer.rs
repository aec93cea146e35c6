//! Writing a workbook: what it is made of, then sheet by sheet what is on it.

use std::io::Write;

use serde_bytes::Bytes;

use super::contents;
use super::envelope::Writer;
use super::package::{self, Origin};
use super::packed::{numbers_of, pack, pack_areas, pack_places};
use super::{WriteOptions, sheet_writer, words};
use crate::error::Result;
use crate::reference::{Moved, SheetId, Survivors};
use crate::value::{SumMode, TextUnits};
use crate::workbook::{Calculation, KnownSheet, Sheet, Snapshot};

/// Bytes of the package in one record.
const PACKAGE_PART: usize = 1 << 20;

/// Cells of another workbook in one record.
const OUTSIDE_CELLS: usize = 1 << 12;

/// Writes a workbook.
pub(super) fn write(
    snapshot: &Snapshot,
    origin: Option<&Origin>,
    options: WriteOptions,
    out: &mut impl Write,
) -> Result<()> {
    let mut book = BookWriter {
        snapshot,
        origin: origin.filter(|_| options.package),
        sheets: snapshot.sheets().map(|sheet| sheet.id).collect(),
        records: Writer::new(out)?,
    };
    book.settings(options)?;
    book.styles()?;
    book.package()?;
    for sheet in snapshot.sheets() {
        book.sheet(sheet)?;
    }
    book.tables()?;
    book.names()?;
    book.outside()?;
    for (number, sheet) in snapshot.sheets().enumerate() {
        let place = (sheet.id, number as u32);
        let earlier = book.origin.map(|origin| package::parts(origin).1);
        sheet_writer::write((snapshot, earlier), place, options, &mut book.records)?;
    }
    book.kept()?;
    book.state()?;
    book.records.finish()
}

struct BookWriter<'a, 'w, W: Write> {
    snapshot: &'a Snapshot,
    origin: Option<&'a Origin>,
    sheets: Vec<SheetId>,
    records: Writer<'w, W>,
}

impl<W: Write> BookWriter<'_, '_, W> {
    /// The place of a sheet in the tab order.
    fn number(&self, sheet: SheetId) -> Option<u32> {
        let place = self.sheets.iter().position(|other| *other == sheet);
        place.map(|place| place as u32)
    }

    fn settings(&mut self, options: WriteOptions) -> Result<()> {
        let settings = self.snapshot.settings();
        self.records.record(
            "settings",
            &contents::Settings {
                date1904: settings.date1904,
                manual: settings.calculation == Calculation::Manual,
                sums_in_order: settings.sum_mode == SumMode::ExcelOrder,
                code_points: settings.text_units == TextUnits::CodePoints,
                iteration: settings.iteration,
                values: options.values,
            },
        )
    }

    fn styles(&mut self) -> Result<()> {
        let formats = self.snapshot.number_formats();
        let bases = self.snapshot.new_styles().map(|(base, _)| base);
        let styles = contents::Styles {
            formats: formats.iter().map(ToString::to_string).collect(),
            bases: pack(bases),
        };
        self.records.record("styles", &styles)
    }

    fn package(&mut self) -> Result<()> {
        let Some(origin) = self.origin else {
            return Ok(());
        };
        let (bytes, ..) = package::parts(origin);
        for part in bytes.chunks(PACKAGE_PART) {
            let part = contents::PackagePart {
                bytes: Bytes::new(part),
            };
            self.records.record("package", &part)?;
        }
        Ok(())
    }

    fn sheet(&mut self, sheet: &Sheet) -> Result<()> {
        let mut written = contents::Sheet {
            name: &sheet.name,
            visibility: words::visibility_name(sheet.visibility),
            of_package: None,
            copy_of: None,
            rows: None,
            columns: None,
        };
        if let Some(origin) = self.origin {
            let (_, earlier, sheets) = package::parts(origin);
            let number = |id: SheetId| {
                let place = sheets.iter().position(|other| *other == id);
                place.map(|place| place as u32)
            };
            written.of_package = number(sheet.id);
            written.copy_of = number(sheet.stem).filter(|_| sheet.stem != sheet.id);
            // A copy has the anchors of its stem, which tell where its rows came from.
            let stem = written.of_package.map_or(sheet.stem, |_| sheet.id);
            let moved = self.snapshot.moved_since(earlier, stem, sheet.id);
            if let Some(Moved { rows, columns }) = moved.filter(|moved| !moved.nothing()) {
                written.rows = Some(runs(&rows));
                written.columns = Some(runs(&columns));
            }
        }
        self.records.record("sheet", &written)
    }

    fn tables(&mut self) -> Result<()> {
        for table in self.snapshot.tables() {
            let place = self
                .snapshot
                .table_rect(table)
                .zip(self.number(table.sheet));
            let Some((rect, sheet)) = place else {
                continue;
            };
            let columns = table.column_names.iter().map(ToString::to_string);
            let written = contents::Table {
                name: table.name.to_string(),
                sheet,
                rect: numbers_of(&rect),
                header_rows: table.header_rows,
                totals_rows: table.totals_rows,
                columns: columns.collect(),
            };
            self.records.record("table", &written)?;
        }
        Ok(())
    }

    fn names(&mut self) -> Result<()> {
        for named in self.snapshot.names() {
            let formula = self.snapshot.name_text(named);
            let formula = formula.trim_start_matches('=');
            sheet_writer::check_length(formula)?;
            let written = contents::Name {
                name: &named.name,
                sheet: named.scope.and_then(|sheet| self.number(sheet)),
                formula,
                hidden: named.hidden,
            };
            self.records.record("name", &written)?;
        }
        Ok(())
    }

    fn outside(&mut self) -> Result<()> {
        let external = self.snapshot.external();
        for KnownSheet { book, sheet, cells } in external.sheets() {
            // A sheet of which no cell is known is known itself.
            let parts: Vec<_> = match cells.is_empty() {
                true => vec![&cells[..]],
                false => cells.chunks(OUTSIDE_CELLS).collect(),
            };
            for part in parts {
                let written = contents::Outside {
                    book,
                    sheet,
                    cells: pack(part.iter().flat_map(|(cell, _)| [cell.row, cell.column])),
                    values: part.iter().map(|(_, value)| (*value).into()).collect(),
                };
                self.records.record("outside", &written)?;
            }
        }
        let functions = self.snapshot.outside_functions();
        if functions.is_empty() {
            return Ok(());
        }
        self.records
            .record("macros", &contents::Macros { functions })
    }

    fn kept(&mut self) -> Result<()> {
        for kept in self.snapshot.kept() {
            let Some(sheet) = self.number(kept.sheet) else {
                continue;
            };
            let written = contents::KeptFormula {
                sheet,
                row: kept.cell.row,
                column: kept.cell.column,
                formula: &kept.formula,
                why: &kept.why,
            };
            self.records.record("kept", &written)?;
        }
        Ok(())
    }

    fn state(&mut self) -> Result<()> {
        let state = self.snapshot.computed_state();
        let number = |sheet| self.number(sheet);
        let written = contents::State {
            circular: pack_places(&state.circular, number),
            blocked: pack_places(&state.blocked, number),
            changed: pack_areas(&state.changed, number),
            dirty: pack_areas(&state.dirty, number),
            all: state.all,
        };
        self.records.record("state", &written)
    }
}

fn runs(survivors: &Survivors) -> serde_bytes::ByteBuf {
    let runs = survivors.runs().iter();
    pack(runs.flat_map(|(former, length, now)| [*former, *length, *now]))
}
