//! The row of a segment: its session and its meta (T7, T12, T13).

use super::Segment;
use crate::base::layout;
use crate::check::check_value;
use crate::codec::uuid::Id;
use crate::engine::{Engine, Opened};
use crate::error::{Error, Result};
use crate::keyspace::{SEGMENTS, SESSIONS, TRACES};
use crate::storage::Storage;

/// What is known of a segment; `types.segment-description`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentDescription {
    /// How many entries it has.
    pub entries: u64,
    /// How many its trace has.
    pub trace_entries: u64,
    /// The lsn of the commit that last wrote its entries.
    pub lsn: u64,
    /// In canonical text.
    pub meta: Option<String>,
}

/// What stands in the row of a segment.
pub(super) struct Row {
    pub(super) session: Id,
    meta: Option<String>,
}

impl<S: Storage> Engine<S> {
    /// `sessions.set-meta`.
    ///
    /// # Errors
    /// As in `wit/sessions.wit`.
    pub fn session_set_meta(&mut self, session: &str, segment: &str, meta: Option<&str>) -> Result<()> {
        self.write(|engine| engine.decide_session_set_meta(session, segment, meta))
    }

    /// `sessions.describe`.
    ///
    /// # Errors
    /// As in `wit/sessions.wit`.
    pub fn session_describe(&mut self, session: &str, segment: &str) -> Result<SegmentDescription> {
        let segment = Segment::parse(session, segment)?;
        self.read(|engine| {
            engine.expect_segment(&segment)?;
            Ok(SegmentDescription {
                entries: engine.log_length(&SESSIONS, &segment.name)?,
                trace_entries: engine.log_length(&TRACES, &segment.name)?,
                lsn: engine.noted_last_seq(&SESSIONS, &segment.name)?,
                meta: engine.meta(&segment)?,
            })
        })
    }
}

impl<S: Storage> Opened<'_, S> {
    pub(crate) fn decide_session_set_meta(
        &mut self,
        session: &str,
        segment: &str,
        meta: Option<&str>,
    ) -> Result<()> {
        let segment = Segment::parse(session, segment)?;
        let meta = meta.map(sx::canonical).transpose()?;
        self.expect_segment(&segment)?;
        if self.meta(&segment)?.as_deref() == meta.as_deref() {
            return Ok(());
        }
        self.put_row(&segment, meta.as_deref())
    }

    pub(super) fn row(&mut self, segment: &Id) -> Result<Option<Row>> {
        let Some(bytes) = self.value(&SEGMENTS, segment)? else { return Ok(None) };
        let Some((session, meta)) = bytes.split_first_chunk() else { return Ok(None) };
        let meta = match std::str::from_utf8(meta) {
            Ok("") => None,
            Ok(text) => Some(text.to_owned()),
            // INVARIANT: a meta was text when it was written.
            Err(_) => return Err(Error::corrupt(&layout::path(&SEGMENTS, segment, ""), 0, "not UTF-8")),
        };
        Ok(Some(Row { session: *session, meta }))
    }

    /// The meta of a segment that is there.
    pub(super) fn meta(&mut self, segment: &Segment) -> Result<Option<String>> {
        let row = self.row(&segment.id)?.filter(|row| row.session == segment.session);
        Ok(row.and_then(|row| row.meta))
    }

    /// Gives a segment to its session, with this meta, as a part of the commit in work.
    pub(super) fn put_row(&mut self, segment: &Segment, meta: Option<&str>) -> Result<()> {
        let mut row = segment.session.to_vec();
        row.extend_from_slice(meta.unwrap_or_default().as_bytes());
        check_value(&row)?;
        self.put_value(&SEGMENTS, &segment.id, &row)
    }
}
