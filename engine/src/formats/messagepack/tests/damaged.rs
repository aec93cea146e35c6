use super::{full_book, reopened};
use crate::error::{Error, ErrorKind};
use crate::formats::messagepack::{VERSION, envelope};

#[track_caller]
fn refused(bytes: &[u8]) -> Error {
    match reopened(bytes) {
        Ok(_) => panic!("{} bytes were read", bytes.len()),
        Err(error) => error,
    }
}

#[test]
fn a_file_cut_off_anywhere_is_refused_with_the_place() {
    let good = full_book().to_bytes().unwrap();
    for length in 0..good.len() {
        let error = refused(&good[..length]);
        assert_eq!(error.kind(), ErrorKind::FileFormat, "{length}: {error}");
        assert!(error.to_string().contains("at byte "), "{length}: {error}");
    }
}

#[test]
fn a_flipped_bit_anywhere_is_refused() {
    let good = full_book().to_bytes().unwrap();
    let mut bytes = good.clone();
    for at in 0..good.len() {
        let bit = 1 << (at % 8);
        bytes[at] ^= bit;
        let error = refused(&bytes);
        let is_version = error.kind() == ErrorKind::Unsupported && at == envelope::MAGIC.len();
        assert!(
            is_version || error.kind() == ErrorKind::FileFormat,
            "{at}: {error}"
        );
        bytes[at] ^= bit;
    }
    assert!(reopened(&bytes).is_ok());
}

#[test]
fn records_cannot_be_left_out_doubled_or_added() {
    let good = full_book().to_bytes().unwrap();
    let starts = record_starts(&good);
    let (from, to) = (starts[3], starts[4]);
    let without = [&good[..from], &good[to..]].concat();
    let twice = [&good[..to], &good[from..]].concat();
    let behind = [&good[..], b"\xC0"].concat();
    for (bytes, words) in [
        (&without, "missing"),
        (&twice, "missing"),
        (&behind, "behind the end"),
    ] {
        let error = refused(bytes).to_string();
        // A sheet less or more is seen by what is on it.
        let is_seen = error.contains(words) || error.contains("sheet");
        assert!(is_seen, "{error}");
    }
}

/// Where the records begin.
fn record_starts(bytes: &[u8]) -> Vec<usize> {
    let mut starts = Vec::new();
    let mut at = envelope::MAGIC.len() + 1;
    while at < bytes.len() {
        starts.push(at);
        let kind = usize::from(bytes[at + 1] & 31);
        let length = &bytes[at + 2 + kind + 1..];
        let length = u32::from_be_bytes([length[0], length[1], length[2], length[3]]);
        at += 2 + kind + 10 + length as usize;
    }
    starts
}

#[test]
fn a_later_version_says_so() {
    let mut bytes = full_book().to_bytes().unwrap();
    bytes[envelope::MAGIC.len()] = VERSION as u8 + 1;
    let error = refused(&bytes);
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert_eq!(
        error.to_string(),
        "the file is of version 2, and this program reads versions up to 1"
    );
    bytes[envelope::MAGIC.len()] = 0;
    assert_eq!(refused(&bytes).kind(), ErrorKind::FileFormat);
}

/// The file that version 1 wrote of [`full_book`] is read for ever.
#[test]
fn the_first_version_is_read() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../fixtures/formats/version-1.tabulith"
    );
    if std::env::var_os("BLESS").is_some_and(|value| value == "1") {
        std::fs::write(path, full_book().to_bytes().unwrap()).unwrap();
    }
    let read = reopened(&std::fs::read(path).unwrap()).unwrap();
    let (read, made) = (
        super::held::held(&read.snapshot()),
        super::held::held(&full_book().snapshot()),
    );
    assert!(read == made, "{}", super::held::difference(&read, &made));
}
