//! What a workload asks of many streams.

use crate::contender::{Contender, Event};
use crate::made::{BATCH, EVENT_BYTES, events, stream_name, stream_place};
use crate::work::{Work, fresh, scattered};
use anyhow::{Result, ensure};

/// An operation of a workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StreamAct {
    /// Appends to streams in no order, so many events as one commit, until each has all of its own.
    Fill { streams: u64, batch: u64 },
    /// Asks for the last seq of one.
    LastSeq,
    /// Asks for so many names behind that of one.
    List { page: u32 },
    /// Opens what is there and asks for the last seq of one.
    Open,
}

impl StreamAct {
    /// As [`crate::act::Act::warm_up`].
    pub(crate) fn warm_up(self, contender: &dyn Contender) -> Result<()> {
        match self {
            Self::Fill { .. } => {
                contender.append_to_many(&[("warm-up".to_owned(), Event::new(fresh(1), EVENT_BYTES))])
            }
            Self::LastSeq | Self::List { .. } | Self::Open => Ok(()),
        }
    }

    /// As [`crate::act::Act::work`].
    pub(crate) fn work(self, contender: &dyn Contender, size: u64) -> Work<'_> {
        match self {
            Self::Fill { streams, batch } => {
                let work = Work::new(move |number| {
                    contender.append_to_many(&events(number * batch, batch, streams))
                });
                work.of(batch).with_payload(batch * EVENT_BYTES as u64)
            }
            Self::List { page } => Work::new(move |number| {
                let names = contender.stream_names(&stream_place(number), page)?;
                ensure!(names.len() as u64 >= size.div_ceil(4).min(page.into()), "streams are gone");
                Ok(())
            }),
            Self::LastSeq | Self::Open => Work::new(move |number| {
                let last = contender.last_seq(&stream_name(scattered(number, size)))?;
                ensure!(last > 0, "a stream is gone");
                Ok(())
            }),
        }
    }
}

/// Puts so many streams of so many events into a contender.
pub(crate) fn fill(contender: &dyn Contender, streams: u64, each: u64) -> Result<()> {
    let all = streams * each;
    for first in (0..all).step_by(usize::try_from(BATCH)?) {
        contender.append_to_many(&events(first, BATCH.min(all - first), streams))?;
    }
    Ok(())
}
