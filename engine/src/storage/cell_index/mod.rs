//! The cell index: which chunk lies under which key, for all sheets and planes of a revision.
//!
//! An index is written by many threads and frozen in O(1); a frozen [`IndexSnapshot`] never changes and can be forked
//! into a new index, in O(1) as well. Behind it is a [`Ctrie`]: nobody ever waits for anybody.

mod collector;
pub mod ctrie;
mod sync;
#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::fmt;
use std::sync::Arc;

use super::chunk::Chunk;
use super::process_fork;
use crate::limits;
use crate::reference::Anchor;
use crate::value::ValueRef;
use ctrie::Ctrie;

thread_local! {
    static CHUNKS_WRITTEN: Cell<u64> = const { Cell::new(0) };
}

/// Chunks that this thread has put into cell indexes so far: what edits cost, for tests.
pub fn chunks_written() -> u64 {
    CHUNKS_WRITTEN.get()
}

/// Which cells a chunk holds: `plane:3 | sheet:17 | column:20 | block:24`, so that the blocks of a column follow each
/// other.
///
/// # Examples
///
/// ```
/// use tabulith::reference::Anchor;
/// use tabulith::storage::{CellKey, Plane};
///
/// let key = CellKey::new(Plane::Values, 3, Anchor(7), 12);
/// assert_eq!((key.column(), key.block()), (Anchor(7), 12));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CellKey(u64);

/// What of a cell lies in a chunk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Plane {
    /// The values.
    Values = 0,
    /// The numbers of the formats.
    Formats = 1,
}

impl CellKey {
    /// The key of a block of a column: `sheet` is the number of the sheet's incarnation, below
    /// [`limits::SHEETS`], `column` an anchor below 2^20.
    ///
    /// # Panics
    ///
    /// If a part is beyond its bits.
    pub fn new(plane: Plane, sheet: u32, column: Anchor, block: u32) -> CellKey {
        assert!(
            sheet < limits::SHEETS && column.0 < 1 << 20 && block < 1 << 24,
            "sheet {sheet}, column anchor {}, block {block}: beyond the bits of a key",
            column.0
        );
        CellKey(
            (plane as u64) << 61
                | u64::from(sheet) << 44
                | u64::from(column.0) << 24
                | u64::from(block),
        )
    }

    /// What of the cells the chunk holds.
    pub fn plane(self) -> Plane {
        match self.0 >> 61 {
            0 => Plane::Values,
            _ => Plane::Formats,
        }
    }

    /// The column's anchor.
    pub fn column(self) -> Anchor {
        Anchor((self.0 >> 24) as u32 & 0xF_FFFF)
    }

    /// The block of the row axis.
    pub fn block(self) -> u32 {
        self.0 as u32 & 0xFF_FFFF
    }

    /// The number of the sheet's incarnation.
    pub fn sheet(self) -> u32 {
        (self.0 >> 44) as u32 & 0x1_FFFF
    }

    /// The key as one number.
    pub fn bits(self) -> u64 {
        self.0
    }

    /// The key as the trie has it: the lowest bits are those of the column, so that what lies side by side in a sheet lies
    /// side by side in the trie.
    fn in_trie(self) -> u64 {
        self.0.rotate_right(24)
    }

    fn of_trie(key: u64) -> CellKey {
        CellKey(key.rotate_left(24))
    }
}

impl fmt::Debug for CellKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (plane, column) = (self.0 >> 61, self.column().0);
        write!(f, "{plane}/{}/{column}/{}", self.sheet(), self.block())
    }
}

/// Something that chunks can be read from: a frozen index, or the writes of a transaction over one.
pub trait ReadIndex {
    /// The chunk under a key.
    fn chunk(&self, key: CellKey) -> Option<Arc<Chunk>>;

    /// Calls `read` with the value of one slot; blank where there is no chunk.
    fn with_cell<R>(&self, key: CellKey, slot: u16, read: impl FnOnce(ValueRef<'_>) -> R) -> R {
        match self.chunk(key) {
            Some(chunk) => read(chunk.cell(slot).value()),
            None => read(ValueRef::Blank),
        }
    }
}

/// The chunks of a workbook in the making; threads may write at the same time.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
/// use tabulith::reference::Anchor;
/// use tabulith::storage::{CellIndex, CellKey, Chunk, Plane};
///
/// let index = CellIndex::new();
/// let key = CellKey::new(Plane::Values, 0, Anchor(0), 0);
/// let before = index.snapshot();
/// index.insert(key, Arc::new(Chunk::default()));
/// assert!(before.get(key).is_none() && index.get(key).is_some());
/// ```
#[derive(Debug, Default)]
pub struct CellIndex {
    chunks: Ctrie<Arc<Chunk>>,
}

impl CellIndex {
    /// An index without chunks.
    pub fn new() -> CellIndex {
        CellIndex::default()
    }

    /// The chunk under a key.
    pub fn get(&self, key: CellKey) -> Option<Arc<Chunk>> {
        self.chunks.get(key.in_trie())
    }

