//! `verify`: recalculates workbooks and compares with what is stored in them.
//!
//! Sums are added in Excel's order first; cells that differ then are compared once more under exact sums, and equal
//! under either is equal. The clock is the file's time of last modification.

use hashbrown::{HashMap, HashSet};

use super::cell_set::CellSet;
use super::commands::{Limits, Verify};
use super::compare::equal;
use super::deadline::within;
use super::files::Source;
use super::verdict::{FormulaCell, Judgement, Skip, Verdict};
use super::{Outcome, Streams};
use crate::formats::{FileKind, OpenOptions};
use crate::reference::{Area, Cell, Rect, SheetId};
use crate::value::{SumMode, Value};
use crate::workbook::Effort;
use crate::{Result, Snapshot, Workbook};

/// Judges each file; one that cannot be read does not stop the others.
pub(super) fn run(options: &Verify, limits: &Limits, streams: &mut Streams<'_>) -> Result<Outcome> {
    let mut outcome = Outcome::Fine;
    for path in &options.inputs {
        let name = path.display().to_string();
        let examples = options.examples;
        let verdict = Source::read(path, streams)
            .and_then(|source| within(limits.timeout, move || judge(source, examples))?);
        let verdict = verdict.unwrap_or_else(|error| Verdict::refused(&name, &error.to_string()));
        outcome = worse(outcome, outcome_of(&verdict));
        let text = if options.json {
            format!("{}\n", verdict.to_json())
        } else {
            verdict.to_text()
        };
        streams.print(&text)?;
    }
    Ok(outcome)
}

/// A refused file is worse than a difference, and that than something unsupported.
fn worse(a: Outcome, b: Outcome) -> Outcome {
    let weight = |outcome| match outcome {
        Outcome::Fine => 0,
        Outcome::Unsupported => 1,
        Outcome::Differs => 2,
        Outcome::Failed => 3,
    };
    if weight(b) > weight(a) { b } else { a }
}

fn outcome_of(verdict: &Verdict) -> Outcome {
    if verdict.refused.is_some() {
        Outcome::Failed
    } else if verdict.differing > 0 {
        Outcome::Differs
    } else if verdict.unsupported > 0 {
        Outcome::Unsupported
    } else {
        Outcome::Fine
    }
}

fn judge(source: Source, examples: usize) -> Result<Verdict> {
    let name = source.name.clone();
    let clock = source.clock();
    // A text file stores no formulas with their values.
    let options = OpenOptions {
        kind: Some(FileKind::Excel),
        ..OpenOptions::default()
    };
    let book = source.open(&options, clock, &mut |_, _| Ok(()))?;
    Ok(Verdict::new(&name, formula_cells(&book)?, examples))
}

/// Every formula cell of a workbook as opened, recalculated and judged, sheet by sheet and row by row.
fn formula_cells(book: &Workbook) -> Result<Vec<FormulaCell>> {
    let stored = book.snapshot();
    let mut cells = Formulas::of(&stored);
    book.recalculate_with(Some(SumMode::ExcelOrder), Effort::default())?;
    let ordered = book.snapshot();
    cells.judge(&stored, &ordered);
    if cells.differ() {
        book.recalculate_with(Some(SumMode::Exact), Effort::default())?;
        cells.add_values(&book.snapshot());
    }
    Ok(cells.0.into_iter().map(|cell| cell.judged).collect())
}

/// A formula cell with its position.
struct Placed {
    sheet: SheetId,
    cell: Cell,
    judged: FormulaCell,
}

struct Formulas(Vec<Placed>);

impl Formulas {
    /// The formulas of a workbook with the values stored in the file.
    fn of(stored: &Snapshot) -> Formulas {
        let mut placed = Vec::new();
        for sheet in stored.sheets() {
            let before = placed.len();
            let mut seen = HashSet::new();
            stored.visit_formulas(sheet.id, |cell, formula| {
                seen.insert(cell);
                placed.push((sheet.id, cell, formula));
            });
            // Formulas that were kept as they stand in the file are in no region.
            let kept = stored
                .unsupported()
                .into_iter()
                .filter(|kept| kept.place.sheet == sheet.name);
            placed.extend(
                kept.filter(|kept| !seen.contains(&kept.place.cell))
                    .map(|kept| (sheet.id, kept.place.cell, kept.formula)),
            );
            placed[before..].sort_unstable_by_key(|(_, cell, _)| *cell);
        }
        let judged = placed.into_iter().map(|(sheet, cell, formula)| Placed {
            sheet,
            cell,
            judged: FormulaCell {
                place: stored.address(&Area::new(sheet, Rect::cell(cell))),
                formula,
                stored: stored.value_at(sheet, cell),
                judgement: Judgement::Computed(Vec::new()),
            },
        });
        Formulas(judged.collect())
    }

    /// Says of each cell whether it is compared, and with what.
    fn judge(&mut self, stored: &Snapshot, computed: &Snapshot) {
        let volatile = CellSet::new(&computed.volatile_cone());
        let no_value = CellSet::new(&self.without_value(computed));
        let unsupported: HashMap<_, _> = computed
            .unsupported()
            .into_iter()
            .filter_map(|kept| {
                Some((
                    (stored.sheet(&kept.place.sheet).ok()?, kept.place.cell),
                    kept.why,
                ))
            })
            .collect();
        for Placed {
            sheet,
            cell,
            judged,
        } in &mut self.0
        {
            judged.judgement = match unsupported.get(&(*sheet, *cell)) {
                // What is missing is another workbook, `[1]`.
                Some(why) if why.starts_with('[') => Judgement::Skipped(Skip::External),
                Some(_) => Judgement::Unsupported,
                None if no_value.contains(*sheet, *cell) => Judgement::Skipped(Skip::NoValue),
                None if volatile.contains(*sheet, *cell) => Judgement::Skipped(Skip::Volatile),
                None => Judgement::Computed(vec![computed.value_at(*sheet, *cell)]),
            };
        }
    }

    /// The formula cells without a stored value, and all that depend on them.
    fn without_value(&self, book: &Snapshot) -> Vec<Area> {
        let empty = self
            .0
            .iter()
            .filter(|placed| placed.judged.stored == Value::Blank);
        let mut waiting: Vec<Area> = empty
            .map(|placed| Area::new(placed.sheet, Rect::cell(placed.cell)))
            .collect();
        let mut found: HashSet<Area> = waiting.iter().copied().collect();
        while let Some(area) = waiting.pop() {
            // An address that the workbook itself gave always resolves.
            for dependent in book.dependents(&book.address(&area)).unwrap_or_default() {
                if found.insert(dependent) {
                    waiting.push(dependent);
                }
            }
        }
        let mut areas: Vec<Area> = found.into_iter().collect();
        areas.sort_unstable();
        areas
    }

    /// Whether any compared cell differs from its stored value.
    fn differ(&self) -> bool {
        self.0.iter().any(|placed| match &placed.judged.judgement {
            Judgement::Computed(values) => !values
                .iter()
                .any(|value| equal(&placed.judged.stored, value)),
            _ => false,
        })
    }

    /// Adds the values of another way to compute.
    fn add_values(&mut self, computed: &Snapshot) {
        for Placed {
            sheet,
            cell,
            judged,
        } in &mut self.0
        {
            if let Judgement::Computed(values) = &mut judged.judgement {
                values.push(computed.value_at(*sheet, *cell));
            }
        }
    }
}
