//! Where the lines of an archive are that is read: in a stream, a segment or a blob, beside what the store has of it.

use crate::archive::blobs::{self, Address};
use crate::archive::line::{ArchiveLine, BlobLine, SegmentLine, StreamLine};
use crate::batch::Batch;
use crate::exit::CliError;
use crate::there::Items;
use crate::value;
use std::path::Path;
use sx_persist::types::{Op, Position};
use sx_persist::{BlobWriter, Store};

/// Larger ones have a file of their own at once, and no place in a commit.
const BLOB_BYTES_OF_OP: usize = 64 << 10;

/// What the lines to come belong to.
#[derive(Debug)]
pub(super) enum Place<'a> {
    Between,
    Stream { name: String, there: Option<Items<'a>> },
    Segment { session: String, segment: String, entries: Option<Items<'a>>, traces: Option<Items<'a>> },
    Blob(Blob),
}

/// A blob of which there are more pieces to come.
#[derive(Debug)]
pub(super) struct Blob {
    cid: String,
    size: u64,
    offset: u64,
    address: Address,
    /// None where it is there already.
    writer: Option<BlobWriter>,
}

/// What became of a line.
#[derive(Debug)]
pub(super) enum Taken {
    Op(Op),
    /// It is there already.
    Passed,
    /// It is written, or waits for more lines.
    Done,
}

impl From<Option<Op>> for Taken {
    fn from(op: Option<Op>) -> Self {
        op.map_or(Self::Passed, Self::Op)
    }
}

impl<'a> Place<'a> {
    /// At the beginning of a stream; and what makes it as it was, where events are gone from it.
    pub(super) fn at_stream(
        store: &'a Store,
        line: StreamLine,
        after: Option<u64>,
        is_resumed: bool,
    ) -> anyhow::Result<(Self, Vec<Op>)> {
        let StreamLine { name, truncated } = line;
        let last_seq = if is_resumed { store.raw().last_seq(&name)? } else { 0 };
        let ops = match truncated {
            // An event with that seq, and nothing of it: what is left is the last-seq.
            Some(seq) if last_seq == 0 => vec![
                Op::Append { stream: name.clone(), event: format!("{{:seq {seq}}}") },
                Op::Truncate { stream: name.clone(), upto: seq },
            ],
            Some(seq) if last_seq < seq => return Err(differs(&format!("the stream {name}")).into()),
            _ => Vec::new(),
        };
        let at = after.map_or(Position::Start, Position::After);
        let there = (last_seq > 0).then(|| Items::of_stream(store, &name, at));
        Ok((Self::Stream { name, there }, ops))
    }

    /// At the beginning of a segment; and what makes it, where it is missing.
    pub(super) fn at_segment(
        store: &'a Store,
        line: SegmentLine,
        is_resumed: bool,
    ) -> anyhow::Result<(Self, Vec<Op>)> {
        let SegmentLine { session, segment, meta } = line;
        let meta = meta.map(|meta| value::print(&meta)).transpose()?;
        let differs = || differs(&format!("the segment {segment}"));
        let of = if is_resumed { store.raw().session_of(&segment)? } else { None };
        let is_there = match of {
            Some(other) if other != session => return Err(differs().into()),
            of => of.is_some(),
        };
        let meta_there = if is_there { store.raw().session_describe(&session, &segment)?.meta } else { None };
        let mut ops = Vec::new();
        let at = || (session.clone(), segment.clone());
        if !is_there {
            let (session, segment) = at();
            ops.push(Op::SessionCreateSegment { session, segment, entries: Vec::new() });
        }
        match (meta, meta_there) {
            (Some(meta), Some(there)) if meta != there => return Err(differs().into()),
            (Some(meta), None) => {
                let (session, segment) = at();
                ops.push(Op::SessionSetMeta { session, segment, meta: Some(meta) });
            }
            _ => {}
        }
        let entries = is_there.then(|| Items::of_segment(store, &session, &segment));
        let traces = is_there.then(|| Items::of_trace(store, &session, &segment));
        Ok((Self::Segment { session, segment, entries, traces }, ops))
    }

    /// Does the line belong to what the lines before it began?
    pub(super) fn is_within(&self, line: &ArchiveLine) -> bool {
        matches!(
            (self, line),
            (Self::Stream { .. }, ArchiveLine::Event(_))
                | (Self::Segment { .. }, ArchiveLine::Entry(_) | ArchiveLine::Trace(_))
                | (Self::Blob(_), ArchiveLine::Blob(BlobLine { offset: Some(1..), .. }))
        )
    }

