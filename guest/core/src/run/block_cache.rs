//! Blocks and partitions that were read, kept in memory up to so many bytes.
//!
//! There are two generations. What is read or asked for comes into the young one; when that is full it becomes the old one, and what
//! was not asked for since goes. That is nearly as good as the order in which all were asked for, which would have to be kept.

use super::reader::KeptPart;
use std::collections::BTreeMap;

/// Bytes of a part beside its own: its place, and the numbers that it was taken apart into.
const PART_BYTES: usize = 160;

/// A file's number and an offset in it. No number is given twice, so that what is kept is never wrong, and what is kept of a file that
/// has gone goes in its turn.
type PartPlace = (u64, u64);

/// What is kept.
#[derive(Debug)]
pub(crate) struct BlockCache {
    /// Of each generation.
    limit_bytes: usize,
    young: Generation,
    old: Generation,
}

#[derive(Debug, Default)]
struct Generation {
    parts: BTreeMap<PartPlace, KeptPart>,
    bytes: usize,
}

impl BlockCache {
    /// Keeps at most so many bytes.
    pub(crate) fn new(limit_bytes: usize) -> Self {
        Self { limit_bytes: limit_bytes / 2, young: Generation::default(), old: Generation::default() }
    }

    /// What is kept of a place, which stays for longer then.
    pub(crate) fn get(&mut self, place: PartPlace) -> Option<KeptPart> {
        if let Some(part) = self.young.parts.get(&place) {
            return Some(part.clone());
        }
        let part = self.old.parts.remove(&place)?;
        self.old.bytes -= bytes_of(&part);
        self.keep(place, part.clone());
        Some(part)
    }

    /// Keeps what [`Self::get`] did not know.
    pub(crate) fn keep(&mut self, place: PartPlace, part: KeptPart) {
        let bytes = bytes_of(&part);
        if bytes > self.limit_bytes {
            return;
        }
        if self.young.bytes + bytes > self.limit_bytes {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.bytes += bytes;
        if let Some(before) = self.young.parts.insert(place, part) {
            self.young.bytes -= bytes_of(&before);
        }
    }

    /// Bytes of all that is kept.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        self.young.bytes + self.old.bytes
    }
}

fn bytes_of(part: &KeptPart) -> usize {
    PART_BYTES
        + match part {
            KeptPart::Data(block) => block.bytes().len(),
            KeptPart::Partition(partition) => partition.bytes(),
        }
}
