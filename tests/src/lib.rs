//! The test harness: case files and the modes in which each case runs.
