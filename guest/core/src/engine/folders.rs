//! Folders: made before a file stands in them, and synced before anything is built on their names.

use crate::base::layout::RUNS;
use crate::engine::Opened;
use crate::error::Result;
use crate::storage::Storage;

impl<S: Storage> Opened<'_, S> {
    /// As [`Root::enter_folder`], for a folder that the checkpoint syncs in the end.
    pub(crate) fn enter_due(&mut self, folder: &str) -> Result<()> {
        let Some(progress) = &mut self.state.progress else { return Ok(()) };
        self.root.enter_folder(folder, &mut progress.folders)
    }

    /// A name in this folder has changed, or may have.
    pub(crate) fn folder_is_due(&mut self, folder: &str) {
        if let Some(progress) = &mut self.state.progress {
            progress.folders.insert(folder.to_owned());
        }
    }

    /// K4 for all folders that are due.
    pub(crate) fn sync_all_due(&mut self) -> Result<()> {
        while let Some(folder) = self.next_due() {
            self.sync_due(&folder)?;
        }
        Ok(())
    }

    /// ORDER: `runs/` is the last. The name of a log's new file may have gone from there, and before that is durable the log's folder
    /// shows it for good.
    pub(crate) fn next_due(&self) -> Option<String> {
        let folders = &self.state.progress.as_ref()?.folders;
        folders.iter().find(|folder| *folder != RUNS).or_else(|| folders.first()).cloned()
    }

    /// K4 for one folder.
    pub(crate) fn sync_due(&mut self, folder: &str) -> Result<()> {
        self.root.files.sync_folder(folder)?;
        if let Some(progress) = &mut self.state.progress {
            progress.folders.remove(folder);
        }
        Ok(())
    }
}
