//! What differs from the original, on purpose: each a test (docs/semantics.md, "The original").

use crate::fixture::{Fixture, event, files, refusal};
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use sx_persist::types::Error as Refusal;
use sx_persist::types::ExpectSeq;
use sx_persist::{Error, HostError};

#[test]
fn keys_and_symbols_that_would_spoil_a_stream_are_quoted_or_refused() {
    let store = Fixture::new();
    store.raw().append("s", "{\"first name\" 1 \"a)b\" {\"\" 2} :seq 1}").unwrap();
    for bad in ["{:seq 2 :x '1a}", "{:seq 2 :x -1a}", "{:seq 2 :x #t}"] {
        assert!(matches!(refusal(store.raw().append("s", bad)), Refusal::InvalidValue(_)), "{bad}");
    }
    let store = store.reopen();
    assert_eq!(store.raw().read("s").unwrap(), ["{\"a)b\" {\"\" 2} \"first name\" 1 :seq 1}"]);
}

#[test]
fn rationals_and_characters_are_refused_and_not_stored_as_nil() {
    let store = Fixture::new();
    for bad in ["{:seq 1 :x 1/3}", "{:seq 1 :x #\\a}"] {
        assert!(matches!(refusal(store.raw().append("s", bad)), Refusal::InvalidValue(_)));
    }
    assert_eq!(store.raw().last_seq("s").unwrap(), 0);
}

#[test]
fn a_float_stays_a_float() {
    let store = Fixture::new();
    store.raw().append("s", "{:seq 1 :x 3.0}").unwrap();
    assert_eq!(store.reopen().raw().read("s").unwrap(), ["{:seq 1 :x 3.0}"]);
}

/// A log as the original writes it.
pub(crate) fn original_log(root: &Path, log: &str, seq: &str) {
    fs::create_dir_all(root.join("streams")).unwrap();
    fs::write(root.join("streams/73.log"), log).unwrap();
    fs::write(root.join("streams/73.seq"), seq).unwrap();
}

#[test]
fn an_append_is_never_glued_to_a_torn_tail() {
    let store = Fixture::new().meanwhile(|root| original_log(root, "{:seq 1}\n{:seq 2", "2"));
    assert_eq!(store.raw().read("s").unwrap(), ["{:seq 1}"]);
    assert_eq!(store.raw().last_seq("s").unwrap(), 2, "the seq was handed out");
    assert_eq!(store.raw().append("s", &event(3)).unwrap(), 3);
    let store = store.reopen();
    assert_eq!(store.raw().read("s").unwrap(), ["{:seq 1}".to_owned(), event(3)]);
    assert_eq!(files(store.path())["quarantine/000001"], b"{:seq 2");
    assert_eq!(store.admin().verify().unwrap().damaged, 0);
}

#[test]
fn a_damaged_counter_never_lets_a_seq_come_again() {
    for counter in ["", "x", "1", "-5", "99999999999999999999999"] {
        let store = Fixture::new().meanwhile(|root| original_log(root, "{:seq 1}\n{:seq 2}\n", counter));
        assert_eq!(store.raw().last_seq("s").unwrap(), 2, "{counter}");
        assert_eq!(
            store.raw().record_event("s", "x", 0, "nil", ExpectSeq::Any).unwrap().find(":seq 3").map(|_| ()),
            Some(())
        );
    }
    // With an empty log nothing else knows it.
    let store = Fixture::new().meanwhile(|root| original_log(root, "", ""));
    assert!(matches!(refusal(store.raw().last_seq("s")), Refusal::Corrupt(_)));
    assert!(matches!(refusal(store.raw().append("s", &event(1))), Refusal::Corrupt(_)));
}

#[test]
fn a_seq_that_is_no_integer_is_refused() {
    let store = Fixture::new();
    for bad in ["{:seq 1.5}", "{:seq \"1\"}", "{:seq nil}", "{}"] {
        assert!(matches!(refusal(store.raw().append("s", bad)), Refusal::InvalidEvent(_)));
    }
    // What the original took is read as it is and counts as 0.
    let store = store.meanwhile(|root| original_log(root, "{:seq 1.5}\n{:x 1}\n", "0"));
    assert_eq!(store.raw().read("s").unwrap(), ["{:seq 1.5}", "{:x 1}"]);
    assert_eq!(store.raw().last_seq("s").unwrap(), 0);
    assert_eq!(store.raw().append("s", &event(1)).unwrap(), 1);
}

