//! Segments: logs that stand in runs. A row says what each has come to; entries are added behind it, read by their numbers, and left
//! behind by a shorter row.

use crate::codec::uuid::Id;
use crate::engine::Opened;
use crate::engine::entries::damage;
use crate::engine::listing::Direction;
use crate::engine::pull::{NamePull, PulledKey};
use crate::error::{Error, Result};
use crate::journal::within_counts;
use crate::keyspace::name_range::NameRange;
use crate::keyspace::segment::{
    SegmentRow, SegmentSize, entry_name, member_name, recent_name, split_entry, split_member,
};
use crate::keyspace::{ENTRIES, Keyspace, MEMBERS, METAS, RECENT, SEGMENTS, SESSIONS};
use crate::storage::Storage;

/// Why a row is damage.
pub(super) const NO_ROW: &str = "a segment's row that says nothing";

impl<S: Storage> Opened<'_, S> {
    /// What a segment has come to; none where it is not there.
    pub(crate) fn segment_row(&mut self, segment: &Id) -> Result<Option<SegmentRow>> {
        let Some(row) = self.value(&SEGMENTS, segment)? else { return Ok(None) };
        SegmentRow::decode(&row).map(Some).ok_or_else(|| damage(NO_ROW))
    }

    /// Says what a segment has come to, as a part of the commit in work.
    pub(crate) fn put_segment(
        &mut self,
        segment: &Id,
        before: Option<SegmentRow>,
        row: SegmentRow,
    ) -> Result<()> {
        if before == Some(row) {
            return Ok(());
        }
        if before.is_none() {
            self.put_value(&MEMBERS, &member_name(&row.session, segment), &[])?;
        }
        self.put_value(&SEGMENTS, segment, &row.encode())?;
        match before {
            Some(before) if before.lsn == row.lsn => Ok(()),
            _ => self.note_session(&row.session, Some(row.lsn)),
        }
    }

    /// Removes a segment, as a part of the commit in work. Its entries are nobody's then.
    pub(crate) fn remove_segment(&mut self, segment: &Id, row: &SegmentRow) -> Result<()> {
        self.remove_value(&SEGMENTS, segment)?;
        self.remove_value(&MEMBERS, &member_name(&row.session, segment))?;
        self.take_value(&METAS, segment)?;
        if self.session_lsn(&row.session)? == Some(row.lsn) {
            let rows = self.segments_of(&row.session)?;
            let latest = rows.iter().map(|(_, row)| row.lsn).max();
            self.note_session(&row.session, latest)?;
        }
        Ok(())
    }

    /// The segments of a session, in the order of their ids, with what each has come to.
    pub(crate) fn segments_of(&mut self, session: &Id) -> Result<Vec<(Id, SegmentRow)>> {
        let mut names = NamePull::new(&MEMBERS, NameRange::with_prefix(session), Direction::Forward);
        let mut segments = Vec::new();
        while let Some(name) = names.next(self)? {
            let Some((_, segment)) = split_member(&name) else { continue };
            let row = self.segment_row(&segment)?.ok_or_else(|| damage("a segment without its row"))?;
            segments.push((segment, row));
        }
        Ok(segments)
    }

    /// The lsn of the last write to a session; none where it is not there.
    pub(crate) fn session_lsn(&mut self, session: &Id) -> Result<Option<u64>> {
        let Some(lsn) = self.value(&SESSIONS, session)? else { return Ok(None) };
        let lsn = lsn.try_into().map_err(|_| damage("a session without the time of its last write"))?;
        Ok(Some(u64::from_be_bytes(lsn)))
    }

    /// Says when a session was last written to, as a part of the commit in work; none where it has gone.
    pub(super) fn note_session(&mut self, session: &Id, lsn: Option<u64>) -> Result<()> {
        let before = self.session_lsn(session)?;
        if before == lsn {
            return Ok(());
        }
        if let Some(before) = before {
            self.remove_value(&RECENT, &recent_name(before, session))?;
        }
        match lsn {
            Some(lsn) => {
                self.put_value(&RECENT, &recent_name(lsn, session), &[])?;
                self.put_value(&SESSIONS, session, &lsn.to_be_bytes())
            }
            None => self.remove_value(&SESSIONS, session),
        }
    }

    /// Adds entries behind those of a row, as a part of the commit in work.
    pub(crate) fn add_entries<T: AsRef<str>>(
        &mut self,
        keyspace: &'static Keyspace,
        segment: &Id,
        row: &mut SegmentRow,
        entries: &[T],
    ) -> Result<()> {
        let extent = row.extent_mut(keyspace);
        within_counts(extent.count + entries.len() as u64)?;
        for entry in entries.iter().map(AsRef::as_ref) {
            extent.count += 1;
            extent.bytes += entry.len() as u64;
            self.put_value(keyspace, &entry_name(segment, extent.count), entry.as_bytes())?;
        }
        Ok(())
    }

    /// What the first entries of a segment take up, so many.
    pub(crate) fn shortened(
        &mut self,
        segment: &Id,
        entries: SegmentSize,
        count: u64,
    ) -> Result<SegmentSize> {
        let mut names =
            NamePull::new(&ENTRIES, numbers(segment, count + 1, entries.count), Direction::Forward);
        let mut bytes = entries.bytes;
        loop {
            let size = match names.next_key(self) {
                Ok(Some(key)) => self.pulled_size(&ENTRIES, &key),
                Ok(None) => break,
                Err(error) => Err(error),
            };
            match size {
                Ok(size) => bytes = bytes.saturating_sub(size.unwrap_or(0)),
                // What cannot be read does not stand in the way of what takes it away.
                Err(Error::Corrupt(_)) => break,
                Err(error) => return Err(error),
            }
        }
        Ok(SegmentSize { count, bytes: if count == 0 { 0 } else { bytes } })
    }
}

/// The entries of a segment between two numbers, both with them.
pub(super) fn numbers(segment: &Id, first: u64, last: u64) -> NameRange {
    let mut names = NameRange::default();
    names.start_at(&entry_name(segment, first));
    names.end_before(&entry_name(segment, last.saturating_add(1)));
    names
}

/// The segment and the number of an entry that was pulled.
pub(super) fn number_of(key: &PulledKey) -> Option<(Id, u64)> {
    split_entry(&key.name())
}
