//! The headers of tables: the cells of the first row and the names of the columns are the same texts, always.

use std::sync::Arc;

use hashbrown::HashSet;

use super::draft::Draft;
use super::names::Table;
use super::settings::Calculation;
use crate::error::{Error, ErrorKind, Result};
use crate::formula::ast::StructuredReference;
use crate::formula::{Node, Template};
use crate::limits;
use crate::recalc::Effort;
use crate::reference::{Cell, Rect, SheetId, a1};
use crate::value::number_format::NumberFormat;
use crate::value::{Value, fold};

/// Columns of a table that got other names: the former name and the new one.
type Renamed = Vec<(Arc<str>, Arc<str>)>;

impl Draft<'_> {
    /// After cells were written: those that are headers of tables are texts, and their columns are called so. Formulas
    /// follow.
    pub(super) fn follow_headers(&mut self, sheet: SheetId, rect: &Rect) -> Result<()> {
        for (table, area, written) in self.headers_in(sheet, rect) {
            let kept = |column: u32| {
                let is_written = (written.left..=written.right).contains(&column);
                let name = table.column_names.get((column - area.left) as usize);
                name.filter(|_| !is_written).cloned()
            };
            let names = self.header(sheet, &area, kept)?;
            self.rename_columns(&table, &names);
            self.write_header(sheet, &area, &names)?;
        }
        Ok(())
    }

    /// After formulas were entered: one that is a header leaves the text that it gives, as in Excel.
    pub(super) fn formulas_in_headers(&mut self, sheet: SheetId, rect: &Rect) -> Result<()> {
        if self.headers_in(sheet, rect).is_empty() {
            return Ok(());
        }
        self.compute_shown()?;
        self.follow_headers(sheet, rect)
    }

    /// The tables that have headers among these cells: where they lie, and which headers these are.
    fn headers_in(&mut self, sheet: SheetId, rect: &Rect) -> Vec<(Table, Rect, Rect)> {
        if self.tables.is_empty() {
            return Vec::new();
        }
        let view = self.view();
        let tables = self
            .tables
            .iter()
            .filter(|table| table.sheet == sheet && table.header_rows > 0);
        let touched = tables.filter_map(|table| {
            let area = view.shape(table)?.area;
            let header = Rect {
                bottom: area.top,
                ..area
            };
            Some((table.clone(), area, header.intersection(rect)?))
        });
        touched.collect()
    }

    /// Gives the columns of a table these names.
    fn rename_columns(&mut self, table: &Table, names: &[Arc<str>]) {
        let pairs = table
            .column_names
            .iter()
            .cloned()
            .zip(names.iter().cloned());
        let renamed: Renamed = pairs.filter(|(old, new)| old != new).collect();
        if renamed.is_empty() {
            return;
        }
        let of_column = |column: &Arc<str>| {
            let mut found = renamed.iter();
            let found = found.find(|(old, _)| fold(old) == fold(column));
            found.map_or(column, |(_, new)| new).clone()
        };
        let follow = |template: &Template| {
            template.replace_tables(|used, _| {
                let (first, last) = used.columns.as_ref()?;
                let columns = (of_column(first), of_column(last));
                let own = fold(used.table.as_ref()?) == fold(&table.name);
                (own && (&columns.0, &columns.1) != (first, last)).then(|| {
                    Node::Structured(StructuredReference {
                        columns: Some(columns),
                        ..used.clone()
                    })
                })
            })
        };
        for (id, template) in self.rewritten_formulas(|region| follow(&region.template)) {
            self.graph.set_template(id, &template);
        }
        self.rewrite_names(|named| follow(&named.template));
        self.tables.put(Table {
            column_names: names.into(),
            ..table.clone()
        });
        self.rebind_all();
        self.touch_positional();
    }

    /// Computes what is dirty if formulas are computed by themselves, so that cells hold what they show.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Cancelled`] if the work was broken off.
    pub(super) fn compute_shown(&mut self) -> Result<()> {
        if self.settings.calculation == Calculation::Automatic && !self.seeds.is_empty() {
            self.recalculate(&mut Effort::default())?;
        }
        Ok(())
    }

    /// The names of the columns of a table in `rect`: those that `kept` gives, else what its first row shows. A blank
    /// header becomes `Column1`, one that is there already gets a number.
    pub(super) fn header(
        &self,
        sheet: SheetId,
        rect: &Rect,
        kept: impl Fn(u32) -> Option<Arc<str>>,
    ) -> Result<Vec<Arc<str>>> {
        let columns = rect.left..=rect.right;
        let mut taken: HashSet<String> = columns
            .clone()
            .filter_map(|column| Some(fold(&kept(column)?).into_owned()))
            .collect();
        let mut names = Vec::with_capacity(rect.columns() as usize);
        for column in columns {
            if let Some(name) = kept(column) {
                names.push(name);
                continue;
            }
            let cell = Cell::new(rect.top, column);
            let shown = self.shown(sheet, cell);
            if shown.encode_utf16().count() > limits::NAME_UNITS {
                let place = a1::print_cell(cell);
                let message = format!(
                    "the header in {place} is longer than {} characters",
                    limits::NAME_UNITS
                );
                return Err(Error::new(ErrorKind::Limit, message));
            }
            let (base, first) = match shown.as_str() {
                "" => ("Column", 1),
                shown => (shown, 2),
            };
            let mut numbered = (first..).map(|number: u32| format!("{base}{number}"));
            let mut name = (first == 2).then(|| base.to_owned());
            while name
                .as_ref()
                .is_none_or(|name| taken.contains(fold(name).as_ref()))
            {
                name = numbered.next();
            }
            let name = name.unwrap_or_default();
            taken.insert(fold(&name).into_owned());
            names.push(name.into());
        }
        Ok(names)
    }

    /// What a cell shows: its value in its number format.
    fn shown(&self, sheet: SheetId, cell: Cell) -> String {
        let value = match self.grids.value(sheet, cell) {
            Value::Blank => return String::new(),
            Value::Text(text) => return text.to_string(),
            value => value,
        };
        let code = self
            .styles
            .code_at(self.grids.open(), self.grids.sheet(sheet), (sheet, cell));
        NumberFormat::parse(&code)
            .format(value.as_ref(), &self.conventions())
            .unwrap_or_else(|_| value.to_string())
    }

    /// Writes the headers that their cells do not hold as plain texts.
    pub(super) fn write_header(
        &mut self,
        sheet: SheetId,
        rect: &Rect,
        columns: &[Arc<str>],
    ) -> Result<()> {
        let view = self.view();
        for (column, name) in (rect.left..).zip(columns) {
            let cell = Cell::new(rect.top, column);
            let text = Value::text(name.clone());
            let is_formula = self.graph.owner(sheet, cell, &*view).is_some();
            if is_formula || self.grids.value(sheet, cell) != text {
                self.set_values(sheet, cell, 1, &[text])?;
            }
        }
        Ok(())
    }
}
