//! What cannot be had for less: the same bytes in a plain file, and in memory.

use super::{Contender, Event, Promise, Steps};
use anyhow::{Context as _, Result};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use sx_persist::types::MapPair;

/// Filled with zeros ahead, where that is compared: more than any of those workloads writes.
pub(super) const ZEROED_BYTES: u64 = 32 << 20;
/// Bytes read at once.
const CHUNK_BYTES: usize = 1 << 20;

/// One file that bytes are written to, one behind the other. Where they stand is known in memory alone.
pub(super) struct Floor(Mutex<Writing>);

struct Writing {
    file: File,
    end: u64,
    promise: Promise,
    places: BTreeMap<String, (u64, usize)>,
    steps: Steps,
}

impl Floor {
    pub(super) fn open(root: &Path, promise: Promise, zeroed: u64) -> Result<Self> {
        let path = root.join("floor");
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        let end = file.metadata()?.len();
        if zeroed > 0 {
            file.write_all(&vec![0; usize::try_from(zeroed)?])?;
            file.sync_all()?;
        }
        let places = BTreeMap::new();
        Ok(Self(Mutex::new(Writing { file, end, promise, places, steps: Steps::default() })))
    }

    fn writing(&self) -> MutexGuard<'_, Writing> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Writing {
    /// One write and, for a durable one, one sync.
    fn write(&mut self, bytes: &[u8]) -> Result<u64> {
        let at = self.end;
        self.file.write_all_at(bytes, at)?;
        self.steps.writes += 1;
        self.end += bytes.len() as u64;
        if self.promise == Promise::Durable {
            self.file.sync_data()?;
            self.steps.syncs += 1;
        }
        Ok(at)
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let Some((at, length)) = self.places.get(name) else { return Ok(None) };
        let mut bytes = vec![0; *length];
        self.file.read_exact_at(&mut bytes, *at)?;
        Ok(Some(bytes))
    }
}

fn lines(events: &[Event]) -> String {
    events.iter().fold(String::new(), |mut lines, event| {
        lines.push_str(&event.text);
        lines.push('\n');
        lines
    })
}

impl Contender for Floor {
    fn append(&self, _: &str, events: &[Event]) -> Result<()> {
        match events {
            [event] => self.writing().write(event.text.as_bytes())?,
            events => self.writing().write(lines(events).as_bytes())?,
        };
        Ok(())
    }

    /// From the beginning, whatever is asked for: nothing but the bytes, as they come.
    fn read(&self, _: &str, _: u64, _: u64, each: &mut dyn FnMut(&str)) -> Result<()> {
        let writing = self.writing();
        let mut chunk = vec![0; CHUNK_BYTES];
        let mut at = 0;
        while at < writing.end {
            let read = writing.file.read_at(&mut chunk, at)?;
            anyhow::ensure!(read > 0, "the file is shorter than what was written");
            at += read as u64;
        }
        each("");
        Ok(())
    }

    fn put(&self, pairs: &[(String, String)]) -> Result<()> {
        let mut writing = self.writing();
        let values: String = pairs.iter().map(|(_, value)| value.as_str()).collect();
        let mut at = writing.write(values.as_bytes())?;
        for (key, value) in pairs {
            writing.places.insert(key.clone(), (at, value.len()));
            at += value.len() as u64;
        }
        Ok(())
    }

    fn get(&self, key: &str) -> Result<Option<usize>> {
        Ok(self.writing().read(key)?.map(|value| value.len()))
    }

    /// The bytes alone: where they stand nobody is told.
    fn map_put(&self, pairs: &[MapPair]) -> Result<()> {
        let bytes: Vec<_> = pairs.iter().flat_map(|pair| [pair.key.as_slice(), &pair.value]).collect();
        self.writing().write(&bytes.concat())?;
        Ok(())
    }

    fn object_put(&self, objects: &[(String, Vec<u8>)]) -> Result<()> {
        let bytes: Vec<_> = objects.iter().flat_map(|(hash, bytes)| [hash.as_bytes(), bytes]).collect();
        self.writing().write(&bytes.concat())?;
        Ok(())
    }

    fn blob_put(&self, bytes: &[u8]) -> Result<String> {
        let address = super::address(bytes);
        let mut writing = self.writing();
        let at = writing.write(bytes)?;
        writing.places.insert(address.clone(), (at, bytes.len()));
        Ok(address)
    }

    fn blob_get(&self, address: &str) -> Result<Vec<u8>> {
        let bytes = self.writing().read(address)?.context("the blob is gone")?;
        anyhow::ensure!(super::address(&bytes) == address, "the blob is another");
        Ok(bytes)
    }

    fn steps(&self) -> Result<Option<Steps>> {
        Ok(Some(self.writing().steps))
    }
}

/// Copies in memory, and native SHA-256.
#[derive(Default)]
pub(super) struct Memory(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    events: Vec<u8>,
    blobs: BTreeMap<String, Vec<u8>>,
}

impl Memory {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Contender for Memory {
    fn append(&self, _: &str, events: &[Event]) -> Result<()> {
        let mut kept = self.kept();
        events.iter().for_each(|event| kept.events.extend_from_slice(event.text.as_bytes()));
        Ok(())
    }

    fn read(&self, _: &str, _: u64, _: u64, each: &mut dyn FnMut(&str)) -> Result<()> {
        let mut copy = vec![0; CHUNK_BYTES];
        for chunk in self.kept().events.chunks(CHUNK_BYTES) {
            copy.get_mut(..chunk.len()).context("a chunk too long")?.copy_from_slice(chunk);
            std::hint::black_box(&copy);
        }
        each("");
        Ok(())
    }

    fn blob_put(&self, bytes: &[u8]) -> Result<String> {
        let address = super::address(bytes);
        self.kept().blobs.insert(address.clone(), bytes.to_vec());
        Ok(address)
    }

    fn blob_get(&self, address: &str) -> Result<Vec<u8>> {
        let bytes = self.kept().blobs.get(address).cloned().context("the blob is gone")?;
        anyhow::ensure!(super::address(&bytes) == address, "the blob is another");
        Ok(bytes)
    }
}
