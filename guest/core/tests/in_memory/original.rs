//! What the original wrote as bytes that are no UTF-8: left alone, named by `verify`, given back as bytes (docs/format.md).

use crate::any_disk::{Engine, engine_on};
use crate::contents::{bytes, put};
use sx_persist_core::memory::Memory;
use sx_persist_core::{Direction, Error, Position, Report};

const LOG: &str = "streams/73.log";
const LINE: &[u8] = b"{:seq 1 :b \"\xff\"}";
const REASON: &str = "bytes of the original that are no UTF-8; handle-op-bytes gives them";

/// A store with one file of the original's.
fn store(path: &str, bytes: &[u8]) -> (Memory, Engine) {
    let mut disk = Memory::new();
    put(&mut disk, path, bytes);
    (disk.clone(), engine_on(disk))
}

fn ask(engine: &mut Engine, op: &str, args: &[u8]) -> Result<Vec<u8>, Error> {
    engine.handle_op_bytes(op, args).map(Option::unwrap).map_err(|refusal| refusal.reason)
}

/// What `persist/read` gives of the stream.
fn read(engine: &mut Engine) -> Vec<u8> {
    ask(engine, "persist/read", b"(\"s\")").unwrap()
}

fn list(events: &[&[u8]]) -> Vec<u8> {
    let events = events.iter().flat_map(|event| [b" ", *event]);
    [b"(list"]
        .into_iter()
        .map(|begin| &begin[..])
        .chain(events)
        .chain([&b")"[..]])
        .collect::<Vec<_>>()
        .concat()
}

/// The places that a report names, none of them damage.
fn named(report: &Report) -> Vec<(String, Option<u64>)> {
    assert_eq!(report.damaged, 0, "{report:?}");
    report.findings.iter().map(|found| (found.damage.file.clone(), found.damage.line)).collect()
}

