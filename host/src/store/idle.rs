//! A thread that checkpoints a store when nothing has been written for a while.

use crate::store::shared::Core;
use std::sync::mpsc::{RecvTimeoutError, SyncSender, TrySendError, sync_channel};
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
                while receiver.recv().is_ok() {
                    let ended = loop {
                        match receiver.recv_timeout(after) {
                            Ok(()) => {}
                            Err(RecvTimeoutError::Timeout) => break false,
                            Err(RecvTimeoutError::Disconnected) => break true,
                        }
                    };
                    if ended {
                        return;
                    }
                    if let Err(error) = core.checkpoint_if_dirty(0) {
                        tracing::warn!(%error, "the checkpoint of an idle store failed; the next open recovers");
                    }
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

impl Drop for Idle {
    fn drop(&mut self) {
        if let Some((sender, thread)) = self.thread.take() {
            drop(sender);
            let _ = thread.join();
        }
    }
}
