//! Performs the operations of a trace through the host library, and looks at everything that a store holds.
//!
//! `drive.rs` does the same to the bare component on the simulated disk; here it is a program's own way in.

use crate::called::expect_seq;
use crate::drive::{outcome, part};
use crate::interfaces::{Interface as _, maps, objects, refs, sessions, snapshots};
use crate::moment::{found, question};
use crate::refusal::{name_for, refused};
use model::{State, Stream};
use sx_persist::types::{self, Durability, Layout};
use sx_persist::{BlobWriter, Error, Result, Store};
use trace::maps::normal;
use trace::{Answer, Op, address};

/// Performs an operation. A refusal is an answer, in the words of the model.
///
/// # Errors
/// What is no refusal: a component that trapped, a host that could not do its part.
///
/// # Panics
/// When the operation is none that these suites use.
pub fn perform(store: &Store, op: &Op) -> Result<Answer> {
    perform_exactly(store, op).map(normal)
}

/// Performs an operation. The answer shows versions as they are.
///
/// # Errors
/// As [`perform`].
///
/// # Panics
/// As [`perform`].
pub fn perform_exactly(store: &Store, op: &Op) -> Result<Answer> {
    let answered = match op {
        Op::Commit(ops) => commit(store, ops),
        Op::Reads(ops) => reads(store, ops),
        Op::BlobPut { .. } | Op::BlobWrite { .. } | Op::BlobDrop { .. } | Op::BlobDelete { .. } => {
            blob(store, op)
        }
        Op::Ref(op) => op.perform_on(store),
        Op::Snapshot(op) => op.perform_on(store),
        Op::Object(op) => op.perform_on(store),
        Op::Session(op) => op.perform_on(store),
        Op::Map(op) => op.perform_on(store),
        _ if op.is_write() => write(store, op),
        _ => read(store, op),
    };
    match answered {
        Err(Error::Refused(refusal)) => Ok(format!("error {}", name_for(Some(op), &refusal))),
        other => other,
    }
}

fn write(store: &Store, op: &Op) -> Result<Answer> {
    Ok(match op {
        Op::Append { stream, event } => store.raw().append(stream, event)?.to_string(),
        Op::AppendExpecting { stream, expected, events } => {
            store.raw().append_expecting(stream, *expected, events)?.to_string()
        }
        Op::RecordEvent { stream, kind, at, data, expected } => {
            store.raw().record_event(stream, kind, *at, data, expect_seq(*expected).into())?
        }
        Op::Truncate { stream, upto } => store.raw().truncate(stream, *upto)?.to_string(),
        Op::KvPut { key, value } => store.raw().kv_put(key, value).map(|()| "ok".into())?,
        Op::KvDelete { key } => store.kv().remove(key)?.to_string(),
        Op::KvSwap { key, expected, replacement } => {
            store.raw().kv_swap(key, expected.as_deref(), replacement.as_deref())?.to_string()
        }
        other => unreachable!("{other} is no write of these suites"),
    })
}

fn blob(store: &Store, op: &Op) -> Result<Answer> {
    Ok(match op {
        Op::BlobPut { byte, length } => store.raw().blob_put(&vec![*byte; *length])?,
        Op::BlobWrite { byte, length } => in_parts(store, *byte, *length)?.finish()?,
        Op::BlobDrop { byte, length } => in_parts(store, *byte, *length).map(|_| "ok".into())?,
        Op::BlobDelete { cid } => store.raw().blob_delete(cid)?.to_string(),
        other => unreachable!("{other} is about no blob"),
    })
}

/// A blob that is written in two parts.
fn in_parts(store: &Store, byte: u8, length: usize) -> Result<BlobWriter> {
    let mut writer = store.raw().blob_writer()?;
    writer.add(&vec![byte; length / 2])?;
    writer.add(&vec![byte; length - length / 2])?;
    Ok(writer)
}

fn reads(store: &Store, ops: &[Op]) -> Result<Answer> {
    match store.raw().moment(&ops.iter().map(question).collect::<Vec<_>>()) {
        Ok(moment) => Ok(moment.found.iter().map(found).collect::<Vec<_>>().join("; ")),
        Err(error) => refused(error, ops),
    }
}

