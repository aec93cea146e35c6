//! A sheet's part, written cell by cell.

use std::io::Write;
use std::iter::Peekable;

use super::book_sink::{FormulaEvent, FormulaKind, RowAttributes};
use super::book_source::{BookSource, CellOutput};
use super::cell_reference::{cell_text, push_cell};
use super::formula_prefix::file_form;
use super::patch_sheet::write_error;
use super::shared_formula::shift_formula;
use super::write_attributes::{
    push_columns, push_merges, push_number_attribute, push_row_attributes,
};
use super::write_filter::push_filter;
use super::write_parts::{DECLARATION, MAIN, RELATIONS};
use super::xml_text::{push_formula_element, push_value, type_attribute};
use crate::error::{Error, ErrorKind, Result};
use crate::limits;
use crate::reference::{Cell, Rect};
use crate::value::ValueRef;

/// Bytes that are composed before they go to the archive.
const BLOCK: usize = 1 << 15;

/// Writes the part of a sheet whose tables have the relations `rId1` to `rId{tables}`; `dynamic_cm` marks formulas that
/// spill.
pub(super) fn write_sheet<W: Write>(
    source: &dyn BookSource,
    sheet: usize,
    (styles, dynamic_cm): (usize, Option<u32>),
    out: &mut W,
) -> Result<()> {
    let mut writer = SheetWriter {
        text: String::with_capacity(BLOCK + 1_024),
        out,
        rows: source.rows(sheet).peekable(),
        styles,
        dynamic_cm,
        open_row: None,
        last: None,
        shared: None,
    };
    writer.write_head(source, sheet);
    source.cells(sheet, &mut writer)?;
    writer.write_rows_before(limits::ROWS)?;
    writer.close_row();
    writer.text.push_str("</sheetData>");
    writer.write_tail(source, sheet);
    writer.flush()
}

struct SheetWriter<'a, W: Write> {
    text: String,
    out: &'a mut W,
    rows: Peekable<Box<dyn Iterator<Item = (u32, RowAttributes)> + 'a>>,
    styles: usize,
    dynamic_cm: Option<u32>,
    open_row: Option<u32>,
    last: Option<Cell>,
    /// The master's formula of the shared group that was written last, as files hold it.
    shared: Option<(u32, String)>,
}

impl<W: Write> SheetWriter<'_, W> {
    fn flush(&mut self) -> Result<()> {
        self.out
            .write_all(self.text.as_bytes())
            .map_err(write_error)?;
        self.text.clear();
        Ok(())
    }

    fn write_head(&mut self, source: &dyn BookSource, sheet: usize) {
        let text = &mut self.text;
        text.push_str(DECLARATION);
        text.push_str(&format!(
            "<worksheet xmlns=\"{MAIN}\" xmlns:r=\"{RELATIONS}\">"
        ));
        let defaults = source.defaults(sheet);
        let columns = source.columns(sheet);
        let rows_outline = source.rows(sheet).map(|(_, row)| row.outline).max();
        let columns_outline = columns.iter().map(|(.., column)| column.outline).max();
        text.push_str("<sheetFormatPr");
        if let Some(width) = defaults.column_width {
            push_number_attribute(text, "defaultColWidth", width);
        }
        push_number_attribute(
            text,
            "defaultRowHeight",
            defaults.row_height.unwrap_or(15.0),
        );
        if defaults.row_height.is_some() {
            text.push_str(" customHeight=\"1\"");
        }
        if defaults.rows_hidden {
            text.push_str(" zeroHeight=\"1\"");
        }
        for (key, level) in [
            ("outlineLevelRow", rows_outline),
            ("outlineLevelCol", columns_outline),
        ] {
            if let Some(level) = level.filter(|level| *level > 0) {
                push_number_attribute(text, key, f64::from(level));
            }
        }
        text.push_str("/>");
        push_columns(text, &columns, defaults.column_width, self.styles, "");
        text.push_str("<sheetData>");
    }

    fn write_tail(&mut self, source: &dyn BookSource, sheet: usize) {
        let text = &mut self.text;
        if let Some(filter) = source.filter(sheet) {
            push_filter(text, &filter, &source.filter_conditions(sheet));
        }
        push_merges(text, &source.merges(sheet), "");
        let tables = source.tables(sheet).len();
        if tables > 0 {
            text.push_str(&format!("<tableParts count=\"{tables}\">"));
            for table in 1..=tables {
                text.push_str(&format!("<tablePart r:id=\"rId{table}\"/>"));
            }
            text.push_str("</tableParts>");
        }
        text.push_str("</worksheet>");
    }

    /// Writes the rows that differ and hold no cells, up to `end`.
    fn write_rows_before(&mut self, end: u32) -> Result<()> {
        while let Some((row, attributes)) = self.rows.next_if(|(row, _)| *row < end) {
            if self.open_row.is_some_and(|open| open >= row) {
                continue;
            }
            self.close_row();
            self.push_row(row, &attributes);
            self.open_row = Some(row);
            if self.text.len() > BLOCK {
                self.flush()?;
            }
        }
        Ok(())
    }

    fn close_row(&mut self) {
        if self.open_row.take().is_some() {
            self.text.push_str("</row>");
        }
    }

    fn push_row(&mut self, row: u32, attributes: &RowAttributes) {
        let text = &mut self.text;
        text.push_str(&format!("<row r=\"{}\"", row + 1));
        push_row_attributes(text, attributes, self.styles);
        text.push('>');
    }

    /// Begins a cell: its row if that is not open, and its start tag without the end.
    fn begin_cell(&mut self, cell: Cell, style: u32) -> Result<()> {
        if cell.row >= limits::ROWS || cell.column >= limits::COLUMNS {
            return Err(Error::new(
                ErrorKind::Limit,
                format!(
                    "row {}, column {} is beyond the {} rows and {} columns of an .xlsx file",
                    cell.row + 1,
                    cell.column + 1,
                    limits::ROWS,
                    limits::COLUMNS
                ),
            ));
        }
        if self.last.is_some_and(|last| last >= cell) {
            return Err(Error::new(
                ErrorKind::Argument,
                format!("the cell {} comes out of order", cell_text(cell)),
            ));
        }
        self.last = Some(cell);
        if self.open_row != Some(cell.row) {
            self.write_rows_before(cell.row + 1)?;
            if self.open_row != Some(cell.row) {
                self.close_row();
                self.push_row(cell.row, &RowAttributes::default());
                self.open_row = Some(cell.row);
            }
        }
        self.text.push_str("<c r=\"");
        push_cell(&mut self.text, cell);
        self.text.push('"');
        if style > 0 && (style as usize) < self.styles {
            push_number_attribute(&mut self.text, "s", f64::from(style));
        }
        Ok(())
    }

    fn end_cell(&mut self) -> Result<()> {
        self.text.push_str("</c>");
        if self.text.len() > BLOCK {
            self.flush()?;
        }
        Ok(())
    }
}

