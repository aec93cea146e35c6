//! Workbooks and sheets: the classes that users hold.

use std::path::PathBuf;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList};
use tabulith::environment::Environment;
use tabulith::formats::xlsx::{self, Package};
use tabulith::reference::{Area, Rect, SheetId, a1};
use tabulith::workbook::{Calculation, Evaluated};
use tabulith::{Error, ErrorKind, functions};

use crate::cells::{self, Cell, Range};
use crate::errors::OrRaise;
use crate::report::Report;
use crate::values;

/// A workbook. Its methods are documented in `_core.pyi`.
#[pyclass(frozen, module = "tabulith")]
pub(crate) struct Workbook {
    pub(crate) book: tabulith::Workbook,
}

/// The clock of this machine, in its own time zone.
fn environment(py: Python<'_>) -> PyResult<Environment> {
    let local = py.import("time")?.call_method0("localtime")?;
    Ok(Environment::system(local.getattr("tm_gmtoff")?.extract()?))
}

#[pymethods]
impl Workbook {
    #[new]
    fn new(py: Python<'_>) -> PyResult<Self> {
        let book = tabulith::Workbook::with_environment(environment(py)?);
        Ok(Workbook { book })
    }

    #[getter]
    fn sheets(&self) -> Vec<String> {
        self.book
            .snapshot()
            .sheets()
            .map(|sheet| sheet.name.to_string())
            .collect()
    }

    fn add_sheet(&self, py: Python<'_>, name: &str) -> PyResult<Sheet> {
        let id = py.detach(|| self.book.add_sheet(name)).or_raise(py)?;
        Ok(Sheet {
            book: self.book.clone(),
            id,
        })
    }

    fn rename_sheet(&self, py: Python<'_>, name: &str, new_name: &str) -> PyResult<()> {
        py.detach(|| self.book.edit(|tx| tx.rename_sheet(name, new_name)))
            .or_raise(py)
    }

