//! The reader of journals (J1, J4): a prefix of the commits or `corrupt`, and nothing else.

use crate::plan::{Fate, Journal, Later, Manifest, Newest, Shown};
use arbitrary::{Arbitrary, Unstructured};
use sx_persist_core::Error;
use sx_persist_core::fuzzing::{CommitBytes, read_journal, reencode_records, salvage_journal};

const NUMBER: u64 = 3;

/// One input: bytes as a journal and as the payload of a frame, and a journal in pieces.
pub fn check(data: &[u8]) {
    check_bytes(data);
    if let Some(bytes) = reencode_records(data) {
        assert_eq!(bytes, data, "records have these bytes and no others");
    }
    let mut input = Unstructured::new(data);
    if let Ok((fate, journal)) = <(Fate, Journal)>::arbitrary(&mut input) {
        let plan = Shown((fate, journal.clone()));
        check_planned(fate, &plan.0.1);
        let later = <Vec<Later>>::arbitrary(&mut input).unwrap_or_default();
        if !later.is_empty() {
            let plan = Shown((fate, journal.clone().with(later.clone())));
            check_planned(fate, &plan.0.1);
        }
        if let Ok((manifest, newest)) = <(Manifest, Vec<Newest>)>::arbitrary(&mut input) {
            let plan = Shown((fate, journal.with(later).on(manifest, newest)));
            check_planned(fate, &plan.0.1);
        }
    }
}

fn read(bytes: &[u8]) -> Option<Vec<CommitBytes>> {
    match read_journal(bytes, NUMBER) {
        Ok(commits) => Some(commits),
        Err(Error::Corrupt(damage)) => {
            assert!(damage.offset_bytes <= bytes.len() as u64, "{damage:?}");
            None
        }
        Err(other) => panic!("{other:?}"),
    }
}

/// No commit is skipped, and what is none repeats the lsn before it.
fn check_lsns(frames: &[CommitBytes]) {
    for two in frames.windows(2) {
        let step = two[1].0.checked_sub(two[0].0);
        assert_eq!(step, Some(u64::from(!is_position(&two[1].1))), "a commit is skipped, or one comes twice");
    }
}

/// Is a payload of records a position and nothing else?
fn is_position(payload: &[u8]) -> bool {
    let Some((17, rest)) = payload.split_first() else { return false };
    let digits = rest.iter().take_while(|byte| **byte >= 0x80).count() + 1;
    let length = rest.iter().take(digits).rev().fold(0, |sum, byte| sum << 7 | usize::from(byte & 0x7f));
    rest.len() == digits + length
}

fn check_bytes(bytes: &[u8]) -> Option<Vec<CommitBytes>> {
    let read = read(bytes);
    let (salvaged, highest) = salvage_journal(bytes, NUMBER);
    check_lsns(&salvaged);
    assert!(salvaged.iter().all(|(lsn, _)| *lsn <= highest));
    if let Some(frames) = &read {
        check_lsns(frames);
        assert_eq!(salvaged, *frames, "repair keeps what opening reads");
    }
    read
}

/// What is planned is read back, whole or up to what befell it.
fn check_planned(fate: Fate, journal: &Journal) {
    let laid = journal.laid(NUMBER);
    let read_whole = check_bytes(&laid.bytes);
    if journal.is_honest() {
        assert_eq!(read_whole.as_ref(), Some(&laid.frames), "an honest journal is whole");
    }
    let Some(whole) = read_whole else { return };
    let mut damaged = laid.bytes.clone();
    fate.befall(&mut damaged);
    let after = check_bytes(&damaged);
    match (fate, after) {
        (Fate::Cut(_), None) => {
            let is_damage = (1..laid.start).contains(&damaged.len()) || journal.says_copied();
            assert!(is_damage, "a torn tail is no damage");
        }
        // Damage to a header and to the end of a frame may bring frames to light that stood behind it: then it is a planned one.
        (_, Some(after)) if journal.is_honest() => {
            assert!(whole.starts_with(&after), "a prefix, never a hole");
        }
        _ => {}
    }
}
