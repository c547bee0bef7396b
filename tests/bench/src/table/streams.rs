//! Streams: appends, threads, reads, and what grows with a stream.

use super::{ALL, FLOOR, FULL, NORMAL, REDB, STORES, grouped};
use crate::act::Act;
use crate::contender::{CORE, Kind, OURS, Promise};
use crate::scale::Scale;
use crate::shelf::{Data, VALUE_BYTES};
use crate::variant::Variant;
use crate::workload::Workload;

/// Sizes of a stream: once, ten times, a hundred times.
const SIZES: [u64; 3] = [10_000, 100_000, 1_000_000];
const SMALL: &str = "10,000";
const LARGE: &str = "1,000,000";

fn append(label: impl Into<String>, bytes: usize, batch: u64, streams: u64, kinds: &[Kind]) -> Variant {
    Variant::new(label, Act::Append { bytes, batch, streams }, kinds)
}

/// One caller, one event or a batch.
pub(super) fn writes(scale: Scale) -> Vec<Workload> {
    let mut durable = ALL.to_vec();
    durable.insert(1, Kind::Zeroed);
    let single = |promise, calls: [u64; 3], kinds: &[Kind]| {
        let sizes = [("64 B", 64), ("256 B", 256), ("4 KiB", 4_096)].into_iter().zip(calls);
        let variant = |((label, bytes), calls)| {
            append(label, bytes, 1, 1, kinds).promise(promise).calls(scale.of(calls))
        };
        sizes.map(variant).collect::<Vec<_>>()
    };
    let batches = |promise, calls: [u64; 4]| {
        let variant = |(batch, calls)| {
            append(format!("batch of {}", grouped(batch)), VALUE_BYTES, batch, 1, &ALL)
                .promise(promise)
                .calls(scale.of(calls))
        };
        [1, 10, 100, 1_000].into_iter().zip(calls).map(variant).collect::<Vec<_>>()
    };
    vec![
        Workload::new("append, durable, one caller", single(Promise::Durable, [300; 3], &durable))
            .bar("256 B", OURS, FLOOR, 1.5)
            .bar("256 B", OURS, FLOOR, 1.2)
            .bar("256 B", OURS, FULL, 1.0)
            .bar("256 B", OURS, REDB, 1.0),
        Workload::new("append, relaxed, one caller", single(Promise::Relaxed, [20_000, 20_000, 5_000], &ALL))
            .bar("256 B", OURS, NORMAL, 0.5),
        Workload::new("append of batches, durable", batches(Promise::Durable, [100; 4]))
            .bar("batch of 100", OURS, FLOOR, 1.5)
            .bar("batch of 100", OURS, FULL, 0.5),
        Workload::new("append of batches, relaxed", batches(Promise::Relaxed, [10_000, 2_000, 300, 50])),
    ]
}

/// Many callers on one store. The native core has no group commit, and the original one thread.
pub(super) fn threads(scale: Scale) -> Vec<Workload> {
    const KINDS: [Kind; 5] = [Kind::Floor, Kind::Component, Kind::Sqlite, Kind::Redb, Kind::Fjall];
    let by_threads = |act, kinds: &[Kind]| {
        let variant = |(threads, calls)| {
            let label = if threads == 1 { "1 thread".to_owned() } else { format!("{threads} threads") };
            Variant::new(label, act, kinds).threads(threads).calls(scale.of(calls))
        };
        [(1, 150), (4, 300), (16, 640), (64, 1_280)].map(variant)
    };
    let on = |streams| by_threads(Act::Append { bytes: VALUE_BYTES, batch: 1, streams }, &KINDS);
    let speedup =
        |workload: Workload, at_most| workload.between((OURS, "64 threads"), (OURS, "1 thread"), at_most);
    vec![
        speedup(speedup(Workload::new("append 256 B, durable, on one stream", on(1)), 1.0 / 8.0), 1.0 / 20.0),
        speedup(Workload::new("append 256 B, durable, on 64 streams", on(64)), 1.0 / 20.0),
        speedup(
            Workload::new(
                "append, put and small blob in turn, durable",
                by_threads(Act::Mix, &[Kind::Component, Kind::Sqlite]),
            ),
            1.0 / 20.0,
        ),
    ]
}

