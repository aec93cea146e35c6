//! Making tables of ranges, renaming and resizing them.

use std::sync::Arc;

use hashbrown::HashSet;

use super::draft::Draft;
use super::names::Table;
use crate::error::{Error, ErrorKind, Result};
use crate::formula::{Node, Template, TemplateReference};
use crate::plan::TableShape;
use crate::reference::{Axis, Rect, SheetId, a1};
use crate::value::fold;

impl Draft<'_> {
    /// Makes a table of a rectangle. Its first row are the headers: what is not a text there becomes one.
    pub(super) fn add_table(&mut self, name: &str, sheet: SheetId, rect: Rect) -> Result<()> {
        self.check_table_name(name)?;
        self.check_table_place(sheet, &rect, None)?;
        self.compute_shown()?;
        let columns = self.header(sheet, &rect, |_| None)?;
        self.release_arrays(sheet, &rect)?;
        self.write_header(sheet, &rect, &columns)?;
        self.put_table((name.into(), sheet), rect, (1, 0), columns);
        self.rebind_all();
        Ok(())
    }

    /// Gives a table another rectangle. Columns that go are `#REF!` in formulas; new ones are named by their headers.
    pub(super) fn resize_table(&mut self, name: &str, rect: Rect) -> Result<()> {
        let (table, shape) = self.table(name)?;
        let (name, sheet) = (table.name.clone(), table.sheet);
        let refuse = |why: &str| {
            let place = a1::print_rect(rect);
            let message = format!("cannot resize the table `{name}` to {place}: {why}");
            Err(Error::new(ErrorKind::Argument, message))
        };
        let area = shape.area;
        if rect.top != area.top || rect.left > area.right || rect.right < area.left {
            return refuse("it must keep its first row and share columns with what it was");
        }
        if table.totals_rows > 0 && rect.bottom != area.bottom {
            return refuse("its row of totals is its last row");
        }
        self.check_table_place(sheet, &rect, Some(&name))?;
        let kept = |column: u32| {
            let place = column.checked_sub(area.left)?;
            shape.columns.get(place as usize).cloned()
        };
        self.compute_shown()?;
        let columns = self.header(sheet, &rect, kept)?;
        let gone: HashSet<String> = shape
            .columns
            .iter()
            .zip(area.left..)
            .filter(|(_, column)| !(rect.left..=rect.right).contains(column))
            .map(|(name, _)| fold(name).into_owned())
            .collect();
        let is_gone = |column: &str| gone.contains(fold(column).as_ref());
        let without = |template: &Template| {
            template.replace_tables(|used, _| {
                let (first, last) = used.columns.as_ref()?;
                let own = fold(used.table.as_ref()?) == fold(&name);
                (own && (is_gone(first) || is_gone(last)))
                    .then(|| Node::Reference(TemplateReference::invalid()))
            })
        };
        let rewritten = self.rewritten_formulas(|region| without(&region.template));
        self.rewrite_names(|named| without(&named.template));
        self.release_arrays(sheet, &rect)?;
        if table.header_rows > 0 {
            self.write_header(sheet, &rect, &columns)?;
        }
        let rows = (table.header_rows, table.totals_rows);
        self.put_table((name.clone(), sheet), rect, rows, columns);
        self.rebind();
        self.put_templates(rewritten);
        self.rebind_all();
        Ok(())
    }

    /// Gives a table another name; formulas follow.
    pub(super) fn rename_table(&mut self, name: &str, new_name: &str) -> Result<()> {
        let (table, _) = self.table(name)?;
        if fold(&table.name) != fold(new_name) {
            self.check_table_name(new_name)?;
        }
        let view = self.view();
        let new_name: Arc<str> = new_name.into();
        let renamed = |template: &Template, here: SheetId| {
            let shadowed = view.names.seen_from(&table.name, here).is_some();
            template.with_table_renamed(&table.name, &new_name, shadowed)
        };
        for (id, template) in
            self.rewritten_formulas(|region| renamed(&region.template, region.sheet))
        {
            self.graph.set_template(id, &template);
        }
        self.rewrite_names(|named| renamed(&named.template, named.scope.unwrap_or(table.sheet)));
        self.tables.remove(&table.name);
        self.tables.put(Table {
            name: new_name.clone(),
            ..table.clone()
        });
        self.rebind_all();
        self.touch_positional();
        Ok(())
    }

    /// The table of a name, and where it lies.
    pub(super) fn table(&mut self, name: &str) -> Result<(Table, TableShape)> {
        let view = self.view();
        let table = self.tables.get(name).cloned();
        let found = table.and_then(|table| view.shape(&table).map(|shape| (table, shape)));
        found.ok_or_else(|| Error::new(ErrorKind::Name, format!("there is no table `{name}`")))
    }

    /// That a new table may have this name: as a defined name, and neither a name nor a table is called so.
    pub(super) fn check_table_name(&self, name: &str) -> Result<()> {
        a1::check_defined_name(name)?;
        let taken = if self.tables.get(name).is_some() {
            "table"
        } else if self
            .names
            .iter()
            .any(|named| fold(&named.name) == fold(name))
        {
            "name"
        } else {
            return Ok(());
        };
        let message = format!("there is a {taken} `{name}` already");
        Err(Error::new(ErrorKind::Name, message))
    }

    /// That a table may lie here: two rows at least, and no other table, merged cells or array formula.
    fn check_table_place(&mut self, sheet: SheetId, rect: &Rect, own: Option<&str>) -> Result<()> {
        self.check_rect(sheet, rect)?;
        let place = a1::print_rect(*rect);
        let refuse = |why: String| {
            let message = format!("cannot make a table of {place}: {why}");
            Err(Error::new(ErrorKind::Argument, message))
        };
        if rect.rows() < 2 {
            return refuse("it needs a row of headers and one below it".into());
        }
        let view = self.view();
        for table in self.tables.iter().filter(|table| table.sheet == sheet) {
            let is_other = own.is_none_or(|own| fold(own) != fold(&table.name));
            let shape = view.shape(table).filter(|_| is_other);
            if shape.is_some_and(|shape| shape.area.intersection(rect).is_some()) {
                return refuse(format!("the table `{}` lies there", table.name));
            }
        }
        self.check_unmerged(sheet, rect, "make a table of")?;
        self.check_no_array(sheet, rect, "make a table of")
    }

    fn put_table(
        &mut self,
        (name, sheet): (Arc<str>, SheetId),
        rect: Rect,
        (header_rows, totals_rows): (u32, u32),
        columns: Vec<Arc<str>>,
    ) {
        let Some(grid) = self.grids.sheet(sheet) else {
            return;
        };
        let row = |row| grid.rows().anchor(row);
        let column = |column| grid.columns().anchor(column);
        self.tables.put(Table {
            name,
            sheet,
            rows: (row(rect.top), row(rect.bottom)),
            columns: (column(rect.left), column(rect.right)),
            header_rows,
            totals_rows,
            column_names: columns.into(),
        });
    }
}
