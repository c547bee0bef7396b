//! Forks and metas of segments of the lower store, and maps that are scanned and counted through both.

use super::each;
use crate::places::refusal;
use sx_persist::Store;
use sx_persist::types::{Direction, Error as Refusal, Expect, ExpectSeq, MapRange, Op, Stale};
use trace::sessions::id;

fn fill(store: &Store) {
    let entries = ["1", "2", "3"].map(str::to_owned);
    store.raw().session_create_segment(&id("a"), &id("1"), &entries).unwrap();
    store.raw().session_set_meta(&id("a"), &id("1"), Some(":below")).unwrap();
    store.raw().session_append_trace(&id("a"), &id("1"), ":t").unwrap();
    store.raw().session_append(&id("b"), &id("2"), "1").unwrap();
    for (key, value) in [("a", "1"), ("b", "2"), ("c", "3")] {
        store.raw().map_put("t", key.as_bytes(), value.as_bytes()).unwrap();
    }
}

#[test]
fn a_fork_reads_below_and_writes_above() {
    each(fill, |store| {
        let text = store.raw();
        assert_eq!(text.session_fork(&id("a"), &id("1"), Some(2), (&id("c"), &id("3"))).unwrap(), 2);
        assert_eq!(text.session_read(&id("c"), &id("3")).unwrap(), ["1", "2"]);
        let known = text.session_describe(&id("c"), &id("3")).unwrap();
        assert_eq!((known.entries, known.trace_entries, known.meta.as_deref()), (2, 0, Some(":below")));
        // The other one stays where it is, behind what was written to above.
        assert_eq!(text.session_list(None, 9).unwrap().names, [id("c"), id("b"), id("a")]);
        assert_eq!(text.session_fork(&id("b"), &id("2"), None, (&id("b"), &id("4"))).unwrap(), 1);
        assert_eq!(text.session_describe(&id("b"), &id("4")).unwrap().meta, None);
        // One that is there, above or below, stays.
        for into in ["2", "3"] {
            let refused = refusal(text.session_fork(&id("a"), &id("1"), None, (&id("a"), &id(into))));
            assert_eq!(refused, Refusal::Conflict(id(into)));
        }
        let above = refusal(text.session_fork(&id("a"), &id("1"), Some(4), (&id("a"), &id("5"))));
        assert!(matches!(&above, Refusal::InvalidArgument(said) if said.contains('3')), "{above:?}");
        let others = refusal(text.session_fork(&id("b"), &id("1"), None, (&id("a"), &id("5"))));
        assert_eq!(others, Refusal::NotFound(id("1")));
        // Twice in one batch is refused where the second is.
        let fork = || {
            let (session, segment) = (id("a"), id("1"));
            let (into_session, into_segment) = (id("a"), id("6"));
            Op::SessionFork { session, segment, entries: None, into_session, into_segment }
        };
        let refused = store.raw().commit(&[fork(), fork()]).unwrap_err();
        assert_eq!((refused.index, refused.error.refusal()), (Some(1), Some(&Refusal::Conflict(id("6")))));
        assert!(!text.session_exists(&id("a"), &id("6")).unwrap());
        // One that has been copied up is forked above.
        text.session_append(&id("a"), &id("1"), "4").unwrap();
        assert_eq!(text.session_fork(&id("a"), &id("1"), None, (&id("a"), &id("7"))).unwrap(), 4);
        assert_eq!(text.session_describe(&id("a"), &id("7")).unwrap().meta.as_deref(), Some(":below"));
        let last = text.session_read_last(&id("b"), &id("2"), 9).unwrap();
        assert_eq!((last.index, last.lines.as_str()), (0, "1\n"));
    });
}

#[test]
fn a_meta_is_copied_up_with_its_segment() {
    each(fill, |store| {
        let text = store.raw();
        let meta = |text: &sx_persist::Raw<'_>| text.session_describe(&id("a"), &id("1")).unwrap().meta;
        // What is set already is no write, and copies nothing.
        text.session_set_meta(&id("a"), &id("1"), Some(":below")).unwrap();
        assert_eq!(text.session_list(None, 9).unwrap().names, [id("b"), id("a")]);
        text.session_append(&id("a"), &id("1"), "4").unwrap();
        assert_eq!(meta(&text).as_deref(), Some(":below"));
        text.session_set_meta(&id("a"), &id("1"), None).unwrap();
        assert_eq!(meta(&text), None);
        text.session_set_meta(&id("b"), &id("2"), Some("2")).unwrap();
        let known = text.session_describe(&id("b"), &id("2")).unwrap();
        assert_eq!((known.entries, known.meta.as_deref()), (1, Some("2")));
        let late = refusal(text.session_truncate(&id("a"), &id("1"), 1, ExpectSeq::At(3)));
        assert_eq!(late, Refusal::Stale(Stale { expected: 3, actual: 4 }));
    });
}

#[test]
fn a_table_is_scanned_and_counted_through_both() {
    let all = MapRange { prefix: Vec::new(), start: None, end: None };
    each(fill, |store| {
        assert_eq!(store.raw().map_count("t").unwrap(), 3);
        store.raw().map_put("t", b"b", b"20").unwrap();
        store.raw().map_put("t", b"d", b"4").unwrap();
        store.raw().map_delete("t", b"a", Expect::Any).unwrap();
        assert_eq!(store.raw().map_count("t").unwrap(), 3);
        for direction in [Direction::Forward, Direction::Backward] {
            for limit in 1..5 {
                let (mut found, mut after) = (Vec::new(), None::<String>);
                loop {
                    let page = store.raw().map_scan("t", &all, after.as_deref(), limit, direction).unwrap();
                    found.extend(page.items);
                    if page.done {
                        break;
                    }
                    after = Some(page.through);
                }
                if direction == Direction::Backward {
                    found.reverse();
                }
                let shown: Vec<_> =
                    found.iter().map(|item| (item.key.as_slice(), item.value.as_slice())).collect();
                assert_eq!(shown, [(&b"b"[..], &b"20"[..]), (b"c", b"3"), (b"d", b"4")]);
                for item in found {
                    let entry = store.raw().map_get("t", &item.key).unwrap().unwrap();
                    assert_eq!(entry.version, item.version);
                }
            }
        }
        store.raw().map_drop_table("t").unwrap();
        assert_eq!(store.raw().map_count("t").unwrap(), 0);
    });
}
