//! Reading what is on the sheets: layouts, cells, formulas, array results, what is attached.

use super::cell_bytes::CellBytes;
use super::contents;
use super::envelope::Record;
use super::packed::{rect_of, unpack, unpack_rects};
use super::sheet_writer::FORMULA_COLUMNS;
use super::words;
use crate::environment::Environment;
use crate::error::{Error, ErrorKind, Result};
use crate::graph::Extent;
use crate::limits;
use crate::reference::{Area, Cell, Dimension, SheetId};
use crate::value::Array;
use crate::workbook::{
    Attached, ComputedState, FilledFormula, Filter, FilterCondition, HiddenSpan, Loader, WidthSpan,
    Workbook, is_column_width,
};

/// Formulas whose values may be missing though those of others are there.
const FORMULAS_WITHOUT_VALUE: u64 = 1 << 20;

/// What is loaded so far.
pub(super) struct SheetReader {
    pub(super) loader: Loader,
    /// The sheets in the order of tabs.
    pub(super) sheets: Vec<SheetId>,
    bytes: CellBytes,
    /// Whether the values of formulas are in the file.
    values: bool,
    /// Cells that blocks brought, and columns that array formulas fill.
    cells: u64,
    array_columns: u64,
    /// Cells with formulas.
    formulas: u64,
}

impl SheetReader {
    pub(super) fn new(loader: Loader, values: bool) -> SheetReader {
        SheetReader {
            loader,
            sheets: Vec::new(),
            bytes: CellBytes::default(),
            values,
            cells: 0,
            array_columns: 0,
            formulas: 0,
        }
    }

    /// The sheet of this place in the tab order.
    pub(super) fn sheet(&self, number: u32) -> Result<SheetId> {
        let sheet = self.sheets.get(number as usize).copied();
        sheet.ok_or_else(|| {
            let message = format!("there is no sheet number {number}");
            Error::new(ErrorKind::SheetNotFound, message)
        })
    }

    /// Whether there are about as many cells as formulas: what is volatile can be computed without making many more.
    pub(super) fn has_values(&self) -> bool {
        self.formulas <= self.cells + FORMULAS_WITHOUT_VALUE
    }

    /// The workbook.
    pub(super) fn finish(self, environment: Environment) -> Result<Workbook> {
        self.loader.finish(environment)
    }

    /// Takes a record of what is on a sheet.
    pub(super) fn take(&mut self, record: &Record<'_>) -> Result<()> {
        match record.kind.as_str() {
            "cells" | "formats" => self.block(record),
            "formulas" => self.formulas(record),
            "arrays" => self.arrays(record),
            "layout" => self.layout(record),
            "attached" => self.attached(record),
            "kept" => self.kept(record),
            "state" => self.state(record),
            _ => Err(record.fault("there is no such kind of record")),
        }
    }

    fn block(&mut self, record: &Record<'_>) -> Result<()> {
        let cells: contents::Cells<'_> = record.content()?;
        let sheet = self.sheet(cells.sheet)?;
        let block = self.bytes.unpack(&cells).map_err(|why| record.fault(why))?;
        if record.kind == "formats" {
            return self.loader.style_block(sheet, &block);
        }
        self.cells += block.lanes.len() as u64;
        self.loader.block(sheet, &block)
    }

    fn formulas(&mut self, record: &Record<'_>) -> Result<()> {
        let content: contents::Formulas = record.content()?;
        let sheet = self.sheet(content.sheet)?;
        for formula in content.formulas {
            let mode =
                words::mode_named(&formula.mode).ok_or_else(|| record.fault("its mode is none"))?;
            let rects = unpack_rects(&formula.rects);
            let rects = rects.ok_or_else(|| record.fault("its cells are none"))?;
            if rects.iter().any(|rect| rect.columns() > FORMULA_COLUMNS) {
                return Err(record.fault(format!(
                    "cells of more than {FORMULA_COLUMNS} columns are one"
                )));
            }
            self.formulas += rects.iter().map(|rect| rect.size()).sum::<u64>();
            if !self.values && self.formulas > limits::RESULTS_NOT_STORED {
                let why = format!(
                    "more than {} formulas have no value",
                    limits::RESULTS_NOT_STORED
                );
                return Err(record.fault(why));
            }
            let formula = FilledFormula {
                text: formula.text,
                at: Cell::new(formula.row, formula.column),
                mode,
                rects,
            };
            self.loader.filled_formula(sheet, &formula)?;
        }
        Ok(())
    }

    fn arrays(&mut self, record: &Record<'_>) -> Result<()> {
        let content: contents::Arrays = record.content()?;
        let sheet = self.sheet(content.sheet)?;
        let extents = unpack::<5>(&content.extents);
        let extents = extents.ok_or_else(|| record.fault("its cells are none"))?;
        for [top, left, bottom, right, fixed] in extents {
            let rect = rect_of([top, left, bottom, right]);
            let rect = rect.ok_or_else(|| record.fault("its cells are none"))?;
            self.array_columns += u64::from(rect.columns());
            if self.array_columns > limits::ARRAY_COLUMNS_NOT_STORED + self.cells {
                return Err(record.fault("array formulas fill more columns than there are cells"));
            }
            if Array::check_size(rect.rows(), rect.columns()).is_err() {
                return Err(record.fault("an array formula fills more cells than one may"));
            }
            let fixed = fixed != 0;
            self.loader.array_extent(sheet, Extent { rect, fixed })?;
        }
        Ok(())
    }

