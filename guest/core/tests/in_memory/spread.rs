//! A checkpoint in parts: a bounded part of it a call, commits in between, and a restart or a reader at any moment of it.

use crate::any_disk::{Engine, engine_on};
use crate::watched::{Step, Watch, Watched};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use sx_persist_core::memory::{Memory, Shared};
use sx_persist_core::storage::{Entry, Fault, Storage};
use sx_persist_core::{Error, Op};

/// Counts syncs, and lets so many steps happen and no more, as a process that is killed does.
#[derive(Clone)]
struct Counted {
    left: Rc<Cell<usize>>,
    /// Of files and of folders.
    synced: Rc<Cell<(usize, usize)>>,
}

impl Watch for Counted {
    fn before(&self, step: Step) -> Result<(), Fault> {
        self.left.set(self.left.get().checked_sub(1).ok_or(Fault::Failed("io"))?);
        let (files, folders) = self.synced.get();
        match step {
            Step::Sync => self.synced.set((files + 1, folders)),
            Step::SyncFolder => self.synced.set((files, folders + 1)),
            _ => {}
        }
        Ok(())
    }
}

fn counted(memory: &Memory) -> Watched<Counted> {
    let watch = Counted { left: Rc::new(Cell::new(usize::MAX)), synced: Rc::default() };
    Watched { memory: memory.clone(), watch }
}

fn event(seq: u64) -> String {
    format!("{{:data \"{}\" :seq {seq}}}", "x".repeat(40))
}

fn seqs(events: &[String]) -> Vec<u64> {
    let seq = |event: &String| sx::parse(event).unwrap().get("seq").unwrap().as_int().unwrap();
    events.iter().map(|event| u64::try_from(seq(event)).unwrap()).collect()
}

/// A number of a store.
fn number(engine: &mut Engine, name: &str) -> u64 {
    engine.stats().unwrap().into_iter().find(|(found, _)| *found == name).unwrap().1
}

/// What a store holds, as its reads have it.
type Held = (BTreeMap<String, String>, BTreeMap<String, Vec<String>>, Vec<String>);

fn held(engine: &mut Engine) -> Held {
    let keys = engine.kv_keys().unwrap();
    let kv = keys.into_iter().map(|key| (key.clone(), engine.kv_get(&key).unwrap().unwrap())).collect();
    let names = engine.streams().unwrap();
    let streams = names.into_iter().map(|name| (name.clone(), engine.read_stream(&name).unwrap())).collect();
    (kv, streams, engine.map_tables().unwrap())
}

/// The files of the store, by path; what its checkpoints are there for.
fn assert_is_plain(disk: &Memory, due: &Held) {
    let mut engine = engine_on(disk.clone());
    assert_eq!(held(&mut engine), *due);
    let report = engine.verify().unwrap();
    assert_eq!((report.damaged, report.foreign), (0, 0), "{report:?}");
}

/// Performs `write` so often, and answers the most file syncs and the most folder syncs of any one call, and how many
/// checkpoints there were.
fn worst(count: u64, mut write: impl FnMut(&mut Engine, u64) -> Result<(), Error>) -> ((usize, usize), u64) {
    let disk = Memory::new();
    let watched = counted(&disk);
    let mut engine = watched.engine();
    let mut worst = (0, 0);
    for turn in 0..count {
        watched.watch.synced.set((0, 0));
        write(&mut engine, turn).unwrap();
        let (files, folders) = watched.watch.synced.get();
        worst = (worst.0.max(files), worst.1.max(folders));
    }
    let checkpoints = number(&mut engine, "checkpoints");
    let due = held(&mut engine);
    assert_is_plain(&disk, &due);
    engine.checkpoint().unwrap();
    let done = number(&mut engine, "checkpoints");
    engine.checkpoint().unwrap();
    assert_eq!((number(&mut engine, "dirty"), number(&mut engine, "checkpoints")), (0, done));
    assert_is_plain(&disk, &due);
    (worst, checkpoints)
}

