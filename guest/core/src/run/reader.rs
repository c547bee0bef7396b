//! Reading a file of a run: opening it, its partitions and its blocks.

use super::RunFile;
use super::block::{Block, BlockRole, HEAD_BYTES};
use super::block_ref::{BlockRef, PartitionRef};
use super::filter::{Filter, LINE_BYTES};
use super::footer::{FOOTER_BYTES, Footer};
use super::hit::Hit;
use crate::base::layout;
use crate::codec::crc32c;
use crate::disk::files::{Files, Handle};
use crate::error::{Error, Result};
use crate::limits::{COUNT_END, RUN_BLOCK_BYTES_MAX, RUN_READ_BYTES};
use crate::storage::Storage;
use std::collections::VecDeque;
use std::sync::{Arc, OnceLock};

/// What is wrong where the last entry is not the one that the name of the file says.
pub(crate) const OTHER_LAST_KEY: &str = "another last key than the run is named with";

pub(super) const OTHER_FOOTER: &str = "the footer of another file";

/// Where the bytes of one file come from.
pub(crate) trait Source {
    /// `length` bytes from an offset on; fewer only where the file ends. A reader has made sure that both are within the file as
    /// what named it has it, and that there is such a file.
    ///
    /// # Errors
    /// Those of the storage.
    fn read(&mut self, offset: u64, length: usize) -> Result<Vec<u8>>;

    /// The checksums of parts of some bytes, as [`crc32c::Checksums`] has them.
    fn checksums(&self, bytes: &[u8], bounds: &[u32]) -> Vec<u32> {
        crc32c::checksums(bytes, bounds)
    }

    /// What was kept of the block or the partition at an offset.
    fn kept(&mut self, _offset: u64) -> Option<KeptPart> {
        None
    }

    /// Keeps it, where something does.
    fn keep(&mut self, _offset: u64, _part: KeptPart) {}
}

/// A part of a file that was read and checked, and need not be again.
#[derive(Clone, Debug)]
pub(crate) enum KeptPart {
    Data(Arc<Block>),
    Partition(Arc<Partition>),
}

/// A file of the store.
#[derive(Debug)]
pub(crate) struct RunSource<'a, S: Storage> {
    pub(crate) files: &'a mut Files<S>,
    pub(crate) file: &'a Handle<S::File>,
}

impl<S: Storage> Source for RunSource<'_, S> {
    fn read(&mut self, offset: u64, length: usize) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.files.read(self.file, offset, length, &mut bytes)?;
        Ok(bytes)
    }

    fn checksums(&self, bytes: &[u8], bounds: &[u32]) -> Vec<u32> {
        self.files.checksums(bytes, bounds)
    }
}

/// A file of a run that was opened: its top index is in memory.
#[derive(Debug)]
pub(crate) struct Run {
    path: String,
    pub(crate) footer: Footer,
    pub(crate) top: Block,
    pub(crate) first_key: Vec<u8>,
    pub(crate) last_key: Vec<u8>,
    /// Where the data ends and the partitions begin.
    pub(crate) data_end: u64,
    /// A place for each partition, when they are held: each from when it is first read.
    held: Vec<OnceLock<Arc<Partition>>>,
}

/// An index block and its filter.
#[derive(Debug)]
pub(crate) struct Partition {
    pub(crate) index: Block,
    pub(crate) filter: Filter,
}

impl Partition {
    pub(crate) fn bytes(&self) -> usize {
        self.index.bytes().len() + self.filter.bytes()
    }
}

impl Run {
    /// Opens a file, which must be the one that was named.
    ///
    /// # Errors
    /// `corrupt`: it is shorter, its footer is another one, or the top index is damaged.
    pub(crate) fn open(source: &mut impl Source, named: &RunFile) -> Result<Self> {
        let path = layout::run(named.number);
        let footer = read_footer(source, &path, named.length_bytes)?;
        let is_named =
            (footer.number, footer.entries, footer.crc()) == (named.number, named.entries, named.footer_crc);
        if !is_named {
            return Err(Error::corrupt(&path, footer_at(named.length_bytes), OTHER_FOOTER));
        }
        let top = read_block(source, &path, footer.top, BlockRole::Top)?;
        let (first_key, last_key) = (named.first_key.clone(), named.last_key.clone());
        let mut run = Self { path, footer, top, first_key, last_key, data_end: 0, held: Vec::new() };
        run.data_end = run.check_top().map_err(|reason| run.damage(footer.top.offset, reason))?;
        if run.top.compare(run.top.count() - 1, &named.last_key).is_ne() {
            return Err(run.damage(footer.top.offset, OTHER_LAST_KEY));
        }
        Ok(run)
    }

