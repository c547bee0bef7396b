//! Pipes, links and folders in the place of files: nothing waits for them, reads name them, and `repair` moves them away.

use crate::any_disk::{Engine, engine_on};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use sx_persist_core::Error;
use sx_persist_core::memory::{Memory, Shared};
use sx_persist_core::storage::{Entry, EntryKind, Fault, Storage};

/// Files in memory, and pipes. A clone shows the same.
#[derive(Clone, Debug, Default)]
struct Disk {
    files: Memory,
    pipes: Rc<RefCell<BTreeSet<String>>>,
}

impl Disk {
    /// Puts a pipe where a file is, or nothing.
    fn pipe(&mut self, path: &str) {
        if let Some((folder, _)) = path.rsplit_once('/') {
            let _ = self.files.make_folder(folder);
        }
        let _ = self.files.remove(path);
        self.pipes.borrow_mut().insert(path.to_owned());
    }

    fn is_pipe(&self, path: &str) -> bool {
        self.pipes.borrow().contains(path)
    }

    fn is_below_a_pipe(&self, path: &str) -> bool {
        self.pipes.borrow().iter().any(|pipe| path.starts_with(&format!("{pipe}/")))
    }
}

impl Storage for Disk {
    type File = Shared;

    fn is_read_only(&self) -> bool {
        self.files.is_read_only()
    }

    fn open(&mut self, path: &str) -> Result<Shared, Fault> {
        match path {
            path if self.is_pipe(path) => Err(Fault::NoFile),
            path if self.is_below_a_pipe(path) => Err(Fault::NoFolder),
            path => self.files.open(path),
        }
    }

    fn create(&mut self, path: &str) -> Result<Shared, Fault> {
        if self.is_pipe(path) { Err(Fault::Exists) } else { self.files.create(path) }
    }

    fn size(&mut self, file: &Shared) -> Result<u64, Fault> {
        self.files.size(file)
    }

    fn read(&mut self, file: &Shared, offset: u64, length: usize, into: &mut Vec<u8>) -> Result<(), Fault> {
        self.files.read(file, offset, length, into)
    }

    fn write(&mut self, file: &Shared, offset: u64, bytes: &[u8]) -> Result<(), Fault> {
        self.files.write(file, offset, bytes)
    }

    fn set_size(&mut self, file: &Shared, size: u64) -> Result<(), Fault> {
        self.files.set_size(file, size)
    }

