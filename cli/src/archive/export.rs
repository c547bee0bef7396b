//! A store as an archive, or some streams of it.

use crate::archive::blobs;
use crate::archive::line::{
    ArchiveLine, BlobLine, BlobsAt, Head, KvLine, MapLine, ObjectLine, RefLine, SegmentLine, SnapshotLine,
    StreamLine, VERSION, Whole,
};
use crate::archive::write::ArchiveWriter;
use crate::exit::CliError;
use crate::progress::Progress;
use crate::there::{Items, PAGE_ITEMS};
use std::io::Write;
use std::path::Path;
use sx_persist::types::{Direction, MapRange, Position};
use sx_persist::{Page, Result, Store, Uuid, event};

/// What goes into an archive.
#[derive(Debug)]
pub(crate) struct Wanted<'a> {
    /// These streams; none for the whole store.
    pub(crate) streams: Option<&'a [String]>,
    /// Of streams only what has a seq above this one.
    pub(crate) after: Option<u64>,
    /// The folder where blobs go; none for the archive itself.
    pub(crate) blobs: Option<&'a Path>,
}

/// Writes an archive. When somebody has written to the store meanwhile it has no end, and that is the error.
pub(crate) fn export(
    wanted: &Wanted<'_>,
    store: &Store,
    to: &mut dyn Write,
    progress: &Progress,
) -> anyhow::Result<()> {
    let begun = lsn(store)?;
    let mut walk = Walk { wanted, store, to: ArchiveWriter::new(to, progress) };
    let walked = walk.all();
    let ended = lsn(store)?;
    if begun != ended {
        // What went wrong on the way may be that, too.
        let text = format!(
            "the store was written to while it was read (commit {begun} was the last, now {ended} is): this is no whole archive; \
             run it again, or with --lock"
        );
        return Err(CliError::Stale(text).into());
    }
    walked?;
    Ok(walk.to.end()?)
}

/// The number of the last commit.
fn lsn(store: &Store) -> anyhow::Result<u64> {
    Ok(store.raw().moment(&[])?.lsn)
}

struct Walk<'a> {
    wanted: &'a Wanted<'a>,
    store: &'a Store,
    to: ArchiveWriter<'a>,
}

