//! Several operations, one sync: the meaning of `batch`.

use crate::commit::rests_on_state;
use crate::engine::Engine;
use crate::error::{Error, Result};
use crate::persist::{NewEvent, check_batch};
use crate::storage::Storage;

/// An operation of a batch; `types.op`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is that of the operation of the same name")]
pub enum Op {
    /// `persist.append`
    Append { stream: String, event: String },
    /// `persist.append-expecting`
    AppendExpecting { stream: String, expected: u64, events: Vec<String> },
    /// `persist.record-event`
    RecordEvent { stream: String, kind: String, at: i64, data: String, expected: Option<u64> },
    /// `persist.truncate`
    Truncate { stream: String, upto: u64 },
    /// `persist.kv-put`
    KvPut { key: String, value: String },
    /// `persist.kv-delete`
    KvDelete { key: String },
    /// `persist.kv-swap`
    KvSwap { key: String, expected: Option<String>, replacement: Option<String> },
    /// `refs.set`
    RefSet { name: String, hash: String },
    /// `refs.test-and-set`
    RefTestAndSet { name: String, test: Option<String>, set: Option<String> },
    /// `refs.delete`
    RefDelete { name: String },
    /// `snapshots.persist`
    SnapshotPersist { key: String, bytes: Vec<u8> },
    /// `snapshots.persist-marker`
    SnapshotPersistMarker { key: String },
    /// `snapshots.delete-marker`
    SnapshotDeleteMarker { key: String },
    /// `sessions.create-segment`
    SessionCreateSegment { session: String, segment: String, entries: Vec<String> },
    /// `sessions.append`
    SessionAppend { session: String, segment: String, entry: String },
    /// `sessions.append-expecting`
    SessionAppendExpecting { session: String, segment: String, expected: u64, entries: Vec<String> },
    /// `sessions.truncate`
    SessionTruncate { session: String, segment: String, entries: u64 },
    /// `sessions.delete-segment`
    SessionDeleteSegment { session: String, segment: String },
    /// `sessions.append-trace`
    SessionAppendTrace { session: String, segment: String, entry: String },
    /// `blob.put`; in a batch always through the journal
    BlobPut { bytes: Vec<u8> },
    /// `objects.write`
    ObjectWrite { hash: String, bytes: Vec<u8> },
    /// `objects.delete`
    ObjectDelete { hash: String },
    /// `maps.put`
    MapPut { table: String, key: Vec<u8>, value: Vec<u8> },
    /// `maps.put-new`
    MapPutNew { table: String, key: Vec<u8>, value: Vec<u8> },
    /// `maps.swap`
    MapSwap { table: String, key: Vec<u8>, expected: Option<u64>, value: Vec<u8> },
    /// `maps.delete`
    MapDelete { table: String, key: Vec<u8>, expected: Option<u64> },
    /// `maps.increment`
    MapIncrement { table: String, key: Vec<u8>, delta: i64 },
}

/// What an operation answers; `types.outcome`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The stream's last-seq, or how many entries there are now.
    Appended(u64),
    /// The event.
    Recorded(String),
    /// How many events were dropped.
    Truncated(u64),
    /// Done.
    Put,
    /// Was it there?
    Deleted(bool),
    /// Was it swapped?
    Swapped(bool),
    /// The CID.
    Stored(String),
    /// The version that was written.
    Versioned(u64),
    /// The sum.
    Incremented(i64),
}

/// Why a commit was refused; `types.refusal`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The operation that was refused, 0 for the first; none for the batch as a whole.
    pub index: Option<usize>,
    /// Its error.
    pub reason: Error,
}

impl From<Error> for Refusal {
    fn from(reason: Error) -> Self {
        Self { index: None, reason }
    }
}

