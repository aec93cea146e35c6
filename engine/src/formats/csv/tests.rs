//! Reading and writing of text files: what fields mean, what is found out, what comes back.

mod reading;
mod round_trip;
mod writing;
