//! A place between two entries of a run, from which it is read forward and backward.

use super::block::Block;
use super::hit::Hit;
use super::reader::{Partition, Run, Source, block_ref};
use crate::error::Result;
use std::collections::VecDeque;
use std::sync::Arc;

/// Blocks that are read in one step, at most: each costs a call to the host, and another one for its checksum.
const BLOCKS_AHEAD: usize = 16;

/// A place between two entries. It keeps one partition, one block, and those behind it that were read with it.
#[derive(Clone, Debug)]
pub(crate) struct RunCursor {
    /// The partition, the block in it, and the entry in that before which the place is; behind the last one where it is as
    /// many as there are.
    partition_at: usize,
    block_at: usize,
    at: usize,
    partition: Arc<Partition>,
    block: Arc<Block>,
    /// The blocks behind it that were read in the same step, and how many are read in the next one: twice as many each time, so
    /// that at most half of them are for nothing.
    ahead: VecDeque<Arc<Block>>,
    reads: usize,
}

impl RunCursor {
    /// The place before a key and all behind it.
    ///
    /// # Errors
    /// `corrupt`; those of the storage.
    pub(crate) fn at(run: &Run, source: &mut impl Source, key: &[u8]) -> Result<Self> {
        let partition_at = run.top.lower_bound(key);
        if partition_at == run.top.count() {
            return Self::end(run, source);
        }
        let partition = run.partition(source, partition_at)?;
        let block_at = partition.index.lower_bound(key);
        let block = run.data(source, &partition.index, block_at)?;
        let at = block.lower_bound(key);
        Ok(Self { partition_at, block_at, at, partition, block, ahead: VecDeque::new(), reads: 1 })
    }

    /// The place behind all entries.
    ///
    /// # Errors
    /// `corrupt`; those of the storage.
    pub(crate) fn end(run: &Run, source: &mut impl Source) -> Result<Self> {
        let partition_at = run.top.count() - 1;
        let partition = run.partition(source, partition_at)?;
        let block_at = partition.index.count() - 1;
        let block = run.data(source, &partition.index, block_at)?;
        let at = block.count();
        Ok(Self { partition_at, block_at, at, partition, block, ahead: VecDeque::new(), reads: 1 })
    }

    /// The entry behind the place, which moves behind it. None at the end.
    ///
    /// # Errors
    /// `corrupt`; those of the storage. The place stays.
    pub(crate) fn next(&mut self, run: &Run, source: &mut impl Source) -> Result<Option<Hit>> {
        if self.at == self.block.count() && !self.enter_next(run, source)? {
            return Ok(None);
        }
        Ok(self.nth_in_block(0))
    }

    /// The entry of the block before which so many are behind the place, which moves behind it. None behind the end of the block.
    pub(crate) fn nth_in_block(&mut self, nth: usize) -> Option<Hit> {
        let at = self.at + nth;
        self.at = (at + 1).min(self.block.count());
        (at < self.at).then(|| Hit { block: Arc::clone(&self.block), at })
    }

    /// The entry before the place, which moves before it. None at the beginning.
    ///
    /// # Errors
    /// `corrupt`; those of the storage. The place stays.
    pub(crate) fn previous(&mut self, run: &Run, source: &mut impl Source) -> Result<Option<Hit>> {
        if self.at == 0 && !self.enter_previous(run, source)? {
            return Ok(None);
        }
        Ok(self.nth_in_block_backward(0))
    }

    /// As [`Self::nth_in_block`], of those before the place. None before the beginning of the block.
    pub(crate) fn nth_in_block_backward(&mut self, nth: usize) -> Option<Hit> {
        self.at = self.at.checked_sub(1 + nth)?;
        Some(Hit { block: Arc::clone(&self.block), at: self.at })
    }

    /// Where the block is that the last entry was in.
    pub(crate) fn block_offset(&self) -> u64 {
        block_ref(&self.partition.index, self.block_at).offset
    }

    /// Goes to the beginning of the next block; answers whether there is one.
    fn enter_next(&mut self, run: &Run, source: &mut impl Source) -> Result<bool> {
        if self.block_at + 1 < self.partition.index.count() {
            self.block = self.next_block(run, source)?;
            self.block_at += 1;
        } else if self.partition_at + 1 < run.top.count() {
            let partition = run.partition(source, self.partition_at + 1)?;
            let block = run.data(source, &partition.index, 0)?;
            self.check_order(run, &self.block, &block)?;
            self.partition_at += 1;
            self.block_at = 0;
            (self.partition, self.block) = (partition, block);
        } else {
            return Ok(false);
        }
        self.at = 0;
        Ok(true)
    }

    /// The next block of the partition, which has one.
    fn next_block(&mut self, run: &Run, source: &mut impl Source) -> Result<Arc<Block>> {
        if let Some(block) = self.ahead.pop_front() {
            return Ok(block);
        }
        let (block, ahead) = run.data_ahead(source, &self.partition.index, self.block_at + 1, self.reads)?;
        self.ahead = ahead;
        self.reads = (2 * self.reads).min(BLOCKS_AHEAD);
        Ok(block)
    }

    /// Goes to the end of the block before; answers whether there is one.
    fn enter_previous(&mut self, run: &Run, source: &mut impl Source) -> Result<bool> {
        if let Some(block_at) = self.block_at.checked_sub(1) {
            self.block = run.data(source, &self.partition.index, block_at)?;
            self.block_at = block_at;
        } else if let Some(partition_at) = self.partition_at.checked_sub(1) {
            let partition = run.partition(source, partition_at)?;
            let block_at = partition.index.count() - 1;
            let block = run.data(source, &partition.index, block_at)?;
            self.check_order(run, &block, &self.block)?;
            (self.partition_at, self.block_at) = (partition_at, block_at);
            (self.partition, self.block) = (partition, block);
        } else {
            return Ok(false);
        }
        self.ahead.clear();
        self.at = self.block.count();
        Ok(true)
    }

    /// Within a partition the index has been compared with; between two nothing else has.
    fn check_order(&self, run: &Run, before: &Block, after: &Block) -> Result<()> {
        let last = before.key(before.count() - 1);
        let offset = run.partition_ref(self.partition_at).index.offset;
        if after.compare(0, &last).is_gt() {
            Ok(())
        } else {
            Err(run.damage(offset, "keys of another partition"))
        }
    }
}
