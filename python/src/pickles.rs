//! Pickles: a workbook goes out as parts of the bytes of its own file, and comes back from them.
//!
//! From protocol 5 on, each part is a `PickleBuffer`, which whoever pickles may take out of the stream: nothing is then
//! copied into it. Older protocols get all parts in one.

use std::io::{BufRead, Read, Write};

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyMemoryView, PyTuple};
use tabulith::formats::messagepack;

use crate::errors::OrRaise;
use crate::module::environment;

/// Bytes of a part: some thirty blocks of cells.
const PART: usize = 1 << 20;

/// The first protocol with buffers outside of its stream.
const WITH_BUFFERS: i32 = 5;

/// What `pickle` is given: the name of a function of `_core`, and what it makes the object of again.
pub(crate) fn reduced<'py>(
    py: Python<'py>,
    maker: &str,
    book: &tabulith::Workbook,
    protocol: i32,
) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
    let maker = py.import("tabulith._core")?.getattr(maker)?;
    if protocol < WITH_BUFFERS {
        let bytes = py.detach(|| book.to_bytes()).or_raise(py)?;
        let parts = PyTuple::new(py, [PyBytes::new(py, &bytes)])?;
        return Ok((maker, parts));
    }
    let parts = py.detach(|| {
        let mut parts = Parts::default();
        book.write_to(&mut parts).map(|()| parts)
    });
    let buffer = py.import("pickle")?.getattr("PickleBuffer")?;
    let parts = parts.or_raise(py)?.finish(py);
    let parts = parts.into_iter().map(|part| buffer.call1((part,)));
    let parts = parts.collect::<PyResult<Vec<_>>>()?;
    Ok((maker, PyTuple::new(py, parts)?))
}

/// The workbook of parts that [`reduced`] made: bytes, or anything that lends its memory.
pub(crate) fn made_again(
    py: Python<'_>,
    parts: &Bound<'_, PyTuple>,
) -> PyResult<tabulith::Workbook> {
    let environment = environment(py)?;
    // The buffers of other objects could be changed by another thread while they are read, and are copied.
    let parts = parts.iter().map(|part| match part.cast_into::<PyBytes>() {
        Ok(bytes) => Ok(bytes),
        Err(other) => {
            let lent = PyMemoryView::from(&other.into_inner())?;
            Ok(lent.call_method0("tobytes")?.cast_into::<PyBytes>()?)
        }
    });
    let parts = parts.collect::<PyResult<Vec<_>>>()?;
    let slices: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
    let size = slices.iter().map(|part| part.len() as u64).sum();
    py.detach(|| {
        let input = Joined {
            first: &[],
            rest: slices.iter(),
        };
        messagepack::read(input, size, environment, &mut |_, _| Ok(()))
    })
    .or_raise(py)
}

/// Bytes as they are written, cut into parts.
#[derive(Default)]
struct Parts {
    full: Vec<Py<PyBytes>>,
    last: Vec<u8>,
}

impl Parts {
    fn finish(mut self, py: Python<'_>) -> Vec<Py<PyBytes>> {
        if !self.last.is_empty() {
            self.full.push(PyBytes::new(py, &self.last).unbind());
        }
        self.full
    }
}

impl Write for Parts {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let taken = bytes.len().min(PART - self.last.len());
        self.last.extend_from_slice(&bytes[..taken]);
        if self.last.len() == PART {
            let part = Python::attach(|py| PyBytes::new(py, &self.last).unbind());
            self.full.push(part);
            self.last.clear();
        }
        Ok(taken)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Parts that are read one after the other.
struct Joined<'a> {
    first: &'a [u8],
    rest: std::slice::Iter<'a, &'a [u8]>,
}

impl Read for Joined<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let count = self.fill_buf()?.read(into)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Joined<'_> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        while self.first.is_empty() {
            let Some(next) = self.rest.next() else { break };
            self.first = next;
        }
        Ok(self.first)
    }

    fn consume(&mut self, count: usize) {
        self.first = &self.first[count..];
    }
}
