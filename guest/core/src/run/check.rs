//! Is a run whole? Every block is read, and every key looked up as a reader looks it up.

use super::block::{Block, BlockRole};
use super::block_writer::encode_again;
use super::entry::RunEntryKind;
use super::filter::hash;
use super::reader::{OTHER_LAST_KEY, Partition, Run, Source, block_ref};
use crate::error::{Damage, Error, Result};

/// What was met so far.
#[derive(Debug, Default)]
struct Tally {
    entries: u64,
    lost: u64,
    /// None before the first entry.
    versions: Option<(u64, u64)>,
    /// The last key that an entry spoke of.
    last: Option<Vec<u8>>,
    /// Where the next block begins; none behind a partition that could not be read.
    offset: Option<u64>,
    /// Was something damaged? Then there is nothing to compare the footer with.
    is_damaged: bool,
}

/// Reads a run and reports all damage. What is behind a damaged block is looked at, too.
///
/// # Errors
/// Those of the storage.
pub(crate) fn verify(run: &Run, source: &mut impl Source, report: &mut impl FnMut(Damage)) -> Result<()> {
    let mut tally = Tally { offset: Some(0), ..Tally::default() };
    let again = encode_again(&run.top, BlockRole::Top)?;
    if again != run.top.bytes() {
        tally.met(run.damage(run.footer.top.offset, OTHER_BYTES), report)?;
    }
    for at in 0..run.top.count() {
        let checked = match run.partition(source, at) {
            Ok(partition) => check_partition(run, source, at, &partition, &mut tally, report),
            Err(error) => Err(error),
        };
        if let Err(error) = checked {
            tally.met(error, report)?;
            (tally.offset, tally.last) = (None, Some(run.top.key(at)));
        }
    }
    match tally.fault(run) {
        Some(reason) => tally.met(run.damage(run.footer.top.offset, reason), report),
        None => Ok(()),
    }
}

/// What a block is that reads as it should and was not written so.
const OTHER_BYTES: &str = "a block that no writer makes";

fn check_partition(
    run: &Run,
    source: &mut impl Source,
    at: usize,
    partition: &Partition,
    tally: &mut Tally,
    report: &mut impl FnMut(Damage),
) -> Result<()> {
    let index = &partition.index;
    let damage = |reason| run.damage(run.partition_ref(at).index.offset, reason);
    if encode_again(index, BlockRole::Index)? != index.bytes() {
        return Err(damage(OTHER_BYTES));
    }
    let begin = block_ref(index, 0).offset;
    if tally.offset.is_some_and(|offset| offset != begin) {
        return Err(damage("blocks that do not follow those of the partition before"));
    }
    for block_at in 0..index.count() {
        let checked = match run.data(source, index, block_at) {
            Ok(block) => check_block(run, (at, partition), block_at, &block, tally),
            Err(error) => Err(error),
        };
        if let Err(error) = checked {
            tally.met(error, report)?;
            tally.last = Some(index.key(block_at));
        }
    }
    tally.offset = block_ref(index, index.count() - 1).end();
    Ok(())
}

fn check_block(
    run: &Run,
    (partition_at, partition): (usize, &Partition),
    block_at: usize,
    block: &Block,
    tally: &mut Tally,
) -> Result<()> {
    let damage = |reason| Err(run.damage(block_ref(&partition.index, block_at).offset, reason));
    if encode_again(block, BlockRole::Data)? != block.bytes() {
        return damage(OTHER_BYTES);
    }
    let mut key = Vec::new();
    for at in 0..block.count() {
        let entry = block.entry(at, &mut key);
        if tally.last.as_deref().is_some_and(|last| last >= entry.key) {
            return damage("keys that do not rise");
        }
        if !partition.filter.may_contain(hash(entry.key)) {
            return damage("a key that its filter does not know");
        }
        let found =
            (run.top.lower_bound(entry.key), partition.index.lower_bound(entry.key), block.search(entry.key));
        if found != (partition_at, block_at, Ok(at)) {
            return damage("a key that its index does not lead to");
        }
        tally.entries += 1;
        tally.lost += u64::from(entry.kind == RunEntryKind::Lost);
        let (lowest, highest) = tally.versions.unwrap_or((entry.version, entry.version));
        tally.versions = Some((lowest.min(entry.version), highest.max(entry.version)));
        if tally.last.is_none() && entry.key != run.first_key {
            return damage("another first key than the run is named with");
        }
        tally.last = Some(entry.last_key().to_vec());
    }
    Ok(())
}

impl Tally {
    /// Reports damage; another error ends it.
    fn met(&mut self, error: Error, report: &mut impl FnMut(Damage)) -> Result<()> {
        let Error::Corrupt(damage) = error else { return Err(error) };
        self.is_damaged = true;
        report(damage);
        Ok(())
    }

    /// What the footer says otherwise.
    fn fault(&self, run: &Run) -> Option<&'static str> {
        let footer = &run.footer;
        if self.is_damaged {
            None
        } else if (self.entries, self.lost) != (footer.entries, u64::from(footer.lost)) {
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
