//! Errors that are newer than the file format.
//!
//! Such an error is stored as `#VALUE!`; the true one is a rich value, a record of the structure `_error` whose
//! `errorType` counts from 8 for `#SPILL!` on. Other rich values, such as stocks, are of no interest here.

use super::package::Package;
use crate::error::Result;
use crate::value::CellError;

/// The error behind each rich value; nothing behind those that are none.
pub(super) fn read_rich_errors(
    package: &Package,
    values: usize,
    structures: usize,
) -> Result<Vec<Option<CellError>>> {
    let places = read_error_places(package, structures)?;
    let mut errors = Vec::new();
    let mut archive = package.archive();
    let mut xml = package.xml(&mut archive, values)?;
    xml.for_each_child(|xml, _| {
        xml.for_each_child(|xml, record| {
            let structure = record.number::<usize>("s").unwrap_or(usize::MAX);
            let wanted = places.get(structure).copied().flatten();
            let (mut place, mut error) = (0, None);
            xml.for_each_child(|xml, _| {
                if Some(place) == wanted {
                    let mut text = String::new();
                    xml.read_text(&mut text)?;
                    error = text.trim().parse().ok().and_then(error_of_type);
                }
                place += 1;
                Ok(())
            })?;
            errors.push(error);
            Ok(())
        })
    })?;
    Ok(errors)
}

/// Where the records of each structure have their `errorType`; nothing for structures that are no errors.
fn read_error_places(package: &Package, structures: usize) -> Result<Vec<Option<usize>>> {
    let mut places = Vec::new();
    let mut archive = package.archive();
    let mut xml = package.xml(&mut archive, structures)?;
    xml.for_each_child(|xml, _| {
        xml.for_each_child(|xml, structure| {
            let is_error = structure.get("t") == Some("_error");
            let (mut place, mut found) = (0, None);
            xml.for_each_child(|_, key| {
                if is_error && key.get("n") == Some("errorType") {
                    found = Some(place);
                }
                place += 1;
                Ok(())
            })?;
            places.push(found);
            Ok(())
        })
    })?;
    Ok(places)
}

/// The type is one less than what ERROR.TYPE gives.
fn error_of_type(kind: u8) -> Option<CellError> {
    let number = kind.checked_add(1)?;
    CellError::all().find(|error| error.number() == Some(number))
}
