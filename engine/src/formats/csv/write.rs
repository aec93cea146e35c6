//! From a sheet to a text file, row by row, each as wide as the sheet's content.

use std::io::Write;
use std::ops::ControlFlow;
use std::path::Path;

use super::encode::Encoder;
use super::options::check_delimiter;
use super::text_of_cell::Texts;
use super::{LineEnding, WriteOptions};
use crate::error::{Error, ErrorKind, Result};
use crate::formats::replace_file::replace_file;
use crate::limits;
use crate::reference::{Area, Cell, Rect, SheetId};
use crate::value::ValueRef;
use crate::workbook::Snapshot;

/// Writes a sheet to a file, in place of one that is there.
///
/// # Errors
///
/// [`ErrorKind::SheetNotFound`]; [`ErrorKind::Argument`] if several sheets hold something and none is named, and for a
/// character that the encoding does not have; [`ErrorKind::Limit`] for more fields than a file should have;
/// [`ErrorKind::Io`]. The file at `path` then stays as it was.
pub fn save(snapshot: &Snapshot, path: impl AsRef<Path>, options: &WriteOptions) -> Result<()> {
    replace_file(path.as_ref(), &mut |_| Ok(()), |file| {
        write(snapshot, file, options)
    })
}

/// Writes a sheet, from its first cell to the last that holds something.
///
/// # Errors
///
/// As [`save`].
///
/// # Examples
///
/// ```
/// use tabulith::Workbook;
/// use tabulith::formats::csv::{WriteOptions, write};
///
/// let book = Workbook::new();
/// book.add_sheet("Data")?;
/// book.edit(|tx| {
///     tx.set("Data!A1", "pears, ripe")?;
///     tx.set("Data!B1", 0.1)?;
///     tx.set("Data!B2", true)
/// })?;
/// let mut text = Vec::new();
/// write(&book.snapshot(), &mut text, &WriteOptions::default())?;
/// assert_eq!(text, b"\"pears, ripe\",0.1\r\n,TRUE\r\n");
/// # Ok::<(), tabulith::Error>(())
/// ```
pub fn write(snapshot: &Snapshot, out: impl Write, options: &WriteOptions) -> Result<()> {
    let sheet = sheet(snapshot, options.sheet.as_deref())?;
    let Some(sheet) = sheet else {
        return write_area(snapshot, None, out, options);
    };
    let used = snapshot.used(sheet).map(|used| {
        let rect = Rect {
            top: 0,
            left: 0,
            ..used
        };
        Area::new(sheet, rect)
    });
    write_area(snapshot, used.as_ref(), out, options)
}

/// Writes the cells of an area; of none nothing but a byte order mark.
///
/// # Errors
///
/// As [`save`].
pub fn write_area(
    snapshot: &Snapshot,
    area: Option<&Area>,
    out: impl Write,
    options: &WriteOptions,
) -> Result<()> {
    check_delimiter(options.delimiter, Some(b'"'))?;
    let encoder = Encoder::new(out, options.encoding, options.byte_order_mark);
    let Some(area) = area else {
        let mut encoder = encoder;
        return encoder.flush(0);
    };
    if area.rect.size() > limits::TEXT_FILE_FIELDS {
        let message = format!(
            "{} rows of {} fields are more than a text file should have",
            area.rect.rows(),
            area.rect.columns()
        );
        return Err(Error::new(ErrorKind::Limit, message));
    }
    Rows::new(snapshot, *area, options, encoder).run()
}

/// The sheet that is meant: the one named, or the only one that holds something.
fn sheet(snapshot: &Snapshot, name: Option<&str>) -> Result<Option<SheetId>> {
    if let Some(name) = name {
        return snapshot.sheet(name).map(Some);
    }
    let filled: Vec<_> = snapshot
        .sheets()
        .filter(|sheet| snapshot.used(sheet.id).is_some())
        .collect();
    match filled.as_slice() {
        [] => Ok(snapshot.sheets().next().map(|sheet| sheet.id)),
        [one] => Ok(Some(one.id)),
        several => {
            let names: Vec<String> = several
                .iter()
                .take(8)
                .map(|sheet| format!("`{}`", sheet.name))
                .collect();
            let message = format!(
                "a text file holds one sheet and {} hold something ({}{}): name the one to write",
                several.len(),
                names.join(", "),
                if several.len() > names.len() {
                    ", ..."
                } else {
                    ""
                }
            );
            Err(Error::new(ErrorKind::Argument, message))
        }
    }
}

