//! Opening: from a package to a workbook that keeps it.

use std::path::Path;
use std::sync::Arc;

use hashbrown::HashMap;

use super::{
    AutoFilter, BookSettings, BookSink, CalculationMode, ColumnAttributes, DefinedName,
    ExternalBook, FormulaEvent, FormulaKind, Package, RowAttributes, SheetDefaults, SheetEntry,
    Styles, Table, Visibility, read_book,
};
use crate::environment::Environment;
use crate::error::Result;
use crate::functions::Hidden;
use crate::graph::Extent;
use crate::reference::{Cell, Rect, SheetId};
use crate::value::{SumMode, TextUnits, ValueRef};
use crate::workbook::{
    self, Attached, Calculation, Loader, NewTable, SharedFormula, Snapshot, WidthSpan, Workbook,
};

/// The file that a workbook was read from: what saving keeps, and what the cells were then.
pub struct Origin {
    /// The file.
    pub package: Package,
    /// The workbook as the file had it.
    pub baseline: Snapshot,
    /// Each sheet's number in the file.
    pub sheets: Vec<SheetId>,
    /// The file's settings.
    pub settings: BookSettings,
    /// Whether the file has a place for styles.
    pub has_styles: bool,
}

/// Opens an .xlsx or .xlsm file. The workbook has the values that the file stored until it is recalculated.
///
/// # Errors
///
/// [`ErrorKind::Io`](crate::ErrorKind::Io), [`ErrorKind::Encrypted`](crate::ErrorKind::Encrypted),
/// [`ErrorKind::FileFormat`](crate::ErrorKind::FileFormat) with what is wrong with the file.
pub fn open(path: impl AsRef<Path>) -> Result<Workbook> {
    open_package(Package::open(path)?, Environment::default(), &mut |_, _| {
        Ok(())
    })
}

/// Opens a package; `progress` is told how many bytes of how many are read, and breaks it off with an error.
///
/// # Errors
///
/// As [`open`], and what `progress` gives.
pub fn open_package(
    package: Package,
    environment: Environment,
    progress: &mut dyn FnMut(u64, u64) -> Result<()>,
) -> Result<Workbook> {
    let mut sink = LoaderSink {
        loader: Loader::new(),
        sheets: Vec::new(),
        filters: HashMap::new(),
        current: CurrentSheet::default(),
        settings: BookSettings::default(),
        has_styles: false,
        progress,
    };
    read_book(&package, &mut sink)?;
    let (sheets, settings, has_styles) = (sink.sheets, sink.settings, sink.has_styles);
    let book = sink.loader.finish(environment)?;
    let baseline = book.snapshot();
    book.set_origin(Arc::new(Origin {
        package,
        baseline,
        sheets,
        settings,
        has_styles,
    }));
    Ok(book)
}

/// Feeds a loader with what a file says.
struct LoaderSink<'a> {
    loader: Loader,
    sheets: Vec<SheetId>,
    /// Active filters of tables, by sheet.
    filters: HashMap<usize, Vec<Rect>>,
    current: CurrentSheet,
    settings: BookSettings,
    has_styles: bool,
    progress: &'a mut dyn FnMut(u64, u64) -> Result<()>,
}

/// What is known of a sheet only when all of it is read.
#[derive(Default)]
struct CurrentSheet {
    hidden: Vec<u32>,
    merges: Vec<Rect>,
}

