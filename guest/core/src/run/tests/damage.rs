//! Whatever befalls a file, it answers as it did or says that it is damaged, and `verify` says so.

use super::{TINY, TestEntry, TestFile, numbered, values, write, write_one};
use crate::codec::crc32c::crc32c;
use crate::error::Error;
use crate::run::RunFile;
use crate::run::block::BlockRole;
use crate::run::block_ref::{BlockRef, PartitionRef};
use crate::run::block_writer::BlockWriter;
use crate::run::entry::{RunEntry, RunEntryKind};
use crate::run::filter;
use crate::run::footer::Footer;

/// All answers of a file: those of keys that are there and of others, and all entries both ways. None for `corrupt`.
fn answers(file: &TestFile, keys: &[Vec<u8>]) -> Vec<Option<Vec<TestEntry>>> {
    let believed = |answer: Result<Vec<TestEntry>, Error>| match answer {
        Ok(entries) => Some(entries),
        Err(Error::Corrupt(_)) => None,
        Err(error) => panic!("{error}"),
    };
    let gets = keys.iter().map(|key| file.get(key).map(|found| found.into_iter().collect()));
    let pages = [true, false].map(|is_forward| file.page(None, is_forward));
    gets.chain(pages).map(believed).collect()
}

fn sample() -> (TestFile, Vec<Vec<u8>>) {
    let mut entries = numbered(9, 12);
    entries.insert(b"key 000003".to_vec(), (900, RunEntryKind::Removed, Vec::new()));
    entries.insert(b"l".to_vec(), (3, RunEntryKind::Value, Vec::new()));
    let keys = entries.keys().cloned().chain([b"key".to_vec(), b"key 0000035".to_vec(), b"z".to_vec()]);
    (write_one(&entries, 64), keys.collect())
}

#[test]
fn every_flipped_bit_is_noticed_and_none_changes_an_answer() {
    let (whole, keys) = sample();
    assert!(whole.open().unwrap().top.count() > 1, "there is more than one partition");
    let due = answers(&whole, &keys);
    assert!(due.iter().all(Option::is_some) && whole.damages().is_empty());
    let mut refused = 0;
    for bit in 0..8 * whole.bytes.len() {
        let mut flipped = whole.clone();
        flipped.bytes[bit / 8] ^= 1 << (bit % 8);
        let damages = flipped.damages();
        assert!(!damages.is_empty(), "bit {bit}");
        let at = (bit / 8) as u64;
        assert!(damages.iter().all(|damage| damage.offset_bytes <= at), "bit {bit}: {damages:?}");
        for (said, due) in answers(&flipped, &keys).into_iter().zip(&due) {
            assert!(said.is_none() || said == *due, "bit {bit}");
            refused += usize::from(said.is_none());
        }
    }
    // A page reads all but the filters.
    assert!(refused > 8 * whole.bytes.len(), "{refused}");
}

#[test]
fn a_file_that_is_cut_is_damaged_at_once() {
    let (whole, _) = sample();
    for length in 0..whole.bytes.len() {
        let cut = TestFile { named: whole.named.clone(), bytes: whole.bytes[..length].to_vec() };
        assert!(matches!(cut.open(), Err(Error::Corrupt(_))), "{length}");
        // As long as it was named, but from another time.
        let mut named = whole.named.clone();
        named.length_bytes = length as u64;
        assert!(matches!(TestFile { named, bytes: cut.bytes }.open(), Err(Error::Corrupt(_))), "{length}");
    }
}

#[test]
fn bytes_behind_the_footer_are_not_read() {
    let (mut longer, keys) = sample();
    let due = answers(&longer, &keys);
    longer.bytes.extend_from_slice(b"what was allocated");
    assert_eq!(answers(&longer, &keys), due);
}

#[test]
fn another_file_under_a_name_is_damage() {
    let older = write(&values(&[(b"a", 1, b"x"), (b"b", 2, b"x")]), TINY).remove(0);
    let newer = write(&values(&[(b"a", 1, b"x"), (b"b", 3, b"y")]), TINY).remove(0);
    assert_eq!(older.bytes.len(), newer.bytes.len());
    let swapped = TestFile { named: newer.named.clone(), bytes: older.bytes.clone() };
    assert_eq!(swapped.damages()[0].reason, "the footer of another file");
    // One block of the older file.
    let mut mixed = newer.clone();
    let data = usize::try_from(newer.open().unwrap().data_end).unwrap();
    mixed.bytes[..data].copy_from_slice(&older.bytes[..data]);
    assert_eq!(mixed.damages().iter().map(|damage| damage.offset_bytes).collect::<Vec<_>>(), [0]);
    assert!(matches!(mixed.get(b"a"), Err(Error::Corrupt(_))));
    for named in [
        RunFile { number: 2, ..newer.named.clone() },
        RunFile { entries: 3, ..newer.named.clone() },
        RunFile { last_key: b"c".to_vec(), ..newer.named.clone() },
        RunFile { first_key: b"A".to_vec(), ..newer.named.clone() },
        RunFile { length_bytes: u64::MAX, ..newer.named.clone() },
    ] {
        assert!(
            !TestFile { named: named.clone(), bytes: newer.bytes.clone() }.damages().is_empty(),
            "{named:?}"
        );
    }
}