    fn sync(&mut self, file: &Shared) -> Result<(), Fault> {
        self.files.sync(file)
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<(), Fault> {
        if self.pipes.borrow_mut().remove(from) {
            self.pipes.borrow_mut().insert(to.to_owned());
            return Ok(());
        }
        self.pipes.borrow_mut().remove(to);
        self.files.rename(from, to)
    }

    fn remove(&mut self, path: &str) -> Result<(), Fault> {
        if self.pipes.borrow_mut().remove(path) { Ok(()) } else { self.files.remove(path) }
    }

    fn make_folder(&mut self, path: &str) -> Result<(), Fault> {
        if self.is_pipe(path) { Err(Fault::Exists) } else { self.files.make_folder(path) }
    }

    fn remove_folder(&mut self, path: &str) -> Result<(), Fault> {
        self.files.remove_folder(path)
    }

    fn list(&mut self, path: &str) -> Result<Vec<Entry>, Fault> {
        if self.is_pipe(path) || self.is_below_a_pipe(path) {
            return Err(Fault::NoFolder);
        }
        let prefix = if path == "." { String::new() } else { format!("{path}/") };
        let pipes = self.pipes.borrow();
        let names = pipes.iter().filter_map(|pipe| pipe.strip_prefix(&prefix));
        let pipes = names.filter(|name| !name.contains('/'));
        let pipes = pipes.map(|name| Entry { name: name.to_owned(), kind: EntryKind::Other });
        Ok(self.files.list(path)?.into_iter().chain(pipes).collect())
    }

    fn sync_folder(&mut self, path: &str) -> Result<(), Fault> {
        self.files.sync_folder(path)
    }
}

/// A store with a little of everything, checkpointed.
fn filled() -> Disk {
    let disk = Disk::default();
    let mut engine = engine_on(disk.clone());
    engine.append("s", "{:seq 1}").unwrap();
    engine.append("t", "{:seq 1}").unwrap();
    engine.kv_put("k", "1").unwrap();
    engine.kv_put("l", "2").unwrap();
    engine.map_put("m", b"k", b"v").unwrap();
    engine.checkpoint().unwrap();
    disk
}

/// The only finding of a walk, and what `repair` and a second walk make of it.
#[track_caller]
fn assert_found_and_moved(disk: &Disk, path: &str, reason: &str) {
    let found = engine_on(disk.clone()).verify().unwrap();
    let findings: Vec<_> =
        found.findings.iter().map(|found| (found.damage.file.as_str(), &*found.damage.reason)).collect();
    assert_eq!(findings, [(path, reason)]);
    assert_eq!(found.damaged, 1);
    let report = engine_on(disk.clone()).repair().unwrap();
    assert_eq!(report.findings[0].set_aside.as_deref(), Some("quarantine/000001"), "{path}");
    assert!(disk.is_pipe("quarantine/000001"), "it is moved, not copied: {path}");
    assert_eq!(engine_on(disk.clone()).verify().unwrap().damaged, 0, "{path}");
    engine_on(disk.clone()).append("u", "{:seq 1}").unwrap();
}

fn corrupt<T>(answer: Result<T, Error>) -> (String, String) {
    match answer {
        Err(Error::Corrupt(damage)) => (damage.file, damage.reason.into_owned()),
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("an answer"),
    }
}

#[test]
fn a_pipe_in_the_place_of_a_file_is_named_by_reads_and_moved_by_repair() {
    type Read = fn(&mut Engine) -> Result<(), Error>;
    let cases: [(&str, Read); 4] = [
        ("streams/73.log", |engine| engine.read_stream("s").map(drop)),
        ("kv/6b", |engine| engine.kv_get("k").map(drop)),
        ("format", |engine| engine.kv_get("l").map(drop)),
        ("journal/00000000000000000009", |engine| engine.kv_get("l").map(drop)),
    ];
    for (path, read) in cases {
        let mut disk = filled();
        disk.pipe(path);
        let answer = read(&mut engine_on(disk.clone()));
        assert_eq!(corrupt(answer), (path.to_owned(), "not a regular file".to_owned()));
        assert_found_and_moved(&disk, path, "not a regular file");
        assert_eq!(engine_on(disk).kv_get("l").unwrap().as_deref(), Some("2"), "{path}");
    }
}

#[test]
fn a_pipe_in_the_place_of_a_counter_hides_no_line() {
    let mut disk = filled();
    disk.pipe("streams/73.seq");
    let mut engine = engine_on(disk.clone());
    assert_eq!(engine.last_seq("s"), Ok(1));
    assert_eq!(engine.read_stream("s").unwrap(), ["{:seq 1}"]);
    assert_found_and_moved(&disk, "streams/73.seq", "not a regular file");
    // And with nothing else to tell it from, it is what it is: unknown.
    let mut disk = filled();
    engine_on(disk.clone()).truncate("s", 1).unwrap();
    engine_on(disk.clone()).checkpoint().unwrap();
    disk.pipe("streams/73.seq");
    assert_eq!(corrupt(engine_on(disk).last_seq("s")).0, "streams/73.seq");
}

#[test]
fn a_pipe_in_the_place_of_a_folder_hides_none_of_the_others() {
    let mut disk = filled();
    disk.pipe("long");
    let found = engine_on(disk.clone()).verify().unwrap();
    assert!(found.damaged > 0);
    assert!(found.findings.iter().all(|found| found.damage.reason == "not a folder"), "{found:?}");
    assert!(found.findings.iter().all(|found| found.damage.file.starts_with("long")), "{found:?}");
    assert_eq!((found.logs, found.entries), (2, 3));
    engine_on(disk.clone()).repair().unwrap();
    assert_eq!(engine_on(disk.clone()).verify().unwrap().damaged, 0);
    let mut engine = engine_on(disk);
    engine.ref_set("main", &"a".repeat(40)).unwrap();
    engine.kv_put(&"k".repeat(200), "1").unwrap();
    engine.checkpoint().unwrap();
}

#[test]
fn a_folder_in_the_place_of_a_value_is_named_and_no_key() {
    let mut disk = filled();
    disk.files.remove("kv/6b").unwrap();
    disk.files.make_folder("kv/6b").unwrap();
    let mut engine = engine_on(disk);
    assert_eq!(corrupt(engine.kv_get("k")), ("kv/6b".to_owned(), "not a regular file".to_owned()));
    assert_eq!(engine.kv_keys().unwrap(), ["l"]);
    assert_eq!(engine.verify().unwrap().damaged, 1);
}

#[test]
fn a_blob_takes_the_place_of_a_pipe() {
    let mut disk = filled();
    let cid = engine_on(disk.clone()).blob_put(b"bytes").unwrap();
    disk.pipe(&format!("blobs/{cid}"));
    let mut engine = engine_on(disk);
    assert_eq!(engine.blob_put(b"bytes").as_deref(), Ok(cid.as_str()));
    engine.checkpoint().unwrap();
    assert_eq!(engine.blob_get(&cid).unwrap().as_deref(), Some(&b"bytes"[..]));
}

#[test]
fn a_pipe_in_the_place_of_quarantine_gets_a_name_beside_it() {
    let mut disk = filled();
    disk.pipe("quarantine");
    disk.pipe("quarantine.1");
    disk.pipe("kv/6b");
    assert_eq!(engine_on(disk.clone()).kv_get("l").unwrap().as_deref(), Some("2"), "reads go on");
    let report = engine_on(disk.clone()).repair().unwrap();
    let moved: Vec<_> = report.findings.iter().filter_map(|found| found.set_aside.as_deref()).collect();
    assert_eq!(moved, ["quarantine.2", "quarantine/000001"]);
    assert!(disk.is_pipe("quarantine.2") && disk.is_pipe("quarantine/000001"));
    assert_eq!(engine_on(disk).verify().unwrap().damaged, 0);
}
