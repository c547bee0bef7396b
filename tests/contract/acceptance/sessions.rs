//! T1 to T9. T5 goes on in `segments.rs`.

use crate::fixture::{Fixture, event, files, refusal};
use std::fs;
use std::thread;
use sx_persist::types::{Direction, Error as Refusal, ExpectSeq, Op, Outcome, Position};
use sx_persist::{Result, Store, Uuid};
use trace::sessions::id;

/// A session, and another.
fn sessions() -> (String, String) {
    (id("a"), id("b"))
}

/// The segment of a number.
pub(crate) fn segment(number: u64) -> String {
    Uuid::from_u128(u128::from(number)).to_string()
}

fn entries(store: &Store, session: &str, segment: &str) -> String {
    store.raw().session_read(session, segment).unwrap().join(" ")
}

fn count(store: &Store, session: &str, segment: &str) -> u64 {
    store.raw().session_entry_count(session, segment).unwrap()
}

/// Every function that names a session and a segment.
fn everywhere(store: &Store, session: &str, segment: &str) -> Vec<Result<()>> {
    let text = store.raw();
    vec![
        text.session_create_segment(session, segment, &[]),
        text.session_append(session, segment, "1").map(drop),
        text.session_append_expecting(session, segment, 0, &[]).map(drop),
        text.session_append_trace(session, segment, "1").map(drop),
        text.session_fork(session, segment, None, (session, segment)).map(drop),
        text.session_read_last(session, segment, 1).map(drop),
        text.session_set_meta(session, segment, None),
        text.session_describe(session, segment).map(drop),
        text.session_read(session, segment).map(drop),
        text.session_read_page(session, segment, &Position::Start, 1, Direction::Forward).map(drop),
        text.session_entry_count(session, segment).map(drop),
        text.session_truncate(session, segment, 0, ExpectSeq::Any).map(drop),
        text.session_exists(session, segment).map(drop),
        text.session_read_trace(session, segment, &Position::Start, 1, Direction::Forward).map(drop),
        text.session_delete_segment(session, segment).map(drop),
    ]
}

#[test]
fn t1_an_id_is_a_uuid_in_canonical_text() {
    let mut store = Fixture::new();
    let good = [
        "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "f47ac10b-58cc-4372-a567-0e02b2c3d479",
        "018f4e2a-9c3b-7def-8123-456789abcdef",
    ];
    for segment in good {
        store.raw().session_append(good[3], segment, "1").unwrap();
    }
    let long = format!("{}0", good[0]);
    let bad = [
        "",
        "F47AC10B-58CC-4372-A567-0E02B2C3D479",
        "f47ac10b58cc4372a5670e02b2c3d479",
        "{f47ac10b-58cc-4372-a567-0e02b2c3d479}",
        "urn:uuid:f47ac10b-58cc-4372-a567-0e02b2c3d479",
        "f47ac10b-58cc-4372-a567-0e02b2c3d47",
        "g47ac10b-58cc-4372-a567-0e02b2c3d479",
        "f47ac10b-58cc-4372-a5670-e02b2c3d479",
        "../../..-58cc-4372-a567-0e02b2c3d479",
        &long,
    ];
    for bad in bad {
        for refused in everywhere(&store, bad, good[0]).into_iter().chain(everywhere(&store, good[0], bad)) {
            assert!(matches!(refusal(refused), Refusal::InvalidName(_)), "{bad:?}");
        }
        assert!(matches!(refusal(store.raw().session_of(bad)), Refusal::InvalidName(_)), "{bad:?}");
        let listed = store.raw().session_list_segments(bad, None, 1);
        assert!(matches!(refusal(listed), Refusal::InvalidName(_)), "{bad:?}");
    }
    for _ in 0..2 {
        let mut listed = store.raw().session_list_segments(good[3], None, 9).unwrap().names;
        listed.reverse();
        assert_eq!(listed, good);
        store = store.reopen();
    }
}

