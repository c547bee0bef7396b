//! `blob.writer`: blobs that guests are writing.

use super::{Define, TenantView, answer};
use crate::blob::{BlobWriter, lost};
use crate::error::Result;
use crate::store::Store;
use crate::types;
use std::sync::{Arc, Mutex, PoisonError};
use wasmtime::component::{Resource, ResourceTableError};

/// A blob that a guest is writing. It is in the guest's table, and on another thread while that adds to it.
pub(super) type Writer = Arc<Mutex<BlobWriter>>;

/// What was taken of the view, or why the guest is refused.
type Answer<R> = wasmtime::Result<Result<R, types::Error>>;

pub(super) fn writer(linker: &mut impl Define, interface: &str) -> wasmtime::Result<()> {
    linker.define_writer(interface, "writer")?;
    linker.define(
        interface,
        "[constructor]writer",
        |view, ()| Ok(view.store.clone()),
        |store: Store| answer(store.blob_writer()),
        keep,
    )?;
    linker.define(
        interface,
        "[method]writer.write",
        |view, (writer, bytes): (Resource<Writer>, Vec<u8>)| {
            Ok((Arc::clone(view.table.get(&writer)?), bytes))
        },
        |(writer, bytes)| answer(write(&writer, &bytes)),
        |_, written| written,
    )?;
    linker.define(
        interface,
        "[static]writer.finish",
        |view, (writer,): (Resource<Writer>,)| Ok(view.table.delete(writer)?),
        |writer| answer(finish(writer)),
        |_, finished| finished,
    )
}

/// Keeps a writer for the guest. One that its table has no room for is given up.
fn keep(view: TenantView<'_>, begun: Answer<BlobWriter>) -> Answer<Resource<Writer>> {
    let writer = match begun? {
        Ok(writer) => Arc::new(Mutex::new(writer)),
        Err(refusal) => return Ok(Err(refusal)),
    };
    match view.table.push(writer) {
        Ok(writer) => Ok(Ok(writer)),
        Err(ResourceTableError::Full) => {
            let limit = view.table.max_capacity() as u64;
            Ok(Err(types::Error::TooLarge(types::Excess { limit, actual: limit + 1 })))
        }
        Err(error) => Err(error.into()),
    }
}

fn write(writer: &Writer, bytes: &[u8]) -> Result<()> {
    let mut writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
    writer.store.core().check_arguments(bytes.len())?;
    writer.add(bytes)
}

fn finish(writer: Writer) -> Result<String> {
    // Another thread has it only while it adds to it for a guest that is gone.
    let writer = Arc::into_inner(writer).ok_or_else(lost)?;
    writer.into_inner().unwrap_or_else(PoisonError::into_inner).finish()
}