    /// A sheet by its name, a value or a range by its address, or what a defined name stands for.
    fn __getitem__<'py>(&self, py: Python<'py>, key: &str) -> PyResult<Bound<'py, PyAny>> {
        let snapshot = self.book.snapshot();
        if let Ok(id) = snapshot.sheet(key) {
            return Ok(Bound::new(
                py,
                Sheet {
                    book: self.book.clone(),
                    id,
                },
            )?
            .into_any());
        }
        if key.contains('!') {
            let area = snapshot.resolve(key).or_raise(py)?;
            return cells::get(py, &self.book, area);
        }
        if snapshot
            .names()
            .any(|named| named.name.to_lowercase() == key.to_lowercase())
        {
            return self.evaluate(py, &format!("={key}"));
        }
        let message = format!(
            "`{key}` is neither a sheet, nor an address with its sheet, nor a defined name"
        );
        Err(Error::new(ErrorKind::SheetNotFound, message)).or_raise(py)
    }

    fn __setitem__(&self, py: Python<'_>, address: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let area = self.book.snapshot().resolve(address).or_raise(py)?;
        cells::set(py, &self.book, area, value)
    }

    fn __contains__(&self, name: &str) -> bool {
        self.book.snapshot().sheet(name).is_ok()
    }

    fn __len__(&self) -> usize {
        self.book.snapshot().sheets().count()
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let sheets: Vec<SheetId> = self
            .book
            .snapshot()
            .sheets()
            .map(|sheet| sheet.id)
            .collect();
        let sheets = sheets.into_iter().map(|id| {
            Bound::new(
                py,
                Sheet {
                    book: self.book.clone(),
                    id,
                },
            )
        });
        let list = PyList::new(py, sheets.collect::<PyResult<Vec<_>>>()?)?;
        list.call_method0("__iter__")
    }

    fn __repr__(&self) -> String {
        let sheets = self.__len__();
        let plural = if sheets == 1 { "" } else { "s" };
        format!(
            "<tabulith.Workbook: {sheets} sheet{plural}, revision {}>",
            self.book.revision()
        )
    }

    fn evaluate<'py>(&self, py: Python<'py>, formula: &str) -> PyResult<Bound<'py, PyAny>> {
        let evaluated = py.detach(|| self.book.evaluate(formula)).or_raise(py)?;
        evaluated_to_python(py, evaluated)
    }

    fn recalculate(&self, py: Python<'_>) -> PyResult<Report> {
        let report = py.detach(|| self.book.recalculate()).or_raise(py)?;
        Ok(Report::new(&report))
    }

    #[pyo3(signature = (name, formula, sheet=None))]
    fn define_name(
        &self,
        py: Python<'_>,
        name: &str,
        formula: &str,
        sheet: Option<&str>,
    ) -> PyResult<()> {
        py.detach(|| self.book.edit(|tx| tx.define_name(name, sheet, formula)))
            .or_raise(py)
    }

    #[pyo3(signature = (name, sheet=None))]
    fn remove_name(&self, py: Python<'_>, name: &str, sheet: Option<&str>) -> PyResult<()> {
        py.detach(|| self.book.edit(|tx| tx.remove_name(name, sheet)))
            .or_raise(py)
    }

    /// Defined names and their formulas; those of one sheet with its name before them.
    #[getter]
    fn names<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let snapshot = self.book.snapshot();
        let names = PyDict::new(py);
        for named in snapshot.names().filter(|named| !named.hidden) {
            let scope = snapshot
                .sheets()
                .find(|sheet| Some(sheet.id) == named.scope);
            let name = match scope {
                Some(sheet) => format!("{}!{}", a1::quote_sheet_name(&sheet.name), named.name),
                None => named.name.to_string(),
            };
            names.set_item(name, snapshot.name_text(named))?;
        }
        Ok(names)
    }

    fn undo(&self, py: Python<'_>) -> PyResult<bool> {
        py.detach(|| self.book.undo()).or_raise(py)
    }

    fn redo(&self, py: Python<'_>) -> PyResult<bool> {
        py.detach(|| self.book.redo()).or_raise(py)
    }

    #[getter]
    fn revision(&self) -> u64 {
        self.book.revision()
    }

    #[getter]
    fn calculation(&self) -> &'static str {
        match self.book.settings().calculation {
            Calculation::Automatic => "automatic",
            Calculation::Manual => "manual",
        }
    }

    #[setter]
    fn set_calculation(&self, py: Python<'_>, calculation: &str) -> PyResult<()> {
        let calculation = match calculation {
            "automatic" => Calculation::Automatic,
            "manual" => Calculation::Manual,
            other => {
                let message = format!("calculation is `automatic` or `manual`, not `{other}`");
                return Err(Error::new(ErrorKind::Argument, message)).or_raise(py);
            }
        };
        py.detach(|| self.book.edit(|tx| tx.set_calculation(calculation)))
            .or_raise(py)
    }

    /// The cells on circles of live reads, which show 0.
    fn circular(&self) -> Vec<String> {
        self.book
            .snapshot()
            .circular()
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    /// The formulas that are not computed and keep the values they have: address, formula, what is missing.
    fn unsupported(&self) -> Vec<(String, String, String)> {
        let kept = self.book.snapshot().unsupported();
        kept.into_iter()
            .map(|kept| (kept.place.to_string(), kept.formula, kept.why.to_string()))
            .collect()
    }

    fn fork(&self) -> Workbook {
        Workbook {
            book: self.book.snapshot().fork(),
        }
    }

    fn save(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        let ending = path
            .extension()
            .map(|ending| ending.to_string_lossy().to_lowercase());
        if !matches!(ending.as_deref(), Some("xlsx" | "xlsm")) {
            let message = format!(
                "`{}` cannot be written: its name must end in .xlsx or .xlsm",
                path.display()
            );
            return Err(Error::new(ErrorKind::Unsupported, message)).or_raise(py);
        }
        py.detach(|| xlsx::save(&self.book, path)).or_raise(py)
    }
}

