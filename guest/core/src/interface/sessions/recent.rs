//! Sessions and segments in the order in which they were last written to, page by page (T6).

use crate::check::check_limit;
use crate::codec::uuid::{ID_CHARS, Id, parse_id, print_id};
use crate::engine::listing::{Filled, Page, behind};
use crate::engine::{Engine, Opened};
use crate::error::{Error, Result};
use crate::keyspace::SESSIONS;
use crate::keyspace::composite;
use crate::storage::Storage;
use std::cmp::Reverse;
use std::collections::BTreeMap;

impl<S: Storage> Engine<S> {
    /// `sessions.list-sessions`.
    ///
    /// # Errors
    /// As in `wit/sessions.wit`.
    pub fn session_list(&mut self, after: Option<&str>, limit: u32) -> Result<Page<String>> {
        let items = check_limit(limit)?;
        let place = behind(after).map(Written::parse).transpose()?;
        let page = self.read(|engine| Ok(Written::page(engine.written_sessions()?, place, items)))?;
        Ok(page.page(after, |last| last.print()))
    }

    /// `sessions.list-segments`.
    ///
    /// # Errors
    /// As in `wit/sessions.wit`.
    pub fn session_list_segments(
        &mut self,
        session: &str,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<String>> {
        let session = parse_id(session)?;
        let items = check_limit(limit)?;
        let place = behind(after).map(Written::parse).transpose()?;
        let page = self.read(|engine| Ok(Written::page(engine.written_segments(&session)?, place, items)))?;
        Ok(page.page(after, |last| last.print()))
    }
}

impl<S: Storage> Opened<'_, S> {
    /// Every session, with the last write to any segment of it.
    fn written_sessions(&mut self) -> Result<Vec<Written>> {
        self.load_index(&SESSIONS)?;
        let mut sessions = BTreeMap::new();
        for (name, lsn) in self.last_seqs(&SESSIONS) {
            let Some((session, _)) = composite::split(name) else { continue };
            let latest = sessions.entry(session).or_insert(lsn);
            *latest = lsn.max(*latest);
        }
        Ok(sessions.into_iter().filter_map(|(session, lsn)| Written::new(session, lsn)).collect())
    }

    /// Every segment of a session, with the last write to it.
    fn written_segments(&mut self, session: &Id) -> Result<Vec<Written>> {
        let mut written = Vec::new();
        for name in self.keys_in(&SESSIONS, session)? {
            let lsn = self.noted_last_seq(&SESSIONS, &name)?;
            written.extend(composite::split(&name).and_then(|(_, segment)| Written::new(segment, lsn)));
        }
        Ok(written)
    }
}

/// A session or a segment, and the lsn of the last write to it: the most recent stands first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Written {
    lsn: Reverse<u64>,
    id: Id,
}

impl Written {
    fn new(id: &[u8], lsn: u64) -> Option<Self> {
        Some(Self { lsn: Reverse(lsn), id: id.try_into().ok()? })
    }

    /// Some of them behind a place, the most recent first.
    fn page(mut all: Vec<Self>, after: Option<Self>, items: usize) -> Filled<String, Self> {
        all.retain(|written| after.is_none_or(|after| *written > after));
        // One more than is shown tells that there is a next page.
        if all.len() > items + 1 {
            all.select_nth_unstable(items);
            all.truncate(items + 1);
        }
        all.sort_unstable();
        let mut filled = Filled::new(items);
        for written in all {
            if !filled.take(written, Some((print_id(&written.id), ID_CHARS))) {
                break;
            }
        }
        filled
    }

    /// The cursor behind it.
    fn print(&self) -> String {
        format!("{}.{}", self.lsn.0, print_id(&self.id))
    }

    fn parse(cursor: &str) -> Result<Self> {
        cursor
            .split_once('.')
            .and_then(|(lsn, id)| Some(Self { lsn: Reverse(lsn.parse().ok()?), id: parse_id(id).ok()? }))
            // Only what was given out comes back: nothing else that happens to parse.
            .filter(|written| written.print() == cursor)
            .ok_or_else(Error::not_a_cursor)
    }
}
