//! State after a restart: of the store, and of the process (a child that is asked, and one that is killed).

use crate::fixture::{Fixture, event, files};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use sx_persist::types::{Durability, Error as Refusal, Op};
use trace::sessions::id;

fn child(root: &Path, job: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_child"));
    command.arg(root).arg(job);
    command
}

#[test]
fn another_process_finds_what_this_one_left() {
    let store = Fixture::new();
    store.raw().append("s", &event(1)).unwrap();
    store.raw().kv_put("k", "{:a 1}").unwrap();
    store.raw().ref_set("main", &"1".repeat(40)).unwrap();
    store.raw().snapshot_persist("counter", b"\xff state").unwrap();
    store.raw().object_write(&"2".repeat(64), b"bytes").unwrap();
    store.raw().session_append(&id("a"), &id("1"), "1").unwrap();
    store.raw().session_append_trace(&id("a"), &id("1"), "2").unwrap();
    store.raw().session_set_meta(&id("a"), &id("1"), Some(":meta")).unwrap();
    store.raw().map_put("t", b"key", b"\xff value").unwrap();
    let cid = store.raw().blob_put(b"hello").unwrap();
    let root = tempfile::tempdir().unwrap();
    support::vectors::copy(store.path(), root.path());
    drop(store);
    let shown = child(root.path(), "show").output().unwrap();
    assert!(shown.status.success(), "{shown:?}");
    let text = String::from_utf8(shown.stdout).unwrap();
    assert_eq!(
        text,
        format!(
            "s {}\nk {{:a 1}}\nmain {}\ncounter \\xff state\n{} 5\n{} {} [\"1\"] [\"2\"] :meta\nt key \\xff value\n{cid} 5\n",
            event(1),
            "1".repeat(40),
            "2".repeat(64),
            id("a"),
            id("1")
        )
    );
}

#[test]
fn a_killed_process_loses_nothing_that_it_acknowledged() {
    let root = tempfile::tempdir().unwrap();
    for round in 1..=3 {
        let mut writer = child(root.path(), "append").stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(writer.stdout.take().unwrap()).lines();
        let mut acknowledged: u64 = 0;
        for _ in 0..20 * round {
            acknowledged = lines.next().unwrap().unwrap().parse().unwrap();
        }
        writer.kill().unwrap();
        writer.wait().unwrap();
        // What it still said before it died counts as well.
        for line in lines.map_while(Result::ok) {
            acknowledged = line.parse().unwrap_or(acknowledged);
        }
        let store = crate::builder().open(root.path()).unwrap();
        let last_seq = store.raw().last_seq("s").unwrap();
        assert!(last_seq >= acknowledged, "acknowledged {acknowledged}, found {last_seq}");
        assert_eq!(store.raw().count("s").unwrap(), last_seq);
        assert_eq!(store.admin().verify().unwrap().damaged, 0);
    }
}

#[test]
fn closing_checkpoints_and_opening_again_finds_nothing_to_do() {
    let store = Fixture::new();
    store.raw().append("s", &event(1)).unwrap();
    let store = store.reopen();
    let before = files(store.path());
    assert!(before.contains_key("streams/73.log"));
    assert_eq!(store.raw().count("s").unwrap(), 1);
    let store = store.reopen();
    assert_eq!(files(store.path()), before);
}

#[test]
fn dropping_the_last_clone_checkpoints() {
    let root = tempfile::tempdir().unwrap();
    let store = crate::builder().open(root.path()).unwrap();
    let clone = store.clone();
    store.raw().append("s", &event(1)).unwrap();
    drop(store);
    clone.raw().append("s", &event(2)).unwrap();
    drop(clone);
    assert!(files(root.path())["streams/73.seq"] == b"2");
}

#[test]
fn an_idle_store_checkpoints_by_itself() {
    let root = tempfile::tempdir().unwrap();
    let idle = Duration::from_millis(20);
    let store = crate::builder().checkpoint_when_idle(Some(idle)).open(root.path()).unwrap();
    // And again.
    for (stream, log) in [("s", "streams/73.log"), ("t", "streams/74.log")] {
        store.raw().append(stream, &event(1)).unwrap();
        let waited = std::time::Instant::now();
        while !root.path().join(log).exists() {
            assert!(waited.elapsed() < Duration::from_secs(30), "no checkpoint came");
            std::thread::yield_now();
        }
    }
    drop(store);
}

#[test]
fn relaxed_answers_are_durable_after_a_flush_and_cost_no_sync_before() {
    let root = tempfile::tempdir().unwrap();
    let store = crate::builder().durability(Durability::Relaxed).open(root.path()).unwrap();
    store.raw().append("s", &event(1)).unwrap();
    let before = store.admin().stats().unwrap()["syncs"];
    for seq in 2..=50 {
        store.raw().append("s", &event(seq)).unwrap();
    }
    assert_eq!(store.admin().stats().unwrap()["syncs"], before);
    store.admin().flush().unwrap();
    store.admin().flush().unwrap();
    assert_eq!(store.admin().stats().unwrap()["syncs"], before + 1);
    store.raw().append("s", &event(51)).unwrap();
    store.admin().set_durability(Durability::Always).unwrap();
    assert_eq!(store.admin().stats().unwrap()["syncs"], before + 2);
    store.raw().append("s", &event(52)).unwrap();
    assert_eq!(store.admin().stats().unwrap()["syncs"], before + 3);
}

#[test]
fn a_checkpoint_of_many_files_lets_other_calls_come_in_between() {
    const KEYS: u64 = 600;
    let root = tempfile::tempdir().unwrap();
    let store = crate::builder().checkpoint_when_idle(None).open(root.path()).unwrap();
    let put = |number: u64| Op::KvPut { key: number.to_string(), value: number.to_string() };
    store.raw().commit(&(0..KEYS).map(put).collect::<Vec<_>>()).unwrap();
    let (mut between, ended) = (0, AtomicBool::new(false));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            store.admin().checkpoint().unwrap();
            ended.store(true, Ordering::Release);
        });
        while !ended.load(Ordering::Acquire) {
            assert_eq!(store.raw().kv_get("7").unwrap().as_deref(), Some("7"));
            let stats = store.admin().stats().unwrap();
            between += u64::from(stats["dirty"] > 0 && stats["dirty"] < KEYS);
        }
    });
    assert!(between > 10, "{between} looks saw it half done");
    assert_eq!(store.admin().stats().unwrap()["dirty"], 0);
    assert_eq!(store.kv().keys().unwrap().len(), usize::try_from(KEYS).unwrap());
}

/// A writer that an earlier instance began, alone and beside one of the instance that is there now: nobody waits for it.
#[test]
fn x5_a_writer_of_an_instance_that_is_gone_is_refused() {
    let root = tempfile::tempdir().unwrap();
    let store = crate::builder().timeout(Some(Duration::ZERO)).open(root.path()).unwrap();
    // A call that happens to run out of its time is made again.
    let begun = || std::iter::repeat_with(|| store.raw().blob_writer()).find_map(Result::ok).unwrap();
    let (one, other) = (begun(), begun());
    support::library::interrupt(&store);
    let finish = |writer| Op::BlobFinish { writer };
    for (ops, writers) in [(vec![finish(0)], vec![one]), (vec![finish(0), finish(1)], vec![begun(), other])] {
        let refused = store.raw().commit_finishing(&ops, writers).unwrap_err();
        assert_eq!(refused.index, None);
        assert!(
            matches!(refused.error.refusal(), Some(Refusal::Closed(at)) if at.code == "lost"),
            "{refused:?}"
        );
    }
}
