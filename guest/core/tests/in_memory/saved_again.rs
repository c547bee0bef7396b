//! Files that an editor has saved again: blank lines, carriage returns, a newline at the end are no damage.

use crate::any_disk::{Engine, engine_on};
use crate::contents::{bytes, put};
use sx_persist_core::memory::Memory;
use sx_persist_core::storage::Storage as _;
use sx_persist_core::{Direction, Position};

const LOG: &str = "streams/73.log";

fn text(disk: &mut Memory, path: &str) -> String {
    String::from_utf8(bytes(disk, path)).unwrap()
}

/// All events by pages, which agree with the events as a whole.
fn events(engine: &mut Engine) -> Vec<String> {
    let whole = engine.read_stream("s").unwrap();
    for limit in [1, 3, 65_536] {
        for direction in [Direction::Forward, Direction::Backward] {
            assert_eq!(paged(engine, "s", limit, direction), whole, "{limit} {direction:?}");
        }
    }
    assert_eq!(engine.count("s"), Ok(whole.len() as u64));
    whole
}

/// All events of a stream in append order, read in pages from either end.
pub(crate) fn paged(engine: &mut Engine, stream: &str, limit: u32, direction: Direction) -> Vec<String> {
    let mut paged = Vec::new();
    let mut at = if direction == Direction::Backward { Position::End } else { Position::Start };
    loop {
        let page = engine.read_page(stream, &at, limit, direction).unwrap();
        paged.extend(page.lines.lines().map(str::to_owned));
        if page.done {
            break;
        }
        at = Position::Cursor(page.through);
    }
    if direction == Direction::Backward {
        paged.reverse();
    }
    paged
}

fn after(engine: &mut Engine, seq: u64) -> String {
    engine.read_page("s", &Position::After(seq), 5, Direction::Forward).unwrap().lines
}

/// What an editor may make of the lines of a file.
const EDITORS: [fn(&str) -> String; 6] = [
    |log| log.replace('\n', "\r\n"),
    |log| log.replace('\n', "\n\n"),
    |log| format!("\n \t\r\n{log}"),
    |log| format!("{log}\n \r\n"),
    |log| log.replace('\n', " \t\n"),
    |log| {
        let spaced = |line: &str| [" \n".repeat(line.len() % 7), line.to_owned()].concat();
        log.split_inclusive('\n').map(spaced).collect::<Vec<_>>().concat()
    },
];

/// Logs of this store's and of the original's, short ones and those long enough to be searched.
fn logs() -> Vec<String> {
    let mut logs = vec!["{:seq 1}\n{:seq 2}\n".to_owned(), "{:seq 5}\n{:seq 2}\n{:seq 7}\n".to_owned()];
    for (count, descends) in [(4, false), (4, true), (900, false), (900, true)] {
        let mut disk = Memory::new();
        let mut engine = engine_on(disk.clone());
        for seq in 1..=count {
            let seq = if descends && seq % 3 == 0 { seq / 2 } else { seq };
            engine.append("s", &format!("{{:data \"{}\" :seq {seq}}}", "x".repeat(70))).unwrap();
        }
        engine.checkpoint().unwrap();
        logs.push(text(&mut disk, LOG));
    }
    // The original wrote behind this store.
    logs.push(format!("{}{{:seq 9}}\n{{:seq 12}}\n", logs[2]));
    logs
}

#[test]
fn a_log_means_the_same_whatever_blank_space_an_editor_left_in_it() {
    for log in logs() {
        let mut good = Memory::new();
        put(&mut good, LOG, log.as_bytes());
        let mut good = engine_on(good);
        let expected = events(&mut good);
        for (number, edit) in EDITORS.iter().enumerate() {
            let mut disk = Memory::new();
            put(&mut disk, LOG, edit(&log).as_bytes());
            let before = format!("{disk:?}");
            let mut engine = engine_on(disk.clone());
            assert_eq!(events(&mut engine), expected, "{number}");
            assert_eq!(engine.last_seq("s"), good.last_seq("s"), "{number}");
            for seq in [0, 1, 2, 77, 500, 899, 900] {
                assert_eq!(after(&mut engine, seq), after(&mut good, seq), "{number} {seq}");
            }
            let (report, good_report) = (engine.verify().unwrap(), good.verify().unwrap());
            assert_eq!((report.damaged, report.events), (0, good_report.events), "{number}");
            assert_eq!(format!("{disk:?}"), before, "{number}");
        }
    }
}

