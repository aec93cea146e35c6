//! The integration tests, in one binary. Each file is named after what it promises.

mod cases;
mod command_line;
mod corpora;
mod documents;
mod excel_oracle;
mod layers;
mod repository;
mod scale;
mod source;
mod tidy;
