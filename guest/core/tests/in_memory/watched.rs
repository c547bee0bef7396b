//! A storage in memory with somebody before it, who sees each step and may refuse it.

use crate::any_disk::{Engine, engine_on};
use sx_persist_core::memory::Memory;
use sx_persist_core::storage::{Entry, Fault, Storage};

/// A step that changes or syncs something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Create,
    Write,
    Grow,
    Shrink,
    Sync,
    Rename,
    Remove,
    MakeFolder,
    SyncFolder,
}

/// Who sees the steps.
pub(crate) trait Watch {
    /// Asked before each step; a fault is what the step answers, and it is not taken.
    fn before(&self, step: Step) -> Result<(), Fault>;

    /// Asked before each write: by so many bytes the file becomes longer.
    fn writes(&self, _bytes: u64) -> Result<(), Fault> {
        Ok(())
    }

    /// So many bytes have been read.
    fn reads(&self, _bytes: usize) {}

    /// A folder is listed.
    fn lists(&self, _path: &str) {}

    /// A file is opened.
    fn opens(&self, _path: &str) {}

    /// Characters of the longest name of a file that it takes.
    fn name_chars_max(&self) -> usize {
        usize::MAX
    }

    /// What the storage says to [`Storage::is_certain`].
    fn is_certain(&self) -> bool {
        false
    }
}

/// A storage in memory, and who watches it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Watched<W> {
    pub(crate) memory: Memory,
    pub(crate) watch: W,
}

impl<W: Watch + Clone + 'static> Watched<W> {
    /// An engine on it.
    pub(crate) fn engine(&self) -> Engine {
        engine_on(self.clone())
    }
}

type File = <Memory as Storage>::File;

impl<W: Watch> Watched<W> {
    /// As a file system looks at them: the folders that precede a name have to be there.
    fn check_names(&mut self, path: &str) -> Result<(), Fault> {
        let mut folder = String::from(".");
        for name in path.split('/') {
            if name.len() > self.watch.name_chars_max() {
                return Err(Fault::Failed("name-too-long"));
            }
            folder = if folder == "." { name.to_owned() } else { format!("{folder}/{name}") };
            if folder != path && self.memory.list(&folder) == Err(Fault::Absent) {
                return Err(Fault::Absent);
            }
        }
        Ok(())
    }
}

impl<W: Watch> Storage for Watched<W> {
    type File = File;

    fn is_read_only(&self) -> bool {
        self.memory.is_read_only()
    }

    fn is_certain(&self) -> bool {
        self.watch.is_certain()
    }

    fn open(&mut self, path: &str) -> Result<File, Fault> {
        self.watch.opens(path);
        self.check_names(path)?;
        self.memory.open(path)
    }

    fn create(&mut self, path: &str) -> Result<File, Fault> {
        self.watch.before(Step::Create)?;
        self.check_names(path)?;
        self.memory.create(path)
    }

    fn size(&mut self, file: &File) -> Result<u64, Fault> {
        self.memory.size(file)
    }

    fn read(&mut self, file: &File, offset: u64, length: usize, into: &mut Vec<u8>) -> Result<(), Fault> {
        let before = into.len();
        self.memory.read(file, offset, length, into)?;
        self.watch.reads(into.len() - before);
        Ok(())
    }

    fn write(&mut self, file: &File, offset: u64, bytes: &[u8]) -> Result<(), Fault> {
        self.watch.before(Step::Write)?;
        let end = offset + bytes.len() as u64;
        self.watch.writes(end.saturating_sub(self.memory.size(file)?))?;
        self.memory.write(file, offset, bytes)
    }

    fn set_size(&mut self, file: &File, size: u64) -> Result<(), Fault> {
        let step = if size > self.memory.size(file)? { Step::Grow } else { Step::Shrink };
        self.watch.before(step)?;
        self.memory.set_size(file, size)
    }

    fn sync(&mut self, file: &File) -> Result<(), Fault> {
        self.watch.before(Step::Sync)?;
        self.memory.sync(file)
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<(), Fault> {
        self.watch.before(Step::Rename)?;
        self.memory.rename(from, to)
    }

    fn remove(&mut self, path: &str) -> Result<(), Fault> {
        self.watch.before(Step::Remove)?;
        self.memory.remove(path)
    }

    fn make_folder(&mut self, path: &str) -> Result<(), Fault> {
        self.watch.before(Step::MakeFolder)?;
        self.check_names(path)?;
        self.memory.make_folder(path)
    }

    fn remove_folder(&mut self, path: &str) -> Result<(), Fault> {
        self.watch.before(Step::Remove)?;
        self.memory.remove_folder(path)
    }

    fn list(&mut self, path: &str) -> Result<Vec<Entry>, Fault> {
        self.watch.lists(path);
        self.memory.list(path)
    }

    fn sync_folder(&mut self, path: &str) -> Result<(), Fault> {
        self.watch.before(Step::SyncFolder)?;
        self.memory.sync_folder(path)
    }
}
