//! Keys with chosen hashes: the hash of the Ctrie is a bijection, so it can be undone.

/// All but the lowest four bits of a key, which the hash does not mix.
const REST: u64 = u64::MAX >> 4;

/// The hash of a key, as the Ctrie has it; that it is the same, a test sees from the order in which keys come.
pub fn hash(key: u64) -> u64 {
    let (near, rest) = (key & 0xF, key >> 4);
    let rest = (rest ^ (rest >> 30)).wrapping_mul(0x9E37_79B9_7F4A_7C15) & REST;
    let rest = (rest ^ (rest >> 27)).wrapping_mul(0xBF58_476D_1CE4_E5B9) & REST;
    let rest = rest ^ (rest >> 30);
    (rest & 0xFF) | (near << 8) | ((rest >> 8) << 12)
}

/// The key with this hash. Its lowest four bits are the way at the root, the next four the way below, and so on.
pub fn with_hash(hash: u64) -> u64 {
    let (near, rest) = (hash >> 8 & 0xF, (hash & 0xFF) | ((hash >> 12) << 8));
    let rest = rest ^ (rest >> 30);
    let rest = rest.wrapping_mul(inverse(0xBF58_476D_1CE4_E5B9)) & REST;
    let rest = rest ^ (rest >> 27) ^ (rest >> 54);
    let rest = rest.wrapping_mul(inverse(0x9E37_79B9_7F4A_7C15)) & REST;
    let rest = rest ^ (rest >> 30);
    (rest << 4) | near
}

/// What an odd number is to be multiplied by to give 1, by Newton's iteration: each round doubles the bits that are right.
fn inverse(odd: u64) -> u64 {
    let mut inverse = odd;
    for _ in 0..6 {
        inverse = inverse.wrapping_mul(2u64.wrapping_sub(odd.wrapping_mul(inverse)));
    }
    inverse
}

/// Where a key comes when a trie is gone through: by the ways of its hash, from the root's on.
pub fn order(key: u64) -> u64 {
    const LOW: u64 = 0x0F0F_0F0F_0F0F_0F0F;
    let bytes = hash(key).swap_bytes();
    (bytes & LOW) << 4 | bytes >> 4 & LOW
}

#[cfg(test)]
mod tests {
    use super::{hash, order, with_hash};

    #[test]
    fn the_hash_can_be_undone() {
        for n in 0..1000u64 {
            let any = n.wrapping_mul(0xD134_2543_DE82_EF95) ^ n << 60;
            assert_eq!(with_hash(hash(any)), any);
            assert_eq!(hash(with_hash(any)), any);
        }
        assert_eq!(order(with_hash(0x21)), 0x12 << 56);
    }
}
