//! A place between two keys of all runs, from which they are read as one, forward and backward.
//!
//! Each run gives its next entry; the lowest of these keys is the next one, and the highest backward. Where two have the same key, the
//! newer run is believed.

use super::RunFiles;
use super::cursor::RunCursor;
use super::entry::RunEntryKind;
use super::hit::{Hit, Stretch};
use super::list::{ListedFile, ListedRun, key_behind};
use super::reader::{Run, Source};
use super::stack::{RunStack, check_kind};
use crate::error::Result;
use std::cmp::Ordering;
use std::sync::Arc;

/// The place. It keeps one block and one partition of each run.
#[derive(Debug)]
pub(crate) struct StackCursor {
    /// Newest first.
    inputs: Vec<CursorInput>,
    /// Where it began: before this key and all behind it; behind all where it is none.
    start: Option<Vec<u8>>,
    /// The last entry that was given, and whether the place is behind it, or before.
    last: Option<(Hit, bool)>,
    /// Which way the inputs were sought from the place. None: they were not yet, or something failed since.
    is_forward: Option<bool>,
    /// The inputs that have a next entry, in the order in which these have their turn; of those with one key the newest first.
    queue: Vec<usize>,
    /// How many of them, from the first one on, gave the last key. They go on when the next one is asked for.
    given: usize,
    /// How many entries behind the last one are in its block, and before the next ones of all other runs.
    undisputed: usize,
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
    /// Its next entry.
    head: Option<Hit>,
}

impl StackCursor {
    /// The place before a key and all behind it; behind all where it is none.
    pub(crate) fn new(runs: &[Arc<ListedRun>], place: Option<&[u8]>) -> Self {
        Self::of(runs, place, false)
    }

    /// One before all keys, that gives removals, too, and keeps none of the blocks that it reads.
    pub(crate) fn of_merge(runs: &[Arc<ListedRun>]) -> Self {
        Self::with_hidden(runs, &[])
    }

    /// As [`Self::of_merge`], before a key and all behind it: [`Self::given_hits`] tells of what is hidden.
    pub(crate) fn with_hidden(runs: &[Arc<ListedRun>], place: &[u8]) -> Self {
        Self::of(runs, Some(place), true)
    }

    fn of(runs: &[Arc<ListedRun>], place: Option<&[u8]>, is_merge: bool) -> Self {
        let inputs = runs.iter().map(|run| CursorInput::new(Arc::clone(run), !is_merge)).collect();
        let start = place.map(<[u8]>::to_vec);
        let queue = Vec::new();
        Self { inputs, start, last: None, is_forward: None, queue, given: 0, undisputed: 0, is_merge }
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
        self.given
    }

    /// What all runs that had the last key say of it, the newest first.
    pub(crate) fn given_hits(&self) -> impl Iterator<Item = &Hit> {
        self.queue.iter().take(self.given).filter_map(|at| self.head(*at))
    }

    /// The number of the file that gave the last entry, and where the block is that it was in.
    pub(crate) fn given_by(&self) -> Option<(u64, u64)> {
        let input = self.queue.first().and_then(|at| self.inputs.get(*at))?;
        input.opened.as_ref().map(|(run, cursor)| (run.footer.number, cursor.block_offset()))
    }

    /// The entries that are next, one after the other, whatever other runs have: those behind the last one in its block that have
    /// values. The place stays.
    pub(crate) fn undisputed(&self) -> Option<Stretch> {
        let (Hit { block, at }, is_forward) =
            self.last.as_ref().filter(|_| self.undisputed > 0 && self.is_forward.is_some())?;
        let (at, count) = (*at, self.undisputed);
        let entries = if *is_forward { at + 1..at + 1 + count } else { at - count..at };
        Some(Stretch { block: Arc::clone(block), entries: block.valued(entries, *is_forward) })
    }

    /// Passes so many of them.
    pub(crate) fn pass_undisputed(&mut self, count: usize) {
        let Some(is_forward) = self.is_forward.filter(|_| (1..=self.undisputed).contains(&count)) else {
            return;
        };
        self.undisputed -= count;
        let leader = self.queue.first().and_then(|at| self.inputs.get_mut(*at));
        let Some(leader) = leader else { return };
        leader.pass_in_block(count, is_forward);
        self.last = leader.head.clone().map(|hit| (hit, is_forward));
    }

    fn step(
        &mut self,
        stack: &mut RunStack,
        files: &mut impl RunFiles,
        is_forward: bool,
    ) -> Result<Option<Hit>> {
        loop {
            self.settle(stack, files, is_forward)?;
            let Some(hit) = self.check_given(stack, files)? else { return Ok(None) };
            if self.is_merge || hit.block.kind(hit.at) != RunEntryKind::Removed {
                return Ok(Some(hit));
            }
        }
    }

    /// Brings all inputs before their next entry: those that gave the last key, or all where the direction is another one.
    fn settle(&mut self, stack: &mut RunStack, files: &mut impl RunFiles, is_forward: bool) -> Result<()> {
        let goes_on = self.is_forward.take() == Some(is_forward);
        if goes_on && self.undisputed > 0 {
            self.undisputed -= 1;
            let leader = self.queue.first().and_then(|at| self.inputs.get_mut(*at));
            leader.into_iter().for_each(|leader| leader.pass_in_block(1, is_forward));
            self.is_forward = Some(is_forward);
            return Ok(());
        }
        if goes_on {
            for place in (0..self.given).rev() {
                let Some(input) = self.queue.get(place).and_then(|at| self.inputs.get_mut(*at)) else {
                    break;
                };
                input.advance(stack, files, is_forward, None)?;
                self.requeue(place, is_forward);
            }
        } else {
            let place = self.place();
            self.queue.clear();
            for at in 0..self.inputs.len() {
                let Some(input) = self.inputs.get_mut(at) else { break };
                input.seek(place.as_deref(), is_forward);
                input.advance(stack, files, is_forward, place.as_deref())?;
                self.queue.insert(0, at);
                self.requeue(0, is_forward);
            }
        }
        self.given = self.leading();
        self.undisputed = self.undisputed_behind(goes_on, is_forward);
        self.is_forward = Some(is_forward);
        Ok(())
    }

