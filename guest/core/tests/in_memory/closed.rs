//! Stores that are closed behind a write or two, as by a command: what stays in the journal, what that costs, and that it is there.

use crate::any_disk::Engine;
use crate::contents::{bytes, runs};
use crate::watched::{Step, Watch, Watched};
use std::cell::Cell;
use std::rc::Rc;
use sx_persist_core::Durability;
use sx_persist_core::limits::LEFT_BYTES;
use sx_persist_core::storage::{Fault, Storage as _};

/// Counts syncs.
#[derive(Clone, Debug, Default)]
struct Syncs(Rc<Cell<usize>>);

impl Watch for Syncs {
    fn before(&self, step: Step) -> Result<(), Fault> {
        self.0.set(self.0.get() + usize::from(matches!(step, Step::Sync | Step::SyncFolder)));
        Ok(())
    }
}

type Disk = Watched<Syncs>;

/// What a host does when it closes a store.
fn close(mut engine: Engine) {
    while engine.checkpoint_step().unwrap() {}
}

/// A root that has been in use.
fn used() -> Disk {
    let disk = Disk::default();
    let mut engine = disk.engine();
    engine.map_put("t", b"first", b"1").unwrap();
    engine.checkpoint().unwrap();
    disk
}

fn count_runs(disk: &Disk) -> usize {
    runs(&mut disk.memory.clone()).len()
}

fn journal_bytes(disk: &Disk) -> usize {
    let mut memory = disk.memory.clone();
    let names = memory.list("journal").unwrap().into_iter().map(|entry| entry.name);
    let journals: Vec<_> = names.filter(|name| name != "reserve").collect();
    let [journal] = journals.as_slice() else { panic!("{journals:?}") };
    bytes(&mut memory, &format!("journal/{journal}")).len()
}

#[test]
fn a_command_that_puts_a_key_into_a_map_takes_four_syncs_and_makes_no_run() {
    let disk = used();
    let before = count_runs(&disk);
    let mut engine = disk.engine();
    disk.watch.0.take();
    engine.map_put("t", b"k", b"2").unwrap();
    close(engine);
    // The names in the root; the next journal, and its name; the commit.
    assert_eq!((disk.watch.0.take(), count_runs(&disk)), (4, before));
    let mut engine = disk.engine();
    assert_eq!(engine.map_get("t", b"k").unwrap().unwrap().value, b"2");
    assert_eq!(engine.map_count("t"), Ok(2));
    engine.checkpoint().unwrap();
    assert_eq!(count_runs(&disk), before + 1);
    assert_eq!(engine.verify().unwrap().findings, []);
}

#[test]
fn many_such_commands_make_a_run_now_and_then() {
    const COMMANDS: usize = 1_000;
    let disk = used();
    disk.watch.0.take();
    for at in 0..COMMANDS {
        let mut engine = disk.engine();
        engine.map_put("t", format!("k{at:04}").as_bytes(), &[b'x'; 1_000]).unwrap();
        close(engine);
        assert!(journal_bytes(&disk) as u64 <= LEFT_BYTES + (64 << 10), "{at}");
    }
    let (syncs, files) = (disk.watch.0.take(), count_runs(&disk));
    assert!(syncs < 5 * COMMANDS && files < 8, "{syncs} syncs, {files} files");
    assert_eq!(disk.engine().map_count("t"), Ok(COMMANDS as u64 + 1));
}

#[test]
fn what_other_programs_read_does_not_stay_in_the_journal() {
    let disk = used();
    let runs = count_runs(&disk);
    let mut engine = disk.engine();
    engine.map_put("t", b"k", b"2").unwrap();
    engine.kv_put("a", "1").unwrap();
    close(engine);
    assert_eq!(disk.memory.clone().list("kv").unwrap().len(), 1);
    assert_eq!(count_runs(&disk), runs + 1);
    // Nor does anything in a root that has not said yet what it is.
    let disk = Disk::default();
    let mut engine = disk.engine();
    engine.map_put("t", b"k", b"2").unwrap();
    close(engine);
    assert!(disk.memory.clone().open("format").is_ok());
}

#[test]
fn what_was_written_without_waiting_is_durable_behind_the_close() {
    let disk = used();
    let mut engine = disk.engine();
    engine.set_durability(Durability::Relaxed).unwrap();
    engine.map_put("t", b"k", b"2").unwrap();
    disk.watch.0.take();
    close(engine);
    assert_eq!(disk.watch.0.take(), 1);
}
