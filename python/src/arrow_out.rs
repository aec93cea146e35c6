//! Ranges as streams of Arrow batches, by the PyCapsule interface.
//!
//! A batch has the rows of one block. A block of numbers without blanks goes out where it lies, and the batch keeps it
//! alive; everything else is copied once. Errors are nulls, and stand as texts in a column of their own, `B.error`.

use std::ptr::NonNull;
use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, PrimitiveBuilder, StringBuilder};
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, DurationMicrosecondType, Float64Type, Time64MicrosecondType,
    TimestampMicrosecondType,
};
use arrow_array::{ArrayRef, Float64Array, RecordBatch, RecordBatchOptions, RecordBatchReader};
use arrow_buffer::{Buffer, ScalarBuffer};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef, TimeUnit};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;
use tabulith::Snapshot;
use tabulith::reference::Area;
use tabulith::value::ValueRef;
use tabulith::workbook::HeldBlock;

use crate::columns_out::{self, Kind, OutColumn};
use crate::moments::{self, Moment};

/// What the columns of a stream are called.
pub(crate) enum Names<'a> {
    /// By their letters.
    Letters,
    /// So.
    Given(&'a [String]),
}

/// A stream of an area, in a capsule.
pub(crate) fn stream<'py>(
    py: Python<'py>,
    snapshot: &Snapshot,
    area: Area,
    names: Names<'_>,
) -> PyResult<Bound<'py, PyCapsule>> {
    let names = match names {
        Names::Letters => &[][..],
        Names::Given(names) => names,
    };
    let batches = py.detach(|| {
        let columns = columns_out::columns(snapshot, area, names);
        Batches::new(columns, area, snapshot.settings().date1904)
    });
    let stream = FFI_ArrowArrayStream::new(Box::new(batches));
    PyCapsule::new_with_value(py, stream, c"arrow_array_stream")
}

/// The batches of a range, made when they are asked for.
struct Batches {
    schema: SchemaRef,
    columns: Vec<OutColumn>,
    /// The block that each column is at.
    at: Vec<usize>,
    next: u32,
    end: u32,
    date1904: bool,
}

impl Batches {
    fn new(columns: Vec<OutColumn>, area: Area, date1904: bool) -> Batches {
        let values = columns
            .iter()
            .map(|column| Field::new(&column.name, data_type(column.kind), true));
        let errors = columns
            .iter()
            .filter(|column| column.has_errors)
            .map(|column| Field::new(format!("{}.error", column.name), DataType::Utf8, true));
        let fields: Vec<Field> = values.chain(errors).collect();
        Batches {
            schema: Arc::new(Schema::new(fields)),
            at: vec![0; columns.len()],
            columns,
            next: area.rect.top,
            end: area.rect.bottom + 1,
            date1904,
        }
    }

    /// Moves every column to the block that has the next row; the end of the shortest of them.
    fn advance(&mut self) -> u32 {
        let mut end = self.end;
        for (column, at) in self.columns.iter().zip(&mut self.at) {
            while column.blocks[*at].rows().end <= self.next {
                *at += 1;
            }
            end = end.min(column.blocks[*at].rows().end);
        }
        end
    }

    fn batch(&self, end: u32) -> Result<RecordBatch, ArrowError> {
        let parts = self.columns.iter().zip(&self.at).map(|(column, at)| Part {
            block: &column.blocks[*at],
            from: self.next,
            to: end,
            date1904: self.date1904,
        });
        let parts: Vec<Part<'_>> = parts.collect();
        let values = self
            .columns
            .iter()
            .zip(&parts)
            .map(|(column, part)| part.values(column.kind));
        let errors = self.columns.iter().zip(&parts);
        let errors = errors
            .filter(|(column, _)| column.has_errors)
            .map(|(_, part)| part.errors());
        let rows = (end - self.next) as usize;
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let arrays = values.chain(errors).collect();
        RecordBatch::try_new_with_options(self.schema.clone(), arrays, &options)
    }
}

impl Iterator for Batches {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.next >= self.end || self.columns.iter().any(|column| column.blocks.is_empty()) {
            return None;
        }
        let end = self.advance();
        let batch = self.batch(end);
        self.next = end;
        Some(batch)
    }
}

impl RecordBatchReader for Batches {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }
}

