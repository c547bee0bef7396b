//! The component: each export is a line to the engine, which keeps its files below the first preopened directory.
//!
//! It imports `wasi:filesystem` (and the `wasi:clocks` type that this forces) and `sx:persist/digest`, answers errors, and never
//! panics on what it is given or finds on disk. With the feature `memory` (the crate `guest/memory`) it keeps its files in its
//! own memory, hashes by itself and imports nothing.

#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::panic
)]

#[expect(clippy::pedantic, reason = "generated from wit/")]
mod bindings;
mod convert;
#[cfg(not(feature = "memory"))]
mod digest;
#[cfg(not(feature = "memory"))]
mod disk;
mod engine;
mod sessions;
mod tables;

#[expect(unsafe_code, reason = "generated from wit/")]
mod export {
    use super::{Component, bindings};
    bindings::export!(Component with_types_in bindings);
}

use bindings::exports::sx::persist::types::{
    CidPage, Counter, Durability, EntryPage, Error, EventPage, Op, Outcome, Position, Refusal, Report,
};
use bindings::exports::sx::persist::{admin, batch, blob, dispatch, persist};
use engine::{Component, engine};
use sx_persist_core::{Engine, NewEvent};

impl persist::Guest for Component {
    fn append(stream: String, event: String) -> Result<u64, Error> {
        Ok(engine(|engine| engine.append(&stream, &event))?)
    }

    fn read(stream: String) -> Result<Vec<String>, Error> {
        Ok(engine(|engine| engine.read_stream(&stream))?)
    }

    fn last_seq(stream: String) -> Result<u64, Error> {
        Ok(engine(|engine| engine.last_seq(&stream))?)
    }

    fn streams() -> Result<Vec<String>, Error> {
        Ok(engine(Engine::streams)?)
    }

    fn truncate(stream: String, upto: u64) -> Result<u64, Error> {
        Ok(engine(|engine| engine.truncate(&stream, upto))?)
    }

    fn kv_get(key: String) -> Result<Option<String>, Error> {
        Ok(engine(|engine| engine.kv_get(&key))?)
    }

    fn kv_put(key: String, value: String) -> Result<(), Error> {
        Ok(engine(|engine| engine.kv_put(&key, &value))?)
    }

    fn kv_delete(key: String) -> Result<bool, Error> {
        Ok(engine(|engine| engine.kv_delete(&key))?)
    }

    fn kv_has(key: String) -> Result<bool, Error> {
        Ok(engine(|engine| engine.kv_has(&key))?)
    }

    fn kv_keys() -> Result<Vec<String>, Error> {
        Ok(engine(Engine::kv_keys)?)
    }

    fn append_expecting(stream: String, expected: u64, events: Vec<String>) -> Result<u64, Error> {
        Ok(engine(|engine| engine.append_expecting(&stream, expected, &events))?)
    }

    fn record_event(
        stream: String,
        kind: String,
        at: i64,
        data: String,
        expected: Option<u64>,
    ) -> Result<String, Error> {
        let event = NewEvent { kind: &kind, at, data: &data };
        Ok(engine(|engine| engine.record_event(&stream, event, expected))?)
    }

    fn kv_swap(key: String, expected: Option<String>, replacement: Option<String>) -> Result<bool, Error> {
        Ok(engine(|engine| engine.kv_swap(&key, expected.as_deref(), replacement.as_deref()))?)
    }

    fn read_page(stream: String, at: Position, limit: u32, backward: bool) -> Result<EventPage, Error> {
        Ok(engine(|engine| engine.read_page(&stream, &at.into(), limit, backward))?.into())
    }

    fn count(stream: String) -> Result<u64, Error> {
        Ok(engine(|engine| engine.count(&stream))?)
    }

    fn kv_list(prefix: String, after: Option<String>, limit: u32) -> Result<EntryPage, Error> {
        Ok(engine(|engine| engine.kv_list(&prefix, after.as_deref(), limit))?.into())
    }
}