    /// To be asked for where something else begins.
    pub(super) fn end(&self) -> Result<(), CliError> {
        match self {
            Self::Blob(blob) => {
                Err(CliError::Refused(format!("of the blob {} the end is missing", blob.cid)))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn event(&mut self, event: String) -> anyhow::Result<Taken> {
        let Self::Stream { name, there } = self else {
            return Err(stray("an event without a stream").into());
        };
        let is_there = is_there(there, &event, || format!("an event of the stream {name}"))?;
        Ok(if is_there { Taken::Passed } else { Taken::Op(Op::Append { stream: name.clone(), event }) })
    }

    pub(super) fn entry(&mut self, entry: String) -> anyhow::Result<Taken> {
        let Self::Segment { session, segment, entries, .. } = self else {
            return Err(stray("an entry without a segment").into());
        };
        if is_there(entries, &entry, || format!("an entry of the segment {segment}"))? {
            return Ok(Taken::Passed);
        }
        let (session, segment) = (session.clone(), segment.clone());
        Ok(Taken::Op(Op::SessionAppend { session, segment, entry }))
    }

    pub(super) fn trace(&mut self, entry: String) -> anyhow::Result<Taken> {
        let Self::Segment { session, segment, traces, .. } = self else {
            return Err(stray("a trace without a segment").into());
        };
        if is_there(traces, &entry, || format!("the trace of the segment {segment}"))? {
            return Ok(Taken::Passed);
        }
        let (session, segment) = (session.clone(), segment.clone());
        Ok(Taken::Op(Op::SessionAppendTrace { session, segment, entry }))
    }

    /// A blob, or a piece of one; or one that stands in a folder.
    pub(super) fn blob(
        &mut self,
        batch: &Batch<'a>,
        line: BlobLine,
        folder: Option<&Path>,
        is_resumed: bool,
    ) -> anyhow::Result<Taken> {
        let BlobLine { cid, size, offset, bytes } = line;
        let is_there = || Ok::<_, sx_persist::Error>(is_resumed && batch.store.raw().blob_has(&cid)?);
        let (offset, bytes) = match (offset, bytes, folder) {
            (Some(offset), Some(bytes), _) => (offset, bytes),
            (None, None, Some(_)) if is_there()? => return Ok(Taken::Passed),
            (None, None, Some(folder)) => {
                batch.whole(|store| blobs::take_from_beside(store, &cid, size, folder))?;
                return Ok(Taken::Done);
            }
            _ => return Err(stray("a blob without its bytes").into()),
        };
        let mut blob = match std::mem::replace(self, Self::Between) {
            Self::Blob(begun) if begun.cid == cid && begun.size == size => begun,
            _ if offset == 0 => {
                let is_there = is_there()?;
                let has_writer = !is_there && size > bytes.len() as u64;
                let writer = has_writer.then(|| batch.store.raw().blob_writer()).transpose()?;
                if writer.is_none() && !is_there {
                    return put(batch, &cid, size, bytes);
                }
                Blob { cid, size, offset: 0, address: Address::default(), writer }
            }
            _ => return Err(stray("a piece of a blob without its beginning").into()),
        };
        blob.add(offset, &bytes)?;
        if blob.offset < blob.size {
            *self = Self::Blob(blob);
            return Ok(Taken::Done);
        }
        blob.finish(batch)
    }
}

impl Blob {
    fn add(&mut self, offset: u64, bytes: &[u8]) -> anyhow::Result<()> {
        if offset != self.offset || bytes.len() as u64 > self.size - self.offset {
            return Err(stray("a piece of a blob that does not follow the one before it").into());
        }
        self.offset += bytes.len() as u64;
        self.address.add(bytes);
        if let Some(writer) = &mut self.writer {
            writer.add(bytes)?;
        }
        Ok(())
    }

    fn finish(self, batch: &Batch<'_>) -> anyhow::Result<Taken> {
        if !self.address.is(&self.cid)? {
            return Err(other_bytes(&self.cid).into());
        }
        let Some(writer) = self.writer else { return Ok(Taken::Passed) };
        batch.whole(|_| writer.finish())?;
        Ok(Taken::Done)
    }
}

/// A blob that is whole in one line.
fn put(batch: &Batch<'_>, cid: &str, size: u64, bytes: Vec<u8>) -> anyhow::Result<Taken> {
    let mut address = Address::default();
    address.add(&bytes);
    if size != bytes.len() as u64 || !address.is(cid)? {
        return Err(other_bytes(cid).into());
    }
    if bytes.len() <= BLOB_BYTES_OF_OP {
        return Ok(Taken::Op(Op::BlobPut { bytes }));
    }
    batch.whole(|store| store.raw().blob_put(&bytes))?;
    Ok(Taken::Done)
}

/// Is the next item of a log there already? Behind the last one nothing is.
fn is_there(
    there: &mut Option<Items<'_>>,
    wanted: &str,
    name: impl FnOnce() -> String,
) -> anyhow::Result<bool> {
    let Some(items) = there else { return Ok(false) };
    match items.next()? {
        Some(item) if item == wanted => Ok(true),
        Some(_) => Err(differs(&name()).into()),
        None => {
            *there = None;
            Ok(false)
        }
    }
}

fn stray(what: &str) -> CliError {
    CliError::Refused(format!("the archive is damaged: {what}"))
}

fn other_bytes(cid: &str) -> CliError {
    CliError::Refused(format!("the blob {cid} has other bytes than its address says"))
}

/// What is there stays, and ends the import.
pub(super) fn differs(name: &str) -> CliError {
    CliError::Refused(format!("{name} is in the store already, and is another one there"))
}
