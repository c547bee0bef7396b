//! T5 and T10 to T13: what else is done with a segment.

use crate::fixture::{Fixture, refusal};
use crate::sessions::segment;
use sx_persist::types::Stale;
use sx_persist::types::{Direction, Error as Refusal, ExpectSeq, Op, Position, SegmentDescription};
use trace::sessions::id;

/// A session with a segment of these entries.
fn filled(count: usize) -> (Fixture, String, String) {
    let store = Fixture::new();
    let (session, segment) = (id("a"), segment(1));
    let entries: Vec<_> = (0..count).map(|entry| entry.to_string()).collect();
    store.raw().session_create_segment(&session, &segment, &entries).unwrap();
    (store, session, segment)
}

#[test]
fn t5_a_truncation_expects_a_number_of_entries_or_none() {
    let (store, session, segment) = filled(5);
    let text = store.raw();
    let late = refusal(text.session_truncate(&session, &segment, 2, ExpectSeq::At(4)));
    assert_eq!(late, Refusal::Stale(Stale { expected: 4, actual: 5 }));
    // Whoever is late is told so, also where fewer entries are there than stay.
    let late = refusal(text.session_truncate(&session, &segment, 9, ExpectSeq::At(4)));
    assert_eq!(late, Refusal::Stale(Stale { expected: 4, actual: 5 }));
    assert_eq!(text.session_entry_count(&session, &segment).unwrap(), 5);
    assert_eq!(text.session_truncate(&session, &segment, 4, ExpectSeq::At(5)).unwrap(), 1);
    assert_eq!(text.session_truncate(&session, &segment, 4, ExpectSeq::At(4)).unwrap(), 0);
    assert_eq!(text.session_truncate(&session, &segment, 1, ExpectSeq::Any).unwrap(), 3);
}

#[test]
fn t10_a_fork_has_the_first_entries_and_the_meta_of_the_other_and_no_trace() {
    let (store, session, first) = filled(5);
    let text = store.raw();
    text.session_set_meta(&session, &first, Some("{:title \"t\"}")).unwrap();
    text.session_append_trace(&session, &first, ":traced").unwrap();
    assert_eq!(text.session_fork(&session, &first, Some(3), (&id("b"), &segment(2))).unwrap(), 3);
    assert_eq!(text.session_fork(&session, &first, None, (&session, &segment(3))).unwrap(), 5);
    assert_eq!(text.session_fork(&session, &first, Some(0), (&session, &segment(4))).unwrap(), 0);
    // They go on by themselves.
    text.session_append(&session, &first, ":on").unwrap();
    text.session_append(&id("b"), &segment(2), ":other").unwrap();
    store.admin().checkpoint().unwrap();
    assert_eq!(text.session_read(&id("b"), &segment(2)).unwrap(), ["0", "1", "2", ":other"]);
    assert_eq!(text.session_read(&session, &segment(3)).unwrap(), ["0", "1", "2", "3", "4"]);
    assert_eq!(text.session_read(&session, &segment(4)).unwrap(), Vec::<String>::new());
    assert_eq!(text.session_entry_count(&session, &first).unwrap(), 6);
    for (session, segment, entries) in [(id("b"), segment(2), 4), (session, segment(4), 0)] {
        let known = text.session_describe(&session, &segment).unwrap();
        let due = (entries, 0, Some("{:title \"t\"}".to_owned()));
        assert_eq!((known.entries, known.trace_entries, known.meta), due);
    }
}

