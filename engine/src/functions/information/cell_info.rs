//! CELL: address, contents, type and format of a cell.

use crate::functions::declare::functions;
use crate::functions::{Context, Operand, Reference};
use crate::reference::a1::{column_letters, quote_sheet_name};
use crate::reference::{Area, Rect};
use crate::value::{CellError, Value};

functions! {
    /// Something about a cell: its `"address"`, `"row"`, `"col"`, `"contents"`, `"type"`, `"format"`, ...
    ///
    /// `"type"` is `b` for an empty cell, `l` for a text and `v` for anything else. `"format"` is a code such as
    /// `F2` for `0.00`. Of a range, the upper left cell counts; without one, the formula's cell.
    ///
    ///     =CELL("address", B7) -> "$B$7"
    ///     =CELL("row", B7)     -> 7
    ///     =CELL("col", B7)     -> 2
    ///     =CELL("type", B7)    -> "b"
    ///     =CELL("format", B7)  -> "G"
    "CELL"(info: Text, reference: Range or omitted) [volatile] => reference(cell);
}

fn cell(
    context: &Context<'_>,
    info: &str,
    reference: Option<&Reference>,
) -> Result<Operand, CellError> {
    let area = match reference {
        Some(reference) => reference.single()?,
        None => Area::new(context.sheet, Rect::cell(context.cell)),
    };
    let (sheet, cell) = (area.sheet, area.rect.top_left());
    let value = || context.cells.value(sheet, cell);
    let format = || Format::read(&context.cells.number_format(sheet, cell));
    let flag = |set| Value::from(f64::from(u8::from(set)));
    let value = match info.to_ascii_lowercase().as_str() {
        "address" => address(context, area).into(),
        "row" => (f64::from(cell.row) + 1.0).into(),
        "col" => (f64::from(cell.column) + 1.0).into(),
        "contents" => match value() {
            Value::Blank => 0.0.into(),
            value => value,
        },
        "type" => match value() {
            Value::Blank => "b".into(),
            Value::Text(_) => "l".into(),
            _ => "v".into(),
        },
        "format" => format().code.into(),
        "color" => flag(format().coloured),
        "parentheses" => flag(format().bracketed),
        // The book has no file as far as its formulas know.
        "filename" => "".into(),
        // Cells are locked unless someone unlocks them.
        "protect" => 1.0.into(),
        _ => return Err(CellError::Value),
    };
    Ok(Operand::Value(value))
}

/// `$B$7`, and the sheet before it if it is another one.
fn address(context: &Context<'_>, area: Area) -> String {
    let cell = area.rect.top_left();
    let text = format!("${}${}", column_letters(cell.column), cell.row + 1);
    match context.cells.sheet_name(area.sheet) {
        Some(name) if area.sheet != context.sheet => format!("{}!{text}", quote_sheet_name(&name)),
        _ => text,
    }
}

/// What CELL tells of a number format.
struct Format {
    code: String,
    coloured: bool,
    bracketed: bool,
}

impl Format {
    fn read(format: &str) -> Format {
        let mut sections = format.split(';');
        let positive = sections.next().unwrap_or_default();
        let negative = sections.next().unwrap_or_default();
        let coloured = has_colour(negative);
        let bracketed = bare(positive).contains('(');
        let mut code = base_code(positive);
        if coloured {
            code.push('-');
        }
        if bracketed {
            code.push_str("()");
        }
        Format {
            code,
            coloured,
            bracketed,
        }
    }
}

fn has_colour(section: &str) -> bool {
    const COLOURS: [&str; 9] = [
        "[black", "[blue", "[cyan", "[green", "[magenta", "[red", "[white", "[yellow", "[color",
    ];
    let section = section.to_ascii_lowercase();
    COLOURS.iter().any(|colour| section.contains(colour))
}

/// The letter of the kind of format, and how many decimals it shows: `G`, `F2`, `,0`, `C2`, `P0`, `S2`, `D1`.
fn base_code(section: &str) -> String {
    let bare = bare(section);
    if bare.is_empty() || bare.contains("general") || bare.contains('@') {
        return "G".into();
    }
    if let Some(code) = date_code(&bare) {
        return code.into();
    }
    let decimals = match bare.split_once('.') {
        Some((_, behind)) => behind
            .chars()
            .take_while(|c| matches!(c, '0' | '#' | '?'))
            .count(),
        None => 0,
    };
    let letter = if bare.contains("e+") || bare.contains("e-") {
        "S"
    } else if bare.contains('%') {
        "P"
    } else if section.contains('$') || section.contains('\u{20ac}') || section.contains('\u{a3}') {
        "C"
    } else if bare.contains(',') {
        ","
    } else if bare.contains('/') {
        return "G".into();
    } else {
        "F"
    };
    format!("{letter}{decimals}")
}

/// A section in small letters without literal text, colours, conditions and fillers.
fn bare(section: &str) -> String {
    let mut bare = String::new();
    let mut chars = section.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => while chars.next().is_some_and(|c| c != '"') {},
            '\\' | '_' | '*' => {
                chars.next();
            }
            '[' => {
                let inside: String = chars.by_ref().take_while(|c| *c != ']').collect();
                // Elapsed time is part of the format, `[h]`.
                if matches!(
                    inside.to_ascii_lowercase().as_str(),
                    "h" | "hh" | "m" | "mm" | "s" | "ss"
                ) {
                    bare.push_str(&inside.to_ascii_lowercase());
                }
            }
            c => bare.extend(c.to_lowercase()),
        }
    }
    bare
}

/// The code of a date or time format.
fn date_code(bare: &str) -> Option<&'static str> {
    let without_am = bare.replace("am/pm", "").replace("a/p", "");
    let has = |letter| without_am.contains(letter);
    if has('e') && !has('y') && !has('d') && !has('h')
        || !(has('y') || has('m') || has('d') || has('h') || has('s'))
    {
        return None;
    }
    let twelve = without_am.len() != bare.len();
    let (year, day, month) = (has('y'), has('d'), has('m'));
    let code = match (has('h'), has('s')) {
        (true, _) if year && day => "D4",
        (_, true) if twelve => "D6",
        (true, false) if twelve => "D7",
        (_, true) => "D8",
        (true, false) => "D9",
        _ if year && day && without_am.contains("mmm") => "D1",
        _ if year && day => "D4",
        _ if day && month && without_am.contains("mmm") => "D2",
        _ if day && month => "D5",
        _ if year && month => "D3",
        _ => "G",
    };
    Some(code)
}
