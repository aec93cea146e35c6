//! How sheets are laid out, on its way into files and out of them: hidden rows and columns, filters, styles by number.

use std::sync::Arc;

use super::line_states::Span;
use super::load::Loader;
use super::operation::Filter;
use super::snapshot::Snapshot;
use crate::error::{Error, ErrorKind, Result};
use crate::functions::Hidden;
use crate::graph::Axes;
use crate::reference::{Axis, Dimension, SheetId};

/// Consecutive rows or columns that are not shown for one reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HiddenSpan {
    /// The first.
    pub first: u32,
    /// The last.
    pub last: u32,
    /// Why they are not shown.
    pub why: Hidden,
}

impl Snapshot {
    /// The rows or columns of a sheet that are not shown, in order.
    pub fn hidden_spans(&self, sheet: SheetId, dimension: Dimension) -> Vec<HiddenSpan> {
        let axes = self.revision.axes(sheet);
        let (Some(of), Some((rows, columns))) = (self.revision.sheets.get(sheet), axes) else {
            return Vec::new();
        };
        let spans = match dimension {
            Dimension::Rows => of.hidden.spans(rows.spans(0..rows.len())),
            Dimension::Columns => of.hidden_columns.spans(columns.spans(0..columns.len())),
        };
        let span = |span: Span<Hidden>| HiddenSpan {
            first: span.first,
            last: span.last,
            why: span.state,
        };
        spans.into_iter().map(span).collect()
    }
}

impl Loader {
    /// Hides rows or columns of a sheet; what lies beyond the grid is left out.
    pub fn hide(&mut self, sheet: SheetId, dimension: Dimension, span: HiddenSpan) {
        let (Some(grid), Some(of)) = (self.grids.sheet(sheet), self.revision.sheets.get_mut(sheet))
        else {
            return;
        };
        let positions = span.first..span.last.saturating_add(1);
        let (hidden, spans) = match dimension {
            Dimension::Rows => (&mut of.hidden, grid.rows().spans(positions)),
            Dimension::Columns => (&mut of.hidden_columns, grid.columns().spans(positions)),
        };
        for (_, anchor, length) in spans {
            hidden.set(anchor, length, span.why);
        }
    }

    /// The filter of a sheet; its rows are hidden by [`Loader::hide`].
    pub fn filter(&mut self, sheet: SheetId, filter: Filter) {
        if let Some(sheet) = self.revision.sheets.get_mut(sheet) {
            sheet.filter = Some(Arc::new(filter));
        }
    }

    /// Adds a style behind those of the file: one of the file's but for its number format.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Argument`] if the file has no such style, or there is one like it already.
    pub fn new_style(&mut self, base: u32, code: &str) -> Result<()> {
        let styles = &mut self.revision.styles;
        let next = styles.codes().len() as u32;
        let own = next - styles.new_styles().count() as u32;
        if base >= own || styles.number(base, code).0 != next {
            let message = format!("no new style is made of style {base} and the format `{code}`");
            return Err(Error::new(ErrorKind::Argument, message));
        }
        Ok(())
    }
}
