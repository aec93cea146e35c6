//! Making a range of a table: what formulas call by the table's name they call by its address from then on.

use super::draft::Draft;
use crate::error::Result;
use crate::formula::ast::{Shape, StructuredReference, TableRows};
use crate::formula::{Node, Template, TemplateAxis, TemplateReference, TemplateSheets};
use crate::graph::{Axes, RegionId};
use crate::plan::TableShape;
use crate::reference::{Area, Axis, Rect, SheetId};
use crate::storage::{ColumnAxis, RowAxis};
use crate::value::{CellError, fold};

impl Draft<'_> {
    /// Makes a table a range again. Formulas get addresses with the sheet's name, as in Excel.
    pub(super) fn remove_table(&mut self, name: &str) -> Result<()> {
        let (table, shape) = self.table(name)?;
        let view = self.view();
        let Some((rows, columns)) = view.axes(table.sheet) else {
            return Ok(());
        };
        let addresses = Addresses {
            table: &shape,
            rows,
            columns,
        };
        let shadowed = |here: SheetId| view.names.seen_from(&table.name, here).is_some();
        let whole = self.rewritten_formulas(|region| {
            let rect = self.graph.rect(region, &*view)?;
            (!addresses.leaves_rows(&region.template, &rect))
                .then(|| addresses.write(&region.template, shadowed(region.sheet), true))
                .flatten()
        });
        let torn: Vec<(RegionId, Rect)> = self
            .graph
            .regions()
            .filter_map(|(id, region)| Some((id, region, self.graph.rect(region, &*view)?)))
            .filter(|(_, region, rect)| addresses.leaves_rows(&region.template, rect))
            .map(|(id, _, rect)| (id, rect))
            .collect();
        self.rewrite_names(|named| {
            let here = named.scope.unwrap_or(table.sheet);
            addresses.write(&named.template, shadowed(here), true)
        });
        self.tables.remove(&table.name);
        self.rebind();
        self.put_templates(whole);
        for (id, rect) in torn {
            self.put_torn(id, rect, &addresses);
        }
        self.rebind_all();
        self.touch_positional();
        Ok(())
    }

    /// Rewrites a region of which some rows are the table's and some are not: it becomes several.
    fn put_torn(&mut self, id: RegionId, rect: Rect, addresses: &Addresses<'_>) {
        let view = self.view();
        let Some(region) = self.graph.region(id).cloned() else {
            return;
        };
        let mut pieces = Vec::new();
        self.graph
            .visit_cells(id, &rect, &*view, |piece| pieces.push(piece));
        let mut placed = Vec::new();
        for inside in [true, false] {
            let Some(template) = addresses.write(&region.template, false, inside) else {
                continue;
            };
            let template = self.intern(template);
            let facts = self.plans.bind(&template, region.sheet, &*view).facts;
            for part in pieces
                .iter()
                .flat_map(|piece| addresses.parts(piece, inside))
            {
                placed.push(
                    self.graph
                        .set(&template, &facts, (region.sheet, part), &*view),
                );
                self.seeds.dirty.push(Area::new(region.sheet, part));
            }
        }
        placed.sort_unstable();
        placed.dedup();
        self.graph.rank_each(&placed, &*view);
    }
}

/// A table and the axes of its sheet.
struct Addresses<'a> {
    table: &'a TableShape,
    rows: &'a RowAxis,
    columns: &'a ColumnAxis,
}

impl Addresses<'_> {
    fn is_own(&self, used: &StructuredReference) -> bool {
        let table = used.table.as_ref();
        table.is_some_and(|table| fold(table) == fold(&self.table.name))
    }

    /// Whether a formula over `rect` asks for its own row of the table where the table has none.
    fn leaves_rows(&self, template: &Template, rect: &Rect) -> bool {
        let inside = self
            .table
            .data_rows()
            .is_some_and(|(first, last)| first <= rect.top && rect.bottom <= last);
        !inside
            && template.ast.nodes().iter().any(|node| match node {
                Node::Structured(used) => used.rows == TableRows::ThisRow && self.is_own(used),
                _ => false,
            })
    }

    /// The parts of a column's piece that lie in the table's data rows, or those that do not.
    fn parts(&self, piece: &Rect, inside: bool) -> Vec<Rect> {
        let Some((first, last)) = self.table.data_rows() else {
            return if inside { Vec::new() } else { vec![*piece] };
        };
        let part = |top: u32, bottom: u32| {
            let (top, bottom) = (top.max(piece.top), bottom.min(piece.bottom));
            (top <= bottom).then_some(Rect {
                top,
                bottom,
                ..*piece
            })
        };
        if inside {
            return part(first, last).into_iter().collect();
        }
        let above = first.checked_sub(1).and_then(|row| part(0, row));
        let below = part(last.saturating_add(1), u32::MAX);
        above.into_iter().chain(below).collect()
    }

    /// The formula with addresses in the place of the table's name; nothing if it does not speak of the table.
    fn write(&self, template: &Template, shadowed: bool, inside: bool) -> Option<Template> {
        template.replace_tables(|used, alone| {
            if !self.is_own(used) || (alone && shadowed) {
                return None;
            }
            Some(self.address(used, inside))
        })
    }

    fn address(&self, used: &StructuredReference, inside: bool) -> Node<TemplateReference> {
        let this_row = used.rows == TableRows::ThisRow;
        let Some(area) = self.table.cells_of(used) else {
            return Node::Reference(TemplateReference::invalid());
        };
        if this_row && !inside {
            return Node::Error(CellError::Value);
        }
        let row = |position| match this_row {
            true => TemplateAxis::Relative(0),
            false => TemplateAxis::Absolute(self.rows.anchor(position)),
        };
        let column = |position| TemplateAxis::Absolute(self.columns.anchor(position));
        let (rows, columns) = (
            (row(area.top), row(area.bottom)),
            (column(area.left), column(area.right)),
        );
        let shape = if rows.0 == rows.1 && columns.0 == columns.1 {
            let (row, column) = (rows.0, columns.0);
            Shape::Cell { row, column }
        } else {
            Shape::Range { rows, columns }
        };
        Node::Reference(TemplateReference {
            sheets: TemplateSheets::Sheet(self.table.sheet),
            shape,
        })
    }
}
