//! Doors to the bytes of runs: blocks, filters and whole files.

use crate::codec::accelerators::Accelerators;
use crate::disk::files::{Files, Handle};
use crate::disk::memory::{Memory, Shared};
use crate::error::{Damage, Error, Result};
use crate::run::block::{Block, BlockRole};
use crate::run::block_writer::{BlockWriter, encode_again};
use crate::run::cursor::RunCursor;
use crate::run::entry::{RunEntry, RunEntryKind};
use crate::run::filter::{self, Filter};
use crate::run::footer::Footer;
use crate::run::hit::Hit;
use crate::run::list::Runs;
use crate::run::reader::{Run, RunSource};
use crate::run::writer::RunWriter;
use crate::run::{RunFile, RunGeometry, check};

/// An entry of a block, its kind as the number that it has there.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "as docs/format.md has them")]
pub struct RunItem {
    pub key: Vec<u8>,
    pub version: u64,
    pub kind: u8,
    pub value: Vec<u8>,
}

/// A file of a run, with what names it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "as docs/format.md has them")]
pub struct RunBytes {
    pub number: u64,
    pub bytes: Vec<u8>,
    pub entries: u64,
    pub footer_crc: u32,
    pub first_key: Vec<u8>,
    pub last_key: Vec<u8>,
}

/// A file of a run that was opened.
#[derive(Debug)]
pub struct OpenRun {
    files: Files<Memory>,
    file: Handle<Shared>,
    run: Run,
}

impl RunItem {
    fn entry(&self) -> Option<RunEntry<'_>> {
        let kind = RunEntryKind::from_byte(self.kind)?;
        Some(RunEntry { key: &self.key, version: self.version, kind, value: &self.value })
    }

    fn of(block: &Block, at: usize) -> Self {
        let (key, kind) = (block.key(at), block.kind(at).byte());
        Self { key, version: block.version(at), kind, value: block.value(at).to_vec() }
    }
}

fn role(byte: u8) -> Option<BlockRole> {
    [BlockRole::Data, BlockRole::Index, BlockRole::Top].into_iter().find(|role| role.byte() == byte)
}

/// The entries of a block of this role (1 data, 2 index, 3 top); none where it is damaged.
#[must_use]
pub fn read_block(bytes: &[u8], role_byte: u8) -> Option<Vec<RunItem>> {
    let block = Block::decode(bytes.to_vec(), role(role_byte)?).ok()?;
    Some((0..block.count()).map(|at| RunItem::of(&block, at)).collect())
}

/// The bytes of a block that was read, written again; none where it is damaged.
#[must_use]
pub fn rewrite_block(bytes: &[u8], role_byte: u8) -> Option<Vec<u8>> {
    let role = role(role_byte)?;
    encode_again(&Block::decode(bytes.to_vec(), role).ok()?, role).ok()
}

/// The block of these entries; none where a block cannot have them. That they rise is the caller's business.
#[must_use]
pub fn write_block(items: &[RunItem], role_byte: u8) -> Option<Vec<u8>> {
    let (mut writer, mut out) = (BlockWriter::new(role(role_byte)?), Vec::new());
    for item in items {
        let entry = item.entry()?;
        if !writer.has_room(&entry, usize::MAX) {
            return None;
        }
        writer.push(&entry).ok()?;
    }
    writer.finish(&mut out).ok()?;
    Some(out)
}

/// Where a key is in a block, or would be; none where the block is damaged.
#[must_use]
pub fn search_block(bytes: &[u8], role_byte: u8, key: &[u8]) -> Option<std::result::Result<usize, usize>> {
    Some(Block::decode(bytes.to_vec(), role(role_byte)?).ok()?.search(key))
}

/// The filter of these keys, and a look into one.
///
/// # Errors
/// Memory.
pub fn write_filter(keys: &[Vec<u8>]) -> Result<Vec<u8>> {
    let hashes: Vec<_> = keys.iter().map(|key| filter::hash(key)).collect();
    let mut out = Vec::new();
    filter::build(&hashes, &mut out)?;
    Ok(out)
}

/// Does a filter say that a key may be there? None where it is no filter.
#[must_use]
pub fn look_in_filter(filter: &[u8], key: &[u8]) -> Option<bool> {
    Some(Filter::decode(filter.to_vec()).ok()?.may_contain(filter::hash(key)))
}

/// The footer at the end of a file of this length, written again; none where it is damaged.
#[must_use]
pub fn rewrite_footer(bytes: &[u8], length_bytes: u64) -> Option<Vec<u8>> {
    Some(Footer::decode(bytes, length_bytes).ok()?.encode().to_vec())
}

/// A list of runs, and nothing else, written again; none where it is damaged.
#[must_use]
pub fn rewrite_runs(bytes: &[u8], next_file: u64) -> Option<Vec<u8>> {
    let (mut rest, mut out) = (bytes, Vec::new());
    let runs = Runs::decode(&mut rest, next_file).filter(|_| rest.is_empty())?;
    runs.encode(&mut out);
    Some(out)
}

