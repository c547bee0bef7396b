//! Reading a journal (J4): which one counts, its frames in order, torn tail or damage.

use super::frame::{self, ALIGNMENT, HEAD_BYTES, HEADER_BYTES, Header};
use super::{Journal, path};
use crate::base::layout::JOURNAL;
use crate::base::newer;
use crate::disk::files::{Files, Handle, NO_FILE};
use crate::error::{Error, Result};
use crate::journal::record::{self, Record};
use crate::limits::{COUNT_END, JOURNAL_BYTES_MAX};
use crate::storage::{Entry, EntryKind, Storage};

/// A place in a journal from which nothing can be trusted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct DamagedJournal {
    pub(crate) offset: u64,
    pub(crate) reason: &'static str,
}

/// Where a scan came to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Scanned {
    pub(crate) end: u64,
    pub(crate) next_lsn: u64,
}

/// The numbers of the files in `journal/`, rising.
///
/// `corrupt` when what has such a name is no file: a journal may have stood there, which no older one stands in for.
pub(crate) fn numbers<S: Storage>(files: &mut Files<S>) -> Result<Vec<u64>> {
    let number = |entry: &Entry| match entry.kind {
        EntryKind::File => Ok(number_of(&entry.name)),
        _ if number_of(&entry.name).is_none() => Ok(None),
        _ => Err(Error::corrupt(&format!("{JOURNAL}/{}", entry.name), 0, NO_FILE)),
    };
    files.list(JOURNAL)?.iter().filter_map(|entry| number(entry).transpose()).collect()
}

/// The number that a file name in `journal/` stands for.
pub(crate) fn number_of(name: &str) -> Option<u64> {
    let is_number = name.len() == 20 && name.bytes().all(|byte| byte.is_ascii_digit());
    name.parse().ok().filter(|number| is_number && (1..COUNT_END).contains(number))
}

