//! One damaged line: pages give what precedes it, and then it.

use crate::any_disk::{Engine, engine_on};
use crate::contents::{bytes, put, runs};
use sx_persist_core::memory::Memory;
use sx_persist_core::storage::Storage as _;
use sx_persist_core::{Direction, Error, Position};

const LOG: &str = "streams/73.log";
const SEQ: &str = "streams/73.seq";
const COUNT: u64 = 1_000;

fn event(seq: u64) -> String {
    format!("{{:data \"{}\" :seq {seq}}}", "x".repeat(90))
}

/// How a log of `COUNT` events came to be.
#[derive(Clone, Copy, Debug)]
enum Log {
    Ours,
    Descending,
    Original,
    TwinsBehindOurs,
}

impl Log {
    fn seq(self, nth: u64) -> u64 {
        if matches!(self, Self::Descending) && nth.is_multiple_of(5) { nth / 2 } else { nth }
    }

    fn events(self) -> Vec<String> {
        (1..=COUNT).map(|nth| event(self.seq(nth))).collect()
    }

    /// The store, with line `damaged` of it spoilt.
    fn disk(self, damaged: u64) -> Memory {
        let mut disk = Memory::new();
        let ours = match self {
            Self::Ours | Self::Descending => self.events(),
            Self::Original => Vec::new(),
            Self::TwinsBehindOurs => self.events()[..500].to_vec(),
        };
        let mut engine = engine_on(disk.clone());
        engine.append("other", "{:seq 1}").unwrap();
        for event in &ours {
            engine.append("s", event).unwrap();
        }
        engine.checkpoint().unwrap();
        drop(engine);
        let mut log = if ours.is_empty() { Vec::new() } else { bytes(&mut disk, LOG) };
        for event in &self.events()[ours.len()..] {
            log.extend_from_slice(event.as_bytes());
            log.push(b'\n');
        }
        let mut lines: Vec<_> = log.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
        lines[usize::try_from(damaged - 1).unwrap()][0] = b'}';
        put(&mut disk, LOG, &lines.concat());
        disk
    }
}

const LOGS: [Log; 4] = [Log::Ours, Log::Descending, Log::Original, Log::TwinsBehindOurs];

/// The events of all pages from a place on, until one is refused.
fn until_refused(
    engine: &mut Engine,
    at: Position,
    limit: u32,
    direction: Direction,
) -> (Vec<String>, Error) {
    let mut at = at;
    let mut events = Vec::new();
    loop {
        let page = match engine.read_page("s", &at, limit, direction) {
            Ok(page) => page,
            Err(error) => return (events, error),
        };
        assert!(!page.lines.is_empty(), "a page that gives nothing and no reason");
        events.extend(page.lines.lines().map(str::to_owned));
        assert!(!page.done, "pages do not end before the damage");
        at = Position::Cursor(page.through);
    }
}

fn assert_corrupt(error: &Error, line: u64, what: &str) {
    let found = match error {
        Error::Corrupt(damage) => (damage.file.as_str(), damage.line),
        other => panic!("{what}: {other}"),
    };
    assert_eq!(found, (LOG, Some(line)), "{what}");
}

#[test]
fn pages_give_what_precedes_a_damaged_line_and_the_next_one_names_it() {
    for log in LOGS {
        for damaged in [1, 2, 400, 501, 750, COUNT] {
            let mut engine = engine_on(log.disk(damaged));
            let events = log.events();
            let at = usize::try_from(damaged).unwrap();
            for limit in [7, 300, 65_536] {
                let what = format!("{log:?} {damaged} {limit}");
                let (found, error) = until_refused(&mut engine, Position::Start, limit, Direction::Forward);
                assert_eq!(found, events[..at - 1], "{what}");
                assert_corrupt(&error, damaged, &what);
                let (mut found, error) =
                    until_refused(&mut engine, Position::End, limit, Direction::Backward);
                found.reverse();
                assert_eq!(found, events[at..], "{what}");
                assert_corrupt(&error, damaged, &what);
            }
            assert_corrupt(&engine.read_stream("s").unwrap_err(), damaged, "never a part that looks whole");
        }
    }
}

#[test]
fn a_search_for_a_place_before_damage_is_not_stopped_by_it() {
    for log in LOGS {
        for damaged in [400, 500, 501, 750] {
            let mut engine = engine_on(log.disk(damaged));
            for seq in [0, 100, 398] {
                let (found, error) = until_refused(&mut engine, Position::After(seq), 50, Direction::Forward);
                let wanted = (1..damaged).filter(|nth| log.seq(*nth) > seq).map(|nth| event(log.seq(nth)));
                assert_eq!(found, wanted.collect::<Vec<_>>(), "{log:?} {damaged} {seq}");
                assert_corrupt(&error, damaged, "after");
            }
        }
    }
}

