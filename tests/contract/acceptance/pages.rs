//! P: pages and their cursors.

use crate::fixture::{Fixture, event, refusal};
use crate::maps::ALL;
use sx_persist::Page;
use sx_persist::types::{Direction, Error as Refusal, Position};

const SESSION: &str = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa";

/// Reads a page behind a cursor.
type List<'a> = (&'a str, Box<dyn Fn(&Fixture, Option<&str>, u32) -> sx_persist::Result<Page<String>> + 'a>);

fn hash(digit: u64) -> String {
    digit.to_string().repeat(40)
}

/// Every list of the store, as one of texts.
fn lists() -> Vec<List<'static>> {
    let place = |after: Option<&str>, start: Position| {
        after.map_or(start, |cursor| Position::Cursor(cursor.to_owned()))
    };
    let maps = |direction| {
        move |store: &Fixture, after: Option<&str>, limit: u32| {
            let page = store.raw().map_list("t", &ALL, after, limit, direction)?;
            let items = page.keys.iter().map(|key| format!("{key:?}")).collect();
            Ok(Page { items, through: page.through, done: page.done })
        }
    };
    let stream = move |direction, start: fn() -> Position| {
        move |store: &Fixture, after: Option<&str>, limit: u32| {
            store.raw().read_page("s", &place(after, start()), limit, direction).map(Page::from)
        }
    };
    let segment = move |direction, start: fn() -> Position| {
        move |store: &Fixture, after: Option<&str>, limit: u32| {
            let at = place(after, start());
            store.raw().session_read_page(SESSION, SESSION, &at, limit, direction).map(Page::from)
        }
    };
    vec![
        ("stream", Box::new(stream(Direction::Forward, || Position::Start))),
        ("stream after", Box::new(stream(Direction::Forward, || Position::After(0)))),
        ("stream backward", Box::new(stream(Direction::Backward, || Position::End))),
        ("segment", Box::new(segment(Direction::Forward, || Position::Start))),
        ("segment backward", Box::new(segment(Direction::Backward, || Position::End))),
        (
            "trace",
            Box::new(move |store, after, limit| {
                let at = place(after, Position::Start);
                let text = store.raw();
                text.session_read_trace(SESSION, SESSION, &at, limit, Direction::Forward).map(Page::from)
            }),
        ),
        (
            "keys and values",
            Box::new(|store, after, limit| {
                let page = store.raw().kv_list("", after, limit)?;
                let items =
                    page.entries.iter().map(|entry| format!("{} {}", entry.key, entry.value)).collect();
                Ok(Page { items, through: page.through, done: page.done })
            }),
        ),
        (
            "refs",
            Box::new(|store, after, limit| {
                let page = store.raw().ref_list("", after, limit)?;
                let items = page.items.iter().map(|entry| format!("{} {}", entry.name, entry.hash)).collect();
                Ok(Page { items, through: page.through, done: page.done })
            }),
        ),
        ("map", Box::new(maps(Direction::Forward))),
        ("map backward", Box::new(maps(Direction::Backward))),
        ("snapshots", Box::new(|store, after, limit| store.raw().snapshot_keys("", after, limit))),
        ("objects", Box::new(|store, after, limit| store.raw().object_list(after, limit))),
        ("blobs", Box::new(|store, after, limit| store.raw().blob_list(after, limit))),
        ("sessions", Box::new(|store, after, limit| store.raw().session_list(after, limit).map(Page::from))),
        (
            "segments",
            Box::new(|store, after, limit| {
                store.raw().session_list_segments(SESSION, after, limit).map(Page::from)
            }),
        ),
    ]
}

/// Adds an item, the last one in its order, to each list that is read forward.
fn add(store: &Fixture, nth: u64) {
    store.raw().append("s", &event(nth)).unwrap();
    store.raw().session_append(SESSION, SESSION, &nth.to_string()).unwrap();
    store.raw().session_append_trace(SESSION, SESSION, &nth.to_string()).unwrap();
    store.raw().kv_put(&format!("k{nth}"), "1").unwrap();
    store.raw().ref_set(&format!("r{nth}"), &hash(nth)).unwrap();
    store.raw().map_put("t", format!("k{nth}").as_bytes(), b"").unwrap();
    store.raw().snapshot_persist(&format!("k{nth}"), b"").unwrap();
    store.raw().object_write(&hash(nth), b"").unwrap();
    store.raw().blob_put(nth.to_string().as_bytes()).unwrap();
}

