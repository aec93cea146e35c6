//! Reading and writing of .xlsx files, tested on files made here and on real ones.

mod corpora;
mod recording;
