//! Files of other programs: what is read from them and written to them.
//!
//! A format knows nothing of the inside of a workbook. Reading pushes plain data into a sink, writing pulls plain data
//! from a source; the workbook has both sides.

pub mod xlsx;
