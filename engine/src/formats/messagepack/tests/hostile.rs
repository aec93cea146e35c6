use serde::Serialize;
use serde_bytes::{ByteBuf, Bytes};

use super::reopened;
use crate::error::ErrorKind;
use crate::formats::messagepack::contents::{
    Arrays, Cells, Formula, Formulas, Layout, Macros, Settings, Sheet, Styles, Table,
};
use crate::formats::messagepack::envelope::Writer;
use crate::formats::messagepack::packed::{pack, pack_rects};
use crate::reference::Rect;

fn settings(values: bool) -> Settings {
    Settings {
        date1904: false,
        manual: false,
        sums_in_order: false,
        code_points: false,
        iteration: None,
        values,
    }
}

const SHEET: Sheet<'static> = Sheet {
    name: "S",
    visibility: "visible",
    of_package: None,
    copy_of: None,
    rows: None,
    columns: None,
};

/// A file of one sheet with one record more, all checksums right.
fn with(kind: &str, content: &impl Serialize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = Writer::new(&mut bytes).unwrap();
    writer.record("settings", &settings(true)).unwrap();
    writer.record("sheet", &SHEET).unwrap();
    writer.record(kind, content).unwrap();
    writer.finish().unwrap();
    bytes
}

#[track_caller]
fn refuses(kind: &str, content: &impl Serialize, words: &str) {
    let error = match reopened(&with(kind, content)) {
        Ok(_) => panic!("it was read"),
        Err(error) => error,
    };
    assert_eq!(error.kind(), ErrorKind::FileFormat, "{error}");
    let text = error.to_string();
    assert!(text.contains(words) && text.contains("at byte "), "{text}");
}

fn formula(text: &str, mode: &str, rects: ByteBuf) -> Formulas {
    let formula = Formula {
        text: text.to_owned(),
        row: 0,
        column: 0,
        mode: mode.to_owned(),
        rects,
    };
    Formulas {
        sheet: 0,
        formulas: vec![formula],
    }
}

fn rect(top: u32, left: u32, bottom: u32, right: u32) -> Rect {
    Rect {
        top,
        left,
        bottom,
        right,
    }
}

fn cells<'a>(layout: &'a str, count: u32, bytes: &'a [u8]) -> Cells<'a> {
    Cells {
        sheet: 0,
        column: 0,
        row: 0,
        count,
        layout,
        rows: None,
        cells: Bytes::new(bytes),
        ends: None,
        texts: None,
    }
}

#[test]
fn cells_that_are_none_are_refused() {
    let bits = |bits: u64| bits.to_le_bytes();
    for lane in [
        u64::MAX,
        0x7FF0 << 48,
        0xFFF8 << 48,
        (0x7FF8 << 48) + 1,
        (0x7FF9 << 48) + 2,
        (0x7FFA << 48) + 200,
        (0x7FFC << 48) + 0x0600_0000_0000,
        (0x7FFC << 48) + 0x0100_0000_00FF,
        (0x7FFC << 48) + 0x0100_0000_4141,
        (0x7FFD << 48),
    ] {
        refuses(
            "cells",
            &cells("each", 1, &bits(lane)),
            "there is no such cell",
        );
    }
    refuses(
        "cells",
        &cells("each", 1, &bits(0x7FFB << 48)),
        "a text that is not there",
    );
    // What is a number but not as cells hold it is put in form.
    let book = reopened(&with("cells", &cells("each", 1, &bits(1 << 63)))).unwrap();
    assert_eq!(book.value("S!A1").unwrap(), 0.0.into());
}

#[test]
fn blocks_that_do_not_add_up_are_refused() {
    let one = 1.0_f64.to_le_bytes();
    refuses("cells", &cells("each", 2, &one), "not as many");
    refuses(
        "cells",
        &cells("each", 4_097, &one),
        "more cells than a block",
    );
    refuses("cells", &cells("every", 1, &one), "unknown way");
    refuses("cells", &cells("some", 1, &one), "not as many");
    refuses("cells", &cells("each", 1, &one[..7]), "more cells");
    let rows = Some(Bytes::new(&[9, 0]));
    let beyond = Cells {
        rows,
        ..cells("some", 4, &one)
    };
    refuses("cells", &beyond, "beyond the block");
    for place in [(1_048_576, 0), (u32::MAX, 0), (0, 16_384), (0, u32::MAX)] {
        let (row, column) = place;
        let off = Cells {
            row,
            column,
            ..cells("each", 1, &one)
        };
        refuses("cells", &off, "outside the grid");
        refuses("formats", &off, "outside the grid");
    }
    refuses("formats", &cells("each", 1, &one), "no style number");
    let text = Cells {
        ends: Some(Bytes::new(&[1, 0, 0, 0])),
        texts: Some("é"),
        ..cells("each", 1, &one)
    };
    refuses("cells", &text, "does not end");
    let elsewhere = Cells {
        sheet: 7,
        ..cells("each", 1, &one)
    };
    refuses("cells", &elsewhere, "no sheet number 7");
}

