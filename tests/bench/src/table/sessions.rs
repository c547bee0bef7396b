//! Sessions: a segment each, of twenty entries.

use super::{NORMAL, grouped};
use crate::act::Act;
use crate::contender::{Kind, OURS, Promise};
use crate::made::BATCH;
use crate::scale::Scale;
use crate::session_act::{ENTRIES, SessionAct};
use crate::shelf::Data;
use crate::variant::Variant;
use crate::workload::Workload;

const SESSIONS: u64 = 100_000;
const STORES: [Kind; 3] = [Kind::Component, Kind::Native, Kind::Sqlite];

pub(super) fn all(scale: Scale) -> Vec<Workload> {
    let (label, sessions) = (grouped(SESSIONS), scale.of(SESSIONS));
    let variant = |act| Variant::new(label.clone(), Act::Session(act), &STORES).promise(Promise::Relaxed);
    let fill = variant(SessionAct::Fill { sessions, batch: BATCH });
    let fill = fill.calls((sessions * ENTRIES).div_ceil(BATCH)).rounds_max(1);
    let read = |act, calls| variant(act).on(Data::Sessions(sessions)).calls(scale.of(calls));
    vec![
        Workload::new("session append, to each of many, batches of 1,000, relaxed", [fill])
            .bar(&label, OURS, NORMAL, 0.7),
        Workload::new(
            "sessions by their last write, a page of 100 of",
            [read(SessionAct::Recent(100), 2_000)],
        )
        .bar(&label, OURS, NORMAL, 1.0),
        Workload::new("session read, 20 entries, one of", [read(SessionAct::Read, 10_000)])
            .bar(&label, OURS, NORMAL, 1.5),
    ]
}
