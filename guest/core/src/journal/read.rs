//! Reading a journal (J4): which one counts, its frames in order, torn tail or damage.

use super::frame::{self, ALIGNMENT, Frame, HEAD_BYTES, HEADER_BYTES, Header};
use super::manifest::Manifest;
use super::{Journal, path};
use crate::base::layout::JOURNAL;
use crate::base::other_version;
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

/// Whether a commit can be taken; if not, what is wrong with it.
pub(crate) type Visited = std::result::Result<(), &'static str>;

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

/// Finds the journal that counts and hands its commits to `visit`, in order, with what the journal says of its base.
///
/// `corrupt` when the highest that is not empty is damaged: a lower one is older and does not stand in for it. An empty one was
/// announced and has not come to count.
pub(crate) fn load<S: Storage>(
    files: &mut Files<S>,
    mut visit: impl FnMut(&Manifest, u64, &[Record<'_>]) -> Visited,
) -> Result<Journal<S::File>> {
    let numbers = numbers(files)?;
    for number in numbers.iter().rev().copied() {
        let Some(file) = files.open(&path(number))? else { return Err(vanished(number)) };
        let bytes = read_from(files, &file, 0)?;
        if bytes.is_empty() {
            continue;
        }
        if let Some(reason) = other_version::of_journal(&bytes) {
            return Err(Error::corrupt(&path(number), 0, reason));
        }
        let damaged = |damaged: DamagedJournal| Error::corrupt(&path(number), damaged.offset, damaged.reason);
        let (manifest, start) = manifest(&bytes, number).map_err(damaged)?;
        let frames = bytes.get(start..).unwrap_or_default();
        let start = start as u64;
        let next_lsn = manifest.lsn + 1;
        let scanned = scan(frames, start, number, (next_lsn, manifest.copied), |lsn, records| {
            visit(&manifest, lsn, records)
        })
        .map_err(damaged)?;
        return Ok(Journal {
            file: Some(file),
            number,
            manifest,
            start,
            end: scanned.end,
            next_lsn: scanned.next_lsn,
            ..Journal::none(numbers)
        });
    }
    Ok(Journal::none(numbers))
}

/// What a journal says of its base, and where the first commit behind that stands.
pub(crate) fn manifest(bytes: &[u8], number: u64) -> std::result::Result<(Manifest, usize), DamagedJournal> {
    // A journal that is cut short ends before the place.
    let at = |offset: usize, reason| DamagedJournal { offset: offset.min(bytes.len()) as u64, reason };
    let header = Header::decode(bytes).filter(|header| header.number == number);
    let header = header.ok_or(at(0, "the header is invalid"))?;
    let frame = frame::decode(bytes.get(HEADER_BYTES..).unwrap_or_default(), number);
    let frame = frame.filter(|frame| frame.lsn == header.lsn);
    frame.and_then(manifest_of).ok_or(at(HEADER_BYTES, "the first frame does not say what the base is"))
}

/// The manifest of the first frame, and where the next one stands.
fn manifest_of(frame: Frame<'_>) -> Option<(Manifest, usize)> {
    let start = HEADER_BYTES + frame::framed_bytes(frame.payload.len());
    Some((Manifest::decode(frame.lsn, frame.payload)?, start))
}

/// As [`manifest`], of a damaged journal: none where it cannot be read, and the place of the first whole frame. For `repair` alone.
pub(crate) fn salvaged_manifest(bytes: &[u8], number: u64) -> (Option<Manifest>, usize) {
    let rest = bytes.get(HEADER_BYTES..).unwrap_or_default();
    match frame::decode(rest, number).and_then(manifest_of) {
        Some((manifest, start)) => (Some(manifest), start),
        None => (None, find_frame(rest, number, |_, _| true).map_or(bytes.len(), |at| HEADER_BYTES + at)),
    }
}

/// Reads on behind the known end of a journal that another instance is writing.
pub(crate) fn follow<S: Storage>(
    files: &mut Files<S>,
    journal: &mut Journal<S::File>,
    mut visit: impl FnMut(&Manifest, u64, &[Record<'_>]) -> Visited,
) -> Result<()> {
    if !has_grown(files, journal)? {
        return Ok(());
    }
    let Some(file) = &journal.file else { return Ok(()) };
    let bytes = read_from(files, file, journal.end)?;
    let manifest = &journal.manifest;
    let scanned = scan(&bytes, journal.end, journal.number, (journal.next_lsn, 0), |lsn, records| {
        visit(manifest, lsn, records)
    });
    let scanned = scanned.map_err(|damaged| Error::corrupt(file.path(), damaged.offset, damaged.reason))?;
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

/// Takes the frames at the beginning of `bytes`, which stand at `offset` of the journal, until the first invalid one. Those up to
/// the commit `copied` cannot be torn.
pub(crate) fn scan(
    bytes: &[u8],
    offset: u64,
    number: u64,
    (next_lsn, copied): (u64, u64),
    mut visit: impl FnMut(u64, &[Record<'_>]) -> Visited,
) -> std::result::Result<Scanned, DamagedJournal> {
    let mut rest = bytes;
    let mut at = Scanned { end: offset, next_lsn };
    while let Some(frame) = frame::decode(rest, number) {
        let damaged = |reason| DamagedJournal { offset: at.end, reason };
        let records = record::decode(frame.payload).ok_or(damaged("a commit of an unknown kind"))?;
        // What is no commit repeats the lsn before it.
        let next = frame.lsn + 1;
        if next != at.next_lsn + u64::from(record::is_commit(&records)) {
            return Err(damaged("a commit is missing before this one"));
        }
        visit(frame.lsn, &records).map_err(damaged)?;
        let framed_bytes = frame::framed_bytes(frame.payload.len());
        at = Scanned { end: at.end + framed_bytes as u64, next_lsn: next };
        rest = rest.get(framed_bytes..).unwrap_or_default();
    }
    if at.next_lsn <= copied {
        return Err(DamagedJournal { offset: at.end, reason: "copied commits are damaged" });
    }
    // What was synced cannot be torn. A frame behind this place that was written when the commit that is due here was known to be
    // synced says that this place was whole once.
    let tail = rest.get(ALIGNMENT..).unwrap_or_default();
    let highest = at.next_lsn + (tail.len() / HEAD_BYTES) as u64 + 1;
    let is_witness = |lsn, synced| synced >= at.next_lsn && synced < lsn && lsn <= highest;
    match find_frame(tail, number, is_witness) {
        Some(_) => Err(DamagedJournal { offset: at.end, reason: "synced commits are damaged" }),
        None => Ok(at),
    }
}

/// Where the first valid frame stands whose lsn and `synced` are `wanted`.
fn find_frame(bytes: &[u8], number: u64, wanted: impl Fn(u64, u64) -> bool) -> Option<usize> {
    (0..bytes.len()).step_by(ALIGNMENT).find_map(|at| {
        let rest = bytes.get(at..)?;
        // This spares nearly every checksum of garbage.
        let (lsn, synced) = frame::claims(rest)?;
        let is_frame = wanted(lsn, synced) && frame::decode(rest, number).is_some();
        is_frame.then_some(at)
    })
}

/// How far the whole frames of a damaged journal go.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Whole {
    pub(crate) bytes: usize,
    /// The lsn before the first of them, and the one behind the last; none without any.
    pub(crate) lsns: Option<(u64, u64)>,
}

/// Hands the frames at the beginning of `frames` to `visit`, up to the first that does not follow. The first of them follows
/// `base_lsn`, where that is known. For `repair` alone.
pub(crate) fn replay_whole(
    frames: &[u8],
    number: u64,
    base_lsn: Option<u64>,
    mut visit: impl FnMut(u64, &[Record<'_>]) -> Visited,
) -> Whole {
    let mut whole = Whole::default();
    while let Some(frame) = frame::decode(frames.get(whole.bytes..).unwrap_or_default(), number) {
        let Some(records) = record::decode(frame.payload) else { break };
        let Some(before) = frame.lsn.checked_sub(u64::from(record::is_commit(&records))) else { break };
        let due = whole.lsns.map_or(base_lsn, |(_, next)| Some(next - 1));
        if due.is_some_and(|due| before != due) || visit(frame.lsn, &records).is_err() {
            break;
        }
        whole.bytes += frame::framed_bytes(frame.payload.len());
        whole.lsns = Some((whole.lsns.map_or(before, |(first, _)| first), frame.lsn + 1));
    }
    whole
}

/// The highest lsn of any valid frame, wherever it stands, or of the header. For `repair` alone.
pub(crate) fn highest_lsn(bytes: &[u8], number: u64) -> u64 {
    let frames = (0..bytes.len()).step_by(ALIGNMENT).filter_map(|at| frame::decode(bytes.get(at..)?, number));
    let highest = frames.map(|frame| frame.lsn).max().unwrap_or(0);
    highest.max(Header::decode(bytes).map_or(0, |header| header.lsn))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::record::Place;
    use crate::keyspace::KV;

    fn push(bytes: &mut Vec<u8>, record: &Record<'_>, number: u64, lsn: u64, synced: u64) {
        let at = frame::begin(bytes);
        record.encode(bytes);
        frame::finish(bytes, at, number, lsn, synced).unwrap();
    }

    /// A journal of one `put` a frame; `synced[i]` is what the i-th frame claims.
    fn frames(number: u64, synced: &[u64]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (lsn, synced) in (1..).zip(synced) {
            let put = Record::Put { place: Place { keyspace: &KV, name: b"key" }, value: b"nil" };
            push(&mut bytes, &put, number, lsn, *synced);
        }
        bytes
    }

    const FRAME: usize = 40;

    fn scanned(bytes: &[u8]) -> std::result::Result<Scanned, DamagedJournal> {
        scan(bytes, 32, 5, (1, 0), |_, _| Ok(()))
    }

    #[test]
    fn damage_lies_within_a_journal_that_is_cut_short() {
        let bytes = Header { number: 5, lsn: 0 }.encode();
        for (length, offset) in [(10, 0), (40, 40), (HEADER_BYTES, HEADER_BYTES as u64)] {
            assert_eq!(manifest(&bytes[..length], 5).unwrap_err().offset, offset, "{length}");
        }
    }

    #[test]
    fn frames_are_taken_in_order_to_the_end() {
        let bytes = frames(5, &[0, 1, 2]);
        assert_eq!(bytes.len(), 3 * FRAME);
        assert_eq!(scanned(&bytes), Ok(Scanned { end: 152, next_lsn: 4 }));
        assert_eq!(scanned(&[]), Ok(Scanned { end: 32, next_lsn: 1 }));
    }

    #[test]
    fn a_torn_tail_is_ignored() {
        let bytes = frames(5, &[0, 1, 2]);
        assert_eq!(scanned(&bytes[..3 * FRAME - 9]), Ok(Scanned { end: 112, next_lsn: 3 }));
        // Torn in the middle of a group whose frames claim no more than its beginning.
        let mut group = frames(5, &[0, 1, 1, 1]);
        group[2 * FRAME - 9] ^= 1;
        assert_eq!(scanned(&group), Ok(Scanned { end: 72, next_lsn: 2 }));
    }

    #[test]
    fn damage_in_what_was_synced_is_noticed() {
        let mut bytes = frames(5, &[0, 1, 2]);
        bytes[FRAME - 9] ^= 1;
        assert_eq!(scanned(&bytes), Err(DamagedJournal { offset: 32, reason: "synced commits are damaged" }));
    }

    #[test]
    fn what_was_copied_is_not_torn() {
        let bytes = frames(5, &[0, 0, 0]);
        let cut = &bytes[..3 * FRAME - 9];
        assert_eq!(scan(cut, 32, 5, (1, 2), |_, _| Ok(())), Ok(Scanned { end: 112, next_lsn: 3 }));
        let reason = "copied commits are damaged";
        assert_eq!(scan(cut, 32, 5, (1, 3), |_, _| Ok(())), Err(DamagedJournal { offset: 112, reason }));
    }

    #[test]
    fn a_missing_commit_is_damage() {
        let bytes = frames(5, &[0, 1, 2]);
        let without_the_first = &bytes[FRAME..];
        assert!(scanned(without_the_first).is_err());
    }

    #[test]
    fn frames_of_another_journal_are_no_frames() {
        assert_eq!(scanned(&frames(6, &[0, 1])), Ok(Scanned { end: 32, next_lsn: 1 }));
    }

    #[test]
    fn of_a_damaged_journal_what_follows_its_base_is_kept() {
        let bytes = frames(5, &[0, 1, 2]);
        let kept = |frames, base_lsn| replay_whole(frames, 5, base_lsn, |_, _| Ok(()));
        assert_eq!(kept(&bytes, Some(0)), Whole { bytes: 3 * FRAME, lsns: Some((0, 4)) });
        assert_eq!(kept(&bytes[FRAME..], None), Whole { bytes: 2 * FRAME, lsns: Some((1, 4)) });
        for base_lsn in [0, 2, 100] {
            assert_eq!(kept(&bytes[FRAME..], Some(base_lsn)), Whole::default(), "{base_lsn}");
        }
    }

    #[test]
    fn a_frame_with_nothing_but_a_position_is_no_commit() {
        let mut bytes = frames(5, &[0, 1]);
        let position = Record::Position { bytes: b"entry 9" };
        let end = bytes.len();
        push(&mut bytes, &position, 5, 2, 1);
        let mut lsns = Vec::new();
        let taken = scan(&bytes, 32, 5, (1, 0), |lsn, records| {
            lsns.push((lsn, record::is_commit(records)));
            Ok(())
        });
        assert_eq!(taken, Ok(Scanned { end: 32 + bytes.len() as u64, next_lsn: 3 }));
        assert_eq!(lsns, [(1, true), (2, true), (2, false)]);
        // Under the lsn of a commit it would hide that one is missing.
        bytes.truncate(end);
        push(&mut bytes, &position, 5, 3, 1);
        assert!(scanned(&bytes).is_err());
    }
}
