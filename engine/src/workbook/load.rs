//! Building a workbook from a file: cells in any order, formulas gathered into regions, the graph made once at the end.

use std::sync::{Arc, PoisonError};

use hashbrown::HashMap;

use super::Workbook;
use super::external::ExternalBooks;
use super::names::{NamedFormula, Table};
use super::revision::{Kept, Lineage, Revision};
use super::settings::BookSettings;
use super::sheets::{Sheet, Visibility};
use super::view::BookView;
use crate::environment::Environment;
use crate::error::{Error, ErrorKind, Result};
use crate::formula::ast::A1Reference;
use crate::formula::{self, Ast, Direction, FillReader, Mode, ParseOptions, Template};
use crate::functions::Hidden;
use crate::graph::{Axes, Extent, Graph, Region};
use crate::limits;
use crate::recalc::{Grids, Plans};
use crate::reference::{Axis, Cell, Rect, SheetId};
use crate::storage::tree::Natural;
use crate::storage::{FormatId, SheetGrid};
use crate::value::ValueRef;

/// A workbook under construction.
///
/// Sheets first, then names and tables, then cells, in any order; formulas keep the values stored with them until the
/// workbook is recalculated.
///
/// # Examples
///
/// ```
/// use tabulith::reference::Cell;
/// use tabulith::value::{Value, ValueRef};
/// use tabulith::workbook::{Loader, Visibility};
///
/// let mut loader = Loader::new();
/// let sheet = loader.add_sheet("Data", Visibility::Visible)?;
/// loader.value(sheet, Cell::new(0, 0), ValueRef::Number(20.0))?;
/// loader.formula(sheet, Cell::new(0, 1), "A1*2", ValueRef::Number(40.0))?;
/// let book = loader.finish(Default::default())?;
/// assert_eq!(book.value("Data!B1")?, Value::Number(40.0));
/// # Ok::<(), tabulith::Error>(())
/// ```
pub struct Loader {
    lineage: Lineage,
    revision: Revision,
    grids: Grids,
    formats: Vec<FormatId>,
    external: ExternalBooks,
    kept: Vec<Kept>,
    names: Vec<PendingName>,
    sheets: HashMap<SheetId, SheetFormulas>,
    view: Option<BookView>,
}

/// A name whose formula waits until all sheets are there.
struct PendingName {
    name: Arc<str>,
    scope: Option<SheetId>,
    formula: String,
    hidden: bool,
}

/// The formulas of one sheet as they came.
#[derive(Default)]
struct SheetFormulas {
    columns: HashMap<u32, Vec<Filled>>,
    readers: HashMap<u32, FillReader>,
    /// Formulas for rows that came before: they take the place of others.
    late: Vec<(Cell, Arc<Template>)>,
    arrays: Vec<(Cell, Extent)>,
    shared: HashMap<u32, Arc<Template>>,
}

/// Consecutive rows of a column with one template.
struct Filled {
    template: Arc<Template>,
    top: u32,
    bottom: u32,
}

/// A table as a file describes it.
#[derive(Debug, Clone)]
pub struct NewTable {
    /// Its name.
    pub name: Arc<str>,
    /// Its sheet.
    pub sheet: SheetId,
    /// Its rectangle, header and totals included.
    pub rect: Rect,
    /// Number of header rows, 0 or 1.
    pub header_rows: u32,
    /// Number of totals rows, 0 or 1.
    pub totals_rows: u32,
    /// The names of its columns.
    pub columns: Vec<Arc<str>>,
}

impl Default for Loader {
    fn default() -> Self {
        Loader::new()
    }
}

impl Loader {
    /// An empty workbook to load into.
    pub fn new() -> Loader {
        let revision = Revision::empty(Environment::fixed(0.0, 0).tick(0));
        Loader {
            lineage: Lineage::new(),
            grids: revision.open(),
            revision,
            formats: Vec::new(),
            external: ExternalBooks::default(),
            kept: Vec::new(),
            names: Vec::new(),
            sheets: HashMap::new(),
            view: None,
        }
    }

    /// The workbook's settings.
    pub fn settings(&mut self, settings: BookSettings) {
        self.revision.settings = settings;
    }

    /// The codes of number formats, by style number.
    pub fn styles(&mut self, codes: &[Arc<str>]) {
        self.formats = codes
            .iter()
            .map(|code| self.revision.styles.number(code))
            .collect();
    }

