//! Names by pages: what is listed, how often a folder is looked at for it, and where somebody took files away.

use crate::any_disk::{Engine, engine_on};
use crate::watched::{Step, Watch, Watched};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use sx_persist_core::Op;
use sx_persist_core::limits::CACHE_VALUE_BYTES_MAX;
use sx_persist_core::memory::Memory;
use sx_persist_core::storage::{Fault, Storage};

/// How often each folder was listed.
#[derive(Clone, Debug, Default)]
struct Lists(Rc<RefCell<BTreeMap<String, usize>>>);

impl Watch for Lists {
    fn before(&self, _step: Step) -> Result<(), Fault> {
        Ok(())
    }

    fn lists(&self, path: &str) {
        *self.0.borrow_mut().entry(path.to_owned()).or_default() += 1;
    }
}

/// All keys that begin so, by pages.
fn listed(engine: &mut Engine, prefix: &str, limit: u32) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut after: Option<String> = None;
    loop {
        let page = engine.kv_list(prefix, after.as_deref(), limit).unwrap();
        assert!(page.items.iter().all(|(key, _)| Some(key) > after.as_ref()), "behind {after:?}: {page:?}");
        found.extend(page.items);
        if page.done {
            return found;
        }
        after = Some(page.through);
    }
}

#[test]
fn pages_of_names_look_at_their_folder_once_an_instance() {
    let watched = Watched::<Lists>::default();
    let mut engine = watched.engine();
    for number in 0..40 {
        engine.kv_put(&format!("key {number}"), "1").unwrap();
        engine.snapshot_persist(&format!("key {number}"), b"1").unwrap();
        engine.ref_set(&format!("key/{number}"), &"0".repeat(40)).unwrap();
    }
    engine.checkpoint().unwrap();
    let mut engine = watched.engine();
    watched.watch.0.borrow_mut().clear();
    for limit in [1, 7, 40] {
        assert_eq!(listed(&mut engine, "", limit).len(), 40);
        assert_eq!(engine.snapshot_keys("key 1", None, limit).unwrap().items.len(), limit.min(11) as usize);
        assert_eq!(engine.ref_list("key/1", None, limit).unwrap().items.len(), limit.min(11) as usize);
    }
    let listed = watched.watch.0.borrow();
    assert_eq!(listed.get("kv"), Some(&1), "{listed:?}");
    // Tables in runs have no folder, and their files are named by the manifest.
    assert_eq!((listed.get("snapshots"), listed.get("refs"), listed.get("runs")), (None, None, None));
}

#[test]
fn a_page_of_sessions_reads_what_it_shows_and_lists_no_folder() {
    let disk = Memory::new();
    let mut engine = engine_on(disk.clone());
    let session = |number: usize| format!("{number:08x}-0000-4000-8000-000000000000");
    let segment = |number: usize| format!("00000000-0000-1000-8000-{number:012x}");
    let append = |number: usize| Op::SessionAppend {
        session: session(number),
        segment: segment(number),
        entry: "1".to_owned(),
    };
    for first in (0..30_000).step_by(1_000) {
        engine.commit(&(first..first + 1_000).map(append).collect::<Vec<_>>()).unwrap();
    }
    engine.session_append(&session(7), &segment(30_000), "1").unwrap();
    engine.checkpoint().unwrap();
    drop(engine);
    let (Lists(listed), read) = (Lists::default(), Rc::new(Cell::new(0)));
    let watch = ListsAndReads { lists: Lists(Rc::clone(&listed)), read: Rc::clone(&read) };
    let mut engine = Watched { memory: disk.clone(), watch }.engine();
    assert_eq!(engine.session_exists(&session(0), &segment(0)), Ok(true));
    let (mut shown, mut after, mut pages) = (0, None, 0);
    listed.borrow_mut().clear();
    loop {
        read.set(0);
        let page = engine.session_list(after.as_deref(), 1_000).unwrap();
        if shown == 0 {
            assert_eq!(page.items[0], session(7), "it was written to last");
        }
        // Each block of a thousand sessions once, and what leads to them.
        assert!(read.get() < 200_000, "page {pages} reads {} bytes", read.get());
        shown += page.items.len();
        pages += 1;
        if page.done {
            break;
        }
        after = Some(page.through);
    }
    assert_eq!((shown, pages), (30_000, 30));
    assert_eq!(
        engine.session_list_segments(&session(7), None, 9).unwrap().items,
        [segment(30_000), segment(7)]
    );
    assert_eq!(engine.session_of(&segment(9)), Ok(Some(session(9))));
    assert_eq!(listed.borrow().len(), 0, "{listed:?}");
}

/// Which folders were listed, and how many bytes were read.
#[derive(Clone, Debug)]
struct ListsAndReads {
    lists: Lists,
    read: Rc<Cell<usize>>,
}

impl Watch for ListsAndReads {
    fn before(&self, step: Step) -> Result<(), Fault> {
        self.lists.before(step)
    }

    fn reads(&self, bytes: usize) {
        self.read.set(self.read.get() + bytes);
    }

    fn lists(&self, path: &str) {
        self.lists.lists(path);
    }
}

#[test]
fn a_list_is_what_was_put_over_checkpoints_and_restarts() {
    let disk = Memory::new();
    let mut engine = engine_on(disk.clone());
    let mut model = BTreeMap::new();
    for step in 0..300_usize {
        let key = format!("{}{}", ["a", "ab", "b", "\u{fc}"][step % 4], step * 7 % 13);
        if step % 5 == 3 {
            assert_eq!(engine.kv_delete(&key).unwrap(), model.remove(&key).is_some());
        } else {
            engine.kv_put(&key, &step.to_string()).unwrap();
            model.insert(key, step.to_string());
        }
        match step % 17 {
            4 => engine.checkpoint().unwrap(),
            11 => engine = engine_on(disk.clone()),
            _ => {}
        }
        for prefix in ["", "a", "ab1", "\u{fc}"] {
            let expected: BTreeMap<_, _> = model
                .iter()
                .filter(|(key, _)| key.starts_with(prefix))
                .map(|(k, v)| (k.clone(), v.clone()))
                .collect();
            for limit in [1, 3, 100] {
                assert_eq!(
                    listed(&mut engine, prefix, limit),
                    expected,
                    "step {step}, {prefix:?}, by {limit}"
                );
            }
        }
    }
}

#[test]
fn files_that_somebody_took_away_end_no_list_early() {
    let mut disk = Memory::new();
    let mut engine = engine_on(disk.clone());
    // Values that are read from their files each time.
    let value = format!("\"{}\"", "x".repeat(CACHE_VALUE_BYTES_MAX));
    for key in ["a", "b", "c", "d", "e", "f"] {
        engine.kv_put(key, &value).unwrap();
    }
    engine.checkpoint().unwrap();
    assert_eq!(listed(&mut engine, "", 2).len(), 6);
    for gone in ["kv/61", "kv/63", "kv/64"] {
        disk.remove(gone).unwrap();
    }
    for limit in 1..4 {
        assert_eq!(listed(&mut engine, "", limit).into_keys().collect::<String>(), "bef", "by {limit}");
    }
}
