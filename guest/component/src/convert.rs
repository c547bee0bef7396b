//! Core to WIT and back, a type a function.

use crate::bindings::exports::sx::persist::types as wit;
use sx_persist_core as core;

impl From<core::Error> for wit::Error {
    fn from(error: core::Error) -> Self {
        use core::Error as E;
        match error {
            E::InvalidName(reason) => Self::InvalidName(reason.into_owned()),
            E::InvalidValue { offset_bytes, reason } => {
                Self::InvalidValue(wit::AtByte { offset: offset_bytes, reason: reason.into_owned() })
            }
            E::InvalidEvent(reason) => Self::InvalidEvent(reason.into_owned()),
            E::InvalidCid(text) => Self::InvalidCid(text),
            E::InvalidHash(text) => Self::InvalidHash(text),
            E::InvalidArgument(reason) => Self::InvalidArgument(reason.into_owned()),
            E::TooLarge { limit, actual } => Self::TooLarge(wit::Excess { limit, actual }),
            E::Stale { expected, actual } => Self::Stale(wit::Stale { expected, actual }),
            E::Conflict(key) => Self::Conflict(key),
            E::NotFound(name) => Self::NotFound(name),
            E::Corrupt(damage) => Self::Corrupt(damage.into()),
            E::ReadOnly => Self::ReadOnly,
            E::NoSpace(failure) => Self::NoSpace(failure.into()),
            E::Io(failure) => Self::Io(failure.into()),
            E::Closed(failure) => Self::Closed(failure.into()),
            E::OutOfMemory => Self::OutOfMemory,
        }
    }
}

impl From<core::Damage> for wit::Damage {
    fn from(damage: core::Damage) -> Self {
        let core::Damage { file, line, offset_bytes, reason } = damage;
        Self { file, line, offset: offset_bytes, reason: reason.into_owned() }
    }
}

impl From<core::Failure> for wit::Failure {
    fn from(failure: core::Failure) -> Self {
        let core::Failure { step, file, code } = failure;
        Self { step: step.to_owned(), file, code: code.to_owned() }
    }
}

impl From<core::Refusal> for wit::Refusal {
    fn from(refusal: core::Refusal) -> Self {
        let index = refusal.index.and_then(|index| u32::try_from(index).ok());
        Self { index, reason: refusal.reason.into() }
    }
}

impl From<wit::Position> for core::Position {
    fn from(position: wit::Position) -> Self {
        match position {
            wit::Position::Start => Self::Start,
            wit::Position::End => Self::End,
            wit::Position::After(seq) => Self::After(seq),
            wit::Position::Cursor(text) => Self::Cursor(text),
        }
    }
}

impl From<core::LinePage> for wit::LinePage {
    fn from(core::LinePage { lines, through, done }: core::LinePage) -> Self {
        Self { lines, through, done }
    }
}

impl From<core::Page<String>> for wit::NamePage {
    fn from(core::Page { items, through, done }: core::Page<String>) -> Self {
        Self { names: items, through, done }
    }
}

impl From<core::Page<(String, String)>> for wit::EntryPage {
    fn from(page: core::Page<(String, String)>) -> Self {
        let entries = page.items.into_iter().map(|(key, value)| wit::Entry { key, value }).collect();
        Self { entries, through: page.through, done: page.done }
    }
}

impl From<core::Page<(String, String)>> for wit::RefPage {
    fn from(page: core::Page<(String, String)>) -> Self {
        let refs = page.items.into_iter().map(|(name, hash)| wit::RefEntry { name, hash }).collect();
        Self { refs, through: page.through, done: page.done }
    }
}

impl From<core::ObjectStats> for wit::ObjectStats {
    fn from(stats: core::ObjectStats) -> Self {
        let core::ObjectStats { objects, bytes, reads, writes, hits, misses } = stats;
        Self { objects, bytes, reads, writes, hits, misses }
    }
}

impl From<core::LastEntries> for wit::LastEntries {
    fn from(core::LastEntries { index, lines, through }: core::LastEntries) -> Self {
        Self { index, lines, through }
    }
}

impl From<core::SegmentDescription> for wit::SegmentDescription {
    fn from(description: core::SegmentDescription) -> Self {
        let core::SegmentDescription { entries, trace_entries, lsn, meta } = description;
        Self { entries, trace_entries, lsn, meta }
    }
}

