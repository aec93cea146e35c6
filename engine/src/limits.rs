//! Every bound of the engine, each with its reason.
//!
//! Crossing a bound is a cell error or an [`Error`](crate::Error) of kind
//! [`Limit`](crate::ErrorKind::Limit); it is never a panic and never a silent truncation.

/// Rows of a sheet: Excel's grid since 2007 (ECMA-376 18.3.1.73).
pub const ROWS: u32 = 1 << 20;

/// Rows of a sheet that a workbook may ask for by a setting; the anchors of the row axis end there.
pub const ROWS_MAX: u32 = 1 << 24;

/// Columns of a sheet: Excel's grid since 2007.
pub const COLUMNS: u32 = 1 << 14;

/// Pieces of a sheet's rows or columns: an insertion at a new place adds two, a deletion one, and an edit costs time in
/// proportion to them.
pub const AXIS_PIECES: usize = 1 << 17;

/// Characters that the width of a column stays below: Excel's 255, and the margin that a file counts in.
pub const COLUMN_WIDTH: f64 = 256.0;

/// Sheets of a workbook, over its whole life: the sheet field of a cell index key has 17 bits.
pub const SHEETS: u32 = 1 << 17;

/// Characters of a formula in an .xlsx file: Excel refuses longer ones.
pub const FORMULA_CHARACTERS_XLSX: usize = 8_192;

/// Bytes of a formula elsewhere.
pub const FORMULA_BYTES: usize = 64 * 1024;

/// Levels of brackets, calls and signs in an .xlsx formula, as in Excel.
pub const NESTING_XLSX: usize = 64;

/// Levels of brackets, calls and signs elsewhere; what recursion over a formula may cost is bounded by it.
pub const NESTING: usize = 256;

/// Arguments of one call, as in Excel.
pub const ARGUMENTS: usize = 255;

/// UTF-16 units of a text in a cell, as in Excel.
pub const TEXT_UNITS: usize = 32_767;

/// UTF-16 units of a criterion of COUNTIF and its kin, as in Excel.
pub const CRITERION_UNITS: usize = 255;

/// UTF-16 units of a text that MATCH and VLOOKUP look for, as in Excel.
pub const LOOKUP_UNITS: usize = 255;

/// UTF-16 units of a sheet's name, as in Excel.
pub const SHEET_NAME_UNITS: usize = 31;

/// UTF-16 units of a defined name, as in Excel.
pub const NAME_UNITS: usize = 255;

/// Values in the indexes that lookups share, beyond which no more are made: some 300 MB.
pub const INDEX_VALUES: u64 = 1 << 23;

/// Cells of one array result: 16 million values are 400 MB, as much as a formula should take by surprise.
pub const ARRAY_CELLS: u64 = 1 << 24;

/// Sweeps of iterative calculation, as in Excel.
pub const ITERATIONS: u32 = 32_767;

/// Steps through defined names that refer to defined names.
pub const NAME_DEPTH: usize = 64;

/// Steps of one bound formula, its names written out: names that use names twice each grow without bound.
pub const PLAN_NODES: usize = 1 << 18;
/// Bytes of a file that is opened as a whole: it is held in memory, compressed, as long as its workbook lives.
pub const FILE_BYTES: u64 = 1 << 31;

/// Parts of a package: Excel writes a few for each sheet, and a directory entry costs some 400 bytes to hold.
pub const PACKAGE_PARTS: usize = 1 << 16;

/// Bytes of one part after decompression: a full sheet of 2^20 rows and a hundred columns is about 3 GB.
pub const PART_BYTES: u64 = 1 << 33;

/// Bytes of all parts together after decompression.
pub const PACKAGE_BYTES: u64 = 1 << 35;

/// Parts up to this size may be compressed at any ratio; a bomb this small does no harm.
pub const PART_BYTES_ANY_RATIO: u64 = 1 << 26;

/// How many times larger than its compressed form a large part may be: sheets of equal cells reach 100, bombs 1,000.
pub const COMPRESSION_RATIO: u64 = 400;

/// Bytes of a part that is read into memory at once: relations, styles, names, tables. Sheets and texts are streamed.
pub const WHOLE_PART_BYTES: u64 = 1 << 28;

/// Open elements of an XML part: the formats themselves need about 20, extensions inside them a few more.
pub const XML_DEPTH: usize = 256;

/// Bytes of one tag or one run of text of an XML part: a text of a cell with every character escaped is below 1 MB.
pub const XML_TOKEN_BYTES: u64 = 1 << 22;

/// Bytes of one record of a text file: a row of a hundred columns of the longest texts is about 10 MB; more comes from a
/// quote that is never closed.
pub const RECORD_BYTES: usize = 1 << 26;

/// Fields of a text file that is written: each costs at least its delimiter, and a cell in the last corner of a sheet
/// would take 17 thousand million of them.
pub const TEXT_FILE_FIELDS: u64 = 1 << 30;

/// Bytes of all texts that the cells of a workbook share: what is held in memory while it is opened.
pub const SHARED_TEXT_BYTES: usize = 1 << 31;

/// Calls of functions of the user within each other on one thread, as when one computes a fork of its own workbook: each
/// takes a piece of the stack for a whole recalculation.
pub const USER_CALLS: usize = 32;

/// Cells for which it is kept why a function of the user failed: whoever mends the function needs a few of them.
pub const FAILURES: usize = 1_000;

/// Bytes of such a text: the ends of longer tracebacks say nothing new.
pub const FAILURE_BYTES: usize = 4_096;

/// Cells whose values a file leaves to be computed when it is opened: a few bytes of formulas could ask for all cells of
/// all sheets, and these take 2 GB.
pub const RESULTS_NOT_STORED: u64 = 1 << 28;

/// Columns of cells that the array formulas of a file fill beyond the cells that it holds: each costs an entry.
pub const ARRAY_COLUMNS_NOT_STORED: u64 = 1 << 18;

/// Steps that can be taken back: each holds the revision before it, which shares all that the step did not touch. More
/// than twice as many as in Excel; what so many small edits hold still fits a processor's cache.
pub const UNDO_STEPS: usize = 256;

/// Bytes that only steps to undo and to redo hold, as far as they are known, unless a workbook is told otherwise: a
/// hundred edits of a million cells.
pub const UNDO_BYTES: u64 = 1 << 30;

/// Events that wait for one reader: a queue of them has some 2 KB, and there may be thousands of readers.
pub const EVENTS_QUEUED: usize = 64;

/// Rows of a matrix that MDETERM and MINVERSE take: their work grows with its third power, seconds at this order.
pub const MATRIX_ORDER: usize = 2_048;

/// Edits of single cells whose ways through the graph are kept, the last used ones: some inputs that are tried out in turn.
pub const CONES: usize = 32;

/// Formulas on the kept way of an edit; a longer one is searched each time, which its evaluations outweigh.
pub const CONE_CELLS: usize = 1 << 14;

/// Cells of one formula on the kept way of an edit: more of them are computed faster together, in tiles.
pub const CONE_CELLS_ALIKE: u64 = 128;

/// Inputs that an edit may change for its way to be kept.
pub const CONE_SEEDS: usize = 8;