/// A call's own sync, two of each log of a part, and of the last part the journal, `format` and the journal's frames.
const FILES_MAX: usize = 1 + 2 * 4 + 3;
/// Those of a last part: its own, those that it names, the root and `journal/`.
const FOLDERS_MAX: usize = 4 + 4 + 2;

#[test]
fn no_call_of_a_steady_load_over_many_keys_does_a_whole_checkpoint() {
    let ((files, folders), checkpoints) =
        worst(4_000, |engine, turn| engine.kv_put(&format!("k{}", turn * 7_919 % 2_500), &turn.to_string()));
    assert!(checkpoints >= 3, "{checkpoints}");
    assert!(files <= FILES_MAX && folders <= FOLDERS_MAX, "{files} {folders}");
}

#[test]
fn no_call_of_a_steady_load_over_some_streams_does_a_whole_checkpoint() {
    assert_streams_are_spread(64);
}

#[test]
fn no_call_of_a_steady_load_over_many_streams_does_a_whole_checkpoint() {
    assert_streams_are_spread(1_500);
}

fn assert_streams_are_spread(streams: u64) {
    let ((files, folders), checkpoints) = worst(6_000, |engine, turn| {
        let event = format!("{{:data \"{}\" :seq {}}}", "x".repeat(1_400), turn + 1);
        engine.append(&format!("s{}", turn % streams), &event).map(drop)
    });
    assert!(checkpoints >= 1, "{checkpoints}");
    assert!(files <= FILES_MAX && folders <= FOLDERS_MAX, "{files} {folders}");
}

#[test]
fn truncations_tables_and_large_values_are_spread_too() {
    let mut lengths = [0u64; 700];
    let ((files, folders), checkpoints) = worst(6_000, |engine, turn| {
        let at = usize::try_from(turn * 31 % 700).unwrap();
        let stream = format!("s{at}");
        match turn % 7 {
            0 => engine.map_put(&format!("table {}", turn % 450), b"k", &[7; 900]).map(drop),
            1 => engine.kv_put("hot", &format!("\"{}\"", "x".repeat(20_000))),
            2 => engine.truncate(&stream, lengths[at] / 2).map(drop),
            _ => {
                lengths[at] += 1;
                engine.append(&stream, &event(lengths[at])).map(drop)
            }
        }
    });
    assert!(checkpoints >= 3, "{checkpoints}");
    // A log that was truncated takes one more: the frame that names its new file.
    assert!(files <= FILES_MAX + 4 && folders <= FOLDERS_MAX, "{files} {folders}");
}

#[test]
fn batches_are_carried_as_fast_as_they_come() {
    let batch = |turn: u64| -> Vec<Op> {
        (0..60)
            .map(|at| Op::KvPut { key: format!("k{}", (turn * 60 + at) % 5_000), value: turn.to_string() })
            .collect()
    };
    let ((files, _), checkpoints) =
        worst(200, |engine, turn| engine.commit(&batch(turn)).map(drop).map_err(|refusal| refusal.reason));
    assert!(checkpoints >= 2, "{checkpoints}");
    assert!(files <= 3 * 60 + 3, "{files}");
}

#[test]
fn what_changes_nothing_costs_nothing_while_a_checkpoint_is_going_on() {
    let disk = Memory::new();
    let watched = counted(&disk);
    let mut engine = filled(watched.clone());
    assert_eq!(engine.checkpoint_step(), Ok(true));
    watched.watch.synced.set((0, 0));
    assert_eq!(engine.kv_delete("absent"), Ok(false));
    assert_eq!(engine.truncate("s0", 0), Ok(0));
    assert_eq!(watched.watch.synced.get(), (0, 0));
    assert_eq!(engine.kv_put("k0", "2"), Ok(()));
    assert!(watched.watch.synced.get().0 > 1, "a write does a part");
    assert_eq!(number(&mut engine, "checkpoints"), 1);
}

