//! Generated from `wit/` by `cargo run -p sx-persist-generate`; not edited by hand.
//!
//! The operations of a middleware, an arm each.

use super::{All, On};
use crate::batch::Batch;
use crate::below::Writers;
use crate::interfaces::{Admin, Blob, Maps, Objects, Persist, Refs, Sessions, Snapshots};
use crate::types::{
    Counter, Damage, Direction, Durability, Entry, EntryPage, Expect, ExpectSeq, Finding, KeyPage,
    LastEntries, Layout, LinePage, MapEntry, MapItem, MapPage, MapPair, MapRange, NamePage, ObjectStats,
    Position, RefEntry, RefPage, Refusal, Report, SegmentDescription, Usage, UsageBy, UsagePage,
};
use sx_persist_core::dispatch::{self, Answer, Argument, Arguments, Operations};

type Result<T> = std::result::Result<T, sx_persist_core::Error>;

impl<M: All> Operations for On<M> {
    type Refusal = Refusal;

    #[expect(clippy::too_many_lines, reason = "an arm an operation")]
    fn perform(
        &mut self,
        op: &str,
        arguments: &Arguments<'_>,
        answer: &mut Answer,
    ) -> std::result::Result<bool, Refusal> {
        match op {
            "persist/append" => {
                let stream = arguments.get(0, "stream")?.text()?;
                let event = arguments.get(1, "event")?.value()?;
                <M as Persist>::append(stream, event)?;
                answer.nil();
            }
            "persist/read" => {
                let stream = arguments.get(0, "stream")?.text()?;
                answer.list(&<M as Persist>::read(stream)?, |answer, item| {
                    answer.value(item);
                });
            }
            "persist/last-seq" => {
                let stream = arguments.get(0, "stream")?.text()?;
                answer.number(<M as Persist>::last_seq(stream)?);
            }
            "persist/streams" => {
                answer.list(&<M as Persist>::streams()?, |answer, item| {
                    answer.text(item);
                });
            }
            "persist/truncate" => {
                let stream = arguments.get(0, "stream")?.text()?;
                let Some(upto) = arguments.get(1, "upto")?.number_or_below()? else {
                    <M as Persist>::last_seq(stream)?;
                    answer.nil();
                    return Ok(true);
                };
                <M as Persist>::truncate(stream, upto)?;
                answer.nil();
            }
            "persist/kv-get" => {
                let key = arguments.get(0, "key")?.text()?;
                answer.optional(<M as Persist>::kv_get(key)?.as_deref(), Answer::value);
            }
            "persist/kv-put" => {
                let key = arguments.get(0, "key")?.text()?;
                let value = arguments.get(1, "value")?.value()?;
                <M as Persist>::kv_put(key, value)?;
                answer.nil();
            }
            "persist/kv-delete" => {
                let key = arguments.get(0, "key")?.text()?;
                <M as Persist>::kv_delete(key)?;
                answer.nil();
            }
            "persist/kv-has?" => {
                let key = arguments.get(0, "key")?.text()?;
                answer.flag(<M as Persist>::kv_has(key)?);
            }
            "persist/kv-keys" => {
                answer.list(&<M as Persist>::kv_keys()?, |answer, item| {
                    answer.text(item);
                });
            }
            "persist/append-expecting" => {
                let stream = arguments.get(0, "stream")?.text()?;
                let expected = arguments.get(1, "expected")?.number()?;
                let events = arguments.get(2, "events")?.list(Argument::value)?;
                answer.number(<M as Persist>::append_expecting(stream, expected, events)?);
            }
            "persist/record-event" => {
                let stream = arguments.get(0, "stream")?.text()?;
                let kind = arguments.get(1, "kind")?.text()?;
                let at = arguments.get(2, "at")?.signed()?;
                let data = arguments.get(3, "data")?.value()?;
                let expected = take_expect_seq(&arguments.get(4, "expected")?)?;
                answer.value(&<M as Persist>::record_event(stream, kind, at, data, expected)?);
            }
            "persist/kv-swap" => {
                let key = arguments.get(0, "key")?.text()?;
                let expected = arguments.get(1, "expected")?.optional_value()?;
                let replacement = arguments.get(2, "replacement")?.optional_value()?;
                answer.flag(<M as Persist>::kv_swap(key, expected, replacement)?);
            }
            "persist/read-page" => {
                let stream = arguments.get(0, "stream")?.text()?;
                let at = take_position(&arguments.get(1, "at")?)?;
                let limit = arguments.get(2, "limit")?.small()?;
                let direction = take_direction(&arguments.get(3, "direction")?)?;
                put_line_page(answer, &<M as Persist>::read_page(stream, at, limit, direction)?);
            }
            "persist/count" => {
                let stream = arguments.get(0, "stream")?.text()?;
                answer.number(<M as Persist>::count(stream)?);
            }
            "persist/kv-list" => {
                let prefix = arguments.get(0, "prefix")?.text()?;
                let after = arguments.find(1, "after").optional(Argument::text)?;
                let limit = arguments.get(2, "limit")?.small()?;
                put_entry_page(answer, &<M as Persist>::kv_list(prefix, after, limit)?);
            }
            "persist/list-streams" => {
                let prefix = arguments.get(0, "prefix")?.text()?;
                let after = arguments.find(1, "after").optional(Argument::text)?;
                let limit = arguments.get(2, "limit")?.small()?;
                put_name_page(answer, &<M as Persist>::list_streams(prefix, after, limit)?);
            }
            "blob/put" => {
                let bytes = arguments.get(0, "bytes")?.bytes()?;
                answer.text(&<M as Blob>::put(bytes)?);
            }
            "blob/get" => {
                let cid = arguments.get(0, "cid")?.text()?;
                answer.optional(<M as Blob>::get(cid)?.as_ref(), |answer, item| {
                    answer.bytes(item);
                });
            }
            "blob/has?" => {
                let cid = arguments.get(0, "cid")?.text()?;
                answer.flag(<M as Blob>::has(cid)?);
            }
            "blob/size" => {
                let cid = arguments.get(0, "cid")?.text()?;
                answer.optional(<M as Blob>::size(cid)?.as_ref(), |answer, item| {
                    answer.number(*item);
                });
            }
            "blob/read-at" => {
                let cid = arguments.get(0, "cid")?.text()?;
                let offset = arguments.get(1, "offset")?.number()?;
                let length = arguments.get(2, "length")?.small()?;
                answer.optional(<M as Blob>::read_at(cid, offset, length)?.as_ref(), |answer, item| {
                    answer.bytes(item);
                });
            }
            "blob/delete" => {
                let cid = arguments.get(0, "cid")?.text()?;
                answer.flag(<M as Blob>::delete(cid)?);
            }
            "blob/list" => {
                let after = arguments.find(0, "after").optional(Argument::text)?;
                let limit = arguments.get(1, "limit")?.small()?;
                put_name_page(answer, &<M as Blob>::list(after, limit)?);
            }
            "persist/ref/get" => {
                let name = arguments.get(0, "name")?.text()?;
                answer.optional(<M as Refs>::get(name)?.as_ref(), |answer, item| {
                    answer.text(item);
                });
            }
            "persist/ref/set" => {
                let name = arguments.get(0, "name")?.text()?;
                let hash = arguments.get(1, "hash")?.text()?;
                <M as Refs>::set(name, hash)?;
                answer.nil();
            }
            "persist/ref/test-and-set" => {
                let name = arguments.get(0, "name")?.text()?;
                let test = arguments.find(1, "test").optional(Argument::text)?;
                let set = arguments.find(2, "set").optional(Argument::text)?;
                answer.flag(<M as Refs>::test_and_set(name, test, set)?);
            }
            "persist/ref/delete" => {
                let name = arguments.get(0, "name")?.text()?;
                answer.flag(<M as Refs>::delete(name)?);
            }
            "persist/ref/list" => {
                let prefix = arguments.get(0, "prefix")?.text()?;
                let after = arguments.find(1, "after").optional(Argument::text)?;
                let limit = arguments.get(2, "limit")?.small()?;
                put_ref_page(answer, &<M as Refs>::list(prefix, after, limit)?);
            }
            "persist/map/get" => {
                let table = arguments.get(0, "table")?.text()?;
                let key = arguments.get(1, "key")?.bytes()?;
                answer.optional(<M as Maps>::get(table, key)?.as_ref(), |answer, item| {
                    put_map_entry(answer, item);
                });
            }
            "persist/map/get-many" => {
                let table = arguments.get(0, "table")?.text()?;
                let keys = arguments.get(1, "keys")?.list(Argument::bytes)?;
                answer.list(&<M as Maps>::get_many(table, keys)?, |answer, item| {
                    answer.optional(item.as_ref(), |answer, item| {
                        put_map_entry(answer, item);
                    });
                });
            }
            "persist/map/has" => {
                let table = arguments.get(0, "table")?.text()?;
                let key = arguments.get(1, "key")?.bytes()?;
                answer.flag(<M as Maps>::has(table, key)?);
            }
            "persist/map/put" => {
                let table = arguments.get(0, "table")?.text()?;
                let key = arguments.get(1, "key")?.bytes()?;
                let value = arguments.get(2, "value")?.bytes()?;
                answer.number(<M as Maps>::put(table, key, value)?);
            }
            "persist/map/put-new" => {
                let table = arguments.get(0, "table")?.text()?;
                let key = arguments.get(1, "key")?.bytes()?;
                let value = arguments.get(2, "value")?.bytes()?;
                answer.number(<M as Maps>::put_new(table, key, value)?);
            }
            "persist/map/swap" => {
                let table = arguments.get(0, "table")?.text()?;
                let key = arguments.get(1, "key")?.bytes()?;
                let expected = take_expect(&arguments.get(2, "expected")?)?;
                let value = arguments.get(3, "value")?.bytes()?;
                answer.number(<M as Maps>::swap(table, key, expected, value)?);
            }
            "persist/map/delete" => {
                let table = arguments.get(0, "table")?.text()?;
                let key = arguments.get(1, "key")?.bytes()?;
                let expected = take_expect(&arguments.get(2, "expected")?)?;
                answer.flag(<M as Maps>::delete(table, key, expected)?);
            }
            "persist/map/increment" => {
                let table = arguments.get(0, "table")?.text()?;
                let key = arguments.get(1, "key")?.bytes()?;
                let delta = arguments.get(2, "delta")?.signed()?;
                answer.signed(<M as Maps>::increment(table, key, delta)?);
            }
            "persist/map/put-many" => {
                let table = arguments.get(0, "table")?.text()?;
                let pairs = arguments.get(1, "pairs")?.list(take_map_pair)?;
                answer.number(<M as Maps>::put_many(table, pairs)?);
            }
            "persist/map/delete-many" => {
                let table = arguments.get(0, "table")?.text()?;
                let keys = arguments.get(1, "keys")?.list(Argument::bytes)?;
                answer.number(<M as Maps>::delete_many(table, keys)?);
            }
            "persist/map/list" => {
                let table = arguments.get(0, "table")?.text()?;
                let range = take_map_range(&arguments.get(1, "range")?)?;
                let after = arguments.find(2, "after").optional(Argument::text)?;
                let limit = arguments.get(3, "limit")?.small()?;
                let direction = take_direction(&arguments.get(4, "direction")?)?;
                put_key_page(answer, &<M as Maps>::list(table, range, after, limit, direction)?);
            }
            "persist/map/scan" => {
                let table = arguments.get(0, "table")?.text()?;
                let range = take_map_range(&arguments.get(1, "range")?)?;
                let after = arguments.find(2, "after").optional(Argument::text)?;
                let limit = arguments.get(3, "limit")?.small()?;
                let direction = take_direction(&arguments.get(4, "direction")?)?;
                put_map_page(answer, &<M as Maps>::scan(table, range, after, limit, direction)?);
            }
            "persist/map/count" => {
                let table = arguments.get(0, "table")?.text()?;
                answer.number(<M as Maps>::count(table)?);
            }
            "persist/map/tables" => {
                answer.list(&<M as Maps>::tables()?, |answer, item| {
                    answer.text(item);
                });
            }
            "persist/map/drop-table" => {
                let table = arguments.get(0, "table")?.text()?;
                answer.number(<M as Maps>::drop_table(table)?);
            }
            "persist/object/read" => {
                let hash = arguments.get(0, "hash")?.text()?;
                answer.optional(<M as Objects>::read(hash)?.as_ref(), |answer, item| {
                    answer.bytes(item);
                });
            }
            "persist/object/exists" => {
                let hash = arguments.get(0, "hash")?.text()?;
                answer.flag(<M as Objects>::exists(hash)?);
            }
            "persist/object/write" => {
                let hash = arguments.get(0, "hash")?.text()?;
                let bytes = arguments.get(1, "bytes")?.bytes()?;
                <M as Objects>::write(hash, bytes)?;
                answer.nil();
            }
            "persist/object/write-batch" => {
                let objects = arguments.get(0, "objects")?.list(|item| {
                    let items = item.items()?;
                    let [part_0, part_1] = &items[..] else { return Err(item.no_case()) };
                    Ok((part_0.text()?, part_1.bytes()?))
                })?;
                <M as Objects>::write_batch(objects)?;
                answer.nil();
            }
            "persist/object/delete" => {
                let hash = arguments.get(0, "hash")?.text()?;
                answer.flag(<M as Objects>::delete(hash)?);
            }
            "persist/object/list" => {
                let after = arguments.find(0, "after").optional(Argument::text)?;
                let limit = arguments.get(1, "limit")?.small()?;
                put_name_page(answer, &<M as Objects>::list(after, limit)?);
            }
            "persist/object/stats" => {
                put_object_stats(answer, &<M as Objects>::stats()?);
            }
            "persist/session/create-segment" => {
                let session = arguments.get(0, "session")?.text()?;
                let segment = arguments.get(1, "segment")?.text()?;
                let entries = arguments.get(2, "entries")?.list(Argument::value)?;
                <M as Sessions>::create_segment(session, segment, entries)?;
                answer.nil();
            }
            "persist/session/append" => {
                let session = arguments.get(0, "session")?.text()?;
                let segment = arguments.get(1, "segment")?.text()?;
                let entry = arguments.get(2, "entry")?.value()?;
                answer.number(<M as Sessions>::append(session, segment, entry)?);
            }
            "persist/session/append-expecting" => {
                let session = arguments.get(0, "session")?.text()?;
                let segment = arguments.get(1, "segment")?.text()?;
                let expected = arguments.get(2, "expected")?.number()?;
                let entries = arguments.get(3, "entries")?.list(Argument::value)?;
                answer.number(<M as Sessions>::append_expecting(session, segment, expected, entries)?);
            }
            "persist/session/read" => {
                let session = arguments.get(0, "session")?.text()?;
                let segment = arguments.get(1, "segment")?.text()?;
                answer.list(&<M as Sessions>::read(session, segment)?, |answer, item| {
                    answer.value(item);
                });
            }
            "persist/session/read-page" => {
                let session = arguments.get(0, "session")?.text()?;
                let segment = arguments.get(1, "segment")?.text()?;
                let at = take_position(&arguments.get(2, "at")?)?;
                let limit = arguments.get(3, "limit")?.small()?;
                let direction = take_direction(&arguments.get(4, "direction")?)?;
                put_line_page(answer, &<M as Sessions>::read_page(session, segment, at, limit, direction)?);
            }
            "persist/session/entry-count" => {
                let session = arguments.get(0, "session")?.text()?;
                let segment = arguments.get(1, "segment")?.text()?;
                answer.number(<M as Sessions>::entry_count(session, segment)?);
            }
            "persist/session/exists" => {
                let session = arguments.get(0, "session")?.text()?;
                let segment = arguments.get(1, "segment")?.text()?;
                answer.flag(<M as Sessions>::exists(session, segment)?);
            }
            "persist/session/truncate" => {
                let session = arguments.get(0, "session")?.text()?;
                let segment = arguments.get(1, "segment")?.text()?;
                let entries = arguments.get(2, "entries")?.number()?;
                let expected = take_expect_seq(&arguments.get(3, "expected")?)?;
                answer.number(<M as Sessions>::truncate(session, segment, entries, expected)?);
            }
            "persist/session/delete-segment" => {
                let session = arguments.get(0, "session")?.text()?;
                let segment = arguments.get(1, "segment")?.text()?;
                answer.flag(<M as Sessions>::delete_segment(session, segment)?);
            }
            "persist/session/list-sessions" => {
                let after = arguments.find(0, "after").optional(Argument::text)?;
                let limit = arguments.get(1, "limit")?.small()?;
                put_name_page(answer, &<M as Sessions>::list_sessions(after, limit)?);
            }
            "persist/session/list-segments" => {
                let session = arguments.get(0, "session")?.text()?;
                let after = arguments.find(1, "after").optional(Argument::text)?;
                let limit = arguments.get(2, "limit")?.small()?;
                put_name_page(answer, &<M as Sessions>::list_segments(session, after, limit)?);
            }
            "persist/session/session-of" => {
                let segment = arguments.get(0, "segment")?.text()?;
                answer.optional(<M as Sessions>::session_of(segment)?.as_ref(), |answer, item| {
                    answer.text(item);
                });
            }
            "persist/session/append-trace" => {
                let session = arguments.get(0, "session")?.text()?;
                let segment = arguments.get(1, "segment")?.text()?;
                let entry = arguments.get(2, "entry")?.value()?;
                answer.number(<M as Sessions>::append_trace(session, segment, entry)?);
            }
            "persist/session/read-trace" => {
                let session = arguments.get(0, "session")?.text()?;
                let segment = arguments.get(1, "segment")?.text()?;
                let at = take_position(&arguments.get(2, "at")?)?;
                let limit = arguments.get(3, "limit")?.small()?;
                let direction = take_direction(&arguments.get(4, "direction")?)?;
                put_line_page(answer, &<M as Sessions>::read_trace(session, segment, at, limit, direction)?);
            }
            "persist/session/fork" => {
                let session = arguments.get(0, "session")?.text()?;
                let segment = arguments.get(1, "segment")?.text()?;
                let entries = arguments.find(2, "entries").optional(Argument::number)?;
                let into_session = arguments.get(3, "into-session")?.text()?;
                let into_segment = arguments.get(4, "into-segment")?.text()?;
                answer.number(<M as Sessions>::fork(session, segment, entries, into_session, into_segment)?);
            }
            "persist/session/read-last" => {
                let session = arguments.get(0, "session")?.text()?;
                let segment = arguments.get(1, "segment")?.text()?;
                let limit = arguments.get(2, "limit")?.small()?;
                put_last_entries(answer, &<M as Sessions>::read_last(session, segment, limit)?);
            }
            "persist/session/set-meta" => {
                let session = arguments.get(0, "session")?.text()?;
                let segment = arguments.get(1, "segment")?.text()?;
                let meta = arguments.get(2, "meta")?.optional_value()?;
                <M as Sessions>::set_meta(session, segment, meta)?;
                answer.nil();
            }
            "persist/session/describe" => {
                let session = arguments.get(0, "session")?.text()?;
                let segment = arguments.get(1, "segment")?.text()?;
                put_segment_description(answer, &<M as Sessions>::describe(session, segment)?);
            }
            "persist/snapshot/persist" => {
                let key = arguments.get(0, "key")?.text()?;
                let blob = arguments.get(1, "blob")?.bytes()?;
                <M as Snapshots>::persist(key, blob)?;
                answer.nil();
            }
            "persist/snapshot/persist-marker" => {
                let key = arguments.get(0, "key")?.text()?;
                <M as Snapshots>::persist_marker(key)?;
                answer.nil();
            }
            "persist/snapshot/delete-marker" => {
                let key = arguments.get(0, "key")?.text()?;
                answer.flag(<M as Snapshots>::delete_marker(key)?);
            }
            "persist/snapshot/load" => {
                let key = arguments.get(0, "key")?.text()?;
                answer.optional(<M as Snapshots>::load(key)?.as_ref(), |answer, item| {
                    answer.bytes(item);
                });
            }
            "persist/snapshot/keys" => {
                let prefix = arguments.get(0, "prefix")?.text()?;
                let after = arguments.find(1, "after").optional(Argument::text)?;
                let limit = arguments.get(2, "limit")?.small()?;
                put_name_page(answer, &<M as Snapshots>::keys(prefix, after, limit)?);
            }
            "persist/snapshot/contains" => {
                let key = arguments.get(0, "key")?.text()?;
                answer.flag(<M as Snapshots>::contains(key)?);
            }
            "persist/admin/set-durability" => {
                let level = take_durability(&arguments.get(0, "level")?)?;
                <M as Admin>::set_durability(level)?;
                answer.nil();
            }
            "persist/admin/flush" => {
                <M as Admin>::flush()?;
                answer.nil();
            }
            "persist/admin/checkpoint" => {
                <M as Admin>::checkpoint()?;
                answer.nil();
            }
            "persist/admin/checkpoint-step" => {
                answer.flag(<M as Admin>::checkpoint_step()?);
            }
            "persist/admin/verify" => {
                put_report(answer, &<M as Admin>::verify()?);
            }
            "persist/admin/verify-part" => {
                let part = arguments.get(0, "part")?.small()?;
                let parts = arguments.get(1, "parts")?.small()?;
                put_report(answer, &<M as Admin>::verify_part(part, parts)?);
            }
            "persist/admin/repair" => {
                put_report(answer, &<M as Admin>::repair()?);
            }
            "persist/admin/stats" => {
                answer.list(&<M as Admin>::stats()?, |answer, item| {
                    put_counter(answer, item);
                });
            }
            "persist/admin/convert-step" => {
                let to = take_layout(&arguments.get(0, "to")?)?;
                answer.number(<M as Admin>::convert_step(to)?);
            }
            "persist/admin/compact-step" => {
                answer.number(<M as Admin>::compact_step()?);
            }
            "persist/admin/usage" => {
                let by = take_usage_by(&arguments.get(0, "by")?)?;
                let after = arguments.find(1, "after").optional(Argument::text)?;
                let limit = arguments.get(2, "limit")?.small()?;
                put_usage_page(answer, &<M as Admin>::usage(by, after, limit)?);
            }

            "persist/batch/commit" => {
                let operations = dispatch::operations(arguments)?;
                let committed = <M as Batch>::commit(operations, &mut Writers::default())?;
                dispatch::put_committed(answer, &committed);
            }
            "persist/batch/read" => {
                let questions = dispatch::questions(arguments)?;
                let moment = <M as Batch>::read(questions.clone())?;
                dispatch::put_moment(answer, &questions, &moment);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

fn take_expect_seq(from: &Argument<'_>) -> Result<ExpectSeq> {
    let (case, held) = from.case()?;
    Ok(match (&case[..], held) {
        ("any", None) => ExpectSeq::Any,
        ("at", Some(held)) => ExpectSeq::At(held.number()?),
        _ => return Err(from.no_case()),
    })
}

fn take_position(from: &Argument<'_>) -> Result<Position> {
    let (case, held) = from.case()?;
    Ok(match (&case[..], held) {
        ("start", None) => Position::Start,
        ("end", None) => Position::End,
        ("after", Some(held)) => Position::After(held.number()?),
        ("cursor", Some(held)) => Position::Cursor(held.text()?),
        _ => return Err(from.no_case()),
    })
}

fn take_direction(from: &Argument<'_>) -> Result<Direction> {
    Ok(match &from.text()?[..] {
        "forward" => Direction::Forward,
        "backward" => Direction::Backward,
        _ => return Err(from.no_case()),
    })
}

fn take_expect(from: &Argument<'_>) -> Result<Expect> {
    let (case, held) = from.case()?;
    Ok(match (&case[..], held) {
        ("any", None) => Expect::Any,
        ("absent", None) => Expect::Absent,
        ("version", Some(held)) => Expect::Version(held.number()?),
        _ => return Err(from.no_case()),
    })
}

fn take_map_pair(from: &Argument<'_>) -> Result<MapPair> {
    let [key, value] = from.fields(["key", "value"])?;
    Ok(MapPair { key: key.bytes()?, value: value.bytes()? })
}

fn take_map_range(from: &Argument<'_>) -> Result<MapRange> {
    let [prefix, start, end] = from.fields(["prefix", "start", "end"])?;
    Ok(MapRange {
        prefix: prefix.bytes()?,
        start: start.optional(Argument::bytes)?,
        end: end.optional(Argument::bytes)?,
    })
}

fn take_durability(from: &Argument<'_>) -> Result<Durability> {
    Ok(match &from.text()?[..] {
        "always" => Durability::Always,
        "relaxed" => Durability::Relaxed,
        _ => return Err(from.no_case()),
    })
}

fn take_layout(from: &Argument<'_>) -> Result<Layout> {
    Ok(match &from.text()?[..] {
        "plain" => Layout::Plain,
        "packed" => Layout::Packed,
        _ => return Err(from.no_case()),
    })
}

fn take_usage_by(from: &Argument<'_>) -> Result<UsageBy> {
    Ok(match &from.text()?[..] {
        "keyspaces" => UsageBy::Keyspaces,
        "streams" => UsageBy::Streams,
        "tables" => UsageBy::Tables,
        "sessions" => UsageBy::Sessions,
        _ => return Err(from.no_case()),
    })
}

fn put_line_page(answer: &mut Answer, it: &LinePage) {
    answer.begin();
    answer.key("done");
    answer.flag(it.done);
    answer.key("lines");
    answer.lines(&it.lines);
    answer.key("through");
    answer.text(&it.through);
    answer.end();
}

fn put_entry_page(answer: &mut Answer, it: &EntryPage) {
    answer.begin();
    answer.key("done");
    answer.flag(it.done);
    answer.key("entries");
    answer.list(&it.entries, |answer, item| {
        put_entry(answer, item);
    });
    answer.key("through");
    answer.text(&it.through);
    answer.end();
}

fn put_entry(answer: &mut Answer, it: &Entry) {
    answer.begin();
    answer.key("key");
    answer.text(&it.key);
    answer.key("value");
    answer.value(&it.value);
    answer.end();
}

fn put_name_page(answer: &mut Answer, it: &NamePage) {
    answer.begin();
    answer.key("done");
    answer.flag(it.done);
    answer.key("names");
    answer.list(&it.names, |answer, item| {
        answer.text(item);
    });
    answer.key("through");
    answer.text(&it.through);
    answer.end();
}

fn put_ref_page(answer: &mut Answer, it: &RefPage) {
    answer.begin();
    answer.key("done");
    answer.flag(it.done);
    answer.key("refs");
    answer.list(&it.refs, |answer, item| {
        put_ref_entry(answer, item);
    });
    answer.key("through");
    answer.text(&it.through);
    answer.end();
}

fn put_ref_entry(answer: &mut Answer, it: &RefEntry) {
    answer.begin();
    answer.key("hash");
    answer.text(&it.hash);
    answer.key("name");
    answer.text(&it.name);
    answer.end();
}

fn put_map_entry(answer: &mut Answer, it: &MapEntry) {
    answer.begin();
    answer.key("value");
    answer.bytes(&it.value);
    answer.key("version");
    answer.number(it.version);
    answer.end();
}

fn put_key_page(answer: &mut Answer, it: &KeyPage) {
    answer.begin();
    answer.key("done");
    answer.flag(it.done);
    answer.key("keys");
    answer.list(&it.keys, |answer, item| {
        answer.bytes(item);
    });
    answer.key("through");
    answer.text(&it.through);
    answer.end();
}

fn put_map_page(answer: &mut Answer, it: &MapPage) {
    answer.begin();
    answer.key("done");
    answer.flag(it.done);
    answer.key("items");
    answer.list(&it.items, |answer, item| {
        put_map_item(answer, item);
    });
    answer.key("through");
    answer.text(&it.through);
    answer.end();
}

fn put_map_item(answer: &mut Answer, it: &MapItem) {
    answer.begin();
    answer.key("key");
    answer.bytes(&it.key);
    answer.key("value");
    answer.bytes(&it.value);
    answer.key("version");
    answer.number(it.version);
    answer.end();
}

fn put_object_stats(answer: &mut Answer, it: &ObjectStats) {
    answer.begin();
    answer.key("bytes");
    answer.number(it.bytes);
    answer.key("hits");
    answer.number(it.hits);
    answer.key("misses");
    answer.number(it.misses);
    answer.key("objects");
    answer.number(it.objects);
    answer.key("reads");
    answer.number(it.reads);
    answer.key("writes");
    answer.number(it.writes);
    answer.end();
}

fn put_last_entries(answer: &mut Answer, it: &LastEntries) {
    answer.begin();
    answer.key("index");
    answer.number(it.index);
    answer.key("lines");
    answer.lines(&it.lines);
    answer.key("through");
    answer.text(&it.through);
    answer.end();
}

fn put_segment_description(answer: &mut Answer, it: &SegmentDescription) {
    answer.begin();
    answer.key("entries");
    answer.number(it.entries);
    answer.key("lsn");
    answer.number(it.lsn);
    answer.key("meta");
    answer.optional_value(it.meta.as_deref());
    answer.key("trace-entries");
    answer.number(it.trace_entries);
    answer.end();
}

fn put_report(answer: &mut Answer, it: &Report) {
    answer.begin();
    answer.key("blobs");
    answer.number(it.blobs);
    answer.key("bytes");
    answer.number(it.bytes);
    answer.key("damaged");
    answer.number(it.damaged);
    answer.key("entries");
    answer.number(it.entries);
    answer.key("events");
    answer.number(it.events);
    answer.key("findings");
    answer.list(&it.findings, |answer, item| {
        put_finding(answer, item);
    });
    answer.key("foreign");
    answer.number(it.foreign);
    answer.key("logs");
    answer.number(it.logs);
    answer.end();
}

fn put_finding(answer: &mut Answer, it: &Finding) {
    answer.begin();
    answer.key("damage");
    put_damage(answer, &it.damage);
    answer.key("set-aside");
    answer.optional(it.set_aside.as_ref(), |answer, item| {
        answer.text(item);
    });
    answer.end();
}

fn put_damage(answer: &mut Answer, it: &Damage) {
    answer.begin();
    answer.key("file");
    answer.text(&it.file);
    answer.key("line");
    answer.optional(it.line.as_ref(), |answer, item| {
        answer.number(*item);
    });
    answer.key("offset");
    answer.number(it.offset);
    answer.key("reason");
    answer.text(&it.reason);
    answer.end();
}

fn put_counter(answer: &mut Answer, it: &Counter) {
    answer.begin();
    answer.key("name");
    answer.text(&it.name);
    answer.key("value");
    answer.number(it.value);
    answer.end();
}

fn put_usage_page(answer: &mut Answer, it: &UsagePage) {
    answer.begin();
    answer.key("done");
    answer.flag(it.done);
    answer.key("items");
    answer.list(&it.items, |answer, item| {
        put_usage(answer, item);
    });
    answer.key("through");
    answer.text(&it.through);
    answer.end();
}

fn put_usage(answer: &mut Answer, it: &Usage) {
    answer.begin();
    answer.key("disk-bytes");
    answer.number(it.disk_bytes);
    answer.key("garbage-bytes");
    answer.number(it.garbage_bytes);
    answer.key("items");
    answer.number(it.items);
    answer.key("name");
    answer.text(&it.name);
    answer.key("value-bytes");
    answer.number(it.value_bytes);
    answer.end();
}
