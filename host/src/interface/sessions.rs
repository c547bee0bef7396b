//! `sessions` with entries as SX text.

use crate::error::Result;
use crate::interface::raw::Raw;
use crate::interface::wit;
use crate::types::{Direction, ExpectSeq, LastEntries, LinePage, NamePage, Position, SegmentDescription};

/// `sessions`, with entries as SX text, and sessions and segments as the text of UUIDs.
impl Raw<'_> {
    /// `sessions.create-segment`
    ///
    /// # Errors
    /// `invalid-value`; `too-large` above 65,536 entries or 64 MiB; `conflict` when the segment is another session's.
    pub fn session_create_segment(&self, session: &str, segment: &str, entries: &[String]) -> Result<()> {
        wit::sessions::create_segment(self.store, session.to_owned(), segment.to_owned(), entries.to_vec())
    }

    /// `sessions.append`
    ///
    /// # Errors
    /// `invalid-value`; `too-large` above 16 MiB, 128 levels or 1,048,576 nodes; `conflict` when the segment is
    /// another session's.
    pub fn session_append(&self, session: &str, segment: &str, entry: &str) -> Result<u64> {
        wit::sessions::append(self.store, session.to_owned(), segment.to_owned(), entry.to_owned())
    }

    /// `sessions.append-expecting`
    ///
    /// # Errors
    /// `stale` with the actual count: somebody else has written; `invalid-value`; `too-large` above 65,536 entries or
    /// 64 MiB; `conflict` when the segment is another session's.
    pub fn session_append_expecting(
        &self,
        session: &str,
        segment: &str,
        expected: u64,
        entries: &[String],
    ) -> Result<u64> {
        let (session, segment) = (session.to_owned(), segment.to_owned());
        wit::sessions::append_expecting(self.store, session, segment, expected, entries.to_vec())
    }

    /// `sessions.read`
    ///
    /// # Errors
    /// `not-found`; `too-large` when the entries together pass 64 MiB: use `read-page`.
    pub fn session_read(&self, session: &str, segment: &str) -> Result<Vec<String>> {
        wit::sessions::read(self.store, session, segment)
    }

    /// `sessions.read-page`: [`str::lines`] takes the entries of a page apart.
    ///
    /// # Errors
    /// `not-found`; `invalid-argument` for a limit of 0 or above 65,536, and for an invalid cursor.
    pub fn session_read_page(
        &self,
        session: &str,
        segment: &str,
        at: &Position,
        limit: u32,
        direction: Direction,
    ) -> Result<LinePage> {
        wit::sessions::read_page(self.store, session, segment, at, limit, direction)
    }

    /// `sessions.entry-count`
    ///
    /// # Errors
    /// `not-found`.
    pub fn session_entry_count(&self, session: &str, segment: &str) -> Result<u64> {
        wit::sessions::entry_count(self.store, session, segment)
    }

    /// `sessions.exists`
    ///
    /// # Errors
    /// `invalid-name`; `corrupt`; `io`.
    pub fn session_exists(&self, session: &str, segment: &str) -> Result<bool> {
        wit::sessions::exists(self.store, session, segment)
    }

    /// `sessions.truncate`
    ///
    /// # Errors
    /// `not-found`; `stale` with the actual count when it has another; `invalid-argument` with both numbers when the
    /// segment has fewer than stay: nothing changes; `corrupt` when damage is met on the way to the place.
    pub fn session_truncate(
        &self,
        session: &str,
        segment: &str,
        entries: u64,
        expected: ExpectSeq,
    ) -> Result<u64> {
        wit::sessions::truncate(self.store, session.to_owned(), segment.to_owned(), entries, expected)
    }

    /// `sessions.fork`: `into` is the session and the segment to make.
    ///
    /// # Errors
    /// `conflict` with the one to be made when it is there, in any session; `not-found` for the segment; `invalid-
    /// argument` with both numbers when the segment has fewer entries; `too-large` above 65,536 entries or 64 MiB:
    /// what is more is appended.
    pub fn session_fork(
        &self,
        session: &str,
        segment: &str,
        entries: Option<u64>,
        into: (&str, &str),
    ) -> Result<u64> {
        let (into_session, into_segment) = (into.0.to_owned(), into.1.to_owned());
        let (session, segment) = (session.to_owned(), segment.to_owned());
        wit::sessions::fork(self.store, session, segment, entries, into_session, into_segment)
    }

    /// `sessions.read-last`: [`str::lines`] takes the entries apart.
    ///
    /// # Errors
    /// `not-found`; `invalid-argument` for a limit of 0 or above 65,536; `corrupt` when damage is met on the way.
    pub fn session_read_last(&self, session: &str, segment: &str, limit: u32) -> Result<LastEntries> {
        wit::sessions::read_last(self.store, session, segment, limit)
    }

    /// `sessions.set-meta`
    ///
    /// # Errors
    /// `not-found`; `invalid-value`; `too-large` above 16 MiB less 16 bytes, 128 levels or 1,048,576 nodes.
    pub fn session_set_meta(&self, session: &str, segment: &str, meta: Option<&str>) -> Result<()> {
        let meta = meta.map(str::to_owned);
        wit::sessions::set_meta(self.store, session.to_owned(), segment.to_owned(), meta)
    }

    /// `sessions.describe`
    ///
    /// # Errors
    /// `not-found`; `corrupt` where the number of its entries is not known.
    pub fn session_describe(&self, session: &str, segment: &str) -> Result<SegmentDescription> {
        wit::sessions::describe(self.store, session, segment)
    }

    /// `sessions.delete-segment`
    ///
    /// # Errors
    /// `invalid-name`; `corrupt`; `io`.
    pub fn session_delete_segment(&self, session: &str, segment: &str) -> Result<bool> {
        wit::sessions::delete_segment(self.store, session.to_owned(), segment.to_owned())
    }

    /// `sessions.list-sessions`
    ///
    /// # Errors
    /// `invalid-argument` for a limit of 0 or above 65,536, and for an invalid cursor.
    pub fn session_list(&self, after: Option<&str>, limit: u32) -> Result<NamePage> {
        wit::sessions::list_sessions(self.store, after, limit)
    }

    /// `sessions.list-segments`
    ///
    /// # Errors
    /// `invalid-argument` for a limit of 0 or above 65,536, and for an invalid cursor.
    pub fn session_list_segments(&self, session: &str, after: Option<&str>, limit: u32) -> Result<NamePage> {
        wit::sessions::list_segments(self.store, session, after, limit)
    }

    /// `sessions.session-of`
    ///
    /// # Errors
    /// `invalid-name`; `corrupt`; `io`.
    pub fn session_of(&self, segment: &str) -> Result<Option<String>> {
        wit::sessions::session_of(self.store, segment)
    }

    /// `sessions.append-trace`
    ///
    /// # Errors
    /// Those of `append`.
    pub fn session_append_trace(&self, session: &str, segment: &str, entry: &str) -> Result<u64> {
        wit::sessions::append_trace(self.store, session.to_owned(), segment.to_owned(), entry.to_owned())
    }

    /// `sessions.read-trace`: [`str::lines`] takes the entries of a page apart.
    ///
    /// # Errors
    /// `invalid-argument` for a limit of 0 or above 65,536, and for an invalid cursor.
    pub fn session_read_trace(
        &self,
        session: &str,
        segment: &str,
        at: &Position,
        limit: u32,
        direction: Direction,
    ) -> Result<LinePage> {
        wit::sessions::read_trace(self.store, session, segment, at, limit, direction)
    }
}
