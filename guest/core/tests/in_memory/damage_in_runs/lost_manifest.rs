//! Runs that no manifest names: their files say what they are.

use super::sample::{Key, Sample, history, sample};
use crate::any_disk::engine_on;
use crate::contents::{bytes, disk, files, make_tiny, put, runs};
use std::collections::BTreeMap;
use sx_persist_core::Error;
use sx_persist_core::limits::COMMITS_UNSEEN;
use sx_persist_core::memory::Memory;
use sx_persist_core::storage::Storage as _;

/// Where the manifest begins in a journal.
const MANIFEST: usize = 1_024;

/// The journal that counts.
fn journal(disk: &mut Memory) -> String {
    let entries = disk.list("journal").unwrap();
    let names = entries.into_iter().map(|entry| entry.name).filter(|name| name.len() == 20);
    format!("journal/{}", names.max().unwrap())
}

fn lose_manifest(disk: &mut Memory) {
    let path = journal(disk);
    let mut bad = bytes(disk, &path);
    bad[MANIFEST + 30] ^= 1;
    put(disk, &path, &bad);
}

#[test]
fn runs_without_a_manifest_are_found_by_their_footers() {
    let whole = sample(250);
    for fate in 0..3 {
        let mut disk = whole.disk();
        let mut engine = engine_on(disk.clone());
        let version = engine.map_put("u", b"k", b"of a frame").unwrap();
        drop(engine);
        match fate {
            0 => lose_manifest(&mut disk),
            1 => disk.remove(&journal(&mut disk.clone())).unwrap(),
            _ => {
                disk.remove(&journal(&mut disk.clone())).unwrap();
                disk.remove("format").unwrap();
            }
        }
        let mut engine = engine_on(disk.clone());
        assert!(matches!(engine.map_get("t", b"n01"), Err(Error::Corrupt(_))));
        assert!(engine.verify().unwrap().damaged > 0);
        drop(engine);
        let report = whole.repair(&disk);
        let told: Vec<_> = report.findings.iter().filter(|found| found.damage.file == "runs").collect();
        assert_eq!(told.len(), 1, "{report:?}");
        assert!(told[0].damage.reason.contains("may be back"), "{report:?}");
        let mut engine = engine_on(disk.clone());
        assert_eq!(whole.answered(&mut engine).len(), whole.last.len(), "nothing is lost");
        let kept = engine.map_get("u", b"k").unwrap();
        assert_eq!(kept.map(|entry| entry.version), (fate == 0).then_some(version));
        assert!(engine.map_put("u", b"l", b"1").unwrap() > COMMITS_UNSEEN);
    }
}

#[test]
fn versions_go_on_above_those_in_footers() {
    let mut disk = Memory::new();
    let mut engine = engine_on(disk.clone());
    for _ in 0..50 {
        engine.map_put("t", b"k", b"1").unwrap();
    }
    let version = engine.map_put("t", b"k", b"2").unwrap();
    engine.checkpoint().unwrap();
    drop(engine);
    let run = runs(&mut disk).remove(0);
    for is_damaged in [false, true] {
        let mut disk = disk_of(&disk);
        disk.remove(&journal(&mut disk.clone())).unwrap();
        if is_damaged {
            // Its top index: nobody knows which keys it has.
            let mut bad = bytes(&mut disk, &run);
            let at = bad.len() - 65;
            bad[at] ^= 1;
            put(&mut disk, &run, &bad);
        }
        let mut engine = engine_on(disk.clone());
        let report = engine.repair().unwrap();
        assert_eq!(report.findings.iter().any(|found| found.damage.file == run), is_damaged, "{report:?}");
        assert_eq!(engine.map_get("t", b"k").unwrap().is_some(), !is_damaged);
        assert!(engine.map_put("t", b"k", b"3").unwrap() > version + COMMITS_UNSEEN);
        assert_eq!(engine.verify().unwrap().damaged, 0);
    }
}

