//! `layered`: reads fall through, writes go up, and what was removed above does not shine through from below.

mod checks;
mod segments;
mod streams;

use crate::places::{opener, plain, refusal};
use std::path::Path;
use std::sync::LazyLock;
use support::library::observe;
use sx_persist::types::{
    Direction, Error as Refusal, Expect, ExpectSeq, MapPair, MapRange, Op, Outcome, Position, Stale,
};
use sx_persist::{CORE_COMPONENT, Component, MEMORY_COMPONENT, Store, middleware};
use sx_persist_compose::{join, plug};
use tempfile::TempDir;
use trace::address;
use trace::sessions::id;

/// In memory over a directory.
static OVER: LazyLock<Component> =
    LazyLock::new(|| support::joined(middleware::LAYERED, MEMORY_COMPONENT, CORE_COMPONENT));

/// A store that finds its directory in the second one that is opened.
static LOWER_ROOT: LazyLock<Vec<u8>> =
    LazyLock::new(|| plug(CORE_COMPONENT, middleware::LOWER_ROOT).unwrap());

/// On a directory over another.
static TWO: LazyLock<Component> =
    LazyLock::new(|| support::joined(middleware::LAYERED, CORE_COMPONENT, &LOWER_ROOT));

/// A store over another one on a directory.
pub(crate) struct Over<'a> {
    store: Store,
    lower: &'a Path,
    upper: Option<TempDir>,
}

impl std::ops::Deref for Over<'_> {
    type Target = Store;

    fn deref(&self) -> &Store {
        &self.store
    }
}

impl<'a> Over<'a> {
    fn in_memory(lower: &'a Path) -> Self {
        let store = opener(&OVER).lower(lower).in_memory().unwrap();
        Self { store, lower, upper: None }
    }

    fn on_disk(lower: &'a Path) -> Self {
        Self::on(tempfile::tempdir().unwrap(), lower)
    }

    fn on(upper: TempDir, lower: &'a Path) -> Self {
        let store = opener(&TWO).lower(lower).open(upper.path()).unwrap();
        Self { store, lower, upper: Some(upper) }
    }

    /// After a restart, where there is one.
    fn reopen(self) -> Self {
        match self.upper {
            Some(upper) => {
                self.store.close().unwrap();
                Self::on(upper, self.lower)
            }
            None => self,
        }
    }
}

