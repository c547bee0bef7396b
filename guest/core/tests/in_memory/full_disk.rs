//! What a run answers when the disk takes no writes.

use crate::watched::{Step, Watch, Watched};
use std::cell::Cell;
use std::rc::Rc;
use sx_persist_core::memory::Memory;
use sx_persist_core::storage::{EntryKind, Fault, Storage as _};
use sx_persist_core::{Error, Op, Outcome};

/// Full or not.
#[derive(Clone, Default)]
struct Full(Rc<Cell<bool>>);

impl Watch for Full {
    fn before(&self, step: Step) -> Result<(), Fault> {
        let is_refused = step == Step::Write && self.0.get();
        if is_refused { Err(Fault::NoSpace("insufficient-space")) } else { Ok(()) }
    }
}

/// A disk that holds few files: it refuses one more where there are so many.
#[derive(Clone, Default)]
struct Few(Memory);

impl Few {
    const FILES_MAX: usize = 30;
}

impl Watch for Few {
    fn before(&self, step: Step) -> Result<(), Fault> {
        let is_refused = step == Step::Create && files_below(&self.0, ".").len() >= Self::FILES_MAX;
        if is_refused { Err(Fault::NoSpace("insufficient-space")) } else { Ok(()) }
    }
}

/// A disk that holds few bytes, and gives each file a page: it refuses one more where there are so many.
#[derive(Clone)]
struct Small {
    memory: Memory,
    bytes_max: Rc<Cell<u64>>,
}

impl Default for Small {
    fn default() -> Self {
        Self { memory: Memory::default(), bytes_max: Rc::new(Cell::new(u64::MAX)) }
    }
}

impl Small {
    /// Bytes below a folder.
    fn bytes(&self, folder: &str) -> u64 {
        files_below(&self.memory, folder).iter().map(|file| 4_096 + self.size(file)).sum()
    }

    fn size(&self, path: &str) -> u64 {
        let mut memory = self.memory.clone();
        memory.open(path).and_then(|file| memory.size(&file)).unwrap_or_default()
    }
}

impl Watch for Small {
    fn before(&self, _step: Step) -> Result<(), Fault> {
        Ok(())
    }

    fn writes(&self, bytes: u64) -> Result<(), Fault> {
        let is_refused = self.bytes(".") + bytes > self.bytes_max.get();
        if is_refused { Err(Fault::NoSpace("insufficient-space")) } else { Ok(()) }
    }
}

/// Paths of the files below a folder.
fn files_below(memory: &Memory, folder: &str) -> Vec<String> {
    let path = |name: &str| if folder == "." { name.to_owned() } else { format!("{folder}/{name}") };
    let entries = memory.clone().list(folder).unwrap_or_default();
    let files = entries.iter().map(|entry| match entry.kind {
        EntryKind::Folder => files_below(memory, &path(&entry.name)),
        _ => vec![path(&entry.name)],
    });
    files.flatten().collect()
}

fn disk() -> Watched<Full> {
    Watched::default()
}

fn is_no_space(answer: &Result<Outcome, Error>) -> bool {
    matches!(answer, Err(Error::NoSpace(_)))
}

#[test]
fn an_answer_that_rests_on_frames_which_cannot_be_made_durable_is_none() {
    let disk = disk();
    let put = Op::BlobPut { bytes: b"x".to_vec() };
    let delete = Op::KvDelete { key: "k".into() };
    let mut engine = disk.engine();
    engine.run(std::slice::from_ref(&put))[0].as_ref().unwrap();
    // The next instance finds the frame, and no room to make it its own: "it is there" cannot be answered (J5).
    disk.watch.0.set(true);
    for op in [&put, &delete] {
        let mut engine = disk.engine();
        let answers = engine.run(std::slice::from_ref(op));
        assert!(is_no_space(&answers[0]), "{answers:?}");
        assert!(matches!(engine.run(std::slice::from_ref(op))[0], Err(Error::Closed(_))));
    }
    disk.watch.0.set(false);
    assert!(disk.engine().run(&[put, delete]).iter().all(Result::is_ok));
}

#[test]
fn an_answer_that_saw_a_write_which_was_refused_is_none() {
    let disk = disk();
    let put = |value: &str| Op::KvPut { key: "k".into(), value: value.into() };
    let swap = Op::KvSwap { key: "k".into(), expected: Some("1".into()), replacement: Some("3".into()) };
    let stale = Op::AppendExpecting { stream: "s".into(), expected: 0, events: vec!["{:seq 1}".into()] };
    let append = Op::Append { stream: "s".into(), event: "{:seq 5}".into() };
    let mut engine = disk.engine();
    engine.run(&[put("1")])[0].as_ref().unwrap();
    disk.watch.0.set(true);
    let bad = Op::KvDelete { key: String::new() };
    let answers = engine.run(&[put("2"), swap.clone(), append, stale.clone(), bad]);
    assert!(answers[..4].iter().all(is_no_space), "{answers:?}");
    // What is wrong in itself is so whatever the disk does.
    assert!(matches!(answers[4], Err(Error::InvalidName(_))), "{answers:?}");
    // It was cut back, and the store is open: now the swap finds what it expects.
    disk.watch.0.set(false);
    assert_eq!(engine.run(&[swap, stale]), [Ok(Outcome::Swapped(true)), Ok(Outcome::Appended(1))]);
}

#[test]
fn a_checkpoint_in_parts_on_a_full_disk_comes_to_an_end() {
    let small = Small::default();
    let mut engine = Watched { memory: small.memory.clone(), watch: small.clone() }.engine();
    // There is room for the files of these, but not for that of the last one: to carry the others again never fails.
    for key in 0..20 {
        engine.kv_put(&format!("k{key}"), "1").unwrap();
    }
    engine.kv_put("l", &format!("\"{}\"", "x".repeat(300_000))).unwrap();
    small.bytes_max.set(small.bytes(".") + 200_000);
    let ended = (0..100).find_map(|_| engine.checkpoint_step().err());
    assert!(matches!(ended, Some(Error::NoSpace(_))), "{ended:?}");
}

#[test]
fn a_disk_that_holds_no_more_files_is_emptied_by_removals() {
    let memory = Memory::default();
    let disk = Watched { memory: memory.clone(), watch: Few(memory) };
    let put =
        |key: usize| Op::KvPut { key: format!("k{key}"), value: format!("\"{}\"", "x".repeat(250_000)) };
    let mut engine = disk.engine();
    let mut run = |op: Op| {
        let answer = engine.run(&[op]).remove(0);
        // As a host does behind a failure.
        if answer.is_err() {
            engine = disk.engine();
        }
        answer
    };
    // Until the journal holds all that it may: then it is refused, however often it is asked.
    let taken = (0..1_000).find(|key| (0..20).all(|_| is_no_space(&run(put(*key))))).unwrap();
    for key in 0..taken {
        assert_eq!(
            run(Op::KvDelete { key: format!("k{key}") }),
            Ok(Outcome::Deleted(true)),
            "{key} of {taken}"
        );
    }
    engine = disk.engine();
    engine.checkpoint().unwrap();
    assert_eq!(engine.run(&[put(0)]), [Ok(Outcome::Put)]);
}
