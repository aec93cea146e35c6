//! Copying a sheet. The copy shares axes, chunks and templates with the sheet that it comes from; what is paid for is the
//! number of formula regions and chunks, never that of cells.

use std::collections::BTreeSet;
use std::sync::Arc;

use hashbrown::HashMap;

use super::draft::Draft;
use super::names::{NamedFormula, Table};
use super::revision::Kept;
use super::sheets::Sheet;
use super::view::BookView;
use crate::error::Result;
use crate::formula::ast::Sheets;
use crate::formula::{Template, TemplateSheets};
use crate::graph::RegionId;
use crate::reference::{Area, Rect, SheetId};
use crate::value::fold;

/// A table of the sheet and the name that its copy gets.
type Renamed = Vec<(Arc<str>, Arc<str>)>;

impl Draft<'_> {
    /// Copies a sheet with its formulas, names, tables, styles, merged cells and hidden rows.
    ///
    /// References without a sheet point to the copy, those that name the sheet to the sheet itself. Names of the
    /// workbook that refer to the sheet and are used on it become names of the copy, as in Excel.
    pub(super) fn copy_sheet(
        &mut self,
        sheet: SheetId,
        name: &str,
        position: Option<usize>,
    ) -> Result<()> {
        self.check_sheet(sheet)?;
        let before = self.view();
        let copy = self.lineage.next_sheet()?;
        let Some(source) = self.sheets.get(sheet).cloned() else {
            return Ok(());
        };
        let of = Sheet {
            id: copy,
            name: name.into(),
            ..source
        };
        self.sheets.add(of, position)?;
        if let Some((open, grid)) = self.grids.writer(sheet) {
            let grid = grid.copied(open, copy.0);
            self.grids.put_sheet(copy, grid);
        }
        self.styles.copy_sheet(&mut self.grids, sheet, copy);
        let tables = self.copy_tables(sheet, copy);
        self.copy_names((sheet, copy), &tables, &before);
        self.copy_positions(sheet, copy);
        self.rebind();
        self.copy_formulas((sheet, copy), &tables);
        self.rebind_all();
        Ok(())
    }

    fn copy_formulas(&mut self, (sheet, copy): (SheetId, SheetId), tables: &Renamed) {
        let view = self.view();
        let renamed = self.rewritten_formulas(|region| {
            (region.sheet == sheet)
                .then(|| with_tables_renamed(&region.template, tables, &view, copy))
                .flatten()
        });
        let renamed: HashMap<RegionId, Arc<Template>> = renamed.into_iter().collect();
        let mut graph = self.graph.clone();
        let mut dirty = Vec::new();
        let copies = graph.copy_sheet((sheet, copy), &*view, |id, region| {
            let template = renamed.get(&id).unwrap_or(&region.template).clone();
            let facts = self.plans.bind(&template, copy, &*view).facts;
            (template, facts)
        });
        graph.rank_each(&copies, &*view);
        for id in copies {
            let Some(region) = graph.region(id) else {
                continue;
            };
            // All others give what the formulas give that they are copies of.
            let facts = &region.facts;
            if (facts.volatile || facts.dynamic || facts.bound_by_name || facts.reads_formulas)
                && let Some(rect) = graph.rect(region, &*view)
            {
                dirty.push(Area::new(copy, rect));
            }
        }
        self.graph = graph;
        self.seeds.dirty.extend(dirty);
    }

    /// Gives each table of the sheet a copy under another name, and tells the names.
    fn copy_tables(&mut self, sheet: SheetId, copy: SheetId) -> Renamed {
        let on_sheet = self.tables.iter().filter(|table| table.sheet == sheet);
        let mut renamed = Renamed::new();
        for table in on_sheet.cloned().collect::<Vec<Table>>() {
            let first = self.tables.iter().count() + 1;
            let numbered = |number: usize| {
                let name = &table.name;
                [format!("{name}{number}"), format!("{name}_{number}")]
            };
            // A name at the limit of its length has no room for a number.
            let plain = (first..).map(|number| format!("Table{number}"));
            let mut names = (first..first + TRIES).flat_map(numbered).chain(plain);
            let name = names.find(|name| self.check_table_name(name).is_ok());
            let Some(name) = name.map(Arc::<str>::from) else {
                continue;
            };
            renamed.push((table.name.clone(), name.clone()));
            let sheet = copy;
            self.tables.put(Table {
                name,
                sheet,
                ..table
            });
        }
        renamed
    }

    /// Copies the names of the sheet, and those of the workbook that are used on it and refer to it.
    fn copy_names(&mut self, (sheet, copy): (SheetId, SheetId), tables: &Renamed, view: &BookView) {
        let used = self.names_used_on(sheet);
        let refers = |template: &Template| {
            let mut references = template.ast.references();
            references.any(|reference| reference.sheets == TemplateSheets::Sheet(sheet))
        };
        let copied = self.names.iter().filter(|named| match named.scope {
            Some(scope) => scope == sheet,
            None => {
                let own = self.names.get(&named.name, Some(sheet));
                own.is_none()
                    && used.contains(fold(&named.name).as_ref())
                    && refers(&named.template)
            }
        });
        for named in copied.cloned().collect::<Vec<NamedFormula>>() {
            let moved = named.template.on_other_sheet(sheet, copy);
            let template = moved.as_ref().unwrap_or(&named.template);
            let template = match with_tables_renamed(template, tables, view, sheet).or(moved) {
                Some(template) => self.intern(template),
                None => named.template.clone(),
            };
            self.names.define(NamedFormula {
                template,
                scope: Some(copy),
                ..named
            });
        }
    }

    /// The names that the formulas of a sheet use, directly or through other names, folded.
    fn names_used_on(&self, sheet: SheetId) -> BTreeSet<String> {
        let regions = self.graph.regions();
        let by_name = regions
            .filter(|(_, region)| region.sheet == sheet && region.facts.bound_by_name)
            .map(|(_, region)| region.template.clone());
        let mut open: Vec<Arc<Template>> = by_name.collect();
        let mut used = BTreeSet::new();
        while let Some(template) = open.pop() {
            let names = template.ast.names();
            for name in names.filter(|name| name.scope == Sheets::Here) {
                if used.insert(fold(&name.name).into_owned()) {
                    let named = self.names.seen_from(&name.name, sheet);
                    open.extend(named.map(|named| named.template.clone()));
                }
            }
        }
        used
    }

    /// Copies what is noted by position: what is dirty but not computed yet, and formulas of a file that are kept.
    /// Circular cells are computed again, as the copy of a circle may be none.
    fn copy_positions(&mut self, sheet: SheetId, copy: SheetId) {
        let changed: Vec<Area> = self.seeds.changed.areas().to_vec();
        for area in changed.iter().filter(|area| area.sheet == sheet) {
            self.seeds.changed.add_area(Area::new(copy, area.rect));
        }
        let dirty = self.seeds.dirty.iter().filter(|area| area.sheet == sheet);
        let dirty: Vec<Area> = dirty.map(|area| Area::new(copy, area.rect)).collect();
        self.seeds.dirty.extend(dirty);
        let circular = self.outcome.circular.iter().filter(|(of, _)| *of == sheet);
        let circular = circular.map(|(_, cell)| Area::new(copy, Rect::cell(*cell)));
        self.seeds.dirty.extend(circular);
        let kept = self.kept.iter().filter(|kept| kept.sheet == sheet);
        let kept: Vec<Kept> = kept
            .map(|kept| Kept {
                sheet: copy,
                ..kept.clone()
            })
            .collect();
        if !kept.is_empty() {
            Arc::make_mut(&mut self.kept).extend(kept);
        }
    }
}

/// How many names are tried for a copied table before it gets a plain one.
const TRIES: usize = 100;

/// The formula with the names of the copied tables; `here` is the sheet on which it stands.
fn with_tables_renamed(
    template: &Template,
    tables: &Renamed,
    view: &BookView,
    here: SheetId,
) -> Option<Template> {
    let mut renamed: Option<Template> = None;
    for (old, new) in tables {
        let shadowed = view.names.seen_from(old, here).is_some();
        let next = renamed.as_ref().unwrap_or(template);
        let next = next.with_table_renamed(old, new, shadowed);
        renamed = next.or(renamed);
    }
    renamed
}
