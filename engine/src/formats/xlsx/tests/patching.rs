//! Saving back: changed cells are written, every other byte of every other part stays.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::corpora::handy_workbooks;
use super::recording::{RecordedCell, Recording};
use crate::formats::xlsx::*;
use crate::reference::{Cell, Rect};
use crate::value::{CellError, Value};

/// Changes by sheet and cell; those of rows, columns and merged ranges are of the first sheet.
#[derive(Default)]
pub(super) struct Changes {
    pub(super) sheets: BTreeMap<usize, BTreeMap<Cell, CellChange>>,
    pub(super) settings: Option<BookSettings>,
    pub(super) rows: BTreeMap<u32, RowAttributes>,
    pub(super) columns: Option<Vec<(u32, u32, ColumnAttributes)>>,
    pub(super) merges: Option<Vec<Rect>>,
    pub(super) styles: Vec<NewStyle>,
    pub(super) names: Vec<NameChange>,
}

impl Changes {
    pub(super) fn set(
        &mut self,
        sheet: usize,
        cell: Cell,
        value: Value,
        formula: Option<FormulaChange>,
    ) {
        let change = CellChange {
            cell,
            value,
            formula,
            style: None,
        };
        self.sheets.entry(sheet).or_default().insert(cell, change);
    }
}

impl BookChanges for Changes {
    fn cells<'a>(&'a self, sheet: usize) -> Box<dyn Iterator<Item = CellChange> + 'a> {
        Box::new(
            self.sheets
                .get(&sheet)
                .into_iter()
                .flat_map(|cells| cells.values().cloned()),
        )
    }

    fn settings(&self) -> Option<&BookSettings> {
        self.settings.as_ref()
    }

    fn rows<'a>(&'a self, sheet: usize) -> Box<dyn Iterator<Item = (u32, RowAttributes)> + 'a> {
        let rows = self.rows.iter().filter(move |_| sheet == 0);
        Box::new(rows.map(|(row, attributes)| (*row, *attributes)))
    }

    fn columns(&self, sheet: usize) -> Option<Vec<(u32, u32, ColumnAttributes)>> {
        self.columns.clone().filter(|_| sheet == 0)
    }

    fn merges(&self, sheet: usize) -> Option<Vec<Rect>> {
        self.merges.clone().filter(|_| sheet == 0)
    }

    fn styles(&self) -> Vec<NewStyle> {
        self.styles.clone()
    }

    fn names(&self) -> Vec<NameChange> {
        self.names.clone()
    }
}

pub(super) fn saved(package: &Package, changes: &Changes) -> Package {
    let mut out = Cursor::new(Vec::new());
    patch_book(package, changes, &mut out).unwrap();
    Package::from_bytes(out.into_inner()).unwrap()
}

/// Name, compressed bytes and decompressed bytes of every part.
fn raw_parts(package: &Package) -> BTreeMap<String, (Vec<u8>, Vec<u8>)> {
    let mut archive = ZipArchive::new(Cursor::new(package.bytes().to_vec())).unwrap();
    let mut parts = BTreeMap::new();
    for index in 0..archive.len() {
        let (mut raw, mut content) = (Vec::new(), Vec::new());
        let mut file = archive.by_index_raw(index).unwrap();
        let name = file.name().unwrap().into_owned();
        file.read_to_end(&mut raw).unwrap();
        drop(file);
        archive
            .by_index(index)
            .unwrap()
            .read_to_end(&mut content)
            .unwrap();
        parts.insert(name, (raw, content));
    }
    parts
}

/// Changes of a book, and what the book is afterwards.
struct Edited {
    changes: Changes,
    after: Recording,
}

impl Edited {
    fn set(&mut self, sheet: usize, cell: Cell, value: Value, formula: Option<FormulaChange>) {
        let cells = &mut self.after.sheets[sheet].cells;
        let mut new = cells.get(&cell).cloned().unwrap_or(RecordedCell {
            value: Value::Blank,
            formula: None,
            kind: None,
            style: 0,
        });
        new.value = value.clone();
        let changed = match &formula {
            None => Some((new.formula.clone(), new.kind)),
            Some(FormulaChange::Removed) => Some((None, None)),
            Some(FormulaChange::Normal(text)) => {
                Some((Some(text.clone()), Some(FormulaKind::Normal)))
            }
            Some(FormulaChange::Array { text, range }) => {
                let (range, dynamic) = (*range, false);
                Some((
                    Some(text.clone()),
                    Some(FormulaKind::Array { range, dynamic }),
                ))
            }
            Some(FormulaChange::Dynamic { .. }) => None,
        };
        (new.formula, new.kind) = changed.expect("no formula here spills");
        if new.formula.is_none() && new.value.is_blank() && new.style == 0 {
            cells.remove(&cell);
        } else {
            cells.insert(cell, new);
        }
        self.changes.set(sheet, cell, value, formula);
    }
}

