//! `convert`: a file of one kind becomes a file of another, and what is lost on the way is told.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value as Json, json};

use super::commands::Limits;
use super::deadline::within;
use super::files::{STANDARD, Source};
use super::progress::Progress;
use super::render;
use super::text_arguments::{self, TextArguments};
use super::{Outcome, Streams};
use crate::environment::{Environment, Stopwatch};
use crate::formats::csv::{Encoding, LineEnding, Values, WriteOptions};
use crate::formats::{FileKind, OpenOptions, SaveOptions, save, to_bytes};
use crate::workbook::Statistics;
use crate::{Result, Workbook};

/// `convert`.
#[derive(Debug, Clone, Args)]
pub(super) struct Convert {
    /// The file to read: .xlsx, .xlsm, .tabulith, or text such as .csv; `-` reads standard input
    #[arg(value_name = "IN")]
    input: PathBuf,
    /// The file to write, of the kind that its ending tells; `-` writes comma-separated values to standard output
    #[arg(value_name = "OUT")]
    output: PathBuf,
    /// The sheet to write, where the file holds only one
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// Fields that begin with `=` are formulas; formulas are written in the place of their values
    #[arg(long)]
    formulas: bool,
    /// Write values as their cells show them, which may lose digits
    #[arg(long)]
    displayed: bool,
    /// What stands between the fields of OUT, if IN is text: a character, or `tab`
    #[arg(long, value_name = "CHARACTER")]
    to_delimiter: Option<String>,
    /// The encoding of OUT, if IN is text
    #[arg(long, value_name = "NAME")]
    to_encoding: Option<String>,
    /// Numbers of OUT have a comma before their fraction, if IN is text
    #[arg(long)]
    to_decimal_comma: bool,
    /// Begin a text file with a byte order mark, which tells Excel that it is UTF-8
    #[arg(long)]
    byte_order_mark: bool,
    /// End lines with a line feed alone
    #[arg(long)]
    line_feed: bool,
    /// Print the summary as one line of JSON
    #[arg(long)]
    json: bool,
    /// What IN, or else OUT, is like if it is a text file.
    #[command(flatten)]
    text: TextArguments,
}

/// What was done.
struct Summary {
    from: String,
    to: String,
    statistics: Statistics,
    /// Formulas that had no value and were computed.
    computed: u64,
    lost: Vec<String>,
    seconds: f64,
}

/// Converts the file.
pub(super) fn run(
    options: &Convert,
    limits: &Limits,
    streams: &mut Streams<'_>,
) -> Result<Outcome> {
    let (mut reading, saving) = (options.text.to_options()?, options.saving()?);
    reading.csv.formulas = options.formulas;
    let source = Source::read(&options.input, streams)?;
    let progress = Progress::new(streams.watched);
    let (shown, output) = (progress.clone(), options.output.clone());
    let done = within(limits.timeout, move || {
        converted(source, &reading, &output, &saving, &shown)
    });
    progress.clear();
    let (summary, bytes) = done??;
    let text = match options.json {
        true => format!("{}\n", summary.to_json()),
        false => summary.to_text(),
    };
    match bytes {
        // Standard output is the file; the summary goes where messages go.
        Some(bytes) => {
            streams.write(&bytes)?;
            streams.tell(&text);
        }
        None => streams.print(&text)?,
    }
    Ok(Outcome::Fine)
}

fn converted(
    source: Source,
    reading: &OpenOptions,
    output: &Path,
    saving: &SaveOptions,
    progress: &Progress,
) -> Result<(Summary, Option<Vec<u8>>)> {
    let watch = Stopwatch::start();
    let from = source.name.clone();
    progress.phase("opening", source.size());
    let book = source.open(reading, Environment::default(), &mut |done, total| {
        progress.at_of(done, total);
        Ok(())
    })?;
    let computed = compute_missing(&book)?;
    progress.phase("saving", 1);
    let mut bytes = None;
    let mut lost = Vec::new();
    if output == Path::new(STANDARD) {
        bytes = Some(to_bytes(&book, FileKind::Text, saving)?);
    } else {
        lost = save(&book, output, saving)?.lost;
    }
    let summary = Summary {
        from,
        to: output.display().to_string(),
        statistics: book.snapshot().statistics(),
        computed,
        lost,
        seconds: watch.seconds(),
    };
    Ok((summary, bytes))
}

/// Recalculates a workbook with formulas of which the file has no values, and tells how many.
fn compute_missing(book: &Workbook) -> Result<u64> {
    let snapshot = book.snapshot();
    let mut missing = 0;
    for sheet in snapshot.sheets() {
        snapshot.visit_templates(sheet.id, |cell, _| {
            missing += u64::from(snapshot.value_at(sheet.id, cell).is_blank());
        });
    }
    if missing > 0 {
        book.recalculate()?;
    }
    Ok(missing)
}

impl Convert {
    /// How the file is written. What is said of text files is said of IN if that is one, else of OUT.
    fn saving(&self) -> Result<SaveOptions> {
        let input = FileKind::of_name(&self.input);
        let is_book = matches!(input, Some(FileKind::Excel | FileKind::Own));
        let of_output = is_book.then_some(&self.text);
        let comma = self.to_decimal_comma || of_output.is_some_and(|text| text.decimal_comma);
        let mut csv = WriteOptions {
            sheet: self.sheet.clone(),
            byte_order_mark: self.byte_order_mark,
            formulas: self.formulas,
            decimal: text_arguments::decimal(comma),
            // As Excel does where numbers have commas.
            delimiter: if comma { b';' } else { b',' },
            ..WriteOptions::default()
        };
        let given = |to: &Option<String>, text: fn(&TextArguments) -> &Option<String>| {
            to.clone().or_else(|| text(of_output?).clone())
        };
        if let Some(delimiter) = given(&self.to_delimiter, |text| &text.delimiter) {
            csv.delimiter = text_arguments::delimiter(&delimiter)?;
        }
        if let Some(encoding) = given(&self.to_encoding, |text| &text.encoding) {
            csv.encoding = Encoding::named(&encoding)?;
        }
        if self.displayed {
            csv.values = Values::Displayed;
        }
        if self.line_feed {
            csv.line_ending = LineEnding::Lf;
        }
        Ok(SaveOptions { new: false, csv })
    }
}

impl Summary {
    fn to_text(&self) -> String {
        let mut text = format!(
            "{} -> {}: {}, {} in {}\n",
            self.from,
            self.to,
            render::counted(self.statistics.sheets, "sheet"),
            render::counted(self.statistics.cells, "cell"),
            render::seconds(self.seconds),
        );
        if self.computed > 0 {
            let formulas = render::counted(self.computed, "formula");
            let _ = writeln!(text, "  recalculated: {formulas} had no value");
        }
        for lost in &self.lost {
            let _ = writeln!(text, "  not written: {lost}");
        }
        text
    }

    fn to_json(&self) -> Json {
        json!({
            "from": self.from,
            "to": self.to,
            "sheets": self.statistics.sheets,
            "cells": self.statistics.cells,
            "computed": self.computed,
            "lost": self.lost,
            "seconds": self.seconds,
        })
    }
}