impl BookSink for LoaderSink<'_> {
    fn settings(&mut self, settings: &BookSettings) -> Result<()> {
        self.settings = settings.clone();
        let calculation = match settings.mode {
            CalculationMode::Automatic | CalculationMode::AutomaticExceptTables => {
                Calculation::Automatic
            }
            CalculationMode::Manual => Calculation::Manual,
        };
        self.loader.settings(workbook::BookSettings {
            date1904: settings.date1904,
            calculation,
            sum_mode: SumMode::Exact,
            // Files say so where they are of version 2; none of today's does.
            text_units: TextUnits::Utf16,
            iteration: settings
                .iterate
                .then_some((settings.iterate_count, settings.iterate_delta)),
        });
        Ok(())
    }

    fn styles(&mut self, styles: &Styles) -> Result<()> {
        self.has_styles = !styles.formats.is_empty();
        self.loader.styles(&styles.formats);
        Ok(())
    }

    fn sheet(&mut self, _sheet: usize, entry: &SheetEntry) -> Result<()> {
        let visibility = match entry.visibility {
            Visibility::Visible => workbook::Visibility::Visible,
            Visibility::Hidden => workbook::Visibility::Hidden,
            Visibility::VeryHidden => workbook::Visibility::VeryHidden,
        };
        self.sheets
            .push(self.loader.add_sheet(&entry.name, visibility)?);
        Ok(())
    }

    fn defined_name(&mut self, name: &DefinedName) -> Result<()> {
        if !name.macro_name {
            let scope = name.sheet.and_then(|sheet| self.sheets.get(sheet)).copied();
            self.loader
                .define_name(&name.name, scope, &name.refers_to, name.hidden);
        }
        Ok(())
    }

    fn table(&mut self, table: &Table) -> Result<()> {
        let Some(sheet) = self.sheets.get(table.sheet).copied() else {
            return Ok(());
        };
        if let Some(AutoFilter {
            range,
            active: true,
        }) = table.filter
        {
            self.filters.entry(table.sheet).or_default().push(range);
        }
        self.loader.add_table(NewTable {
            name: table.name.as_str().into(),
            sheet,
            rect: table.range,
            header_rows: table.header_rows,
            totals_rows: table.totals_rows,
            columns: table
                .columns
                .iter()
                .map(|column| column.name.as_str().into())
                .collect(),
        });
        Ok(())
    }

    fn external_book(&mut self, book: &ExternalBook) -> Result<()> {
        let number = book.number.to_string();
        let known = self.loader.external();
        for sheet in book.sheets.iter().filter(|sheet| !sheet.missing) {
            known.add_sheet(&number, &sheet.name);
            for (cell, value) in &sheet.cells {
                known.set(&number, &sheet.name, *cell, value.clone());
            }
        }
        Ok(())
    }

    fn begin_sheet(&mut self, _sheet: usize, _defaults: &SheetDefaults) -> Result<()> {
        self.current = CurrentSheet::default();
        Ok(())
    }

    fn columns(
        &mut self,
        sheet: usize,
        first: u32,
        last: u32,
        attributes: &ColumnAttributes,
    ) -> Result<()> {
        if let Some(style) = attributes.style {
            self.loader
                .column_style(self.sheets[sheet], (first, last), style);
        }
        if attributes.hidden {
            self.loader.hide_columns(self.sheets[sheet], (first, last));
        }
        if let Some(width) = attributes.width {
            let span = WidthSpan { first, last, width };
            self.loader.column_width(self.sheets[sheet], span);
        }
        Ok(())
    }

    fn row(&mut self, sheet: usize, row: u32, attributes: &RowAttributes) -> Result<()> {
        if let Some(style) = attributes.style {
            self.loader.row_style(self.sheets[sheet], row, style);
        }
        if attributes.hidden {
            self.current.hidden.push(row);
        }
        Ok(())
    }

    fn cell(&mut self, sheet: usize, cell: Cell, value: ValueRef<'_>, style: u32) -> Result<()> {
        self.loader.style(self.sheets[sheet], cell, style);
        self.loader.value(self.sheets[sheet], cell, value)
    }

    fn formula(&mut self, sheet: usize, cell: Cell, formula: &FormulaEvent<'_>) -> Result<()> {
        let (sheet, text, stored) = (self.sheets[sheet], formula.text, formula.stored);
        self.loader.style(sheet, cell, formula.style);
        match formula.kind {
            FormulaKind::Normal => self.loader.formula(sheet, cell, text, stored),
            FormulaKind::Shared { group, master } => self.loader.shared_formula(
                sheet,
                cell,
                SharedFormula {
                    group,
                    master,
                    text,
                },
                stored,
            ),
            FormulaKind::Array { range, dynamic } => {
                let extent = Extent {
                    rect: range,
                    fixed: !dynamic,
                };
                self.loader.array_formula(sheet, extent, text, stored)
            }
            FormulaKind::DataTable { .. } => {
                self.loader
                    .keep(sheet, cell, "TABLE()", "what-if data table");
                self.loader.value(sheet, cell, stored)
            }
        }
    }

    fn merge(&mut self, _sheet: usize, range: Rect) -> Result<()> {
        self.current.merges.push(range);
        Ok(())
    }

    fn filter(&mut self, sheet: usize, filter: &AutoFilter) -> Result<()> {
        if filter.active {
            self.filters.entry(sheet).or_default().push(filter.range);
        }
        Ok(())
    }

    fn attached(&mut self, sheet: usize, attached: &Attached) -> Result<()> {
        self.loader.attach(self.sheets[sheet], attached);
        Ok(())
    }

    fn end_sheet(&mut self, sheet: usize) -> Result<()> {
        let current = std::mem::take(&mut self.current);
        let filters = self.filters.remove(&sheet).unwrap_or_default();
        let id = self.sheets[sheet];
        for row in current.hidden {
            // The first row of a filter's range is its header and is never hidden by it.
            let by_filter = filters
                .iter()
                .any(|range| range.top < row && row <= range.bottom);
            self.loader.hide_row(
                id,
                row,
                if by_filter {
                    Hidden::ByFilter
                } else {
                    Hidden::ByHand
                },
            );
        }
        self.loader
            .describe_sheet(id, !filters.is_empty(), current.merges);
        Ok(())
    }

    fn progress(&mut self, done: u64, total: u64) -> Result<()> {
        (self.progress)(done, total)
    }
}
