//! `sessions`.

use crate::bindings::exports::sx::persist::sessions;
use crate::bindings::exports::sx::persist::types::{Error, IdPage, SegmentPage};
use crate::engine::{Component, engine};

impl sessions::Guest for Component {
    fn create_segment(session: String, segment: String, entries: Vec<String>) -> Result<(), Error> {
        Ok(engine(|engine| engine.session_create_segment(&session, &segment, &entries))?)
    }

    fn append(session: String, segment: String, entry: String) -> Result<u64, Error> {
        Ok(engine(|engine| engine.session_append(&session, &segment, &entry))?)
    }

    fn append_expecting(
        session: String,
        segment: String,
        expected: u64,
        entries: Vec<String>,
    ) -> Result<u64, Error> {
        Ok(engine(|engine| engine.session_append_expecting(&session, &segment, expected, &entries))?)
    }

    fn read(session: String, segment: String) -> Result<Vec<String>, Error> {
        Ok(engine(|engine| engine.session_read(&session, &segment))?)
    }

    fn read_after(session: String, segment: String, index: u64, limit: u32) -> Result<SegmentPage, Error> {
        Ok(engine(|engine| engine.session_read_after(&session, &segment, index, limit))?.into())
    }

    fn entry_count(session: String, segment: String) -> Result<u64, Error> {
        Ok(engine(|engine| engine.session_entry_count(&session, &segment))?)
    }

    fn exists(session: String, segment: String) -> Result<bool, Error> {
        Ok(engine(|engine| engine.session_exists(&session, &segment))?)
    }

    fn truncate(session: String, segment: String, entries: u64) -> Result<u64, Error> {
        Ok(engine(|engine| engine.session_truncate(&session, &segment, entries))?)
    }

    fn delete_segment(session: String, segment: String) -> Result<bool, Error> {
        Ok(engine(|engine| engine.session_delete_segment(&session, &segment))?)
    }

    fn list_sessions(after: Option<String>, limit: u32) -> Result<IdPage, Error> {
        Ok(engine(|engine| engine.session_list(after.as_deref(), limit))?.into())
    }

    fn list_segments(session: String, after: Option<String>, limit: u32) -> Result<IdPage, Error> {
        Ok(engine(|engine| engine.session_list_segments(&session, after.as_deref(), limit))?.into())
    }

    fn session_of(segment: String) -> Result<Option<String>, Error> {
        Ok(engine(|engine| engine.session_of(&segment))?)
    }

    fn append_trace(session: String, segment: String, entry: String) -> Result<u64, Error> {
        Ok(engine(|engine| engine.session_append_trace(&session, &segment, &entry))?)
    }

    fn read_trace(session: String, segment: String, index: u64, limit: u32) -> Result<SegmentPage, Error> {
        Ok(engine(|engine| engine.session_read_trace(&session, &segment, index, limit))?.into())
    }
}
