//! The workbook's own file: numbers written to bytes and read again, beside MessagePack and JSON element by element; a
//! workbook with formulas saved and opened.

use std::io::BufWriter;

use tabulith::environment::Environment;
use tabulith::formats::messagepack::{self, WriteOptions};
use tabulith::reference::Cell;
use tabulith::{Snapshot, Workbook};
use tabulith_benches::measure::{Bar, Contest, Contestant, Sample, Unit, timed};
use tabulith_benches::workloads::{self, Column, SHEET, Workload};
use tabulith_benches::{Outcome, numbers};
use tempfile::{NamedTempFile, TempDir, TempPath};

use crate::{Benchmark, Setting};

/// 1 GB of cells in a second.
const GIGABYTE: Bar = Bar::Below(8.0);

pub(crate) const BENCHMARKS: &[Benchmark] = &[
    Benchmark::new("messagepack/numbers/write", GIGABYTE, write_numbers),
    Benchmark::new("messagepack/numbers/read", GIGABYTE, read_numbers),
    Benchmark::new("messagepack/book/save", Bar::Below(60.0), save_book),
    Benchmark::new("messagepack/book/open", Bar::Below(60.0), open_book),
];

/// Columns of numbers: ten million cells in a large workbook.
const COLUMNS: u32 = 10;

/// Who writes and reads columns of numbers.
struct Codec {
    columns: Vec<Vec<f64>>,
    bytes: Vec<u8>,
    encode: fn(&Codec) -> Outcome<Vec<u8>>,
    decode: fn(&[u8]) -> Outcome<Decoded>,
    book: Option<Workbook>,
    decoded: Option<Decoded>,
}

/// What was read.
enum Decoded {
    Book(Workbook),
    Columns(Vec<Vec<f64>>),
}

impl Codec {
    fn write(&mut self) -> Outcome<Sample> {
        self.bytes = Vec::new();
        let (bytes, sample) = timed(|| (self.encode)(self));
        self.bytes = bytes?;
        Ok(sample)
    }

    fn read(&mut self) -> Outcome<Sample> {
        self.decoded = None;
        let (decoded, sample) = timed(|| (self.decode)(&self.bytes));
        self.decoded = Some(decoded?);
        Ok(sample)
    }

    fn check_written(&mut self) -> Outcome<()> {
        self.read()?;
        self.check()
    }

    /// That what was read is what was written; of this engine bit for bit.
    fn check(&mut self) -> Outcome<()> {
        match self.decoded.take() {
            None => Err("nothing was read".into()),
            Some(Decoded::Columns(columns)) => {
                // The reader of JSON is fast and gives some numbers another last bit.
                let is_near = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-15 * a.abs();
                let pairs = columns.iter().flatten().zip(self.columns.iter().flatten());
                let lengths =
                    |columns: &[Vec<f64>]| columns.iter().map(Vec::len).collect::<Vec<_>>();
                match lengths(&columns) == lengths(&self.columns) && pairs.into_iter().all(is_near)
                {
                    true => Ok(()),
                    false => Err("other numbers were read".into()),
                }
            }
            Some(Decoded::Book(book)) => {
                let snapshot = book.snapshot();
                let columns = self.columns.iter().zip(0..);
                columns
                    .map(|(numbers, column)| Column {
                        column,
                        first_row: 0,
                        numbers: numbers.clone(),
                    })
                    .try_for_each(|column| column.check(&snapshot, 0))
            }
        }
    }
}

fn snapshot_of(codec: &Codec) -> Outcome<Snapshot> {
    Ok(codec.book.as_ref().ok_or("no workbook")?.snapshot())
}

