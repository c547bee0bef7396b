//! Every storage of these tests as one type: an engine takes long to compile for each.

use sx_persist_core::memory::Shared;
use sx_persist_core::storage::{Entry, Fault, Storage};

pub(crate) type Engine = sx_persist_core::Engine<AnyDisk>;

/// An engine on a storage.
pub(crate) fn engine_on(storage: impl Storage<File = Shared> + 'static) -> Engine {
    Engine::new(AnyDisk(Box::new(storage)))
}

/// Some storage, whose files are in memory.
pub(crate) struct AnyDisk(Box<dyn Storage<File = Shared>>);

impl Storage for AnyDisk {
    type File = Shared;

    fn is_read_only(&self) -> bool {
        self.0.is_read_only()
    }

    fn is_certain(&self) -> bool {
        self.0.is_certain()
    }

    fn room(&self) -> u64 {
        self.0.room()
    }

    fn open(&mut self, path: &str) -> Result<Shared, Fault> {
        self.0.open(path)
    }

    fn create(&mut self, path: &str) -> Result<Shared, Fault> {
        self.0.create(path)
    }

    fn size(&mut self, file: &Shared) -> Result<u64, Fault> {
        self.0.size(file)
    }

    fn read(&mut self, file: &Shared, offset: u64, length: usize, into: &mut Vec<u8>) -> Result<(), Fault> {
        self.0.read(file, offset, length, into)
    }

    fn write(&mut self, file: &Shared, offset: u64, bytes: &[u8]) -> Result<(), Fault> {
        self.0.write(file, offset, bytes)
    }

    fn set_size(&mut self, file: &Shared, size: u64) -> Result<(), Fault> {
        self.0.set_size(file, size)
    }

    fn sync(&mut self, file: &Shared) -> Result<(), Fault> {
        self.0.sync(file)
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<(), Fault> {
        self.0.rename(from, to)
    }

    fn remove(&mut self, path: &str) -> Result<(), Fault> {
        self.0.remove(path)
    }

    fn make_folder(&mut self, path: &str) -> Result<(), Fault> {
        self.0.make_folder(path)
    }

    fn remove_folder(&mut self, path: &str) -> Result<(), Fault> {
        self.0.remove_folder(path)
    }

    fn list(&mut self, path: &str) -> Result<Vec<Entry>, Fault> {
        self.0.list(path)
    }

    fn sync_folder(&mut self, path: &str) -> Result<(), Fault> {
        self.0.sync_folder(path)
    }
}