/// How long the longest call takes, while checkpoints come and go.
pub(super) fn steady(scale: Scale) -> Vec<Workload> {
    const KINDS: [Kind; 6] =
        [Kind::Floor, Kind::Component, Kind::Native, Kind::Sqlite, Kind::Redb, Kind::Fjall];
    const APPENDS: &str = "appends to 64 streams";
    const PUTS: &str = "puts of 2,000 keys";
    let put = Act::Put { bytes: VALUE_BYTES, batch: 1, keys: 2_000 };
    let variants = [
        append(APPENDS, VALUE_BYTES, 1, 64, &KINDS).promise(Promise::Relaxed).calls(scale.of(100_000)),
        Variant::new(PUTS, put, &KINDS).promise(Promise::Relaxed).calls(scale.of(10_000)),
    ];
    vec![
        Workload::new("a steady load of small writes, relaxed", variants)
            .longest((OURS, APPENDS), 100.0)
            .longest((OURS, PUTS), 100.0),
    ]
}

fn sizes(scale: Scale, act: Act, calls: u64, kinds: &[Kind]) -> Vec<Variant> {
    let variant = |size| {
        Variant::new(grouped(size), act, kinds)
            .on(Data::Events(scale.of(size)))
            .promise(Promise::Relaxed)
            .calls(scale.of(calls))
    };
    SIZES.map(variant).into_iter().collect()
}

/// One caller on a stream that is there.
pub(super) fn reads(scale: Scale) -> Vec<Workload> {
    let replay = [
        Kind::Floor,
        Kind::Memory,
        Kind::Component,
        Kind::Native,
        Kind::Original,
        Kind::Sqlite,
        Kind::Redb,
        Kind::Fjall,
    ];
    // The original reads a stream from its beginning, whatever is asked for.
    let indexed = [Kind::Component, Kind::Native, Kind::Sqlite, Kind::Redb, Kind::Fjall];
    let mut counts = sizes(scale, Act::Count, 2_000, &[Kind::Component, Kind::Native]);
    // Those who count event by event are asked less often.
    counts.extend(sizes(scale, Act::Count, 3, &[Kind::Original, Kind::Sqlite, Kind::Redb, Kind::Fjall]));
    let opened = Variant::new("1,000", Act::Open, &indexed).on(Data::Events(scale.of(1_000)));
    let opened =
        std::iter::once(opened.promise(Promise::Relaxed)).chain(sizes(scale, Act::Open, 1, &indexed));
    vec![
        Workload::new("replay of a stream of 256 B", sizes(scale, Act::Replay, 1, &replay))
            .growing()
            .bar(LARGE, OURS, NORMAL, 1.0)
            .bar(LARGE, OURS, NORMAL, 0.7)
            .bar(LARGE, OURS, CORE, 1.0 / 0.6),
        Workload::new("read-after, a page of 100", sizes(scale, Act::ReadAfter(100), 500, &indexed))
            .growing(),
        Workload::new("last-seq, hot", sizes(scale, Act::LastSeq, 5_000, &STORES)).growing().between(
            (OURS, LARGE),
            (OURS, SMALL),
            1.5,
        ),
        Workload::new("count, after its first call", counts).growing().between(
            (OURS, LARGE),
            (OURS, SMALL),
            1.5,
        ),
        Workload::new("last-seq after a cold open", opened).growing().between(
            (OURS, LARGE),
            (OURS, "1,000"),
            2.0,
        ),
    ]
}

/// What is written to a stream that is there, small or large.
pub(super) fn growth(scale: Scale) -> Vec<Workload> {
    let onto = sizes(scale, Act::Append { bytes: VALUE_BYTES, batch: 1, streams: 1 }, 100, &ALL);
    let onto = onto.into_iter().map(|variant| variant.promise(Promise::Durable));
    let truncate = |percent, settled, rounds_of_large: usize| {
        let variants = sizes(scale, Act::Truncate { percent, settled }, 1, &STORES);
        // Each turn has a copy of the stream.
        let rounds = move |variant: Variant| {
            let is_large = variant.label == LARGE;
            variant.promise(Promise::Durable).rounds_max(if is_large { rounds_of_large } else { usize::MAX })
        };
        variants.into_iter().map(rounds)
    };
    let answer = |percent| {
        Workload::new(format!("truncate of {percent} %, until it answers"), truncate(percent, false, 3))
            .growing()
            .between((OURS, LARGE), (OURS, SMALL), 1.5)
    };
    let settled = |percent| {
        let name = format!("truncate of {percent} %, with the checkpoint behind it");
        Workload::new(name, truncate(percent, true, 1)).growing()
    };
    let mut all = vec![answer(1), answer(99), settled(1), settled(99)];
    all.push(Workload::new("append 256 B, durable, onto a stream of", onto).growing());
    all
}
