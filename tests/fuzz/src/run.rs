//! A file of a run: what is written is read, and what is not is damage.

pub mod forge;

use crate::plan::{Fate, Shown};
use arbitrary::{Arbitrary, Unstructured};
use forge::{Forged, Item};
use std::collections::BTreeMap;
use sx_persist_core::Error;
use sx_persist_core::fuzzing::run::{OpenRun, RunBytes, RunItem, read_block, write_run};

/// A run that the store may have written, and what befell its files.
#[derive(Arbitrary, Clone, Debug)]
struct Honest {
    items: Vec<Item>,
    block_bytes: [u8; 2],
    file_bytes: u16,
    budget_bytes: u16,
    fate: Fate,
    probes: Vec<Item>,
}

/// One input: a run, and one with right checksums and anything behind them; bytes as a file.
pub fn check(data: &[u8]) {
    check_forged(&named(data));
    let mut input = Unstructured::new(data);
    if let Ok(is_honest) = bool::arbitrary(&mut input) {
        if is_honest {
            let Ok(plan) = Honest::arbitrary(&mut input).map(Shown) else { return };
            plan.0.check();
        } else {
            let Ok(plan) = Forged::arbitrary(&mut input).map(Shown) else { return };
            check_forged(&plan.0.build());
        }
    }
}

/// What could name these bytes, if they are a run.
fn named(bytes: &[u8]) -> RunBytes {
    let number = |at: usize| bytes.get(at..)?.first_chunk().map(|number| u64::from_le_bytes(*number));
    let block = |place: &[u8], role| {
        let start = usize::try_from(u64::from_le_bytes(*place.first_chunk()?)).ok()?;
        let length = u32::from_le_bytes(*place.get(8..)?.first_chunk()?);
        read_block(bytes.get(start..)?.get(..usize::try_from(length).ok()?)?, role)
    };
    let footer = bytes.len().wrapping_sub(64);
    let top = bytes.get(footer.wrapping_add(40)..).and_then(|place| block(place, 3)).unwrap_or_default();
    let index = top.first().and_then(|item| block(&item.value, 2)).unwrap_or_default();
    let data = index.first().and_then(|item| block(&item.value, 1)).unwrap_or_default();
    let key = |item: Option<&RunItem>| item.map(|item| item.key.clone()).unwrap_or_default();
    RunBytes {
        number: number(footer.wrapping_add(8)).unwrap_or(1),
        bytes: bytes.to_vec(),
        entries: number(footer.wrapping_add(16)).unwrap_or(1),
        footer_crc: bytes.last_chunk().map_or(0, |crc| u32::from_le_bytes(*crc)),
        first_key: key(data.first()),
        last_key: key(top.last()),
    }
}

/// None where the answer is that something is damaged.
fn believed<T>(answer: Result<T, Error>) -> Option<T> {
    match answer {
        Ok(answer) => Some(answer),
        Err(Error::Corrupt(damage)) => {
            assert!(damage.file.starts_with("runs/"), "{damage:?}");
            None
        }
        Err(other) => panic!("{other:?}"),
    }
}

fn open(file: &RunBytes) -> Option<OpenRun> {
    believed(OpenRun::open(file, file.bytes.len() as u64))
}

/// What `verify` finds nothing wrong with answers everything, in one way.
fn check_forged(file: &RunBytes) {
    let Some(mut run) = open(file) else { return };
    let found = believed(run.verify()).expect("verify reports what is damaged");
    let forward = believed(run.page(None, true));
    let backward = believed(run.page(None, false));
    let gets: Vec<_> = forward.iter().flatten().map(|item| believed(run.get(&item.key))).collect();
    if let Some(items) = &forward {
        assert!(items.windows(2).all(|two| two[0].key < two[1].key), "a cursor goes one way");
    }
    if !found.is_empty() {
        return;
    }
    let items = forward.expect("nothing is damaged");
    assert_eq!(items.len() as u64, file.entries);
    assert_eq!(backward.map(|items| items.into_iter().rev().collect()).as_ref(), Some(&items));
    assert!(gets.into_iter().eq(items.iter().map(|item| Some(Some(item.clone())))), "each key is found");
    // Written again, they are a run that says the same; whether it ends its blocks there is its own affair.
    let again = write_run(&items, [64, 64], u64::MAX, 1 << 20).expect("they are entries of a run");
    assert_eq!(open(&again[0]).and_then(|mut run| run.page(None, true).ok()), Some(items));
}

impl Honest {
    fn entries(&self) -> Vec<RunItem> {
        let all: BTreeMap<_, _> =
            self.items.iter().map(Item::honest).map(|item| (item.key.clone(), item)).collect();
        all.into_values().collect()
    }

    fn check(&self) {
        let entries = self.entries();
        let block_bytes = self.block_bytes.map(|bytes| usize::from(bytes) << 2);
        let budget_bytes = usize::from(self.budget_bytes);
        let files = write_run(&entries, block_bytes, u64::from(self.file_bytes), budget_bytes).unwrap();
        assert_eq!(files.iter().map(|file| file.entries).sum::<u64>(), entries.len() as u64);
        let mut rest = entries.as_slice();
        for file in &files {
            let (own, others) = rest.split_at(usize::try_from(file.entries).unwrap());
            rest = others;
            self.check_file(file, own);
        }
    }

    fn check_file(&self, file: &RunBytes, entries: &[RunItem]) {
        let mut run = open(file).expect("an honest run is whole");
        assert_eq!(run.verify(), Ok(Vec::new()));
        assert_eq!(self.answers(&mut run, entries), Vec::<String>::new());
        // Read, and held.
        run.hold_partitions();
        for _ in 0..2 {
            assert_eq!(self.answers(&mut run, entries), Vec::<String>::new());
        }

        let mut damaged = file.clone();
        self.fate.befall(&mut damaged.bytes);
        let is_whole = damaged.bytes == file.bytes;
        let length_bytes = file.bytes.len() as u64;
        let Some(mut run) = believed(OpenRun::open(&damaged, length_bytes)) else {
            assert!(!is_whole, "it is what was written");
            return;
        };
        let found = believed(run.verify()).unwrap();
        assert_eq!(found.is_empty(), is_whole, "what is damaged is found");
        let refused = self.answers(&mut run, entries);
        assert!(refused.is_empty() || !is_whole, "{refused:?}");
    }

    /// Asks for everything and compares it; what is said to be damaged is named.
    fn answers(&self, run: &mut OpenRun, entries: &[RunItem]) -> Vec<String> {
        let mut refused = Vec::new();
        let mut compare = |asked: String, said: Option<Vec<RunItem>>, due: Vec<RunItem>| match said {
            Some(said) => assert_eq!(said, due, "{asked}"),
            None => refused.push(asked),
        };
        let probes: Vec<_> = self.probes.iter().map(|item| item.item().key).collect();
        for key in entries.iter().map(|item| &item.key).chain(&probes) {
            let due = entries.iter().find(|item| item.key == *key);
            let said = believed(run.get(key)).map(|said| said.into_iter().collect());
            compare(format!("get {key:?}"), said, due.into_iter().cloned().collect());
        }
        for from in probes.iter().map(Some).chain([None]) {
            let at = from.map_or(0, |from| entries.partition_point(|item| item.key < *from));
            let page = believed(run.page(from.map(Vec::as_slice), true));
            compare(format!("from {from:?}"), page, entries[at..].to_vec());
            let end = if from.is_none() { entries.len() } else { at };
            let page = believed(run.page(from.map(Vec::as_slice), false));
            compare(format!("before {from:?}"), page, entries[..end].iter().rev().cloned().collect());
        }
        refused
    }
}