/// Fills a store, and checks one in memory and one on a disk over it. The lower one is as it was in the end.
pub(crate) fn each(fill: impl Fn(&Store), check: impl Fn(Over<'_>)) {
    let root = tempfile::tempdir().unwrap();
    let store = plain(root.path());
    fill(&store);
    store.close().unwrap();
    let before = support::files(root.path());
    check(Over::in_memory(root.path()));
    check(Over::on_disk(root.path()));
    assert_eq!(support::files(root.path()), before, "the lower store was written to");
}

fn hash(digit: &str) -> String {
    digit.repeat(40)
}

/// One of each, under a name and its number.
fn put(store: &Store, name: &str, digit: &str) {
    store.raw().append(name, &format!("{{:seq {digit}}}")).unwrap();
    store.raw().kv_put(name, digit).unwrap();
    store.raw().ref_set(name, &hash(digit)).unwrap();
    store.raw().map_put("t", name.as_bytes(), digit.as_bytes()).unwrap();
    store.raw().map_put(name, b"k", digit.as_bytes()).unwrap();
    store.raw().object_write(&hash(digit), name.as_bytes()).unwrap();
    store.raw().session_append(&id(digit), &id(digit), digit).unwrap();
    store.raw().snapshot_persist(name, digit.as_bytes()).unwrap();
    store.raw().blob_put(name.as_bytes()).unwrap();
}

#[test]
fn what_is_read_falls_through_and_what_is_written_goes_up() {
    let fill = |store: &Store| {
        put(store, "a", "1");
        put(store, "c", "3");
    };
    each(fill, |store| {
        put(&store, "b", "2");
        put(&store, "d", "4");
        let expected = tempfile::tempdir().unwrap();
        // The same in one store; the lower one's sessions were written to before.
        let told = plain(expected.path());
        ["a", "c", "b", "d"]
            .iter()
            .zip(["1", "3", "2", "4"])
            .for_each(|(name, digit)| put(&told, name, digit));
        let store = store.reopen();
        assert_eq!(observe(&store).unwrap(), observe(&told).unwrap());
        assert_eq!(store.admin().verify().unwrap().damaged, 0);
    });
}

#[test]
fn lists_are_the_sorted_union_page_by_page() {
    let fill =
        |store: &Store| ["a", "c", "e"].iter().zip(["1", "3", "5"]).for_each(|(n, d)| put(store, n, d));
    each(fill, |store| {
        put(&store, "b", "2");
        put(&store, "d", "4");
        store.raw().kv_put("c", "30").unwrap();
        store.kv().remove("e").unwrap();
        assert_eq!(store.streams().unwrap(), ["a", "b", "c", "d", "e"]);
        assert_eq!(store.kv().keys().unwrap(), ["a", "b", "c", "d"]);
        assert_eq!(store.raw().map_tables().unwrap(), ["a", "b", "c", "d", "e", "t"]);
        for limit in 1..6 {
            let (mut entries, mut after) = (Vec::new(), None::<String>);
            loop {
                let page = store.raw().kv_list("", after.as_deref(), limit).unwrap();
                assert!(page.entries.len() <= limit as usize && !page.entries.is_empty());
                entries.extend(page.entries.into_iter().map(|entry| (entry.key, entry.value)));
                if page.done {
                    break;
                }
                after = Some(page.through);
            }
            let due = [("a", "1"), ("b", "2"), ("c", "30"), ("d", "4")];
            assert_eq!(entries, due.map(|(key, value)| (key.to_owned(), value.to_owned())));
            for direction in [Direction::Forward, Direction::Backward] {
                let (mut keys, mut after) = (Vec::new(), None::<String>);
                loop {
                    let page = store.raw().map_list("t", &all(), after.as_deref(), limit, direction).unwrap();
                    keys.extend(page.keys);
                    if page.done {
                        break;
                    }
                    after = Some(page.through);
                }
                let mut due = ["a", "b", "c", "d", "e"].map(Vec::from);
                if direction == Direction::Backward {
                    due.reverse();
                }
                assert_eq!(keys, due);
            }
        }
        let names = |range: &str| store.raw().ref_list(range, None, 9).unwrap().items.len();
        assert_eq!((names(""), names("b"), names("x")), (5, 1, 0));
        assert_eq!(store.raw().object_list(Some(&hash("2")), 2).unwrap().items, [hash("3"), hash("4")]);
        assert_eq!(store.raw().snapshot_keys("", Some("b"), 1).unwrap().next(), Some("c"));
        assert_eq!(store.raw().blob_list(None, 9).unwrap().items.len(), 5);
    });
}

fn all() -> MapRange {
    MapRange { prefix: Vec::new(), start: None, end: None }
}

/// Removes what `put` has put; answers whether each was there.
fn remove(store: &Store, name: &str, digit: &str) -> [bool; 8] {
    [
        store.kv().remove(name).unwrap(),
        store.raw().ref_delete(name).unwrap(),
        store.raw().map_delete("t", name.as_bytes(), Expect::Any).unwrap(),
        store.raw().map_drop_table(name).unwrap() > 0,
        store.raw().object_delete(&hash(digit)).unwrap(),
        store.raw().session_delete_segment(&id(digit), &id(digit)).unwrap(),
        store.raw().snapshot_delete_marker(name).unwrap(),
        store.raw().blob_delete(&address(name.as_bytes())).unwrap(),
    ]
}

/// Is each there?
fn has(store: &Store, name: &str, digit: &str) -> [bool; 8] {
    [
        store.kv().contains(name).unwrap(),
        store.raw().ref_get(name).unwrap().is_some(),
        store.raw().map_has("t", name.as_bytes()).unwrap(),
        store.raw().map_tables().unwrap().contains(&name.to_owned()),
        store.raw().object_exists(&hash(digit)).unwrap(),
        store.raw().session_exists(&id(digit), &id(digit)).unwrap(),
        store.raw().snapshot_contains(name).unwrap(),
        store.raw().blob_has(&address(name.as_bytes())).unwrap(),
    ]
}

#[test]
fn what_is_removed_does_not_shine_through() {
    each(
        |store| put(store, "a", "1"),
        |store| {
            assert_eq!(has(&store, "a", "1"), [true; 8]);
            assert_eq!(remove(&store, "a", "1"), [true; 8]);
            assert_eq!(remove(&store, "a", "1"), [false; 8]);
            let store = store.reopen();
            assert_eq!(has(&store, "a", "1"), [false; 8]);
            assert!(store.kv().keys().unwrap().is_empty() && store.raw().map_tables().unwrap().is_empty());
            assert_eq!(store.raw().kv_get("a").unwrap(), None);
            assert_eq!(store.raw().map_get("t", b"a").unwrap(), None);
            assert_eq!(store.raw().map_get_many("a", &[b"k".to_vec()]).unwrap(), [None]);
            assert_eq!(store.raw().object_read(&hash("1")).unwrap(), None);
            assert_eq!(store.raw().object_stats().unwrap().objects, 0);
            assert_eq!(store.raw().blob_get(&address(b"a")).unwrap(), None);
            assert_eq!(store.raw().snapshot_load("a").unwrap(), None);
            assert_eq!(store.raw().session_list(None, 9).unwrap().names, Vec::<String>::new());
            // It may come back, and go again.
            put(&store, "a", "1");
            assert_eq!(has(&store, "a", "1"), [true; 8]);
            assert_eq!(remove(&store, "a", "1"), [true; 8]);
            assert_eq!(has(&store, "a", "1"), [false; 8]);
        },
    );
}

#[test]
fn its_own_tables_are_not_shown_and_not_given_out() {
    each(
        |store| put(store, "a", "1"),
        |store| {
            remove(&store, "a", "1");
            assert_eq!(store.raw().map_tables().unwrap(), Vec::<String>::new());
            for table in ["sx:layered/kv", "sx:layered/map/t", "sx:layered/"] {
                let put = Op::MapPut { table: table.into(), key: b"a".into(), value: vec![] };
                let refusals = [
                    refusal(store.raw().map_get(table, b"a")),
                    refusal(store.raw().map_put(table, b"a", b"")),
                    refusal(store.raw().map_delete(table, b"a", Expect::Any)),
                    refusal(store.raw().map_drop_table(table)),
                    refusal(store.raw().map_list(table, &all(), None, 9, Direction::Forward)),
                    refusal(store.raw().map_put_many(table, &[])),
                    store.raw().commit(&[put]).unwrap_err().error.refusal().unwrap().clone(),
                ];
                let is_due = |refusal: &Refusal| matches!(refusal, Refusal::InvalidName(_));
                assert!(refusals.iter().all(is_due), "{refusals:?}");
            }
            // A name of a table may be as long as ours are.
            let long = "n".repeat(255);
            store.raw().map_put(&long, b"k", b"v").unwrap();
            assert!(store.raw().map_delete(&long, b"k", Expect::Any).unwrap());
        },
    );
}

#[test]
fn compare_and_set_compares_with_what_a_reader_sees() {
    each(
        |store| put(store, "a", "1"),
        |store| {
            let text = store.raw();
            assert!(!text.kv_swap("a", None, Some("2")).unwrap());
            assert!(!text.kv_swap("a", Some("7"), Some("2")).unwrap());
            assert!(text.kv_swap("a", Some(" 1 "), Some("2")).unwrap());
            assert!(!text.kv_swap("a", Some("1"), Some("3")).unwrap());
            assert!(text.kv_swap("a", Some("2"), None).unwrap());
            assert!(text.kv_swap("a", None, Some("4")).unwrap());
            assert!(!store.raw().ref_test_and_set("a", None, Some(&hash("2"))).unwrap());
            assert!(store.raw().ref_test_and_set("a", Some(&hash("1")), None).unwrap());
            assert_eq!(store.raw().ref_get("a").unwrap(), None);
            // An object's first bytes stay, and a marker changes nothing.
            store.raw().object_write(&hash("1"), b"other").unwrap();
            assert_eq!(store.raw().object_read(&hash("1")).unwrap().as_deref(), Some(&b"a"[..]));
            let large = refusal(store.raw().object_write(&hash("1"), &vec![0; (16 << 20) + 1]));
            assert!(matches!(large, Refusal::TooLarge(_)), "{large:?}");
            store.raw().snapshot_persist_marker("a").unwrap();
            assert_eq!(store.raw().snapshot_load("a").unwrap().as_deref(), Some(&b"1"[..]));
            let store = store.reopen();
            assert_eq!(store.raw().kv_get("a").unwrap().as_deref(), Some("4"));
        },
    );
}

#[test]
fn a_version_never_means_two_values() {
    // The lower key has the version 7, and the upper store's seventh commit must not have it, too.
    let fill = |store: &Store| {
        for number in 1..=7 {
            store.raw().map_put("t", b"k", number.to_string().as_bytes()).unwrap();
        }
    };
    each(fill, |store| {
        let stale = |expected, actual| Refusal::Stale(Stale { expected, actual });
        let seen = store.raw().map_get("t", b"k").unwrap().unwrap();
        assert_eq!((seen.value, seen.version), (b"7".to_vec(), 7));
        assert_eq!(refusal(store.raw().map_put_new("t", b"k", b"x")), stale(0, 7));
        assert_eq!(refusal(store.raw().map_swap("t", b"k", Expect::Version(6), b"x")), stale(6, 7));
        assert_eq!(refusal(store.raw().map_delete("t", b"k", Expect::Absent)), stale(0, 7));
        assert_eq!(refusal(store.raw().map_delete("t", b"k", Expect::Version(3))), stale(3, 7));
        let mut versions = vec![7, store.raw().map_swap("t", b"k", Expect::Version(7), b"8").unwrap()];
        for _ in 0..9 {
            versions.push(store.raw().map_put("t", b"k", b"9").unwrap());
        }
        assert!(versions.windows(2).all(|pair| pair[0] < pair[1]), "{versions:?}");
        let last = *versions.last().unwrap();
        for version in &versions[..versions.len() - 1] {
            assert_eq!(
                refusal(store.raw().map_swap("t", b"k", Expect::Version(*version), b"x")),
                stale(*version, last)
            );
        }
        let store = store.reopen();
        assert_eq!(store.raw().map_get("t", b"k").unwrap().unwrap().version, last);
        assert!(store.raw().map_delete("t", b"k", Expect::Version(last)).unwrap());
        assert_eq!(refusal(store.raw().map_delete("t", b"k", Expect::Version(7))), stale(7, 0));
        assert!(store.raw().map_put_new("t", b"k", b"new").unwrap() > last);
    });
}

#[test]
fn an_increment_goes_on_and_many_keys_are_one_commit() {
    let fill = |store: &Store| {
        store.raw().map_put("t", b"n", b"41").unwrap();
        for key in [b"a", b"b", b"c"] {
            store.raw().map_put("u", key, b"below").unwrap();
        }
    };
    each(fill, |store| {
        assert_eq!(store.raw().map_increment("t", b"n", 1).unwrap(), 42);
        assert_eq!(store.raw().map_increment("t", b"n", 1).unwrap(), 43);
        let pair = |key: &[u8]| MapPair { key: key.into(), value: b"above".into() };
        let version = store.raw().map_put_many("u", &[pair(b"a"), pair(b"z")]).unwrap();
        let keys = [b"a".to_vec(), b"b".to_vec(), b"z".to_vec()];
        let entries = store.raw().map_get_many("u", &keys).unwrap();
        let shown: Vec<_> = entries.into_iter().flatten().map(|entry| (entry.value, entry.version)).collect();
        let (above, below) = (b"above".to_vec(), b"below".to_vec());
        assert_eq!(shown, [(above.clone(), version), (below, 3), (above, version)]);
        assert_eq!(
            store.raw().map_delete_many("u", &[b"b".to_vec(), b"b".to_vec(), b"y".to_vec()]).unwrap(),
            1
        );
        assert_eq!(store.raw().map_drop_table("u").unwrap(), 3);
        assert_eq!(store.raw().map_drop_table("u").unwrap(), 0);
        let store = store.reopen();
        assert_eq!(store.raw().map_tables().unwrap(), ["t"]);
        assert_eq!(store.raw().map_put_many("u", &[]).unwrap(), 0);
    });
}

#[test]
fn a_commit_is_whole_across_both_stores() {
    each(
        |store| put(store, "a", "1"),
        |store| {
            let kv = |value: &str| Op::KvPut { key: "a".into(), value: value.into() };
            let swap = |expected: &str| {
                let (expected, replacement) = (Some(expected.to_owned()), Some("9".to_owned()));
                Op::KvSwap { key: "a".into(), expected, replacement }
            };
            let before = observe(&store).unwrap();
            // Behind what is done for them, the operations keep their numbers.
            let ops = [Op::KvDelete { key: "a".into() }, Op::RefDelete { name: "a".into() }, swap("1")];
            let refused = store.raw().commit(&ops).unwrap_err();
            assert_eq!(
                (refused.index, refused.error.refusal()),
                (Some(2), Some(&Refusal::Conflict("a".into())))
            );
            let stale = Op::MapSwap {
                table: "t".into(),
                key: b"a".into(),
                expected: Expect::Version(99),
                value: vec![],
            };
            let refused = store.raw().commit(&[Op::ObjectDelete { hash: hash("1") }, stale]).unwrap_err();
            let version = before.maps.tables["t"][&b"a"[..]].1;
            let due = Refusal::Stale(Stale { expected: 99, actual: version });
            assert_eq!((refused.index, refused.error.refusal()), (Some(1), Some(&due)));
            assert_eq!(observe(&store).unwrap(), before);
            let outcomes = store.raw().commit(&[
                swap("1"),
                Op::KvDelete { key: "a".into() },
                Op::KvDelete { key: "a".into() },
                kv("3"),
            ]);
            let due = [Outcome::Swapped(true), Outcome::Deleted(true), Outcome::Deleted(false), Outcome::Put];
            assert_eq!(outcomes.unwrap().outcomes, due);
            let ran = store
                .raw()
                .run(&[Op::RefDelete { name: "a".into() }, swap("1"), swap("3"), kv("(")])
                .unwrap();
            assert_eq!(
                ran[..3],
                [Ok(Outcome::Deleted(true)), Ok(Outcome::Swapped(false)), Ok(Outcome::Swapped(true))]
            );
            assert!(matches!(ran[3], Err(Refusal::InvalidValue(_))));
            let store = store.reopen();
            assert_eq!(store.raw().kv_get("a").unwrap().as_deref(), Some("9"));
            assert_eq!(store.raw().handle_op("persist/kv-has?", "(\"a\")").unwrap().as_deref(), Some("true"));
            assert_eq!(store.raw().handle_op("persist/last-seq", "(\"a\")").unwrap().as_deref(), Some("1"));
            let last_seq = store.raw().handle_op_bytes("persist/last-seq", b"(\"a\")").unwrap();
            assert_eq!(last_seq.as_deref(), Some(&b"1"[..]));
        },
    );
}

#[test]
fn what_layered_refuses_by_itself_keeps_its_place_among_the_operations() {
    each(
        |_| {},
        |store| {
            let own = || {
                let (table, key) = ("sx:layered/kv".to_owned(), b"k".to_vec());
                Op::MapPut { table, key, value: Vec::new() }
            };
            let open = || Op::KvPut { key: "k".into(), value: "(".into() };
            for (ops, is_name) in [([own(), open()], true), ([open(), own()], false)] {
                let refused = store.raw().commit(&ops).unwrap_err();
                assert_eq!(refused.index, Some(0));
                assert_eq!(matches!(refused.error.refusal(), Some(Refusal::InvalidName(_))), is_name);
                let answers = store.raw().run(&ops).unwrap();
                let is_named = |answer: &_| matches!(answer, Err(Refusal::InvalidName(_)));
                assert_eq!(answers.iter().map(is_named).collect::<Vec<_>>(), [is_name, !is_name]);
            }
        },
    );
}

#[test]
fn a_segment_is_copied_up_by_its_first_write() {
    let fill = |store: &Store| {
        for digit in ["1", "2"] {
            let entries = ["1".to_owned(), "2".to_owned()];
            store.raw().session_create_segment(&id("a"), &id(digit), &entries).unwrap();
            store.raw().session_append_trace(&id("a"), &id(digit), "t").unwrap();
        }
        store.raw().session_append(&id("b"), &id("3"), "1").unwrap();
    };
    each(fill, |store| {
        let text = store.raw();
        assert_eq!(text.session_list(None, 9).unwrap().names, [id("b"), id("a")]);
        assert_eq!(text.session_append(&id("a"), &id("1"), "3").unwrap(), 3);
        assert_eq!(text.session_read(&id("a"), &id("1")).unwrap(), ["1", "2", "3"]);
        let stale = refusal(text.session_append_expecting(&id("a"), &id("1"), 2, &["x".into()]));
        assert_eq!(stale, Refusal::Stale(Stale { expected: 2, actual: 3 }));
        assert_eq!(text.session_append_trace(&id("a"), &id("1"), "u").unwrap(), 2);
        // What was written to above comes first, a page at a time too.
        for limit in 1..4 {
            let (mut ids, mut after) = (Vec::new(), None::<String>);
            loop {
                let page = text.session_list(after.as_deref(), limit).unwrap();
                ids.extend(page.names);
                if page.done {
                    break;
                }
                after = Some(page.through);
            }
            assert_eq!(ids, [id("a"), id("b")]);
        }
        assert_eq!(text.session_list_segments(&id("a"), None, 9).unwrap().names, [id("1"), id("2")]);
        let conflict = refusal(text.session_append(&id("b"), &id("2"), "x"));
        assert_eq!(conflict, Refusal::Conflict(id("2")));
        assert!(!text.session_delete_segment(&id("b"), &id("2")).unwrap());
        let wrong = refusal(text.session_truncate(&id("a"), &id("2"), 3, ExpectSeq::Any));
        assert!(matches!(wrong, Refusal::InvalidArgument(_)), "{wrong:?}");
        assert_eq!(text.session_truncate(&id("a"), &id("2"), 1, ExpectSeq::Any).unwrap(), 1);
        text.session_create_segment(&id("b"), &id("3"), &["(open".into()]).unwrap_err();
        text.session_create_segment(&id("b"), &id("3"), &["(quote new)".into()]).unwrap();
        let store = store.reopen();
        let text = store.raw();
        assert_eq!(text.session_read(&id("a"), &id("2")).unwrap(), ["1"]);
        assert_eq!(text.session_read(&id("b"), &id("3")).unwrap(), ["(quote new)"]);
        assert_eq!(
            text.session_read_trace(&id("a"), &id("2"), &Position::Start, 9, Direction::Forward)
                .unwrap()
                .lines,
            "(quote t)\n"
        );
        assert_eq!(text.session_list(None, 9).unwrap().names, [id("b"), id("a")]);
    });
}

#[test]
fn there_may_be_three_stores_and_other_middleware_before_them() {
    let (middle, bottom) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    put(&plain(bottom.path()), "a", "1");
    // The store in the middle is what a store on a disk over another one has left.
    let store = opener(&TWO).lower(bottom.path()).open(middle.path()).unwrap();
    store.kv().remove("a").unwrap();
    store.raw().kv_put("b", "2").unwrap();
    drop(store);
    let lower = join(middleware::LAYERED, CORE_COMPONENT, &LOWER_ROOT).unwrap();
    let whole = join(middleware::LAYERED, MEMORY_COMPONENT, &lower).unwrap();
    let whole = support::composed(&[middleware::CACHED], &whole);
    let store = opener(&whole).lower(bottom.path()).read_only(true).open(middle.path()).unwrap();
    store.raw().kv_put("c", "3").unwrap();
    assert_eq!(store.kv().keys().unwrap(), ["b", "c"]);
    assert_eq!(store.raw().ref_get("a").unwrap(), Some(hash("1")));
    assert_eq!(
        store.raw().record_event("a", "x", 0, "nil", ExpectSeq::At(1)).unwrap().matches(":seq 2").count(),
        1
    );
    assert_eq!(store.admin().stats().unwrap()["cache-entries"], 1);
    // A writer passes through all of them.
    let cid = store.raw().blob_put_from(&*vec![7; 300_000]).unwrap();
    assert_eq!(store.raw().blob_get(&cid).unwrap().unwrap(), vec![7; 300_000]);
}

#[test]
fn the_lower_store_is_the_directory_that_its_path_led_to_at_the_opening() {
    let above = tempfile::tempdir().unwrap();
    let (lower, aside) = (above.path().join("lower"), above.path().join("aside"));
    put(&plain(&lower), "a", "1");
    let store = opener(&OVER).lower(&lower).in_memory().unwrap();
    std::fs::rename(&lower, &aside).unwrap();
    put(&plain(&lower), "a", "2");
    assert_eq!(store.raw().ref_get("a").unwrap(), Some(hash("1")));
    let missing = opener(&OVER).lower(above.path().join("missing")).in_memory().unwrap_err();
    assert!(missing.to_string().contains("missing"), "{missing}");
}

#[test]
fn what_is_said_of_the_whole_tells_the_stores_apart() {
    each(
        |store| put(store, "a", "1"),
        |store| {
            put(&store, "b", "2");
            let stats = store.admin().stats().unwrap();
            assert_eq!((stats["keys"], stats["lower-keys"]), (1, 1));
            assert!(stats.contains_key("lower-lsn"));
            let stats = store.raw().object_stats().unwrap();
            assert_eq!((stats.objects, stats.bytes), (2, 2));
            let report = store.admin().verify().unwrap();
            assert_eq!((report.blobs, report.damaged), (2, 0));
        },
    );
}

#[test]
fn without_a_second_directory_the_lower_store_says_so() {
    let root = tempfile::tempdir().unwrap();
    let store = opener(&TWO).open(root.path()).unwrap();
    let Refusal::Io(failure) = refusal(store.raw().kv_get("k")) else { panic!("it has no directory") };
    assert_eq!(failure.code, "no-preopen");
}
