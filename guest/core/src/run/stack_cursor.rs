//! A place between two keys of all runs, from which they are read as one, forward and backward.
//!
//! Each run gives its next entry; the lowest of these keys is the next one, and the highest backward. Where two have the same key, the
//! newer run is believed.

use super::cursor::RunCursor;
use super::entry::RunEntryKind;
use super::list::{ListedFile, ListedRun};
use super::reader::{Hit, Run, Source};
use super::stack::{RunFiles, RunStack, check_kind};
use crate::error::Result;
use std::cmp::Ordering;
use std::sync::Arc;

/// The place. It keeps one block and one partition of each run.
#[derive(Debug)]
pub(crate) struct StackCursor {
    /// Newest first.
    inputs: Vec<CursorInput>,
    /// Before this key and all behind it; behind all where it is none.
    place: Option<Vec<u8>>,
    /// Which way the inputs were sought from the place. None: they were not yet, or something failed since.
    is_forward: Option<bool>,
    /// The inputs that gave the last key, which go on when the next one is asked for.
    given: Vec<usize>,
    is_merge: bool,
}

/// One run.
#[derive(Debug)]
struct CursorInput {
    run: Arc<ListedRun>,
    /// Are blocks kept that were read?
    is_kept: bool,
    /// The file that it stands in.
    file_at: usize,
    opened: Option<(Arc<Run>, RunCursor)>,
    /// Its next entry, and the key by which that takes its turn.
    head: Option<Hit>,
    key: Vec<u8>,
}

impl StackCursor {
    /// The place before a key and all behind it; behind all where it is none.
    pub(crate) fn new(runs: &[Arc<ListedRun>], place: Option<&[u8]>) -> Self {
        Self::of(runs, place, false)
    }

    /// One before all keys, that gives removals, too, and keeps none of the blocks that it reads.
    pub(crate) fn of_merge(runs: &[Arc<ListedRun>]) -> Self {
        Self::of(runs, Some(&[]), true)
    }

    fn of(runs: &[Arc<ListedRun>], place: Option<&[u8]>, is_merge: bool) -> Self {
        let inputs = runs.iter().map(|run| CursorInput::new(Arc::clone(run), !is_merge)).collect();
        let place = place.map(<[u8]>::to_vec);
        Self { inputs, place, is_forward: None, given: Vec::new(), is_merge }
    }

    /// The newest entry of the next key that has a value; the place moves behind it. None at the end.
    ///
    /// # Errors
    /// `corrupt`: as [`RunStack::get`]. Those of the storage. The place is not behind what was not given.
    pub(crate) fn next(&mut self, stack: &mut RunStack, files: &mut impl RunFiles) -> Result<Option<Hit>> {
        self.step(stack, files, true)
    }

    /// The newest entry of the key before that has a value; the place moves before it. None at the beginning.
    ///
    /// # Errors
    /// As [`Self::next`].
    pub(crate) fn previous(
        &mut self,
        stack: &mut RunStack,
        files: &mut impl RunFiles,
    ) -> Result<Option<Hit>> {
        self.step(stack, files, false)
    }

    /// How many runs had the last key.
    pub(crate) fn given(&self) -> usize {
        self.given.len()
    }

    fn step(
        &mut self,
        stack: &mut RunStack,
        files: &mut impl RunFiles,
        is_forward: bool,
    ) -> Result<Option<Hit>> {
        loop {
            self.settle(stack, files, is_forward)?;
            self.choose(is_forward);
            let Some(hit) = self.check_given(stack, files)? else { return Ok(None) };
            if self.is_merge || hit.block.kind(hit.at) == RunEntryKind::Value {
                return Ok(Some(hit));
            }
        }
    }

    /// Brings all inputs before their next entry: those that gave the last key, or all where the direction is another one.
    fn settle(&mut self, stack: &mut RunStack, files: &mut impl RunFiles, is_forward: bool) -> Result<()> {
        if self.is_forward.take() == Some(is_forward) {
            for at in self.given.drain(..) {
                if let Some(input) = self.inputs.get_mut(at) {
                    input.advance(stack, files, is_forward, None)?;
                }
            }
        } else {
            self.given.clear();
            for input in &mut self.inputs {
                input.seek(self.place.as_deref(), is_forward);
                input.advance(stack, files, is_forward, self.place.as_deref())?;
            }
        }
        self.is_forward = Some(is_forward);
        Ok(())
    }

