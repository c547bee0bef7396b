//! What an instance knows of its root, whatever it has read of the store in it.

use crate::base::format::{FORMAT_1_TEXT, FORMAT_BYTES_MAX, Geometry, Layout, Origin};
use crate::base::layout::{self, FORMAT, GUARDS, RUNS};
use crate::codec::accelerators::Accelerators;
use crate::disk::files::{Files, ROOT};
use crate::error::{Error, Failure, Result};
use crate::journal::number_of;
use crate::limits::FOLDERS_MAX;
use crate::state::object_counts::ObjectCounts;
use crate::state::places::Places;
use crate::state::reserve::Reserve;
use crate::state::uploads::Uploads;
use crate::storage::{EntryKind, Storage};
use std::collections::BTreeSet;

/// When an answer is durable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// Before it is given.
    #[default]
    Always,
    /// At the next flush or checkpoint.
    Relaxed,
}

/// A root.
#[derive(Debug)]
pub(crate) struct Root<S: Storage> {
    pub(crate) files: Files<S>,
    pub(crate) durability: Durability,
    /// Folders whose names are durable.
    pub(crate) folders: BTreeSet<String>,
    /// What `format` says.
    pub(crate) origin: Origin,
    /// Where streams, keys and blobs are.
    pub(crate) layout: Layout,
    /// When a checkpoint is due.
    pub(crate) geometry: Geometry,
    /// No commit after the next checkpoint has a lower lsn: `repair` lost sight of some.
    pub(crate) lsn_floor: u64,
    pub(crate) uploads: Uploads<S::File>,
    pub(crate) objects: ObjectCounts,
    /// Kept where what was read is forgotten: a hint is looked at before it is believed.
    pub(crate) places: Places,
    pub(crate) reserve: Reserve,
    /// Why nothing is written any more.
    pub(crate) closed: Option<Failure>,
}

impl<S: Storage> Root<S> {
    pub(crate) fn new(storage: S, accelerators: Accelerators) -> Self {
        Self {
            files: Files::new(storage, accelerators),
            durability: Durability::default(),
            folders: BTreeSet::new(),
            origin: Origin::Original,
            layout: Layout::default(),
            geometry: Geometry::default(),
            lsn_floor: 0,
            uploads: Uploads::default(),
            objects: ObjectCounts::default(),
            places: Places::default(),
            reserve: Reserve::default(),
            closed: None,
        }
    }

    pub(crate) fn load_format(&mut self) -> Result<()> {
        self.origin = Origin::Original;
        (self.layout, self.geometry) = (Layout::default(), Geometry::default());
        let parsed = self.parse_format();
        let is_plain = self.origin == Origin::Own && self.layout == Layout::Plain;
        // Folders stand there as a rule, which one step tells.
        let [first_guard, _] = GUARDS;
        if is_plain && matches!(self.files.open(first_guard), Ok(Some(_))) && self.has_all_guards()? {
            // No conversion leaves them in a plain root: the file is one of an earlier time, and nothing of it is believed.
            self.origin = Origin::Original;
            (self.layout, self.geometry) = (Layout::Packed, Geometry::default());
            return Err(Error::corrupt(FORMAT, 0, "plain, though the guards of a packed root are there"));
        }
        if self.origin == Origin::Original && self.guards()? > 0 {
            // What the file does not say the names of a packed root do, in which files have the place of the original's folders.
            self.layout = Layout::Packed;
        }
        parsed
    }

    fn parse_format(&mut self) -> Result<()> {
        let Some(file) = self.files.open(FORMAT)? else { return Ok(()) };
        let mut text = Vec::new();
        self.files.read(&file, 0, FORMAT_BYTES_MAX, &mut text)?;
        if text == FORMAT_1_TEXT.as_bytes() {
            self.origin = Origin::Format1;
            return Ok(());
        }
        let parsed = Geometry::parse(&text).map_err(|reason| Error::corrupt(FORMAT, 0, reason))?;
        (self.layout, self.geometry) = parsed;
        self.origin = Origin::Own;
        Ok(())
    }

    /// How many of the guards of a packed root are there: files, and nothing in them.
    fn guards(&mut self) -> Result<usize> {
        let top = self.files.list(ROOT)?;
        let is_file =
            |name: &&str| top.iter().any(|entry| entry.name == **name && entry.kind == EntryKind::File);
        let mut guards = 0;
        for name in GUARDS.into_iter().filter(|name| is_file(name)) {
            if let Some(file) = self.files.open(name)? {
                guards += usize::from(self.files.size(&file)? == 0);
            }
        }
        Ok(guards)
    }

    /// Are they all there? Nothing is left then of a conversion.
    pub(crate) fn has_all_guards(&mut self) -> Result<bool> {
        Ok(self.guards()? == GUARDS.len())
    }

    /// Refuses what cannot be written to.
    pub(crate) fn check_open(&self) -> Result<()> {
        if self.files.is_read_only() {
            return Err(Error::ReadOnly);
        }
        match &self.closed {
            Some(failure) => Err(Error::Closed(failure.clone())),
            None => Ok(()),
        }
    }

    /// Closes the store to writes when a step of one has failed: nothing is known of the disk any more (D5).
    ///
    /// Where a step that had no room did nothing, all is known: what led up to it is done again with the next write.
    pub(crate) fn close_on_failure<R>(&mut self, outcome: Result<R>) -> Result<R> {
        if let Err(error) = &outcome
            && !(self.files.is_certain() && matches!(error, Error::NoSpace(_)))
        {
            self.closed.get_or_insert_with(|| error.closing());
        }
        outcome
    }

    /// The numbers of the files in `runs/`, rising.
    pub(crate) fn numbers_in_runs(&mut self) -> Result<Vec<u64>> {
        let entries = self.files.list(RUNS)?;
        Ok(entries.iter().filter_map(|entry| number_of(&entry.name)).collect())
    }

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
}
