//! Streams, keys and blobs in runs: what they answer is what the files of the original do, and a conversion changes no answer, wherever it
//! ends.

use crate::any_disk::{Engine, engine_on};
use crate::contents::{bytes, files, make_root, put};
use crate::saved_again::paged;
use std::collections::BTreeSet;
use sx_persist_core::memory::Memory;
use sx_persist_core::storage::Storage as _;
use sx_persist_core::{Direction, Error, Layout, Op, Position, hex};

const TINY: &str = "journal 1024 file 1024 block 64 fan 2";
const USUAL: &str = "journal 8388608";

/// A fixed row of numbers that look random.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

pub(crate) fn root(geometry: &str) -> Memory {
    let mut disk = Memory::new();
    make_root(&mut disk, geometry);
    disk
}

/// Makes the root one of this layout.
pub(crate) fn convert(engine: &mut Engine, to: Layout) {
    for _ in 0..10_000 {
        if engine.convert_step(to).unwrap() == 0 {
            return;
        }
    }
    panic!("it comes to no end");
}

pub(crate) fn packed(geometry: &str) -> Memory {
    let disk = root(geometry);
    convert(&mut engine_on(disk.clone()), Layout::Packed);
    disk
}

/// A name that is longer than one of a file, and one that another begins with.
const STREAMS: [&str; 4] = ["s", "s\0\0\0\0\0\0\0\u{1}", "é", LONG];
const LONG: &str = concat!(
    "long long long long long long long long long long long long long long long long long long long long ",
    "long long long long long long long long long long"
);

/// One operation drawn, and its answer.
fn step(engine: &mut Engine, numbers: &mut Numbers) -> String {
    let stream = STREAMS[usize::try_from(numbers.below(4)).unwrap()];
    let (seq, key) = (1 + numbers.below(40), format!("k{}", numbers.below(9)));
    let blob =
        vec![u8::try_from(numbers.below(5)).unwrap(); usize::try_from(numbers.below(90)).unwrap() * 800];
    match numbers.below(14) {
        0..=3 => format!("{:?}", engine.append(stream, &format!("{{:n {} :seq {seq}}}", numbers.below(9)))),
        4 => {
            let last = engine.last_seq(stream).unwrap();
            let events = (1..4).map(|more| format!("{{:seq {}}}", last + more)).collect::<Vec<_>>();
            format!("{:?}", engine.append_expecting(stream, last, &events))
        }
        5 => format!("{:?}", engine.truncate(stream, seq)),
        6 | 7 => format!("{:?}", engine.kv_put(&key, &seq.to_string())),
        8 => format!("{:?}", engine.kv_delete(&key)),
        9 => format!("{:?}", engine.kv_swap(&key, Some("1"), Some("2"))),
        10 => format!("{:?}", engine.blob_put(&blob)),
        11 => {
            let cid = engine.blob_list(None, 1).unwrap().items.pop();
            format!("{:?}", cid.map(|cid| engine.blob_delete(&cid)))
        }
        12 => {
            let id = engine.writer_open().unwrap();
            engine.writer_write(id, &blob).unwrap();
            let finished = engine.writer_finish(id);
            engine.writer_drop(id);
            format!("{finished:?}")
        }
        _ => {
            let ops = [
                Op::Append { stream: stream.to_owned(), event: format!("{{:seq {seq}}}") },
                Op::KvPut { key, value: "7".to_owned() },
                Op::Truncate { stream: stream.to_owned(), upto: seq / 2 },
            ];
            format!("{:?}", engine.commit(&ops).map_err(|refusal| refusal.reason))
        }
    }
}

/// All that a store answers of streams, keys and blobs, as text.
pub(crate) fn look(engine: &mut Engine) -> String {
    let mut text = String::new();
    let mut say = |what: String| {
        text.push_str(&what);
        text.push('\n');
    };
    for stream in engine.streams().unwrap() {
        say(format!("{stream} {:?} {:?}", engine.last_seq(&stream), engine.count(&stream)));
        let events = engine.read_stream(&stream).unwrap();
        for direction in [Direction::Forward, Direction::Backward] {
            assert_eq!(paged(engine, &stream, 2, direction), events, "{stream} {direction:?}");
        }
        for after in [0, 3, 17, 39, 99] {
            let page = engine.read_page(&stream, &Position::After(after), 5, Direction::Forward).unwrap();
            say(format!("after {after} {:?} {}", page.lines, page.done));
        }
        say(format!("{events:?}"));
    }
    let keys = engine.kv_keys().unwrap();
    let page = engine.kv_list("k", Some("k2"), 4).unwrap();
    say(format!("{keys:?} {:?} {:?} {:?}", page, engine.kv_get("k1"), engine.kv_has("k3")));
    let blobs = engine.blob_list(None, 99).unwrap().items;
    for cid in &blobs {
        let got = engine.blob_get(cid).unwrap().unwrap();
        assert_eq!(engine.blob_size(cid).unwrap(), Some(got.len() as u64));
        let part = engine.blob_read_at(cid, 3, 5).unwrap().unwrap();
        assert_eq!(part, got.get(3..got.len().min(8)).unwrap_or_default());
        assert!(engine.blob_has(cid).unwrap());
    }
    say(format!("{blobs:?}"));
    let stats = engine.stats().unwrap();
    let named = |name: &str| stats.iter().find(|(of, _)| *of == name).unwrap().1;
    say(["logs", "keys", "blobs", "blob-bytes"].map(|name| named(name).to_string()).join(" "));
    text
}