    /// Finds the inputs whose key has its turn, the newest first.
    fn choose(&mut self, is_forward: bool) {
        let mut first: Option<&CursorInput> = None;
        for (at, input) in self.inputs.iter().enumerate().filter(|(_, input)| input.head.is_some()) {
            let order = first.map_or(Ordering::Less, |first| input.key.cmp(&first.key));
            match if is_forward || first.is_none() { order } else { order.reverse() } {
                Ordering::Less => {
                    self.given.clear();
                    self.given.push(at);
                    first = Some(input);
                }
                Ordering::Equal => self.given.push(at),
                Ordering::Greater => {}
            }
        }
    }

    /// The newest entry of the key that has its turn, behind which the place moves.
    fn check_given(&mut self, stack: &mut RunStack, files: &mut impl RunFiles) -> Result<Option<Hit>> {
        let is_forward = self.is_forward.take();
        let Some(newest) = self.given.first().and_then(|at| self.inputs.get(*at)) else {
            self.is_forward = is_forward;
            return Ok(None);
        };
        if let CursorInput { opened: Some((run, _)), head: Some(hit), .. } = newest {
            check_kind(run, &mut stack.source(files, run.footer.number, !self.is_merge), hit)?;
        }
        self.is_forward = is_forward;
        let place = self.place.get_or_insert_default();
        place.clone_from(&newest.key);
        if is_forward == Some(true) {
            // The key right behind it.
            place.push(0);
        }
        Ok(newest.head.clone())
    }
}

impl CursorInput {
    fn new(run: Arc<ListedRun>, is_kept: bool) -> Self {
        Self { run, is_kept, file_at: 0, opened: None, head: None, key: Vec::new() }
    }

    /// Finds the file in which the entries behind a place begin, or end those before it.
    fn seek(&mut self, place: Option<&[u8]>, is_forward: bool) {
        let files = &self.run.files;
        self.opened = None;
        self.file_at = match place {
            None => files.len(),
            Some(key) if is_forward => files.partition_point(|file| file.file.last_key.as_slice() < key),
            Some(key) => files.partition_point(|file| file.lowest_key() < key),
        };
        if !is_forward {
            self.enter_next(false);
        }
    }

    /// Goes to the next file. Before the first one there is none, at a number that none has.
    fn enter_next(&mut self, is_forward: bool) {
        self.opened = None;
        self.file_at = if is_forward { self.file_at + 1 } else { self.file_at.wrapping_sub(1) };
    }

    /// Goes to the next entry. Where no file is open, that is next to the place; at an end of the file where that is none.
    fn advance(
        &mut self,
        stack: &mut RunStack,
        files: &mut impl RunFiles,
        is_forward: bool,
        mut place: Option<&[u8]>,
    ) -> Result<()> {
        self.head = None;
        while let Some(file) = self.run.files.get(self.file_at) {
            if self.opened.is_none() {
                let run = stack.open(files, file)?;
                let source = &mut stack.source(files, file.file.number, self.is_kept);
                let cursor = if is_forward {
                    begin(&run, source, file, place.unwrap_or_default())?
                } else if let Some(place) = place {
                    RunCursor::at(&run, source, place)?
                } else {
                    RunCursor::end(&run, source)?
                };
                self.opened = Some((run, cursor));
            }
            let Some((run, cursor)) = &mut self.opened else { break };
            let source = &mut stack.source(files, file.file.number, self.is_kept);
            let hit = if is_forward { cursor.next(run, source)? } else { cursor.previous(run, source)? };
            if let Some(hit) =
                hit.filter(|hit| is_forward || hit.block.compare(hit.at, file.lowest_key()).is_ge())
            {
                self.set_head(hit);
                break;
            }
            self.enter_next(is_forward);
            place = None;
        }
        Ok(())
    }

    fn set_head(&mut self, hit: Hit) {
        self.key.clear();
        hit.block.append_key(hit.at, &mut self.key);
        self.head = Some(hit);
    }
}

/// The place before a key, or before the lowest one of a file that counts: nobody is to walk from its first one to that.
fn begin(run: &Run, source: &mut impl Source, file: &ListedFile, key: &[u8]) -> Result<RunCursor> {
    RunCursor::at(run, source, key.max(file.lowest_key()))
}
