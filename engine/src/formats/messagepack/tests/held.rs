//! All that a workbook holds, as text that can be compared; sheets go by their place in the tab order.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use crate::reference::{Area, Cell, Dimension, SheetId};
use crate::workbook::{Snapshot, Workbook};

/// A workbook's cells by sheet, row and column, and a line for each other thing that it holds.
#[derive(Debug, PartialEq)]
pub(super) struct Held {
    pub(super) cells: BTreeMap<(usize, Cell), String>,
    pub(super) lines: Vec<String>,
}

/// What a workbook holds once nothing is stale.
pub(super) fn settled(book: &Workbook) -> Held {
    let fork = book.snapshot().fork();
    fork.evaluate("=0").unwrap();
    held(&fork.snapshot())
}

pub(super) fn held(snapshot: &Snapshot) -> Held {
    let mut held = Held {
        cells: BTreeMap::new(),
        lines: Vec::new(),
    };
    let sheets: Vec<SheetId> = snapshot.sheets().map(|sheet| sheet.id).collect();
    let tab = |id: SheetId| sheets.iter().position(|other| *other == id);
    for (number, sheet) in snapshot.sheets().enumerate() {
        held.lines.push(format!(
            "{} {:?} merged {:?} rows {:?} columns {:?} widths {:?} filter {} {:?} styles {:?} {:?} with {:?}",
            sheet.name,
            sheet.visibility,
            sheet.merges,
            snapshot.hidden_spans(sheet.id, Dimension::Rows),
            snapshot.hidden_spans(sheet.id, Dimension::Columns),
            snapshot.column_widths(sheet.id),
            sheet.filtered,
            sheet.filter,
            snapshot.row_styles(sheet.id),
            snapshot.column_styles(sheet.id),
            snapshot.attached(sheet.id),
        ));
        if let Some(used) = snapshot.used(sheet.id) {
            snapshot.visit(&Area::new(sheet.id, used), |cell, value| {
                held.cells.insert((number, cell), format!("{value:?}"));
                ControlFlow::Continue(())
            });
        }
        snapshot.visit_formulas(sheet.id, |cell, text| {
            let entered = snapshot.entered_formula(sheet.id, cell);
            let line = held.cells.entry((number, cell)).or_default();
            line.push_str(&format!(" {text} {entered:?}"));
        });
        for cell in snapshot.styled_cells(sheet.id) {
            let style = snapshot.own_style_number(sheet.id, cell);
            let line = held.cells.entry((number, cell)).or_default();
            line.push_str(&format!(" {style:?}"));
        }
    }
    let lines = &mut held.lines;
    for named in snapshot.names() {
        let scope = named.scope.and_then(tab);
        let text = snapshot.name_text(named);
        lines.push(format!("{} {scope:?} {text} {}", named.name, named.hidden));
    }
    for table in snapshot.tables() {
        lines.push(format!(
            "{} {:?} {:?} {} {} {:?}",
            table.name,
            tab(table.sheet),
            snapshot.table_rect(table),
            table.header_rows,
            table.totals_rows,
            table.column_names,
        ));
    }
    lines.push(format!("{:?}", snapshot.settings()));
    lines.push(format!("{:?}", snapshot.number_formats()));
    lines.push(format!("{:?}", snapshot.new_styles().collect::<Vec<_>>()));
    lines.push(format!("{:?}", snapshot.circular()));
    lines.push(format!("{:?}", snapshot.external().sheets()));
    lines.push(format!("{:?}", snapshot.external().macros()));
    for kept in snapshot.kept() {
        let sheet = tab(kept.sheet);
        lines.push(format!(
            "{sheet:?} {:?} {} {}",
            kept.cell, kept.formula, kept.why
        ));
    }
    held
}

/// What differs: a line for each.
pub(super) fn difference(left: &Held, right: &Held) -> String {
    let keys: std::collections::BTreeSet<_> = left.cells.keys().chain(right.cells.keys()).collect();
    let cells = keys
        .into_iter()
        .filter(|key| left.cells.get(*key) != right.cells.get(*key))
        .map(|key| {
            format!(
                "{key:?}: {:?} against {:?}",
                left.cells.get(key),
                right.cells.get(key)
            )
        });
    let lines = left.lines.iter().filter(|line| !right.lines.contains(line));
    let others = right.lines.iter().filter(|line| !left.lines.contains(line));
    let lines = lines.map(|line| format!("only the first: {line}"));
    let others = others.map(|line| format!("only the second: {line}"));
    cells
        .take(8)
        .chain(lines)
        .chain(others)
        .collect::<Vec<_>>()
        .join("\n")
}
