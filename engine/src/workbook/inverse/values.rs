//! The values of cells that no formula computes, and the stored ones of formulas that are not computed.

use std::ops::ControlFlow;
use std::sync::Arc;

use super::Way;
use crate::graph::Owner;
use crate::reference::{Area, Rect, SheetId};
use crate::value::Value;
use crate::workbook::operation::Operation;
use crate::workbook::revision::Revision;
use crate::workbook::runs::{Run, rectangles};

/// Cells between two that differ are written too if there are no more than so many, so that one operation does for all.
const GAP: u32 = 16;

/// Numbers down a column are told as such from so many on.
const NUMBERS: usize = 16;

/// How a cell comes to its value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// It holds it itself.
    Plain,
    /// A formula computes it.
    Computed,
    /// An array has spilled into it.
    Spilled,
    /// It has a formula that is not computed, and keeps its value.
    Stored,
}

/// Consecutive rows of one kind.
type Stretch = (u32, u32, Kind);

/// What a run of cells gets.
enum Put {
    Nothing,
    Values(Vec<Value>),
}

impl Way<'_> {
    pub(super) fn put_values(&mut self) {
        let mut runs = Vec::new();
        for (sheet, rect) in self.cell_places().spans() {
            self.compare_values(sheet, rect, &mut runs);
        }
        let (cleared, written): (Vec<_>, Vec<_>) = runs
            .into_iter()
            .partition(|run| matches!(run.what, Put::Nothing));
        let cleared = rectangles(cleared, |_, _| true).into_iter();
        let cleared = cleared.map(|(sheet, rect, _)| Operation::Clear { sheet, rect });
        let written = rectangles(written, |_, _| true).into_iter();
        let written = written.map(|(sheet, rect, parts)| written_block(sheet, &rect, parts));
        let wanted = cleared.chain(written).collect();
        self.go(wanted);
    }

    /// Formulas that are kept as the file has them.
    pub(super) fn put_kept(&mut self) {
        let kept = self.then.kept.iter();
        let missing = kept.filter(|kept| !self.now.kept.contains(kept));
        let wanted = missing.map(|kept| Operation::KeepFormula(Arc::new(kept.clone())));
        self.go(wanted.collect());
    }

    fn compare_values(&self, sheet: SheetId, rect: Rect, runs: &mut Vec<Run<Put>>) {
        let then = self.kinds(self.then, sheet, &rect);
        let now = self.kinds(&self.now, sheet, &rect);
        let ends = |stretches: &[Stretch]| -> Vec<u32> {
            let ends = stretches
                .iter()
                .flat_map(|(top, bottom, _)| [*top, bottom + 1]);
            ends.collect()
        };
        let mut cuts = [ends(&then), ends(&now), vec![rect.top, rect.bottom + 1]].concat();
        cuts.sort_unstable();
        cuts.dedup();
        for pair in cuts.windows(2) {
            let (top, bottom) = (pair[0], pair[1] - 1);
            let part = Rect {
                top,
                bottom,
                ..rect
            };
            let (was, is) = (kind_at(&then, top), kind_at(&now, top));
            match (was, is) {
                (Kind::Computed, _) => {}
                (Kind::Plain | Kind::Spilled, Kind::Computed) => {
                    self.write_over(sheet, part, was, runs);
                }
                _ => self.write_differing(sheet, part, (was, is), runs),
            }
        }
    }

    /// Cells that formulas have taken get what they held, even if it was nothing.
    fn write_over(&self, sheet: SheetId, part: Rect, was: Kind, runs: &mut Vec<Run<Put>>) {
        let wanted = match was {
            Kind::Spilled => Vec::new(),
            _ => filled(self.then, sheet, &part),
        };
        if wanted.len() < part.rows() as usize {
            let rows = (part.top, part.bottom);
            runs.push(Run::new(sheet, part.left, rows, Put::Nothing));
        }
        self.write(sheet, part, wanted, runs);
    }

    fn write_differing(
        &self,
        sheet: SheetId,
        part: Rect,
        (was, is): (Kind, Kind),
        runs: &mut Vec<Run<Put>>,
    ) {
        let wanted = match was {
            Kind::Spilled => Vec::new(),
            _ => filled(self.then, sheet, &part),
        };
        let held = match is {
            Kind::Spilled if was != Kind::Stored => Vec::new(),
            _ => filled(&self.now, sheet, &part),
        };
        let mut differing = Vec::new();
        let mut held = held.into_iter().peekable();
        for (row, value) in wanted {
            while let Some((gone, _)) = held.next_if(|(other, _)| *other < row) {
                differing.push((gone, Value::Blank));
            }
            let own = held.next_if(|(other, _)| *other == row);
            if own.is_none_or(|(_, own)| own != value) {
                differing.push((row, value));
            }
        }
        differing.extend(held.map(|(gone, _)| (gone, Value::Blank)));
        self.write(sheet, part, differing, runs);
    }

    /// Takes down runs of cells, with what lies between them if that is little.
    fn write(
        &self,
        sheet: SheetId,
        part: Rect,
        cells: Vec<(u32, Value)>,
        runs: &mut Vec<Run<Put>>,
    ) {
        let mut cells = cells.into_iter().peekable();
        while let Some((top, first)) = cells.next() {
            let mut values = vec![first];
            let mut next = top + 1;
            while let Some((row, value)) = cells.next_if(|(row, _)| *row - next <= GAP) {
                for between in next..row {
                    let cell = crate::reference::Cell::new(between, part.left);
                    values.push(self.then.value(sheet, cell));
                }
                values.push(value);
                next = row + 1;
            }
            let what = match values.iter().all(Value::is_blank) {
                true => Put::Nothing,
                false => Put::Values(values),
            };
            runs.push(Run::new(sheet, part.left, (top, next - 1), what));
        }
    }

    /// How the cells of a column come to their values, in order; those that are not named hold them themselves.
    fn kinds(&self, of: &Revision, sheet: SheetId, rect: &Rect) -> Vec<Stretch> {
        let is_then = std::ptr::eq(of, self.then);
        let mut found: Vec<Stretch> = Vec::new();
        of.graph.visit_owners(sheet, rect, of, |piece, owner| {
            let region = of.graph.region_of(sheet, owner);
            let region = region.and_then(|id| of.graph.region(id));
            let is_stored = region.is_some_and(|region| region.facts.unsupported.is_some());
            let kind = match owner {
                _ if is_stored && is_then => Kind::Stored,
                Owner::Spill(..) => Kind::Spilled,
                Owner::Formula(_) | Owner::ArrayFormula(..) => Kind::Computed,
            };
            found.push((piece.top, piece.bottom, kind));
        });
        let kept = of.kept.iter();
        let within = kept.filter(|kept| kept.sheet == sheet && rect.contains(kept.cell));
        for kept in within {
            let row = kept.cell.row;
            let kind = match is_then {
                true => Kind::Stored,
                false if self.then.kept.contains(kept) => Kind::Plain,
                false => Kind::Computed,
            };
            found.push((row, row, kind));
        }
        found.sort_unstable_by_key(|(top, ..)| *top);
        found
    }
}

