//! Sorted runs: entries in the order of their keys, in files that are never changed (docs/format.md, "Runs").
//!
//! A run is data blocks, for each partition of them an index block and a filter, the top index and a footer. What points at
//! something has its checksum, so that each byte is checked by what led to it: a block of another file, or an older one in its
//! place, is damage. No number that is read is used before it has been compared with what it counts.

pub(crate) mod block;
pub(crate) mod block_cache;
pub(crate) mod block_writer;
pub(crate) mod check;
#[cfg_attr(not(test), expect(dead_code, reason = "what writes and reads runs comes next"))]
pub(crate) mod choose;
pub(crate) mod cursor;
pub(crate) mod entry;
pub(crate) mod filter;
pub(crate) mod footer;
mod get;
pub(crate) mod list;
#[cfg_attr(not(test), expect(dead_code, reason = "what writes and reads runs comes next"))]
pub(crate) mod merge;
pub(crate) mod reader;
#[cfg_attr(not(test), expect(dead_code, reason = "what writes and reads runs comes next"))]
pub(crate) mod stack;
#[cfg_attr(not(test), expect(dead_code, reason = "what writes and reads runs comes next"))]
pub(crate) mod stack_cursor;
pub(crate) mod writer;

#[cfg(test)]
mod tests;

/// How large blocks and files become. Readers do not need to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RunGeometry {
    /// Bytes of a data block, unless one entry is larger, and from which on an index block ends.
    pub(crate) block_bytes: usize,
    /// Bytes of data blocks from which on a file ends.
    pub(crate) file_bytes: u64,
}

impl Default for RunGeometry {
    /// A block is what a disk reads at once, and a file so small that a merge which is cut off loses little.
    fn default() -> Self {
        Self { block_bytes: 4 << 10, file_bytes: 16 << 20 }
    }
}

/// A file of a run, as what names it has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RunFile {
    pub(crate) number: u64,
    pub(crate) length_bytes: u64,
    pub(crate) entries: u64,
    /// The checksum that stands at the end of the footer. One of the whole footer would be the same for each, since what a
    /// CRC is followed by itself has always the same CRC.
    pub(crate) footer_crc: u32,
    pub(crate) first_key: Vec<u8>,
    /// The last key that an entry speaks of: where the last one is a range, the end of that.
    pub(crate) last_key: Vec<u8>,
}
