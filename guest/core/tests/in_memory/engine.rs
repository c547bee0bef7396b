//! The engine over a storage in memory: what restarts, checkpoints and truncations leave behind.

use crate::any_disk::{Engine, engine_on};
use std::ops::Range;
use sx_persist_core::memory::Memory;
use sx_persist_core::storage::Storage as _;
use sx_persist_core::{Direction, Error, ExpectSeq, LinePage, Op, Outcome, Position};

fn event(seq: u64) -> String {
    format!("{{:data \"event {seq}\" :seq {seq}}}")
}

fn filled(disk: &Memory, seqs: impl IntoIterator<Item = u64>) -> Engine {
    let mut engine = engine_on(disk.clone());
    for seq in seqs {
        engine.append("s", &event(seq)).unwrap();
    }
    engine
}

/// All events of a stream, read by pages of `limit`.
fn paged(engine: &mut Engine, start: Position, limit: u32, direction: Direction) -> Vec<String> {
    let mut events = Vec::new();
    let mut at = start;
    loop {
        let page = engine.read_page("s", &at, limit, direction).unwrap();
        events.extend(page.lines.lines().map(str::to_owned));
        at = Position::Cursor(page.through.clone());
        if page.done {
            // P2: there is a place behind the end, and nothing behind it yet.
            let behind = engine.read_page("s", &at, limit, direction).unwrap();
            assert_eq!(behind, LinePage { lines: String::new(), ..page });
            return events;
        }
    }
}

fn seqs<T: AsRef<str>>(events: &[T]) -> Vec<u64> {
    let seq = |event: &T| sx::parse(event.as_ref()).unwrap().get("seq").unwrap().as_int().unwrap();
    events.iter().map(|event| u64::try_from(seq(event)).unwrap()).collect()
}

#[test]
fn events_come_back_before_and_after_a_restart_and_a_checkpoint() {
    let disk = Memory::new();
    let mut engine = filled(&disk, 1..=3);
    assert_eq!(engine.read_stream("s").unwrap().len(), 3);
    // Killed: the next instance reads the journal.
    let mut engine = engine_on(disk.clone());
    assert_eq!(seqs(&engine.read_stream("s").unwrap()), [1, 2, 3]);
    engine.append("s", &event(4)).unwrap();
    engine.checkpoint().unwrap();
    assert_eq!(seqs(&engine.read_stream("s").unwrap()), [1, 2, 3, 4]);
    let mut engine = engine_on(disk.clone());
    assert_eq!(seqs(&engine.read_stream("s").unwrap()), [1, 2, 3, 4]);
    assert_eq!(engine.last_seq("s"), Ok(4));
    assert_eq!(engine.streams().unwrap(), ["s"]);
    let report = engine.verify().unwrap();
    assert_eq!((report.logs, report.events, report.damaged, report.foreign), (1, 4, 0, 0));
}

#[test]
fn opening_and_reading_write_nothing() {
    let disk = Memory::new();
    filled(&disk, 1..=3).checkpoint().unwrap();
    let before = format!("{disk:?}");
    let mut engine = engine_on(disk.clone());
    engine.read_stream("s").unwrap();
    engine.stats().unwrap();
    engine.checkpoint().unwrap();
    assert_eq!(engine.truncate("s", 0), Ok(0));
    assert_eq!(engine.kv_delete("k"), Ok(false));
    assert_eq!(format!("{disk:?}"), before);
}

