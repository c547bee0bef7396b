//! Generated from `wit/` by `cargo run -p sx-persist-generate`; not edited by hand.
//!
//! The functions that are no operations of a transaction, as calls that come as bytes and as exports have them.

use crate::bindings::exports::sx::persist::types::{
    Counter, Direction, Durability, EntryPage, Error, KeyPage, LastEntries, Layout, LinePage, MapEntry,
    MapPage, MapPair, MapRange, NamePage, ObjectStats, Position, RefPage, Refusal, Report,
    SegmentDescription, UsageBy, UsagePage,
};
use crate::engine::{Component, engine};
use sx_persist_core::Engine;
use sx_persist_wire::{Function, Malformed, Part, answer, bytes, called, end, option_text, text};

#[expect(clippy::too_many_lines, reason = "an arm a function")]
pub(crate) fn perform(call: &[u8]) -> Result<Vec<u8>, Malformed> {
    let (function, mut given) = called(call)?;
    let from = &mut given;
    Ok(match function {
        Function::PersistRead => {
            let stream = text(from)?;
            end(from)?;
            answer(&Component::persist_read(stream).map_err(|error| (None, error)))
        }
        Function::PersistLastSeq => {
            let stream = text(from)?;
            end(from)?;
            answer(&Component::persist_last_seq(stream).map_err(|error| (None, error)))
        }
        Function::PersistStreams => {
            end(from)?;
            answer(&Component::persist_streams().map_err(|error| (None, error)))
        }
        Function::PersistKvGet => {
            let key = text(from)?;
            end(from)?;
            answer(&Component::persist_kv_get(key).map_err(|error| (None, error)))
        }
        Function::PersistKvHas => {
            let key = text(from)?;
            end(from)?;
            answer(&Component::persist_kv_has(key).map_err(|error| (None, error)))
        }
        Function::PersistKvKeys => {
            end(from)?;
            answer(&Component::persist_kv_keys().map_err(|error| (None, error)))
        }
        Function::PersistReadPage => {
            let stream = text(from)?;
            let at = Part::take(from)?;
            let limit = Part::take(from)?;
            let direction = Part::take(from)?;
            end(from)?;
            answer(&Component::persist_read_page(stream, at, limit, direction).map_err(|error| (None, error)))
        }
        Function::PersistCount => {
            let stream = text(from)?;
            end(from)?;
            answer(&Component::persist_count(stream).map_err(|error| (None, error)))
        }
        Function::PersistKvList => {
            let prefix = text(from)?;
            let after = option_text(from)?;
            let limit = Part::take(from)?;
            end(from)?;
            answer(&Component::persist_kv_list(prefix, after, limit).map_err(|error| (None, error)))
        }
        Function::PersistListStreams => {
            let prefix = text(from)?;
            let after = option_text(from)?;
            let limit = Part::take(from)?;
            end(from)?;
            answer(&Component::persist_list_streams(prefix, after, limit).map_err(|error| (None, error)))
        }
        Function::BlobPut => {
            let bytes = bytes(from)?;
            end(from)?;
            answer(&Component::blob_put(bytes).map_err(|error| (None, error)))
        }
        Function::BlobGet => {
            let cid = text(from)?;
            end(from)?;
            answer(&Component::blob_get(cid).map_err(|error| (None, error)))
        }
        Function::BlobHas => {
            let cid = text(from)?;
            end(from)?;
            answer(&Component::blob_has(cid).map_err(|error| (None, error)))
        }
        Function::BlobSize => {
            let cid = text(from)?;
            end(from)?;
            answer(&Component::blob_size(cid).map_err(|error| (None, error)))
        }
        Function::BlobReadAt => {
            let cid = text(from)?;
            let offset = Part::take(from)?;
            let length = Part::take(from)?;
            end(from)?;
            answer(&Component::blob_read_at(cid, offset, length).map_err(|error| (None, error)))
        }
        Function::BlobList => {
            let after = option_text(from)?;
            let limit = Part::take(from)?;
            end(from)?;
            answer(&Component::blob_list(after, limit).map_err(|error| (None, error)))
        }
        Function::RefsGet => {
            let name = text(from)?;
            end(from)?;
            answer(&Component::refs_get(name).map_err(|error| (None, error)))
        }
        Function::RefsList => {
            let prefix = text(from)?;
            let after = option_text(from)?;
            let limit = Part::take(from)?;
            end(from)?;
            answer(&Component::refs_list(prefix, after, limit).map_err(|error| (None, error)))
        }
        Function::MapsGet => {
            let table = text(from)?;
            let key = bytes(from)?;
            end(from)?;
            answer(&Component::maps_get(table, key).map_err(|error| (None, error)))
        }
        Function::MapsGetMany => {
            let table = text(from)?;
            let keys: Vec<Vec<u8>> = Part::take(from)?;
            end(from)?;
            answer(&Component::maps_get_many(table, &keys).map_err(|error| (None, error)))
        }
        Function::MapsHas => {
            let table = text(from)?;
            let key = bytes(from)?;
            end(from)?;
            answer(&Component::maps_has(table, key).map_err(|error| (None, error)))
        }
        Function::MapsPutMany => {
            let table = text(from)?;
            let pairs: Vec<MapPair> = Part::take(from)?;
            end(from)?;
            answer(&Component::maps_put_many(table, pairs).map_err(|error| (None, error)))
        }
        Function::MapsDeleteMany => {
            let table = text(from)?;
            let keys: Vec<Vec<u8>> = Part::take(from)?;
            end(from)?;
            answer(&Component::maps_delete_many(table, &keys).map_err(|error| (None, error)))
        }
        Function::MapsList => {
            let table = text(from)?;
            let range = Part::take(from)?;
            let after = option_text(from)?;
            let limit = Part::take(from)?;
            let direction = Part::take(from)?;
            end(from)?;
            answer(
                &Component::maps_list(table, range, after, limit, direction).map_err(|error| (None, error)),
            )
        }
        Function::MapsScan => {
            let table = text(from)?;
            let range = Part::take(from)?;
            let after = option_text(from)?;
            let limit = Part::take(from)?;
            let direction = Part::take(from)?;
            end(from)?;
            answer(
                &Component::maps_scan(table, range, after, limit, direction).map_err(|error| (None, error)),
            )
        }
        Function::MapsCount => {
            let table = text(from)?;
            end(from)?;
            answer(&Component::maps_count(table).map_err(|error| (None, error)))
        }
        Function::MapsTables => {
            end(from)?;
            answer(&Component::maps_tables().map_err(|error| (None, error)))
        }
        Function::ObjectsRead => {
            let hash = text(from)?;
            end(from)?;
            answer(&Component::objects_read(hash).map_err(|error| (None, error)))
        }
        Function::ObjectsExists => {
            let hash = text(from)?;
            end(from)?;
            answer(&Component::objects_exists(hash).map_err(|error| (None, error)))
        }
        Function::ObjectsWriteBatch => {
            let objects: Vec<(String, Vec<u8>)> = Part::take(from)?;
            end(from)?;
            answer(
                &Component::objects_write_batch(objects).map_err(|refusal| (refusal.index, refusal.reason)),
            )
        }
        Function::ObjectsList => {
            let after = option_text(from)?;
            let limit = Part::take(from)?;
            end(from)?;
            answer(&Component::objects_list(after, limit).map_err(|error| (None, error)))
        }
        Function::ObjectsStats => {
            end(from)?;
            answer(&Component::objects_stats().map_err(|error| (None, error)))
        }
        Function::SessionsRead => {
            let session = text(from)?;
            let segment = text(from)?;
            end(from)?;
            answer(&Component::sessions_read(session, segment).map_err(|error| (None, error)))
        }
        Function::SessionsReadPage => {
            let session = text(from)?;
            let segment = text(from)?;
            let at = Part::take(from)?;
            let limit = Part::take(from)?;
            let direction = Part::take(from)?;
            end(from)?;
            answer(
                &Component::sessions_read_page(session, segment, at, limit, direction)
                    .map_err(|error| (None, error)),
            )
        }
        Function::SessionsEntryCount => {
            let session = text(from)?;
            let segment = text(from)?;
            end(from)?;
            answer(&Component::sessions_entry_count(session, segment).map_err(|error| (None, error)))
        }
        Function::SessionsExists => {
            let session = text(from)?;
            let segment = text(from)?;
            end(from)?;
            answer(&Component::sessions_exists(session, segment).map_err(|error| (None, error)))
        }
        Function::SessionsListSessions => {
            let after = option_text(from)?;
            let limit = Part::take(from)?;
            end(from)?;
            answer(&Component::sessions_list_sessions(after, limit).map_err(|error| (None, error)))
        }
        Function::SessionsListSegments => {
            let session = text(from)?;
            let after = option_text(from)?;
            let limit = Part::take(from)?;
            end(from)?;
            answer(&Component::sessions_list_segments(session, after, limit).map_err(|error| (None, error)))
        }
        Function::SessionsSessionOf => {
            let segment = text(from)?;
            end(from)?;
            answer(&Component::sessions_session_of(segment).map_err(|error| (None, error)))
        }
        Function::SessionsReadTrace => {
            let session = text(from)?;
            let segment = text(from)?;
            let at = Part::take(from)?;
            let limit = Part::take(from)?;
            let direction = Part::take(from)?;
            end(from)?;
            answer(
                &Component::sessions_read_trace(session, segment, at, limit, direction)
                    .map_err(|error| (None, error)),
            )
        }
        Function::SessionsReadLast => {
            let session = text(from)?;
            let segment = text(from)?;
            let limit = Part::take(from)?;
            end(from)?;
            answer(&Component::sessions_read_last(session, segment, limit).map_err(|error| (None, error)))
        }
        Function::SessionsDescribe => {
            let session = text(from)?;
            let segment = text(from)?;
            end(from)?;
            answer(&Component::sessions_describe(session, segment).map_err(|error| (None, error)))
        }
        Function::SnapshotsLoad => {
            let key = text(from)?;
            end(from)?;
            answer(&Component::snapshots_load(key).map_err(|error| (None, error)))
        }
        Function::SnapshotsKeys => {
            let prefix = text(from)?;
            let after = option_text(from)?;
            let limit = Part::take(from)?;
            end(from)?;
            answer(&Component::snapshots_keys(prefix, after, limit).map_err(|error| (None, error)))
        }
        Function::SnapshotsContains => {
            let key = text(from)?;
            end(from)?;
            answer(&Component::snapshots_contains(key).map_err(|error| (None, error)))
        }
        Function::DispatchHandleOp => {
            let op = text(from)?;
            let args = text(from)?;
            end(from)?;
            answer(
                &Component::dispatch_handle_op(op, args).map_err(|refusal| (refusal.index, refusal.reason)),
            )
        }
        Function::DispatchHandleOpBytes => {
            let op = text(from)?;
            let args = bytes(from)?;
            end(from)?;
            answer(
                &Component::dispatch_handle_op_bytes(op, args)
                    .map_err(|refusal| (refusal.index, refusal.reason)),
            )
        }
        Function::AdminSetDurability => {
            let level = Part::take(from)?;
            end(from)?;
            answer(&Component::admin_set_durability(level).map_err(|error| (None, error)))
        }
        Function::AdminFlush => {
            end(from)?;
            answer(&Component::admin_flush().map_err(|error| (None, error)))
        }
        Function::AdminCheckpoint => {
            end(from)?;
            answer(&Component::admin_checkpoint().map_err(|error| (None, error)))
        }
        Function::AdminCheckpointStep => {
            end(from)?;
            answer(&Component::admin_checkpoint_step().map_err(|error| (None, error)))
        }
        Function::AdminVerify => {
            end(from)?;
            answer(&Component::admin_verify().map_err(|error| (None, error)))
        }
        Function::AdminVerifyPart => {
            let part = Part::take(from)?;
            let parts = Part::take(from)?;
            end(from)?;
            answer(&Component::admin_verify_part(part, parts).map_err(|error| (None, error)))
        }
        Function::AdminRepair => {
            end(from)?;
            answer(&Component::admin_repair().map_err(|error| (None, error)))
        }
        Function::AdminStats => {
            end(from)?;
            answer(&Component::admin_stats().map_err(|error| (None, error)))
        }
        Function::AdminConvertStep => {
            let to = Part::take(from)?;
            end(from)?;
            answer(&Component::admin_convert_step(to).map_err(|error| (None, error)))
        }
        Function::AdminCompactStep => {
            end(from)?;
            answer(&Component::admin_compact_step().map_err(|error| (None, error)))
        }
        Function::AdminUsage => {
            let by = Part::take(from)?;
            let after = option_text(from)?;
            let limit = Part::take(from)?;
            end(from)?;
            answer(&Component::admin_usage(by, after, limit).map_err(|error| (None, error)))
        }
    })
}

