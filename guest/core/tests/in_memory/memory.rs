//! A store in memory: its files, what it does when it is full, and that a step which is refused anywhere is as if not asked for.

use crate::any_disk::{Engine, engine_on};
use crate::watched::{self, Watch, Watched};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;
use sx_persist_core::Error;
use sx_persist_core::memory::Memory;
use sx_persist_core::storage::{Fault, Storage as _};

#[test]
fn files_in_chunks_are_files() {
    const CHUNK: usize = 64 << 10;
    let mut memory = Memory::new();
    let file = memory.create("f").unwrap();
    let mut model: Vec<u8> = Vec::new();
    let read = |memory: &mut Memory, offset: usize, length: usize| {
        let mut bytes = Vec::new();
        memory.read(&file, offset as u64, length, &mut bytes).unwrap();
        bytes
    };
    // Within a chunk, up to its end, over it, behind a hole, over several, into the middle again.
    let places =
        [(0, 10), (10, CHUNK - 10), (CHUNK - 1, 2), (3 * CHUNK + 5, 7), (5, 2 * CHUNK), (CHUNK, CHUNK)];
    for (byte, (offset, length)) in (1..).zip(places) {
        memory.write(&file, offset as u64, &vec![byte; length]).unwrap();
        model.resize(model.len().max(offset + length), 0);
        model[offset..offset + length].fill(byte);
        assert_eq!(memory.size(&file), Ok(model.len() as u64));
        assert!(read(&mut memory, 0, usize::MAX) == model, "after {length} bytes at {offset}");
    }
    for size in [3 * CHUNK, 3 * CHUNK + 1, CHUNK - 1, CHUNK, 2 * CHUNK, 7, 0, 9] {
        memory.set_size(&file, size as u64).unwrap();
        model.resize(size, 0);
        assert!(read(&mut memory, 0, usize::MAX) == model, "at a size of {size}");
        assert!(read(&mut memory, size / 2, 3) == model[size / 2..size.min(size / 2 + 3)]);
    }
    assert_eq!(read(&mut memory, 10, 5), []);
}

/// As on a disk: what has the place of a folder is not taken for an empty one.
#[test]
fn a_path_through_a_file_is_not_absent() {
    let mut memory = Memory::new();
    let file = memory.create("kv").unwrap();
    memory.write(&file, 0, b"no guard").unwrap();
    for path in ["kv/6b", "kv/a/b"] {
        assert_eq!(memory.open(path).map(drop), Err(Fault::NoFolder), "{path}");
    }
    assert_eq!(memory.open("kw/6b").map(drop), Err(Fault::Absent));
    let refused = engine_on(memory).kv_get("k");
    assert!(matches!(&refused, Err(Error::Corrupt(found)) if found.file == "kv/6b"), "{refused:?}");
}

#[test]
fn room_is_taken_by_bytes_and_paths_and_comes_back_with_the_last_who_has_them() {
    let mut memory = Memory::bounded(1 << 20);
    let empty = memory.room();
    memory.make_folder("a").unwrap();
    let folder = empty - memory.room();
    assert!(folder > 0);
    let file = memory.create("a/f").unwrap();
    memory.write(&file, 0, &vec![1; 100_000]).unwrap();
    assert!(memory.room() < empty - folder - 100_000);
    memory.set_size(&file, 10).unwrap();
    memory.rename("a/f", "a/g").unwrap();
    let other = memory.create("a/f").unwrap();
    memory.write(&other, 0, &[2; 1_000]).unwrap();
    memory.rename("a/f", "a/g").unwrap();
    // The file that was replaced is open still.
    let with_both = memory.room();
    drop(file);
    assert_eq!(memory.room(), with_both + 10);
    memory.remove("a/g").unwrap();
    drop(other);
    assert_eq!(memory.room(), empty - folder);
    // A storage that nobody bounded has all the room that there is.
    assert!(Memory::new().room() > 1 << 62);
}

