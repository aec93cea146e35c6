//! Functions of tables with headers and of criteria written in cells.

pub(super) mod records;
