//! The content types and the workbook's relations of a package that is written back: what they lose and get.

use super::relationships::{self, normalize};
use super::rewrite_part::{Edit, rewrite_part};
use super::save_package::Save;
use super::write_parts::{METADATA_RELATION, METADATA_TYPE};
use crate::error::Result;

impl Save<'_> {
    /// The content types without the calculation chain, with the metadata if they are new.
    pub(super) fn content_types(&mut self, index: usize) -> Result<Vec<u8>> {
        let chain = self.chain_name();
        let metadata = self.adds_metadata.then(|| self.metadata_name());
        let (package, parts) = (self.package, &self.parts);
        let xml = package.xml(&mut self.archive, index)?;
        rewrite_part(
            xml,
            |child, _| {
                let part = child.get("PartName").map(normalize);
                let goes = part
                    .as_ref()
                    .is_some_and(|part| Some(part) == chain.as_ref() || parts.lost(package, part));
                Ok(if goes { Edit::Drop } else { Edit::Keep })
            },
            || {
                let metadata = metadata.map_or(String::new(), |name| {
                    format!("<Override PartName=\"/{name}\" ContentType=\"{METADATA_TYPE}\"/>")
                });
                metadata + &parts.new_types()
            },
        )
    }

    /// The workbook's relations without the calculation chain, with the metadata if they are new.
    pub(super) fn workbook_relationships(&mut self, index: usize) -> Result<Vec<u8>> {
        let workbook = self.book.workbook;
        let chain_name = self.chain_name();
        let relations = self.package.relationships(Some(workbook))?;
        let chain = relations
            .iter()
            .filter(|relation| {
                !relation.external
                    && (relation.kind == "calcChain"
                        || Some(&relation.target) == chain_name.as_ref())
            })
            .map(|relation| relation.id.clone());
        let gone: Vec<String> = chain.chain(self.parts.gone_relations.clone()).collect();
        let id = free_id(&relations);
        let (adds_metadata, parts) = (self.adds_metadata, &self.parts);
        let xml = self.package.xml(&mut self.archive, index)?;
        rewrite_part(
            xml,
            |child, _| {
                let goes = child
                    .get("Id")
                    .is_some_and(|id| gone.iter().any(|gone| gone == id));
                Ok(if goes { Edit::Drop } else { Edit::Keep })
            },
            || {
                let metadata = format!(
                    "<Relationship Id=\"{id}\" Type=\"{METADATA_RELATION}\" Target=\"metadata.xml\"/>"
                );
                let metadata = if adds_metadata {
                    metadata
                } else {
                    String::new()
                };
                metadata + &parts.new_relations()
            },
        )
    }

    fn chain_name(&self) -> Option<String> {
        let index = self.book.calculation_chain?;
        Some(normalize(&self.package.parts()[index].name))
    }
}

/// An id that no relation has.
fn free_id(relations: &[relationships::Relationship]) -> String {
    let mut number = relations.len() + 1;
    loop {
        let id = format!("rId{number}");
        if !relations.iter().any(|relation| relation.id == id) {
            return id;
        }
        number += 1;
    }
}
