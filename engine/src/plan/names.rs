//! Binding of references, defined names and values of other workbooks.
//!
//! The formula of a name is an array formula; its relative references count from the cell that uses the name and go
//! round at the edges of the grid.

use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use super::bind::{Binder, Site, Source, Work};
use super::bound::{BoundReference, External, Operation};
use super::reads::intersected;
use crate::error::ErrorKind;
use crate::formula::ast::{Name, Shape, Sheets, StructuredReference, TableRows};
use crate::formula::{TemplateAxis, TemplateReference, TemplateSheets};
use crate::limits;
use crate::reference::{Cell, Rect, SheetId};
use crate::value::CellError;

/// The sheets of another workbook's reference, as written.
type ExternalSheets = Option<(Arc<str>, Option<Arc<str>>)>;

impl Binder<'_> {
    /// Binds a reference to cells.
    pub(super) fn reference(&mut self, reference: &TemplateReference, source: usize, site: Site) {
        if let TemplateSheets::External { book, sheets } = &reference.sheets {
            return self.external_reference(book, sheets, reference.shape, site);
        }
        let sheets = self.sheets_of(&reference.sheets);
        let known = !sheets.is_empty() && sheets.iter().all(|sheet| self.axes(*sheet).is_some());
        if !known || reference.shape == Shape::Invalid {
            return self.constant(CellError::Ref);
        }
        let mut shape = reference.shape;
        let mut read = Some(shape);
        if site.intersected && sheets.len() == 1 {
            (shape, read) = intersected(shape);
        }
        let wraps = source > 0;
        if site.reads
            && let Some(read) = read
        {
            for sheet in &sheets {
                self.read(*sheet, read, wraps);
            }
        }
        let bound = BoundReference {
            sheets,
            shape,
            wraps,
        };
        self.emit(Operation::Reference(bound), site.array);
    }

    /// The sheets that a reference means; none if they do not exist.
    pub(super) fn sheets_of(&mut self, sheets: &TemplateSheets) -> SmallVec<[SheetId; 1]> {
        match sheets {
            TemplateSheets::Here => smallvec![self.here],
            TemplateSheets::Sheet(sheet) => smallvec![*sheet],
            TemplateSheets::Span(first, last) => {
                self.plan.uses.sheet_order = true;
                self.book.sheets_between(*first, *last).into()
            }
            _ => SmallVec::new(),
        }
    }

    /// Binds a name: one of LET, a defined name, or a table.
    pub(super) fn name(&mut self, name: &Name, source: usize, site: Site) {
        if name.scope == Sheets::Here
            && let Some(slot) = self.local(source, &name.name)
        {
            return self.emit(Operation::Local(slot), site.array);
        }
        let scope = match &name.scope {
            Sheets::Here => None,
            Sheets::Sheet(sheet) => match self.book.sheet(sheet) {
                Some(sheet) => Some(sheet),
                None => return self.constant(CellError::Ref),
            },
            Sheets::Span(..) => return self.constant(CellError::Name),
            Sheets::External { book, sheets } => {
                return self.external_name(book, sheets, &name.name);
            }
        };
        self.use_name(&name.name);
        let Some(defined) = self.book.name(scope, self.here, &name.name) else {
            return self.table_by_name(name, site);
        };
        let key = (defined.sheet, name.name.to_lowercase());
        if self.open_names.contains(&key) {
            return self.constant(CellError::Name);
        }
        if self.open_names.len() >= limits::NAME_DEPTH {
            let message = format!(
                "`{}` stands behind {} names that refer to names",
                name.name,
                limits::NAME_DEPTH
            );
            return self.refuse(ErrorKind::Limit, message);
        }
        self.open_names.push(key);
        let root = defined.template.ast.root();
        self.sources.push(Source::Named(defined.template));
        let site = Site {
            array: true,
            root: false,
            ..site
        };
        self.work.push(Work::EndName);
        self.work
            .push(Work::Visit(self.sources.len() - 1, root, site));
    }

    /// A table's name alone means its data.
    fn table_by_name(&mut self, name: &Name, site: Site) {
        if name.scope != Sheets::Here || self.book.table(&name.name).is_none() {
            self.use_table(&name.name);
            return self.constant(CellError::Name);
        }
        let data = StructuredReference {
            table: Some(name.name.clone()),
            rows: TableRows::Data,
            columns: None,
        };
        self.structured(&data, site);
    }

    fn external_reference(
        &mut self,
        book: &Arc<str>,
        sheets: &ExternalSheets,
        mut shape: Shape<TemplateAxis>,
        site: Site,
    ) {
        self.plan.uses.external = true;
        if shape == Shape::Invalid {
            return self.constant(CellError::Ref);
        }
        if site.intersected {
            (shape, _) = intersected(shape);
        }
        // The values of a closed workbook are no range, and only whole rows and columns of them are intersected.
        let cell = matches!(shape, Shape::Cell { .. });
        let usable = !site.ranged && (cell || !site.intersected);
        let Some((sheet, None)) = sheets.as_ref().filter(|_| usable) else {
            return self.no_external(book);
        };
        let fixed = fixed_rect(&shape);
        let asked = fixed.unwrap_or(Rect::cell(Cell::new(0, 0)));
        let Some(values) = self.book.external(book, sheet, asked) else {
            return self.no_external(book);
        };
        if fixed.is_some() {
            return self.constant(values);
        }
        let external = External {
            book: book.clone(),
            sheet: sheet.clone(),
            shape,
        };
        self.emit(Operation::External(Box::new(external)), site.array);
    }

    fn external_name(&mut self, book: &Arc<str>, sheets: &ExternalSheets, name: &str) {
        self.plan.uses.external = true;
        let sheet = sheets.as_ref().map(|(sheet, _)| &**sheet);
        match self.book.external_name(book, sheet, name) {
            Some(values) => self.constant(values),
            None => self.no_external(book),
        }
    }

    fn no_external(&mut self, book: &str) {
        self.unsupported(&format!("[{book}]"));
        self.constant(CellError::Ref);
    }

    /// Notes that the plan depends on what a name means.
    pub(super) fn use_name(&mut self, name: &str) {
        note(&mut self.plan.uses.names, name);
    }

    /// Notes that the plan depends on a table.
    pub(super) fn use_table(&mut self, name: &str) {
        note(&mut self.plan.uses.tables, name);
    }
}

