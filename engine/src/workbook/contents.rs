//! All that a file of the workbook holds, for whoever saves it, and what differs from an earlier snapshot.

use std::sync::Arc;

use super::{ExternalBooks, Snapshot, Table};
use crate::formula::{Mode, Template};
use crate::graph::{Axes, Extent, Owner};
use crate::plan;
use crate::reference::{Axis, Cell, Rect, SheetId};

impl Snapshot {
    /// What is stored of what lies outside the workbook.
    pub fn external(&self) -> &ExternalBooks {
        &self.revision.external
    }

    /// The codes of the number formats of the styles in use, by style number. A style that a file brought has the
    /// number that it has there.
    pub fn number_formats(&self) -> &[Arc<str>] {
        self.revision.styles.codes()
    }

    /// The styles that came after those of the file, whose numbers go on where the file's end: which of the file's each
    /// is, but for its number format, and that one's code.
    pub fn new_styles(&self) -> impl Iterator<Item = (u32, &Arc<str>)> {
        self.revision.styles.new_styles()
    }

    /// The number of the style that a cell is shown with: its own, its row's, its column's or 0.
    pub fn style_number(&self, sheet: SheetId, cell: Cell) -> u32 {
        self.revision.style_number(sheet, cell)
    }

    /// The number of the style of the cell itself.
    pub fn own_style_number(&self, sheet: SheetId, cell: Cell) -> Option<u32> {
        self.revision.own_style_number(sheet, cell)
    }

    /// The cells that have a style of their own, in row-major order.
    pub fn styled_cells(&self, sheet: SheetId) -> Vec<Cell> {
        self.revision.styled_cells(sheet)
    }

    /// Whether both have the very same styles in the same places, because neither was edited since they were one.
    pub fn has_styles_of(&self, other: &Snapshot) -> bool {
        self.revision.styles.is_same(&other.revision.styles)
    }

    /// Where a table lies now, header and totals included.
    pub fn table_rect(&self, table: &Table) -> Option<Rect> {
        let (rows, columns) = self.revision.axes(table.sheet)?;
        Some(Rect {
            top: rows.position(table.rows.0)?,
            bottom: rows.position(table.rows.1)?,
            left: columns.position(table.columns.0)?,
            right: columns.position(table.columns.1)?,
        })
    }

    /// Shows the formulas of a sheet, in no particular order: each cell with its text and its `=`.
    pub fn visit_formulas(&self, sheet: SheetId, mut visitor: impl FnMut(Cell, String)) {
        let view = self.view();
        self.visit_templates(sheet, |cell, template| {
            visitor(cell, view.text_of(template, sheet, cell))
        });
    }

    /// Shows the templates of a sheet's formulas, in no particular order.
    pub fn visit_templates(&self, sheet: SheetId, mut visitor: impl FnMut(Cell, &Arc<Template>)) {
        let Some((rows, columns)) = self.revision.axes(sheet) else {
            return;
        };
        let whole = Rect {
            top: 0,
            left: 0,
            bottom: rows.len() - 1,
            right: columns.len() - 1,
        };
        self.revision
            .graph
            .visit_owners(sheet, &whole, &*self.revision, |piece, owner| {
                let Owner::Formula(id) = owner else { return };
                let Some(region) = self.revision.graph.region(id) else {
                    return;
                };
                for row in piece.top..=piece.bottom {
                    visitor(Cell::new(row, piece.left), &region.template);
                }
            });
    }

    /// How the formula of a cell would be entered: its text without `=`, and whether it is an array formula or needs to
    /// lift.
    pub fn entered_formula(&self, sheet: SheetId, cell: Cell) -> Option<EnteredFormula> {
        let graph = &self.revision.graph;
        let region = graph.region(graph.region_at(sheet, cell, &*self.revision)?)?;
        let text = self.view().text_of(&region.template, sheet, cell);
        let extent = graph.extent(sheet, cell, &*self.revision);
        let lifts = region.template.mode == Mode::Dynamic && plan::lifts(&region.template.ast);
        let array = match extent {
            Some(extent) => Some(extent),
            None => lifts.then_some(Extent {
                rect: Rect::cell(cell),
                fixed: false,
            }),
        };
        Some(EnteredFormula {
            text: text.trim_start_matches('=').to_owned(),
            array,
        })
    }

    /// The cells that the array result of the formula in a cell fills, if it fills more than its own by right.
    pub fn entered_array(&self, sheet: SheetId, cell: Cell) -> Option<Extent> {
        self.revision.graph.extent(sheet, cell, &*self.revision)
    }

    /// Whether both have the very same formulas in the same places, because neither was edited since they were one.
    pub fn has_formulas_of(&self, other: &Snapshot) -> bool {
        self.revision.graph.is_same(&other.revision.graph)
    }

    /// What differs from an earlier snapshot of the same workbook beside cells, where they stand, and sheets that came and
    /// went: a sentence each.
    pub fn structure_changed_since(&self, earlier: &Snapshot) -> Vec<String> {
        let (now, then) = (&self.revision, &earlier.revision);
        let mut found = Vec::new();
        for sheet in self.sheets() {
            if let Some(stem) = then.sheets.get(sheet.stem)
                && sheet.stem != sheet.id
            {
                found.push(format!(
                    "sheet `{}` is a copy of `{}`",
                    sheet.name, stem.name
                ));
            }
            if let (Some(former), Some(axes)) = (then.sheets.get(sheet.id), now.axes(sheet.id)) {
                found.extend(sheet.layout_changed_since(former, axes));
            }
        }
        for table in self.tables() {
            let stays = |former: &Table| {
                former.sheet == table.sheet
                    && former.column_names == table.column_names
                    && (former.header_rows, former.totals_rows)
                        == (table.header_rows, table.totals_rows)
            };
            match then.tables.get(&table.name) {
                Some(former) if stays(former) => {}
                Some(_) => found.push(format!("table `{}` was changed", table.name)),
                None => found.push(format!("table `{}` was added", table.name)),
            }
        }
        for table in earlier.tables() {
            if now.sheets.get(table.sheet).is_some() && now.tables.get(&table.name).is_none() {
                found.push(format!("table `{}` was removed", table.name));
            }
        }
        if now.settings.date1904 != then.settings.date1904 {
            found.push("the date system was changed".to_owned());
        }
        found
    }
}

/// A formula as one would enter it.
#[derive(Debug, Clone, PartialEq)]
pub struct EnteredFormula {
    /// The text, without `=`.
    pub text: String,
    /// The cells that an array result fills, if the formula is an array formula or lifts; fixed if entered so.
    pub array: Option<Extent>,
}
