#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod codec;
mod error;

/// Keeps nothing: a replicator's state is gone with its process.
pub use atomr_distributed_data::NoopDurableStore;
pub use codec::Codec;

use atomr_distributed_data::{CrdtMerge, DurableStore, Replicator};
use error::{another_type, to_io};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use sx_persist::Store;

/// Keys of a page.
const PAGE_KEYS: u32 = 65_536;

/// The durable store of a replicator, on the `snapshots` of a [`Store`].
pub struct Snapshots {
    store: Store,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// By key: takes the value out of its replicator, as bytes. None when the replicator is gone.
    attached: HashMap<String, Encode>,
    first_error: Option<io::Error>,
}

type Encode = Box<dyn Fn() -> io::Result<Option<Vec<u8>>> + Send>;

impl std::fmt::Debug for Snapshots {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Snapshots").field("store", &self.store).finish_non_exhaustive()
    }
}

impl Snapshots {
    /// On a store that is open. Its snapshots are this replicator's alone.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self { store, state: Mutex::default() }
    }

    /// On a store of its own that is in memory, for tests and for state that need not outlive its process: it takes and gives the
    /// same as any, and nothing of it is left.
    ///
    /// # Errors
    /// As [`Store::in_memory`] has them.
    pub fn temporary() -> io::Result<Self> {
        Store::in_memory().map(Self::new).map_err(to_io)
    }

    /// Is anything stored under a key, be it that it was only noted?
    ///
    /// # Errors
    /// As [`DurableStore::load`] of this store, but that nothing is read: damage is not seen.
    pub fn contains(&self, key: &str) -> io::Result<bool> {
        self.store.raw().snapshot_contains(key).map_err(to_io)
    }

    /// The store, for all else that it keeps.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Loads a key into a replicator, and from then on keeps what the replicator's actor makes of it. Values are SX text.
    ///
    /// What is stored is merged into what the replicator holds, so it may be called at any time; but a key that is removed
    /// meanwhile may come back. Answers whether there was anything to load.
    ///
    /// # Errors
    /// `InvalidInput` for a key that is empty or longer than 1,024 bytes; `InvalidData` when what is stored is damaged or no such
    /// value, or when the replicator holds the key with another type; else as the store has them. Nothing is attached then.
    pub fn attach<T>(&self, replicator: &Arc<Replicator>, key: &str) -> io::Result<bool>
    where
        T: CrdtMerge + Serialize + DeserializeOwned + Send + Sync + 'static,
    {
        self.attach_with(replicator, key, Codec::<T>::sx())
    }

    /// As [`Snapshots::attach`], with bytes of the caller's choice.
    ///
    /// # Errors
    /// As [`Snapshots::attach`], and those of the codec.
    pub fn attach_with<T>(&self, replicator: &Arc<Replicator>, key: &str, codec: Codec<T>) -> io::Result<bool>
    where
        T: CrdtMerge + Send + Sync + 'static,
    {
        // A marker stands for a value that nobody kept.
        let stored = self.store.raw().snapshot_load(key).map_err(to_io)?.filter(|bytes| !bytes.is_empty());
        let loaded = stored.as_deref().map(codec.decode).transpose()?;
        if holds(replicator, key) && replicator.get::<T>(key).is_none() {
            return Err(another_type(key));
        }
        // Without the lock: it calls whoever has subscribed to the key.
        if let Some(value) = loaded {
            replicator.update(key, value);
        }
        let encode = encode_with(Arc::downgrade(replicator), key.to_owned(), codec);
        let mut state = self.state();
        // What the replicator had before, and what both make together.
        if holds(replicator, key)
            && let Some(bytes) = encode()?
            && stored.as_ref() != Some(&bytes)
        {
            self.store.raw().snapshot_persist(key, &bytes).map_err(to_io)?;
        }
        state.attached.insert(key.to_owned(), encode);
        Ok(stored.is_some())
    }

    /// Keeps the value of an attached key as its replicator has it now: what an actor does after each of its updates, for one
    /// that went past it.
    ///
    /// # Errors
    /// As [`DurableStore::persist_marker`] of this store.
    pub fn keep(&self, key: &str) -> io::Result<()> {
        self.persist_marker(key)
    }

    /// The first error of a write since it was last asked for, the actor's included: the actor drops those that it is answered.
    ///
    /// Until it is asked for, an update that was acknowledged may be in memory alone. The next one of the same key, or
    /// [`Snapshots::keep`], writes all of its value again.
    pub fn take_error(&self) -> Option<io::Error> {
        self.state().first_error.take()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A codec that panicked has changed nothing here.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Performs a write and keeps its error for whoever asks. Writes go one by one, so that none brings back an older value.
    fn write(&self, write: impl FnOnce(&mut State) -> io::Result<()>) -> io::Result<()> {
        let mut state = self.state();
        let written = write(&mut state);
        if let Err(error) = &written
            && state.first_error.is_none()
        {
            state.first_error = Some(error::copied(error));
        }
        written
    }
}

impl DurableStore for Snapshots {
    fn persist(&self, key: &str, blob: &[u8]) -> io::Result<()> {
        self.write(|_| self.store.raw().snapshot_persist(key, blob).map_err(to_io))
    }

    /// Keeps the value of an attached key; notes another key, and leaves the bytes that it holds as they are.
    fn persist_marker(&self, key: &str) -> io::Result<()> {
        self.write(|state| {
            let encoded = state.attached.get(key).map(|encode| encode()).transpose()?.flatten();
            match encoded {
                Some(bytes) => self.store.raw().snapshot_persist(key, &bytes).map_err(to_io),
                None => self.store.raw().snapshot_persist_marker(key).map_err(to_io),
            }
        })
    }

    fn delete_marker(&self, key: &str) -> io::Result<()> {
        self.write(|_| self.store.raw().snapshot_delete_marker(key).map(drop).map_err(to_io))
    }

    fn load(&self, key: &str) -> io::Result<Option<Vec<u8>>> {
        self.store.raw().snapshot_load(key).map_err(to_io)
    }

    fn keys(&self) -> io::Result<Vec<String>> {
        let mut keys = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let page = self.store.raw().snapshot_keys("", after.as_deref(), PAGE_KEYS).map_err(to_io)?;
            keys.extend(page.items);
            if page.done {
                return Ok(keys);
            }
            after = Some(page.through);
        }
    }
}

fn holds(replicator: &Replicator, key: &str) -> bool {
    replicator.keys().iter().any(|held| held == key)
}

/// What takes the value of a key out of its replicator, which it does not keep alive.
fn encode_with<T>(replicator: Weak<Replicator>, key: String, codec: Codec<T>) -> Encode
where
    T: CrdtMerge + Send + Sync + 'static,
{
    Box::new(move || {
        let Some(replicator) = replicator.upgrade() else { return Ok(None) };
        // The replicator lets an update change the type of a key. What is stored must not be lost by that.
        let value = replicator.get::<T>(&key).ok_or_else(|| another_type(&key))?;
        (codec.encode)(&value).map(Some)
    })
}
