//! Streams, segments, blobs and objects in a transaction.

use super::keyed::deleted;
use super::places::Place;
use super::{Pending, Transaction};
use crate::error::Result;
use crate::handles::{Cid, Event, Hash, Seq, event};
use crate::interface::BlobWriter;
use crate::types::{ExpectSeq, Found, Op, Outcome};
use serde::Serialize;
use std::marker::PhantomData;
use uuid::Uuid;

/// A stream in a transaction. Returned by [`Transaction::stream`].
#[derive(Debug)]
pub struct StreamIn<'t, 'a, E> {
    tx: &'t mut Transaction<'a>,
    name: String,
    events: PhantomData<fn(E) -> E>,
}

/// The sessions of a store in a transaction. Returned by [`Transaction::sessions`].
#[derive(Debug)]
pub struct SessionsIn<'t, 'a, T> {
    tx: &'t mut Transaction<'a>,
    entries: PhantomData<fn(T) -> T>,
}

/// The blobs of a store in a transaction. Returned by [`Transaction::blobs`].
#[derive(Debug)]
pub struct BlobsIn<'t, 'a> {
    tx: &'t mut Transaction<'a>,
}

/// The objects of a store in a transaction. Returned by [`Transaction::objects`].
#[derive(Debug)]
pub struct ObjectsIn<'t, 'a> {
    tx: &'t mut Transaction<'a>,
}

impl<'a> Transaction<'a> {
    /// Returns a stream, to be read and written in this transaction.
    pub fn stream<E>(&mut self, name: &str) -> StreamIn<'_, 'a, E> {
        StreamIn { tx: self, name: name.to_owned(), events: PhantomData }
    }

    /// Returns the sessions, to be read and written in this transaction.
    pub fn sessions<T>(&mut self) -> SessionsIn<'_, 'a, T> {
        SessionsIn { tx: self, entries: PhantomData }
    }

    /// Returns the blobs, to be written in this transaction.
    pub fn blobs(&mut self) -> BlobsIn<'_, 'a> {
        BlobsIn { tx: self }
    }

    /// Returns the objects, to be written in this transaction.
    pub fn objects(&mut self) -> ObjectsIn<'_, 'a> {
        ObjectsIn { tx: self }
    }
}

impl<D: Serialize> StreamIn<'_, '_, Event<D>> {
    /// Records that something happened now. The answer is its number.
    ///
    /// # Errors
    /// [`HostError::Value`](crate::HostError::Value) when the data have no form in SX.
    pub fn record(&mut self, kind: &str, data: &D) -> Result<Pending<Seq>> {
        self.record_at(kind, event::now(), data, ExpectSeq::Any)
    }

    /// Records that something happened at a time; the commit is refused with `Stale` when the stream's last number is another than
    /// expected. The answer is its number.
    ///
    /// # Errors
    /// Those of [`StreamIn::record`].
    pub fn record_at(&mut self, kind: &str, at: i64, data: &D, expected: ExpectSeq) -> Result<Pending<Seq>> {
        let (stream, kind, data) = (self.name.clone(), kind.to_owned(), sx::to_string(data)?);
        self.has_grown();
        let seq = |outcome: &Outcome| match outcome {
            Outcome::Recorded(event) => Some(Seq::new(event::seq_of(event))),
            _ => None,
        };
        Ok(self.tx.push_for(Op::RecordEvent { stream, kind, at, data, expected }, seq))
    }
}

impl<E> StreamIn<'_, '_, E> {
    /// Appends an event that has its number in a field `seq`.
    ///
    /// # Errors
    /// [`HostError::Value`](crate::HostError::Value) when the event has no form in SX.
    pub fn append(&mut self, event: &E) -> Result<()>
    where
        E: Serialize,
    {
        let (stream, event) = (self.name.clone(), sx::to_string(event)?);
        self.has_grown();
        self.tx.push(Op::Append { stream, event });
        Ok(())
    }

    /// Returns the highest number that an event of the stream ever had, 0 for a stream that has had none.
    ///
    /// # Errors
    /// Those of [`Stream::last_seq`](crate::Stream::last_seq).
    pub fn last_seq(&mut self) -> Result<Seq> {
        self.tx.read(Place::LastSeq(self.name.clone())).map(|found| number(&found)).map(Seq::new)
    }