#[test]
fn t2_an_entry_is_any_value_and_comes_back_in_canonical_text() {
    let mut store = Fixture::new();
    let (a, _) = sessions();
    let given = ["nil", "[1 2]", "{:b 1 :a \" :seq 7}\"}", "'sym", "  -0.0 ; a comment", "{:entry 1 :seq 2}"];
    let due = ["nil", "(list 1 2)", "{:a \" :seq 7}\" :b 1}", "(quote sym)", "-0.0", "{:entry 1 :seq 2}"];
    for entry in given {
        store.raw().session_append(&a, &segment(1), entry).unwrap();
    }
    for bad in ["", "1/3", "(", "1 2", "{:a 1 :a 2}"] {
        let refused = refusal(store.raw().session_append(&a, &segment(1), bad));
        assert!(matches!(refused, Refusal::InvalidValue(_)), "{bad:?}: {refused:?}");
    }
    for _ in 0..2 {
        assert_eq!(store.raw().session_read(&a, &segment(1)).unwrap(), due);
        for index in 0..8 {
            let page = store
                .raw()
                .session_read_page(&a, &segment(1), &Position::After(index as u64), 2, Direction::Forward)
                .unwrap();
            let (from, to) = (due.len().min(index), due.len().min(index + 2));
            assert_eq!(page.lines.lines().collect::<Vec<_>>(), due[from..to]);
            assert_eq!(page.done, to >= due.len());
        }
        store = store.reopen();
    }
}

#[test]
fn t2_a_segment_belongs_to_one_session() {
    let store = Fixture::new();
    let (a, b) = sessions();
    store.raw().session_append(&a, &segment(1), "1").unwrap();
    let made = everywhere(&store, &b, &segment(1)).into_iter().take(5);
    for refused in made {
        assert_eq!(format!("{:?}", refusal(refused)), format!("{:?}", Refusal::Conflict(segment(1))));
    }
    assert_eq!(entries(&store, &a, &segment(1)), "1");
    assert_eq!(store.raw().session_list(None, 9).unwrap().names, [a]);
}

#[test]
fn t3_a_missing_segment_is_made_by_what_writes_and_not_found_by_what_reads() {
    let mut store = Fixture::new();
    let (a, b) = sessions();
    let text = store.raw();
    assert_eq!(text.session_append(&a, &segment(1), "1").unwrap(), 1);
    assert_eq!(text.session_append_expecting(&a, &segment(2), 0, &["1".into(), "2".into()]).unwrap(), 2);
    assert_eq!(text.session_append_expecting(&a, &segment(3), 0, &[]).unwrap(), 0);
    assert_eq!(text.session_append_trace(&a, &segment(4), "1").unwrap(), 1);
    text.session_create_segment(&a, &segment(5), &[]).unwrap();
    text.session_create_segment(&a, &segment(2), &["3".into()]).unwrap();
    for _ in 0..2 {
        let held: Vec<_> = (1..=5).map(|number| entries(&store, &a, &segment(number))).collect();
        assert_eq!(held, ["1", "3", "", "", ""]);
        for (session, segment) in [(&a, segment(9)), (&b, segment(1))] {
            let text = store.raw();
            for refused in [
                refusal(text.session_read(session, &segment)),
                refusal(text.session_read_page(session, &segment, &Position::Start, 1, Direction::Forward)),
                refusal(text.session_entry_count(session, &segment)),
                refusal(text.session_truncate(session, &segment, 0, ExpectSeq::Any)),
            ] {
                assert!(matches!(&refused, Refusal::NotFound(name) if *name == segment), "{refused:?}");
            }
            assert!(!text.session_exists(session, &segment).unwrap());
        }
        assert!(store.raw().session_exists(&a, &segment(3)).unwrap());
        store = store.reopen();
    }
}

#[test]
fn t4_a_second_writer_is_noticed() {
    let store = Fixture::new();
    let (a, _) = sessions();
    let lost = thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    let (mut lost, mut won, mut seen) = (0, 0, 0);
                    while won < 20 {
                        let added = ["\"x\"".to_owned(), "\"y\"".to_owned()];
                        match store.raw().session_append_expecting(&sessions().0, &segment(1), seen, &added) {
                            Ok(count) => {
                                assert_eq!(count, seen + 2);
                                (seen, won) = (count, won + 1);
                            }
                            Err(refused) => match refused.refusal() {
                                Some(Refusal::Stale(stale)) => {
                                    assert_eq!(stale.expected, seen);
                                    assert!(stale.actual > seen);
                                    (seen, lost) = (stale.actual, lost + 1);
                                }
                                other => panic!("{other:?}"),
                            },
                        }
                    }
                    lost
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum::<u64>()
    });
    assert!(lost > 0, "no two ever met");
    assert_eq!(count(&store, &a, &segment(1)), 8 * 20 * 2);
    let refused = store.raw().session_append_expecting(&a, &segment(2), 1, &[]);
    assert!(matches!(refusal(refused), Refusal::Stale(stale) if (stale.expected, stale.actual) == (1, 0)));
    // The entries are looked at first.
    let refused = store.raw().session_append_expecting(&a, &segment(1), 7, &["(".into()]);
    assert!(matches!(refusal(refused), Refusal::InvalidValue(_)));
    assert!(!store.raw().session_exists(&a, &segment(2)).unwrap());
}

