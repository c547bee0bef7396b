//! Writes: each goes below as an operation, and its outcome says what is held from then on.

use crate::cache::{Held, Name};
use crate::{Cached, cache, forget, hold};
use sx_persist_middleware::types::Refusal;
use sx_persist_middleware::{Batch, Committed, Op, Outcome, Ran, Writers, below};

impl Batch for Cached {
    fn commit(ops: Vec<Op>, writers: &mut Writers) -> Result<Committed, Refusal> {
        let committed = below::batch::commit(&ops, writers);
        match &committed {
            Ok(Committed { outcomes, .. }) => {
                ops.into_iter().zip(outcomes).for_each(|(op, outcome)| settle(op, Some(outcome)));
            }
            Err(_) => ops.into_iter().for_each(|op| settle(op, None)),
        }
        committed
    }

    fn run(ops: Vec<Op>, writers: &mut Writers) -> Ran {
        let ran = below::batch::run(&ops, writers);
        ops.into_iter().zip(&ran.answers).for_each(|(op, answer)| settle(op, answer.as_ref().ok()));
        ran
    }
}

/// Holds what an operation wrote, or lets go of what it may have changed: its outcome is not known when it was refused.
fn settle(op: Op, outcome: Option<&Outcome>) {
    match (op, outcome) {
        (Op::KvSwap { .. }, Some(Outcome::Swapped(false))) => {}
        (Op::KvPut { key, value }, Some(_)) => settle_text(key, Some(&value)),
        (Op::KvSwap { key, replacement, .. }, Some(_)) => settle_text(key, replacement.as_deref()),
        (Op::KvPut { key, .. } | Op::KvSwap { key, .. }, None) | (Op::KvDelete { key }, _) => {
            settle_text(key, None);
        }
        (Op::BlobPut { bytes }, Some(Outcome::Stored(cid))) => {
            hold(Name::Blob(cid.clone()), Held { bytes, version: 0 });
        }
        (Op::BlobDelete { cid }, _) => forget(&Name::Blob(cid)),
        (Op::ObjectDelete { hash }, _) => forget(&Name::Object(hash)),
        (
            Op::MapPut { table, key, value }
            | Op::MapPutNew { table, key, value }
            | Op::MapSwap { table, key, value, .. },
            Some(Outcome::Versioned(version)),
        ) => hold(Name::Map(table, key), Held { bytes: value, version: *version }),
        (
            Op::MapPut { table, key, .. }
            | Op::MapPutNew { table, key, .. }
            | Op::MapSwap { table, key, .. }
            | Op::MapDelete { table, key, .. }
            | Op::MapIncrement { table, key, .. },
            _,
        ) => forget(&Name::Map(table, key)),
        (Op::MapDropTable { table }, _) => cache(|cache| cache.remove_table(&table)),
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
