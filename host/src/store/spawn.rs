//! Calls from async code.

use crate::store::Store;
use crate::store::blocking::spawn;
use tokio::task::JoinHandle;

impl Store {
    /// Performs calls of the store for async code, on one of tokio's blocking threads. Returns their result.
    ///
    /// They begin at once, are performed in their order, and are completed even when the handle is dropped: that drops the result, not
    /// the write. Two that are spawned one after the other are in no order. Writes of tasks that wait at the same time share one sync,
    /// as those of threads do.
    ///
    /// The methods may also be called from async code directly: nothing panics, but each blocks the thread that it is
    /// called on, as [`Store::open`] does and the drop of the last clone, which checkpoints.
    ///
    /// ```
    /// # let root = tempfile::tempdir().unwrap();
    /// # let root = root.path().to_owned();
    /// # let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    /// # runtime.block_on(async move {
    /// use sx_persist::Store;
    ///
    /// let store = tokio::task::spawn_blocking(|| Store::open(root)).await??;
    /// let visits = store.spawn(|store| store.raw().map_increment("visits", b"home", 1)).await??;
    /// assert_eq!(visits, 1);
    /// // Several calls, one thread.
    /// let keys = store.spawn(move |store| {
    ///     store.kv().put("last", &visits)?;
    ///     store.kv().keys()
    /// }).await??;
    /// assert_eq!(keys, ["last"]);
    /// tokio::task::spawn_blocking(|| store.close()).await??;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Panics
    /// Outside of a tokio runtime; and in `calls` that call the store within a `block_on` of their own.
    pub fn spawn<R: Send + 'static>(&self, calls: impl FnOnce(&Self) -> R + Send + 'static) -> JoinHandle<R> {
        let store = self.clone();
        spawn(move || {
            // Dropped here, should it be the last clone: what that does may block, too.
            let store = store;
            calls(&store)
        })
    }
}
