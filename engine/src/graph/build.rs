//! A graph made at once from all regions of a workbook, for loading.

use super::range_index::{RangeIndex, Reader};
use super::registration::reader_of;
use super::{Axes, Graph, Owner, Region, RegionId, Run, RunList, SheetGraph};
use crate::reference::{Axis, Rect, SheetId};
use crate::storage::tree::{Natural, Tree};

impl Graph {
    /// A graph of these regions at once, for loading: each with its rectangle, plus the cells of array results. The
    /// rectangles must not overlap. Ranks are not set yet.
    pub fn build(
        regions: Vec<(Region, Rect)>,
        arrays: Vec<(SheetId, Rect, Owner)>,
        axes: &dyn Axes,
    ) -> Graph {
        let mut graph = Graph {
            next: regions.len() as u32,
            ..Graph::default()
        };
        let mut runs: Vec<(SheetId, u32, Run)> = Vec::new();
        let mut readers: Vec<(SheetId, Reader, u32, u32)> = Vec::new();
        for (number, (region, rect)) in regions.iter().enumerate() {
            let id = RegionId(number as u32);
            runs_of(&mut runs, region.sheet, rect, Owner::Formula(id), axes);
            for (number, read) in region.facts.reads.iter().enumerate() {
                if let Some((reader, columns)) = reader_of(id, number, rect, read, axes) {
                    readers.push((read.sheet, reader, columns.0, columns.1));
                }
            }
            if region.facts.volatile {
                graph.volatile.insert(&Natural, id, ());
            }
        }
        for (sheet, rect, owner) in &arrays {
            runs_of(&mut runs, *sheet, rect, *owner, axes);
        }
        runs.sort_unstable_by_key(|(sheet, column, run)| (*sheet, *column, run.first));
        readers.sort_by_key(|(sheet, ..)| *sheet);
        let regions = regions.into_iter().enumerate();
        graph.regions = Tree::from_sorted(
            &Natural,
            regions.map(|(number, (region, _))| (RegionId(number as u32), region)),
        );
        for sheet in runs.chunk_by(|a, b| a.0 == b.0) {
            let columns = sheet.chunk_by(|a, b| a.1 == b.1);
            let columns = columns.map(|column| {
                (
                    column[0].1,
                    RunList::from_sorted(column.iter().map(|(.., run)| *run)),
                )
            });
            let runs = Tree::from_sorted(&Natural, columns);
            graph.sheets.insert(
                &Natural,
                sheet[0].0,
                SheetGraph {
                    runs,
                    readers: RangeIndex::default(),
                },
            );
        }
        for group in readers.chunk_by(|a, b| a.0 == b.0) {
            let sheet = group[0].0;
            let Some((rows, _)) = axes.axes(sheet) else {
                continue;
            };
            let index = RangeIndex::build(
                group
                    .iter()
                    .map(|(_, reader, left, right)| (*reader, *left, *right)),
                rows,
            );
            let mut part = graph.sheet(sheet).cloned().unwrap_or_default();
            part.readers = index;
            graph.sheets.insert(&Natural, sheet, part);
        }
        graph
    }
}

fn runs_of(
    runs: &mut Vec<(SheetId, u32, Run)>,
    sheet: SheetId,
    rect: &Rect,
    owner: Owner,
    axes: &dyn Axes,
) {
    let Some((rows, columns)) = axes.axes(sheet) else {
        return;
    };
    for column in rect.left..=rect.right {
        let column = columns.anchor(column).0;
        for (_, first, length) in rows.spans(rect.top..rect.bottom + 1) {
            runs.push((
                sheet,
                column,
                Run {
                    first,
                    length,
                    owner,
                },
            ));
        }
    }
}
