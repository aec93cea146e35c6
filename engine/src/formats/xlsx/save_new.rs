//! Saving a workbook that never was a file: values, formulas, names, tables, number formats, hidden rows, widths,
//! merges.

use std::collections::BTreeMap;
use std::io::{Seek, Write};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use super::{
    AutoFilter, BookSettings, BookSource, CalculationMode, CellOutput, ColumnAttributes,
    DefinedName, FormulaEvent, FormulaKind, RowAttributes, SheetEntry, SheetKind, Table,
    TableColumn, Visibility, write_book,
};
use crate::error::Result;
use crate::formats::replace_file::replace_file;
use crate::reference::{Area, Cell, Rect, SheetId};
use crate::value::ValueRef;
use crate::workbook::{self, Calculation, FilterCondition, Snapshot};

/// Writes a snapshot as a new .xlsx file, in place of one that is there.
///
/// # Errors
///
/// [`ErrorKind::Io`](crate::ErrorKind::Io); [`ErrorKind::Limit`](crate::ErrorKind::Limit) for what .xlsx files cannot
/// hold, before anything is written over.
pub fn save_new(snapshot: &Snapshot, path: impl AsRef<Path>) -> Result<()> {
    replace_file(path.as_ref(), &mut |_| Ok(()), |file| {
        write_new(snapshot, file)
    })
}

/// Writes what [`save_new`] saves to `out`.
///
/// # Errors
///
/// As [`save_new`]; what was written by then is of no use.
pub fn write_new(snapshot: &Snapshot, out: impl Write + Seek) -> Result<()> {
    let sheets = snapshot.sheets().map(|sheet| sheet.id).collect();
    write_book(&Source { snapshot, sheets }, out)
}

/// A workbook's settings as files write them; what it does not speak of is as in `file`.
pub(super) fn file_settings(settings: &workbook::BookSettings, file: BookSettings) -> BookSettings {
    let mode = match settings.calculation {
        Calculation::Automatic => CalculationMode::Automatic,
        Calculation::Manual => CalculationMode::Manual,
    };
    let (iterate_count, iterate_delta) = settings
        .iteration
        .unwrap_or((file.iterate_count, file.iterate_delta));
    BookSettings {
        date1904: settings.date1904,
        mode,
        iterate: settings.iteration.is_some(),
        iterate_count,
        iterate_delta,
        ..file
    }
}

/// Some sheets of a snapshot, as a file has them.
pub(super) struct Source<'a> {
    pub(super) snapshot: &'a Snapshot,
    pub(super) sheets: Vec<SheetId>,
}

impl Source<'_> {
    fn number_of(&self, sheet: SheetId) -> Option<usize> {
        self.sheets.iter().position(|other| *other == sheet)
    }

    fn sheet(&self, number: usize) -> Option<&workbook::Sheet> {
        self.snapshot
            .sheets()
            .find(|sheet| Some(&sheet.id) == self.sheets.get(number))
    }

    /// Writes one cell: its formula if it has one, else its value.
    fn cell(
        &self,
        sheet: SheetId,
        cell: Cell,
        value: ValueRef<'_>,
        out: &mut dyn CellOutput,
    ) -> Result<()> {
        let style = self.snapshot.style_number(sheet, cell);
        let Some(entered) = self.snapshot.entered_formula(sheet, cell) else {
            return out.cell(cell, value, style);
        };
        let kind = match entered.array {
            None => FormulaKind::Normal,
            Some(extent) => FormulaKind::Array {
                range: extent.rect,
                dynamic: !extent.fixed,
            },
        };
        out.formula(
            cell,
            &FormulaEvent {
                text: &entered.text,
                kind,
                stored: value,
                style,
            },
        )
    }
}