#[test]
fn steps_come_to_an_end_and_leave_plain_files() {
    let disk = Memory::new();
    let watched = counted(&disk);
    let mut engine = filled(watched.clone());
    let due = held(&mut engine);
    let mut steps = 0;
    loop {
        watched.watch.synced.set((0, 0));
        let has_more = engine.checkpoint_step().unwrap();
        // Four logs that were truncated, and the last frame that says so.
        assert!(watched.watch.synced.get().0 <= 4 * 3 + 1, "{:?}", watched.watch.synced.get());
        assert_eq!(held(&mut engine), due);
        steps += 1;
        if !has_more {
            break;
        }
    }
    assert!((8..30).contains(&steps), "{steps}");
    assert_eq!(number(&mut engine, "dirty"), 0);
    assert_is_plain(&disk, &due);
    watched.watch.synced.set((0, 0));
    assert_eq!(engine.checkpoint_step(), Ok(false));
    assert_eq!(watched.watch.synced.get(), (0, 0));
}

/// A store with much that is pending: logs that grew and that were truncated, keys, a map.
fn filled(storage: impl Storage<File = Shared> + 'static) -> Engine {
    let mut engine = engine_on(storage);
    for seq in 1..=3 {
        for stream in 0..6 {
            engine.append(&format!("s{stream}"), &event(seq)).unwrap();
        }
    }
    engine.checkpoint().unwrap();
    for stream in 0..4 {
        engine.truncate(&format!("s{stream}"), 1 + stream).unwrap();
    }
    for stream in 2..10 {
        engine.append(&format!("s{stream}"), &event(4)).unwrap();
    }
    for key in 0..20 {
        engine.kv_put(&format!("k{key}"), "1").unwrap();
    }
    engine.map_put("t", b"k", b"v").unwrap();
    let report = number(&mut engine, "checkpoints");
    assert_eq!(report, 1);
    engine
}

/// The n-th write that comes between the parts; each kind meets what is carried and what is not.
fn between(engine: &mut Engine, turn: u64) -> Result<(), Error> {
    let stream = format!("s{}", turn * 3 % 11);
    match turn % 8 {
        0 | 3 => engine.append(&stream, &event(10 + turn)).map(drop),
        1 => engine.kv_put(&format!("k{}", turn % 20), &turn.to_string()),
        2 => engine.kv_delete(&format!("k{}", turn % 23)).map(drop),
        4 => engine.truncate(&stream, 4 + turn / 2).map(drop),
        5 => engine.map_put(&format!("t{turn}"), b"k", b"v").map(drop),
        6 => engine.checkpoint_step().map(drop),
        _ => engine.truncate(&stream, 1_000).map(drop),
    }
}

#[test]
fn a_restart_at_any_step_finds_what_was_answered() {
    const TURNS: u64 = 40;
    // What the store holds before each turn, and after the last.
    let mut states = Vec::new();
    let mut engine = filled(Memory::new());
    assert_eq!(engine.checkpoint_step(), Ok(true));
    for turn in 0..TURNS {
        states.push(held(&mut engine));
        between(&mut engine, turn).unwrap();
    }
    states.push(held(&mut engine));
    for steps in 0.. {
        let disk = Memory::new();
        let dying = counted(&disk);
        let mut engine = filled(dying.clone());
        assert_eq!(engine.checkpoint_step(), Ok(true));
        dying.watch.left.set(steps);
        let ended = (0..TURNS).find(|turn| between(&mut engine, *turn).is_err());
        drop(engine);
        let found = held(&mut engine_on(disk.clone()));
        match ended {
            Some(turn) => {
                let turn = usize::try_from(turn).unwrap();
                assert!(found == states[turn] || found == states[turn + 1], "{steps} steps, turn {turn}");
            }
            None => assert_eq!(found, states[states.len() - 1], "{steps} steps"),
        }
        // The next instance goes on, and the one after it finds plain files.
        let mut engine = engine_on(disk.clone());
        engine.kv_put("after", "1").unwrap();
        let due = held(&mut engine);
        engine.checkpoint().unwrap();
        assert_is_plain(&disk, &due);
        if ended.is_none() {
            assert!(steps > 200, "{steps}");
            return;
        }
    }
}