#[test]
fn truncation_answers_how_many_it_dropped_in_every_state() {
    // Whether the events are pending, in the base, or half of them each.
    for checkpoint_after in [0, 5, 10] {
        let disk = Memory::new();
        let mut engine = engine_on(disk.clone());
        for seq in 1..=10 {
            engine.append("s", &event(seq)).unwrap();
            if seq == checkpoint_after {
                engine.checkpoint().unwrap();
            }
        }
        assert_eq!(engine.truncate("s", 3), Ok(3), "{checkpoint_after}");
        assert_eq!(engine.truncate("s", 3), Ok(0));
        assert_eq!(engine.truncate("s", 7), Ok(4));
        assert_eq!(engine.count("s"), Ok(3));
        assert_eq!(seqs(&engine.read_stream("s").unwrap()), [8, 9, 10]);
        // After a crash, then after its checkpoint.
        let mut engine = engine_on(disk.clone());
        assert_eq!(engine.count("s"), Ok(3));
        assert_eq!(engine.truncate("s", 8), Ok(1));
        engine.append("s", &event(2)).unwrap();
        assert_eq!(seqs(&engine.read_stream("s").unwrap()), [9, 10, 2]);
        engine.checkpoint().unwrap();
        let mut engine = engine_on(disk.clone());
        assert_eq!(seqs(&engine.read_stream("s").unwrap()), [9, 10, 2]);
        assert_eq!((engine.count("s"), engine.last_seq("s")), (Ok(3), Ok(10)));
        assert_eq!(engine.truncate("s", 9), Ok(2));
        assert_eq!(engine.verify().unwrap().damaged, 0);
        assert_eq!(engine.truncate("s", 99), Ok(1));
        engine.checkpoint().unwrap();
        let mut engine = engine_on(disk.clone());
        assert_eq!((engine.count("s"), engine.last_seq("s")), (Ok(0), Ok(10)));
        assert_eq!(engine.streams().unwrap(), ["s"]);
        assert_eq!(engine.append("s", &event(4)), Ok(10));
    }
}

#[test]
fn pages_show_each_event_once_in_every_state() {
    let rising: Vec<u64> = (1..=40).collect();
    let repeating = vec![5, 5, 7, 7, 7, 9];
    let descending = vec![10, 3, 11, 2, 12, 1, 13];
    for expected in [rising, repeating, descending] {
        for checkpoint_after in [0, expected.len() / 2, expected.len()] {
            for limit in [1, 3, 100] {
                let disk = Memory::new();
                let mut engine = engine_on(disk.clone());
                for (index, seq) in expected.iter().enumerate() {
                    if index == checkpoint_after {
                        engine.checkpoint().unwrap();
                    }
                    engine.append("s", &event(*seq)).unwrap();
                }
                assert_eq!(seqs(&paged(&mut engine, Position::Start, limit, Direction::Forward)), expected);
                let mut reversed = expected.clone();
                reversed.reverse();
                assert_eq!(seqs(&paged(&mut engine, Position::End, limit, Direction::Backward)), reversed);
                assert_eq!(engine.count("s"), Ok(expected.len() as u64));
                for after in [0, 2, 7, 10, 99] {
                    let wanted: Vec<_> = expected.iter().copied().filter(|seq| *seq > after).collect();
                    assert_eq!(
                        seqs(&paged(&mut engine, Position::After(after), limit, Direction::Forward)),
                        wanted
                    );
                }
            }
        }
    }
}

