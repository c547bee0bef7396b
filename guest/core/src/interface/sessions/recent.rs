//! Sessions and segments in the order in which they were last written to, page by page (T6).

use crate::check::check_limit;
use crate::codec::uuid::{ID_CHARS, Id, parse_id, print_id};
use crate::engine::Engine;
use crate::engine::listing::{Direction, Filled, Page, behind};
use crate::engine::pull::{NamePull, PulledKey};
use crate::error::{Error, Result};
use crate::keyspace::RECENT;
use crate::keyspace::name_range::NameRange;
use crate::keyspace::segment::{recent_name, split_recent};
use crate::storage::Storage;
use std::cmp::Reverse;

impl<S: Storage> Engine<S> {
    /// `sessions.list-sessions`.
    ///
    /// # Errors
    /// As in `wit/sessions.wit`.
    pub fn session_list(&mut self, after: Option<&str>, limit: u32) -> Result<Page<String>> {
        let items = check_limit(limit)?;
        let place = behind(after).map(Written::parse).transpose()?;
        let mut names = NameRange::default();
        if let Some(place) = place {
            names.start_behind(&recent_name(place.lsn.0, &place.id));
        }
        self.read(|engine| {
            let names = NamePull::new(&RECENT, names.clone(), Direction::Forward);
            let page = engine.fill_page(names, items, |_, key| {
                Ok(split_recent(&key.name()).map(|(_, session)| (print_id(&session), ID_CHARS)))
            })?;
            let print =
                |key: PulledKey| split_recent(&key.name()).map(|(lsn, id)| Written::at(lsn, id).print());
            Ok(page.page(after, |key| print(key).unwrap_or_default()))
        })
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
        let segments = self.read(|engine| engine.segments_of(&session))?;
        let written = segments.into_iter().map(|(segment, row)| Written::at(row.lsn, segment)).collect();
        Ok(Written::page(written, place, items).page(after, |last| last.print()))
    }
}

/// A session or a segment, and the lsn of the last write to it: the most recent stands first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Written {
    lsn: Reverse<u64>,
    id: Id,
}

impl Written {
    fn at(lsn: u64, id: Id) -> Self {
        Self { lsn: Reverse(lsn), id }
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
