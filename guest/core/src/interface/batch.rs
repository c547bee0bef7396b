//! Several operations, one sync: the meaning of `batch`.

use crate::check::check_batch;
use crate::engine::commit::depends_on_state;
use crate::engine::{Engine, Opened};
use crate::error::{Error, Result};
use crate::storage::Storage;
use sx_persist_wire::{Committed, Expect, Op, Outcome};

/// Why a commit, or the reads of a moment, were refused; `types.refusal`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The operation or question that was refused, 0 for the first; none for the whole.
    pub index: Option<usize>,
    /// Its error.
    pub reason: Error,
}

impl From<Error> for Refusal {
    fn from(reason: Error) -> Self {
        Self { index: None, reason }
    }
}

impl<S: Storage> Engine<S> {
    /// `batch.transaction.commit`: all or nothing.
    ///
    /// # Errors
    /// As in `wit/batch.wit`.
    pub fn commit(&mut self, ops: &[Op]) -> Result<Committed, Refusal> {
        check_batch(ops.iter().map(Op::bytes))?;
        let mut refused = None;
        let committed = self.write(|engine| {
            refused = None;
            let decided = ops
                .iter()
                .enumerate()
                .map(|(index, op)| engine.decide_all_or_nothing(op).inspect_err(|_| refused = Some(index)));
            Ok(Committed { outcomes: decided.collect::<Result<_>>()?, lsn: engine.lsn_so_far() })
        });
        if committed.is_ok() {
            self.count_object_writes(ops);
        }
        committed.map_err(|reason| Refusal { index: refused, reason })
    }

    fn run_one(&mut self, op: &Op) -> Result<Outcome> {
        check_batch(std::iter::once(op.bytes()))?;
        let decided = self.write(|engine| engine.decide(op))?;
        self.count_object_writes([op]);
        Ok(decided)
    }

    /// Each on its own, as if called one after the other, with one sync for all of them.
    pub fn run(&mut self, ops: &[Op]) -> Vec<Result<Outcome>> {
        if let [op] = ops {
            return vec![self.run_one(op)];
        }
        let failed = |error: &Error| ops.iter().map(|_| Err(error.clone())).collect();
        if let Err(error) = check_batch(ops.iter().map(Op::bytes)) {
            return failed(&error);
        }
        let mut decided: Vec<Result<Outcome>> = Vec::new();
        let written = self.write_group(|engine| {
            decided.clear();
            for op in ops {
                let before = engine.savepoint();
                let outcome = engine.decide(op);
                match outcome {
                    Ok(_) => engine.seal()?,
                    Err(_) => engine.roll_back(before),
                }
                decided.push(outcome);
            }
            Ok(())
        });
        match written {
            Ok(()) => {
                let done = ops.iter().zip(&decided).filter(|(_, outcome)| outcome.is_ok());
                self.count_object_writes(done.map(|(op, _)| op));
                decided
            }
            Err(error) if decided.len() < ops.len() => failed(&error),
            // Also what changes nothing was decided on frames that are not durable, or on writes of this very run.
            Err(error) => {
                let fail = |outcome| if depends_on_state(&outcome) { Err(error.clone()) } else { outcome };
                decided.into_iter().map(fail).collect()
            }
        }
    }

    /// `objects.write-batch`.
    ///
    /// # Errors
    /// As in `wit/objects.wit`.
    pub fn object_write_batch(&mut self, objects: Vec<(String, Vec<u8>)>) -> Result<(), Refusal> {
        let ops: Vec<_> = objects.into_iter().map(|(hash, bytes)| Op::ObjectWrite { hash, bytes }).collect();
        self.commit(&ops).map(drop)
    }

    /// Of operations that were answered without an error.
    fn count_object_writes<'a>(&mut self, ops: impl IntoIterator<Item = &'a Op>) {
        let writes = ops.into_iter().filter(|op| matches!(op, Op::ObjectWrite { .. }));
        self.object_counts().writes += writes.count() as u64;
    }
}

