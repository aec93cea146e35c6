//! Recognising addresses in a formula's text: cells, whole rows and whole columns, in A1 and R1C1.

use super::ast::{A1Axis, Shape};
use super::lexer::{Lexer, starts_with};
use super::parse_options::Notation;
use crate::reference::a1::{self, Coordinate};
use crate::reference::{is_name_character, is_name_start, r1c1};

impl Lexer<'_> {
    /// Goes on behind the cells that are left of a reference to a deleted sheet.
    pub(super) fn skip_remains(&mut self) {
        if let Some((_, end)) = self.cells_at(self.at) {
            self.at = end;
            if self.bytes().get(end) == Some(&b':')
                && let Some((_, end)) = self.cells_at(end + 1)
            {
                self.at = end;
            }
        } else if starts_with(&self.bytes()[self.at..], "#REF!") {
            self.at += "#REF!".len();
        } else if self.char_at(self.at).is_some_and(is_name_start) {
            self.at = self.after_word(self.at);
        }
    }

    /// Whether the whole word reads as a cell.
    pub(super) fn is_cell_like(&self, word: &str) -> bool {
        match self.options.notation {
            Notation::A1 => a1::scan_cell(word.as_bytes(), self.options.grid)
                .is_some_and(|(.., end)| end == word.len()),
            Notation::R1C1 { base } => r1c1::scan(word.as_bytes(), base, self.options.grid)
                .is_some_and(|(_, end)| end == word.len()),
        }
    }

    /// A cell, whole columns or whole rows at a place, and where it ends.
    pub(super) fn cells_at(&self, at: usize) -> Option<(Shape<A1Axis>, usize)> {
        if let Notation::R1C1 { base } = self.options.notation {
            let (found, length) = r1c1::scan(&self.bytes()[at..], base, self.options.grid)?;
            let end = at + length;
            return self.ends_reference(end).then(|| (r1c1_shape(found), end));
        }
        let grid = self.options.grid;
        if let Some((row, column, length)) = a1::scan_cell(&self.bytes()[at..], grid) {
            let end = at + length;
            if self.ends_reference(end) {
                let (row, column) = (row.into(), column.into());
                return Some((Shape::Cell { row, column }, end));
            }
            return None;
        }
        self.columns_at(at).or_else(|| self.rows_at(at))
    }

    /// Whether what was read until `end` is not the beginning of a longer word.
    fn ends_reference(&self, end: usize) -> bool {
        !self
            .char_at(end)
            .is_some_and(|c| is_name_character(c) || matches!(c, '(' | '!' | '[' | '$'))
    }

    fn columns_at(&self, at: usize) -> Option<(Shape<A1Axis>, usize)> {
        let grid = self.options.grid;
        let (first, length) = a1::scan_column(&self.bytes()[at..], grid)?;
        let last_at = self.after_colon(at + length)?;
        let (last, length) = a1::scan_column(&self.bytes()[last_at..], grid)?;
        let end = last_at + length;
        self.ends_reference(end).then(|| {
            let (a, b) = ordered(first.into(), last.into());
            (Shape::Columns(a, b), end)
        })
    }

    pub(super) fn rows_at(&self, at: usize) -> Option<(Shape<A1Axis>, usize)> {
        if self.options.notation != Notation::A1 {
            return None;
        }
        let grid = self.options.grid;
        let (first, length) = a1::scan_row(&self.bytes()[at..], grid)?;
        let last_at = self.after_colon(at + length)?;
        let (last, length) = a1::scan_row(&self.bytes()[last_at..], grid)?;
        let end = last_at + length;
        self.ends_reference(end).then(|| {
            let (a, b) = ordered(first.into(), last.into());
            (Shape::Rows(a, b), end)
        })
    }

    /// Where the text goes on behind a colon and the white space around it.
    fn after_colon(&self, at: usize) -> Option<usize> {
        let colon = self.after_space(at);
        (self.bytes().get(colon) == Some(&b':')).then(|| self.after_space(colon + 1))
    }
}

/// The two coordinates, the smaller first.
pub(super) fn ordered(a: A1Axis, b: A1Axis) -> (A1Axis, A1Axis) {
    if b.position < a.position {
        (b, a)
    } else {
        (a, b)
    }
}

fn r1c1_shape(found: r1c1::R1c1) -> Shape<A1Axis> {
    match (found.row, found.column) {
        _ if found.off_grid => Shape::Invalid,
        (Some(row), Some(column)) => Shape::Cell {
            row: row.into(),
            column: column.into(),
        },
        (Some(row), None) => Shape::Rows(row.into(), row.into()),
        (None, Some(column)) => Shape::Columns(column.into(), column.into()),
        (None, None) => Shape::Invalid,
    }
}

impl From<Coordinate> for A1Axis {
    fn from(coordinate: Coordinate) -> A1Axis {
        A1Axis {
            position: coordinate.position,
            absolute: coordinate.absolute,
        }
    }
}