impl From<core::Page<core::MapItem>> for wit::MapPage {
    fn from(core::Page { items, through, done }: core::Page<core::MapItem>) -> Self {
        let item = |core::MapItem { key, value, version }| wit::MapItem { key, value, version };
        Self { items: items.into_iter().map(item).collect(), through, done }
    }
}

impl From<core::MapEntry> for wit::MapEntry {
    fn from(core::MapEntry { value, version }: core::MapEntry) -> Self {
        Self { value, version }
    }
}

impl From<wit::MapPair> for core::MapPair {
    fn from(wit::MapPair { key, value }: wit::MapPair) -> Self {
        Self { key, value }
    }
}

impl From<wit::MapRange> for core::MapRange {
    fn from(wit::MapRange { prefix, start, end }: wit::MapRange) -> Self {
        Self { prefix, start, end }
    }
}

impl From<core::Page<Vec<u8>>> for wit::KeyPage {
    fn from(core::Page { items, through, done }: core::Page<Vec<u8>>) -> Self {
        Self { keys: items, through, done }
    }
}

impl From<core::Excess> for wit::Error {
    fn from(core::Excess { limit, actual }: core::Excess) -> Self {
        Self::TooLarge(wit::Excess { limit, actual })
    }
}

impl From<(&str, u64)> for wit::Counter {
    fn from((name, value): (&str, u64)) -> Self {
        Self { name: name.to_owned(), value }
    }
}

impl From<wit::Direction> for core::Direction {
    fn from(direction: wit::Direction) -> Self {
        match direction {
            wit::Direction::Forward => Self::Forward,
            wit::Direction::Backward => Self::Backward,
        }
    }
}

impl From<wit::Expect> for core::Expect {
    fn from(expected: wit::Expect) -> Self {
        match expected {
            wit::Expect::Any => Self::Any,
            wit::Expect::Absent => Self::Absent,
            wit::Expect::Version(version) => Self::Version(version),
        }
    }
}

impl From<wit::ExpectSeq> for core::ExpectSeq {
    fn from(expected: wit::ExpectSeq) -> Self {
        match expected {
            wit::ExpectSeq::Any => Self::Any,
            wit::ExpectSeq::At(seq) => Self::At(seq),
        }
    }
}

impl From<wit::Durability> for core::Durability {
    fn from(level: wit::Durability) -> Self {
        match level {
            wit::Durability::Always => Self::Always,
            wit::Durability::Relaxed => Self::Relaxed,
        }
    }
}

impl From<wit::Layout> for core::Layout {
    fn from(layout: wit::Layout) -> Self {
        match layout {
            wit::Layout::Plain => Self::Plain,
            wit::Layout::Packed => Self::Packed,
        }
    }
}

impl From<wit::UsageBy> for core::UsageBy {
    fn from(by: wit::UsageBy) -> Self {
        match by {
            wit::UsageBy::Keyspaces => Self::Keyspaces,
            wit::UsageBy::Streams => Self::Streams,
            wit::UsageBy::Tables => Self::Tables,
            wit::UsageBy::Sessions => Self::Sessions,
        }
    }
}

impl From<core::Page<core::Usage>> for wit::UsagePage {
    fn from(core::Page { items, through, done }: core::Page<core::Usage>) -> Self {
        let items = items.into_iter().map(wit::Usage::from).collect();
        Self { items, through, done }
    }
}

impl From<core::Usage> for wit::Usage {
    fn from(usage: core::Usage) -> Self {
        let core::Usage { name, items, value_bytes, disk_bytes, garbage_bytes } = usage;
        Self { name, items, value_bytes, disk_bytes, garbage_bytes }
    }
}

impl From<core::Report> for wit::Report {
    fn from(report: core::Report) -> Self {
        let core::Report { logs, events, entries, blobs, bytes, foreign, damaged, findings } = report;
        let findings = findings.into_iter().map(wit::Finding::from).collect();
        Self { logs, events, entries, blobs, bytes, foreign, damaged, findings }
    }
}

impl From<core::Finding> for wit::Finding {
    fn from(finding: core::Finding) -> Self {
        Self { damage: finding.damage.into(), set_aside: finding.set_aside }
    }
}
