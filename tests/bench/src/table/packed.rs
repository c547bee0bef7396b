//! Packed roots: streams, keys and small blobs in runs.

use super::{NORMAL, grouped};
use crate::act::Act;
use crate::contender::{Kind, OURS, Promise};
use crate::made::BATCH;
use crate::scale::Scale;
use crate::shelf::{BLOB_BYTES, Data, VALUE_BYTES};
use crate::stream_act::StreamAct;
use crate::variant::Variant;
use crate::workload::{Measure, Workload};

const KINDS: [Kind; 2] = [Kind::Packed, Kind::Sqlite];
/// How many, and of how many events.
const STREAMS: [(u64, u64); 2] = [(100_000, 10), (1_000_000, 3)];
/// Bytes on disk that a stream of 1,000 bytes takes for each of them in a plain root: two files, a block of 4 KiB each.
const PLAIN_DISK_BYTES: f64 = 8.192;
/// Names of a page of streams.
const PAGE: u32 = 1_000;
const LARGE: u64 = 1_000_000;
const MANY: u64 = 100_000;

fn relaxed(label: impl Into<String>, act: Act) -> Variant {
    Variant::new(label, act, &KINDS).promise(Promise::Relaxed)
}

pub(super) fn all(scale: Scale) -> Vec<Workload> {
    let mut all = streams(scale);
    all.extend(reads(scale));
    all.extend(keys(scale));
    all.extend(blobs(scale));
    all
}

/// What is large is done once.
fn rounds(size: u64) -> usize {
    if size >= LARGE { 1 } else { usize::MAX }
}

fn streams(scale: Scale) -> Vec<Workload> {
    let label = |(streams, events)| format!("{} of {events}", grouped(streams));
    let [few, many] = STREAMS.map(label);
    let of = |act: fn(u64) -> StreamAct, calls: fn(u64, u64) -> u64, is_kept: bool| {
        STREAMS.map(|(streams, events)| {
            let size = scale.of(streams);
            let data = if is_kept { Data::Streams(size, events) } else { Data::Nothing };
            relaxed(label((streams, events)), Act::Streams(act(size)))
                .on(data)
                .calls(calls(size, events))
                .rounds_max(rounds(streams))
        })
    };
    let fill = of(
        |streams| StreamAct::Fill { streams, batch: BATCH },
        |size, events| (size * events).div_ceil(BATCH),
        false,
    );
    let last_seq = of(|_| StreamAct::LastSeq, |size, _| size.min(20_000), true);
    let list = of(|_| StreamAct::List { page: PAGE }, |size, _| (size / 5_000).max(2), true);
    let open = of(|_| StreamAct::Open, |_, _| 1, true);
    vec![
        Workload::new("packed: append to each of many streams, batches of 1,000, relaxed", fill)
            .bar(&few, OURS, NORMAL, 0.5)
            .bar(&many, OURS, NORMAL, 1.0)
            .counted((OURS, &few), Measure::DiskBytes, PLAIN_DISK_BYTES / 10.0),
        Workload::new("packed: last-seq of one of many streams", last_seq).bar(&many, OURS, NORMAL, 1.0),
        Workload::new("packed: a page of 1,000 names of many streams", list).bar(&many, OURS, NORMAL, 1.0),
        Workload::new("packed: open, and last-seq of one of many streams", open)
            .bar(&many, OURS, NORMAL, 1.0),
    ]
}

fn reads(scale: Scale) -> Vec<Workload> {
    let label = grouped(LARGE);
    let of = |act, calls| relaxed(&label, act).on(Data::Events(scale.of(LARGE))).calls(scale.of(calls));
    vec![
        Workload::new("packed: replay of a stream of 256 B", [of(Act::Replay, 1)])
            .bar(&label, OURS, NORMAL, 0.6),
        Workload::new("packed: read-after, a page of 100", [of(Act::ReadAfter(100), 500)])
            .bar(&label, OURS, NORMAL, 0.8),
    ]
}

/// At most what docs/benchmarks.md asks of maps.
fn keys(scale: Scale) -> Vec<Workload> {
    let over = |act, calls| {
        [MANY, LARGE].map(|size| {
            relaxed(grouped(size), act)
                .on(Data::Keys(scale.of(size)))
                .calls(scale.of(calls))
                .rounds_max(rounds(size))
        })
    };
    let load = [MANY, LARGE].map(|size| {
        let size = scale.of(size);
        let put = Act::Put { bytes: VALUE_BYTES, batch: BATCH, keys: size };
        relaxed(grouped(size), put).calls(size.div_ceil(BATCH)).rounds_max(rounds(size))
    });
    let (large, loaded) = (grouped(LARGE), load[1].label.clone());
    vec![
        Workload::new("packed: kv load, rising keys, batches of 1,000, relaxed", load)
            .bar(&loaded, OURS, NORMAL, 2.0),
        Workload::new("packed: kv get, hot, one of", over(Act::Get, 50_000)).bar(&large, OURS, NORMAL, 0.5),
        Workload::new("packed: kv has, hot, every other there, of", over(Act::Has, 50_000)),
        Workload::new("packed: kv list, a page of 1,000 of", over(Act::ListAfter(1_000), 200))
            .bar(&large, OURS, NORMAL, 1.3),
    ]
}

fn blobs(scale: Scale) -> Vec<Workload> {
    let (label, size) = (grouped(MANY), scale.of(MANY));
    let put = relaxed(&label, Act::BlobPut { bytes: BLOB_BYTES, repeated: false }).calls(size);
    let get =
        relaxed(&label, Act::BlobGet { bytes: BLOB_BYTES }).on(Data::Blobs(size)).calls(scale.of(20_000));
    vec![
        Workload::new("packed: blob put of 100 B, relaxed", [put]).bar(&label, OURS, NORMAL, 1.2),
        Workload::new("packed: blob get of 100 B, one of", [get]).bar(&label, OURS, NORMAL, 1.5),
    ]
}
