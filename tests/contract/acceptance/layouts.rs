//! Layouts (Y1 to Y4): a plain root, a packed one, and the way there and back.

use crate::builder;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use sx_persist::types::{Direction, Error as Refusal, Layout, Position};
use sx_persist::{Error, Store};
use tempfile::TempDir;

/// A little of everything that has files in a plain root.
fn fill(store: &Store) {
    for seq in 1..=5 {
        store.raw().append("s", &format!("{{:seq {seq}}}")).unwrap();
        store.raw().append("cut", &format!("{{:seq {seq}}}")).unwrap();
    }
    store.raw().truncate("cut", 2).unwrap();
    store.raw().kv_put("k", ":value").unwrap();
    store.raw().blob_put(b"small").unwrap();
    store.raw().blob_put(&vec![7; 70_000]).unwrap();
}

/// All that there is of streams, keys and blobs.
fn held(store: &Store) -> BTreeMap<String, String> {
    let raw = store.raw();
    let streams = raw.streams().unwrap().into_iter().map(|stream| {
        let seqs = (raw.last_seq(&stream).unwrap(), raw.count(&stream).unwrap());
        let events = raw.read(&stream).unwrap();
        (stream, format!("{seqs:?} {events:?}"))
    });
    let keys = raw.kv_keys().unwrap().into_iter().map(|key| {
        let value = raw.kv_get(&key).unwrap();
        (key, format!("{value:?}"))
    });
    let blobs = raw.blob_list(None, 99).unwrap().items.into_iter().map(|cid| {
        let bytes = raw.blob_get(&cid).unwrap().unwrap().len();
        (cid, bytes.to_string())
    });
    streams.chain(keys).chain(blobs).collect()
}

fn packed(store: &Store) -> u64 {
    store.admin().stats().unwrap()["packed"]
}

fn is_file(root: &Path, name: &str) -> bool {
    root.join(name).is_file()
}

#[test]
fn y1_both_layouts_answer_the_same() {
    let folders = [TempDir::new().unwrap(), TempDir::new().unwrap()];
    let stores = [Layout::Plain, Layout::Packed]
        .map(|layout| builder().layout(layout).open(folders[layout as usize].path()).unwrap());
    stores.iter().for_each(fill);
    assert_eq!(held(&stores[0]), held(&stores[1]));
    assert_eq!(stores.each_ref().map(packed), [0, 1]);
    for store in stores {
        store.admin().checkpoint().unwrap();
        assert_eq!(store.admin().verify().unwrap().damaged, 0);
        store.close().unwrap();
    }
    assert!(is_file(folders[0].path(), "kv/6b") && is_file(folders[0].path(), "streams/73.log"));
    assert!(is_file(folders[1].path(), "kv") && is_file(folders[1].path(), "streams"));
    // A store keeps its layout, whatever is asked for.
    let store = builder().layout(Layout::Plain).open(folders[1].path()).unwrap();
    assert_eq!(packed(&store), 1);
}

#[test]
fn y2_a_conversion_changes_no_answer_at_any_part_of_it() {
    let folder = TempDir::new().unwrap();
    let mut store = builder().open(folder.path()).unwrap();
    fill(&store);
    let before = held(&store);
    for to in [Layout::Packed, Layout::Plain, Layout::Packed] {
        let mut parts = 0;
        while store.admin().convert_step(to).unwrap() > 0 {
            parts += 1;
            assert_eq!(held(&store), before, "{to:?} {parts}");
            if parts % 3 == 0 {
                // As if the process had ended: it begins anew.
                store.close().unwrap();
                store = builder().open(folder.path()).unwrap();
                assert_eq!(held(&store), before, "{to:?} {parts}");
                store.admin().convert(to, |_| {}).unwrap();
            }
        }
        assert_eq!(packed(&store), u64::from(to == Layout::Packed));
        assert_eq!(held(&store), before, "{to:?}");
        assert_eq!(store.admin().convert_step(to).unwrap(), 0);
    }
    assert_eq!(fs::read_dir(folder.path().join("blobs")).unwrap().count(), 1, "the large one");
}

#[test]
fn y3_what_is_written_between_two_parts_is_copied_too() {
    let folder = TempDir::new().unwrap();
    let store = builder().open(folder.path()).unwrap();
    fill(&store);
    let mut parts: u64 = 0;
    while store.admin().convert_step(Layout::Packed).unwrap() > 0 {
        parts += 1;
        if parts < 9 {
            store.raw().append("s", &format!("{{:seq {}}}", 5 + parts)).unwrap();
            store.raw().kv_put(&format!("k{parts}"), "1").unwrap();
        }
    }
    assert_eq!((store.raw().last_seq("s").unwrap(), store.raw().count("s").unwrap()), (13, 13));
    assert_eq!(store.raw().kv_keys().unwrap().len(), 9);
}

#[test]
fn y4_what_is_no_text_is_not_packed_and_cursors_go_on_unless_a_stream_was_truncated() {
    let folder = TempDir::new().unwrap();
    let store = builder().open(folder.path()).unwrap();
    fill(&store);
    let page = |stream: &str, at: Position| store.raw().read_page(stream, &at, 2, Direction::Forward);
    let [whole, cut] =
        ["s", "cut"].map(|stream| Position::Cursor(page(stream, Position::Start).unwrap().through));
    store.admin().convert(Layout::Packed, |_| {}).unwrap();
    assert_eq!(page("s", whole).unwrap().lines, "{:seq 3}\n{:seq 4}\n");
    let outdated = page("cut", cut);
    assert!(matches!(&outdated, Err(Error::Refused(Refusal::InvalidArgument(_)))), "{outdated:?}");
    store.close().unwrap();

    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("kv")).unwrap();
    fs::write(folder.path().join("kv/ff"), "1").unwrap();
    let store = builder().open(folder.path()).unwrap();
    let refused = store.admin().convert(Layout::Packed, |_| {});
    assert!(
        matches!(&refused, Err(Error::Refused(Refusal::Corrupt(damage))) if damage.file == "kv/ff"),
        "{refused:?}"
    );
    assert_eq!((packed(&store), fs::read(folder.path().join("kv/ff")).unwrap()), (0, b"1".to_vec()));
}
