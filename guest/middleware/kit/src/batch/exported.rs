//! The resources of `batch`.

use crate::Writers;
use crate::batch::Batch;
use crate::bindings::exports::sx::persist::{batch, blob};
use crate::export::Export;
use crate::types::{Error, MapEntry, Refusal};
use crate::writer::Writer;
use std::cell::RefCell;
use std::fmt;
use std::marker::PhantomData;
use sx_persist_wire::{self as wire, Gathered, Gathering, Op, Question, Slot};

thread_local! {
    // An instance has one thread; this is the way to a static that needs no `unsafe`.
    static GATHERING: Gathering = Gathering::default();
}

fn begin<T>() -> Result<RefCell<Gathered<T>>, Error> {
    Ok(RefCell::new(GATHERING.with(Gathering::begin)?))
}

impl<M: Batch> batch::Guest for Export<M> {
    type Transaction = Transaction<M>;
    type Committed = Committed;
    type Reads = Reads<M>;
    type Moment = Moment;
}

/// Operations that are gathered.
pub struct Transaction<M> {
    ops: RefCell<Gathered<Op>>,
    writers: RefCell<Writers>,
    of: PhantomData<M>,
}

impl<M> fmt::Debug for Transaction<M> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Transaction").finish_non_exhaustive()
    }
}

impl<M: Batch> Transaction<M> {
    pub(super) fn begin() -> Result<Self, Error> {
        Ok(Self { ops: begin()?, writers: RefCell::default(), of: PhantomData })
    }

    pub(super) fn add(&self, op: Op) -> Result<u32, Error> {
        let bytes = op.bytes();
        Ok(self.ops.borrow_mut().add(op, bytes)?)
    }

    pub(super) fn add_writer(&self, writer: blob::Writer) -> Result<u32, Error> {
        let place = self.writers.borrow_mut().push(Writer::<M>::into_below(writer));
        self.add(Op::BlobFinish { writer: place })
    }

    pub(super) fn perform(self) -> Result<batch::Committed, Refusal> {
        let (ops, slot) = self.ops.into_inner().into_parts();
        let committed = M::commit(ops, &mut self.writers.into_inner())?;
        Ok(batch::Committed::new(Committed { committed, _slot: slot }))
    }
}

/// What a transaction was answered.
#[derive(Debug)]
pub struct Committed {
    committed: wire::Committed,
    /// It is as large as what was gathered.
    _slot: Slot,
}

impl batch::GuestCommitted for Committed {
    fn lsn(&self) -> u64 {
        self.committed.lsn
    }

    fn number(&self, index: u32) -> Option<i64> {
        self.committed.number(index)
    }

    fn flag(&self, index: u32) -> Option<bool> {
        self.committed.flag(index)
    }

    fn text(&self, index: u32) -> Option<String> {
        self.committed.text(index).map(str::to_owned)
    }
}

/// Questions that are gathered.
#[derive(Debug)]
pub struct Reads<M> {
    questions: RefCell<Gathered<Question>>,
    of: PhantomData<M>,
}

impl<M: Batch> Reads<M> {
    fn add(&self, question: Question) -> Result<u32, Error> {
        let bytes = question.bytes();
        Ok(self.questions.borrow_mut().add(question, bytes)?)
    }

    fn perform(self) -> Result<batch::Moment, Refusal> {
        let (questions, mut slot) = self.questions.into_inner().into_parts();
        let moment = M::read(questions)?;
        slot.hold(moment.bytes()).map_err(Error::from)?;
        Ok(batch::Moment::new(Moment { moment, _slot: slot }))
    }
}

impl<M: Batch> batch::GuestReads for Reads<M> {
    fn new() -> Result<Self, Error> {
        Ok(Self { questions: begin()?, of: PhantomData })
    }

    fn kv_get(&self, key: String) -> Result<u32, Error> {
        self.add(Question::Kv { key })
    }

    fn map_get(&self, table: String, key: Vec<u8>) -> Result<u32, Error> {
        self.add(Question::Map { table, key })
    }

    fn ref_get(&self, name: String) -> Result<u32, Error> {
        self.add(Question::Ref { name })
    }

    fn last_seq(&self, stream: String) -> Result<u32, Error> {
        self.add(Question::LastSeq { stream })
    }

    fn count(&self, stream: String) -> Result<u32, Error> {
        self.add(Question::Count { stream })
    }

    fn segment(&self, session: String, segment: String) -> Result<u32, Error> {
        self.add(Question::Segment { session, segment })
    }

    fn read(this: batch::Reads) -> Result<batch::Moment, Refusal> {
        this.into_inner::<Self>().perform()
    }
}

/// What was found of one moment.
#[derive(Debug)]
pub struct Moment {
    moment: wire::Moment,
    _slot: Slot,
}

impl batch::GuestMoment for Moment {
    fn lsn(&self) -> u64 {
        self.moment.lsn
    }

    fn text(&self, index: u32) -> Option<String> {
        self.moment.text(index).map(str::to_owned)
    }

    fn entry(&self, index: u32) -> Option<MapEntry> {
        let wire::MapEntry { value, version } = self.moment.entry(index)?.clone();
        Some(MapEntry { value, version })
    }

    fn number(&self, index: u32) -> Option<u64> {
        self.moment.number(index)
    }
}
