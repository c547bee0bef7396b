//! Sorted runs: entries in the order of their keys, in files that are never changed (docs/format.md, "Runs").
//!
//! A run is data blocks, for each partition of them an index block and a filter, the top index and a footer. What points at
//! something has its checksum, so that each byte is checked by what led to it: a block of another file, or an older one in its
//! place, is damage. No number that is read is used before it has been compared with what it counts.

pub(crate) mod block;
pub(crate) mod block_cache;
pub(crate) mod block_ref;
pub(crate) mod block_writer;
pub(crate) mod check;
pub(crate) mod choose;
pub(crate) mod cursor;
pub(crate) mod dead;
pub(crate) mod entry;
pub(crate) mod filter;
pub(crate) mod footer;
mod get;
pub(crate) mod hit;
pub(crate) mod kept;
pub(crate) mod list;
pub(crate) mod merge;
pub(crate) mod open_files;
pub(crate) mod reader;
pub(crate) mod stack;
pub(crate) mod stack_cursor;
pub(crate) mod unnamed;
pub(crate) mod value;
pub(crate) mod writer;

#[cfg(test)]
mod tests;

use crate::codec::crc32c;
use crate::error::Result;
use crate::limits::{RUN_BLOCK_BYTES, RUN_FILE_BYTES, RUN_FILE_BYTES_MIN, RUN_FILES_MIN};

/// A part of the bytes that a file may have.
const TABLE_PART: u64 = 16;

/// How large blocks and files become. Readers do not need to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RunGeometry {
    /// Bytes of a data block, unless one entry is larger, and from which on an index block ends.
    pub(crate) block_bytes: usize,
    /// Bytes of data blocks from which on a file ends.
    pub(crate) file_bytes: u64,
}

impl RunGeometry {
    /// That of runs which come to so many bytes: a file is a small part of them, so that little room is needed to write one anew.
    pub(crate) fn for_bytes(self, bytes: u64) -> Self {
        let file_bytes = (bytes / RUN_FILES_MIN).max(RUN_FILE_BYTES_MIN).min(self.file_bytes);
        Self { file_bytes, ..self }
    }

    /// Bytes from which on a value is a larger one.
    pub(crate) fn larger_bytes(self) -> usize {
        (self.block_bytes / 2).max(1)
    }

    /// Bytes from which on what a file holds of one table is worth a file of its own.
    pub(crate) fn table_bytes(self) -> u64 {
        self.file_bytes / TABLE_PART
    }
}

impl Default for RunGeometry {
    fn default() -> Self {
        Self { block_bytes: RUN_BLOCK_BYTES, file_bytes: RUN_FILE_BYTES }
    }
}

/// Where the bytes of all files come from.
pub(crate) trait RunFiles {
    /// As [`reader::Source::read`], of the file of a number.
    ///
    /// # Errors
    /// Those of the storage.
    fn read(&mut self, number: u64, offset: u64, length: usize) -> Result<Vec<u8>>;

    /// The checksums of parts of some bytes, as [`crc32c::Checksums`] has them.
    fn checksums(&self, bytes: &[u8], bounds: &[u32]) -> Vec<u32> {
        crc32c::checksums(bytes, bounds)
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
    pub(crate) last_key: Vec<u8>,
    /// Are most of its bytes those of larger values? A merge leaves these where they are.
    pub(crate) has_larger: bool,
}
