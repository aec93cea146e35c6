//! Random edits beside those of cells and sheets, for random workbooks: tables, names of sheets, formats, hidden
//! columns, widths, how formulas are computed, columns filled far down.

use proptest::prelude::*;

use super::random_book::{COLUMNS, cell, rect};
use super::random_sheets::tabs;
use crate::error::{Error, ErrorKind, Result};
use crate::reference::a1::{column_letters, print_cell, print_rect, quote_sheet_name};
use crate::reference::{Cell, Rect};
use crate::workbook::{Calculation, Operation, Transaction};

/// An edit; sheets by tab, tables by number.
#[derive(Debug, Clone)]
pub(super) enum LayoutEdit {
    AddTable(usize, Rect),
    RemoveTable(usize),
    RenameTable(usize),
    ResizeTable(usize, Rect),
    /// A formula with the name of a table and one of its columns.
    UseTable(usize, Cell, usize, usize),
    Name(usize, usize, Cell),
    RemoveName(usize, usize),
    Format(usize, Rect, usize),
    HideColumns(usize, u32, bool),
    /// The widths of so many columns; 0 for the default.
    ColumnWidth(usize, u32, u32, u32),
    Calculation(bool),
    /// A column of numbers or formulas down so many rows.
    Tall(usize, u32, u32, usize),
}

fn tab() -> impl Strategy<Value = usize> {
    0..3_usize
}

pub(super) fn layout_edit() -> impl Strategy<Value = LayoutEdit> {
    let small = 0..4_usize;
    prop_oneof![
        2 => (tab(), rect()).prop_map(|(tab, rect)| LayoutEdit::AddTable(tab, rect)),
        1 => small.clone().prop_map(LayoutEdit::RemoveTable),
        1 => small.clone().prop_map(LayoutEdit::RenameTable),
        1 => (small.clone(), rect()).prop_map(|(table, rect)| LayoutEdit::ResizeTable(table, rect)),
        3 => (tab(), cell(1), small.clone(), small.clone())
            .prop_map(|(tab, at, table, column)| LayoutEdit::UseTable(tab, at, table, column)),
        2 => (tab(), 0..2_usize, cell(0)).prop_map(|(tab, name, at)| LayoutEdit::Name(tab, name, at)),
        1 => (tab(), 0..2_usize).prop_map(|(tab, name)| LayoutEdit::RemoveName(tab, name)),
        1 => (tab(), rect(), small).prop_map(|(tab, rect, code)| LayoutEdit::Format(tab, rect, code)),
        1 => (tab(), 0..COLUMNS, any::<bool>())
            .prop_map(|(tab, column, hide)| LayoutEdit::HideColumns(tab, column, hide)),
        1 => (tab(), 0..COLUMNS, 1..4_u32, 0..3_u32)
            .prop_map(|(tab, column, count, width)| LayoutEdit::ColumnWidth(tab, column, count, width)),
        2 => any::<bool>().prop_map(LayoutEdit::Calculation),
    ]
}

pub(super) fn tall_edit() -> impl Strategy<Value = LayoutEdit> {
    (
        0..2_usize,
        0..COLUMNS,
        prop_oneof![4 => 1_100..1_400_u32, 1 => 2_048..2_500_u32],
        0..KINDS.len(),
    )
        .prop_map(|(tab, column, rows, kind)| LayoutEdit::Tall(tab, column, rows, kind))
}

/// Formulas of a column `@` that read the column `#` left of it, and their own above.
const KINDS: [&str; 9] = [
    "=#1*2+1",
    "=@1+#2",
    "=SUM(#$1:#1)",
    "=SUM(#1:#3)",
    "=IFERROR(VLOOKUP(#1,$#$1:$#$40,1,FALSE),-1)",
    "=COUNTIF(#$1:#$50,#1)",
    "=IF(#1>2,#1&\"x\",ROW())",
    "=INDEX(#:#,ROW())",
    "=IF(ISNUMBER(#1),#1,0)+MAX(#$1:#9)",
];

const CODES: [&str; 4] = ["0.00", "0%", "General", "yyyy-mm-dd"];