impl Component {
    pub(crate) fn persist_read(stream: &str) -> Result<Vec<String>, Error> {
        Ok(engine(|engine| engine.read_stream(stream))?)
    }

    pub(crate) fn persist_last_seq(stream: &str) -> Result<u64, Error> {
        Ok(engine(|engine| engine.last_seq(stream))?)
    }

    pub(crate) fn persist_streams() -> Result<Vec<String>, Error> {
        Ok(engine(Engine::streams)?)
    }

    pub(crate) fn persist_kv_get(key: &str) -> Result<Option<String>, Error> {
        Ok(engine(|engine| engine.kv_get(key))?)
    }

    pub(crate) fn persist_kv_has(key: &str) -> Result<bool, Error> {
        Ok(engine(|engine| engine.kv_has(key))?)
    }

    pub(crate) fn persist_kv_keys() -> Result<Vec<String>, Error> {
        Ok(engine(Engine::kv_keys)?)
    }

    pub(crate) fn persist_read_page(
        stream: &str,
        at: Position,
        limit: u32,
        direction: Direction,
    ) -> Result<LinePage, Error> {
        let at = at.into();
        let direction = direction.into();
        Ok(engine(|engine| engine.read_page(stream, &at, limit, direction))?.into())
    }

    pub(crate) fn persist_count(stream: &str) -> Result<u64, Error> {
        Ok(engine(|engine| engine.count(stream))?)
    }

