//! Tests of the cell index: snapshots and forks against a plain map.

use super::*;

fn key(column: u32, block: u32) -> CellKey {
    CellKey::new(Plane::Values, 1, Anchor(column), block)
}

fn number(x: f64) -> Arc<Chunk> {
    Arc::new(Chunk::default().with_patch(0, ValueRef::Number(x)))
}

#[test]
fn the_parts_of_a_key_come_back() {
    let last = CellKey::new(
        Plane::Formats,
        (1 << 17) - 1,
        Anchor((1 << 20) - 1),
        (1 << 24) - 1,
    );
    assert_eq!(last.bits(), (1 << 62) - 1);
    assert_eq!(last.sheet(), (1 << 17) - 1);
    assert_eq!(last.column(), Anchor((1 << 20) - 1));
    assert_eq!(last.block(), (1 << 24) - 1);
    assert!(key(1, 5) < key(1, 6) && key(1, 6) < key(2, 0));
}

#[test]
fn snapshots_and_forks_do_not_see_each_other() {
    let index = CellIndex::new();
    index.insert(key(0, 0), number(1.0));
    let one = index.snapshot();
    index.insert(key(0, 0), number(2.0));
    index.insert(key(0, 1), number(3.0));
    let fork = one.fork();
    assert!(fork.remove(key(0, 0)).is_some());
    let read = |index: &IndexSnapshot, key| index.with_cell(key, 0, |v| v.to_value());
    assert_eq!(read(&one, key(0, 0)), 1.0.into());
    assert_eq!(read(&index.snapshot(), key(0, 0)), 2.0.into());
    assert_eq!(read(&fork.snapshot(), key(0, 0)), Default::default());
    assert_eq!(
        (one.len(), index.snapshot().len(), fork.snapshot().len()),
        (1, 2, 0)
    );
    let mut keys: Vec<CellKey> = index.snapshot().iter().map(|(key, _)| key).collect();
    keys.sort_unstable();
    assert_eq!(keys, [key(0, 0), key(0, 1)]);
}

#[test]
fn threads_write_at_the_same_time() {
    let index = CellIndex::new();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let index = &index;
            scope.spawn(move || {
                for block in 0..100 {
                    index.insert(key(thread, block), number(f64::from(block)));
                }
            });
        }
    });
    let snapshot = index.snapshot();
    assert_eq!(snapshot.len(), 400);
    assert!(
        snapshot.iter().all(|(key, chunk)| {
            chunk.cell(0).value() == ValueRef::Number(f64::from(key.block()))
        })
    );
}

#[test]
fn a_chunk_is_replaced_only_where_the_expected_one_lies() {
    let index = CellIndex::new();
    let (one, two) = (number(1.0), number(2.0));
    assert!(!index.compare_insert(key(0, 0), Some(&one), two.clone()));
    assert!(index.compare_insert(key(0, 0), None, one.clone()));
    assert!(!index.compare_insert(key(0, 0), None, two.clone()));
    assert!(!index.compare_insert(key(0, 0), Some(&two), two.clone()));
    let before = index.snapshot();
    assert!(index.compare_insert(key(0, 0), Some(&one), two.clone()));
    let mut changes = Vec::new();
    before.diff(&index.snapshot(), |key, old, new| {
        changes.push((key, old.cloned(), new.cloned()));
    });
    assert_eq!(changes.len(), 1);
    assert!(
        changes[0]
            .1
            .as_ref()
            .is_some_and(|chunk| Arc::ptr_eq(chunk, &one))
    );
    assert!(
        changes[0]
            .2
            .as_ref()
            .is_some_and(|chunk| Arc::ptr_eq(chunk, &two))
    );
}
