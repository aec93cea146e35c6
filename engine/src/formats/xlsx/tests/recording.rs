//! A sink that keeps all it is given, so that tests can look at it.

use std::collections::BTreeMap;

use crate::error::{Error, ErrorKind, Result};
use crate::formats::xlsx::cell_reference::parse_cell;
use crate::formats::xlsx::*;
use crate::reference::{Cell, Rect};
use crate::value::{Value, ValueRef};

/// A book as it was read.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Recording {
    pub(super) settings: Option<BookSettings>,
    pub(super) styles: Styles,
    pub(super) sheets: Vec<RecordedSheet>,
    pub(super) names: Vec<DefinedName>,
    pub(super) tables: Vec<Table>,
    pub(super) external: Vec<ExternalBook>,
    pub(super) progress: (u64, u64),
    /// Whether the first cell is refused.
    pub(super) stops: bool,
}

/// A sheet as it was read.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct RecordedSheet {
    pub(super) name: String,
    pub(super) entry: Option<SheetEntry>,
    pub(super) defaults: SheetDefaults,
    pub(super) cells: BTreeMap<Cell, RecordedCell>,
    pub(super) rows: BTreeMap<u32, RowAttributes>,
    pub(super) columns: Vec<(u32, u32, ColumnAttributes)>,
    pub(super) merges: Vec<Rect>,
    pub(super) filter: Option<AutoFilter>,
    pub(super) ended: bool,
}

/// A cell as it was read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RecordedCell {
    pub(super) value: Value,
    /// The formula as it is in this cell.
    pub(super) formula: Option<String>,
    pub(super) kind: Option<FormulaKind>,
    pub(super) style: u32,
}

impl Recording {
    /// Reads a whole book.
    pub(super) fn read(package: &Package) -> Result<Recording> {
        let mut recording = Recording::default();
        read_book(package, &mut recording)?;
        Ok(recording)
    }

    /// The cell at an address such as `B2` of the sheet with this number.
    pub(super) fn cell(&self, sheet: usize, address: &str) -> Option<&RecordedCell> {
        let cell = parse_cell(address.as_bytes()).unwrap();
        self.sheets[sheet].cells.get(&cell)
    }

    /// The value at an address.
    pub(super) fn value(&self, sheet: usize, address: &str) -> Value {
        let cell = self.cell(sheet, address);
        cell.map_or(Value::Blank, |cell| cell.value.clone())
    }

    /// The formula at an address.
    pub(super) fn formula(&self, sheet: usize, address: &str) -> Option<&str> {
        self.cell(sheet, address)?.formula.as_deref()
    }
}

impl BookSink for Recording {
    fn settings(&mut self, settings: &BookSettings) -> Result<()> {
        self.settings = Some(settings.clone());
        Ok(())
    }

    fn styles(&mut self, styles: &Styles) -> Result<()> {
        self.styles = styles.clone();
        Ok(())
    }

    fn sheet(&mut self, sheet: usize, entry: &SheetEntry) -> Result<()> {
        assert_eq!(sheet, self.sheets.len(), "sheets come in order");
        self.sheets.push(RecordedSheet {
            name: entry.name.clone(),
            entry: Some(entry.clone()),
            ..RecordedSheet::default()
        });
        Ok(())
    }

    fn defined_name(&mut self, name: &DefinedName) -> Result<()> {
        self.names.push(name.clone());
        Ok(())
    }

    fn table(&mut self, table: &Table) -> Result<()> {
        self.tables.push(table.clone());
        Ok(())
    }

    fn external_book(&mut self, book: &ExternalBook) -> Result<()> {
        self.external.push(book.clone());
        Ok(())
    }

    fn begin_sheet(&mut self, sheet: usize, defaults: &SheetDefaults) -> Result<()> {
        self.sheets[sheet].defaults = *defaults;
        Ok(())
    }

    fn columns(
        &mut self,
        sheet: usize,
        first: u32,
        last: u32,
        attributes: &ColumnAttributes,
    ) -> Result<()> {
        assert!(first <= last && last < crate::limits::COLUMNS);
        self.sheets[sheet].columns.push((first, last, *attributes));
        Ok(())
    }

    fn row(&mut self, sheet: usize, row: u32, attributes: &RowAttributes) -> Result<()> {
        self.sheets[sheet].rows.insert(row, *attributes);
        Ok(())
    }

