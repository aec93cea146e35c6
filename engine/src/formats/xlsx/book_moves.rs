//! Where the cells and sheets of a file have gone: what every text in the package that speaks of cells is brought in line
//! with.
//!
//! What cannot follow is noted as a sentence. One such sentence makes the whole save fail, so nothing wrong is written.

use std::cell::RefCell;
use std::sync::Arc;

use hashbrown::HashMap;

use super::attached_items::parse_ranges;
use super::cell_reference::range_text;
use super::formula_prefix::file_form;
use crate::error::{Error, ErrorKind, Result};
use crate::formula::{self, ParseOptions, SheetFate};
use crate::reference::{Cell, Moved, Rect};
use crate::workbook::{Attached, AttachedKind, Visibility};

/// So many things that cannot follow are named.
const SHOWN: usize = 8;

/// What became of the sheets of a file.
#[derive(Debug, Default)]
pub struct BookMoves {
    /// By their number in the file.
    pub(super) sheets: Vec<SheetMoves>,
    /// The tabs in their order now.
    pub(super) tabs: Vec<Tab>,
    /// What cannot follow.
    pub(super) refused: RefCell<Vec<String>>,
}

/// A tab as it is now.
#[derive(Debug)]
pub(super) enum Tab {
    /// A sheet of the file, by its number there.
    OfFile(usize),
    /// One that the file does not have.
    New {
        /// Its number among the new ones.
        number: usize,
        /// Its name.
        name: Arc<str>,
        /// Whether it is shown.
        visibility: Visibility,
    },
}

/// What became of one sheet.
#[derive(Debug)]
pub(super) struct SheetMoves {
    /// Its name in the file.
    pub(super) former_name: Arc<str>,
    /// Its name now; nothing if it is gone.
    pub(super) name: Option<Arc<str>>,
    /// Whether its tab is shown: then and now.
    pub(super) visibility: (Visibility, Visibility),
    /// Where its cells have gone.
    pub(super) moved: Moved,
    /// What is attached to its cells: then, and now if it is still there.
    pub(super) attached: HashMap<(AttachedKind, u32), (Attached, Option<Attached>)>,
    /// Copies of what is attached, by what they are copies of.
    pub(super) copies: HashMap<(AttachedKind, u32), Vec<Attached>>,
    /// Where notes have gone that did not go where their cells did; nothing if they are gone.
    pub(super) notes: HashMap<Cell, Option<Cell>>,
}

impl SheetMoves {
    /// Whether no cell stands elsewhere.
    pub(super) fn stayed(&self) -> bool {
        self.moved.nothing()
    }

    /// Whether anything attached to its cells is another than it was.
    pub(super) fn attached_changed(&self) -> bool {
        let mut attached = self.attached.values();
        attached.any(|(then, now)| Some(then) != now.as_ref()) || !self.copies.is_empty()
    }

    /// Where the note of a cell is now; nothing if it is gone.
    pub(super) fn note(&self, cell: Cell) -> Option<Cell> {
        let own = self.notes.get(&cell).copied();
        own.unwrap_or_else(|| self.moved.cell(cell))
    }
}

impl BookMoves {
    /// Notes what cannot follow.
    pub(super) fn refuse(&self, sentence: String) {
        let mut refused = self.refused.borrow_mut();
        if !refused.contains(&sentence) {
            refused.push(sentence);
        }
    }

    /// That everything could follow.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unsupported`] with a sentence for each thing that could not.
    pub(super) fn finish(&self) -> Result<()> {
        let refused = self.refused.borrow();
        if refused.is_empty() {
            return Ok(());
        }
        let shown = refused.len().min(SHOWN);
        let more = match refused.len() - shown {
            0 => String::new(),
            more => format!("; and {more} more"),
        };
        let message = format!(
            "cannot save into the file that the workbook was read from, because it has what does not follow its edits: \
             {}{more}; saved as a new file, the workbook would be without it",
            refused[..shown].join("; ")
        );
        Err(Error::new(ErrorKind::Unsupported, message))
    }

