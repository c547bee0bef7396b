//! Folders: made before a file stands in them, and synced before anything is built on their names.

use crate::engine::Opened;
use crate::error::Result;
use crate::storage::Storage;

impl<S: Storage> Opened<'_, S> {
    /// As [`Root::enter_folder`], for a folder that the checkpoint syncs in the end.
    pub(crate) fn enter_due(&mut self, folder: &str) -> Result<()> {
        let mut due = std::mem::take(&mut self.state.spread.folders);
        let entered = self.root.enter_folder(folder, &mut due);
        self.state.spread.folders = due;
        entered
    }

    /// C4 for all folders that are due.
    pub(crate) fn sync_all_due(&mut self) -> Result<()> {
        while let Some(folder) = self.state.spread.folders.first().cloned() {
            self.sync_due(&folder)?;
        }
        Ok(())
    }

    /// C4 for one folder.
    pub(crate) fn sync_due(&mut self, folder: &str) -> Result<()> {
        self.root.files.sync_folder(folder)?;
        self.state.spread.folders.remove(folder);
        Ok(())
    }
}
