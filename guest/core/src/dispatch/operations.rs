//! Generated from `wit/` by `cargo run -p sx-persist-generate`; not edited by hand.
//!
//! The operations of the store, an arm each.

use super::forms::{
    put_counter, put_entry_page, put_key_page, put_last_entries, put_line_page, put_map_entry, put_map_page,
    put_name_page, put_object_stats, put_ref_page, put_report, put_segment_description, put_usage_page,
    take_direction, take_durability, take_expect, take_expect_seq, take_layout, take_map_pair,
    take_map_range, take_position, take_usage_by,
};
use crate::dispatch::{Answer, Argument, Arguments};
use crate::dispatch::{Operations, batch};
use crate::engine::Engine;
use crate::interface::batch::Refusal;
use crate::storage::Storage;

impl<S: Storage> Operations for Engine<S> {
    type Refusal = Refusal;

    #[expect(clippy::too_many_lines, reason = "an arm an operation")]
    fn perform(&mut self, op: &str, arguments: &Arguments<'_>, answer: &mut Answer) -> Result<bool, Refusal> {
        match op {
            "persist/append" => {
                let stream = arguments.get(0, "stream")?.text()?;
                let event = arguments.get(1, "event")?.value()?;
                self.append(&stream, &event)?;
                answer.nil();
            }
            "persist/read" => {
                let stream = arguments.get(0, "stream")?.text()?;
                answer.list(&self.read_stream(&stream)?, |answer, item| {
                    answer.value(item);
                });
            }
            "persist/last-seq" => {
                let stream = arguments.get(0, "stream")?.text()?;
                answer.number(self.last_seq(&stream)?);
            }
            "persist/streams" => {
                answer.list(&self.streams()?, |answer, item| {
                    answer.text(item);
                });
            }
            "persist/truncate" => {
                let stream = arguments.get(0, "stream")?.text()?;
                let Some(upto) = arguments.get(1, "upto")?.number_or_below()? else {
                    self.last_seq(&stream)?;
                    answer.nil();
                    return Ok(true);
                };
                self.truncate(&stream, upto)?;
                answer.nil();
            }
            "persist/kv-get" => {
                let key = arguments.get(0, "key")?.text()?;
                answer.optional(self.kv_get(&key)?.as_deref(), Answer::value);
            }
            "persist/kv-put" => {
                let key = arguments.get(0, "key")?.text()?;
                let value = arguments.get(1, "value")?.value()?;
                self.kv_put(&key, &value)?;
                answer.nil();
            }
            "persist/kv-delete" => {
                let key = arguments.get(0, "key")?.text()?;
                self.kv_delete(&key)?;
                answer.nil();
            }
            "persist/kv-has?" => {
                let key = arguments.get(0, "key")?.text()?;
                answer.flag(self.kv_has(&key)?);
            }
            "persist/kv-keys" => {
                answer.list(&self.kv_keys()?, |answer, item| {
                    answer.text(item);
                });
            }
            "persist/append-expecting" => {
                let stream = arguments.get(0, "stream")?.text()?;
                let expected = arguments.get(1, "expected")?.number()?;
                let events = arguments.get(2, "events")?.list(Argument::value)?;
                answer.number(self.append_expecting(&stream, expected, &events)?);
            }
            "persist/record-event" => {
                let stream = arguments.get(0, "stream")?.text()?;
                let kind = arguments.get(1, "kind")?.text()?;
                let at = arguments.get(2, "at")?.signed()?;
                let data = arguments.get(3, "data")?.value()?;
                let expected = take_expect_seq(&arguments.get(4, "expected")?)?;
                answer.value(&self.record_event(&stream, &kind, at, &data, expected)?);
            }
            "persist/kv-swap" => {
                let key = arguments.get(0, "key")?.text()?;
                let expected = arguments.get(1, "expected")?.optional_value()?;
                let replacement = arguments.get(2, "replacement")?.optional_value()?;
                answer.flag(self.kv_swap(&key, expected.as_deref(), replacement.as_deref())?);
            }
            "persist/read-page" => {
                let stream = arguments.get(0, "stream")?.text()?;
                let at = take_position(&arguments.get(1, "at")?)?;
                let limit = arguments.get(2, "limit")?.small()?;
                let direction = take_direction(&arguments.get(3, "direction")?)?;
                put_line_page(answer, &self.read_page(&stream, &at, limit, direction)?);
            }
            "persist/count" => {
                let stream = arguments.get(0, "stream")?.text()?;
                answer.number(self.count(&stream)?);
            }
            "persist/kv-list" => {
                let prefix = arguments.get(0, "prefix")?.text()?;
                let after = arguments.find(1, "after").optional(Argument::text)?;
                let limit = arguments.get(2, "limit")?.small()?;
                put_entry_page(answer, &self.kv_list(&prefix, after.as_deref(), limit)?);
            }
            "persist/list-streams" => {
                let prefix = arguments.get(0, "prefix")?.text()?;
                let after = arguments.find(1, "after").optional(Argument::text)?;
                let limit = arguments.get(2, "limit")?.small()?;
                put_name_page(answer, &self.list_streams(&prefix, after.as_deref(), limit)?);
            }
            "blob/put" => {
                let bytes = arguments.get(0, "bytes")?.bytes()?;
                answer.text(&self.blob_put(&bytes)?);
            }
            "blob/get" => {
                let cid = arguments.get(0, "cid")?.text()?;
                answer.optional(self.blob_get(&cid)?.as_ref(), |answer, item| {
                    answer.bytes(item);
                });
            }
            "blob/has?" => {
                let cid = arguments.get(0, "cid")?.text()?;
                answer.flag(self.blob_has(&cid)?);
            }
            "blob/size" => {
                let cid = arguments.get(0, "cid")?.text()?;
                answer.optional(self.blob_size(&cid)?.as_ref(), |answer, item| {
                    answer.number(*item);
                });
            }
            "blob/read-at" => {
                let cid = arguments.get(0, "cid")?.text()?;
                let offset = arguments.get(1, "offset")?.number()?;
                let length = arguments.get(2, "length")?.small()?;
                answer.optional(self.blob_read_at(&cid, offset, length)?.as_ref(), |answer, item| {
                    answer.bytes(item);
                });
            }
            "blob/delete" => {
                let cid = arguments.get(0, "cid")?.text()?;
                answer.flag(self.blob_delete(&cid)?);
            }
            "blob/list" => {
                let after = arguments.find(0, "after").optional(Argument::text)?;
                let limit = arguments.get(1, "limit")?.small()?;
                put_name_page(answer, &self.blob_list(after.as_deref(), limit)?);
            }
            "persist/ref/get" => {
                let name = arguments.get(0, "name")?.text()?;
                answer.optional(self.ref_get(&name)?.as_ref(), |answer, item| {
                    answer.text(item);
                });
            }
            "persist/ref/set" => {
                let name = arguments.get(0, "name")?.text()?;
                let hash = arguments.get(1, "hash")?.text()?;
                self.ref_set(&name, &hash)?;
                answer.nil();
            }
            "persist/ref/test-and-set" => {
                let name = arguments.get(0, "name")?.text()?;
                let test = arguments.find(1, "test").optional(Argument::text)?;
                let set = arguments.find(2, "set").optional(Argument::text)?;
                answer.flag(self.ref_test_and_set(&name, test.as_deref(), set.as_deref())?);
            }
            "persist/ref/delete" => {
                let name = arguments.get(0, "name")?.text()?;
                answer.flag(self.ref_delete(&name)?);
            }
            "persist/ref/list" => {
                let prefix = arguments.get(0, "prefix")?.text()?;
                let after = arguments.find(1, "after").optional(Argument::text)?;
                let limit = arguments.get(2, "limit")?.small()?;
                put_ref_page(answer, &self.ref_list(&prefix, after.as_deref(), limit)?);
            }
            "persist/map/get" => {
                let table = arguments.get(0, "table")?.text()?;
                let key = arguments.get(1, "key")?.bytes()?;
                answer.optional(self.map_get(&table, &key)?.as_ref(), |answer, item| {
                    put_map_entry(answer, item);
                });
            }
            "persist/map/get-many" => {
                let table = arguments.get(0, "table")?.text()?;
                let keys = arguments.get(1, "keys")?.list(Argument::bytes)?;
                answer.list(&self.map_get_many(&table, &keys)?, |answer, item| {
                    answer.optional(item.as_ref(), |answer, item| {
                        put_map_entry(answer, item);
                    });
                });
            }
            "persist/map/has" => {
                let table = arguments.get(0, "table")?.text()?;
                let key = arguments.get(1, "key")?.bytes()?;
                answer.flag(self.map_has(&table, &key)?);
            }
            "persist/map/put" => {
                let table = arguments.get(0, "table")?.text()?;
                let key = arguments.get(1, "key")?.bytes()?;
                let value = arguments.get(2, "value")?.bytes()?;
                answer.number(self.map_put(&table, &key, &value)?);
            }
            "persist/map/put-new" => {
                let table = arguments.get(0, "table")?.text()?;
                let key = arguments.get(1, "key")?.bytes()?;
                let value = arguments.get(2, "value")?.bytes()?;
                answer.number(self.map_put_new(&table, &key, &value)?);
            }
            "persist/map/swap" => {
                let table = arguments.get(0, "table")?.text()?;
                let key = arguments.get(1, "key")?.bytes()?;
                let expected = take_expect(&arguments.get(2, "expected")?)?;
                let value = arguments.get(3, "value")?.bytes()?;
                answer.number(self.map_swap(&table, &key, expected, &value)?);
            }
            "persist/map/delete" => {
                let table = arguments.get(0, "table")?.text()?;
                let key = arguments.get(1, "key")?.bytes()?;
                let expected = take_expect(&arguments.get(2, "expected")?)?;
                answer.flag(self.map_delete(&table, &key, expected)?);
            }
            "persist/map/increment" => {
                let table = arguments.get(0, "table")?.text()?;
                let key = arguments.get(1, "key")?.bytes()?;
                let delta = arguments.get(2, "delta")?.signed()?;
                answer.signed(self.map_increment(&table, &key, delta)?);
            }
            "persist/map/put-many" => {
                let table = arguments.get(0, "table")?.text()?;
                let pairs = arguments.get(1, "pairs")?.list(take_map_pair)?;
                answer.number(self.map_put_many(&table, &pairs)?);
            }
            "persist/map/delete-many" => {
                let table = arguments.get(0, "table")?.text()?;
                let keys = arguments.get(1, "keys")?.list(Argument::bytes)?;
                answer.number(self.map_delete_many(&table, &keys)?);
            }
            "persist/map/list" => {
                let table = arguments.get(0, "table")?.text()?;
                let range = take_map_range(&arguments.get(1, "range")?)?;
                let after = arguments.find(2, "after").optional(Argument::text)?;
                let limit = arguments.get(3, "limit")?.small()?;
                let direction = take_direction(&arguments.get(4, "direction")?)?;
                put_key_page(answer, &self.map_list(&table, &range, after.as_deref(), limit, direction)?);
            }
            "persist/map/scan" => {
                let table = arguments.get(0, "table")?.text()?;
                let range = take_map_range(&arguments.get(1, "range")?)?;
                let after = arguments.find(2, "after").optional(Argument::text)?;
                let limit = arguments.get(3, "limit")?.small()?;
                let direction = take_direction(&arguments.get(4, "direction")?)?;
                put_map_page(answer, &self.map_scan(&table, &range, after.as_deref(), limit, direction)?);
            }
            "persist/map/count" => {
                let table = arguments.get(0, "table")?.text()?;
                answer.number(self.map_count(&table)?);
            }
            "persist/map/tables" => {
                answer.list(&self.map_tables()?, |answer, item| {
                    answer.text(item);
                });
            }
            "persist/map/drop-table" => {
                let table = arguments.get(0, "table")?.text()?;
                answer.number(self.map_drop_table(&table)?);
            }
            "persist/object/read" => {
                let hash = arguments.get(0, "hash")?.text()?;
                answer.optional(self.object_read(&hash)?.as_ref(), |answer, item| {
                    answer.bytes(item);
                });
            }
            "persist/object/exists" => {
                let hash = arguments.get(0, "hash")?.text()?;
                answer.flag(self.object_exists(&hash)?);
            }
            "persist/object/write" => {
                let hash = arguments.get(0, "hash")?.text()?;
                let bytes = arguments.get(1, "bytes")?.bytes()?;
                self.object_write(&hash, &bytes)?;
                answer.nil();
            }
            "persist/object/write-batch" => {
                let objects = arguments.get(0, "objects")?.list(|item| {
                    let items = item.items()?;
                    let [part_0, part_1] = &items[..] else { return Err(item.no_case()) };
                    Ok((part_0.text()?, part_1.bytes()?))
                })?;
                self.object_write_batch(objects)?;
                answer.nil();
            }
            "persist/object/delete" => {
                let hash = arguments.get(0, "hash")?.text()?;
                answer.flag(self.object_delete(&hash)?);
            }
            "persist/object/list" => {
                let after = arguments.find(0, "after").optional(Argument::text)?;
                let limit = arguments.get(1, "limit")?.small()?;
                put_name_page(answer, &self.object_list(after.as_deref(), limit)?);
            }
            "persist/object/stats" => {
                put_object_stats(answer, &self.object_stats()?);
            }
            "persist/session/create-segment" => {
                let session = arguments.get(0, "session")?.text()?;
                let segment = arguments.get(1, "segment")?.text()?;
                let entries = arguments.get(2, "entries")?.list(Argument::value)?;
                self.session_create_segment(&session, &segment, &entries)?;
                answer.nil();
            }
            "persist/session/append" => {
                let session = arguments.get(0, "session")?.text()?;
                let segment = arguments.get(1, "segment")?.text()?;
                let entry = arguments.get(2, "entry")?.value()?;
                answer.number(self.session_append(&session, &segment, &entry)?);
            }
            "persist/session/append-expecting" => {
                let session = arguments.get(0, "session")?.text()?;
                let segment = arguments.get(1, "segment")?.text()?;
                let expected = arguments.get(2, "expected")?.number()?;
                let entries = arguments.get(3, "entries")?.list(Argument::value)?;
                answer.number(self.session_append_expecting(&session, &segment, expected, &entries)?);
            }
            "persist/session/read" => {
                let session = arguments.get(0, "session")?.text()?;
                let segment = arguments.get(1, "segment")?.text()?;
                answer.list(&self.session_read(&session, &segment)?, |answer, item| {
                    answer.value(item);
                });
            }
            "persist/session/read-page" => {
                let session = arguments.get(0, "session")?.text()?;
                let segment = arguments.get(1, "segment")?.text()?;
                let at = take_position(&arguments.get(2, "at")?)?;
                let limit = arguments.get(3, "limit")?.small()?;
                let direction = take_direction(&arguments.get(4, "direction")?)?;
                put_line_page(answer, &self.session_read_page(&session, &segment, &at, limit, direction)?);
            }
            "persist/session/entry-count" => {
                let session = arguments.get(0, "session")?.text()?;
                let segment = arguments.get(1, "segment")?.text()?;
                answer.number(self.session_entry_count(&session, &segment)?);
            }
            "persist/session/exists" => {
                let session = arguments.get(0, "session")?.text()?;
                let segment = arguments.get(1, "segment")?.text()?;
                answer.flag(self.session_exists(&session, &segment)?);
            }
            "persist/session/truncate" => {
                let session = arguments.get(0, "session")?.text()?;
                let segment = arguments.get(1, "segment")?.text()?;
                let entries = arguments.get(2, "entries")?.number()?;
                let expected = take_expect_seq(&arguments.get(3, "expected")?)?;
                answer.number(self.session_truncate(&session, &segment, entries, expected)?);
            }
            "persist/session/delete-segment" => {
                let session = arguments.get(0, "session")?.text()?;
                let segment = arguments.get(1, "segment")?.text()?;
                answer.flag(self.session_delete_segment(&session, &segment)?);
            }
            "persist/session/list-sessions" => {
                let after = arguments.find(0, "after").optional(Argument::text)?;
                let limit = arguments.get(1, "limit")?.small()?;
                put_name_page(answer, &self.session_list(after.as_deref(), limit)?);
            }
            "persist/session/list-segments" => {
                let session = arguments.get(0, "session")?.text()?;
                let after = arguments.find(1, "after").optional(Argument::text)?;
                let limit = arguments.get(2, "limit")?.small()?;
                put_name_page(answer, &self.session_list_segments(&session, after.as_deref(), limit)?);
            }
            "persist/session/session-of" => {
                let segment = arguments.get(0, "segment")?.text()?;
                answer.optional(self.session_of(&segment)?.as_ref(), |answer, item| {
                    answer.text(item);
                });
            }
            "persist/session/append-trace" => {
                let session = arguments.get(0, "session")?.text()?;
                let segment = arguments.get(1, "segment")?.text()?;
                let entry = arguments.get(2, "entry")?.value()?;
                answer.number(self.session_append_trace(&session, &segment, &entry)?);
            }
            "persist/session/read-trace" => {
                let session = arguments.get(0, "session")?.text()?;
                let segment = arguments.get(1, "segment")?.text()?;
                let at = take_position(&arguments.get(2, "at")?)?;
                let limit = arguments.get(3, "limit")?.small()?;
                let direction = take_direction(&arguments.get(4, "direction")?)?;
                put_line_page(answer, &self.session_read_trace(&session, &segment, &at, limit, direction)?);
            }
            "persist/session/fork" => {
                let session = arguments.get(0, "session")?.text()?;
                let segment = arguments.get(1, "segment")?.text()?;
                let entries = arguments.find(2, "entries").optional(Argument::number)?;
                let into_session = arguments.get(3, "into-session")?.text()?;
                let into_segment = arguments.get(4, "into-segment")?.text()?;
                answer.number(self.session_fork(
                    &session,
                    &segment,
                    entries,
                    &into_session,
                    &into_segment,
                )?);
            }
            "persist/session/read-last" => {
                let session = arguments.get(0, "session")?.text()?;
                let segment = arguments.get(1, "segment")?.text()?;
                let limit = arguments.get(2, "limit")?.small()?;
                put_last_entries(answer, &self.session_read_last(&session, &segment, limit)?);
            }
            "persist/session/set-meta" => {
                let session = arguments.get(0, "session")?.text()?;
                let segment = arguments.get(1, "segment")?.text()?;
                let meta = arguments.get(2, "meta")?.optional_value()?;
                self.session_set_meta(&session, &segment, meta.as_deref())?;
                answer.nil();
            }
            "persist/session/describe" => {
                let session = arguments.get(0, "session")?.text()?;
                let segment = arguments.get(1, "segment")?.text()?;
                put_segment_description(answer, &self.session_describe(&session, &segment)?);
            }
            "persist/snapshot/persist" => {
                let key = arguments.get(0, "key")?.text()?;
                let blob = arguments.get(1, "blob")?.bytes()?;
                self.snapshot_persist(&key, &blob)?;
                answer.nil();
            }
            "persist/snapshot/persist-marker" => {
                let key = arguments.get(0, "key")?.text()?;
                self.snapshot_persist_marker(&key)?;
                answer.nil();
            }
            "persist/snapshot/delete-marker" => {
                let key = arguments.get(0, "key")?.text()?;
                answer.flag(self.snapshot_delete_marker(&key)?);
            }
            "persist/snapshot/load" => {
                let key = arguments.get(0, "key")?.text()?;
                answer.optional(self.snapshot_load(&key)?.as_ref(), |answer, item| {
                    answer.bytes(item);
                });
            }
            "persist/snapshot/keys" => {
                let prefix = arguments.get(0, "prefix")?.text()?;
                let after = arguments.find(1, "after").optional(Argument::text)?;
                let limit = arguments.get(2, "limit")?.small()?;
                put_name_page(answer, &self.snapshot_keys(&prefix, after.as_deref(), limit)?);
            }
            "persist/snapshot/contains" => {
                let key = arguments.get(0, "key")?.text()?;
                answer.flag(self.snapshot_contains(&key)?);
            }
            "persist/admin/set-durability" => {
                let level = take_durability(&arguments.get(0, "level")?)?;
                self.set_durability(level)?;
                answer.nil();
            }
            "persist/admin/flush" => {
                self.flush()?;
                answer.nil();
            }
            "persist/admin/checkpoint" => {
                self.checkpoint()?;
                answer.nil();
            }
            "persist/admin/checkpoint-step" => {
                answer.flag(self.checkpoint_step()?);
            }
            "persist/admin/verify" => {
                put_report(answer, &self.verify()?);
            }
            "persist/admin/verify-part" => {
                let part = arguments.get(0, "part")?.small()?;
                let parts = arguments.get(1, "parts")?.small()?;
                put_report(answer, &self.verify_part(part, parts)?);
            }
            "persist/admin/repair" => {
                put_report(answer, &self.repair()?);
            }
            "persist/admin/stats" => {
                answer.list(&self.stats()?, |answer, item| {
                    put_counter(answer, item);
                });
            }
            "persist/admin/convert-step" => {
                let to = take_layout(&arguments.get(0, "to")?)?;
                answer.number(self.convert_step(to)?);
            }
            "persist/admin/compact-step" => {
                answer.number(self.compact_step()?);
            }
            "persist/admin/usage" => {
                let by = take_usage_by(&arguments.get(0, "by")?)?;
                let after = arguments.find(1, "after").optional(Argument::text)?;
                let limit = arguments.get(2, "limit")?.small()?;
                put_usage_page(answer, &self.usage(by, after.as_deref(), limit)?);
            }

            "persist/batch/commit" => {
                let committed = self.commit(&batch::operations(arguments)?)?;
                batch::put_committed(answer, &committed);
            }
            "persist/batch/read" => {
                let questions = batch::questions(arguments)?;
                batch::put_moment(answer, &questions, &self.read_moment(&questions)?);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn perform_on_bytes(
        &mut self,
        op: &str,
        arguments: &Arguments<'_>,
        answer: &mut Answer,
    ) -> Result<bool, Refusal> {
        match op {
            "persist/read" => {
                let events = self.read_stream_bytes(&arguments.get(0, "stream")?.bytes()?)?;
                answer.list(&events, |answer, event| answer.canonical(event));
            }
            "persist/kv-get" => {
                let value = self.kv_get_bytes(&arguments.get(0, "key")?.bytes()?)?;
                answer.optional(value.as_deref(), Answer::canonical);
            }
            _ => return self.perform(op, arguments, answer),
        }
        Ok(true)
    }
}
