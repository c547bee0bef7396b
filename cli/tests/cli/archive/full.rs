//! A store with something of everything, the same each time; and what it answers.

use std::path::Path;
use sx_persist::types::{Direction, Expect, ExpectSeq, MapRange, Op, Position};
use sx_persist::{Raw, Store};

pub(crate) const A: &str = "01930000-0000-7000-8000-00000000000a";
pub(crate) const B: &str = "01930000-0000-7000-8000-00000000000b";
/// Of no order that ids have.
pub(crate) const SEGMENTS: [&str; 6] = [
    "f0000000-0000-4000-8000-000000000001",
    "10000000-0000-4000-8000-000000000002",
    "e0000000-0000-4000-8000-000000000003",
    "20000000-0000-4000-8000-000000000004",
    "d0000000-0000-4000-8000-000000000005",
    "30000000-0000-4000-8000-000000000006",
];
const SHORT_HASH: &str = "95d09f2b10159347eece71399a7e2e907ea3df4f";
const LONG_HASH: &str = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
/// The addresses of no bytes and of "hello world".
const EMPTY: &str = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku";
const HELLO: &str = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e";

/// Every type, at its edges.
const VALUE: &str = "{:big 9223372036854775807 :bytes (list nil true false) :dict {\"$symbol\" \"x\"} :float -0.0 \
                     :key :word :large 1e300 :name (quote sym) :seq 3 :small -9223372036854775808 \"with space\" 3.0}";

/// A name with what needs care, and one that is cut into folders on the disk.
fn names() -> [String; 2] {
    ["a\n\"\u{1}☃".to_owned(), "long/".repeat(200)]
}

fn bytes(count: usize) -> Vec<u8> {
    (0..count).map(|at| u8::try_from(at * 7 % 251).unwrap()).collect()
}

/// Fills a directory.
pub(crate) fn fill(root: &Path) {
    let store = Store::open(root).unwrap();
    let text = store.raw();
    streams(text);
    keys_and_maps(text);
    sessions(text);
    for (hash, size) in [(SHORT_HASH, 5_000), (LONG_HASH, 0)] {
        text.object_write(hash, &bytes(size)).unwrap();
        text.ref_set(&format!("refs/heads/{size}"), hash).unwrap();
    }
    text.ref_set("HEAD", SHORT_HASH).unwrap();
    text.snapshot_persist("state", &bytes(300)).unwrap();
    text.snapshot_persist("empty", b"").unwrap();
    text.snapshot_persist_marker("noted").unwrap();
    text.blob_put(b"").unwrap();
    text.blob_put(b"hello world").unwrap();
    // Past the journal.
    text.blob_put(&bytes(70_000)).unwrap();
    store.close().unwrap();
}

fn append(text: Raw<'_>, stream: &str, seqs: &[u64]) {
    for seq in seqs {
        text.append(stream, &format!("{{:seq {seq}}}")).unwrap();
    }
}

fn streams(text: Raw<'_>) {
    append(text, "orders", &[1, 2]);
    text.append("orders", VALUE).unwrap();
    append(text, "descending", &[9, 4, 9, 5]);
    append(text, "gone", &[1, 17]);
    text.truncate("gone", 17).unwrap();
    append(text, "half", &[1, 2, 3]);
    text.truncate("half", 2).unwrap();
    // All of it is gone, and what came then is below.
    append(text, "below", &[20]);
    text.truncate("below", 20).unwrap();
    append(text, "below", &[7, 3]);
    names().iter().for_each(|name| append(text, name, &[9_007_199_254_740_991]));
}

