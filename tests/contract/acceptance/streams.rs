//! S1 to S8.

use crate::fixture::{Fixture, event, refusal};
use sx_persist::types::{Direction, Error as Refusal, ExpectSeq, LinePage, Position, Stale};

fn seqs(events: &[String]) -> Vec<u64> {
    events.iter().map(|event| sx::field(event, "seq").unwrap().parse().unwrap()).collect()
}

#[test]
fn s1_names_are_any_text_of_1_to_1024_bytes() {
    let mut store = Fixture::new();
    let names =
        ["a".repeat(1_024), "b".repeat(124), "c".repeat(123), "/..\\\0 \n\"".into(), "naïve ☃".into()];
    for name in &names {
        store.raw().append(name, "{:seq 1}").unwrap();
    }
    store = store.reopen();
    let mut sorted = names.to_vec();
    sorted.sort();
    assert_eq!(store.streams().unwrap(), sorted);
    for name in &names {
        assert_eq!(store.raw().last_seq(name).unwrap(), 1);
    }
    for bad in [String::new(), "a".repeat(1_025)] {
        for refused in [
            refusal(store.raw().append(&bad, "{:seq 1}")),
            refusal(store.raw().read(&bad)),
            refusal(store.raw().last_seq(&bad)),
            refusal(store.raw().truncate(&bad, 1)),
            refusal(store.raw().count(&bad)),
        ] {
            assert!(matches!(refused, Refusal::InvalidName(_)), "{refused:?}");
        }
    }
}

#[test]
fn s2_events_keep_their_seq_and_their_order() {
    let mut store = Fixture::new();
    for seq in [10, 3, 3, 7, 1] {
        store.raw().append("s", &event(seq)).unwrap();
    }
    assert_eq!(seqs(&store.raw().read("s").unwrap()), [10, 3, 3, 7, 1]);
    store = store.reopen();
    assert_eq!(seqs(&store.raw().read("s").unwrap()), [10, 3, 3, 7, 1]);
    for bad in [
        "{}",
        "{:seq 0}",
        "{:seq -1}",
        "{:seq 1.5}",
        "{:seq 1e300}",
        "{:seq 0.0}",
        "{:seq -1.0}",
        "{:seq \"1\"}",
        "{:seq 9007199254740992}",
        "(list)",
        "1",
    ] {
        let refused = refusal(store.raw().append("s", bad));
        assert!(matches!(refused, Refusal::InvalidEvent(_)), "{bad}: {refused:?}");
    }
    assert_eq!(store.raw().count("s").unwrap(), 5);
    assert_eq!(store.raw().append("s", "{:seq 9007199254740991}").unwrap(), 9_007_199_254_740_991);
}

#[test]
fn s3_last_seq_never_falls() {
    let mut store = Fixture::new();
    assert_eq!(store.raw().last_seq("s").unwrap(), 0);
    for seq in [5, 2] {
        assert_eq!(store.raw().append("s", &event(seq)).unwrap(), 5);
    }
    store.raw().truncate("s", 99).unwrap();
    assert_eq!(store.raw().last_seq("s").unwrap(), 5);
    store = store.reopen();
    assert_eq!(store.raw().last_seq("s").unwrap(), 5);
    assert_eq!(store.raw().append("s", &event(1)).unwrap(), 5);
}

#[test]
fn s4_streams_are_listed_sorted_also_when_they_are_empty() {
    let store = Fixture::new();
    for name in ["b", "a", "ü", "B"] {
        store.raw().append(name, &event(1)).unwrap();
    }
    store.raw().truncate("a", 1).unwrap();
    store.raw().truncate("never", 1).unwrap();
    assert_eq!(store.streams().unwrap(), ["B", "a", "b", "ü"]);
    let store = store.reopen();
    assert_eq!(store.streams().unwrap(), ["B", "a", "b", "ü"]);
}

