//! A root of format 1 that was closed and holds nothing but what the original has: it is adopted, as a directory of the original's is.
//! Its files mean the same here, and its journal says nothing but what the next number and the next lsn are.

use crate::base::format::Origin;
use crate::base::layout::{FORMAT, LONG, RUNS};
use crate::base::other_version::{FORMAT_1, FORMAT_1_OPEN};
use crate::engine::Root;
use crate::error::{Error, Result};
use crate::journal::frame::Header;
use crate::journal::manifest::Manifest;
use crate::journal::{self, Journal, read};
use crate::limits::COMMITS_UNSEEN;
use crate::storage::{EntryKind, Storage};

/// Folders of format 1 that stand for what the original does not know; in `runs/`, which it has not, nobody knows what stands.
const OTHERS: [&str; 8] = ["refs", "snapshots", "objects", "maps", "sessions", "traces", "segments", RUNS];

impl<S: Storage> Root<S> {
    /// What to go on from in a root of format 1 that is adopted: no journal, and the lsns behind those of its own. None in any
    /// other root, and where the journal is not format 1's: whose it is and what is wrong with it, the journal says itself.
    ///
    /// `corrupt` with the reason where a root of format 1 is not adopted.
    pub(super) fn adopt(&mut self) -> Result<Option<Journal<S::File>>> {
        if self.origin != Origin::Format1 {
            return Ok(None);
        }
        let numbers = read::numbers(&mut self.files)?;
        // Without a journal nothing says how many commits there were.
        let last_lsn = if numbers.is_empty() { Some(COMMITS_UNSEEN) } else { self.last_lsn(&numbers)? };
        let Some(lsn) = last_lsn else { return Ok(None) };
        for folder in OTHERS.into_iter().flat_map(|name| [name.to_owned(), format!("{LONG}/{name}+")]) {
            if self.holds_a_file(folder)? {
                return Err(Error::corrupt(FORMAT, 0, FORMAT_1));
            }
        }
        let manifest = Manifest { lsn, copied: lsn, ..Manifest::default() };
        Ok(Some(Journal { manifest, next_lsn: lsn + 1, ..Journal::none(numbers) }))
    }

    /// The lsn of the last commit that the highest journal which is not empty speaks of; none where it is not a whole one of
    /// format 1.
    ///
    /// What stands behind the header may be commits, whole or torn: it was not closed.
    fn last_lsn(&mut self, numbers: &[u64]) -> Result<Option<u64>> {
        for number in numbers.iter().rev().copied() {
            let path = journal::path(number);
            let Some(file) = self.files.open(&path)? else { return Ok(None) };
            let bytes = read::read_from(&mut self.files, &file, 0)?;
            if bytes.is_empty() {
                continue;
            }
            let found = Header::decode_format_1(&bytes).filter(|(header, _)| header.number == number);
            let Some((header, rest)) = found else { return Ok(None) };
            let is_closed = rest.iter().all(|byte| *byte == 0);
            return if is_closed {
                Ok(Some(header.lsn - 1))
            } else {
                Err(Error::corrupt(&path, 0, FORMAT_1_OPEN))
            };
        }
        Ok(None)
    }

    /// Does anything but folders stand below this place?
    fn holds_a_file(&mut self, place: String) -> Result<bool> {
        let mut folders = vec![place];
        while let Some(folder) = folders.pop() {
            let entries = match self.files.list(&folder) {
                // It is no folder itself.
                Err(Error::Corrupt(_)) => return Ok(true),
                listed => listed?,
            };
            if entries.iter().any(|entry| entry.kind != EntryKind::Folder) {
                return Ok(true);
            }
            folders.extend(entries.into_iter().map(|entry| format!("{folder}/{}", entry.name)));
        }
        Ok(false)
    }
}