    /// Gives a cell the number format of a style.
    pub fn style(&mut self, sheet: SheetId, cell: Cell, style: u32) {
        if let Some(format) = self
            .formats
            .get(style as usize)
            .copied()
            .filter(|format| format.0 != 0)
        {
            self.revision
                .styles
                .set(&mut self.grids, sheet, &Rect::cell(cell), format);
        }
    }

    /// Adds a sheet behind the others.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Name`] if the name is taken or not allowed, [`ErrorKind::Limit`] if there are too many.
    pub fn add_sheet(&mut self, name: &str, visibility: Visibility) -> Result<SheetId> {
        let id = self.lineage.next_sheet()?;
        self.revision.sheets.add(
            Sheet {
                visibility,
                ..Sheet::new(id, name)
            },
            None,
        )?;
        let grid = SheetGrid::new(id.0, limits::ROWS, limits::COLUMNS);
        self.grids.put_sheet(id, grid);
        self.sheets.insert(id, SheetFormulas::default());
        self.view = None;
        Ok(id)
    }

    /// Defines a name; its formula may speak of sheets and names that come later.
    pub fn define_name(&mut self, name: &str, scope: Option<SheetId>, formula: &str, hidden: bool) {
        self.names.push(PendingName {
            name: name.into(),
            scope,
            formula: formula.to_owned(),
            hidden,
        });
    }

    /// Adds a table.
    pub fn add_table(&mut self, table: NewTable) {
        let Some(grid) = self.grids.sheet(table.sheet) else {
            return;
        };
        let (rows, columns) = (grid.rows(), grid.columns());
        if table.rect.bottom >= rows.len() || table.rect.right >= columns.len() {
            return;
        }
        self.revision.tables.put(Table {
            name: table.name,
            sheet: table.sheet,
            rows: (rows.anchor(table.rect.top), rows.anchor(table.rect.bottom)),
            columns: (
                columns.anchor(table.rect.left),
                columns.anchor(table.rect.right),
            ),
            header_rows: table.header_rows,
            totals_rows: table.totals_rows,
            column_names: table.columns.into(),
        });
    }

    /// The stored values of other workbooks.
    pub fn external(&mut self) -> &mut ExternalBooks {
        &mut self.external
    }

    /// Hides a row.
    pub fn hide_row(&mut self, sheet: SheetId, row: u32, why: Hidden) {
        let Some(anchor) = self.grids.sheet(sheet).map(|grid| grid.rows().anchor(row)) else {
            return;
        };
        if let Some(sheet) = self.revision.sheets.get_mut(sheet) {
            sheet.hidden.insert(&Natural, anchor.0, why);
        }
    }

    /// Says whether a filter is active on a sheet, and which cells are merged.
    pub fn describe_sheet(&mut self, sheet: SheetId, filtered: bool, merges: Vec<Rect>) {
        if let Some(sheet) = self.revision.sheets.get_mut(sheet) {
            sheet.filtered = filtered;
            sheet.merges = merges.into();
        }
    }

    /// Writes a value.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`] off the grid.
    pub fn value(&mut self, sheet: SheetId, cell: Cell, value: ValueRef<'_>) -> Result<()> {
        let Some((open, grid)) = self.grids.writer(sheet) else {
            return Err(Error::new(
                ErrorKind::SheetNotFound,
                format!("there is no sheet number {}", sheet.0),
            ));
        };
        if cell.row >= grid.rows().len() || cell.column >= grid.columns().len() {
            let place = format!(
                "row {} and column {}",
                u64::from(cell.row) + 1,
                u64::from(cell.column) + 1
            );
            return Err(Error::new(
                ErrorKind::Limit,
                format!("{place} lie outside the grid"),
            ));
        }
        if !matches!(value, ValueRef::Blank) {
            open.set(grid, cell, value);
        }
        Ok(())
    }

    /// Writes a formula of a single cell, as files have it: a legacy formula, in which ranges are intersected where a
    /// single value is wanted. A formula that cannot be read is kept as it is.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`] off the grid.
    pub fn formula(
        &mut self,
        sheet: SheetId,
        cell: Cell,
        text: &str,
        stored: ValueRef<'_>,
    ) -> Result<()> {
        self.value(sheet, cell, stored)?;
        match self.filled_template(sheet, cell, text) {
            Ok(template) => self.place(sheet, cell, template),
            Err(error) => self.keep(sheet, cell, text, error.message()),
        }
        Ok(())
    }