impl Op {
    /// Text and bytes that the operation carries.
    fn bytes(&self) -> usize {
        match self {
            Self::Append { stream, event } => stream.len() + event.len(),
            Self::AppendExpecting { stream, events, .. } => {
                stream.len() + events.iter().map(String::len).sum::<usize>()
            }
            Self::RecordEvent { stream, kind, data, .. } => stream.len() + kind.len() + data.len(),
            Self::Truncate { stream, .. } => stream.len(),
            Self::KvPut { key, value } => key.len() + value.len(),
            Self::KvDelete { key }
            | Self::SnapshotPersistMarker { key }
            | Self::SnapshotDeleteMarker { key } => key.len(),
            Self::KvSwap { key, expected, replacement } => {
                key.len() + [expected, replacement].into_iter().flatten().map(String::len).sum::<usize>()
            }
            Self::RefSet { name, hash } => name.len() + hash.len(),
            Self::RefTestAndSet { name, test, set } => {
                name.len() + [test, set].into_iter().flatten().map(String::len).sum::<usize>()
            }
            Self::RefDelete { name } => name.len(),
            Self::SnapshotPersist { key, bytes } => key.len() + bytes.len(),
            Self::SessionCreateSegment { session, segment, entries }
            | Self::SessionAppendExpecting { session, segment, entries, .. } => {
                session.len() + segment.len() + entries.iter().map(String::len).sum::<usize>()
            }
            Self::SessionAppend { session, segment, entry }
            | Self::SessionAppendTrace { session, segment, entry } => {
                session.len() + segment.len() + entry.len()
            }
            Self::SessionTruncate { session, segment, .. }
            | Self::SessionDeleteSegment { session, segment } => session.len() + segment.len(),
            Self::BlobPut { bytes } => bytes.len(),
            Self::ObjectWrite { hash, bytes } => hash.len() + bytes.len(),
            Self::ObjectDelete { hash } => hash.len(),
            Self::MapPut { table, key, value }
            | Self::MapPutNew { table, key, value }
            | Self::MapSwap { table, key, value, .. } => table.len() + key.len() + value.len(),
            Self::MapDelete { table, key, .. } | Self::MapIncrement { table, key, .. } => {
                table.len() + key.len()
            }
        }
    }
}

impl<S: Storage> Engine<S> {
    /// `batch.commit`: all or nothing.
    ///
    /// # Errors
    /// As in `wit/batch.wit`.
    pub fn commit(&mut self, ops: &[Op]) -> Result<Vec<Outcome>, Refusal> {
        check_batch(ops.iter().map(Op::bytes))?;
        let mut refused = None;
        let outcomes = self.write(|engine| {
            refused = None;
            ops.iter()
                .enumerate()
                .map(|(index, op)| engine.decide_all_or_nothing(op).inspect_err(|_| refused = Some(index)))
                .collect()
        });
        if outcomes.is_ok() {
            self.count_object_writes(ops);
        }
        outcomes.map_err(|reason| Refusal { index: refused, reason })
    }

    /// `batch.run`: each on its own.
    pub fn run(&mut self, ops: &[Op]) -> Vec<Result<Outcome>> {
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
                    Ok(_) => engine.seal(),
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
                let fail = |outcome| if rests_on_state(&outcome) { Err(error.clone()) } else { outcome };
                decided.into_iter().map(fail).collect()
            }
        }
    }

    fn decide_all_or_nothing(&mut self, op: &Op) -> Result<Outcome> {
        match (self.decide(op)?, op) {
            (Outcome::Swapped(false), Op::KvSwap { key: name, .. } | Op::RefTestAndSet { name, .. }) => {
                Err(Error::Conflict(name.clone()))
            }
            (outcome, _) => Ok(outcome),
        }
    }

    fn decide(&mut self, op: &Op) -> Result<Outcome> {
        Ok(match op {
            Op::Append { stream, event } => Outcome::Appended(self.decide_append(stream, event)?),
            Op::AppendExpecting { stream, expected, events } => {
                Outcome::Appended(self.decide_append_expecting(stream, *expected, events)?)
            }
            Op::RecordEvent { stream, kind, at, data, expected } => {
                let event = NewEvent { kind, at: *at, data };
                Outcome::Recorded(self.decide_record_event(stream, event, *expected)?)
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
            Op::SnapshotPersist { key, bytes } => {
                self.decide_snapshot_persist(key, bytes)?;
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
            Op::SessionTruncate { session, segment, entries } => {
                Outcome::Truncated(self.decide_session_truncate(session, segment, *entries)?)
            }
            Op::SessionDeleteSegment { session, segment } => {
                Outcome::Deleted(self.decide_session_delete_segment(session, segment)?)
            }
            Op::SessionAppendTrace { session, segment, entry } => {
                Outcome::Appended(self.decide_session_append_trace(session, segment, entry)?)
            }
            Op::BlobPut { bytes } => Outcome::Stored(self.decide_blob_put(bytes)?),
            Op::ObjectWrite { hash, bytes } => {
                self.decide_object_write(hash, bytes)?;
                Outcome::Put
            }
            Op::ObjectDelete { hash } => Outcome::Deleted(self.decide_object_delete(hash)?),
            Op::MapPut { table, key, value } => Outcome::Versioned(self.decide_map_put(table, key, value)?),
            Op::MapPutNew { table, key, value } => {
                Outcome::Versioned(self.decide_map_swap(table, key, None, value)?)
            }
            Op::MapSwap { table, key, expected, value } => {
                Outcome::Versioned(self.decide_map_swap(table, key, *expected, value)?)
            }
            Op::MapDelete { table, key, expected } => {
                Outcome::Deleted(self.decide_map_delete(table, key, *expected)?)
            }
            Op::MapIncrement { table, key, delta } => {
                Outcome::Incremented(self.decide_map_increment(table, key, *delta)?)
            }
        })
    }
}