    /// Looks once a block how far its run is alone: keys that were written together stand together, and are given without a comparison.
    /// Where runs alternate, one look a block is all that this costs.
    fn undisputed_behind(&self, goes_on: bool, is_forward: bool) -> usize {
        let Some(leader) = self.queue.first().and_then(|at| self.inputs.get(*at)) else { return 0 };
        let Some(Hit { block, at }) = &leader.head else { return 0 };
        let last_at = block.count() - 1;
        let (begin, end, left) = if is_forward { (0, last_at, last_at - at) } else { (last_at, 0, *at) };
        if self.given != 1 || (goes_on && *at != begin) {
            return 0;
        }
        let end = Hit { block: Arc::clone(block), at: end };
        let counts = leader.counts(&end, is_forward);
        let is_first = self.queue.get(1).and_then(|at| self.head(*at)).is_none_or(|other| {
            let order = end.compare(other);
            (if is_forward { order } else { order.reverse() }).is_lt()
        });
        if counts && is_first { left } else { 0 }
    }

    /// Brings one of the inputs, behind which all have their places, to its own; out of the queue at its end. Most keys stand in one run
    /// with their neighbours: then one comparison tells, however many runs there are.
    fn requeue(&mut self, place: usize, is_forward: bool) {
        let Some((&at, behind)) = self.queue.get(place..).and_then(<[usize]>::split_first) else { return };
        let Some(head) = self.head(at) else {
            self.queue.remove(place);
            return;
        };
        let is_before = |other: &usize| {
            let order = self.head(*other).map_or(Ordering::Less, |other| other.compare(head));
            (if is_forward { order } else { order.reverse() }).then(other.cmp(&at)).is_lt()
        };
        if behind.first().is_some_and(is_before) {
            let passed = 1 + behind.get(1..).unwrap_or_default().partition_point(is_before);
            if let Some(moved) = self.queue.get_mut(place..=place + passed) {
                moved.rotate_left(1);
            }
        }
    }

    /// How many inputs have the key that has its turn.
    fn leading(&self) -> usize {
        let mut heads = self.queue.iter().filter_map(|at| self.head(*at));
        let Some(first) = heads.next() else { return 0 };
        1 + heads.take_while(|head| head.compare(first).is_eq()).count()
    }

    /// Before this key and all behind it; behind all where it is none.
    fn place(&self) -> Option<Vec<u8>> {
        match &self.last {
            Some((hit, true)) => Some(key_behind(&hit.key())),
            Some((hit, false)) => Some(hit.key()),
            None => self.start.clone(),
        }
    }

    /// The next entry of an input.
    fn head(&self, at: usize) -> Option<&Hit> {
        self.inputs.get(at)?.head.as_ref()
    }

    /// The newest entry of the key that has its turn, behind which the place moves.
    fn check_given(&mut self, stack: &mut RunStack, files: &mut impl RunFiles) -> Result<Option<Hit>> {
        let is_forward = self.is_forward.take();
        let Some(newest) = self.queue.first().and_then(|at| self.inputs.get(*at)) else {
            self.is_forward = is_forward;
            return Ok(None);
        };
        if let CursorInput { opened: Some((run, _)), head: Some(hit), .. } = newest {
            check_kind(run, &mut stack.source(files, run.footer.number, !self.is_merge), hit)?;
        }
        self.is_forward = is_forward;
        let hit = newest.head.clone();
        self.last = hit.clone().zip(is_forward);
        Ok(hit)
    }
}

impl CursorInput {
    fn new(run: Arc<ListedRun>, is_kept: bool) -> Self {
        Self { run, is_kept, file_at: 0, opened: None, head: None }
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

    /// Does an entry of its file count? Forward it began at the lowest one that does.
    fn counts(&self, hit: &Hit, is_forward: bool) -> bool {
        let file = self.run.files.get(self.file_at);
        is_forward || file.is_some_and(|file| hit.compare_key(file.lowest_key()).is_ge())
    }

    /// Goes on by so many entries of its block, 1 or more, which has them.
    fn pass_in_block(&mut self, count: usize, is_forward: bool) {
        if let Some((_, cursor)) = &mut self.opened {
            let nth = count - 1;
            self.head = if is_forward { cursor.nth_in_block(nth) } else { cursor.nth_in_block_backward(nth) };
        }
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
            self.head = hit.filter(|hit| self.counts(hit, is_forward));
            if self.head.is_some() {
                break;
            }
            self.enter_next(is_forward);
            place = None;
        }
        Ok(())
    }
}

/// The place before a key, or before the lowest one of a file that counts: nobody is to walk from its first one to that.
fn begin(run: &Run, source: &mut impl Source, file: &ListedFile, key: &[u8]) -> Result<RunCursor> {
    RunCursor::at(run, source, key.max(file.lowest_key()))
}
