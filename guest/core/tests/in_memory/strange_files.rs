//! Directories that no store wrote: what the fuzzer found in them.

use crate::any_disk::{Engine, engine_on};
use sx_persist_core::memory::Memory;
use sx_persist_core::storage::Storage as _;
use sx_persist_core::{Direction, Position};

/// A disk with these files.
fn disk(files: &[(&str, &[u8])]) -> Memory {
    let mut disk = Memory::new();
    for (path, bytes) in files {
        if let Some((folder, _)) = path.rsplit_once('/') {
            let _ = disk.make_folder(folder);
        }
        let file = disk.create(path).unwrap();
        disk.write(&file, 0, bytes).unwrap();
    }
    disk
}

/// A line with the right checksum.
fn sealed(line: &str) -> String {
    format!("{line} :crc32c {}\n", crc32c::crc32c(line.as_bytes()))
}

/// All events of a stream by pages, which come to an end.
fn paged(engine: &mut Engine, start: Position, limit: u32, direction: Direction) -> Vec<String> {
    let mut events = Vec::new();
    let mut at = start;
    loop {
        let page = engine.read_page("s", &at, limit, direction).unwrap();
        events.extend(page.lines.lines().map(str::to_owned));
        assert!(events.len() < 100, "{at:?}");
        if page.done {
            return events;
        }
        at = Position::Cursor(page.through);
    }
}

#[test]
fn lines_that_were_put_together_by_hand_are_noticed_and_mended() {
    let log = |lines: &[&str]| lines.concat();
    for (text, reason) in [
        (log(&["{:seq 1}\n", &sealed("{:seq 2} :nth 9")]), "lines are missing before this one"),
        (
            log(&[&sealed("{:seq 5} :nth 1"), &sealed("{:seq 2} :nth 2")]),
            "an earlier seq is higher than this line says",
        ),
        (
            log(&[&sealed("{:seq 5} :nth 1 :last-seq 7"), &sealed("{:seq 9} :nth 2")]),
            "an earlier seq is higher than this line says",
        ),
    ] {
        let disk = disk(&[("streams/73.log", text.as_bytes())]);
        let mut engine = engine_on(disk);
        let report = engine.verify().unwrap();
        assert_eq!((report.damaged, &*report.findings[0].damage.reason), (1, reason), "{text}");
        engine.repair().unwrap();
        assert_eq!(engine.verify().unwrap().damaged, 0, "{text}");
        assert_eq!(engine.count("s"), Ok(engine.read_stream("s").unwrap().len() as u64), "{text}");
    }
}

#[test]
fn paging_ends_where_a_line_stands_twice() {
    let text = sealed("{:seq 1} :nth 1").repeat(5);
    let mut engine = engine_on(disk(&[("streams/73.log", text.as_bytes())]));
    for (at, direction) in [(Position::Start, Direction::Forward), (Position::End, Direction::Backward)] {
        assert_eq!(paged(&mut engine, at, 2, direction).len(), 5);
    }
}

#[test]
fn paging_ends_where_nobody_remembers_the_place() {
    let twice = sealed("{:seq 1} :nth 29").repeat(7);
    let behind_a_gap = ["{:seq 1}\n".repeat(6), sealed("{:seq 1} :nth 9007199254741002")].concat();
    let falling =
        [sealed("{:seq 1} :nth 0"), sealed("{:seq 1} :nth 96"), sealed("{:seq 1} :nth 85")].concat();
    let falling = [falling, sealed("{:seq 1} :nth 15"), "{:seq 1}\n".repeat(3)].concat();
    let behind_damage = ["{:se\n", &sealed("{:seq 1} :nth 1")].concat();
    for (text, direction) in [
        (&twice, Direction::Forward),
        (&twice, Direction::Backward),
        (&behind_a_gap, Direction::Forward),
        (&behind_a_gap, Direction::Backward),
        (&falling, Direction::Forward),
        (&falling, Direction::Backward),
        (&behind_damage, Direction::Forward),
        (&behind_damage, Direction::Backward),
    ] {
        let disk = disk(&[("streams/73.log", text.as_bytes())]);
        let mut one = engine_on(disk.clone());
        for is_one in [true, false] {
            let mut at = if direction == Direction::Backward { Position::End } else { Position::Start };
            let mut pages = 0;
            loop {
                let mut another = engine_on(disk.clone());
                let engine = if is_one { &mut one } else { &mut another };
                let Ok(page) = engine.read_page("s", &at, 3, direction) else { break };
                pages += 1;
                assert!(pages < 10, "{text}: {direction:?} never ends");
                if page.done {
                    break;
                }
                at = Position::Cursor(page.through);
            }
        }
    }
}

