//! The parts of a run: blocks, filters and footers, and the list of runs (docs/format.md, "Runs").

use crate::plan::{Fate, Shown};
use crate::run::forge::{self, Item};
use arbitrary::{Arbitrary, Unstructured};
use sx_persist_core::fuzzing::run::{
    RunItem, look_in_filter, read_block, rewrite_block, rewrite_footer, rewrite_runs, search_block,
    write_block, write_filter,
};

/// One input: bytes as a block of each role, as a filter, as a footer and as a list of runs; entries, and what befell the block of them.
pub fn check(data: &[u8]) {
    for role in 1..=3 {
        check_bytes(data, role);
        let mut of_role = data.to_vec();
        if let Some(first) = of_role.first_mut() {
            *first = role;
        }
        check_bytes(&of_role, role);
    }
    check_footer(data);
    check_list(data);
    let is_filter = !data.is_empty() && data.len().is_multiple_of(64);
    assert_eq!(look_in_filter(data, b"key").is_some(), is_filter);
    let mut input = Unstructured::new(data);
    if let Ok((fate, items)) = <(Fate, Vec<Item>)>::arbitrary(&mut input) {
        let plan = Shown((fate, items));
        let (fate, items) = &plan.0;
        check_planned(*fate, items);
    }
}

/// Entries that are read are those that are found, and there is one way to write them.
fn check_bytes(bytes: &[u8], role: u8) -> Option<Vec<RunItem>> {
    let items = read_block(bytes, role)?;
    assert!(!items.is_empty() && items.windows(2).all(|two| two[0].key < two[1].key), "keys rise");
    for (at, item) in items.iter().enumerate() {
        assert_eq!(search_block(bytes, role, &item.key), Some(Ok(at)));
        let behind = [item.key.as_slice(), &[0]].concat();
        let due = items.binary_search_by(|item| item.key.cmp(&behind));
        assert_eq!(search_block(bytes, role, &behind), Some(due));
    }
    let again = rewrite_block(bytes, role).expect("what is read can be written");
    assert!(again.len() <= bytes.len(), "the one way is the shortest");
    assert_eq!(again, forge::block(role, &items), "as the document says");
    assert_eq!(write_block(&items, role).as_ref(), Some(&again));
    assert_eq!(read_block(&again, role).as_ref(), Some(&items));
    Some(items)
}

fn check_footer(data: &[u8]) {
    let check = |bytes: &[u8], length_bytes: u64| {
        if let Some(again) = rewrite_footer(bytes, length_bytes) {
            assert_eq!(again, bytes, "there is one way to write it");
        }
    };
    check(data, data.len() as u64);
    if let Some((fields, rest)) = data.split_first_chunk::<32>() {
        let word = |at: usize| u64::from_le_bytes(*fields[8 * at..].first_chunk().unwrap());
        let mut top = rest.to_vec();
        top.resize(16, 0);
        let footer = forge::footer([0, 1, 2, 3].map(word), &top, u32::from(data[0]));
        let offset = u64::from_le_bytes(*top.first_chunk().unwrap());
        let length = u32::from_le_bytes(*top[8..].first_chunk().unwrap());
        check(&footer, offset.wrapping_add(u64::from(length)).wrapping_add(64));
    }
}

/// There is one way to write it, and a number that was not given yet is in none.
fn check_list(data: &[u8]) {
    let again = rewrite_runs(data, u64::MAX >> 2);
    assert!(again.is_none_or(|again| again == data), "there is one way to write it");
    assert!(rewrite_runs(data, 1).is_none_or(|again| again == [0, 0]), "no file has a number below 1");
}

fn check_planned(fate: Fate, items: &[Item]) {
    let mut items: Vec<_> = items.iter().map(Item::honest).collect();
    items.sort_by(|a, b| a.key.cmp(&b.key));
    items.dedup_by(|a, b| a.key == b.key);
    let keys: Vec<_> = items.iter().map(|item| item.key.clone()).collect();
    let filter = write_filter(&keys).unwrap();
    assert_eq!(filter, forge::filter(&keys), "as the document says");
    assert!(keys.iter().all(|key| look_in_filter(&filter, key) == Some(true)));
    let Some(mut bytes) = write_block(&items, 1).filter(|bytes| !bytes.is_empty()) else { return };
    assert_eq!(bytes, forge::block(1, &items), "as the document says");
    assert_eq!(check_bytes(&bytes, 1).as_ref(), Some(&items));
    fate.befall(&mut bytes);
    check_bytes(&bytes, 1);
}
