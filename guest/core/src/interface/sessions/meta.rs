//! The meta of a segment, and what is known of one (T12, T13).

use super::Segment;
use crate::base::layout::RUNS;
use crate::check::check_value;
use crate::engine::{Engine, Opened};
use crate::error::{Error, Result};
use crate::keyspace::METAS;
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
            let row = engine.expect_segment(&segment)?;
            Ok(SegmentDescription {
                entries: row.entries.count,
                trace_entries: row.traces.count,
                lsn: row.lsn,
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
        match meta {
            Some(meta) => {
                check_value(meta.as_bytes())?;
                self.put_value(&METAS, &segment.id, meta.as_bytes())
            }
            None => self.remove_value(&METAS, &segment.id),
        }
    }

    /// The meta of a segment that is there.
    fn meta(&mut self, segment: &Segment) -> Result<Option<String>> {
        let Some(meta) = self.value(&METAS, &segment.id)? else { return Ok(None) };
        // INVARIANT: a meta was text when it was written.
        String::from_utf8(meta).map(Some).map_err(|_| Error::corrupt(RUNS, 0, "a meta that is no text"))
    }
}
