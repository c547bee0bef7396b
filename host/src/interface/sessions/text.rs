//! `sessions` with entries as SX text.

use crate::error::Result;
use crate::interface::text::{Text, expect_outcome};
use crate::types::{
    IdPage, Op, Outcome, SegmentPage, SessionAppendExpectingOp, SessionAppendOp, SessionCreateSegmentOp,
    SessionDeleteSegmentOp, SessionTruncateOp,
};

/// `sessions`, with entries as SX text, and sessions and segments as the text of UUIDs.
impl Text<'_> {
    /// `sessions.create-segment`
    ///
    /// # Errors
    /// As `wit/sessions.wit` has them.
    pub fn session_create_segment(&self, session: &str, segment: &str, entries: &[String]) -> Result<()> {
        let (session, segment) = (session.to_owned(), segment.to_owned());
        let op = SessionCreateSegmentOp { session, segment, entries: entries.to_vec() };
        expect_outcome!(self.store.submit(Op::SessionCreateSegment(op))?, Outcome::Put => ())
    }

    /// `sessions.append`
    ///
    /// # Errors
    /// As `wit/sessions.wit` has them.
    pub fn session_append(&self, session: &str, segment: &str, entry: &str) -> Result<u64> {
        let op = append_op(session, segment, entry);
        expect_outcome!(self.store.submit(Op::SessionAppend(op))?, Outcome::Appended(count) => count)
    }

    /// `sessions.append-expecting`
    ///
    /// # Errors
    /// As `wit/sessions.wit` has them.
    pub fn session_append_expecting(
        &self,
        session: &str,
        segment: &str,
        expected: u64,
        entries: &[String],
    ) -> Result<u64> {
        let (session, segment) = (session.to_owned(), segment.to_owned());
        let op = SessionAppendExpectingOp { session, segment, expected, entries: entries.to_vec() };
        expect_outcome!(self.store.submit(Op::SessionAppendExpecting(op))?, Outcome::Appended(count) => count)
    }

    /// `sessions.read`
    ///
    /// # Errors
    /// As `wit/sessions.wit` has them.
    pub fn session_read(&self, session: &str, segment: &str) -> Result<Vec<String>> {
        self.store.call("sessions.read", session.len() + segment.len(), |exports, store| {
            exports.sx_persist_sessions().call_read(store, session, segment)
        })
    }

    /// `sessions.read-after`: [`str::lines`] takes the entries of a page apart.
    ///
    /// # Errors
    /// As `wit/sessions.wit` has them.
    pub fn session_read_after(
        &self,
        session: &str,
        segment: &str,
        index: u64,
        limit: u32,
    ) -> Result<SegmentPage> {
        self.store.call("sessions.read-after", session.len() + segment.len(), |exports, store| {
            exports.sx_persist_sessions().call_read_after(store, session, segment, index, limit)
        })
    }

    /// `sessions.entry-count`
    ///
    /// # Errors
    /// As `wit/sessions.wit` has them.
    pub fn session_entry_count(&self, session: &str, segment: &str) -> Result<u64> {
        self.store.call("sessions.entry-count", session.len() + segment.len(), |exports, store| {
            exports.sx_persist_sessions().call_entry_count(store, session, segment)
        })
    }

    /// `sessions.exists`
    ///
    /// # Errors
    /// As `wit/sessions.wit` has them.
    pub fn session_exists(&self, session: &str, segment: &str) -> Result<bool> {
        self.store.call("sessions.exists", session.len() + segment.len(), |exports, store| {
            exports.sx_persist_sessions().call_exists(store, session, segment)
        })
    }

    /// `sessions.truncate`
    ///
    /// # Errors
    /// As `wit/sessions.wit` has them.
    pub fn session_truncate(&self, session: &str, segment: &str, entries: u64) -> Result<u64> {
        let (session, segment) = (session.to_owned(), segment.to_owned());
        let op = Op::SessionTruncate(SessionTruncateOp { session, segment, entries });
        expect_outcome!(self.store.submit(op)?, Outcome::Truncated(dropped) => dropped)
    }

    /// `sessions.delete-segment`
    ///
    /// # Errors
    /// As `wit/sessions.wit` has them.
    pub fn session_delete_segment(&self, session: &str, segment: &str) -> Result<bool> {
        let (session, segment) = (session.to_owned(), segment.to_owned());
        let op = Op::SessionDeleteSegment(SessionDeleteSegmentOp { session, segment });
        expect_outcome!(self.store.submit(op)?, Outcome::Deleted(was_there) => was_there)
    }

    /// `sessions.list-sessions`
    ///
    /// # Errors
    /// As `wit/sessions.wit` has them.
    pub fn session_list(&self, after: Option<&str>, limit: u32) -> Result<IdPage> {
        self.store.call("sessions.list-sessions", after.map_or(0, str::len), |exports, store| {
            exports.sx_persist_sessions().call_list_sessions(store, after, limit)
        })
    }

    /// `sessions.list-segments`
    ///
    /// # Errors
    /// As `wit/sessions.wit` has them.
    pub fn session_list_segments(&self, session: &str, after: Option<&str>, limit: u32) -> Result<IdPage> {
        let bytes = session.len() + after.map_or(0, str::len);
        self.store.call("sessions.list-segments", bytes, |exports, store| {
            exports.sx_persist_sessions().call_list_segments(store, session, after, limit)
        })
    }

    /// `sessions.session-of`
    ///
    /// # Errors
    /// As `wit/sessions.wit` has them.
    pub fn session_of(&self, segment: &str) -> Result<Option<String>> {
        self.store.call("sessions.session-of", segment.len(), |exports, store| {
            exports.sx_persist_sessions().call_session_of(store, segment)
        })
    }

    /// `sessions.append-trace`
    ///
    /// # Errors
    /// As `wit/sessions.wit` has them.
    pub fn session_append_trace(&self, session: &str, segment: &str, entry: &str) -> Result<u64> {
        let op = append_op(session, segment, entry);
        expect_outcome!(self.store.submit(Op::SessionAppendTrace(op))?, Outcome::Appended(count) => count)
    }

    /// `sessions.read-trace`: [`str::lines`] takes the entries of a page apart.
    ///
    /// # Errors
    /// As `wit/sessions.wit` has them.
    pub fn session_read_trace(
        &self,
        session: &str,
        segment: &str,
        index: u64,
        limit: u32,
    ) -> Result<SegmentPage> {
        self.store.call("sessions.read-trace", session.len() + segment.len(), |exports, store| {
            exports.sx_persist_sessions().call_read_trace(store, session, segment, index, limit)
        })
    }
}

fn append_op(session: &str, segment: &str, entry: &str) -> SessionAppendOp {
    SessionAppendOp { session: session.to_owned(), segment: segment.to_owned(), entry: entry.to_owned() }
}
