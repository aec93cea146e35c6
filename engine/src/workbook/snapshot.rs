//! A snapshot: one revision of a workbook, to read from any thread for as long as one likes.

use std::ops::ControlFlow;
use std::sync::{Arc, OnceLock};

use super::names::{NamedFormula, Table};
use super::revision::{Lineage, Revision};
use super::settings::BookSettings;
use super::sheets::Sheet;
use super::view::BookView;
use super::{Evaluated, Range, Workbook, address};
use crate::environment::Environment;
use crate::error::{Error, ErrorKind, Result};
use crate::formula::{self, Mode, ParseOptions, Template};
use crate::graph::Axes;
use crate::plan;
use crate::recalc::Reader;
use crate::reference::{Area, Axis, Cell, Rect, SheetId, a1};
use crate::value::number_format::NumberFormat;
use crate::value::{Value, ValueRef};

/// A workbook at one moment: values, formulas, names and formats that never change.
///
/// # Examples
///
/// ```
/// use tabulith::Workbook;
/// use tabulith::value::Value;
///
/// let book = Workbook::new();
/// book.add_sheet("S")?;
/// book.edit(|tx| tx.set("S!A1", 1.0))?;
/// let before = book.snapshot();
/// book.edit(|tx| tx.set("S!A1", 2.0))?;
/// assert_eq!(before.value("S!A1")?, Value::Number(1.0));
/// # Ok::<(), tabulith::Error>(())
/// ```
#[derive(Clone)]
pub struct Snapshot {
    pub(super) revision: Arc<Revision>,
    /// Made when formulas are first read as texts.
    view: Arc<OnceLock<BookView>>,
    pub(super) lineage: Arc<Lineage>,
    environment: Environment,
}

impl Snapshot {
    pub(super) fn new(
        revision: Arc<Revision>,
        lineage: Arc<Lineage>,
        environment: Environment,
    ) -> Snapshot {
        Snapshot {
            revision,
            view: Arc::default(),
            lineage,
            environment,
        }
    }

    pub(super) fn view(&self) -> &BookView {
        self.view.get_or_init(|| self.revision.view())
    }

    /// The number of the revision.
    pub fn revision(&self) -> u64 {
        self.revision.number
    }

    /// A workbook of its own that begins as this snapshot; what it shares costs nothing.
    pub fn fork(&self) -> Workbook {
        let revision = (*self.revision).clone();
        Workbook::of(revision, self.lineage.clone(), self.environment.clone())
    }

    /// The sheets in tab order.
    pub fn sheets(&self) -> impl Iterator<Item = &Sheet> {
        self.revision.sheets.iter()
    }

    /// The sheet of this name, in any case.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SheetNotFound`].
    pub fn sheet(&self, name: &str) -> Result<SheetId> {
        self.revision.sheets.named(name)
    }

    /// The defined names.
    pub fn names(&self) -> impl Iterator<Item = &NamedFormula> {
        self.revision.names.iter()
    }

    /// The formula of a defined name with its `=`, as it reads for cell A1.
    pub fn name_text(&self, named: &NamedFormula) -> String {
        let first = self
            .revision
            .sheets
            .order()
            .first()
            .copied()
            .unwrap_or(SheetId(0));
        self.view().text_of(
            &named.template,
            named.scope.unwrap_or(first),
            Cell::new(0, 0),
        )
    }