    /// Calls `read` with the chunk under a key, where it lies.
    pub fn with<R>(&self, key: CellKey, read: impl FnOnce(Option<&Arc<Chunk>>) -> R) -> R {
        self.chunks.with(key.in_trie(), read)
    }

    /// Puts a chunk under a key and gives back the former one.
    pub fn insert(&self, key: CellKey, chunk: Arc<Chunk>) -> Option<Arc<Chunk>> {
        CHUNKS_WRITTEN.set(CHUNKS_WRITTEN.get() + 1);
        self.chunks.insert(key.in_trie(), chunk)
    }

    /// As [`CellIndex::insert`], where no other thread uses the index: faster.
    pub fn insert_mut(&mut self, key: CellKey, chunk: Arc<Chunk>) -> Option<Arc<Chunk>> {
        CHUNKS_WRITTEN.set(CHUNKS_WRITTEN.get() + 1);
        self.chunks.insert_mut(key.in_trie(), chunk)
    }

    /// Puts a chunk under a key if `expected` lies there, by address; tells whether it did.
    pub fn compare_insert(
        &self,
        key: CellKey,
        expected: Option<&Arc<Chunk>>,
        chunk: Arc<Chunk>,
    ) -> bool {
        let same = |found: Option<&Arc<Chunk>>| match (found, expected) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (found, expected) => found.is_none() && expected.is_none(),
        };
        let put = self.chunks.compare_insert(key.in_trie(), same, chunk);
        CHUNKS_WRITTEN.set(CHUNKS_WRITTEN.get() + u64::from(put));
        put
    }

    /// Takes out the chunk under a key.
    pub fn remove(&self, key: CellKey) -> Option<Arc<Chunk>> {
        self.chunks.remove(key.in_trie())
    }

    /// The chunks as they are now, for ever; O(1).
    pub fn snapshot(&self) -> IndexSnapshot {
        IndexSnapshot {
            chunks: self.chunks.snapshot(),
        }
    }

    /// The chunks as they are, for ever, where nothing more is written: cheaper than [`CellIndex::snapshot`].
    pub fn freeze(self) -> IndexSnapshot {
        IndexSnapshot {
            chunks: self.chunks.into_snapshot(),
        }
    }
}

impl ReadIndex for CellIndex {
    fn chunk(&self, key: CellKey) -> Option<Arc<Chunk>> {
        self.get(key)
    }

    fn with_cell<R>(&self, key: CellKey, slot: u16, read: impl FnOnce(ValueRef<'_>) -> R) -> R {
        self.with(key, |chunk| match chunk {
            Some(chunk) => read(chunk.cell(slot).value()),
            None => read(ValueRef::Blank),
        })
    }
}

/// The chunks of a workbook at one moment; `Clone` is O(1).
#[derive(Debug, Clone, Default)]
pub struct IndexSnapshot {
    chunks: ctrie::Snapshot<Arc<Chunk>>,
}

impl IndexSnapshot {
    /// The chunk under a key.
    pub fn get(&self, key: CellKey) -> Option<&Arc<Chunk>> {
        self.chunks.get(key.in_trie())
    }

    /// A new index that begins with these chunks; O(1).
    pub fn fork(&self) -> CellIndex {
        CellIndex {
            chunks: self.chunks.fork(),
        }
    }

    /// All chunks, in no order that means anything.
    pub fn iter(&self) -> impl Iterator<Item = (CellKey, &Arc<Chunk>)> {
        self.chunks
            .iter()
            .map(|(key, chunk)| (CellKey::of_trie(key), chunk))
    }

    /// The keys whose chunks in this index and a later one are not the same, in order, with both chunks; compared by
    /// address, so a chunk that was written anew counts even if its cells are equal.
    ///
    /// # Complexity
    ///
    /// In proportion to what was written between two versions of one index.
    pub fn diff<'s>(
        &'s self,
        later: &'s IndexSnapshot,
        mut visit: impl FnMut(CellKey, Option<&'s Arc<Chunk>>, Option<&'s Arc<Chunk>>),
    ) {
        let mut found = Vec::new();
        self.chunks.diff(&later.chunks, |key, old, new| {
            let same = matches!((old, new), (Some(old), Some(new)) if Arc::ptr_eq(old, new));
            if !same {
                found.push((CellKey::of_trie(key), old, new));
            }
        });
        found.sort_unstable_by_key(|(key, _, _)| *key);
        for (key, old, new) in found {
            visit(key, old, new);
        }
    }

    /// Number of chunks; counts them.
    pub fn len(&self) -> usize {
        self.chunks.iter().count()
    }

    /// Whether there are no chunks.
    pub fn is_empty(&self) -> bool {
        self.chunks.is_empty()
    }
}

impl ReadIndex for IndexSnapshot {
    fn chunk(&self, key: CellKey) -> Option<Arc<Chunk>> {
        self.get(key).cloned()
    }

    fn with_cell<R>(&self, key: CellKey, slot: u16, read: impl FnOnce(ValueRef<'_>) -> R) -> R {
        match self.get(key) {
            Some(chunk) => read(chunk.cell(slot).value()),
            None => read(ValueRef::Blank),
        }
    }
}
