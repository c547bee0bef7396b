//! What stands in the place of a file or a folder of the store and is none: a pipe, a device, a link, a folder for a file. It is
//! never opened. `verify` finds it; `repair` moves it to `quarantine/`, since it holds no bytes that could be copied.

use crate::base::format::Layout;
use crate::base::layout::{self, JOURNAL, QUARANTINE};
use crate::disk::files::ROOT;
use crate::disk::tmp::{self, TMP};
use crate::engine::Root;
use crate::engine::report::Report;
use crate::error::{Damage, Error, Result};
use crate::journal::read;
use crate::keyspace::{self, BLOBS};
use crate::storage::{Entry, EntryKind, Storage};

impl<S: Storage> Root<S> {
    /// What of the root is not of the kind that its name asks for, and how much of it is none of the store's.
    pub(crate) fn misplaced_in_root(&mut self) -> Result<(Vec<Damage>, u64)> {
        let (mut misplaced, mut foreign) = (Vec::new(), 0);
        for entry in self.files.list(ROOT)? {
            foreign += u64::from(!layout::is_known(&entry.name));
            let wanted = layout::kind_in_root(&entry.name, self.layout);
            if let Some(wanted) = wanted.filter(|wanted| *wanted != entry.kind) {
                misplaced.push(layout::misplaced(entry.name, wanted));
            }
        }
        Ok((misplaced, foreign))
    }

    /// Makes way for what `repair` is about to read and to write.
    pub(crate) fn move_misplaced_aside(&mut self, report: &mut Report) -> Result<()> {
        let (mut root, _) = self.misplaced_in_root()?;
        // The folder that the others go to comes first.
        for damage in root.extract_if(.., |damage| damage.file == QUARANTINE) {
            let to = self.move_quarantine_aside()?;
            report.add(damage, Some(to));
        }
        self.move_all_aside(root, report)?;
        let in_work = self.misplaced_in_work()?;
        self.move_all_aside(in_work, report)?;
        let is_packed = self.layout == Layout::Packed;
        for keyspace in keyspace::ALL.into_iter().filter(|keyspace| !is_packed || **keyspace == BLOBS) {
            let misplaced = layout::list_all(&mut self.files, keyspace)?.misplaced;
            self.move_all_aside(misplaced, report)?;
        }
        Ok(())
    }

    /// What is no file and has the name of a journal, or of a file in work.
    pub(crate) fn misplaced_in_work(&mut self) -> Result<Vec<Damage>> {
        let mut misplaced = Vec::new();
        for folder in [JOURNAL, TMP] {
            for entry in self.list_folder(folder)?.into_iter().filter(|entry| entry.kind != EntryKind::File) {
                let path = format!("{folder}/{}", entry.name);
                if read::number_of(&entry.name).is_some() || tmp::is_in_work(&path) {
                    misplaced.push(layout::misplaced(path, EntryKind::File));
                }
            }
        }
        Ok(misplaced)
    }

    /// How much of `tmp/` is none of the store's.
    pub(crate) fn foreign_in_tmp(&mut self) -> Result<u64> {
        let entries = self.list_folder(TMP)?;
        let is_foreign = |name: &str| !tmp::is_in_work(&format!("{TMP}/{name}"));
        Ok(entries.iter().filter(|entry| is_foreign(&entry.name)).count() as u64)
    }

    /// What a folder of the root holds; nothing when it is none.
    fn list_folder(&mut self, folder: &str) -> Result<Vec<Entry>> {
        match self.files.list(folder) {
            Err(Error::Corrupt(_)) => Ok(Vec::new()),
            listed => listed,
        }
    }

    /// Gives what has the place of `quarantine/` a name beside it.
    fn move_quarantine_aside(&mut self) -> Result<String> {
        let taken = self.files.list(ROOT)?;
        let is_free = |name: &String| taken.iter().all(|entry| entry.name != *name);
        let mut names = (1..u64::MAX).map(|number| format!("{QUARANTINE}.{number}"));
        let to =
            names.find(is_free).ok_or_else(|| Error::corrupt(QUARANTINE, 0, "no name is free beside it"))?;
        self.files.rename(QUARANTINE, &to)?;
        self.files.sync_folder(ROOT)?;
        Ok(to)
    }

    fn move_all_aside(&mut self, misplaced: Vec<Damage>, report: &mut Report) -> Result<()> {
        for damage in misplaced {
            self.folders.clear();
            let moved = self.move_aside(&damage)?;
            report.add(damage, Some(moved));
        }
        Ok(())
    }
}
