//! What a layer makes of records, and how they are taken back.

use super::*;
use crate::base::line::{self, Trailer};
use crate::base::log_state::emptied;
use crate::keyspace::{KV, STREAMS};

const LOG: Place<'static> = Place { keyspace: &STREAMS, name: b"s" };
const KEY: Place<'static> = Place { keyspace: &KV, name: b"k" };

fn append<'a>(events: &[(u64, &'a str)]) -> Record<'a> {
    Record::Append { place: LOG, mark: Some(LogState::default()), events: events.to_vec() }
}

fn truncate(upto: u64, last_nth: u64) -> Record<'static> {
    Record::Truncate { place: LOG, mark: Some(LogState::default()), upto, last_nth, monotonic: true }
}

fn lines(layer: &Layer) -> Vec<(u64, u64, String)> {
    let log = layer.log(&STREAMS, b"s").unwrap();
    log.lines.iter().map(|line| (line.nth, line.seq, log.text(*line).unwrap().to_owned())).collect()
}

#[test]
fn appended_lines_have_the_bytes_of_the_base() {
    let mut layer = Layer::default();
    layer.apply(None, 1, &append(&[(5, "{:seq 5}"), (3, "{:seq 3}"), (9, "{:seq 9}")]));
    let log = layer.log(&STREAMS, b"s").unwrap();
    let parsed: Vec<_> = log.bytes.split_inclusive(|byte| *byte == b'\n').collect();
    let trailer = |index: usize| match line::parse(parsed[index].trim_ascii_end()) {
        line::Text::Whole(_, trailer) => trailer,
        other => panic!("{other:?}"),
    };
    let due = |nth, last_seq| Trailer { nth: Some(nth), lsn: Some(1), generation: None, last_seq };
    // From the first descent on every line says so.
    assert_eq!([0, 1, 2].map(trailer), [due(1, None), due(2, Some(5)), due(3, Some(9))]);
    assert_eq!((log.last_seq, log.last_nth, log.monotonic), (9, 3, false));
}

#[test]
fn truncation_drops_by_seq_and_keeps_later_appends_of_lower_seqs() {
    let mut layer = Layer::default();
    layer.apply(None, 1, &append(&[(1, "{:seq 1}"), (10, "{:seq 10}")]));
    layer.apply(None, 2, &truncate(5, 2));
    layer.apply(None, 3, &append(&[(2, "{:seq 2}")]));
    assert_eq!(lines(&layer), [(2, 10, "{:seq 10}".to_owned()), (3, 2, "{:seq 2}".to_owned())]);
    assert_eq!(layer.log(&STREAMS, b"s").unwrap().generation, 2);
}

#[test]
fn an_emptied_log_is_as_its_empty_file_says_it() {
    let mut layer = Layer::default();
    layer.apply(None, 1, &append(&[(5, "{:seq 5}"), (3, "{:seq 3}")]));
    let end = LogState { generation: emptied(5), ..LogState::default() };
    layer.apply(None, 2, &Record::Empty { place: LOG, last_seq: 5 });
    let log = layer.log(&STREAMS, b"s").unwrap();
    assert_eq!(log.state_in_base(), LogState { last_seq: 5, ..end });
    for (seq, generation, last_seq) in [(6, emptied(5), None), (4, 3, Some(5))] {
        let undo = layer.apply(None, 3, &append(&[(seq, &format!("{{:seq {seq}}}"))])).unwrap();
        let due = Trailer { nth: Some(1), lsn: Some(3), generation: Some(generation), last_seq };
        assert_eq!(layer.log(&STREAMS, b"s").unwrap().trailer(0), Ok(due));
        layer.undo(undo);
    }
}

#[test]
fn undo_restores_what_was_there() {
    let mut layer = Layer::default();
    layer.apply(None, 1, &append(&[(1, "{:seq 1}")]));
    layer.apply(None, 2, &Record::Put { place: KEY, value: b"1" });
    let before = format!("{layer:?}");
    let new = Place { keyspace: &STREAMS, name: b"new" };
    let records = [
        append(&[(1, "{:seq 1}"), (0, "{:seq 0}")]),
        truncate(1, 0),
        append(&[(7, "{:seq 7}")]),
        Record::Remove { place: KEY },
        Record::Put { place: Place { keyspace: &KV, name: b"new" }, value: b"2" },
        Record::Append { place: new, mark: Some(LogState::default()), events: vec![(1, "{}")] },
        Record::Empty { place: LOG, last_seq: 7 },
    ];
    let undos: Vec<_> = records.iter().filter_map(|record| layer.apply(None, 3, record)).collect();
    assert_eq!(layer.files(), 6);
    undos.into_iter().rev().for_each(|undo| layer.undo(undo));
    assert_eq!(format!("{layer:?}"), before);
}

#[test]
fn a_log_of_the_part_below_is_taken_whole_and_stays_there_as_it_is() {
    let mut below = Layer::default();
    below.apply(None, 1, &append(&[(1, "{:seq 1}")]));
    let frozen = format!("{below:?}");
    let mut layer = Layer::default();
    let record = Record::Append { place: LOG, mark: None, events: vec![(2, "{:seq 2}")] };
    let undo = layer.apply(Some(&below), 2, &record).unwrap();
    assert_eq!(lines(&layer).iter().map(|line| line.1).collect::<Vec<_>>(), [1, 2]);
    layer.undo(undo);
    assert!(layer.log(&STREAMS, b"s").is_none());
    assert_eq!(format!("{below:?}"), frozen);
}

#[test]
fn a_log_that_nobody_says_the_file_of_is_not_replayed() {
    let record = Record::Append { place: LOG, mark: None, events: vec![(2, "{:seq 2}")] };
    let mut layer = Layer::default();
    assert!(layer.replay(&Manifest::default(), 1, std::slice::from_ref(&record)).is_err());
    let mark = LogState { length_bytes: 40, last_seq: 1, last_nth: 1, ..LogState::default() };
    let marks = [((STREAMS.id, Name::from(&b"s"[..])), mark)].into();
    let manifest = Manifest { marks, ..Manifest::default() };
    assert_eq!(layer.replay(&manifest, 1, &[record]), Ok(()));
    assert_eq!(lines(&layer), [(2, 2, "{:seq 2}".to_owned())]);
}

#[test]
fn of_a_commit_that_cannot_be_replayed_nothing_is() {
    let unmarked = Record::Append { place: LOG, mark: None, events: vec![(2, "{:seq 2}")] };
    let records = [Record::Put { place: KEY, value: b"1" }, unmarked.clone()];
    let mut layer = Layer::default();
    assert!(layer.replay(&Manifest::default(), 1, &records).is_err());
    assert_eq!(layer.files(), 0);
    // An earlier record of the same commit says it.
    assert_eq!(layer.replay(&Manifest::default(), 1, &[append(&[]), unmarked]), Ok(()));
    assert_eq!(lines(&layer), [(1, 2, "{:seq 2}".to_owned())]);
}
