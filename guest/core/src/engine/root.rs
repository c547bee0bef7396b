//! What an instance knows of its root, whatever it has read of the store in it.

use crate::base::layout::{self, FORMAT};
use crate::base::log_file::LogFile;
use crate::base::log_state::{self, LogState};
use crate::base::newer;
use crate::codec::accelerators::Accelerators;
use crate::codec::crc32c;
use crate::disk::files::Files;
use crate::error::{Error, Failure, Result};
use crate::keyspace::Keyspace;
use crate::limits::{CHUNK_BYTES, FOLDERS_MAX};
use crate::state::object_counts::ObjectCounts;
use crate::state::reserve::Reserve;
use crate::state::uploads::Uploads;
use crate::storage::Storage;
use std::collections::BTreeSet;

/// What the file `format` holds.
pub(crate) const FORMAT_TEXT: &str = "sx-persist 1 plain\n";

/// Bytes of that file that are looked at: more than any version of it has.
pub(crate) const FORMAT_BYTES_MAX: usize = 256;

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
    pub(crate) has_format: bool,
    /// No commit after the next checkpoint has a lower lsn: `repair` lost sight of some.
    pub(crate) lsn_floor: u64,
    pub(crate) uploads: Uploads<S::File>,
    pub(crate) objects: ObjectCounts,
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
            has_format: false,
            lsn_floor: 0,
            uploads: Uploads::default(),
            objects: ObjectCounts::default(),
            reserve: Reserve::default(),
            closed: None,
        }
    }

    pub(crate) fn load_format(&mut self) -> Result<()> {
        self.has_format = false;
        if let Some(file) = self.files.open(FORMAT)? {
            let mut text = Vec::new();
            self.files.read(&file, 0, FORMAT_BYTES_MAX, &mut text)?;
            if text != FORMAT_TEXT.as_bytes() {
                let reason = newer::of_format(&text).unwrap_or("not the format of this version");
                return Err(Error::corrupt(FORMAT, 0, reason));
            }
            self.has_format = true;
        }
        Ok(())
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

    /// The state of a log whose whole file has this length and checksum.
    pub(crate) fn state_of_rewritten(
        &mut self,
        keyspace: &Keyspace,
        name: &[u8],
        length: u64,
        crc: u32,
    ) -> Result<Option<LogState>> {
        let Some(file) = self.files.open(&layout::path(keyspace, name, layout::LOG))? else {
            return Ok(None);
        };
        if self.files.size(&file)? != length {
            return Ok(None);
        }
        let mut found = 0;
        let mut chunk = Vec::new();
        let mut at = 0;
        while at < length {
            chunk.clear();
            self.files.read(&file, at, CHUNK_BYTES, &mut chunk)?;
            if chunk.is_empty() {
                return Ok(None);
            }
            found = crc32c::crc32c_append(found, &chunk);
            at += chunk.len() as u64;
        }
        if found != crc {
            return Ok(None);
        }
        log_state::of_lines(&mut self.files, LogFile::new(file, length), Some(0)).map(Some)
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
