//! The bytes of a block, written: as [`super::block`] has them, in the one way that there is.

use super::block::{Block, BlockRole, HEAD_BYTES};
use super::entry::RunEntry;
use crate::disk::files::reserve;
use crate::error::{Error, Result};
use crate::limits::{RUN_BLOCK_BYTES_MAX, RUN_KEY_BYTES_MAX};

/// Bytes of a block's keys without what they begin with, since two bytes count them. No two keys are the same, so that there are
/// never as many entries.
pub(crate) const KEYS_BYTES_MAX: usize = 0xffff;

/// Entries that become a block.
#[derive(Debug)]
pub(crate) struct BlockWriter {
    role: BlockRole,
    /// The keys one behind the other, and where each ends.
    keys: Vec<u8>,
    key_ends: Vec<usize>,
    values: Vec<u8>,
    value_ends: Vec<u32>,
    kinds: Vec<u8>,
    versions: Vec<u64>,
    /// Bytes that all keys begin with.
    prefix_bytes: usize,
    lowest_version: u64,
    highest_version: u64,
}

/// What a block comes to.
#[derive(Clone, Copy, Debug)]
struct Extent {
    prefix_bytes: usize,
    rest_bytes: usize,
    version_bytes: usize,
    bytes: usize,
}

impl BlockWriter {
    pub(crate) fn new(role: BlockRole) -> Self {
        Self {
            role,
            keys: Vec::new(),
            key_ends: Vec::new(),
            values: Vec::new(),
            value_ends: Vec::new(),
            kinds: Vec::new(),
            versions: Vec::new(),
            prefix_bytes: 0,
            lowest_version: u64::MAX,
            highest_version: 0,
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.kinds.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// Empty where there are no entries.
    pub(crate) fn last_key(&self) -> &[u8] {
        self.key(self.count().saturating_sub(1))
    }

    fn key(&self, at: usize) -> &[u8] {
        let start = at.checked_sub(1).and_then(|before| self.key_ends.get(before)).copied().unwrap_or(0);
        let end = self.key_ends.get(at).copied().unwrap_or(0);
        self.keys.get(start..end).unwrap_or_default()
    }

    /// Bytes of the block.
    pub(crate) fn bytes(&self) -> usize {
        self.extent(self.count(), self.prefix_bytes, 0, 0, self.lowest_version, self.highest_version).bytes
    }

    /// Would it be of at most `limit` bytes with one more entry?
    pub(crate) fn has_room(&self, entry: &RunEntry<'_>, limit: usize) -> bool {
        let after = self.with(entry);
        after.rest_bytes <= KEYS_BYTES_MAX && after.bytes <= limit
    }

    /// Is there room for any key?
    pub(crate) fn has_room_for_any_key(&self) -> bool {
        self.keys.len() + RUN_KEY_BYTES_MAX <= KEYS_BYTES_MAX
    }

    fn with(&self, entry: &RunEntry<'_>) -> Extent {
        let first = if self.is_empty() { entry.key } else { self.key(0) };
        let prefix = first.iter().zip(entry.key).take_while(|(a, b)| a == b).count();
        let lowest = self.lowest_version.min(entry.version);
        let highest = self.highest_version.max(entry.version);
        self.extent(self.count() + 1, prefix, entry.key.len(), entry.value.len(), lowest, highest)
    }

    fn extent(
        &self,
        count: usize,
        prefix_bytes: usize,
        key_bytes: usize,
        value_bytes: usize,
        lowest: u64,
        highest: u64,
    ) -> Extent {
        let rest_bytes = (self.keys.len() + key_bytes).saturating_sub(count * prefix_bytes);
        let version_bytes = bytes_of(highest.saturating_sub(lowest));
        let tables = HEAD_BYTES + prefix_bytes + count * (2 + 4 + 1 + version_bytes);
        let bytes = tables + rest_bytes + self.values.len() + value_bytes;
        Extent { prefix_bytes, rest_bytes, version_bytes, bytes }
    }

    /// Adds an entry whose key is behind all that are there; [`Self::has_room`] has been asked, or it is the first.
    ///
    /// # Errors
    /// Memory; an entry that no block takes.
    pub(crate) fn push(&mut self, entry: &RunEntry<'_>) -> Result<()> {
        let after = self.with(entry);
        if after.bytes > RUN_BLOCK_BYTES_MAX {
            return Err(Error::too_large(RUN_BLOCK_BYTES_MAX, after.bytes));
        }
        reserve(&mut self.keys, entry.key.len())?;
        reserve(&mut self.values, entry.value.len())?;
        self.keys.extend_from_slice(entry.key);
        self.values.extend_from_slice(entry.value);
        let value_end = u32::try_from(self.values.len())
            .map_err(|_| Error::too_large(RUN_BLOCK_BYTES_MAX, self.values.len()))?;
        self.key_ends.push(self.keys.len());
        self.value_ends.push(value_end);
        self.kinds.push(entry.kind.byte());
        self.versions.push(entry.version);
        self.prefix_bytes = after.prefix_bytes;
        self.lowest_version = self.lowest_version.min(entry.version);
        self.highest_version = self.highest_version.max(entry.version);
        Ok(())
    }

    /// Adds the block to `out`, and has no entries any more. Nothing where there are none.
    ///
    /// # Errors
    /// Memory.
    pub(crate) fn finish(&mut self, out: &mut Vec<u8>) -> Result<()> {
        if self.is_empty() {
            return Ok(());
        }
        let extent =
            self.extent(self.count(), self.prefix_bytes, 0, 0, self.lowest_version, self.highest_version);
        reserve(out, extent.bytes)?;
        let field =
            |number: usize| u16::try_from(number).map_err(|_| Error::too_large(KEYS_BYTES_MAX, number));
        out.extend_from_slice(&[self.role.byte(), u8::try_from(extent.version_bytes).unwrap_or(8)]);
        out.extend_from_slice(&field(self.count())?.to_le_bytes());
        out.extend_from_slice(&field(self.prefix_bytes)?.to_le_bytes());
        out.extend_from_slice(&[0; 2]);
        out.extend_from_slice(&self.lowest_version.to_le_bytes());
        out.extend_from_slice(self.key(0).get(..self.prefix_bytes).unwrap_or_default());
        for (at, end) in (1..).zip(&self.key_ends) {
            out.extend_from_slice(&field(end.saturating_sub(at * self.prefix_bytes))?.to_le_bytes());
        }
        self.value_ends.iter().for_each(|end| out.extend_from_slice(&end.to_le_bytes()));
        out.extend_from_slice(&self.kinds);
        for version in &self.versions {
            let above = (version - self.lowest_version).to_le_bytes();
            out.extend_from_slice(above.get(..extent.version_bytes).unwrap_or_default());
        }
        for at in 0..self.count() {
            out.extend_from_slice(self.key(at).get(self.prefix_bytes..).unwrap_or_default());
        }
        out.extend_from_slice(&self.values);
        self.clear();
        Ok(())
    }

    /// Keeps its memory for the next block, unless one entry made it large.
    fn clear(&mut self) {
        self.keys.clear();
        self.key_ends.clear();
        self.values.clear();
        self.values.shrink_to(LARGE_BYTES);
        self.value_ends.clear();
        self.kinds.clear();
        self.versions.clear();
        (self.prefix_bytes, self.lowest_version, self.highest_version) = (0, u64::MAX, 0);
    }
}

/// Memory that is kept between two blocks.
const LARGE_BYTES: usize = 1 << 20;

/// In how many bytes a number fits.
fn bytes_of(number: u64) -> usize {
    (0..=8).find(|bytes| number.checked_shr(8 * bytes).unwrap_or(0) == 0).map_or(8, |bytes| bytes as usize)
}

/// Writes a block again.
///
/// # Errors
/// Memory.
pub(crate) fn encode_again(block: &Block, role: BlockRole) -> Result<Vec<u8>> {
    let (mut writer, mut key, mut out) = (BlockWriter::new(role), Vec::new(), Vec::new());
    for at in 0..block.count() {
        writer.push(&block.entry(at, &mut key))?;
    }
    writer.finish(&mut out)?;
    Ok(out)
}
