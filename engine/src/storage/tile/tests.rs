use std::sync::Arc;

use super::Tile;
use crate::storage::{Chunk, OpenChunk};
use crate::value::{CellError, ValueRef};

fn chunk() -> Arc<Chunk> {
    let mut open = OpenChunk::default();
    open.write_numbers(0, &(0..4_096).map(f64::from).collect::<Vec<_>>());
    Arc::new(open.freeze())
}

#[test]
fn numbers_are_read_where_they_lie() {
    let chunk = chunk();
    let mut tile = Tile::default();
    tile.load(&chunk, 1_024..2_048);
    assert!(tile.is_numbers() && !tile.has_texts());
    let lies = chunk.number_slice(1_024..2_048).unwrap();
    assert!(std::ptr::eq(tile.lanes().as_ptr(), lies.as_ptr()));
}

#[test]
fn a_lane_that_is_written_leaves_the_chunk_as_it_was() {
    let chunk = chunk();
    let mut tile = Tile::default();
    tile.load(&chunk, 0..4);
    tile.set(2, ValueRef::Text("something longer"));
    assert_eq!(tile.cell(2).value(), ValueRef::Text("something longer"));
    assert_eq!(tile.cell(3).value(), ValueRef::Number(3.0));
    assert_eq!(chunk.cell(2).value(), ValueRef::Number(2.0));
    assert!(!tile.is_numbers());
}

#[test]
fn texts_and_patches_come_along() {
    let mut open = OpenChunk::new(&chunk());
    open.set(5, ValueRef::Text("the fifth, patched"));
    open.set(6, ValueRef::Blank);
    let patched = Arc::new(open.freeze());
    let mut tile = Tile::default();
    tile.load(&patched, 4..8);
    let values: Vec<_> = (0..4).map(|lane| tile.cell(lane).to_value()).collect();
    assert_eq!(
        values,
        [
            4.0.into(),
            "the fifth, patched".into(),
            crate::value::Value::Blank,
            7.0.into()
        ]
    );
}

#[test]
fn texts_are_written_at_the_end_and_failures_leave_none() {
    let mut tile = Tile::default();
    tile.begin(3);
    tile.set_text_with(0, |text| {
        text.push_str("long enough");
        Ok(())
    });
    tile.set_text_with(1, |text| {
        text.push_str("half of");
        Err(CellError::Na)
    });
    tile.set_text_with(2, |text| {
        text.push_str("abc");
        Ok(())
    });
    assert_eq!(tile.cell(0).value(), ValueRef::Text("long enough"));
    assert_eq!(tile.cell(1).value(), ValueRef::Error(CellError::Na));
    assert_eq!(tile.cell(2).value(), ValueRef::Text("abc"));
    tile.fill(2, ValueRef::Text("twice the same"));
    assert_eq!(tile.cell(1).value(), ValueRef::Text("twice the same"));
}
