//! Runs, written and read.

mod block_cache;
mod blocks;
mod choosing;
mod damage;
mod filters;
mod golden;
mod histories;
mod list;
mod memory;
mod merging;
mod properties;
mod stack;
mod store;
mod writing;

use super::check::verify;
use super::cursor::RunCursor;
use super::entry::{RunEntry, RunEntryKind};
use super::hit::Hit;
use super::reader::{Run, Source};
use super::writer::RunWriter;
use super::{RunFile, RunGeometry};
use crate::error::{Damage, Error, Result};
use std::collections::BTreeMap;

/// What a run says, by keys: version, kind and value.
type TestEntries = BTreeMap<Vec<u8>, (u64, RunEntryKind, Vec<u8>)>;
/// An entry of it.
type TestEntry = (Vec<u8>, (u64, RunEntryKind, Vec<u8>));

const TINY: RunGeometry = RunGeometry { block_bytes: 64, file_bytes: 512 };

/// A file that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
struct TestFile {
    named: RunFile,
    bytes: Vec<u8>,
}

/// Its bytes, and how often they were read.
struct TestSource<'a> {
    bytes: &'a [u8],
    reads: usize,
}

impl Source for TestSource<'_> {
    fn read(&mut self, offset: u64, length: usize) -> Result<Vec<u8>> {
        self.reads += 1;
        assert!(length <= self.bytes.len() + 64, "more is asked for than a file can have");
        let start = usize::try_from(offset).unwrap().min(self.bytes.len());
        Ok(self.bytes[start..(start + length).min(self.bytes.len())].to_vec())
    }
}

fn source(bytes: &[u8]) -> TestSource<'_> {
    TestSource { bytes, reads: 0 }
}

fn values(pairs: &[(&[u8], u64, &[u8])]) -> TestEntries {
    let value = |(key, version, value): &(&[u8], u64, &[u8])| {
        (key.to_vec(), (*version, RunEntryKind::Value, value.to_vec()))
    };
    pairs.iter().map(value).collect()
}

/// Numbered keys, each with as many bytes of value.
fn numbered(count: usize, value_bytes: usize) -> TestEntries {
    let entry = |at: usize| {
        (format!("key {at:06}").into_bytes(), (at as u64 + 7, RunEntryKind::Value, vec![b'v'; value_bytes]))
    };
    (0..count).map(entry).collect()
}

/// Writes a run, a call for so many bytes.
fn write_in(entries: &TestEntries, geometry: RunGeometry, budget: usize) -> Result<Vec<TestFile>> {
    let mut writer = RunWriter::new(geometry);
    let (mut number, mut bytes, mut files) = (1, Vec::new(), Vec::new());
    for (key, (version, kind, value)) in entries {
        writer.push(&RunEntry { key, version: *version, kind: *kind, value }, &mut number)?;
        while writer.pending_bytes() >= budget {
            take(&mut writer, budget, &mut bytes, &mut files);
        }
    }
    writer.finish()?;
    while writer.pending_bytes() > 0 {
        take(&mut writer, budget, &mut bytes, &mut files);
    }
    assert!(writer.take(budget).is_none() && bytes.is_empty(), "all was given");
    assert_eq!(number, 1 + files.len() as u64, "each file has taken a number");
    Ok(files)
}

fn take(writer: &mut RunWriter, budget: usize, bytes: &mut Vec<u8>, files: &mut Vec<TestFile>) {
    let piece = writer.take(budget).unwrap();
    assert!((1..=budget).contains(&piece.bytes.len()));
    assert_eq!((piece.number, piece.offset), (1 + files.len() as u64, bytes.len() as u64));
    bytes.extend_from_slice(piece.bytes);
    if let Some(named) = piece.finished {
        files.push(TestFile { named: named.file, bytes: std::mem::take(bytes) });
    }
}

fn write(entries: &TestEntries, geometry: RunGeometry) -> Vec<TestFile> {
    write_in(entries, geometry, 256 << 10).unwrap()
}

/// One file with all.
fn write_one(entries: &TestEntries, block_bytes: usize) -> TestFile {
    let mut files = write(entries, RunGeometry { block_bytes, file_bytes: u64::MAX });
    assert_eq!(files.len(), 1);
    files.remove(0)
}

impl TestFile {
    fn open(&self) -> Result<Run> {
        Run::open(&mut source(&self.bytes), &self.named)
    }

    fn get(&self, key: &[u8]) -> Result<Option<TestEntry>> {
        let run = self.open()?;
        Ok(run.get(&mut source(&self.bytes), key)?.map(|hit| shown(&hit)))
    }

    /// The entries from a key on, or backward those before it; all where there is none.
    fn page(&self, from: Option<&[u8]>, is_forward: bool) -> Result<Vec<TestEntry>> {
        let (run, mut source) = (self.open()?, source(&self.bytes));
        let mut cursor = match from {
            None if !is_forward => RunCursor::end(&run, &mut source)?,
            from => RunCursor::at(&run, &mut source, from.unwrap_or_default())?,
        };
        let mut page = Vec::new();
        loop {
            let hit = if is_forward {
                cursor.next(&run, &mut source)?
            } else {
                cursor.previous(&run, &mut source)?
            };
            let Some(hit) = hit else { return Ok(page) };
            page.push(shown(&hit));
        }
    }

    /// What is found to be wrong, when it is opened or verified.
    fn damages(&self) -> Vec<Damage> {
        let mut found = Vec::new();
        let verified = self
            .open()
            .and_then(|run| verify(&run, &mut source(&self.bytes), &mut |damage| found.push(damage)));
        match verified {
            Ok(()) => {}
            Err(Error::Corrupt(damage)) => found.push(damage),
            Err(error) => panic!("{error}"),
        }
        assert!(
            found.iter().all(|damage| damage.file == crate::base::layout::run(self.named.number)),
            "{found:?}"
        );
        found
    }
}

fn shown(hit: &Hit) -> TestEntry {
    let (block, at) = (&hit.block, hit.at);
    (block.key(at), (block.version(at), block.kind(at), block.value(at).to_vec()))
}