    /// The partitions fill the file from the end of the data to the top index. Answers where they begin.
    fn check_top(&self) -> std::result::Result<u64, &'static str> {
        let begin = self.partition_ref(0).index.offset;
        let mut expected = Some(begin);
        for at in 0..self.top.count() {
            let partition = self.partition_ref(at);
            let is_whole = is_block(partition.index) && is_filter(partition.filter_length);
            if Some(partition.index.offset) != expected || !is_whole {
                return Err("partitions that do not follow each other");
            }
            expected = partition.end();
        }
        if expected == Some(self.footer.top.offset) {
            Ok(begin)
        } else {
            Err("partitions that end elsewhere")
        }
    }

    pub(crate) fn damage(&self, offset: u64, reason: &'static str) -> Error {
        Error::corrupt(&self.path, offset, reason)
    }

    pub(crate) fn partition_ref(&self, at: usize) -> PartitionRef {
        // A top index that was read has nothing else; what has no place is at no place.
        PartitionRef::decode(self.top.value(at)).unwrap_or(PartitionRef {
            index: BlockRef { offset: COUNT_END, length: 0, crc: 0 },
            filter_length: 0,
            filter_crc: 0,
        })
    }

    /// Keeps each partition from when it is first read: from then on the entry of one of its keys costs one read, or none.
    pub(crate) fn hold_partitions(&mut self) {
        self.held.resize_with(self.top.count(), OnceLock::new);
    }

    /// Bytes of all partitions.
    pub(crate) fn partitions_bytes(&self) -> u64 {
        self.footer.top.offset.saturating_sub(self.data_end)
    }

    /// Bytes of those that are held, as they are in memory.
    #[cfg(test)]
    pub(super) fn held_bytes(&self) -> usize {
        let held = self.held.iter().filter_map(OnceLock::get);
        held.map(|partition| size_of::<Partition>() + partition.bytes()).sum()
    }

    pub(crate) fn holds_partitions(&self) -> bool {
        !self.held.is_empty()
    }

    /// A partition, read in one step.
    ///
    /// # Errors
    /// `corrupt`; those of the storage.
    pub(crate) fn partition(&self, source: &mut impl Source, at: usize) -> Result<Arc<Partition>> {
        let place = self.held.get(at);
        if let Some(held) = place.and_then(OnceLock::get) {
            return Ok(Arc::clone(held));
        }
        let offset = self.partition_ref(at).index.offset;
        if let Some(KeptPart::Partition(partition)) = source.kept(offset) {
            return Ok(partition);
        }
        let (index, filter) = self.partition_parts(source, at)?;
        let partition = Arc::new(Partition { index: index?, filter: filter? });
        match place {
            Some(place) => drop(place.set(Arc::clone(&partition))),
            None => source.keep(offset, KeptPart::Partition(Arc::clone(&partition))),
        }
        Ok(partition)
    }

    /// The index block and the filter of a partition, read in one step, each for itself: one may be whole where the other is damaged.
    ///
    /// # Errors
    /// `corrupt`, where neither is there; those of the storage.
    pub(super) fn partition_parts(
        &self,
        source: &mut impl Source,
        at: usize,
    ) -> Result<(Result<Block>, Result<Filter>)> {
        let PartitionRef { index, filter_length, filter_crc } = self.partition_ref(at);
        let length = index.length as usize + filter_length as usize;
        let mut bytes = read_whole(source, &self.path, index.offset, length)?;
        let end = index.length.saturating_add(filter_length);
        let sums = source.checksums(&bytes, &[0, index.length, index.length, end]);
        let (index_crc, crc_of_filter) = (sums.first().copied(), sums.get(1).copied());
        let filter = bytes.split_off(index.length as usize);
        let filter_at = index.offset + u64::from(index.length);
        let damage = |offset| move |reason| self.damage(offset, reason);
        let filter = check_crc(&self.path, filter_at, crc_of_filter, filter_crc)
            .and_then(|()| Filter::decode(filter).map_err(damage(filter_at)));
        let index_block = check_crc(&self.path, index.offset, index_crc, index.crc)
            .and_then(|()| Block::decode(bytes, BlockRole::Index).map_err(damage(index.offset)));
        let index_block = index_block.and_then(|block| {
            self.check_index(&block, at).map_err(damage(index.offset))?;
            Ok(block)
        });
        Ok((index_block, filter))
    }

    /// Its blocks stand one behind the other, within the data, and end with the key that the top index has.
    fn check_index(&self, index: &Block, at: usize) -> std::result::Result<(), &'static str> {
        let mut expected = (at == 0).then_some(0);
        for block in (0..index.count()).map(|at| block_ref(index, at)) {
            let end = block.end().filter(|end| *end <= self.data_end && is_block(block));
            if expected.is_some_and(|expected| expected != block.offset) || end.is_none() {
                return Err("blocks that do not follow each other");
            }
            expected = end;
        }
        if at + 1 == self.top.count() && expected != Some(self.data_end) {
            return Err("blocks that end before the data does");
        }
        if self.top.compare(at, &index.key(index.count() - 1)).is_ne() {
            return Err("another last key than the top index has");
        }
        Ok(())
    }

    /// A data block of a partition.
    ///
    /// # Errors
    /// `corrupt`; those of the storage.
    pub(crate) fn data(&self, source: &mut impl Source, index: &Block, at: usize) -> Result<Arc<Block>> {
        let place = block_ref(index, at);
        if let Some(KeptPart::Data(block)) = source.kept(place.offset) {
            return Ok(block);
        }
        let bytes = read_whole(source, &self.path, place.offset, place.length as usize)?;
        let crc = source.checksums(&bytes, &[0, place.length]).first().copied();
        let block = self.checked_data(index, at, bytes, crc)?;
        source.keep(place.offset, KeptPart::Data(Arc::clone(&block)));
        Ok(block)
    }

    /// A data block of a partition, and those behind it that are read in the same step, so many with it at most. Where one of them is
    /// damaged or cannot be read, they end before it: that is told when it is asked for itself.
    ///
    /// # Errors
    /// As [`Self::data`], of the first one.
    pub(crate) fn data_ahead(
        &self,
        source: &mut impl Source,
        index: &Block,
        at: usize,
        count: usize,
    ) -> Result<(Arc<Block>, VecDeque<Arc<Block>>)> {
        let places = places_ahead(source, index, at, count);
        let bounds: Vec<_> = places.iter().flat_map(|(from, place)| [*from, from + place.length]).collect();
        let length = bounds.last().map_or(0, |end| *end as usize);
        let begin = block_ref(index, at).offset;
        let read = if places.len() > 1 { source.read(begin, length).ok() } else { None };
        let Some(bytes) = read.filter(|bytes| bytes.len() == length) else {
            return Ok((self.data(source, index, at)?, VecDeque::new()));
        };
        let sums = source.checksums(&bytes, &bounds);
        let mut blocks = VecDeque::new();
        for (nth, ((from, place), crc)) in places.iter().zip(sums).enumerate() {
            let block = bytes.get(*from as usize..).and_then(|bytes| bytes.get(..place.length as usize));
            match self.checked_data(index, at + nth, block.unwrap_or_default().to_vec(), Some(crc)) {
                Ok(block) => {
                    source.keep(place.offset, KeptPart::Data(Arc::clone(&block)));
                    blocks.push_back(block);
                }
                Err(error) if nth == 0 => return Err(error),
                Err(_) => break,
            }
        }
        match blocks.pop_front() {
            Some(block) => Ok((block, blocks)),
            None => Ok((self.data(source, index, at)?, blocks)),
        }
    }

    /// The data block of these bytes, where they are those that a partition has at a place.
    fn checked_data(&self, index: &Block, at: usize, bytes: Vec<u8>, crc: Option<u32>) -> Result<Arc<Block>> {
        let place = block_ref(index, at);
        check_crc(&self.path, place.offset, crc, place.crc)?;
        let damage = |reason| self.damage(place.offset, reason);
        let block = Block::decode(bytes, BlockRole::Data).map_err(damage)?;
        if index.compare(at, &block.key(block.count() - 1)).is_ne() {
            return Err(damage("another last key than the index has"));
        }
        if at > 0 && index.compare(at - 1, &block.key(0)).is_ge() {
            return Err(damage("keys of the block before it"));
        }
        Ok(Arc::new(block))
    }

    pub(super) fn first_block(&self, source: &mut impl Source) -> Result<Arc<Block>> {
        let (index, _) = self.partition_parts(source, 0)?;
        self.data(source, &index?, 0)
    }

    /// Where the block is that an entry was found in.
    ///
    /// # Errors
    /// `corrupt`; those of the storage.
    pub(crate) fn offset_of(&self, source: &mut impl Source, hit: &Hit) -> Result<u64> {
        let key = hit.key();
        let partition = self.partition(source, self.top.lower_bound(&key))?;
        Ok(block_ref(&partition.index, partition.index.lower_bound(&key)).offset)
    }
}

