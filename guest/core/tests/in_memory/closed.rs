//! Stores that are closed behind a write or two, as by a command: what stays in the journal, what that costs, and that it is there.

use crate::any_disk::Engine;
use crate::contents::{bytes, runs};
use crate::packed::convert;
use crate::watched::{Step, Watch, Watched};
use std::cell::Cell;
use std::rc::Rc;
use sx_persist_core::limits::LEFT_BYTES;
use sx_persist_core::storage::{Fault, Storage as _};
use sx_persist_core::{Durability, Layout};

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
fn a_command_that_puts_a_key_into_a_map_takes_three_syncs_and_makes_no_run() {
    let disk = used();
    let before = count_runs(&disk);
    let mut engine = disk.engine();
    disk.watch.0.take();
    engine.map_put("t", b"k", b"2").unwrap();
    close(engine);
    // The names in the root; the next journal, which has the commit, and its name.
    assert_eq!((disk.watch.0.take(), count_runs(&disk)), (3, before));
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
    assert!(syncs < 4 * COMMANDS && files < 8, "{syncs} syncs, {files} files");
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
    // The first write of an instance is durable with its journal.
    engine.map_put("t", b"k", b"2").unwrap();
    engine.map_put("t", b"k", b"3").unwrap();
    disk.watch.0.take();
    close(engine);
    assert_eq!(disk.watch.0.take(), 1);
}

/// Its first write and the reserve aside.
#[test]
fn a_command_that_puts_a_key_into_a_packed_root_takes_three_syncs() {
    let disk = Disk::default();
    let mut engine = disk.engine();
    convert(&mut engine, Layout::Packed);
    engine.kv_put("first", "1").unwrap();
    engine.checkpoint().unwrap();
    close(engine);
    let commands: [fn(&mut Engine); 4] = [
        |engine| engine.kv_put("k", "1").unwrap(),
        |engine| assert_eq!(engine.append("s", "{:seq 1}"), Ok(1)),
        |engine| drop(engine.blob_put(b"bytes").unwrap()),
        |engine| assert_eq!(engine.kv_delete("k"), Ok(true)),
    ];
    for command in commands {
        let mut engine = disk.engine();
        disk.watch.0.take();
        command(&mut engine);
        close(engine);
        assert_eq!(disk.watch.0.take(), 3);
    }
    let mut engine = disk.engine();
    assert_eq!((engine.kv_has("k"), engine.last_seq("s")), (Ok(false), Ok(1)));
    assert_eq!(engine.verify().unwrap().findings, []);
}

/// What is large, or needs a file of its own first, is written behind the journal, as any later write.
#[test]
fn a_large_first_write_comes_behind_the_journal() {
    for bytes in [LEFT_BYTES - 1_000, LEFT_BYTES + 1_000] {
        let disk = used();
        let mut engine = disk.engine();
        disk.watch.0.take();
        engine.map_put("t", b"k", &vec![7; usize::try_from(bytes).unwrap()]).unwrap();
        // The root, the journal and its name; the reserve, which grows; the commit, where it comes behind.
        assert_eq!(disk.watch.0.take(), 4 + usize::from(bytes > LEFT_BYTES), "{bytes}");
        assert_eq!(disk.engine().map_get("t", b"k").unwrap().unwrap().value.len() as u64, bytes);
    }
}
