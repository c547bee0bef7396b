//! A storage in memory that counts what is written, and what of it stands in runs.

use crate::any_disk::Engine;
use crate::contents::{bytes, make_root, runs};
use crate::watched::{Step, Watch, Watched};
use std::cell::Cell;
use std::rc::Rc;
use sx_persist_core::storage::Fault;

/// Counts the bytes by which files become longer.
#[derive(Clone, Default)]
pub(crate) struct Written(Rc<Cell<u64>>);

impl Written {
    /// The bytes since the last time.
    pub(crate) fn take(&self) -> u64 {
        self.0.take()
    }
}

impl Watch for Written {
    fn before(&self, _step: Step) -> Result<(), Fault> {
        Ok(())
    }

    fn writes(&self, bytes: u64) -> Result<(), Fault> {
        self.0.set(self.0.get() + bytes);
        Ok(())
    }
}

pub(crate) type Disk = Watched<Written>;

/// A root of this geometry.
pub(crate) fn disk(geometry: &str) -> Disk {
    let disk = Disk::default();
    make_root(&mut disk.memory.clone(), geometry);
    disk
}

/// Does what is left to do: the checkpoint, merges, and what those need.
pub(crate) fn settle(engine: &mut Engine) {
    engine.checkpoint().unwrap();
    for _ in 0..100_000 {
        if !engine.checkpoint_step().unwrap() {
            return;
        }
    }
    panic!("there is always more to do");
}

pub(crate) fn bytes_in_runs(disk: &Disk) -> usize {
    let mut memory = disk.memory.clone();
    runs(&mut memory).iter().map(|path| bytes(&mut memory, path).len()).sum()
}
