//! A walk through a file of a run: every block is read, and every key looked up as a reader looks it up. So `verify` finds what is
//! damaged, and `repair` what is whole and which keys are lost.

use super::block::{Block, BlockRole};
use super::block_writer::encode_again;
use super::filter::{Filter, hash};
use super::reader::{OTHER_LAST_KEY, Run, Source, block_ref};
use crate::error::{Damage, Error, Result};
use std::collections::VecDeque;
use std::sync::Arc;

/// A part of a file, in the order of its keys.
#[derive(Debug)]
pub(crate) enum WalkedPart {
    /// A data block and all that leads to it.
    Whole(Arc<Block>),
    /// What is wrong, and the keys that are lost by it; none where it holds no keys.
    Damaged(Damage, Option<LostKeys>),
}

/// Keys whose entries cannot be read.
#[derive(Clone, Debug)]
pub(crate) struct LostKeys {
    /// They are behind this key; where it is none, from the first one of the file on.
    pub(crate) behind: Option<Vec<u8>>,
    pub(crate) last: Vec<u8>,
    filter: Option<Arc<Filter>>,
}

impl LostKeys {
    /// All keys from the first one of a file on.
    pub(crate) fn up_to(last: &[u8]) -> Self {
        Self { behind: None, last: last.to_vec(), filter: None }
    }

    /// May a key of the range have been one of them? Where the filter can be read, it proves of most that they were not.
    pub(crate) fn may_contain(&self, key: &[u8]) -> bool {
        self.filter.as_ref().is_none_or(|filter| filter.may_contain(hash(key)))
    }
}

/// A place in a file, from its beginning to its end. What is behind a damaged block is looked at, too.
#[derive(Debug)]
pub(crate) struct Walk {
    tally: Tally,
    /// The next partition, and the one whose blocks are looked at.
    partition_at: usize,
    partition: Option<WalkedPartition>,
    /// Damage that was met and not given yet.
    met: VecDeque<(Damage, Option<LostKeys>)>,
    is_over: bool,
}

/// A partition whose index is whole.
#[derive(Debug)]
struct WalkedPartition {
    at: usize,
    index: Block,
    filter: Option<Arc<Filter>>,
    block_at: usize,
}

/// What was met so far.
#[derive(Debug, Default)]
struct Tally {
    entries: u64,
    /// None before the first entry.
    versions: Option<(u64, u64)>,
    /// The last key.
    last: Option<Vec<u8>>,
    /// Where the next block begins; none behind a partition that could not be read.
    offset: Option<u64>,
    /// Was something damaged? Then there is nothing to compare the footer with.
    is_damaged: bool,
}

/// Reads a run and reports all damage.
///
/// # Errors
/// Those of the storage.
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) fn verify(run: &Run, source: &mut impl Source, report: &mut impl FnMut(Damage)) -> Result<()> {
    let mut walk = Walk::new(run)?;
    while let Some(part) = walk.next(run, source)? {
        if let WalkedPart::Damaged(damage, _) = part {
            report(damage);
        }
    }
    Ok(())
}

/// What a block is that reads as it should and was not written so.
const OTHER_BYTES: &str = "a block that no writer makes";

impl Walk {
    /// Before the first block.
    ///
    /// # Errors
    /// Memory.
    pub(crate) fn new(run: &Run) -> Result<Self> {
        let tally = Tally { offset: Some(0), ..Tally::default() };
        let mut walk = Self { tally, partition_at: 0, partition: None, met: VecDeque::new(), is_over: false };
        if encode_again(&run.top, BlockRole::Top)? != run.top.bytes() {
            walk.meet(run.damage(run.footer.top.offset, OTHER_BYTES), None)?;
        }
        Ok(walk)
    }

    /// The next part; none at the end.
    ///
    /// # Errors
    /// Those of the storage. Damage is none.
    pub(crate) fn next(&mut self, run: &Run, source: &mut impl Source) -> Result<Option<WalkedPart>> {
        loop {
            if let Some((damage, lost)) = self.met.pop_front() {
                return Ok(Some(WalkedPart::Damaged(damage, lost)));
            }
            if let Some(partition) = self.partition.take() {
                if let Some(block) = self.next_block(run, source, partition)? {
                    return Ok(Some(WalkedPart::Whole(block)));
                }
            } else if self.partition_at < run.top.count() {
                self.enter_partition(run, source)?;
            } else if self.is_over {
                return Ok(None);
            } else {
                self.is_over = true;
                if let Some(reason) = self.tally.fault(run) {
                    self.meet(run.damage(run.footer.top.offset, reason), None)?;
                }
            }
        }
    }

    /// Entries that were whole.
    pub(crate) fn entries(&self) -> u64 {
        self.tally.entries
    }

