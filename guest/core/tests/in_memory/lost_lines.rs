//! Files and lines that are gone: what is left tells it, or cannot (docs/format.md, "Damage").

use crate::any_disk::engine_on;
use crate::contents::{bytes, put};
use sx_persist_core::Error;
use sx_persist_core::memory::Memory;
use sx_persist_core::storage::Storage as _;

const LOG: &str = "streams/73.log";
const SEQ: &str = "streams/73.seq";
const ABOVE: &str = "above what the last line says: lines behind it are gone, or a digit was changed";
const BELOW: &str = "below what the last line says";
const GONE: &str = "the file is gone, and .seq counts what was in it";

fn event(seq: u64) -> String {
    format!("{{:seq {seq}}}")
}

/// A store of one stream with these seqs.
fn store(seqs: &[u64]) -> Memory {
    let disk = Memory::new();
    let mut engine = engine_on(disk.clone());
    for seq in seqs {
        engine.append("s", &event(*seq)).unwrap();
    }
    engine.checkpoint().unwrap();
    disk
}

/// Cuts so many lines off the end of the log.
fn cut(disk: &mut Memory, lines: usize) {
    let log = bytes(disk, LOG);
    let all: Vec<_> = log.split_inclusive(|byte| *byte == b'\n').collect();
    put(disk, LOG, &all[..all.len() - lines].concat());
}

fn findings(disk: &Memory) -> Vec<(String, String)> {
    let report = engine_on(disk.clone()).verify().unwrap();
    report.findings.into_iter().map(|found| (found.damage.file, found.damage.reason.into_owned())).collect()
}

/// What `verify` says; then `repair` says it, too, keeps these events and this last-seq, and is not asked twice.
fn assert_named(disk: &Memory, file: &str, reason: &'static str, kept: &[u64], last_seq: u64) {
    assert_eq!(findings(disk), [(file.to_owned(), reason.to_owned())]);
    assert_eq!(engine_on(disk.clone()).repair().unwrap().damaged, 1);
    assert_eq!(findings(disk), []);
    let mut engine = engine_on(disk.clone());
    assert_eq!(engine.read_stream("s").unwrap(), kept.iter().copied().map(event).collect::<Vec<_>>());
    assert_eq!(engine.last_seq("s"), Ok(last_seq));
    let stale = engine.append_expecting("s", last_seq - 1, &[event(last_seq)]);
    assert!(matches!(stale, Err(Error::Stale { .. })), "{stale:?}");
    engine.append_expecting("s", last_seq, &[event(last_seq + 1)]).unwrap();
    engine.checkpoint().unwrap();
    assert_eq!(findings(disk), []);
    assert_eq!(engine_on(disk.clone()).last_seq("s"), Ok(last_seq + 1));
}

#[test]
fn lines_that_were_cut_off_the_end_are_missed() {
    for (seqs, lines, kept) in
        [(vec![1, 2, 3], 1, 2), (vec![4, 9], 1, 1), ((1..=5_000).collect(), 4_000, 1_000)]
    {
        let mut disk = store(&seqs);
        cut(&mut disk, lines);
        assert_named(&disk, SEQ, ABOVE, &seqs[..kept], seqs[seqs.len() - 1]);
    }
    // Behind what the last line left says the log descended, and nothing tells that more stood there.
    let mut disk = store(&[9, 1, 2]);
    cut(&mut disk, 1);
    assert_eq!(findings(&disk), []);
}

#[test]
fn the_file_of_a_log_that_is_gone_is_missed() {
    let mut disk = store(&[1, 2, 3]);
    disk.remove(LOG).unwrap();
    assert_named(&disk, LOG, GONE, &[], 3);
    // A log that was emptied is there.
    let disk = store(&[1, 2, 3]);
    let mut engine = engine_on(disk.clone());
    engine.truncate("s", 3).unwrap();
    engine.checkpoint().unwrap();
    assert_eq!(findings(&disk), []);
}

#[test]
fn a_digit_of_seq_that_was_changed_is_noticed() {
    for (seq, reason, last_seq) in [("7", ABOVE, 7), ("13", ABOVE, 13), ("2", BELOW, 3)] {
        let mut disk = store(&[1, 2, 3]);
        put(&mut disk, SEQ, seq.as_bytes());
        assert_named(&disk, SEQ, reason, &[1, 2, 3], last_seq);
    }
    // In a log whose seqs descended each line says it.
    let mut disk = store(&[8, 1, 2]);
    put(&mut disk, SEQ, b"9");
    assert_named(&disk, SEQ, ABOVE, &[8, 1, 2], 9);
}

#[test]
fn what_the_original_wrote_behind_is_no_loss() {
    // It numbers its appends by its own rule, and a log of its lines may have been emptied before.
    let mut disk = store(&[1, 2]);
    let mut log = bytes(&mut disk, LOG);
    log.extend_from_slice(b"{:seq 3}\n");
    put(&mut disk, LOG, &log);
    for seq in ["2", "3", "9"] {
        put(&mut disk, SEQ, seq.as_bytes());
        assert_eq!(findings(&disk), [], "{seq}");
    }
}
