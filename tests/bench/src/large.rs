//! Ten million keys, loaded once: what it takes to open them, and how much memory the component needs.

use crate::contender::{Kind, OURS, Promise, settle};
use crate::made::{BATCH, Order, key, pairs};
use crate::meter;
use crate::report::Row;
use crate::turn::{nanoseconds, ratio};
use anyhow::{Context as _, Result, ensure};
use indicatif::{ProgressBar, ProgressStyle};
use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};
use sx_persist::Store;
use sx_persist::types::{Durability, MapPair};

const TABLE: &str = "t";
const LIMIT_MIB: usize = 128;
/// How often both are opened.
const ROUNDS: usize = 5;
/// Keys that are read and put under each cap.
const ASKED: u64 = 10_000;

/// Loads so many keys into this store and into SQLite, and compares how they are opened.
pub(crate) fn measure(keys: u64, folder: &Path) -> Result<Vec<Row>> {
    let root = tempfile::tempdir_in(folder)?;
    let [ours, theirs] = ["ours", "theirs"].map(|name| root.path().join(name));
    [&ours, &theirs].into_iter().try_for_each(std::fs::create_dir)?;
    let bar = ProgressBar::new(2 * keys);
    bar.set_style(ProgressStyle::with_template("{elapsed_precise} {pos}/{len} {wide_msg}")?);
    let mut rows = Vec::new();
    {
        bar.set_message(format!("loading {OURS}, with {LIMIT_MIB} MiB of memory"));
        let store = open(&ours, LIMIT_MIB)?;
        let time = load(keys, &bar, |pairs| Ok(store.raw().map_put_many(TABLE, pairs).map(drop)?))?;
        settle(&store)?;
        drop(store);
        bar.set_message("loading SQLite");
        let sqlite = Kind::Sqlite.open(&theirs, Promise::Relaxed)?;
        let base = load(keys, &bar, |pairs| sqlite.map_put(pairs))?;
        sqlite.settle()?;
        let what = format!("map load of {keys} random keys, batches of 1,000, relaxed");
        rows.push(Row::new(&what, "SQLite NORMAL", 0.15, vec![time.div_duration_f64(base)]));
        let bytes = keys * crate::made::PAIR_BYTES;
        let what = format!("{what}, settled");
        rows.push(Row::new(
            &what,
            "bytes on disk a byte",
            1.25,
            vec![ratio(meter::disk_bytes(&ours), bytes)],
        ));
    }
    bar.set_message("opening");
    let mut ratios = Vec::new();
    for round in 0..ROUNDS as u64 {
        let key = key(round.wrapping_mul(7_919) % keys, Order::Random);
        let first = |kind: Kind, folder: &Path| {
            let start = Instant::now();
            let contender = kind.open(folder, Promise::Relaxed)?;
            let found = contender.map_get(&key)?;
            let time = start.elapsed();
            ensure!(found.is_some(), "a key is gone");
            Ok(nanoseconds(time))
        };
        ratios.push(ratio(first(Kind::Component, &ours)?, first(Kind::Sqlite, &theirs)?));
    }
    rows.push(Row::new(&format!("map open and first get, of {keys}"), "SQLite NORMAL", 3.0, ratios));
    rows.push(memory(keys, &ours)?);
    bar.finish_and_clear();
    Ok(rows)
}

fn open(folder: &Path, memory_mib: usize) -> Result<Store> {
    let builder = Store::builder().durability(Durability::Relaxed).timeout(Some(Duration::from_mins(10)));
    Ok(builder.memory_bytes_max(memory_mib << 20).checkpoint_when_idle(None).open(folder)?)
}

/// How long all puts take together.
fn load(keys: u64, bar: &ProgressBar, mut put: impl FnMut(&[MapPair]) -> Result<()>) -> Result<Duration> {
    let mut time = Duration::ZERO;
    let mut number = 0;
    while number < keys {
        let pairs = pairs(number..(number + BATCH).min(keys));
        let start = Instant::now();
        put(&pairs)?;
        time += start.elapsed();
        bar.inc(pairs.len() as u64);
        number += BATCH;
    }
    Ok(time)
}

/// The least memory, in steps of 8 MiB, with which keys are found and put, and all that this brings is merged.
fn memory(keys: u64, folder: &Path) -> Result<Row> {
    let mut refusals = String::new();
    let mut needed = None;
    for memory_mib in (8..=LIMIT_MIB).rev().step_by(8) {
        if let Err(error) = ask(keys, folder, memory_mib) {
            let _ = write!(refusals, "{memory_mib} MiB: {error:#}");
            break;
        }
        needed = Some(memory_mib as u64);
    }
    let needed = needed.with_context(|| format!("{keys} keys need more memory: {refusals}"))?;
    let what = format!("guest memory of {keys} keys");
    Ok(Row::new(&what, &format!("{LIMIT_MIB} MiB"), 1.0, vec![ratio(needed, LIMIT_MIB as u64)]))
}

fn ask(keys: u64, folder: &Path, memory_mib: usize) -> Result<()> {
    let store = open(folder, memory_mib)?;
    for number in 0..ASKED {
        let number = number.wrapping_mul(1_000_003) % keys;
        ensure!(store.raw().map_get(TABLE, &key(number, Order::Random))?.is_some(), "a key is gone");
        for pair in pairs(std::iter::once(number)) {
            store.raw().map_put(TABLE, &pair.key, &pair.value)?;
        }
    }
    settle(&store)
}