/// Where a data block is.
pub(crate) fn block_ref(index: &Block, at: usize) -> BlockRef {
    BlockRef::decode(index.value(at)).unwrap_or(BlockRef { offset: COUNT_END, length: 0, crc: 0 })
}

/// Where a block and some behind it stand, and where each begins in what is read: up to one that is kept, and so many bytes.
fn places_ahead(source: &mut impl Source, index: &Block, at: usize, count: usize) -> Vec<(u32, BlockRef)> {
    let mut places: Vec<(u32, BlockRef)> = Vec::new();
    for place in (at..index.count()).take(count).map(|at| block_ref(index, at)) {
        let from = places.last().map_or(0, |(from, place)| from + place.length);
        let has_room = from as usize + place.length as usize <= RUN_READ_BYTES;
        if !places.is_empty() && (!has_room || source.kept(place.offset).is_some()) {
            break;
        }
        places.push((from, place));
    }
    places
}

/// Can a block be as long?
fn is_block(place: BlockRef) -> bool {
    (HEAD_BYTES..=RUN_BLOCK_BYTES_MAX).contains(&(place.length as usize))
}

/// Can a filter be as long? Both together are read in one step, so neither is larger than a block.
fn is_filter(length: u32) -> bool {
    let length = length as usize;
    (LINE_BYTES..=RUN_BLOCK_BYTES_MAX).contains(&length) && length.is_multiple_of(LINE_BYTES)
}