impl Walk<'_> {
    fn all(&mut self) -> anyhow::Result<()> {
        let of = if self.wanted.streams.is_some() { Whole::Streams } else { Whole::Store };
        let blobs = if self.wanted.blobs.is_some() { BlobsAt::Beside } else { BlobsAt::Inside };
        let head = Head { version: VERSION, of, blobs, after: self.wanted.after };
        self.to.line(&ArchiveLine::Archive(head))?;
        if let Some(streams) = self.wanted.streams {
            let mut streams = streams.to_vec();
            streams.sort_unstable();
            streams.dedup();
            return streams.iter().try_for_each(|stream| self.stream(stream));
        }
        self.store.list_streams("").try_for_each(|stream| self.stream(&stream?))?;
        self.keys()?;
        self.maps()?;
        self.refs()?;
        self.objects()?;
        self.sessions()?;
        self.snapshots()?;
        self.blobs()
    }

    fn stream(&mut self, name: &str) -> anyhow::Result<()> {
        let truncated = if self.wanted.after.is_some() { None } else { self.truncated(name)? };
        self.to.line(&ArchiveLine::Stream(StreamLine { name: name.to_owned(), truncated }))?;
        let at = self.wanted.after.map_or(Position::Start, Position::After);
        let mut events = Items::of_stream(self.store, name, at);
        while let Some(text) = events.next()? {
            if event::seq_of(&text) == 0 {
                return Err(original(name, "an event without a seq").into());
            }
            self.to.line(&ArchiveLine::Event(sx::parse(&text)?))?;
        }
        Ok(())
    }

    /// The last-seq of a stream, where none of its events has it.
    fn truncated(&self, name: &str) -> anyhow::Result<Option<u64>> {
        let text = self.store.raw();
        let last_seq = text.last_seq(name)?;
        let last = Page::from(text.read_page(name, &Position::End, 1, Direction::Backward)?).items;
        let is_there = match last.first() {
            Some(event) if event::seq_of(event) == last_seq => true,
            // Where seqs descend, it may be any of them.
            Some(_) => {
                let at = Position::After(last_seq.saturating_sub(1));
                Items::of_stream(self.store, name, at).skip_to(|event| event::seq_of(event) == last_seq)?
            }
            None => false,
        };
        if last_seq == 0 && !is_there {
            let absent = || CliError::Refused(format!("the store has no stream {name}"));
            let error = if self.wanted.streams.is_some() {
                absent()
            } else {
                original(name, "neither events nor a last-seq")
            };
            return Err(error.into());
        }
        Ok((!is_there).then_some(last_seq))
    }

    fn keys(&mut self) -> anyhow::Result<()> {
        let store = self.store;
        let page = |after: Option<&str>| store.raw().kv_list("", after, PAGE_ITEMS).map(Page::from);
        self.pages(page, |entry| {
            Ok(ArchiveLine::Kv(KvLine { key: entry.key, value: sx::parse(&entry.value)? }))
        })
    }

    fn maps(&mut self) -> anyhow::Result<()> {
        let store = self.store;
        let all = MapRange { prefix: Vec::new(), start: None, end: None };
        for table in store.raw().map_tables()? {
            let page = |after: Option<&str>| {
                store.raw().map_scan(&table, &all, after, PAGE_ITEMS, Direction::Forward).map(Page::from)
            };
            self.pages(page, |item| {
                Ok(ArchiveLine::Map(MapLine { table: table.clone(), key: item.key, value: item.value }))
            })?;
        }
        Ok(())
    }

    fn refs(&mut self) -> anyhow::Result<()> {
        let store = self.store;
        let page = |after: Option<&str>| store.raw().ref_list("", after, PAGE_ITEMS);
        self.pages(page, |entry| Ok(ArchiveLine::Ref(RefLine { name: entry.name, hash: entry.hash })))
    }

    fn objects(&mut self) -> anyhow::Result<()> {
        let store = self.store;
        let page = |after: Option<&str>| store.raw().object_list(after, PAGE_ITEMS);
        self.pages(page, |hash| {
            let bytes = store.raw().object_read(&hash)?.unwrap_or_default();
            Ok(ArchiveLine::Object(ObjectLine { hash, bytes }))
        })
    }

    fn snapshots(&mut self) -> anyhow::Result<()> {
        let store = self.store;
        let page = |after: Option<&str>| store.raw().snapshot_keys("", after, PAGE_ITEMS);
        self.pages(page, |key| {
            let bytes = store.raw().snapshot_load(&key)?.unwrap_or_default();
            Ok(ArchiveLine::Snapshot(SnapshotLine { key, bytes }))
        })
    }

    /// Sessions and their segments, those that were last written to last: written again in this order they are listed as they were.
    fn sessions(&mut self) -> anyhow::Result<()> {
        let store = self.store;
        let sessions = ids(|after| store.raw().session_list(after, PAGE_ITEMS).map(Page::from))?;
        for session in sessions.into_iter().rev() {
            let session = session.to_string();
            let segments =
                ids(|after| store.raw().session_list_segments(&session, after, PAGE_ITEMS).map(Page::from))?;
            segments.iter().rev().try_for_each(|segment| self.segment(&session, &segment.to_string()))?;
        }
        Ok(())
    }

    fn segment(&mut self, session: &str, segment: &str) -> anyhow::Result<()> {
        let meta = self.store.raw().session_describe(session, segment)?.meta;
        let meta = meta.map(|meta| sx::parse(&meta)).transpose()?;
        let line = SegmentLine { session: session.to_owned(), segment: segment.to_owned(), meta };
        self.to.line(&ArchiveLine::Segment(line))?;
        let mut entries = Items::of_segment(self.store, session, segment);
        while let Some(entry) = entries.next()? {
            self.to.line(&ArchiveLine::Entry(sx::parse(&entry)?))?;
        }
        let mut trace = Items::of_trace(self.store, session, segment);
        while let Some(entry) = trace.next()? {
            self.to.line(&ArchiveLine::Trace(sx::parse(&entry)?))?;
        }
        Ok(())
    }

    fn blobs(&mut self) -> anyhow::Result<()> {
        let (store, folder) = (self.store, self.wanted.blobs);
        let mut after = None;
        loop {
            let page = store.raw().blob_list(after.as_deref(), PAGE_ITEMS)?;
            for cid in page.items {
                let Some(folder) = folder else {
                    blobs::read(store, &cid, |size, offset, bytes| {
                        let (offset, bytes) = (Some(offset), Some(bytes));
                        let line = BlobLine { cid: cid.clone(), size, offset, bytes };
                        Ok(self.to.line(&ArchiveLine::Blob(line))?)
                    })?;
                    continue;
                };
                let size = blobs::put_beside(store, &cid, folder)?;
                self.to.line(&ArchiveLine::Blob(BlobLine { cid, size, offset: None, bytes: None }))?;
            }
            if page.done {
                return Ok(());
            }
            after = Some(page.through);
        }
    }

    /// A line for each item of a list.
    fn pages<T>(
        &mut self,
        page: impl Fn(Option<&str>) -> Result<Page<T>>,
        line: impl Fn(T) -> anyhow::Result<ArchiveLine>,
    ) -> anyhow::Result<()> {
        let mut after: Option<String> = None;
        loop {
            let page = page(after.as_deref())?;
            for item in page.items {
                self.to.line(&line(item)?)?;
            }
            if page.done {
                return Ok(());
            }
            after = Some(page.through);
        }
    }
}

/// All ids of a list, which is read forward only; 16 bytes each.
fn ids(page: impl Fn(Option<&str>) -> Result<Page<String>>) -> anyhow::Result<Vec<Uuid>> {
    let (mut ids, mut after) = (Vec::new(), None);
    loop {
        let page = page(after.as_deref())?;
        for id in &page.items {
            ids.push(Uuid::try_parse(id)?);
        }
        if page.done {
            return Ok(ids);
        }
        after = Some(page.through);
    }
}

fn original(stream: &str, what: &str) -> CliError {
    CliError::Refused(format!(
        "the stream {stream} has {what}, as the original may leave it: no interface takes that in again"
    ))
}
