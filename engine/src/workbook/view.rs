//! The workbook as parsing, binding, graph and recalculation see it: everything but the values of cells.

use std::sync::Arc;

use super::external::ExternalBooks;
use super::names::{Names, Table, Tables};
use super::sheets::Sheets;
use super::styles::Styles;
use super::user_functions::UserFunctions;
use crate::formula::{self, Template};
use crate::functions::{Hidden, Operand, UserFunction};
use crate::graph::{Axes, Graph};
use crate::limits;
use crate::plan::{self, DefinedName, TableShape};
use crate::recalc::{self, Grids};
use crate::reference::{Axis, Cell, IdentityAxis, Rect, SheetId};
use crate::storage::tree::{Natural, Tree};
use crate::storage::{ColumnAxis, RowAxis, SheetGrid};

/// Sheets, names, tables and axes of one moment, all shared with the revision or transaction that it was taken from.
pub(super) struct BookView {
    pub(super) sheets: Sheets,
    pub(super) names: Names,
    pub(super) tables: Tables,
    pub(super) styles: Styles,
    pub(super) external: Arc<ExternalBooks>,
    pub(super) functions: UserFunctions,
    pub(super) graph: Graph,
    /// For their axes.
    grids: Tree<SheetId, SheetGrid>,
}

impl BookView {
    /// A view of these parts, with the axes of these grids.
    pub(super) fn new(parts: Parts<'_>) -> BookView {
        BookView {
            grids: parts.grids.clone(),
            sheets: parts.sheets.clone(),
            names: parts.names.clone(),
            tables: parts.tables.clone(),
            styles: parts.styles.clone(),
            external: parts.external.clone(),
            functions: parts.functions.clone(),
            graph: parts.graph.clone(),
        }
    }

    /// The text of a template in a cell, with its `=`.
    pub(super) fn text_of(&self, template: &Template, sheet: SheetId, cell: Cell) -> String {
        format!("={}", formula::print(&template.to_ast(cell, sheet, self)))
    }

    /// A table that has any of these cells.
    pub(super) fn table_over(&self, sheet: SheetId, rect: &Rect) -> Option<TableShape> {
        let tables = self.tables.iter().filter(|table| table.sheet == sheet);
        tables
            .filter_map(|table| self.shape(table))
            .find(|shape| shape.area.intersection(rect).is_some())
    }

    /// A table as formulas see it: where it lies now, and its columns.
    pub(super) fn shape(&self, table: &Table) -> Option<TableShape> {
        let (rows, columns) = self.axes(table.sheet)?;
        let area = Rect {
            top: rows.position(table.rows.0)?,
            bottom: rows.position(table.rows.1)?,
            left: columns.position(table.columns.0)?,
            right: columns.position(table.columns.1)?,
        };
        Some(TableShape {
            name: table.name.clone(),
            sheet: table.sheet,
            area,
            header_rows: table.header_rows,
            totals_rows: table.totals_rows,
            columns: table.column_names.to_vec(),
        })
    }
}

/// What a view is made of.
pub(super) struct Parts<'a> {
    pub(super) sheets: &'a Sheets,
    pub(super) names: &'a Names,
    pub(super) tables: &'a Tables,
    pub(super) styles: &'a Styles,
    pub(super) external: &'a Arc<ExternalBooks>,
    pub(super) functions: &'a UserFunctions,
    pub(super) graph: &'a Graph,
    pub(super) grids: &'a Tree<SheetId, SheetGrid>,
}

impl Axes for BookView {
    fn axes(&self, sheet: SheetId) -> Option<(&RowAxis, &ColumnAxis)> {
        let grid = self.grids.get(&Natural, &sheet)?;
        Some((grid.rows(), grid.columns()))
    }
}

impl formula::Book for BookView {
    fn sheet(&self, name: &str) -> Option<SheetId> {
        self.sheets.find(name)
    }

    fn sheet_name(&self, id: SheetId) -> Option<Arc<str>> {
        self.sheets.get(id).map(|sheet| sheet.name.clone())
    }