#[test]
fn a_truncation_up_to_a_negative_number_drops_nothing() {
    let log = "{:seq -5}\n{:seq -1}\n{:x 1}\n{:seq 4}\n";
    let store = Fixture::new().meanwhile(|root| original_log(root, log, "4"));
    let all = ["{:seq -5}", "{:seq -1}", "{:x 1}", "{:seq 4}"];
    for upto in ["-3", "-1", "-9223372036854775808", "-1e300"] {
        let answer = store.raw().handle_op("persist/truncate", &format!("(\"s\" {upto})")).unwrap();
        assert_eq!(answer.as_deref(), Some("nil"));
        assert_eq!(store.raw().read("s").unwrap(), all, "{upto}");
    }
    store.raw().handle_op("persist/truncate", "(\"s\" 0)").unwrap();
    assert_eq!(store.reopen().raw().read("s").unwrap(), ["{:seq 4}"]);
}

#[test]
fn a_leftover_file_or_an_empty_key_stops_nothing() {
    let store = Fixture::new().meanwhile(|root| {
        fs::create_dir_all(root.join("kv")).unwrap();
        fs::write(root.join("kv/6b.tmp"), "x").unwrap();
        fs::create_dir_all(root.join("streams")).unwrap();
        fs::write(root.join("streams/.log"), "x").unwrap();
    });
    assert_eq!(store.kv().keys().unwrap(), Vec::<String>::new());
    assert!(matches!(refusal(store.raw().kv_put("", "1")), Refusal::InvalidName(_)));
    store.raw().kv_put("k", "1").unwrap();
    assert_eq!(store.reopen().kv().keys().unwrap(), ["k"]);
}

#[test]
fn names_of_more_than_123_bytes_are_kept() {
    let mut store = Fixture::new();
    let names: Vec<_> = [123, 124, 125, 126, 240, 1_024].map(|length| "n".repeat(length)).into();
    for name in &names {
        store.raw().append(name, &event(1)).unwrap();
        store.raw().kv_put(name, "1").unwrap();
    }
    store = store.reopen();
    assert_eq!((store.streams().unwrap(), store.kv().keys().unwrap()), (names.clone(), names));
    let flat = files(store.path()).keys().filter(|path| path.starts_with("streams/")).count();
    assert_eq!(flat, 2, "the original must not meet what it cannot hold");
}

#[test]
fn names_that_are_no_strings_are_refused() {
    let store = Fixture::new();
    for args in ["(5 {:seq 1})", "(:s {:seq 1})", "(nil {:seq 1})", "((s) {:seq 1})"] {
        let refused = refusal(store.raw().handle_op("persist/append", args));
        assert!(matches!(refused, Refusal::InvalidArgument(_)), "{args}");
    }
}

#[test]
fn no_address_leads_out_of_the_blobs() {
    let store = Fixture::new();
    fs::write(store.path().join("x"), "secret").unwrap();
    assert!(matches!(refusal(store.raw().handle_op("blob/get", "(\"../x\")")), Refusal::InvalidCid(_)));
}

#[test]
fn a_corrupt_blob_is_not_given_out() {
    let store = Fixture::new();
    let cid = store.raw().blob_put(b"hello").unwrap();
    let store = store.meanwhile(|root| fs::write(root.join("blobs").join(&cid), "jello").unwrap());
    assert!(matches!(
        refusal(store.raw().handle_op("blob/get", &format!("(\"{cid}\")"))),
        Refusal::Corrupt(_)
    ));
}

#[test]
fn last_seq_is_exact_where_a_float_is_not() {
    let store = Fixture::new();
    store.raw().append("s", "{:seq 9007199254740991}").unwrap();
    let store = store.reopen();
    assert_eq!(
        store.raw().handle_op("persist/last-seq", "(\"s\")").unwrap().as_deref(),
        Some("9007199254740991")
    );
}

#[test]
fn an_acknowledged_write_has_been_synced() {
    // That it survives: tests/durability/crash. Here: that a sync is what it waited for.
    let store = Fixture::new();
    store.raw().append("s", &event(1)).unwrap();
    let before = store.admin().stats().unwrap()["syncs"];
    store.raw().append("s", &event(2)).unwrap();
    assert_eq!(store.admin().stats().unwrap()["syncs"], before + 1);
}

/// A file system of 4 MiB, mounted while this lives; none where mounting is not allowed.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let at = tempfile::tempdir().unwrap();
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", "size=4m", "tmpfs"]).arg(at.path()).output();
        match mounted {
            Ok(output) if output.status.success() => Some(Self(at)),
            other => {
                support::skipped(&format!("no file system can be mounted here: {other:?}"));
                None
            }
        }
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

