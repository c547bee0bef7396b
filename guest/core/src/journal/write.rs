//! Writing a journal: the next one, and a commit at its end (J3, J5, K2, K5 to K7).

use super::frame::{self, Header};
use super::manifest::Manifest;
use super::read::Visited;
use super::{Journal, path};
use crate::base::layout::JOURNAL;
use crate::disk::files::{Files, Handle};
use crate::disk::tmp::{self, TMP};
use crate::error::{Error, Result};
use crate::limits::{CHUNK_BYTES, JOURNAL_AHEAD_BYTES};
use crate::storage::Storage;

/// Creates an empty file for the next journal. It counts for nothing until [`begin_next`] has put that in its place; to a reader
/// beside this writer it says that the base is about to change, in the files of what the journal names by now.
pub(crate) fn announce<S: Storage>(files: &mut Files<S>, journal: &mut Journal<S::File>) -> Result<()> {
    let number = journal.next_number()?;
    files.create(&path(number))?;
    journal.numbers.push(number);
    // That of a checkpoint that was given up: a disk without room has few names to give.
    match journal.announced.replace(number) {
        Some(unused) => {
            journal.numbers.retain(|number| *number != unused);
            files.remove(&path(unused))
        }
        None => Ok(()),
    }
}

/// Commits that are to stand behind the end of a journal: whole frames, and how many.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CommitFrames<'a> {
    pub(crate) frames: &'a [u8],
    pub(crate) count: u64,
}

/// Makes a journal of this manifest, of the frames from `from` on and of `commits` behind them, the one that counts; `visit` gets the
/// payloads. From its synced name on, everything older is done with. That the `commits` count is for the caller to say.
///
/// The bytes of the frames were readable and yet may never have reached the disk (J5); the copy is synced before anything is built
/// on it.
pub(crate) fn begin_next<S: Storage>(
    files: &mut Files<S>,
    journal: &mut Journal<S::File>,
    manifest: &Manifest,
    from: u64,
    commits: CommitFrames<'_>,
    visit: impl FnMut(u64, &[u8]) -> Visited,
) -> Result<()> {
    let number = match journal.announced {
        Some(number) => number,
        None => journal.next_number()?,
    };
    files.make_folder(TMP)?;
    let tmp = tmp::path("journal");
    let file = files.create(&tmp)?;
    let next_lsn = if from < journal.end { journal.next_lsn } else { manifest.lsn + 1 };
    let manifest = Manifest { copied: next_lsn - 1 + commits.count, ..manifest.clone() };
    let mut chunk = Header { number, lsn: manifest.lsn }.encode();
    let at = frame::begin(&mut chunk);
    manifest.encode(&mut chunk);
    frame::finish(&mut chunk, at, number, manifest.lsn, 0)?;
    let start = chunk.len() as u64;
    let end = copy_frames(files, journal, (&file, number), chunk, (from, commits.frames), visit)?;
    // ORDER: whole and durable before it has the name that makes it count.
    files.sync(&file)?;
    files.rename(&tmp, &path(number))?;
    files.sync_folder(JOURNAL)?;
    if journal.announced.take().is_none() {
        journal.numbers.push(number);
    }
    journal.file = Some(file.renamed(&path(number)));
    journal.number = number;
    journal.next_lsn = next_lsn;
    journal.manifest = manifest;
    (journal.start, journal.end, journal.allocated, journal.synced) = (start, end, end, end);
    journal.synced_lsn = journal.next_lsn - 1;
    journal.own = true;
    Ok(())
}

