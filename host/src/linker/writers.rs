//! `blob.writer`: blobs that guests are writing.

use super::define::{Answered, Define, Writer, answer, place};
use crate::error::Result;
use crate::interface::writer::BlobWriter;
use crate::store::Store;
use crate::store::end::lost;
use crate::types;
use std::sync::{Arc, MutexGuard, PoisonError};
use wasmtime::component::{Resource, ResourceTable};

/// A place in a guest's table for a new writer, or the reason why it has no room.
type Place = Result<Resource<Writer>, types::Error>;

pub(super) fn writer(linker: &mut impl Define) -> wasmtime::Result<()> {
    let interface = "sx:persist/blob@0.2.0";
    linker.define_resource::<Writer>(interface, "writer")?;
    linker.define(
        interface,
        "[constructor]writer",
        |view, ()| {
            // A place before anything is begun: to give that up again may block, where the guest's view is.
            Ok((view.store.clone(), place(view.table, Writer::default())?))
        },
        |(store, place): (Store, Place)| place.map(|place| (place, answer(store.raw().blob_writer()))),
        |view, begun| keep(view.table, begun),
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
        |writer| answer(finish(&writer)),
        |_, finished| finished,
    )
}

/// Puts a writer into its place, if there are both.
fn keep(
    table: &mut ResourceTable,
    begun: Result<(Resource<Writer>, Answered<BlobWriter>), types::Error>,
) -> Answered<Resource<Writer>> {
    let (place, begun) = match begun {
        Ok(begun) => begun,
        Err(refusal) => return Ok(Err(refusal)),
    };
    match begun? {
        Ok(writer) => {
            *lock(table.get(&place)?) = Some(writer);
            Ok(Ok(place))
        }
        Err(refusal) => {
            table.delete(place)?;
            Ok(Err(refusal))
        }
    }
}

fn write(writer: &Writer, bytes: &[u8]) -> Result<()> {
    let mut writer = lock(writer);
    let writer = writer.as_mut().ok_or_else(lost)?;
    writer.store.check_arguments(bytes.len())?;
    writer.add(bytes)
}

fn finish(writer: &Writer) -> Result<String> {
    let writer = lock(writer).take().ok_or_else(lost)?;
    writer.finish()
}

fn lock(writer: &Writer) -> MutexGuard<'_, Option<BlobWriter>> {
    writer.lock().unwrap_or_else(PoisonError::into_inner)
}