#[test]
fn a_full_disk_is_an_answer_and_leaves_the_store_readable() {
    let Some(disk) = SmallDisk::mount() else { return };
    let root = disk.0.path().join("root");
    let store = crate::builder().open(&root).unwrap();
    let event = |seq: u64| format!("{{:data \"{}\" :seq {seq}}}", "x".repeat(50_000));
    let mut acknowledged = 0;
    let failure = loop {
        match store.raw().append("s", &event(acknowledged + 1)) {
            Ok(seq) => acknowledged = seq,
            Err(error) => break error,
        }
        assert!(acknowledged < 200, "the disk never filled up");
    };
    assert!(matches!(failure.refusal(), Some(Refusal::NoSpace(_))), "{failure:?}");
    assert!(acknowledged > 10);
    // It goes on as soon as there is room, and nothing acknowledged is gone.
    let last_seq = store.raw().last_seq("s").unwrap();
    assert!(last_seq == acknowledged || last_seq == acknowledged + 1, "{last_seq} {acknowledged}");
    assert_eq!(store.raw().read("s").unwrap().len() as u64, last_seq);
    drop(store);
    let roomy = tempfile::tempdir().unwrap();
    support::vectors::copy(&root, roomy.path());
    let store = crate::builder().open(roomy.path()).unwrap();
    assert_eq!(store.raw().append("s", &event(last_seq + 1)).unwrap(), last_seq + 1);
    assert_eq!(store.raw().count("s").unwrap(), last_seq + 1);
    assert_eq!(store.admin().verify().unwrap().damaged, 0);
}

#[test]
fn a_second_writer_is_told_who_has_the_root() {
    let root = tempfile::tempdir().unwrap();
    let mut holder = Command::new(env!("CARGO_BIN_EXE_child"))
        .arg(root.path())
        .arg("hold")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pid = String::new();
    BufReader::new(holder.stdout.take().unwrap()).read_line(&mut pid).unwrap();
    let error = crate::builder().open(root.path()).unwrap_err();
    let Error::Host(host) = &error else { panic!("{error:?}") };
    let HostError::Locked { root: named, holder: found, .. } = host.as_ref() else { panic!("{error:?}") };
    assert_eq!((named.as_path(), found.unwrap().to_string()), (root.path(), pid.trim().to_owned()));
    assert!(
        error.to_string().contains(pid.trim()) && error.to_string().contains(root.path().to_str().unwrap())
    );
    // In the same process, too, and the lock goes with a kill.
    drop(holder.stdin.take());
    holder.wait().unwrap();
    let store = crate::builder().open(root.path()).unwrap();
    assert!(crate::builder().open(root.path()).is_err());
    drop(store);
    crate::builder().open(root.path()).unwrap();
}

#[test]
fn what_the_original_writes_behind_this_store_is_read_and_continued() {
    // The original appends lines without a trailer, and leaves the counter as a number.
    let store = Fixture::new();
    for seq in 1..=3 {
        store.raw().append("s", &event(seq)).unwrap();
    }
    let store = store.meanwhile(|root| {
        let log = root.join("streams/73.log");
        let mut text = fs::read_to_string(&log).unwrap();
        text.push_str("{:seq 4 :by \"the original\"}\n");
        fs::write(&log, text).unwrap();
        fs::write(root.join("streams/73.seq"), "4").unwrap();
        fs::write(root.join("kv/6b"), "{:by \"the original\"}").unwrap_or_else(|_| {
            fs::create_dir_all(root.join("kv")).unwrap();
            fs::write(root.join("kv/6b"), "{:by \"the original\"}").unwrap();
        });
    });
    assert_eq!(store.raw().last_seq("s").unwrap(), 4);
    assert_eq!(store.raw().count("s").unwrap(), 4);
    store.raw().append("s", &event(5)).unwrap();
    let store = store.reopen();
    let read = store.raw().read("s").unwrap();
    assert_eq!((read.len(), read[3].as_str()), (5, "{:by \"the original\" :seq 4}"));
    assert_eq!(store.raw().kv_get("k").unwrap().as_deref(), Some("{:by \"the original\"}"));
    assert_eq!(store.raw().truncate("s", 4).unwrap(), 4);
    let store = store.reopen();
    assert_eq!(store.raw().read("s").unwrap(), [event(5)]);
    assert_eq!(store.admin().verify().unwrap().damaged, 0);
}
