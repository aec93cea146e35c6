//! Opening and saving files of medium size, and reading and writing long texts.

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use tabulith::Transaction;
use tabulith::environment::Environment;
use tabulith::formats::csv::{self, ReadOptions, WriteOptions};
use tabulith::formats::xlsx;
use tabulith::reference::Cell;
use tabulith::workbook::Statistics;
use tabulith_benches::Outcome;
use tabulith_benches::measure::{Bar, Contest, Contestant, Sample, Unit, timed};
use tabulith_benches::numpy::Against;
use tabulith_benches::texts;
use tabulith_benches::workloads::{self, Column, Workload};
use tempfile::TempDir;

use crate::recalc::plain;
use crate::{Benchmark, Setting};

pub(crate) const BENCHMARKS: &[Benchmark] = &[
    Benchmark::new("xlsx/open", Bar::None, open),
    Benchmark::new("xlsx/save_new", Bar::None, save_new),
    Benchmark::new("xlsx/open_excel", Bar::None, open_excel),
    Benchmark::new("xlsx/save_excel", Bar::None, save_excel),
    Benchmark::new("csv/read", Bar::Below(1_000.0), csv_read),
    Benchmark::new("csv/write", Bar::Below(1_000.0), csv_write),
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

/// A table of numbers and the text that it is written as.
struct Text {
    workload: Workload,
    text: Rc<Vec<u8>>,
}

impl Text {
    fn build(setting: &Setting) -> Outcome<Text> {
        let workload = texts::records(setting.rows)?;
        let text = Rc::new(texts::text_of(&workload.inputs));
        Ok(Text { workload, text })
    }

    fn read(&mut self) -> Outcome<Sample> {
        let options = ReadOptions::default();
        let source = Cursor::new(self.text.as_slice());
        let (book, sample) =
            timed(|| csv::read(source, &options, Environment::default(), &mut |_, _| Ok(())));
        self.workload.book = book?;
        Ok(sample)
    }

    fn check_read(&mut self) -> Outcome<()> {
        let snapshot = self.workload.book.snapshot();
        let mut columns = self.workload.inputs.iter();
        columns.try_for_each(|column| column.check(&snapshot, 0))
    }

    fn write(&mut self) -> Outcome<Sample> {
        let snapshot = self.workload.book.snapshot();
        let mut text = Vec::new();
        let (written, sample) =
            timed(|| csv::write(&snapshot, &mut text, &WriteOptions::default()));
        written?;
        self.text = Rc::new(text);
        Ok(sample)
    }

    /// What was written holds the numbers, as a plain program reads them.
    fn check_written(&mut self) -> Outcome<()> {
        let numbers = |columns: &[Column]| columns.iter().map(|c| c.numbers.clone()).collect();
        let expected: Vec<Vec<f64>> = numbers(&self.workload.inputs);
        match texts::columns_of(&self.text) == expected {
            true => Ok(()),
            false => Err("the text holds other numbers".into()),
        }
    }
}

/// The contest beside a plain program and Python's module, which does `work` with the columns.
fn beside_python(
    setting: &Setting,
    columns: &[Column],
    contestants: Vec<Contestant>,
    (work, expected): (&'static str, Vec<f64>),
) -> Contest {
    let names = ["c0", "c1", "c2", "c3", "c4"];
    let arrays = names.into_iter().zip(columns);
    let arrays = arrays.map(|(name, column)| (name, column.numbers.clone()));
    let contest = Contest {
        unit: Unit::MILLISECONDS,
        contestants,
        absent: Vec::new(),
        once: false,
    };
    contest.against_numpy(
        &setting.numpy,
        Against {
            name: "Python csv",
            work,
            arrays: arrays.collect(),
            expected,
        },
    )
}

fn csv_read(setting: &Setting) -> Outcome<Contest> {
    let ours = Text::build(setting)?;
    let (text, columns) = (Rc::clone(&ours.text), ours.workload.inputs.clone());
    let numbers = columns.iter().flat_map(|column| &column.numbers);
    let expected = numbers.copied().collect();
    let sums = columns.iter().map(Column::sum).collect();
    let contestants = vec![
        Contestant::new("tabulith", ours, Text::read, Text::check_read),
        plain("plain Rust", expected, move || {
            texts::columns_of(&text).concat()
        }),
    ];
    let work = ("csv_read", sums);
    Ok(beside_python(setting, &columns, contestants, work))
}

fn csv_write(setting: &Setting) -> Outcome<Contest> {
    let ours = Text::build(setting)?;
    let (length, columns) = (ours.text.len() as f64, ours.workload.inputs.clone());
    let inputs = columns.clone();
    let marks = |each: u32| f64::from(each * setting.rows);
    let contestants = vec![
        Contestant::new("tabulith", ours, Text::write, Text::check_written),
        plain("plain Rust", vec![length], move || {
            vec![texts::text_of(&inputs).len() as f64]
        }),
    ];
    let work = ("csv_write", vec![marks(1), marks(4)]);
    Ok(beside_python(setting, &columns, contestants, work))
}
