//! What is known of the room that files of runs could give back on a full disk.

use crate::run::hit::Hit;
use std::collections::VecDeque;

/// Bytes of frames after which the files are worth another look, where only removals come: a part of the smallest reserve.
const WORTH_BYTES: u64 = 16 << 10;

/// Files that are to be looked at, and whether it is time for that.
#[derive(Debug)]
pub(crate) struct Cleaning {
    /// Numbers of files that were not looked at yet.
    pub(crate) left: VecDeque<u64>,
    /// The file that is kept for values, and whose values are to go elsewhere meanwhile.
    pub(crate) emptied: Option<u64>,
    /// Bytes of the frames since a look at all files began.
    since_bytes: u64,
    /// Bytes of the largest file, with those of the largest one that has values for it: what one that is written anew may need.
    pub(crate) largest_bytes: u64,
}

impl Default for Cleaning {
    fn default() -> Self {
        // What earlier instances have hidden nobody knows.
        Self { left: VecDeque::new(), emptied: None, since_bytes: WORTH_BYTES, largest_bytes: 0 }
    }
}

impl Cleaning {
    /// A commit of so many bytes has come, which may hide something.
    pub(crate) fn count(&mut self, bytes: usize) {
        self.since_bytes = self.since_bytes.saturating_add(bytes as u64);
    }

    /// Somebody needs room: it is time unless nothing has come since the last look.
    pub(crate) fn ask(&mut self) {
        if self.since_bytes > 0 {
            self.since_bytes = self.since_bytes.max(WORTH_BYTES);
        }
    }

    /// Another look is worth it at once: it has other values to take elsewhere.
    pub(crate) fn ask_again(&mut self) {
        self.since_bytes = WORTH_BYTES;
    }

    /// Does an entry have its value in the file that is emptied?
    pub(crate) fn takes_out(&self, hit: &Hit) -> bool {
        hit.place().is_some_and(|place| Some(place.number) == self.emptied)
    }

    pub(crate) fn is_due(&self) -> bool {
        !self.left.is_empty() || self.since_bytes >= WORTH_BYTES
    }

    /// All of these are looked at, if the last look has come to its end.
    pub(crate) fn begin(&mut self, files: impl Iterator<Item = u64>, emptied: Option<u64>) {
        if self.left.is_empty() {
            self.left = files.collect();
            self.emptied = emptied;
            self.since_bytes = 0;
        }
    }
}
