//! What is true of an engine between any two of its steps.
//!
//! What a journal says is believed, so only what the engine makes of it is checked here: places, counts, and the order of its files.

use crate::engine::Engine;
use crate::invariants::ARE_CHECKED;
use crate::limits;
use crate::storage::Storage;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::memory::Memory;
    use crate::keyspace::STREAMS;
    use crate::state::pending::PendingLog;
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
