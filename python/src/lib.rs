//! The Python module `tabulith._core`.
