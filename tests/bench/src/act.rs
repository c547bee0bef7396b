//! What a workload asks of a contender, whoever it is.

use crate::contender::{Contender, Event};
use crate::made::blob;
use crate::map_act::MapAct;
use crate::session_act::SessionAct;
use crate::shelf::{BLOB_BYTES, Data, STREAM, VALUE_BYTES, key, pair};
use crate::stream_act::StreamAct;
use crate::work::{Work, fresh, pick, scattered};
use anyhow::{Result, ensure};

/// An operation of a workload; a size is in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// Appends `batch` events as one commit, to one of so many streams in turn.
    Append {
        bytes: usize,
        batch: u64,
        streams: u64,
    },
    /// Reads a whole stream, event by event.
    Replay,
    /// Reads so many events behind a seq.
    ReadAfter(u64),
    LastSeq,
    Count,
    /// Drops so many percent of a stream; `settled` with the checkpoint that follows.
    Truncate {
        percent: u64,
        settled: bool,
    },
    /// Puts `batch` keys as one commit, each one of so many.
    Put {
        bytes: usize,
        batch: u64,
        keys: u64,
    },
    Get,
    /// Asks for keys of which every other is there.
    Has,
    Delete,
    /// Reads all keys and values, in order.
    List,
    /// Reads so many of them behind a key.
    ListAfter(u64),
    /// Puts blobs, new ones or those that are there.
    BlobPut {
        bytes: u64,
        repeated: bool,
    },
    BlobGet {
        bytes: u64,
    },
    /// An append, a put, a small blob, in turn.
    Mix,
    /// Opens what is there and asks for last-seq.
    Open,
    /// Something of a table of bytes.
    Map(MapAct),
    /// Something of sessions.
    Session(SessionAct),
    /// Something of many streams.
    Streams(StreamAct),
}

impl Act {
    /// Does it change what it works on, so that it needs a copy?
    pub(crate) fn spoils(self) -> bool {
        match self {
            Self::Map(act) => act.spoils(),
            act => matches!(act, Self::Truncate { .. }),
        }
    }

    /// Does it open the folder itself?
    pub(crate) fn opens(self) -> bool {
        matches!(self, Self::Open | Self::Map(MapAct::Open) | Self::Streams(StreamAct::Open))
    }

    /// Is nothing of it to be in memory before?
    pub(crate) fn is_cold(self) -> bool {
        matches!(self, Self::Map(act) if act.is_cold())
    }

    /// The first write of an instance makes the folder its own, and the first of anything prepares it: not what is measured.
    pub(crate) fn warm_up(self, contender: &dyn Contender) -> Result<()> {
        match self {
            Self::Append { .. } | Self::Truncate { .. } => {
                contender.append("warm-up", &[Event::new(fresh(1), 64)])
            }
            Self::Put { .. } | Self::Delete => contender.put(&[pair(0, fresh(1), VALUE_BYTES)]),
            Self::BlobPut { .. } => contender.blob_put(b"warm-up").map(drop),
            Self::Mix => {
                contender.append("warm-up", &[Event::new(fresh(1), 64)])?;
                contender.put(&[pair(0, fresh(1), VALUE_BYTES)])?;
                contender.blob_put(b"warm-up").map(drop)
            }
            Self::LastSeq => contender.last_seq(STREAM).map(drop),
            // What is remembered of the first call is what the others are asked for.
            Self::Count => contender.count(STREAM).map(drop),
            Self::Replay | Self::ReadAfter(_) => contender.read(STREAM, 0, 1, &mut |_| ()),
            Self::Get | Self::Has => contender.get(&key(0)).map(drop),
            Self::List | Self::ListAfter(_) => contender.has(&key(0)).map(drop),
            Self::BlobGet { .. } | Self::Open => Ok(()),
            Self::Map(act) => act.warm_up(contender),
            Self::Session(act) => act.warm_up(contender),
            Self::Streams(act) => act.warm_up(contender),
        }
    }

    /// Puts back what `calls` calls took away, for those who come after.
    pub(crate) fn restore(self, contender: &dyn Contender, data: Data, calls: u64) -> Result<()> {
        if self != Self::Delete {
            return Ok(());
        }
        let size = data.size();
        let pairs: Vec<_> =
            (size - calls.min(size)..size).map(|number| pair(number, 1, VALUE_BYTES)).collect();
        contender.put(&pairs)?;
        contender.settle()
    }