#[test]
fn a_cursor_outlives_checkpoint_and_restart_and_not_a_truncation() {
    let disk = Memory::new();
    let mut engine = filled(&disk, 1..=10);
    let next =
        |engine: &mut Engine| engine.read_page("s", &Position::Start, 4, Direction::Forward).unwrap().through;
    let cursor = next(&mut engine);
    engine.checkpoint().unwrap();
    assert_eq!(
        next(&mut engine).split('.').take(2).collect::<Vec<_>>(),
        cursor.split('.').take(2).collect::<Vec<_>>()
    );
    let mut engine = engine_on(disk.clone());
    engine.append("s", &event(11)).unwrap();
    let rest = paged(&mut engine, Position::Cursor(cursor.clone()), 3, Direction::Forward);
    assert_eq!(seqs(&rest), [5, 6, 7, 8, 9, 10, 11]);
    // Given after the truncation and used after the checkpoint that writes the file anew.
    engine.truncate("s", 2).unwrap();
    let outdated = engine.read_page("s", &Position::Cursor(cursor), 3, Direction::Forward);
    assert!(matches!(outdated, Err(Error::InvalidArgument(_))), "{outdated:?}");
    let cursor = next(&mut engine);
    engine.checkpoint().unwrap();
    let mut engine = engine_on(disk.clone());
    assert_eq!(
        seqs(&paged(&mut engine, Position::Cursor(cursor.clone()), 2, Direction::Forward)),
        [7, 8, 9, 10, 11]
    );
    // Truncated to nothing and begun anew: an old cursor fits no more.
    engine.truncate("s", 99).unwrap();
    engine.checkpoint().unwrap();
    let mut engine = engine_on(disk);
    engine.append("s", &event(12)).unwrap();
    engine.checkpoint().unwrap();
    let outdated = engine.read_page("s", &Position::Cursor(cursor), 2, Direction::Forward);
    assert!(matches!(outdated, Err(Error::InvalidArgument(_))), "{outdated:?}");
    assert!(engine.read_page("s", &Position::Cursor("1.2".to_owned()), 2, Direction::Forward).is_err());
}

#[test]
fn a_long_log_is_searched_and_not_walked() {
    let disk = Memory::new();
    let mut engine = filled(&disk, (1..=20_000).map(|n| n * 2));
    engine.checkpoint().unwrap();
    assert_eq!(engine.truncate("s", 999), Ok(499));
    let page = engine.read_page("s", &Position::Start, 2, Direction::Forward).unwrap();
    assert_eq!(seqs(&page.lines.lines().collect::<Vec<_>>()), [1_000, 1_002]);
    engine.checkpoint().unwrap();
    assert_eq!(engine.truncate("s", 39_000), Ok(19_001));
    assert_eq!(engine.count("s"), Ok(500));
    let page = engine.read_page("s", &Position::After(39_990), 100, Direction::Forward).unwrap();
    assert_eq!(seqs(&page.lines.lines().collect::<Vec<_>>()), [39_992, 39_994, 39_996, 39_998, 40_000]);
}

#[test]
fn kv_lists_and_replaces_across_checkpoints() {
    let disk = Memory::new();
    let mut engine = engine_on(disk.clone());
    let long = "k".repeat(1_000);
    for key in ["b", "a", &long, "ü"] {
        engine.kv_put(key, "1").unwrap();
    }
    engine.checkpoint().unwrap();
    engine.kv_put("a", "nil").unwrap();
    assert_eq!(engine.kv_delete("b"), Ok(true));
    assert_eq!(engine.kv_delete("b"), Ok(false));
    assert_eq!(engine.kv_swap("a", Some("1"), None), Ok(false));
    assert_eq!(engine.kv_swap("a", Some(" nil ; same"), Some("[1]")), Ok(true));
    for mut engine in [engine, engine_on(disk)] {
        assert_eq!(engine.kv_keys().unwrap(), ["a", &long, "ü"]);
        assert_eq!(engine.kv_get("a").unwrap().as_deref(), Some("(list 1)"));
        assert_eq!(engine.kv_has("b"), Ok(false));
        let page = engine.kv_list("", Some("a"), 1).unwrap();
        assert_eq!(page.items, [(long.clone(), "1".to_owned())]);
        assert_eq!(page.next(), Some(long.as_str()));
        assert_eq!(engine.kv_list("ü", None, 9).unwrap().items.len(), 1);
        engine.checkpoint().unwrap();
    }
}