/// A read-only storage beside which something happens before one of the steps that its reader does.
#[derive(Clone)]
struct Beside {
    memory: Memory,
    /// Steps until then.
    left: Rc<Cell<usize>>,
    happen: Rc<RefCell<dyn FnMut()>>,
}

impl Beside {
    fn new(memory: &Memory, happen: impl FnMut() + 'static) -> Self {
        let left = Rc::new(Cell::new(usize::MAX));
        Self { memory: memory.clone(), left, happen: Rc::new(RefCell::new(happen)) }
    }

    fn step(&self) {
        let left = self.left.get();
        self.left.set(left.wrapping_sub(1));
        if left == 0 {
            (self.happen.borrow_mut())();
        }
    }
}

impl Storage for Beside {
    type File = <Memory as Storage>::File;

    fn is_read_only(&self) -> bool {
        true
    }

    fn open(&mut self, path: &str) -> Result<Self::File, Fault> {
        self.step();
        self.memory.open(path)
    }

    fn size(&mut self, file: &Self::File) -> Result<u64, Fault> {
        self.step();
        self.memory.size(file)
    }

    fn read(
        &mut self,
        file: &Self::File,
        offset: u64,
        length: usize,
        into: &mut Vec<u8>,
    ) -> Result<(), Fault> {
        self.step();
        self.memory.read(file, offset, length, into)
    }

    fn list(&mut self, path: &str) -> Result<Vec<Entry>, Fault> {
        self.step();
        self.memory.list(path)
    }

    fn create(&mut self, _: &str) -> Result<Self::File, Fault> {
        Err(Fault::Failed("read-only"))
    }

    fn write(&mut self, _: &Self::File, _: u64, _: &[u8]) -> Result<(), Fault> {
        Err(Fault::Failed("read-only"))
    }

    fn set_size(&mut self, _: &Self::File, _: u64) -> Result<(), Fault> {
        Err(Fault::Failed("read-only"))
    }

    fn sync(&mut self, _: &Self::File) -> Result<(), Fault> {
        Err(Fault::Failed("read-only"))
    }

    fn rename(&mut self, _: &str, _: &str) -> Result<(), Fault> {
        Err(Fault::Failed("read-only"))
    }

    fn remove(&mut self, _: &str) -> Result<(), Fault> {
        Err(Fault::Failed("read-only"))
    }

    fn make_folder(&mut self, _: &str) -> Result<(), Fault> {
        Err(Fault::Failed("read-only"))
    }

    fn remove_folder(&mut self, _: &str) -> Result<(), Fault> {
        Err(Fault::Failed("read-only"))
    }

    fn sync_folder(&mut self, _: &str) -> Result<(), Fault> {
        Err(Fault::Failed("read-only"))
    }
}

/// Pairs of keys that are never seen apart, and streams that lose from their beginning as much as they grow.
const PAIRS: u64 = 7;
const STREAMS: u64 = 3;

/// Turn by turn: one of the pairs, one of the streams, and whatever else keeps checkpoints going.
fn beside(engine: &mut Engine, turn: u64) -> Result<(), Error> {
    let stream = format!("s{}", turn % STREAMS);
    if turn.is_multiple_of(2) {
        engine.checkpoint_step()?;
    }
    if turn.is_multiple_of(5) {
        engine.truncate(&stream, turn.saturating_sub(4 * STREAMS))?;
    }
    engine.kv_put(&format!("k{}", turn * 3 % 17), "1")?;
    let put = |key: &str| Op::KvPut { key: format!("{key}{}", turn % PAIRS), value: turn.to_string() };
    let event = Op::Append { stream, event: event(turn) };
    engine.commit(&[put("a"), put("z"), event]).map(drop).map_err(|refusal| refusal.reason)
}

