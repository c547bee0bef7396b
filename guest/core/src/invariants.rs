//! What is true of an engine between any two of its steps. Native tests and fuzzing check it always, the crash suite in every 16th
//! case; nothing that ships does. A breach is a panic.
//!
//! What a journal says is believed, so only what the engine makes of it is checked here: places, counts, and the order of its files.

use crate::commit::Commit;
use crate::engine::Engine;
use crate::journal::{Journal, frame};
use crate::limits;
use crate::overlay::{Overlay, PendingLog};
use crate::space;
use crate::spread::Spread;
use crate::storage::Storage;

/// Are they checked in this build?
pub(crate) const ARE_CHECKED: bool = cfg!(feature = "invariants");

// A checkpoint in parts begins before a whole one is due, and a part takes more than a commit of one record brings.
const _: () = assert!(limits::PARTS_JOURNAL_BYTES < limits::JOURNAL_BYTES);
const _: () = assert!(limits::PARTS_DIRTY_FILES < limits::DIRTY_FILES);
const _: () = assert!(limits::PART_PIECES > 3);
// The largest of each fits into what carries it.
const _: () = assert!(limits::BLOB_JOURNAL_BYTES_MAX <= limits::BLOB_BYTES_MAX);
const _: () = assert!(limits::BLOB_BYTES_MAX <= limits::BATCH_BYTES_MAX);
const _: () = assert!(limits::VALUE_BYTES_MAX <= limits::BATCH_BYTES_MAX);
const _: () = assert!(limits::BATCH_BYTES_MAX < limits::FRAME_BYTES_MAX);
const _: () = assert!(limits::PAGE_BYTES_MAX <= limits::ANSWER_BYTES_MAX);
const _: () = assert!((limits::FRAME_BYTES_MAX as u64) < limits::JOURNAL_BYTES_MAX);
const _: () = assert!(sx::limits::TEXT_BYTES_MAX < limits::LINE_BYTES_MAX);
const _: () = assert!(limits::GROUP_BYTES_MAX < limits::NAME_BYTES_MAX);
const _: () = assert!(limits::RESERVE_BYTES_MIN >= 2 * limits::JOURNAL_AHEAD_BYTES);
const _: () = assert!(limits::RESERVE_BYTES_MIN <= limits::RESERVE_BYTES_MAX);
const _: () = assert!(limits::CACHE_VALUE_BYTES_MAX < limits::CACHE_BYTES_MAX);
const _: () = assert!(limits::SMALL_BYTES <= limits::CHUNK_BYTES);
// Two counts, and what a repair leaves unseen, add up without care.
const _: () = assert!(limits::COUNT_END <= u64::MAX / 2);
const _: () = assert!(limits::COMMITS_UNSEEN < limits::COUNT_END && limits::SEQ_MAX < limits::COUNT_END);

impl PendingLog {
    /// The lines stand one behind the other, and are all of the bytes.
    pub(crate) fn check(&self) {
        let mut at = 0;
        let mut nth = None;
        for (index, line) in self.lines.iter().enumerate() {
            let end = self.lines.get(index + 1).map_or(self.bytes.len(), |next| next.start);
            assert!(
                line.start == at && line.text_end < end && end <= self.bytes.len(),
                "a line stands elsewhere"
            );
            assert!(
                end.checked_sub(1).and_then(|last| self.bytes.get(last)) == Some(&b'\n'),
                "a line has no end"
            );
            assert!(nth < Some(line.nth) && line.nth <= self.last_nth, "lines are not counted upwards");
            (at, nth) = (end, Some(line.nth));
        }
        assert!(at == self.bytes.len(), "bytes that are no line's");
        assert!(self.carried <= self.bytes.len(), "more was carried than there is");
        assert!(!self.gone || self.lines.is_empty(), "a log that is gone has lines");
    }
}

impl Overlay {
    /// What changes its files is pending, and the files are counted.
    pub(crate) fn check(&self) {
        let mut files = 0;
        for (id, name) in self.dirty() {
            let space = space::by_id(*id);
            assert!(
                space.is_some_and(|space| self.log(space, name).is_some() || self.value(space, name).is_some()),
                "a file is to be written of which nothing is pending"
            );
            files += space.map_or(0, crate::overlay::files_of);
        }
        assert!(
            files == self.dirty_files(),
            "{files} files are to be written, and {} were counted",
            self.dirty_files()
        );
        space::ALL.iter().flat_map(|space| self.logs(space)).for_each(|(_, log)| log.check());
    }
}

