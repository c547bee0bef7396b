//! Would the suite notice? Each sync and each `ORDER:` step left out in turn, each assumption about the disk broken in turn: every
//! one of them must be found out, by the case that docs/testing.md names.

use crate::faults::{self, Case, Wrong};
use crate::harness::{Outcome, Weakness};
use crate::scripted::{self, Scenario, WRITTEN, scenarios};
use crate::{Arguments, each, guarded, say};
use std::sync::Mutex;
use support::disk::Broken;
use support::simfs::{Code, Fault, Import, LeftOut, Which};

const TESTING: &str = include_str!("../../docs/testing.md");

/// Something that is broken on purpose: what, and the scenario that finds it out.
struct Mutation {
    name: &'static str,
    weakness: Weakness,
    scenario: &'static str,
}

fn left_out(name: &'static str, step: LeftOut, scenario: &'static str) -> Mutation {
    Mutation { name, weakness: Weakness { left_out: Some(step), ..Weakness::default() }, scenario }
}

fn broken(name: &'static str, broken: Broken, scenario: &'static str) -> Mutation {
    Mutation { name, weakness: Weakness { broken, ..Weakness::default() }, scenario }
}

fn mutations() -> Vec<Mutation> {
    use LeftOut as L;
    use Which as W;
    let none = Broken::default();
    vec![
        left_out("J3: the sync of a commit", L::FrameSync, "truncation of what is pending alone"),
        left_out(
            "J5: the sync of the root by a first write",
            L::SyncFolder(".", W::First),
            "a crash during the recovery from a crash",
        ),
        left_out(
            "J5: the sync of the copied journal",
            L::Sync("tmp/journal*"),
            "a crash during the recovery from a crash",
        ),
        left_out(
            "J5: the sync of `journal/`",
            L::SyncFolder("journal", W::First),
            "a journal that an earlier instance wrote is not continued",
        ),
        left_out("C0: the sync of a relaxed journal", L::FrameSync, "relaxed commits in a checkpoint"),
        left_out("C1: the sync of a log", L::Sync("streams/*.log"), "two checkpoints in a row"),
        left_out(
            "C1, C2: the sync of a `.seq`",
            L::Sync("streams/*.seq"),
            "last-seq survives truncation to nothing and a crash",
        ),
        left_out(
            "C2: the sync of a rewritten log",
            L::Sync("tmp/log-*"),
            "several logs truncated in one checkpoint",
        ),
        left_out(
            "C2: the frame `rewritten`",
            L::Frame(7),
            "a truncation that is replayed over its own result",
        ),
        left_out(
            "C3: the sync of a key's file",
            L::Sync("tmp/kv-*"),
            "keys replaced and removed in one checkpoint",
        ),
        left_out("C3: the sync of a ref's file", L::Sync("tmp/refs-*"), "a ref made, moved and removed"),
        left_out(
            "C3: the sync of a snapshot's file",
            L::Sync("tmp/snapshots-*"),
            "a snapshot made, replaced, noted and removed",
        ),
        left_out(
            "C1: the sync of a segment's log",
            L::Sync("sessions/*.log"),
            "a segment cut, and longer again behind the cut",
        ),
        left_out(
            "C1: the sync of a segment's `.seq`",
            L::Sync("sessions/*.seq"),
            "a segment cut, and longer again behind the cut",
        ),
        left_out(
            "C1: the sync of a trace",
            L::Sync("traces/*.log"),
            "a segment made, appended to and traced",
        ),
        left_out(
            "C3: the sync of a segment's row",
            L::Sync("tmp/segments-*"),
            "a segment deleted and made again",
        ),
        left_out(
            "C3: the sync of a blob's file",
            L::Sync("tmp/blobs-*"),
            "a small blob through the journal, twice",
        ),
        left_out(
            "C4: the sync of `streams/`",
            L::SyncFolder("streams", W::All),
            "a file and its growth become durable in the right order",
        ),
        left_out("C4: the sync of `kv/`", L::SyncFolder("kv", W::All), "a key put, removed and put again"),
        left_out(
            "C3: the sync of a map's file",
            L::Sync("tmp/maps-*"),
            "a map's key put, swapped, removed and put again",
        ),
        left_out(
            "C4: the sync of a table's folder",
            L::SyncFolder("maps/74=", W::All),
            "a map's key put, swapped, removed and put again",
        ),
        left_out(
            "C4: the sync of `maps/`",
            L::SyncFolder("maps", W::All),
            "a map's key put, swapped, removed and put again",
        ),
        left_out("C4: the sync of `refs/`", L::SyncFolder("refs", W::All), "a ref made, moved and removed"),
        left_out(
            "C4: the sync of `snapshots/`",
            L::SyncFolder("snapshots", W::All),
            "a snapshot made, replaced, noted and removed",
        ),
        left_out(
            "C4: the sync of `sessions/`",
            L::SyncFolder("sessions", W::All),
            "a segment made, appended to and traced",
        ),
        left_out(
            "C4: the sync of a session's folder",
            L::SyncFolder("sessions/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa=", W::All),
            "a segment deleted and made again",
        ),
        left_out(
            "C4: the sync of `segments/`",
            L::SyncFolder("segments", W::All),
            "a segment deleted and made again",
        ),
        left_out(
            "C4: the sync of `blobs/`",
            L::SyncFolder("blobs", W::All),
            "a small blob through the journal, twice",
        ),
        left_out(
            "C4: the sync of the root",
            L::SyncFolder(".", W::Later),
            "a file and its growth become durable in the right order",
        ),
        left_out(
            "C4: the sync of `format`",
            L::Sync("tmp/format*"),
            "a file and its growth become durable in the right order",
        ),
        left_out("C5: the sync of the next journal's header", L::HeaderSync, "two checkpoints in a row"),
        left_out(
            "C5: the sync of `journal/`",
            L::SyncFolder("journal", W::Later),
            "two checkpoints in a row",
        ),
        left_out("the sync of a large blob", L::Sync("tmp/blob*"), "blob-put-large on an empty root"),
        left_out(
            "the sync of `blobs/` after a large blob",
            L::SyncFolder("blobs", W::All),
            "blob-put-large on an empty root",
        ),
        left_out("the record `present`", L::Frame(6), "a large blob over its removal in the journal"),
        left_out(
            "the sync of a quarantined copy",
            L::Sync("quarantine/*"),
            "the twin's torn append is set aside",
        ),
        left_out(
            "the sync of `quarantine/`",
            L::SyncFolder("quarantine", W::All),
            "the twin's torn append is set aside",
        ),
        left_out(
            "files in `tmp/` unlinked and created exclusively",
            L::Exclusive,
            "another key in the same place of tmp",
        ),
        broken(
            "D1: a synced file is not durable",
            Broken { sync_file: true, ..none },
            "truncation of what is pending alone",
        ),
        broken(
            "D2: a synced folder is not durable",
            Broken { sync_folder: true, ..none },
            "two checkpoints in a row",
        ),
        broken(
            "D3: a rename loses both names",
            Broken { rename: true, ..none },
            "several logs truncated in one checkpoint",
        ),
        broken(
            "D4: a crash takes synced names along",
            Broken { folder: true, ..none },
            "two checkpoints in a row",
        ),
        broken(
            "D6: a write spoils its synced neighbours",
            Broken { powersafe: true, ..none },
            "truncation of what is pending alone",
        ),
        left_out(
            "D5: a failed sync that nobody is told of",
            L::SyncError,
            "truncation of what is pending alone",
        ),
        left_out(
            "C3: the sync of an object's file",
            L::Sync("tmp/objects-*"),
            "an object written, written again and removed",
        ),
        left_out(
            "C4: the sync of `objects/`",
            L::SyncFolder("objects", W::All),
            "an object written, written again and removed",
        ),
        left_out(
            "C0, in parts: the sync of a relaxed journal",
            L::FrameSync,
            "relaxed commits in a checkpoint in parts",
        ),
        left_out(
            "C1, in parts: the sync of a log",
            L::Sync("streams/*.log"),
            "a log that was carried loses what it gained",
        ),
        left_out(
            "C2, in parts: the sync of a rewritten log",
            L::Sync("tmp/log-*"),
            "logs truncated while a checkpoint in parts carries them",
        ),
        left_out(
            "C2, in parts: the sync of `streams/` before the frame `settled`",
            L::SyncFolder("streams", W::First),
            "logs truncated while a checkpoint in parts carries them",
        ),
        left_out(
            "C2, in parts: the frame `settled`",
            L::Frame(10),
            "logs truncated while a checkpoint in parts carries them",
        ),
        left_out(
            "C3, in parts: the sync of a key's file",
            L::Sync("tmp/kv-*"),
            "keys changed while a checkpoint in parts carries them",
        ),
        left_out(
            "C4, in parts: the sync of `kv/`",
            L::SyncFolder("kv", W::All),
            "keys changed while a checkpoint in parts carries them",
        ),
        left_out(
            "C5, in parts: the sync of `journal/`",
            L::SyncFolder("journal", W::Later),
            "a checkpoint in parts that ends before one of its commits",
        ),
    ]
}

