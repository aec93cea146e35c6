//! What `verify` says of a workbook: each formula cell is judged, the judgements are counted and printed.

use std::fmt::Write as _;

use serde_json::{Value as Json, json};

use super::compare::equal;
use super::json;
use super::render::{self, Field};
use crate::value::Value;

/// Why a cell's stored value proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Skip {
    /// It depends on the moment or on chance.
    Volatile,
    /// It depends on another workbook that is not here.
    External,
    /// The file holds no value for it, or for a formula that it reads.
    NoValue,
}

/// What became of a formula cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Judgement {
    /// Computed; all values that it may have, one for each way to add. Equal under either is equal.
    Computed(Vec<Value>),
    /// Not computed; the stored value was kept.
    Unsupported,
    /// Not compared.
    Skipped(Skip),
}

/// A formula cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct FormulaCell {
    /// Such as `Sheet1!A1`.
    pub(super) place: String,
    /// With its `=`.
    pub(super) formula: String,
    /// What the file holds.
    pub(super) stored: Value,
    /// What became of it.
    pub(super) judgement: Judgement,
}

/// A cell whose value differs from the stored one.
#[derive(Debug, Clone, PartialEq)]
struct Example {
    place: String,
    formula: String,
    stored: Value,
    computed: Value,
}

/// What `verify` found in one file.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Verdict {
    pub(super) file: String,
    pub(super) equal: u64,
    pub(super) differing: u64,
    pub(super) unsupported: u64,
    volatile: u64,
    external: u64,
    no_value: u64,
    pub(super) refused: Option<String>,
    examples: Vec<Example>,
}

impl Verdict {
    /// Judges the formula cells of a file, keeping the first `examples` that differ.
    pub(super) fn new(
        file: &str,
        cells: impl IntoIterator<Item = FormulaCell>,
        examples: usize,
    ) -> Verdict {
        let mut verdict = Verdict {
            file: file.to_owned(),
            ..Verdict::default()
        };
        for cell in cells {
            verdict.count(cell, examples);
        }
        verdict
    }

    /// A file that could not be opened or recalculated.
    pub(super) fn refused(file: &str, why: &str) -> Verdict {
        Verdict {
            file: file.to_owned(),
            refused: Some(why.to_owned()),
            ..Verdict::default()
        }
    }

    fn count(&mut self, cell: FormulaCell, examples: usize) {
        match cell.judgement {
            Judgement::Skipped(Skip::Volatile) => self.volatile += 1,
            Judgement::Skipped(Skip::External) => self.external += 1,
            Judgement::Skipped(Skip::NoValue) => self.no_value += 1,
            Judgement::Unsupported => self.unsupported += 1,
            Judgement::Computed(values)
                if values.iter().any(|value| equal(&cell.stored, value)) =>
            {
                self.equal += 1
            }
            Judgement::Computed(values) => {
                self.differing += 1;
                if self.examples.len() < examples {
                    self.examples.push(Example {
                        place: cell.place,
                        formula: cell.formula,
                        stored: cell.stored,
                        computed: values.into_iter().next().unwrap_or_default(),
                    });
                }
            }
        }
    }

    /// All that were judged.
    pub(super) fn formulas(&self) -> u64 {
        self.equal + self.differing + self.unsupported
    }

    /// The line of JSON that scripts read.
    pub(super) fn to_json(&self) -> Json {
        let examples = self.examples.iter().map(|example| {
            json!({
                "cell": example.place,
                "formula": example.formula,
                "stored": json::of_value(&example.stored),
                "computed": json::of_value(&example.computed),
            })
        });
        json!({
            "file": self.file,
            "formulas": self.formulas(),
            "equal": self.equal,
            "differing": self.differing,
            "unsupported": self.unsupported,
            "skipped": {"volatile": self.volatile, "external": self.external, "no_value": self.no_value},
            "refused": self.refused,
            "examples": examples.collect::<Vec<_>>(),
        })
    }

    /// A line for a person, and a table of what differs.
    pub(super) fn to_text(&self) -> String {
        if let Some(why) = &self.refused {
            return format!("{}: refused: {why}\n", self.file);
        }
        let mut text = format!(
            "{}: {}: {} equal, {} differing, {} unsupported",
            self.file,
            render::counted(self.formulas(), "formula"),
            render::count(self.equal),
            render::count(self.differing),
            render::count(self.unsupported),
        );
        let skipped = [
            (self.volatile, "volatile"),
            (self.external, "external"),
            (self.no_value, "without a value"),
        ];
        let skipped: Vec<String> = skipped
            .iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, why)| format!("{} {why}", render::count(*count)))
            .collect();
        if !skipped.is_empty() {
            let _ = write!(text, "; not compared: {}", skipped.join(", "));
        }
        text.push('\n');
        text + &self.table()
    }

    fn table(&self) -> String {
        if self.examples.is_empty() {
            return String::new();
        }
        let heads = ["cell", "stored", "computed", "formula"].map(Field::left);
        let mut rows = vec![heads.to_vec()];
        rows.extend(self.examples.iter().map(|example| {
            vec![
                Field::left(&example.place),
                Field::left(json::of_value(&example.stored).to_string()),
                Field::left(json::of_value(&example.computed).to_string()),
                Field::left(&example.formula),
            ]
        }));
        let mut text: String = render::table(&rows)
            .lines()
            .map(|line| format!("  {line}\n"))
            .collect();
        let more = self.differing - self.examples.len() as u64;
        if more > 0 {
            let _ = writeln!(text, "  and {} more", render::count(more));
        }
        text
    }
}