#[test]
fn s5_truncate_drops_by_seq_and_gives_the_space_back_at_a_checkpoint() {
    let Some(store) = Fixture::with_files() else { return };
    for seq in 1..=100 {
        store.raw().append("s", &event(seq)).unwrap();
    }
    store.admin().checkpoint().unwrap();
    let log = store.path().join("streams/73.log");
    let before = log.metadata().unwrap().len();
    assert_eq!(store.raw().truncate("s", 90).unwrap(), 90);
    assert_eq!(store.raw().truncate("s", 90).unwrap(), 0);
    assert_eq!(store.raw().truncate("never", 9).unwrap(), 0);
    assert_eq!(seqs(&store.raw().read("s").unwrap()), (91..=100).collect::<Vec<_>>());
    store.admin().checkpoint().unwrap();
    assert!(log.metadata().unwrap().len() < before / 5);
    assert_eq!(seqs(&store.raw().read("s").unwrap()), (91..=100).collect::<Vec<_>>());
}

#[test]
fn s6_append_expecting_appends_all_or_reports_the_actual_last_seq() {
    let store = Fixture::new();
    let events = [event(1), event(4)];
    assert_eq!(store.raw().append_expecting("s", 0, &events).unwrap(), 4);
    let stale = refusal(store.raw().append_expecting("s", 0, &events));
    assert_eq!(stale, Refusal::Stale(Stale { expected: 0, actual: 4 }));
    for bad in
        [vec![event(4)], vec![event(6), event(6)], vec![event(6), event(5)], vec![event(5), "{}".into()]]
    {
        let refused = refusal(store.raw().append_expecting("s", 4, &bad));
        assert!(matches!(refused, Refusal::InvalidEvent(_)), "{bad:?}: {refused:?}");
    }
    // Late, and with seqs that do not rise from there.
    for late in [vec![event(2)], vec![event(9), event(8)], vec![event(4)]] {
        let stale = refusal(store.raw().append_expecting("s", 7, &late));
        assert_eq!(stale, Refusal::Stale(Stale { expected: 7, actual: 4 }), "{late:?}");
    }
    assert!(matches!(
        refusal(store.raw().append_expecting("s", 7, &["{}".into()])),
        Refusal::InvalidEvent(_)
    ));
    assert_eq!(store.raw().append_expecting("s", 4, &[]).unwrap(), 4);
    assert_eq!(store.raw().count("s").unwrap(), 2);
}

#[test]
fn s7_record_event_takes_the_next_seq() {
    let store = Fixture::new();
    let recorded = store.raw().record_event("s", "placed", 5, "{:sku \"A-1\"}", ExpectSeq::Any).unwrap();
    assert_eq!(recorded, "{:at 5 :data {:sku \"A-1\"} :seq 1 :stream \"s\" :type \"placed\"}");
    let stale = refusal(store.raw().record_event("s", "x", 0, "nil", ExpectSeq::At(0)));
    assert_eq!(stale, Refusal::Stale(Stale { expected: 0, actual: 1 }));
    store.raw().record_event("s", "x", 0, "nil", ExpectSeq::At(1)).unwrap();
    assert_eq!(seqs(&store.raw().read("s").unwrap()), [1, 2]);
    store.raw().append("s", "{:seq 9007199254740991}").unwrap();
    let refused = refusal(store.raw().record_event("s", "x", 0, "nil", ExpectSeq::Any));
    assert!(matches!(refused, Refusal::InvalidEvent(_)), "{refused:?}");
}

#[test]
fn s7_what_stands_around_the_data_counts_towards_its_limits() {
    let store = Fixture::new();
    let deep = format!("{}1{}", "(list ".repeat(127), ")".repeat(127));
    let refused = refusal(store.raw().record_event("s", "x", 0, &deep, ExpectSeq::Any));
    assert!(matches!(refused, Refusal::TooLarge(_)), "{refused:?}");
    assert_eq!(store.raw().last_seq("s").unwrap(), 0);
}