#[test]
fn verify_goes_on_behind_what_is_damaged() {
    let mut file = write_one(&numbered(30, 12), 64);
    let run = file.open().unwrap();
    let second = usize::try_from(run.partition_ref(1).index.offset).unwrap();
    let last = usize::try_from(run.data_end).unwrap() - 1;
    for at in [0, last, second] {
        file.bytes[at] ^= 1;
    }
    let offsets: Vec<_> = file.damages().into_iter().map(|damage| damage.offset_bytes).collect();
    assert_eq!(offsets.len(), 3, "{offsets:?}");
    assert!(offsets.contains(&0) && offsets.contains(&(second as u64)));
}

/// A run whose checksums are right and which says something wrong: partitions of blocks of keys.
struct Forged {
    partitions: Vec<Vec<Vec<&'static [u8]>>>,
    /// What the index has for a block's last key.
    index_key: fn(&[u8]) -> Vec<u8>,
    /// What the top index has for a partition's last key.
    top_key: fn(&[u8]) -> Vec<u8>,
    /// What the filter knows of a key.
    filter_key: fn(&[u8]) -> Vec<u8>,
    footer: fn(&mut Footer),
    /// The blocks of this role have a byte of zero for each version, which nobody needs.
    widened: Option<BlockRole>,
    /// Bytes behind a block, behind the data of each partition, behind a filter, and at the end of one.
    gap: usize,
    partition_gaps: [usize; 2],
    filter_gap: usize,
    filter_tail: usize,
}

impl Forged {
    fn honest() -> Self {
        Self {
            partitions: vec![vec![vec![b"a", b"b"], vec![b"c"]], vec![vec![b"d"], vec![b"e", b"f"]]],
            index_key: <[u8]>::to_vec,
            top_key: <[u8]>::to_vec,
            filter_key: <[u8]>::to_vec,
            footer: |_| {},
            widened: None,
            gap: 0,
            partition_gaps: [0; 2],
            filter_gap: 0,
            filter_tail: 0,
        }
    }

    fn build(&self) -> TestFile {
        let (mut bytes, mut indexes) = (Vec::new(), Vec::new());
        for (blocks, gap) in self.partitions.iter().zip(self.partition_gaps) {
            let mut index = BlockWriter::new(BlockRole::Index);
            let mut hashes = Vec::new();
            for keys in blocks {
                let mut data = BlockWriter::new(BlockRole::Data);
                keys.iter().for_each(|key| push(&mut data, key, 5, b"v"));
                hashes.extend(keys.iter().map(|key| filter::hash(&(self.filter_key)(key))));
                let place = self.append(&mut bytes, &mut data, BlockRole::Data);
                push(&mut index, &(self.index_key)(keys.last().unwrap()), 0, &place.encode());
                bytes.resize(bytes.len() + self.gap, 0);
            }
            bytes.resize(bytes.len() + gap, 0);
            indexes.push((index, hashes));
        }
        let mut top = BlockWriter::new(BlockRole::Top);
        let mut last_key = Vec::new();
        for (mut index, hashes) in indexes {
            last_key = (self.top_key)(index.last_key());
            let index = self.append(&mut bytes, &mut index, BlockRole::Index);
            let mut lines = Vec::new();
            filter::build(&hashes, &mut lines).unwrap();
            lines.resize(lines.len() + self.filter_tail, 0);
            let filter_length = u32::try_from(lines.len()).unwrap();
            let partition = PartitionRef { index, filter_length, filter_crc: crc32c(&lines) };
            push(&mut top, &last_key, 0, &partition.encode());
            bytes.extend_from_slice(&lines);
            bytes.resize(bytes.len() + self.filter_gap, 0);
        }
        let entries = self.partitions.iter().flatten().map(Vec::len).sum::<usize>() as u64;
        let top = self.append(&mut bytes, &mut top, BlockRole::Top);
        let mut footer = Footer { number: 1, entries, lowest_version: 5, highest_version: 5, top };
        (self.footer)(&mut footer);
        bytes.extend_from_slice(&footer.encode());
        let named = RunFile {
            number: 1,
            length_bytes: bytes.len() as u64,
            entries: footer.entries,
            footer_crc: footer.crc(),
            first_key: self.partitions[0][0][0].to_vec(),
            last_key,
            has_larger: false,
        };
        TestFile { named, bytes }
    }

