//! What changed in a workbook since it was read from its file: cells, names, settings, and where the rest has gone.

use std::collections::BTreeMap;

use super::book_moves::{BookMoves, SheetMoves};
use super::save_cells::SheetDifference;
use super::save_new::file_settings;
use super::{BookChanges, BookSettings, CellChange, NameChange, NewStyle, Origin};
use crate::reference::{Cell, Moved, Rect, SheetId};
use crate::workbook::{NamedFormula, Snapshot};

/// The cells that differ from the file, sheet by sheet in the order of the file, and what else does.
pub(super) struct Changes {
    sheets: Vec<BTreeMap<Cell, CellChange>>,
    merges: Vec<Option<Vec<Rect>>>,
    moves: Option<BookMoves>,
    names: Vec<NameChange>,
    styles: Vec<NewStyle>,
    settings: Option<BookSettings>,
}

impl Changes {
    pub(super) fn new(origin: &Origin, now: &Snapshot) -> Changes {
        let moves = book_moves(origin, now);
        let follows = moves.changes_formulas();
        if follows {
            refuse_kept(now, &moves);
        }
        let difference = |(number, id): (usize, &SheetId)| {
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
        Changes {
            sheets: origin.sheets.iter().enumerate().map(difference).collect(),
            merges: origin.sheets.iter().map(|id| merges(*id, origin, now)).collect(),
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
            moves: (follows || moves.sheets.iter().any(SheetMoves::attached_changed))
                .then_some(moves),
        }
    }
}

impl BookChanges for Changes {
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

    fn moves(&self) -> Option<&BookMoves> {
        self.moves.as_ref()
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
            sheets.find(|sheet| sheet.id == *id).map(|sheet| sheet.name.clone())
        };
        let mut left: BTreeMap<_, _> = now
            .attached(*id)
            .into_iter()
            .map(|attached| ((attached.kind, attached.number), attached))
            .collect();
        let attached = then.attached(*id).into_iter().map(|former| {
            let key = (former.kind, former.number);
            let now = left.remove(&key);
            (key, (former, now))
        });
        SheetMoves {
            former_name: name_in(then).unwrap_or_default(),
            name: name_in(now),
            moved: now
                .moved_since(then, *id, *id)
                .unwrap_or_else(Moved::nowhere),
            attached: attached.collect(),
        }
    };
    BookMoves {
        sheets: origin.sheets.iter().map(sheet).collect(),
        ..BookMoves::default()
    }
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
        sheets.find(|own| own.id == sheet).map(|own| own.merges.clone())
    };
    let (then, now) = (of(&origin.baseline)?, of(now)?);
    let left = || now.iter().filter(|rect| rect.size() > 1).copied();
    (then != now).then(|| left().collect())
}

/// The defined names that are new, others or gone.
fn names(origin: &Origin, now: &Snapshot, follows: bool) -> Vec<NameChange> {
    let then = &origin.baseline;
    let change = |named: &NamedFormula, refers_to: Option<String>| NameChange {
        name: named.name.to_string(),
        sheet: named
            .scope
            .and_then(|scope| origin.sheets.iter().position(|sheet| *sheet == scope)),
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
