//! How a store is opened.

use crate::component::bounded::room::{Bounds, Room};
use crate::component::folder::Folder;
use crate::component::state::Caps;
use crate::component::{self, Component};
use crate::error::{HostError, Result};
use crate::store::Store;
use crate::store::instance::Options;
use crate::store::root::Root;
use crate::store::wait;
use crate::types::{Durability, Layout};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Memory of a component over a directory, by default.
pub(crate) const MEMORY_BYTES_MAX: usize = 512 << 20;

/// Memory of the component that keeps all in it, by default: what it holds, and what its largest call needs beside that. It
/// takes what it needs of it.
const IN_MEMORY_BYTES_MAX: usize = 2 << 30;

/// Files, folders and streams that the component may have open at once, by default.
const HANDLES_MAX: usize = 256;

/// How a store is opened; [`Store::builder`] begins one.
#[derive(Clone, Debug)]
pub struct Builder {
    read_only: bool,
    create: bool,
    init: bool,
    wait: Duration,
    idle: Option<Duration>,
    durability: Durability,
    memory_bytes_max: Option<usize>,
    handles_max: usize,
    pub(crate) timeout: Option<Duration>,
    bounds: Bounds,
    component: Option<Component>,
    lower: Option<PathBuf>,
    layout: Layout,
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            read_only: false,
            create: true,
            init: false,
            wait: Duration::ZERO,
            idle: Some(Duration::from_secs(1)),
            durability: Durability::Always,
            memory_bytes_max: None,
            handles_max: HANDLES_MAX,
            timeout: Some(Duration::from_secs(30)),
            bounds: Bounds::default(),
            component: None,
            lower: None,
            layout: Layout::Plain,
        }
    }
}

impl Builder {
    /// Mounts the directory read-only: takes no lock, writes nothing, and works beside a live writer. Off by default.
    #[must_use]
    pub fn read_only(mut self, read_only: bool) -> Self {
        self.read_only = read_only;
        self
    }

    /// Makes the directory when it is missing, for its owner alone (mode 0700); folders above it are made as any are. On by default.
    #[must_use]
    pub fn create(mut self, create: bool) -> Self {
        self.create = create;
        self
    }

    /// Makes a store in a directory that holds something else, too. What is in the folders of a store's names, `tmp` and
    /// `journal` say, is the store's from then on. Off by default, so that no directory becomes one by mistake.
    #[must_use]
    pub fn init(mut self, init: bool) -> Self {
        self.init = init;
        self
    }

    /// How long to wait for a directory that somebody else has open for writing; the thread that opens it sleeps meanwhile. Of
    /// several that wait, any may be the next. Not at all by default.
    #[must_use]
    pub fn wait(mut self, wait: Duration) -> Self {
        self.wait = wait;
        self
    }

    /// When an answer is durable. `Always` by default.
    #[must_use]
    pub fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// The most memory that the component may take, in bytes; each part of a composition as much. 512 MiB by default, and 2 GiB
    /// for a store in memory, which may end when it meets it.
    #[must_use]
    pub fn memory_bytes_max(mut self, bytes: usize) -> Self {
        self.memory_bytes_max = Some(bytes);
        self
    }

    /// How many files, folders and streams the component may have open at once. 256 by default; one that opens more ends. A store
    /// opens a few at a time, and one for each blob that is being written.
    #[must_use]
    pub fn handles_max(mut self, handles: usize) -> Self {
        self.handles_max = handles;
        self
    }

    /// The most bytes that the files in the directory may have together, each counted by its size: a sparse file counts as if it
    /// had no holes, and one with several names once. Not bounded by default; it says nothing of a store in memory.
    ///
    /// They are counted once, when the store is opened, which looks at every file, and then by each call of the component. What
    /// would pass the bound fails as on a full disk: it is refused with `no-space`, the store is opened afresh, and what is
    /// removed gives its room back. What others put into the directory meanwhile is not counted. The store's own work needs
    /// room, too: docs/embedding.md, "Bounds on the disk", says how much.
    #[must_use]
    pub fn disk_bytes_max(mut self, bytes: u64) -> Self {
        self.bounds.bytes_max = Some(bytes);
        self
    }

    /// The most files, folders and links that the directory may hold, the file `lock` among them; a file with several names
    /// counts once for each. Not bounded by default. As [`Builder::disk_bytes_max`] otherwise. Give both: empty files take room, too.
    #[must_use]
    pub fn files_max(mut self, files: u64) -> Self {
        self.bounds.files_max = Some(files);
        self
    }

    /// How long a call may run before it is interrupted; `None` for as long as it likes. 30 s by default. `verify`, `repair` and
    /// checkpoints that are asked for are never interrupted, nor is the recovery from a call that was: a write that finds the
    /// checkpoint of a very large batch to be done may end so, and the next call waits until that is done.
    #[must_use]
    pub fn timeout(mut self, timeout: Option<Duration>) -> Self {
        self.timeout = timeout;
        self
    }

    /// Checkpoints when nothing has been written for this long, or a quarter longer; `None` for never. 1 s by default.
    #[must_use]
    pub fn checkpoint_when_idle(mut self, after: Option<Duration>) -> Self {
        self.idle = after;
        self
    }

    /// Runs the store with this component rather than with the library's own: with a composition of a store and middleware, say.
    ///
    /// What it finds is the directory as the first one that is preopened, and that of [`Builder::lower`] behind it.
    #[must_use]
    pub fn component(mut self, component: &Component) -> Self {
        self.component = Some(component.clone());
        self
    }

    /// One more directory for a component that keeps two stores: that of the lower one. It is mounted for reading, takes no lock,
    /// and is the only one for a store [in memory](Builder::in_memory). It is found when the store is opened, and is that
    /// directory from then on.
    #[must_use]
    pub fn lower(mut self, root: impl Into<PathBuf>) -> Self {
        self.lower = Some(root.into());
        self
    }

