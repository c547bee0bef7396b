//! One block: what is written is read, in one way, and nothing else is.

use super::{TestEntries, numbered, values};
use crate::limits::{COUNT_END, RUN_BLOCK_BYTES_MAX, RUN_KEY_BYTES_MAX};
use crate::run::block::{Block, BlockRole};
use crate::run::block_ref::{BlockRef, PartitionRef};
use crate::run::block_writer::{BlockWriter, encode_again};
use crate::run::entry::{RunEntry, RunEntryKind};

fn encoded(entries: &TestEntries, role: BlockRole) -> Vec<u8> {
    let (mut writer, mut out) = (BlockWriter::new(role), Vec::new());
    for (key, (version, kind, value)) in entries {
        let entry = RunEntry { key, version: *version, kind: *kind, value };
        assert!(writer.has_room(&entry, usize::MAX));
        writer.push(&entry).unwrap();
        let bytes = writer.bytes();
        assert!(bytes > out.len());
    }
    let bytes = writer.bytes();
    writer.finish(&mut out).unwrap();
    assert_eq!(out.len(), bytes, "it is as long as was said");
    assert!(writer.is_empty());
    out
}

fn sample() -> TestEntries {
    let mut entries = values(&[(b"ab", 9, b"one"), (b"abc", 300, b""), (b"abd", 9, b"three")]);
    entries.insert(b"abe".to_vec(), (10, RunEntryKind::Removed, Vec::new()));
    entries.insert(
        b"abf".to_vec(),
        (11, RunEntryKind::Pointer, [[1; 8], [1; 8], [1, 1, 0, 0, 1, 1, 1, 1]].concat()),
    );
    entries.insert(b"ac".to_vec(), (13, RunEntryKind::Expiring, vec![2; 9]));
    entries
}

fn read(bytes: &[u8], role: BlockRole) -> Result<TestEntries, &'static str> {
    let block = Block::decode(bytes.to_vec(), role)?;
    let entry = |at| (block.key(at), (block.version(at), block.kind(at), block.value(at).to_vec()));
    Ok((0..block.count()).map(entry).collect())
}

/// A block of one entry, or two, put together by hand.
fn by_hand(head: [u8; 8], lowest: u64, rest: &[u8]) -> Vec<u8> {
    [&head[..], &lowest.to_le_bytes(), rest].concat()
}

#[test]
fn a_block_comes_back_in_the_one_way_that_it_is_written() {
    let one = values(&[(b"", 0, b"")]);
    let far = values(&[(b"a", 0, b"x"), (b"b", COUNT_END - 1, b"y")]);
    for entries in [sample(), one, far, numbered(500, 3)] {
        let bytes = encoded(&entries, BlockRole::Data);
        assert_eq!(read(&bytes, BlockRole::Data), Ok(entries.clone()));
        let block = Block::decode(bytes.clone(), BlockRole::Data).unwrap();
        assert_eq!(encode_again(&block, BlockRole::Data).unwrap(), bytes);
        for role in [BlockRole::Index, BlockRole::Top] {
            assert_eq!(read(&bytes, role), Err("a block of another role"));
        }
    }
}

#[test]
fn what_all_keys_begin_with_and_what_all_versions_share_stands_once() {
    let bytes = encoded(&values(&[(b"aaaa1", 7, b""), (b"aaaa2", 7, b"")]), BlockRole::Data);
    assert_eq!(bytes[..8], [1, 0, 2, 0, 4, 0, 0, 0]);
    assert_eq!(bytes.len(), 16 + 4 + 2 * (2 + 4 + 1) + 2);
    let bytes = encoded(&values(&[(b"a", 7, b""), (b"b", 7 + 0x1_0000, b"")]), BlockRole::Data);
    assert_eq!(bytes[..8], [1, 3, 2, 0, 0, 0, 0, 0]);
}

