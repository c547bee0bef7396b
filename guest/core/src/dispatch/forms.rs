//! Generated from `wit/` by `cargo run -p sx-persist-generate`; not edited by hand.
//!
//! Records and cases, out of SX text and into it.

use crate::base::format::Layout;
use crate::dispatch::{Answer, Argument};
use crate::engine::Durability;
use crate::engine::listing::{Direction, Page};
use crate::engine::report::{Finding, Report};
use crate::error::{Damage, Result};
use crate::interface::maps::{MapItem, MapPair, MapRange};
use crate::interface::objects::ObjectStats;
use crate::interface::sessions::{LastEntries, SegmentDescription};
use crate::interface::streams::{LinePage, Position};
use crate::interface::usage::{Usage, UsageBy};
use sx_persist_wire::{Expect, ExpectSeq, MapEntry};

pub(super) fn take_expect_seq(from: &Argument<'_>) -> Result<ExpectSeq> {
    let (case, held) = from.case()?;
    Ok(match (&case[..], held) {
        ("any", None) => ExpectSeq::Any,
        ("at", Some(held)) => ExpectSeq::At(held.number()?),
        _ => return Err(from.no_case()),
    })
}

pub(super) fn take_position(from: &Argument<'_>) -> Result<Position> {
    let (case, held) = from.case()?;
    Ok(match (&case[..], held) {
        ("start", None) => Position::Start,
        ("end", None) => Position::End,
        ("after", Some(held)) => Position::After(held.number()?),
        ("cursor", Some(held)) => Position::Cursor(held.text()?),
        _ => return Err(from.no_case()),
    })
}

pub(super) fn take_direction(from: &Argument<'_>) -> Result<Direction> {
    Ok(match &from.text()?[..] {
        "forward" => Direction::Forward,
        "backward" => Direction::Backward,
        _ => return Err(from.no_case()),
    })
}

pub(super) fn take_expect(from: &Argument<'_>) -> Result<Expect> {
    let (case, held) = from.case()?;
    Ok(match (&case[..], held) {
        ("any", None) => Expect::Any,
        ("absent", None) => Expect::Absent,
        ("version", Some(held)) => Expect::Version(held.number()?),
        _ => return Err(from.no_case()),
    })
}

pub(super) fn take_map_pair(from: &Argument<'_>) -> Result<MapPair> {
    let [key, value] = from.fields(["key", "value"])?;
    Ok(MapPair { key: key.bytes()?, value: value.bytes()? })
}

pub(super) fn take_map_range(from: &Argument<'_>) -> Result<MapRange> {
    let [prefix, start, end] = from.fields(["prefix", "start", "end"])?;
    Ok(MapRange {
        prefix: prefix.bytes()?,
        start: start.optional(Argument::bytes)?,
        end: end.optional(Argument::bytes)?,
    })
}

pub(super) fn take_durability(from: &Argument<'_>) -> Result<Durability> {
    Ok(match &from.text()?[..] {
        "always" => Durability::Always,
        "relaxed" => Durability::Relaxed,
        _ => return Err(from.no_case()),
    })
}

pub(super) fn take_layout(from: &Argument<'_>) -> Result<Layout> {
    Ok(match &from.text()?[..] {
        "plain" => Layout::Plain,
        "packed" => Layout::Packed,
        _ => return Err(from.no_case()),
    })
}

pub(super) fn take_usage_by(from: &Argument<'_>) -> Result<UsageBy> {
    Ok(match &from.text()?[..] {
        "keyspaces" => UsageBy::Keyspaces,
        "streams" => UsageBy::Streams,
        "tables" => UsageBy::Tables,
        "sessions" => UsageBy::Sessions,
        _ => return Err(from.no_case()),
    })
}

pub(super) fn put_line_page(answer: &mut Answer, it: &LinePage) {
    answer.begin();
    answer.key("done");
    answer.flag(it.done);
    answer.key("lines");
    answer.lines(&it.lines);
    answer.key("through");
    answer.text(&it.through);
    answer.end();
}

