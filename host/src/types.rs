//! Records and variants of the store's interfaces, as `wit/types.wit` describes them; operations and questions, as `wit/batch.wit` does.

pub use crate::bindings::exports::sx::persist::types::{
    AtByte, Counter, Damage, Detail, Direction, Durability, Entry, EntryPage, Error, Excess, Fact, Failure,
    Finding, KeyPage, LastEntries, Layout, LinePage, MapEntry, MapItem, MapPage, MapPair, MapRange, NamePage,
    ObjectStats, Position, RefEntry, RefPage, Refusal, Report, SegmentDescription, Stale, Usage, UsageBy,
    UsagePage,
};
pub use sx_persist_wire::{
    Committed, Expect, ExpectSeq, Found, MapEntry as FoundEntry, Moment, Op, Outcome, Question,
};
