//! Data that is made once and kept: what several workloads and all rounds look at.

use crate::contender::{Contender, Event, Kind, Promise};
use crate::made::{self, BATCH, EVENT_BYTES, PAIR_BYTES, blob};
use crate::meter::{self, Io};
use crate::session_act::{self, ENTRIES, ENTRY_BYTES};
use crate::stream_act;
use crate::turn::{Turn, nanoseconds};
use anyhow::{Context as _, Result};
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The stream of the kept events.
pub(crate) const STREAM: &str = "s";
/// Bytes of an event and of a value, where a workload says nothing else.
pub(crate) const VALUE_BYTES: usize = 256;
/// Bytes of a kept blob.
pub(crate) const BLOB_BYTES: u64 = 100;

/// What stands in a folder before a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Data {
    /// Nothing: each turn has a fresh folder.
    Nothing,
    /// A stream of so many events.
    Events(u64),
    Keys(u64),
    Blobs(u64),
    /// A table of bytes, as it is behind its load.
    LoadedMap(u64),
    /// The same when all that was put off is done.
    Map(u64),
    Objects(u64),
    /// So many sessions.
    Sessions(u64),
    /// So many streams, of so many events each.
    Streams(u64, u64),
}

impl Data {
    pub(crate) fn size(self) -> u64 {
        match self {
            Self::Nothing => 0,
            Self::Events(size)
            | Self::Keys(size)
            | Self::Blobs(size)
            | Self::LoadedMap(size)
            | Self::Map(size)
            | Self::Objects(size)
            | Self::Sessions(size)
            | Self::Streams(size, _) => size,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Events(_) => "events",
            Self::Keys(_) => "keys",
            Self::Blobs(_) => "blobs",
            Self::LoadedMap(_) => "a table, and no more",
            Self::Map(_) => "a table",
            Self::Objects(_) => "objects",
            Self::Sessions(_) => "sessions",
            Self::Streams(..) => "many streams",
        }
    }

    /// Bytes that are handed over for it.
    fn payload_bytes(self) -> u64 {
        match self {
            Self::Blobs(size) => size * BLOB_BYTES,
            Self::LoadedMap(size) | Self::Map(size) => size * PAIR_BYTES,
            Self::Objects(size) => {
                (0..size).map(|number| made::HASH_BYTES + made::object_bytes(number)).sum()
            }
            Self::Sessions(size) => size * ENTRIES * ENTRY_BYTES,
            Self::Streams(size, events) => size * events * EVENT_BYTES as u64,
            data => data.size() * VALUE_BYTES as u64,
        }
    }

    /// Puts it into a contender.
    fn make(self, contender: &dyn Contender) -> Result<()> {
        if let Self::Sessions(sessions) = self {
            session_act::fill(contender, sessions)?;
            return contender.settle();
        }
        if let Self::Streams(streams, events) = self {
            stream_act::fill(contender, streams, events)?;
            return contender.settle();
        }
        for first in (0..self.size()).step_by(usize::try_from(BATCH)?) {
            let numbers = first..(first + BATCH).min(self.size());
            match self {
                Self::Nothing | Self::Sessions(_) | Self::Streams(..) => {}
                Self::Events(_) => {
                    let events: Vec<_> = numbers.map(|number| Event::new(number + 1, VALUE_BYTES)).collect();
                    contender.append(STREAM, &events)?;
                }
                Self::Keys(_) => {
                    contender.put(&numbers.map(|number| pair(number, 1, VALUE_BYTES)).collect::<Vec<_>>())?;
                }
                Self::Blobs(_) => {
                    for number in numbers {
                        contender.blob_put(&blob(number, BLOB_BYTES))?;
                    }
                }
                Self::LoadedMap(_) | Self::Map(_) => contender.map_put(&made::pairs(numbers))?,
                Self::Objects(_) => contender.object_put(&made::objects(numbers))?,
            }
        }
        if matches!(self, Self::LoadedMap(_)) { Ok(()) } else { contender.settle() }
    }
}

pub(crate) fn key(number: u64) -> String {
    format!("key-{number:08}")
}

/// A key with a value that tells its version: a put of what is there already may come to nothing.
pub(crate) fn pair(number: u64, version: u64, bytes: usize) -> (String, String) {
    (key(number), Event::new(version, bytes).text)
}

