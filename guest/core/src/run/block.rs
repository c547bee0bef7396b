//! The bytes of a block, read: one layout for data, index and top.
//!
//! | at | bytes | field |
//! |---|---|---|
//! | 0  | 1  | 1 data, 2 index, 3 top |
//! | 1  | 1  | w: bytes of a version's difference |
//! | 2  | 2  | n: entries |
//! | 4  | 2  | p: bytes that all keys begin with |
//! | 6  | 2  | 0 |
//! | 8  | 8  | lowest version |
//! | 16 | p  | those bytes |
//! |    | 2n | where each key's rest ends |
//! |    | 4n | where each value ends |
//! |    | n  | kinds |
//! |    | wn | versions less the lowest |
//! |    |    | the keys' rests, then the values |
//!
//! Everything is checked when a block is taken apart, once, which is little beside its checksum. What is asked of it afterwards
//! cannot fail.

use super::block_ref::{BlockRef, PartitionRef};
use super::entry::{RunEntry, RunEntryKind};
use crate::limits::RUN_KEY_BYTES_MAX;
use std::cmp::Ordering;
use std::ops::Range;

/// Bytes before the common beginning of the keys.
pub(crate) const HEAD_BYTES: usize = 16;

/// What the entries of a block are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BlockRole {
    /// Entries of the run.
    Data,
    /// The last key of each data block, and where that block is.
    Index,
    /// The last key of each index block, and where that block and its filter are.
    Top,
}

/// A block that has been checked. Its entries count from 0.
#[derive(Debug)]
pub(crate) struct Block {
    bytes: Vec<u8>,
    count: usize,
    version_bytes: usize,
    lowest_version: u64,
    /// Where its parts begin; the common beginning of the keys ends where the ends of the keys begin.
    key_ends: usize,
    value_ends: usize,
    kinds: usize,
    versions: usize,
    keys: usize,
    values: usize,
}

impl BlockRole {
    pub(crate) fn byte(self) -> u8 {
        match self {
            Self::Data => 1,
            Self::Index => 2,
            Self::Top => 3,
        }
    }

    /// Is an entry one of such a block? An index has no versions.
    fn takes(self, entry: &RunEntry<'_>) -> bool {
        let is_index = entry.kind == RunEntryKind::Value && entry.version == 0;
        match self {
            Self::Data => true,
            Self::Index => is_index && BlockRef::decode(entry.value).is_some(),
            Self::Top => is_index && PartitionRef::decode(entry.value).is_some(),
        }
    }
}