#[test]
fn t10_a_fork_that_cannot_be_changes_nothing() {
    let (store, session, first) = filled(2);
    let text = store.raw();
    text.session_create_segment(&id("b"), &segment(2), &["nil".to_owned()]).unwrap();
    // One that is there is told before all else.
    for from in [&first, &segment(9)] {
        let there = refusal(text.session_fork(&session, from, None, (&session, &segment(2))));
        assert_eq!(there, Refusal::Conflict(segment(2)));
    }
    let into = (session.as_str(), &*segment(7));
    let missing = refusal(text.session_fork(&session, &segment(9), None, into));
    assert_eq!(missing, Refusal::NotFound(segment(9)));
    let others = refusal(text.session_fork(&id("b"), &first, None, into));
    assert_eq!(others, Refusal::NotFound(first.clone()));
    let above = refusal(text.session_fork(&session, &first, Some(3), into));
    assert!(matches!(&above, Refusal::InvalidArgument(said) if said.contains('3') && said.contains('2')));
    let none = refusal(text.session_fork(&session, &first, None, ("b", into.1)));
    assert!(matches!(none, Refusal::InvalidName(_)));
    assert!(!text.session_exists(&session, into.1).unwrap());
    assert_eq!(text.session_read(&id("b"), &segment(2)).unwrap(), ["nil"]);
}

#[test]
fn t10_a_fork_of_more_than_a_batch_holds_is_too_large() {
    let store = Fixture::new();
    let (session, first) = (id("a"), segment(1));
    let entries = vec!["nil".to_owned(); 65_536];
    store.raw().session_create_segment(&session, &first, &entries).unwrap();
    store.raw().session_append(&session, &first, "nil").unwrap();
    let into = (session.as_str(), &*segment(2));
    let refused = refusal(store.raw().session_fork(&session, &first, None, into));
    assert!(matches!(&refused, Refusal::TooLarge(excess) if excess.limit == 65_536), "{refused:?}");
    assert_eq!(store.raw().session_fork(&session, &first, Some(65_536), into).unwrap(), 65_536);

    let large = format!("\"{}\"", "x".repeat(13 << 20));
    for _ in 0..5 {
        store.raw().session_append(&session, &segment(3), &large).unwrap();
    }
    let into = (session.as_str(), &*segment(4));
    let refused = refusal(store.raw().session_fork(&session, &segment(3), None, into));
    assert!(matches!(&refused, Refusal::TooLarge(excess) if excess.limit == 64 << 20), "{refused:?}");
    assert_eq!(store.raw().session_fork(&session, &segment(3), Some(4), into).unwrap(), 4);
}

#[test]
fn t10_a_fork_sees_what_its_batch_did_before() {
    let (store, session, first) = filled(1);
    let fork = |into: u64| Op::SessionFork {
        session: session.clone(),
        segment: first.clone(),
        entries: None,
        into_session: session.clone(),
        into_segment: segment(into),
    };
    let (of, meta) = (session.clone(), Some("7".into()));
    store.raw().commit(&[Op::SessionSetMeta { session: of, segment: first.clone(), meta }, fork(2)]).unwrap();
    assert_eq!(store.raw().session_describe(&session, &segment(2)).unwrap().meta.as_deref(), Some("7"));
    let refused = store.raw().commit(&[fork(3), fork(4), fork(3)]).unwrap_err();
    assert_eq!((refused.index, refused.error.refusal()), (Some(2), Some(&Refusal::Conflict(segment(3)))));
    assert!(!store.raw().session_exists(&session, &segment(4)).unwrap());
}

#[test]
fn t11_the_last_entries_come_in_their_order_with_the_index_of_the_first() {
    let (store, session, segment) = filled(5);
    let text = store.raw();
    let all = ["0", "1", "2", "3", "4"];
    for limit in 1..=7 {
        let last = text.session_read_last(&session, &segment, limit).unwrap();
        let first = all.len().saturating_sub(limit as usize);
        assert_eq!(last.index, first as u64);
        assert!(last.lines.lines().eq(all[first..].iter().copied()));
        // Before them and behind them it goes on.
        let before = Position::After(last.index);
        let before = text.session_read_page(&session, &segment, &before, 9, Direction::Backward).unwrap();
        assert!(before.lines.lines().eq(all[..first].iter().rev().copied()));
        let behind = Position::Cursor(last.through);
        let behind = text.session_read_page(&session, &segment, &behind, 9, Direction::Forward).unwrap();
        assert_eq!((behind.lines.as_str(), behind.done), ("", true));
    }
    let large = format!("\"{}\"", "x".repeat(700_000));
    for _ in 0..2 {
        text.session_append(&session, &segment, &large).unwrap();
    }
    let last = text.session_read_last(&session, &segment, 9).unwrap();
    assert_eq!((last.index, last.lines.lines().count()), (6, 1));
    let missing = refusal(text.session_read_last(&session, &crate::sessions::segment(9), 1));
    assert!(matches!(missing, Refusal::NotFound(_)));
    for limit in [0, 65_537] {
        let refused = refusal(text.session_read_last(&session, &segment, limit));
        assert!(matches!(refused, Refusal::InvalidArgument(_)));
    }
}

