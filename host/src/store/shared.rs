//! What all clones of a store share: an instance behind a lock, opened afresh when it has failed.

use crate::component::clock::Clock;
use crate::error::{Error, HostError, Result};
use crate::store::blocking::off_the_runtime;
use crate::store::instance::{Instance, Options};
use crate::store::root::Root;
use crate::types::{self, Durability};
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use sx_persist_wire as wire;
use wasmtime::component::ResourceAny;

/// Bytes of arguments that one call may carry: what the component takes at most (docs/semantics.md, Limits).
const ARGUMENT_BYTES_MAX: usize = 64 << 20;

/// What a call writes is in the component's memory as an argument, as a frame of the journal and as what is pending, and two of
/// these may be moved to where they have twice the room.
const ARGUMENT_COPIES: usize = 8;

/// Parts of a checkpoint that somebody waits for, beside others that write: more than carry all that may be pending.
pub(crate) const PARTS_BESIDE_WRITERS: u32 = 100_000;

/// What a store has besides the thread that checkpoints it.
#[derive(Debug)]
pub(crate) struct Core {
    slot: Mutex<Slot>,
    /// Fairness: a thread that has just released the slot and wants it again queues behind those that wait.
    turn: Mutex<()>,
    /// Something was written since the last checkpoint.
    pub(super) dirty: AtomicBool,
    options: Mutex<Options>,
    /// None for a store in memory.
    pub(super) root: Option<Root>,
    _clock: Clock,
}

/// The place of the instance.
#[derive(Debug, Default)]
pub(crate) struct Slot {
    pub(crate) instance: Option<Instance>,
    /// The blobs that are being written in this instance, by their numbers.
    pub(crate) writers: HashMap<u64, ResourceAny>,
    /// How many were begun, in earlier instances too: a number is given once.
    pub(crate) writers_begun: u64,
    /// How many instances there were.
    generation: u64,
    /// The last one ran out of time.
    was_interrupted: bool,
}

impl Slot {
    /// Keeps an instance for the next call, unless this one ended it.
    fn keep<R>(&mut self, instance: Instance, outcome: &Result<R>) {
        let is_refused = matches!(outcome, Err(Error::Refused(refusal)) if is_failure(refusal));
        // What is in memory would not come back, and it knows what became of it: it goes on.
        let has_failed = (instance.has_failed || is_refused) && !instance.is_in_memory;
        let ended = has_failed || matches!(outcome, Err(Error::Trapped { .. }));
        self.was_interrupted = matches!(outcome, Err(Error::Trapped { timeout: Some(_), .. }));
        self.instance = Some(instance).filter(|_| !ended);
    }
}

impl Core {
    pub(super) fn new(root: Option<Root>, options: Options) -> Result<Self> {
        let clock = Clock::start(Instance::component(root.as_ref(), &options)?.ready().engine());
        Ok(Self {
            slot: Mutex::default(),
            turn: Mutex::default(),
            dirty: AtomicBool::new(false),
            options: Mutex::new(options),
            root,
            _clock: clock,
        })
    }

    /// Runs a call that reads on the instance; opens one when there is none.
    ///
    /// The instance is dropped when it trapped, or answered that the disk failed it: the next call opens a fresh one, which
    /// recovers. What was in memory does not come back.
    pub(crate) fn with_instance<R: Send>(
        &self,
        call: impl FnOnce(&mut Slot, &mut Instance) -> Result<R> + Send,
    ) -> Result<R> {
        off_the_runtime(|| self.run(&mut self.slot(), call))
    }

    /// As [`Core::with_instance`], for a call that may write, sync or do a part of a checkpoint: it is refused when the lock of the
    /// root is lost.
    pub(crate) fn with_writer<R: Send>(
        &self,
        call: impl FnOnce(&mut Slot, &mut Instance) -> Result<R> + Send,
    ) -> Result<R> {
        off_the_runtime(|| {
            let mut slot = self.slot();
            self.check_lock(&mut slot)?;
            self.run(&mut slot, call)
        })
    }

    /// Runs a call on the instance of the slot; opens one when there is none.
    fn run<R>(&self, slot: &mut Slot, call: impl FnOnce(&mut Slot, &mut Instance) -> Result<R>) -> Result<R> {
        let mut instance = match slot.instance.take() {
            Some(instance) => instance,
            None if self.root.is_none() && slot.generation > 0 => return Err(HostError::Lost.into()),
            None => {
                let mut instance = Instance::open(self.root.as_ref(), &self.options())?;
                slot.generation += 1;
                slot.writers.clear();
                if slot.was_interrupted && self.root.as_ref().is_some_and(Root::may_write) {
                    instance.recover();
                }
                instance
            }
        };
        let outcome = call(slot, &mut instance);
        slot.keep(instance, &outcome);
        outcome
    }