impl<W: Write> CellOutput for SheetWriter<'_, W> {
    fn cell(&mut self, cell: Cell, value: ValueRef<'_>, style: u32) -> Result<()> {
        if value == ValueRef::Blank && style == 0 {
            return Ok(());
        }
        self.begin_cell(cell, style)?;
        self.text.push_str(type_attribute(value, false));
        self.text.push('>');
        push_value(&mut self.text, value, false, "");
        self.end_cell()
    }

    fn formula(&mut self, cell: Cell, formula: &FormulaEvent<'_>) -> Result<()> {
        let (array, dynamic) = match formula.kind {
            // The table itself is not written, its results are.
            FormulaKind::DataTable { .. } => {
                return self.cell(cell, formula.stored, formula.style);
            }
            FormulaKind::Array { range, dynamic } => (Some(range), dynamic),
            FormulaKind::Normal | FormulaKind::Shared { .. } => (None, false),
        };
        if formula.text.is_empty() {
            return self.cell(cell, formula.stored, formula.style);
        }
        check_length(formula.text, cell)?;
        self.begin_cell(cell, formula.style)?;
        self.text.push_str(type_attribute(formula.stored, true));
        if let Some(cm) = self.dynamic_cm.filter(|_| dynamic) {
            push_number_attribute(&mut self.text, "cm", f64::from(cm));
        }
        self.text.push('>');
        self.push_formula(cell, formula, array);
        push_value(&mut self.text, formula.stored, true, "");
        self.end_cell()
    }
}

impl<W: Write> SheetWriter<'_, W> {
    fn push_formula(&mut self, cell: Cell, formula: &FormulaEvent<'_>, array: Option<Rect>) {
        let FormulaKind::Shared { group, master } = formula.kind else {
            let text = file_form(formula.text);
            return push_formula_element(&mut self.text, &text, array, "");
        };
        let is_known = matches!(&self.shared, Some((known, _)) if *known == group);
        if !is_known {
            self.shared = Some((group, file_form(formula.text)));
        }
        if let Some((_, text)) = &self.shared {
            let text = shift_formula(text, master, cell);
            push_formula_element(&mut self.text, &text, None, "");
        }
    }
}

/// Refuses a formula that no program would read from the file.
pub(super) fn check_length(formula: &str, cell: Cell) -> Result<()> {
    let length = formula.chars().count();
    if length > limits::FORMULA_CHARACTERS_XLSX {
        return Err(Error::new(
            ErrorKind::Limit,
            format!(
                "the formula in {} has {length} characters, an .xlsx file holds {}",
                cell_text(cell),
                limits::FORMULA_CHARACTERS_XLSX
            ),
        ));
    }
    Ok(())
}