    fn enter_partition(&mut self, run: &Run, source: &mut impl Source) -> Result<()> {
        let at = self.partition_at;
        self.partition_at += 1;
        let (index, filter) = match run.partition_parts(source, at) {
            Ok((index, filter)) => (index.and_then(|index| self.check_index(run, at, index)), filter),
            Err(error) => return self.lose(error, run.top.key(at), None),
        };
        let (filter, fault) = match filter {
            Ok(filter) => (Some(Arc::new(filter)), None),
            Err(error) => (None, Some(error)),
        };
        match index {
            Ok(index) => {
                self.tally.offset = block_ref(&index, index.count() - 1).end();
                self.partition = Some(WalkedPartition { at, index, filter, block_at: 0 });
            }
            Err(error) => {
                self.tally.offset = None;
                self.lose(error, run.top.key(at), filter)?;
            }
        }
        fault.map_or(Ok(()), |error| self.meet(error, None))
    }

    fn check_index(&self, run: &Run, at: usize, index: Block) -> Result<Block> {
        let damage = |reason| Err(run.damage(run.partition_ref(at).index.offset, reason));
        if encode_again(&index, BlockRole::Index)? != index.bytes() {
            return damage(OTHER_BYTES);
        }
        let begin = block_ref(&index, 0).offset;
        if self.tally.offset.is_some_and(|offset| offset != begin) {
            return damage("blocks that do not follow those of the partition before");
        }
        Ok(index)
    }

    /// The next block of a partition, if it is whole, and the partition as the one to go on with, until it is passed.
    fn next_block(
        &mut self,
        run: &Run,
        source: &mut impl Source,
        mut partition: WalkedPartition,
    ) -> Result<Option<Arc<Block>>> {
        let block_at = partition.block_at;
        if block_at == partition.index.count() {
            return Ok(None);
        }
        partition.block_at += 1;
        let read = run.data(source, &partition.index, block_at);
        let checked = read.and_then(|block| {
            check_block(run, &partition, block_at, &block, &mut self.tally)?;
            Ok(block)
        });
        let block = match checked {
            Ok(block) => Some(block),
            Err(error) => {
                self.lose(error, partition.index.key(block_at), partition.filter.clone())?;
                None
            }
        };
        self.partition = Some(partition);
        Ok(block)
    }

    /// Meets damage by which the keys up to this one are lost.
    fn lose(&mut self, error: Error, last: Vec<u8>, filter: Option<Arc<Filter>>) -> Result<()> {
        let behind = self.tally.last.clone();
        self.tally.last = behind.clone().max(Some(last.clone()));
        self.meet(error, Some(LostKeys { behind, last, filter }))
    }

    /// Takes damage; another error ends the walk.
    fn meet(&mut self, error: Error, lost: Option<LostKeys>) -> Result<()> {
        let Error::Corrupt(damage) = error else { return Err(error) };
        self.tally.is_damaged = true;
        self.met.push_back((damage, lost));
        Ok(())
    }
}

/// Counts the entries of a block where nothing is wrong with them.
fn check_block(
    run: &Run,
    partition: &WalkedPartition,
    block_at: usize,
    block: &Block,
    tally: &mut Tally,
) -> Result<()> {
    let damage = |reason| Err(run.damage(block_ref(&partition.index, block_at).offset, reason));
    if encode_again(block, BlockRole::Data)? != block.bytes() {
        return damage(OTHER_BYTES);
    }
    if tally.last.is_none() && block.compare(0, &run.first_key).is_ne() {
        return damage("another first key than the run is named with");
    }
    if tally.last.as_ref().is_some_and(|last| block.compare(0, last).is_le()) {
        return damage("keys that do not rise");
    }
    let (mut key, mut versions) = (Vec::new(), tally.versions);
    for at in 0..block.count() {
        let entry = block.entry(at, &mut key);
        if partition.filter.as_ref().is_some_and(|filter| !filter.may_contain(hash(entry.key))) {
            return damage("a key that its filter does not know");
        }
        let found =
            (run.top.lower_bound(entry.key), partition.index.lower_bound(entry.key), block.search(entry.key));
        if found != (partition.at, block_at, Ok(at)) {
            return damage("a key that its index does not lead to");
        }
        let (lowest, highest) = versions.unwrap_or((entry.version, entry.version));
        versions = Some((lowest.min(entry.version), highest.max(entry.version)));
    }
    tally.entries += block.count() as u64;
    (tally.versions, tally.last) = (versions, Some(block.key(block.count() - 1)));
    Ok(())
}

impl Tally {
    /// What the footer says otherwise.
    fn fault(&self, run: &Run) -> Option<&'static str> {
        let footer = &run.footer;
        if self.is_damaged {
            None
        } else if self.entries != footer.entries {
            Some("another count of entries than the footer has")
        } else if self.versions != Some((footer.lowest_version, footer.highest_version)) {
            Some("other versions than the footer has")
        } else if self.last.as_ref() != Some(&run.last_key) {
            Some(OTHER_LAST_KEY)
        } else {
            None
        }
    }
}
