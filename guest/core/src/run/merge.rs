//! A merge: neighbours become one run, some bytes at a time.
//!
//! It sweeps through the keys. At any moment the files that are whole can take the place of what they were made of: of an input the
//! files below their last key go, and of the one that it falls into only what is above counts from then on. So a merge of any size
//! needs little room, and one that was cut off goes on where its last file ended, by what the list of runs says alone. Where nothing
//! stays, no file is needed for that.
//!
//! What the caller takes for dead is left out, too: an entry of a log whose row says that it is no longer there.
//!
//! Larger values are not copied. The entry of the output says where the value is, and the input's file is kept for it, until half of
//! that is dead: then the next merge that comes by copies what lives.

use super::entry::RunEntry;
use super::entry::RunEntryKind;
use super::hit::Hit;
use super::list::{ListedFile, ListedRun, Runs};
use super::stack::RunStack;
use super::stack_cursor::StackCursor;
use super::value::{self, ValuePlace};
use super::writer::{Piece, RunWriter, WrittenFile};
use super::{RunFiles, RunGeometry};
use crate::error::Result;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

/// What an entry costs beside its key and its value.
const ENTRY_BYTES: usize = 16;

/// A file ends with a checkpoint where this part of what a file may have was read for it, however short it is.
const FAR_PART: u64 = 4;

/// A merge that is going on.
#[derive(Debug)]
pub(crate) struct Merge {
    /// The runs of the list that it is about: its output, when there is one yet, and the inputs behind it.
    output: Option<Arc<ListedRun>>,
    inputs: Vec<Arc<ListedRun>>,
    /// Is the oldest run among them? Then a removal has nothing more to hide.
    has_oldest: bool,
    cursor: StackCursor,
    writer: RunWriter,
    /// Files that are whole and not installed.
    whole: Vec<WrittenFile>,
    /// Files of the inputs whose larger values stay where they are, and files that are kept and whose values do not.
    stay: BTreeSet<u64>,
    move_out: BTreeSet<u64>,
    larger_bytes: usize,
    is_read: bool,
    /// The key of the last entry that was read.
    key: Vec<u8>,
    /// Bytes that were read since something was installed.
    passed_bytes: u64,
    file_bytes: u64,
}

impl Merge {
    /// Begins a merge of these runs, or goes on with one that was begun: where the first of them is its output. None where the list
    /// has no such runs.
    pub(crate) fn new(runs: &Runs, of: Range<usize>, geometry: RunGeometry) -> Option<Self> {
        let has_oldest = of.end == runs.runs.len();
        let group = runs.runs.get(of)?;
        let file_bytes = geometry.file_bytes;
        let (output, inputs) = match group.split_first() {
            Some((output, inputs)) if output.inputs > 0 => (Some(Arc::clone(output)), inputs),
            _ => (None, group),
        };
        Some(Self {
            output,
            inputs: inputs.to_vec(),
            has_oldest,
            cursor: StackCursor::of_merge(inputs),
            writer: RunWriter::new(geometry),
            whole: Vec::new(),
            stay: inputs
                .iter()
                .flat_map(|run| &run.files)
                // Many small files would be kept for ever, each for itself.
                .filter(|file| file.file.has_larger && file.file.length_bytes >= geometry.table_bytes())
                .map(|file| file.file.number)
                .collect(),
            move_out: runs.dead().emptied,
            larger_bytes: geometry.larger_bytes(),
            is_read: false,
            key: Vec::new(),
            passed_bytes: 0,
            file_bytes,
        })
    }

    /// Ends the file that is being written, if nothing is whole and so many bytes were read since something was installed.
    ///
    /// # Errors
    /// Memory.
    pub(crate) fn end_file(&mut self, worth_bytes: u64) -> Result<()> {
        // Of larger values much is read for a short file, and the next merge of its run alone makes a longer one of it.
        let is_worth =
            self.writer.file_bytes() >= worth_bytes || self.passed_bytes >= self.file_bytes / FAR_PART;
        let is_far = self.passed_bytes >= worth_bytes && is_worth;
        if self.whole.is_empty() && is_far { self.writer.finish() } else { Ok(()) }
    }

    /// Reads about so many bytes of entries and writes what stays of them. Answers whether all is read.
    ///
    /// # Errors
    /// `corrupt`: an input is damaged. Then, as after any other error, only what is whole can be installed, and these runs are to be
    /// left alone until they are repaired. Memory; those of the storage.
    pub(crate) fn step<F: RunFiles>(
        &mut self,
        stack: &mut RunStack,
        files: &mut F,
        (budget_bytes, next_number): (usize, &mut u64),
        mut is_dead: impl FnMut(&mut RunStack, &mut F, &Hit) -> bool,
    ) -> Result<bool> {
        let mut read_bytes = 0_usize;
        while read_bytes < budget_bytes && !self.is_read {
            let Some(hit) = self.cursor.next(stack, files)? else {
                self.writer.finish()?;
                self.is_read = true;
                break;
            };
            // What it hides was read, too, and is about as long.
            let bytes = if is_dead(stack, files, &hit) {
                self.pass(&hit)
            } else {
                self.take_in(&hit, files, next_number)?
            };
            read_bytes = read_bytes.saturating_add(bytes.saturating_mul(self.cursor.given()));
        }
        self.passed_bytes = self.passed_bytes.saturating_add(read_bytes as u64);
        Ok(self.is_read)
    }

