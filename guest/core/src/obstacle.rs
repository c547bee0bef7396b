//! What the file system does not hold, or holds in the place of something else: a name that is too long for it, a folder where
//! a file is to be. The first is refused when it is written; the second stops a checkpoint, and `repair` sets it aside.

use crate::base::layout::{self, FORMAT, JOURNAL, LOG, QUARANTINE, SEQ, TMP};
use crate::engine::Engine;
use crate::error::{Damage, Error, Result};
use crate::files::{ROOT, SURE_NAME_CHARS};
use crate::journal::read::number_of;
use crate::record::Place;
use crate::space::{self, Shape};
use crate::storage::{EntryKind, Storage};
use crate::verify::Report;
use std::collections::BTreeMap;

const NO_FILE: &str = "no file, and a file is to stand here";
const NO_FOLDER: &str = "no folder, and a folder is to stand here";

/// The kinds of what stands in folders that have been listed.
type Kinds = BTreeMap<String, BTreeMap<String, EntryKind>>;

impl<S: Storage> Engine<S> {
    /// Refuses a name whose file the file system cannot hold: its checkpoint would fail, and with it every later write.
    pub(crate) fn check_place(&mut self, place: Place<'_>) -> Result<()> {
        // Two digits a byte, and a suffix.
        if 2 * place.name.len() + SEQ.len() <= SURE_NAME_CHARS {
            return Ok(());
        }
        let suffix = if place.space.shape == Shape::Log { LOG } else { "" };
        let path = layout::path(place.space, place.name, suffix);
        let longest = path.split('/').map(str::len).max().unwrap_or(0);
        if self.files.holds_name(longest)? {
            return Ok(());
        }
        let reason = format!(
            "its file would have a name of {longest} characters, which is more than this file system takes"
        );
        Err(Error::InvalidName(reason.into()))
    }

    /// What stands in the root where a folder or `format` is to be, and where the next journal or a file in work is.
    pub(crate) fn obstacles(&mut self) -> Result<Vec<Damage>> {
        let mut kinds = Kinds::new();
        let folders = space::ALL.iter().map(|space| space.folder);
        let mut found = Vec::new();
        for folder in folders.chain([JOURNAL, TMP, QUARANTINE, layout::LONG]) {
            found.extend(self.obstacle(folder, EntryKind::Folder, &mut kinds)?);
        }
        found.extend(self.obstacle(FORMAT, EntryKind::File, &mut kinds)?);
        for folder in [JOURNAL, TMP] {
            if self.kind_of(folder, &mut kinds)? != Some(EntryKind::Folder) {
                continue;
            }
            for name in self.names_of(folder, &mut kinds)? {
                let path = format!("{folder}/{name}");
                if number_of(&name).is_some() || layout::is_in_work(&path) {
                    found.extend(self.obstacle(&path, EntryKind::File, &mut kinds)?);
                }
            }
        }
        Ok(found)
    }

    /// What stands in the way of what is pending.
    pub(crate) fn obstacles_to_pending(&mut self) -> Result<Vec<Damage>> {
        let mut kinds = Kinds::new();
        let mut found = Vec::new();
        let pending = self.overlay.dirty().iter();
        let pending: Vec<_> = pending
            .filter_map(|(id, name)| Some((space::by_id(*id)?, crate::overlay::Name::clone(name))))
            .collect();
        for (space, name) in pending {
            let suffixes: &[&str] = if space.shape == Shape::Log { &[LOG, SEQ] } else { &[""] };
            for suffix in suffixes {
                let path = layout::path(space, &name, suffix);
                let ends = path.match_indices('/').map(|(at, _)| at);
                let mut ways: Vec<_> =
                    ends.filter_map(|end| Some((path.get(..end)?, EntryKind::Folder))).collect();
                ways.push((path.as_str(), EntryKind::File));
                for (way, wanted) in ways {
                    let obstacle = self.obstacle(way, wanted, &mut kinds)?;
                    let is_blocked = obstacle.is_some();
                    found.extend(obstacle.filter(|obstacle| !found.contains(obstacle)));
                    if is_blocked {
                        break;
                    }
                }
            }
        }
        Ok(found)
    }

    /// Moves what stands in the way to `quarantine/`, whatever it is: of a link, the link.
    pub(crate) fn set_obstacles_aside(&mut self, found: Vec<Damage>, report: &mut Report) -> Result<()> {
        // The folder that the others go to comes first.
        let (own, others): (Vec<_>, Vec<_>) = found.into_iter().partition(|found| found.file == QUARANTINE);
        for obstacle in own {
            let taken = self.files.list(ROOT)?;
            let free = (1..u64::MAX)
                .map(|number| format!("{QUARANTINE}.{number}"))
                .find(|name| taken.iter().all(|entry| entry.name != *name));
            let to = free.unwrap_or_default();
            self.files.rename(QUARANTINE, &to)?;
            self.files.sync_folder(ROOT)?;
            report.add(obstacle, Some(to));
        }
        for obstacle in others {
            let to = self.move_aside(&obstacle.file, obstacle.reason)?;
            report.add(obstacle, Some(to));
        }
        Ok(())
    }

    /// What stands at a path that is to be of a kind, and is not of it.
    fn obstacle(&mut self, path: &str, wanted: EntryKind, kinds: &mut Kinds) -> Result<Option<Damage>> {
        let found = self.kind_of(path, kinds)?;
        let reason = if wanted == EntryKind::File { NO_FILE } else { NO_FOLDER };
        let is_obstacle = found.is_some_and(|found| found != wanted);
        Ok(is_obstacle.then(|| Damage { file: path.to_owned(), line: None, offset_bytes: 0, reason }))
    }

    fn kind_of(&mut self, path: &str, kinds: &mut Kinds) -> Result<Option<EntryKind>> {
        let folder = layout::parent(path);
        let name = path.rsplit('/').next().unwrap_or(path);
        self.look_into(folder, kinds)?;
        Ok(kinds.get(folder).and_then(|names| names.get(name)).copied())
    }

    fn names_of(&mut self, folder: &str, kinds: &mut Kinds) -> Result<Vec<String>> {
        self.look_into(folder, kinds)?;
        Ok(kinds.get(folder).into_iter().flat_map(BTreeMap::keys).cloned().collect())
    }

    /// Lists a folder, once.
    fn look_into(&mut self, folder: &str, kinds: &mut Kinds) -> Result<()> {
        if !kinds.contains_key(folder) {
            let entries = self.files.list(folder)?;
            let names = entries.into_iter().map(|entry| (entry.name, entry.kind)).collect();
            kinds.insert(folder.to_owned(), names);
        }
        Ok(())
    }
}