impl<S: Storage> Opened<'_, S> {
    fn decide_all_or_nothing(&mut self, op: &Op) -> Result<Outcome> {
        match (self.decide(op)?, op) {
            (Outcome::Swapped(false), Op::KvSwap { key: name, .. } | Op::RefTestAndSet { name, .. }) => {
                Err(Error::Conflict(name.clone()))
            }
            (outcome, _) => Ok(outcome),
        }
    }

    /// C1: it writes nothing.
    fn decide_check(&mut self, op: &Op) -> Result<()> {
        match op {
            Op::CheckLastSeq { stream, last_seq } => self.decide_check_last_seq(stream, *last_seq),
            Op::CheckCount { stream, count } => self.decide_check_count(stream, *count),
            Op::CheckKey { key, value } => self.decide_check_key(key, value.as_deref()),
            Op::CheckRef { name, hash } => self.decide_check_ref(name, hash.as_deref()),
            Op::CheckMap { table, key, expected } => self.decide_check_map(table, key, *expected),
            Op::CheckSegment { session, segment, entries } => {
                self.decide_check_segment(session, segment, *entries)
            }
            _ => Ok(()),
        }
    }

    fn decide(&mut self, op: &Op) -> Result<Outcome> {
        Ok(match op {
            Op::Append { stream, event } => Outcome::Appended(self.decide_append(stream, event)?),
            Op::AppendExpecting { stream, expected, events } => {
                Outcome::Appended(self.decide_append_expecting(stream, *expected, events)?)
            }
            Op::RecordEvent { stream, kind, at, data, expected } => {
                Outcome::Recorded(self.decide_record_event(stream, kind, *at, data, *expected)?)
            }
            Op::Truncate { stream, upto } => Outcome::Truncated(self.decide_truncate(stream, *upto)?),
            Op::KvPut { key, value } => {
                self.decide_kv_put(key, value)?;
                Outcome::Put
            }
            Op::KvDelete { key } => Outcome::Deleted(self.decide_kv_delete(key)?),
            Op::KvSwap { key, expected, replacement } => {
                Outcome::Swapped(self.decide_kv_swap(key, expected.as_deref(), replacement.as_deref())?)
            }
            Op::RefSet { name, hash } => {
                self.decide_ref_set(name, hash)?;
                Outcome::Put
            }
            Op::RefTestAndSet { name, test, set } => {
                Outcome::Swapped(self.decide_ref_test_and_set(name, test.as_deref(), set.as_deref())?)
            }
            Op::RefDelete { name } => Outcome::Deleted(self.decide_ref_delete(name)?),
            Op::SnapshotPersist { key, blob } => {
                self.decide_snapshot_persist(key, blob)?;
                Outcome::Put
            }
            Op::SnapshotPersistMarker { key } => {
                self.decide_snapshot_persist_marker(key)?;
                Outcome::Put
            }
            Op::SnapshotDeleteMarker { key } => Outcome::Deleted(self.decide_snapshot_delete_marker(key)?),
            Op::SessionCreateSegment { session, segment, entries } => {
                self.decide_session_create_segment(session, segment, entries)?;
                Outcome::Put
            }
            Op::SessionAppend { session, segment, entry } => {
                Outcome::Appended(self.decide_session_append(session, segment, entry)?)
            }
            Op::SessionAppendExpecting { session, segment, expected, entries } => {
                Outcome::Appended(self.decide_session_append_expecting(session, segment, *expected, entries)?)
            }
            Op::SessionTruncate { session, segment, entries, expected } => {
                Outcome::Truncated(self.decide_session_truncate(session, segment, *entries, *expected)?)
            }
            Op::SessionDeleteSegment { session, segment } => {
                Outcome::Deleted(self.decide_session_delete_segment(session, segment)?)
            }
            Op::SessionAppendTrace { session, segment, entry } => {
                Outcome::Appended(self.decide_session_append_trace(session, segment, entry)?)
            }
            Op::SessionFork { session, segment, entries, into_session, into_segment } => Outcome::Appended(
                self.decide_session_fork(session, segment, *entries, into_session, into_segment)?,
            ),
            Op::SessionSetMeta { session, segment, meta } => {
                self.decide_session_set_meta(session, segment, meta.as_deref())?;
                Outcome::Put
            }
            Op::CheckLastSeq { .. }
            | Op::CheckCount { .. }
            | Op::CheckKey { .. }
            | Op::CheckRef { .. }
            | Op::CheckMap { .. }
            | Op::CheckSegment { .. } => {
                self.decide_check(op)?;
                Outcome::Checked
            }
            Op::BlobPut { bytes } => Outcome::Stored(self.decide_blob_put(bytes)?),
            Op::BlobDelete { cid } => Outcome::Deleted(self.decide_blob_delete(cid)?),
            Op::BlobFinish { writer } => Outcome::Stored(self.decide_blob_finish(*writer)?),
            Op::ObjectWrite { hash, bytes } => {
                self.decide_object_write(hash, bytes)?;
                Outcome::Put
            }
            Op::ObjectDelete { hash } => Outcome::Deleted(self.decide_object_delete(hash)?),
            Op::MapPut { table, key, value } => Outcome::Versioned(self.decide_map_put(table, key, value)?),
            Op::MapPutNew { table, key, value } => {
                Outcome::Versioned(self.decide_map_swap(table, key, Expect::Absent, value)?)
            }
            Op::MapSwap { table, key, expected, value } => {
                Outcome::Versioned(self.decide_map_swap(table, key, *expected, value)?)
            }
            Op::MapDelete { table, key, expected } => {
                Outcome::Deleted(self.decide_map_delete(table, key, *expected)?)
            }
            Op::MapDropTable { table } => Outcome::Dropped(self.decide_map_drop_table(table)?),
            Op::MapIncrement { table, key, delta } => {
                Outcome::Incremented(self.decide_map_increment(table, key, *delta)?)
            }
        })
    }
}
