//! Folders: made before a file stands in them, and synced before anything is built on their names.

use crate::base::layout;
use crate::engine::Engine;
use crate::error::Result;
use crate::limits::FOLDERS_MAX;
use crate::storage::Storage;
use std::collections::BTreeSet;

impl<S: Storage> Engine<S> {
    /// Makes a folder that a file is about to stand in, and has it synced, with every parent whose own name may not be durable.
    pub(crate) fn enter_folder(&mut self, folder: &str, folders: &mut BTreeSet<String>) -> Result<()> {
        folders.insert(folder.to_owned());
        if self.folders.len() >= FOLDERS_MAX {
            // Those that are needed again are made again, which they are already, and have their parents synced.
            self.folders.clear();
        }
        let ends = folder.match_indices('/').map(|(at, _)| at).chain([folder.len()]);
        for above in ends.filter_map(|end| folder.get(..end)) {
            if !self.folders.contains(above) {
                self.files.make_folder(above)?;
                folders.insert(layout::parent(above).to_owned());
                self.folders.insert(above.to_owned());
            }
        }
        Ok(())
    }

    /// As [`Engine::enter_folder`], for a folder that the checkpoint syncs in the end.
    pub(crate) fn enter_due(&mut self, folder: &str) -> Result<()> {
        let mut due = std::mem::take(&mut self.spread.folders);
        let entered = self.enter_folder(folder, &mut due);
        self.spread.folders = due;
        entered
    }

    /// C4 for all folders that are due.
    pub(crate) fn sync_all_due(&mut self) -> Result<()> {
        while let Some(folder) = self.spread.folders.first().cloned() {
            self.sync_due(&folder)?;
        }
        Ok(())
    }

    /// C4 for one folder.
    pub(crate) fn sync_due(&mut self, folder: &str) -> Result<()> {
        self.files.sync_folder(folder)?;
        self.spread.folders.remove(folder);
        Ok(())
    }
}
