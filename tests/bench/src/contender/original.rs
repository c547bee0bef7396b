//! The original's way, written with `std::fs`: a file a stream, a counter beside it, a file a key, a file a blob.
//!
//! The original syncs nothing. Durable, each file is synced before it takes its name, and the folder after.

use super::{Contender, Event, Promise, Steps};
use anyhow::{Context as _, Result};
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead as _, BufReader, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

pub(super) struct Original {
    root: PathBuf,
    promise: Promise,
    /// The original has one thread.
    steps: Mutex<Steps>,
}

impl Original {
    pub(super) fn open(root: &Path, promise: Promise) -> Result<Self> {
        ["streams", "kv", "blobs"].iter().try_for_each(|folder| fs::create_dir_all(root.join(folder)))?;
        Ok(Self { root: root.to_owned(), promise, steps: Mutex::default() })
    }

    fn turn(&self) -> Turn<'_> {
        let steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        Turn { is_durable: self.promise == Promise::Durable, steps }
    }

    fn log(&self, stream: &str) -> PathBuf {
        self.root.join("streams").join(format!("{stream}.log"))
    }

    fn counter(&self, stream: &str) -> PathBuf {
        self.root.join("streams").join(format!("{stream}.seq"))
    }

    fn key(&self, key: &str) -> PathBuf {
        self.root.join("kv").join(key)
    }

    fn lines(&self, stream: &str) -> Result<impl Iterator<Item = Result<String>> + use<>> {
        let file = BufReader::with_capacity(64 << 10, File::open(self.log(stream))?);
        Ok(file.lines().map(|line| Ok(line?)))
    }
}

/// One call's turn at the files.
struct Turn<'a> {
    is_durable: bool,
    steps: MutexGuard<'a, Steps>,
}

impl Turn<'_> {
    fn write(&mut self, mut file: &File, bytes: &[u8]) -> Result<()> {
        file.write_all(bytes)?;
        self.steps.writes += 1;
        if self.is_durable {
            file.sync_data()?;
            self.steps.syncs += 1;
        }
        Ok(())
    }

    fn sync_folder(&mut self, of: &Path) -> Result<()> {
        if self.is_durable {
            File::open(of.parent().context("a file in no folder")?)?.sync_all()?;
            self.steps.folder_syncs += 1;
        }
        Ok(())
    }

    /// Puts a file in the place of another.
    fn replace(&mut self, path: &Path, bytes: &[u8]) -> Result<()> {
        let tmp = path.with_extension("tmp");
        self.write(&File::create(&tmp)?, bytes)?;
        fs::rename(&tmp, path)?;
        self.sync_folder(path)
    }
}

/// The seq of a line, which every event here ends with.
fn seq(line: &str) -> Option<u64> {
    line.rsplit_once(":seq ")?.1.trim_end_matches('}').parse().ok()
}

fn found<R>(done: std::io::Result<R>) -> Result<Option<R>> {
    match done {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

impl Contender for Original {
    fn append(&self, stream: &str, events: &[Event]) -> Result<()> {
        let Some(last) = events.last() else { return Ok(()) };
        let lines: String = events.iter().flat_map(|event| [event.text.as_str(), "\n"]).collect();
        let mut turn = self.turn();
        let file = OpenOptions::new().append(true).create(true).open(self.log(stream))?;
        turn.write(&file, lines.as_bytes())?;
        turn.replace(&self.counter(stream), last.seq.to_string().as_bytes())
    }

    fn read(&self, stream: &str, after: u64, limit: u64, each: &mut dyn FnMut(&str)) -> Result<()> {
        let mut left = limit;
        for line in self.lines(stream)? {
            let line = line?;
            if left == 0 {
                break;
            }
            if after == 0 || seq(&line).is_some_and(|seq| seq > after) {
                each(&line);
                left -= 1;
            }
        }
        Ok(())
    }

    fn last_seq(&self, stream: &str) -> Result<u64> {
        Ok(fs::read_to_string(self.counter(stream))?.parse()?)
    }

    fn count(&self, stream: &str) -> Result<u64> {
        self.lines(stream)?.try_fold(0, |count, line| line.map(|_| count + 1))
    }

    fn truncate(&self, stream: &str, upto: u64) -> Result<()> {
        let mut rest = String::new();
        for line in self.lines(stream)? {
            let line = line?;
            if seq(&line).is_some_and(|seq| seq > upto) {
                rest.push_str(&line);
                rest.push('\n');
            }
        }
        self.turn().replace(&self.log(stream), rest.as_bytes())
    }

    fn put(&self, pairs: &[(String, String)]) -> Result<()> {
        let mut turn = self.turn();
        pairs.iter().try_for_each(|(key, value)| turn.replace(&self.key(key), value.as_bytes()))
    }

    fn get(&self, key: &str) -> Result<Option<usize>> {
        Ok(found(fs::read_to_string(self.key(key)))?.map(|value| value.len()))
    }

    fn has(&self, key: &str) -> Result<bool> {
        Ok(found(fs::metadata(self.key(key)))?.is_some())
    }

    fn delete(&self, key: &str) -> Result<()> {
        let mut turn = self.turn();
        let path = self.key(key);
        if found(fs::remove_file(&path))?.is_some() {
            turn.sync_folder(&path)?;
        }
        Ok(())
    }

    fn list(&self, after: &str, limit: u64, each: &mut dyn FnMut(&str, &str)) -> Result<()> {
        let names = fs::read_dir(self.root.join("kv"))?.map(|entry| Ok(entry?.file_name()));
        let mut names = names.collect::<Result<Vec<_>>>()?;
        names.sort_unstable();
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        for name in names.into_iter().skip_while(|name| name.as_os_str() <= after).take(limit) {
            let key = name.to_str().context("a foreign file")?;
            each(key, &fs::read_to_string(self.key(key))?);
        }
        Ok(())
    }

    fn blob_put(&self, bytes: &[u8]) -> Result<String> {
        let address = super::address(bytes);
        let path = self.root.join("blobs").join(&address);
        if !path.exists() {
            self.turn().replace(&path, bytes)?;
        }
        Ok(address)
    }

    fn blob_get(&self, address: &str) -> Result<Vec<u8>> {
        Ok(fs::read(self.root.join("blobs").join(address))?)
    }

    fn steps(&self) -> Result<Option<Steps>> {
        Ok(Some(*self.turn().steps))
    }
}
