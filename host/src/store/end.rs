//! The seam below the handles: bytes go in, and bytes come out. What performs them a handle does not know.

use crate::error::{Error, Result};
use crate::types;
use std::fmt;
use std::path::Path;

/// What a handle asks for, as the bytes of docs/wire.md.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Request<'a> {
    /// A function that is no operation.
    Call(&'a [u8]),
    /// Operations, one commit if they are `whole`. `writers` names the blobs that they finish: each of these is gone afterwards, unless
    /// nothing was performed because one was not there.
    Operations { bytes: &'a [u8], writers: &'a [u64], whole: bool },
    /// Questions that are answered of one moment.
    Questions(&'a [u8]),
}

/// The other end. It is shared between threads.
///
/// An error is one of the end itself, or the refusal of bytes that it does not understand. Whatever the store says of an operation or a
/// call stands in the bytes that are answered.
pub(crate) trait End: fmt::Debug + Send + Sync {
    /// Performs a request, and returns the bytes of what is answered.
    fn perform(&self, request: Request<'_>) -> Result<Vec<u8>>;

    /// Begins a blob of any size. Returns its number, which names no other one of this end.
    fn begin_blob(&self) -> Result<u64>;

    /// Adds bytes behind those that were given before; `closed` when the end has lost what was begun.
    fn add_to_blob(&self, blob: u64, bytes: &[u8]) -> Result<()>;

    /// Stores what was written, and returns its address.
    fn finish_blob(&self, blob: u64) -> Result<String>;

    /// Lets go of a blob that is not to be finished; one that is not there is let go already.
    fn drop_blob(&self, blob: u64);

    /// Text and bytes that one request may carry.
    fn bytes_max(&self) -> usize;

    /// Brings what was written to where other programs can read it, if there is anything.
    fn settle(&self) -> Result<()>;

    /// The directory of the store, if this process has it open.
    fn root(&self) -> Option<&Path>;
}

/// The end has lost what was begun.
pub(crate) fn lost() -> Error {
    let (step, file, code) = ("write".to_owned(), "tmp".to_owned(), "lost".to_owned());
    types::Error::Closed(types::Failure { step, file, code }).into()
}
