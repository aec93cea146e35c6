//! `recalc`: opens a workbook, recalculates it, writes it back, and tells what it did.

use std::fmt::Write as _;
use std::path::PathBuf;

use hashbrown::HashSet;
use serde_json::{Value as Json, json};

use super::commands::{Limits, Recalc};
use super::compare::equal;
use super::deadline::within;
use super::files::{self, STANDARD, Source};
use super::progress::Progress;
use super::render;
use super::{Outcome, Streams};
use crate::environment::{Environment, Stopwatch};
use crate::formats::{FileKind, OpenOptions, SaveOptions, save, to_bytes};
use crate::value::Value;
use crate::workbook::{Effort, Report, Statistics, Unsupported};
use crate::{Error, ErrorKind, Result, Snapshot, Workbook};

/// How many cells of a kind are named.
const NAMED: usize = 10;

/// What was done, for the summary.
struct Summary {
    name: String,
    statistics: Statistics,
    report: Report,
    /// Seconds for opening, recalculating and saving.
    seconds: [f64; 3],
    /// Formula cells whose stored values are the computed ones, and others; cells without a stored value are neither.
    equal: u64,
    differing: u64,
    unsupported: Vec<Unsupported>,
    /// Where it was written, if it was.
    written: Option<String>,
    /// What the file that was written holds less than the workbook.
    lost: Vec<String>,
    backup: Option<PathBuf>,
}

/// Recalculates the workbook.
pub(super) fn run(options: &Recalc, limits: &Limits, streams: &mut Streams<'_>) -> Result<Outcome> {
    let source = Source::read(&options.input, streams)?;
    let target = if options.in_place {
        Some(options.input.clone())
    } else {
        options.output.clone()
    };
    if options.in_place && FileKind::of_name(&options.input) == Some(FileKind::Text) {
        let message = format!(
            "`{}` is a text file, which has no formulas: there is nothing to recalculate in place",
            options.input.display()
        );
        return Err(Error::new(ErrorKind::Argument, message));
    }
    let reading = options.text.to_options()?;
    let to_standard = target.as_deref() == Some(STANDARD.as_ref());
    let in_place = options.in_place && !to_standard;
    let progress = Progress::new(streams.watched);
    let shown = progress.clone();
    let name = source.name.clone();
    let done = within(
        limits.timeout,
        move || -> Result<(Summary, Option<Vec<u8>>)> {
            let (book, mut summary) = recalculated(source, &reading, &name, &shown)?;
            shown.phase("saving", 1);
            let watch = Stopwatch::start();
            let mut bytes = None;
            match &target {
                Some(_) if to_standard => {
                    bytes = Some(to_bytes(&book, FileKind::Excel, &SaveOptions::default())?);
                }
                Some(path) => {
                    if in_place {
                        summary.backup = Some(files::back_up(path)?);
                    }
                    summary.lost = save(&book, path, &SaveOptions::default())?.lost;
                    summary.written = Some(path.display().to_string());
                }
                None => {}
            }
            summary.seconds[2] = watch.seconds();
            Ok((summary, bytes))
        },
    );
    progress.clear();
    let (summary, bytes) = done??;
    let text = if options.json {
        format!("{}\n", summary.to_json())
    } else {
        summary.to_text()
    };
    match bytes {
        // Standard output is the workbook; the summary goes where messages go.
        Some(bytes) => {
            streams.write(&bytes)?;
            streams.tell(&text);
        }
        None => streams.print(&text)?,
    }
    Ok(if summary.unsupported.is_empty() {
        Outcome::Fine
    } else {
        Outcome::Unsupported
    })
}

/// Opens and recalculates.
fn recalculated(
    source: Source,
    reading: &OpenOptions,
    name: &str,
    progress: &Progress,
) -> Result<(Workbook, Summary)> {
    progress.phase("opening", source.size());
    let watch = Stopwatch::start();
    let book = source.open(reading, Environment::default(), &mut |done, total| {
        progress.at_of(done, total);
        Ok(())
    })?;
    let opened = watch.seconds();
    let stored = book.snapshot();
    let statistics = stored.statistics();
    progress.phase("recalculating", statistics.formulas);
    let watch = Stopwatch::start();
    let mut shown = |cells| progress.at(cells);
    let effort = Effort {
        progress: Some(&mut shown),
        ..Effort::default()
    };
    let report = book.recalculate_with(None, effort)?;
    let recalculated = watch.seconds();
    let computed = book.snapshot();
    let unsupported = computed.unsupported();
    let (equal, differing) = compared(&stored, &computed, &unsupported);
    let summary = Summary {
        name: name.to_owned(),
        statistics,
        report,
        seconds: [opened, recalculated, 0.0],
        equal,
        differing,
        unsupported,
        written: None,
        lost: Vec::new(),
        backup: None,
    };
    Ok((book, summary))
}

