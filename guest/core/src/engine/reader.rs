//! Reading, also beside a writer of another process.

use crate::base::layout;
use crate::engine::{Engine, Opened};
use crate::error::{Error, Failure, Result};
use crate::journal::read;
use crate::limits::READ_ATTEMPTS_MAX;
use crate::storage::Storage;

impl<S: Storage> Engine<S> {
    /// Reads, beside a writer if the root is read-only: what the writer's checkpoint changed under a call is read again.
    ///
    /// Before the writer changes base files it makes a file in `journal/`, and then changes those of what the journal names by
    /// then. Who has seen that file, and then read the journal, has all of these in the overlay, and looks at nothing of theirs
    /// that a checkpoint changes. Nobody has seen it whose list of `journal/` is another behind the call.
    pub(crate) fn read<R>(&mut self, mut call: impl FnMut(&mut Opened<'_, S>) -> Result<R>) -> Result<R> {
        if !self.root.files.is_read_only() {
            return call(&mut self.opened()?);
        }
        let mut failed_at = None;
        for _ in 0..READ_ATTEMPTS_MAX {
            let outcome = self.refresh().and_then(|mut opened| call(&mut opened));
            let numbers = read::numbers(&mut self.root.files)?;
            let is_settled = self.state.as_ref().is_some_and(|state| state.journal.numbers == numbers);
            match outcome {
                Ok(answer) if is_settled => return Ok(answer),
                // What looks like damage may be a file that the writer was changing: believed when it is seen twice.
                Err(error @ (Error::Corrupt(_) | Error::Io(_))) => {
                    if failed_at.as_ref() == Some(&numbers) && (is_settled || self.state.is_none()) {
                        return Err(error);
                    }
                    failed_at = Some(numbers);
                    self.forget();
                }
                Err(error) => return Err(error),
                Ok(_) => {}
            }
        }
        Err(busy())
    }

    /// Brings a reader up to date with the writer.
    fn refresh(&mut self) -> Result<Opened<'_, S>> {
        let numbers = read::numbers(&mut self.root.files)?;
        // Above it another may have come to count: no commit goes there before this one is gone.
        let goes_on = self.state.as_ref().is_some_and(|state| numbers.contains(&state.journal.number));
        if !goes_on {
            self.forget();
            return self.opened();
        }
        let mut opened = self.opened()?;
        opened.state.journal.numbers = numbers;
        opened.follow()?;
        Ok(opened)
    }
}

impl<S: Storage> Opened<'_, S> {
    /// Reads on in the journal.
    fn follow(&mut self) -> Result<()> {
        let (journal, overlay) = (&mut self.state.journal, &mut self.state.overlay);
        read::follow(&mut self.root.files, journal, |manifest, lsn, records| {
            overlay.replay(manifest, lsn, records)
        })
    }
}

/// A writer has changed what was being read, again and again.
pub(super) fn busy() -> Error {
    Error::Io(Failure { step: "read", file: layout::JOURNAL.to_owned(), code: "busy" })
}