impl<F> Journal<F> {
    /// The files are in order, and what is synced was written.
    pub(crate) fn check(&self) {
        assert!(self.numbers.is_sorted_by(|low, high| low < high), "the journals are not in order");
        assert!(
            self.next.is_none() || self.numbers.last() > Some(&self.number),
            "the next journal has no number"
        );
        if self.own {
            assert!(
                self.file.is_some() && self.numbers.contains(&self.number),
                "an own journal without a file"
            );
            assert!(
                frame::HEADER_BYTES as u64 <= self.end && self.end <= self.allocated,
                "the end is no place in it"
            );
            assert!(self.synced <= self.end, "more is synced than there is");
        }
    }
}

impl Commit {
    fn check(&self) {
        assert!(self.open.is_none_or(|at| at < self.frames.len()), "the open frame is nowhere");
        assert!(
            self.sealed > 0 || self.open.is_some() || self.frames.is_empty(),
            "bytes that are no frame's"
        );
    }
}

impl<S: Storage> Engine<S> {
    /// All that is in memory fits together.
    pub(crate) fn check(&self) {
        if !ARE_CHECKED {
            return;
        }
        self.check_commit();
        self.overlay.check();
        self.spread.check();
        self.check_base();
        assert!(
            self.journal.is_some() || self.overlay.dirty().is_empty(),
            "commits of no journal are pending"
        );
    }

    /// As [`Engine::check`], of what a commit touches beside its logs and keys.
    pub(crate) fn check_commit(&self) {
        if !ARE_CHECKED {
            return;
        }
        self.commit.check();
        if let Some(journal) = &self.journal {
            journal.check();
        }
    }

    /// What is remembered of the base is bounded, and an index knows whatever a checkpoint has put there.
    fn check_base(&self) {
        assert!(self.marks_count() <= limits::MARKS_MAX, "too many marks");
        self.cache.check();
        assert!(self.folders.iter().all(|folder| !folder.is_empty()), "a folder without a name");
    }
}

impl Spread {
    /// A round has looked at no more than was announced.
    fn check(&self) {
        assert!(self.has_place(), "a round is past its end");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::Memory;
    use crate::space::STREAMS;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    fn is_breach(check: impl FnOnce()) -> bool {
        catch_unwind(AssertUnwindSafe(check)).is_err()
    }

    /// An engine with two commits in its journal.
    fn engine() -> Engine<Memory> {
        let mut engine = Engine::new(Memory::default());
        for seq in 1..=2 {
            engine.append("s", &format!("{{:seq {seq}}}")).unwrap();
        }
        engine.check();
        engine
    }

    #[test]
    fn lines_that_stand_elsewhere_are_a_breach() {
        let breaks: [fn(&mut PendingLog); 5] = [
            |log| log.lines.clear(),
            |log| log.bytes.push(b'x'),
            |log| log.lines.iter_mut().for_each(|line| line.nth = 1),
            |log| log.carried = log.bytes.len() + 1,
            |log| log.gone = true,
        ];
        for (index, broken) in breaks.into_iter().enumerate() {
            let mut engine = engine();
            broken(engine.overlay.log_mut(&STREAMS, b"s").unwrap());
            assert!(is_breach(|| engine.check()), "{index}");
        }
    }

    #[test]
    fn journals_out_of_order_and_an_end_beyond_the_file_are_a_breach() {
        let mut first = engine();
        first.journal.as_mut().unwrap().numbers = vec![2, 1];
        assert!(is_breach(|| first.check()));
        let mut second = engine();
        let journal = second.journal.as_mut().unwrap();
        journal.synced = journal.end + 1;
        assert!(is_breach(|| second.check()));
        let mut third = engine();
        let journal = third.journal.as_mut().unwrap();
        journal.allocated = journal.end - 1;
        assert!(is_breach(|| third.check()));
    }
}
