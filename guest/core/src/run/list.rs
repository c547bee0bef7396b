//! The list of runs: what a manifest says of them (docs/format.md, "The list of runs").
//!
//! Runs stand newest first: what one says of a key hides what those behind it say. Runs that are being merged into another one stand
//! right behind that. It has their keys up to its own last one, and of them only what is above counts, so that it does not matter
//! which of the two is asked first.

use super::RunFile;
use super::value::{self, ValueBytes};
use crate::codec::varint;
use crate::limits::{COUNT_END, RUN_KEY_BYTES_MAX};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A file of a run, and how much of it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ListedFile {
    pub(crate) file: RunFile,
    /// The lowest key that counts, where that is not the first one: what is below has been merged into another run.
    pub(crate) from: Option<Vec<u8>>,
}

/// A run: files in the order of their keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ListedRun {
    /// One or more.
    pub(crate) files: Vec<ListedFile>,
    /// How many of the runs right behind it are being merged into it.
    pub(crate) inputs: usize,
    /// What its entries have in other files. It may be more than they have; where it were less, a file could go that has one of them.
    pub(crate) values: ValueBytes,
}

/// All runs, newest first. Copies share them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Runs {
    pub(crate) runs: Vec<Arc<ListedRun>>,
    /// Files that are no part of a run any more, and have values of entries: their lengths, by their numbers.
    pub(crate) kept: BTreeMap<u64, u64>,
}

/// An estimate of what is in runs and of no use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Garbage {
    /// Bytes that newer entries hide.
    pub(crate) hidden_bytes: u64,
    /// Bytes of entries of which the rows of their segments no longer speak.
    pub(crate) dead_bytes: u64,
}

impl Garbage {
    pub(crate) fn bytes(self) -> u64 {
        self.hidden_bytes.saturating_add(self.dead_bytes)
    }

    pub(crate) fn and(self, more: Self) -> Self {
        Self {
            hidden_bytes: self.hidden_bytes.saturating_add(more.hidden_bytes),
            dead_bytes: self.dead_bytes.saturating_add(more.dead_bytes),
        }
    }

    /// What is left of it once some runs are in the place of others: what was left out was garbage, and what was copied and still stands
    /// in its file, too, has become some. Behind a merge of all runs an estimate that was too high ends.
    pub(crate) fn behind(self, before: &Runs, after: &Runs) -> Self {
        let (was, is) = (before.length_bytes(), after.length_bytes());
        let gone = was.saturating_sub(is);
        let hidden_bytes = self.hidden_bytes.saturating_add(is.saturating_sub(was)).saturating_sub(gone);
        let dead_bytes = self.dead_bytes.saturating_sub(gone.saturating_sub(self.hidden_bytes));
        // No store has as many bytes as there are counts.
        let most = is.min(COUNT_END - 1);
        Self {
            hidden_bytes: hidden_bytes.min(after.garbage_bytes_max()).min(most),
            dead_bytes: if after.runs.len() > 1 { dead_bytes.min(most) } else { 0 },
        }
    }
}

impl ListedFile {
    /// All of a file.
    pub(crate) fn whole(file: RunFile) -> Self {
        Self { file, from: None }
    }

    /// The lowest key that it may say something of.
    pub(crate) fn lowest_key(&self) -> &[u8] {
        self.from.as_ref().unwrap_or(&self.file.first_key)
    }

    /// Could a store have written it?
    fn is_sound(&self) -> bool {
        let RunFile { first_key, last_key, .. } = &self.file;
        // Behind the longest key there is one that is longer by a byte.
        let from_is_sound = |from: &Vec<u8>| first_key < from && from.len() <= RUN_KEY_BYTES_MAX + 1;
        let key_is_sound = |key: &Vec<u8>| key.len() <= RUN_KEY_BYTES_MAX;
        key_is_sound(first_key)
            && key_is_sound(last_key)
            && self.from.as_ref().is_none_or(from_is_sound)
            && self.lowest_key() <= last_key.as_slice()
    }

    fn encode(&self, out: &mut Vec<u8>) {
        let RunFile { number, length_bytes, entries, footer_crc, first_key, last_key, has_larger } =
            &self.file;
        [*number, *length_bytes, *entries].into_iter().for_each(|number| varint::encode(number, out));
        out.extend_from_slice(&footer_crc.to_le_bytes());
        out.push(u8::from(self.from.is_some()) | u8::from(*has_larger) << 1);
        for key in [Some(first_key), Some(last_key), self.from.as_ref()].into_iter().flatten() {
            varint::encode(key.len() as u64, out);
            out.extend_from_slice(key);
        }
    }