#[test]
fn blobs_of_every_size_come_back() {
    let disk = Memory::new();
    let mut engine = engine_on(disk.clone());
    let blobs: Vec<Vec<u8>> = [0, 1, 65_536, 65_537, 300_000].map(|length| vec![7; length]).into();
    let cids: Vec<_> = blobs.iter().map(|blob| engine.blob_put(blob).unwrap()).collect();
    let id = engine.writer_open().unwrap();
    for chunk in blobs[4].chunks(7_000) {
        engine.writer_write(id, chunk).unwrap();
    }
    assert_eq!(engine.writer_finish(id).unwrap(), cids[4]);
    let dropped = engine.writer_open().unwrap();
    engine.writer_write(dropped, &blobs[4]).unwrap();
    engine.writer_drop(dropped);
    let mut engine = engine_on(disk.clone());
    for (blob, cid) in blobs.iter().zip(&cids) {
        assert_eq!(engine.blob_get(cid).unwrap().as_ref(), Some(blob));
        assert_eq!(engine.blob_size(cid), Ok(Some(blob.len() as u64)));
        let part = engine.blob_read_at(cid, 10, 20).unwrap().unwrap();
        assert_eq!(part, blob[blob.len().min(10)..blob.len().min(30)]);
    }
    assert_eq!(engine.blob_list(None, 3).unwrap().items.len(), 3);
    assert_eq!(engine.blob_delete(&cids[4]), Ok(true));
    assert_eq!(engine.blob_get(&cids[4]), Ok(None));
    // Put again over the removal that stands in the journal.
    engine.blob_put(&blobs[4]).unwrap();
    let mut engine = engine_on(disk);
    engine.checkpoint().unwrap();
    assert_eq!(engine.blob_get(&cids[4]).unwrap().as_ref(), Some(&blobs[4]));
    assert_eq!(engine.verify().unwrap().blobs, 5);
}

#[test]
fn a_large_blob_over_its_removal_stays_when_the_journal_is_full() {
    let disk = Memory::new();
    let mut engine = engine_on(disk.clone());
    let blob = vec![7; 65_537];
    let cid = engine.blob_put(&blob).unwrap();
    engine.checkpoint().unwrap();
    engine.blob_delete(&cid).unwrap();
    // The next commit would checkpoint first, and remove the blob with it.
    engine.kv_put("k", &format!("\"{}\"", "x".repeat(9 << 20))).unwrap();
    engine.blob_put(&blob).unwrap();
    assert!(engine.blob_get(&cid).unwrap() == Some(blob.clone()), "gone at once");
    engine.checkpoint().unwrap();
    assert!(engine_on(disk).blob_get(&cid).unwrap() == Some(blob), "gone after a checkpoint");
}

#[test]
fn a_batch_is_all_or_nothing_and_a_run_is_each_on_its_own() {
    let disk = Memory::new();
    let mut engine = filled(&disk, [1]);
    let append = |seq| Op::Append { stream: "s".to_owned(), event: event(seq) };
    let swap = Op::KvSwap { key: "k".to_owned(), expected: Some("1".to_owned()), replacement: None };
    let stale = Op::AppendExpecting { stream: "s".to_owned(), expected: 1, events: vec![] };
    let refused = engine.commit(&[append(2), stale.clone()]).unwrap_err();
    assert_eq!(refused.index, Some(1));
    assert_eq!(refused.reason, Error::Stale { expected: 1, actual: 2 });
    let refused = engine.commit(&[append(2), swap.clone()]).unwrap_err();
    assert_eq!(refused.reason, Error::Conflict("k".to_owned()));
    assert_eq!(engine.last_seq("s"), Ok(1));
    let outcomes = engine.run(&[append(2), stale, swap, append(3)]);
    assert_eq!(outcomes[0], Ok(Outcome::Appended(2)));
    assert_eq!(outcomes[1], Err(Error::Stale { expected: 1, actual: 2 }));
    assert_eq!(outcomes[2], Ok(Outcome::Swapped(false)));
    let mut engine = engine_on(disk);
    assert_eq!(seqs(&engine.read_stream("s").unwrap()), [1, 2, 3]);
}

#[test]
fn record_event_numbers_from_last_seq() {
    let mut engine = filled(&Memory::new(), [7]);
    let recorded = engine.record_event("s", "x", -5, "[1]", ExpectSeq::At(7)).unwrap();
    assert_eq!(recorded, "{:at -5 :data (list 1) :seq 8 :stream \"s\" :type \"x\"}");
    assert_eq!(
        engine.record_event("s", "x", -5, "[1]", ExpectSeq::At(7)),
        Err(Error::Stale { expected: 7, actual: 8 })
    );
}