    pub(crate) fn persist_kv_list(prefix: &str, after: Option<&str>, limit: u32) -> Result<EntryPage, Error> {
        Ok(engine(|engine| engine.kv_list(prefix, after, limit))?.into())
    }

    pub(crate) fn persist_list_streams(
        prefix: &str,
        after: Option<&str>,
        limit: u32,
    ) -> Result<NamePage, Error> {
        Ok(engine(|engine| engine.list_streams(prefix, after, limit))?.into())
    }

    pub(crate) fn blob_put(bytes: &[u8]) -> Result<String, Error> {
        Ok(engine(|engine| engine.blob_put(bytes))?)
    }

    pub(crate) fn blob_get(cid: &str) -> Result<Option<Vec<u8>>, Error> {
        Ok(engine(|engine| engine.blob_get(cid))?)
    }

    pub(crate) fn blob_has(cid: &str) -> Result<bool, Error> {
        Ok(engine(|engine| engine.blob_has(cid))?)
    }

    pub(crate) fn blob_size(cid: &str) -> Result<Option<u64>, Error> {
        Ok(engine(|engine| engine.blob_size(cid))?)
    }

    pub(crate) fn blob_read_at(cid: &str, offset: u64, length: u32) -> Result<Option<Vec<u8>>, Error> {
        Ok(engine(|engine| engine.blob_read_at(cid, offset, length))?)
    }

