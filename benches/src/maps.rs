//! Concurrent maps from 64-bit keys to chunks behind one interface: the Ctrie, and what it is compared with.

use std::sync::{Arc, PoisonError, RwLock};

use tabulith::storage::Chunk;
use tabulith::storage::ctrie::Ctrie;

/// What the maps hold.
pub type Held = Arc<Chunk>;

/// A map that several threads use at once.
pub trait Map: Send + Sync + 'static {
    /// Its name in the tables.
    const NAME: &'static str;

    /// A map without keys.
    fn empty() -> Self;

    /// The value under a key.
    fn get(&self, key: u64) -> Option<Held>;

    /// Puts a value under a key.
    fn put(&self, key: u64, value: Held);

    /// Calls `visit` with each key.
    fn each(&self, visit: &mut dyn FnMut(u64));
}

impl Map for Ctrie<Held> {
    const NAME: &'static str = "tabulith";

    fn empty() -> Self {
        Ctrie::new()
    }

    fn get(&self, key: u64) -> Option<Held> {
        Ctrie::get(self, key)
    }

    fn put(&self, key: u64, value: Held) {
        self.insert(key, value);
    }

    fn each(&self, visit: &mut dyn FnMut(u64)) {
        self.snapshot().iter().for_each(|(key, _)| visit(key));
    }
}

/// A persistent hash map in a lock.
pub type Imbl = RwLock<Persistent<Held>>;

/// A persistent hash map with a fast hash.
pub type Persistent<V> =
    imbl::GenericHashMap<u64, V, foldhash::fast::FixedState, imbl::shared_ptr::DefaultSharedPtr>;

impl Map for Imbl {
    const NAME: &'static str = "imbl";

    fn empty() -> Self {
        RwLock::new(Persistent::with_hasher(
            foldhash::fast::FixedState::default(),
        ))
    }

    fn get(&self, key: u64) -> Option<Held> {
        let map = self.read().unwrap_or_else(PoisonError::into_inner);
        map.get(&key).cloned()
    }

    fn put(&self, key: u64, value: Held) {
        let mut map = self.write().unwrap_or_else(PoisonError::into_inner);
        map.insert(key, value);
    }

    fn each(&self, visit: &mut dyn FnMut(u64)) {
        let map = self.read().unwrap_or_else(PoisonError::into_inner).clone();
        map.keys().for_each(|key| visit(*key));
    }
}

/// A hash map in a lock.
pub type Locked = RwLock<hashbrown::HashMap<u64, Held>>;

impl Map for Locked {
    const NAME: &'static str = "hashbrown";

    fn empty() -> Self {
        RwLock::default()
    }

    fn get(&self, key: u64) -> Option<Held> {
        let map = self.read().unwrap_or_else(PoisonError::into_inner);
        map.get(&key).cloned()
    }

    fn put(&self, key: u64, value: Held) {
        let mut map = self.write().unwrap_or_else(PoisonError::into_inner);
        map.insert(key, value);
    }

    fn each(&self, visit: &mut dyn FnMut(u64)) {
        let map = self.read().unwrap_or_else(PoisonError::into_inner);
        map.keys().for_each(|key| visit(*key));
    }
}

/// A lock-free hash map without snapshots.
pub type Papaya = papaya::HashMap<u64, Held, foldhash::fast::FixedState>;

impl Map for Papaya {
    const NAME: &'static str = "papaya";

    fn empty() -> Self {
        papaya::HashMap::with_hasher(foldhash::fast::FixedState::default())
    }

    fn get(&self, key: u64) -> Option<Held> {
        self.pin().get(&key).cloned()
    }

    fn put(&self, key: u64, value: Held) {
        self.pin().insert(key, value);
    }

    fn each(&self, visit: &mut dyn FnMut(u64)) {
        self.pin().keys().for_each(|key| visit(*key));
    }
}

/// A hash map in many locks.
pub type Dashmap = dashmap::DashMap<u64, Held, foldhash::fast::FixedState>;

impl Map for Dashmap {
    const NAME: &'static str = "dashmap";

    fn empty() -> Self {
        dashmap::DashMap::with_hasher(foldhash::fast::FixedState::default())
    }

    fn get(&self, key: u64) -> Option<Held> {
        dashmap::DashMap::get(self, &key).map(|value| value.clone())
    }

    fn put(&self, key: u64, value: Held) {
        self.insert(key, value);
    }

    fn each(&self, visit: &mut dyn FnMut(u64)) {
        self.iter().for_each(|entry| visit(*entry.key()));
    }
}
