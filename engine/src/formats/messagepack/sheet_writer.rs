//! Writing what is on a sheet: how it is laid out, its cells in blocks of columns, its formulas with their rectangles.

use std::io::Write;

use serde_bytes::ByteBuf;

use super::cell_bytes::CellBytes;
use super::envelope::Writer;
use super::packed::{numbers_of, pack, pack_rects};
use super::{WriteOptions, contents, words};
use crate::error::{Error, ErrorKind, Result};
use crate::limits;
use crate::reference::{Dimension, SheetId};
use crate::workbook::{FilledFormula, Filter, HiddenSpan, Snapshot};

/// Columns of a rectangle of formulas: what reading one costs is in proportion to them, and so to the file.
pub(super) const FORMULA_COLUMNS: u32 = 64;

/// Rectangles of one formula in one record.
const RECTS: usize = 1 << 12;

/// Bytes of formulas at which a record ends.
const FORMULA_BYTES: usize = 1 << 15;

/// Array formulas in one record.
const EXTENTS: usize = 1 << 12;

/// Writes a sheet, which has this place in the tab order. `earlier` is the workbook as the package has it.
pub(super) fn write<W: Write>(
    (snapshot, earlier): (&Snapshot, Option<&Snapshot>),
    (sheet, number): (SheetId, u32),
    options: WriteOptions,
    records: &mut Writer<'_, W>,
) -> Result<()> {
    let mut writer = SheetWriter {
        snapshot,
        earlier,
        sheet,
        number,
        records,
    };
    writer.layout()?;
    writer.attached()?;
    writer.cells(options)?;
    writer.formulas()?;
    writer.arrays()
}

/// That a formula's text is not too long to be read again.
pub(super) fn check_length(text: &str) -> Result<()> {
    if text.len() <= limits::FORMULA_BYTES {
        return Ok(());
    }
    let beginning: String = text.chars().take(40).collect();
    let message = format!(
        "the formula `{beginning}...` has more than {} bytes",
        limits::FORMULA_BYTES
    );
    Err(Error::new(ErrorKind::Limit, message))
}

struct SheetWriter<'a, 'r, 'w, W: Write> {
    snapshot: &'a Snapshot,
    earlier: Option<&'a Snapshot>,
    sheet: SheetId,
    number: u32,
    records: &'r mut Writer<'w, W>,
}

impl<W: Write> SheetWriter<'_, '_, '_, W> {
    fn layout(&mut self) -> Result<()> {
        let (snapshot, sheet) = (self.snapshot, self.sheet);
        let mut sheets = snapshot.sheets();
        let filtered = sheets.any(|own| own.id == sheet && own.filtered);
        let pairs =
            |styles: Vec<(u32, u32)>| pack(styles.into_iter().flat_map(|(at, style)| [at, style]));
        let written = contents::Layout {
            sheet: self.number,
            filtered,
            filter: snapshot.filter(sheet).map(filter),
            merges: pack_rects(snapshot.merges(sheet)),
            hidden_rows: hidden(&snapshot.hidden_spans(sheet, Dimension::Rows)),
            hidden_columns: hidden(&snapshot.hidden_spans(sheet, Dimension::Columns)),
            row_styles: pairs(snapshot.row_styles(sheet)),
            column_styles: pairs(snapshot.column_styles(sheet)),
            column_widths: self.column_widths(),
        };
        self.records.record("layout", &written)
    }

    /// The widths of columns, unless there are none now and were none in the package.
    fn column_widths(&self) -> Option<Vec<(u32, u32, f64)>> {
        let widths = self.snapshot.column_widths(self.sheet);
        let had_any = |earlier: &Snapshot| !earlier.column_widths(self.sheet).is_empty();
        let tells = !widths.is_empty() || self.earlier.is_some_and(had_any);
        let widths = widths.iter();
        tells.then(|| {
            widths
                .map(|span| (span.first, span.last, span.width))
                .collect()
        })
    }

    fn attached(&mut self) -> Result<()> {
        for attached in self.snapshot.attached(self.sheet) {
            let written = contents::AttachedTo {
                sheet: self.number,
                kind: words::attached_name(attached.kind).to_owned(),
                number: attached.number,
                copy_of: attached.copy_of,
                ranges: pack_rects(&attached.ranges),
                formulas: attached.formulas,
            };
            self.records.record("attached", &written)?;
        }
        Ok(())
    }

    fn cells(&mut self, options: WriteOptions) -> Result<()> {
        let mut bytes = CellBytes::default();
        let (records, number) = (&mut *self.records, self.number);
        self.snapshot
            .visit_blocks(self.sheet, options.values, |block| {
                records.record("cells", &bytes.pack(number, &block))
            })?;
        self.snapshot.visit_style_blocks(self.sheet, |block| {
            records.record("formats", &bytes.pack(number, &block))
        })
    }

    fn formulas(&mut self) -> Result<()> {
        let mut batch = Batch {
            content: contents::Formulas {
                sheet: self.number,
                formulas: Vec::new(),
            },
            bytes: 0,
            records: &mut *self.records,
        };
        self.snapshot
            .visit_filled_formulas(self.sheet, FORMULA_COLUMNS, |formula| batch.push(&formula))?;
        batch.flush()
    }

    fn arrays(&mut self) -> Result<()> {
        for extents in self.snapshot.array_extents(self.sheet).chunks(EXTENTS) {
            let numbers = extents.iter().flat_map(|extent| {
                let [top, left, bottom, right] = numbers_of(&extent.rect);
                [top, left, bottom, right, u32::from(extent.fixed)]
            });
            let written = contents::Arrays {
                sheet: self.number,
                extents: pack(numbers),
            };
            self.records.record("arrays", &written)?;
        }
        Ok(())
    }
}

/// Formulas until there are enough for a record.
struct Batch<'r, 'w, W: Write> {
    content: contents::Formulas,
    bytes: usize,
    records: &'r mut Writer<'w, W>,
}

impl<W: Write> Batch<'_, '_, W> {
    fn push(&mut self, formula: &FilledFormula) -> Result<()> {
        check_length(&formula.text)?;
        for rects in formula.rects.chunks(RECTS) {
            let rects = pack_rects(rects);
            self.bytes += formula.text.len() + rects.len();
            self.content.formulas.push(contents::Formula {
                text: formula.text.clone(),
                row: formula.at.row,
                column: formula.at.column,
                mode: words::mode_name(formula.mode).to_owned(),
                rects,
            });
            if self.bytes >= FORMULA_BYTES {
                self.flush()?;
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<()> {
        if !self.content.formulas.is_empty() {
            self.records.record("formulas", &self.content)?;
            self.content.formulas.clear();
            self.bytes = 0;
        }
        Ok(())
    }
}

fn filter(filter: &Filter) -> contents::Filter {
    let conditions = filter.conditions.iter();
    let conditions = conditions.map(|condition| contents::Condition {
        column: condition.column,
        any_of: condition.any_of.iter().map(Into::into).collect(),
    });
    contents::Filter {
        rect: numbers_of(&filter.rect),
        conditions: conditions.collect(),
    }
}

fn hidden(spans: &[HiddenSpan]) -> ByteBuf {
    pack(spans.iter().flat_map(|span| {
        let why = words::hidden_number(span.why);
        [span.first, span.last, why]
    }))
}