fn keys_and_maps(text: Raw<'_>) {
    text.kv_put("nil", "nil").unwrap();
    text.kv_put("value", VALUE).unwrap();
    text.kv_put("gone", "1").unwrap();
    text.kv_delete("gone").unwrap();
    names().iter().for_each(|name| text.kv_put(name, "\"\u{1}\\n☃\"").unwrap());
    let put = |table: &str, key: &[u8], value: &[u8]| assert!(text.map_put(table, key, value).unwrap() > 0);
    put("carts", &[255, 0], &[0, 255]);
    put("carts", b"k", b"first");
    put("carts", b"k", b"");
    put(&"t".repeat(255), &[1; 1_024], b"v");
    put("emptied", b"k", b"v");
    text.map_delete("emptied", b"k", Expect::Any).unwrap();
    text.map_increment("counts", b"n", -41).unwrap();
}

/// The last written first: session A with its segments 0, 4, 3, then B with 1, 5, 2; and 4 and 3 in one commit.
fn sessions(text: Raw<'_>) {
    let [entry, other] = ["{:from :user :text \"hello\"}", "nil"].map(str::to_owned);
    text.session_create_segment(B, SEGMENTS[2], &[entry.clone(), other.clone(), entry.clone()]).unwrap();
    text.session_truncate(B, SEGMENTS[2], 2, ExpectSeq::Any).unwrap();
    text.session_fork(B, SEGMENTS[2], Some(1), (B, SEGMENTS[5])).unwrap();
    let create = |segment: &str| Op::SessionCreateSegment {
        session: A.to_owned(),
        segment: segment.to_owned(),
        entries: Vec::new(),
    };
    text.commit(&[create(SEGMENTS[3]), create(SEGMENTS[4])]).unwrap();
    text.session_set_meta(A, SEGMENTS[3], Some("nil")).unwrap();
    text.session_append_trace(B, SEGMENTS[1], "{:tokens 12}").unwrap();
    text.session_append_trace(B, SEGMENTS[1], "1.0").unwrap();
    text.session_append(A, SEGMENTS[0], &entry).unwrap();
    text.session_append_trace(A, SEGMENTS[0], &other).unwrap();
    text.session_set_meta(A, SEGMENTS[0], Some("{:title \"first\"}")).unwrap();
    text.session_set_meta(B, SEGMENTS[2], Some("7")).unwrap();
}

/// Answers what it must, here or wherever it was imported.
pub(crate) fn answers(root: &Path) {
    let store = Store::builder().read_only(true).create(false).open(root).unwrap();
    let text = store.raw();
    stream_answers(text);
    key_and_map_answers(text);
    session_answers(text);
    let refs = text.ref_list("", None, 9).unwrap().items;
    let refs: Vec<_> = refs.iter().map(|entry| (entry.name.as_str(), entry.hash.as_str())).collect();
    assert_eq!(refs, [("HEAD", SHORT_HASH), ("refs/heads/0", LONG_HASH), ("refs/heads/5000", SHORT_HASH)]);
    assert_eq!(text.object_list(None, 9).unwrap().items, [LONG_HASH, SHORT_HASH]);
    assert!(text.object_read(SHORT_HASH).unwrap().unwrap() == bytes(5_000));
    assert_eq!(text.object_read(LONG_HASH).unwrap().unwrap(), b"");
    assert_eq!(text.snapshot_keys("", None, 9).unwrap().items, ["empty", "noted", "state"]);
    assert!(text.snapshot_load("state").unwrap().unwrap() == bytes(300));
    assert_eq!(text.snapshot_load("empty").unwrap().unwrap(), b"");
    assert_eq!(text.snapshot_load("noted").unwrap().unwrap(), b"");
    assert_eq!(text.blob_list(None, 9).unwrap().items.len(), 3);
    assert_eq!(text.blob_get(EMPTY).unwrap().unwrap(), b"");
    assert_eq!(text.blob_get(HELLO).unwrap().unwrap(), b"hello world");
    let cids = text.blob_list(None, 9).unwrap().items;
    let large = cids.iter().find(|cid| ![EMPTY, HELLO].contains(&cid.as_str())).unwrap();
    assert!(text.blob_get(large).unwrap().unwrap() == bytes(70_000));
    let report = store.admin().verify().unwrap();
    assert_eq!((report.damaged, report.foreign), (0, 0), "{report:?}");
}

