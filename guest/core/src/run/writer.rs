//! Writing a run: entries go in, in the order of their keys, and the bytes of files come out in pieces.
//!
//! The data blocks of a file come first. Its partitions, an index block and a filter each, are kept until the data ends: so a
//! reader that holds them all reads them in one go. They are a hundredth of the data where values are larger than keys.

use super::block::BlockRole;
use super::block_ref::{BlockRef, PartitionRef};
use super::block_writer::{BlockWriter, KEYS_BYTES_MAX};
use super::entry::{RunEntry, RunEntryKind};
use super::filter;
use super::footer::Footer;
use super::value::{self, ValueBytes, ValuePlace};
use super::{RunFile, RunGeometry};
use crate::base::layout;
use crate::codec::crc32c::crc32c;
use crate::error::{Error, Result};
use crate::keyspace::EVENTS;
use crate::limits::{RUN_BLOCK_BYTES_MAX, RUN_KEY_BYTES_MAX};
use std::collections::VecDeque;

/// Keys from which on a partition ends, however few blocks they fill: its filter is read in one step.
const PARTITION_KEYS: usize = 1 << 16;

/// So many times as large is a data block of events: 16 KiB.
const EVENT_BLOCKS: usize = 4;

/// Larger values are left where they are if all but one of so many parts of the data are theirs: the others are in the way from then on.
const LARGER_PARTS: u64 = 3;

/// Writes one run, which is one file or more.
#[derive(Debug)]
pub(crate) struct RunWriter {
    geometry: RunGeometry,
    data: BlockWriter,
    /// Bytes that the data block may have.
    data_limit: usize,
    index: BlockWriter,
    /// The last key; none before the first.
    last: Option<Vec<u8>>,
    /// Files with bytes that were not taken yet. The last one is being written, unless it is finished.
    files: VecDeque<RunOutput>,
}

/// A file that is being written.
#[derive(Debug)]
struct RunOutput {
    footer: Footer,
    first_key: Vec<u8>,
    /// What was taken before `bytes`, and how many of `bytes` were taken.
    offset: u64,
    bytes: Vec<u8>,
    taken: usize,
    /// The partitions, one behind the other, their last keys and their places among them.
    partitions: Vec<u8>,
    partition_refs: Vec<(Vec<u8>, PartitionRef)>,
    partition_key_bytes: usize,
    /// Of the keys since the last partition.
    hashes: Vec<u64>,
    /// Bytes of the larger values that it has, and from which on a value is one.
    larger_bytes: u64,
    larger_from: usize,
    /// What its entries have in other files.
    values: ValueBytes,
    finished: Option<WrittenFile>,
}

/// A file that is whole.
#[derive(Clone, Debug)]
pub(crate) struct WrittenFile {
    pub(crate) file: RunFile,
    /// What its entries have in other files.
    pub(crate) values: ValueBytes,
}

/// Bytes of a file.
#[derive(Debug)]
pub(crate) struct Piece<'a> {
    /// The number of the file; its first piece is that at offset 0.
    pub(crate) number: u64,
    pub(crate) offset: u64,
    pub(crate) bytes: &'a [u8],
    /// With the last piece of a file, what names it.
    pub(crate) finished: Option<WrittenFile>,
}

impl RunWriter {
    pub(crate) fn new(geometry: RunGeometry) -> Self {
        Self {
            geometry,
            data: BlockWriter::new(BlockRole::Data),
            data_limit: 0,
            index: BlockWriter::new(BlockRole::Index),
            last: None,
            files: VecDeque::new(),
        }
    }

    /// From here on blocks are of another size.
    #[cfg(any(test, feature = "fuzzing"))]
    pub(crate) fn set_block_bytes(&mut self, bytes: usize) {
        self.geometry.block_bytes = bytes;
    }

    /// Adds an entry. Where a file begins, it takes its number from `next_number`.
    ///
    /// # Errors
    /// `corrupt` where the key is not behind all before it, or the entry is one that no run has: what it came from is damaged.
    /// Memory. After an error nothing more is to be written.
    pub(crate) fn push(&mut self, entry: &RunEntry<'_>, next_number: &mut u64) -> Result<()> {
        let is_behind = self.last.as_deref().is_none_or(|last| last < entry.key);
        let fault = if is_behind { entry.fault() } else { Some("keys that do not rise") };
        if let Some(fault) = fault {
            return Err(self.damage(fault));
        }
        let limit = self.data_limit_of(entry);
        let has_room = limit == self.data_limit && self.data.has_room(entry, limit);
        if self.is_other_table(entry) {
            // What a load with rising keys brings then lies behind all that is there, and not between it and the tables behind.
            self.finish()?;
        } else if !(has_room || self.data.is_empty()) {
            self.end_block()?;
        }
        self.data_limit = limit;
        if self.open_file().is_none() {
            self.files.push_back(RunOutput::new(*next_number, entry, self.geometry.larger_bytes()));
            *next_number += 1;
        }
        self.data.push(entry)?;
        if let Some(file) = self.open_file() {
            file.count(entry);
        }
        let last = self.last.get_or_insert_default();
        last.clear();
        last.extend_from_slice(entry.key);
        if self.data.bytes() >= limit { self.end_block() } else { Ok(()) }
    }

