//! Excel's workbooks: .xlsx and .xlsm.
//!
//! Three ways, each in one pass over what it reads or writes:
//!
//! - [`read_book`] streams a [`Package`] into a [`BookSink`]: settings, names, tables, then each sheet's cells in file
//!   order. Nothing but the shared texts is held.
//! - [`save_patched`] writes a package back with the cells that changed; every other byte of every other part stays.
//! - [`write_book`] writes a book that never was a file.
//!
//! Formulas are texts here, in A1 form without the leading `=`; what they mean is the reader's business.

mod attached_items;
mod book_changes;
mod book_moves;
mod book_sink;
mod book_source;
mod cell_reference;
mod column_widths;
mod formula_prefix;
mod formula_words;
mod metered;
mod move_anchors;
mod move_parts;
mod move_pivots;
mod open_book;
mod package;
mod patch_cell;
mod patch_moved;
mod patch_rows;
mod patch_sheet;
mod patch_styles;
mod patch_workbook;
mod read_attached;
mod read_external;
mod read_metadata;
mod read_rich_errors;
mod read_row;
mod read_shared_strings;
mod read_sheet;
mod read_sheet_cell;
mod read_styles;
mod read_tables;
mod read_workbook;
mod relationships;
mod rewrite_part;
mod save_book;
mod save_cells;
mod save_changes;
mod save_new;
mod save_package;
mod save_relations;
mod shared_formula;
mod shared_groups;
mod sheet_parts;
mod survey;
mod write_attributes;
mod write_external;
mod write_file;
mod write_filter;
mod write_parts;
mod write_sheet;
mod write_styles;
mod write_tables;
mod write_workbook;
mod xml_escape;
mod xml_part;
mod xml_text;
mod xml_tokens;

#[cfg(test)]
mod tests;

pub use book_changes::{BookChanges, CellChange, FormulaChange, NameChange, NewSheets, NewStyle};
pub use book_moves::BookMoves;
pub use book_sink::{
    AutoFilter, BookSettings, BookSink, CalculationMode, ColumnAttributes, DefinedName,
    ExternalBook, ExternalName, ExternalSheet, FormulaEvent, FormulaKind, RowAttributes,
    SheetDefaults, SheetEntry, SheetKind, Styles, Table, TableColumn, Visibility,
};
pub use book_source::{BookSource, CellOutput};
pub use formula_prefix::{file_form, function_prefix};
pub use open_book::{Origin, open, open_package};
pub use package::Package;
pub use read_workbook::read_book;
pub use save_book::{save, write};
pub use save_new::{save_new, write_new};
pub use save_package::{patch_book, save_patched};
pub use shared_formula::shift_formula;
pub use write_workbook::{save_book, write_book};
