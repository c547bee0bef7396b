//! The same reader on a packed root: streams, keys and blobs as the library has written them.

use crate::runs::{hex, read};
use sha2::{Digest as _, Sha256};
use sim::random::Random;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use sx_persist::Store;
use sx_persist::types::{Layout, Op};

/// Small enough for several runs of many files, and for merges.
const FORMAT: &str = "sx-persist 5 packed\njournal 65536 file 8192 block 512 fan 2\n";
const STREAMS: u64 = 2_000;
const ROUNDS: u64 = 5;
/// A stream whose seqs descend.
const DESCENDING: &str = "down";

#[derive(Debug, Default, PartialEq, Eq)]
struct Stream {
    last_seq: u64,
    count: u64,
    events: Vec<String>,
}

/// All that a root has of the three, blobs by their digests in hex.
#[derive(Debug, Default, PartialEq, Eq)]
struct Held {
    streams: BTreeMap<String, Stream>,
    keys: BTreeMap<String, String>,
    blobs: BTreeMap<String, Vec<u8>>,
}

fn open(root: &Path) -> Store {
    // Merges are done with commits alone, so that there are some runs whenever it is looked at.
    Store::builder().timeout(None).checkpoint_when_idle(None).layout(Layout::Packed).open(root).unwrap()
}

fn append(stream: &str, seq: u64) -> Op {
    Op::Append { stream: stream.to_owned(), event: format!("{{:data \"] :seq 0\" :seq {seq}}}") }
}

/// One commit: some events of each stream, and keys.
fn events_and_keys(random: &mut Random, round: u64) -> Vec<Op> {
    let mut ops = Vec::new();
    for stream in 0..STREAMS {
        for nth in 1..=1 + random.below(2) {
            ops.push(append(&format!("s{stream}"), 10 * round + nth));
        }
    }
    ops.extend([5, 1, 4, 2].map(|seq| append(DESCENDING, 3 * round + seq)));
    for _ in 0..300 {
        let key = format!("k{}", random.below(400));
        ops.push(match random.below(3) {
            0 => Op::KvDelete { key },
            _ => Op::KvPut { key, value: random.below(1_000_000).to_string() },
        });
    }
    ops
}

/// Some of the streams lose some or all of their events, among them the one whose seqs descend some from between others.
fn truncations(random: &mut Random, round: u64) -> Vec<Op> {
    let some = (0..STREAMS).filter(|_| random.one_in(7)).collect::<Vec<_>>();
    let named = some.into_iter().map(|stream| (format!("s{stream}"), 10 * round + random.below(3)));
    let named = named.chain([(DESCENDING.to_owned(), 3 * round + 2)]);
    named.map(|(stream, upto)| Op::Truncate { stream, upto }).collect()
}

/// Commits, with a checkpoint between them or none.
fn write(store: &Store, random: &mut Random, round: u64) {
    let raw = store.raw();
    raw.commit(&events_and_keys(random, round)).unwrap();
    if round.is_multiple_of(2) {
        store.admin().checkpoint().unwrap();
    }
    raw.commit(&truncations(random, round)).unwrap();
    let byte = u8::try_from(round).unwrap();
    let cids = [10, 20_000, 70_000].map(|length| raw.blob_put(&vec![byte; length]).unwrap());
    if !round.is_multiple_of(2) {
        assert!(raw.blob_delete(&cids[0]).unwrap() && raw.blob_delete(&cids[2]).unwrap());
    }
}

/// What the component says.
fn said(store: &Store) -> Held {
    let raw = store.raw();
    let streams = raw.streams().unwrap().into_iter().map(|stream| {
        let (last_seq, count) = (raw.last_seq(&stream).unwrap(), raw.count(&stream).unwrap());
        let events = raw.read(&stream).unwrap();
        (stream, Stream { last_seq, count, events })
    });
    let keys = raw.kv_keys().unwrap().into_iter().map(|key| {
        let value = raw.kv_get(&key).unwrap().unwrap();
        (key, value)
    });
    let blobs = raw.blob_list(None, 99).unwrap().items.into_iter().map(|cid| {
        let bytes = raw.blob_get(&cid).unwrap().unwrap();
        (hex(&Sha256::digest(&bytes)), bytes)
    });
    Held { streams: streams.collect(), keys: keys.collect(), blobs: blobs.collect() }
}

/// What the reader prints.
fn parsed(text: &str) -> Held {
    let mut held = Held::default();
    for line in text.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let word = |field: &str| line[field].as_str().unwrap();
        let bytes = |field: &str| data_encoding::HEXLOWER.decode(word(field).as_bytes()).unwrap();
        let text = |field: &str| String::from_utf8(bytes(field)).unwrap();
        match word("keyspace") {
            "streams" => {
                let stream = held.streams.entry(text("name")).or_default();
                stream.last_seq = line["last_seq"].as_u64().unwrap();
                stream.count = line["count"].as_u64().unwrap();
            }
            "events" => held.streams.entry(text("name")).or_default().events.push(text("value")),
            "kv" => drop(held.keys.insert(text("name"), text("value"))),
            "blobs" => drop(held.blobs.insert(word("name").to_owned(), bytes("value"))),
            other => panic!("{other}: a root of streams, keys and blobs has none of them"),
        }
    }
    held
}

#[test]
fn a_reader_written_from_the_document_reads_a_packed_root() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path()).close().unwrap();
    fs::write(folder.path().join("format"), FORMAT).unwrap();
    let mut random = Random::new(16);
    let mut most = BTreeMap::<String, u64>::new();
    for round in 0..ROUNDS {
        let store = open(folder.path());
        write(&store, &mut random, round);
        let said = said(&store);
        store.close().unwrap();
        let files = support::files(folder.path());
        let Some(text) = read(&[], &files) else { return };
        // Not compared by a macro, which would print all of both.
        let parsed = parsed(&text);
        for (stream, held) in &said.streams {
            assert_eq!(parsed.streams.get(stream), Some(held), "{round}: {stream}");
        }
        assert!(parsed == said, "{round}: {:?}", parsed.keys);
        let Some(summary) = read(&["--check"], &files) else { return };
        let summary: BTreeMap<String, u64> = serde_json::from_str(&summary).unwrap();
        for (name, count) in summary {
            most.entry(name).and_modify(|most| *most = count.max(*most)).or_insert(count);
        }
    }
    assert!(most["streams"] == STREAMS + 1 && most["events"] > 2 * STREAMS, "{most:?}");
    assert!(most["runs"] > 1 && most["files"] > 2 * most["runs"], "{most:?}");
}
