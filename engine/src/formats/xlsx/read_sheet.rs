//! A sheet's part, cell by cell in one pass.
//!
//! Nothing is allocated for what a sheet claims to hold: its `dimension` is not looked at, a lone cell in the last
//! corner costs one call. Kept are the masters of shared formulas, and the cells that came before their master.

use std::io::BufRead;

use super::attached_items::{ATTACHED_SECTIONS, Numbers, attached_filter, describe, find_items};
use super::book_sink::{
    AutoFilter, BookSink, ColumnAttributes, FormulaEvent, FormulaKind, RowAttributes, SheetDefaults,
};
use super::cell_reference::{cell_text, parse_range};
use super::column_widths::custom_width;
use super::read_metadata::Metadata;
use super::read_row::{known, row_head};
use super::read_shared_strings::{SharedStrings, read_rich_text};
use super::read_sheet_cell::{CellHead, CellText, FormulaHead, FormulaType};
use super::read_tables::read_filter;
use super::shared_groups::{SharedGroups, Waiting};
use super::xml_part::{Child, Node, XmlPart};
use super::xml_tokens::XmlTokens;
use crate::error::Result;
use crate::limits;
use crate::reference::{Cell, Rect};
use crate::value::ValueRef;

/// What cells of every sheet refer to.
pub(super) struct SheetContext<'a> {
    pub(super) strings: &'a SharedStrings,
    pub(super) metadata: &'a Metadata,
    pub(super) styles: usize,
    pub(super) date1904: bool,
    /// Bytes of other parts that were read before, and of all.
    pub(super) progress: (u64, u64),
}

/// Reads the sheet of the part behind `xml` into the sink as sheet number `sheet`.
pub(super) fn read_sheet<R: BufRead>(
    xml: XmlPart<R>,
    sheet: usize,
    context: &SheetContext<'_>,
    sink: &mut dyn BookSink,
) -> Result<()> {
    let mut reader = SheetReader {
        xml,
        sheet,
        context,
        sink,
        begun: false,
        defaults: SheetDefaults::default(),
        filter: None,
        next_row: 0,
        groups: SharedGroups::default(),
        numbers: Numbers::default(),
    };
    reader.read()
}

struct SheetReader<'a, R: BufRead> {
    xml: XmlPart<R>,
    sheet: usize,
    context: &'a SheetContext<'a>,
    sink: &'a mut dyn BookSink,
    begun: bool,
    defaults: SheetDefaults,
    filter: Option<AutoFilter>,
    next_row: u32,
    groups: SharedGroups,
    /// Numbers of what is attached to cells.
    numbers: Numbers,
}

