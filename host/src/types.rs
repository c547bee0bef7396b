//! Records and variants of the store's interfaces, as `wit/types.wit` describes them.

pub use crate::bindings::exports::sx::persist::types::{
    AppendExpectingOp, AppendOp, AtByte, CidPage, Counter, Damage, Detail, Direction, Durability, Entry,
    EntryPage, Error, EventPage, Excess, Expect, ExpectSeq, Fact, Failure, Finding, HashPage, IdPage,
    KeyPage, KvPutOp, KvSwapOp, MapDeleteOp, MapEntry, MapIncrementOp, MapPair, MapPutOp, MapRange,
    MapSwapOp, ObjectStats, ObjectWriteOp, Op, Outcome, Position, RecordEventOp, RefEntry, RefPage, RefSetOp,
    RefTestAndSetOp, Refusal, Report, SegmentPage, SessionAppendExpectingOp, SessionAppendOp,
    SessionCreateSegmentOp, SessionDeleteSegmentOp, SessionTruncateOp, SnapshotPage, SnapshotPersistOp,
    Stale, TruncateOp,
};
