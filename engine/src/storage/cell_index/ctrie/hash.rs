//! Hashes of keys, and the ways that they take through the levels.

/// Bits of the hash that each level takes. Four: a write copies some three nodes of 16 branches, of which each has a count
/// to add to; with six bits, two nodes of 64.
pub(super) const BITS: u32 = 4;

/// The way that a hash takes at a level (its bits from `level` on).
#[inline]
pub(super) fn way(hash: u64, level: u32) -> u32 {
    (hash >> level) as u32 & ((1 << BITS) - 1)
}

/// The hash of a key: a bijection (shifts that are folded back in, and products with odd numbers, can be undone), so
/// different keys have different hashes.
///
/// The lowest four bits of a key are the third level's way as they are. Sixteen keys that differ in them alone lie side by
/// side in one node if there is nothing between: who writes several of them copies one path.
#[inline]
pub(super) fn hash(key: u64) -> u64 {
    const REST: u64 = u64::MAX >> BITS;
    let (near, rest) = (key & 0xF, key >> BITS);
    let rest = (rest ^ (rest >> 30)).wrapping_mul(0x9E37_79B9_7F4A_7C15) & REST;
    let rest = (rest ^ (rest >> 27)).wrapping_mul(0xBF58_476D_1CE4_E5B9) & REST;
    let rest = rest ^ (rest >> 30);
    (rest & 0xFF) | (near << (2 * BITS)) | ((rest >> (2 * BITS)) << (3 * BITS))
}

/// Whether the first of two different hashes comes first when a trie is gone through, way by way.
pub(super) fn comes_first(one: u64, other: u64) -> bool {
    let level = (one ^ other).trailing_zeros() / BITS * BITS;
    way(one, level) < way(other, level)
}
