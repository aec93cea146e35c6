//! Opening and saving files of medium size.

use std::path::{Path, PathBuf};

use tabulith::Transaction;
use tabulith::formats::xlsx;
use tabulith::reference::Cell;
use tabulith::workbook::Statistics;
use tabulith_benches::Outcome;
use tabulith_benches::measure::{Bar, Contest, Sample, Unit, timed};
use tabulith_benches::workloads::{self, Workload};
use tempfile::TempDir;

use crate::{Benchmark, Setting};

pub(crate) const BENCHMARKS: &[Benchmark] = &[
    Benchmark::new("xlsx/open", Bar::None, open),
    Benchmark::new("xlsx/save_new", Bar::None, save_new),
    Benchmark::new("xlsx/open_excel", Bar::None, open_excel),
    Benchmark::new("xlsx/save_excel", Bar::None, save_excel),
];

/// The workbook, a tenth as long as others, and a place for its file.
struct Filed {
    workload: Workload,
    folder: TempDir,
}

impl Filed {
    fn build(setting: &Setting) -> Outcome<(Filed, Unit)> {
        let workload = workloads::fill_down(setting.rows / 10)?;
        let cells = workload.formula_cells() / 3 * 5;
        let folder = TempDir::new()?;
        Ok((
            Filed { workload, folder },
            Unit::nanoseconds_per_cell(cells),
        ))
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("book.xlsx")
    }

    fn save(&mut self) -> Outcome<Sample> {
        let snapshot = self.workload.book.snapshot();
        let (saved, sample) = timed(|| xlsx::save_new(&snapshot, self.path()));
        saved?;
        Ok(sample)
    }

    fn open(&mut self) -> Outcome<Sample> {
        let (opened, sample) = timed(|| xlsx::open(self.path()));
        self.workload.book = opened?;
        Ok(sample)
    }

    /// What the file holds, once opened and recalculated.
    fn check(&mut self) -> Outcome<()> {
        self.open()?;
        let snapshot = self.workload.book.snapshot();
        for column in self.workload.inputs.iter().chain(&self.workload.formulas) {
            column.check(&snapshot, 0)?;
        }
        self.workload.book.recalculate()?;
        self.workload.check()
    }
}

fn save_new(setting: &Setting) -> Outcome<Contest> {
    let (filed, unit) = Filed::build(setting)?;
    Ok(Contest::alone(unit, filed, Filed::save, Filed::check))
}

fn open(setting: &Setting) -> Outcome<Contest> {
    let (mut filed, unit) = Filed::build(setting)?;
    filed.save()?;
    Ok(Contest::alone(unit, filed, Filed::open, Filed::check))
}

/// A workbook that Excel saved, with tables and lookups.
struct FromExcel {
    source: PathBuf,
    folder: TempDir,
    book: tabulith::Workbook,
}

impl FromExcel {
    fn build() -> Outcome<(FromExcel, Unit)> {
        let source = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../fixtures/excel/poi/StructuredRefs-lots-with-lookups.xlsx");
        let book = xlsx::open(&source)?;
        let unit = Unit::nanoseconds_per_cell(book.snapshot().statistics().cells as usize);
        let folder = TempDir::new()?;
        Ok((
            FromExcel {
                source,
                folder,
                book,
            },
            unit,
        ))
    }

    fn target(&self) -> PathBuf {
        self.folder.path().join("book.xlsx")
    }

    fn open(&mut self) -> Outcome<Sample> {
        let (opened, sample) = timed(|| xlsx::open(&self.source));
        self.book = opened?;
        Ok(sample)
    }

    fn save(&mut self) -> Outcome<Sample> {
        let (saved, sample) = timed(|| xlsx::save(&self.book, self.target()));
        saved?;
        Ok(sample)
    }

    /// Writes a number below all cells of the first sheet, so that saving has a sheet to rewrite.
    fn edit(&mut self) -> Outcome<()> {
        let snapshot = self.book.snapshot();
        let sheet = snapshot.sheets().next().ok_or("no sheet")?.id;
        let below = snapshot.used(sheet).map_or(0, |used| used.bottom + 2);
        let edit = |tx: &mut Transaction<'_>| tx.set_at(sheet, Cell::new(below, 0), 1.0);
        Ok(self.book.edit(edit)?)
    }

    /// The workbook holds cells and formulas, and as many as a copy of it.
    fn check(&mut self) -> Outcome<()> {
        xlsx::save(&self.book, self.target())?;
        let original = self.book.snapshot().statistics();
        let copy = xlsx::open(self.target())?.snapshot().statistics();
        let is_some = |of: &Statistics| of.cells > 1_000 && of.formulas > 100;
        match original == copy && is_some(&copy) {
            true => Ok(()),
            false => Err(format!("{copy:?} instead of {original:?}").into()),
        }
    }
}

fn open_excel(_: &Setting) -> Outcome<Contest> {
    let (file, unit) = FromExcel::build()?;
    Ok(Contest::alone(
        unit,
        file,
        FromExcel::open,
        FromExcel::check,
    ))
}

fn save_excel(_: &Setting) -> Outcome<Contest> {
    let (mut file, unit) = FromExcel::build()?;
    file.edit()?;
    Ok(Contest::alone(
        unit,
        file,
        FromExcel::save,
        FromExcel::check,
    ))
}