#[track_caller]
fn assert_whole(engine: &mut Engine) {
    let report = engine.verify().unwrap();
    assert_eq!((report.damaged, report.foreign), (0, 0), "{:?}", report.findings);
}

#[test]
fn both_layouts_answer_the_same() {
    for seed in 0..40 {
        let disks = [Layout::Plain, Layout::Packed].map(|layout| {
            let disk = root(if seed % 2 == 0 { TINY } else { USUAL });
            convert(&mut engine_on(disk.clone()), layout);
            disk
        });
        let mut engines = disks.clone().map(engine_on);
        let mut numbers = [Numbers(seed), Numbers(seed)];
        for turn in 0..120 {
            let [plain, packed] = [0, 1].map(|at| step(&mut engines[at], &mut numbers[at]));
            assert_eq!(plain, packed, "seed {seed}, turn {turn}");
            match numbers[0].below(12) {
                0 => engines.iter_mut().for_each(|engine| engine.checkpoint().unwrap()),
                1 => engines.iter_mut().for_each(|engine| assert!(engine.checkpoint_step().is_ok())),
                2 => engines = disks.clone().map(engine_on),
                _ => {}
            }
            numbers[1].below(12);
            if turn % 40 == 39 {
                assert_eq!(look(&mut engines[0]), look(&mut engines[1]), "seed {seed}, turn {turn}");
            }
        }
        engines.iter_mut().for_each(assert_whole);
        let counted = engines.map(|mut engine| {
            let report = engine.verify().unwrap();
            (report.logs, report.events, report.entries, report.blobs)
        });
        assert_eq!(counted[0], counted[1], "seed {seed}");
    }
}

/// A store with a history, and what it answers.
fn filled(seed: u64, layout: Layout) -> (Memory, String) {
    let disk = root(if seed.is_multiple_of(2) { TINY } else { USUAL });
    let mut engine = engine_on(disk.clone());
    convert(&mut engine, layout);
    let mut numbers = Numbers(seed);
    for _ in 0..60 {
        step(&mut engine, &mut numbers);
    }
    let answers = look(&mut engine);
    (disk, answers)
}

fn other(layout: Layout) -> Layout {
    if layout == Layout::Plain { Layout::Packed } else { Layout::Plain }
}

#[test]
fn a_conversion_that_ends_anywhere_changes_no_answer_and_goes_on_to_either_side() {
    for (seed, from) in (0..4).flat_map(|seed| [(seed, Layout::Plain), (seed, Layout::Packed)]) {
        for then in [from, other(from)] {
            let mut steps = 0;
            loop {
                let (disk, seen) = filled(seed, from);
                let mut engine = engine_on(disk.clone());
                let is_done = (0..=steps).any(|_| engine.convert_step(other(from)).unwrap() == 0);
                assert_eq!(look(&mut engine), seen, "{seed} {from:?} {steps}");
                assert_eq!(look(&mut engine_on(disk.reader())), seen, "{seed} {from:?} {steps}");
                // The process ends here.
                let mut engine = engine_on(disk.clone());
                assert_eq!(look(&mut engine), seen, "{seed} {from:?} {steps}");
                assert_eq!(engine.verify().unwrap().damaged, 0);
                convert(&mut engine, then);
                assert_eq!(look(&mut engine), seen, "{seed} {from:?} {steps} {then:?}");
                assert_eq!(look(&mut engine_on(disk.clone())), seen);
                assert_whole(&mut engine_on(disk.clone()));
                assert_eq!(engine.convert_step(then), Ok(0));
                assert_eq!(
                    files_of_layout(&disk),
                    files_of(then, &mut engine),
                    "{seed} {from:?} {steps} {then:?}"
                );
                if is_done {
                    break;
                }
                steps += 1;
            }
            assert!(steps > 5, "{steps}");
        }
    }
}