/// How one kept set came about.
pub(crate) struct Making {
    pub(crate) data: Data,
    pub(crate) kind: Kind,
    pub(crate) turn: Turn,
}

/// What is kept, and the contenders that have it open.
pub(crate) struct Shelf {
    folder: PathBuf,
    disk: Option<String>,
    kept: HashMap<(Kind, Data), Kept>,
    pub(crate) makings: Vec<Making>,
}

struct Kept {
    folder: PathBuf,
    open: Option<(Promise, Box<dyn Contender>)>,
}

impl Shelf {
    pub(crate) fn new(folder: &Path, disk: Option<String>) -> Self {
        Self { folder: folder.to_owned(), disk, kept: HashMap::new(), makings: Vec::new() }
    }

    /// The disk below, by the name that the system counts its flushes under.
    pub(crate) fn disk(&self) -> Option<&str> {
        self.disk.as_deref()
    }

    /// An empty folder.
    pub(crate) fn fresh(&self) -> Result<PathBuf> {
        let folder = self.folder.join("turn");
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir(&folder)?;
        Ok(folder)
    }

    /// The contender that has this data open, as it was left by the turn before.
    pub(crate) fn open(&mut self, kind: Kind, data: Data, promise: Promise) -> Result<&dyn Contender> {
        self.make(kind, data)?;
        let kept = self.kept.get_mut(&(kind, data)).context("it was just made")?;
        if kept.open.as_ref().is_none_or(|(found, _)| *found != promise) {
            // One at a time: the folder is locked.
            drop(kept.open.take());
            kept.open = Some((promise, kind.open(&kept.folder, promise)?));
        }
        let (_, contender) = kept.open.as_ref().context("it was just opened")?;
        Ok(contender.as_ref())
    }

    /// The folder of this data, which nobody has open then.
    pub(crate) fn closed(&mut self, kind: Kind, data: Data) -> Result<PathBuf> {
        self.make(kind, data)?;
        let kept = self.kept.get_mut(&(kind, data)).context("it was just made")?;
        drop(kept.open.take());
        Ok(kept.folder.clone())
    }

    /// A copy of this data, synced, so that nothing is written while it is worked on but by that work.
    pub(crate) fn copy(&mut self, kind: Kind, data: Data) -> Result<PathBuf> {
        let from = self.closed(kind, data)?;
        let to = self.fresh()?;
        copy_folder(&from, &to)?;
        Ok(to)
    }

    /// Removes what no workload from here on looks at.
    pub(crate) fn keep(&mut self, is_wanted: impl Fn(Data) -> bool) -> Result<()> {
        let mut gone = Vec::new();
        self.kept.retain(|(_, data), kept| {
            let stays = is_wanted(*data);
            if !stays {
                drop(kept.open.take());
                gone.push(kept.folder.clone());
            }
            stays
        });
        Ok(gone.iter().try_for_each(fs::remove_dir_all)?)
    }

    fn make(&mut self, kind: Kind, data: Data) -> Result<()> {
        if self.kept.contains_key(&(kind, data)) {
            return Ok(());
        }
        // Several kinds have one name.
        let folder = self.folder.join(format!("{kind:?}-{}-{}", data.name(), data.size()).replace(' ', "_"));
        fs::create_dir(&folder)?;
        let (memory, io, start) = (meter::begin_peak(), Io::now(self.disk()), Instant::now());
        let contender = kind.open(&folder, Promise::Relaxed)?;
        data.make(contender.as_ref())?;
        let turn = Turn {
            operations: data.size(),
            nanoseconds: nanoseconds(start.elapsed()),
            payload_bytes: data.payload_bytes(),
            steps: contender.steps()?,
            io: Io::now(self.disk()).since(io),
            peak_bytes: meter::peak_bytes(memory),
            disk_bytes: Some(meter::disk_bytes(&folder)),
            longest_nanoseconds: None,
        };
        self.makings.push(Making { data, kind, turn });
        // What the floors know of their bytes is in memory alone.
        let open = matches!(kind, Kind::Floor | Kind::Memory).then_some((Promise::Relaxed, contender));
        self.kept.insert((kind, data), Kept { folder, open });
        Ok(())
    }
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir(&target)?;
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
            fs::File::open(&target)?.sync_all()?;
        }
    }
    Ok(())
}
