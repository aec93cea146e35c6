//! What changed in a workbook since it was read from its file: cells, names, settings, and where the rest has gone.

use std::collections::BTreeMap;

use hashbrown::HashMap;

use super::book_changes::NewSheets;
use super::book_moves::{BookMoves, SheetMoves, Tab};
use super::save_cells::SheetDifference;
use super::save_new::{Source, file_settings};
use super::{BookChanges, BookSettings, CellChange, NameChange, NewStyle, Origin};
use crate::reference::{Cell, Moved, Rect, SheetId};
use crate::workbook::{Attached, AttachedKind, NamedFormula, Snapshot, WidthSpan};

/// The cells that differ from the file, sheet by sheet in the order of the file, and what else does.
pub(super) struct Changes<'a> {
    sheets: Vec<BTreeMap<Cell, CellChange>>,
    merges: Vec<Option<Vec<Rect>>>,
    widths: Vec<Option<Vec<WidthSpan>>>,
    moves: Option<BookMoves>,
    names: Vec<NameChange>,
    styles: Vec<NewStyle>,
    settings: Option<BookSettings>,
    /// The sheets that the file does not have.
    new: Source<'a>,
    spills: bool,
}

impl<'a> Changes<'a> {
    pub(super) fn new(origin: &Origin, now: &'a Snapshot) -> Changes<'a> {
        let moves = book_moves(origin, now);
        let follows = moves.changes_formulas();
        if follows {
            refuse_kept(now, &moves);
        }
        let difference = |(number, id): (usize, &SheetId)| {
            if moves
                .sheets
                .get(number)
                .is_none_or(|sheet| sheet.name.is_none())
            {
                return BTreeMap::new();
            }
            let moved = moves.sheets.get(number).map(|sheet| &sheet.moved);
            let difference = SheetDifference {
                sheet: *id,
                now,
                then: &origin.baseline,
                moved: moved.filter(|moved| !moved.nothing()),
                follows,
            };
            difference.cells()
        };
        let is_new = |id: &SheetId| !origin.sheets.contains(id);
        let new = Source {
            snapshot: now,
            sheets: now.sheets().map(|sheet| sheet.id).filter(is_new).collect(),
        };
        Changes {
            spills: new.sheets.iter().any(|sheet| spills(*sheet, now)),
            new,
            sheets: origin.sheets.iter().enumerate().map(difference).collect(),
            merges: origin
                .sheets
                .iter()
                .map(|id| merges(*id, origin, now))
                .collect(),
            widths: origin
                .sheets
                .iter()
                .map(|id| widths(*id, origin, now))
                .collect(),
            names: names(origin, now, follows),
            settings: (now.settings() != origin.baseline.settings())
                .then(|| file_settings(&now.settings(), origin.settings.clone())),
            styles: now
                .new_styles()
                .map(|(base, format)| NewStyle {
                    base,
                    format: format.clone(),
                })
                .collect(),
            moves: (follows
                || moves.changes_tabs()
                || moves.sheets.iter().any(SheetMoves::attached_changed)
                || moves.sheets.iter().any(|sheet| !sheet.notes.is_empty()))
            .then_some(moves),
        }
    }
}

impl BookChanges for Changes<'_> {
    fn cells<'a>(&'a self, sheet: usize) -> Box<dyn Iterator<Item = CellChange> + 'a> {
        Box::new(
            self.sheets
                .get(sheet)
                .into_iter()
                .flat_map(|cells| cells.values().cloned()),
        )
    }

    fn merges(&self, sheet: usize) -> Option<Vec<Rect>> {
        self.merges.get(sheet)?.clone()
    }

    fn widths(&self, sheet: usize) -> Option<Vec<WidthSpan>> {
        self.widths.get(sheet)?.clone()
    }

    fn moves(&self) -> Option<&BookMoves> {
        self.moves.as_ref()
    }

    fn new_sheets(&self) -> Option<NewSheets<'_>> {
        let count = self.new.sheets.len();
        (count > 0).then_some(NewSheets {
            source: &self.new,
            count,
            dynamic: self.spills,
        })
    }

    fn names(&self) -> Vec<NameChange> {
        self.names.clone()
    }

    fn settings(&self) -> Option<&BookSettings> {
        self.settings.as_ref()
    }

    fn styles(&self) -> Vec<NewStyle> {
        self.styles.clone()
    }
}