    /// Ends the file: no entry follows, or one that begins another.
    ///
    /// # Errors
    /// Memory.
    pub(crate) fn finish(&mut self) -> Result<()> {
        if !self.data.is_empty() {
            self.end_block()?;
        }
        if self.open_file().is_some() { self.end_file() } else { Ok(()) }
    }

    /// Bytes that can be taken: where they are as many as a call may write, it is time for that.
    pub(crate) fn pending_bytes(&self) -> usize {
        self.files.iter().map(|file| file.bytes.len() - file.taken).sum()
    }

    /// Bytes of the file that is being written.
    pub(crate) fn file_bytes(&self) -> u64 {
        let file = self.files.back().filter(|file| file.finished.is_none());
        file.map_or(0, RunOutput::length) + self.data.bytes() as u64
    }

    /// Takes up to `budget_bytes`, 1 or more, of one file. None when there is nothing to be taken now.
    pub(crate) fn take(&mut self, budget_bytes: usize) -> Option<Piece<'_>> {
        // A file whose last piece was given is kept until here, since that piece pointed into it.
        self.files.pop_front_if(|file| file.is_given());
        let file = self.files.front_mut()?;
        file.forget_taken();
        let start = file.taken;
        let end = file.bytes.len().min(start.saturating_add(budget_bytes.max(1)));
        if start == end {
            return None;
        }
        file.taken = end;
        Some(Piece {
            number: file.footer.number,
            offset: file.offset + start as u64,
            finished: file.finished.clone().filter(|_| end == file.bytes.len()),
            bytes: file.bytes.get(start..end).unwrap_or_default(),
        })
    }

    /// Was all that was pushed taken?
    pub(crate) fn is_empty(&self) -> bool {
        self.data.is_empty() && self.files.iter().all(RunOutput::is_given)
    }

    /// Does another table begin here, behind so much of this one that a file of its own is worth it? The first byte of a key is that of
    /// its table.
    fn is_other_table(&self, entry: &RunEntry<'_>) -> bool {
        let is_large = self.files.back().is_some_and(|file| file.length() >= self.geometry.table_bytes());
        is_large && self.last.as_ref().is_some_and(|last| last.first() != entry.key.first())
    }

    fn damage(&self, reason: &'static str) -> Error {
        let file = self.files.back();
        let (number, offset) = file.map_or((0, 0), |file| (file.footer.number, file.length()));
        Error::corrupt(&layout::run(number), offset, reason)
    }

    fn block_limit(&self) -> usize {
        self.geometry.block_bytes.min(RUN_BLOCK_BYTES_MAX)
    }

    /// Events are read many at a time: a larger block is one step and one checksum for them. Values are read one by one.
    fn data_limit_of(&self, entry: &RunEntry<'_>) -> usize {
        let blocks = if entry.key.first() == Some(&EVENTS.id) { EVENT_BLOCKS } else { 1 };
        (self.geometry.block_bytes * blocks).min(RUN_BLOCK_BYTES_MAX)
    }

    fn open_file(&mut self) -> Option<&mut RunOutput> {
        self.files.back_mut().filter(|file| file.finished.is_none())
    }

    /// Ends the data block, and the partition and the file when they are large enough.
    fn end_block(&mut self) -> Result<()> {
        let limit = self.block_limit();
        let Some(file) = self.files.back_mut() else { return Ok(()) };
        let (offset, start) = (file.length(), file.bytes.len());
        let key = self.data.last_key().to_vec();
        self.data.finish(&mut file.bytes)?;
        let place = place_of(offset, file.bytes.get(start..).unwrap_or_default())?;
        let pointer = place.encode();
        self.index.push(&pointing(&key, &pointer))?;
        let is_large = self.index.bytes() >= limit || file.hashes.len() >= PARTITION_KEYS;
        if is_large || !self.index.has_room_for_any_key() {
            file.end_partition(&mut self.index)?;
        }
        let is_full = self.index.is_empty() && !file.has_room_for_partition();
        if file.length() >= self.geometry.file_bytes || is_full { self.end_file() } else { Ok(()) }
    }

    fn end_file(&mut self) -> Result<()> {
        let Some(file) = self.files.back_mut() else { return Ok(()) };
        if !self.index.is_empty() {
            file.end_partition(&mut self.index)?;
        }
        file.finish(self.last.clone().unwrap_or_default())
    }
}

