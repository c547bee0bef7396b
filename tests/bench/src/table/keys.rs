//! Keys: writes of a few, and everything over many.

use super::{ALL, FLOOR, FULL, NORMAL, REDB, STORES, grouped};
use crate::act::Act;
use crate::contender::{Kind, OURS, Promise};
use crate::scale::Scale;
use crate::shelf::{Data, VALUE_BYTES};
use crate::variant::Variant;
use crate::workload::Workload;

const SIZES: [u64; 3] = [1_000, 100_000, 1_000_000];
/// Above this not everybody is asked: to make such a set takes minutes where each key is a file, and so does reading it all.
const MANY: u64 = 100_000;

pub(super) fn writes(scale: Scale) -> Vec<Workload> {
    let put = Act::Put { bytes: VALUE_BYTES, batch: 1, keys: 500 };
    let variant = |promise, calls| Variant::new("256 B", put, &ALL).promise(promise).calls(scale.of(calls));
    vec![
        Workload::new("kv put, durable, one caller", [variant(Promise::Durable, 300)])
            .bar("256 B", OURS, FLOOR, 1.2)
            .bar("256 B", OURS, FULL, 1.0)
            .bar("256 B", OURS, REDB, 1.0),
        Workload::new("kv put, relaxed, one caller", [variant(Promise::Relaxed, 20_000)])
            .bar("256 B", OURS, NORMAL, 1.0),
    ]
}

fn sizes(scale: Scale, act: Act, promise: Promise, calls: u64, kinds: &[Kind]) -> Vec<Variant> {
    let variant = |size| {
        let kinds: Vec<_> =
            kinds.iter().copied().filter(|kind| size <= MANY || *kind != Kind::Native).collect();
        Variant::new(grouped(size), act, &kinds)
            .on(Data::Keys(scale.of(size)))
            .promise(promise)
            .calls(scale.of(calls))
    };
    SIZES.map(variant).into_iter().collect()
}

pub(super) fn growth(scale: Scale) -> Vec<Workload> {
    let put = Act::Put { bytes: VALUE_BYTES, batch: 1, keys: 0 };
    let over = |what: &str, act, promise, calls, kinds: &[Kind]| {
        Workload::new(what, sizes(scale, act, promise, calls, kinds)).growing()
    };
    let mut list = over("kv list of all", Act::List, Promise::Relaxed, 1, &STORES);
    // A file is opened for each key, in each round.
    list.cells.retain(|cell| cell.data.size() <= MANY);
    vec![
        over("kv get, hot, one of", Act::Get, Promise::Relaxed, 5_000, &ALL)
            .bar("1,000", OURS, NORMAL, 1.2)
            .bar("1,000,000", OURS, NORMAL, 1.2),
        over("kv has, hot, every other there, of", Act::Has, Promise::Relaxed, 5_000, &STORES),
        over("kv list, a page of 1,000 of", Act::ListAfter(1_000), Promise::Relaxed, 1, &STORES),
        list,
        over("kv put 256 B, durable, one of", put, Promise::Durable, 100, &ALL),
        over("kv delete, durable, one of", Act::Delete, Promise::Durable, 100, &STORES),
    ]
}