#[test]
fn each_key_is_found_and_each_other_one_is_between_two() {
    let entries = sample();
    let block = Block::decode(encoded(&entries, BlockRole::Data), BlockRole::Data).unwrap();
    let keys: Vec<_> = entries.keys().cloned().collect();
    let near = |key: &Vec<u8>| {
        let (mut shorter, mut higher) = (key.clone(), key.clone());
        shorter.pop();
        *higher.last_mut().unwrap() += 1;
        [shorter, [key.as_slice(), &[0]].concat(), higher, key.clone()]
    };
    let others = [b"".to_vec(), b"a".to_vec(), b"aa".to_vec(), b"b".to_vec(), b"\xff".to_vec()];
    for key in keys.iter().flat_map(near).chain(others) {
        assert_eq!(block.search(&key), keys.binary_search(&key), "{key:?}");
        for (at, other) in keys.iter().enumerate() {
            assert_eq!(block.compare(at, &key), other.cmp(&key), "{other:?}, {key:?}");
        }
    }
}

#[test]
fn a_block_of_another_length_is_none() {
    let bytes = encoded(&sample(), BlockRole::Data);
    for length in 0..bytes.len() {
        assert!(read(&bytes[..length], BlockRole::Data).is_err(), "{length}");
    }
    assert!(read(&[bytes.as_slice(), &[0]].concat(), BlockRole::Data).is_err());
}

#[test]
fn a_field_that_no_writer_makes_is_refused() {
    let one = [1, 0, 0, 0, 0, 0, 1, b'k'];
    let whole = [1, 0, 1, 0, 0, 0, 0, 0];
    assert!(read(&by_hand(whole, 5, &one), BlockRole::Data).is_ok());
    let with = |at: usize, byte: u8| {
        let mut head = whole;
        head[at] = byte;
        read(&by_hand(head, 5, &one), BlockRole::Data).unwrap_err()
    };
    assert_eq!(with(0, 0), "a block of another role");
    assert_eq!(with(1, 9), "a block that no writer makes");
    assert_eq!(with(2, 0), "a block that no writer makes");
    assert_eq!(with(3, 0xff), "a block that is shorter than its tables");
    assert_eq!(with(5, 0xff), "a block that is shorter than its tables");
    assert_eq!(with(6, 1), "a block of a form that this version does not read");
    assert_eq!(with(7, 1), "a block of a form that this version does not read");
    let of = |lowest, rest: &[u8]| read(&by_hand(whole, lowest, rest), BlockRole::Data).unwrap_err();
    assert_eq!(of(COUNT_END, &one), "a version that no commit has");
    assert_eq!(of(5, &[1, 0, 0, 0, 0, 0, 4, b'k']), "an entry of a kind that this version does not read");
    assert_eq!(of(5, &[1, 0, 1, 0, 0, 0, 0, b'k', b'v']), "a value that its kind does not have");
    assert_eq!(of(5, &[1, 0, 1, 0, 0, 0, 2, b'k', b'v']), "a value that its kind does not have");
    assert_eq!(
        of(5, &[1, 0, 7, 0, 0, 0, 3, b'k', 0, 0, 0, 0, 0, 0, 0]),
        "a value that its kind does not have"
    );
    assert_eq!(of(5, &[1, 0, 0xff, 0xff, 0xff, 0xff, 1, b'k']), "a block of another length than its entries");
    assert_eq!(of(5, &[2, 0, 0, 0, 0, 0, 1, b'k']), "a block of another length than its entries");
}

#[test]
fn entries_that_do_not_rise_are_refused() {
    let two = |rest: &[u8]| read(&by_hand([1, 0, 2, 0, 0, 0, 0, 0], 5, rest), BlockRole::Data);
    let ends = |key: [u8; 2], value: [u8; 2], keys: &[u8]| {
        let key_ends = [key[0], 0, key[1], 0];
        let value_ends = [value[0], 0, 0, 0, value[1], 0, 0, 0];
        [&key_ends[..], &value_ends, &[1, 1], keys].concat()
    };
    assert!(two(&ends([1, 2], [0, 0], b"ab")).is_ok());
    assert_eq!(two(&ends([1, 2], [0, 0], b"ba")), Err("keys that do not rise"));
    assert_eq!(two(&ends([1, 2], [0, 0], b"aa")), Err("keys that do not rise"));
    assert_eq!(two(&ends([1, 1], [0, 0], b"a")), Err("keys that do not rise"));
    assert_eq!(two(&ends([2, 1], [0, 0], b"a")), Err("an entry that ends before it begins"));
    assert_eq!(two(&ends([1, 2], [2, 1], b"abv")), Err("an entry that ends before it begins"));
}

