//! Bad input gets its typed error and leaves every byte on disk as it was.

use crate::fixture::{Fixture, event, files, refusal};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use sx_persist::types::Error as Refusal;
use sx_persist::types::{Detail, ExpectSeq, Fact};
use sx_persist::{Error, HostError, Result, Store};

/// A store with something of everything, checkpointed, and its files.
fn filled() -> (Fixture, BTreeMap<String, Vec<u8>>) {
    let store = Fixture::new();
    for seq in 1..=3 {
        store.raw().append("s", &event(seq)).unwrap();
    }
    store.raw().kv_put("k", "1").unwrap();
    store.raw().blob_put(b"hello").unwrap();
    store.raw().map_put("m", b"k", b"value").unwrap();
    store.admin().checkpoint().unwrap();
    let before = files(store.path());
    (store, before)
}

#[test]
fn e1_a_refused_write_changes_no_byte() {
    let (store, before) = filled();
    let long = "n".repeat(1_025);
    let deep = "(list ".repeat(129);
    let large = format!("\"{}\"", "x".repeat(16 << 20));
    let refusals: Vec<Result<()>> = vec![
        store.raw().append("", "{:seq 1}").map(drop),
        store.raw().append(&long, "{:seq 1}").map(drop),
        store.raw().append("s", "{:seq 4 :x 1/2}").map(drop),
        store.raw().append("s", &deep).map(drop),
        store.raw().append("s", "{}").map(drop),
        store.raw().kv_put("k", &large).map(drop),
        store.raw().kv_put("k", "(1").map(drop),
        store.raw().kv_swap("k", Some("2"), Some(")")).map(drop),
        store.raw().append_expecting("s", 9, &[event(10)]).map(drop),
        store.raw().record_event("s", "x", 0, "{:a}", ExpectSeq::Any).map(drop),
        store
            .raw()
            .handle_op("persist/appendd", "(\"s\" {:seq 4})")
            .map(drop)
            .map_err(|refused| refused.error),
        store.raw().blob_delete("../x").map(drop),
        store.raw().snapshot_persist(&long, b"x"),
        store.raw().snapshot_persist("k", &vec![0; (16 << 20) + 1]),
        store.raw().snapshot_persist_marker(""),
        store.raw().snapshot_delete_marker(&long).map(drop),
    ];
    for refused in refusals {
        refusal(refused);
    }
    // Refused by no error, and changing nothing: a swap, a delete, a truncate that find nothing to do.
    assert!(!store.raw().kv_swap("k", Some("2"), None).unwrap());
    assert!(!store.kv().remove("absent").unwrap());
    assert!(!store.raw().snapshot_delete_marker("absent").unwrap());
    assert_eq!(store.raw().truncate("s", 0).unwrap(), 0);
    assert_eq!(files(store.path()), before);
}

#[test]
fn e3_an_error_without_a_case_is_shown_with_its_code_and_its_facts() {
    let fact = |name: &str, value: &str| Fact { name: name.into(), value: value.into() };
    let facts = vec![fact("table", "carts"), fact("rows", "7")];
    let other = Detail { code: "too-many-rows".into(), message: "a table is full".into(), facts };
    let shown = Error::from(Refusal::Other(other)).to_string();
    assert_eq!(shown, "too-many-rows: a table is full; table: carts; rows: 7");
}

#[test]
fn values_that_do_not_parse_name_the_byte() {
    let store = Fixture::new();
    for (text, offset) in [("(1 2", 4), ("{:a 1 :b}", 8), ("\"abc\\q\"", 4), ("1 2", 2), ("(list 1/3)", 6)] {
        let Refusal::InvalidValue(at) = refusal(store.raw().kv_put("k", text)) else { panic!("{text}") };
        assert_eq!(at.offset, offset, "{text}: {}", at.reason);
    }
}

/// What each call that can meet a damaged file answers.
fn answers(store: &Store) -> Vec<Result<String>> {
    let show = |events: Vec<String>| events.join(" ");
    let cid = "bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq";
    vec![
        store.streams().map(show),
        store.raw().read("s").map(show),
        store.raw().last_seq("s").map(|seq| seq.to_string()),
        store.raw().count("s").map(|count| count.to_string()),
        store.raw().kv_get("k").map(Option::unwrap_or_default),
        store.kv().keys().map(show),
        store.raw().blob_get(cid).map(|bytes| format!("{bytes:?}")),
        store.raw().map_get("m", b"k").map(|entry| format!("{entry:?}")),
        store.raw().map_tables().map(show),
        store.admin().verify().map(|_| String::new()),
        store.admin().stats().map(|_| String::new()),
    ]
}

