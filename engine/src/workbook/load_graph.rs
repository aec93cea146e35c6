//! From formulas as a file lists them to regions: rows with one template together, then columns.

use std::sync::Arc;

use hashbrown::HashMap;

use super::load::Loader;
use super::view::BookView;
use crate::error::{Error, ErrorKind, Result};
use crate::formula::{FillReader, Template};
use crate::graph::{Axes, Extent, Graph, Region};
use crate::reference::{Axis, Cell, Rect, SheetId, a1};

impl Loader {
    /// The graph of all formulas.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Argument`] if a cell was given two formulas by [`Loader::filled_formula`], or an array formula none.
    pub(super) fn graph(&mut self, view: &BookView) -> Result<Graph> {
        let plans = self.revision.plans.clone();
        let mut regions = Vec::new();
        let mut sheets: Vec<(SheetId, SheetFormulas)> = self.sheets.drain().collect();
        sheets.sort_unstable_by_key(|(id, _)| *id);
        for (sheet, formulas) in &mut sheets {
            if !formulas.in_order {
                formulas.put_in_order()?;
            }
            for (rect, template) in rectangles(std::mem::take(&mut formulas.columns)) {
                let facts = plans.bind(&template, *sheet, view).facts;
                regions.extend(region(*sheet, rect, template, facts, view));
            }
        }
        let mut graph = Graph::build(regions, Vec::new(), view);
        for (sheet, formulas) in sheets {
            for (cell, template) in formulas.late {
                let facts = plans.bind(&template, sheet, view).facts;
                graph.set(&template, &facts, (sheet, Rect::cell(cell)), view);
            }
            for (cell, extent) in formulas.arrays {
                if graph.region_at(sheet, cell, view).is_none() {
                    return Err(at_odds(cell, "no formula fills the array"));
                }
                graph.set_extent(sheet, cell, extent, view);
            }
        }
        graph.rank_all(view);
        Ok(graph)
    }
}

fn at_odds(cell: Cell, what: &str) -> Error {
    let message = format!("{what} at {}", a1::print_cell(cell));
    Error::new(ErrorKind::Argument, message)
}

/// The formulas of one sheet as they came.
pub(super) struct SheetFormulas {
    /// Whether those of each column came from top to bottom.
    pub(super) in_order: bool,
    pub(super) columns: HashMap<u32, Vec<Filled>>,
    pub(super) readers: HashMap<u32, FillReader>,
    /// Formulas for rows that came before: they take the place of others.
    pub(super) late: Vec<(Cell, Arc<Template>)>,
    pub(super) arrays: Vec<(Cell, Extent)>,
    pub(super) shared: HashMap<u32, Arc<Template>>,
}

impl Default for SheetFormulas {
    fn default() -> Self {
        SheetFormulas {
            in_order: true,
            columns: HashMap::new(),
            readers: HashMap::new(),
            late: Vec::new(),
            arrays: Vec::new(),
            shared: HashMap::new(),
        }
    }
}

impl SheetFormulas {
    /// Puts the formulas of each column in the order of rows and joins those that continue others.
    fn put_in_order(&mut self) -> Result<()> {
        let mut numbers: Vec<u32> = self.columns.keys().copied().collect();
        numbers.sort_unstable();
        for column in numbers {
            let Some(filled) = self.columns.get_mut(&column) else {
                continue;
            };
            filled.sort_by_key(|filled| filled.top);
            if let Some(pair) = filled.windows(2).find(|pair| pair[0].bottom >= pair[1].top) {
                let cell = Cell::new(pair[1].top, column);
                return Err(at_odds(cell, "there are two formulas"));
            }
            filled.dedup_by(|next, last| {
                let continues =
                    last.bottom + 1 == next.top && Arc::ptr_eq(&last.template, &next.template);
                if continues {
                    last.bottom = next.bottom;
                }
                continues
            });
        }
        Ok(())
    }
}

/// Consecutive rows of a column with one template.
pub(super) struct Filled {
    pub(super) template: Arc<Template>,
    pub(super) top: u32,
    pub(super) bottom: u32,
}

pub(super) fn region(
    sheet: SheetId,
    rect: Rect,
    template: Arc<Template>,
    facts: Arc<crate::graph::Facts>,
    view: &BookView,
) -> Option<(Region, Rect)> {
    let (rows, columns) = view.axes(sheet)?;
    let region = Region {
        template,
        facts,
        sheet,
        rows: (rows.anchor(rect.top), rows.anchor(rect.bottom)),
        columns: (columns.anchor(rect.left), columns.anchor(rect.right)),
        owned: rect.size(),
    };
    Some((region, rect))
}

/// The filled columns of a sheet as rectangles: neighbouring columns with the same rows and template are one.
pub(super) fn rectangles(columns: HashMap<u32, Vec<Filled>>) -> Vec<(Rect, Arc<Template>)> {
    let mut filled: Vec<(u32, Filled)> = columns
        .into_iter()
        .flat_map(|(column, list)| list.into_iter().map(move |filled| (column, filled)))
        .collect();
    filled.sort_unstable_by_key(|(column, filled)| (filled.top, filled.bottom, *column));
    let mut joined: Vec<(Rect, Arc<Template>)> = Vec::with_capacity(filled.len());
    for (
        column,
        Filled {
            template,
            top,
            bottom,
        },
    ) in filled
    {
        match joined.last_mut() {
            Some((last, same))
                if (last.top, last.bottom, last.right + 1) == (top, bottom, column)
                    && Arc::ptr_eq(same, &template) =>
            {
                last.right = column;
            }
            _ => joined.push((
                Rect {
                    top,
                    bottom,
                    left: column,
                    right: column,
                },
                template,
            )),
        }
    }
    joined
}
