//! What a run answers when the disk takes no writes.

use std::cell::Cell;
use std::rc::Rc;
use sx_persist_core::memory::Memory;
use sx_persist_core::storage::{Entry, Fault, Storage};
use sx_persist_core::{Engine, Error, Op, Outcome};

/// A disk in memory that is full or not.
#[derive(Clone)]
struct Disk {
    memory: Memory,
    is_full: Rc<Cell<bool>>,
}

type File = <Memory as Storage>::File;

impl Storage for Disk {
    type File = File;

    fn is_read_only(&self) -> bool {
        false
    }

    fn open(&mut self, path: &str) -> Result<File, Fault> {
        self.memory.open(path)
    }

    fn create(&mut self, path: &str) -> Result<File, Fault> {
        self.memory.create(path)
    }

    fn size(&mut self, file: &File) -> Result<u64, Fault> {
        self.memory.size(file)
    }

    fn read(&mut self, file: &File, offset: u64, length: usize, into: &mut Vec<u8>) -> Result<(), Fault> {
        self.memory.read(file, offset, length, into)
    }

    fn write(&mut self, file: &File, offset: u64, bytes: &[u8]) -> Result<(), Fault> {
        if self.is_full.get() {
            return Err(Fault::NoSpace("insufficient-space"));
        }
        self.memory.write(file, offset, bytes)
    }

    fn set_size(&mut self, file: &File, size: u64) -> Result<(), Fault> {
        self.memory.set_size(file, size)
    }

    fn sync(&mut self, file: &File) -> Result<(), Fault> {
        self.memory.sync(file)
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<(), Fault> {
        self.memory.rename(from, to)
    }

    fn remove(&mut self, path: &str) -> Result<(), Fault> {
        self.memory.remove(path)
    }

    fn make_folder(&mut self, path: &str) -> Result<(), Fault> {
        self.memory.make_folder(path)
    }

    fn list(&mut self, path: &str) -> Result<Vec<Entry>, Fault> {
        self.memory.list(path)
    }

    fn sync_folder(&mut self, path: &str) -> Result<(), Fault> {
        self.memory.sync_folder(path)
    }
}

fn disk() -> Disk {
    Disk { memory: Memory::new(), is_full: Rc::default() }
}

fn is_no_space(answer: &Result<Outcome, Error>) -> bool {
    matches!(answer, Err(Error::NoSpace(_)))
}

#[test]
fn an_answer_that_rests_on_frames_which_cannot_be_made_durable_is_none() {
    let disk = disk();
    let put = Op::BlobPut { bytes: b"x".to_vec() };
    let delete = Op::KvDelete { key: "k".into() };
    let mut engine = Engine::new(disk.clone());
    engine.run(std::slice::from_ref(&put))[0].as_ref().unwrap();
    // The next instance finds the frame, and no room to make it its own: "it is there" cannot be answered (J5).
    disk.is_full.set(true);
    for op in [&put, &delete] {
        let mut engine = Engine::new(disk.clone());
        let answers = engine.run(std::slice::from_ref(op));
        assert!(is_no_space(&answers[0]), "{answers:?}");
        assert!(matches!(engine.run(std::slice::from_ref(op))[0], Err(Error::Closed(_))));
    }
    disk.is_full.set(false);
    assert!(Engine::new(disk.clone()).run(&[put, delete]).iter().all(Result::is_ok));
}

#[test]
fn an_answer_that_saw_a_write_which_was_refused_is_none() {
    let disk = disk();
    let put = |value: &str| Op::KvPut { key: "k".into(), value: value.into() };
    let swap = Op::KvSwap { key: "k".into(), expected: Some("1".into()), replacement: Some("3".into()) };
    let stale = Op::AppendExpecting { stream: "s".into(), expected: 0, events: vec!["{:seq 1}".into()] };
    let append = Op::Append { stream: "s".into(), event: "{:seq 5}".into() };
    let mut engine = Engine::new(disk.clone());
    engine.run(&[put("1")])[0].as_ref().unwrap();
    disk.is_full.set(true);
    let bad = Op::KvDelete { key: String::new() };
    let answers = engine.run(&[put("2"), swap.clone(), append, stale.clone(), bad]);
    assert!(answers[..4].iter().all(is_no_space), "{answers:?}");
    // What is wrong in itself is so whatever the disk does.
    assert!(matches!(answers[4], Err(Error::InvalidName(_))), "{answers:?}");
    // It was cut back, and the store is open: now the swap finds what it expects.
    disk.is_full.set(false);
    assert_eq!(engine.run(&[swap, stale]), [Ok(Outcome::Swapped(true)), Ok(Outcome::Appended(1))]);
}
