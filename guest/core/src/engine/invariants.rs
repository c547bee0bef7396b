//! What is true of an engine between any two of its steps.
//!
//! What a journal says is believed, so only what the engine makes of it is checked here: places, counts, and the order of its files.

use crate::engine::Opened;
use crate::invariants::ARE_CHECKED;
use crate::limits;
use crate::storage::Storage;

impl<S: Storage> Opened<'_, S> {
    /// All that is in memory fits together.
    pub(crate) fn check(&self) {
        if !ARE_CHECKED {
            return;
        }
        self.check_transaction();
        self.state.overlay.check();
        self.check_base();
    }

    /// As [`Opened::check`], of what a commit touches beside its logs and keys.
    pub(crate) fn check_transaction(&self) {
        if !ARE_CHECKED {
            return;
        }
        self.state.transaction.check();
        self.state.journal.check();
    }

    /// What is remembered of the base is bounded, and an index knows whatever a checkpoint has put there.
    fn check_base(&self) {
        assert!(self.state.log_states_count() <= limits::LOG_STATES_MAX, "too many marks");
        assert!(
            self.state.progress.is_some() == self.state.overlay.frozen().is_some(),
            "what is frozen belongs to no checkpoint"
        );
        self.state.cache.check();
        self.state.probes.check();
        assert!(self.root.folders.iter().all(|folder| !folder.is_empty()), "a folder without a name");
    }
}

#[cfg(test)]
mod tests {
    use crate::disk::memory::Memory;
    use crate::engine::Engine;
    use crate::keyspace::STREAMS;
    use crate::state::StoreState;
    use crate::state::pending::PendingLog;
    use crate::storage::Storage;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    type File = <Memory as Storage>::File;

    fn is_breach(check: impl FnOnce()) -> bool {
        catch_unwind(AssertUnwindSafe(check)).is_err()
    }

    /// An engine with two commits in its journal.
    fn engine() -> Engine<Memory> {
        let mut engine = Engine::new(Memory::default());
        for seq in 1..=2 {
            engine.append("s", &format!("{{:seq {seq}}}")).unwrap();
        }
        assert!(!has_breach(&mut engine, |_| {}));
        engine
    }

    /// Is it found once this was done to what was read?
    fn has_breach(engine: &mut Engine<Memory>, change: impl FnOnce(&mut StoreState<File>)) -> bool {
        let opened = engine.opened().unwrap();
        change(opened.state);
        is_breach(|| opened.check())
    }

    #[test]
    fn lines_that_stand_elsewhere_are_a_breach() {
        let breaks: [fn(&mut PendingLog); 4] = [
            |log| log.lines.clear(),
            |log| log.bytes.push(b'x'),
            |log| log.lines.iter_mut().for_each(|line| line.nth = 1),
            |log| log.base_nth = log.last_nth + 1,
        ];
        for (index, broken) in breaks.into_iter().enumerate() {
            let change =
                |state: &mut StoreState<File>| broken(state.overlay.new_log_mut(&STREAMS, b"s").unwrap());
            assert!(has_breach(&mut engine(), change), "{index}");
        }
    }

    #[test]
    fn journals_out_of_order_and_an_end_beyond_the_file_are_a_breach() {
        let changes: [fn(&mut StoreState<File>); 3] = [
            |state| state.journal.numbers = vec![2, 1],
            |state| state.journal.synced = state.journal.end + 1,
            |state| state.journal.allocated = state.journal.end - 1,
        ];
        for (index, change) in changes.into_iter().enumerate() {
            assert!(has_breach(&mut engine(), change), "{index}");
        }
    }
}