/// The files of streams, keys and blobs, the guards among them.
fn files_of_layout(disk: &Memory) -> BTreeSet<String> {
    let is_other =
        |path: &String| ["format", "journal", "runs", "tmp"].iter().any(|other| path.starts_with(other));
    files(disk).into_keys().filter(|path| !is_other(path)).collect()
}

/// Those that there are to be.
fn files_of(layout: Layout, engine: &mut Engine) -> BTreeSet<String> {
    engine.checkpoint().unwrap();
    let (streams, keys) = (engine.streams().unwrap(), engine.kv_keys().unwrap());
    let mut files = BTreeSet::new();
    for cid in engine.blob_list(None, 99).unwrap().items {
        let is_large = engine.blob_size(&cid).unwrap() > Some(64 << 10);
        if is_large || layout == Layout::Plain {
            files.insert(format!("blobs/{cid}"));
        }
    }
    if layout == Layout::Packed {
        files.extend(["kv", "streams"].map(str::to_owned));
        return files;
    }
    let hex = |name: &str| hex(name.as_bytes());
    let path = |folder: &str, name: &str, suffix: &str| {
        let hex = hex(name);
        match hex.split_at_checked(240).filter(|_| hex.len() > 246) {
            Some((part, rest)) => format!("long/{folder}+/{part}+/{rest}{suffix}"),
            None => format!("{folder}/{hex}{suffix}"),
        }
    };
    files.extend(keys.iter().map(|key| path("kv", key, "")));
    for stream in &streams {
        files.insert(path("streams", stream, ".log"));
        files.insert(path("streams", stream, ".seq"));
    }
    files
}

#[test]
fn a_cursor_goes_on_in_the_other_layout_or_is_outdated() {
    for from in [Layout::Plain, Layout::Packed] {
        let disk = root(USUAL);
        let mut engine = engine_on(disk);
        convert(&mut engine, from);
        for seq in 1..=9 {
            engine.append("whole", &format!("{{:seq {seq}}}")).unwrap();
            engine.append("cut", &format!("{{:seq {seq}}}")).unwrap();
        }
        let page = |engine: &mut Engine, stream: &str, at: &Position| {
            engine.read_page(stream, at, 4, Direction::Forward)
        };
        let old = Position::Cursor(page(&mut engine, "cut", &Position::Start).unwrap().through);
        engine.truncate("cut", 2).unwrap();
        let new = Position::Cursor(page(&mut engine, "cut", &Position::Start).unwrap().through);
        let whole = Position::Cursor(page(&mut engine, "whole", &Position::Start).unwrap().through);
        convert(&mut engine, other(from));
        assert_eq!(
            page(&mut engine, "whole", &whole).unwrap().lines,
            "{:seq 5}\n{:seq 6}\n{:seq 7}\n{:seq 8}\n"
        );
        for cursor in [old, new] {
            let outdated = page(&mut engine, "cut", &cursor);
            assert!(matches!(outdated, Err(Error::InvalidArgument(_))), "{from:?} {outdated:?}");
        }
    }
}

#[test]
fn what_is_written_while_a_conversion_goes_on_is_not_lost() {
    for from in [Layout::Plain, Layout::Packed] {
        let mut numbers = Numbers(7);
        let (disk, _) = filled(5, from);
        let mut engine = engine_on(disk.clone());
        let mut steps = 0;
        while engine.convert_step(other(from)).unwrap() > 0 {
            steps += 1;
            if steps < 12 {
                step(&mut engine, &mut numbers);
            }
        }
        let seen = look(&mut engine);
        let (disk_of_model, _) = filled(5, from);
        let mut model = engine_on(disk_of_model);
        let mut numbers = Numbers(7);
        (1..12).for_each(|_| drop(step(&mut model, &mut numbers)));
        assert_eq!(seen, look(&mut model), "{from:?}");
        assert_whole(&mut engine);
    }
}

#[test]
fn what_is_no_text_cannot_be_packed_and_stays() {
    for (path, text) in [("kv/ff", &b"1"[..]), ("streams/ff.log", b"{:seq 1}\n"), ("kv/6b", b"\"\xff\"")] {
        let mut disk = root(USUAL);
        put(&mut disk, path, text);
        let mut engine = engine_on(disk.clone());
        let refused = (0..20).find_map(|_| engine.convert_step(Layout::Packed).err());
        assert!(matches!(&refused, Some(Error::Corrupt(damage)) if damage.file == path), "{refused:?}");
        assert_eq!(bytes(&mut disk, path), text);
        let mut engine = engine_on(disk.clone());
        assert!(bytes(&mut disk, "format").starts_with(b"sx-persist 5 plain\n"));
        convert(&mut engine, Layout::Plain);
        assert_whole(&mut engine);
    }
}