/// Changes of many kinds, spread over the sheets of a book.
fn make_changes(book: &Recording) -> Edited {
    let mut edited = Edited {
        changes: Changes::default(),
        after: book.clone(),
    };
    let normal = |text: &str| Some(FormulaChange::Normal(text.into()));
    let removed = || Some(FormulaChange::Removed);
    for (sheet, recorded) in book.sheets.iter().enumerate() {
        if !recorded.ended {
            continue;
        }
        for (place, (cell, old)) in recorded.cells.iter().enumerate() {
            let is_master =
                matches!(old.kind, Some(FormulaKind::Shared { master, .. }) if master == *cell);
            let odd = Value::text(" a<b&c \"_x0041_\"\r\n\u{1}");
            match place % 11 {
                _ if is_master && place % 3 == 0 => {
                    edited.set(sheet, *cell, Value::text("was a master"), removed());
                }
                1 => edited.set(sheet, *cell, Value::Number(place as f64 / 7.0), None),
                4 if old.formula.is_some() => edited.set(sheet, *cell, odd, None),
                5 => {
                    let error = Value::Error(CellError::Div0);
                    edited.set(sheet, *cell, error, normal("SUM(A1:B2)&\"<\""));
                }
                7 => edited.set(sheet, *cell, Value::Boolean(true), removed()),
                8 => edited.set(sheet, *cell, Value::Blank, removed()),
                _ => {}
            }
        }
        let corner = Cell::new(1_048_575, 16_383);
        edited.set(sheet, corner, Value::Number(1e300), None);
        edited.set(sheet, Cell::new(3, 700), Value::text("  new  "), None);
        edited.set(
            sheet,
            Cell::new(2, 700),
            Value::Number(-0.1),
            normal("1-1.1"),
        );
        let range = Rect::new(Cell::new(5, 700), Cell::new(6, 700));
        let text = "A1:A2*2".into();
        let array = FormulaChange::Array { text, range };
        edited.set(sheet, Cell::new(5, 700), Value::Number(1.0), Some(array));
    }
    edited
}

/// Panics where two books differ in anything but how formulas are shared.
pub(super) fn assert_same(name: &str, saved: &Recording, expected: &Recording) {
    assert_eq!(saved.names, expected.names, "{name}");
    assert_eq!(saved.tables, expected.tables, "{name}");
    assert_eq!(saved.external, expected.external, "{name}");
    assert_eq!(saved.styles, expected.styles, "{name}");
    for (ours, theirs) in saved.sheets.iter().zip(&expected.sheets) {
        assert_eq!(
            (&ours.entry, ours.defaults),
            (&theirs.entry, theirs.defaults),
            "{name}"
        );
        assert_eq!(ours.rows, theirs.rows, "{name}");
        assert_eq!(ours.columns, theirs.columns, "{name}");
        assert_eq!(
            (&ours.merges, ours.filter),
            (&theirs.merges, theirs.filter),
            "{name}"
        );
        let keys: Vec<_> = ours.cells.keys().collect();
        assert_eq!(
            keys,
            theirs.cells.keys().collect::<Vec<_>>(),
            "{name} {}",
            ours.name
        );
        for (cell, theirs) in &theirs.cells {
            let ours = &ours.cells[cell];
            assert_eq!(
                (&ours.value, &ours.formula, ours.style),
                (&theirs.value, &theirs.formula, theirs.style),
                "{name} {cell:?}"
            );
            let array = |kind: Option<FormulaKind>| match kind {
                Some(FormulaKind::Normal | FormulaKind::Shared { .. }) | None => None,
                other => other,
            };
            assert_eq!(array(ours.kind), array(theirs.kind), "{name} {cell:?}");
        }
    }
}

#[test]
fn real_workbooks_keep_every_part_that_is_not_changed() {
    for path in handy_workbooks() {
        let name = path.display().to_string();
        let package = Package::open(&path).unwrap();
        let Ok(book) = Recording::read(&package) else {
            continue;
        };
        let edited = make_changes(&book);
        let after = saved(&package, &edited.changes);
        let again = Recording::read(&after).unwrap();
        assert_same(&name, &again, &edited.after);

        let (before, after) = (raw_parts(&package), raw_parts(&after));
        let touched = |part: &str| {
            let part = part.to_lowercase();
            let is_sheet =
                part.ends_with(".xml") && !part.contains("_rels") && part.contains("sheet");
            is_sheet
                || part.contains("[content_types]")
                || part.contains("workbook")
                || part.contains("calcchain")
        };
        let mut untouched = 0;
        for (part, content) in &before {
            if !touched(part) {
                assert!(after.get(part) == Some(content), "{name}: {part} changed");
                untouched += 1;
            }
        }
        assert!(untouched > 0, "{name}");
        for part in after.keys() {
            assert!(before.contains_key(part), "{name}: {part} is new");
        }
    }
}
