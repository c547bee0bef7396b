//! A thread that checkpoints a store when nothing has been written for a while.

use crate::store::shared::Core;
use std::sync::mpsc::{
    Receiver, RecvError, RecvTimeoutError, SyncSender, TryRecvError, TrySendError, sync_channel,
};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// The thread of one store. It begins with the first write, and ends with this.
#[derive(Debug)]
pub(crate) struct Idle {
    after: Duration,
    /// Taken by the thread.
    core: Mutex<Option<Arc<Core>>>,
    thread: OnceLock<(SyncSender<()>, JoinHandle<()>)>,
}

impl Idle {
    pub(crate) fn new(core: Arc<Core>, after: Duration) -> Self {
        Self { after, core: Mutex::new(Some(core)), thread: OnceLock::new() }
    }

    /// Something was written.
    pub(crate) fn touch(&self) {
        let (sender, _) = self.thread.get_or_init(|| {
            let core = self.core.lock().unwrap_or_else(PoisonError::into_inner).take();
            let (sender, receiver) = sync_channel(1);
            let after = self.after;
            let thread = thread::spawn(move || {
                let Some(core) = core else { return };
                // One word that something was written, then the wait for the last such word.
                let mut word = receiver.recv();
                while word.is_ok() {
                    loop {
                        match receiver.recv_timeout(after) {
                            Ok(()) => {}
                            Err(RecvTimeoutError::Timeout) => break,
                            Err(RecvTimeoutError::Disconnected) => return,
                        }
                    }
                    word = match core.checkpoint_if_dirty(0) {
                        Ok(()) => merge(&core, &receiver),
                        Err(error) => {
                            tracing::warn!(%error, "the checkpoint of an idle store failed; the next open recovers");
                            receiver.recv()
                        }
                    };
                }
            });
            (sender, thread)
        });
        match sender.try_send(()) {
            // A word is waiting already.
            Ok(()) | Err(TrySendError::Full(()) | TrySendError::Disconnected(())) => {}
        }
    }
}

/// Merges runs until something is written, the store is closed or no merge is due. Returns the next word.
fn merge(core: &Core, receiver: &Receiver<()>) -> Result<(), RecvError> {
    loop {
        match receiver.try_recv() {
            Ok(()) => return Ok(()),
            Err(TryRecvError::Disconnected) => return Err(RecvError),
            Err(TryRecvError::Empty) => {}
        }
        match core.checkpoint_step() {
            Ok(true) => {}
            Ok(false) => return receiver.recv(),
            Err(error) => {
                tracing::debug!(%error, "an idle store merges no runs");
                return receiver.recv();
            }
        }
    }
}

impl Drop for Idle {
    fn drop(&mut self) {
        if let Some((sender, thread)) = self.thread.take() {
            drop(sender);
            let _ = thread.join();
        }
    }
}