/// Where the footer of a file of this length is.
pub(super) fn footer_at(length_bytes: u64) -> u64 {
    length_bytes.saturating_sub(FOOTER_BYTES as u64)
}

pub(super) fn read_footer(source: &mut impl Source, path: &str, length_bytes: u64) -> Result<Footer> {
    let at = footer_at(length_bytes);
    if length_bytes < FOOTER_BYTES as u64 || at >= COUNT_END {
        return Err(Error::corrupt(path, 0, "shorter than a footer"));
    }
    let bytes = source.read(at, FOOTER_BYTES)?;
    Footer::decode(&bytes, length_bytes).map_err(|reason| Error::corrupt(path, at, reason))
}

pub(super) fn read_block(
    source: &mut impl Source,
    path: &str,
    place: BlockRef,
    role: BlockRole,
) -> Result<Block> {
    if !is_block(place) {
        return Err(Error::corrupt(path, place.offset, "longer than a block"));
    }
    let bytes = read_whole(source, path, place.offset, place.length as usize)?;
    let sums = source.checksums(&bytes, &[0, place.length]);
    check_crc(path, place.offset, sums.first().copied(), place.crc)?;
    Block::decode(bytes, role).map_err(|reason| Error::corrupt(path, place.offset, reason))
}

fn read_whole(source: &mut impl Source, path: &str, offset: u64, length: usize) -> Result<Vec<u8>> {
    let bytes = source.read(offset, length)?;
    if bytes.len() == length { Ok(bytes) } else { Err(Error::corrupt(path, offset, "the file ends before")) }
}

fn check_crc(path: &str, offset: u64, crc: Option<u32>, expected: u32) -> Result<()> {
    if crc == Some(expected) { Ok(()) } else { Err(Error::corrupt(path, offset, "checksum mismatch")) }
}
