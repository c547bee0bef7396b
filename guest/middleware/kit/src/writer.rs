//! A writer of a blob: one of the store below, under a number of the middleware's own.

use crate::below::blob;
use crate::bindings::exports::sx::persist::blob as exports;
use crate::interfaces::Blob;
use crate::types::Error;
use std::fmt;
use std::marker::PhantomData;

/// A writer below.
pub struct Writer<M> {
    below: blob::Writer,
    of: PhantomData<M>,
}

impl<M> fmt::Debug for Writer<M> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Writer").finish_non_exhaustive()
    }
}

impl<M: Blob> Writer<M> {
    /// The writer below, of a handle.
    pub(crate) fn into_below(handle: exports::Writer) -> blob::Writer {
        handle.into_inner::<Self>().below
    }
}

impl<M: Blob> exports::GuestWriter for Writer<M> {
    fn new() -> Result<Self, Error> {
        M::may_write()?;
        Ok(Self { below: blob::Writer::new()?, of: PhantomData })
    }

    fn write(&self, bytes: Vec<u8>) -> Result<(), Error> {
        self.below.write(&bytes)
    }

    fn finish(this: exports::Writer) -> Result<String, Error> {
        blob::Writer::finish(Self::into_below(this))
    }
}
