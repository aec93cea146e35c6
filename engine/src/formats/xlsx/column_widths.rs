//! Widths of columns in a sheet's part: which are set by hand, and how others take their place.
//!
//! A `col` speaks of several columns. Where some of them get another width it becomes several, each with all that it
//! says beside the width: style, outline, whether they are hidden.

use std::io::{BufRead, Write};

use super::book_sink::ColumnAttributes;
use super::patch_sheet::SheetPatch;
use super::write_attributes::{DEFAULT_WIDTH, push_columns};
use super::xml_part::is_true;
use super::xml_text::push_number;
use super::xml_tokens::{Element, XmlTokens};
use crate::error::Result;
use crate::limits;
use crate::workbook::{WidthSpan, is_column_width};

/// What a `col` says that belongs to its width, and which columns it speaks of.
const OWN_KEYS: [&str; 5] = ["min", "max", "width", "customWidth", "bestFit"];

/// The width that columns have if it was set by hand. Hidden ones may have 0 there, which is none.
pub(super) fn custom_width(is_custom: bool, width: Option<f64>) -> Option<f64> {
    width.filter(|width| is_custom && is_column_width(*width))
}

/// A `col`: its columns, and the width that was set for them.
struct Col {
    at: Element,
    first: u32,
    last: u32,
    width: Option<f64>,
}

impl Col {
    fn of(cols: &XmlTokens, at: Element) -> Option<Col> {
        let number = |name: &str| -> Option<u32> { cols.attribute(at, name)?.trim().parse().ok() };
        let first = number("min")?;
        let last = number("max").unwrap_or(first).min(limits::COLUMNS);
        let is_custom = cols.attribute(at, "customWidth");
        let width = cols.attribute(at, "width");
        let width = width.and_then(|width| width.trim().parse().ok());
        (cols.name(at) == "col" && first > 0 && first <= last).then(|| Col {
            at,
            first: first - 1,
            last: last - 1,
            width: custom_width(is_custom.is_some_and(|text| is_true(&text)), width),
        })
    }

    /// Whether all its columns have the width that they are to have.
    fn is_right(&self, wanted: &[WidthSpan]) -> bool {
        let next = wanted.get(wanted.partition_point(|span| span.last < self.first));
        match next.filter(|span| span.first <= self.last) {
            Some(span) => {
                let is_whole = span.first <= self.first && self.last <= span.last;
                is_whole && Some(span.width) == self.width
            }
            None => self.width.is_none(),
        }
    }

    /// Its columns, cut where they are to have different widths.
    fn pieces(&self, wanted: &[WidthSpan]) -> Vec<(u32, u32, Option<f64>)> {
        let mut pieces = Vec::new();
        let mut next = self.first;
        let from = wanted.partition_point(|span| span.last < self.first);
        for span in wanted[from..]
            .iter()
            .take_while(|span| span.first <= self.last)
        {
            if next < span.first {
                pieces.push((next, span.first - 1, None));
            }
            let last = span.last.min(self.last);
            pieces.push((next.max(span.first), last, Some(span.width)));
            next = last + 1;
        }
        if next <= self.last {
            pieces.push((next, self.last, None));
        }
        pieces
    }
}

