//! Values that are kept once they were read: which files are opened for a value, and that a value which was changed is never
//! answered as it was.

use crate::any_disk::{Engine, engine_on};
use crate::watched::{Step, Watch, Watched};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;
use sx_persist_core::Op;
use sx_persist_core::limits::{CACHE_BYTES_MAX, CACHE_VALUE_BYTES_MAX};
use sx_persist_core::memory::Memory;
use sx_persist_core::storage::Fault;

/// How many files of keys were opened.
#[derive(Clone, Debug, Default)]
struct Opens(Rc<Cell<usize>>);

impl Watch for Opens {
    fn before(&self, _step: Step) -> Result<(), Fault> {
        Ok(())
    }

    fn opens(&self, path: &str) {
        self.0.set(self.0.get() + usize::from(path.starts_with("kv/")));
    }
}

impl Opens {
    /// Opened since the last question.
    fn taken(&self) -> usize {
        self.0.take()
    }
}

/// A value of so many bytes.
fn value(bytes: usize) -> String {
    format!("\"{}\"", "x".repeat(bytes - 2))
}

/// A store whose base holds these, freshly opened.
fn settled(pairs: &[(&str, String)]) -> (Engine, Watched<Opens>) {
    let watched = Watched::<Opens>::default();
    let mut engine = watched.engine();
    for (key, value) in pairs {
        engine.kv_put(key, value).unwrap();
    }
    engine.checkpoint().unwrap();
    let mut engine = watched.engine();
    engine.kv_has("none of them").unwrap();
    watched.watch.taken();
    (engine, watched)
}

#[test]
fn a_small_value_is_read_from_its_file_once() {
    let small = value(CACHE_VALUE_BYTES_MAX);
    let (mut engine, watched) =
        settled(&[("small", small.clone()), ("large", value(CACHE_VALUE_BYTES_MAX + 1))]);
    for opened in [1, 0, 0] {
        assert_eq!(engine.kv_get("small").unwrap().as_ref(), Some(&small));
        assert!(engine.kv_has("small").unwrap());
        assert_eq!(watched.watch.taken(), opened);
    }
    for _ in 0..2 {
        assert!(engine.kv_get("large").unwrap().is_some());
        assert_eq!(watched.watch.taken(), 1);
    }
    // An absent one is looked for each time.
    for _ in 0..2 {
        assert_eq!(engine.kv_get("absent").unwrap(), None);
        assert_eq!(watched.watch.taken(), 1);
    }
}

#[test]
fn what_a_commit_changes_is_read_anew_behind_the_checkpoint() {
    let (mut engine, watched) = settled(&[("a", value(10)), ("b", value(11))]);
    assert!(engine.kv_get("a").unwrap().is_some() && engine.kv_get("b").unwrap().is_some());
    engine
        .commit(&[Op::KvPut { key: "a".to_owned(), value: value(12) }, Op::KvDelete { key: "b".to_owned() }])
        .unwrap();
    for _ in 0..2 {
        assert_eq!(engine.kv_get("a").unwrap(), Some(value(12)));
        assert_eq!(engine.kv_get("b").unwrap(), None);
        assert!(!engine.kv_has("b").unwrap());
        engine.checkpoint().unwrap();
    }
    watched.watch.taken();
    assert_eq!(engine.kv_get("a").unwrap(), Some(value(12)));
    assert_eq!(watched.watch.taken(), 0);
}

#[test]
fn a_batch_that_was_refused_leaves_the_old_value() {
    let (mut engine, _) = settled(&[("a", value(10))]);
    engine.kv_get("a").unwrap();
    let refused = engine.commit(&[
        Op::KvPut { key: "a".to_owned(), value: value(12) },
        Op::Append { stream: "s".to_owned(), event: "no event".to_owned() },
    ]);
    assert!(refused.is_err());
    engine.checkpoint().unwrap();
    assert_eq!(engine.kv_get("a").unwrap(), Some(value(10)));
}

#[test]
fn the_values_that_are_kept_have_a_bound() {
    let pairs: Vec<_> =
        (0..2 * CACHE_BYTES_MAX / 4_000).map(|number| (number.to_string(), value(4_000))).collect();
    let pairs: Vec<_> = pairs.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
    let (mut engine, watched) = settled(&pairs);
    for _ in 0..2 {
        pairs.iter().for_each(|(key, value)| assert_eq!(engine.kv_get(key).unwrap().as_ref(), Some(value)));
    }
    // Twice as many as there is room for: in the second turn, too, the others have gone.
    assert_eq!(watched.watch.taken(), 2 * pairs.len());
    let (last, _) = pairs[pairs.len() - 1];
    engine.kv_get(last).unwrap();
    assert_eq!(watched.watch.taken(), 0);
}

#[test]
fn a_value_in_use_stays_when_others_go() {
    let pairs: Vec<_> =
        (0..2 * CACHE_BYTES_MAX / 4_000).map(|number| (number.to_string(), value(4_000))).collect();
    let pairs: Vec<_> = pairs.iter().map(|(key, value)| (key.as_str(), value.clone())).collect();
    let (mut engine, watched) = settled(&pairs);
    let (used, _) = pairs[0];
    for (key, _) in &pairs {
        engine.kv_get(key).unwrap();
        engine.kv_get(used).unwrap();
    }
    assert_eq!(watched.watch.taken(), pairs.len());
}

#[test]
fn a_reader_beside_a_writer_keeps_nothing() {
    let disk = Memory::new();
    let mut writer = engine_on(disk.clone());
    writer.kv_put("a", "1").unwrap();
    writer.checkpoint().unwrap();
    let mut reader = engine_on(disk.reader());
    for number in 1..20 {
        assert_eq!(reader.kv_get("a").unwrap(), Some(number.to_string()));
        writer.kv_put("a", &(number + 1).to_string()).unwrap();
        writer.checkpoint().unwrap();
    }
}

#[test]
fn a_value_is_what_was_put_last_over_parts_of_checkpoints_and_restarts() {
    let disk = Memory::new();
    let mut engine = engine_on(disk.clone());
    let mut model: BTreeMap<String, String> = BTreeMap::new();
    for step in 0..2_000_usize {
        let key = (step * step % 37).to_string();
        match step % 7 {
            0 | 3 => {
                engine.kv_put(&key, &step.to_string()).unwrap();
                model.insert(key.clone(), step.to_string());
            }
            5 => assert_eq!(engine.kv_delete(&key).unwrap(), model.remove(&key).is_some()),
            _ => {}
        }
        match step % 23 {
            4 => engine.checkpoint().unwrap(),
            9 | 10 | 15 => drop(engine.checkpoint_step().unwrap()),
            _ if step % 171 == 170 => engine = engine_on(disk.clone()),
            _ => {}
        }
        for key in [key, (step % 37).to_string()] {
            assert_eq!(engine.kv_get(&key).unwrap(), model.get(&key).cloned(), "step {step}, key {key}");
            assert_eq!(engine.kv_has(&key).unwrap(), model.contains_key(&key), "step {step}, key {key}");
        }
    }
}