fn is_original<T: std::fmt::Debug>(answer: Result<T, Error>) {
    match answer {
        Err(Error::Corrupt(damage)) => assert_eq!(damage.reason, REASON),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_line_is_given_back_as_it_stands_and_repair_leaves_it_alone() {
    let file = [LINE, b"\n{:seq 2}\n"].concat();
    let (mut disk, mut engine) = store(LOG, &file);
    for _ in 0..2 {
        assert_eq!(read(&mut engine), list(&[LINE, b"{:seq 2}"]));
        is_original(engine.read_stream("s"));
        assert_eq!((engine.last_seq("s"), engine.count("s")), (Ok(2), Ok(2)));
        assert_eq!(named(&engine.verify().unwrap()), [(LOG.to_owned(), Some(1))]);
        assert_eq!(engine.verify().unwrap().events, 2);
        assert_eq!(engine.repair().unwrap().findings, []);
        assert_eq!(bytes(&mut disk, LOG), file);
        engine = engine_on(disk.clone());
    }
    // The one that knows text alone says what it is.
    let refused = engine.handle_op("persist/read", "(\"s\")").unwrap_err().reason.to_string();
    assert_eq!(refused, format!("corrupt: {LOG} at byte 0: {REASON}"));
}

#[test]
fn pages_end_before_it_and_go_on_behind_it() {
    let (_, mut engine) = store(LOG, &[b"{:seq 1}\n", LINE, b"\n{:seq 2}\n"].concat());
    let page = engine.read_page("s", &Position::Start, 9, Direction::Forward).unwrap();
    assert_eq!(page.lines, "{:seq 1}\n");
    let next = Position::Cursor(page.through);
    is_original(engine.read_page("s", &next, 9, Direction::Forward));
    let page = engine.read_page("s", &Position::End, 9, Direction::Backward).unwrap();
    assert_eq!(page.lines, "{:seq 2}\n");
    let next = Position::Cursor(page.through);
    is_original(engine.read_page("s", &next, 9, Direction::Backward));
}

#[test]
fn what_is_appended_stands_behind_it_through_restarts_and_checkpoints() {
    let (mut disk, mut engine) = store(LOG, &[LINE, b"\n"].concat());
    assert_eq!(engine.append("s", "{:seq 2}"), Ok(2));
    for _ in 0..2 {
        assert_eq!(read(&mut engine), list(&[LINE, b"{:seq 2}"]));
        assert_eq!((engine.last_seq("s"), engine.count("s")), (Ok(2), Ok(2)));
        // From the journal.
        engine = engine_on(disk.clone());
        assert_eq!(read(&mut engine), list(&[LINE, b"{:seq 2}"]));
        engine.checkpoint().unwrap();
        assert!(bytes(&mut disk, LOG).starts_with(&[LINE, b"\n{:seq 2} :nth 2 "].concat()));
    }
    assert_eq!(named(&engine.verify().unwrap()), [(LOG.to_owned(), Some(1))]);
}

#[test]
fn a_truncation_drops_it_by_its_seq_or_keeps_its_bytes() {
    let third: &[u8] = b"{:seq 3 :b (list \"\xfe\" nil)}";
    let file = [LINE, b"\n{:seq 2}\n", third, b"\n{:seq 4}\n"].concat();
    for (upto, dropped, kept) in [
        (0, 0, &[LINE, b"{:seq 2}", third, b"{:seq 4}"][..]),
        (1, 1, &[b"{:seq 2}", third, b"{:seq 4}"]),
        (2, 2, &[third, b"{:seq 4}"]),
        (3, 3, &[b"{:seq 4}"]),
        (4, 4, &[]),
    ] {
        let (mut disk, mut engine) = store(LOG, &file);
        assert_eq!(engine.truncate("s", upto), Ok(dropped));
        for _ in 0..3 {
            assert_eq!(read(&mut engine), list(kept), "{upto}");
            assert_eq!((engine.last_seq("s"), engine.count("s")), (Ok(4), Ok(kept.len() as u64)), "{upto}");
            assert_eq!(engine.verify().unwrap().damaged, 0, "{upto}");
            engine.checkpoint().unwrap();
            engine = engine_on(disk.clone());
        }
        let bytes = bytes(&mut disk, LOG);
        let has_third = bytes.windows(third.len()).any(|part| part == third);
        assert_eq!(has_third, upto < 3, "{upto}");
        assert_eq!(engine.truncate("s", 3), Ok(3_u64.saturating_sub(dropped)), "{upto}");
    }
}

#[test]
fn a_truncation_of_seqs_that_descend_and_of_a_long_log_keeps_it_too() {
    let (disk, mut engine) = store(LOG, b"{:seq 5 :b \"\xff\"}\n{:seq 2}\n{:seq 9 :b \"\xff\"}\n");
    assert_eq!(engine.truncate("s", 4), Ok(1));
    engine.checkpoint().unwrap();
    let mut engine = engine_on(disk);
    assert_eq!(read(&mut engine), list(&[b"{:seq 5 :b \"\xff\"}", b"{:seq 9 :b \"\xff\"}"]));
    assert_eq!(
        (engine.last_seq("s"), engine.count("s"), engine.verify().unwrap().damaged),
        (Ok(9), Ok(2), 0)
    );

    let lines: Vec<_> =
        (1..=9_000).map(|seq| [format!("{{:seq {seq} :b \"").as_bytes(), b"\xff\"}\n"].concat()).collect();
    let (disk, mut engine) = store(LOG, &lines.concat());
    assert_eq!(engine.truncate("s", 8_990), Ok(8_990));
    engine.checkpoint().unwrap();
    let mut engine = engine_on(disk);
    let kept: Vec<_> = lines[8_990..].iter().map(|line| line.trim_ascii_end()).collect();
    assert_eq!((read(&mut engine), engine.count("s")), (list(&kept), Ok(10)));
}

#[test]
fn repair_takes_out_the_damage_beside_it_alone() {
    let (mut disk, mut engine) = store(LOG, &[LINE, b"\n{:seq 2\n", LINE, b"\n\xff\n"].concat());
    assert_eq!(engine.verify().unwrap().damaged, 2);
    let report = engine.repair().unwrap();
    assert_eq!(report.findings.iter().map(|found| found.damage.line).collect::<Vec<_>>(), [Some(2), Some(4)]);
    assert_eq!(read(&mut engine), list(&[LINE, LINE]));
    assert_eq!(bytes(&mut disk, "quarantine/000001"), b"{:seq 2\n");
    assert_eq!(named(&engine.verify().unwrap()).len(), 2);
    assert_eq!(read(&mut engine_on(disk)), list(&[LINE, LINE]));
}

#[test]
fn a_value_is_given_back_replaced_and_removed_and_repair_leaves_it_alone() {
    let value = b"{:b (list \"\xff\" 1.50) :a 1}";
    for (at, stored) in [("kv/6b", value.to_vec()), ("kv/6b", [value, &b"\n"[..]].concat())] {
        let (mut disk, mut engine) = store(at, &stored);
        assert_eq!(engine.repair().unwrap().findings, []);
        assert_eq!(bytes(&mut disk, at), stored);
        assert_eq!(ask(&mut engine, "persist/kv-get", b"(\"k\")").unwrap(), value);
        is_original(engine.kv_get("k"));
        is_original(engine.kv_list("", None, 9));
        is_original(engine.kv_swap("k", None, Some("1")));
        assert_eq!((engine.kv_has("k"), engine.kv_keys()), (Ok(true), Ok(vec!["k".to_owned()])));
        let report = engine.verify().unwrap();
        assert_eq!((named(&report), report.entries), (vec![(at.to_owned(), None)], 1));
        engine.kv_put("k", "1").unwrap();
        assert_eq!(ask(&mut engine, "persist/kv-get", b"(\"k\")").unwrap(), b"1");
        assert_eq!(engine.kv_delete("k"), Ok(true));
        assert_eq!(ask(&mut engine, "persist/kv-get", b"(\"k\")").unwrap(), b"nil");
    }
}

#[test]
fn a_name_that_is_no_utf_8_is_named_and_asked_for_as_bytes() {
    let (mut disk, mut engine) = store("streams/fe73.log", b"{:seq 7}\n");
    put(&mut disk, "streams/fe73.seq", b"7");
    put(&mut disk, "kv/ff", b"\"v\"");
    let report = engine.verify().unwrap();
    let files = ["streams/fe73.log", "streams/fe73.seq", "kv/ff"];
    assert_eq!(named(&report).into_iter().map(|(file, _)| file).collect::<Vec<_>>(), files);
    assert_eq!((report.foreign, engine.repair().unwrap().findings), (0, vec![]));
    assert_eq!(ask(&mut engine, "persist/read", b"(\"\xfes\")").unwrap(), b"(list {:seq 7})");
    assert_eq!(ask(&mut engine, "persist/kv-get", b"(\"\xff\")").unwrap(), b"\"v\"");
    assert_eq!((engine.streams(), engine.kv_keys()), (Ok(vec![]), Ok(vec![])));
    for (op, args) in [("persist/read", b"(\"\xff\")"), ("persist/kv-get", b"(\"\xfe\")")] {
        assert!(matches!(ask(&mut engine, op, args), Err(Error::InvalidValue { .. })), "{op}");
    }
}
