//! State that all workers of an Envoy see, changed by compare-and-swap.

use std::cell::RefCell;

/// Someone else wrote the key since it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conflict;

/// A value and the version that a conditional write must name.
pub type Versioned = (Option<Vec<u8>>, Option<u32>);

/// Proxy-wasm's shared data, or a map in tests.
pub trait SharedStore {
    fn get(&self, key: &str) -> Versioned;

    /// Writes if the version is still `version`; `None` writes always.
    ///
    /// # Errors
    /// [`Conflict`].
    fn set(&self, key: &str, value: &[u8], version: Option<u32>) -> Result<(), Conflict>;
}

/// Most tries of one update. With 64 workers writing one key without pause, a loser that retries
/// this often has practically no chance to starve; giving up costs one count, not correctness.
const MAX_TRIES: usize = 32;

/// Reads, changes and writes `key` until no one interferes, and returns what `change` returned last.
/// `change` gets the bytes and gives the new ones, or `None` to leave them as they are.
pub fn update<T>(
    store: &dyn SharedStore,
    key: &str,
    mut change: impl FnMut(Option<&[u8]>) -> (Option<Vec<u8>>, T),
) -> T {
    let mut tries = 0;
    loop {
        let (bytes, version) = store.get(key);
        let (next, result) = change(bytes.as_deref());
        let Some(next) = next else { return result };
        tries += 1;
        if store.set(key, &next, version).is_ok() || tries >= MAX_TRIES {
            return result;
        }
    }
}

/// A store of one process, for tests and the command line tool.
#[derive(Debug, Default)]
pub struct MemoryStore(RefCell<hashbrown::HashMap<String, (Vec<u8>, u32)>>);

impl SharedStore for MemoryStore {
    fn get(&self, key: &str) -> Versioned {
        match self.0.borrow().get(key) {
            Some((value, version)) => (Some(value.clone()), Some(*version)),
            None => (None, None),
        }
    }

    fn set(&self, key: &str, value: &[u8], version: Option<u32>) -> Result<(), Conflict> {
        let mut map = self.0.borrow_mut();
        let current = map.get(key).map(|(_, version)| *version);
        if version.is_some() && version != current {
            return Err(Conflict);
        }
        map.insert(key.to_owned(), (value.to_vec(), current.unwrap_or(0).wrapping_add(1)));
        Ok(())
    }
}
