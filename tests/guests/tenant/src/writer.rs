//! `blob.writer`, handed on.

use crate::bindings::exports::sx::persist::blob as exports;
use crate::bindings::sx::persist::blob;
use crate::bindings::sx::persist::types::Error;

/// A writer of the store that serves this guest.
pub(crate) struct Writer(pub(crate) blob::Writer);

impl exports::GuestWriter for Writer {
    fn new() -> Result<Self, Error> {
        Ok(Self(blob::Writer::new()?))
    }

    fn write(&self, bytes: Vec<u8>) -> Result<(), Error> {
        self.0.write(&bytes)
    }

    fn finish(this: exports::Writer) -> Result<String, Error> {
        blob::Writer::finish(this.into_inner::<Self>().0)
    }
}
