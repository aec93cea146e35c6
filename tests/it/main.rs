//! The integration tests, in one binary. Each file is named after what it promises.

mod cases;
mod corpora;
mod documents;
mod layers;
mod source;
mod tidy;