/// The rectangle of a reference to another workbook, whose coordinates are positions; nothing if it depends on the
/// formula's cell.
fn fixed_rect(shape: &Shape<TemplateAxis>) -> Option<Rect> {
    let place = |axis: &TemplateAxis, len: u32| match axis {
        TemplateAxis::Fixed(position) => Some(*position),
        TemplateAxis::Last => Some(len - 1),
        TemplateAxis::Absolute(_) | TemplateAxis::Relative(_) => None,
    };
    let row = |axis: &TemplateAxis| place(axis, limits::ROWS);
    let column = |axis: &TemplateAxis| place(axis, limits::COLUMNS);
    let positions = shape.try_map(row, column)?;
    let (first, last) = match positions {
        Shape::Cell { row, column } => ((row, column), (row, column)),
        Shape::Range { rows, columns } => ((rows.0, columns.0), (rows.1, columns.1)),
        Shape::Rows(top, bottom) => ((top, 0), (bottom, limits::COLUMNS - 1)),
        Shape::Columns(left, right) => ((0, left), (limits::ROWS - 1, right)),
        Shape::Invalid => return None,
    };
    Some(Rect::new(
        Cell::new(first.0, first.1),
        Cell::new(last.0, last.1),
    ))
}

fn note(names: &mut Vec<Arc<str>>, name: &str) {
    let name = name.to_lowercase();
    if let Err(place) = names.binary_search_by(|known| (**known).cmp(&name)) {
        names.insert(place, name.into());
    }
}