/// What became of the file's sheets.
fn book_moves(origin: &Origin, now: &Snapshot) -> BookMoves {
    let then = &origin.baseline;
    let sheet = |id: &SheetId| {
        let name_in = |snapshot: &Snapshot| {
            let mut sheets = snapshot.sheets();
            sheets
                .find(|sheet| sheet.id == *id)
                .map(|sheet| sheet.name.clone())
        };
        let mut left: BTreeMap<_, _> = now
            .attached(*id)
            .into_iter()
            .map(|attached| ((attached.kind, attached.number), attached))
            .collect();
        let moved = now
            .moved_since(then, *id, *id)
            .unwrap_or_else(Moved::nowhere);
        let mut attached = HashMap::new();
        let mut notes = HashMap::new();
        for former in then.attached(*id) {
            let key = (former.kind, former.number);
            let now = left.remove(&key);
            match former.kind {
                // Notes and drawings have parts of their own, which go by where cells stand.
                AttachedKind::Drawing => {}
                AttachedKind::Comment => notes.extend(moved_note(&former, now.as_ref(), &moved)),
                _ => {
                    attached.insert(key, (former, now));
                }
            }
        }
        let mut copies: HashMap<_, Vec<Attached>> = HashMap::new();
        for copy in left.into_values() {
            if let Some(of) = copy.copy_of {
                copies.entry((copy.kind, of)).or_default().push(copy);
            }
        }
        let visibility_in = |snapshot: &Snapshot| {
            let mut sheets = snapshot.sheets();
            let sheet = sheets.find(|sheet| sheet.id == *id);
            sheet.map(|sheet| sheet.visibility).unwrap_or_default()
        };
        SheetMoves {
            former_name: name_in(then).unwrap_or_default(),
            name: name_in(now),
            visibility: (visibility_in(then), visibility_in(now)),
            moved,
            attached,
            copies,
            notes,
        }
    };
    let mut new = 0;
    let tabs =
        now.sheets().map(
            |sheet| match origin.sheets.iter().position(|id| *id == sheet.id) {
                Some(number) => Tab::OfFile(number),
                None => {
                    new += 1;
                    Tab::New {
                        number: new - 1,
                        name: sheet.name.clone(),
                        visibility: sheet.visibility,
                    }
                }
            },
        );
    BookMoves {
        tabs: tabs.collect(),
        sheets: origin.sheets.iter().map(sheet).collect(),
        ..BookMoves::default()
    }
}

/// Where a note stood and where it stands, if it did not go where its cell did.
fn moved_note(
    former: &Attached,
    now: Option<&Attached>,
    moved: &Moved,
) -> Option<(Cell, Option<Cell>)> {
    let cell = |attached: &Attached| attached.ranges.first().map(Rect::top_left);
    let (then, now) = (cell(former)?, now.and_then(cell));
    (moved.cell(then) != now).then_some((then, now))
}

/// Whether a formula on a sheet spills.
fn spills(sheet: SheetId, now: &Snapshot) -> bool {
    let mut found = false;
    now.visit_templates(sheet, |cell, _| {
        let array = || now.entered_formula(sheet, cell)?.array;
        found = found || array().is_some_and(|extent| !extent.fixed);
    });
    found
}

/// Formulas that could not be read cannot follow. What-if tables have no text of their own.
fn refuse_kept(now: &Snapshot, moves: &BookMoves) {
    for kept in now.kept() {
        if &*kept.formula != "TABLE()" {
            moves.refuse(format!(
                "the formula `{}` cannot be read, because {}",
                kept.formula, kept.why
            ));
        }
    }
}

/// The merged cells of a sheet, if they are others than in the file.
fn merges(sheet: SheetId, origin: &Origin, now: &Snapshot) -> Option<Vec<Rect>> {
    let of = |snapshot: &Snapshot| {
        let mut sheets = snapshot.sheets();
        sheets
            .find(|own| own.id == sheet)
            .map(|own| own.merges.clone())
    };
    let (then, now) = (of(&origin.baseline)?, of(now)?);
    let left = || now.iter().filter(|rect| rect.size() > 1).copied();
    (then != now).then(|| left().collect())
}

/// The columns of a sheet that have a width of their own, if they may be others than in the file.
fn widths(sheet: SheetId, origin: &Origin, now: &Snapshot) -> Option<Vec<WidthSpan>> {
    let then = &origin.baseline;
    let moved = now.moved_since(then, sheet, sheet)?;
    let (were, are) = (then.column_widths(sheet), now.column_widths(sheet));
    // The file gives a column that was inserted among others their width.
    let may_spread = !moved.columns.all_stayed() && !were.is_empty();
    (may_spread || were != are).then_some(are)
}

/// The defined names that are new, others or gone.
fn names(origin: &Origin, now: &Snapshot, follows: bool) -> Vec<NameChange> {
    let then = &origin.baseline;
    // The numbers of new sheets go on behind those of the file.
    let is_new = |id: &SheetId| !origin.sheets.contains(id);
    let new = now.sheets().map(|sheet| sheet.id).filter(is_new);
    let numbered: Vec<SheetId> = origin.sheets.iter().copied().chain(new).collect();
    let change = |named: &NamedFormula, refers_to: Option<String>| NameChange {
        name: named.name.to_string(),
        sheet: named
            .scope
            .and_then(|scope| numbered.iter().position(|sheet| *sheet == scope)),
        refers_to,
    };
    let mut changes = Vec::new();
    for named in now.names() {
        let former = then
            .names()
            .find(|former| former.name == named.name && former.scope == named.scope);
        let differs = former.is_none_or(|former| match follows {
            false => former.template != named.template,
            true => then.name_text(former) != now.name_text(named),
        });
        if differs {
            let text = now.name_text(named).trim_start_matches('=').to_owned();
            changes.push(change(named, Some(text)));
        }
    }
    for former in then.names() {
        let stays = |named: &NamedFormula| named.name == former.name && named.scope == former.scope;
        if !now.names().any(stays) {
            changes.push(change(former, None));
        }
    }
    changes
}