#[test]
fn an_index_has_places_and_nothing_else() {
    let index = BlockRef { offset: 1 << 40, length: 7, crc: 0x0102_0304 };
    let partition = PartitionRef { index, filter_length: 64, filter_crc: 9 };
    assert_eq!(BlockRef::decode(&index.encode()), Some(index));
    assert_eq!(PartitionRef::decode(&partition.encode()), Some(partition));
    for (role, value) in [(BlockRole::Index, index.encode().to_vec()), (BlockRole::Top, partition.encode())] {
        let of = |version, kind, value: &[u8]| {
            let entry = [(b"k".to_vec(), (version, kind, value.to_vec()))];
            read(&encoded(&entry.into(), role), role).err()
        };
        assert_eq!(of(0, RunEntryKind::Value, &value), None);
        let nothing = Some("an entry of an index that points at nothing");
        assert_eq!(of(1, RunEntryKind::Value, &value), nothing);
        assert_eq!(of(0, RunEntryKind::Removed, &[]), nothing);
        assert_eq!(of(0, RunEntryKind::Value, &value[1..]), nothing);
        assert_eq!(of(0, RunEntryKind::Value, &[value.as_slice(), &[0]].concat()), nothing);
    }
}

fn removed(key: &[u8]) -> RunEntry<'_> {
    RunEntry { key, version: 1, kind: RunEntryKind::Removed, value: &[] }
}

#[test]
fn a_block_takes_as_much_as_its_fields_count() {
    let long = |at: u16| [&at.to_be_bytes()[..], &[b'k'; RUN_KEY_BYTES_MAX - 2]].concat();
    let mut writer = BlockWriter::new(BlockRole::Data);
    let mut at = 0;
    while writer.has_room(&removed(&long(at)), usize::MAX) {
        assert!(writer.has_room_for_any_key() || at >= 50);
        writer.push(&removed(&long(at))).unwrap();
        at += 1;
    }
    // All of them begin with one byte of zero.
    assert_eq!(usize::from(at), 0xffff / (RUN_KEY_BYTES_MAX - 1));
    assert!(!writer.has_room_for_any_key());
    let mut out = Vec::new();
    writer.finish(&mut out).unwrap();
    assert_eq!(read(&out, BlockRole::Data).map(|entries| entries.len()), Ok(usize::from(at)));

    // Two bytes a key: the keys are too many before the entries are.
    let mut writer = BlockWriter::new(BlockRole::Data);
    while writer.has_room(&removed(&(writer.count() as u64).to_be_bytes()), usize::MAX) {
        let key = (writer.count() as u64).to_be_bytes();
        writer.push(&removed(&key)).unwrap();
    }
    assert_eq!(writer.count(), 0xffff / 2);

    let value = vec![0; RUN_BLOCK_BYTES_MAX];
    let large = RunEntry { key: b"z", version: 1, kind: RunEntryKind::Value, value: &value };
    assert!(writer.push(&large).is_err());
}

#[test]
fn a_key_that_is_too_long_is_refused() {
    let mut bytes = by_hand([1, 0, 1, 0, 0, 0, 0, 0], 5, &[0x03, 0x05, 0, 0, 0, 0, 1]);
    assert_eq!(RUN_KEY_BYTES_MAX, 0x0502);
    bytes.extend_from_slice(&[b'k'; RUN_KEY_BYTES_MAX + 1]);
    assert_eq!(read(&bytes, BlockRole::Data), Err("a key that is too long"));
}
