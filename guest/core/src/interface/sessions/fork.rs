//! The beginning of a segment as another one, and the end of a segment (T10, T11); how many entries it has (C2).

use super::Segment;
use crate::check::{check_at_most, check_limit, same};
use crate::codec::uuid::print_id;
use crate::engine::entries::Entries;
use crate::engine::listing::Direction;
use crate::engine::page::{Bounds, Cursor, LogPage};
use crate::engine::{Engine, Opened};
use crate::error::{Error, Result};
use crate::keyspace::{ENTRIES, METAS};
use crate::limits::{BATCH_BYTES_MAX, BATCH_OPS_MAX};
use crate::storage::Storage;
use std::borrow::Cow;

/// The last entries of a segment; `types.last-entries`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastEntries {
    /// How many entries stand before them.
    pub index: u64,
    /// A line each.
    pub lines: String,
    /// The cursor behind them.
    pub through: String,
}

impl<S: Storage> Engine<S> {
    /// `sessions.fork`.
    ///
    /// # Errors
    /// As in `wit/sessions.wit`.
    pub fn session_fork(
        &mut self,
        session: &str,
        segment: &str,
        entries: Option<u64>,
        into_session: &str,
        into_segment: &str,
    ) -> Result<u64> {
        self.write(|engine| engine.decide_session_fork(session, segment, entries, into_session, into_segment))
    }

    /// `sessions.read-last`.
    ///
    /// # Errors
    /// As in `wit/sessions.wit`.
    pub fn session_read_last(&mut self, session: &str, segment: &str, limit: u32) -> Result<LastEntries> {
        let segment = Segment::parse(session, segment)?;
        let items = check_limit(limit)?;
        self.read(|engine| {
            let end = engine.expect_segment(&segment)?.entries.count;
            let entries =
                engine.some_entries(&segment, (end, end), Bounds::page(items), Direction::Backward)?;
            let mut lines = String::new();
            for entry in entries.iter().rev() {
                lines.push_str(entry);
                lines.push('\n');
            }
            let index = end.saturating_sub(entries.len() as u64);
            Ok(LastEntries { index, lines, through: end.to_string() })
        })
    }
}

impl<S: Storage> Opened<'_, S> {
    pub(crate) fn decide_session_fork(
        &mut self,
        session: &str,
        segment: &str,
        entries: Option<u64>,
        into_session: &str,
        into_segment: &str,
    ) -> Result<u64> {
        let segment = Segment::parse(session, segment)?;
        let into = Segment::parse(into_session, into_segment)?;
        if self.segment_row(&into.id)?.is_some() {
            return Err(Error::Conflict(print_id(&into.id)));
        }
        let count = self.expect_segment(&segment)?.entries.count;
        let wanted = entries.unwrap_or(count);
        if wanted > count {
            return Err(Error::too_few_entries(wanted, count));
        }
        let items = usize::try_from(wanted).unwrap_or(usize::MAX);
        check_at_most(BATCH_OPS_MAX, items)?;
        let bounds = Bounds { items, bytes: BATCH_BYTES_MAX };
        let taken = self.some_entries(&segment, (wanted, 0), bounds, Direction::Forward)?;
        if taken.len() < items {
            return Err(Error::too_large(BATCH_BYTES_MAX, BATCH_BYTES_MAX + 1));
        }
        if let Some(meta) = self.value(&METAS, &segment.id)? {
            self.put_value(&METAS, &into.id, &meta)?;
        }
        let taken: Vec<_> = taken.into_iter().map(Cow::Owned).collect();
        self.write_entries(&into, None, into.new_row(), &taken)
    }

    /// C2: a missing segment has no entries.
    pub(crate) fn decide_check_segment(&mut self, session: &str, segment: &str, entries: u64) -> Result<()> {
        same(entries, self.segment_entries(session, segment)?)
    }

    /// How many entries a segment has, 0 for a missing one.
    pub(crate) fn segment_entries(&mut self, session: &str, segment: &str) -> Result<u64> {
        let segment = Segment::parse(session, segment)?;
        Ok(self.row_of(&segment)?.map_or(0, |row| row.entries.count))
    }

    /// Some of the first entries of a segment, so many, from a place on; none of them where one is damaged.
    fn some_entries(
        &mut self,
        segment: &Segment,
        (count, place): (u64, u64),
        bounds: Bounds,
        direction: Direction,
    ) -> Result<Vec<String>> {
        let entries = Entries::of_segment(&ENTRIES, &segment.id, count);
        let start = Cursor { nth: place, ..Cursor::default() };
        let page: LogPage<Vec<String>> = self.entry_page(&entries, (start, None), bounds, direction)?;
        match page.damage {
            Some(error) => Err(error),
            None => Ok(page.events),
        }
    }
}
