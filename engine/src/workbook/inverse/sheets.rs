//! The sheets themselves: which there are, their names, their order, whether their tabs are shown.

use std::sync::Arc;

use super::Way;
use crate::reference::SheetId;
use crate::workbook::Visibility;
use crate::workbook::operation::Operation;

impl Way<'_> {
    pub(super) fn put_sheets(&mut self) {
        self.free_sheet_names();
        let (then, now) = (&self.then.sheets, &self.now.sheets);
        let mut wanted = Vec::new();
        for sheet in then.iter() {
            let (id, name) = (sheet.id, sheet.name.clone());
            match now.get(id) {
                None => wanted.push(Operation::RestoreSheet {
                    sheet: id,
                    stem: sheet.stem,
                    name,
                    position: None,
                }),
                Some(own) if own.name != name => {
                    wanted.push(Operation::RenameSheet { sheet: id, name });
                }
                Some(_) => {}
            }
        }
        self.go(wanted);
        // Tabs that are shown come first, as one must be shown always.
        self.show_sheets(|visibility| visibility == Visibility::Visible);
        let then = &self.then.sheets;
        let gone = self.now.sheets.iter().map(|sheet| sheet.id);
        let gone = gone.filter(|sheet| then.get(*sheet).is_none());
        let wanted = gone.map(|sheet| Operation::RemoveSheet { sheet });
        self.go(wanted.collect());
        self.show_sheets(|visibility| visibility != Visibility::Visible);
        self.order_sheets();
    }

    /// Gives sheets whose names belong to others another name for a while.
    fn free_sheet_names(&mut self) {
        let (then, now) = (&self.then.sheets, &self.now.sheets);
        let owners = then.iter().filter_map(|sheet| {
            let owner = now.find(&sheet.name)?;
            (owner != sheet.id).then_some(owner)
        });
        let mut number = 0;
        let mut wanted = Vec::new();
        for sheet in owners {
            let name: Arc<str> = loop {
                number += 1;
                let name = format!("Sheet {number}");
                if now.find(&name).is_none() && then.find(&name).is_none() {
                    break name.into();
                }
            };
            wanted.push(Operation::RenameSheet { sheet, name });
        }
        self.go(wanted);
    }

    fn show_sheets(&mut self, of_these: impl Fn(Visibility) -> bool) {
        let (then, now) = (&self.then.sheets, &self.now.sheets);
        let sheets = then.iter().filter(|sheet| of_these(sheet.visibility));
        let differing = sheets.filter(|sheet| {
            let own = now.get(sheet.id);
            own.is_some_and(|own| own.visibility != sheet.visibility)
        });
        let wanted = differing.map(|sheet| Operation::SetVisibility {
            sheet: sheet.id,
            visibility: sheet.visibility,
        });
        self.go(wanted.collect());
    }

    fn order_sheets(&mut self) {
        let mut order: Vec<SheetId> = self.now.sheets.order().to_vec();
        let mut wanted = Vec::new();
        for (position, sheet) in self.then.sheets.order().iter().copied().enumerate() {
            if order.get(position) == Some(&sheet) || !order.contains(&sheet) {
                continue;
            }
            order.retain(|other| *other != sheet);
            order.insert(position.min(order.len()), sheet);
            wanted.push(Operation::MoveSheet { sheet, position });
        }
        self.go(wanted);
    }
}
