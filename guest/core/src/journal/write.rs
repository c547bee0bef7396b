//! Writing a journal: the next one, and a commit at its end (J3, J5, C5).

use super::frame::{self, HEADER_BYTES, Header};
use super::{Journal, path, read};
use crate::base::layout::JOURNAL;
use crate::disk::files::{Files, Handle};
use crate::disk::tmp::{self, TMP};
use crate::error::{Error, Result};
use crate::limits::{CHUNK_BYTES, JOURNAL_AHEAD_BYTES};
use crate::storage::Storage;

/// Creates the file of the next journal, empty. It counts for nothing until [`open_next`] has given it a header; to a reader
/// beside this writer it says that the base is about to change, in the files of what the journal names by now.
pub(crate) fn announce<S: Storage>(files: &mut Files<S>, journal: &mut Journal<S::File>) -> Result<()> {
    let number = journal.next_number()?;
    let unused = journal.next.replace(files.create(&path(number))?).and_then(|_| journal.numbers.pop());
    journal.numbers.push(number);
    // That of the round before, which did not come to the end of the checkpoint: a disk without room has few names to give.
    unused.map_or(Ok(()), |unused| files.remove(&path(unused)))
}

/// Makes the file that was announced last the journal that counts. From its synced name on, everything older is done with.
pub(crate) fn open_next<S: Storage>(files: &mut Files<S>, journal: &mut Journal<S::File>) -> Result<()> {
    let Some(file) = journal.next.take() else { return Ok(()) };
    let number = journal.numbers.last().copied().unwrap_or(1);
    files.write(&file, 0, &Header { number, first_lsn: journal.next_lsn }.encode())?;
    // ORDER: the header is durable before the name, or the name could show an invalid journal above the one that counts.
    files.sync(&file)?;
    files.sync_folder(JOURNAL)?;
    become_live(journal, file, number, HEADER_BYTES as u64);
    Ok(())
}

fn become_live<F>(journal: &mut Journal<F>, file: Handle<F>, number: u64, end: u64) {
    journal.file = Some(file);
    journal.number = number;
    journal.end = end;
    journal.allocated = end;
    journal.synced = end;
    journal.own = true;
}

/// Removes every journal but the one that counts. After a crash some may be back; the highest number wins.
pub(crate) fn remove_older<S: Storage>(files: &mut Files<S>, journal: &mut Journal<S::File>) -> Result<()> {
    for number in std::mem::take(&mut journal.numbers) {
        if number == journal.number {
            journal.numbers.push(number);
        } else {
            files.remove(&path(number))?;
        }
    }
    Ok(())
}

/// Copies the frames that an earlier instance wrote into the next journal, which then counts (J5).
///
/// Their bytes were readable and yet may never have reached the disk; the copy is synced before anything is built on it.
pub(crate) fn adopt<S: Storage>(files: &mut Files<S>, journal: &mut Journal<S::File>) -> Result<()> {
    let Some(old) = &journal.file else { return Err(Error::corrupt(JOURNAL, 0, "frames of no file")) };
    // Up to the end that was read, which the zeros that pad the last frame may not have reached.
    let bytes = read::beginning(files, old, journal.end)?;
    let mut frames = bytes.get(HEADER_BYTES..).unwrap_or_default();
    let first_lsn = frame::decode(frames, journal.number).map_or(journal.next_lsn, |frame| frame.lsn);
    let number = journal.next_number()?;

    files.make_folder(TMP)?;
    let tmp = tmp::path("journal");
    let file = files.create(&tmp)?;
    let mut at = 0u64;
    let mut chunk = Header { number, first_lsn }.encode().to_vec();
    while let Some(frame) = frame::decode(frames, journal.number) {
        let start = frame::begin(&mut chunk);
        chunk.extend_from_slice(frame.payload);
        frame::finish(&mut chunk, start, number, frame.lsn, 0)?;
        frames = frames.get(frame::framed_bytes(frame.payload.len())..).unwrap_or_default();
        if chunk.len() >= CHUNK_BYTES {
            files.write(&file, at, &chunk)?;
            at += chunk.len() as u64;
            chunk.clear();
        }
    }
    files.write(&file, at, &chunk)?;
    at += chunk.len() as u64;
    // ORDER: whole and durable before it has the name that makes it count.
    files.sync(&file)?;
    files.rename(&tmp, &path(number))?;
    files.sync_folder(JOURNAL)?;
    journal.numbers.push(number);
    become_live(journal, file.renamed(&path(number)), number, at);
    remove_older(files, journal)
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
    }
    Ok(())
}