    fn cell(&mut self, sheet: usize, cell: Cell, value: ValueRef<'_>, style: u32) -> Result<()> {
        assert!(cell.row < crate::limits::ROWS && cell.column < crate::limits::COLUMNS);
        if self.stops {
            return Err(Error::new(ErrorKind::Cancelled, "enough"));
        }
        let recorded = RecordedCell {
            value: value.to_value(),
            formula: None,
            kind: None,
            style,
        };
        self.sheets[sheet].cells.insert(cell, recorded);
        Ok(())
    }

    fn formula(&mut self, sheet: usize, cell: Cell, formula: &FormulaEvent<'_>) -> Result<()> {
        assert!(cell.row < crate::limits::ROWS && cell.column < crate::limits::COLUMNS);
        let text = match formula.kind {
            FormulaKind::Shared { master, .. } => shift_formula(formula.text, master, cell),
            _ => formula.text.into(),
        };
        let recorded = RecordedCell {
            value: formula.stored.to_value(),
            formula: Some(text.into_owned()),
            kind: Some(formula.kind),
            style: formula.style,
        };
        self.sheets[sheet].cells.insert(cell, recorded);
        Ok(())
    }

    fn merge(&mut self, sheet: usize, range: Rect) -> Result<()> {
        self.sheets[sheet].merges.push(range);
        Ok(())
    }

    fn filter(&mut self, sheet: usize, filter: &AutoFilter) -> Result<()> {
        self.sheets[sheet].filter = Some(*filter);
        Ok(())
    }

    fn end_sheet(&mut self, sheet: usize) -> Result<()> {
        assert!(!self.sheets[sheet].ended, "each sheet ends once");
        self.sheets[sheet].ended = true;
        Ok(())
    }

    fn progress(&mut self, done: u64, total: u64) -> Result<()> {
        assert!(self.progress.0 <= done && done <= total, "progress goes on");
        self.progress = (done, total);
        Ok(())
    }
}

impl BookSource for Recording {
    fn settings(&self) -> BookSettings {
        self.settings.clone().unwrap_or_default()
    }

    fn sheets(&self) -> Vec<SheetEntry> {
        self.sheets
            .iter()
            .filter_map(|sheet| sheet.entry.clone())
            .collect()
    }

    fn cells(&self, sheet: usize, out: &mut dyn CellOutput) -> Result<()> {
        for (cell, recorded) in &self.sheets[sheet].cells {
            match (&recorded.formula, recorded.kind) {
                (Some(text), Some(kind)) => {
                    let kind = match kind {
                        // The text is that of the cell itself here.
                        FormulaKind::Shared { group, .. } => FormulaKind::Shared {
                            group: group.wrapping_mul(31) ^ (cell.row << 14 | cell.column),
                            master: *cell,
                        },
                        kind => kind,
                    };
                    let event = FormulaEvent {
                        text,
                        kind,
                        stored: recorded.value.as_ref(),
                        style: recorded.style,
                    };
                    out.formula(*cell, &event)?;
                }
                _ => out.cell(*cell, recorded.value.as_ref(), recorded.style)?,
            }
        }
        Ok(())
    }

    fn formats(&self) -> Vec<std::sync::Arc<str>> {
        self.styles.formats.clone()
    }

    fn names(&self) -> Vec<DefinedName> {
        self.names.clone()
    }

    fn tables(&self, sheet: usize) -> Vec<Table> {
        let own = self.tables.iter().filter(|table| table.sheet == sheet);
        own.cloned().collect()
    }

    fn external_books(&self) -> Vec<ExternalBook> {
        self.external.clone()
    }

    fn defaults(&self, sheet: usize) -> SheetDefaults {
        self.sheets[sheet].defaults
    }

    fn columns(&self, sheet: usize) -> Vec<(u32, u32, ColumnAttributes)> {
        self.sheets[sheet].columns.clone()
    }

    fn rows<'a>(&'a self, sheet: usize) -> Box<dyn Iterator<Item = (u32, RowAttributes)> + 'a> {
        let rows = &self.sheets[sheet].rows;
        Box::new(rows.iter().map(|(row, attributes)| (*row, *attributes)))
    }

    fn merges(&self, sheet: usize) -> Vec<Rect> {
        self.sheets[sheet].merges.clone()
    }

    fn filter(&self, sheet: usize) -> Option<AutoFilter> {
        self.sheets[sheet].filter
    }
}
