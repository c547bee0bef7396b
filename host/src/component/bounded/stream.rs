//! Streams that write into counted files.

use crate::component::bounded::room::Room;
use bytes::Bytes;
use std::fs::File;
use std::io;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use wasmtime_wasi::async_trait;
use wasmtime_wasi::p2::{DynOutputStream, OutputStream, Pollable, StreamError, StreamResult};

/// What a full disk is called: as a number, for nothing else reaches the guest.
#[cfg(not(windows))]
const NO_SPACE: i32 = 28;
#[cfg(windows)]
const NO_SPACE: i32 = 112;

/// A stream whose bytes are in the file when they are handed over: what is under way could not be counted.
pub(super) struct Counted {
    pub(super) stream: DynOutputStream,
    pub(super) file: Arc<File>,
    /// Where the next bytes go; none for the end of the file.
    pub(super) offset: Option<u64>,
    pub(super) room: Arc<Room>,
}

impl OutputStream for Counted {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        let failed = |error: io::Error| StreamError::LastOperationFailed(error.into());
        let begin = match self.offset {
            Some(offset) => offset,
            None => self.file.metadata().map_err(failed)?.len(),
        };
        let end = begin.saturating_add(bytes.len() as u64);
        let stream = &mut self.stream;
        let written = self.room.write(&self.file, end, || at_once(stream, bytes));
        written.map_err(|_| failed(io::Error::from_raw_os_error(NO_SPACE)))??;
        self.offset = self.offset.map(|_| end);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        self.stream.flush()
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        self.stream.check_write()
    }
}

#[async_trait]
impl Pollable for Counted {
    async fn ready(&mut self) {}
}

/// Writes on this thread, as files do here (`allow_blocking_current_thread`): it never waits.
fn at_once(stream: &mut DynOutputStream, bytes: Bytes) -> StreamResult<()> {
    let mut written = stream.blocking_write_and_flush(bytes);
    match written.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(written) => written,
        Poll::Pending => Err(StreamError::trap("a file was not written at once")),
    }
}