    /// Whether formulas read otherwise than in the file: cells stand elsewhere, or a sheet has another name.
    pub(super) fn changes_formulas(&self) -> bool {
        self.sheets
            .iter()
            .any(|sheet| !sheet.stayed() || sheet.name.as_ref() != Some(&sheet.former_name))
    }

    /// Whether workbook.xml says other things of the tabs than in the file.
    pub(super) fn changes_tabs(&self) -> bool {
        let otherwise = |sheet: &SheetMoves| {
            sheet.name.as_ref() != Some(&sheet.former_name)
                || sheet.visibility.0 != sheet.visibility.1
        };
        self.rearranges() || self.sheets.iter().any(otherwise)
    }

    /// Whether sheets came, went or have another order.
    pub(super) fn rearranges(&self) -> bool {
        let in_place = |(place, tab): (usize, &Tab)| matches!(tab, Tab::OfFile(n) if *n == place);
        self.tabs.len() != self.sheets.len() || !self.tabs.iter().enumerate().all(in_place)
    }

    /// Number of the sheets that the file does not have.
    pub(super) fn new_tabs(&self) -> usize {
        let is_new = |tab: &&Tab| matches!(tab, Tab::New { .. });
        self.tabs.iter().filter(is_new).count()
    }

    /// The place of a tab now: of a sheet of the file by its number there, of new ones by numbers that go on behind.
    pub(super) fn tab_now(&self, number: usize) -> Option<usize> {
        let new = number.checked_sub(self.sheets.len());
        self.tabs.iter().position(|tab| match tab {
            Tab::OfFile(of_file) => *of_file == number,
            Tab::New { number, .. } => Some(*number) == new,
        })
    }

    /// The first tab that is shown.
    pub(super) fn first_visible(&self) -> Option<usize> {
        self.tabs.iter().position(|tab| {
            let visibility = match tab {
                Tab::OfFile(number) => self.sheets.get(*number).map(|sheet| sheet.visibility.1),
                Tab::New { visibility, .. } => Some(*visibility),
            };
            visibility == Some(Visibility::Visible)
        })
    }

    /// The sheet of this name in the file.
    pub(super) fn sheet_named(&self, name: &str) -> Option<&SheetMoves> {
        let folded = name.to_lowercase();
        self.sheets
            .iter()
            .find(|sheet| sheet.former_name.to_lowercase() == folded)
    }

    /// A formula of the file, which stood on sheet number `here` if on any, as it reads now; nothing if it stays.
    ///
    /// # Errors
    ///
    /// Nothing but that it is no formula.
    pub(super) fn formula(
        &self,
        text: &str,
        here: Option<usize>,
    ) -> std::result::Result<Option<String>, ()> {
        if !self.changes_formulas() || text.trim().is_empty() {
            return Ok(None);
        }
        let tree = formula::parse(text, &ParseOptions::default()).map_err(|_| ())?;
        let fate = |name: Option<&str>| {
            let sheet = match name {
                Some(name) => self.sheet_named(name),
                None => here.and_then(|here| self.sheets.get(here)),
            };
            match sheet {
                None => SheetFate::Unknown,
                Some(sheet) => match &sheet.name {
                    Some(name) => SheetFate::Stays {
                        name,
                        moved: &sheet.moved,
                    },
                    None => SheetFate::Gone,
                },
            }
        };
        let moved = formula::relocate(&tree, fate);
        Ok(moved.map(|tree| file_form(&formula::print(&tree))))
    }
}

/// Where a list of addresses stands now; nothing if it cannot be read. What is gone is left out.
pub(super) fn moved_ranges(text: &str, moved: &Moved) -> Option<Vec<Rect>> {
    let ranges = parse_ranges(text)?;
    Some(ranges.iter().filter_map(|rect| moved.rect(rect)).collect())
}

/// Where a list of addresses stands now, as a text; empty if all of it is gone, nothing if it cannot be read.
pub(super) fn moved_text(text: &str, moved: &Moved) -> Option<String> {
    let ranges = moved_ranges(text, moved)?;
    let texts: Vec<String> = ranges.into_iter().map(range_text).collect();
    Some(texts.join(" "))
}
