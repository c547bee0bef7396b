//! Runs put together as docs/format.md says, without the code that they test.

use crate::plan::{Fate, Number};
use arbitrary::Arbitrary;
use sx_persist_core::fuzzing::run::{RunBytes, RunItem};

/// An entry.
#[derive(Arbitrary, Clone, Debug)]
pub struct Item {
    key: Key,
    version: Number,
    kind: u8,
    value: Vec<u8>,
}

/// A key: few, so that the parts of an input meet.
#[derive(Arbitrary, Clone, Debug)]
enum Key {
    Short(u8),
    Common(u16),
    Long(u8, u16),
    Any(Vec<u8>),
}

/// A file of a run, whose checksums are right whatever befell its parts before.
#[derive(Arbitrary, Clone, Debug)]
pub struct Forged {
    partitions: Vec<Partition>,
    top: Fate,
    entries: Option<Number>,
    versions: Option<(Number, Number)>,
    /// The four bytes before the checksum of the footer.
    rest: Option<u32>,
    place: Option<(Number, u32)>,
}

#[derive(Arbitrary, Clone, Debug)]
struct Partition {
    blocks: Vec<(Vec<Item>, Fate)>,
    index: Fate,
    filter: Fate,
    /// Bytes that nothing points at.
    gap: u8,
}

impl Key {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Short(byte) => vec![*byte],
            Self::Common(number) => [b"common/", &number.to_be_bytes()[..]].concat(),
            Self::Long(byte, length) => vec![*byte; usize::from(*length) % 1_400],
            Self::Any(bytes) => bytes.clone(),
        }
    }
}

impl Item {
    /// As it is planned.
    #[must_use]
    pub fn item(&self) -> RunItem {
        RunItem {
            key: self.key.bytes(),
            version: self.version.0,
            kind: self.kind % 5,
            value: self.value.clone(),
        }
    }

    /// One that a run can have.
    #[must_use]
    pub fn honest(&self) -> RunItem {
        let (mut key, mut value, kind) = (self.key.bytes(), self.value.clone(), self.kind % 4);
        key.truncate(1_281);
        match kind {
            0 => value.clear(),
            2 => make_place(&mut value),
            3 => value.resize(value.len().max(8), 7),
            _ => {}
        }
        RunItem { key, version: self.version.0 & ((1 << 62) - 1), kind, value }
    }
}

/// The bytes of a block of these entries, in whatever order they are. Ends that are too large for their fields are cut.
#[must_use]
pub fn block(role: u8, items: &[RunItem]) -> Vec<u8> {
    let common = |a: &[u8], b: &[u8]| a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let first = items.first().map_or(&[][..], |item| &item.key);
    let prefix = items.iter().map(|item| common(first, &item.key)).min().unwrap_or(0);
    let lowest = items.iter().map(|item| item.version).min().unwrap_or(0);
    let spread = items.iter().map(|item| item.version - lowest).max().unwrap_or(0);
    let width = usize::try_from(spread.checked_ilog2().map_or(0, |bit| bit / 8 + 1)).unwrap();
    let two = |number: usize| u16::try_from(number & 0xffff).unwrap().to_le_bytes();
    let four = |number: usize| u32::try_from(number).unwrap().to_le_bytes();

    let mut bytes = vec![role, u8::try_from(width).unwrap()];
    bytes.extend([two(items.len()), two(prefix), [0; 2]].concat());
    bytes.extend(lowest.to_le_bytes());
    bytes.extend(&first[..prefix]);
    let ends = |lengths: Vec<usize>| {
        lengths.into_iter().scan(0, |end, length| {
            *end += length;
            Some(*end)
        })
    };
    bytes.extend(ends(items.iter().map(|item| item.key.len() - prefix).collect()).flat_map(two));
    bytes.extend(ends(items.iter().map(|item| item.value.len()).collect()).flat_map(four));
    bytes.extend(items.iter().map(|item| item.kind));
    bytes.extend(items.iter().flat_map(|item| (item.version - lowest).to_le_bytes().into_iter().take(width)));
    bytes.extend(items.iter().flat_map(|item| &item.key[prefix..]));
    bytes.extend(items.iter().flat_map(|item| &item.value));
    bytes
}

/// The hash of a key.
fn hash(key: &[u8]) -> u64 {
    let fold = |a: u64, b: u64| {
        let product = u128::from(a) * u128::from(b);
        u64::try_from(product & u128::from(u64::MAX)).unwrap() ^ u64::try_from(product >> 64).unwrap()
    };
    let mut padded = key.to_vec();
    padded.resize(key.len() / 16 * 16 + 16, 0);
    let word = |bytes: &[u8]| u64::from_le_bytes(bytes.try_into().unwrap());
    let sum = padded.chunks(16).fold(0x243f_6a88_85a3_08d3 ^ key.len() as u64, |sum, pair| {
        fold(word(&pair[..8]) ^ 0x1319_8a2e_0370_7344, word(&pair[8..]) ^ sum)
    });
    fold(sum ^ 0xa409_3822_299f_31d0, 0x082e_fa98_ec4e_6c89)
}