/// Finds the journal that counts and hands its commits to `visit`, in order.
///
/// `corrupt` when the one with the highest number is damaged: a lower one is older and does not stand in for it.
pub(crate) fn load<S: Storage>(
    files: &mut Files<S>,
    mut visit: impl FnMut(u64, &[Record<'_>]) -> Result<()>,
) -> Result<Journal<S::File>> {
    let numbers = numbers(files)?;
    for number in numbers.iter().rev().copied() {
        let Some(file) = files.open(&path(number))? else { return Err(vanished(number)) };
        let bytes = read_from(files, &file, 0)?;
        if let Some(reason) = newer::of_journal(&bytes) {
            return Err(Error::corrupt(&path(number), 0, reason));
        }
        let Some(header) = Header::decode(&bytes).filter(|header| header.number == number) else {
            if let Some(offset) = find_frame(&bytes, number, |_, _, _| true) {
                let reason = "the header is invalid and frames stand behind it";
                return Err(Error::corrupt(&path(number), offset, reason));
            }
            // Never finished: its header would have been synced before its first frame.
            continue;
        };
        let frames = bytes.get(HEADER_BYTES..).unwrap_or_default();
        let scanned = scan(frames, HEADER_BYTES as u64, number, header.first_lsn, &mut visit)?
            .map_err(|damaged| Error::corrupt(&path(number), damaged.offset, damaged.reason))?;
        return Ok(Journal {
            file: Some(file),
            number,
            numbers,
            next: None,
            end: scanned.end,
            allocated: 0,
            synced: 0,
            next_lsn: scanned.next_lsn,
            own: false,
        });
    }
    Ok(Journal::none(numbers))
}

/// Reads on behind the known end of a journal that another instance is writing.
pub(crate) fn follow<S: Storage>(
    files: &mut Files<S>,
    journal: &mut Journal<S::File>,
    visit: impl FnMut(u64, &[Record<'_>]) -> Result<()>,
) -> Result<()> {
    if !has_grown(files, journal)? {
        return Ok(());
    }
    let Some(file) = &journal.file else { return Ok(()) };
    let bytes = read_from(files, file, journal.end)?;
    let scanned = scan(&bytes, journal.end, journal.number, journal.next_lsn, visit)?
        .map_err(|damaged| Error::corrupt(file.path(), damaged.offset, damaged.reason))?;
    journal.end = scanned.end;
    journal.next_lsn = scanned.next_lsn;
    Ok(())
}

/// Does anything but zeros stand behind the known end?
fn has_grown<S: Storage>(files: &mut Files<S>, journal: &Journal<S::File>) -> Result<bool> {
    let Some(file) = &journal.file else { return Ok(false) };
    let mut head = Vec::new();
    files.read(file, journal.end, HEAD_BYTES, &mut head)?;
    Ok(head.iter().any(|byte| *byte != 0))
}

fn vanished(number: u64) -> Error {
    Error::corrupt(&path(number), 0, "the file went while the journal was read")
}

/// Everything of a journal from an offset on.
pub(crate) fn read_from<S: Storage>(
    files: &mut Files<S>,
    file: &Handle<S::File>,
    offset: u64,
) -> Result<Vec<u8>> {
    let size = files.size(file)?;
    if size > JOURNAL_BYTES_MAX {
        return Err(Error::corrupt(file.path(), JOURNAL_BYTES_MAX, "longer than a journal can be"));
    }
    let mut bytes = Vec::new();
    let length = usize::try_from(size.saturating_sub(offset)).unwrap_or(usize::MAX);
    files.read(file, offset, length, &mut bytes)?;
    Ok(bytes)
}

/// The first `length` bytes of a journal, or all of a shorter one.
pub(crate) fn beginning<S: Storage>(
    files: &mut Files<S>,
    file: &Handle<S::File>,
    length: u64,
) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let length = files.size(file)?.min(length);
    files.read(file, 0, usize::try_from(length).unwrap_or(usize::MAX), &mut bytes)?;
    Ok(bytes)
}

/// Takes the frames at the beginning of `bytes`, which stand at `offset` of the journal, until the first invalid one.
///
/// The outer error is `visit`'s.
pub(crate) fn scan(
    bytes: &[u8],
    offset: u64,
    number: u64,
    first_lsn: u64,
    mut visit: impl FnMut(u64, &[Record<'_>]) -> Result<()>,
) -> Result<std::result::Result<Scanned, DamagedJournal>> {
    let mut rest = bytes;
    let mut at = Scanned { end: offset, next_lsn: first_lsn };
    while let Some(frame) = frame::decode(rest, number) {
        if frame.lsn != at.next_lsn {
            return Ok(Err(DamagedJournal { offset: at.end, reason: "a commit is missing before this one" }));
        }
        let Some(records) = record::decode(frame.payload) else {
            return Ok(Err(DamagedJournal { offset: at.end, reason: "a commit of an unknown kind" }));
        };
        visit(frame.lsn, &records)?;
        let framed_bytes = frame::framed_bytes(frame.payload.len());
        at.end += framed_bytes as u64;
        at.next_lsn += 1;
        rest = rest.get(framed_bytes..).unwrap_or_default();
    }
    // What was synced cannot be torn. A frame behind this place that was written when the journal was known to be synced
    // beyond it says that this place was whole once.
    let tail = rest.get(ALIGNMENT..).unwrap_or_default();
    let tail_offset = at.end + ALIGNMENT as u64;
    let lsns = at.next_lsn..=at.next_lsn + (tail.len() / HEAD_BYTES) as u64 + 1;
    let witness = find_frame(tail, number, |lsn, synced, offset| {
        lsns.contains(&lsn) && synced > at.end && synced <= tail_offset + offset
    });
    match witness {
        Some(_) => Ok(Err(DamagedJournal { offset: at.end, reason: "synced commits are damaged" })),
        None => Ok(Ok(at)),
    }
}

/// Where the first valid frame stands whose lsn and `synced` are `wanted` at its place in `bytes`.
fn find_frame(bytes: &[u8], number: u64, wanted: impl Fn(u64, u64, u64) -> bool) -> Option<u64> {
    (0..bytes.len()).step_by(ALIGNMENT).find_map(|at| {
        let rest = bytes.get(at..)?;
        let (lsn, synced) = frame::claims(rest)?;
        // A frame never claims more than what stands before it; this spares nearly every checksum of garbage.
        let is_frame = synced <= at as u64 + JOURNAL_BYTES_MAX
            && wanted(lsn, synced, at as u64)
            && frame::decode(rest, number).is_some();
        is_frame.then_some(at as u64)
    })
}

/// How far the whole frames of a damaged journal go.
#[derive(Debug)]
pub(crate) struct Whole {
    pub(crate) bytes: usize,
    /// The lsn behind the last of them; none without any.
    pub(crate) next_lsn: Option<u64>,
}

/// Hands the frames at the beginning of `frames` to `visit`, up to the first that does not follow. For `repair` alone.
pub(crate) fn replay_whole(frames: &[u8], number: u64, mut visit: impl FnMut(u64, &[Record<'_>])) -> Whole {
    let mut whole = Whole { bytes: 0, next_lsn: None };
    while let Some(frame) = frame::decode(frames.get(whole.bytes..).unwrap_or_default(), number) {
        let follows = whole.next_lsn.is_none_or(|next| next == frame.lsn);
        let Some(records) = record::decode(frame.payload).filter(|_| follows) else { break };
        visit(frame.lsn, &records);
        whole.bytes += frame::framed_bytes(frame.payload.len());
        whole.next_lsn = Some(frame.lsn + 1);
    }
    whole
}

/// The highest lsn of any valid frame, wherever it stands, or of the header. For `repair` alone.
pub(crate) fn highest_lsn(bytes: &[u8], number: u64) -> u64 {
    let frames = (0..bytes.len()).step_by(ALIGNMENT).filter_map(|at| frame::decode(bytes.get(at..)?, number));
    let highest = frames.map(|frame| frame.lsn).max().unwrap_or(0);
    highest.max(Header::decode(bytes).map_or(0, |header| header.first_lsn - 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::record::Place;
    use crate::keyspace::KV;

    /// A journal of one `put` a frame; `synced[i]` is what the i-th frame claims.
    fn frames(number: u64, synced: &[u64]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (lsn, synced) in (1..).zip(synced) {
            let at = frame::begin(&mut bytes);
            Record::Put { place: Place { keyspace: &KV, name: b"key" }, value: b"nil" }.encode(&mut bytes);
            frame::finish(&mut bytes, at, number, lsn, *synced).unwrap();
        }
        bytes
    }

    const FRAME: usize = 40;

    fn scanned(bytes: &[u8]) -> std::result::Result<Scanned, DamagedJournal> {
        scan(bytes, 32, 5, 1, |_, _| Ok(())).unwrap()
    }

    #[test]
    fn frames_are_taken_in_order_to_the_end() {
        let bytes = frames(5, &[32, 72, 112]);
        assert_eq!(bytes.len(), 3 * FRAME);
        assert_eq!(scanned(&bytes), Ok(Scanned { end: 152, next_lsn: 4 }));
        assert_eq!(scanned(&[]), Ok(Scanned { end: 32, next_lsn: 1 }));
    }

    #[test]
    fn a_torn_tail_is_ignored() {
        let bytes = frames(5, &[32, 72, 112]);
        assert_eq!(scanned(&bytes[..3 * FRAME - 9]), Ok(Scanned { end: 112, next_lsn: 3 }));
        // Torn in the middle of a group whose frames claim no more than its beginning.
        let mut group = frames(5, &[32, 72, 72, 72]);
        group[2 * FRAME - 9] ^= 1;
        assert_eq!(scanned(&group), Ok(Scanned { end: 72, next_lsn: 2 }));
    }

    #[test]
    fn damage_in_what_was_synced_is_noticed() {
        let mut bytes = frames(5, &[32, 72, 112]);
        bytes[FRAME - 9] ^= 1;
        assert_eq!(scanned(&bytes), Err(DamagedJournal { offset: 32, reason: "synced commits are damaged" }));
    }

    #[test]
    fn a_missing_commit_is_damage() {
        let bytes = frames(5, &[32, 72, 112]);
        let without_the_first = &bytes[FRAME..];
        assert!(scanned(without_the_first).is_err());
    }

    #[test]
    fn frames_of_another_journal_are_no_frames() {
        assert_eq!(scanned(&frames(6, &[32, 72])), Ok(Scanned { end: 32, next_lsn: 1 }));
    }
}
