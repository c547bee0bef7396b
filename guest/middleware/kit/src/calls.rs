//! Generated from `wit/` by `cargo run -p sx-persist-generate`; not edited by hand.
//!
//! Calls that come as bytes: each is performed by the function that is exported under its name.

use crate::bindings::exports::sx::persist::{
    admin, blob, dispatch, maps, objects, persist, refs, sessions, snapshots,
};
use sx_persist_wire::{Function, Malformed, answer, arguments, called};

#[expect(clippy::too_many_lines, reason = "an arm a function")]
pub(crate) fn perform<
    C: persist::Guest
        + blob::Guest
        + refs::Guest
        + maps::Guest
        + objects::Guest
        + sessions::Guest
        + snapshots::Guest
        + dispatch::Guest
        + admin::Guest,
>(
    call: &[u8],
) -> Result<Vec<u8>, Malformed> {
    let (function, given) = called(call)?;
    Ok(match function {
        Function::PersistRead => {
            let (stream,) = arguments(given)?;
            answer(&<C as persist::Guest>::read(stream).map_err(|error| (None, error)))
        }
        Function::PersistLastSeq => {
            let (stream,) = arguments(given)?;
            answer(&<C as persist::Guest>::last_seq(stream).map_err(|error| (None, error)))
        }
        Function::PersistStreams => {
            let () = arguments(given)?;
            answer(&<C as persist::Guest>::streams().map_err(|error| (None, error)))
        }
        Function::PersistKvGet => {
            let (key,) = arguments(given)?;
            answer(&<C as persist::Guest>::kv_get(key).map_err(|error| (None, error)))
        }
        Function::PersistKvHas => {
            let (key,) = arguments(given)?;
            answer(&<C as persist::Guest>::kv_has(key).map_err(|error| (None, error)))
        }
        Function::PersistKvKeys => {
            let () = arguments(given)?;
            answer(&<C as persist::Guest>::kv_keys().map_err(|error| (None, error)))
        }
        Function::PersistReadPage => {
            let (stream, at, limit, direction) = arguments(given)?;
            answer(
                &<C as persist::Guest>::read_page(stream, at, limit, direction)
                    .map_err(|error| (None, error)),
            )
        }
        Function::PersistCount => {
            let (stream,) = arguments(given)?;
            answer(&<C as persist::Guest>::count(stream).map_err(|error| (None, error)))
        }
        Function::PersistKvList => {
            let (prefix, after, limit) = arguments(given)?;
            answer(&<C as persist::Guest>::kv_list(prefix, after, limit).map_err(|error| (None, error)))
        }
        Function::PersistListStreams => {
            let (prefix, after, limit) = arguments(given)?;
            answer(&<C as persist::Guest>::list_streams(prefix, after, limit).map_err(|error| (None, error)))
        }
        Function::BlobPut => {
            let (bytes,) = arguments(given)?;
            answer(&<C as blob::Guest>::put(bytes).map_err(|error| (None, error)))
        }
        Function::BlobGet => {
            let (cid,) = arguments(given)?;
            answer(&<C as blob::Guest>::get(cid).map_err(|error| (None, error)))
        }
        Function::BlobHas => {
            let (cid,) = arguments(given)?;
            answer(&<C as blob::Guest>::has(cid).map_err(|error| (None, error)))
        }
        Function::BlobSize => {
            let (cid,) = arguments(given)?;
            answer(&<C as blob::Guest>::size(cid).map_err(|error| (None, error)))
        }
        Function::BlobReadAt => {
            let (cid, offset, length) = arguments(given)?;
            answer(&<C as blob::Guest>::read_at(cid, offset, length).map_err(|error| (None, error)))
        }
        Function::BlobList => {
            let (after, limit) = arguments(given)?;
            answer(&<C as blob::Guest>::list(after, limit).map_err(|error| (None, error)))
        }
        Function::RefsGet => {
            let (name,) = arguments(given)?;
            answer(&<C as refs::Guest>::get(name).map_err(|error| (None, error)))
        }
        Function::RefsList => {
            let (prefix, after, limit) = arguments(given)?;
            answer(&<C as refs::Guest>::list(prefix, after, limit).map_err(|error| (None, error)))
        }
        Function::MapsGet => {
            let (table, key) = arguments(given)?;
            answer(&<C as maps::Guest>::get(table, key).map_err(|error| (None, error)))
        }
        Function::MapsGetMany => {
            let (table, keys) = arguments(given)?;
            answer(&<C as maps::Guest>::get_many(table, keys).map_err(|error| (None, error)))
        }
        Function::MapsHas => {
            let (table, key) = arguments(given)?;
            answer(&<C as maps::Guest>::has(table, key).map_err(|error| (None, error)))
        }
        Function::MapsPutMany => {
            let (table, pairs) = arguments(given)?;
            answer(&<C as maps::Guest>::put_many(table, pairs).map_err(|error| (None, error)))
        }
        Function::MapsDeleteMany => {
            let (table, keys) = arguments(given)?;
            answer(&<C as maps::Guest>::delete_many(table, keys).map_err(|error| (None, error)))
        }
        Function::MapsList => {
            let (table, range, after, limit, direction) = arguments(given)?;
            answer(
                &<C as maps::Guest>::list(table, range, after, limit, direction)
                    .map_err(|error| (None, error)),
            )
        }
        Function::MapsScan => {
            let (table, range, after, limit, direction) = arguments(given)?;
            answer(
                &<C as maps::Guest>::scan(table, range, after, limit, direction)
                    .map_err(|error| (None, error)),
            )
        }
        Function::MapsCount => {
            let (table,) = arguments(given)?;
            answer(&<C as maps::Guest>::count(table).map_err(|error| (None, error)))
        }
        Function::MapsTables => {
            let () = arguments(given)?;
            answer(&<C as maps::Guest>::tables().map_err(|error| (None, error)))
        }
        Function::ObjectsRead => {
            let (hash,) = arguments(given)?;
            answer(&<C as objects::Guest>::read(hash).map_err(|error| (None, error)))
        }
        Function::ObjectsExists => {
            let (hash,) = arguments(given)?;
            answer(&<C as objects::Guest>::exists(hash).map_err(|error| (None, error)))
        }
        Function::ObjectsWriteBatch => {
            let (objects,) = arguments(given)?;
            answer(
                &<C as objects::Guest>::write_batch(objects)
                    .map_err(|refusal| (refusal.index, refusal.reason)),
            )
        }
        Function::ObjectsList => {
            let (after, limit) = arguments(given)?;
            answer(&<C as objects::Guest>::list(after, limit).map_err(|error| (None, error)))
        }
        Function::ObjectsStats => {
            let () = arguments(given)?;
            answer(&<C as objects::Guest>::stats().map_err(|error| (None, error)))
        }
        Function::SessionsRead => {
            let (session, segment) = arguments(given)?;
            answer(&<C as sessions::Guest>::read(session, segment).map_err(|error| (None, error)))
        }
        Function::SessionsReadPage => {
            let (session, segment, at, limit, direction) = arguments(given)?;
            answer(
                &<C as sessions::Guest>::read_page(session, segment, at, limit, direction)
                    .map_err(|error| (None, error)),
            )
        }
        Function::SessionsEntryCount => {
            let (session, segment) = arguments(given)?;
            answer(&<C as sessions::Guest>::entry_count(session, segment).map_err(|error| (None, error)))
        }
        Function::SessionsExists => {
            let (session, segment) = arguments(given)?;
            answer(&<C as sessions::Guest>::exists(session, segment).map_err(|error| (None, error)))
        }
        Function::SessionsListSessions => {
            let (after, limit) = arguments(given)?;
            answer(&<C as sessions::Guest>::list_sessions(after, limit).map_err(|error| (None, error)))
        }
        Function::SessionsListSegments => {
            let (session, after, limit) = arguments(given)?;
            answer(
                &<C as sessions::Guest>::list_segments(session, after, limit).map_err(|error| (None, error)),
            )
        }
        Function::SessionsSessionOf => {
            let (segment,) = arguments(given)?;
            answer(&<C as sessions::Guest>::session_of(segment).map_err(|error| (None, error)))
        }
        Function::SessionsReadTrace => {
            let (session, segment, at, limit, direction) = arguments(given)?;
            answer(
                &<C as sessions::Guest>::read_trace(session, segment, at, limit, direction)
                    .map_err(|error| (None, error)),
            )
        }
        Function::SessionsReadLast => {
            let (session, segment, limit) = arguments(given)?;
            answer(&<C as sessions::Guest>::read_last(session, segment, limit).map_err(|error| (None, error)))
        }
        Function::SessionsDescribe => {
            let (session, segment) = arguments(given)?;
            answer(&<C as sessions::Guest>::describe(session, segment).map_err(|error| (None, error)))
        }
        Function::SnapshotsLoad => {
            let (key,) = arguments(given)?;
            answer(&<C as snapshots::Guest>::load(key).map_err(|error| (None, error)))
        }
        Function::SnapshotsKeys => {
            let (prefix, after, limit) = arguments(given)?;
            answer(&<C as snapshots::Guest>::keys(prefix, after, limit).map_err(|error| (None, error)))
        }
        Function::SnapshotsContains => {
            let (key,) = arguments(given)?;
            answer(&<C as snapshots::Guest>::contains(key).map_err(|error| (None, error)))
        }
        Function::DispatchHandleOp => {
            let (op, args) = arguments(given)?;
            answer(
                &<C as dispatch::Guest>::handle_op(op, args)
                    .map_err(|refusal| (refusal.index, refusal.reason)),
            )
        }
        Function::DispatchHandleOpBytes => {
            let (op, args) = arguments(given)?;
            answer(
                &<C as dispatch::Guest>::handle_op_bytes(op, args)
                    .map_err(|refusal| (refusal.index, refusal.reason)),
            )
        }
        Function::AdminSetDurability => {
            let (level,) = arguments(given)?;
            answer(&<C as admin::Guest>::set_durability(level).map_err(|error| (None, error)))
        }
        Function::AdminFlush => {
            let () = arguments(given)?;
            answer(&<C as admin::Guest>::flush().map_err(|error| (None, error)))
        }
        Function::AdminCheckpoint => {
            let () = arguments(given)?;
            answer(&<C as admin::Guest>::checkpoint().map_err(|error| (None, error)))
        }
        Function::AdminCheckpointStep => {
            let () = arguments(given)?;
            answer(&<C as admin::Guest>::checkpoint_step().map_err(|error| (None, error)))
        }
        Function::AdminVerify => {
            let () = arguments(given)?;
            answer(&<C as admin::Guest>::verify().map_err(|error| (None, error)))
        }
        Function::AdminVerifyPart => {
            let (part, parts) = arguments(given)?;
            answer(&<C as admin::Guest>::verify_part(part, parts).map_err(|error| (None, error)))
        }
        Function::AdminRepair => {
            let () = arguments(given)?;
            answer(&<C as admin::Guest>::repair().map_err(|error| (None, error)))
        }
        Function::AdminStats => {
            let () = arguments(given)?;
            answer(&<C as admin::Guest>::stats().map_err(|error| (None, error)))
        }
        Function::AdminConvertStep => {
            let (to,) = arguments(given)?;
            answer(&<C as admin::Guest>::convert_step(to).map_err(|error| (None, error)))
        }
        Function::AdminCompactStep => {
            let () = arguments(given)?;
            answer(&<C as admin::Guest>::compact_step().map_err(|error| (None, error)))
        }
        Function::AdminUsage => {
            let (by, after, limit) = arguments(given)?;
            answer(&<C as admin::Guest>::usage(by, after, limit).map_err(|error| (None, error)))
        }
    })
}
