//! Streams of two stores that are read as one.

use super::each;
use crate::places::refusal;
use sx_persist::Store;
use sx_persist::types::{Direction, Error as Refusal, ExpectSeq, Position, Stale};

fn event(seq: u64) -> String {
    format!("{{:seq {seq}}}")
}

fn append(store: &Store, seqs: impl IntoIterator<Item = u64>) {
    for seq in seqs {
        store.raw().append("s", &event(seq)).unwrap();
    }
}

/// The seqs of the events that all pages show.
fn pages(store: &Store, at: Position, limit: u32, direction: Direction) -> Vec<u64> {
    let (mut seqs, mut at) = (Vec::new(), at);
    loop {
        let page = store.raw().read_page("s", &at, limit, direction).unwrap();
        let events: Vec<_> = page.lines.lines().collect();
        assert!(events.len() <= limit as usize && (!events.is_empty() || page.next().is_none()));
        seqs.extend(events.iter().map(|event| sx::field(event, "seq").unwrap().parse::<u64>().unwrap()));
        if page.done {
            return seqs;
        }
        at = Position::Cursor(page.through);
    }
}

/// Is the stream these events, whatever way it is read?
fn check(store: &Store, due: &[u64]) {
    let text: Vec<_> = due.iter().map(|seq| event(*seq)).collect();
    assert_eq!(store.raw().read("s").unwrap(), text);
    assert_eq!(store.raw().count("s").unwrap(), due.len() as u64);
    let reversed: Vec<_> = due.iter().rev().copied().collect();
    for limit in [1, 2, 3, 100] {
        assert_eq!(pages(store, Position::Start, limit, Direction::Forward), due);
        assert_eq!(pages(store, Position::End, limit, Direction::Backward), reversed);
        for after in 0..12 {
            let behind: Vec<_> = due.iter().filter(|seq| **seq > after).copied().collect();
            assert_eq!(pages(store, Position::After(after), limit, Direction::Forward), behind);
        }
    }
    assert!(pages(store, Position::Start, 9, Direction::Backward).is_empty());
    assert!(pages(store, Position::End, 9, Direction::Forward).is_empty());
}

#[test]
fn a_stream_goes_on_where_the_lower_one_ends() {
    each(
        |store| append(store, 1..=3),
        |store| {
            check(&store, &[1, 2, 3]);
            let stale = refusal(store.raw().append_expecting("s", 2, &[event(4)]));
            assert_eq!(stale, Refusal::Stale(Stale { expected: 2, actual: 3 }));
            assert_eq!(store.raw().append_expecting("s", 3, &[event(4), event(6)]).unwrap(), 6);
            let recorded = store.raw().record_event("s", "x", 0, "nil", ExpectSeq::At(6)).unwrap();
            assert_eq!(sx::field(&recorded, "seq"), Some("7"));
            assert_eq!(store.raw().truncate("s", 0).unwrap(), 0);
            let store = store.reopen();
            assert_eq!(store.raw().last_seq("s").unwrap(), 7);
            assert_eq!(pages(&store, Position::Start, 2, Direction::Forward), [1, 2, 3, 4, 6, 7]);
            assert_eq!(pages(&store, Position::End, 4, Direction::Backward), [7, 6, 4, 3, 2, 1]);
            assert_eq!(store.raw().append("s", &event(5)).unwrap(), 7);
        },
    );
}

#[test]
fn the_first_event_above_may_be_recorded_or_lower_than_those_below() {
    each(
        |store| append(store, 1..=3),
        |store| {
            assert_eq!(store.raw().append("s", &event(2)).unwrap(), 3);
            check(&store, &[1, 2, 3, 2]);
            let recorded = store.raw().record_event("s", "x", 0, "nil", ExpectSeq::Any).unwrap();
            assert_eq!(sx::field(&recorded, "seq"), Some("4"));
        },
    );
}

#[test]
fn a_truncation_drops_events_of_both() {
    each(
        |store| append(store, 1..=5),
        |store| {
            append(&store, 6..=8);
            assert_eq!(store.raw().truncate("s", 2).unwrap(), 2);
            check(&store, &[3, 4, 5, 6, 7, 8]);
            assert_eq!(store.raw().truncate("s", 2).unwrap(), 0);
            assert_eq!(store.raw().truncate("s", 6).unwrap(), 4);
            check(&store, &[7, 8]);
            let store = store.reopen();
            check(&store, &[7, 8]);
            assert_eq!(store.raw().truncate("s", 100).unwrap(), 2);
            check(&store, &[]);
            assert_eq!(store.raw().last_seq("s").unwrap(), 8);
            assert_eq!(store.streams().unwrap(), ["s"]);
            append(&store, [3]);
            check(&store, &[3]);
        },
    );
}

#[test]
fn a_truncation_finds_events_wherever_they_stand() {
    each(
        |store| append(store, [5, 1, 9, 2, 9]),
        |store| {
            check(&store, &[5, 1, 9, 2, 9]);
            assert_eq!(store.raw().truncate("s", 2).unwrap(), 2);
            append(&store, [1, 4]);
            check(&store, &[5, 9, 9, 1, 4]);
            assert_eq!(store.raw().truncate("s", 5).unwrap(), 3);
            check(&store, &[9, 9]);
            assert_eq!(store.raw().last_seq("s").unwrap(), 9);
        },
    );
}

#[test]
fn one_that_is_empty_below_keeps_its_last_seq() {
    let fill = |store: &Store| {
        append(store, 1..=4);
        store.raw().truncate("s", 4).unwrap();
    };
    each(fill, |store| {
        check(&store, &[]);
        assert_eq!(store.raw().last_seq("s").unwrap(), 4);
        let recorded = store.raw().record_event("s", "x", 0, "nil", ExpectSeq::At(4)).unwrap();
        assert_eq!(sx::field(&recorded, "seq"), Some("5"));
    });
}

#[test]
fn a_cursor_is_outdated_by_a_truncation_and_by_nothing_else() {
    each(
        |store| append(store, 1..=4),
        |store| {
            append(&store, 5..=6);
            let cursor = |limit| {
                let page = store.raw().read_page("s", &Position::Start, limit, Direction::Forward).unwrap();
                Position::Cursor(page.through)
            };
            // In the lower store, between the two, in the upper one.
            let cursors = [cursor(2), cursor(4), cursor(5)];
            append(&store, 7..=7);
            for (cursor, due) in cursors.iter().zip([3, 5, 6]) {
                assert_eq!(
                    pages(&store, cursor.clone(), 9, Direction::Forward),
                    (due..=7).collect::<Vec<_>>()
                );
                assert_eq!(
                    pages(&store, cursor.clone(), 9, Direction::Backward),
                    (1..due).rev().collect::<Vec<_>>()
                );
            }
            store.raw().truncate("s", 1).unwrap();
            for cursor in cursors {
                let outdated = refusal(store.raw().read_page("s", &cursor, 9, Direction::Forward));
                assert!(matches!(outdated, Refusal::InvalidArgument(_)), "{outdated:?}");
            }
            for cursor in ["//", "///x", "//lower/x", "//upper/1.2", "1//lower/nonsense"] {
                let wrong = refusal(store.raw().read_page(
                    "s",
                    &Position::Cursor(cursor.into()),
                    9,
                    Direction::Forward,
                ));
                assert!(matches!(wrong, Refusal::InvalidArgument(_)), "{cursor}: {wrong:?}");
            }
        },
    );
}
