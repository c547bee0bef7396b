//! How blocks, partitions and files end.

use super::{TINY, TestEntries, numbered, source, values, write, write_in, write_one};
use crate::codec::accelerators::Accelerators;
use crate::disk::files::Files;
use crate::disk::memory::Memory;
use crate::error::Error;
use crate::limits::{RUN_KEY_BYTES_MAX, RUN_VALUE_BYTES_MAX};
use crate::run::RunGeometry;
use crate::run::entry::{RunEntry, RunEntryKind};
use crate::run::reader::{Run, RunSource, block_ref};
use crate::run::writer::RunWriter;

/// Bytes and entries of each data block of a file.
fn blocks(file: &super::TestFile) -> Vec<(usize, usize)> {
    let (run, mut source) = (file.open().unwrap(), source(&file.bytes));
    let mut found = Vec::new();
    for at in 0..run.top.count() {
        let partition = run.partition(&mut source, at).unwrap();
        for at in 0..partition.index.count() {
            let block = run.data(&mut source, &partition.index, at).unwrap();
            assert_eq!(block.bytes().len(), block_ref(&partition.index, at).length as usize);
            found.push((block.bytes().len(), block.count()));
        }
    }
    found
}

fn all(files: &[super::TestFile]) -> TestEntries {
    files.iter().flat_map(|file| file.page(None, true).unwrap()).collect()
}

#[test]
fn the_same_entries_give_the_same_bytes_whatever_a_call_may_write() {
    let entries = numbered(200, 20);
    for geometry in [TINY, RunGeometry::default()] {
        let due = write(&entries, geometry);
        for budget in [1, 7, 64, 1_000, usize::MAX] {
            assert_eq!(write_in(&entries, geometry, budget).unwrap(), due, "{budget}");
        }
        assert_eq!(all(&due), entries);
    }
}

#[test]
fn a_block_keeps_to_its_size_and_a_file_ends_behind_its_own() {
    let entries = numbered(400, 9);
    let files = write(&entries, RunGeometry { block_bytes: 128, file_bytes: 1_000 });
    assert!(files.len() > 5);
    for (at, file) in files.iter().enumerate() {
        let blocks = blocks(file);
        assert!(blocks.iter().all(|(bytes, entries)| *bytes <= 128 && *entries > 1), "{blocks:?}");
        let data: usize = blocks.iter().map(|(bytes, _)| bytes).sum();
        let (last, _) = blocks.last().unwrap();
        assert!(data - last < 1_000 && (data >= 1_000 || at + 1 == files.len()), "{data}");
        assert_eq!(file.named.entries, blocks.iter().map(|(_, entries)| *entries as u64).sum::<u64>());
        assert!(file.named.first_key <= file.named.last_key);
    }
    assert!(files.windows(2).all(|two| two[0].named.last_key < two[1].named.first_key));
    assert_eq!(all(&files), entries);
}

#[test]
fn an_entry_that_is_larger_than_a_block_stands_alone() {
    let large = vec![1; 5_000];
    let entries = values(&[(b"a", 1, b"x"), (b"b", 1, &large), (b"c", 1, b"y"), (b"d", 1, b"z")]);
    let file = write_one(&entries, 4_096);
    let counts: Vec<_> = blocks(&file).into_iter().map(|(_, entries)| entries).collect();
    assert_eq!(counts, [1, 1, 2]);
    assert_eq!(file.page(None, true).unwrap().into_iter().collect::<TestEntries>(), entries);
}

#[test]
fn the_largest_entry_is_written_and_read() {
    let (key, value) = (vec![b'k'; RUN_KEY_BYTES_MAX], vec![7; RUN_VALUE_BYTES_MAX]);
    let entries = values(&[(b"a", 1, b"x"), (&key, 2, &value), (b"z", 3, b"y")]);
    let files = write_in(&entries, RunGeometry::default(), 1 << 20).unwrap();
    assert_eq!(files.len(), 2, "the file ends behind it");
    assert!(all(&files) == entries);
    assert!(files.iter().all(|file| file.damages().is_empty()));
}

#[test]
fn what_a_run_cannot_hold_is_refused_where_it_is_written() {
    let kinds = [RunEntryKind::Removed, RunEntryKind::Pointer, RunEntryKind::Expiring];
    let (long_key, long_value) = (vec![b'k'; RUN_KEY_BYTES_MAX + 1], vec![0; RUN_VALUE_BYTES_MAX + 1]);
    let value_kind = RunEntryKind::Value;
    let of = |key: &[u8], version, kind, value: &[u8]| (key.to_vec(), version, kind, value.to_vec());
    let refused = [
        of(b"m", 1, value_kind, b""),
        of(b"l", 1, value_kind, b""),
        of(b"", 1, value_kind, b""),
        of(b"p", 1 << 62, value_kind, b""),
        of(b"p", 1, value_kind, &long_value),
        of(&[b"z", long_key.as_slice()].concat(), 1, value_kind, b""),
    ];
    let odd = kinds.map(|kind| of(b"p", 1, kind, b"?"));
    for (key, version, kind, value) in refused.into_iter().chain(odd) {
        let (mut writer, mut number) = (RunWriter::new(TINY), 5);
        for (key, kind, value) in [(b"k", value_kind, b"v"), (b"m", value_kind, b"o")] {
            writer.push(&RunEntry { key, version: 1, kind, value }, &mut number).unwrap();
        }
        let error = writer.push(&RunEntry { key: &key, version, kind, value: &value }, &mut number);
        let Err(Error::Corrupt(damage)) = error else { panic!("{kind:?}, {} bytes", key.len()) };
        assert_eq!(damage.file, "runs/00000000000000000005");
    }
}