fn stream_answers(text: Raw<'_>) {
    let [odd, long] = names();
    let mut expected = ["below", "descending", "gone", "half", "orders", &odd, &long];
    expected.sort_unstable();
    assert_eq!(text.streams().unwrap(), expected);
    for (stream, last_seq, seqs) in [
        ("below", 20, [7, 3].as_slice()),
        ("descending", 9, &[9, 4, 9, 5]),
        ("gone", 17, &[]),
        ("half", 3, &[3]),
        (&odd, 9_007_199_254_740_991, &[9_007_199_254_740_991]),
        (&long, 9_007_199_254_740_991, &[9_007_199_254_740_991]),
    ] {
        let events: Vec<_> = seqs.iter().map(|seq: &u64| format!("{{:seq {seq}}}")).collect();
        assert_eq!(
            (text.last_seq(stream).unwrap(), text.read(stream).unwrap()),
            (last_seq, events),
            "{stream}"
        );
        assert_eq!(text.count(stream).unwrap(), seqs.len() as u64, "{stream}");
    }
    assert_eq!(text.read("orders").unwrap(), ["{:seq 1}", "{:seq 2}", VALUE]);
}

fn key_and_map_answers(text: Raw<'_>) {
    let [odd, long] = names();
    assert_eq!(text.kv_keys().unwrap(), [odd.as_str(), &long, "nil", "value"]);
    assert_eq!(text.kv_get("nil").unwrap().as_deref(), Some("nil"));
    assert_eq!(text.kv_get("value").unwrap().as_deref(), Some(VALUE));
    assert_eq!(text.kv_get(&odd).unwrap().as_deref(), Some("\"\u{1}\\n☃\""));
    let long = "t".repeat(255);
    assert_eq!(text.map_tables().unwrap(), ["carts", "counts", &long]);
    for (table, expected) in [
        ("carts", [(b"k".as_slice(), b"".as_slice()), (&[255, 0], &[0, 255])].as_slice()),
        ("counts", &[(b"n", b"-41")]),
        (&long, &[(&[1; 1_024], b"v")]),
    ] {
        let all = MapRange { prefix: Vec::new(), start: None, end: None };
        let items = text.map_scan(table, &all, None, 9, Direction::Forward).unwrap().items;
        let found: Vec<_> = items.iter().map(|item| (item.key.as_slice(), item.value.as_slice())).collect();
        assert_eq!(found, expected, "{table}");
        assert!(items.iter().all(|item| item.version > 0), "{table}");
    }
}

fn session_answers(text: Raw<'_>) {
    assert_eq!(text.session_list(None, 9).unwrap().names, [A, B]);
    let segments = |session: &str| text.session_list_segments(session, None, 9).unwrap().names;
    assert_eq!(segments(A), [SEGMENTS[0], SEGMENTS[3], SEGMENTS[4]]);
    assert_eq!(segments(B), [SEGMENTS[1], SEGMENTS[5], SEGMENTS[2]]);
    let user = "{:from :user :text \"hello\"}";
    for (session, segment, entries, traces, meta) in [
        (A, 0, [user].as_slice(), ["nil"].as_slice(), Some("{:title \"first\"}")),
        (A, 3, &[], &[], Some("nil")),
        (A, 4, &[], &[], None),
        (B, 1, &[], &["{:tokens 12}", "1.0"], None),
        (B, 2, &[user, "nil"], &[], Some("7")),
        (B, 5, &[user], &[], None),
    ] {
        let segment = SEGMENTS[segment];
        assert_eq!(text.session_read(session, segment).unwrap(), entries, "{segment}");
        let trace =
            text.session_read_trace(session, segment, &Position::Start, 9, Direction::Forward).unwrap();
        assert_eq!(trace.lines.lines().collect::<Vec<_>>(), traces, "{segment}");
        assert_eq!(text.session_describe(session, segment).unwrap().meta.as_deref(), meta, "{segment}");
    }
}
