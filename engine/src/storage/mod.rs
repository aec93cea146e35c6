//! Where cells lie: packed cells in chunks of columns, axes that never move a cell, persistent maps, grids.
//!
//! A sheet's rows and columns have *anchors*, which never change, and positions, which its axes know. Cells lie by
//! anchor in immutable chunks of one column and one block of 4,096 rows, chunks in the cell index. What a formula
//! means is not known here.

mod piece_axis;

pub mod row_axis;
pub mod tree;

pub use row_axis::{AnchorCounter, ColumnAxis, RowAxis};