/// This engine, and the comparators with what they do to the same numbers.
fn codecs(setting: &Setting) -> Outcome<Vec<(&'static str, Codec)>> {
    let rows = setting.rows as usize;
    let columns: Vec<Vec<f64>> = (0..u64::from(COLUMNS))
        .map(|column| numbers::uniform(column, rows, (-1e6, 1e6)))
        .collect();
    let book = Workbook::with_environment(Environment::fixed(45_000.0, 1));
    book.add_sheet("S")?;
    book.edit(|tx| {
        (0..).zip(&columns).try_for_each(|(column, numbers)| {
            let first = tabulith::reference::a1::print_cell(Cell::new(0, column));
            tx.set_column(&first, numbers)
        })
    })?;
    let codec = |book, encode, decode| Codec {
        columns: columns.clone(),
        bytes: Vec::new(),
        encode,
        decode,
        book,
        decoded: None,
    };
    // Neither has steps to take back, which would hold what was before.
    let book = Some(book.snapshot().fork());
    Ok(vec![
        (
            "tabulith",
            codec(
                book,
                |codec| Ok(snapshot_of(codec)?.to_bytes()?),
                |bytes| Ok(Decoded::Book(Workbook::from_bytes(bytes)?)),
            ),
        ),
        (
            "rmp-serde",
            codec(
                None,
                |codec| Ok(rmp_serde::to_vec(&codec.columns)?),
                |bytes| Ok(Decoded::Columns(rmp_serde::from_slice(bytes)?)),
            ),
        ),
        (
            "serde_json",
            codec(
                None,
                |codec| Ok(serde_json::to_vec(&codec.columns)?),
                |bytes| Ok(Decoded::Columns(serde_json::from_slice(bytes)?)),
            ),
        ),
    ])
}

fn contest(
    setting: &Setting,
    contestant: impl Fn(&'static str, Codec) -> Contestant,
) -> Outcome<Contest> {
    let cells = (setting.rows * COLUMNS) as usize;
    let contestants = codecs(setting)?.into_iter();
    Ok(Contest {
        unit: Unit::nanoseconds_per_cell(cells),
        contestants: contestants
            .map(|(name, codec)| contestant(name, codec))
            .collect(),
        absent: Vec::new(),
        once: false,
    })
}

fn write_numbers(setting: &Setting) -> Outcome<Contest> {
    contest(setting, |name, codec| {
        Contestant::new(name, codec, Codec::write, Codec::check_written)
    })
}

fn read_numbers(setting: &Setting) -> Outcome<Contest> {
    contest(setting, |name, mut codec| {
        // A failure shows when nothing can be read.
        codec.bytes = (codec.encode)(&codec).unwrap_or_default();
        Contestant::new(name, codec, Codec::read, Codec::check)
    })
}

/// A workbook of two columns of numbers and three of formulas, and its file.
struct Filed {
    workload: Workload,
    folder: TempDir,
    file: Option<TempPath>,
}

impl Filed {
    fn build(setting: &Setting) -> Outcome<Filed> {
        Ok(Filed {
            workload: workloads::fill_down(setting.rows)?,
            folder: TempDir::new()?,
            file: None,
        })
    }

    /// Writes the file as saving does, beside the former one; what the system does with it afterwards is not measured.
    fn save(&mut self) -> Outcome<Sample> {
        let snapshot = self.workload.book.snapshot();
        let folder = self.folder.path();
        let (saved, sample) = timed(|| -> Outcome<TempPath> {
            let file = NamedTempFile::new_in(folder)?;
            let mut out = BufWriter::with_capacity(1 << 16, file);
            messagepack::write(&snapshot, None, WriteOptions::default(), &mut out)?;
            Ok(out.into_inner()?.into_temp_path())
        });
        self.file = Some(saved?);
        Ok(sample)
    }

    fn open(&mut self) -> Outcome<Sample> {
        let environment = Environment::fixed(45_000.0, 1);
        let path = self.file.as_ref().ok_or("nothing was saved")?;
        let (opened, sample) = timed(|| messagepack::open(path, environment, &mut |_, _| Ok(())));
        self.workload.book = opened?;
        Ok(sample)
    }

    /// What the file holds: all values without a recalculation, and the formulas that give them again.
    fn check(&mut self) -> Outcome<()> {
        self.open()?;
        let snapshot = self.workload.book.snapshot();
        for column in self.workload.inputs.iter().chain(&self.workload.formulas) {
            column.check(&snapshot, 0)?;
        }
        let formula = snapshot.formula_at(SHEET, Cell::new(9, 2));
        if formula.as_deref() != Some("=A10*B10+1") {
            return Err(format!("C10 has the formula {formula:?}").into());
        }
        self.workload.book.recalculate()?;
        self.workload.check()
    }
}

fn save_book(setting: &Setting) -> Outcome<Contest> {
    let filed = Filed::build(setting)?;
    Ok(Contest::alone(
        Unit::MILLISECONDS,
        filed,
        Filed::save,
        Filed::check,
    ))
}

fn open_book(setting: &Setting) -> Outcome<Contest> {
    let mut filed = Filed::build(setting)?;
    filed.save()?;
    Ok(Contest::alone(
        Unit::MILLISECONDS,
        filed,
        Filed::open,
        Filed::check,
    ))
}