    /// Writes one cell of a formula that the file shares between many: `text` is written for `master`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`] off the grid.
    pub fn shared_formula(
        &mut self,
        sheet: SheetId,
        cell: Cell,
        shared: Shared<'_>,
        stored: ValueRef<'_>,
    ) -> Result<()> {
        self.value(sheet, cell, stored)?;
        let known = self
            .sheets
            .get(&sheet)
            .and_then(|formulas| formulas.shared.get(&shared.group))
            .cloned();
        let template = match known {
            Some(template) => Ok(template),
            None => self.template(shared.text, sheet, shared.master, Mode::Legacy),
        };
        match template {
            Ok(template) => {
                if let Some(formulas) = self.sheets.get_mut(&sheet) {
                    formulas.shared.insert(shared.group, template.clone());
                }
                self.place(sheet, cell, template);
            }
            Err(error) => self.keep(sheet, cell, shared.text, error.message()),
        }
        Ok(())
    }

    /// Writes an array formula; the values of its other cells come as values.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Limit`] off the grid.
    pub fn array_formula(
        &mut self,
        sheet: SheetId,
        extent: Extent,
        text: &str,
        stored: ValueRef<'_>,
    ) -> Result<()> {
        let cell = extent.rect.top_left();
        self.value(sheet, cell, stored)?;
        self.value(
            sheet,
            Cell::new(extent.rect.bottom, extent.rect.right),
            ValueRef::Blank,
        )?;
        let mode = if extent.fixed {
            Mode::Array
        } else {
            Mode::Dynamic
        };
        match self.template(text, sheet, cell, mode) {
            Ok(template) => {
                self.place(sheet, cell, template);
                if let Some(formulas) = self.sheets.get_mut(&sheet) {
                    formulas.arrays.push((cell, extent));
                }
            }
            Err(error) => self.keep(sheet, cell, text, error.message()),
        }
        Ok(())
    }

    /// Notes a formula that is not computed; its value stays.
    pub fn keep(&mut self, sheet: SheetId, cell: Cell, formula: &str, why: &str) {
        self.kept.push(Kept {
            sheet,
            cell,
            formula: formula.into(),
            why: why.into(),
        });
    }

    /// The formula's template; what a column was filled with is recognised without parsing it again.
    fn filled_template(&mut self, sheet: SheetId, cell: Cell, text: &str) -> Result<Arc<Template>> {
        let formulas = self.sheets.entry(sheet).or_default();
        let reader = formulas
            .readers
            .entry(cell.column)
            .or_insert_with(|| FillReader::new(Direction::Down));
        if let Some(template) = reader.same(text, cell) {
            return Ok(template.clone());
        }
        let (ast, marks) = reader.parse(text, &ParseOptions::default())?;
        let template = self.intern(&ast, sheet, cell, Mode::Legacy);
        let formulas = self.sheets.entry(sheet).or_default();
        if let Some(reader) = formulas.readers.get_mut(&cell.column) {
            reader.remember(text, cell, marks, template.clone());
        }
        Ok(template)
    }

    fn template(
        &mut self,
        text: &str,
        sheet: SheetId,
        at: Cell,
        mode: Mode,
    ) -> Result<Arc<Template>> {
        Ok(self.intern(
            &formula::parse(text, &ParseOptions::default())?,
            sheet,
            at,
            mode,
        ))
    }

    fn intern(
        &mut self,
        ast: &Ast<A1Reference>,
        sheet: SheetId,
        at: Cell,
        mode: Mode,
    ) -> Arc<Template> {
        let view = self.view.get_or_insert_with(|| {
            let mut revision = self.revision.clone();
            revision.grids = self.grids.sheets().clone();
            revision.view()
        });
        let template = Template::from_ast(ast, at, sheet, mode, view);
        let mut templates = self
            .lineage
            .templates
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        templates.intern(template)
    }

    /// Adds a formula to the column's last rows if it continues them.
    fn place(&mut self, sheet: SheetId, cell: Cell, template: Arc<Template>) {
        let formulas = self.sheets.entry(sheet).or_default();
        let column = formulas.columns.entry(cell.column).or_default();
        match column.last_mut() {
            Some(last) if last.bottom + 1 == cell.row && Arc::ptr_eq(&last.template, &template) => {
                last.bottom = cell.row
            }
            Some(last) if last.bottom >= cell.row => formulas.late.push((cell, template)),
            _ => column.push(Filled {
                template,
                top: cell.row,
                bottom: cell.row,
            }),
        }
    }