/// The filter of these keys.
#[must_use]
pub fn filter(keys: &[Vec<u8>]) -> Vec<u8> {
    let lines = (10 * keys.len()).div_ceil(512).max(1);
    let mut bytes = vec![0; 64 * lines];
    for key in keys {
        let hash = hash(key);
        let line = usize::try_from(((hash >> 32) * lines as u64) >> 32).unwrap();
        for probe in 0..6 {
            let bit = usize::try_from((hash >> (9 * probe)) % 512).unwrap();
            bytes[64 * line + bit / 8] |= 1 << (bit % 8);
        }
    }
    bytes
}

/// An offset, a length and a checksum.
fn place(offset: usize, bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).unwrap().to_le_bytes();
    [&(offset as u64).to_le_bytes()[..], &length, &crc32c::crc32c(bytes).to_le_bytes()].concat()
}

fn pointing(key: Vec<u8>, value: Vec<u8>) -> RunItem {
    RunItem { key, version: 0, kind: 1, value }
}

/// A footer whose checksum is right.
#[must_use]
pub fn footer(fields: [u64; 4], top: &[u8], rest: u32) -> Vec<u8> {
    let mut bytes = b"sxprun\0\x02".to_vec();
    bytes.extend(fields.into_iter().flat_map(u64::to_le_bytes));
    bytes.extend([top, &rest.to_le_bytes()].concat());
    bytes.extend(crc32c::crc32c(&bytes).to_le_bytes());
    bytes
}

impl Forged {
    /// The file, and what names it.
    #[must_use]
    pub fn build(&self) -> RunBytes {
        let (mut bytes, mut indexes, mut all) = (Vec::new(), Vec::new(), Vec::new());
        for partition in &self.partitions {
            let (mut index, mut keys) = (Vec::new(), Vec::new());
            for (items, fate) in &partition.blocks {
                let items: Vec<_> = items.iter().map(Item::item).collect();
                let mut data = block(1, &items);
                fate.befall(&mut data);
                let last = items.last().map(|item| item.key.clone()).unwrap_or_default();
                index.push(pointing(last, place(bytes.len(), &data)));
                bytes.extend(data);
                keys.extend(items.iter().map(|item| item.key.clone()));
                all.extend(items);
            }
            bytes.resize(bytes.len() + usize::from(partition.gap) / 128, 0);
            indexes.push((partition, index, keys));
        }
        let mut top = Vec::new();
        for (partition, index, keys) in indexes {
            let (mut lines, mut block) = (filter(&keys), block(2, &index));
            partition.index.befall(&mut block);
            partition.filter.befall(&mut lines);
            let last = index.last().map(|item| item.key.clone()).unwrap_or_default();
            let filter = place(0, &lines)[8..].to_vec();
            top.push(pointing(last, [place(bytes.len(), &block), filter].concat()));
            bytes.extend([block, lines].concat());
        }
        self.finish(bytes, &top, &all)
    }

    fn finish(&self, mut bytes: Vec<u8>, top: &[RunItem], all: &[RunItem]) -> RunBytes {
        let mut last = block(3, top);
        self.top.befall(&mut last);
        let mut top_place = place(bytes.len(), &last);
        if let Some((offset, length)) = self.place {
            top_place.splice(..12, [&offset.0.to_le_bytes()[..], &length.to_le_bytes()].concat());
        }
        bytes.extend(last);
        let entries = self.entries.map_or(all.len() as u64, |entries| entries.0);
        let versions = || all.iter().map(|item| item.version);
        let honest = (versions().min().unwrap_or(0), versions().max().unwrap_or(0));
        let (lowest, highest) = self.versions.map_or(honest, |(lowest, highest)| (lowest.0, highest.0));
        let footer = footer([1, entries, lowest, highest], &top_place, self.rest.unwrap_or(0));
        let footer_crc = u32::from_le_bytes(*footer.last_chunk().unwrap());
        bytes.extend(footer);
        let first_key = all.first().map(|item| item.key.clone()).unwrap_or_default();
        let last_key = all.last().map(|item| item.key.clone()).unwrap_or_default();
        RunBytes { number: 1, bytes, entries, footer_crc, first_key, last_key }
    }
}

/// Makes bytes the place of a value: a file and an offset that there can be, and a length of 1 to 16 MiB.
fn make_place(value: &mut Vec<u8>) {
    value.resize(24, 7);
    value[0] |= 1;
    value[7] &= 0x3f;
    value[15] &= 0x3f;
    value[16] |= 1;
    value[19] = 0;
}
