//! What recovery and `repair` set aside: a copy, and a note of what it is. Nothing is taken out of the store before both are
//! durable.

use crate::base::layout::{self, QUARANTINE};
use crate::disk::files::Handle;
use crate::engine::Root;
use crate::error::{Damage, Result};
use crate::limits::CHUNK_BYTES;
use crate::storage::Storage;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::Range;

const NOTE: &str = ".note";

impl<S: Storage> Root<S> {
    /// Copies a part of a file to `quarantine/`. Answers the copy's path.
    pub(crate) fn set_aside(
        &mut self,
        file: &Handle<S::File>,
        part: Range<u64>,
        reason: &str,
    ) -> Result<String> {
        let (path, folders) = self.enter_quarantine()?;
        self.copy_part(file, part.clone(), &path)?;
        self.write_note(&path, file.path(), part, reason)?;
        // ORDER: copy, note and their names are durable before the caller takes the original away.
        self.sync_folders(&folders)?;
        Ok(path)
    }

    /// Copies a part of a file to a new one and syncs that.
    pub(crate) fn copy_part(&mut self, file: &Handle<S::File>, part: Range<u64>, to: &str) -> Result<()> {
        let copy = self.files.create(to)?;
        let mut at = part.start;
        let mut chunk = Vec::new();
        while at < part.end {
            chunk.clear();
            let length = usize::try_from(part.end - at).unwrap_or(CHUNK_BYTES).min(CHUNK_BYTES);
            self.files.read(file, at, length, &mut chunk)?;
            if chunk.is_empty() {
                break;
            }
            self.files.write(&copy, at - part.start, &chunk)?;
            at += chunk.len() as u64;
        }
        self.files.sync(&copy)
    }

    pub(crate) fn sync_folders(&mut self, folders: &BTreeSet<String>) -> Result<()> {
        folders.iter().try_for_each(|folder| self.files.sync_folder(folder))
    }

    /// Moves to `quarantine/` what stands in the place of a file or a folder and is none: of a link, the link. Answers its path
    /// there.
    pub(crate) fn move_aside(&mut self, damage: &Damage) -> Result<String> {
        let (path, folders) = self.enter_quarantine()?;
        self.move_to(&path, folders, damage)?;
        Ok(path)
    }

    /// As [`Root::move_aside`], to a path that is free in `quarantine/`, with the folders to sync for it.
    pub(crate) fn move_to(
        &mut self,
        path: &str,
        mut folders: BTreeSet<String>,
        damage: &Damage,
    ) -> Result<()> {
        // ORDER: whoever finds it there can read where it comes from.
        self.write_note(path, &damage.file, 0..0, &damage.reason)?;
        self.files.rename(&damage.file, path)?;
        folders.insert(layout::parent(&damage.file).to_owned());
        self.sync_folders(&folders)
    }

    /// A path that is free in `quarantine/`, and the folders to sync when something stands there.
    pub(crate) fn enter_quarantine(&mut self) -> Result<(String, BTreeSet<String>)> {
        let mut folders = BTreeSet::new();
        self.enter_folder(QUARANTINE, &mut folders)?;
        Ok((format!("{QUARANTINE}/{:06}", self.next_in_quarantine()?), folders))
    }

    fn write_note(&mut self, path: &str, file: &str, part: Range<u64>, reason: &str) -> Result<()> {
        let note = self.files.create(&format!("{path}{NOTE}"))?;
        self.files.write(&note, 0, note_text(file, part, reason).as_bytes())?;
        self.files.sync(&note)
    }

    /// The file that a note says something in `quarantine/` comes from.
    pub(crate) fn noted(&mut self, path: &str) -> Result<Option<String>> {
        let Some(note) = self.files.open(&format!("{path}{NOTE}"))? else { return Ok(None) };
        let mut text = Vec::new();
        self.files.read(&note, 0, CHUNK_BYTES, &mut text)?;
        let value = str::from_utf8(&text).ok().and_then(|text| sx::parse(text).ok());
        Ok(value.and_then(|note| note.get("file")?.as_str().map(str::to_owned)))
    }

    fn next_in_quarantine(&mut self) -> Result<u64> {
        let entries = self.files.list(QUARANTINE)?;
        let numbers = entries.iter().filter_map(|entry| entry.name.split('.').next()?.parse::<u64>().ok());
        let taken: BTreeSet<_> = numbers.collect();
        // Behind the highest number that there is comes the first that is free: another program may have put that one there.
        let next = taken.last().copied().unwrap_or(0).checked_add(1);
        Ok(next.or_else(|| (1..u64::MAX).find(|number| !taken.contains(number))).unwrap_or(1))
    }

    /// How many pieces have been set aside: under a number, which is what their names are.
    pub(crate) fn count_quarantine(&mut self) -> Result<u64> {
        let is_piece = |name: &str| name.len() >= 6 && name.bytes().all(|byte| byte.is_ascii_digit());
        Ok(self.files.list(QUARANTINE)?.iter().filter(|entry| is_piece(&entry.name)).count() as u64)
    }
}

/// One SX value, for people and for programs.
fn note_text(file: &str, part: Range<u64>, reason: &str) -> String {
    let mut text = String::from("{:file ");
    sx::quote(file, &mut text);
    let _ = write!(text, " :length {} :offset {} :reason ", part.end - part.start, part.start);
    sx::quote(reason, &mut text);
    text.push_str("}\n");
    text
}
