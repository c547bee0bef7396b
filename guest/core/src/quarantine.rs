//! What recovery and `repair` set aside: a copy, and a note of what it is. Nothing is taken out of the store before both are
//! durable.

use crate::base::layout::{self, QUARANTINE};
use crate::engine::Engine;
use crate::error::{Damage, Result};
use crate::files::Handle;
use crate::limits::CHUNK_BYTES;
use crate::storage::Storage;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::Range;

const NOTE: &str = ".note";

impl<S: Storage> Engine<S> {
    /// Copies a part of a file to `quarantine/`. Answers the copy's path.
    pub(crate) fn set_aside(
        &mut self,
        file: &Handle<S::File>,
        part: Range<u64>,
        reason: &'static str,
    ) -> Result<String> {
        let (path, folders) = self.enter_quarantine()?;
        let copy = self.files.create(&path)?;
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
        self.files.sync(&copy)?;
        self.write_note(&path, file.path(), part, reason)?;
        // ORDER: copy, note and their names are durable before the caller takes the original away.
        for folder in &folders {
            self.files.sync_folder(folder)?;
        }
        Ok(path)
    }

    /// Moves to `quarantine/` what stands in the place of a file or a folder and is none: of a link, the link. Answers its path
    /// there.
    pub(crate) fn move_aside(&mut self, damage: &Damage) -> Result<String> {
        let (path, mut folders) = self.enter_quarantine()?;
        // ORDER: whoever finds it there can read where it comes from.
        self.write_note(&path, &damage.file, 0..0, damage.reason)?;
        self.files.rename(&damage.file, &path)?;
        folders.insert(layout::parent(&damage.file).to_owned());
        for folder in &folders {
            self.files.sync_folder(folder)?;
        }
        Ok(path)
    }

    /// A path that is free in `quarantine/`, and the folders to sync when something stands there.
    fn enter_quarantine(&mut self) -> Result<(String, BTreeSet<String>)> {
        let mut folders = BTreeSet::new();
        self.enter_folder(QUARANTINE, &mut folders)?;
        Ok((format!("{QUARANTINE}/{:06}", self.next_in_quarantine()?), folders))
    }

    fn write_note(&mut self, path: &str, file: &str, part: Range<u64>, reason: &str) -> Result<()> {
        let note = self.files.create(&format!("{path}{NOTE}"))?;
        self.files.write(&note, 0, note_text(file, part, reason).as_bytes())?;
        self.files.sync(&note)
    }

    fn next_in_quarantine(&mut self) -> Result<u64> {
        let entries = self.files.list(QUARANTINE)?;
        let numbers = entries.iter().filter_map(|entry| entry.name.split('.').next()?.parse::<u64>().ok());
        let taken: BTreeSet<_> = numbers.collect();
        // Behind the highest number that there is comes the first that is free: another program may have put that one there.
        let next = taken.last().copied().unwrap_or(0).checked_add(1);
        Ok(next.or_else(|| (1..u64::MAX).find(|number| !taken.contains(number))).unwrap_or(1))
    }

    /// How many pieces have been set aside.
    pub(crate) fn count_quarantine(&mut self) -> Result<u64> {
        let entries = self.files.list(QUARANTINE)?;
        Ok(entries.iter().filter(|entry| !entry.name.is_empty() && !entry.name.ends_with(NOTE)).count()
            as u64)
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