    fn layout(&mut self, record: &Record<'_>) -> Result<()> {
        let content: contents::Layout = record.content()?;
        let sheet = self.sheet(content.sheet)?;
        let fault = || record.fault("its lists are none");
        let loader = &mut self.loader;
        let merges = unpack_rects(&content.merges).ok_or_else(fault)?;
        if merges
            .iter()
            .any(|rect| rect.bottom >= limits::ROWS || rect.right >= limits::COLUMNS)
        {
            return Err(record.fault("merged cells lie outside the grid"));
        }
        loader.describe_sheet(sheet, content.filtered, merges);
        if let Some(filter) = &content.filter {
            loader.filter(sheet, read_filter(filter).ok_or_else(fault)?);
        }
        for (dimension, spans) in [
            (Dimension::Rows, &content.hidden_rows),
            (Dimension::Columns, &content.hidden_columns),
        ] {
            for [first, last, why] in unpack::<3>(spans).ok_or_else(fault)? {
                let why = words::hidden_numbered(why).ok_or_else(fault)?;
                loader.hide(sheet, dimension, HiddenSpan { first, last, why });
            }
        }
        match content.column_widths {
            Some(widths) => {
                for (first, last, width) in widths {
                    if !is_column_width(width) {
                        return Err(record.fault(format!("no column is {width} characters wide")));
                    }
                    loader.column_width(sheet, WidthSpan { first, last, width });
                }
            }
            None => loader.keep_column_widths(sheet),
        }
        for [row, style] in unpack::<2>(&content.row_styles).ok_or_else(fault)? {
            loader.row_style(sheet, row, style);
        }
        for [column, style] in unpack::<2>(&content.column_styles).ok_or_else(fault)? {
            loader.column_style(sheet, (column, column), style);
        }
        Ok(())
    }

    fn attached(&mut self, record: &Record<'_>) -> Result<()> {
        let content: contents::AttachedTo = record.content()?;
        let sheet = self.sheet(content.sheet)?;
        let kind = words::attached_named(&content.kind);
        let ranges = unpack_rects(&content.ranges);
        let Some((kind, ranges)) = kind.zip(ranges) else {
            return Err(record.fault("its kind or its cells are none"));
        };
        let attached = Attached {
            kind,
            number: content.number,
            copy_of: content.copy_of,
            ranges,
            formulas: content.formulas,
        };
        self.loader.attach(sheet, &attached);
        Ok(())
    }

    fn kept(&mut self, record: &Record<'_>) -> Result<()> {
        let kept: contents::KeptFormula<'_> = record.content()?;
        let sheet = self.sheet(kept.sheet)?;
        let cell = Cell::new(kept.row, kept.column);
        if cell.row >= limits::ROWS || cell.column >= limits::COLUMNS {
            return Err(record.fault("its cell lies outside the grid"));
        }
        self.loader.keep(sheet, cell, kept.formula, kept.why);
        Ok(())
    }

    fn state(&mut self, record: &Record<'_>) -> Result<()> {
        let content: contents::State = record.content()?;
        let fault = || record.fault("its lists are none");
        let places = |bytes: &[u8]| -> Result<Vec<(SheetId, Cell)>> {
            let places = unpack::<3>(bytes).ok_or_else(fault)?;
            places
                .map(|[sheet, row, column]| Ok((self.sheet(sheet)?, Cell::new(row, column))))
                .collect()
        };
        let areas = |bytes: &[u8]| -> Result<Vec<Area>> {
            let areas = unpack::<5>(bytes).ok_or_else(fault)?;
            areas
                .map(|[sheet, top, left, bottom, right]| {
                    let rect = rect_of([top, left, bottom, right]).ok_or_else(fault)?;
                    Ok(Area::new(self.sheet(sheet)?, rect))
                })
                .collect()
        };
        let state = ComputedState {
            circular: places(&content.circular)?,
            blocked: places(&content.blocked)?,
            changed: areas(&content.changed)?,
            dirty: areas(&content.dirty)?,
            all: content.all,
        };
        self.loader.computed_state(state);
        Ok(())
    }
}

/// A filter; nothing if it is none.
fn read_filter(filter: &contents::Filter) -> Option<Filter> {
    let rect = rect_of(filter.rect)
        .filter(|rect| rect.bottom < limits::ROWS && rect.right < limits::COLUMNS)?;
    let conditions = filter.conditions.iter().map(|condition| {
        let any_of = condition.any_of.iter().map(contents::Scalar::to_value);
        Some(FilterCondition {
            column: condition.column,
            any_of: any_of.collect::<Option<_>>()?,
        })
    });
    Some(Filter {
        rect,
        conditions: conditions.collect::<Option<_>>()?,
    })
}
