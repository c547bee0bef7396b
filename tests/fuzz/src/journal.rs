//! The reader of journals (J1, J4): a prefix of the commits or `corrupt`, and nothing else.

use crate::plan::{Fate, Journal, Later, Shown};
use arbitrary::{Arbitrary, Unstructured};
use sx_persist_core::Error;
use sx_persist_core::fuzzing::{CommitBytes, read_journal, reencode_records, salvage_journal};

const NUMBER: u64 = 3;

/// One input: bytes as a journal and as the payload of a frame, and a journal in pieces.
pub fn check(data: &[u8]) {
    check_bytes(data);
    if let Some(bytes) = reencode_records(data) {
        assert_eq!(reencode_records(&bytes).as_ref(), Some(&bytes), "records come back");
    }
    let mut input = Unstructured::new(data);
    if let Ok((fate, journal)) = <(Fate, Journal)>::arbitrary(&mut input) {
        let plan = Shown((fate, journal.clone()));
        check_planned(fate, &plan.0.1);
        let later = <Vec<Later>>::arbitrary(&mut input).unwrap_or_default();
        if !later.is_empty() {
            let plan = Shown((fate, journal.with(later)));
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

fn check_bytes(bytes: &[u8]) -> Option<Vec<CommitBytes>> {
    let read = read(bytes);
    let (salvaged, highest) = salvage_journal(bytes, NUMBER);
    assert!(salvaged.windows(2).all(|two| two[0].0 + 1 == two[1].0), "no commit is skipped");
    assert!(salvaged.iter().all(|(lsn, _)| *lsn <= highest));
    if let Some(commits) = &read {
        assert!(commits.windows(2).all(|two| two[0].0 + 1 == two[1].0), "no commit is skipped");
        // Behind an invalid header nothing is read, and something may still be salvaged.
        assert!(commits.is_empty() || salvaged == *commits, "repair keeps what opening reads");
    }
    read
}

/// What is planned is read back, whole or up to what befell it.
fn check_planned(fate: Fate, journal: &Journal) {
    let bytes = journal.bytes(NUMBER);
    let read_whole = check_bytes(&bytes);
    if let Some(payloads) = journal.honest_payloads() {
        let commits = read_whole.as_ref().expect("an honest journal is whole");
        let read: Vec<_> = commits.iter().map(|(_, payload)| payload).collect();
        assert_eq!(read, payloads.iter().collect::<Vec<_>>());
    }
    let Some(whole) = read_whole else { return };
    let mut damaged = bytes.clone();
    fate.befall(&mut damaged);
    let after = check_bytes(&damaged);
    match (fate, after) {
        (Fate::Cut(_), None) => panic!("a torn tail is no damage"),
        // Damage to a header and to the end of a frame may bring frames to light that stood behind it: then it is a planned one.
        (_, Some(after)) if journal.honest_payloads().is_some() => {
            assert!(whole.starts_with(&after), "a prefix, never a hole");
        }
        _ => {}
    }
}
