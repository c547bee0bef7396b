//! Names of tables one at a time: what is pending, what is frozen and what the base has, as one.

use crate::any_disk::{Engine, engine_on};
use crate::contents::make_tiny;
use std::collections::BTreeSet;
use sx_persist_core::memory::Memory;
use sx_persist_core::{Direction, Expect, MapRange};

/// The keys of a table by pages of so many.
fn keys(engine: &mut Engine, table: &str, limit: u32, direction: Direction) -> Vec<Vec<u8>> {
    let (mut found, mut after): (Vec<Vec<u8>>, Option<String>) = (Vec::new(), None);
    loop {
        let page = engine.map_list(table, &MapRange::default(), after.as_deref(), limit, direction).unwrap();
        found.extend(page.items);
        if page.done {
            return found;
        }
        after = Some(page.through);
    }
}

#[test]
fn tables_and_their_keys_are_those_of_a_model_over_parts_of_checkpoints_and_restarts() {
    let mut disk = Memory::new();
    make_tiny(&mut disk);
    let mut engine = engine_on(disk.clone());
    let mut model = BTreeSet::new();
    let tables = ["a", "b", "aa", "ab", "\u{fc}"];
    for step in 0..400_usize {
        let table = tables[step * 3 % 5];
        let key = vec![[0, b'a', 0xff][step % 3]; step * 7 % 4 + 1];
        match step % 11 {
            3 | 5 | 8 => {
                let was_there = model.remove(&(table, key.clone()));
                assert_eq!(engine.map_delete(table, &key, Expect::Any), Ok(was_there), "step {step}");
            }
            10 => {
                let before = model.len();
                model.retain(|(of, _)| *of != table);
                assert_eq!(engine.map_drop_table(table), Ok((before - model.len()) as u64), "step {step}");
            }
            _ => {
                engine.map_put(table, &key, b"1").unwrap();
                model.insert((table, key));
            }
        }
        match step % 17 {
            2 | 4 | 6 | 7 => drop(engine.checkpoint_step().unwrap()),
            11 => engine = engine_on(disk.clone()),
            _ => {}
        }
        let expected: BTreeSet<_> = model.iter().map(|(table, _)| (*table).to_owned()).collect();
        assert_eq!(engine.map_tables(), Ok(expected.into_iter().collect()), "step {step}");
        for table in tables {
            let mut expected: Vec<_> =
                model.iter().filter(|(of, _)| *of == table).map(|(_, key)| key.clone()).collect();
            assert_eq!(engine.map_count(table), Ok(expected.len() as u64), "step {step}");
            assert_eq!(keys(&mut engine, table, 2, Direction::Forward), expected, "step {step}, {table}");
            expected.reverse();
            assert_eq!(keys(&mut engine, table, 3, Direction::Backward), expected, "step {step}, {table}");
        }
    }
}