    fn append(&self, bytes: &mut Vec<u8>, writer: &mut BlockWriter, role: BlockRole) -> BlockRef {
        let mut block = Vec::new();
        writer.finish(&mut block).unwrap();
        if self.widened == Some(role) {
            let field = |at: usize| usize::from(u16::from_le_bytes([block[at], block[at + 1]]));
            let (count, versions) = (field(2), 16 + field(4) + 7 * field(2));
            block[1] = 1;
            block.splice(versions..versions, vec![0; count]);
        }
        let (offset, length) = (bytes.len() as u64, u32::try_from(block.len()).unwrap());
        bytes.extend_from_slice(&block);
        BlockRef { offset, length, crc: crc32c(&block) }
    }
}

fn push(writer: &mut BlockWriter, key: &[u8], version: u64, value: &[u8]) {
    writer.push(&RunEntry { key, version, kind: RunEntryKind::Value, value }).unwrap();
}

#[test]
fn an_honest_forgery_is_a_run() {
    let file = Forged::honest().build();
    assert_eq!(file.damages(), []);
    let keys: Vec<_> = file.page(None, true).unwrap().into_iter().map(|(key, _)| key).collect();
    assert_eq!(keys, [b"a", b"b", b"c", b"d", b"e", b"f"]);
}

#[test]
fn what_right_checksums_hide_is_found() {
    let honest = Forged::honest;
    let partitions = |partitions: &[&[&[&'static [u8]]]]| Forged {
        partitions: partitions
            .iter()
            .map(|blocks| blocks.iter().map(|keys| keys.to_vec()).collect())
            .collect(),
        ..honest()
    };
    let longer = |key: &[u8]| [key, b"x"].concat();
    for (forged, reason) in [
        (Forged { filter_key: longer, ..honest() }, "a key that its filter does not know"),
        (Forged { index_key: longer, ..honest() }, "another last key than the index has"),
        (Forged { gap: 1, ..honest() }, "blocks that do not follow each other"),
        (
            Forged { partition_gaps: [1, 0], ..honest() },
            "blocks that do not follow those of the partition before",
        ),
        (Forged { partition_gaps: [0, 1], ..honest() }, "blocks that end before the data does"),
        (Forged { top_key: longer, ..honest() }, "another last key than the top index has"),
        (Forged { filter_gap: 1, ..honest() }, "partitions that do not follow each other"),
        (Forged { filter_tail: 1, ..honest() }, "partitions that do not follow each other"),
        (
            Forged { footer: |footer| footer.entries += 1, ..honest() },
            "another count of entries than the footer has",
        ),
        (
            Forged { footer: |footer| footer.lowest_version = 4, ..honest() },
            "other versions than the footer has",
        ),
        (
            Forged { footer: |footer| footer.highest_version = 6, ..honest() },
            "other versions than the footer has",
        ),
        (partitions(&[&[&[b"b"], &[b"a", b"c"]]]), "keys of the block before it"),
        (partitions(&[&[&[b"b"]], &[&[b"a", b"c"]]]), "keys that do not rise"),
        (partitions(&[&[&[b"b", b"a"]]]), "keys that do not rise"),
        (partitions(&[&[&[b"b"]], &[&[b"a"]]]), "keys that do not rise"),
    ] {
        let found = forged.build().damages();
        assert!(found.iter().any(|damage| damage.reason == reason), "{reason}: {found:?}");
    }
}

#[test]
fn a_cursor_notices_keys_of_another_partition() {
    let forged = Forged { partitions: vec![vec![vec![b"b"]], vec![vec![b"a", b"c"]]], ..Forged::honest() };
    let file = forged.build();
    for is_forward in [true, false] {
        assert!(matches!(file.page(None, is_forward), Err(Error::Corrupt(_))));
    }
}

#[test]
fn a_block_that_is_written_in_another_way_reads_the_same_and_is_no_run() {
    let due = Forged::honest().build().page(None, true).unwrap();
    for role in [BlockRole::Data, BlockRole::Index, BlockRole::Top] {
        let file = Forged { widened: Some(role), ..Forged::honest() }.build();
        assert_eq!(file.page(None, true).unwrap(), due);
        let found = file.damages();
        assert!(
            !found.is_empty() && found.iter().all(|damage| damage.reason == "a block that no writer makes"),
            "{role:?}: {found:?}"
        );
    }
}