#[test]
fn p1_a_page_has_as_many_items_as_its_caller_says() {
    let store = Fixture::new();
    (1..=5).for_each(|nth| add(&store, nth));
    for (name, list) in lists() {
        for limit in [0, 65_537] {
            let refused = refusal(list(&store, None, limit));
            assert!(matches!(refused, Refusal::InvalidArgument(_)), "{name}: {refused:?}");
        }
        let all = list(&store, None, 65_536).unwrap();
        assert!(all.done, "{name}");
        for limit in 1..=6 {
            let page = list(&store, None, limit).unwrap();
            let due = all.items.len().min(limit as usize);
            assert_eq!(page.items, all.items[..due], "{name}");
            assert_eq!(page.done, due == all.items.len(), "{name}");
        }
    }
}

#[test]
fn p1_a_page_has_one_item_at_least_however_large() {
    let store = Fixture::new();
    let large = "x".repeat(2 << 20);
    for key in ["a", "b"] {
        store.raw().kv_put(key, &format!("\"{large}\"")).unwrap();
        store.raw().append("s", &format!("{{:data \"{large}\" :seq 1}}")).unwrap();
    }
    let page = store.raw().kv_list("", None, 9).unwrap();
    assert_eq!((page.entries.len(), page.through.as_str(), page.done), (1, "a", false));
    let page = store.raw().read_page("s", &Position::Start, 9, Direction::Forward).unwrap();
    assert_eq!((page.lines.lines().count(), page.done), (1, false));
}

#[test]
fn p2_paging_shows_each_item_once_and_goes_on_behind_the_end() {
    let store = Fixture::new();
    for (name, list) in lists() {
        // Of a segment that is missing nothing is read.
        if name.starts_with("segment") && name != "segments" {
            continue;
        }
        let empty = list(&store, None, 9).unwrap();
        assert_eq!((empty.items.len(), empty.done), (0, true), "{name}");
    }
    (1..=5).for_each(|nth| add(&store, nth));
    let mut ends = Vec::new();
    for (name, list) in lists() {
        let all = list(&store, None, 65_536).unwrap().items;
        for limit in 1..=6 {
            let (mut items, mut page) = (Vec::new(), list(&store, None, limit).unwrap());
            while !page.done {
                items.extend(page.items);
                page = list(&store, Some(&page.through), limit).unwrap();
            }
            items.extend(page.items);
            assert_eq!(items, all, "{name}, {limit} a page");
            // Behind the end there is a place, and nothing.
            let behind = list(&store, Some(&page.through), limit).unwrap();
            let due = Page { items: Vec::new(), through: page.through.clone(), done: true };
            assert_eq!(behind, due, "{name}");
            ends.push((name, page.through));
        }
    }
    store.admin().checkpoint().unwrap();
    add(&store, 9);
    // What has come since stands behind the end of all but the lists by address or by the last write, and those read backward.
    let grows = [
        "stream",
        "stream after",
        "segment",
        "trace",
        "keys and values",
        "refs",
        "map",
        "snapshots",
        "objects",
    ];
    for (name, end) in ends {
        let list = lists().into_iter().find(|list| list.0 == name).unwrap().1;
        let more = list(&store, Some(&end), 9).unwrap();
        if grows.contains(&name) {
            assert_eq!((more.items.len(), more.done), (1, true), "{name}");
        }
    }
}

#[test]
fn p3_a_cursor_is_text_and_an_empty_one_stands_before_all() {
    let store = Fixture::new();
    (1..=3).for_each(|nth| add(&store, nth));
    for (name, list) in lists() {
        // Of these the first page begins elsewhere.
        if name.ends_with(" backward") && name != "map backward" || name == "stream after" {
            continue;
        }
        assert_eq!(list(&store, Some(""), 9).unwrap(), list(&store, None, 9).unwrap(), "{name}");
    }
    assert_eq!(store.raw().kv_list("", None, 2).unwrap().through, "k2");
    assert_eq!(store.raw().map_list("t", &ALL, None, 2, Direction::Forward).unwrap().through, "6b32");
    assert_eq!(store.raw().object_list(None, 2).unwrap().through, hash(2));
    // A name that is not there is a place as well; elsewhere a cursor is what was given out, or none.
    assert_eq!(store.raw().kv_list("", Some("k11"), 9).unwrap().entries.len(), 2);
    for (name, list) in lists() {
        let refused = list(&store, Some("no cursor"), 9);
        match name {
            "keys and values" | "refs" | "snapshots" => drop(refused.unwrap()),
            "objects" => assert!(matches!(refusal(refused), Refusal::InvalidHash(_))),
            "blobs" => assert!(matches!(refusal(refused), Refusal::InvalidCid(_))),
            _ => {
                let refused = refusal(refused);
                assert!(matches!(refused, Refusal::InvalidArgument(_)), "{name}: {refused:?}");
            }
        }
    }
}
