//! `precedents` and `dependents`: what a cell's formula reads, and whose formulas read a cell.

use serde_json::{Value as Json, json};

use super::commands::{Limits, Related};
use super::deadline::within;
use super::explain::{computed, with_sheet};
use super::files::Source;
use super::render::{self, Field};
use super::{Outcome, Streams, json};
use crate::reference::Area;
use crate::value::Value;
use crate::workbook::Levels;
use crate::{Result, Snapshot};

/// Which way to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    /// What is read.
    Precedents,
    /// Who reads.
    Dependents,
}

/// Prints the areas.
pub(super) fn run(
    direction: Direction,
    options: &Related,
    limits: &Limits,
    streams: &mut Streams<'_>,
) -> Result<Outcome> {
    let source = Source::read(&options.input, streams)?;
    let reading = options.text.to_options()?;
    let (cell, all, as_json) = (options.cell.clone(), options.all, options.json);
    let (text, complete) = within(limits.timeout, move || -> Result<(String, bool)> {
        let snapshot = computed(source, &reading)?;
        let address = with_sheet(&snapshot, &cell)?;
        let levels = found(direction, &snapshot, &address, all)?;
        let text = match as_json {
            true => format!("{}\n", to_json(&snapshot, &levels.areas)),
            false => to_text(&snapshot, &levels.areas),
        };
        Ok((text, levels.complete))
    })??;
    streams.print(&text)?;
    if !complete {
        streams.tell("tabulith: there are more, which are not listed\n");
    }
    Ok(Outcome::Fine)
}

fn found(direction: Direction, snapshot: &Snapshot, address: &str, all: bool) -> Result<Levels> {
    let direct = |areas| Levels {
        areas,
        complete: true,
    };
    match (direction, all) {
        (Direction::Precedents, false) => snapshot.precedents(address).map(direct),
        (Direction::Precedents, true) => snapshot.all_precedents(address, None),
        (Direction::Dependents, false) => snapshot.dependents(address).map(direct),
        (Direction::Dependents, true) => snapshot.all_dependents(address, None),
    }
}

/// The value and the formula of an area's first cell.
fn first(snapshot: &Snapshot, area: &Area) -> (Value, Option<String>) {
    let cell = area.rect.top_left();
    (
        snapshot.value_at(area.sheet, cell),
        snapshot.formula_at(area.sheet, cell),
    )
}

fn to_text(snapshot: &Snapshot, areas: &[Area]) -> String {
    let heads = ["cells", "count", "first value", "first formula"].map(Field::left);
    let mut rows = vec![heads.to_vec()];
    for area in areas {
        let (value, formula) = first(snapshot, area);
        let text = value.to_string();
        rows.push(vec![
            Field::left(snapshot.address(area)),
            Field::right(render::count(area.rect.size())),
            Field::of_value(&value, text),
            Field::left(formula.unwrap_or_default()),
        ]);
    }
    match areas {
        [] => String::new(),
        _ => render::table(&rows),
    }
}

fn to_json(snapshot: &Snapshot, areas: &[Area]) -> Json {
    let area = |area: &Area| {
        let (value, formula) = first(snapshot, area);
        json!({
            "cells": snapshot.address(area),
            "count": area.rect.size(),
            "first_value": json::of_value(&value),
            "first_formula": formula,
        })
    };
    areas.iter().map(area).collect()
}