    fn rows(&self, sheet: SheetId) -> &dyn Axis {
        self.axes(sheet)
            .map_or(&NO_ROWS as &dyn Axis, |(rows, _)| rows)
    }

    fn columns(&self, sheet: SheetId) -> &dyn Axis {
        self.axes(sheet)
            .map_or(&NO_COLUMNS as &dyn Axis, |(_, columns)| columns)
    }
}

/// The axes of a sheet that does not exist; a formula that is read or printed may still speak of it.
const NO_ROWS: IdentityAxis = IdentityAxis { len: limits::ROWS };
const NO_COLUMNS: IdentityAxis = IdentityAxis {
    len: limits::COLUMNS,
};

impl plan::Book for BookView {
    fn rows(&self, sheet: SheetId) -> Option<&dyn Axis> {
        self.axes(sheet).map(|(rows, _)| rows as &dyn Axis)
    }

    fn columns(&self, sheet: SheetId) -> Option<&dyn Axis> {
        self.axes(sheet).map(|(_, columns)| columns as &dyn Axis)
    }

    fn sheet(&self, name: &str) -> Option<SheetId> {
        self.sheets.find(name)
    }

    fn external(&self, book: &str, sheet: &str, rect: Rect) -> Option<Operand> {
        self.external.values(book, sheet, rect)
    }

    fn user_function(&self, name: &str) -> Option<Arc<UserFunction>> {
        self.functions.get(name)
    }

    fn may_be_macro(&self, function: &str) -> bool {
        self.external.is_macro(function) || self.functions.is_removed(function)
    }

    fn sheets_between(&self, first: SheetId, last: SheetId) -> Vec<SheetId> {
        let place = |id| self.sheets.order().iter().position(|sheet| *sheet == id);
        let (Some(first), Some(last)) = (place(first), place(last)) else {
            return Vec::new();
        };
        self.sheets.order()[first.min(last)..=first.max(last)].to_vec()
    }

    fn name(&self, scope: Option<SheetId>, here: SheetId, name: &str) -> Option<DefinedName> {
        let named = self.names.seen_from(name, scope.unwrap_or(here))?;
        Some(DefinedName {
            template: named.template.clone(),
            sheet: named.scope,
        })
    }

    fn table(&self, name: &str) -> Option<TableShape> {
        self.shape(self.tables.get(name)?)
    }

    fn table_at(&self, sheet: SheetId, cell: Cell) -> Option<TableShape> {
        self.table_over(sheet, &Rect::cell(cell))
    }
}

impl recalc::Book for BookView {
    fn hidden(&self, sheet: SheetId, row: u32) -> Hidden {
        let anchor = self
            .axes(sheet)
            .filter(|(rows, _)| row < rows.len())
            .map(|(rows, _)| rows.anchor(row));
        match (self.sheets.get(sheet), anchor) {
            (Some(sheet), Some(anchor)) => sheet.hidden(anchor),
            _ => Hidden::Not,
        }
    }

    fn filtered(&self, sheet: SheetId) -> bool {
        self.sheets.get(sheet).is_some_and(|sheet| sheet.filtered)
    }

    fn refuses_spill(&self, sheet: SheetId, rect: &Rect) -> bool {
        let merged = self.sheets.get(sheet).is_some_and(|sheet| {
            let mut merges = sheet.merges.iter();
            merges.any(|merge| merge.intersection(rect).is_some())
        });
        merged || self.table_over(sheet, rect).is_some()
    }

    fn formula_text(&self, sheet: SheetId, cell: Cell) -> Option<Arc<str>> {
        let region = self
            .graph
            .region(self.graph.region_at(sheet, cell, self)?)?;
        Some(self.text_of(&region.template, sheet, cell).into())
    }

    fn number_format(&self, grids: &Grids, sheet: SheetId, cell: Cell) -> Arc<str> {
        self.styles
            .code_at(grids.open(), grids.sheet(sheet), (sheet, cell))
    }

    fn sheets(&self) -> Vec<SheetId> {
        self.sheets.order().to_vec()
    }
}
