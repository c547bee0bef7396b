//! Records and variants of the store's interfaces, as `wit/types.wit` describes them.

pub use crate::bindings::exports::sx::persist::types::{
    AppendExpectingOp, AppendOp, AtByte, Counter, Damage, Detail, Direction, Durability, Entry, EntryPage,
    Error, Excess, Expect, ExpectSeq, Fact, Failure, Finding, KeyPage, KvPutOp, KvSwapOp, LinePage,
    MapDeleteOp, MapEntry, MapIncrementOp, MapPair, MapPutOp, MapRange, MapSwapOp, NamePage, ObjectStats,
    ObjectWriteOp, Op, Outcome, Position, RecordEventOp, RefEntry, RefPage, RefSetOp, RefTestAndSetOp,
    Refusal, Report, SessionAppendExpectingOp, SessionAppendOp, SessionCreateSegmentOp,
    SessionDeleteSegmentOp, SessionTruncateOp, SnapshotPersistOp, Stale, TruncateOp,
};
