//! Where cells lie: packed cells in chunks of columns, axes that never move a cell, persistent maps, grids.
//!
//! A sheet's rows and columns have *anchors*, which never change, and positions, which its axes know. Cells lie by
//! anchor in immutable chunks of one column and one block of 4,096 rows, chunks in the cell index. What a formula
//! means is not known here.

mod cell_index;
mod chunk;
mod chunk_pool;
mod format_plane;
mod packed_cell;
mod piece_axis;
mod process_fork;
mod sheet_grid;
mod text_block;
mod tile;

pub mod row_axis;
pub mod stream_store;
pub mod tree;

pub use cell_index::{CellIndex, CellKey, IndexSnapshot, Plane, ReadIndex, chunks_written, ctrie};
pub use chunk::{Chunk, Counts, OpenChunk, SLOTS, Summary};
pub use chunk_pool::pooled_bytes;
pub use format_plane::{FormatId, FormatPlane};
pub use packed_cell::{
    CellRef, PackedCell, ShortText, TextIndex, Unpacked, all_cell_numbers, all_numbers,
};
pub use process_fork::forks;
pub use row_axis::{AnchorCounter, ColumnAxis, RowAxis};
pub use sheet_grid::{Block, ColumnBlock, ColumnPart, Dead, OpenGrid, Place, SheetGrid};
pub use text_block::{TextBlock, fold_hash};
pub use tile::{TILE, Tile, TileTexts};