impl blob::Guest for Component {
    type Writer = Writer;

    fn put(bytes: Vec<u8>) -> Result<String, Error> {
        Ok(engine(|engine| engine.blob_put(&bytes))?)
    }

    fn get(cid: String) -> Result<Option<Vec<u8>>, Error> {
        Ok(engine(|engine| engine.blob_get(&cid))?)
    }

    fn has(cid: String) -> Result<bool, Error> {
        Ok(engine(|engine| engine.blob_has(&cid))?)
    }

    fn size(cid: String) -> Result<Option<u64>, Error> {
        Ok(engine(|engine| engine.blob_size(&cid))?)
    }

    fn read_at(cid: String, offset: u64, length: u32) -> Result<Option<Vec<u8>>, Error> {
        Ok(engine(|engine| engine.blob_read_at(&cid, offset, length))?)
    }

    fn delete(cid: String) -> Result<bool, Error> {
        Ok(engine(|engine| engine.blob_delete(&cid))?)
    }

    fn list(after: Option<String>, limit: u32) -> Result<CidPage, Error> {
        Ok(engine(|engine| engine.blob_list(after.as_deref(), limit))?.into())
    }
}

/// A writer's number in the engine.
pub(crate) struct Writer(u32);

impl blob::GuestWriter for Writer {
    fn new() -> Result<Self, Error> {
        Ok(Self(engine(Engine::writer_open)?))
    }

    fn write(&self, bytes: Vec<u8>) -> Result<(), Error> {
        Ok(engine(|engine| engine.writer_write(self.0, &bytes))?)
    }

    fn finish(this: blob::Writer) -> Result<String, Error> {
        Ok(engine(|engine| engine.writer_finish(this.get::<Self>().0))?)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        engine(|engine| engine.writer_drop(self.0));
    }
}

impl batch::Guest for Component {
    fn commit(ops: Vec<Op>) -> Result<Vec<Outcome>, Refusal> {
        let ops: Vec<_> = ops.into_iter().map(Into::into).collect();
        let outcomes = engine(|engine| engine.commit(&ops))?;
        Ok(outcomes.into_iter().map(Into::into).collect())
    }

    fn run(ops: Vec<Op>) -> Vec<Result<Outcome, Error>> {
        let ops: Vec<_> = ops.into_iter().map(Into::into).collect();
        let outcomes = engine(|engine| engine.run(&ops));
        outcomes.into_iter().map(|outcome| Ok(outcome?.into())).collect()
    }
}

impl dispatch::Guest for Component {
    fn handle_op(op: String, args: String) -> Result<Option<String>, Error> {
        Ok(engine(|engine| engine.handle_op(&op, &args))?)
    }

    fn handle_op_bytes(op: String, args: Vec<u8>) -> Result<Option<Vec<u8>>, Error> {
        Ok(engine(|engine| engine.handle_op_bytes(&op, &args))?)
    }
}

impl admin::Guest for Component {
    fn set_durability(level: Durability) -> Result<(), Error> {
        Ok(engine(|engine| engine.set_durability(level.into()))?)
    }

    fn flush() -> Result<(), Error> {
        Ok(engine(Engine::flush)?)
    }

    fn checkpoint() -> Result<(), Error> {
        Ok(engine(Engine::checkpoint)?)
    }

    fn checkpoint_step() -> Result<bool, Error> {
        Ok(engine(Engine::checkpoint_step)?)
    }

    fn verify() -> Result<Report, Error> {
        Ok(engine(Engine::verify)?.into())
    }

    fn repair() -> Result<Report, Error> {
        Ok(engine(Engine::repair)?.into())
    }

    fn stats() -> Result<Vec<Counter>, Error> {
        let counters = engine(Engine::stats)?;
        let counter = |(name, value): (&str, u64)| Counter { name: name.to_owned(), value };
        Ok(counters.into_iter().map(counter).collect())
    }
}