#[test]
fn what_is_written_behind_blank_space_is_kept_and_a_truncation_leaves_none_of_it() {
    for log in logs() {
        for (number, edit) in EDITORS.iter().enumerate() {
            let [mut good, mut disk] = [Memory::new(), Memory::new()];
            put(&mut good, LOG, log.as_bytes());
            put(&mut disk, LOG, edit(&log).as_bytes());
            let [mut expected, mut engine] = [&good, &disk].map(|disk| engine_on(disk.clone()));
            for engine in [&mut expected, &mut engine] {
                engine.append("s", "{:seq 1000}").unwrap();
                engine.checkpoint().unwrap();
            }
            let before = events(&mut engine);
            assert_eq!(before, events(&mut expected), "{number}");
            let page = engine.read_page("s", &Position::Start, 1, Direction::Forward).unwrap();
            let next = Position::Cursor(page.through);
            let [mut expected, mut engine] = [&good, &disk].map(|disk| engine_on(disk.clone()));
            assert_eq!(
                engine.read_page("s", &next, 1, Direction::Forward).unwrap().lines.lines().next(),
                Some(before[1].as_str()),
                "{number}"
            );
            assert_eq!(engine.truncate("s", 2), expected.truncate("s", 2), "{number}");
            assert_eq!(events(&mut engine), events(&mut expected), "{number}");
            expected.checkpoint().unwrap();
            engine.checkpoint().unwrap();
            assert_eq!(events(&mut engine), events(&mut expected), "{number}");
            assert_eq!(text(&mut disk, LOG), text(&mut good, LOG), "{number}");
            assert_eq!(disk.list("quarantine").map_or(0, |found| found.len()), 0, "{number}");
        }
    }
}

#[test]
fn a_log_of_blank_lines_is_empty() {
    for (seq, last_seq) in [(None, 0), (Some("7\r\n"), 7)] {
        let mut disk = Memory::new();
        put(&mut disk, LOG, b"\n \r\n\n");
        if let Some(seq) = seq {
            put(&mut disk, "streams/73.seq", seq.as_bytes());
        }
        let mut engine = engine_on(disk.clone());
        assert!(events(&mut engine).is_empty());
        assert_eq!(engine.last_seq("s"), Ok(last_seq));
        assert_eq!(engine.verify().unwrap().damaged, 0);
        assert_eq!(engine.truncate("s", 9), Ok(0));
        engine.append("s", "{:seq 8}").unwrap();
        engine.checkpoint().unwrap();
        let mut engine = engine_on(disk.clone());
        assert_eq!(events(&mut engine), ["{:seq 8}"]);
        assert!(!text(&mut disk, LOG).contains("\n\n"));
        assert!(disk.list("quarantine").unwrap_or_default().is_empty());
    }
}

#[test]
fn blank_space_behind_a_value_is_no_damage() {
    for behind in ["\n", "\r\n", " ", "\n\n"] {
        let mut disk = Memory::new();
        let mut engine = engine_on(disk.clone());
        engine.kv_put("k", "\"value\"").unwrap();
        engine.checkpoint().unwrap();
        let sealed = text(&mut disk, "kv/6b");
        assert!(sealed.contains(":crc32c"), "{sealed}");
        put(&mut disk, "kv/6b", format!("{sealed}{behind}").as_bytes());
        put(&mut disk, "kv/6c", format!("\"value\"{behind}").as_bytes());
        let mut engine = engine_on(disk);
        for key in ["k", "l"] {
            assert_eq!(engine.kv_get(key).unwrap().as_deref(), Some("\"value\""), "{behind:?}");
        }
        assert_eq!(engine.verify().unwrap().damaged, 0, "{behind:?}");
    }
}