impl Block {
    /// Takes a block apart, or says what is wrong with it.
    pub(crate) fn decode(bytes: Vec<u8>, role: BlockRole) -> Result<Self, &'static str> {
        let Some(&[of, version_bytes, n0, n1, p0, p1, f0, f1, ref lowest @ ..]) =
            bytes.first_chunk::<HEAD_BYTES>()
        else {
            return Err("a block without a head");
        };
        if of != role.byte() {
            return Err("a block of another role");
        }
        if [f0, f1] != [0; 2] {
            return Err("a block of a form that this version does not read");
        }
        let count = usize::from(u16::from_le_bytes([n0, n1]));
        let key_ends = HEAD_BYTES + usize::from(u16::from_le_bytes([p0, p1]));
        let version_bytes = usize::from(version_bytes);
        if count == 0 || version_bytes > 8 {
            return Err("a block that no writer makes");
        }
        // At most 2^16 entries of 15 bytes each: nothing here overflows.
        let value_ends = key_ends + 2 * count;
        let kinds = value_ends + 4 * count;
        let versions = kinds + count;
        let keys = versions + version_bytes * count;
        let lowest_version = u64::from_le_bytes(*lowest);
        Self {
            bytes,
            count,
            version_bytes,
            lowest_version,
            key_ends,
            value_ends,
            kinds,
            versions,
            keys,
            values: keys,
        }
        .checked(role)
    }

    fn checked(mut self, role: BlockRole) -> Result<Self, &'static str> {
        if self.keys > self.bytes.len() {
            return Err("a block that is shorter than its tables");
        }
        self.values = self.keys + self.key_end(self.count);
        if self.values.checked_add(self.value_end(self.count)) != Some(self.bytes.len()) {
            return Err("a block of another length than its entries");
        }
        self.check_entries(role)?;
        Ok(self)
    }

    /// Goes through the tables once, side by side.
    fn check_entries(&self, role: BlockRole) -> Result<(), &'static str> {
        let part = |from: usize, to: usize| self.bytes.get(from..to).unwrap_or_default();
        let (keys, values) = (part(self.keys, self.values), part(self.values, self.bytes.len()));
        let (key_ends, _) = part(self.key_ends, self.value_ends).as_chunks::<2>();
        let (value_ends, _) = part(self.value_ends, self.kinds).as_chunks::<4>();
        let kinds = part(self.kinds, self.versions);
        let rest_bytes_max = RUN_KEY_BYTES_MAX.saturating_sub(self.prefix().len());
        let (mut key_at, mut value_at, mut before) = (0, 0, None);
        for (at, ((key_end, value_end), kind)) in key_ends.iter().zip(value_ends).zip(kinds).enumerate() {
            let key_end = usize::from(u16::from_le_bytes(*key_end));
            let value_end = usize::try_from(u32::from_le_bytes(*value_end)).unwrap_or(usize::MAX);
            let (Some(rest), Some(value)) = (keys.get(key_at..key_end), values.get(value_at..value_end))
            else {
                return Err("an entry that ends before it begins");
            };
            if before.is_some_and(|before| before >= rest) {
                return Err("keys that do not rise");
            }
            if rest.len() > rest_bytes_max {
                return Err("a key that is too long");
            }
            let Some(kind) = RunEntryKind::from_byte(*kind) else {
                return Err("an entry of a kind that this version does not read");
            };
            let Some(version) = self.lowest_version.checked_add(self.version_above_lowest(at)) else {
                return Err("a version that no commit has");
            };
            // Of its key only the length is looked at there, and that was here.
            let entry = RunEntry { key: rest, version, kind, value };
            if let Some(fault) = entry.fault() {
                return Err(fault);
            }
            if !role.takes(&entry) {
                return Err("an entry of an index that points at nothing");
            }
            (key_at, value_at, before) = (key_end, value_end, Some(rest));
        }
        Ok(())
    }

    /// How many entries it has, 1 or more.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// What all keys begin with.
    fn prefix(&self) -> &[u8] {
        self.bytes.get(HEAD_BYTES..self.key_ends).unwrap_or_default()
    }

    /// The key of an entry behind what all begin with.
    #[inline]
    fn rest(&self, at: usize) -> &[u8] {
        self.bytes.get(self.keys + self.key_end(at)..self.keys + self.key_end(at + 1)).unwrap_or_default()
    }

    /// Where the rests of so many keys end.
    #[inline]
    fn key_end(&self, count: usize) -> usize {
        let Some(at) = count.checked_sub(1) else { return 0 };
        let end = self.bytes.get(self.key_ends + 2 * at..).and_then(<[u8]>::first_chunk);
        end.map_or(0, |end| usize::from(u16::from_le_bytes(*end)))
    }

    /// Where so many values end.
    #[inline]
    fn value_end(&self, count: usize) -> usize {
        let Some(at) = count.checked_sub(1) else { return 0 };
        let end = self.bytes.get(self.value_ends + 4 * at..).and_then(<[u8]>::first_chunk);
        end.and_then(|end| usize::try_from(u32::from_le_bytes(*end)).ok()).unwrap_or_default()
    }

    #[inline]
    fn value_range(&self, at: usize) -> Option<Range<usize>> {
        Some(self.values.checked_add(self.value_end(at))?..self.values.checked_add(self.value_end(at + 1))?)
    }

    #[inline]
    fn version_above_lowest(&self, at: usize) -> u64 {
        let start = self.versions + at * self.version_bytes;
        let bytes = self.bytes.get(start..start + self.version_bytes).unwrap_or_default();
        bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    /// Compares the key of an entry with another one.
    pub(crate) fn compare(&self, at: usize, key: &[u8]) -> Ordering {
        compare_parts(key, self.prefix(), self.rest(at)).reverse()
    }

    /// Compares the keys of two entries.
    pub(crate) fn compare_entries(&self, at: usize, other: &Self, other_at: usize) -> Ordering {
        let (one, two) = (self.prefix(), other.prefix());
        let common = one.len().min(two.len());
        let (Some((one, one_more)), Some((two, two_more))) =
            (one.split_at_checked(common), two.split_at_checked(common))
        else {
            return Ordering::Equal;
        };
        let (rest, other_rest) = (self.rest(at), other.rest(other_at));
        // At most one of the two has more in common than that.
        one.cmp(two).then_with(|| match (one_more.is_empty(), two_more.is_empty()) {
            (true, true) => rest.cmp(other_rest),
            (true, false) => compare_parts(rest, two_more, other_rest),
            (false, _) => compare_parts(other_rest, one_more, rest).reverse(),
        })
    }

    /// Adds the key of an entry to `out`.
    pub(crate) fn append_key(&self, at: usize, out: &mut Vec<u8>) {
        out.extend_from_slice(self.prefix());
        out.extend_from_slice(self.rest(at));
    }

    pub(crate) fn key(&self, at: usize) -> Vec<u8> {
        self.key_from(at, 0)
    }

    /// The key of an entry without so many bytes at its beginning.
    pub(crate) fn key_from(&self, at: usize, from: usize) -> Vec<u8> {
        let (prefix, rest) = (self.prefix(), self.rest(at));
        match prefix.get(from..) {
            Some(prefix) => [prefix, rest].concat(),
            None => rest.get(from - prefix.len()..).unwrap_or_default().to_vec(),
        }
    }

    /// The first byte of the key of an entry: its table.
    pub(crate) fn first_byte(&self, at: usize) -> Option<u8> {
        self.prefix().first().or_else(|| self.rest(at).first()).copied()
    }

    pub(crate) fn kind(&self, at: usize) -> RunEntryKind {
        let kind = self.bytes.get(self.kinds + at).copied().and_then(RunEntryKind::from_byte);
        // INVARIANT: it was looked at when the block was taken apart. What expires is refused.
        kind.unwrap_or(RunEntryKind::Expiring)
    }

    /// Those of some entries that are before the first one without a value, or backward behind the last one.
    pub(crate) fn valued(&self, entries: Range<usize>, is_forward: bool) -> Range<usize> {
        let is_valued = |at: &usize| matches!(self.kind(*at), RunEntryKind::Value | RunEntryKind::Pointer);
        let Range { start, end } = entries;
        if is_forward {
            start..start + (start..end).take_while(is_valued).count()
        } else {
            end - (start..end).rev().take_while(is_valued).count()..end
        }
    }

    pub(crate) fn version(&self, at: usize) -> u64 {
        self.lowest_version.saturating_add(self.version_above_lowest(at))
    }

    #[inline]
    pub(crate) fn value(&self, at: usize) -> &[u8] {
        self.value_range(at).and_then(|range| self.bytes.get(range)).unwrap_or_default()
    }

    /// Bytes that an entry takes in the block.
    pub(crate) fn entry_bytes(&self, at: usize) -> usize {
        let in_tables = 2 + 4 + 1 + self.version_bytes;
        in_tables + self.rest(at).len() + self.value(at).len()
    }

    /// The last eight bytes of the key of an entry, as a number, where so many bytes stand before them.
    pub(crate) fn number_behind(&self, at: usize, bytes_before: usize) -> Option<u64> {
        let (prefix, rest) = (self.prefix(), self.rest(at));
        let length = bytes_before + size_of::<u64>();
        if prefix.len() + rest.len() != length {
            return None;
        }
        let in_prefix = prefix.get(bytes_before..).unwrap_or_default();
        let in_rest = rest.get(bytes_before.saturating_sub(prefix.len())..).unwrap_or_default();
        Some(in_prefix.iter().chain(in_rest).fold(0, |number, byte| number << 8 | u64::from(*byte)))
    }

    /// Where the value of an entry begins.
    pub(crate) fn value_offset(&self, at: usize) -> u64 {
        self.value_range(at).map_or(0, |range| range.start as u64)
    }

    /// An entry, with room for its key.
    pub(crate) fn entry<'a>(&'a self, at: usize, key: &'a mut Vec<u8>) -> RunEntry<'a> {
        key.clear();
        self.append_key(at, key);
        RunEntry { key, version: self.version(at), kind: self.kind(at), value: self.value(at) }
    }

    /// The entry of a key; where there is none, that of the next key, or how many there are.
    pub(crate) fn search(&self, key: &[u8]) -> Result<usize, usize> {
        let prefix = self.prefix();
        let rest = match key.split_at_checked(prefix.len()) {
            Some((begin, rest)) if begin == prefix => rest,
            _ if key < prefix => return Err(0),
            _ => return Err(self.count),
        };
        let (mut low, mut high) = (0, self.count);
        while low < high {
            let middle = low.midpoint(high);
            match self.rest(middle).cmp(rest) {
                Ordering::Less => low = middle + 1,
                Ordering::Equal => return Ok(middle),
                Ordering::Greater => high = middle,
            }
        }
        Err(low)
    }

    /// The first entry whose key is this one or a later one; how many there are where that is none.
    pub(crate) fn lower_bound(&self, key: &[u8]) -> usize {
        self.search(key).unwrap_or_else(|next| next)
    }
}

/// Compares a key with another one that is in two parts.
fn compare_parts(key: &[u8], begin: &[u8], rest: &[u8]) -> Ordering {
    let begin_of_key = key.get(..begin.len()).unwrap_or(key);
    begin_of_key.cmp(begin).then_with(|| key.get(begin.len()..).unwrap_or_default().cmp(rest))
}