impl RunOutput {
    fn new(number: u64, first: &RunEntry<'_>, larger_from: usize) -> Self {
        let top = BlockRef { offset: 0, length: 0, crc: 0 };
        let (lowest_version, highest_version) = (first.version, first.version);
        Self {
            footer: Footer { number, entries: 0, lowest_version, highest_version, top },
            first_key: first.key.to_vec(),
            offset: 0,
            bytes: Vec::new(),
            taken: 0,
            partitions: Vec::new(),
            partition_refs: Vec::new(),
            partition_key_bytes: 0,
            hashes: Vec::new(),
            larger_bytes: 0,
            larger_from,
            values: ValueBytes::new(),
            finished: None,
        }
    }

    fn count(&mut self, entry: &RunEntry<'_>) {
        self.footer.entries += 1;
        self.footer.lowest_version = self.footer.lowest_version.min(entry.version);
        self.footer.highest_version = self.footer.highest_version.max(entry.version);
        self.hashes.push(filter::hash(entry.key));
        match entry.kind {
            RunEntryKind::Value if entry.value.len() >= self.larger_from => {
                self.larger_bytes += entry.value.len() as u64;
            }
            RunEntryKind::Pointer => {
                let place = ValuePlace::decode(entry.value);
                place.iter().for_each(|place| value::add_place(&mut self.values, *place));
            }
            RunEntryKind::Removed | RunEntryKind::Value | RunEntryKind::Expiring => {}
        }
    }

    /// Bytes of the file so far.
    fn length(&self) -> u64 {
        self.offset + self.bytes.len() as u64
    }

    fn is_given(&self) -> bool {
        self.finished.is_some() && self.taken == self.bytes.len()
    }

    /// Gives up what was taken, when that is more than what is moved for it.
    fn forget_taken(&mut self) {
        if self.taken >= self.bytes.len() / 2 {
            self.bytes.drain(..self.taken);
            self.offset += self.taken as u64;
            self.taken = 0;
        }
    }

    /// Has the top index room for one more partition, whatever its key?
    fn has_room_for_partition(&self) -> bool {
        self.partition_key_bytes + RUN_KEY_BYTES_MAX <= KEYS_BYTES_MAX
    }

    fn end_partition(&mut self, index: &mut BlockWriter) -> Result<()> {
        let key = index.last_key().to_vec();
        let start = self.partitions.len();
        index.finish(&mut self.partitions)?;
        let index = place_of(start as u64, self.partitions.get(start..).unwrap_or_default())?;
        let start = self.partitions.len();
        filter::build(&self.hashes, &mut self.partitions)?;
        self.hashes.clear();
        let filter = place_of(start as u64, self.partitions.get(start..).unwrap_or_default())?;
        self.partition_key_bytes += key.len();
        let partition = PartitionRef { index, filter_length: filter.length, filter_crc: filter.crc };
        self.partition_refs.push((key, partition));
        Ok(())
    }

    /// The partitions, the top index and the footer.
    fn finish(&mut self, last_key: Vec<u8>) -> Result<()> {
        let data_end = self.length();
        self.bytes.append(&mut self.partitions);
        let mut top = BlockWriter::new(BlockRole::Top);
        for (key, mut partition) in self.partition_refs.drain(..) {
            partition.index.offset += data_end;
            top.push(&pointing(&key, &partition.encode()))?;
        }
        let (offset, start) = (self.length(), self.bytes.len());
        top.finish(&mut self.bytes)?;
        self.footer.top = place_of(offset, self.bytes.get(start..).unwrap_or_default())?;
        self.bytes.extend_from_slice(&self.footer.encode());
        let file = RunFile {
            number: self.footer.number,
            length_bytes: self.length(),
            entries: self.footer.entries,
            footer_crc: self.footer.crc(),
            first_key: std::mem::take(&mut self.first_key),
            last_key,
            has_larger: self.larger_bytes >= data_end / LARGER_PARTS * (LARGER_PARTS - 1),
        };
        self.finished = Some(WrittenFile { file, values: std::mem::take(&mut self.values) });
        Ok(())
    }
}

/// An entry of an index.
fn pointing<'a>(key: &'a [u8], value: &'a [u8]) -> RunEntry<'a> {
    RunEntry { key, version: 0, kind: RunEntryKind::Value, value }
}

fn place_of(offset: u64, bytes: &[u8]) -> Result<BlockRef> {
    let length =
        u32::try_from(bytes.len()).map_err(|_| Error::too_large(RUN_BLOCK_BYTES_MAX, bytes.len()))?;
    Ok(BlockRef { offset, length, crc: crc32c(bytes) })
}