#[test]
fn truncated_events_go_with_the_merges() {
    let disk = packed("journal 8192 file 8192 block 256 fan 2");
    let mut engine = engine_on(disk.clone());
    let used = |disk: &Memory| u64::MAX - disk.room();
    let event = |seq: u64| format!("{{:data \"{}\" :seq {seq}}}", "x".repeat(100));
    let mut most = 0;
    for seq in 1..=6_000 {
        engine.append("s", &event(seq)).unwrap();
        if seq > 200 {
            engine.truncate("s", seq - 200).unwrap();
        }
        if seq > 1_000 {
            most = most.max(used(&disk));
        }
    }
    assert_eq!((engine.count("s"), engine.last_seq("s")), (Ok(200), Ok(6_000)));
    // Two hundred events, and a few times that of what merges have not come by yet.
    assert!(most < 400_000, "{most}");
    let stored = engine.read_stream("s").unwrap();
    assert_eq!(stored, (5_801..=6_000).map(event).collect::<Vec<_>>());
    assert_whole(&mut engine);
}

/// What its events do not come to by themselves: a stream that was emptied, or whose last events went.
#[test]
fn last_seq_survives_the_way_to_plain_however_large_the_stream_is() {
    let disk = packed(USUAL);
    let mut engine = engine_on(disk);
    engine.append("s", "{:seq 1000000}").unwrap();
    engine.truncate("s", 1_000_000).unwrap();
    let text = "x".repeat(10_000);
    for seq in 1..=300 {
        engine.append("s", &format!("{{:data \"{text}\" :seq {seq}}}")).unwrap();
    }
    engine.append("empty", "{:seq 7}").unwrap();
    engine.truncate("empty", 7).unwrap();
    engine.append("down", "{:seq 9}").unwrap();
    engine.append("down", "{:seq 3}").unwrap();
    let seqs = |engine: &mut Engine| {
        ["s", "empty", "down"].map(|stream| (engine.last_seq(stream).unwrap(), engine.count(stream).unwrap()))
    };
    for to in [Layout::Plain, Layout::Packed, Layout::Plain] {
        convert(&mut engine, to);
        assert_eq!(seqs(&mut engine), [(1_000_000, 300), (7, 0), (9, 2)], "{to:?}");
        engine.checkpoint().unwrap();
        assert_whole(&mut engine);
    }
}

#[test]
fn what_has_the_place_of_a_key_is_not_lost_on_the_way() {
    let mut disk = root(USUAL);
    disk.make_folder("kv").unwrap_or_default();
    disk.make_folder("kv/6b").unwrap();
    let refused = engine_on(disk.clone()).convert_step(Layout::Packed);
    assert!(matches!(&refused, Err(Error::Corrupt(damage)) if damage.file == "kv/6b"), "{refused:?}");
}

#[test]
fn an_emptied_stream_outdates_its_cursors_in_both_layouts() {
    let answers = [Layout::Plain, Layout::Packed].map(|layout| {
        let mut engine = engine_on(root(USUAL));
        engine.append("s", "{:seq 9}").unwrap();
        engine.truncate("s", 9).unwrap();
        convert(&mut engine, layout);
        let page = engine.read_page("s", &Position::Start, 9, Direction::Forward).unwrap();
        engine.append("s", "{:seq 2}").unwrap();
        engine.read_page("s", &Position::Cursor(page.through), 9, Direction::Forward).is_err()
    });
    assert_eq!(answers, [true, true]);
}

/// The names of events count, too.
#[test]
fn streams_of_long_names_are_packed() {
    let disk = root(USUAL);
    let mut engine = engine_on(disk);
    let name = "n".repeat(1_000);
    for batch in 0..40 {
        let events: Vec<_> = (1..=500).map(|more| format!("{{:seq {}}}", batch * 500 + more)).collect();
        engine.append_expecting(&name, batch * 500, &events).unwrap();
    }
    convert(&mut engine, Layout::Packed);
    assert_eq!((engine.count(&name), engine.last_seq(&name)), (Ok(20_000), Ok(20_000)));
}

/// Many of them in one part would not fit into a frame.
#[test]
fn many_streams_of_long_names_and_short_events_are_packed() {
    let mut engine = engine_on(root(USUAL));
    let name = |number: u64| format!("{number:0>1000}");
    let events: Vec<_> = (1..=800).map(|seq| format!("{{:seq {seq}}}")).collect();
    for number in 0..90 {
        engine.append_expecting(&name(number), 0, &events).unwrap();
    }
    convert(&mut engine, Layout::Packed);
    for number in 0..90 {
        assert_eq!(engine.count(&name(number)), Ok(800));
    }
}
