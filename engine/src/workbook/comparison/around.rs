//! What lies around the cells, as it can be compared: names as texts, what is not shown and widths by position, styles
//! of lines.

use std::collections::BTreeMap;

use crate::functions::Hidden;
use crate::graph::Axes;
use crate::reference::{Axis, Cell, SheetId};
use crate::storage::tree::Natural;
use crate::storage::{FormatId, FormatPlane, SheetGrid};
use crate::workbook::NamedFormula;
use crate::workbook::line_states::Span;
use crate::workbook::operation::CellStyle;
use crate::workbook::revision::Revision;
use crate::workbook::view::BookView;

/// The formula of a name as it reads for cell A1 of its sheet, or of the first one.
pub(in crate::workbook) fn text_of_name(view: &BookView, named: &NamedFormula) -> String {
    let first = view.sheets.order().first().copied();
    let here = named.scope.or(first).unwrap_or(SheetId(0));
    view.text_of(&named.template, here, Cell::new(0, 0))
}

/// The rows or columns of a sheet that are not shown.
pub(in crate::workbook) fn hidden(of: &Revision, sheet: SheetId, rows: bool) -> Vec<Span<Hidden>> {
    match (of.sheets.get(sheet), of.axes(sheet)) {
        (Some(sheet), Some((axis, _))) if rows => sheet.hidden.spans(axis.spans(0..axis.len())),
        (Some(sheet), Some((_, axis))) => sheet.hidden_columns.spans(axis.spans(0..axis.len())),
        _ => Vec::new(),
    }
}

/// The columns of a sheet that have a width of their own.
pub(in crate::workbook) fn widths(of: &Revision, sheet: SheetId) -> Vec<Span<Option<f64>>> {
    match (of.sheets.get(sheet), of.axes(sheet)) {
        (Some(sheet), Some((_, axis))) => sheet.column_widths.spans(axis.spans(0..axis.len())),
        _ => Vec::new(),
    }
}

/// Styles of rows or of columns, by position.
pub(in crate::workbook) type LineStyles = BTreeMap<u32, CellStyle>;

/// The styles of rows or of columns.
pub(in crate::workbook) fn line_styles(
    of: &Revision,
    sheet: SheetId,
    lines: impl Fn(&FormatPlane, &SheetGrid) -> Vec<(u32, FormatId)>,
) -> LineStyles {
    match (of.styles.plane_of(sheet), of.grids.get(&Natural, &sheet)) {
        (Some(plane), Some(grid)) if plane.has_defaults() => {
            let lines = lines(plane, grid).into_iter();
            lines
                .map(|(at, style)| (at, of.styles.told(style)))
                .collect()
        }
        _ => LineStyles::new(),
    }
}

/// The lines whose styles differ, with the style that each had then.
pub(in crate::workbook) fn styles_differ(
    then: LineStyles,
    mut now: LineStyles,
) -> BTreeMap<u32, Option<CellStyle>> {
    let mut wanted = BTreeMap::new();
    for (at, style) in then {
        if now.remove(&at).as_ref() != Some(&style) {
            wanted.insert(at, Some(style));
        }
    }
    wanted.extend(now.into_keys().map(|at| (at, None)));
    wanted
}
