//! Tests of the graph against naive models.