/// The result of a formula: a value, or a list of rows for an array.
fn evaluated_to_python(py: Python<'_>, evaluated: Evaluated) -> PyResult<Bound<'_, PyAny>> {
    match evaluated {
        Evaluated::Value(value) => values::to_python(py, &value),
        Evaluated::Array(array) => {
            let row = |row| {
                (0..array.columns())
                    .map(|column| array.get(row, column).clone())
                    .collect()
            };
            let rows: Vec<Vec<_>> = (0..array.rows()).map(row).collect();
            values::rows_to_python(py, &rows)
        }
    }
}

/// A sheet of a workbook.
#[pyclass(frozen, module = "tabulith")]
pub(crate) struct Sheet {
    book: tabulith::Workbook,
    id: SheetId,
}

impl Sheet {
    /// The area of an address on this sheet.
    fn area(&self, py: Python<'_>, address: &str) -> PyResult<Area> {
        if address.contains('!') {
            let message = format!("`{address}` names a sheet; here the address is on this one");
            return Err(Error::new(ErrorKind::Address, message)).or_raise(py);
        }
        let name = a1::quote_sheet_name(&self.name(py)?).to_string();
        self.book
            .snapshot()
            .resolve(&format!("{name}!{address}"))
            .or_raise(py)
    }
}

#[pymethods]
impl Sheet {
    #[getter]
    fn name(&self, py: Python<'_>) -> PyResult<String> {
        let snapshot = self.book.snapshot();
        let found = snapshot
            .sheets()
            .find(|sheet| sheet.id == self.id)
            .map(|sheet| sheet.name.to_string());
        found
            .ok_or_else(|| Error::new(ErrorKind::SheetNotFound, "the sheet has been removed"))
            .or_raise(py)
    }

    fn __getitem__<'py>(&self, py: Python<'py>, address: &str) -> PyResult<Bound<'py, PyAny>> {
        cells::get(py, &self.book, self.area(py, address)?)
    }

    fn __setitem__(&self, py: Python<'_>, address: &str, value: &Bound<'_, PyAny>) -> PyResult<()> {
        cells::set(py, &self.book, self.area(py, address)?, value)
    }

    /// A cell by its address, or by row and column from 1.
    #[pyo3(signature = (address, column=None))]
    fn cell(
        &self,
        py: Python<'_>,
        address: &Bound<'_, PyAny>,
        column: Option<u32>,
    ) -> PyResult<Cell> {
        let address = match column {
            None => address.extract::<String>()?,
            Some(column) => {
                let row: u32 = address.extract()?;
                let (Some(_), Some(column)) = (row.checked_sub(1), column.checked_sub(1)) else {
                    return Err(Error::new(
                        ErrorKind::Address,
                        "rows and columns count from 1",
                    ))
                    .or_raise(py);
                };
                format!("{}{row}", a1::column_letters(column))
            }
        };
        let area = self.area(py, &address)?;
        if area.rect.size() > 1 {
            let message = format!("`{address}` is more than one cell");
            return Err(Error::new(ErrorKind::Address, message)).or_raise(py);
        }
        Ok(Cell::new(
            self.book.clone(),
            area.sheet,
            area.rect.top_left(),
        ))
    }

    /// The smallest range that holds all that the sheet has; None if it is empty.
    #[getter]
    fn used(&self) -> Option<Range> {
        let rect = self.book.snapshot().used(self.id)?;
        Some(Range::new(self.book.clone(), Area::new(self.id, rect)))
    }

    fn clear(&self, py: Python<'_>, address: &str) -> PyResult<()> {
        let area = self.area(py, address)?;
        let address = self.book.snapshot().address(&area);
        py.detach(|| self.book.edit(|tx| tx.clear(&address)))
            .or_raise(py)
    }

    #[pyo3(signature = (at, count=1))]
    fn insert_rows(&self, py: Python<'_>, at: u32, count: u32) -> PyResult<()> {
        let Some(row) = at.checked_sub(1) else {
            return Err(Error::new(ErrorKind::Argument, "rows count from 1")).or_raise(py);
        };
        py.detach(|| self.book.edit(|tx| tx.insert_rows(self.id, row, count)))
            .or_raise(py)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let used = self.book.snapshot().used(self.id);
        let used = used.map_or_else(|| "empty".to_owned(), |rect: Rect| a1::print_rect(rect));
        Ok(format!(
            "<tabulith.Sheet {}: {used}>",
            a1::quote_sheet_name(&self.name(py)?)
        ))
    }
}

/// Opens a file: a path, the bytes of one, or an object with `read`.
#[pyfunction]
pub(crate) fn open(py: Python<'_>, source: &Bound<'_, PyAny>) -> PyResult<Workbook> {
    let environment = environment(py)?;
    let opened = if let Ok(bytes) = source.cast::<PyBytes>() {
        let bytes = bytes.as_bytes().to_vec();
        py.detach(|| Package::from_bytes(bytes))
    } else if source.hasattr("read")? {
        let bytes: Vec<u8> = source.call_method0("read")?.extract()?;
        py.detach(|| Package::from_bytes(bytes))
    } else {
        let path: PathBuf = source.extract()?;
        py.detach(|| Package::open(path))
    };
    let package = opened.or_raise(py)?;
    let book = py
        .detach(|| xlsx::open_package(package, environment, &mut |_, _| {}))
        .or_raise(py)?;
    Ok(Workbook { book })
}

/// A formula's value, without a workbook.
#[pyfunction]
pub(crate) fn evaluate<'py>(py: Python<'py>, formula: &str) -> PyResult<Bound<'py, PyAny>> {
    let workbook = Workbook::new(py)?;
    workbook.add_sheet(py, "Sheet1")?;
    workbook.evaluate(py, formula)
}

/// Every worksheet function: name, parameters, first sentence, examples.
#[pyfunction(name = "functions")]
pub(crate) fn list_functions(py: Python<'_>) -> PyResult<Bound<'_, PyList>> {
    let list = PyList::empty(py);
    for function in functions::all() {
        let entry = PyDict::new(py);
        let parameters = function
            .parameters
            .iter()
            .chain(function.repeat)
            .map(|parameter| parameter.name);
        let lines = function.documentation.lines().map(str::trim);
        entry.set_item("name", function.name)?;
        entry.set_item("parameters", parameters.collect::<Vec<_>>())?;
        entry.set_item(
            "summary",
            lines
                .into_iter()
                .find(|line| !line.is_empty())
                .unwrap_or(""),
        )?;
        entry.set_item("volatile", function.flags.volatile)?;
        entry.set_item("examples", function.examples().collect::<Vec<_>>())?;
        list.append(entry)?;
    }
    Ok(list)
}
