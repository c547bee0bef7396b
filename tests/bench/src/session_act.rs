//! What a workload asks of sessions: entries that are added to one of many, the sessions by their last write, the entries of one.

use crate::contender::Contender;
use crate::made::{BATCH, entries};
use crate::work::{Work, fresh, pick, scattered};
use anyhow::{Result, ensure};

/// Entries of a session.
pub(crate) const ENTRIES: u64 = 20;
/// Bytes of an entry.
pub(crate) const ENTRY_BYTES: u64 = 200;

/// An operation of a workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SessionAct {
    /// Adds entries to sessions in no order, so many as one commit, until each has all of its own.
    Fill { sessions: u64, batch: u64 },
    /// Reads so many sessions, the one that was written to last first.
    Recent(u64),
    /// Reads the entries of one.
    Read,
}

impl SessionAct {
    /// As [`crate::act::Act::warm_up`].
    pub(crate) fn warm_up(self, contender: &dyn Contender) -> Result<()> {
        match self {
            Self::Fill { .. } => contender.session_append(&entries(u64::MAX - fresh(1), 1, 1)),
            Self::Recent(_) | Self::Read => Ok(()),
        }
    }

    /// As [`crate::act::Act::work`].
    pub(crate) fn work(self, contender: &dyn Contender, size: u64, calls: u64) -> Work<'_> {
        match self {
            Self::Fill { sessions, batch } => {
                let work = Work::new(move |number| {
                    contender.session_append(&entries(number * batch, batch, sessions))
                });
                work.of(batch).with_payload(batch * ENTRY_BYTES)
            }
            Self::Recent(limit) => Work::new(move |_| {
                let mut found = 0;
                contender.session_recent(limit, &mut |_| found += 1)?;
                ensure!(found == limit.min(size), "{found} sessions");
                Ok(())
            }),
            Self::Read => {
                let asked: Vec<_> = (0..calls).map(|call| [scattered(call, size)]).collect();
                Work::new(move |number| {
                    let [session] = pick::<_, [u64]>(&asked, number) else { return Ok(()) };
                    let mut found = 0;
                    contender.session_read(*session, &mut |_| found += 1)?;
                    ensure!(found == ENTRIES, "{found} entries");
                    Ok(())
                })
            }
        }
    }
}

/// Puts so many sessions into a contender.
pub(crate) fn fill(contender: &dyn Contender, sessions: u64) -> Result<()> {
    let all = sessions * ENTRIES;
    for first in (0..all).step_by(usize::try_from(BATCH)?) {
        contender.session_append(&entries(first, BATCH.min(all - first), sessions))?;
    }
    Ok(())
}
