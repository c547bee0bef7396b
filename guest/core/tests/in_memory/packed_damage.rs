//! Damage in the runs that streams, keys and blobs stand in: refused, named, and repaired.

use crate::any_disk::{Engine, engine_on};
use crate::contents::{bytes, put, runs};
use crate::packed::packed;
use sx_persist_core::memory::Memory;
use sx_persist_core::storage::Storage as _;
use sx_persist_core::{Direction, Error, Position};

/// Each entry of a run has a block of its own.
const SMALL_BLOCKS: &str = "journal 8388608 file 65536 block 16 fan 8";

/// A stream of three events, another of two whose seqs descend, a key and a blob, in the base.
fn settled() -> (Memory, String) {
    let disk = packed(SMALL_BLOCKS);
    let mut engine = engine_on(disk.clone());
    for seq in 1..=3 {
        engine.append("s", &format!("{{:seq {seq}}}")).unwrap();
    }
    engine.append("down", "{:seq 2}").unwrap();
    engine.append("down", "{:seq 1}").unwrap();
    engine.kv_put("k", ":value").unwrap();
    let cid = engine.blob_put(b"bytes of a blob").unwrap();
    engine.checkpoint().unwrap();
    (disk, cid)
}

/// Is each answer what it is to be, or `corrupt`? Answers how many are.
#[track_caller]
fn right_or_corrupt(engine: &mut Engine, cid: &str, flipped: usize) -> usize {
    let page =
        |engine: &mut Engine, at| engine.read_page("s", &at, 9, Direction::Forward).map(|page| page.lines);
    let answers = [
        engine.read_stream("s").map(|events| events == ["{:seq 1}", "{:seq 2}", "{:seq 3}"]),
        engine.read_stream("down").map(|events| events == ["{:seq 2}", "{:seq 1}"]),
        page(engine, Position::After(2)).map(|lines| lines == "{:seq 3}\n"),
        engine.read_page("s", &Position::End, 1, Direction::Backward).map(|page| page.lines == "{:seq 3}\n"),
        engine.last_seq("s").map(|seq| seq == 3),
        engine.count("down").map(|count| count == 2),
        engine.streams().map(|streams| streams == ["down", "s"]),
        engine.kv_get("k").map(|value| value.as_deref() == Some(":value")),
        engine.kv_keys().map(|keys| keys == ["k"]),
        engine.blob_get(cid).map(|blob| blob.as_deref() == Some(&b"bytes of a blob"[..])),
        engine.blob_list(None, 9).map(|page| page.items == [cid]),
    ];
    let right = |(number, answer): (usize, Result<bool, Error>)| match answer {
        Ok(is_right) => {
            assert!(is_right, "bit {flipped}, answer {number}");
            1
        }
        Err(Error::Corrupt(_)) => 0,
        Err(error) => panic!("bit {flipped}, answer {number}: {error}"),
    };
    answers.into_iter().enumerate().map(right).sum()
}

#[test]
fn a_flipped_bit_is_noticed_and_repaired() {
    let (mut disk, cid) = settled();
    let path = runs(&mut disk).pop().unwrap();
    let good = bytes(&mut disk, &path);
    let mut noticed = 0;
    for at in (0..good.len() * 8).step_by(11) {
        let (mut disk, _) = settled();
        let mut bad = good.clone();
        bad[at / 8] ^= 1 << (at % 8);
        put(&mut disk, &path, &bad);
        let right = right_or_corrupt(&mut engine_on(disk.clone()), &cid, at);
        let report = engine_on(disk.clone()).verify().unwrap();
        noticed += usize::from(right < 11);
        assert!(report.damaged > 0, "bit {at}");
        let mut engine = engine_on(disk.clone());
        engine.repair().unwrap();
        assert_eq!(engine.verify().unwrap().findings, [], "bit {at}");
        // What is left goes on.
        engine.append("s", "{:seq 7}").unwrap();
        assert_eq!(engine.last_seq("s"), Ok(7));
        let events = engine.read_stream("s").unwrap();
        assert_eq!(engine.count("s"), Ok(events.len() as u64), "bit {at}");
        let due = ["{:seq 1}", "{:seq 2}", "{:seq 3}", "{:seq 7}"];
        assert!(events.iter().all(|event| due.contains(&event.as_str())), "bit {at}: {events:?}");
        assert!(events.len() > 2 || right < 11, "bit {at}: {events:?}");
        engine.kv_put("k", ":other").unwrap();
        engine.blob_put(b"bytes of a blob").unwrap();
        engine.checkpoint().unwrap();
        let mut engine = engine_on(disk);
        assert_eq!(engine.kv_get("k"), Ok(Some(":other".to_owned())));
        assert_eq!(engine.blob_get(&cid), Ok(Some(b"bytes of a blob".to_vec())));
    }
    assert!(noticed > 50, "{noticed}");
}

