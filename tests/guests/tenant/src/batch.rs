//! The resources of `batch`, handed on.

mod operations;

use crate::bindings::exports::sx::persist::{batch as exports, blob as exports_blob};
use crate::bindings::sx::persist::batch;
use crate::bindings::sx::persist::types::{Error, MapEntry, Refusal};
use crate::writer::Writer;

/// A transaction of the store that serves this guest.
pub(crate) struct Transaction(batch::Transaction);

impl Transaction {
    fn begin() -> Result<Self, Error> {
        Ok(Self(batch::Transaction::new()?))
    }

    fn below(&self) -> &batch::Transaction {
        &self.0
    }

    fn add_writer(&self, writer: exports_blob::Writer) -> Result<u32, Error> {
        self.0.blob_finish(writer.into_inner::<Writer>().0)
    }

    fn perform(self) -> Result<exports::Committed, Refusal> {
        Ok(exports::Committed::new(Committed(batch::Transaction::commit(self.0)?)))
    }
}

/// What one was answered.
pub(crate) struct Committed(batch::Committed);

impl exports::GuestCommitted for Committed {
    fn lsn(&self) -> u64 {
        self.0.lsn()
    }

    fn number(&self, index: u32) -> Option<i64> {
        self.0.number(index)
    }

    fn flag(&self, index: u32) -> Option<bool> {
        self.0.flag(index)
    }

    fn text(&self, index: u32) -> Option<String> {
        self.0.text(index)
    }
}

/// Reads of the store that serves this guest.
pub(crate) struct Reads(batch::Reads);

impl exports::GuestReads for Reads {
    fn new() -> Result<Self, Error> {
        Ok(Self(batch::Reads::new()?))
    }

    fn kv_get(&self, key: String) -> Result<u32, Error> {
        self.0.kv_get(&key)
    }

    fn map_get(&self, table: String, key: Vec<u8>) -> Result<u32, Error> {
        self.0.map_get(&table, &key)
    }

    fn ref_get(&self, name: String) -> Result<u32, Error> {
        self.0.ref_get(&name)
    }

    fn last_seq(&self, stream: String) -> Result<u32, Error> {
        self.0.last_seq(&stream)
    }

    fn count(&self, stream: String) -> Result<u32, Error> {
        self.0.count(&stream)
    }

    fn segment(&self, session: String, segment: String) -> Result<u32, Error> {
        self.0.segment(&session, &segment)
    }

    fn read(this: exports::Reads) -> Result<exports::Moment, Refusal> {
        Ok(exports::Moment::new(Moment(batch::Reads::read(this.into_inner::<Self>().0)?)))
    }
}

/// What they were answered.
pub(crate) struct Moment(batch::Moment);

impl exports::GuestMoment for Moment {
    fn lsn(&self) -> u64 {
        self.0.lsn()
    }

    fn text(&self, index: u32) -> Option<String> {
        self.0.text(index)
    }

    fn entry(&self, index: u32) -> Option<MapEntry> {
        self.0.entry(index)
    }

    fn number(&self, index: u32) -> Option<u64> {
        self.0.number(index)
    }
}