#[test]
fn a_run_without_entries_has_no_file() {
    assert!(write(&TestEntries::new(), TINY).is_empty());
}

#[test]
fn long_keys_end_a_file_before_its_top_index_is_full() {
    // Each key is a block, each block a partition, and they begin with nothing that they share.
    let key = |at: u8| [&[at][..], &[b'k'; 1_270]].concat();
    let entries: TestEntries = (0..200).map(|at| (key(at), (1, RunEntryKind::Value, vec![at; 10]))).collect();
    let files = write(&entries, RunGeometry { block_bytes: 64, file_bytes: u64::MAX });
    assert_eq!(files.iter().map(|file| file.named.entries).collect::<Vec<_>>(), [51, 51, 51, 47]);
    assert_eq!(all(&files), entries);
    assert!(files.iter().all(|file| file.damages().is_empty()));
}

#[test]
fn a_partition_has_so_many_keys_that_its_filter_is_read_in_one_step() {
    let key = |at: u32| (at.to_be_bytes().to_vec(), (1, RunEntryKind::Removed, Vec::new()));
    let file = write_one(&(0..150_000).map(key).collect(), 32 << 10);
    let run = file.open().unwrap();
    let lengths: Vec<_> = (0..run.top.count()).map(|at| run.partition_ref(at).filter_length).collect();
    // 65,536 keys and those of the block that they end in.
    assert!(
        lengths.len() == 3 && lengths[..2].iter().all(|length| (82_000..90_000).contains(length)),
        "{lengths:?}"
    );
    assert_eq!(file.damages(), []);
}

#[test]
fn blocks_may_be_of_another_size_from_an_entry_on() {
    let (mut writer, mut number) = (RunWriter::new(RunGeometry { block_bytes: 64, file_bytes: 1 << 20 }), 1);
    for (at, (key, (version, kind, value))) in numbered(40, 10).iter().enumerate() {
        if at == 20 {
            writer.set_block_bytes(4_096);
        }
        writer.push(&RunEntry { key, version: *version, kind: *kind, value }, &mut number).unwrap();
    }
    writer.finish().unwrap();
    let piece = writer.take(usize::MAX).unwrap();
    let file = super::TestFile { named: piece.finished.unwrap().file, bytes: piece.bytes.to_vec() };
    let blocks = blocks(&file);
    let (last, before) = blocks.split_last().unwrap();
    assert!(last.1 >= 20 && before.iter().all(|(bytes, _)| *bytes <= 64), "{blocks:?}");
}

#[test]
fn a_key_costs_one_read_where_partitions_are_held_and_one_that_is_missing_none() {
    let file = write_one(&numbered(5_000, 50), 4_096);
    let (mut run, mut source) = (file.open().unwrap(), source(&file.bytes));
    run.hold_partitions();
    assert_eq!(source.reads, 0, "nothing is read before it is asked for");
    for reads in [1_000 + run.top.count(), 1_000] {
        source.reads = 0;
        for at in 0..1_000 {
            assert!(run.get(&mut source, format!("key {at:06}").as_bytes()).unwrap().is_some());
        }
        assert!((1_000..=reads).contains(&source.reads), "{}", source.reads);
    }
    for at in 0..1_000 {
        assert!(run.get(&mut source, format!("key {at:06}x").as_bytes()).unwrap().is_none());
    }
    assert!(source.reads < 1_020, "{}", source.reads);
    assert!(run.get(&mut source, b"z").unwrap().is_none());
}

#[test]
fn a_file_of_the_store_is_read_as_its_bytes_are() {
    let (entries, mut files) = (numbered(50, 30), Files::new(Memory::new(), Accelerators::default()));
    let written = write_one(&entries, 256);
    let file = files.create("run").unwrap();
    files.write(&file, 0, &written.bytes).unwrap();
    let mut source = RunSource { files: &mut files, file: &file };
    let run = Run::open(&mut source, &written.named).unwrap();
    for (key, (_, _, value)) in &entries {
        assert_eq!(super::shown(&run.get(&mut source, key).unwrap().unwrap()).1.2, *value);
    }
    files.set_size(&file, 100).unwrap();
    let cut = Run::open(&mut RunSource { files: &mut files, file: &file }, &written.named);
    assert!(matches!(cut, Err(Error::Corrupt(_))));
}