/// Runs the tier.
pub(crate) fn tier(_: &Arguments) -> Outcome {
    let scenarios = scenarios();
    let mutations = mutations();
    let missed = Mutex::new(Vec::new());
    each(&mutations, |mutation| {
        let scenario = scenarios.iter().find(|scenario| scenario.name == mutation.scenario);
        let is_listed = TESTING.contains(&format!("| {} | {} |", mutation.name, mutation.scenario));
        let is_caught = scenario.is_some_and(|scenario| is_caught(scenario, &mutation.weakness));
        if !is_caught || !is_listed {
            let why = if is_caught { "is not in docs/testing.md" } else { "was not noticed" };
            missed.lock().expect("nobody panics with it").push(format!("{} {why}", mutation.name));
        }
        Ok(())
    })?;
    let missed = missed.into_inner().expect("nobody panics with it");
    say(&format!("bites: {} of {} mutations caught", mutations.len() - missed.len(), mutations.len()));
    if missed.is_empty() { Ok(()) } else { Err(missed.join("\n  ")) }
}

/// Does a scenario fail with this weakness?
fn is_caught(scenario: &Scenario, weakness: &Weakness) -> bool {
    if weakness.left_out != Some(LeftOut::SyncError) {
        return guarded(|| scripted::crash(scenario, WRITTEN, weakness)).is_err();
    }
    // This one shows only where a sync fails.
    let mut at = 1;
    loop {
        let wrong = Wrong::Disk(Fault::Code(Import::SyncData, Code::Io));
        match faults::run(scenario, Case { wrong, at, for_ever: false, afresh: true }, weakness) {
            Err(_) => return true,
            Ok(false) => return false,
            Ok(true) => at += 1,
        }
    }
}
