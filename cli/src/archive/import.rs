//! An archive into a store.

use crate::archive::check::{self, Sum};
use crate::archive::line::{ArchiveLine, BlobsAt, End, Head, LINE_BYTES_MAX, VERSION};
use crate::archive::place::{Place, Taken, differs};
use crate::batch::Batch;
use crate::exit::{CliError, Status};
use crate::import::{self, Import};
use crate::lines::{Line, Lines};
use crate::options::Options;
use crate::progress::Source;
use crate::value;
use anyhow::Context as _;
use std::fs;
use std::io;
use sx_persist::Store;
use sx_persist::types::{Durability, Op};

pub(crate) fn import(import: &Import, options: &Options) -> anyhow::Result<Status> {
    let source = Source::open(&import.file)?;
    let bar = source.bar();
    let mut lines = Lines::new(source, LINE_BYTES_MAX);
    // What is no archive is told of before a store is made for it.
    let head = read_head(lines.next(), import)?;
    if fs::metadata(&import.file).is_ok_and(|there| there.is_file()) {
        check::check(&import.file).with_context(|| import.file.display().to_string())?;
    }
    options.writing(|store, output| {
        if !import.resume && !is_empty(store)? {
            let text = "the store is not empty: --resume passes by what is there already and is the same, and adds the rest";
            return Err(CliError::Refused(text.to_owned()).into());
        }
        let batch = Batch::new(store, &import.file, |_| "what stands before it is in the store".to_owned());
        let (file, of) = (import.file.display().to_string(), import.clone());
        let _waiting = batch.on_interrupt(bar, move |standing| {
            let line = standing.line;
            format!("interrupted: {file} is in the store up to line {line}; {}", of.on_again(line))
        })?;
        // What is not there after a crash, the same import puts there again.
        store.admin().set_durability(Durability::Relaxed)?;
        let taken = Importer::new(import, batch, &head)?.run(lines);
        store.admin().flush()?;
        let Importer { counts, passed, .. } = taken?;
        let passed = import.resume.then_some(("skipped", passed));
        output.numbers(counts.counts().into_iter().chain(passed))?;
        Ok(Status::Done)
    })
}

/// The first line of an archive, and what it says.
fn read_head(line: Option<io::Result<Line>>, import: &Import) -> anyhow::Result<(Vec<u8>, Head)> {
    let Some(Line::Whole(line)) = line.transpose()? else { return Err(no_archive().into()) };
    let head = head(&import::text(line.clone())?)?;
    if head.blobs == BlobsAt::Beside && import.blobs.is_none() {
        let text = "the blobs stand beside this archive: --blobs DIR says where".to_owned();
        return Err(CliError::Misused(text).into());
    }
    Ok((line, head))
}

fn head(json: &str) -> anyhow::Result<Head> {
    if !json.starts_with("{\"archive\":") {
        return Err(no_archive().into());
    }
    // What a later version says of itself may be more than this one knows.
    let value: serde_json::Value = value::parse_json(json)?;
    let version = value["archive"]["version"].as_u64().unwrap_or_default();
    if version != VERSION {
        let text = format!("the archive has version {version}, and this program reads {VERSION}");
        return Err(CliError::Refused(text).into());
    }
    match value::parse_json(json)? {
        ArchiveLine::Archive(head) => Ok(head),
        _ => Err(no_archive().into()),
    }
}

fn no_archive() -> CliError {
    CliError::Misused("this is no archive; --stream NAME takes it as events of a stream".to_owned())
}

/// Has nothing ever been put there, or nothing that was left?
fn is_empty(store: &Store) -> anyhow::Result<bool> {
    let text = store.raw();
    Ok(text.list_streams("", None, 1)?.items.is_empty()
        && text.kv_list("", None, 1)?.entries.is_empty()
        && text.map_tables()?.is_empty()
        && text.ref_list("", None, 1)?.items.is_empty()
        && text.object_list(None, 1)?.items.is_empty()
        && text.session_list(None, 1)?.names.is_empty()
        && text.snapshot_keys("", None, 1)?.items.is_empty()
        && text.blob_list(None, 1)?.items.is_empty())
}

struct Importer<'a> {
    import: &'a Import,
    batch: Batch<'a>,
    sum: Sum,
    after: Option<u64>,
    place: Place<'a>,
    counts: End,
    /// Items that were there already.
    passed: u64,
}

impl<'a> Importer<'a> {
    /// Behind the head.
    fn new(import: &'a Import, batch: Batch<'a>, (line, head): &(Vec<u8>, Head)) -> Result<Self, CliError> {
        let mut sum = Sum::default();
        sum.add(line)?;
        let (place, counts, after) = (Place::Between, End::default(), head.after);
        Ok(Self { import, batch, sum, after, place, counts, passed: 0 })
    }