fn data_type(kind: Kind) -> DataType {
    match kind {
        Kind::Numbers => DataType::Float64,
        Kind::Booleans => DataType::Boolean,
        Kind::Texts => DataType::Utf8,
        Kind::Moments(Moment::Date) => DataType::Date32,
        Kind::Moments(Moment::DateTime) => DataType::Timestamp(TimeUnit::Microsecond, None),
        Kind::Moments(Moment::Time) => DataType::Time64(TimeUnit::Microsecond),
        Kind::Moments(Moment::Duration) => DataType::Duration(TimeUnit::Microsecond),
    }
}

/// Some rows of a block.
struct Part<'a> {
    block: &'a HeldBlock,
    from: u32,
    to: u32,
    date1904: bool,
}

impl Part<'_> {
    fn len(&self) -> usize {
        (self.to - self.from) as usize
    }

    fn values(&self, kind: Kind) -> ArrayRef {
        let date1904 = self.date1904;
        match kind {
            Kind::Numbers => self
                .where_they_lie()
                .unwrap_or_else(|| self.numbers::<Float64Type>(Some)),
            Kind::Booleans => self.booleans(),
            Kind::Texts => self.texts(columns_out::text_of),
            Kind::Moments(Moment::Date) => self.numbers::<Date32Type>(|serial| {
                let micros = moments::micros_of_serial(serial, date1904)?;
                i32::try_from(micros.div_euclid(86_400_000_000)).ok()
            }),
            Kind::Moments(Moment::DateTime) => self.numbers::<TimestampMicrosecondType>(|serial| {
                moments::micros_of_serial(serial, date1904)
            }),
            Kind::Moments(Moment::Time) => self
                .numbers::<Time64MicrosecondType>(|serial| Some(moments::micros_of_time(serial))),
            Kind::Moments(Moment::Duration) => {
                self.numbers::<DurationMicrosecondType>(moments::micros_of_duration)
            }
        }
    }

    /// The numbers of a block without anything else, not copied.
    fn where_they_lie(&self) -> Option<ArrayRef> {
        // The owner is made first, and the numbers are where it has them.
        let owner = Arc::new(self.block.clone());
        let numbers = owner.numbers()?;
        let first = (self.from - owner.rows().start) as usize;
        let numbers = numbers.get(first..first + self.len())?;
        let pointer = NonNull::from(numbers).cast::<u8>();
        let bytes = size_of_val(numbers);
        // SAFETY: `owner` keeps the numbers alive, which never change and never move, and the buffer keeps `owner`.
        let buffer = unsafe { Buffer::from_custom_allocation(pointer, bytes, owner) };
        let lanes = ScalarBuffer::<f64>::new(buffer, 0, self.len());
        Some(Arc::new(Float64Array::new(lanes, None)))
    }

    /// Calls `put` for each row in order, with what is there.
    fn each(&self, mut put: impl FnMut(ValueRef<'_>)) {
        let mut next = self.from;
        self.block.visit(|row, value| {
            if !(self.from..self.to).contains(&row) {
                return;
            }
            (next..row).for_each(|_| put(ValueRef::Blank));
            put(value);
            next = row + 1;
        });
        (next..self.to).for_each(|_| put(ValueRef::Blank));
    }

    fn numbers<T: ArrowPrimitiveType>(&self, of: impl Fn(f64) -> Option<T::Native>) -> ArrayRef {
        let mut builder = PrimitiveBuilder::<T>::with_capacity(self.len());
        self.each(|value| match value {
            ValueRef::Number(x) => builder.append_option(of(x)),
            _ => builder.append_null(),
        });
        Arc::new(builder.finish())
    }

    fn booleans(&self) -> ArrayRef {
        let mut builder = BooleanBuilder::with_capacity(self.len());
        self.each(|value| match value {
            ValueRef::Boolean(x) => builder.append_value(x),
            _ => builder.append_null(),
        });
        Arc::new(builder.finish())
    }

    fn texts(&self, of: impl Fn(ValueRef<'_>) -> Option<std::borrow::Cow<'_, str>>) -> ArrayRef {
        let mut builder = StringBuilder::with_capacity(self.len(), 0);
        self.each(|value| builder.append_option(of(value)));
        Arc::new(builder.finish())
    }

    fn errors(&self) -> ArrayRef {
        self.texts(|value| match value {
            ValueRef::Error(error) => Some(error.as_str().into()),
            _ => None,
        })
    }
}