    pub(crate) fn blob_list(after: Option<&str>, limit: u32) -> Result<NamePage, Error> {
        Ok(engine(|engine| engine.blob_list(after, limit))?.into())
    }

    pub(crate) fn refs_get(name: &str) -> Result<Option<String>, Error> {
        Ok(engine(|engine| engine.ref_get(name))?)
    }

    pub(crate) fn refs_list(prefix: &str, after: Option<&str>, limit: u32) -> Result<RefPage, Error> {
        Ok(engine(|engine| engine.ref_list(prefix, after, limit))?.into())
    }

    pub(crate) fn maps_get(table: &str, key: &[u8]) -> Result<Option<MapEntry>, Error> {
        Ok(engine(|engine| engine.map_get(table, key))?.map(Into::into))
    }

    pub(crate) fn maps_get_many(table: &str, keys: &[Vec<u8>]) -> Result<Vec<Option<MapEntry>>, Error> {
        Ok(engine(|engine| engine.map_get_many(table, keys))?
            .into_iter()
            .map(|item| item.map(Into::into))
            .collect())
    }

    pub(crate) fn maps_has(table: &str, key: &[u8]) -> Result<bool, Error> {
        Ok(engine(|engine| engine.map_has(table, key))?)
    }

    pub(crate) fn maps_put_many(table: &str, pairs: Vec<MapPair>) -> Result<u64, Error> {
        let pairs: Vec<_> = pairs.into_iter().map(Into::into).collect();
        Ok(engine(|engine| engine.map_put_many(table, &pairs))?)
    }