    fn run(mut self, lines: Lines<Source>) -> anyhow::Result<Self> {
        for (number, line) in (2..).zip(lines) {
            let line = line.with_context(|| self.batch.place(number))?;
            if let Err(error) = self.line(number, line) {
                self.batch.commit()?;
                return Err(error.context(self.batch.place(number)));
            }
            self.batch.passed(number)?;
        }
        self.place.end()?;
        self.batch.commit()?;
        let file = || self.import.file.display().to_string();
        self.sum.finish().with_context(file)?;
        Ok(self)
    }

    fn line(&mut self, number: u64, line: Line) -> anyhow::Result<()> {
        let line = match line {
            Line::Whole(line) => line,
            Line::TooLong(bytes) => return Err(import::too_long(bytes, LINE_BYTES_MAX).into()),
        };
        self.sum.add(&line)?;
        if line.is_empty() {
            return Ok(());
        }
        let line = value::parse_json(&import::text(line)?)?;
        self.counts.count(&line);
        self.take(number, line)
    }

    fn take(&mut self, number: u64, line: ArchiveLine) -> anyhow::Result<()> {
        let store = self.batch.store;
        if !self.place.is_within(&line) {
            self.place.end()?;
            self.place = Place::Between;
        }
        let taken = match line {
            ArchiveLine::Archive(_) => return Err(CliError::Refused("a second head".to_owned()).into()),
            ArchiveLine::End(_) => Taken::Done,
            ArchiveLine::Stream(line) => {
                // What is there of it is read from the store.
                self.batch.commit()?;
                let (place, ops) = Place::at_stream(store, line, self.after, self.import.resume)?;
                self.place = place;
                self.add_all(number, ops);
                Taken::Done
            }
            ArchiveLine::Segment(line) => {
                // Each has a commit of its own, since their order is that of their commits.
                self.batch.commit()?;
                let (place, ops) = Place::at_segment(store, line, self.import.resume)?;
                self.place = place;
                self.add_all(number, ops);
                Taken::Done
            }
            ArchiveLine::Event(value) => self.place.event(value::print(&value)?)?,
            ArchiveLine::Entry(value) => self.place.entry(value::print(&value)?)?,
            ArchiveLine::Trace(value) => self.place.trace(value::print(&value)?)?,
            ArchiveLine::Blob(line) => {
                let folder = self.import.blobs.as_deref();
                self.place.blob(&self.batch, line, folder, self.import.resume)?
            }
            ArchiveLine::Kv(line) => {
                let value = value::print(&line.value)?;
                let there = self.there(|| store.raw().kv_get(&line.key))?;
                let is_missing = missing(there, &value, || format!("the key {}", line.key))?;
                is_missing.then_some(Op::KvPut { key: line.key, value }).into()
            }
            line => self.take_bytes(line)?,
        };
        match taken {
            Taken::Op(op) => self.batch.add(number, op),
            Taken::Passed => self.passed += 1,
            Taken::Done => {}
        }
        Ok(())
    }

    /// What is bytes, or points to some.
    fn take_bytes(&self, line: ArchiveLine) -> anyhow::Result<Taken> {
        let store = self.batch.store;
        let op = match line {
            ArchiveLine::Map(line) => {
                let there =
                    self.there(|| store.raw().map_get(&line.table, &line.key))?.map(|there| there.value);
                missing(there, &line.value, || format!("a key of the map {}", line.table))?
                    .then_some(Op::MapPut { table: line.table, key: line.key, value: line.value })
            }
            ArchiveLine::Ref(line) => {
                let there = self.there(|| store.raw().ref_get(&line.name))?;
                missing(there, &line.hash, || format!("the ref {}", line.name))?
                    .then_some(Op::RefSet { name: line.name, hash: line.hash })
            }
            ArchiveLine::Object(line) => {
                let there = self.there(|| store.raw().object_read(&line.hash))?;
                missing(there, &line.bytes, || format!("the object {}", line.hash))?
                    .then_some(Op::ObjectWrite { hash: line.hash, bytes: line.bytes })
            }
            ArchiveLine::Snapshot(line) => {
                let there = self.there(|| store.raw().snapshot_load(&line.key))?;
                missing(there, &line.bytes, || format!("the snapshot {}", line.key))?
                    .then_some(Op::SnapshotPersist { key: line.key, blob: line.bytes })
            }
            _ => return Ok(Taken::Done),
        };
        Ok(op.into())
    }

    /// What the store has already, where that is to be asked for.
    fn there<T>(&self, ask: impl FnOnce() -> sx_persist::Result<Option<T>>) -> sx_persist::Result<Option<T>> {
        if self.import.resume { ask() } else { Ok(None) }
    }

    fn add_all(&mut self, number: u64, ops: Vec<Op>) {
        ops.into_iter().for_each(|op| self.batch.add(number, op));
    }
}

/// Is it missing, and not there already? What is there and differs stays, and ends the import.
fn missing<T: PartialEq>(
    there: Option<T>,
    wanted: &T,
    name: impl FnOnce() -> String,
) -> Result<bool, CliError> {
    match there {
        None => Ok(true),
        Some(there) if there == *wanted => Ok(false),
        Some(_) => Err(differs(&name())),
    }
}