    /// Makes ready what is handed over in `calls` calls.
    pub(crate) fn work(self, contender: &dyn Contender, data: Data, calls: u64) -> Result<Work<'_>> {
        match self {
            Self::Append { bytes, batch, streams } => {
                // A kept stream has grown in the turns before.
                let at = data.size() + fresh(calls * batch);
                let batches: Vec<Vec<_>> = (0..calls)
                    .map(|call| (1..=batch).map(|nth| Event::new(at + call * batch + nth, bytes)).collect())
                    .collect();
                let names: Vec<_> = (0..streams).map(name).collect();
                let work =
                    Work::new(move |number| contender.append(pick(&names, number), pick(&batches, number)));
                Ok(work.with_payload(batch * bytes as u64))
            }
            Self::Replay | Self::ReadAfter(_) | Self::LastSeq | Self::Count | Self::Truncate { .. } => {
                Ok(self.work_on_stream(contender, data))
            }
            Self::Put { .. } | Self::Get | Self::Has | Self::Delete | Self::List | Self::ListAfter(_) => {
                Ok(self.work_on_keys(contender, data, calls))
            }
            Self::BlobPut { .. } | Self::BlobGet { .. } => self.work_on_blobs(contender, data, calls),
            Self::Mix => Ok(mix(contender, calls)),
            Self::Map(act) => Ok(act.work(contender, data, calls)),
            Self::Session(act) => Ok(act.work(contender, data.size(), calls)),
            Self::Streams(act) => Ok(act.work(contender, data.size())),
            Self::Open => Ok(Work::new(move |_| {
                ensure!(contender.last_seq(STREAM)? >= data.size(), "the stream is shorter than it was");
                Ok(())
            })),
        }
    }

    fn work_on_stream(self, contender: &dyn Contender, data: Data) -> Work<'_> {
        let size = data.size();
        let read = move |after: u64, limit: u64| -> Result<()> {
            let mut bytes = 0;
            contender.read(STREAM, after, limit, &mut |event| bytes += event.len())?;
            std::hint::black_box(bytes);
            Ok(())
        };
        match self {
            Self::Replay => Work::new(move |_| read(0, u64::MAX)).of(size),
            Self::ReadAfter(limit) => {
                let last = size.saturating_sub(limit);
                Work::new(move |number| read(scattered(number, last).max(1), limit))
            }
            Self::LastSeq => Work::new(|_| contender.last_seq(STREAM).map(drop)),
            Self::Count => Work::new(|_| contender.count(STREAM).map(drop)),
            Self::Truncate { percent, settled } => Work::new(move |_| {
                contender.truncate(STREAM, size * percent / 100)?;
                if settled { contender.settle() } else { Ok(()) }
            }),
            _ => Work::new(|_| Ok(())),
        }
    }

    fn work_on_keys(self, contender: &dyn Contender, data: Data, calls: u64) -> Work<'_> {
        let size = data.size();
        match self {
            Self::Put { bytes, batch, keys } => {
                let keys = if keys == 0 { size } else { keys };
                let first = fresh(calls * batch);
                let put = |number| pair(number % keys, first + number, bytes);
                let batches: Vec<Vec<_>> =
                    (0..calls).map(|call| (0..batch).map(|nth| put(call * batch + nth)).collect()).collect();
                let work = Work::new(move |number| contender.put(pick(&batches, number)));
                work.with_payload(batch * bytes as u64)
            }
            Self::Get => Work::new(move |number| {
                ensure!(contender.get(&key(scattered(number, size)))?.is_some(), "a key is gone");
                Ok(())
            }),
            Self::Has => Work::new(move |number| {
                let is_there = number % 2 == 0;
                let asked = scattered(number, size) + if is_there { 0 } else { size };
                ensure!(contender.has(&key(asked))? == is_there, "another answer was due");
                Ok(())
            }),
            // In turn from the end: each is there, and none twice.
            Self::Delete => Work::new(move |number| contender.delete(&key(size - 1 - number % size))),
            Self::ListAfter(limit) => {
                let last = size.saturating_sub(limit);
                Work::new(move |number| list(contender, &key(scattered(number, last)), limit))
            }
            _ => Work::new(|_| list(contender, "", u64::MAX)).of(size),
        }
    }

    fn work_on_blobs(self, contender: &dyn Contender, data: Data, calls: u64) -> Result<Work<'_>> {
        let number = |call| if data.size() > 0 { scattered(call, data.size()) } else { call };
        let blobs = |bytes| (0..calls).map(|call| blob(number(call), bytes)).collect::<Vec<_>>();
        match self {
            Self::BlobPut { bytes, repeated } => {
                let blobs = blobs(bytes);
                if repeated {
                    blobs.iter().try_for_each(|bytes| contender.blob_put(bytes).map(drop))?;
                }
                let work = Work::new(move |number| contender.blob_put(pick(&blobs, number)).map(drop));
                Ok(work.with_payload(bytes))
            }
            Self::BlobGet { bytes } => {
                let blobs = blobs(bytes);
                let addresses = blobs.iter().map(|bytes| contender.blob_put(bytes));
                let addresses = addresses.collect::<Result<Vec<_>>>()?;
                contender.settle()?;
                Ok(Work::new(move |number| {
                    let found = contender.blob_get(pick(&addresses, number))?;
                    ensure!(found.len() as u64 == bytes, "a blob of another length");
                    Ok(())
                }))
            }
            _ => Ok(Work::new(|_| Ok(()))),
        }
    }
}

fn list(contender: &dyn Contender, after: &str, limit: u64) -> Result<()> {
    let mut bytes = 0;
    contender.list(after, limit, &mut |key, value| bytes += key.len() + value.len())?;
    std::hint::black_box(bytes);
    Ok(())
}

fn mix(contender: &dyn Contender, calls: u64) -> Work<'_> {
    let first = fresh(calls);
    let events: Vec<_> = (0..calls).map(|number| [Event::new(number + 1, VALUE_BYTES)]).collect();
    let pairs: Vec<_> = (0..calls).map(|number| [pair(number % 500, first + number, VALUE_BYTES)]).collect();
    let blobs: Vec<_> = (0..calls).map(|number| blob(number, BLOB_BYTES)).collect();
    Work::new(move |number| match number % 3 {
        0 => contender.append(STREAM, pick(&events, number)),
        1 => contender.put(pick(&pairs, number)),
        _ => contender.blob_put(pick(&blobs, number)).map(drop),
    })
    .with_payload(VALUE_BYTES as u64)
}

/// The stream of a number; the first is that of [`Data::Events`].
fn name(number: u64) -> String {
    if number == 0 { STREAM.to_owned() } else { format!("{STREAM}-{number}") }
}