    /// Returns how many events the stream has.
    ///
    /// # Errors
    /// Those of [`Stream::len`](crate::Stream::len).
    pub fn len(&mut self) -> Result<u64> {
        self.tx.read(Place::Count(self.name.clone())).map(|found| number(&found))
    }

    /// Returns `true` if the stream has no events.
    ///
    /// # Errors
    /// Those of [`StreamIn::len`].
    pub fn is_empty(&mut self) -> Result<bool> {
        self.len().map(|count| count == 0)
    }

    /// Removes the events up to and including a number. The answer is how many.
    pub fn truncate(&mut self, upto: Seq) -> Pending<u64> {
        self.tx.set(Place::Count(self.name.clone()), None);
        let count =
            |outcome: &Outcome| if let Outcome::Truncated(count) = outcome { Some(*count) } else { None };
        self.tx.push_for(Op::Truncate { stream: self.name.clone(), upto: upto.get() }, count)
    }

    fn has_grown(&mut self) {
        self.tx.set(Place::LastSeq(self.name.clone()), None);
        self.tx.set(Place::Count(self.name.clone()), None);
    }
}

impl<T: Serialize> SessionsIn<'_, '_, T> {
    /// Returns how many entries a segment has.
    ///
    /// # Errors
    /// Those of [`Sessions::entry_count`](crate::Sessions::entry_count).
    pub fn entry_count(&mut self, session: Uuid, segment: Uuid) -> Result<u64> {
        self.tx.read(Place::Segment(session, segment)).map(|found| number(&found))
    }

    /// Appends one entry, and makes the segment when it is missing. The answer is how many it has then.
    ///
    /// # Errors
    /// [`HostError::Value`](crate::HostError::Value) when the entry has no form in SX.
    pub fn append(&mut self, session: Uuid, segment: Uuid, entry: &T) -> Result<Pending<u64>> {
        let entry = sx::to_string(entry)?;
        self.tx.set(Place::Segment(session, segment), None);
        let (session, segment) = (session.to_string(), segment.to_string());
        let count =
            |outcome: &Outcome| if let Outcome::Appended(count) = outcome { Some(*count) } else { None };
        Ok(self.tx.push_for(Op::SessionAppend { session, segment, entry }, count))
    }

    /// Removes a segment. The answer is `true` if it was there.
    pub fn delete_segment(&mut self, session: Uuid, segment: Uuid) -> Pending<bool> {
        self.tx.set(Place::Segment(session, segment), None);
        let (session, segment) = (session.to_string(), segment.to_string());
        self.tx.push_for(Op::SessionDeleteSegment { session, segment }, deleted)
    }
}

impl BlobsIn<'_, '_> {
    /// Stores bytes. The answer is their address.
    pub fn put(&mut self, bytes: &[u8]) -> Pending<Cid> {
        self.tx.push_for(Op::BlobPut { bytes: bytes.to_vec() }, stored)
    }

    /// Finishes a blob that was written before. The answer is its address.
    pub fn finish(&mut self, writer: BlobWriter) -> Pending<Cid> {
        // No store has so many of them open.
        let index = u32::try_from(self.tx.writers.len()).unwrap_or(u32::MAX);
        self.tx.writers.push(writer);
        self.tx.push_for(Op::BlobFinish { writer: index }, stored)
    }

    /// Removes a blob. The answer is `true` if it was there.
    pub fn remove(&mut self, cid: &Cid) -> Pending<bool> {
        self.tx.push_for(Op::BlobDelete { cid: cid.as_str().to_owned() }, deleted)
    }
}

impl ObjectsIn<'_, '_> {
    /// Stores an object. One that is there stays as it is.
    pub fn put(&mut self, hash: &Hash, bytes: &[u8]) {
        self.tx.push(Op::ObjectWrite { hash: hash.as_str().to_owned(), bytes: bytes.to_vec() });
    }

    /// Removes an object. The answer is `true` if it was there.
    pub fn remove(&mut self, hash: &Hash) -> Pending<bool> {
        self.tx.push_for(Op::ObjectDelete { hash: hash.as_str().to_owned() }, deleted)
    }
}

fn stored(outcome: &Outcome) -> Option<Cid> {
    if let Outcome::Stored(cid) = outcome { Some(Cid::of_store(cid.clone())) } else { None }
}

fn number(found: &Found) -> u64 {
    if let Found::Number(number) = found { *number } else { 0 }
}