/// Looks at everything, each call whole in itself. Answers the turns that the calls saw: of the pairs, and of the streams.
fn look(reader: &mut Engine) -> (u64, Vec<u64>) {
    let entries = reader.kv_list("", None, 100).unwrap().items;
    let mut pairs = BTreeMap::new();
    for (key, value) in entries.iter().filter(|(key, _)| !key.starts_with('k')) {
        pairs.insert(key.clone(), value.parse::<u64>().unwrap());
    }
    let turn = pairs.values().copied().max().unwrap();
    for pair in 0..PAIRS {
        let due = (turn + 1 - PAIRS..=turn).find(|turn| turn % PAIRS == pair).unwrap();
        assert_eq!([pairs[&format!("a{pair}")], pairs[&format!("z{pair}")]], [due, due], "turn {turn}");
    }
    let last = (0..STREAMS).map(|stream| {
        let seqs = seqs(&reader.read_stream(&format!("s{stream}")).unwrap());
        assert!(seqs.windows(2).all(|pair| pair[1] == pair[0] + STREAMS), "{seqs:?}");
        assert!(seqs.iter().all(|seq| seq % STREAMS == stream), "{seqs:?}");
        *seqs.last().unwrap()
    });
    (turn, last.collect())
}

fn assert_within((turn, last): (u64, Vec<u64>), before: u64, after: u64) {
    assert!((before..=after).contains(&turn), "{turn}, {before} to {after}");
    let is_due = |last: &u64| (before + 1 - STREAMS..=after).contains(last);
    assert!(last.iter().all(is_due), "{last:?}, {before} to {after}");
}

#[test]
fn a_reader_beside_which_a_checkpoint_in_parts_goes_on_sees_one_picture() {
    let mut checkpoints = 0;
    for at_once in [1, 2, 5] {
        let memory = Memory::new();
        let writer = Rc::new(RefCell::new((engine_on(memory.clone()), 0)));
        let go_on = |writer: &RefCell<(Engine, u64)>, turns: u64| {
            let (engine, turn) = &mut *writer.borrow_mut();
            for _ in 0..turns {
                *turn += 1;
                beside(engine, *turn).unwrap();
            }
        };
        go_on(&writer, 40);
        let shared = Rc::clone(&writer);
        let storage = Beside::new(&memory, move || go_on(&shared, at_once));
        let mut lasting = engine_on(storage.clone());
        for steps in 0..400 {
            // One that has just begun, and one that has been there all the time.
            let mut fresh = engine_on(storage.clone());
            let reader = if steps % 2 == 0 { &mut fresh } else { &mut lasting };
            let before = writer.borrow().1;
            storage.left.set(steps / 2 % 120);
            let seen = look(reader);
            storage.left.set(usize::MAX);
            assert_within(seen, before, writer.borrow().1);
        }
        checkpoints += number(&mut writer.borrow_mut().0, "checkpoints");
    }
    assert!(checkpoints > 50, "{checkpoints}");
}

#[test]
fn a_reader_is_told_of_what_became_pending_since_a_checkpoint_began() {
    let put = |engine: &mut Engine, key: &str, value: &str| engine.kv_put(key, value).unwrap();
    for (steps, writes) in (0..30).flat_map(|steps| (10..20).map(move |writes| (steps, writes))) {
        let memory = Memory::new();
        let mut writer = engine_on(memory.clone());
        put(&mut writer, "a", "0");
        put(&mut writer, "b", "0");
        writer.checkpoint().unwrap();
        (0..60).for_each(|key| put(&mut writer, &format!("k{key}"), "1"));
        assert_eq!(writer.checkpoint_step(), Ok(true));
        let storage = Beside::new(&memory, move || {
            // Each does a part; in the end of what these brought.
            put(&mut writer, "a", "1");
            put(&mut writer, "b", "1");
            (0..writes).for_each(|key| put(&mut writer, &format!("l{key}"), "1"));
        });
        let mut reader = engine_on(storage.clone());
        storage.left.set(steps);
        let entries = reader.kv_list("", None, 100).unwrap().items;
        let value = |wanted: &str| entries.iter().find(|(key, _)| key == wanted).unwrap().1.clone();
        assert!(value("a") >= value("b"), "{steps} steps, {writes} writes");
    }
}

