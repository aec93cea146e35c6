//! Widths of columns: set, told, and loaded.
//!
//! A width is what .xlsx files say: in characters of the workbook's default font, its digits being the widest, with the
//! margin of a cell. Excel's dialog leaves the margin out and shows 10 where a file in its usual font says 10.7109375;
//! how many pixels both are depends on fonts, which the engine does not know. No value depends on a width.

use super::draft::Draft;
use super::line_states::Span;
use super::load::Loader;
use super::snapshot::Snapshot;
use crate::error::{Error, ErrorKind, Result};
use crate::graph::Axes;
use crate::limits;
use crate::reference::{Axis, SheetId};

/// Consecutive columns that have one width of their own.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WidthSpan {
    /// The first.
    pub first: u32,
    /// The last.
    pub last: u32,
    /// Their width, in characters.
    pub width: f64,
}

/// Whether a column can be so many characters wide: more than 0, and less than [`limits::COLUMN_WIDTH`].
pub fn is_column_width(characters: f64) -> bool {
    characters > 0.0 && characters < limits::COLUMN_WIDTH
}

impl Draft<'_> {
    pub(super) fn set_column_width(
        &mut self,
        sheet: SheetId,
        (at, count): (u32, u32),
        width: Option<f64>,
    ) -> Result<()> {
        let last = self.check_lines(sheet, (at, count), false)?;
        if let Some(width) = width.filter(|width| !is_column_width(*width)) {
            return Err(Error::new(ErrorKind::Argument, refusal(width)));
        }
        let Some(last) = last else { return Ok(()) };
        if let (Some(grid), Some(of)) = (self.grids.sheet(sheet), self.sheets.get_mut(sheet)) {
            for (_, first, length) in grid.columns().spans(at..last + 1) {
                of.column_widths.set(first, length, width);
            }
        }
        Ok(())
    }
}

fn told(span: Span<Option<f64>>) -> Option<WidthSpan> {
    Some(WidthSpan {
        first: span.first,
        last: span.last,
        width: span.state?,
    })
}

/// Why no column has a width.
fn refusal(width: f64) -> String {
    match width {
        0.0 => "a column of width 0 is a hidden one: hide it, and it keeps its width".to_owned(),
        _ if width >= limits::COLUMN_WIDTH => {
            format!("a column is at most 255 characters wide, not {width}")
        }
        _ => format!("a column cannot be {width} characters wide"),
    }
}

impl Snapshot {
    /// The width of a column in characters, with the margin of a cell as files have it; nothing if it has the sheet's
    /// default. A hidden column keeps its width.
    pub fn column_width(&self, sheet: SheetId, column: u32) -> Option<f64> {
        match (self.revision.sheets.get(sheet), self.revision.axes(sheet)) {
            (Some(of), Some((_, columns))) if column < columns.len() => {
                of.column_widths.get(columns.anchor(column))
            }
            _ => None,
        }
    }

    /// The columns of a sheet that have a width of their own, in order.
    pub fn column_widths(&self, sheet: SheetId) -> Vec<WidthSpan> {
        let axes = self.revision.axes(sheet);
        let (Some(of), Some((_, columns))) = (self.revision.sheets.get(sheet), axes) else {
            return Vec::new();
        };
        let spans = of.column_widths.spans(columns.spans(0..columns.len()));
        spans.into_iter().filter_map(told).collect()
    }
}

impl Loader {
    /// Gives columns of a sheet a width; what lies beyond the grid is left out, and so is what is no width.
    pub fn column_width(&mut self, sheet: SheetId, span: WidthSpan) {
        let (Some(grid), Some(of)) = (self.grids.sheet(sheet), self.revision.sheets.get_mut(sheet))
        else {
            return;
        };
        if !is_column_width(span.width) {
            return;
        }
        let positions = span.first..span.last.saturating_add(1);
        for (_, first, length) in grid.columns().spans(positions) {
            of.column_widths.set(first, length, Some(span.width));
        }
    }

    /// Gives the columns of a sheet that are those of the earlier snapshot the widths that they had there.
    pub fn keep_column_widths(&mut self, sheet: SheetId) {
        let former = self
            .earlier
            .as_ref()
            .and_then(|earlier| earlier.sheets.get(sheet));
        let (Some(former), Some(grid)) = (former, self.grids.sheet(sheet)) else {
            return;
        };
        let columns = grid.columns();
        let spans = former.column_widths.spans(columns.spans(0..columns.len()));
        for span in spans.into_iter().filter_map(told) {
            self.column_width(sheet, span);
        }
    }
}