impl BookSource for Source<'_> {
    fn settings(&self) -> BookSettings {
        file_settings(&self.snapshot.settings(), BookSettings::default())
    }

    fn sheets(&self) -> Vec<SheetEntry> {
        let entry = |(number, sheet): (usize, &workbook::Sheet)| SheetEntry {
            name: sheet.name.to_string(),
            id: number as u32 + 1,
            visibility: match sheet.visibility {
                workbook::Visibility::Visible => Visibility::Visible,
                workbook::Visibility::Hidden => Visibility::Hidden,
                workbook::Visibility::VeryHidden => Visibility::VeryHidden,
            },
            kind: SheetKind::Worksheet,
        };
        self.snapshot.sheets().enumerate().map(entry).collect()
    }

    fn cells(&self, sheet: usize, out: &mut dyn CellOutput) -> Result<()> {
        let Some(id) = self.sheets.get(sheet).copied() else {
            return Ok(());
        };
        // Cells without a value come from two lists: formulas that gave none yet, and styles of empty cells.
        let mut empty = self.snapshot.styled_cells(id);
        self.snapshot.visit_templates(id, |cell, _| {
            if self.snapshot.value_at(id, cell).is_blank() {
                empty.push(cell);
            }
        });
        empty.sort_unstable();
        empty.dedup();
        let mut empty = empty
            .into_iter()
            .filter(|cell| self.snapshot.value_at(id, *cell).is_blank())
            .peekable();
        let mut result = Ok(());
        if let Some(rect) = self.snapshot.used(id) {
            self.snapshot.visit(&Area::new(id, rect), |cell, value| {
                while result.is_ok()
                    && let Some(before) = empty.next_if(|before| *before < cell)
                {
                    result = self.cell(id, before, ValueRef::Blank, out);
                }
                if result.is_ok() {
                    result = self.cell(id, cell, value, out);
                }
                if result.is_ok() {
                    ControlFlow::Continue(())
                } else {
                    ControlFlow::Break(())
                }
            });
        }
        result?;
        empty.try_for_each(|cell| self.cell(id, cell, ValueRef::Blank, out))
    }

    fn formats(&self) -> Vec<Arc<str>> {
        self.snapshot.number_formats().to_vec()
    }

    fn names(&self) -> Vec<DefinedName> {
        let name = |named: &workbook::NamedFormula| DefinedName {
            name: named.name.to_string(),
            sheet: named.scope.and_then(|sheet| self.number_of(sheet)),
            refers_to: self
                .snapshot
                .name_text(named)
                .trim_start_matches('=')
                .to_owned(),
            hidden: named.hidden,
            macro_name: false,
            comment: None,
        };
        self.snapshot.names().map(name).collect()
    }

    fn tables(&self, sheet: usize) -> Vec<Table> {
        let on_sheet = self
            .snapshot
            .tables()
            .filter(|table| self.number_of(table.sheet) == Some(sheet));
        let table = |table: &workbook::Table| {
            let columns = table.column_names.iter().map(|name| TableColumn {
                name: name.to_string(),
                formula: None,
            });
            Some(Table {
                sheet,
                name: table.name.to_string(),
                range: self.snapshot.table_rect(table)?,
                header_rows: table.header_rows,
                totals_rows: table.totals_rows,
                columns: columns.collect(),
                filter: None,
            })
        };
        on_sheet.filter_map(table).collect()
    }

    fn rows<'a>(&'a self, sheet: usize) -> Box<dyn Iterator<Item = (u32, RowAttributes)> + 'a> {
        let hidden = self
            .sheets
            .get(sheet)
            .map(|id| self.snapshot.hidden_rows(*id))
            .unwrap_or_default();
        let attributes = RowAttributes {
            hidden: true,
            ..RowAttributes::default()
        };
        Box::new(hidden.into_iter().map(move |row| (row, attributes)))
    }

    fn columns(&self, sheet: usize) -> Vec<(u32, u32, ColumnAttributes)> {
        let Some(id) = self.sheets.get(sheet).copied() else {
            return Vec::new();
        };
        let mut columns: BTreeMap<u32, ColumnAttributes> = BTreeMap::new();
        for span in self.snapshot.column_widths(id) {
            for column in span.first..=span.last {
                columns.entry(column).or_default().width = Some(span.width);
            }
        }
        for column in self.snapshot.hidden_columns(id) {
            columns.entry(column).or_default().hidden = true;
        }
        let columns: Vec<_> = columns.into_iter().collect();
        let runs = columns.chunk_by(|left, right| left.0 + 1 == right.0 && left.1 == right.1);
        runs.filter_map(|run| Some((run.first()?.0, run.last()?.0, run.first()?.1)))
            .collect()
    }

    fn filter(&self, sheet: usize) -> Option<AutoFilter> {
        let filter = self.sheet(sheet)?.filter.as_ref()?;
        Some(AutoFilter {
            range: filter.rect,
            active: !filter.conditions.is_empty(),
        })
    }

    fn filter_conditions(&self, sheet: usize) -> Vec<FilterCondition> {
        let filter = self.sheet(sheet).and_then(|sheet| sheet.filter.as_ref());
        filter.map_or_else(Vec::new, |filter| filter.conditions.clone())
    }

    fn merges(&self, sheet: usize) -> Vec<Rect> {
        self.sheet(sheet)
            .map(|sheet| sheet.merges.to_vec())
            .unwrap_or_default()
    }
}
