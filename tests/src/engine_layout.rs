//! The commands and questions of cases about whole sheets, as calls of the engine.

use tabulith::reference::{Area, Cell, Rect, a1};
use tabulith::workbook::{FilterCondition, Visibility};
use tabulith::{Error, ErrorKind, Result, Snapshot, Transaction};

use crate::case_file::{Layout, LayoutQuestion};

/// Makes an edit; `address` says where an address without a sheet is.
///
/// # Errors
///
/// What the engine refuses.
pub(crate) fn edit(
    tx: &mut Transaction<'_>,
    snapshot: &Snapshot,
    layout: &Layout,
    address: impl Fn(&str) -> String,
) -> Result<()> {
    match layout {
        Layout::CopySheet(name, copy) => tx.copy_sheet(name, copy).map(|_| ()),
        Layout::MoveSheet(name, place) => tx.move_sheet(name, *place),
        Layout::ShowSheet(name, true) => tx.set_visibility(name, Visibility::Visible),
        Layout::ShowSheet(name, false) => tx.set_visibility(name, Visibility::Hidden),
        Layout::Rows(rows, hide) => {
            let Area { sheet, rect } = snapshot.resolve(&address(rows))?;
            match hide {
                true => tx.hide_rows(sheet, rect.top, rect.rows()),
                false => tx.show_rows(sheet, rect.top, rect.rows()),
            }
        }
        Layout::Columns(columns, hide) => {
            let Area { sheet, rect } = snapshot.resolve(&address(columns))?;
            match hide {
                true => tx.hide_columns(sheet, rect.left, rect.columns()),
                false => tx.show_columns(sheet, rect.left, rect.columns()),
            }
        }
        Layout::ColumnWidth(columns, width) => {
            let Area { sheet, rect } = snapshot.resolve(&address(columns))?;
            tx.set_column_width(sheet, rect.left, rect.columns(), *width)
        }
        Layout::Filter(range, conditions) => {
            let condition = |(column, any_of): &(String, Vec<_>)| {
                let column = a1::column_number(column).ok_or_else(|| {
                    let message = format!("`{column}` is no column");
                    Error::new(ErrorKind::Address, message)
                })?;
                let any_of = any_of.clone();
                Ok(FilterCondition { column, any_of })
            };
            let conditions: Result<Vec<_>> = conditions.iter().map(condition).collect();
            tx.filter(&address(range), conditions?)
        }
        Layout::ClearFilter(sheet) => tx.clear_filter(sheet),
        Layout::Merge(range, true) => tx.merge(&address(range)),
        Layout::Merge(range, false) => tx.unmerge(&address(range)),
        Layout::AddTable(name, range) => tx.add_table(name, &address(range)),
        Layout::RemoveTable(name) => tx.remove_table(name),
        Layout::RenameTable(name, new_name) => tx.rename_table(name, new_name),
        Layout::ResizeTable(name, range) => tx.resize_table(name, &address(range)),
    }
}

/// Answers a question.
///
/// # Errors
///
/// If there is no such sheet.
pub(crate) fn answer(snapshot: &Snapshot, question: &LayoutQuestion) -> Result<String> {
    Ok(match question {
        LayoutQuestion::Hidden(sheet) => {
            let sheet = snapshot.sheet(sheet)?;
            let rows = snapshot.hidden_rows(sheet);
            let rows = rows.iter().map(|row| (row + 1).to_string());
            let columns = snapshot.hidden_columns(sheet);
            let columns = columns.iter().map(|column| a1::column_letters(*column));
            let list = |word: &str, items: Vec<String>| match items.is_empty() {
                true => None,
                false => Some(format!("{word} {}", items.join(" "))),
            };
            let parts = [
                list("rows", rows.collect()),
                list("columns", columns.collect()),
            ];
            parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
        }
        LayoutQuestion::Widths(sheet) => {
            let widths = snapshot.column_widths(snapshot.sheet(sheet)?).into_iter();
            let letters = a1::column_letters;
            let widths = widths.map(|span| {
                format!(
                    "{}:{}={}",
                    letters(span.first),
                    letters(span.last),
                    span.width
                )
            });
            widths.collect::<Vec<_>>().join(" ")
        }
        LayoutQuestion::Merged(sheet) => {
            let merges = snapshot.merges(snapshot.sheet(sheet)?).iter();
            let merges = merges.map(|merge| a1::print_rect(*merge));
            merges.collect::<Vec<_>>().join(" ")
        }
        LayoutQuestion::FilterOf(sheet) => {
            let filter = snapshot.filter(snapshot.sheet(sheet)?);
            filter.map_or_else(String::new, |filter| a1::print_rect(filter.rect))
        }
        LayoutQuestion::Tables => {
            let tables = snapshot.tables().map(|table| {
                let gone = Rect::cell(Cell::new(0, 0));
                let rect = snapshot.table_rect(table).unwrap_or(gone);
                let place = snapshot.address(&Area::new(table.sheet, rect));
                format!("{}={place}({})", table.name, table.column_names.join(","))
            });
            tables.collect::<Vec<_>>().join(" ")
        }
        LayoutQuestion::Names => {
            let names = snapshot.names().map(|named| {
                let scope = named.scope.map(|scope| {
                    let cell = Rect::cell(Cell::new(0, 0));
                    let address = snapshot.address(&Area::new(scope, cell));
                    address.trim_end_matches("A1").to_owned()
                });
                format!("{}{}", scope.unwrap_or_default(), named.name)
            });
            names.collect::<Vec<_>>().join(" ")
        }
    })
}
