//! The integration tests, in one binary. Each file is named after what it promises.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "all of this is tests: a failure ends the test, and figures are printed on demand"
)]

mod breaking_off;
mod cases;
mod command_line;
mod conversions;
mod corpora;
mod documents;
mod excel_oracle;
mod functions;
mod layers;
mod process_fork;
mod repository;
mod saving;
mod saving_new;
mod scale;
mod source;
mod tidy;
