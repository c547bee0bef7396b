//! Tables of bytes with many keys, and objects under hashes.

use super::{FLOOR, FULL, NORMAL, REDB, grouped};
use crate::act::Act;
use crate::contender::{Kind, OURS, Promise};
use crate::made::{BATCH, Order};
use crate::map_act::MapAct;
use crate::scale::Scale;
use crate::shelf::Data;
use crate::variant::Variant;
use crate::workload::{Measure, Workload};

pub(crate) const COLD: &str = "map get, nothing in memory, one of";

const RELAXED_REDB: &str = "redb None";
const RELAXED_FJALL: &str = "fjall Buffer";
const SIZES: [u64; 2] = [100_000, 1_000_000];
/// What the bars are of.
const LARGE: &str = "1,000,000";
const WRITERS: [Kind; 7] =
    [Kind::Floor, Kind::Component, Kind::Native, Kind::Sqlite, Kind::SqliteRowid, Kind::Redb, Kind::Fjall];
const STORES: [Kind; 6] =
    [Kind::Component, Kind::Native, Kind::Sqlite, Kind::SqliteRowid, Kind::Redb, Kind::Fjall];

/// The variants of an act by size, of which the larger is done once.
fn by_size(
    scale: Scale,
    kinds: &[Kind],
    act: MapAct,
    data: impl Fn(u64) -> Data,
    calls: impl Fn(u64) -> u64,
) -> Vec<Variant> {
    let variant = |size: u64| {
        let rounds = if size > SIZES[0] { 1 } else { usize::MAX };
        Variant::new(grouped(size), Act::Map(act), kinds)
            .on(data(scale.of(size)))
            .promise(Promise::Relaxed)
            .calls(calls(scale.of(size)))
            .rounds_max(rounds)
    };
    SIZES.map(variant).into()
}

/// As many calls as it takes to put all.
fn batches(size: u64) -> u64 {
    size.div_ceil(BATCH)
}

fn nothing(_: u64) -> Data {
    Data::Nothing
}

pub(super) fn all(scale: Scale) -> Vec<Workload> {
    let mut all = loads(scale);
    all.extend(reads(scale));
    all.extend(objects(scale));
    all
}

fn loads(scale: Scale) -> Vec<Workload> {
    let load = |order| MapAct::Load { batch: BATCH, order };
    let loads = |order| by_size(scale, &WRITERS, load(order), nothing, batches);
    let single = MapAct::Load { batch: 1, order: Order::Random };
    let single = by_size(scale, &WRITERS, single, nothing, |size| size);
    let overwrite = MapAct::Overwrite { batch: BATCH };
    let overwrite = by_size(scale, &STORES, overwrite, Data::Map, batches);
    let ours = (OURS, LARGE);
    vec![
        Workload::new("map load, random keys, batches of 1,000, relaxed", loads(Order::Random))
            .bar(LARGE, OURS, NORMAL, 0.15)
            .bar(LARGE, OURS, RELAXED_FJALL, 1.2)
            .bar(LARGE, OURS, RELAXED_REDB, 0.5)
            .counted(ours, Measure::DiskBytes, 1.25)
            .counted(ours, Measure::WrittenBytes, 3.5)
            .counted(ours, Measure::Syncs(700.0), 1.0),
        Workload::new("map load, rising keys, batches of 1,000, relaxed", loads(Order::Rising))
            .bar(LARGE, OURS, NORMAL, 2.0),
        Workload::new("map put of new random keys, one by one, relaxed", single)
            .bar(LARGE, OURS, NORMAL, 0.2),
        Workload::new("map put of all again, random keys, batches of 1,000, relaxed", overwrite)
            .bar(LARGE, OURS, NORMAL, 0.3)
            .counted(ours, Measure::DiskBytes, 1.7)
            .counted(ours, Measure::WrittenBytes, 5.0),
    ]
}

fn reads(scale: Scale) -> Vec<Workload> {
    let of = |act, calls: u64| by_size(scale, &STORES, act, Data::Map, move |_| scale.of(calls));
    let durable = Variant::new(grouped(SIZES[0]), Act::Map(MapAct::Put), &WRITERS);
    let durable = durable.on(Data::Map(scale.of(SIZES[0]))).calls(scale.of(300));
    let loaded = |act, calls: u64| by_size(scale, &STORES, act, Data::LoadedMap, move |_| scale.of(calls));
    let small = durable.label.clone();
    vec![
        Workload::new("map page of 1,000, behind a load, of", loaded(MapAct::Page(1_000), 200))
            .growing()
            .bar(LARGE, OURS, NORMAL, 1.6),
        Workload::new("map page of 1,000, settled, of", of(MapAct::Page(1_000), 200))
            .growing()
            .bar(LARGE, OURS, NORMAL, 1.3),
        Workload::new("map get, hot, one of", of(MapAct::Get { cold: false }, 50_000))
            .growing()
            .bar(LARGE, OURS, NORMAL, 0.5),
        Workload::new("map get of what is not there, among", of(MapAct::Missing, 50_000))
            .growing()
            .bar(LARGE, OURS, NORMAL, 0.3),
        Workload::new("map open and first get, of", of(MapAct::Open, 1))
            .growing()
            .bar(LARGE, OURS, NORMAL, 3.0),
        Workload::new("map put, durable, one of", [durable])
            .bar(&small, OURS, FLOOR, 1.0)
            .bar(&small, OURS, FULL, 0.7)
            .bar(&small, OURS, REDB, 0.7),
        // The last of them: it has the system forget what all others have read.
        Workload::new(COLD, of(MapAct::Get { cold: true }, 5_000)).growing().bar(LARGE, OURS, NORMAL, 1.0),
    ]
}

fn objects(scale: Scale) -> Vec<Workload> {
    // The table of objects is the same.
    let [writers, stores] = [WRITERS.as_slice(), &STORES]
        .map(|kinds| kinds.iter().copied().filter(|kind| *kind != Kind::SqliteRowid).collect::<Vec<_>>());
    let store = by_size(scale, &writers, MapAct::Store { batch: BATCH }, nothing, batches);
    let of = |act, calls: u64| by_size(scale, &stores, act, Data::Objects, move |_| scale.of(calls));
    vec![
        Workload::new("objects of 100 B to 10 KiB, batches of 1,000, relaxed", store)
            .bar(LARGE, OURS, NORMAL, 0.5),
        Workload::new("object read, hot, one of", of(MapAct::Read, 20_000))
            .growing()
            .bar(LARGE, OURS, NORMAL, 1.0),
        Workload::new("object read of what is not there, among", of(MapAct::MissingObject, 20_000))
            .growing()
            .bar(LARGE, OURS, NORMAL, 0.3),
    ]
}
