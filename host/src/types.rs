//! Records and variants of the store's interfaces, as `wit/types.wit` describes them.

pub use crate::bindings::exports::sx::persist::types::{
    AppendExpectingOp, AppendOp, AtByte, CheckCountOp, CheckKeyOp, CheckLastSeqOp, CheckMapOp, CheckRefOp,
    CheckSegmentOp, Counter, Damage, Detail, Direction, Durability, Entry, EntryPage, Error, Excess, Expect,
    ExpectSeq, Fact, Failure, Finding, KeyPage, KvPutOp, KvSwapOp, LastEntries, LinePage, MapDeleteOp,
    MapEntry, MapIncrementOp, MapItem, MapPage, MapPair, MapPutOp, MapRange, MapSwapOp, NamePage,
    ObjectStats, ObjectWriteOp, Op, Outcome, Position, RecordEventOp, RefEntry, RefPage, RefSetOp,
    RefTestAndSetOp, Refusal, Report, SegmentDescription, SessionAppendExpectingOp, SessionAppendOp,
    SessionCreateSegmentOp, SessionDeleteSegmentOp, SessionForkOp, SessionSetMetaOp, SessionTruncateOp,
    SnapshotPersistOp, Stale, TruncateOp,
};