/// Writes `chunk`, and behind it the frames of a journal from `from` on and those of `more`, framed anew. Answers where they end.
fn copy_frames<S: Storage>(
    files: &mut Files<S>,
    journal: &Journal<S::File>,
    (to, number): (&Handle<S::File>, u64),
    mut chunk: Vec<u8>,
    (from, more): (u64, &[u8]),
    mut visit: impl FnMut(u64, &[u8]) -> Visited,
) -> Result<u64> {
    let mut bytes = Vec::new();
    if let Some(file) = journal.file.as_ref().filter(|_| from < journal.end) {
        // Up to the end that was read, which the zeros that pad the last frame may not have reached.
        let there = files.size(file)?.min(journal.end).saturating_sub(from);
        files.read(file, from, usize::try_from(there).unwrap_or(usize::MAX), &mut bytes)?;
        bytes.resize(bytes.len().next_multiple_of(frame::ALIGNMENT), 0);
    }
    let end = journal.end + more.len() as u64;
    bytes.extend_from_slice(more);
    let mut frames = bytes.as_slice();
    let (mut at, mut copied) = (0u64, from.max(journal.start));
    while let Some(frame) = frame::decode(frames, journal.number) {
        visit(frame.lsn, frame.payload)
            .map_err(|reason| Error::corrupt(&path(journal.number), copied, reason))?;
        let start = frame::begin(&mut chunk);
        chunk.extend_from_slice(frame.payload);
        frame::finish(&mut chunk, start, number, frame.lsn, 0)?;
        let framed_bytes = frame::framed_bytes(frame.payload.len());
        frames = frames.get(framed_bytes..).unwrap_or_default();
        copied += framed_bytes as u64;
        if chunk.len() >= CHUNK_BYTES {
            files.write(to, at, &chunk)?;
            at += chunk.len() as u64;
            chunk.clear();
        }
    }
    if copied < end {
        return Err(Error::corrupt(&path(journal.number), copied, "a commit does not read back"));
    }
    files.write(to, at, &chunk)?;
    Ok(at + chunk.len() as u64)
}

/// Removes every journal but the one that counts. After a crash some may be back; the highest number wins.
pub(crate) fn remove_older<S: Storage>(files: &mut Files<S>, journal: &mut Journal<S::File>) -> Result<()> {
    let older: Vec<_> = journal.numbers.iter().copied().filter(|number| *number != journal.number).collect();
    for number in older {
        files.remove(&path(number))?;
        journal.numbers.retain(|there| *there != number);
    }
    Ok(())
}

/// Writes frames behind the journal's end; durable when `sync` is set. Where room is `scarce`, no zeros are written ahead.
///
/// A write that failed is cut back and synced, and the journal stays as it was: `Err((error, true))`. When that fails too, or
/// when the sync of whole frames does, nothing is known of the file any more: `Err((error, false))` (D5).
pub(crate) fn append<S: Storage>(
    files: &mut Files<S>,
    journal: &mut Journal<S::File>,
    frames: &mut Vec<u8>,
    sync: bool,
    scarce: bool,
) -> std::result::Result<(), (Error, bool)> {
    let Some(file) = &journal.file else { return Ok(()) };
    let length = frames.len();
    let end = journal.end + length as u64;
    // Without a sync there is nothing to spare.
    if sync && !scarce && end > journal.allocated {
        journal.allocated = end.next_multiple_of(JOURNAL_AHEAD_BYTES);
        let zeros = usize::try_from(journal.allocated - end).unwrap_or(0);
        frames.resize(length + zeros, 0);
    }
    let written = files.write(file, journal.end, frames);
    frames.truncate(length);
    if let Err(error) = written {
        journal.allocated = journal.end;
        let undone = files.set_size(file, journal.end).and_then(|()| files.sync(file)).is_ok();
        if undone {
            journal.synced = journal.end;
            journal.synced_lsn = journal.next_lsn - 1;
        }
        return Err((error, undone));
    }
    journal.end = end;
    journal.allocated = journal.allocated.max(end);
    if sync {
        flush(files, journal).map_err(|error| (error, false))?;
    }
    Ok(())
}

/// Syncs what is not synced.
pub(crate) fn flush<S: Storage>(files: &mut Files<S>, journal: &mut Journal<S::File>) -> Result<()> {
    if let Some(file) = journal.file.as_ref().filter(|_| journal.own && journal.synced < journal.end) {
        files.sync(file)?;
        journal.synced = journal.end;
        journal.synced_lsn = journal.next_lsn - 1;
    }
    Ok(())
}