    /// Refuses what writes when the lock of the root is lost. The instance goes with it: the next one, for reading, may not write,
    /// and reads as any reader beside a writer does.
    fn check_lock(&self, slot: &mut Slot) -> Result<()> {
        let lock = self.root.as_ref().map_or(Ok(()), Root::check_lock);
        if lock.is_err() {
            slot.instance.take_if(|instance| instance.may_write);
        }
        Ok(lock?)
    }

    /// As [`Core::with_writer`], when an instance is there; none is opened.
    pub(crate) fn with_open<R: Send>(
        &self,
        call: impl FnOnce(&mut Slot, &mut Instance) -> Result<R> + Send,
    ) -> Option<Result<R>> {
        off_the_runtime(|| {
            let mut slot = self.slot();
            if let Err(lost) = self.check_lock(&mut slot) {
                return Some(Err(lost));
            }
            let mut instance = slot.instance.take()?;
            let outcome = call(&mut slot, &mut instance);
            slot.keep(instance, &outcome);
            Some(outcome)
        })
    }

    fn slot(&self) -> MutexGuard<'_, Slot> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        // A thread that panicked in a call took its instance with it.
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn options(&self) -> Options {
        self.options.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sets the level of this instance and of those that follow it.
    pub(crate) fn set_durability(
        &self,
        level: Durability,
        set: impl FnOnce(&mut Instance) -> Result<Vec<u8>> + Send,
    ) -> Result<Vec<u8>> {
        self.with_writer(|_, instance| {
            let answer = set(instance)?;
            if let Ok(Ok(())) = wire::answered(answer.clone()) {
                self.options.lock().unwrap_or_else(PoisonError::into_inner).durability = level;
            }
            Ok(answer)
        })
    }

    /// Bytes of arguments that one call may carry: with more the component could not even be given them, and meeting its memory cap
    /// ends the instance.
    pub(crate) fn argument_bytes_max(&self) -> usize {
        let options = self.options.lock().unwrap_or_else(PoisonError::into_inner);
        ARGUMENT_BYTES_MAX.min(options.caps.memory_bytes_max / ARGUMENT_COPIES)
    }

    /// A whole checkpoint, a part at a time: a call waits for one part at most. Others that write meanwhile bring more, and it ends
    /// so many parts behind the first of them.
    pub(crate) fn checkpoint(&self, parts_beside_writers: u32) -> Result<()> {
        if self.settle(parts_beside_writers)? {
            // What the parts leave in a short journal.
            let whole = self.with_writer(|_, instance| Ok(instance.checkpoint()??));
            return whole.inspect_err(|_| self.dirty.store(true, Ordering::Release));
        }
        Ok(())
    }

    /// As [`Core::checkpoint`], when the store is closed: what other programs read is where they read it. Returns `false` if others
    /// that write brought more.
    fn settle(&self, mut parts_beside_writers: u32) -> Result<bool> {
        // Before the first part: what is written from here on may miss the last one.
        self.dirty.store(false, Ordering::Release);
        loop {
            match self.checkpoint_step() {
                Ok(true) if self.dirty.load(Ordering::Acquire) => match parts_beside_writers.checked_sub(1) {
                    Some(rest) => parts_beside_writers = rest,
                    None => return Ok(false),
                },
                Ok(true) => {}
                Ok(false) => return Ok(true),
                Err(error) => {
                    self.dirty.store(true, Ordering::Release);
                    return Err(error);
                }
            }
        }
    }

    pub(crate) fn checkpoint_step(&self) -> Result<bool> {
        self.with_writer(|_, instance| Ok(instance.checkpoint_step()??))
    }

    pub(crate) fn checkpoint_if_dirty(&self, parts_beside_writers: u32) -> Result<()> {
        self.if_dirty(|| self.checkpoint(parts_beside_writers))
    }

    pub(crate) fn settle_if_dirty(&self, parts_beside_writers: u32) -> Result<()> {
        self.if_dirty(|| self.settle(parts_beside_writers).map(drop))
    }

    fn if_dirty(&self, checkpoint: impl FnOnce() -> Result<()>) -> Result<()> {
        if !self.dirty.load(Ordering::Acquire) {
            return Ok(());
        }
        match checkpoint() {
            // Where nothing may be written nothing was: the write that was tried was refused, too.
            Err(error) if matches!(error.refusal(), Some(types::Error::ReadOnly)) => {
                self.dirty.store(false, Ordering::Release);
                Ok(())
            }
            checkpointed => checkpointed,
        }
    }
}

/// Returns `true` if the disk has failed the instance.
fn is_failure(refusal: &types::Error) -> bool {
    matches!(refusal, types::Error::Closed(_) | types::Error::Io(_) | types::Error::NoSpace(_))
}
