//! Metadata of cells: which array formulas are dynamic, and which errors hide behind `#VALUE!`.
//!
//! A cell's `cm` counts the blocks of `cellMetadata` from 1; a block names a type and the place of its data among the
//! blocks of that type. A dynamic array formula has the type `XLDAPR` with `fDynamic`. A cell's `vm` counts the blocks of
//! `valueMetadata` likewise; those of the type `XLRICHVALUE` lead to rich values, among which errors are.

use super::package::Package;
use crate::error::Result;
use crate::value::CellError;

/// What the metadata part says.
#[derive(Debug, Default)]
pub(super) struct Metadata {
    dynamic: Vec<bool>,
    errors: Vec<Option<CellError>>,
}

impl Metadata {
    /// Whether a cell with this `cm` holds a dynamic array formula.
    pub(super) fn is_dynamic(&self, cm: u32) -> bool {
        let place = (cm as usize).checked_sub(1);
        place.is_some_and(|place| self.dynamic.get(place).copied().unwrap_or(false))
    }

    /// The error that a cell with this `vm` stores behind `#VALUE!`.
    pub(super) fn error(&self, vm: u32) -> Option<CellError> {
        let place = (vm as usize).checked_sub(1)?;
        self.errors.get(place).copied().flatten()
    }

    /// The `cm` of dynamic array formulas, if there is one.
    pub(super) fn dynamic_cm(&self) -> Option<u32> {
        let place = self.dynamic.iter().position(|dynamic| *dynamic)?;
        u32::try_from(place + 1).ok()
    }

    /// Reads the part at `index`; `rich` tells which rich values are errors.
    pub(super) fn read(
        package: &Package,
        index: usize,
        rich: &[Option<CellError>],
    ) -> Result<Metadata> {
        let mut types: Vec<String> = Vec::new();
        let mut flags: Vec<bool> = Vec::new();
        let mut rich_values: Vec<Option<usize>> = Vec::new();
        let mut records: Vec<(usize, usize)> = Vec::new();
        let mut value_records: Vec<(usize, usize)> = Vec::new();
        let mut archive = package.archive();
        let mut xml = package.xml(&mut archive, index)?;
        xml.for_each_child(|xml, _| {
            xml.for_each_child(|xml, child| match child.name() {
                "metadataTypes" => xml.for_each_child(|_, kind| {
                    types.push(kind.get("name").unwrap_or_default().to_owned());
                    Ok(())
                }),
                "futureMetadata" if child.get("name") == Some("XLDAPR") => {
                    xml.for_each_child(|xml, _| {
                        let mut dynamic = false;
                        read_dynamic_flag(xml, &mut dynamic)?;
                        flags.push(dynamic);
                        Ok(())
                    })
                }
                "futureMetadata" if child.get("name") == Some("XLRICHVALUE") => {
                    xml.for_each_child(|xml, _| {
                        rich_values.push(None);
                        xml.for_each_child(|xml, _| {
                            xml.for_each_child(|xml, _| {
                                xml.for_each_child(|_, value| {
                                    if let Some(last) = rich_values.last_mut() {
                                        *last = value.number("i");
                                    }
                                    Ok(())
                                })
                            })
                        })
                    })
                }
                "cellMetadata" => read_records(xml, &mut records),
                "valueMetadata" => read_records(xml, &mut value_records),
                _ => Ok(()),
            })
        })?;
        let is_of = |kind: usize, wanted: &str| {
            let name = kind.checked_sub(1).and_then(|kind| types.get(kind));
            name.is_some_and(|name| name == wanted)
        };
        let is_dynamic = |(kind, value): (usize, usize)| {
            is_of(kind, "XLDAPR") && flags.get(value).copied().unwrap_or(false)
        };
        let error = |(kind, value): (usize, usize)| {
            let number = rich_values.get(value).copied().flatten()?;
            let error = rich.get(number).copied().flatten()?;
            is_of(kind, "XLRICHVALUE").then_some(error)
        };
        Ok(Metadata {
            dynamic: records.into_iter().map(is_dynamic).collect(),
            errors: value_records.into_iter().map(error).collect(),
        })
    }
}

/// Reads the blocks of the element that has just begun: of each the first type and place.
fn read_records<R: std::io::BufRead>(
    xml: &mut super::xml_part::XmlPart<R>,
    records: &mut Vec<(usize, usize)>,
) -> Result<()> {
    xml.for_each_child(|xml, _| {
        let mut record = (0, 0);
        xml.for_each_child(|_, rc| {
            let kind: usize = rc.number("t").unwrap_or(0);
            if record.0 == 0 {
                record = (kind, rc.number("v").unwrap_or(0));
            }
            Ok(())
        })?;
        records.push(record);
        Ok(())
    })
}

/// Looks for `dynamicArrayProperties` inside the element that has just begun.
fn read_dynamic_flag<R: std::io::BufRead>(
    xml: &mut super::xml_part::XmlPart<R>,
    dynamic: &mut bool,
) -> Result<()> {
    xml.for_each_child(|xml, _| {
        xml.for_each_child(|xml, _| {
            xml.for_each_child(|_, properties| {
                *dynamic |=
                    properties.name() == "dynamicArrayProperties" && properties.flag("fDynamic");
                Ok(())
            })
        })
    })
}