fn disk_of(other: &Memory) -> Memory {
    disk(&files(other))
}

#[test]
fn files_that_a_merge_has_replaced_bring_back_nothing_but_keys_that_were_removed() {
    let mut disk = Memory::new();
    make_tiny(&mut disk);
    let mut ever = BTreeMap::new();
    let last = history(&disk, 120, |engine, step| {
        if step % 2 == 0 {
            engine.checkpoint_step().unwrap();
        }
        ever.extend(files(&disk).into_iter().filter(|(path, _)| path.starts_with("runs/")));
    });
    drop(engine_on(disk.clone()).checkpoint());
    let named = runs(&mut disk).len();
    assert!(ever.len() > named + 5, "{} {named}", ever.len());
    let whole = Sample { files: files(&disk), last };
    for every in 1..6 {
        let mut disk = whole.disk();
        for (path, bytes) in ever.iter().step_by(every) {
            put(&mut disk, path, bytes);
        }
        lose_manifest(&mut disk);
        whole.repair(&disk);
        let mut back = whole.clone();
        back.last.retain(|_, value| value.is_some());
        assert_eq!(back.answered(&mut engine_on(disk)).len(), back.last.len(), "{every}");
    }
}

#[test]
fn a_damaged_block_and_a_lost_manifest_bring_back_no_older_value() {
    let whole = sample(600);
    for path in whole.runs() {
        for at in (0..whole.files[&path].len() - 64).step_by(7) {
            let mut disk = whole.disk();
            let mut bad = whole.files[&path].clone();
            bad[at] ^= 1;
            put(&mut disk, &path, &bad);
            lose_manifest(&mut disk);
            let report = whole.repair(&disk);
            let is_set_aside =
                report.findings.iter().any(|found| found.damage.reason.contains("older values"));
            if !is_set_aside {
                whole.gone(&mut engine_on(disk), &[]);
            }
        }
    }
}

/// What was removed for a file that was lost stays away, though nothing but versions tells which run is newer.
#[test]
fn what_was_mended_is_in_order_when_the_manifest_is_lost_behind_it() {
    let whole = sample(250);
    let paths = whole.runs();
    for first in &paths {
        for second in &paths {
            let mut disk = whole.disk();
            disk.remove(first).unwrap();
            let _ = disk.remove(second);
            whole.repair(&disk);
            let gone = whole.gone(&mut engine_on(disk.clone()), &[]);
            lose_manifest(&mut disk);
            whole.repair(&disk);
            assert_eq!(whole.gone(&mut engine_on(disk), &[]), gone, "{first} {second}");
        }
    }
}

#[test]
fn a_journal_that_is_damaged_behind_its_manifest_keeps_the_runs() {
    let whole = sample(250);
    let mut disk = whole.disk();
    let mut engine = engine_on(disk.clone());
    for value in 0..5 {
        engine.map_put("u", b"k", format!("{value}").as_bytes()).unwrap();
    }
    drop(engine);
    let path = journal(&mut disk);
    let mut bad = bytes(&mut disk, &path);
    // The fourth of five frames that were synced.
    let at = bad.windows(5).position(|bytes| bytes == b"\x01uk\x013").unwrap();
    bad[at] ^= 1;
    put(&mut disk, &path, &bad);
    assert!(matches!(engine_on(disk.clone()).map_get("t", b"n01"), Err(Error::Corrupt(_))));
    let report = whole.repair(&disk);
    assert_eq!(report.findings.iter().map(|found| &*found.damage.file).collect::<Vec<_>>(), [&*path]);
    let mut engine = engine_on(disk.clone());
    assert_eq!(whole.answered(&mut engine).len(), whole.last.len());
    assert_eq!(engine.map_get("u", b"k").unwrap().unwrap().value, b"2");
    assert!(whole.last.contains_key(&Key::Map(1)));
    for path in whole.runs() {
        assert_eq!(bytes(&mut disk, &path), whole.files[&path], "no run was touched");
    }
}
