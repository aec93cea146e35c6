//! Where cells are read: a workbook that goes on, or a snapshot that never changes.

use std::sync::Arc;

use pyo3::prelude::*;
use tabulith::reference::{Area, SheetId};
use tabulith::{Error, ErrorKind, Result, Snapshot, Transaction};

use crate::errors::OrRaise;
use crate::handle::Handle;

/// A workbook or a snapshot of one.
#[derive(Clone)]
pub(crate) enum Source {
    /// As it is whenever it is asked.
    Live(Arc<Handle>),
    /// As it was.
    Fixed(Arc<Snapshot>),
}

impl Source {
    pub(crate) fn fixed(snapshot: Snapshot) -> Source {
        Source::Fixed(Arc::new(snapshot))
    }

    /// What is to be read now.
    pub(crate) fn read(&self, py: Python<'_>) -> PyResult<Snapshot> {
        match self {
            Source::Live(handle) => handle.snapshot(py),
            Source::Fixed(snapshot) => Ok((**snapshot).clone()),
        }
    }

    /// As [`Source::read`] for everything but values, which may be stale: nothing is computed.
    pub(crate) fn layout(&self, py: Python<'_>) -> PyResult<Snapshot> {
        match self {
            Source::Live(handle) => handle.layout(py),
            Source::Fixed(snapshot) => Ok((**snapshot).clone()),
        }
    }

    /// The workbook.
    ///
    /// # Errors
    ///
    /// `UnsupportedError` for a snapshot.
    pub(crate) fn handle(&self, py: Python<'_>) -> PyResult<&Arc<Handle>> {
        match self {
            Source::Live(handle) => Ok(handle),
            Source::Fixed(_) => Err(Error::new(
                ErrorKind::Unsupported,
                "a snapshot never changes; edit a fork of it",
            ))
            .or_raise(py),
        }
    }

    /// Carries out an edit.
    pub(crate) fn edit<R: Send>(
        &self,
        py: Python<'_>,
        edit: impl FnOnce(&mut Transaction<'_>) -> Result<R> + Send,
    ) -> PyResult<R> {
        self.handle(py)?.edit(py, edit)
    }

    /// The address of an area as it reads now.
    pub(crate) fn address(&self, py: Python<'_>, area: &Area) -> PyResult<String> {
        Ok(self.layout(py)?.address(area))
    }

    /// The name of a sheet.
    ///
    /// # Errors
    ///
    /// `SheetNotFound` if it has been removed.
    pub(crate) fn sheet_name(&self, py: Python<'_>, id: SheetId) -> PyResult<String> {
        let snapshot = self.layout(py)?;
        sheet_name(&snapshot, id).or_raise(py)
    }
}

/// The name of a sheet of a snapshot.
pub(crate) fn sheet_name(snapshot: &Snapshot, id: SheetId) -> Result<String> {
    let mut sheets = snapshot.sheets();
    let found = sheets.find(|sheet| sheet.id == id);
    found
        .map(|sheet| sheet.name.to_string())
        .ok_or_else(|| Error::new(ErrorKind::SheetNotFound, "the sheet has been removed"))
}
