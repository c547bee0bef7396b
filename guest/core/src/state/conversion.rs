//! How far a conversion from one layout to the other has come.

use crate::base::format::Layout;
use crate::codec::sha256::Digest;
use crate::state::places::Cursor;
use std::collections::VecDeque;

/// What is done one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// What there is of the new layout goes: an earlier conversion left it.
    Clear,
    Streams,
    Keys,
    Blobs,
    /// `format` says the new layout.
    Switch,
    /// What only the old layout needs goes.
    Sweep,
}

/// How far it has come.
#[derive(Debug)]
pub(crate) struct Conversion {
    pub(crate) to: Layout,
    pub(crate) stage: Stage,
    /// The last name that is done, of what the stage goes through.
    pub(crate) behind: Option<Vec<u8>>,
    /// Where the stream of that name goes on.
    pub(crate) within: Option<Cursor>,
    /// Blobs that are to be looked at, where they have files.
    pub(crate) blobs: Option<VecDeque<Digest>>,
    /// Files that are to go.
    pub(crate) files: Option<VecDeque<String>>,
    /// The lsn of the next commit, as the last part has left it: where it is another, somebody else has written.
    pub(crate) next_lsn: u64,
    /// Streams, keys and blobs that are to be copied, and then to be removed, about.
    pub(crate) left: u64,
}

impl Conversion {
    pub(crate) fn new(to: Layout, stage: Stage, left: u64) -> Self {
        Self { to, stage, behind: None, within: None, blobs: None, files: None, next_lsn: 0, left }
    }

    /// Goes on with the next stage.
    pub(crate) fn enter(&mut self, stage: Stage) {
        *self = Self::new(self.to, stage, self.left);
    }

    /// So many are done.
    pub(crate) fn count(&mut self, done: usize) {
        self.left = self.left.saturating_sub(done as u64);
    }
}
