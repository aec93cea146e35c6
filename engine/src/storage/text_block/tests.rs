//! Tests of text blocks.

use super::*;

#[test]
fn texts_come_back_with_their_hashes() {
    let texts = ["alpha", "", "Ünïcode", "ALPHA", "ALPHA", "x"];
    let mut builder = TextBlockBuilder::default();
    let indexes: Vec<u32> = texts.iter().map(|text| builder.push(text)).collect();
    assert_eq!(indexes, [0, 1, 2, 3, 3, 4]);
    let block = builder.build();
    assert_eq!((block.len(), block.is_empty()), (5, false));
    for (text, index) in texts.iter().zip(indexes) {
        assert_eq!(block.text(index), *text);
        assert_eq!(block.fold(index), fold_hash(text));
    }
    assert_eq!(block.fold(0), block.fold(3));
}

#[test]
fn hashes_ignore_case_and_nothing_else() {
    let long = "Straße ".repeat(40);
    assert_eq!(
        fold_hash(&long),
        fold_hash(&long.to_uppercase().replace("SS", "ß"))
    );
    assert_eq!(fold_hash("\u{212A}elvin"), fold_hash("kELVIN"));
    assert_ne!(fold_hash("Straße"), fold_hash("Strasse"));
    assert_ne!(fold_hash("a"), fold_hash("a\0"));
    assert_ne!(fold_hash(&"a".repeat(64)), fold_hash(&"a".repeat(128)));
}