#[test]
fn t5_truncate_keeps_the_first_entries() {
    let mut store = Fixture::new();
    let (a, _) = sessions();
    let all: Vec<_> = (0..10).map(|number| number.to_string()).collect();
    store.raw().session_create_segment(&a, &segment(1), &all).unwrap();
    for (kept, dropped) in [(10, 0), (7, 3), (4, 3), (4, 0), (0, 4)] {
        store = store.reopen();
        let above = refusal(store.raw().session_truncate(&a, &segment(1), 11, ExpectSeq::Any));
        let there = count(&store, &a, &segment(1)).to_string();
        let Refusal::InvalidArgument(reason) = above else { panic!("{above:?}") };
        assert!(reason.contains("11") && reason.contains(&there), "{reason}");
        assert_eq!(store.raw().session_truncate(&a, &segment(1), kept, ExpectSeq::Any).unwrap(), dropped);
        assert_eq!(entries(&store, &a, &segment(1)), all[..usize::try_from(kept).unwrap()].join(" "));
    }
    assert_eq!(store.raw().session_append(&a, &segment(1), ":anew").unwrap(), 1);
    let store = store.reopen();
    assert_eq!(entries(&store, &a, &segment(1)), ":anew");
    assert_eq!(store.admin().stats().unwrap()["quarantine"], 0);
}

#[test]
fn t6_the_most_recent_stands_first_through_restarts() {
    let mut store = Fixture::new();
    let (a, b) = sessions();
    let c = id("c");
    for (number, session) in [(3, &a), (1, &b), (2, &c), (4, &a)] {
        store.raw().session_append(session, &segment(number), "1").unwrap();
    }
    let listed = |store: &Store| {
        let ids = store.raw().session_list(None, 9).unwrap().names;
        let segments = store.raw().session_list_segments(&sessions().0, None, 9).unwrap().names;
        (ids, segments)
    };
    let first = (vec![a.clone(), c.clone(), b.clone()], vec![segment(4), segment(3)]);
    assert_eq!(listed(&store), first);
    store = store.reopen();
    assert_eq!(listed(&store), first);
    store.raw().session_truncate(&b, &segment(1), 0, ExpectSeq::Any).unwrap();
    store.raw().session_append(&a, &segment(3), "2").unwrap();
    store.raw().session_create_segment(&c, &segment(2), &[]).unwrap();
    // None of these is a write to a segment.
    store.raw().session_append_trace(&b, &segment(1), "1").unwrap();
    store.raw().session_truncate(&b, &segment(1), 0, ExpectSeq::Any).unwrap();
    store.raw().session_append_expecting(&b, &segment(1), 0, &[]).unwrap();
    let second = (vec![c.clone(), a.clone(), b.clone()], vec![segment(3), segment(4)]);
    assert_eq!(listed(&store), second);
    store = store.reopen();
    assert_eq!(listed(&store), second);
    // One at a time; what moves to the front meanwhile is passed by.
    let page = store.raw().session_list(None, 1).unwrap();
    assert_eq!(page.names, std::slice::from_ref(&c));
    store.raw().session_append(&b, &segment(1), "1").unwrap();
    let page = store.raw().session_list(page.next(), 1).unwrap();
    assert_eq!((page.names.as_slice(), page.next()), (std::slice::from_ref(&a), None));
    assert_eq!(store.raw().session_list_segments(&id("d"), None, 9).unwrap().names, Vec::<String>::new());
    for bad in ["1", "x", "1.2", &format!("+1.{a}")] {
        assert!(
            matches!(refusal(store.raw().session_list(Some(bad), 1)), Refusal::InvalidArgument(_)),
            "{bad}"
        );
    }
    for limit in [0, 65_537] {
        assert!(matches!(refusal(store.raw().session_list(None, limit)), Refusal::InvalidArgument(_)));
    }
}

