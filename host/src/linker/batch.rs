//! `batch`: transactions and reads that guests are gathering, and what they were answered.

mod operations;

use super::define::{Answered, Define, Parameters, Writer, place, refused};
use crate::bindings::exports::sx::persist::types::{Error, MapEntry, Refusal};
use crate::interface::batch::CommitError;
use crate::interface::writer::BlobWriter;
use crate::store::Store;
use crate::store::end::lost;
use crate::types::{Committed, FoundEntry, Moment, Op, Question};
use std::sync::PoisonError;
use sx_persist_wire::{Gathered, Slot};
use wasmtime::component::{Resource, ResourceTable};

const INTERFACE: &str = "sx:persist/batch@0.2.0";

/// Operations that are gathered.
struct Transaction {
    ops: Gathered<Op>,
    /// Those that operations finish, by their places.
    writers: Vec<Writer>,
}

/// The answers, and the room that they take.
type Held<T> = (T, Slot);

type This = Resource<Transaction>;

pub(super) fn transactions(linker: &mut impl Define) -> wasmtime::Result<()> {
    linker.define_resource::<Transaction>(INTERFACE, "transaction")?;
    linker.define_resource::<Held<Committed>>(INTERFACE, "committed")?;
    linker.define_at_once(INTERFACE, "[constructor]transaction", |view, ()| {
        match view.store.gathering().begin() {
            Ok(ops) => place(view.table, Transaction { ops, writers: Vec::new() }),
            Err(excess) => Ok(Err(Error::from(excess))),
        }
    })?;
    operations::operations(linker)?;
    linker.define_at_once(
        INTERFACE,
        "[method]transaction.blob-finish",
        |view, (this, writer): (This, Resource<Writer>)| {
            let writer = view.table.delete(writer)?;
            let transaction = view.table.get_mut(&this)?;
            let place = u32::try_from(transaction.writers.len())?;
            transaction.writers.push(writer);
            Ok(add(transaction, Op::BlobFinish { writer: place }))
        },
    )?;
    linker.define(
        INTERFACE,
        "[static]transaction.commit",
        |view, (this,): (This,)| Ok((view.store.clone(), view.table.delete(this)?)),
        |(store, transaction)| refused(commit(&store, transaction)),
        |view, committed| keep(view.table, committed?),
    )?;
    linker.define_at_once(INTERFACE, "[method]committed.lsn", |view, (this,): (ThisCommitted,)| {
        Ok(view.table.get(&this)?.0.lsn)
    })?;
    linker.define_at_once(
        INTERFACE,
        "[method]committed.number",
        |view, (this, index): (ThisCommitted, u32)| Ok(view.table.get(&this)?.0.number(index)),
    )?;
    linker.define_at_once(
        INTERFACE,
        "[method]committed.flag",
        |view, (this, index): (ThisCommitted, u32)| Ok(view.table.get(&this)?.0.flag(index)),
    )?;
    linker.define_at_once(INTERFACE, "[method]committed.text", |view, (this, index): (ThisCommitted, u32)| {
        Ok(view.table.get(&this)?.0.text(index).map(str::to_owned))
    })
}

type ThisCommitted = Resource<Held<Committed>>;
type ThisReads = Resource<Gathered<Question>>;
type ThisMoment = Resource<Held<Moment>>;

/// Defines a method that adds an operation.
fn adds<P: Parameters>(
    linker: &mut impl Define,
    name: &str,
    operation: fn(P) -> (This, Op),
) -> wasmtime::Result<()> {
    linker.define_at_once(INTERFACE, &format!("[method]transaction.{name}"), move |view, params: P| {
        let (this, op) = operation(params);
        Ok(add(view.table.get_mut(&this)?, op))
    })
}

fn add(transaction: &mut Transaction, op: Op) -> Result<u32, Error> {
    let bytes = op.bytes();
    Ok(transaction.ops.add(op, bytes)?)
}

