//! Operations from the lines of a file, some to a commit, and where they stand when an interrupt comes.

use crate::interrupt::{self, Waiting};
use crate::progress;
use indicatif::ProgressBar;
use std::io;
use std::mem;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use sx_persist::types::Op;
use sx_persist::{CommitError, Store};

/// Operations of one commit: many for one sync, few enough for the memory of the component.
const OPS: usize = 4_096;
const BYTES: usize = 4 << 20;

/// What is written.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Standing {
    pub(crate) operations: u64,
    /// All up to this line, the first of the file being 1, are in the store.
    pub(crate) line: u64,
}

/// Operations that are not written yet.
#[derive(Debug)]
pub(crate) struct Batch<'a> {
    pub(crate) store: &'a Store,
    file: &'a Path,
    /// What is said of what stands before a bad line, of which so many operations are written.
    before: fn(u64) -> String,
    ops: Vec<Op>,
    /// The number of the line of each of them.
    lines: Vec<u64>,
    bytes: usize,
    /// The line that was dealt with last.
    through: u64,
    standing: Arc<Mutex<Standing>>,
}

impl<'a> Batch<'a> {
    pub(crate) fn new(store: &'a Store, file: &'a Path, before: fn(u64) -> String) -> Self {
        let standing = Arc::default();
        Self { store, file, before, ops: Vec::new(), lines: Vec::new(), bytes: 0, through: 0, standing }
    }

    /// On an interrupt makes durable what is written, and says where that is. A commit that has begun is ended before.
    pub(crate) fn on_interrupt(
        &self,
        bar: ProgressBar,
        words: impl Fn(Standing) -> String + Send + 'static,
    ) -> io::Result<Waiting> {
        let (store, standing) = (self.store.clone(), Arc::clone(&self.standing));
        interrupt::say(move || {
            // ORDER: no commit begins from here to the end of the process. So the words hold.
            let standing = standing.lock().unwrap_or_else(PoisonError::into_inner);
            let flushed = store.admin().flush();
            bar.finish_and_clear();
            let unsynced =
                flushed.err().map(|error| format!("; not made durable: {error}")).unwrap_or_default();
            format!("{}{unsynced}", words(*standing))
        })
    }

    pub(crate) fn standing(&self) -> Standing {
        *self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds an operation of a line.
    pub(crate) fn add(&mut self, line: u64, op: Op) {
        self.bytes += op.bytes();
        self.ops.push(op);
        self.lines.push(line);
    }

    /// Notes that there is no more of a line, and writes what waits when that is enough.
    pub(crate) fn passed(&mut self, line: u64) -> anyhow::Result<()> {
        self.through = line;
        if self.ops.len() >= OPS || self.bytes >= BYTES { self.commit() } else { Ok(()) }
    }

    /// Writes what waits; of operations of which the store refuses one, those before it.
    pub(crate) fn commit(&mut self) -> anyhow::Result<()> {
        self.bytes = 0;
        let (mut ops, lines) = (mem::take(&mut self.ops), mem::take(&mut self.lines));
        let Err(refused) = self.commit_ops(&ops, self.through) else { return Ok(()) };
        let Some(index) = refused.index.and_then(|index| usize::try_from(index).ok()) else {
            let unknown = format!(
                "{} operations are written, and those behind them may be",
                self.standing().operations
            );
            return Err(anyhow::Error::new(refused.error).context(unknown));
        };
        ops.truncate(index);
        let line = lines.get(index).copied().unwrap_or_default();
        self.commit_ops(&ops, line.saturating_sub(1))?;
        Err(anyhow::Error::new(refused.error).context(self.place(line)))
    }

    /// Does something that is a commit of its own, with no interrupt in it.
    pub(crate) fn whole<R>(&self, work: impl FnOnce(&Store) -> R) -> R {
        let _held = self.standing.lock().unwrap_or_else(PoisonError::into_inner);
        work(self.store)
    }

    fn commit_ops(&self, ops: &[Op], line: u64) -> Result<(), CommitError> {
        let mut standing = self.standing.lock().unwrap_or_else(PoisonError::into_inner);
        if !ops.is_empty() {
            self.store.raw().commit(ops)?;
        }
        standing.operations += ops.len() as u64;
        standing.line = line;
        Ok(())
    }

    /// The words before what is wrong with a line.
    pub(crate) fn place(&self, line: u64) -> String {
        format!("{} line {line} ({})", progress::name(self.file), (self.before)(self.standing().operations))
    }
}
