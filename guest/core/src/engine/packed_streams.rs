//! Streams that stand in runs: a row says what each has come to, and its events stand under their numbers. `keyspace/event.rs` has the
//! names and the row.

use crate::base::line;
use crate::engine::Opened;
use crate::engine::entries::{Entries, damage};
use crate::engine::listing::Direction;
use crate::engine::page::{Bounds, Cursor, Events, From, LogPage};
use crate::error::{Error, Result};
use crate::journal::within_counts;
use crate::keyspace::event::{self, StreamRow};
use crate::keyspace::{EVENTS, PACKED_STREAMS};
use crate::storage::Storage;

/// Why a row is damage.
pub(super) const NO_ROW: &str = "a stream's row that says nothing";

impl Entries {
    /// The events of a stream.
    pub(crate) fn of_stream(stream: &[u8], row: &StreamRow) -> Self {
        let StreamRow { first, last, is_rising, .. } = *row;
        Self { keyspace: &EVENTS, prefix: event::prefix(stream), first, last, is_dense: is_rising }
    }
}

impl<S: Storage> Opened<'_, S> {
    /// What a stream has come to; none where nothing was ever appended to it.
    pub(crate) fn stream_row(&mut self, stream: &[u8]) -> Result<Option<StreamRow>> {
        let Some(row) = self.value(&PACKED_STREAMS, stream)? else { return Ok(None) };
        StreamRow::decode(&row).map(Some).ok_or_else(|| damage(NO_ROW))
    }

    pub(crate) fn put_stream_row(&mut self, stream: &[u8], row: &StreamRow) -> Result<()> {
        self.put_value(&PACKED_STREAMS, stream, &row.encode())
    }

    /// Appends events to a stream, as a part of the commit in work.
    pub(crate) fn packed_append(&mut self, stream: &[u8], events: &[(u64, &str)]) -> Result<()> {
        let mut row = self.stream_row(stream)?.unwrap_or_default();
        self.add_events(stream, &mut row, events)?;
        self.put_stream_row(stream, &row)
    }

    /// Adds events behind those of a row, as a part of the commit in work.
    pub(super) fn add_events(
        &mut self,
        stream: &[u8],
        row: &mut StreamRow,
        events: &[(u64, &str)],
    ) -> Result<()> {
        within_counts(row.last.saturating_add(events.len() as u64) + 1)?;
        let lsn = self.lsn();
        for (seq, text) in events {
            row.append(lsn, *seq, text.len());
            self.put_value(&EVENTS, &event::name(stream, row.last), text.as_bytes())?;
        }
        Ok(())
    }

    /// Drops the events with a seq up to `upto`, as a part of the commit in work. Answers how many.
    pub(crate) fn packed_truncate(&mut self, stream: &[u8], upto: u64) -> Result<u64> {
        let Some(mut row) = self.stream_row(stream)? else { return Ok(0) };
        let before = row.count;
        if row.is_rising {
            let first = self.number_above(stream, &row, upto)?;
            row.begin_at(first);
        } else {
            self.drop_between(stream, &mut row, upto)?;
        }
        let dropped = before.saturating_sub(row.count);
        if dropped > 0 {
            row.generation = self.lsn();
            self.put_stream_row(stream, &row)?;
        }
        Ok(dropped)
    }

    /// The number of the first event of a rising stream with a seq above one; that behind the last event where none has.
    fn number_above(&mut self, stream: &[u8], row: &StreamRow, seq: u64) -> Result<u64> {
        if seq >= row.last_seq {
            return Ok(row.last + 1);
        }
        let events = Entries::of_stream(stream, row);
        // Most streams count by one: then it is that, and the event before it says so, too.
        let likely = (row.last + 1).saturating_sub(row.last_seq - seq);
        let mut looks = [likely, likely.wrapping_sub(1)].into_iter();
        // Those before `low` have none, and that of `high` has one, or is behind the last.
        let (mut low, mut high) = (row.first, row.last + 1);
        while low < high {
            let look = looks.next().filter(|look| (low..high).contains(look));
            let middle = look.unwrap_or_else(|| low.midpoint(high));
            if line::seq_of(&self.entry(&events, middle)?) > seq {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        Ok(low)
    }

    /// As [`Opened::packed_truncate`], of a stream whose seqs descend: each event is looked at. What goes from the beginning goes by the
    /// row, and what goes from between others is removed.
    fn drop_between(&mut self, stream: &[u8], row: &mut StreamRow, upto: u64) -> Result<()> {
        let events = Entries::of_stream(stream, row);
        let mut names = events.pull(row.first, row.last, Direction::Forward);
        let (mut first, mut count, mut bytes, mut gone) = (None, 0, 0, Vec::new());
        while let Some(key) = names.next_key(self)? {
            let name = key.name();
            let event = self.pulled_value(&EVENTS, &key)?.map(|value| value.bytes).unwrap_or_default();
            let event = std::str::from_utf8(&event).map_err(|_| damage("an event that is no text"))?;
            let Some((_, nth)) = event::split(&name) else { continue };
            if line::seq_of(event) > upto {
                first = first.or(Some(nth));
                count += 1;
                bytes += event.len() as u64;
            } else if first.is_some() {
                gone.push(nth);
            }
        }
        row.first = first.unwrap_or(row.last + 1);
        (row.count, row.bytes) = (count, bytes);
        if count == 0 {
            row.is_rising = true;
        }
        gone.into_iter().try_for_each(|nth| self.remove_value(&EVENTS, &event::name(stream, nth)))
    }

    /// Some events of a stream. What precedes damage is given, with `next` at the damage.
    pub(crate) fn packed_page<E: Events>(
        &mut self,
        stream: &[u8],
        from: From,
        bounds: Bounds,
        direction: Direction,
    ) -> Result<LogPage<E>> {
        let row = self.stream_row(stream)?.unwrap_or_default();
        let (mut nth, after) = match from {
            From::Start => (0, None),
            From::End => (row.last, None),
            From::After(seq) => (0, Some(seq)),
            From::Cursor(cursor) => (cursor.nth, cursor.after),
        };
        if let From::Cursor(cursor) = from
            && (cursor.generation != row.generation || cursor.nth > row.last)
        {
            return Err(Error::InvalidArgument("the cursor is outdated".into()));
        }
        let after = after.filter(|_| direction == Direction::Forward);
        if let Some(seq) = after.filter(|_| row.is_rising) {
            nth = nth.max(self.number_above(stream, &row, seq)? - 1);
        }
        let start = Cursor { generation: row.generation, nth, after };
        let above = after.filter(|_| !row.is_rising);
        self.entry_page(&Entries::of_stream(stream, &row), (start, above), bounds, direction)
    }
}