#[test]
fn what_precedes_is_given_where_the_end_of_a_log_is_damaged_and_nothing_stands_beside_it() {
    for log in [Log::Ours, Log::Descending] {
        let mut disk = log.disk(COUNT);
        disk.remove(SEQ).unwrap();
        let (found, error) = until_refused(&mut engine_on(disk), Position::Start, 300, Direction::Forward);
        assert_eq!(found, log.events()[..999]);
        assert_corrupt(&error, COUNT, "the last line");

        // Its newline rotted.
        let mut disk = log.disk(1);
        let mut text = bytes(&mut disk, LOG);
        text[0] = b'{';
        *text.last_mut().unwrap() = 0x0b;
        put(&mut disk, LOG, &text);
        let mut engine = engine_on(disk);
        let (found, error) = until_refused(&mut engine, Position::Start, 300, Direction::Forward);
        assert_eq!(found, log.events()[..999]);
        assert!(matches!(error, Error::Corrupt(_)), "{error}");
        let backward = engine.read_page("s", &Position::End, 1, Direction::Backward);
        assert!(matches!(backward, Err(Error::Corrupt(_))), "{backward:?}");
        assert!(matches!(engine.read_stream("s"), Err(Error::Corrupt(_))));
    }
}

#[test]
fn pages_of_a_segment_give_what_precedes_a_damaged_block() {
    const SESSION: &str = "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa";
    const SEGMENT: &str = "11111111-1111-4111-8111-111111111111";
    /// Entries of a block, at most.
    const BLOCK: usize = 60;
    let entries: Vec<_> = (0..COUNT).map(|entry| format!("\"{entry:0>90}\"")).collect();
    // The first block has the row of the segment, too.
    for damaged in [BLOCK, 500, entries.len() - 1] {
        let mut disk = Memory::new();
        let mut engine = engine_on(disk.clone());
        engine.session_create_segment(SESSION, SEGMENT, &entries).unwrap();
        engine.checkpoint().unwrap();
        let place = |bytes: &[u8]| bytes.windows(92).position(|bytes| bytes == entries[damaged].as_bytes());
        let found = runs(&mut disk).into_iter().find_map(|path| {
            let bytes = bytes(&mut disk, &path);
            Some((path, place(&bytes)?, bytes))
        });
        let (path, at, mut bad) = found.unwrap();
        bad[at] ^= 1;
        put(&mut disk, &path, &bad);
        let mut engine = engine_on(disk);
        let mut until_damage = |mut at: Position, direction| {
            let mut found = Vec::new();
            loop {
                match engine.session_read_page(SESSION, SEGMENT, &at, 300, direction) {
                    Ok(page) => {
                        found.extend(page.lines.lines().map(str::to_owned));
                        assert!(!page.done, "not at the end");
                        at = Position::Cursor(page.through);
                    }
                    Err(error) => {
                        assert!(matches!(&error, Error::Corrupt(found) if found.file == path), "{error}");
                        return found;
                    }
                }
            }
        };
        let before = until_damage(Position::Start, Direction::Forward);
        assert_eq!(before, entries[..before.len()]);
        assert!(before.len() <= damaged && damaged < before.len() + BLOCK, "{damaged}: {}", before.len());
        let mut behind = until_damage(Position::End, Direction::Backward);
        behind.reverse();
        let first = entries.len() - behind.len();
        assert_eq!(behind, entries[first..]);
        assert!(first > damaged && damaged + BLOCK >= first, "{damaged}: {first}");
        assert!(matches!(engine.session_read(SESSION, SEGMENT), Err(Error::Corrupt(_))), "{damaged}");
    }
}

#[test]
fn a_line_that_is_longer_than_a_line_can_be_stays_as_it_is_when_the_log_is_written_anew() {
    let too_long = "x".repeat(sx_persist_core::limits::LINE_BYTES_MAX + 9);
    let mut disk = Memory::new();
    put(&mut disk, LOG, format!("{{:seq 1}}\n{{:seq 2}}\n{too_long}\n{{:seq 4}}\n").as_bytes());
    put(&mut disk, SEQ, b"4");
    // So long a log is searched, and what precedes the place is whole.
    let mut engine = engine_on(disk.clone());
    engine.truncate("s", 1).unwrap();
    engine.checkpoint().unwrap();
    let log = String::from_utf8(bytes(&mut disk, LOG)).unwrap();
    assert!(log.contains(&format!("\n{too_long}\n")), "the damaged line has changed");
    let (found, error) = until_refused(&mut engine_on(disk), Position::Start, 9, Direction::Forward);
    assert_eq!(found, ["{:seq 2}"]);
    assert_corrupt(&error, 2, "it is not passed by");
}
