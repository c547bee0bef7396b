//! Generated from `wit/` by `cargo run -p sx-persist-generate`; not edited by hand.
//!
//! The types of the interfaces as nothing but Rust has them, and what each function takes and answers.

use super::draw::{Check, Draw, Random};
use sx_persist_wire::Function;
use types::{
    AtByte, Counter, Damage, Detail, Direction, Durability, Entry, EntryPage, Error, Excess, Expect,
    ExpectSeq, Fact, Failure, Finding, KeyPage, LastEntries, Layout, LinePage, MapEntry, MapItem, MapPage,
    MapPair, MapRange, NamePage, ObjectStats, Position, RefEntry, RefPage, Refusal, Report,
    SegmentDescription, Stale, Usage, UsageBy, UsagePage,
};

pub(crate) mod types {
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct AtByte {
        pub(crate) offset: u64,
        pub(crate) reason: String,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Counter {
        pub(crate) name: String,
        pub(crate) value: u64,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Damage {
        pub(crate) file: String,
        pub(crate) line: Option<u64>,
        pub(crate) offset: u64,
        pub(crate) reason: String,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Detail {
        pub(crate) code: String,
        pub(crate) message: String,
        pub(crate) facts: Vec<Fact>,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) enum Direction {
        Forward,
        Backward,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) enum Durability {
        Always,
        Relaxed,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Entry {
        pub(crate) key: String,
        pub(crate) value: String,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct EntryPage {
        pub(crate) entries: Vec<Entry>,
        pub(crate) through: String,
        pub(crate) done: bool,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) enum Error {
        InvalidName(String),
        InvalidValue(AtByte),
        InvalidEvent(String),
        InvalidCid(String),
        InvalidHash(String),
        InvalidArgument(String),
        TooLarge(Excess),
        Stale(Stale),
        Conflict(String),
        NotFound(String),
        Corrupt(Damage),
        ReadOnly,
        NoSpace(Failure),
        Io(Failure),
        Closed(Failure),
        OutOfMemory,
        Gone(u64),
        Quota(Excess),
        Other(Detail),
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Excess {
        pub(crate) limit: u64,
        pub(crate) actual: u64,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) enum Expect {
        Any,
        Absent,
        Version(u64),
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) enum ExpectSeq {
        Any,
        At(u64),
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Fact {
        pub(crate) name: String,
        pub(crate) value: String,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Failure {
        pub(crate) step: String,
        pub(crate) file: String,
        pub(crate) code: String,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Finding {
        pub(crate) damage: Damage,
        pub(crate) set_aside: Option<String>,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct KeyPage {
        pub(crate) keys: Vec<Vec<u8>>,
        pub(crate) through: String,
        pub(crate) done: bool,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct LastEntries {
        pub(crate) index: u64,
        pub(crate) lines: String,
        pub(crate) through: String,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) enum Layout {
        Plain,
        Packed,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct LinePage {
        pub(crate) lines: String,
        pub(crate) through: String,
        pub(crate) done: bool,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct MapEntry {
        pub(crate) value: Vec<u8>,
        pub(crate) version: u64,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct MapItem {
        pub(crate) key: Vec<u8>,
        pub(crate) value: Vec<u8>,
        pub(crate) version: u64,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct MapPage {
        pub(crate) items: Vec<MapItem>,
        pub(crate) through: String,
        pub(crate) done: bool,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct MapPair {
        pub(crate) key: Vec<u8>,
        pub(crate) value: Vec<u8>,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct MapRange {
        pub(crate) prefix: Vec<u8>,
        pub(crate) start: Option<Vec<u8>>,
        pub(crate) end: Option<Vec<u8>>,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct NamePage {
        pub(crate) names: Vec<String>,
        pub(crate) through: String,
        pub(crate) done: bool,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct ObjectStats {
        pub(crate) objects: u64,
        pub(crate) bytes: u64,
        pub(crate) reads: u64,
        pub(crate) writes: u64,
        pub(crate) hits: u64,
        pub(crate) misses: u64,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) enum Position {
        Start,
        End,
        After(u64),
        Cursor(String),
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct RefEntry {
        pub(crate) name: String,
        pub(crate) hash: String,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct RefPage {
        pub(crate) refs: Vec<RefEntry>,
        pub(crate) through: String,
        pub(crate) done: bool,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Refusal {
        pub(crate) index: Option<u32>,
        pub(crate) reason: Error,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Report {
        pub(crate) logs: u64,
        pub(crate) events: u64,
        pub(crate) entries: u64,
        pub(crate) blobs: u64,
        pub(crate) bytes: u64,
        pub(crate) foreign: u64,
        pub(crate) damaged: u64,
        pub(crate) findings: Vec<Finding>,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct SegmentDescription {
        pub(crate) entries: u64,
        pub(crate) trace_entries: u64,
        pub(crate) lsn: u64,
        pub(crate) meta: Option<String>,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Stale {
        pub(crate) expected: u64,
        pub(crate) actual: u64,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct Usage {
        pub(crate) name: String,
        pub(crate) items: u64,
        pub(crate) value_bytes: u64,
        pub(crate) disk_bytes: u64,
        pub(crate) garbage_bytes: u64,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) enum UsageBy {
        Keyspaces,
        Streams,
        Tables,
        Sessions,
    }

    #[derive(Clone, Debug, PartialEq, Eq)]
    pub(crate) struct UsagePage {
        pub(crate) items: Vec<Usage>,
        pub(crate) through: String,
        pub(crate) done: bool,
    }
}

sx_persist_wire::parts!(types);

/// Tells of each function what it takes and what it answers.
#[expect(clippy::match_same_arms, clippy::too_many_lines, reason = "an arm a function")]
pub(crate) fn each(function: Function, check: &mut impl Check) {
    match function {
        Function::PersistRead => {
            check.call::<(String,), Vec<String>>(function);
        }
        Function::PersistLastSeq => {
            check.call::<(String,), u64>(function);
        }
        Function::PersistStreams => {
            check.call::<(), Vec<String>>(function);
        }
        Function::PersistKvGet => {
            check.call::<(String,), Option<String>>(function);
        }
        Function::PersistKvHas => {
            check.call::<(String,), bool>(function);
        }
        Function::PersistKvKeys => {
            check.call::<(), Vec<String>>(function);
        }
        Function::PersistReadPage => {
            check.call::<(String, Position, u32, Direction), LinePage>(function);
        }
        Function::PersistCount => {
            check.call::<(String,), u64>(function);
        }
        Function::PersistKvList => {
            check.call::<(String, Option<String>, u32), EntryPage>(function);
        }
        Function::PersistListStreams => {
            check.call::<(String, Option<String>, u32), NamePage>(function);
        }
        Function::BlobPut => {
            check.call::<(Vec<u8>,), String>(function);
        }
        Function::BlobGet => {
            check.call::<(String,), Option<Vec<u8>>>(function);
        }
        Function::BlobHas => {
            check.call::<(String,), bool>(function);
        }
        Function::BlobSize => {
            check.call::<(String,), Option<u64>>(function);
        }
        Function::BlobReadAt => {
            check.call::<(String, u64, u32), Option<Vec<u8>>>(function);
        }
        Function::BlobList => {
            check.call::<(Option<String>, u32), NamePage>(function);
        }
        Function::RefsGet => {
            check.call::<(String,), Option<String>>(function);
        }
        Function::RefsList => {
            check.call::<(String, Option<String>, u32), RefPage>(function);
        }
        Function::MapsGet => {
            check.call::<(String, Vec<u8>), Option<MapEntry>>(function);
        }
        Function::MapsGetMany => {
            check.call::<(String, Vec<Vec<u8>>), Vec<Option<MapEntry>>>(function);
        }
        Function::MapsHas => {
            check.call::<(String, Vec<u8>), bool>(function);
        }
        Function::MapsPutMany => {
            check.call::<(String, Vec<MapPair>), u64>(function);
        }
        Function::MapsDeleteMany => {
            check.call::<(String, Vec<Vec<u8>>), u64>(function);
        }
        Function::MapsList => {
            check.call::<(String, MapRange, Option<String>, u32, Direction), KeyPage>(function);
        }
        Function::MapsScan => {
            check.call::<(String, MapRange, Option<String>, u32, Direction), MapPage>(function);
        }
        Function::MapsCount => {
            check.call::<(String,), u64>(function);
        }
        Function::MapsTables => {
            check.call::<(), Vec<String>>(function);
        }
        Function::ObjectsRead => {
            check.call::<(String,), Option<Vec<u8>>>(function);
        }
        Function::ObjectsExists => {
            check.call::<(String,), bool>(function);
        }
        Function::ObjectsWriteBatch => {
            check.call::<(Vec<(String, Vec<u8>)>,), ()>(function);
        }
        Function::ObjectsList => {
            check.call::<(Option<String>, u32), NamePage>(function);
        }
        Function::ObjectsStats => {
            check.call::<(), ObjectStats>(function);
        }
        Function::SessionsRead => {
            check.call::<(String, String), Vec<String>>(function);
        }
        Function::SessionsReadPage => {
            check.call::<(String, String, Position, u32, Direction), LinePage>(function);
        }
        Function::SessionsEntryCount => {
            check.call::<(String, String), u64>(function);
        }
        Function::SessionsExists => {
            check.call::<(String, String), bool>(function);
        }
        Function::SessionsListSessions => {
            check.call::<(Option<String>, u32), NamePage>(function);
        }
        Function::SessionsListSegments => {
            check.call::<(String, Option<String>, u32), NamePage>(function);
        }
        Function::SessionsSessionOf => {
            check.call::<(String,), Option<String>>(function);
        }
        Function::SessionsReadTrace => {
            check.call::<(String, String, Position, u32, Direction), LinePage>(function);
        }
        Function::SessionsReadLast => {
            check.call::<(String, String, u32), LastEntries>(function);
        }
        Function::SessionsDescribe => {
            check.call::<(String, String), SegmentDescription>(function);
        }
        Function::SnapshotsLoad => {
            check.call::<(String,), Option<Vec<u8>>>(function);
        }
        Function::SnapshotsKeys => {
            check.call::<(String, Option<String>, u32), NamePage>(function);
        }
        Function::SnapshotsContains => {
            check.call::<(String,), bool>(function);
        }
        Function::DispatchHandleOp => {
            check.call::<(String, String), Option<String>>(function);
        }
        Function::DispatchHandleOpBytes => {
            check.call::<(String, Vec<u8>), Option<Vec<u8>>>(function);
        }
        Function::AdminSetDurability => {
            check.call::<(Durability,), ()>(function);
        }
        Function::AdminFlush => {
            check.call::<(), ()>(function);
        }
        Function::AdminCheckpoint => {
            check.call::<(), ()>(function);
        }
        Function::AdminCheckpointStep => {
            check.call::<(), bool>(function);
        }
        Function::AdminVerify => {
            check.call::<(), Report>(function);
        }
        Function::AdminVerifyPart => {
            check.call::<(u32, u32), Report>(function);
        }
        Function::AdminRepair => {
            check.call::<(), Report>(function);
        }
        Function::AdminStats => {
            check.call::<(), Vec<Counter>>(function);
        }
        Function::AdminConvertStep => {
            check.call::<(Layout,), u64>(function);
        }
        Function::AdminCompactStep => {
            check.call::<(), u64>(function);
        }
        Function::AdminUsage => {
            check.call::<(UsageBy, Option<String>, u32), UsagePage>(function);
        }
    }
}

impl Draw for AtByte {
    fn draw(random: &mut Random) -> Self {
        Self { offset: Draw::draw(random), reason: Draw::draw(random) }
    }
}

impl Draw for Counter {
    fn draw(random: &mut Random) -> Self {
        Self { name: Draw::draw(random), value: Draw::draw(random) }
    }
}

impl Draw for Damage {
    fn draw(random: &mut Random) -> Self {
        Self {
            file: Draw::draw(random),
            line: Draw::draw(random),
            offset: Draw::draw(random),
            reason: Draw::draw(random),
        }
    }
}

impl Draw for Detail {
    fn draw(random: &mut Random) -> Self {
        Self { code: Draw::draw(random), message: Draw::draw(random), facts: Draw::draw(random) }
    }
}

impl Draw for Direction {
    fn draw(random: &mut Random) -> Self {
        match random.below(2) {
            0 => Self::Forward,
            _ => Self::Backward,
        }
    }
}

impl Draw for Durability {
    fn draw(random: &mut Random) -> Self {
        match random.below(2) {
            0 => Self::Always,
            _ => Self::Relaxed,
        }
    }
}

impl Draw for Entry {
    fn draw(random: &mut Random) -> Self {
        Self { key: Draw::draw(random), value: Draw::draw(random) }
    }
}

impl Draw for EntryPage {
    fn draw(random: &mut Random) -> Self {
        Self { entries: Draw::draw(random), through: Draw::draw(random), done: Draw::draw(random) }
    }
}

impl Draw for Error {
    fn draw(random: &mut Random) -> Self {
        match random.below(19) {
            0 => Self::InvalidName(Draw::draw(random)),
            1 => Self::InvalidValue(Draw::draw(random)),
            2 => Self::InvalidEvent(Draw::draw(random)),
            3 => Self::InvalidCid(Draw::draw(random)),
            4 => Self::InvalidHash(Draw::draw(random)),
            5 => Self::InvalidArgument(Draw::draw(random)),
            6 => Self::TooLarge(Draw::draw(random)),
            7 => Self::Stale(Draw::draw(random)),
            8 => Self::Conflict(Draw::draw(random)),
            9 => Self::NotFound(Draw::draw(random)),
            10 => Self::Corrupt(Draw::draw(random)),
            11 => Self::ReadOnly,
            12 => Self::NoSpace(Draw::draw(random)),
            13 => Self::Io(Draw::draw(random)),
            14 => Self::Closed(Draw::draw(random)),
            15 => Self::OutOfMemory,
            16 => Self::Gone(Draw::draw(random)),
            17 => Self::Quota(Draw::draw(random)),
            _ => Self::Other(Draw::draw(random)),
        }
    }
}

impl Draw for Excess {
    fn draw(random: &mut Random) -> Self {
        Self { limit: Draw::draw(random), actual: Draw::draw(random) }
    }
}

impl Draw for Expect {
    fn draw(random: &mut Random) -> Self {
        match random.below(3) {
            0 => Self::Any,
            1 => Self::Absent,
            _ => Self::Version(Draw::draw(random)),
        }
    }
}

impl Draw for ExpectSeq {
    fn draw(random: &mut Random) -> Self {
        match random.below(2) {
            0 => Self::Any,
            _ => Self::At(Draw::draw(random)),
        }
    }
}

impl Draw for Fact {
    fn draw(random: &mut Random) -> Self {
        Self { name: Draw::draw(random), value: Draw::draw(random) }
    }
}

impl Draw for Failure {
    fn draw(random: &mut Random) -> Self {
        Self { step: Draw::draw(random), file: Draw::draw(random), code: Draw::draw(random) }
    }
}

impl Draw for Finding {
    fn draw(random: &mut Random) -> Self {
        Self { damage: Draw::draw(random), set_aside: Draw::draw(random) }
    }
}

impl Draw for KeyPage {
    fn draw(random: &mut Random) -> Self {
        Self { keys: Draw::draw(random), through: Draw::draw(random), done: Draw::draw(random) }
    }
}

impl Draw for LastEntries {
    fn draw(random: &mut Random) -> Self {
        Self { index: Draw::draw(random), lines: Draw::draw(random), through: Draw::draw(random) }
    }
}

impl Draw for Layout {
    fn draw(random: &mut Random) -> Self {
        match random.below(2) {
            0 => Self::Plain,
            _ => Self::Packed,
        }
    }
}

impl Draw for LinePage {
    fn draw(random: &mut Random) -> Self {
        Self { lines: Draw::draw(random), through: Draw::draw(random), done: Draw::draw(random) }
    }
}

impl Draw for MapEntry {
    fn draw(random: &mut Random) -> Self {
        Self { value: Draw::draw(random), version: Draw::draw(random) }
    }
}

impl Draw for MapItem {
    fn draw(random: &mut Random) -> Self {
        Self { key: Draw::draw(random), value: Draw::draw(random), version: Draw::draw(random) }
    }
}

impl Draw for MapPage {
    fn draw(random: &mut Random) -> Self {
        Self { items: Draw::draw(random), through: Draw::draw(random), done: Draw::draw(random) }
    }
}

impl Draw for MapPair {
    fn draw(random: &mut Random) -> Self {
        Self { key: Draw::draw(random), value: Draw::draw(random) }
    }
}

impl Draw for MapRange {
    fn draw(random: &mut Random) -> Self {
        Self { prefix: Draw::draw(random), start: Draw::draw(random), end: Draw::draw(random) }
    }
}

impl Draw for NamePage {
    fn draw(random: &mut Random) -> Self {
        Self { names: Draw::draw(random), through: Draw::draw(random), done: Draw::draw(random) }
    }
}

impl Draw for ObjectStats {
    fn draw(random: &mut Random) -> Self {
        Self {
            objects: Draw::draw(random),
            bytes: Draw::draw(random),
            reads: Draw::draw(random),
            writes: Draw::draw(random),
            hits: Draw::draw(random),
            misses: Draw::draw(random),
        }
    }
}

impl Draw for Position {
    fn draw(random: &mut Random) -> Self {
        match random.below(4) {
            0 => Self::Start,
            1 => Self::End,
            2 => Self::After(Draw::draw(random)),
            _ => Self::Cursor(Draw::draw(random)),
        }
    }
}

impl Draw for RefEntry {
    fn draw(random: &mut Random) -> Self {
        Self { name: Draw::draw(random), hash: Draw::draw(random) }
    }
}

impl Draw for RefPage {
    fn draw(random: &mut Random) -> Self {
        Self { refs: Draw::draw(random), through: Draw::draw(random), done: Draw::draw(random) }
    }
}

impl Draw for Refusal {
    fn draw(random: &mut Random) -> Self {
        Self { index: Draw::draw(random), reason: Draw::draw(random) }
    }
}

impl Draw for Report {
    fn draw(random: &mut Random) -> Self {
        Self {
            logs: Draw::draw(random),
            events: Draw::draw(random),
            entries: Draw::draw(random),
            blobs: Draw::draw(random),
            bytes: Draw::draw(random),
            foreign: Draw::draw(random),
            damaged: Draw::draw(random),
            findings: Draw::draw(random),
        }
    }
}

impl Draw for SegmentDescription {
    fn draw(random: &mut Random) -> Self {
        Self {
            entries: Draw::draw(random),
            trace_entries: Draw::draw(random),
            lsn: Draw::draw(random),
            meta: Draw::draw(random),
        }
    }
}

impl Draw for Stale {
    fn draw(random: &mut Random) -> Self {
        Self { expected: Draw::draw(random), actual: Draw::draw(random) }
    }
}

impl Draw for Usage {
    fn draw(random: &mut Random) -> Self {
        Self {
            name: Draw::draw(random),
            items: Draw::draw(random),
            value_bytes: Draw::draw(random),
            disk_bytes: Draw::draw(random),
            garbage_bytes: Draw::draw(random),
        }
    }
}

impl Draw for UsageBy {
    fn draw(random: &mut Random) -> Self {
        match random.below(4) {
            0 => Self::Keyspaces,
            1 => Self::Streams,
            2 => Self::Tables,
            _ => Self::Sessions,
        }
    }
}

impl Draw for UsagePage {
    fn draw(random: &mut Random) -> Self {
        Self { items: Draw::draw(random), through: Draw::draw(random), done: Draw::draw(random) }
    }
}
