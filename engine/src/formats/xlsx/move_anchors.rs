//! Where charts, pictures, controls and notes are fastened to cells: a cell each for two corners, and how far inside.

use super::xml_tokens::{Element, XmlTokens};
use crate::reference::{Moved, Survivors};

/// A place along one axis: a row or column, and how far inside of it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Place {
    position: u32,
    offset: i64,
}

/// How an object goes with the cells beneath it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fastening {
    /// It moves and changes its size with them.
    Both,
    /// It moves with them.
    Move,
    /// It stays where it is.
    None,
}

/// Moves the anchor of an object: `from` and, if there is one, `to`.
pub(super) fn move_anchor(xml: &mut XmlTokens, at: Element, moved: &Moved) {
    let is_set = |key: &str| {
        let text = xml.attribute(at, key);
        text.is_some_and(|text| super::xml_part::is_true(&text))
    };
    let fastening = match (xml.name(at), xml.attribute(at, "editAs").as_deref()) {
        ("anchor", _) if is_set("sizeWithCells") => Fastening::Both,
        ("anchor", _) if is_set("moveWithCells") => Fastening::Move,
        ("anchor", _) | ("twoCellAnchor", Some("absolute")) => Fastening::None,
        ("twoCellAnchor", Some("oneCell")) | ("oneCellAnchor", _) => Fastening::Move,
        _ => Fastening::Both,
    };
    let (from, to) = (xml.child(at, "from"), xml.child(at, "to"));
    for (names, survivors) in [
        (("row", "rowOff"), &moved.rows),
        (("col", "colOff"), &moved.columns),
    ] {
        let read = |corner: Option<Element>| read_place(xml, corner?, names);
        let (Some(first), last) = (read(from), read(to)) else {
            continue;
        };
        let (first_now, last_now) = moved_places(first, last, fastening, survivors);
        if let Some(from) = from.filter(|_| first_now != first) {
            write_place(xml, from, names, first_now);
        }
        if let (Some(to), Some(last_now)) = (to.filter(|_| last_now != last), last_now) {
            write_place(xml, to, names, last_now);
        }
    }
}

/// Moves the eight numbers of an anchor in VML: left, top, right and bottom, each a column or row and an offset.
pub(super) fn moved_vml_anchor(text: &str, moved: &Moved) -> Option<String> {
    let numbers: Vec<i64> = vml_numbers(text)?;
    let place = |at: usize| {
        Some(Place {
            position: u32::try_from(numbers[at]).ok()?,
            offset: numbers[at + 1],
        })
    };
    let (left, top, right, bottom) = (place(0)?, place(2)?, place(4)?, place(6)?);
    let (left, right) = moved_places(left, Some(right), Fastening::Both, &moved.columns);
    let (top, bottom) = moved_places(top, Some(bottom), Fastening::Both, &moved.rows);
    Some(vml_text(&[left, top, right?, bottom?]))
}

/// The anchor of a note, as far away as its cell has gone.
pub(super) fn shifted_vml_anchor(text: &str, down: i64, right: i64) -> Option<String> {
    let numbers = vml_numbers(text)?;
    let place = |at: usize, by: i64| {
        Some(Place {
            position: u32::try_from((numbers[at] + by).max(0)).ok()?,
            offset: numbers[at + 1],
        })
    };
    Some(vml_text(&[
        place(0, right)?,
        place(2, down)?,
        place(4, right)?,
        place(6, down)?,
    ]))
}

fn vml_numbers(text: &str) -> Option<Vec<i64>> {
    let numbers = text.split(',').map(|number| number.trim().parse().ok());
    let numbers: Vec<i64> = numbers.collect::<Option<_>>()?;
    let sane = numbers.iter().all(|number| number.abs() < 1 << 31);
    (numbers.len() == 8 && sane).then_some(numbers)
}

fn vml_text(places: &[Place]) -> String {
    let texts: Vec<String> = places
        .iter()
        .map(|place| format!("{}, {}", place.position, place.offset))
        .collect();
    texts.join(", ")
}

fn moved_places(
    first: Place,
    last: Option<Place>,
    fastening: Fastening,
    survivors: &Survivors,
) -> (Place, Option<Place>) {
    let move_place = |place: Place| match survivors.position(place.position) {
        Some(position) => Place { position, ..place },
        // What stood there is gone: the begin of what follows, or the end of all.
        None => Place {
            position: survivors
                .next(place.position)
                .or_else(|| survivors.previous(place.position))
                .map_or(place.position, |(_, now)| now),
            offset: 0,
        },
    };
    match fastening {
        Fastening::None => (first, last),
        Fastening::Both => (move_place(first), last.map(move_place)),
        Fastening::Move => {
            let now = move_place(first);
            let size = |last: Place| last.position.saturating_sub(first.position);
            let last = last.map(|last| Place {
                position: now.position.saturating_add(size(last)),
                ..last
            });
            (now, last)
        }
    }
}

fn read_place(xml: &XmlTokens, corner: Element, names: (&str, &str)) -> Option<Place> {
    let number = |name: &str| {
        let text = xml.text_of(xml.child(corner, name)?);
        text.trim().parse::<i64>().ok()
    };
    Some(Place {
        position: u32::try_from(number(names.0)?).ok()?,
        offset: number(names.1).unwrap_or(0),
    })
}

fn write_place(xml: &mut XmlTokens, corner: Element, names: (&str, &str), place: Place) {
    if let Some(position) = xml.child(corner, names.0) {
        xml.set_text(position, &place.position.to_string());
    }
    if let Some(offset) = xml.child(corner, names.1)
        && xml.text_of(offset).trim() != place.offset.to_string()
    {
        xml.set_text(offset, &place.offset.to_string());
    }
}