/// Writes a run in files from number 1 on, taking `budget_bytes` at a time. Blocks have the one size, and from the middle on the
/// other.
///
/// # Errors
/// `corrupt`, where the entries are not those of a run.
pub fn write_run(
    items: &[RunItem],
    block_bytes: [usize; 2],
    file_bytes: u64,
    budget_bytes: usize,
) -> Result<Vec<RunBytes>> {
    let [block_bytes, later_block_bytes] = block_bytes;
    let mut writer = RunWriter::new(RunGeometry { block_bytes, file_bytes });
    let (mut next_number, mut bytes, mut files) = (1, Vec::new(), Vec::new());
    for (at, item) in items.iter().enumerate() {
        if at == items.len() / 2 {
            writer.set_block_bytes(later_block_bytes);
        }
        let entry = item.entry().ok_or_else(|| Error::corrupt("", 0, "no kind"))?;
        writer.push(&entry, &mut next_number)?;
        while writer.pending_bytes() >= budget_bytes.max(1) {
            take(&mut writer, budget_bytes, &mut bytes, &mut files);
        }
    }
    writer.finish()?;
    while writer.pending_bytes() > 0 {
        take(&mut writer, budget_bytes, &mut bytes, &mut files);
    }
    Ok(files)
}

fn take(writer: &mut RunWriter, budget_bytes: usize, bytes: &mut Vec<u8>, files: &mut Vec<RunBytes>) {
    let Some(piece) = writer.take(budget_bytes) else { return };
    assert_eq!(piece.offset, bytes.len() as u64, "pieces follow each other");
    bytes.extend_from_slice(piece.bytes);
    if let Some(named) = piece.finished {
        let RunFile { number, length_bytes, entries, footer_crc, first_key, last_key, has_larger: _ } =
            named.file;
        assert_eq!((number, length_bytes), (piece.number, bytes.len() as u64), "it is named as it is");
        let bytes = std::mem::take(bytes);
        files.push(RunBytes { number, bytes, entries, footer_crc, first_key, last_key });
    }
}

impl OpenRun {
    /// Opens a file of this length, of which `bytes` are there.
    ///
    /// # Errors
    /// `corrupt`.
    pub fn open(named: &RunBytes, length_bytes: u64) -> Result<Self> {
        let mut files = Files::new(Memory::new(), Accelerators::default());
        let file = files.create("run")?;
        files.write(&file, 0, &named.bytes)?;
        let RunBytes { number, entries, footer_crc, .. } = *named;
        let (first_key, last_key) = (named.first_key.clone(), named.last_key.clone());
        let has_larger = false;
        let named = RunFile { number, length_bytes, entries, footer_crc, first_key, last_key, has_larger };
        let run = Run::open(&mut RunSource { files: &mut files, file: &file }, &named)?;
        Ok(Self { files, file, run })
    }

    fn parts(&mut self) -> (&mut Run, RunSource<'_, Memory>) {
        (&mut self.run, RunSource { files: &mut self.files, file: &self.file })
    }

    /// Keeps each partition from when it is first read.
    pub fn hold_partitions(&mut self) {
        self.run.hold_partitions();
    }

    /// What it says of a key.
    ///
    /// # Errors
    /// `corrupt`.
    pub fn get(&mut self, key: &[u8]) -> Result<Option<RunItem>> {
        let (run, mut source) = self.parts();
        Ok(run.get(&mut source, key)?.map(item))
    }

    /// The entries from a key on; backward, those before it, or all where there is none.
    ///
    /// # Errors
    /// `corrupt`.
    pub fn page(&mut self, from: Option<&[u8]>, is_forward: bool) -> Result<Vec<RunItem>> {
        let (run, mut source) = self.parts();
        let mut cursor = match from {
            None if is_forward => RunCursor::at(run, &mut source, &[])?,
            None => RunCursor::end(run, &mut source)?,
            Some(key) => RunCursor::at(run, &mut source, key)?,
        };
        let mut items = Vec::new();
        loop {
            let hit = if is_forward {
                cursor.next(run, &mut source)?
            } else {
                cursor.previous(run, &mut source)?
            };
            match hit {
                Some(hit) => items.push(item(hit)),
                None => return Ok(items),
            }
        }
    }

    /// What `verify` reports of it.
    ///
    /// # Errors
    /// Those of the storage.
    pub fn verify(&mut self) -> Result<Vec<Damage>> {
        let (run, mut source) = self.parts();
        let mut found = Vec::new();
        check::verify(run, &mut source, &mut |damage| found.push(damage))?;
        Ok(found)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "as `map` gives it")]
fn item(hit: Hit) -> RunItem {
    RunItem::of(&hit.block, hit.at)
}