    /// The tables.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.revision.tables.iter()
    }

    /// The settings.
    pub fn settings(&self) -> BookSettings {
        self.revision.settings
    }

    /// Whether manual calculation has left anything stale.
    pub fn is_stale(&self) -> bool {
        !self.revision.stale.is_empty()
    }

    /// The sheet and the rectangle that an address names, such as `Ledger!A1:B9`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Address`], [`ErrorKind::SheetNotFound`].
    pub fn resolve(&self, address: &str) -> Result<Area> {
        let (sheet, rect) = address::resolve(address, &self.revision.sheets, &*self.revision)?;
        Ok(Area::new(sheet, rect))
    }

    /// The address of an area: `Ledger!A1:B9`.
    pub fn address(&self, area: &Area) -> String {
        let name = self
            .revision
            .sheets
            .get(area.sheet)
            .map_or("#REF", |sheet| &sheet.name);
        format!(
            "{}!{}",
            a1::quote_sheet_name(name),
            a1::print_rect(area.rect)
        )
    }

    /// The value at an address such as `Ledger!B7`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Address`], also for more than one cell; [`ErrorKind::SheetNotFound`].
    pub fn value(&self, address: &str) -> Result<Value> {
        let (sheet, cell) = self.cell(address)?;
        Ok(self.value_at(sheet, cell))
    }

    /// The value at a 0-based position; blank off the grid.
    pub fn value_at(&self, sheet: SheetId, cell: Cell) -> Value {
        self.revision.value(sheet, cell)
    }

    /// The formula at an address with its `=`; nothing if the cell has none.
    ///
    /// # Errors
    ///
    /// As [`Snapshot::value`].
    pub fn formula(&self, address: &str) -> Result<Option<String>> {
        let (sheet, cell) = self.cell(address)?;
        Ok(self.formula_at(sheet, cell))
    }

    /// The formula at a 0-based position with its `=`.
    pub fn formula_at(&self, sheet: SheetId, cell: Cell) -> Option<String> {
        let region = self.revision.graph.region_at(sheet, cell, &*self.revision);
        match region.and_then(|id| self.revision.graph.region(id)) {
            Some(region) => Some(self.view().text_of(&region.template, sheet, cell)),
            None => {
                let kept = self
                    .revision
                    .kept
                    .iter()
                    .find(|kept| kept.sheet == sheet && kept.cell == cell)?;
                Some(format!("={}", kept.formula))
            }
        }
    }

    /// What a cell shows: its value in its number format.
    ///
    /// # Errors
    ///
    /// As [`Snapshot::value`].
    pub fn text(&self, address: &str) -> Result<String> {
        let (sheet, cell) = self.cell(address)?;
        Ok(self.text_at(sheet, cell))
    }

    /// What the cell at a 0-based position shows.
    pub fn text_at(&self, sheet: SheetId, cell: Cell) -> String {
        let value = self.value_at(sheet, cell);
        match value {
            Value::Blank => return String::new(),
            Value::Error(error) => return error.to_string(),
            _ => {}
        }
        let format = NumberFormat::parse(&self.number_format_at(sheet, cell));
        let conventions = self.revision.recalc_settings().conventions;
        format
            .format(value.as_ref(), &conventions)
            .unwrap_or_else(|_| "#".repeat(8))
    }

    /// The code of a cell's number format, such as `0.00%`.
    ///
    /// # Errors
    ///
    /// As [`Snapshot::value`].
    pub fn number_format(&self, address: &str) -> Result<Arc<str>> {
        let (sheet, cell) = self.cell(address)?;
        Ok(self.number_format_at(sheet, cell))
    }

    /// The code of the number format of the cell at a 0-based position.
    pub fn number_format_at(&self, sheet: SheetId, cell: Cell) -> Arc<str> {
        self.revision.number_format(sheet, cell)
    }

    /// The cells of a rectangle.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Address`], [`ErrorKind::SheetNotFound`].
    pub fn range(&self, address: &str) -> Result<Range> {
        Ok(Range {
            snapshot: self.clone(),
            area: self.resolve(address)?,
        })
    }

    /// Shows each cell of `area` that is not blank, in row-major order, until `visitor` breaks off.
    pub fn visit(
        &self,
        area: &Area,
        mut visitor: impl FnMut(Cell, ValueRef<'_>) -> ControlFlow<()>,
    ) {
        self.revision.visit(area, &mut visitor);
    }

    /// The smallest rectangle that holds all that a sheet has, or one that is not much larger.
    pub fn used(&self, sheet: SheetId) -> Option<Rect> {
        let (rows, columns) = self.revision.axes(sheet)?;
        let whole = Rect {
            top: 0,
            left: 0,
            bottom: rows.len() - 1,
            right: columns.len() - 1,
        };
        self.revision.used(&Area::new(sheet, whole))
    }

    /// What a formula would give, written for cell A1 of the first sheet; nothing is stored.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Parse`] if it is not a formula, [`ErrorKind::Unsupported`] if it cannot be computed here.
    pub fn evaluate(&self, formula: &str) -> Result<Evaluated> {
        let first = self
            .revision
            .sheets
            .order()
            .first()
            .copied()
            .unwrap_or(SheetId(0));
        self.evaluate_at(formula, first, Cell::new(0, 0))
    }

    /// What a formula would give in a cell; nothing is stored.
    ///
    /// # Errors
    ///
    /// As [`Snapshot::evaluate`].
    pub fn evaluate_at(&self, formula: &str, sheet: SheetId, cell: Cell) -> Result<Evaluated> {
        let ast = formula::parse(formula, &ParseOptions::default())?;
        let view = self.view();
        let template = Template::from_ast(&ast, cell, sheet, Mode::Dynamic, view);
        let plan = plan::bind_at(&template, sheet, cell, view);
        if let Some(refusal) = &plan.refused {
            return Err(Error::parse(
                &*refusal.message,
                formula,
                0..formula.len(),
                None,
            ));
        }
        if let Some(why) = &plan.unsupported {
            return Err(Error::new(
                ErrorKind::Unsupported,
                format!("`{formula}` cannot be computed: {why}"),
            ));
        }
        let grids = self.revision.open();
        let settings = self.revision.recalc_settings();
        let reader = Reader::new(&grids, &self.revision.graph, view, &settings);
        let context = settings.context(&reader, (sheet, cell), Mode::Dynamic);
        Ok(plan::outcome(plan::evaluate(&plan, &context), &context))
    }

    pub(super) fn cell(&self, text: &str) -> Result<(SheetId, Cell)> {
        let area = self.resolve(text)?;
        if area.rect.size() > 1 {
            return Err(Error::new(
                ErrorKind::Address,
                format!("`{text}` is more than one cell"),
            ));
        }
        Ok((area.sheet, area.rect.top_left()))
    }
}
