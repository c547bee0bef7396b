//! The sync table of docs/format.md, exactly: file syncs and folder syncs, counted on the simulated disk.

use sim::disk::Disk;
use sim::simfs::{Import, Plan};
use support::bindings::exports::sx::persist::types::Durability;
use support::drive::wire_run;
use support::machine::Machine;
use sx_persist::types::Op;

/// An instance, and what it has been counted to have synced.
struct Counted {
    machine: Machine,
    before: (u64, u64),
}

impl Counted {
    fn on(disk: Disk) -> Self {
        Self { machine: Machine::boot(disk, Plan::default()), before: (0, 0) }
    }

    /// File syncs and folder syncs since the last call.
    fn syncs(&mut self) -> (u64, u64) {
        let counts = &self.machine.simfs().counts;
        let count = |import| counts.get(&import).copied().unwrap_or(0);
        let now = (count(Import::SyncData), count(Import::SyncFolder));
        let since = (now.0 - self.before.0, now.1 - self.before.1);
        self.before = now;
        since
    }

    fn append(&mut self, seq: u64) -> (u64, u64) {
        let event = format!("{{:seq {seq}}}");
        self.machine
            .call(|exports, store| exports.persist(store)?.call_append(store, "s", &event))
            .unwrap()
            .unwrap();
        self.syncs()
    }

    fn put(&mut self, key: &str) -> (u64, u64) {
        let put = |exports: &sx_persist::exports::Exports<_>, store: &mut wasmtime::Store<_>| {
            exports.persist(store)?.call_kv_put(store, key, "1")
        };
        self.machine.call(put).unwrap().unwrap();
        self.syncs()
    }

    fn map_put(&mut self, table: &str) -> (u64, u64) {
        self.machine
            .call(|exports, store| exports.maps(store)?.call_put(store, table, b"k", b"v"))
            .unwrap()
            .unwrap();
        self.syncs()
    }

    fn map_drop(&mut self, table: &str) -> (u64, u64) {
        self.machine
            .call(|exports, store| exports.maps(store)?.call_drop_table(store, table))
            .unwrap()
            .unwrap();
        self.syncs()
    }

    fn delete(&mut self, key: &str) -> (u64, u64) {
        self.machine
            .call(|exports, store| exports.persist(store)?.call_kv_delete(store, key))
            .unwrap()
            .unwrap();
        self.syncs()
    }

    fn truncate(&mut self, upto: u64) -> (u64, u64) {
        self.machine
            .call(|exports, store| exports.persist(store)?.call_truncate(store, "s", upto))
            .unwrap()
            .unwrap();
        self.syncs()
    }

    fn blob(&mut self, bytes: &[u8]) -> (u64, u64) {
        self.machine.call(|exports, store| exports.blob(store)?.call_put(store, bytes)).unwrap().unwrap();
        self.syncs()
    }

    fn delete_blob(&mut self, bytes: &[u8]) -> (u64, u64) {
        let cid =
            self.machine.call(|exports, store| exports.blob(store)?.call_put(store, bytes)).unwrap().unwrap();
        self.syncs();
        self.machine.call(|exports, store| exports.blob(store)?.call_delete(store, &cid)).unwrap().unwrap();
        self.syncs()
    }

    fn write_object(&mut self, hash: &str) -> (u64, u64) {
        self.machine
            .call(|exports, store| exports.objects(store)?.call_write(store, hash, b"bytes"))
            .unwrap()
            .unwrap();
        self.syncs()
    }

    fn write_objects(&mut self, objects: &[(String, Vec<u8>)]) -> (u64, u64) {
        self.machine
            .call(|exports, store| exports.objects(store)?.call_write_batch(store, objects))
            .unwrap()
            .unwrap();
        self.syncs()
    }

    fn delete_object(&mut self, hash: &str) -> (u64, u64) {
        self.machine
            .call(|exports, store| exports.objects(store)?.call_delete(store, hash))
            .unwrap()
            .unwrap();
        self.syncs()
    }

    /// Asks for an object in each way; answers how many calls of the disk that took.
    fn ask_for(&mut self, hash: &str) -> u64 {
        let calls = |machine: &mut Machine| machine.simfs().counts.values().sum::<u64>();
        let before = calls(&mut self.machine);
        self.machine
            .call(|exports, store| exports.objects(store)?.call_exists(store, hash))
            .unwrap()
            .unwrap();
        self.machine.call(|exports, store| exports.objects(store)?.call_read(store, hash)).unwrap().unwrap();
        calls(&mut self.machine) - before
    }

    /// Performs a written operation.
    fn perform(&mut self, line: &str) -> (u64, u64) {
        support::drive::perform(&mut self.machine, &trace::Op::parse(line).unwrap()).unwrap();
        self.syncs()
    }

