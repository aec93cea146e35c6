//! What notebooks show: a window of a sheet with letters and numbers around it, values as the cells show them.

use tabulith::reference::{Area, Cell, Rect, SheetId, a1};
use tabulith::value::Value;
use tabulith::{Result, Snapshot};

use crate::source::sheet_name;

/// Rows and columns of a window.
const ROWS: u32 = 20;
const COLUMNS: u32 = 10;

/// Sheets of a workbook that are listed.
const SHEETS: usize = 30;

const NUMBER: &str = " style=\"text-align:right\"";
const TEXT: &str = " style=\"text-align:left\"";

/// The first cells of an area.
pub(crate) fn window(snapshot: &Snapshot, area: Area) -> String {
    let rect = area.rect;
    let bottom = rect.bottom.min(rect.top.saturating_add(ROWS - 1));
    let right = rect.right.min(rect.left.saturating_add(COLUMNS - 1));
    let mut html = String::from("<table>\n<thead><tr><th></th>");
    for column in rect.left..=right {
        html.push_str(&format!("<th>{}</th>", a1::column_letters(column)));
    }
    html.push_str("</tr></thead>\n<tbody>\n");
    for row in rect.top..=bottom {
        html.push_str(&format!("<tr><th>{}</th>", row + 1));
        for column in rect.left..=right {
            let cell = Cell::new(row, column);
            let style = match snapshot.value_at(area.sheet, cell) {
                Value::Number(_) => NUMBER,
                _ => TEXT,
            };
            let text = escaped(&snapshot.text_at(area.sheet, cell));
            html.push_str(&format!("<td{style}>{text}</td>"));
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody>\n</table>\n");
    if bottom < rect.bottom || right < rect.right {
        html.push_str(&format!(
            "<p>{} of {}</p>\n",
            a1::print_rect(Rect {
                bottom,
                right,
                ..rect
            }),
            escaped(&snapshot.address(&area))
        ));
    }
    html
}

/// The first cells of a sheet, under its name.
pub(crate) fn sheet(snapshot: &Snapshot, id: SheetId) -> Result<String> {
    let name = escaped(&sheet_name(snapshot, id)?);
    let used = snapshot.used(id);
    Ok(match used {
        None => format!("<p><b>{name}</b>: empty</p>\n"),
        Some(used) => {
            // A window begins where the sheet does, as on a screen.
            let rect = Rect::new(Cell::new(0, 0), Cell::new(used.bottom, used.right));
            format!(
                "<p><b>{name}</b></p>\n{}",
                window(snapshot, Area::new(id, rect))
            )
        }
    })
}

/// The sheets of a workbook and how large they are, and the first of them.
pub(crate) fn book(snapshot: &Snapshot) -> Result<String> {
    let mut html = String::from("<ul>\n");
    let sheets: Vec<_> = snapshot
        .sheets()
        .map(|sheet| (sheet.id, sheet.name.clone()))
        .collect();
    for (id, name) in sheets.iter().take(SHEETS) {
        let used = snapshot
            .used(*id)
            .map_or_else(|| "empty".to_owned(), a1::print_rect);
        html.push_str(&format!("<li>{}: {used}</li>\n", escaped(name)));
    }
    if let Some(more) = sheets.len().checked_sub(SHEETS).filter(|more| *more > 0) {
        html.push_str(&format!("<li>and {more} more</li>\n"));
    }
    html.push_str("</ul>\n");
    if let Some((first, _)) = sheets.first() {
        html.push_str(&sheet(snapshot, *first)?);
    }
    Ok(html)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