#[test]
fn damage_in_every_place_of_the_layout_is_refused_or_harmless() {
    let (store, before) = filled();
    // Something in the journal too, as a kill leaves it.
    store.raw().append("s", &event(4)).unwrap();
    let mut killed = files(store.path());
    assert_ne!(killed, before);
    killed.insert("quarantine/000001".to_owned(), b"x".to_vec());
    let whole: Vec<_> = answers(&store).into_iter().map(Result::unwrap).collect();
    for (path, bytes) in &killed {
        for damaged in [
            Vec::new(),
            b"gar(bage\n".to_vec(),
            bytes[..bytes.len() / 2].to_vec(),
            [bytes, &b"!"[..]].concat(),
        ] {
            if damaged == *bytes {
                continue;
            }
            let root = tempfile::tempdir().unwrap();
            let mut files_now = killed.clone();
            files_now.insert(path.clone(), damaged.clone());
            lay(root.path(), &files_now);
            let store = crate::builder().read_only(true).open(root.path()).unwrap();
            for (index, (answer, due)) in answers(&store).into_iter().zip(&whole).enumerate() {
                match answer {
                    Ok(answer) => {
                        // A torn journal has lost its last commit; a cut log is told from a whole one by the journal.
                        let is_torn = path.starts_with("journal/");
                        assert!(
                            answer == *due || is_torn || index >= 9,
                            "{path} {damaged:?}: {answer} for {due}"
                        );
                    }
                    // Without any valid journal the folder is named.
                    Err(Error::Refused(Refusal::Corrupt(damage))) => assert!(path.starts_with(&damage.file)),
                    Err(other) => panic!("{path} {damaged:?}: {other:?}"),
                }
            }
            drop(store);
            assert_eq!(files(root.path()), files_now, "{path}: reading changed something");
            // A writer neither traps on it nor makes it worse: what it cannot trust it refuses.
            let store = crate::builder().checkpoint_when_idle(None).open(root.path()).unwrap();
            match store.raw().append("other", &event(1)) {
                Ok(_) | Err(Error::Refused(Refusal::Corrupt(_))) => {}
                Err(other) => panic!("{path} {damaged:?}: {other:?}"),
            }
        }
    }
}

fn lay(root: &Path, files: &BTreeMap<String, Vec<u8>>) {
    for (path, bytes) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

#[test]
fn a_root_that_cannot_be_opened_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "x").unwrap();
    let missing = folder.path().join("missing");
    for (root, create) in [(&file, true), (&missing, false), (&file, false)] {
        let error = crate::builder().create(create).open(root).unwrap_err();
        let is_root = matches!(&error, Error::Host(host) if matches!(host.as_ref(), HostError::Root { .. }));
        assert!(is_root, "{error:?}");
        assert!(error.to_string().contains(root.to_str().unwrap()), "{error}");
    }
    assert!(!missing.exists());
    assert_eq!(fs::read(&file).unwrap(), b"x");
}

#[test]
fn another_format_is_refused_and_left_alone() {
    let store = Fixture::new();
    store.raw().append("s", &event(1)).unwrap();
    let store = store.meanwhile(|root| fs::write(root.join("format"), "sx-persist 5 tables\n").unwrap());
    let before = files(store.path());
    assert!(matches!(refusal(store.raw().read("s")), Refusal::Corrupt(_)));
    assert!(matches!(refusal(store.raw().append("s", &event(2))), Refusal::Corrupt(_)));
    assert!(matches!(refusal(store.admin().repair()), Refusal::Corrupt(_)));
    assert_eq!(files(store.path()), before);
}

#[test]
fn repair_sets_damage_aside_and_keeps_the_rest() {
    let (store, before) = filled();
    let log = String::from_utf8(before["streams/73.log"].clone()).unwrap();
    let damaged = log.replacen("event 2", "event X", 1);
    let store = store.meanwhile(|root| {
        fs::write(root.join("streams/73.log"), &damaged).unwrap();
        fs::write(root.join("kv/6b"), "1 2").unwrap();
    });
    let Refusal::Corrupt(damage) = refusal(store.raw().read("s")) else { panic!("given out") };
    assert_eq!((damage.file.as_str(), damage.line), ("streams/73.log", Some(2)));
    assert!(matches!(refusal(store.raw().truncate("s", 2)), Refusal::Corrupt(_)), "over damage");
    assert_eq!(store.raw().append("s", &event(4)).unwrap(), 4, "behind damage");
    let report = store.admin().repair().unwrap();
    assert_eq!(report.damaged, 2);
    let copies: Vec<_> = report.findings.iter().map(|finding| finding.set_aside.clone().unwrap()).collect();
    let now = files(store.path());
    assert!(copies.iter().any(|copy| now[copy] == b"1 2"));
    assert!(copies.iter().any(|copy| now[copy].starts_with(b"{:data \"event X\"")));
    assert!(now.keys().any(|path| path.ends_with(".note")));
    let store = store.reopen();
    assert_eq!(store.raw().read("s").unwrap(), [event(1), event(3), event(4)]);
    assert_eq!((store.raw().count("s").unwrap(), store.raw().last_seq("s").unwrap()), (3, 4));
    assert!(!store.kv().contains("k").unwrap());
    assert_eq!(store.admin().verify().unwrap().damaged, 0);
}