/// `format` says the layout; without it the guards do.
#[test]
fn a_packed_root_without_format_is_a_packed_one() {
    let (mut disk, cid) = settled();
    put(&mut disk, "format", b"no format");
    let report = engine_on(disk.clone()).repair().unwrap();
    assert_eq!(report.damaged, 1, "{report:?}");
    let mut engine = engine_on(disk.clone());
    assert_eq!(right_or_corrupt(&mut engine, &cid, 0), 11);
    engine.append("s", "{:seq 4}").unwrap();
    engine.checkpoint().unwrap();
    assert_eq!(bytes(&mut disk, "format"), b"sx-persist 5 packed\n");
    assert_eq!(engine_on(disk).count("s"), Ok(4));
}

/// As a copy of some of its files puts it back.
#[test]
fn a_packed_root_whose_format_is_that_of_a_plain_one_is_damaged() {
    let (mut disk, cid) = settled();
    put(&mut disk, "format", b"sx-persist 5 plain\n");
    let mut engine = engine_on(disk.clone());
    assert_eq!(right_or_corrupt(&mut engine, &cid, 0), 0, "nothing is absent");
    let report = engine.verify().unwrap();
    assert_eq!((report.damaged, &*report.findings[0].damage.file), (1, "format"), "{report:?}");
    let report = engine.repair().unwrap();
    assert_eq!(bytes(&mut disk, report.findings[0].set_aside.as_deref().unwrap()), b"sx-persist 5 plain\n");
    let mut engine = engine_on(disk.clone());
    assert_eq!((right_or_corrupt(&mut engine, &cid, 0), engine.verify().unwrap().damaged), (11, 0));
    engine.append("s", "{:seq 4}").unwrap();
    engine.checkpoint().unwrap();
    assert_eq!(bytes(&mut disk, "format"), b"sx-persist 5 packed\n");
}

#[test]
fn a_packed_root_whose_manifest_is_lost_is_found_again() {
    let (mut disk, cid) = settled();
    let journals = disk.list("journal").unwrap();
    for entry in journals.iter().filter(|entry| entry.name.starts_with('0')) {
        put(&mut disk, &format!("journal/{}", entry.name), &[7; 3_000]);
    }
    assert!(matches!(engine_on(disk.clone()).kv_get("k"), Err(Error::Corrupt(_))));
    engine_on(disk.clone()).repair().unwrap();
    let mut engine = engine_on(disk);
    assert_eq!(right_or_corrupt(&mut engine, &cid, 0), 11);
    assert_eq!(engine.verify().unwrap().findings, []);
}

/// Rows stand in blocks of their own: events are not lost with their row, nor more of them than their block has.
#[test]
fn a_damaged_block_of_rows_or_of_events_costs_what_it_held() {
    for (at, left) in [(20, 60..=60), (200, 10..=40)] {
        let disk = packed("journal 8388608 file 65536 block 512 fan 8");
        let mut engine = engine_on(disk.clone());
        for seq in 1..=60 {
            engine.append("s", &format!("{{:data \"{seq:020}\" :seq {seq}}}")).unwrap();
        }
        engine.checkpoint().unwrap();
        let path = runs(&mut disk.clone()).pop().unwrap();
        let mut bad = bytes(&mut disk.clone(), &path);
        bad[at] ^= 1;
        put(&mut disk.clone(), &path, &bad);
        assert_eq!(engine_on(disk.clone()).repair().unwrap().damaged, 1, "{at}");
        let mut engine = engine_on(disk);
        assert_eq!(engine.verify().unwrap().findings, []);
        let events = engine.read_stream("s").unwrap();
        assert!(left.contains(&events.len()), "{at}: {}", events.len());
        assert_eq!(engine.count("s"), Ok(events.len() as u64));
        assert_eq!(engine.last_seq("s"), Ok(60));
        assert!(engine.append_expecting("s", 60, &["{:seq 61}".to_owned()]).is_ok());
    }
}

/// One of them is enough.
#[test]
fn a_packed_root_without_format_and_with_one_guard_is_a_packed_one() {
    let (mut disk, cid) = settled();
    disk.remove("format").unwrap();
    disk.remove("kv").unwrap();
    let mut engine = engine_on(disk.clone());
    assert_eq!(right_or_corrupt(&mut engine, &cid, 0), 11);
    engine.append("s", "{:seq 4}").unwrap();
    engine.checkpoint().unwrap();
    assert_eq!(bytes(&mut disk, "format"), b"sx-persist 5 packed\n");
}