#[expect(clippy::too_many_lines, reason = "one arm for each kind of edit")]
pub(super) fn apply(tx: &mut Transaction<'_>, edit: &LayoutEdit) -> Result<()> {
    let tabs = tabs(tx);
    let name = |tab: usize| &tabs[tab % tabs.len()];
    let at =
        |tab: usize, rect: Rect| format!("{}!{}", quote_sheet_name(name(tab)), print_rect(rect));
    let sheet = |tx: &mut Transaction<'_>, tab: usize| tx.sheet(name(tab));
    match edit {
        LayoutEdit::AddTable(tab, rect) => {
            let free = (1..).map(|number| format!("Table_{number}"));
            let mut free = free.filter(|name| tx.draft().tables.get(name).is_none());
            let name = free.next().unwrap_or_default().into();
            drop(free);
            let (sheet, rect) = (sheet(tx, *tab)?, *rect);
            tx.apply(Operation::AddTable { name, sheet, rect })
        }
        LayoutEdit::RemoveTable(number) => {
            let name = table(tx, *number)?.0;
            tx.apply(Operation::RemoveTable { name })
        }
        LayoutEdit::RenameTable(number) => {
            let name = table(tx, *number)?.0;
            let new_name = format!("{name}x").into();
            tx.apply(Operation::RenameTable { name, new_name })
        }
        LayoutEdit::ResizeTable(number, rect) => {
            let name = table(tx, *number)?.0;
            tx.apply(Operation::ResizeTable { name, rect: *rect })
        }
        LayoutEdit::UseTable(tab, cell, number, column) => {
            let (name, columns) = table(tx, *number)?;
            let column = columns[column % columns.len()].replace(['[', ']', '#', '@', '\''], "");
            let text = match number % 2 {
                0 => format!("=SUM({name}[{column}])"),
                _ => format!("=COUNTA({name}[#All])"),
            };
            tx.set_formula(&at(*tab, Rect::cell(*cell)), &text)
        }
        LayoutEdit::Name(tab, number, cell) => {
            let sheet = quote_sheet_name(name(*tab));
            let text = format!("={sheet}!{}+1", print_cell(*cell));
            tx.define_name(&format!("name_{number}"), Some(name(*tab)), &text)
        }
        LayoutEdit::RemoveName(tab, number) => {
            tx.remove_name(&format!("name_{number}"), Some(name(*tab)))
        }
        LayoutEdit::Format(tab, rect, code) => {
            tx.set_number_format(&at(*tab, *rect), CODES[code % CODES.len()])
        }
        LayoutEdit::HideColumns(tab, at, hidden) => {
            let (sheet, at, hidden) = (sheet(tx, *tab)?, *at, *hidden);
            tx.apply(Operation::HideColumns {
                sheet,
                at,
                count: 1,
                hidden,
            })
        }
        LayoutEdit::ColumnWidth(tab, at, count, width) => {
            let sheet = sheet(tx, *tab)?;
            let width = (*width > 0).then(|| f64::from(*width) * 7.5);
            tx.set_column_width(sheet, *at, *count, width)
        }
        LayoutEdit::Calculation(manual) => tx.set_calculation(match manual {
            true => Calculation::Manual,
            false => Calculation::Automatic,
        }),
        LayoutEdit::Tall(tab, column, rows, kind) => {
            let (left, right) = (*column, *column);
            let column = Rect {
                top: 1,
                bottom: *rows,
                left,
                right,
            };
            tall(tx, &at(*tab, column), left, *kind)
        }
    }
}

/// Fills a column from its second row on.
fn tall(tx: &mut Transaction<'_>, address: &str, column: u32, kind: usize) -> Result<()> {
    let Some(source) = column.checked_sub(1) else {
        let (sheet, rect) = tx.rect(address)?;
        let numbers = (0..rect.rows()).map(|row| f64::from((row * 7 + row / 9) % 23));
        return tx.apply(Operation::SetNumbers {
            sheet,
            at: rect.top_left(),
            values: numbers.collect(),
        });
    };
    let text = KINDS[kind].replace('@', &column_letters(column));
    tx.fill(address, &text.replace('#', &column_letters(source)))
}

/// The name of a table and those of its columns.
fn table(tx: &mut Transaction<'_>, number: usize) -> Result<(std::sync::Arc<str>, Vec<String>)> {
    let tables: Vec<_> = tx.draft().tables.iter().cloned().collect();
    let Some(table) = tables.get(number % tables.len().max(1)) else {
        return Err(Error::new(ErrorKind::Name, "there is no table"));
    };
    let columns = table.column_names.iter().map(ToString::to_string);
    Ok((table.name.clone(), columns.collect()))
}
