//! What a commit does before it is durable.

use crate::codec::sha256::Digest;
use crate::state::layer::Undo;

/// Frames that are being put together, and how to take back what they did.
#[derive(Debug, Default)]
pub(crate) struct Transaction {
    pub(crate) frames: Vec<u8>,
    /// Where the frame in work begins in `frames`.
    pub(crate) open: Option<usize>,
    /// Whole frames in `frames`.
    pub(crate) sealed: u64,
    /// Bytes of what puts something into the store. What only takes away is never refused for want of room.
    pub(crate) added: usize,
    pub(crate) undo: Vec<Undo>,
    /// How many of these are of sealed frames, which have what they made of the counts.
    pub(crate) counted: usize,
    /// Blobs that go past the journal: each is stored before the frames are written. The last word on an address counts: the upload
    /// that it comes from, or none when it was removed again.
    pub(crate) staged: Vec<(Digest, Option<u32>)>,
}

/// A place in a commit to which it can be taken back.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Savepoint {
    pub(crate) frames: usize,
    pub(crate) added: usize,
    pub(crate) undo: usize,
    pub(crate) staged: usize,
}

impl Transaction {
    /// The upload that an address is to come from.
    pub(crate) fn staged(&self, digest: &Digest) -> Option<u32> {
        self.staged.iter().rev().find(|(of, _)| of == digest).and_then(|(_, upload)| *upload)
    }

    /// Is there something to do beside the frames?
    pub(crate) fn has_staged(&self) -> bool {
        self.staged.iter().any(|(digest, _)| self.staged(digest).is_some())
    }

    /// The frames fit what is said of them.
    pub(crate) fn check(&self) {
        assert!(self.open.is_none_or(|at| at < self.frames.len()), "the open frame is nowhere");
        assert!(
            self.sealed > 0 || self.open.is_some() || self.frames.is_empty(),
            "bytes that are no frame's"
        );
    }
}