    fn durability(&mut self, level: Durability) -> (u64, u64) {
        let set = self.machine.call(|exports, store| exports.admin(store)?.call_set_durability(store, level));
        set.unwrap().unwrap();
        self.syncs()
    }

    fn flush(&mut self) -> (u64, u64) {
        self.machine.call(|exports, store| exports.admin(store)?.call_flush(store)).unwrap().unwrap();
        self.syncs()
    }

    fn checkpoint(&mut self) -> (u64, u64) {
        self.machine.call(|exports, store| exports.admin(store)?.call_checkpoint(store)).unwrap().unwrap();
        self.syncs()
    }

    /// Steps of a checkpoint until there is no more, as a host closes a store.
    fn close(&mut self) -> (u64, u64) {
        while self
            .machine
            .call(|exports, store| exports.admin(store)?.call_checkpoint_step(store))
            .unwrap()
            .unwrap()
        {}
        self.syncs()
    }

    fn run(&mut self, ops: &[Op]) -> (u64, u64) {
        wire_run(&mut self.machine, ops, &[], false).unwrap().unwrap();
        self.syncs()
    }

    fn commit(&mut self, ops: &[Op]) -> (u64, u64) {
        wire_run(&mut self.machine, ops, &[], true).unwrap().unwrap();
        self.syncs()
    }

    fn read(&mut self) -> (u64, u64) {
        self.machine.call(|exports, store| exports.persist(store)?.call_read(store, "s")).unwrap().unwrap();
        self.machine.call(|exports, store| exports.persist(store)?.call_kv_get(store, "k")).unwrap().unwrap();
        self.machine.call(|exports, store| exports.admin(store)?.call_stats(store)).unwrap().unwrap();
        self.machine.call(|exports, store| exports.admin(store)?.call_verify(store)).unwrap().unwrap();
        self.syncs()
    }

    /// The process ends, and another begins on what it left.
    fn restarted(self) -> Self {
        Self::on(self.machine.kill())
    }
}

/// A root that has been written to and checkpointed, with every folder there, and a fresh instance that has written.
fn ready() -> Counted {
    let mut store = Counted::on(Disk::default());
    store.append(1);
    store.put("k");
    store.blob(b"x");
    store.checkpoint();
    store.append(2);
    store.checkpoint();
    store
}

#[test]
fn a_write_costs_one_sync_and_a_batch_of_them_too() {
    let mut store = ready();
    assert_eq!(store.append(3), (1, 0));
    assert_eq!(store.put("k"), (1, 0));
    assert_eq!(store.truncate(1), (1, 0));
    assert_eq!(store.delete("k"), (1, 0));
    assert_eq!(store.blob(b"small"), (1, 0));
    assert_eq!(store.delete_blob(b"small"), (1, 0));
    for line in [
        "session-create a 1 1 2 3",
        "session-append a 1 4",
        "session-append-expecting a 1 4 5",
        "session-truncate a 1 1",
        "session-append-trace a 1 1",
        "session-delete a 1",
    ] {
        assert_eq!(store.perform(line), (1, 0), "{line}");
    }
    let put = |key: &str| Op::KvPut { key: key.into(), value: "1".into() };
    let ops: Vec<_> = (0..100).map(|number| put(&format!("k{number}"))).collect();
    assert_eq!(store.run(&ops), (1, 0));
    assert_eq!(store.commit(&ops), (1, 0));
}

#[test]
fn what_changes_nothing_and_what_reads_costs_none() {
    let mut store = ready();
    assert_eq!(store.delete("absent"), (0, 0));
    assert_eq!(store.truncate(0), (0, 0));
    store.perform("session-append a 1 1");
    store.checkpoint();
    for line in
        ["session-truncate a 1 1", "session-append-expecting a 1 1", "session-delete a 2", "session-list"]
    {
        assert_eq!(store.perform(line), (0, 0), "{line}");
    }
    assert_eq!(store.blob(b"x"), (0, 0), "this instance knows that it is durable");
    assert_eq!(store.read(), (0, 0));
    // Also as the first call of an instance: it writes nothing, so it takes nothing over.
    let mut store = store.restarted();
    assert_eq!(store.delete("absent"), (0, 0));
    assert_eq!(store.run(&[Op::KvDelete { key: "absent".into() }]), (0, 0));
    assert_eq!(store.read(), (0, 0));
    // The instance before may have ended just behind the moment of a checkpoint, or of a conversion: `journal/` and the root.
    assert_eq!(store.checkpoint(), (0, 2));
}