/// The rows of an area on their way out.
struct Rows<'a, W> {
    snapshot: &'a Snapshot,
    options: &'a WriteOptions,
    area: Area,
    texts: Texts<'a>,
    encoder: Encoder<W>,
    /// The field that comes next.
    next: Cell,
    /// Arrays whose formula was written: the values in them follow from it.
    arrays: Vec<Rect>,
}

impl<'a, W: Write> Rows<'a, W> {
    fn new(
        snapshot: &'a Snapshot,
        area: Area,
        options: &'a WriteOptions,
        encoder: Encoder<W>,
    ) -> Rows<'a, W> {
        Rows {
            snapshot,
            options,
            area,
            texts: Texts::new(snapshot, options),
            encoder,
            next: area.rect.top_left(),
            arrays: Vec::new(),
        }
    }

    fn run(mut self) -> Result<()> {
        let (snapshot, area) = (self.snapshot, self.area);
        let mut result = Ok(());
        snapshot.visit(&area, |cell, value| {
            result = self.go_to(cell).map(|()| self.push(cell, value));
            match result {
                Ok(()) => ControlFlow::Continue(()),
                Err(_) => ControlFlow::Break(()),
            }
        });
        result?;
        while self.next.row <= area.rect.bottom {
            self.end_row()?;
        }
        self.encoder.flush(u64::from(area.rect.bottom) + 1)
    }

    /// Leaves the fields before a cell empty.
    fn go_to(&mut self, cell: Cell) -> Result<()> {
        while self.next.row < cell.row {
            self.end_row()?;
        }
        self.delimit(cell.column);
        Ok(())
    }

    /// Writes the delimiters before a column.
    fn delimit(&mut self, column: u32) {
        let count = (column - self.next.column) as usize;
        let text = &mut self.encoder.text;
        text.resize(text.len() + count, self.options.delimiter);
        self.next.column = column;
    }

    fn end_row(&mut self) -> Result<()> {
        self.delimit(self.area.rect.right);
        self.encoder
            .text
            .extend_from_slice(match self.options.line_ending {
                LineEnding::CrLf => b"\r\n",
                LineEnding::Lf => b"\n",
            });
        let row = u64::from(self.next.row) + 1;
        self.next = Cell::new(self.next.row + 1, self.area.rect.left);
        self.encoder.end_row(row)
    }

    fn push(&mut self, cell: Cell, value: ValueRef<'_>) {
        let start = self.encoder.text.len();
        let sheet = self.area.sheet;
        if self.options.formulas {
            if let Some(formula) = self.snapshot.formula_at(sheet, cell) {
                self.encoder.text.extend_from_slice(formula.as_bytes());
                let extent = self.snapshot.entered_array(sheet, cell);
                self.arrays.extend(extent.map(|extent| extent.rect));
                return self.quote(start, cell);
            }
            self.arrays.retain(|array| array.bottom >= cell.row);
            if self.arrays.iter().any(|array| array.contains(cell)) {
                return;
            }
        }
        if self.texts.push(&mut self.encoder.text, sheet, cell, value) {
            self.quote(start, cell);
        }
    }

    /// Puts quotes around the field that begins at `start`, if it needs them.
    fn quote(&mut self, start: usize, cell: Cell) {
        let delimiter = self.options.delimiter;
        let text = &mut self.encoder.text;
        let field = &text[start..];
        let breaks = |byte: &u8| *byte == delimiter || matches!(*byte, b'"' | b'\n' | b'\r');
        // What a reader takes for a mark at the beginning of a file.
        let marks = cell == self.area.rect.top_left()
            && (field.starts_with("\u{FEFF}".as_bytes())
                || field
                    .get(..4)
                    .is_some_and(|mark| mark.eq_ignore_ascii_case(b"sep=")));
        if !marks && !field.iter().any(breaks) {
            return;
        }
        let field = field.to_vec();
        text.truncate(start);
        text.push(b'"');
        for byte in field {
            if byte == b'"' {
                text.push(b'"');
            }
            text.push(byte);
        }
        text.push(b'"');
    }
}