#[test]
fn t7_a_segment_is_found_and_deleted_by_its_id() {
    let mut store = Fixture::new();
    let (a, b) = sessions();
    store.raw().session_append(&a, &segment(1), "1").unwrap();
    store.raw().session_append_trace(&a, &segment(1), "1").unwrap();
    store.raw().session_append(&b, &segment(2), "1").unwrap();
    store = store.reopen();
    assert_eq!(store.raw().session_of(&segment(1)).unwrap(), Some(a.clone()));
    assert_eq!(store.raw().session_of(&segment(3)).unwrap(), None);
    assert!(!store.raw().session_delete_segment(&b, &segment(1)).unwrap());
    assert!(store.raw().session_delete_segment(&a, &segment(1)).unwrap());
    assert!(!store.raw().session_delete_segment(&a, &segment(1)).unwrap());
    for _ in 0..2 {
        assert_eq!(store.raw().session_of(&segment(1)).unwrap(), None);
        assert_eq!(store.raw().session_list(None, 9).unwrap().names, std::slice::from_ref(&b));
        store = store.reopen();
    }
    if store.has_files() {
        let left = files(store.path());
        let is_its = |path: &&String| path.contains(&segment(1).replace('-', ""));
        assert_eq!(left.keys().filter(is_its).count(), 0, "{:?}", left.keys());
    }
    store.raw().session_append(&b, &segment(1), "2").unwrap();
    assert_eq!(store.raw().session_of(&segment(1)).unwrap(), Some(b));
}

#[test]
fn t8_a_trace_stands_beside_its_segment() {
    let mut store = Fixture::new();
    let (a, _) = sessions();
    store.raw().session_append_trace(&a, &segment(1), "{:took 1}").unwrap();
    store.raw().session_append(&a, &segment(1), "1").unwrap();
    assert_eq!(store.raw().session_append_trace(&a, &segment(1), "{:took 2}").unwrap(), 2);
    for _ in 0..2 {
        assert_eq!((entries(&store, &a, &segment(1)), count(&store, &a, &segment(1))), ("1".to_owned(), 1));
        let page =
            store.raw().session_read_trace(&a, &segment(1), &Position::Start, 1, Direction::Forward).unwrap();
        assert_eq!((page.lines.as_str(), page.next()), ("{:took 1}\n", Some("1")));
        let page = store
            .raw()
            .session_read_trace(&a, &segment(1), &Position::After(1), 1, Direction::Forward)
            .unwrap();
        assert_eq!((page.lines.as_str(), page.next()), ("{:took 2}\n", None));
        store = store.reopen();
    }
    store.raw().session_create_segment(&a, &segment(1), &[]).unwrap();
    store.raw().session_truncate(&a, &segment(1), 0, ExpectSeq::Any).unwrap();
    assert_eq!(
        store
            .raw()
            .session_read_trace(&a, &segment(1), &Position::Start, 9, Direction::Forward)
            .unwrap()
            .lines
            .lines()
            .count(),
        2
    );
    assert_eq!(
        store
            .raw()
            .session_read_trace(&a, &segment(9), &Position::Start, 9, Direction::Forward)
            .unwrap()
            .lines,
        ""
    );
    store.raw().session_delete_segment(&a, &segment(1)).unwrap();
    store.raw().session_append(&a, &segment(1), "1").unwrap();
    assert_eq!(
        store
            .raw()
            .session_read_trace(&a, &segment(1), &Position::Start, 9, Direction::Forward)
            .unwrap()
            .lines,
        ""
    );
}

