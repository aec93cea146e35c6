//! From an operation to the edit that it stands for.

use super::draft::Draft;
use super::operation::Operation;
use crate::error::Result;
use crate::reference::{self, Dimension};

impl Draft<'_> {
    /// Applies an edit.
    ///
    /// # Errors
    ///
    /// Whatever makes the edit impossible; the draft is then to be dropped.
    pub(super) fn apply(&mut self, operation: Operation) -> Result<()> {
        self.perform(&operation)?;
        self.operations.push(operation);
        Ok(())
    }

    #[expect(clippy::too_many_lines, reason = "one arm for each kind of edit")]
    fn perform(&mut self, operation: &Operation) -> Result<()> {
        use Operation as Edit;
        match operation {
            Edit::SetValues {
                sheet,
                at,
                columns,
                values,
            } => self.set_values(*sheet, *at, *columns, values),
            Edit::SetNumbers { sheet, at, values } => self.set_numbers(*sheet, *at, values),
            Edit::SetFormula {
                sheet,
                rect,
                formula,
                mode,
            } => self.set_formula(*sheet, *rect, formula, *mode),
            Edit::Clear { sheet, rect } => self.clear(*sheet, rect),
            Edit::SetNumberFormat { sheet, rect, code } => {
                self.check_rect(*sheet, rect)?;
                self.styles.set_code(&mut self.grids, *sheet, rect, code);
                Ok(())
            }
            &Edit::InsertRows { sheet, at, count } => {
                self.restructure(sheet, reference::Edit::InsertRows { at, count })
            }
            &Edit::InsertColumns { sheet, at, count } => {
                self.restructure(sheet, reference::Edit::InsertColumns { at, count })
            }
            &Edit::DeleteRows { sheet, at, count } => {
                self.restructure(sheet, reference::Edit::DeleteRows { at, count })
            }
            &Edit::DeleteColumns { sheet, at, count } => {
                self.restructure(sheet, reference::Edit::DeleteColumns { at, count })
            }
            Edit::CopyCells {
                sheet,
                rect,
                to_sheet,
                to,
            } => self.copy_cells((*sheet, *rect), (*to_sheet, *to)),
            Edit::MoveCells {
                sheet,
                rect,
                to_sheet,
                to,
            } => self.move_cells((*sheet, *rect), (*to_sheet, *to)),
            Edit::FillDown { sheet, rect } => self.fill_down(*sheet, *rect),
            Edit::FillRight { sheet, rect } => self.fill_right(*sheet, *rect),
            Edit::SortRows { sheet, rect, keys } => self.sort_rows(*sheet, *rect, keys),
            Edit::HideRows {
                sheet,
                at,
                count,
                hidden,
            } => self.hide_rows(*sheet, (*at, *count), *hidden),
            Edit::HideColumns {
                sheet,
                at,
                count,
                hidden,
            } => self.hide_columns(*sheet, (*at, *count), *hidden),
            &Edit::SetColumnWidth {
                sheet,
                at,
                count,
                width,
            } => self.set_column_width(sheet, (at, count), width),
            Edit::SetFilter { sheet, filter } => self.set_filter(*sheet, filter.as_deref()),
            Edit::MergeCells { sheet, rect } => self.merge_cells(*sheet, *rect),
            Edit::UnmergeCells { sheet, rect } => self.unmerge_cells(*sheet, *rect),
            Edit::AddTable { name, sheet, rect } => self.add_table(name, *sheet, *rect),
            Edit::RemoveTable { name } => self.remove_table(name),
            Edit::RenameTable { name, new_name } => self.rename_table(name, new_name),
            Edit::ResizeTable { name, rect } => self.resize_table(name, *rect),
            Edit::CopySheet {
                sheet,
                name,
                position,
            } => self.copy_sheet(*sheet, name, *position),
            Edit::MoveSheet { sheet, position } => self.move_sheet(*sheet, *position),
            Edit::RemoveSheet { sheet } => self.remove_sheet(*sheet),
            Edit::SetVisibility { sheet, visibility } => self.set_visibility(*sheet, *visibility),
            Edit::AddSheet { name, position } => self.add_sheet(name, *position),
            Edit::RenameSheet { sheet, name } => self.rename_sheet(*sheet, name),
            Edit::DefineName {
                name,
                scope,
                formula,
            } => self.define_name(name, *scope, formula),
            Edit::RemoveName { name, scope } => self.remove_name(name, *scope),
            Edit::SetDate1904(date1904) => {
                self.settings.date1904 = *date1904;
                self.seeds.all = true;
                Ok(())
            }
            Edit::SetCalculation(calculation) => {
                self.settings.calculation = *calculation;
                Ok(())
            }
            Edit::SetSumMode(mode) => {
                self.set_sum_mode(*mode);
                Ok(())
            }
            Edit::RestoreSheet {
                sheet,
                stem,
                name,
                position,
            } => self.restore_sheet((*sheet, *stem), name, *position),
            Edit::PutTable(table) => self.put_table_as_it_is(table),
            Edit::HideName {
                name,
                scope,
                hidden,
            } => self.hide_name(name, *scope, *hidden),
            Edit::SetStyle { sheet, rect, style } => self.set_style(*sheet, *rect, style.as_ref()),
            Edit::SetRowStyle { sheet, row, style } => {
                self.set_line_style(*sheet, (Dimension::Rows, *row), style.as_ref())
            }
            Edit::SetColumnStyle {
                sheet,
                column,
                style,
            } => self.set_line_style(*sheet, (Dimension::Columns, *column), style.as_ref()),
            &Edit::NoteHiddenRows {
                sheet,
                at,
                count,
                why,
            } => self.note_hidden_rows(sheet, (at, count), why),
            Edit::NoteFilter {
                sheet,
                filter,
                active,
            } => self.note_filter(*sheet, filter.as_ref(), *active),
            Edit::PutAttached { sheet, attached } => self.put_attached(*sheet, attached),
            Edit::KeepFormula(kept) => self.keep_formula(kept),
        }
    }
}