pub(super) fn put_entry_page(answer: &mut Answer, it: &Page<(String, String)>) {
    answer.begin();
    answer.key("done");
    answer.flag(it.done);
    answer.key("entries");
    answer.list(&it.items, |answer, item| {
        put_entry(answer, item);
    });
    answer.key("through");
    answer.text(&it.through);
    answer.end();
}

pub(super) fn put_entry(answer: &mut Answer, it: &(String, String)) {
    answer.begin();
    answer.key("key");
    answer.text(&it.0);
    answer.key("value");
    answer.value(&it.1);
    answer.end();
}

pub(super) fn put_name_page(answer: &mut Answer, it: &Page<String>) {
    answer.begin();
    answer.key("done");
    answer.flag(it.done);
    answer.key("names");
    answer.list(&it.items, |answer, item| {
        answer.text(item);
    });
    answer.key("through");
    answer.text(&it.through);
    answer.end();
}

pub(super) fn put_ref_page(answer: &mut Answer, it: &Page<(String, String)>) {
    answer.begin();
    answer.key("done");
    answer.flag(it.done);
    answer.key("refs");
    answer.list(&it.items, |answer, item| {
        put_ref_entry(answer, item);
    });
    answer.key("through");
    answer.text(&it.through);
    answer.end();
}

pub(super) fn put_ref_entry(answer: &mut Answer, it: &(String, String)) {
    answer.begin();
    answer.key("hash");
    answer.text(&it.1);
    answer.key("name");
    answer.text(&it.0);
    answer.end();
}

pub(super) fn put_map_entry(answer: &mut Answer, it: &MapEntry) {
    answer.begin();
    answer.key("value");
    answer.bytes(&it.value);
    answer.key("version");
    answer.number(it.version);
    answer.end();
}

pub(super) fn put_key_page(answer: &mut Answer, it: &Page<Vec<u8>>) {
    answer.begin();
    answer.key("done");
    answer.flag(it.done);
    answer.key("keys");
    answer.list(&it.items, |answer, item| {
        answer.bytes(item);
    });
    answer.key("through");
    answer.text(&it.through);
    answer.end();
}

pub(super) fn put_map_page(answer: &mut Answer, it: &Page<MapItem>) {
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

pub(super) fn put_map_item(answer: &mut Answer, it: &MapItem) {
    answer.begin();
    answer.key("key");
    answer.bytes(&it.key);
    answer.key("value");
    answer.bytes(&it.value);
    answer.key("version");
    answer.number(it.version);
    answer.end();
}

pub(super) fn put_object_stats(answer: &mut Answer, it: &ObjectStats) {
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

pub(super) fn put_last_entries(answer: &mut Answer, it: &LastEntries) {
    answer.begin();
    answer.key("index");
    answer.number(it.index);
    answer.key("lines");
    answer.lines(&it.lines);
    answer.key("through");
    answer.text(&it.through);
    answer.end();
}

pub(super) fn put_segment_description(answer: &mut Answer, it: &SegmentDescription) {
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

pub(super) fn put_report(answer: &mut Answer, it: &Report) {
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

pub(super) fn put_finding(answer: &mut Answer, it: &Finding) {
    answer.begin();
    answer.key("damage");
    put_damage(answer, &it.damage);
    answer.key("set-aside");
    answer.optional(it.set_aside.as_ref(), |answer, item| {
        answer.text(item);
    });
    answer.end();
}

pub(super) fn put_damage(answer: &mut Answer, it: &Damage) {
    answer.begin();
    answer.key("file");
    answer.text(&it.file);
    answer.key("line");
    answer.optional(it.line.as_ref(), |answer, item| {
        answer.number(*item);
    });
    answer.key("offset");
    answer.number(it.offset_bytes);
    answer.key("reason");
    answer.text(&it.reason);
    answer.end();
}

pub(super) fn put_counter(answer: &mut Answer, it: &(&str, u64)) {
    answer.begin();
    answer.key("name");
    answer.text(it.0);
    answer.key("value");
    answer.number(it.1);
    answer.end();
}

pub(super) fn put_usage_page(answer: &mut Answer, it: &Page<Usage>) {
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

pub(super) fn put_usage(answer: &mut Answer, it: &Usage) {
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