    pub(crate) fn maps_delete_many(table: &str, keys: &[Vec<u8>]) -> Result<u64, Error> {
        Ok(engine(|engine| engine.map_delete_many(table, keys))?)
    }

    pub(crate) fn maps_list(
        table: &str,
        range: MapRange,
        after: Option<&str>,
        limit: u32,
        direction: Direction,
    ) -> Result<KeyPage, Error> {
        let range = range.into();
        let direction = direction.into();
        Ok(engine(|engine| engine.map_list(table, &range, after, limit, direction))?.into())
    }

    pub(crate) fn maps_scan(
        table: &str,
        range: MapRange,
        after: Option<&str>,
        limit: u32,
        direction: Direction,
    ) -> Result<MapPage, Error> {
        let range = range.into();
        let direction = direction.into();
        Ok(engine(|engine| engine.map_scan(table, &range, after, limit, direction))?.into())
    }

    pub(crate) fn maps_count(table: &str) -> Result<u64, Error> {
        Ok(engine(|engine| engine.map_count(table))?)
    }

    pub(crate) fn maps_tables() -> Result<Vec<String>, Error> {
        Ok(engine(Engine::map_tables)?)
    }

    pub(crate) fn objects_read(hash: &str) -> Result<Option<Vec<u8>>, Error> {
        Ok(engine(|engine| engine.object_read(hash))?)
    }

    pub(crate) fn objects_exists(hash: &str) -> Result<bool, Error> {
        Ok(engine(|engine| engine.object_exists(hash))?)
    }

    pub(crate) fn objects_write_batch(objects: Vec<(String, Vec<u8>)>) -> Result<(), Refusal> {
        Ok(engine(|engine| engine.object_write_batch(objects))?)
    }

    pub(crate) fn objects_list(after: Option<&str>, limit: u32) -> Result<NamePage, Error> {
        Ok(engine(|engine| engine.object_list(after, limit))?.into())
    }

    pub(crate) fn objects_stats() -> Result<ObjectStats, Error> {
        Ok(engine(Engine::object_stats)?.into())
    }

    pub(crate) fn sessions_read(session: &str, segment: &str) -> Result<Vec<String>, Error> {
        Ok(engine(|engine| engine.session_read(session, segment))?)
    }

    pub(crate) fn sessions_read_page(
        session: &str,
        segment: &str,
        at: Position,
        limit: u32,
        direction: Direction,
    ) -> Result<LinePage, Error> {
        let at = at.into();
        let direction = direction.into();
        Ok(engine(|engine| engine.session_read_page(session, segment, &at, limit, direction))?.into())
    }

    pub(crate) fn sessions_entry_count(session: &str, segment: &str) -> Result<u64, Error> {
        Ok(engine(|engine| engine.session_entry_count(session, segment))?)
    }

    pub(crate) fn sessions_exists(session: &str, segment: &str) -> Result<bool, Error> {
        Ok(engine(|engine| engine.session_exists(session, segment))?)
    }

