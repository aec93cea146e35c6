//! The rows of a sheet that is patched: those of the file, and new ones between them.
//!
//! Changes come in row-major order, and so must the rows of the file: a change is written when a later place is
//! reached. A changed sheet whose rows are in disorder is refused; no place for a new cell in it would be sure.

use std::io::{BufRead, Write};

use super::book_changes::CellChange;
use super::book_sink::RowAttributes;
use super::patch_cell::is_nothing;
use super::patch_sheet::{SheetPatch, Step, push_attribute_raw, write_error};
use super::write_attributes::push_row_attributes;
use super::xml_part::{is_true, split_tag};
use crate::error::{Error, Result};
use crate::limits;
use crate::reference::Cell;

/// The attributes of a row that [`RowAttributes`] speak of.
const ROW_KEYS: [&str; 7] = [
    "hidden",
    "ht",
    "customHeight",
    "outlineLevel",
    "collapsed",
    "s",
    "customFormat",
];

impl<R: BufRead, W: Write> SheetPatch<'_, R, W> {
    /// Writes the rows behind the start tag that was read last.
    pub(super) fn patch_rows(&mut self) -> Result<()> {
        let has_changes = self.cells.peek().is_some() || self.rows.peek().is_some();
        if self.raw.ends_with(b"/>") && !has_changes {
            return self.copy_element();
        }
        let due = self.open_tag(None, &[], None)?;
        let mut next_row = 0;
        loop {
            match self.step()? {
                Step::Row(row, spans) => {
                    let row = row.unwrap_or(next_row);
                    if row < next_row {
                        return Err(self.out_of_order(row));
                    }
                    next_row = row + 1;
                    match self.row_now(row) {
                        Some(now) => {
                            self.write_new_rows(now)?;
                            self.patch_row((row, now), spans)?;
                        }
                        None => self.drop_row(row)?,
                    }
                }
                Step::Start => self.copy_element()?,
                Step::End => {
                    self.write_new_rows(limits::ROWS)?;
                    return self.close_tag(due);
                }
                Step::Eof => return Err(self.xml.unexpected_end()),
                _ => self.copy()?,
            }
        }
    }

    fn out_of_order(&self, row: u32) -> Error {
        self.xml.fault(format_args!(
            "row {} is not in order, so changes have no sure place",
            row + 1
        ))
    }

    /// Writes the start tag that was read last, open even if it was closed at once, without the attributes `drop`
    /// and with other attributes of a row, perhaps with another number. Gives the end tag that is due if it was closed.
    fn open_tag(
        &mut self,
        attributes: Option<&RowAttributes>,
        drop: &[&str],
        row: Option<u32>,
    ) -> Result<Option<String>> {
        let closed = self.raw.ends_with(b"/>");
        if !closed && drop.is_empty() && attributes.is_none() && row.is_none() {
            self.copy()?;
            return Ok(None);
        }
        let (name, old) = split_tag(&self.raw)?;
        let set_by_hand = |(key, value): &(String, String)| key == "customHeight" && is_true(value);
        // A height that Excel found by itself stays, unless another is set now.
        let keeps_height =
            attributes.is_some_and(|now| now.height.is_none()) && !old.iter().any(set_by_hand);
        self.text.push('<');
        self.text.push_str(&name);
        if let Some(row) = row {
            push_attribute_raw(&mut self.text, "r", &(row + 1).to_string());
        }
        for (key, value) in old {
            if row.is_some() && key == "r" {
                continue;
            }
            let replaced = attributes.is_some() && ROW_KEYS.contains(&key.as_str());
            let kept = !replaced || keeps_height && key == "ht";
            if kept && !drop.contains(&key.as_str()) {
                push_attribute_raw(&mut self.text, &key, &value);
            }
        }
        if let Some(attributes) = attributes {
            push_row_attributes(&mut self.text, attributes, self.context.styles);
        }
        self.text.push('>');
        self.flush_text()?;
        Ok(closed.then(|| format!("</{name}>")))
    }

    /// Writes the end tag that was read last, or the one that is due instead.
    fn close_tag(&mut self, due: Option<String>) -> Result<()> {
        match due {
            Some(tag) => self.out.write_all(tag.as_bytes()).map_err(write_error),
            None => self.copy(),
        }
    }

    /// Writes rows that the file does not have, up to `end`.
    fn write_new_rows(&mut self, end: u32) -> Result<()> {
        loop {
            let of_cells = self.cells.peek().map(|change| change.cell.row);
            let of_rows = self.rows.peek().map(|(row, _)| *row);
            let next = [of_cells, of_rows].into_iter().flatten().min();
            let Some(row) = next.filter(|row| *row < end) else {
                return Ok(());
            };
            let attributes = self.rows.next_if(|(changed, _)| *changed == row);
            let attributes = attributes
                .map(|(_, attributes)| attributes)
                .unwrap_or_default();
            let mut open = false;
            if attributes != RowAttributes::default() {
                self.push_new_row(row, &attributes);
                open = true;
            }
            while let Some(change) = self.cells.next_if(|change| change.cell.row == row) {
                if is_nothing(&change) {
                    continue;
                }
                if !open {
                    self.push_new_row(row, &attributes);
                    open = true;
                }
                self.write_new_cell(&change)?;
            }
            if open {
                let tag = format!("</{}row>", self.prefix);
                self.text.push_str(&tag);
                self.flush_text()?;
            }
        }
    }

    fn push_new_row(&mut self, row: u32, attributes: &RowAttributes) {
        let tag = format!("<{}row r=\"{}\"", self.prefix, row + 1);
        self.text.push_str(&tag);
        push_row_attributes(&mut self.text, attributes, self.context.styles);
        self.text.push('>');
    }

    /// Writes the row whose start tag was read last.
    fn patch_row(&mut self, (former, row): (u32, u32), spans: Option<(u32, u32)>) -> Result<()> {
        let mut changes = Vec::new();
        while let Some(change) = self.cells.next_if(|change| change.cell.row == row) {
            changes.push(change);
        }
        let attributes = self.rows.next_if(|(changed, _)| *changed == row);
        let attributes = attributes.map(|(_, attributes)| attributes);
        let columns_moved = self
            .moved()
            .is_some_and(|moved| !moved.columns.all_stayed());
        let due = if changes.is_empty() && attributes.is_none() && row == former && !columns_moved {
            self.copy()?;
            None
        } else {
            let outside = |change: &CellChange| {
                spans.is_some_and(|(first, last)| !(first..=last).contains(&change.cell.column))
            };
            let drop: &[&str] = if columns_moved || changes.iter().any(outside) {
                &["spans"]
            } else {
                &[]
            };
            let renumbered = (row != former).then_some(row);
            self.open_tag(attributes.as_ref(), drop, renumbered)?
        };
        self.patch_cells((former, row), changes)?;
        self.close_tag(due)
    }

    /// Writes the cells of a row with its changes; its end tag is in `raw` then.
    fn patch_cells(&mut self, (former, row): (u32, u32), changes: Vec<CellChange>) -> Result<()> {
        let is_changed = !changes.is_empty();
        let mut changes = changes.into_iter().peekable();
        let mut next = Cell::new(former, 0);
        let mut last_changed = None;
        loop {
            match self.step()? {
                Step::Cell(place) => {
                    let stood = place.unwrap_or(next);
                    let Some(cell) = self.now(stood) else {
                        next = Cell::new(stood.row, stood.column + 1);
                        self.drop_cell(stood)?;
                        continue;
                    };
                    let again = last_changed == Some(cell);
                    if is_changed && !again && (cell.row != row || stood < next) {
                        return Err(self.out_of_order(former));
                    }
                    next = Cell::new(stood.row, stood.column + 1);
                    while let Some(change) = changes.next_if(|c| c.cell.column < cell.column) {
                        self.write_new_cell(&change)?;
                    }
                    if let Some(change) = changes.next_if(|change| change.cell == cell) {
                        last_changed = Some(cell);
                        self.patch_cell(stood, &change)?;
                    } else if again {
                        // A second entry of the changed cell would undo the change.
                        self.drop_element()?;
                    } else {
                        self.copy_cell(stood, cell)?;
                    }
                }
                Step::Start => self.copy_element()?,
                Step::End => {
                    for change in changes.by_ref() {
                        self.write_new_cell(&change)?;
                    }
                    return Ok(());
                }
                Step::Eof => return Err(self.xml.unexpected_end()),
                _ => self.copy()?,
            }
        }
    }
}
