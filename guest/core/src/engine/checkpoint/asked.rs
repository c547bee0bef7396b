//! A checkpoint that a caller asks for, and not a commit: all of it, or a part.

use crate::base::format::Origin;
use crate::base::layout::JOURNAL;
use crate::disk::files::ROOT;
use crate::engine::Opened;
use crate::error::Result;
use crate::storage::Storage;

impl<S: Storage> Opened<'_, S> {
    /// A whole checkpoint, if there is something to put into the base. Behind it the files are the store.
    pub(crate) fn checkpoint(&mut self) -> Result<()> {
        if self.state.journal.has_frames() {
            self.checkpoint_whole()?;
        } else if !self.state.unnamed.is_empty() {
            self.ensure_owned()?;
        } else if !self.state.journal.own && !self.state.journal.numbers.is_empty() {
            // The instance before may have ended just behind the moment (K6), and the older journal would come back with its frames.
            self.root.files.sync_folder(JOURNAL)?;
            // Or behind that of a conversion, and the other layout would come back: what the original then appends stands in this one.
            self.root.files.sync_folder(ROOT)?;
        }
        let synced = self.name_new_files().and_then(|()| self.sync_renamed());
        self.root.close_on_failure(synced)
    }

    /// May the journal stay as it is when the store is closed? What it holds is about runs alone, and little: a command that puts one key
    /// is not to make a run of it.
    fn is_left(&self) -> bool {
        let (journal, new) = (&self.state.journal, self.state.overlay.new_part());
        journal.own
            && journal.end - journal.start <= self.root.geometry.left_bytes()
            && self.root.origin == Origin::Own
            && self.state.progress.is_none()
            && self.state.unnamed.is_empty()
            && self.state.renamed.is_empty()
            && new.files() == 0
            && !new.is_mending
    }

    /// A part of a checkpoint, or of what comes behind it (K, "Closing"); of a merge where nothing is left of that. Answers whether there
    /// is more of what it did a part of.
    pub(crate) fn checkpoint_step(&mut self) -> Result<bool> {
        if self.state.journal.has_frames() && self.is_left() {
            return self.flush().map(|()| false);
        }
        if self.state.journal.has_frames() {
            self.ensure_owned()?;
            self.do_part()?;
            // Whoever asks for a part has time: what it answers about is durable, as behind a whole checkpoint.
            self.flush()?;
            return Ok(self.state.journal.has_frames() || !self.state.renamed.is_empty());
        }
        if self.state.journal.own && self.state.renamed.is_empty() && self.has_merges() {
            self.merge_part()?;
            return Ok(self.has_merges());
        }
        // Merges are not waited for.
        self.checkpoint().map(|()| false)
    }
}