#[test]
fn a_full_store_refuses_what_adds_answers_reads_and_is_emptied_again() {
    let mut engine = engine_on(Memory::bounded(32 << 20));
    let value = format!("\"{}\"", "x".repeat(1 << 20));
    let mut kept = 0;
    let refused = loop {
        match engine.kv_put(&format!("k{kept}"), &value) {
            Ok(()) => kept += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(&refused, Error::NoSpace(failure) if failure.code == "quota"), "{refused:?}");
    assert!(kept >= 24, "only {kept} of 32 MiB were used");
    let large = vec![7; 8 << 20];
    for _ in 0..2 {
        assert!(matches!(engine.append("s", &format!("{{:data {value} :seq 1}}")), Err(Error::NoSpace(_))));
        assert!(matches!(engine.blob_put(&large), Err(Error::NoSpace(_))));
        let writer = engine.writer_open().unwrap();
        assert!(matches!(engine.writer_write(writer, &large), Err(Error::NoSpace(_))));
    }
    assert_eq!(engine.kv_keys().unwrap().len(), kept);
    assert!(engine.kv_get("k0").unwrap() == Some(value.clone()));
    assert_eq!(engine.last_seq("s"), Ok(0));
    // What takes away is taken however full it is, and room is made when it is asked for.
    for key in 0..10 {
        assert_eq!(engine.kv_delete(&format!("k{key}")), Ok(true));
    }
    let cid = engine.blob_put(&large).unwrap();
    engine.append("s", "{:seq 1}").unwrap();
    assert!(engine.blob_get(&cid).unwrap() == Some(large));
    assert_eq!(engine.kv_keys().unwrap().len(), kept - 10);
    assert_eq!(engine.verify().unwrap().damaged, 0);
}

/// A memory that can be told to refuse.
#[derive(Clone, Default)]
struct Scarce {
    /// Steps that take memory, so far.
    steps: Rc<Cell<u64>>,
    /// The first that is refused, and how many are.
    refused: Rc<Cell<(u64, u64)>>,
}

impl Watch for Scarce {
    fn before(&self, step: watched::Step) -> Result<(), Fault> {
        use crate::watched::Step as S;
        if !matches!(step, S::Create | S::Write | S::Grow | S::MakeFolder) {
            return Ok(());
        }
        let step = self.steps.get();
        self.steps.set(step + 1);
        let (first, count) = self.refused.get();
        let is_refused = step >= first && step - first < count;
        if is_refused { Err(Fault::NoSpace("insufficient-memory")) } else { Ok(()) }
    }

    fn is_certain(&self) -> bool {
        true
    }
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Append(&'static str, u64),
    Truncate(&'static str, u64),
    Put(&'static str, u64),
    Delete(&'static str),
    /// So many bytes; above 64 KiB they go past the journal.
    Blob(usize),
    /// The same through a writer.
    Write(usize),
    Unblob(usize),
    Checkpoint,
}

use Step::{Append, Blob, Checkpoint, Delete, Put, Truncate, Unblob, Write};

/// Everything that a store holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Held {
    streams: BTreeMap<String, (u64, Vec<String>)>,
    keys: BTreeMap<String, String>,
    blobs: Vec<usize>,
}

fn bytes(length: usize) -> Vec<u8> {
    vec![7; length]
}

fn perform(engine: &mut Engine, step: Step) -> Result<(), Error> {
    match step {
        Append(stream, seq) => engine.append(stream, &format!("{{:seq {seq}}}")).map(drop),
        Truncate(stream, upto) => engine.truncate(stream, upto).map(drop),
        Put(key, value) => engine.kv_put(key, &value.to_string()),
        Delete(key) => engine.kv_delete(key).map(drop),
        Blob(length) => engine.blob_put(&bytes(length)).map(drop),
        Write(length) => {
            let writer = engine.writer_open()?;
            engine.writer_write(writer, &bytes(length / 2))?;
            engine.writer_write(writer, &bytes(length - length / 2))?;
            engine.writer_finish(writer).map(drop)
        }
        Unblob(length) => {
            // Its address is what any store says.
            let cid = engine_on(Memory::new()).blob_put(&bytes(length))?;
            engine.blob_delete(&cid).map(drop)
        }
        Checkpoint => engine.checkpoint(),
    }
}

impl Held {
    fn apply(&mut self, step: Step) {
        match step {
            Append(stream, seq) => {
                let (last_seq, events) = self.streams.entry(stream.to_owned()).or_default();
                *last_seq = seq.max(*last_seq);
                events.push(format!("{{:seq {seq}}}"));
            }
            Truncate(stream, upto) => {
                if let Some((_, events)) = self.streams.get_mut(stream) {
                    let seq = |event: &String| event[6..event.len() - 1].parse::<u64>().unwrap();
                    events.retain(|event| seq(event) > upto);
                }
            }
            Put(key, value) => drop(self.keys.insert(key.to_owned(), value.to_string())),
            Delete(key) => drop(self.keys.remove(key)),
            Blob(length) | Write(length) => {
                self.blobs.retain(|other| *other != length);
                self.blobs.push(length);
                self.blobs.sort_unstable();
            }
            Unblob(length) => self.blobs.retain(|other| *other != length),
            Checkpoint => {}
        }
    }

    /// What an engine holds, by its answers.
    fn of(engine: &mut Engine) -> Self {
        let mut held = Self::default();
        for stream in engine.streams().unwrap() {
            let last_seq = engine.last_seq(&stream).unwrap();
            let events = engine.read_stream(&stream).unwrap();
            held.streams.insert(stream, (last_seq, events));
        }
        for key in engine.kv_keys().unwrap() {
            let value = engine.kv_get(&key).unwrap().unwrap();
            held.keys.insert(key, value);
        }
        for cid in engine.blob_list(None, 100).unwrap().items {
            held.blobs.push(engine.blob_get(&cid).unwrap().unwrap().len());
        }
        held.blobs.sort_unstable();
        held
    }
}

/// Every kind of step, and checkpoints with each of them pending.
const STEPS: [Step; 30] = [
    Append("s", 1),
    Append("s", 2),
    Put("k", 1),
    Blob(10),
    Blob(70_000),
    Checkpoint,
    Append("s", 3),
    Append("t", 5),
    Truncate("s", 2),
    Put("k", 2),
    Put("l", 1),
    Unblob(70_000),
    Blob(70_000),
    Checkpoint,
    Truncate("s", 9),
    Truncate("t", 4),
    Append("t", 6),
    Delete("k"),
    Unblob(10),
    Write(80_000),
    Write(20),
    Checkpoint,
    Append("s", 10),
    Append("t", 2),
    Unblob(80_000),
    Write(80_000),
    Truncate("t", 5),
    Put("k", 3),
    Checkpoint,
    Append("s", 11),
];

/// Performs all steps; those that are refused change nothing. Answers how many were, and what of memory was asked for.
fn check(storage: &Watched<Scarce>) -> (u64, u64) {
    let scarce = &storage.watch;
    let mut engine = storage.engine();
    let mut due = Held::default();
    let mut refused = 0;
    for (index, step) in STEPS.into_iter().enumerate() {
        match perform(&mut engine, step) {
            Ok(()) => due.apply(step),
            Err(Error::NoSpace(_)) => refused += 1,
            Err(error) => panic!("{:?}: {step:?}, the {index}th: {error}", scarce.refused),
        }
        assert_eq!(Held::of(&mut engine), due, "{:?}: {step:?}, the {index}th", scarce.refused);
        assert_eq!(engine.verify().unwrap().damaged, 0, "{:?}: {step:?}, the {index}th", scarce.refused);
    }
    let asked = scarce.steps.get();
    scarce.refused.set((0, 0));
    engine.checkpoint().unwrap();
    assert_eq!(Held::of(&mut engine), due);
    // All of it stands in the files, and in the journal there is nothing else.
    let mut engine = storage.engine();
    assert_eq!(Held::of(&mut engine), due);
    assert_eq!(engine.verify().unwrap().damaged, 0);
    (refused, asked)
}

#[test]
fn a_step_without_memory_is_refused_and_nothing_else_happens() {
    let (refused, asked) = check(&Watched::default());
    assert_eq!(refused, 0);
    assert!(asked > 80, "only {asked} steps ask for memory");
    for first in 0..asked {
        for count in [1, 4, 30] {
            let storage = Watched::<Scarce>::default();
            storage.watch.refused.set((first, count));
            // One refusal alone may pass unseen: a checkpoint and another attempt come after it.
            assert!(check(&storage).0 > 0 || count == 1, "nothing was refused at {first}");
        }
    }
}
