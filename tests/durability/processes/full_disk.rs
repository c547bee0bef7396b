//! A disk that runs full: what is refused, what stays, and how it goes on when there is room again.

use crate::kills::{check, reader, reopen, writer};
use crate::ledger::Ledger;
use crate::namespace::{SmallDisk, may_mount};
use crate::worker::{Worker, chosen, moment};
use sim::random::Random;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use support::library::perform;
use support::{counted, work};
use sx_persist::Store;
use trace::Op;
use trace::objects::ObjectOp;

/// A small disk, a root on it, and a file of somebody else's that can be removed when room is wanted.
struct Crowded {
    disk: SmallDisk,
    ledger: Ledger,
}

/// A store may fill what the ballast leaves. When that goes, there is room for a copy of the journal and for what is in it.
const DISK: &str = "6m";
const BALLAST_BYTES: usize = 4 << 20;

impl Crowded {
    fn new(seed: u64) -> Self {
        let crowded = Self { disk: SmallDisk::mount(DISK), ledger: Ledger::new(seed) };
        crowded.crowd();
        crowded
    }

    fn root(&self) -> PathBuf {
        self.disk.path().join("root")
    }

    fn ballast(&self) -> PathBuf {
        self.disk.path().join("ballast")
    }

    fn crowd(&self) {
        fs::File::create(self.ballast()).unwrap().write_all(&vec![1; BALLAST_BYTES]).unwrap();
    }

    fn make_room(&self) {
        fs::remove_file(self.ballast()).unwrap();
    }

    /// The next operation of the work. Answers whether the disk was full.
    fn step(&mut self, store: &Store) -> bool {
        let answer = perform(store, &self.ledger.next_op()).unwrap();
        self.ledger.answered(&answer);
        answer == "error no-space"
    }

    /// Works until the disk has been full `times`. After each time reads go on, and show what was answered.
    fn fill(&mut self, store: &Store, times: u32) {
        let mut left = times;
        while left > 0 {
            if self.step(store) {
                left -= 1;
                check(&mut self.ledger, "the writer that was refused", store);
            }
            assert!(self.ledger.next < 100_000, "the disk never ran full");
        }
    }

    /// Removes most of what the store holds, so that the disk can run full once more.
    fn empty(&mut self, store: &Store) {
        let state = self.ledger.state().clone();
        let streams = state.streams.iter().map(|(name, stream)| {
            let (stream, upto) = (name.clone(), stream.last_seq.max(1 << 40));
            Op::Truncate { stream, upto }
        });
        let keys = state.kv.keys().map(|key| Op::KvDelete { key: key.clone() });
        let blobs = state.blobs.keys().map(|cid| Op::BlobDelete { cid: cid.clone() });
        let objects = state.objects.keys().map(|hash| Op::Object(ObjectOp::Delete { hash: hash.clone() }));
        for op in streams.chain(keys).chain(blobs).chain(objects).chain([Op::Always, Op::Checkpoint]) {
            let answer = perform(store, &op).unwrap();
            self.ledger.also(&op, &answer);
        }
    }
}

#[test]
fn a_full_disk_refuses_and_loses_nothing_and_with_room_it_goes_on() {
    if !may_mount("full_disk::a_full_disk_refuses_and_loses_nothing_and_with_room_it_goes_on") {
        return;
    }
    let seed = chosen("SEED", 1);
    let began = Instant::now();
    let mut crowded = Crowded::new(seed);
    let root = crowded.root();
    for round in 0..6 {
        let mut store = writer(&root);
        crowded.fill(&store, 3);
        if round % 2 == 1 {
            // Its checkpoint at the end finds no room. The next one reads what there is, and is refused as well.
            drop(store);
            check(&mut crowded.ledger, "a reader of the full disk", &reader(&root));
            store = writer(&root);
            check(&mut crowded.ledger, "a writer on the full disk", &store);
            crowded.fill(&store, 1);
        }
        crowded.make_room();
        for _ in 0..5 {
            assert!(!crowded.step(&store), "there is room");
        }
        perform(&store, &Op::Checkpoint).unwrap();
        check(&mut crowded.ledger, "a writer with room", &store);
        store.close().unwrap();
        let store = writer(&root);
        check(&mut crowded.ledger, "a writer that came later", &store);
        crowded.empty(&store);
        store.close().unwrap();
        crowded.crowd();
    }
    let ledger = &crowded.ledger;
    assert!(ledger.acknowledged > 200, "{} operations are no work", ledger.acknowledged);
    counted(&format!(
        "processes: seed {seed}, a disk full {} times; {} operations acknowledged, none lost; {:.0?}",
        ledger.refused,
        ledger.acknowledged,
        began.elapsed()
    ));
}

#[test]
fn kills_on_a_full_disk_lose_nothing_either() {
    if !may_mount("full_disk::kills_on_a_full_disk_lose_nothing_either") {
        return;
    }
    let (seed, kills) = (chosen("SEED", 2), 12);
    let began = Instant::now();
    let mut random = Random::new(seed);
    let mut crowded = Crowded::new(seed);
    let root = crowded.root();
    for kill in 0..kills {
        let first = crowded.ledger.next.to_string();
        let mut worker = Worker::start(&root, &["work", &seed.to_string(), &first]);
        while !worker.line().expect("it does not end by itself").ends_with("no-space") {}
        // Up to the last line before it only waits.
        for _ in 0..random.below(8) {
            let _ = worker.line();
        }
        let said = worker.kill(moment(&mut random).min(Duration::from_millis(2)));
        crowded.ledger.heard(&said);
        reopen(&mut crowded.ledger, &root, kill % 3);
        crowded.make_room();
        let store = writer(&root);
        assert!(!crowded.step(&store), "there is room");
        check(&mut crowded.ledger, "a writer with room", &store);
        crowded.empty(&store);
        store.close().unwrap();
        crowded.crowd();
    }
    let ledger = &crowded.ledger;
    assert!(ledger.refused >= kills, "{} operations were refused", ledger.refused);
    let [whole, absent] = ledger.in_flight;
    counted(&format!(
        "processes: seed {seed}, {kills} kills on a disk full {} times; {} operations acknowledged, none lost; of those in flight \
         {whole} were there whole and {absent} not at all; {:.0?}",
        ledger.refused,
        ledger.acknowledged,
        began.elapsed()
    ));
}

#[test]
fn a_root_on_a_disk_without_one_free_byte_is_opened_and_read() {
    if !may_mount("full_disk::a_root_on_a_disk_without_one_free_byte_is_opened_and_read") {
        return;
    }
    let mut crowded = Crowded::new(4);
    let root = crowded.root();
    let store = writer(&root);
    for _ in 0..20 {
        crowded.step(&store);
    }
    store.close().unwrap();
    // Nothing is left of what the lock file said, and there is no room to say it again.
    fs::File::options().write(true).open(root.join("lock")).unwrap().set_len(0).unwrap();
    let mut rest = fs::File::create(crowded.disk.path().join("rest")).unwrap();
    while rest.write_all(&[1; 512]).is_ok() {}
    let store = writer(&root);
    check(&mut crowded.ledger, "a writer without a byte of room", &store);
    // What the reserve is too large by is all that there is.
    crowded.fill(&store, 1);
    let second = Store::open(&root).unwrap_err().to_string();
    assert!(second.contains("locked by another process"), "{second}");
}

#[test]
fn the_work_of_a_seed_is_the_same_each_time() {
    let ops = |seed| (1..200).map(move |number| work::step(seed, number, |_| number)).collect::<Vec<_>>();
    assert_eq!(ops(3), ops(3));
    assert_ne!(ops(3), ops(4));
}