#[test]
fn t9_damage_is_refused_and_repaired() {
    let Some(store) = Fixture::with_files() else { return };
    let (a, _) = sessions();
    // Each in a block of its own, and rows in others.
    let all = |of: u64| (0..9).map(|number| format!("\"{of}.{number:0>5000}\"")).collect::<Vec<_>>();
    for number in 1..=3 {
        store.raw().session_create_segment(&a, &segment(number), &all(number)).unwrap();
    }
    store.admin().checkpoint().unwrap();
    let store = store.meanwhile(|root| {
        for (path, mut bytes) in files(root).into_iter().filter(|(path, _)| path.starts_with("runs/")) {
            for rotten in [&all(2)[1], &all(3)[1]] {
                let at = bytes.windows(rotten.len()).position(|bytes| bytes == rotten.as_bytes());
                at.into_iter().for_each(|at| bytes[at + 9] ^= 1);
            }
            fs::write(root.join(path), bytes).unwrap();
        }
    });
    assert_eq!(entries(&store, &a, &segment(1)), all(1).join(" "));
    for refused in [
        refusal(store.raw().session_read(&a, &segment(2))),
        refusal(store.raw().session_read_page(&a, &segment(2), &Position::After(1), 9, Direction::Forward)),
        refusal(store.raw().session_read_last(&a, &segment(2), 9)),
    ] {
        let Refusal::Corrupt(damage) = refused else { panic!("{refused:?}") };
        assert!(damage.file.starts_with("runs/"), "{damage:?}");
    }
    let before =
        store.raw().session_read_page(&a, &segment(2), &Position::Start, 9, Direction::Forward).unwrap();
    assert_eq!((before.lines.trim_end(), before.next()), (all(2)[0].as_str(), Some("1")), "what precedes it");
    assert_eq!(store.raw().session_append(&a, &segment(2), "5").unwrap(), 10);
    // What is replaced need not be whole, nor what is dropped.
    store.raw().session_create_segment(&a, &segment(3), &["1".to_owned()]).unwrap();
    assert_eq!(entries(&store, &a, &segment(3)), "1");
    store.admin().checkpoint().unwrap();
    assert!(store.admin().verify().unwrap().damaged >= 2);
    store.admin().repair().unwrap();
    let store = store.reopen();
    let mut left = all(2);
    left.remove(1);
    left.push("5".to_owned());
    assert_eq!(entries(&store, &a, &segment(2)), left.join(" "));
    assert_eq!((count(&store, &a, &segment(2)), store.admin().verify().unwrap().damaged), (9, 0));
    assert_eq!(entries(&store, &a, &segment(3)), "1");
}

#[test]
fn an_entry_an_event_and_a_ref_are_one_commit() {
    let store = Fixture::new();
    let (a, _) = sessions();
    let expecting = |expected| {
        let (session, segment) = (id("a"), segment(1));
        let entries = vec![":said".to_owned()];
        Op::SessionAppendExpecting { session, segment, expected, entries }
    };
    let append = |seq| Op::Append { stream: "s".into(), event: event(seq) };
    let branch = || Op::RefSet { name: "main".into(), hash: "1".repeat(40) };
    let trace = || {
        let (session, segment, entry) = (id("a"), segment(1), "1".to_owned());
        Op::SessionAppendTrace { session, segment, entry }
    };
    let done = store.raw().commit(&[append(1), expecting(0), trace(), branch()]).unwrap().outcomes;
    let [Outcome::Appended(1), Outcome::Appended(1), Outcome::Appended(1), Outcome::Put] = done[..] else {
        panic!("{done:?}")
    };
    let refused = store.raw().commit(&[append(2), branch(), expecting(0)]).unwrap_err();
    assert!(matches!(refused.error.refusal(), Some(Refusal::Stale(stale)) if stale.actual == 1));
    assert_eq!((refused.index, store.raw().last_seq("s").unwrap()), (Some(2), 1));
    let (session, segment) = (id("a"), segment(1));
    let truncate = Op::SessionTruncate {
        session: session.clone(),
        segment: segment.clone(),
        entries: 2,
        expected: ExpectSeq::Any,
    };
    let refused = store.raw().commit(&[expecting(1), expecting(2), truncate.clone(), append(1)]);
    assert!(matches!(refused.unwrap().outcomes[2], Outcome::Truncated(1)));
    let delete = Op::SessionDeleteSegment { session, segment: segment.clone() };
    let answers = store.raw().run(&[delete, truncate]).unwrap();
    assert!(matches!(answers[0], Ok(Outcome::Deleted(true))));
    assert!(matches!(answers[1], Err(Refusal::NotFound(_))));
    assert!(!store.raw().session_exists(&a, &segment).unwrap());
}