fn kind_at(stretches: &[Stretch], row: u32) -> Kind {
    let place = stretches.partition_point(|(_, bottom, _)| *bottom < row);
    let found = stretches.get(place).filter(|(top, ..)| *top <= row);
    found.map_or(Kind::Plain, |(.., kind)| *kind)
}

/// The cells of a column that are not blank.
fn filled(of: &Revision, sheet: SheetId, rect: &Rect) -> Vec<(u32, Value)> {
    let mut found = Vec::new();
    of.visit(&Area::new(sheet, *rect), &mut |cell, value| {
        found.push((cell.row, value.to_value()));
        ControlFlow::Continue(())
    });
    found
}

fn written_block(sheet: SheetId, rect: &Rect, columns: Vec<Put>) -> Operation {
    let columns = columns.into_iter().filter_map(|put| match put {
        Put::Values(values) => Some(values),
        Put::Nothing => None,
    });
    let columns: Vec<Vec<Value>> = columns.collect();
    if let [column] = columns.as_slice()
        && column.len() >= NUMBERS
    {
        let number = |value: &Value| match value {
            Value::Number(number) => Some(*number),
            _ => None,
        };
        let numbers: Option<Vec<f64>> = column.iter().map(number).collect();
        if let Some(numbers) = numbers {
            return Operation::SetNumbers {
                sheet,
                at: rect.top_left(),
                values: numbers.into(),
            };
        }
    }
    let mut values = Vec::with_capacity(columns.len() * rect.rows() as usize);
    for row in 0..rect.rows() as usize {
        values.extend(columns.iter().map(|column| column[row].clone()));
    }
    Operation::SetValues {
        sheet,
        at: rect.top_left(),
        columns: rect.columns(),
        values: values.into(),
    }
}
