//! Names by pages: what is listed, how often a folder is looked at for it, and where somebody took files away.

mod watched;

use std::collections::BTreeMap;
use sx_persist_core::Engine;
use sx_persist_core::memory::Memory;
use sx_persist_core::storage::Storage as _;
use watched::Watched;

/// All keys that begin so, by pages.
fn listed(engine: &mut Engine<Watched>, prefix: &str, limit: u32) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut after: Option<String> = None;
    loop {
        let page = engine.kv_list(prefix, after.as_deref(), limit).unwrap();
        assert!(page.items.iter().all(|(key, _)| Some(key) > after.as_ref()), "behind {after:?}: {page:?}");
        found.extend(page.items);
        after = page.next;
        if after.is_none() {
            return found;
        }
    }
}

#[test]
fn pages_of_names_look_at_their_folder_once_an_instance() {
    let disk = Memory::new();
    let watched = Watched::new(&disk);
    let mut engine = Engine::new(watched.clone());
    for number in 0..40 {
        engine.kv_put(&format!("key {number}"), "1").unwrap();
        engine.snapshot_persist(&format!("key {number}"), b"1").unwrap();
        engine.ref_set(&format!("key/{number}"), &"0".repeat(40)).unwrap();
    }
    engine.checkpoint().unwrap();
    let mut engine = Engine::new(watched.clone());
    watched.listed.borrow_mut().clear();
    for limit in [1, 7, 40] {
        assert_eq!(listed(&mut engine, "", limit).len(), 40);
        assert_eq!(engine.snapshot_keys("key 1", None, limit).unwrap().items.len(), limit.min(11) as usize);
        assert_eq!(engine.ref_list("key/1", None, limit).unwrap().items.len(), limit.min(11) as usize);
    }
    let listed = watched.listed.borrow();
    for folder in ["kv", "snapshots", "refs"] {
        assert_eq!(listed.get(folder), Some(&1), "{listed:?}");
    }
}

#[test]
fn a_list_is_what_was_put_over_checkpoints_and_restarts() {
    let disk = Memory::new();
    let watched = Watched::new(&disk);
    let mut engine = Engine::new(watched.clone());
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
            11 => engine = Engine::new(watched.clone()),
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
    let mut engine = Engine::new(Watched::new(&disk));
    for key in ["a", "b", "c", "d", "e", "f"] {
        engine.kv_put(key, "1").unwrap();
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