impl<R: BufRead, W: Write> SheetPatch<'_, R, W> {
    /// Brings the `cols` whose start was read last in line with where columns stand and how wide they are.
    pub(super) fn patch_columns(&mut self) -> Result<()> {
        let mut cols = XmlTokens::of_element(&mut self.xml, "cols", &self.raw)?;
        self.move_columns(&mut cols);
        if self.widths_are_put {
            return Err(self.unsure_widths("it has several lists of columns"));
        }
        if let Some(wanted) = self.widths.take() {
            self.put_widths(&mut cols, wanted)?;
            self.widths_are_put = self.widths.is_none();
        }
        self.write_tokens(&cols)
    }

    fn put_widths(&mut self, cols: &mut XmlTokens, wanted: Vec<WidthSpan>) -> Result<()> {
        let list: Vec<Col> = match cols.is_there(0) {
            true => cols
                .children(0)
                .filter_map(|at| Col::of(cols, at))
                .collect(),
            false => Vec::new(),
        };
        if list.is_empty() && wanted.is_empty() {
            return Ok(());
        }
        if list.is_empty() {
            // The columns are written anew before the cells.
            cols.remove(0);
            self.widths = Some(wanted);
            return Ok(());
        }
        let missing = not_covered(&list, &wanted);
        if missing.is_empty() && list.iter().all(|col| col.is_right(&wanted)) {
            return Ok(());
        }
        if list.windows(2).any(|pair| pair[1].first <= pair[0].last) {
            return Err(self.unsure_widths("its columns are not in order"));
        }
        let mut missing = missing.into_iter().peekable();
        let mut left = 0;
        for (number, col) in list.iter().enumerate() {
            let mut text = String::new();
            let mut count = 0;
            while let Some(span) = missing.next_if(|span| span.first < col.first) {
                self.push_width(&mut text, &span);
                count += 1;
            }
            let is_right = col.is_right(&wanted);
            if is_right && count > 0 {
                text.push_str(&cols.element_text(col.at));
                count += 1;
            }
            if !is_right {
                for piece in col.pieces(&wanted) {
                    let piece = self.piece_text(cols, col, piece);
                    count += usize::from(!piece.is_empty());
                    text.push_str(&piece);
                }
            }
            if !is_right || count > 0 {
                cols.remove(col.at);
            } else {
                left += 1;
            }
            if number + 1 == list.len() {
                for span in missing.by_ref() {
                    self.push_width(&mut text, &span);
                    count += 1;
                }
            }
            cols.add_behind(col.at, (&text, count));
            left += count;
        }
        if left == 0 {
            cols.remove(0);
        }
        Ok(())
    }

    /// A `col` for some of its columns with the width that they get; nothing if it would say nothing.
    fn piece_text(
        &self,
        cols: &mut XmlTokens,
        col: &Col,
        (first, last, width): (u32, u32, Option<f64>),
    ) -> String {
        let keys = cols.attribute_keys(col.at);
        let default = self.default_width.filter(|width| is_column_width(*width));
        if width.is_none() && keys.iter().all(|key| OWN_KEYS.contains(&key.as_str())) {
            return String::new();
        }
        cols.varied(col.at, |cols| {
            cols.set_attribute(col.at, "min", &(first + 1).to_string());
            cols.set_attribute(col.at, "max", &(last + 1).to_string());
            if width == col.width {
                return;
            }
            let mut text = String::new();
            push_number(&mut text, width.or(default).unwrap_or(DEFAULT_WIDTH));
            cols.set_attribute(col.at, "width", &text);
            cols.drop_attribute(col.at, "bestFit");
            match width {
                Some(_) => cols.set_attribute(col.at, "customWidth", "1"),
                None => cols.drop_attribute(col.at, "customWidth"),
            }
        })
    }

    fn push_width(&self, text: &mut String, span: &WidthSpan) {
        let prefix = &self.prefix;
        let (first, last) = (span.first + 1, span.last + 1);
        text.push_str(&format!(
            "<{prefix}col min=\"{first}\" max=\"{last}\" width=\""
        ));
        push_number(text, span.width);
        text.push_str("\" customWidth=\"1\"/>");
    }

    /// Writes the widths of a sheet that has no list of columns where they belong: before the node that was read last.
    pub(super) fn write_widths(&mut self) -> Result<()> {
        let Some(widths) = self.widths.take() else {
            return Ok(());
        };
        let columns: Vec<_> = widths
            .iter()
            .map(|span| {
                let attributes = ColumnAttributes {
                    width: Some(span.width),
                    ..ColumnAttributes::default()
                };
                (span.first, span.last, attributes)
            })
            .collect();
        push_columns(&mut self.text, &columns, None, 0, &self.prefix);
        self.flush_text()
    }

    fn unsure_widths(&self, why: &str) -> crate::error::Error {
        self.xml
            .fault(format_args!("{why}, so widths have no sure place"))
    }
}

/// The columns that are to have a width and that no `col` speaks of, in order.
fn not_covered(list: &[Col], wanted: &[WidthSpan]) -> Vec<WidthSpan> {
    let mut covered: Vec<(u32, u32)> = list.iter().map(|col| (col.first, col.last)).collect();
    covered.sort_unstable();
    let mut covered = covered.into_iter().peekable();
    let mut missing = Vec::new();
    for span in wanted {
        let mut next = span.first;
        while next <= span.last {
            match covered.peek().copied() {
                Some((_, last)) if last < next => drop(covered.next()),
                Some((first, last)) if first <= next => next = last + 1,
                other => {
                    let end = other.map_or(limits::COLUMNS, |(first, _)| first);
                    let last = span.last.min(end - 1);
                    missing.push(WidthSpan {
                        first: next,
                        last,
                        width: span.width,
                    });
                    next = last + 1;
                }
            }
        }
    }
    missing
}