    /// Leaves an entry out. Answers how many bytes it has.
    fn pass(&mut self, hit: &Hit) -> usize {
        let entry = hit.block.entry(hit.at, &mut self.key);
        entry.key.len() + entry.value.len() + ENTRY_BYTES
    }

    /// Takes an entry into the output. Answers how many bytes it has.
    fn take_in(&mut self, hit: &Hit, files: &mut impl RunFiles, next_number: &mut u64) -> Result<usize> {
        let entry = hit.block.entry(hit.at, &mut self.key);
        let bytes = entry.key.len() + entry.value.len() + ENTRY_BYTES;
        if entry.kind == RunEntryKind::Removed && self.has_oldest {
            return Ok(bytes);
        }
        let left = left_there(&self.cursor, hit, &self.stay)
            .filter(|place| place.length as usize >= self.larger_bytes)
            .map(ValuePlace::encode);
        let moved = hit.place().filter(|place| self.move_out.contains(&place.number));
        let moved =
            moved.map(|place| place.read(files)).transpose().inspect_err(|_| self.passed_bytes = 0)?;
        let entry = match (&left, &moved) {
            (Some(place), _) => RunEntry { kind: RunEntryKind::Pointer, value: place, ..entry },
            (None, Some(value)) => RunEntry { kind: RunEntryKind::Value, value, ..entry },
            (None, None) => entry,
        };
        let pushed = self.writer.push(&entry, next_number);
        // Behind an error the key counts for nothing.
        pushed.inspect_err(|_| self.passed_bytes = 0)?;
        Ok(bytes + moved.map_or(0, |value| value.len()))
    }

    /// Takes up to `budget_bytes` of what is to be written. None when there is nothing now.
    pub(crate) fn take(&mut self, budget_bytes: usize) -> Option<Piece<'_>> {
        let piece = self.writer.take(budget_bytes)?;
        self.whole.extend(piece.finished.clone());
        Some(piece)
    }

    /// Files of its runs in the list.
    pub(crate) fn files(&self) -> impl Iterator<Item = u64> {
        let runs = self.output.iter().chain(&self.inputs);
        runs.flat_map(|run| &run.files).map(|file| file.file.number)
    }

    /// Bytes that can be taken.
    pub(crate) fn pending_bytes(&self) -> usize {
        self.writer.pending_bytes()
    }

    /// Are all entries read?
    pub(crate) fn is_read(&self) -> bool {
        self.is_read
    }

    /// Is all of it read, and taken? Then nothing is left to do but to install it.
    pub(crate) fn is_written(&self) -> bool {
        self.is_read && self.writer.pending_bytes() == 0
    }

    /// Has it come so far that it is worth a manifest? A file is whole, or as much was read of what does not stay.
    pub(crate) fn is_to_be_installed(&self) -> bool {
        let is_far = self.passed_bytes >= self.file_bytes && self.writer.is_empty();
        self.is_written() || is_far || !self.whole.is_empty()
    }

    /// The last key below which the inputs are of no use, once what is whole is installed.
    fn done_to(&self) -> Option<&[u8]> {
        if self.writer.is_empty() && self.passed_bytes > 0 {
            return Some(&self.key);
        }
        self.whole.last().map(|written| written.file.last_key.as_slice())
    }

    /// Is all of it installed?
    pub(crate) fn is_over(&self) -> bool {
        self.inputs.is_empty()
    }

    /// These runs, with all files that were taken whole in the place of what they were made of. The caller has synced them, and from
    /// now on the answer is the list: what was added before this merge's runs, or behind them, stays. None where its runs are not in
    /// the list.
    pub(crate) fn install(&mut self, runs: &Runs) -> Option<Runs> {
        let group: Vec<_> = self.output.iter().chain(&self.inputs).cloned().collect();
        let at = runs.runs.windows(group.len().max(1)).position(|runs| runs == group)?;
        if self.is_written() {
            self.inputs.clear();
        } else if let Some(last) = self.done_to() {
            // ORDER: the inputs end below where the output does in the same list. Were one of them left whole, what it says of a key
            // would be there again whose removal the output has dropped.
            let left = self.inputs.iter().filter_map(|input| input.behind(last)).map(Arc::new).collect();
            self.inputs = left;
        }
        self.passed_bytes = 0;
        let mut output = self.output.as_deref().cloned().unwrap_or_else(|| ListedRun::new(Vec::new()));
        for WrittenFile { file, values } in self.whole.drain(..) {
            output.files.push(ListedFile::whole(file));
            value::add(&mut output.values, &values);
        }
        output.inputs = self.inputs.len();
        self.output = (!output.files.is_empty()).then(|| Arc::new(output));
        let group_now = self.output.iter().chain(&self.inputs).cloned();
        let mut installed = runs.clone();
        installed.runs.splice(at..at + group.len(), group_now);
        Some(installed)
    }
}

/// Where the value of the last entry is, if it stands in one of these files.
fn left_there(cursor: &StackCursor, hit: &Hit, stay: &BTreeSet<u64>) -> Option<ValuePlace> {
    let (number, block_offset) = cursor.given_by().filter(|(number, _)| stay.contains(number))?;
    let is_value = hit.block.kind(hit.at) == RunEntryKind::Value;
    let offset = block_offset + hit.block.value_offset(hit.at);
    if is_value { ValuePlace::of(number, offset, hit.block.value(hit.at)) } else { None }
}