#[test]
fn relaxed_writes_cost_none_and_a_flush_one() {
    let mut store = ready();
    assert_eq!(store.durability(Durability::Relaxed), (0, 0));
    assert_eq!(store.append(3), (0, 0));
    assert_eq!(store.put("k"), (0, 0));
    assert_eq!(store.flush(), (1, 0));
    assert_eq!(store.flush(), (0, 0));
    assert_eq!(store.append(4), (0, 0));
    assert_eq!(store.durability(Durability::Always), (1, 0));
}

#[test]
fn a_large_blob_costs_one_of_each_kind() {
    let large = vec![7; (64 << 10) + 1];
    for level in [Durability::Always, Durability::Relaxed] {
        let mut store = ready();
        store.durability(level);
        assert_eq!(store.blob(&large), (1, 1), "new");
        assert_eq!(store.blob(&large), (0, 0), "there, and known to be durable");
        store.delete_blob(&large);
        // What the journal holds is carried first: in `relaxed` the journal, the next one; blobs/ and journal/.
        let relaxed = u64::from(level == Durability::Relaxed);
        assert_eq!(store.blob(&large), (1 + relaxed + 1, 2 + 1), "over its removal in the journal");
        store.checkpoint();
        let mut store = store.restarted();
        store.append(9);
        store.durability(level);
        assert_eq!(store.blob(&large), (1, 1), "there, and for this instance perhaps not durable");
        assert_eq!(store.blob(&large), (0, 0));
    }
}

#[test]
fn a_checkpoint_costs_each_base_file_and_each_folder_that_it_names() {
    let mut store = ready();
    assert_eq!(store.checkpoint(), (0, 0), "nothing to do");
    store.append(3);
    // .log, .seq, the journal; streams/, journal/.
    assert_eq!(store.checkpoint(), (3, 2));
    store.put("k");
    // The value, the journal; kv/, journal/.
    assert_eq!(store.checkpoint(), (2, 2));
    store.append(4);
    store.put("a");
    store.put("b");
    store.delete("k");
    // .log, .seq, two values, the journal; streams/, kv/, journal/.
    assert_eq!(store.checkpoint(), (5, 3));
    store.truncate(3);
    // The new file, .seq, the journal; streams/, runs/, which is made, the root, journal/; and behind its new name streams/ and runs/.
    assert_eq!(store.checkpoint(), (3, 4 + 2));
    store.append(5);
    store.truncate(4);
    assert_eq!(store.checkpoint(), (3, 3 + 2));
    store.truncate(9);
    // Nothing stays, which needs no new file: .log, .seq, the journal; streams/, journal/.
    assert_eq!(store.checkpoint(), (3, 2));
    store.delete("a");
    // The journal; kv/, journal/.
    assert_eq!(store.checkpoint(), (1, 2));
    store.perform("session-append a 1 1");
    // The file of the run, the journal; runs/, journal/.
    assert_eq!(store.checkpoint(), (2, 2));
    store.perform("session-truncate a 1 0");
    assert_eq!(store.checkpoint(), (2, 2));
    store.perform("session-delete a 1");
    assert_eq!(store.checkpoint(), (2, 2));
    store.durability(Durability::Relaxed);
    store.append(6);
    // The journal's own frames first.
    assert_eq!(store.checkpoint(), (4, 2));
    store.put(&"long".repeat(50));
    // The value, the journal; its folder, journal/, and the parents of the folders that were made: long/kv+, long, the root.
    assert_eq!(store.checkpoint(), (3, 5));
}

#[test]
fn a_checkpoint_of_many_truncated_streams_costs_two_files_a_stream() {
    let mut store = ready();
    for stream in 0..64 {
        for seq in 1..=2 {
            store.perform(&format!("append s{stream} `{{:seq {seq}}}`"));
        }
    }
    store.checkpoint();
    for stream in 0..64 {
        store.perform(&format!("truncate s{stream} 1"));
    }
    // Each new file and `.seq`, the journal; streams/, runs/, which is made, the root, journal/; and behind the new names streams/
    // and runs/.
    assert_eq!(store.checkpoint(), (2 * 64 + 1, 4 + 2));
}

#[test]
fn a_write_of_a_map_costs_what_one_of_a_key_does_and_a_checkpoint_writes_one_run() {
    let mut store = ready();
    assert_eq!(store.map_put("t"), (1, 0));
    assert_eq!(store.map_drop("none"), (0, 0));
    // The file of the run, the journal; runs/, which is made, the root, journal/.
    assert_eq!(store.checkpoint(), (2, 3));
    for table in ["t", "u", "v"] {
        assert_eq!(store.map_put(table), (1, 0));
    }
    // However many tables and keys: the file of the run, the journal; runs/, journal/.
    assert_eq!(store.checkpoint(), (2, 2));
    assert_eq!(store.map_drop("t"), (1, 0));
    // A removal is an entry, too.
    assert_eq!(store.checkpoint(), (2, 2));
}