#[test]
fn a_reader_follows_a_writer_through_its_checkpoints() {
    let disk = Memory::new();
    let mut writer = engine_on(disk.clone());
    let mut reader = engine_on(disk.reader());
    for seq in 1..=30 {
        writer.append("s", &event(seq)).unwrap();
        assert_eq!(reader.last_seq("s"), Ok(seq));
        if seq % 7 == 0 {
            writer.truncate("s", seq - 3).unwrap();
        }
        if seq % 5 == 0 {
            writer.checkpoint().unwrap();
        }
        assert_eq!(reader.read_stream("s"), writer.read_stream("s"));
    }
    assert_eq!(reader.append("s", &event(99)), Err(Error::ReadOnly));
}

/// Overwrites a part of a file.
/// Where the frames of a journal stand: the manifest, then its commits.
pub(crate) fn frames(disk: &Memory, path: &str) -> Vec<Range<u64>> {
    let mut disk = disk.clone();
    let file = disk.open(path).unwrap();
    let mut bytes = Vec::new();
    let size = usize::try_from(disk.size(&file).unwrap()).unwrap();
    disk.read(&file, 0, size, &mut bytes).unwrap();
    let mut frames = Vec::new();
    let mut at = 1_024;
    while let Some(length) = bytes.get(at..at + 4).map(|bytes| u32::from_le_bytes(bytes.try_into().unwrap()))
    {
        if length == 0 {
            break;
        }
        let end = (at + 24 + usize::try_from(length).unwrap()).next_multiple_of(8);
        frames.push(at as u64..end as u64);
        at = end;
    }
    frames
}

fn damage(disk: &mut Memory, path: &str, offset: u64, bytes: &[u8]) {
    let file = disk.open(path).unwrap();
    disk.write(&file, offset, bytes).unwrap();
}

#[test]
fn damage_is_refused_named_and_repaired() {
    let mut disk = Memory::new();
    let mut engine = filled(&disk, 1..=5);
    engine.kv_put("k", "1").unwrap();
    let cid = engine.blob_put(b"hello").unwrap();
    engine.checkpoint().unwrap();
    drop(engine);
    damage(&mut disk, "streams/73.log", 60, b"!");
    damage(&mut disk, "kv/6b", 0, b"2");
    damage(&mut disk, &format!("blobs/{cid}"), 0, b"J");
    let mut engine = engine_on(disk.clone());
    let Err(Error::Corrupt(found)) = engine.read_stream("s") else { panic!("not refused") };
    assert_eq!((found.file.as_str(), found.line, found.offset_bytes), ("streams/73.log", Some(2), 58));
    assert!(matches!(engine.truncate("s", 3), Err(Error::Corrupt(_))));
    assert!(matches!(engine.kv_get("k"), Err(Error::Corrupt(_))));
    assert!(matches!(engine.blob_get(&cid), Err(Error::Corrupt(_))));
    // Appends go on.
    assert_eq!(engine.append("s", &event(6)), Ok(6));
    assert_eq!(engine.verify().unwrap().damaged, 3);
    let report = engine.repair().unwrap();
    assert_eq!(report.damaged, 3);
    assert!(report.findings.iter().all(|finding| finding.set_aside.is_some()), "{report:?}");
    for mut engine in [engine, engine_on(disk)] {
        assert_eq!(seqs(&engine.read_stream("s").unwrap()), [1, 3, 4, 5, 6]);
        assert_eq!((engine.count("s"), engine.last_seq("s")), (Ok(5), Ok(6)));
        assert_eq!((engine.kv_get("k"), engine.blob_get(&cid)), (Ok(None), Ok(None)));
        assert_eq!(engine.verify().unwrap().damaged, 0);
    }
}