#[test]
fn t12_a_meta_is_any_value_and_goes_with_its_segment() {
    let (mut store, session, first) = filled(2);
    let meta = |store: &Fixture| store.raw().session_describe(&session, &first).unwrap().meta;
    assert_eq!(meta(&store), None);
    for value in ["{:title \"a\\nb\"}", "nil", "(list 1 \"\u{e4}\")"] {
        store.raw().session_set_meta(&session, &first, Some(&format!(" {value} "))).unwrap();
        assert_eq!(meta(&store).as_deref(), Some(value));
        store = store.reopen();
        assert_eq!(meta(&store).as_deref(), Some(value));
        store.admin().checkpoint().unwrap();
        assert_eq!(meta(&store).as_deref(), Some(value));
    }
    // It stays when the segment is truncated or replaced, and its session is found as before.
    store.raw().session_truncate(&session, &first, 1, ExpectSeq::Any).unwrap();
    store.raw().session_create_segment(&session, &first, &["1".to_owned()]).unwrap();
    assert!(meta(&store).is_some());
    assert_eq!(store.raw().session_of(&first).unwrap().as_ref(), Some(&session));
    store.raw().session_set_meta(&session, &first, None).unwrap();
    assert_eq!(meta(&store), None);
    store.raw().session_set_meta(&session, &first, Some("1")).unwrap();
    store.raw().session_delete_segment(&session, &first).unwrap();
    let missing = refusal(store.raw().session_set_meta(&session, &first, Some("1")));
    assert_eq!(missing, Refusal::NotFound(first.clone()));
    store.raw().session_append(&session, &first, "1").unwrap();
    assert_eq!(meta(&store), None);
    let wrong = refusal(store.raw().session_set_meta(&session, &first, Some("(")));
    assert!(matches!(wrong, Refusal::InvalidValue(_)));
}

#[test]
fn t12_to_set_a_meta_is_no_write_of_the_order() {
    let (store, session, first) = filled(1);
    store.raw().session_append(&id("b"), &segment(2), "1").unwrap();
    let before = store.raw().session_describe(&session, &first).unwrap().lsn;
    store.raw().session_set_meta(&session, &first, Some("1")).unwrap();
    assert_eq!(store.raw().session_list(None, 9).unwrap().names, [id("b"), session.clone()]);
    assert_eq!(store.raw().session_describe(&session, &first).unwrap().lsn, before);
}

#[test]
fn t13_a_segment_is_described_by_its_counts_its_last_write_and_its_meta() {
    let (store, session, first) = filled(3);
    let text = store.raw();
    let lsn = text.session_describe(&session, &first).unwrap().lsn;
    text.session_append_trace(&session, &first, ":t").unwrap();
    text.session_set_meta(&session, &first, Some(":m")).unwrap();
    let due = SegmentDescription { entries: 3, trace_entries: 1, lsn, meta: Some(":m".into()) };
    assert_eq!(text.session_describe(&session, &first).unwrap(), due);
    text.session_append(&session, &first, "3").unwrap();
    store.admin().checkpoint().unwrap();
    let known = text.session_describe(&session, &first).unwrap();
    assert_eq!((known.entries, known.lsn > lsn), (4, true));
    let missing = refusal(text.session_describe(&session, &segment(9)));
    assert_eq!(missing, Refusal::NotFound(segment(9)));
}