#[test]
fn a_run_costs_a_sync_for_each_of_its_files_and_for_each_two_mebibytes_within_it() {
    let large = |digit: &str| (digit.repeat(40), vec![7; 3 << 20]);
    let mut store = ready();
    store.write_object(&"0".repeat(40));
    store.checkpoint();
    // The journal, and the reserve, which grows with it.
    assert_eq!(store.write_objects(&[large("1"), large("2")]), (2, 0));
    // Two files of three mebibytes, behind two of these and at their ends; that of the count, the journal; runs/, journal/.
    assert_eq!(store.checkpoint(), (6, 2));
}

#[test]
fn the_first_write_of_an_instance_costs_what_makes_the_root_its_own() {
    // Of a root: the journal, the reserve; the root and journal/.
    let mut store = Counted::on(Disk::default());
    assert_eq!(store.append(1), (3, 2));
    // The first checkpoint of a root: .log, .seq, format, the journal; streams/, journal/, and the root, which shows both
    // `streams` and `format`.
    assert_eq!(store.checkpoint(), (4, 3));
    // After a clean close: the journal, which has the commit; the root and journal/.
    let mut store = store.restarted();
    assert_eq!(store.append(2), (1, 2));
    // After a crash: the same, the copy of the frames being the journal.
    let mut store = store.restarted();
    assert_eq!(store.append(3), (1, 2));
    // In `relaxed`, too: nothing of a journal counts before all of it is there for good.
    let mut store = store.restarted();
    store.durability(Durability::Relaxed);
    assert_eq!(store.append(4), (1, 2));
}

#[test]
fn closing_behind_a_write_of_a_map_costs_nothing() {
    let mut store = ready();
    store.checkpoint();
    assert_eq!((store.map_put("t"), store.close()), ((1, 0), (0, 0)));
    // What is relaxed is synced.
    store.durability(Durability::Relaxed);
    assert_eq!((store.map_put("t"), store.close()), ((0, 0), (1, 0)));
    // The next instance copies what was left; and behind a key: the key, the run, the journal; kv/, runs/, which is made, journal/, the root.
    let mut store = store.restarted();
    assert_eq!((store.map_put("t"), store.close()), ((1, 2), (0, 0)));
    assert_eq!((store.put("k"), store.close()), ((1, 0), (3, 4)));
}

#[test]
fn objects_cost_what_a_write_does_and_one_that_is_there_nothing() {
    let hashes = ["1", "2", "3"].map(|digit| digit.repeat(40));
    let mut store = ready();
    assert_eq!(store.write_object(&hashes[0]), (1, 0));
    assert_eq!(store.write_object(&hashes[0]), (0, 0));
    assert_eq!(store.delete_object(&hashes[1]), (0, 0));
    let batch: Vec<_> = hashes.iter().map(|hash| (hash.clone(), vec![7; 700])).collect();
    assert_eq!(store.write_objects(&batch), (1, 0), "two of three are new");
    assert_eq!(store.write_objects(&batch), (0, 0));
    // The file of the run, the journal; runs/, which is made, journal/ and the root.
    assert_eq!(store.checkpoint(), (2, 3));
    assert_eq!(store.delete_object(&hashes[1]), (1, 0));
    assert_eq!(store.checkpoint(), (2, 2));
    let mut store = store.restarted();
    assert_eq!(store.write_object(&hashes[0]), (0, 0), "there, also for the first call of an instance");
}

#[test]
fn g4_what_is_absent_mostly_reads_nothing() {
    let hash = |number: u32| format!("{number:040x}");
    let mut store = ready();
    // Each in a block of its own.
    let objects: Vec<_> = (0..200).map(|number| (hash(10 * number), vec![7; 5_000])).collect();
    store.write_objects(&objects);
    store.checkpoint();
    let mut store = store.restarted();
    assert!(store.ask_for(&hash(5)) > 0, "the first call reads what is held of the run");
    let absent = || (0..2_000).filter(|number| number % 10 > 0);
    let read = absent().filter(|number| store.ask_for(&hash(*number)) > 0).count();
    assert!(read < 1_800 / 20, "{read} of 1,800");
    assert!(store.ask_for(&hash(70)) > 0, "what is there is read");
    // A removal of what is absent is no write.
    let absent = absent().find(|number| store.ask_for(&hash(*number)) == 0).expect("most of them");
    let before = store.machine.simfs().counts.clone();
    store.delete_object(&hash(absent));
    assert_eq!(store.machine.simfs().counts, before);
    store.delete_object(&hash(80));
    assert_eq!(store.ask_for(&hash(80)), 0, "what was removed is known to be");
}