    /// The workbook, with the values that the file stored; nothing is calculated yet.
    ///
    /// # Errors
    ///
    /// None today; a file's own faults were reported cell by cell.
    pub fn finish(mut self, environment: Environment) -> Result<Workbook> {
        self.define_pending();
        self.revision.tick = environment.tick(0);
        self.revision.external = Arc::new(std::mem::take(&mut self.external));
        self.revision.kept = Arc::new(std::mem::take(&mut self.kept));
        self.revision.grids = self.grids.sheets().clone();
        let view = self.revision.view();
        let mut plans = Plans::default();
        self.revision.graph = self.graph(&view, &mut plans);
        let (open, grids) = self.grids.into_parts();
        self.revision.grids = grids;
        self.revision.index = open.freeze();
        self.revision.number = 1;
        Ok(Workbook::from_loaded(
            self.revision,
            self.lineage,
            plans,
            environment,
        ))
    }

    fn define_pending(&mut self) {
        for pending in std::mem::take(&mut self.names) {
            let first = self.revision.sheets.order().first().copied();
            let Some(here) = pending.scope.or(first) else {
                continue;
            };
            match self.template(&pending.formula, here, Cell::new(0, 0), Mode::Dynamic) {
                Ok(template) => {
                    let PendingName {
                        name,
                        scope,
                        hidden,
                        ..
                    } = pending;
                    self.revision.names.define(NamedFormula {
                        name,
                        scope,
                        template,
                        hidden,
                    });
                }
                Err(error) => {
                    let why = format!(
                        "the name `{}` cannot be read: {}",
                        pending.name,
                        error.message()
                    );
                    self.keep(here, Cell::new(0, 0), &pending.formula, &why);
                }
            }
        }
        self.view = None;
    }

    fn graph(&mut self, view: &BookView, plans: &mut Plans) -> Graph {
        let mut regions = Vec::new();
        let mut sheets: Vec<(SheetId, SheetFormulas)> = self.sheets.drain().collect();
        sheets.sort_unstable_by_key(|(id, _)| *id);
        for (sheet, formulas) in &mut sheets {
            for (rect, template) in rectangles(std::mem::take(&mut formulas.columns)) {
                let facts = plans.bind(&template, *sheet, view).facts;
                regions.extend(region(*sheet, rect, template, facts, view));
            }
        }
        let mut graph = Graph::build(regions, Vec::new(), view);
        for (sheet, formulas) in sheets {
            for (cell, template) in formulas.late {
                let facts = plans.bind(&template, sheet, view).facts;
                graph.set(&template, &facts, (sheet, Rect::cell(cell)), view);
            }
            for (cell, extent) in formulas.arrays {
                graph.set_extent(sheet, cell, extent, view);
            }
        }
        graph.rank_all(view);
        graph
    }
}

/// A formula that a file shares between cells.
#[derive(Debug, Clone, Copy)]
pub struct Shared<'a> {
    /// The number of the group on its sheet.
    pub group: u32,
    /// The cell that the text is written for.
    pub master: Cell,
    /// The formula.
    pub text: &'a str,
}

fn region(
    sheet: SheetId,
    rect: Rect,
    template: Arc<Template>,
    facts: Arc<crate::graph::Facts>,
    view: &BookView,
) -> Option<(Region, Rect)> {
    let (rows, columns) = view.axes(sheet)?;
    let region = Region {
        template,
        facts,
        sheet,
        rows: (rows.anchor(rect.top), rows.anchor(rect.bottom)),
        columns: (columns.anchor(rect.left), columns.anchor(rect.right)),
        owned: rect.size(),
    };
    Some((region, rect))
}

/// The filled columns of a sheet as rectangles: neighbouring columns with the same rows and template are one.
fn rectangles(columns: HashMap<u32, Vec<Filled>>) -> Vec<(Rect, Arc<Template>)> {
    let mut filled: Vec<(u32, Filled)> = columns
        .into_iter()
        .flat_map(|(column, list)| list.into_iter().map(move |filled| (column, filled)))
        .collect();
    filled.sort_unstable_by_key(|(column, filled)| (filled.top, filled.bottom, *column));
    let mut joined: Vec<(Rect, Arc<Template>)> = Vec::with_capacity(filled.len());
    for (
        column,
        Filled {
            template,
            top,
            bottom,
        },
    ) in filled
    {
        match joined.last_mut() {
            Some((last, same))
                if (last.top, last.bottom, last.right + 1) == (top, bottom, column)
                    && Arc::ptr_eq(same, &template) =>
            {
                last.right = column;
            }
            _ => joined.push((
                Rect {
                    top,
                    bottom,
                    left: column,
                    right: column,
                },
                template,
            )),
        }
    }
    joined
}