/// How many computed formula cells have their stored value, and how many another.
fn compared(stored: &Snapshot, computed: &Snapshot, unsupported: &[Unsupported]) -> (u64, u64) {
    let kept: HashSet<_> = unsupported
        .iter()
        .map(|kept| (kept.place.sheet.clone(), kept.place.cell))
        .collect();
    let (mut same, mut other) = (0, 0);
    for sheet in computed.sheets() {
        computed.visit_templates(sheet.id, |cell, _| {
            let before = stored.value_at(sheet.id, cell);
            if before == Value::Blank
                || (!kept.is_empty() && kept.contains(&(sheet.name.clone(), cell)))
            {
                return;
            }
            if equal(&before, &computed.value_at(sheet.id, cell)) {
                same += 1;
            } else {
                other += 1;
            }
        });
    }
    (same, other)
}

impl Summary {
    fn to_text(&self) -> String {
        let Statistics {
            sheets,
            cells,
            formulas,
            regions,
        } = self.statistics;
        let [opened, recalculated, saved] = self.seconds;
        let mut text = format!(
            "{}: {}, {}, {} in {}\n",
            self.name,
            render::counted(sheets, "sheet"),
            render::counted(cells, "cell"),
            render::counted(formulas, "formula"),
            render::counted(regions, "region"),
        );
        let _ = write!(
            text,
            "opened in {}, recalculated in {}",
            render::seconds(opened),
            render::seconds(recalculated)
        );
        if let Some(written) = &self.written {
            let _ = write!(text, ", saved to {written} in {}", render::seconds(saved));
        }
        if let Some(backup) = &self.backup {
            let _ = write!(text, " (as it was: {})", backup.display());
        }
        let _ = write!(
            text,
            "\n{} recomputed, {} changed\nof the stored values {} are as computed, {} differ\n{} unsupported, {} volatile, {} circular\n",
            render::counted(self.report.recomputed, "formula"),
            render::counted(self.report.changed, "value"),
            render::count(self.equal),
            render::count(self.differing),
            render::count(self.unsupported.len() as u64),
            render::count(self.report.volatile),
            render::count(self.report.circular.len() as u64),
        );
        for lost in &self.lost {
            let _ = writeln!(text, "  not written: {lost}");
        }
        for kept in self.unsupported.iter().take(NAMED) {
            let _ = writeln!(
                text,
                "  unsupported: {} {} ({}); its stored value was kept",
                kept.place, kept.formula, kept.why
            );
        }
        more(&mut text, self.unsupported.len(), "unsupported");
        for place in self.report.circular.iter().take(NAMED) {
            let _ = writeln!(text, "  circular: {place}");
        }
        more(&mut text, self.report.circular.len(), "circular");
        text
    }

    fn to_json(&self) -> Json {
        let unsupported = self.unsupported.iter().map(|kept| {
            json!({"cell": kept.place.to_string(), "formula": kept.formula, "why": &*kept.why})
        });
        json!({
            "file": self.name,
            "sheets": self.statistics.sheets,
            "cells": self.statistics.cells,
            "formulas": self.statistics.formulas,
            "regions": self.statistics.regions,
            "seconds": {"open": self.seconds[0], "recalculate": self.seconds[1], "save": self.seconds[2]},
            "recomputed": self.report.recomputed,
            "changed": self.report.changed,
            "equal": self.equal,
            "differing": self.differing,
            "volatile": self.report.volatile,
            "unsupported": unsupported.collect::<Vec<_>>(),
            "circular": self.report.circular.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "written": self.written,
            "lost": self.lost,
        })
    }
}

fn more(text: &mut String, all: usize, what: &str) {
    if all > NAMED {
        let _ = writeln!(
            text,
            "  and {} more {what}",
            render::count((all - NAMED) as u64)
        );
    }
}
