//! Tables under structural edits: they grow and shrink, their columns come and go, and what referred to a column or
//! table that is gone is `#REF!`.

use std::sync::Arc;

use super::draft::Draft;
use super::names::{NamedFormula, Table};
use super::reshape::Reshape;
use super::view::BookView;
use crate::error::{Error, ErrorKind, Result};
use crate::formula::ast::Shape;
use crate::formula::{Template, TemplateReference, TemplateSheets, lose_columns};
use crate::plan::{Book, TableShape};
use crate::reference::{Cell, Dimension, Edit, GridLimits, Rect, SheetId, shift_position};
use crate::value::Value;

/// A table that has lost columns, or is gone as a whole.
pub(super) struct LostColumns {
    table: Arc<str>,
    /// Its columns before, each with whether it is still there.
    columns: Vec<(Arc<str>, bool)>,
    /// Whether nothing is left of the table.
    whole: bool,
}

impl Draft<'_> {
    /// Whether a table of the sheet touches a rectangle.
    pub(super) fn has_table_in(&self, sheet: SheetId, rect: &Rect, view: &BookView) -> bool {
        let mut shapes = self.table_shapes(sheet, view);
        shapes.any(|shape| shape.area.intersection(rect).is_some())
    }

    fn table_shapes<'v>(
        &'v self,
        sheet: SheetId,
        view: &'v BookView,
    ) -> impl Iterator<Item = TableShape> + 'v {
        let tables = self.tables.iter().filter(move |table| table.sheet == sheet);
        tables.filter_map(|table| view.table(&table.name))
    }

    /// That no table loses its header, or all its data, and stays.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Argument`], naming the table.
    pub(super) fn check_tables(
        &self,
        sheet: SheetId,
        edit: Edit,
        grid: GridLimits,
        view: &BookView,
    ) -> Result<()> {
        if edit.inserts() || edit.dimension() == Dimension::Columns {
            return Ok(());
        }
        let (first, last) = Dimension::Rows.of_rect(&edit.place(grid));
        let gone = |row: u32| (first..=last).contains(&row);
        for shape in self.table_shapes(sheet, view) {
            let area = shape.area;
            if gone(area.top) && gone(area.bottom) {
                continue;
            }
            let refused = if shape.header_rows > 0 && gone(area.top) {
                "the header of the table"
            } else if shape
                .data_rows()
                .is_some_and(|(top, bottom)| gone(top) && gone(bottom))
            {
                "all data rows of the table"
            } else {
                continue;
            };
            let message = format!(
                "cannot delete {refused} `{}` without the whole table",
                shape.name
            );
            return Err(Error::new(ErrorKind::Argument, message));
        }
        Ok(())
    }

    /// Fits the sheet's tables to the edit, and tells what they lost.
    pub(super) fn reshape_tables(
        &mut self,
        reshape: &Reshape<'_>,
        before: &BookView,
    ) -> Vec<LostColumns> {
        let tables = self
            .tables
            .iter()
            .filter(|table| table.sheet == reshape.sheet);
        let tables = tables.filter_map(|table| Some((table.clone(), before.table(&table.name)?)));
        let mut lost = Vec::new();
        for (table, shape) in tables.collect::<Vec<_>>() {
            let (first, last) = reshape.dimension().of_rect(&shape.area);
            if reshape.edit.inserts() {
                let (at, _) = reshape.along().parts();
                if reshape.dimension() == Dimension::Columns && first < at && at <= last {
                    self.widen_table(table, &shape, reshape);
                }
            } else {
                lost.extend(self.shrink_table(table, &shape, reshape));
            }
        }
        lost
    }

    /// Gives the columns that are inserted into a table names that it does not have yet.
    fn widen_table(&mut self, mut table: Table, shape: &TableShape, reshape: &Reshape<'_>) {
        let (at, count) = reshape.along().parts();
        let mut names = table.column_names.to_vec();
        let place = ((at - shape.area.left) as usize).min(names.len());
        let mut number = 1;
        for offset in 0..count {
            let is_taken = |name: &str| names.iter().any(|known| known.eq_ignore_ascii_case(name));
            while is_taken(&format!("Column{number}")) {
                number += 1;
            }
            let name: Arc<str> = format!("Column{number}").into();
            names.insert(place + offset as usize, name.clone());
            let cell = Cell::new(shape.area.top, at + offset);
            if shape.header_rows > 0 && self.grids.set(table.sheet, cell, &Value::Text(name)) {
                self.seeds.changed.add(table.sheet, cell);
            }
        }
        table.column_names = names.into();
        self.tables.put(table);
    }

    fn shrink_table(
        &mut self,
        mut table: Table,
        shape: &TableShape,
        reshape: &Reshape<'_>,
    ) -> Option<LostColumns> {
        let (first, last) = reshape.dimension().of_rect(&shape.area);
        let (at, count) = reshape.along().parts();
        let gone = |position: u32| position >= at && position - at < count;
        if last < at {
            return None;
        }
        let is_columns = reshape.dimension() == Dimension::Columns;
        let whole = gone(first) && gone(last);
        let kept = |number: usize| !(whole || is_columns && gone(first + number as u32));
        let names = table.column_names.iter().enumerate();
        let columns: Vec<(Arc<str>, bool)> = names
            .map(|(number, name)| (name.clone(), kept(number)))
            .collect();
        if whole {
            self.tables.remove(&table.name);
        } else {
            let shifted = |position| shift_position(position, reshape.along(), reshape.len());
            let ends = (
                shifted(first).unwrap_or(at),
                shifted(last).unwrap_or(at.saturating_sub(1)),
            );
            let anchors = (reshape.after.anchor(ends.0), reshape.after.anchor(ends.1));
            if is_columns {
                table.columns = anchors;
                let left = columns.iter().filter(|(_, kept)| *kept);
                table.column_names = left.map(|(name, _)| name.clone()).collect();
            } else {
                table.rows = anchors;
                if gone(last) {
                    table.totals_rows = 0;
                }
            }
            self.tables.put(table.clone());
        }
        columns
            .iter()
            .any(|(_, kept)| !kept)
            .then_some(LostColumns {
                table: table.name,
                columns,
                whole,
            })
    }

    /// Makes what refers to columns and tables that are gone `#REF!`.
    pub(super) fn lose_tables(&mut self, lost: &[LostColumns]) {
        for lost in lost {
            let rewritten = |template: &Template| {
                let columns = (!lost.whole).then_some(&lost.columns[..]);
                let gone = TemplateReference {
                    sheets: TemplateSheets::Here,
                    shape: Shape::Invalid,
                };
                let ast = lose_columns(&template.ast, &lost.table, columns, &gone)?;
                Some(Template::new(ast, template.mode))
            };
            let regions = self
                .graph
                .regions()
                .filter(|(_, region)| region.facts.bound_by_name)
                .filter_map(|(id, region)| Some((id, rewritten(&region.template)?)));
            let names = self
                .names
                .iter()
                .filter_map(|named| Some((named.clone(), rewritten(&named.template)?)));
            let (regions, names): (Vec<_>, Vec<_>) = (regions.collect(), names.collect());
            for (id, template) in regions {
                let template = self.intern(template);
                self.graph.set_template(id, &template);
            }
            for (named, template) in names {
                let template = self.intern(template);
                self.names.define(NamedFormula { template, ..named });
            }
        }
        if !lost.is_empty() {
            self.rebind();
        }
    }
}
