//! Tests of the workbook.
