//! The end that is in this process: an instance of the component.

use crate::error::{Error, HostError, Result};
use crate::store::end::{End, Request, lost};
use crate::store::idle::Idle;
use crate::store::instance::{Instance, Options};
use crate::store::root::Root;
use crate::store::shared::{Core, PARTS_BESIDE_WRITERS, Slot};
use crate::types::Durability;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use sx_persist_wire::{self as wire, Function, Malformed};
use wasmtime::component::ResourceAny;

/// The component, and the thread that checkpoints when nothing is written.
#[derive(Debug)]
pub(super) struct Local {
    core: Arc<Core>,
    idle: Option<Idle>,
}

impl Local {
    pub(super) fn start(root: Option<Root>, options: Options, idle: Option<Duration>) -> Result<Self> {
        let core = Arc::new(Core::new(root, options)?);
        let idle = idle.map(|after| Idle::new(Arc::clone(&core), after));
        Ok(Self { core, idle })
    }

    /// Something is written: there is something to checkpoint.
    fn wrote(&self) {
        self.core.dirty.store(true, Ordering::Release);
        if let Some(idle) = &self.idle {
            idle.touch();
        }
    }

    fn call(&self, call: &[u8]) -> Result<Vec<u8>> {
        let (function, arguments) = wire::called(call).map_err(unreadable)?;
        match function {
            Function::AdminSetDurability => {
                let (level,): (Durability,) = wire::arguments(arguments).map_err(unreadable)?;
                self.core.set_durability(level, |instance| called(instance, function, call))
            }
            Function::AdminCheckpoint => {
                self.core.checkpoint(PARTS_BESIDE_WRITERS)?;
                Ok(wire::answer::<wire::Error>(&Ok(())))
            }
            Function::AdminVerify => {
                self.core.with_instance(|_, instance| unlimited(instance, function, call))
            }
            Function::AdminRepair | Function::AdminCheckpointStep | Function::AdminConvertStep => {
                self.core.with_writer(|_, instance| unlimited(instance, function, call))
            }
            Function::AdminFlush => self.core.with_writer(|_, instance| called(instance, function, call)),
            _ if function.writes() => {
                self.wrote();
                self.core.with_writer(|_, instance| called(instance, function, call))
            }
            _ => self.core.with_instance(|_, instance| called(instance, function, call)),
        }
    }

    fn run(&self, operations: &[u8], blobs: &[u64], whole: bool) -> Result<Vec<u8>> {
        self.wrote();
        self.core.with_writer(|slot, instance| {
            // Before any is taken: one that is taken and not handed over would stay.
            if !blobs.iter().all(|blob| slot.writers.contains_key(blob)) {
                return Err(lost());
            }
            let writers: Vec<ResourceAny> =
                blobs.iter().filter_map(|blob| slot.writers.remove(blob)).collect();
            let answer = instance.call("wire.run", |exports, store| {
                let wire = exports.wire(store)?;
                match writers.is_empty() {
                    // Each list more is a call of the component for its place.
                    true => wire.call_run(store, operations, whole),
                    false => wire.call_run_finishing(store, operations, &writers, whole),
                }
            })??;
            instance.has_failed = wire::has_failed(&answer, !whole);
            Ok(answer)
        })
    }

    fn ask(&self, questions: &[u8]) -> Result<Vec<u8>> {
        self.core.with_instance(|_, instance| {
            let answer = instance
                .call("batch.read", |exports, store| exports.wire(store)?.call_read(store, questions))??;
            instance.has_failed = wire::has_failed(&answer, false);
            Ok(answer)
        })
    }

    /// Runs a call on a writer, when the instance that it began in is still there.
    fn with_blob<R: Send>(
        &self,
        blob: u64,
        call: impl FnOnce(&mut Slot, &mut Instance, ResourceAny) -> Result<R> + Send,
    ) -> Result<R> {
        let outcome = self.core.with_open(|slot, instance| match slot.writers.get(&blob) {
            Some(writer) => {
                let writer = *writer;
                call(slot, instance, writer)
            }
            None => Err(lost()),
        });
        outcome.unwrap_or_else(|| Err(lost()))
    }
}

impl End for Local {
    fn perform(&self, request: Request<'_>) -> Result<Vec<u8>> {
        match request {
            Request::Call(call) => self.call(call),
            Request::Operations { bytes, writers, whole } => self.run(bytes, writers, whole),
            Request::Questions(questions) => self.ask(questions),
        }
    }

    fn begin_blob(&self) -> Result<u64> {
        self.wrote();
        self.core.with_writer(|slot, instance| {
            let writer = instance.call("blob.writer", |exports, store| {
                exports.blob(store)?.writer().call_constructor(store)
            })??;
            slot.writers_begun += 1;
            slot.writers.insert(slot.writers_begun, writer);
            Ok(slot.writers_begun)
        })
    }

    fn add_to_blob(&self, blob: u64, bytes: &[u8]) -> Result<()> {
        self.with_blob(blob, |_, instance, writer| {
            Ok(instance.call("blob.writer.write", |exports, store| {
                exports.blob(store)?.writer().call_write(store, writer, bytes)
            })??)
        })
    }

    fn finish_blob(&self, blob: u64) -> Result<String> {
        self.wrote();
        self.with_blob(blob, |slot, instance, writer| {
            slot.writers.remove(&blob);
            Ok(instance.call("blob.writer.finish", |exports, store| {
                exports.blob(store)?.writer().call_finish(store, writer)
            })??)
        })
    }

    fn drop_blob(&self, blob: u64) {
        // In another instance there is nothing of it any more.
        let _ = self.with_blob(blob, |slot, instance, writer| {
            slot.writers.remove(&blob);
            instance.call("blob.writer", |_, store| writer.resource_drop(store))
        });
    }

    fn bytes_max(&self) -> usize {
        self.core.argument_bytes_max()
    }

    fn settle(&self) -> Result<()> {
        self.core.settle_if_dirty(PARTS_BESIDE_WRITERS)
    }

    fn root(&self) -> Option<&Path> {
        self.core.root.as_ref().map(|root| root.folder.path.as_path())
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        // The idle thread first: it holds the core, and with it the lock.
        drop(self.idle.take());
        // What is in memory is gone with it.
        if self.core.root.is_none() {
            return;
        }
        if let Err(error) = self.core.settle_if_dirty(PARTS_BESIDE_WRITERS) {
            tracing::warn!(%error, "the checkpoint at the end failed; the next open recovers");
        }
    }
}

/// Performs a call within the time that the store gives it.
fn called(instance: &mut Instance, function: Function, call: &[u8]) -> Result<Vec<u8>> {
    let answer =
        instance.call(function.name(), |exports, store| exports.wire(store)?.call_call(store, call))??;
    instance.has_failed = wire::has_failed(&answer, false);
    Ok(answer)
}

/// Performs a call, however long it takes.
fn unlimited(instance: &mut Instance, function: Function, call: &[u8]) -> Result<Vec<u8>> {
    let answer = instance
        .call_within(function.name(), None, |exports, store| exports.wire(store)?.call_call(store, call))??;
    instance.has_failed = wire::has_failed(&answer, false);
    Ok(answer)
}

/// A handle wrote what is no call: a defect of this library.
fn unreadable(malformed: Malformed) -> Error {
    HostError::Component(malformed.into()).into()
}
