//! Tests of the pool of buffers.

use super::*;

const SLOTS: usize = 4_096;

#[test]
fn a_buffer_grows_keeps_its_lanes_and_shrinks_to_fit() {
    let mut buffer = Buffer::with_room(1);
    assert!(buffer.is_empty() && buffer.0.capacity() >= STEP);
    buffer.resize(STEP);
    buffer[255] = 7.0;
    buffer.resize(SLOTS);
    assert_eq!((buffer.len(), buffer[255]), (SLOTS, 7.0));
    assert!(PackedCell::from_lane(buffer[SLOTS - 1]).is_blank());
    buffer.resize(STEP);
    let buffer = buffer.fitted();
    assert_eq!(
        (buffer.len(), buffer[255], buffer.0.capacity()),
        (STEP, 7.0, STEP)
    );
}

#[test]
fn the_pool_keeps_no_more_than_its_bound() {
    let bytes = class_bytes(CLASSES - 1);
    let count = 4 * KEPT_BYTES / bytes;
    let many: Vec<Buffer> = (0..count).map(|_| Buffer::with_room(SLOTS)).collect();
    drop(many);
    // Other tests hold buffers at the same time.
    let others = IN_USE.load(Ordering::Relaxed) + count * bytes;
    let kept = pooled_bytes();
    assert!(
        kept > 0 && kept <= KEPT_BYTES.max(others / KEPT_PART) + CLASSES * bytes,
        "{kept} bytes are kept beside {others}"
    );
}