fn page_seqs(page: &LinePage) -> Vec<u64> {
    seqs(&page.lines.lines().map(str::to_owned).collect::<Vec<_>>())
}

/// All pages from a place on.
fn paged(store: &Fixture, mut at: Position, limit: u32, direction: Direction) -> Vec<u64> {
    let mut found = Vec::new();
    loop {
        let page = store.raw().read_page("s", &at, limit, direction).unwrap();
        assert!(page.lines.lines().count() <= limit as usize);
        found.extend(page_seqs(&page));
        if page.done {
            return found;
        }
        at = Position::Cursor(page.through);
    }
}

#[test]
fn s8_pages_show_each_event_once_in_order_or_in_reverse() {
    for expected in [(1..=30).collect::<Vec<_>>(), vec![9, 9, 3, 12, 3, 1, 20]] {
        let mut store = Fixture::new();
        for (index, seq) in expected.iter().enumerate() {
            if index == expected.len() / 2 {
                store.admin().checkpoint().unwrap();
            }
            store.raw().append("s", &event(*seq)).unwrap();
        }
        let reversed: Vec<_> = expected.iter().rev().copied().collect();
        for _ in 0..2 {
            for limit in [1, 4, 65_536] {
                assert_eq!(paged(&store, Position::Start, limit, Direction::Forward), expected);
                assert_eq!(paged(&store, Position::End, limit, Direction::Backward), reversed);
                let after: Vec<_> = expected.iter().copied().filter(|seq| *seq > 5).collect();
                assert_eq!(paged(&store, Position::After(5), limit, Direction::Forward), after);
            }
            store = store.reopen();
        }
    }
}

#[test]
fn s8_a_page_sees_what_is_appended_meanwhile_and_a_truncation_outdates_its_cursor() {
    let store = Fixture::new();
    for seq in 1..=3 {
        store.raw().append("s", &event(seq)).unwrap();
    }
    let page = store.raw().read_page("s", &Position::Start, 2, Direction::Forward).unwrap();
    store.raw().append("s", &event(4)).unwrap();
    let next = Position::Cursor(page.through);
    assert_eq!(page_seqs(&store.raw().read_page("s", &next, 9, Direction::Forward).unwrap()), [3, 4]);
    store.admin().checkpoint().unwrap();
    assert_eq!(page_seqs(&store.raw().read_page("s", &next, 9, Direction::Forward).unwrap()), [3, 4]);
    store.raw().truncate("s", 1).unwrap();
    let outdated = refusal(store.raw().read_page("s", &next, 9, Direction::Forward));
    assert!(matches!(outdated, Refusal::InvalidArgument(_)), "{outdated:?}");
    for bad in [Position::Cursor("x".into()), Position::Cursor("1.2.3".into())] {
        assert!(matches!(
            refusal(store.raw().read_page("s", &bad, 9, Direction::Forward)),
            Refusal::InvalidArgument(_)
        ));
    }
    assert!(matches!(
        refusal(store.raw().read_page("s", &Position::After(1), 9, Direction::Backward)),
        Refusal::InvalidArgument(_)
    ));
}

#[test]
fn s8_a_page_holds_a_mebibyte_but_one_event_at_least() {
    let store = Fixture::new();
    let large = |seq: u64, bytes: usize| format!("{{:data \"{}\" :seq {seq}}}", "x".repeat(bytes));
    for (seq, bytes) in [(1, 400_000), (2, 400_000), (3, 400_000), (4, 3_000_000), (5, 1)] {
        store.raw().append("s", &large(seq, bytes)).unwrap();
    }
    let mut at = Position::Start;
    let mut pages = Vec::new();
    loop {
        let page = store.raw().read_page("s", &at, 100, Direction::Forward).unwrap();
        pages.push(page_seqs(&page));
        if page.done {
            break;
        }
        at = Position::Cursor(page.through);
    }
    assert_eq!(pages, [vec![1, 2], vec![3], vec![4], vec![5]]);
}
