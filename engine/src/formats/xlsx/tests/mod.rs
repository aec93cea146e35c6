//! Reading and writing of .xlsx files, tested on files made here and on real ones.

mod column_widths;
mod corpora;
mod fixture;
mod formula_text;
mod hostile;
mod moving;
mod moving_blocks;
mod moving_real;
mod patching;
mod patching_small;
mod reading;
mod recording;
mod restyling;
mod saving_new;
mod writing;