#[test]
fn formulas_that_cannot_be_are_refused() {
    let at = |rects: &[Rect]| pack_rects(rects);
    let one = at(&[rect(0, 0, 0, 0)]);
    refuses(
        "formulas",
        &formula("1+", "legacy", one.clone()),
        "an operand is missing",
    );
    refuses("formulas", &formula("1", "eager", one.clone()), "mode");
    refuses(
        "formulas",
        &formula("1", "array", pack([1, 2, 3])),
        "its cells are none",
    );
    refuses(
        "formulas",
        &formula("1", "array", pack([3, 0, 2, 0])),
        "its cells are none",
    );
    refuses(
        "formulas",
        &formula("1", "array", at(&[rect(0, 0, 0, 64)])),
        "64 columns",
    );
    refuses(
        "formulas",
        &formula("1", "legacy", at(&[rect(0, 0, 1 << 20, 0)])),
        "outside the grid",
    );
    let twice = at(&[rect(0, 0, 9, 0), rect(9, 0, 9, 0)]);
    refuses(
        "formulas",
        &formula("1", "legacy", twice),
        "two formulas at A10",
    );
    let nested = format!("{}1{}", "(".repeat(10_000), ")".repeat(10_000));
    refuses("formulas", &formula(&nested, "legacy", one), "nest");
}

#[test]
fn array_results_without_a_formula_or_without_end_are_refused() {
    let arrays = |extents: Vec<u32>| Arrays {
        sheet: 0,
        extents: pack(extents),
    };
    refuses("arrays", &arrays(vec![0, 0, 1, 1, 0]), "no formula fills");
    refuses(
        "arrays",
        &arrays(vec![0, 0, 1 << 20, 1, 0]),
        "outside the grid",
    );
    refuses(
        "arrays",
        &arrays([0, 0, 0, 16_383, 0].repeat(100)),
        "more columns than",
    );
}

#[test]
fn a_few_bytes_of_formulas_do_not_ask_for_all_cells() {
    let mut bytes = Vec::new();
    let mut writer = Writer::new(&mut bytes).unwrap();
    writer.record("settings", &settings(false)).unwrap();
    writer.record("sheet", &SHEET).unwrap();
    let rects: Vec<Rect> = (0..256)
        .map(|part| rect(0, part * 64, 1_048_575, part * 64 + 63))
        .collect();
    writer
        .record("formulas", &formula("ROW()", "legacy", pack_rects(&rects)))
        .unwrap();
    writer.finish().unwrap();
    let error = reopened(&bytes).map(|_| "it was read").unwrap_err();
    assert!(error.to_string().contains("have no value"), "{error}");
}

#[test]
fn records_out_of_place_are_refused() {
    refuses("settings", &settings(true), "too late");
    refuses("surprise", &Macros { functions: vec![] }, "no such kind");
    let again = Sheet {
        visibility: "visible",
        ..SHEET
    };
    refuses("sheet", &again, "already");
    let of_package = Sheet {
        name: "T",
        of_package: Some(0),
        ..SHEET
    };
    refuses("sheet", &of_package, "no sheet 0");
    let sideways = Sheet {
        name: "T",
        rows: Some(pack([5, 1, 5, 4, 1, 6])),
        ..SHEET
    };
    refuses("sheet", &sideways, "does not come to");
    let table = Table {
        name: "T".into(),
        sheet: 0,
        rect: [0, 0, 1, 1],
        header_rows: 1,
        totals_rows: 0,
        columns: vec!["A".into()],
    };
    refuses("table", &table, "not those of its cells");
    refuses("macros", &"text", "record `macros`");
    let mut layout = Layout {
        sheet: 0,
        filtered: false,
        filter: None,
        merges: ByteBuf::new(),
        hidden_rows: pack([0, 1, 9]),
        hidden_columns: ByteBuf::new(),
        row_styles: ByteBuf::new(),
        column_styles: ByteBuf::new(),
        column_widths: None,
    };
    refuses("layout", &layout, "its lists are none");
    layout.hidden_rows = ByteBuf::new();
    for width in [0.0, -1.0, 256.0, f64::NAN, f64::INFINITY] {
        let spans = [(0, u32::MAX, 9.0), (7, 2, 9.0), (2, 3, width)];
        layout.column_widths = Some(spans.to_vec());
        refuses("layout", &layout, "characters wide");
    }
    let styles = Styles {
        formats: vec!["General".into()],
        bases: pack([0, 0]),
    };
    let mut bytes = Vec::new();
    let mut writer = Writer::new(&mut bytes).unwrap();
    writer.record("settings", &settings(true)).unwrap();
    writer.record("styles", &styles).unwrap();
    writer.finish().unwrap();
    assert!(reopened(&bytes).is_err());
}