    /// The layout of a store that is made: [`Layout::Packed`] keeps streams, keys and blobs in runs, where many small ones take a
    /// fraction of the time and of the disk, and [`Layout::Plain`], the default, in files that the original reads. A store that is there
    /// keeps its own: [`Admin::convert`](crate::handles::Admin::convert) changes it.
    #[must_use]
    pub fn layout(mut self, layout: Layout) -> Self {
        self.layout = layout;
        self
    }

    /// Opens the store. Only the lock changes in the directory before the first write, unless a [layout](Builder::layout) is asked for.
    ///
    /// # Errors
    /// [`HostError::Root`](crate::HostError::Root) when the directory is missing (and not to be made), no directory, or
    /// cannot be opened, or that of [`Builder::lower`]; [`HostError::Locked`](crate::HostError::Locked) when another process has
    /// it open for writing, all the time that [`Builder::wait`] allows;
    /// [`HostError::NotAStore`](crate::HostError::NotAStore) when it is to be written to, holds something that a store does not have, and
    /// [`Builder::init`] is off;
    /// [`HostError::Component`](crate::HostError::Component) when the component cannot be compiled.
    pub fn open(self, root: impl AsRef<Path>) -> Result<Store> {
        // Nobody is locked out while it is compiled, which takes seconds on a machine's first start.
        if self.component.is_none() && !self.read_only {
            component::ON_DISK.component()?;
        }
        let is_packed = self.layout == Layout::Packed && !self.read_only;
        let opened = self.open_root(root.as_ref())?;
        // One that was being made when the process ended may have a journal by then.
        let is_unmarked = is_packed && !root.as_ref().join("format").exists();
        let store = self.start(Some(opened), MEMORY_BYTES_MAX)?;
        if is_unmarked && holds_nothing(&store.admin().stats()?) {
            store.admin().convert(Layout::Packed, |_| {})?;
        }
        Ok(store)
    }

    /// Opens the directory alone.
    pub(crate) fn open_root(&self, root: &Path) -> Result<Root> {
        wait::open(self.wait, || Root::open(root, self.read_only, self.create, self.init))
    }

    /// Opens a store without a disk, as [`Store::in_memory`] does. Settings about a directory have no effect.
    ///
    /// # Errors
    /// [`HostError::Component`](crate::HostError::Component) when the component cannot be compiled;
    /// [`HostError::Root`](crate::HostError::Root) when the directory of [`Builder::lower`] cannot be opened.
    pub fn in_memory(self) -> Result<Store> {
        let is_packed = self.layout == Layout::Packed;
        let store = Self { read_only: false, ..self }.start(None, IN_MEMORY_BYTES_MAX)?;
        if is_packed {
            store.admin().convert(Layout::Packed, |_| {})?;
        }
        Ok(store)
    }

    /// What an instance may take, by default with this much memory.
    pub(crate) fn caps(&self, memory_bytes_max: usize) -> Caps {
        let memory_bytes_max = self.memory_bytes_max.unwrap_or(memory_bytes_max);
        Caps { memory_bytes_max, handles_max: self.handles_max }
    }

    /// What a root may hold, where that is bounded.
    pub(crate) fn room(&self, root: &Root) -> Result<Option<Arc<Room>>> {
        Ok(if self.read_only { None } else { Room::of(&root.folder, self.bounds)? })
    }

    fn start(self, root: Option<Root>, memory_bytes_max: usize) -> Result<Store> {
        let caps = self.caps(memory_bytes_max);
        let counted = root.as_ref().map(|root| self.room(root)).transpose()?.flatten();
        let lower = self
            .lower
            .map(|path| Folder::open(&path).map_err(|source| HostError::Root { root: path, source }));
        let options = Options {
            durability: self.durability,
            caps,
            timeout: self.timeout,
            component: self.component,
            lower: lower.transpose()?.map(Arc::new),
            room: counted,
        };
        Store::start(root, options, self.idle.filter(|_| !self.read_only))
    }
}

/// Returns `true` if there are no streams, no keys and no blobs.
fn holds_nothing(stats: &BTreeMap<String, u64>) -> bool {
    ["logs", "keys", "blobs"].iter().all(|name| stats.get(*name) == Some(&0))
}

impl Store {
    /// Opens the store of a directory for writing, and makes the directory when it is missing, with mode 0700.
    ///
    /// # Errors
    /// As [`Builder::open`].
    pub fn open(root: impl AsRef<Path>) -> Result<Self> {
        Self::builder().open(root)
    }

    /// Opens an empty store without a disk: the same engine over files in its own memory, for tests, and to be put before
    /// another store. It is gone with its last clone.
    ///
    /// It holds 256 MiB, paths and all. A write beyond that is refused with `no-space` and changes nothing; reads go on, and
    /// removing or replacing a value gives its room back. Data lives as long as the store does: when the component ends in
    /// the middle of a call, by a timeout for example ([`Error::Trapped`](crate::Error::Trapped)), all is gone, and every later call
    /// is [`HostError::Lost`].
    ///
    /// ```
    /// use sx_persist::Store;
    ///
    /// let store = Store::in_memory()?;
    /// store.raw().append("orders", "{:seq 1 :sku \"A-1\"}")?;
    /// assert_eq!(store.raw().last_seq("orders")?, 1);
    /// assert_eq!(store.root(), None);
    /// # Ok::<(), sx_persist::Error>(())
    /// ```
    ///
    /// # Errors
    /// As [`Builder::in_memory`].
    pub fn in_memory() -> Result<Self> {
        Self::builder().in_memory()
    }

    /// How a store is to be opened.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }
}