#[test]
fn a_reader_is_told_before_a_new_file_replaces_a_truncated_log() {
    for steps in 0..100 {
        let memory = Memory::new();
        let mut writer = truncated(memory.clone());
        assert_eq!(writer.checkpoint_step(), Ok(true));
        let storage = Beside::new(&memory, move || assert_eq!(writer.checkpoint_step(), Ok(true)));
        let mut reader = engine_on(storage.clone());
        storage.left.set(steps);
        for stream in 0..9 {
            assert_eq!(reader.count(&format!("s{stream}")), Ok(3), "{steps} steps, stream {stream}");
        }
    }
}

/// Nine logs that are to lose three of their six lines each.
fn truncated(storage: impl Storage<File = Shared> + 'static) -> Engine {
    let mut engine = engine_on(storage);
    let logs: Vec<_> = (0..9).map(|stream| format!("s{stream}")).collect();
    for log in &logs {
        (1..=6).for_each(|seq| assert_eq!(engine.append(log, &event(seq)), Ok(seq)));
    }
    engine.checkpoint().unwrap();
    for log in &logs {
        assert_eq!(engine.truncate(log, 3), Ok(3));
    }
    engine
}

#[test]
fn a_reader_beside_which_truncated_logs_get_new_files_counts_what_is_there() {
    for steps in 0..100 {
        let memory = Memory::new();
        let mut writer = truncated(memory.clone());
        let storage = Beside::new(&memory, move || while writer.checkpoint_step().unwrap() {});
        let mut reader = engine_on(storage.clone());
        storage.left.set(steps);
        for stream in 0..9 {
            assert_eq!(reader.count(&format!("s{stream}")), Ok(3), "{steps} steps, stream {stream}");
        }
    }
}

#[test]
fn new_files_of_truncated_logs_are_found_before_they_have_their_names() {
    // The writer ends after so many steps of its checkpoint, as a kill ends it.
    let mut was_unnamed = false;
    for steps in 0.. {
        let memory = Memory::new();
        let stopping = counted(&memory);
        let mut writer = truncated(stopping.clone());
        stopping.watch.left.set(steps);
        let ended = writer.checkpoint().is_err();
        let mut files = memory.clone();
        let is_counted = files.open("journal/00000000000000000002").is_err();
        let runs = files.list("runs").map_or(0, |runs| runs.len());
        was_unnamed |= is_counted && runs > 0;
        let mut next = engine_on(memory.clone());
        for turn in 0..2 {
            for stream in 0..9 {
                assert_eq!(
                    next.count(&format!("s{stream}")),
                    Ok(3),
                    "{steps} steps, stream {stream}, {turn}"
                );
            }
            assert_eq!(next.verify().unwrap().damaged, 0, "{steps} steps");
            next.kv_put("k", "1").unwrap();
        }
        next.checkpoint().unwrap();
        assert_eq!(files.list("runs").map_or(0, |runs| runs.len()), 0, "{steps} steps");
        if !ended {
            assert!(was_unnamed);
            return;
        }
    }
}

#[test]
fn a_reader_sees_one_picture_between_any_two_steps_of_a_writer() {
    const TURNS: u64 = 20;
    for steps in 0.. {
        let disk = Memory::new();
        let stopping = counted(&disk);
        let mut engine = stopping.engine();
        for turn in 1..=TURNS {
            beside(&mut engine, turn).unwrap();
        }
        // One that has read before, and one that comes now.
        let mut readers = [engine_on(disk.reader()), engine_on(disk.reader())];
        look(&mut readers[0]);
        stopping.watch.left.set(steps);
        let mut turns = TURNS + 1..TURNS + 12;
        let ended = turns.find(|turn| beside(&mut engine, *turn).is_err());
        let turn = ended.unwrap_or(TURNS + 11);
        for reader in &mut readers {
            assert_within(look(reader), turn - 1, turn);
        }
        if ended.is_none() {
            assert!(steps > 100, "{steps}");
            return;
        }
    }
}