    fn decode(rest: &mut &[u8]) -> Option<Self> {
        let (number, length_bytes) = (count(rest)?, count(rest)?);
        let entries = count(rest).filter(|entries| *entries > 0)?;
        let (crc, behind) = rest.split_first_chunk()?;
        let (flags, behind) = behind.split_first().filter(|(flags, _)| **flags < 4)?;
        *rest = behind;
        let footer_crc = u32::from_le_bytes(*crc);
        let (first_key, last_key) = (key(rest)?, key(rest)?);
        let from = if flags & 1 == 1 { Some(key(rest)?) } else { None };
        let has_larger = flags & 2 == 2;
        let file = RunFile { number, length_bytes, entries, footer_crc, first_key, last_key, has_larger };
        Some(Self { file, from }).filter(Self::is_sound)
    }
}

impl ListedRun {
    /// A run of these files, whose entries have all that they have in them.
    pub(crate) fn new(files: Vec<ListedFile>) -> Self {
        Self { files, inputs: 0, values: ValueBytes::new() }
    }

    /// The file that says what the run says of a key.
    pub(crate) fn file_of(&self, key: &[u8]) -> Option<&ListedFile> {
        let at = self.files.partition_point(|file| file.file.last_key.as_slice() < key);
        self.files.get(at).filter(|file| file.lowest_key() <= key)
    }

    pub(crate) fn length_bytes(&self) -> u64 {
        self.files.iter().fold(0, |sum, file| sum.saturating_add(file.file.length_bytes))
    }

    fn bytes_with_values(&self) -> u64 {
        self.values.values().fold(self.length_bytes(), |sum, bytes| sum.saturating_add(*bytes))
    }

    fn entries(&self) -> u64 {
        self.files.iter().fold(0, |sum, file| sum.saturating_add(file.file.entries))
    }

    /// What is left of it behind a key; none where that is nothing.
    pub(crate) fn behind(&self, last: &[u8]) -> Option<Self> {
        let at = self.files.partition_point(|file| file.file.last_key.as_slice() <= last);
        let mut files = self.files.get(at..)?.to_vec();
        let first = files.first_mut()?;
        if first.lowest_key() <= last {
            first.from = Some(key_behind(last));
        }
        Some(Self { files, inputs: self.inputs, values: self.values.clone() })
    }

    /// Does one of its files have keys between the lowest and the last one of this file?
    pub(crate) fn overlaps(&self, other: &ListedFile) -> bool {
        let at = self.files.partition_point(|file| file.file.last_key.as_slice() < other.lowest_key());
        self.files.get(at).is_some_and(|file| file.lowest_key() <= other.file.last_key.as_slice())
    }

    /// Takes in a file that overlaps none: nothing needs to be copied for that.
    pub(crate) fn insert(&mut self, file: ListedFile) {
        let at = self.files.partition_point(|other| other.file.last_key < file.file.last_key);
        self.files.insert(at, file);
    }
}

impl Runs {
    /// How many runs from this one on are one merge: an output and its inputs. Of a run that is no output, none.
    pub(crate) fn group(&self, at: usize) -> usize {
        self.runs.get(at).filter(|run| run.inputs > 0).map_or(0, |run| run.inputs.saturating_add(1))
    }

    /// The list with a run of these files in the place of one of its runs; without that one where there are none. The merge that it is
    /// the output of has none then, and one that it goes into is of one run less.
    pub(crate) fn with_files(&self, at: usize, files: Vec<ListedFile>) -> Self {
        let mut list = self.clone();
        let Some(run) = list.runs.get(at) else { return list };
        if !files.is_empty() {
            let run = ListedRun { files, ..ListedRun::clone(run) };
            list.runs.splice(at..=at, [Arc::new(run)]);
            return list;
        }
        if let Some(output) = (0..at).find(|output| output + self.group(*output) > at)
            && let Some(output) = list.runs.get_mut(output)
        {
            let inputs = output.inputs - 1;
            Arc::make_mut(output).inputs = inputs;
        }
        list.runs.remove(at);
        list
    }

    /// Bytes of all files.
    pub(crate) fn length_bytes(&self) -> u64 {
        let kept = self.kept.values().copied();
        self.runs.iter().map(|run| run.length_bytes()).chain(kept).fold(0, u64::saturating_add)
    }

    /// What entries hide of others, at most, if the entries of a run are about as long: each that is hidden is so by one that is newer.
    /// And what nothing points at in files that are kept.
    pub(crate) fn garbage_bytes_max(&self) -> u64 {
        let means = self.runs.iter().map(|run| run.bytes_with_values().div_ceil(run.entries().max(1)));
        let newer = self.runs.split_last().map_or(&[][..], |(_, newer)| newer);
        let newer_entries = newer.iter().fold(0_u64, |sum, run| sum.saturating_add(run.entries()));
        let hidden_bytes = newer_entries.saturating_mul(means.max().unwrap_or(0));
        hidden_bytes.saturating_add(self.dead().bytes()).min(self.length_bytes())
    }