    pub(crate) fn sessions_list_sessions(after: Option<&str>, limit: u32) -> Result<NamePage, Error> {
        Ok(engine(|engine| engine.session_list(after, limit))?.into())
    }

    pub(crate) fn sessions_list_segments(
        session: &str,
        after: Option<&str>,
        limit: u32,
    ) -> Result<NamePage, Error> {
        Ok(engine(|engine| engine.session_list_segments(session, after, limit))?.into())
    }

    pub(crate) fn sessions_session_of(segment: &str) -> Result<Option<String>, Error> {
        Ok(engine(|engine| engine.session_of(segment))?)
    }

    pub(crate) fn sessions_read_trace(
        session: &str,
        segment: &str,
        at: Position,
        limit: u32,
        direction: Direction,
    ) -> Result<LinePage, Error> {
        let at = at.into();
        let direction = direction.into();
        Ok(engine(|engine| engine.session_read_trace(session, segment, &at, limit, direction))?.into())
    }

    pub(crate) fn sessions_read_last(session: &str, segment: &str, limit: u32) -> Result<LastEntries, Error> {
        Ok(engine(|engine| engine.session_read_last(session, segment, limit))?.into())
    }

    pub(crate) fn sessions_describe(session: &str, segment: &str) -> Result<SegmentDescription, Error> {
        Ok(engine(|engine| engine.session_describe(session, segment))?.into())
    }

    pub(crate) fn snapshots_load(key: &str) -> Result<Option<Vec<u8>>, Error> {
        Ok(engine(|engine| engine.snapshot_load(key))?)
    }

    pub(crate) fn snapshots_keys(prefix: &str, after: Option<&str>, limit: u32) -> Result<NamePage, Error> {
        Ok(engine(|engine| engine.snapshot_keys(prefix, after, limit))?.into())
    }

    pub(crate) fn snapshots_contains(key: &str) -> Result<bool, Error> {
        Ok(engine(|engine| engine.snapshot_contains(key))?)
    }

    pub(crate) fn dispatch_handle_op(op: &str, args: &str) -> Result<Option<String>, Refusal> {
        Ok(engine(|engine| engine.handle_op(op, args))?)
    }

    pub(crate) fn dispatch_handle_op_bytes(op: &str, args: &[u8]) -> Result<Option<Vec<u8>>, Refusal> {
        Ok(engine(|engine| engine.handle_op_bytes(op, args))?)
    }

    pub(crate) fn admin_set_durability(level: Durability) -> Result<(), Error> {
        let level = level.into();
        Ok(engine(|engine| engine.set_durability(level))?)
    }

    pub(crate) fn admin_flush() -> Result<(), Error> {
        Ok(engine(Engine::flush)?)
    }

    pub(crate) fn admin_checkpoint() -> Result<(), Error> {
        Ok(engine(Engine::checkpoint)?)
    }

    pub(crate) fn admin_checkpoint_step() -> Result<bool, Error> {
        Ok(engine(Engine::checkpoint_step)?)
    }

    pub(crate) fn admin_verify() -> Result<Report, Error> {
        Ok(engine(Engine::verify)?.into())
    }

    pub(crate) fn admin_verify_part(part: u32, parts: u32) -> Result<Report, Error> {
        Ok(engine(|engine| engine.verify_part(part, parts))?.into())
    }

    pub(crate) fn admin_repair() -> Result<Report, Error> {
        Ok(engine(Engine::repair)?.into())
    }

    pub(crate) fn admin_stats() -> Result<Vec<Counter>, Error> {
        Ok(engine(Engine::stats)?.into_iter().map(Into::into).collect())
    }

    pub(crate) fn admin_convert_step(to: Layout) -> Result<u64, Error> {
        let to = to.into();
        Ok(engine(|engine| engine.convert_step(to))?)
    }

    pub(crate) fn admin_compact_step() -> Result<u64, Error> {
        Ok(engine(Engine::compact_step)?)
    }

    pub(crate) fn admin_usage(by: UsageBy, after: Option<&str>, limit: u32) -> Result<UsagePage, Error> {
        let by = by.into();
        Ok(engine(|engine| engine.usage(by, after, limit))?.into())
    }
}
