//! A storage in memory that ends after so many steps, as a process that is killed does, and counts what is asked of it.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use sx_persist_core::memory::Memory;
use sx_persist_core::storage::{Entry, Fault, Storage};

/// A storage in memory that is watched.
#[derive(Clone, Debug)]
pub(crate) struct Watched {
    memory: Memory,
    /// Steps that change or sync something, until there are no more.
    pub(crate) left: Rc<Cell<usize>>,
    /// How often each folder was listed.
    pub(crate) listed: Rc<RefCell<BTreeMap<String, usize>>>,
    /// How often files and folders were synced.
    pub(crate) synced: Rc<Cell<(usize, usize)>>,
}

type File = <Memory as Storage>::File;

impl Watched {
    pub(crate) fn new(memory: &Memory) -> Self {
        Self {
            memory: memory.clone(),
            left: Rc::new(Cell::new(usize::MAX)),
            listed: Rc::default(),
            synced: Rc::default(),
        }
    }

    fn step(&self) -> Result<(), Fault> {
        match self.left.get().checked_sub(1) {
            Some(left) => {
                self.left.set(left);
                Ok(())
            }
            None => Err(Fault::Failed("io")),
        }
    }
}

impl Storage for Watched {
    type File = File;

    fn is_read_only(&self) -> bool {
        self.memory.is_read_only()
    }

    fn open(&mut self, path: &str) -> Result<File, Fault> {
        self.memory.open(path)
    }

    fn create(&mut self, path: &str) -> Result<File, Fault> {
        self.step()?;
        self.memory.create(path)
    }

    fn size(&mut self, file: &File) -> Result<u64, Fault> {
        self.memory.size(file)
    }

    fn read(&mut self, file: &File, offset: u64, length: usize, into: &mut Vec<u8>) -> Result<(), Fault> {
        self.memory.read(file, offset, length, into)
    }

    fn write(&mut self, file: &File, offset: u64, bytes: &[u8]) -> Result<(), Fault> {
        self.step()?;
        self.memory.write(file, offset, bytes)
    }

    fn set_size(&mut self, file: &File, size: u64) -> Result<(), Fault> {
        self.step()?;
        self.memory.set_size(file, size)
    }

    fn sync(&mut self, file: &File) -> Result<(), Fault> {
        self.step()?;
        let (files, folders) = self.synced.get();
        self.synced.set((files + 1, folders));
        self.memory.sync(file)
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<(), Fault> {
        self.step()?;
        self.memory.rename(from, to)
    }

    fn remove(&mut self, path: &str) -> Result<(), Fault> {
        self.step()?;
        self.memory.remove(path)
    }

    fn make_folder(&mut self, path: &str) -> Result<(), Fault> {
        self.step()?;
        self.memory.make_folder(path)
    }

    fn list(&mut self, path: &str) -> Result<Vec<Entry>, Fault> {
        *self.listed.borrow_mut().entry(path.to_owned()).or_default() += 1;
        self.memory.list(path)
    }

    fn sync_folder(&mut self, path: &str) -> Result<(), Fault> {
        self.step()?;
        let (files, folders) = self.synced.get();
        self.synced.set((files, folders + 1));
        self.memory.sync_folder(path)
    }
}