fn commit(store: &Store, transaction: Transaction) -> Result<Held<Committed>, CommitError> {
    let (ops, slot) = transaction.ops.into_parts();
    let writers = transaction.writers.into_iter().map(|writer| {
        let writer = writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        writer.ok_or_else(lost)
    });
    let writers: Vec<BlobWriter> = writers.collect::<Result<_, _>>()?;
    Ok((store.raw().commit_finishing(&ops, writers)?, slot))
}

/// Puts an answer into the guest's table, where what it was gathered in has just made room.
fn keep<T: Send + 'static>(
    table: &mut ResourceTable,
    answered: Result<T, Refusal>,
) -> Answered<Resource<T>, Refusal> {
    match answered {
        Ok(answer) => Ok(place(table, answer)?.map_err(|reason| Refusal { index: None, reason })),
        Err(refusal) => Ok(Err(refusal)),
    }
}

pub(super) fn reads(linker: &mut impl Define) -> wasmtime::Result<()> {
    linker.define_resource::<Gathered<Question>>(INTERFACE, "reads")?;
    linker.define_resource::<Held<Moment>>(INTERFACE, "moment")?;
    linker.define_at_once(INTERFACE, "[constructor]reads", |view, ()| {
        match view.store.gathering().begin::<Question>() {
            Ok(questions) => place(view.table, questions),
            Err(excess) => Ok(Err(Error::from(excess))),
        }
    })?;
    asks(linker, "kv-get", |(this, key): (ThisReads, String)| (this, Question::Kv { key }))?;
    asks(linker, "map-get", |(this, table, key): (ThisReads, String, Vec<u8>)| {
        (this, Question::Map { table, key })
    })?;
    asks(linker, "ref-get", |(this, name): (ThisReads, String)| (this, Question::Ref { name }))?;
    asks(linker, "last-seq", |(this, stream): (ThisReads, String)| (this, Question::LastSeq { stream }))?;
    asks(linker, "count", |(this, stream): (ThisReads, String)| (this, Question::Count { stream }))?;
    asks(linker, "segment", |(this, session, segment): (ThisReads, String, String)| {
        (this, Question::Segment { session, segment })
    })?;
    linker.define(
        INTERFACE,
        "[static]reads.read",
        |view, (this,): (ThisReads,)| Ok((view.store.clone(), view.table.delete(this)?)),
        |(store, questions)| refused(read(&store, questions)),
        |view, moment| keep(view.table, moment?),
    )?;
    linker.define_at_once(INTERFACE, "[method]moment.lsn", |view, (this,): (ThisMoment,)| {
        Ok(view.table.get(&this)?.0.lsn)
    })?;
    linker.define_at_once(INTERFACE, "[method]moment.text", |view, (this, index): (ThisMoment, u32)| {
        Ok(view.table.get(&this)?.0.text(index).map(str::to_owned))
    })?;
    linker.define_at_once(INTERFACE, "[method]moment.entry", |view, (this, index): (ThisMoment, u32)| {
        let entry = view.table.get(&this)?.0.entry(index).cloned();
        Ok(entry.map(|FoundEntry { value, version }| MapEntry { value, version }))
    })?;
    linker.define_at_once(INTERFACE, "[method]moment.number", |view, (this, index): (ThisMoment, u32)| {
        Ok(view.table.get(&this)?.0.number(index))
    })
}

/// Defines a method that adds a question.
fn asks<P: Parameters>(
    linker: &mut impl Define,
    name: &str,
    question: fn(P) -> (ThisReads, Question),
) -> wasmtime::Result<()> {
    linker.define_at_once(INTERFACE, &format!("[method]reads.{name}"), move |view, params: P| {
        let (this, question) = question(params);
        let bytes = question.bytes();
        Ok(view.table.get_mut(&this)?.add(question, bytes).map_err(Error::from))
    })
}

fn read(store: &Store, questions: Gathered<Question>) -> Result<Held<Moment>, CommitError> {
    let (questions, mut slot) = questions.into_parts();
    let moment = store.raw().moment(&questions)?;
    slot.hold(moment.bytes()).map_err(|excess| crate::error::Error::from(Error::from(excess)))?;
    Ok((moment, slot))
}
