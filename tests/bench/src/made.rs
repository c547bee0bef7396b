//! What is put: keys, values, objects and blobs that are the same in each run.

use crate::contender::Event;
use std::fmt::Write as _;
use sx_persist::types::MapPair;

/// Bytes of a value.
const VALUE_BYTES: u64 = 256;
/// Bytes of a pair, which are what is stored.
pub(crate) const PAIR_BYTES: u64 = 16 + VALUE_BYTES;
/// Bytes of an event, where there are many streams.
pub(crate) const EVENT_BYTES: usize = 100;
/// Keys of a commit, where many are put.
pub(crate) const BATCH: u64 = 1_000;
/// Of each size in a power of two as many, from the first to the last: about what a git repository holds.
const OBJECT_BYTES: [f64; 2] = [100.0, 10_240.0];

/// The order in which keys come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Rising,
    Random,
}

/// Bytes that nothing compresses, others for each number.
pub(crate) fn blob(number: u64, bytes: u64) -> Vec<u8> {
    let mut state = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let words = (0..bytes.div_ceil(8)).flat_map(|_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    });
    words.take(usize::try_from(bytes).unwrap_or_default()).collect()
}

/// A key of sixteen bytes.
pub(crate) fn key(number: u64, order: Order) -> Vec<u8> {
    match order {
        Order::Rising => format!("key-{number:012}").into_bytes(),
        Order::Random => [mixed(number), mixed(!number)].map(u64::to_be_bytes).concat(),
    }
}

/// Bits in which a number cannot be seen, and which no other number has.
pub(crate) fn mixed(number: u64) -> u64 {
    let mut bits = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

pub(crate) fn pair(number: u64, version: u64, order: Order) -> MapPair {
    MapPair { key: key(number, order), value: blob(mixed(number) ^ version, VALUE_BYTES) }
}

/// Pairs of random keys.
pub(crate) fn pairs(numbers: impl Iterator<Item = u64>) -> Vec<MapPair> {
    numbers.map(|number| pair(number, 1, Order::Random)).collect()
}

/// Bytes of a hash.
pub(crate) const HASH_BYTES: u64 = 64;

pub(crate) fn hash(number: u64) -> String {
    (0..4).fold(String::new(), |mut hash, word| {
        let _ = write!(hash, "{:016x}", mixed(number.wrapping_mul(4) + word));
        hash
    })
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a size"
)]
pub(crate) fn object_bytes(number: u64) -> u64 {
    let [least, most] = OBJECT_BYTES;
    let part = (mixed(number) >> 11) as f64 / (1_u64 << 53) as f64;
    (least * (most / least).powf(part)) as u64
}

/// Objects with their hashes.
pub(crate) fn objects(numbers: impl Iterator<Item = u64>) -> Vec<(String, Vec<u8>)> {
    numbers.map(|number| (hash(number), blob(number, object_bytes(number)))).collect()
}

/// The id of a session, and that of its only segment.
pub(crate) fn session(number: u64) -> [String; 2] {
    [mixed(number), mixed(!number)].map(|high| {
        let bits = u128::from(high) << 64 | u128::from(mixed(high));
        let hex = format!("{bits:032x}");
        [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
    })
}

/// So many entries from a number on, each for one of so many sessions. Each of these has its turn before one has its next, in another
/// order each time.
pub(crate) fn entries(first: u64, count: u64, sessions: u64) -> Vec<(u64, String)> {
    let numbers = (0..count).map(|nth| first.wrapping_add(nth));
    numbers.map(|number| (turn(number, sessions).1, format!("\"{number:0>198}\""))).collect()
}

/// So many events from a number on, in the same order, each for one of so many streams and with its seq there.
pub(crate) fn events(first: u64, count: u64, streams: u64) -> Vec<(String, Event)> {
    let event = |number| {
        let (round, stream) = turn(number, streams);
        (stream_name(stream), Event::new(round + 1, EVENT_BYTES))
    };
    (0..count).map(|nth| event(first + nth)).collect()
}

pub(crate) fn stream_name(number: u64) -> String {
    format!("orders-{:016x}", mixed(number))
}

/// A place among the names of streams: half of them and more stand behind it.
pub(crate) fn stream_place(number: u64) -> String {
    format!("orders-{:016x}", mixed(number) >> 1)
}

/// Which turn a number is of, and whose: each of so many has one before one has its next, in another order each time.
fn turn(number: u64, of: u64) -> (u64, u64) {
    let of = of.max(1);
    let (round, at) = (number / of, number % of);
    (round, (at.wrapping_mul(STRIDE) + mixed(round) % of) % of)
}

/// A prime, so that it visits each number below any size that is not a multiple of it.
pub(crate) const STRIDE: u64 = 1_000_003;