impl<R: BufRead> SheetReader<'_, R> {
    fn read(&mut self) -> Result<()> {
        loop {
            let is_root = match self.xml.next()? {
                Node::Start(tag) => {
                    matches!(tag.name(), "worksheet" | "macrosheet" | "dialogsheet")
                }
                Node::Eof => break,
                _ => continue,
            };
            if is_root {
                self.read_root()?;
            } else {
                self.xml.skip_element()?;
            }
        }
        self.begin()?;
        if let Some(filter) = self.filter.take() {
            self.sink.filter(self.sheet, &filter)?;
        }
        self.sink.end_sheet(self.sheet)
    }

    fn begin(&mut self) -> Result<()> {
        if !self.begun {
            self.begun = true;
            self.sink.begin_sheet(self.sheet, &self.defaults)?;
        }
        Ok(())
    }

    fn read_root(&mut self) -> Result<()> {
        loop {
            let tag = match self.xml.next()? {
                Node::Start(tag) => tag,
                Node::End => return Ok(()),
                Node::Eof => return Err(self.xml.unexpected_end()),
                _ => continue,
            };
            match tag.name() {
                "sheetFormatPr" => {
                    self.defaults = SheetDefaults {
                        row_height: tag.number("defaultRowHeight")?,
                        column_width: tag.number("defaultColWidth")?,
                        rows_hidden: tag.flag("zeroHeight")?,
                    };
                    self.xml.skip_element()?;
                }
                "cols" => {
                    self.begin()?;
                    self.read_columns()?;
                }
                "sheetData" => {
                    self.begin()?;
                    self.read_rows()?;
                }
                "mergeCells" => {
                    self.begin()?;
                    self.read_merges()?;
                }
                "autoFilter" => {
                    let range = tag.text("ref")?;
                    let filter = Child::with("autoFilter", "ref", range);
                    self.filter = read_filter(&mut self.xml, &filter)?;
                    if let Some(filter) = self.filter {
                        let attached = attached_filter(filter.range);
                        self.sink.attached(self.sheet, &attached)?;
                    }
                }
                name if ATTACHED_SECTIONS.contains(&name) => {
                    let (name, written) = (name.to_owned(), tag.written()?);
                    self.begin()?;
                    self.read_attached(&name, &written)?;
                }
                _ => self.xml.skip_element()?,
            }
        }
    }

    fn read_columns(&mut self) -> Result<()> {
        let (sheet, sink, styles) = (self.sheet, &mut *self.sink, self.context.styles);
        self.xml.for_each_child(|_, column| {
            let first: u32 = column.number("min").unwrap_or(0);
            let last = column.number("max").unwrap_or(first).min(limits::COLUMNS);
            if column.name() != "col" || first == 0 || last < first {
                return Ok(());
            }
            let style = column.number("style").filter(|style| known(*style, styles));
            let attributes = ColumnAttributes {
                hidden: column.flag("hidden"),
                width: custom_width(column.flag("customWidth"), column.number("width")),
                outline: column.number("outlineLevel").unwrap_or(0),
                collapsed: column.flag("collapsed"),
                style,
            };
            sink.columns(sheet, first - 1, last - 1, &attributes)
        })
    }

    fn read_merges(&mut self) -> Result<()> {
        let (sheet, sink) = (self.sheet, &mut *self.sink);
        self.xml.for_each_child(|_, merge| {
            match merge
                .get("ref")
                .and_then(|text| parse_range(text.as_bytes()))
            {
                Some(range) => sink.merge(sheet, range),
                None => Ok(()),
            }
        })
    }

    /// Reads the section whose start was read last.
    fn read_attached(&mut self, name: &str, written: &str) -> Result<()> {
        self.xml.keep_raw();
        let section = XmlTokens::of_element(&mut self.xml, name, written.as_bytes())?;
        self.xml.forget_raw();
        for item in find_items(&section, &mut self.numbers) {
            if let Some(attached) = describe(&section, &item) {
                self.sink.attached(self.sheet, &attached)?;
            }
        }
        Ok(())
    }

    fn read_rows(&mut self) -> Result<()> {
        let mut text = CellText::default();
        let mut reported = 0;
        loop {
            let (row, attributes) = match self.xml.next()? {
                Node::Start(tag) if tag.name() == "row" => {
                    row_head(&tag, self.next_row, self.context.styles)?
                }
                Node::Start(_) => {
                    self.xml.skip_element()?;
                    continue;
                }
                Node::End => break,
                Node::Eof => return Err(self.xml.unexpected_end()),
                _ => continue,
            };
            let Some(row) = row.filter(|row| *row < limits::ROWS) else {
                return Err(self.xml.fault("a row is not on the grid"));
            };
            if attributes != RowAttributes::default() {
                self.sink.row(self.sheet, row, &attributes)?;
            }
            self.read_row(row, &mut text)?;
            self.next_row = row + 1;
            if self.xml.position() - reported > 1 << 20 {
                reported = self.xml.position();
                let (done, total) = self.context.progress;
                self.sink.progress(done + reported, total)?;
            }
        }
        for waiting in self.groups.take_waiting() {
            // The group was never defined: what is left is the stored value.
            let value = waiting.stored.as_ref();
            self.emit_value(waiting.cell, waiting.style, value)?;
        }
        Ok(())
    }

    fn read_row(&mut self, row: u32, text: &mut CellText) -> Result<()> {
        let mut next = Cell::new(row, 0);
        loop {
            let head = match self.xml.next()? {
                Node::Start(tag) if tag.name() == "c" => CellHead::of(&tag, next)?,
                Node::Start(_) => {
                    self.xml.skip_element()?;
                    continue;
                }
                Node::End => return Ok(()),
                Node::Eof => return Err(self.xml.unexpected_end()),
                _ => continue,
            };
            if head.cell.column >= limits::COLUMNS {
                return Err(self
                    .xml
                    .fault(format_args!("row {} has too many cells", row + 1)));
            }
            next = Cell::new(head.cell.row, head.cell.column + 1);
            self.read_cell(&head, text)?;
        }
    }

    fn read_cell(&mut self, head: &CellHead, text: &mut CellText) -> Result<()> {
        text.clear();
        let mut formula = None;
        loop {
            let child = match self.xml.next()? {
                Node::Start(tag) => match tag.name() {
                    "v" => b'v',
                    "is" => b'i',
                    "f" => {
                        formula = Some(FormulaHead::of(&tag)?);
                        b'f'
                    }
                    _ => b'?',
                },
                Node::End => break,
                Node::Eof => return Err(self.xml.unexpected_end()),
                _ => continue,
            };
            match child {
                b'v' => self.xml.read_text(text.begin_value())?,
                b'i' => read_rich_text(&mut self.xml, text.begin_inline())?,
                b'f' => self.xml.read_text(&mut text.formula)?,
                _ => self.xml.skip_element()?,
            }
        }
        text.resolve_escapes(head.kind);
        let value = text.value(head, self.context).map_err(|fault| {
            self.xml
                .fault(format_args!("{}: {fault}", cell_text(head.cell)))
        })?;
        let style = if known(head.style, self.context.styles) {
            head.style
        } else {
            0
        };
        match formula {
            Some(formula) => {
                let event = FormulaEvent {
                    text: &text.formula,
                    kind: FormulaKind::Normal,
                    stored: value,
                    style,
                };
                self.emit_formula(head, &formula, event)
            }
            None => self.emit_value(head.cell, style, value),
        }
    }

    fn emit_value(&mut self, cell: Cell, style: u32, value: ValueRef<'_>) -> Result<()> {
        if value == ValueRef::Blank && style == 0 {
            return Ok(());
        }
        self.sink.cell(self.sheet, cell, value, style)
    }

    fn emit_formula(
        &mut self,
        head: &CellHead,
        formula: &FormulaHead,
        mut event: FormulaEvent<'_>,
    ) -> Result<()> {
        let cell = head.cell;
        let dynamic = self.context.metadata.is_dynamic(head.metadata);
        if formula.kind == FormulaType::DataTable {
            let range = formula.range.unwrap_or(Rect::cell(cell));
            event.text = "";
            event.kind = FormulaKind::DataTable { range };
            return self.sink.formula(self.sheet, cell, &event);
        }
        if let (FormulaType::Shared, Some(number)) = (formula.kind, formula.group) {
            let defined = self.groups.master(number).is_some();
            if event.text.is_empty() {
                return self.emit_dependent(number, cell, event);
            }
            if formula.range.is_some() || !defined {
                return self.emit_master(number, cell, event);
            }
        }
        if event.text.is_empty() {
            return self.emit_value(cell, event.style, event.stored);
        }
        if formula.kind == FormulaType::Array || dynamic {
            let range = formula.range.filter(|range| range.contains(cell));
            let range = range.map_or(Rect::cell(cell), |range| {
                Rect::new(cell, Cell::new(range.bottom, range.right))
            });
            event.kind = FormulaKind::Array { range, dynamic };
        }
        self.sink.formula(self.sheet, cell, &event)
    }

    fn emit_dependent(&mut self, number: u32, cell: Cell, event: FormulaEvent<'_>) -> Result<()> {
        let Some(master) = self.groups.master(number) else {
            let waiting = Waiting {
                cell,
                stored: event.stored.to_value(),
                style: event.style,
            };
            self.groups.wait(number, waiting);
            return Ok(());
        };
        let event = FormulaEvent {
            text: &master.text,
            kind: FormulaKind::Shared {
                group: master.group,
                master: master.cell,
            },
            ..event
        };
        self.sink.formula(self.sheet, cell, &event)
    }

    fn emit_master(&mut self, number: u32, cell: Cell, event: FormulaEvent<'_>) -> Result<()> {
        let (master, waiting) = self.groups.define(number, cell, event.text);
        let kind = FormulaKind::Shared {
            group: master.group,
            master: cell,
        };
        let event = FormulaEvent { kind, ..event };
        self.sink.formula(self.sheet, cell, &event)?;
        for dependent in waiting {
            let event = FormulaEvent {
                stored: dependent.stored.as_ref(),
                style: dependent.style,
                ..event
            };
            self.sink.formula(self.sheet, dependent.cell, &event)?;
        }
        Ok(())
    }
}