#[test]
fn paging_goes_on_behind_a_pending_line_whose_number_another_line_has() {
    let text = ["{:seq 5}\n{:seq 1}\n{:seq 1}\n", &sealed("{:seq 1} :nth 1"), "{:seq 2}\n"].concat();
    let mut engine = engine_on(disk(&[("streams/73.log", text.as_bytes())]));
    engine.append("s", "{:seq 8}").unwrap();
    engine.append("s", "{:seq 9}").unwrap();
    let forward = paged(&mut engine, Position::Start, 3, Direction::Forward);
    assert_eq!(forward, engine.read_stream("s").unwrap());
}

#[test]
fn paging_ends_in_two_logs_glued_together() {
    let ours = |nth: u64| sealed(&format!("{{:seq {nth}}} :nth {nth}"));
    let text = [ours(1), ours(21), "{:seq 5}\n".to_owned(), ours(1), "{:seq 7}\n".to_owned()].concat();
    let mut engine = engine_on(disk(&[("streams/73.log", text.as_bytes())]));
    engine.append("s", "{:seq 8}").unwrap();
    engine.append("s", "{:seq 9}").unwrap();
    for limit in 1..=7 {
        let forward = paged(&mut engine, Position::Start, limit, Direction::Forward);
        assert_eq!(forward, engine.read_stream("s").unwrap(), "{limit}");
        let mut backward = paged(&mut engine, Position::End, limit, Direction::Backward);
        backward.reverse();
        assert_eq!(backward, forward, "{limit}");
    }
}

#[test]
fn a_newline_that_rotted_where_the_journal_goes_on_is_repaired() {
    let mut disk = Memory::new();
    let mut engine = engine_on(disk.clone());
    engine.append("s", "{:seq 1}").unwrap();
    engine.append("s", "{:seq 2}").unwrap();
    engine.checkpoint().unwrap();
    engine.append("s", "{:seq 3}").unwrap();
    // Behind the mark stands what a checkpoint that was cut short may have written.
    let log = disk.open("streams/73.log").unwrap();
    let size = disk.size(&log).unwrap();
    disk.write(&log, size - 1, b" {:seq 3} :nth 3\n").unwrap();
    let mut engine = engine_on(disk.clone());
    let found = engine.verify().unwrap();
    assert_eq!(
        (found.damaged, &*found.findings[0].damage.reason),
        (1, "no newline where the journal goes on")
    );
    let report = engine.repair().unwrap();
    assert_eq!(report.damaged, 1);
    assert_eq!(engine.read_stream("s").unwrap(), ["{:seq 1}", "{:seq 3}"]);
    assert_eq!(engine_on(disk).verify().unwrap().damaged, 0);
}

#[test]
fn what_others_keep_in_a_folder_named_tmp_stays() {
    let mut disk = disk(&[
        ("tmp/notes.txt", b"mine"),
        ("tmp/kv-0", b"mine"),
        ("tmp/journal", b"mine"),
        ("tmp/kv-1.sx-persist", b"left by an instance that was killed"),
    ]);
    disk.make_folder("tmp/folder").unwrap();
    let mut engine = engine_on(disk.clone());
    for key in ["a", "b", "c"] {
        engine.kv_put(key, "1").unwrap();
    }
    engine.append("s", "{:seq 1}").unwrap();
    engine.append("s", "{:seq 2}").unwrap();
    engine.checkpoint().unwrap();
    engine.truncate("s", 1).unwrap();
    engine.blob_put(&vec![7; 100_000]).unwrap();
    engine.checkpoint().unwrap();
    // A second instance, which copies the journal of the first.
    engine.kv_put("a", "2").unwrap();
    let mut engine = engine_on(disk.clone());
    engine.kv_put("a", "3").unwrap();
    assert_eq!(engine.verify().unwrap().foreign, 4);
    let mut left: Vec<_> = disk.list("tmp").unwrap().into_iter().map(|entry| entry.name).collect();
    left.sort();
    assert_eq!(left, ["folder", "journal", "kv-0", "notes.txt"]);
    for path in ["tmp/journal", "tmp/kv-0", "tmp/notes.txt"] {
        assert_eq!(content(&mut disk, path), b"mine", "{path}");
    }
}

/// The bytes of a file.
fn content(disk: &mut Memory, path: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let file = disk.open(path).unwrap();
    disk.read(&file, 0, 1_000, &mut bytes).unwrap();
    bytes
}