#[test]
fn a_last_line_whose_newline_rotted_is_corrupt_and_not_the_originals_torn_append() {
    let mut disk = Memory::new();
    filled(&disk, 1..=3).checkpoint().unwrap();
    let path = "streams/73.log";
    let file = disk.open(path).unwrap();
    let last = disk.size(&file).unwrap() - 1;
    damage(&mut disk, path, last, b"J");
    let mut engine = engine_on(disk.clone());
    assert!(matches!(engine.count("s"), Err(Error::Corrupt(found)) if found.file == path));
    let report = engine.repair().unwrap();
    assert_eq!(report.damaged, 1);
    assert_eq!(seqs(&engine.read_stream("s").unwrap()), [1, 2]);
    // The seq of the event that was lost is not given out again.
    assert_eq!(engine.last_seq("s"), Ok(3));
    // Without a trailer it is the original's, and was never whole.
    disk.remove(path).unwrap();
    put_file(&disk, path, b"{:seq 1}\n{:seq 2");
    assert_eq!(seqs(&engine_on(disk).read_stream("s").unwrap()), [1]);
}

#[test]
fn a_damaged_journal_is_loud_and_its_repair_keeps_what_precedes() {
    let mut disk = Memory::new();
    let mut engine = filled(&disk, 1..=5);
    drop(engine);
    let journal = "journal/00000000000000000001";
    let fourth = frames(&disk, journal)[4].start;
    damage(&mut disk, journal, fourth + 30, b"!");
    engine = engine_on(disk.clone());
    for _ in 0..2 {
        assert!(matches!(engine.read_stream("s"), Err(Error::Corrupt(_))));
        assert!(matches!(engine.append("s", &event(6)), Err(Error::Corrupt(_))));
    }
    assert_eq!(engine.verify().unwrap().damaged, 1);
    let report = engine.repair().unwrap();
    assert_eq!(report.findings.len(), 1);
    let kept = seqs(&engine.read_stream("s").unwrap());
    assert!(!kept.is_empty() && kept.len() < 5, "{kept:?}");
    let lsn =
        |engine: &mut Engine| engine.stats().unwrap().into_iter().find(|(name, _)| *name == "lsn").unwrap().1;
    // No version of a lost commit comes again.
    assert!(lsn(&mut engine) >= 5);
    assert_eq!(engine_on(disk).verify().unwrap().damaged, 0);
}

/// A file at a path, its folder with it.
fn put_file(disk: &Memory, path: &str, bytes: &[u8]) {
    let mut disk = disk.clone();
    if let Some((folder, _)) = path.rsplit_once('/') {
        let _ = disk.make_folder(folder);
    }
    let file = disk.create(path).unwrap();
    disk.write(&file, 0, bytes).unwrap();
}

#[test]
fn a_journal_number_without_a_successor_loses_nothing() {
    let disk = Memory::new();
    put_file(&disk, "journal/18446744073709551614", b"");
    filled(&disk, 1..=1);
    assert_eq!(engine_on(disk.clone()).read_stream("s").unwrap().len(), 1);
    // The last that there is: refused, not lost.
    let disk = Memory::new();
    put_file(&disk, "journal/04611686018427387903", b"");
    let refused = engine_on(disk.clone()).append("s", &event(1));
    assert!(matches!(refused, Err(Error::TooLarge { .. })), "{refused:?}");
}

#[test]
fn damage_is_set_aside_whatever_stands_in_quarantine() {
    let disk = Memory::new();
    put_file(&disk, "quarantine/18446744073709551615", b"another program's");
    put_file(&disk, "kv/6b", b"{:rotten");
    put_file(&disk, "kv/6b32", b"{:rotten, too");
    let report = engine_on(disk.clone()).repair().unwrap();
    let copies: Vec<_> = report.findings.iter().map(|finding| finding.set_aside.as_deref()).collect();
    assert_eq!(copies, [Some("quarantine/000001"), Some("quarantine/000002")]);
    assert_eq!(engine_on(disk).verify().unwrap().damaged, 0);
}
