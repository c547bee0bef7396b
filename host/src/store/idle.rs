//! A thread that checkpoints a store when nothing has been written for a while.

use crate::store::shared::Core;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, sync_channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// The thread looks so many times within the while: it is longer by one of these parts at most.
const LOOKS: u32 = 4;

/// The thread of one store. It begins with the first write, and ends with this.
#[derive(Debug)]
pub(crate) struct Idle {
    after: Duration,
    /// Taken by the thread.
    core: Mutex<Option<Arc<Core>>>,
    writes: Arc<Writes>,
    thread: OnceLock<(SyncSender<()>, JoinHandle<()>)>,
}

/// What writers tell the thread. A write wakes it only when it sleeps: while it waits for the last one, that they are counted is enough.
#[derive(Debug)]
struct Writes {
    /// How many there were.
    count: AtomicU64,
    /// The thread has nothing to do, and waits for a word.
    is_asleep: AtomicBool,
}

/// The store is closed.
#[derive(Debug)]
struct Closed;

impl Idle {
    pub(crate) fn new(core: Arc<Core>, after: Duration) -> Self {
        Self { after, core: Mutex::new(Some(core)), writes: Arc::new(Writes::new()), thread: OnceLock::new() }
    }

    /// Something was written.
    pub(crate) fn touch(&self) {
        let is_to_be_woken = self.writes.add();
        let (word, _) = self.thread.get_or_init(|| self.start());
        if is_to_be_woken {
            // Where a word is waiting already, one is enough.
            let _ = word.try_send(());
        }
    }

    fn start(&self) -> (SyncSender<()>, JoinHandle<()>) {
        let core = self.core.lock().unwrap_or_else(PoisonError::into_inner).take();
        let (word, words) = sync_channel(1);
        let (after, writes) = (self.after, Arc::clone(&self.writes));
        let thread = thread::spawn(move || {
            let Some(core) = core else { return };
            while words.recv().is_ok() {
                if writes.serve(&core, after, &words).is_err() {
                    return;
                }
            }
        });
        (word, thread)
    }
}

impl Writes {
    fn new() -> Self {
        Self { count: AtomicU64::new(0), is_asleep: AtomicBool::new(true) }
    }

    /// Counts one. Returns `true` if the thread is to be woken for it.
    fn add(&self) -> bool {
        // ORDER: it is counted before it is asked whether the thread sleeps, which looks at the count once more when it goes to sleep.
        self.count.fetch_add(1, SeqCst);
        self.is_asleep.load(SeqCst) && self.is_asleep.swap(false, SeqCst)
    }

    /// Checkpoints and merges when nothing is written, until nothing is left to do and the thread may sleep.
    fn serve(&self, core: &Core, after: Duration, words: &Receiver<()>) -> Result<(), Closed> {
        loop {
            let seen = self.wait_for_quiet(after, words)?;
            match core.checkpoint_if_dirty(0) {
                Ok(()) => self.merge(core, seen, words)?,
                Err(error) => {
                    tracing::warn!(%error, "the checkpoint of an idle store failed; the next open recovers");
                }
            }
            self.is_asleep.store(true, SeqCst);
            // One that came before that has sent no word.
            if self.count.load(SeqCst) == seen || !self.is_asleep.swap(false, SeqCst) {
                return Ok(());
            }
        }
    }

    /// Returns once nothing was written for so long, with how many writes there were.
    fn wait_for_quiet(&self, after: Duration, words: &Receiver<()>) -> Result<u64, Closed> {
        let mut seen = self.count.load(SeqCst);
        let mut quiet_looks = 0;
        while quiet_looks < LOOKS {
            if let Err(RecvTimeoutError::Disconnected) = words.recv_timeout(after / LOOKS) {
                return Err(Closed);
            }
            let count = self.count.load(SeqCst);
            quiet_looks = if count == seen { quiet_looks + 1 } else { 0 };
            seen = count;
        }
        Ok(seen)
    }

    /// Merges runs until something is written or no merge is due.
    fn merge(&self, core: &Core, seen: u64, words: &Receiver<()>) -> Result<(), Closed> {
        while self.count.load(SeqCst) == seen {
            if let Err(TryRecvError::Disconnected) = words.try_recv() {
                return Err(Closed);
            }
            match core.checkpoint_step() {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    tracing::debug!(%error, "an idle store merges no runs");
                    break;
                }
            }
        }
        Ok(())
    }
}

impl Drop for Idle {
    fn drop(&mut self) {
        if let Some((word, thread)) = self.thread.take() {
            drop(word);
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::component::state::Caps;
    use crate::store::instance::Options;
    use crate::types::Durability;

    #[test]
    fn a_write_wakes_the_thread_where_that_sleeps_and_nobody_else() {
        let options = Options {
            durability: Durability::Relaxed,
            caps: Caps { memory_bytes_max: 64 << 20, handles_max: 64 },
            timeout: None,
            component: None,
            lower: None,
            room: None,
        };
        let core = Core::new(None, options).unwrap();
        let writes = Writes::new();
        let (word, words) = sync_channel(1);
        for _ in 0..2 {
            // Asleep, and woken by the first one.
            let woken: Vec<_> = (0..100).map(|_| writes.add()).collect();
            assert!(woken[0] && !woken[1..].contains(&true));
            // Nothing is left to do.
            writes.serve(&core, Duration::ZERO, &words).unwrap();
        }
        drop(word);
        writes.serve(&core, Duration::ZERO, &words).unwrap_err();
    }
}
