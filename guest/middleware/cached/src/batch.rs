//! Writes: each goes below as an operation, and its outcome says what is held from then on.

use crate::cache::{Held, Name};
use crate::{Cached, forget, hold};
use sx_persist_middleware::below;
use sx_persist_middleware::interfaces::Batch;
use sx_persist_middleware::types::{Error, Op, Outcome, Refusal};

impl Batch for Cached {
    fn commit(ops: Vec<Op>) -> Result<Vec<Outcome>, Refusal> {
        let outcomes = below::batch::commit(&ops);
        match &outcomes {
            Ok(outcomes) => ops.into_iter().zip(outcomes).for_each(|(op, outcome)| settle(op, Some(outcome))),
            Err(_) => ops.into_iter().for_each(|op| settle(op, None)),
        }
        outcomes
    }

    fn run(ops: Vec<Op>) -> Vec<Result<Outcome, Error>> {
        let outcomes = below::batch::run(&ops);
        ops.into_iter().zip(&outcomes).for_each(|(op, outcome)| settle(op, outcome.as_ref().ok()));
        outcomes
    }
}

/// Holds what an operation wrote, or lets go of what it may have changed: its outcome is not known when it was refused.
fn settle(op: Op, outcome: Option<&Outcome>) {
    match (op, outcome) {
        (Op::KvSwap(_), Some(Outcome::Swapped(false))) => {}
        (Op::KvPut(op), Some(_)) => settle_text(op.key, Some(&op.value)),
        (Op::KvSwap(op), Some(_)) => settle_text(op.key, op.replacement.as_deref()),
        (Op::KvPut(op), None) => settle_text(op.key, None),
        (Op::KvSwap(op), None) => settle_text(op.key, None),
        (Op::KvDelete(key), _) => settle_text(key, None),
        (Op::BlobPut(bytes), Some(Outcome::Stored(cid))) => {
            hold(Name::Blob(cid.clone()), Held { bytes, version: 0 });
        }
        (Op::ObjectDelete(hash), _) => forget(&Name::Object(hash)),
        (Op::MapPut(op) | Op::MapPutNew(op), Some(Outcome::Versioned(version))) => {
            hold(Name::Map(op.table, op.key), Held { bytes: op.value, version: *version });
        }
        (Op::MapSwap(op), Some(Outcome::Versioned(version))) => {
            hold(Name::Map(op.table, op.key), Held { bytes: op.value, version: *version });
        }
        (Op::MapPut(op) | Op::MapPutNew(op), _) => forget(&Name::Map(op.table, op.key)),
        (Op::MapSwap(op), _) => forget(&Name::Map(op.table, op.key)),
        (Op::MapDelete(op), _) => forget(&Name::Map(op.table, op.key)),
        (Op::MapIncrement(op), _) => forget(&Name::Map(op.table, op.key)),
        // A blob that was not stored is as it was before, and so is an object that is written again; all else is not held here.
        _ => {}
    }
}

/// Bytes of a text that is brought to canonical form here, too, after the store has done so: a longer one is held when it is read.
const TEXT_BYTES_MAX: usize = 64 << 10;

/// The store answers a value in canonical text, however it was written.
fn settle_text(key: String, value: Option<&str>) {
    let short = value.filter(|value| value.len() <= TEXT_BYTES_MAX);
    match short.and_then(|value| sx::canonical(value).ok()) {
        Some(text) => hold(Name::Kv(key), Held { bytes: text.into_owned().into_bytes(), version: 0 }),
        None => forget(&Name::Kv(key)),
    }
}