fn commit(store: &Store, ops: &[Op]) -> Result<Answer> {
    let ops = ops.iter().map(|op| resolved(store, op)).collect::<Result<Vec<_>>>()?;
    let (mut batched, mut writers) = (Vec::new(), Vec::new());
    for op in &ops {
        if let Op::BlobWrite { byte, length } = op {
            let place = writers.len().try_into().expect("few");
            batched.push(types::Op::BlobFinish { writer: place });
            writers.push(in_parts(store, *byte, *length)?);
        } else {
            batched.push(part(op));
        }
    }
    match store.raw().commit_finishing(&batched, writers) {
        Ok(committed) => Ok(committed.outcomes.iter().map(outcome).collect::<Vec<_>>().join("; ")),
        Err(error) => refused(error, &ops),
    }
}

/// An operation of a batch with the version that it expects: that of before it.
fn resolved(store: &Store, op: &Op) -> Result<Op> {
    Ok(match op {
        Op::Map(op) => Op::Map(op.resolved(|table, key| maps::version_of(store, table, key))?),
        other => other.clone(),
    })
}

fn layout(packed: bool) -> Layout {
    if packed { Layout::Packed } else { Layout::Plain }
}

fn read(store: &Store, op: &Op) -> Result<Answer> {
    let ok = |()| "ok".to_owned();
    Ok(match op {
        Op::Relaxed => store.admin().set_durability(Durability::Relaxed).map(ok)?,
        Op::Always => store.admin().set_durability(Durability::Always).map(ok)?,
        Op::Flush => store.admin().flush().map(ok)?,
        Op::Checkpoint => store.admin().checkpoint().map(ok)?,
        Op::Convert { packed, whole: true } => store.admin().convert(layout(*packed), |_| {}).map(ok)?,
        Op::Convert { packed, whole: false } => {
            store.admin().convert_step(layout(*packed)).map(|_| "ok".to_owned())?
        }
        Op::CompactStep => store.admin().compact_step().map(|_| "ok".to_owned())?,
        Op::CheckpointStep => store.admin().checkpoint_step().map(|_| "ok".to_owned())?,
        Op::Read { stream } => store.raw().read(stream)?.join(" "),
        Op::LastSeq { stream } => store.raw().last_seq(stream)?.to_string(),
        Op::Count { stream } => store.raw().count(stream)?.to_string(),
        Op::KvGet { key } => store.raw().kv_get(key)?.unwrap_or_else(|| "none".into()),
        Op::KvHas { key } => store.kv().contains(key)?.to_string(),
        Op::KvList { prefix, limit } => {
            let entries = store.raw().kv_list(prefix, None, *limit)?.entries;
            let shown = entries.iter().map(|entry| format!("{:?} {}", entry.key, entry.value));
            shown.collect::<Vec<_>>().join(" ")
        }
        Op::BlobGet { cid } => {
            store.raw().blob_get(cid)?.map_or_else(|| "none".into(), |bytes| address(&bytes))
        }
        other => unreachable!("{other} is no read of these suites"),
    })
}

/// Everything that a store holds.
///
/// # Errors
/// The first call's that fails.
pub fn observe(store: &Store) -> Result<State> {
    let mut state = State::default();
    for name in store.streams()? {
        let events = store.raw().read(&name)?;
        let last_seq = store.raw().last_seq(&name)?;
        state.streams.insert(name, Stream { events, last_seq });
    }
    let entries = store.raw().kv_list("", None, 65_536)?.entries;
    state.kv = entries.into_iter().map(|entry| (entry.key, entry.value)).collect();
    refs::observe_on(store, &mut state)?;
    snapshots::observe_on(store, &mut state)?;
    objects::observe_on(store, &mut state)?;
    sessions::observe_on(store, &mut state)?;
    maps::observe_on(store, &mut state)?;
    for cid in store.raw().blob_list(None, 65_536)?.items {
        if let Some(bytes) = store.raw().blob_get(&cid)? {
            state.blobs.insert(cid, bytes);
        }
    }
    Ok(state)
}

/// Has a call run out of its time, so that the next one opens the store afresh. The store gives its calls no time at all.
pub fn interrupt(store: &Store) {
    let bytes = vec![7; 16 << 20];
    // Hashing this takes a while, in which the clock ticks, or does in one of the next.
    until_interrupted(|| store.raw().blob_put(&bytes));
}

/// Makes calls until one runs out of its time, and returns how that was said. However long it takes: the clock may stand still
/// for another test of this process.
///
/// # Panics
/// When a call fails of anything else.
pub fn until_interrupted<R>(mut call: impl FnMut() -> Result<R>) -> Error {
    loop {
        match call() {
            Ok(_) => {}
            Err(error @ Error::Trapped { timeout: Some(_), .. }) => return error,
            Err(error) => panic!("{error}"),
        }
    }
}
