//! Blobs: new ones, those that are there, and back again.

use super::{FLOOR, PLAIN, grouped};
use crate::act::Act;
use crate::contender::{Kind, OURS, Promise};
use crate::scale::Scale;
use crate::shelf::{BLOB_BYTES, Data};
use crate::variant::Variant;
use crate::workload::Workload;

const MIB: &str = "1 MiB";
/// A size, how it is called, and how often it is put.
const SIZES: [(&str, u64, u64); 4] =
    [("100 B", 100, 200), ("10 KiB", 10 << 10, 200), (MIB, 1 << 20, 20), ("100 MiB", 100 << 20, 1)];

pub(super) fn all(scale: Scale) -> Vec<Workload> {
    let kinds = [Kind::Floor, Kind::Memory, Kind::Component, Kind::Native, Kind::Original, Kind::Sqlite];
    // cacache promises nothing, so it has nothing beside it that does.
    let relaxed = [Kind::Floor, Kind::Component, Kind::Native, Kind::Original, Kind::Sqlite, Kind::Cacache];
    let by_size = |act: fn(u64) -> Act, promise, kinds: &[Kind]| {
        let variant = |(label, bytes, calls): (&str, u64, u64)| {
            // The smaller ones tell the way through the journal from the way past it in a quick run, too.
            let bytes = if bytes > 1 << 20 { scale.of(bytes) } else { bytes };
            Variant::new(label, act(bytes), kinds).promise(promise).calls(scale.of(calls))
        };
        SIZES.map(variant)
    };
    let new = |bytes| Act::BlobPut { bytes, repeated: false };
    let again = |bytes| Act::BlobPut { bytes, repeated: true };
    let get = |bytes| Act::BlobGet { bytes };
    vec![
        Workload::new("blob put, new, durable", by_size(new, Promise::Durable, &kinds))
            .bar(MIB, OURS, FLOOR, 1.5),
        Workload::new("blob put, there already, durable", by_size(again, Promise::Durable, &kinds)),
        Workload::new("blob put, new, relaxed", by_size(new, Promise::Relaxed, &relaxed)),
        Workload::new("blob get", by_size(get, Promise::Relaxed, &kinds)).bar(MIB, OURS, PLAIN, 1.5),
        growth(scale, &relaxed[1..]),
    ]
}

fn growth(scale: Scale, kinds: &[Kind]) -> Workload {
    let variant = |size| {
        Variant::new(grouped(size), Act::BlobGet { bytes: BLOB_BYTES }, kinds)
            .on(Data::Blobs(scale.of(size)))
            .promise(Promise::Relaxed)
            .calls(scale.of(1_000))
    };
    Workload::new("blob get of 100 B, one of", [100, 1_000, 10_000].map(variant)).growing()
}