    pub(crate) fn files(&self) -> impl Iterator<Item = &ListedFile> {
        self.runs.iter().flat_map(|run| &run.files)
    }

    /// The list with these files, which say the same, in the place of one; `values` is what that had in other files, and what they have.
    pub(crate) fn with_replaced(
        &self,
        number: u64,
        files: impl Iterator<Item = ListedFile>,
        values: (&ValueBytes, &ValueBytes),
    ) -> Self {
        let place = |run: &Arc<ListedRun>| run.files.iter().position(|file| file.file.number == number);
        let found = self.runs.iter().enumerate().find_map(|(at, run)| Some((at, place(run)?, &run.files)));
        let Some((at, file_at, before)) = found else { return self.clone() };
        let mut replaced = before.clone();
        replaced.splice(file_at..=file_at, files);
        let mut list = self.clone();
        if let Some(run) = list.runs.get_mut(at) {
            let run = Arc::make_mut(run);
            value::take(&mut run.values, values.0);
            value::add(&mut run.values, values.1);
        }
        list.with_files(at, replaced)
    }

    /// Adds its bytes to `out`.
    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        varint::encode(self.runs.len() as u64, out);
        for run in &self.runs {
            varint::encode(run.inputs as u64, out);
            encode_numbers(&run.values, out);
            varint::encode(run.files.len() as u64, out);
            run.files.iter().for_each(|file| file.encode(out));
        }
        encode_numbers(&self.kept, out);
    }

    /// Takes a list off the beginning of `rest`. None when it is no list that a store wrote which gives `next_file` to its next file.
    pub(crate) fn decode(rest: &mut &[u8], next_file: u64) -> Option<Self> {
        let mut runs = Self::default();
        // INVARIANT: what is counted is read one by one. No room is made for a number that nothing has proved.
        for _ in 0..count(rest)? {
            let inputs = usize::try_from(count(rest)?).ok()?;
            let values = decode_numbers(rest)?;
            let mut files = Vec::new();
            for _ in 0..count(rest)? {
                files.push(ListedFile::decode(rest)?);
            }
            runs.runs.push(Arc::new(ListedRun { files, inputs, values }));
        }
        runs.kept = decode_numbers(rest)?;
        runs.is_sound(next_file).then_some(runs)
    }

    fn is_sound(&self, next_file: u64) -> bool {
        let mut numbers = BTreeSet::new();
        self.numbers().all(|number| (1..next_file).contains(&number) && numbers.insert(number))
            && self.kept == self.to_be_kept(self)
            && self.runs.iter().flat_map(|run| run.values.keys()).all(|number| numbers.contains(number))
            && self.runs.iter().all(|run| !run.files.is_empty() && are_in_order(&run.files))
            && (0..self.runs.len()).all(|at| self.is_group_sound(at))
    }

    /// Is each input of an output there, above its last key, and not an output itself?
    fn is_group_sound(&self, at: usize) -> bool {
        let group = at.checked_add(self.group(at)).and_then(|end| self.runs.get(at..end));
        let Some(group) = group else { return false };
        let Some((output, inputs)) = group.split_first() else { return true };
        let last = output.files.last().map(|file| file.file.last_key.as_slice());
        inputs.iter().all(|input| {
            input.inputs == 0 && input.files.first().is_some_and(|file| Some(file.lowest_key()) > last)
        })
    }
}

fn encode_numbers(numbers: &BTreeMap<u64, u64>, out: &mut Vec<u8>) {
    varint::encode(numbers.len() as u64, out);
    for (number, bytes) in numbers {
        varint::encode(*number, out);
        varint::encode(*bytes, out);
    }
}

/// Numbers that rise, with one or more bytes each.
fn decode_numbers(rest: &mut &[u8]) -> Option<BTreeMap<u64, u64>> {
    let mut numbers = BTreeMap::new();
    for _ in 0..count(rest)? {
        let number =
            count(rest).filter(|number| numbers.last_key_value().is_none_or(|(last, _)| last < number))?;
        numbers.insert(number, count(rest).filter(|bytes| *bytes > 0)?);
    }
    Some(numbers)
}

/// The key right behind another one.
pub(crate) fn key_behind(key: &[u8]) -> Vec<u8> {
    [key, &[0]].concat()
}

fn are_in_order(files: &[ListedFile]) -> bool {
    files.is_sorted_by(|a, b| a.file.last_key.as_slice() < b.lowest_key())
}

fn count(rest: &mut &[u8]) -> Option<u64> {
    varint::decode(rest).filter(|number| *number < COUNT_END)
}

fn key(rest: &mut &[u8]) -> Option<Vec<u8>> {
    let length = usize::try_from(varint::decode(rest)?).ok()?;
    let (key, behind) = rest.split_at_checked(length)?;
    *rest = behind;
    Some(key.to_vec())
}
