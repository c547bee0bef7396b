//! `batch`: what is gathered, and what it was answered.

mod operations;

use crate::bindings::exports::sx::persist::types::{Error, MapEntry, Refusal};
use crate::bindings::exports::sx::persist::{batch, blob};
use crate::engine::{engine, gathering};
use crate::writer::Writer;
use std::cell::RefCell;
use sx_persist_core::{self as core, Gathered, Op, Question, Slot};

/// Operations that are gathered.
pub(crate) struct Transaction {
    ops: RefCell<Gathered<Op>>,
    /// Those that operations finish: they end with the commit.
    writers: RefCell<Vec<blob::Writer>>,
}

impl Transaction {
    fn begin() -> Result<Self, Error> {
        Ok(Self { ops: RefCell::new(gathering().begin()?), writers: RefCell::default() })
    }

    fn add(&self, op: Op) -> Result<u32, Error> {
        let bytes = op.bytes();
        Ok(self.ops.borrow_mut().add(op, bytes)?)
    }

    fn add_writer(&self, writer: blob::Writer) -> Result<u32, Error> {
        let index = self.add(Op::BlobFinish { writer: writer.get::<Writer>().0 })?;
        self.writers.borrow_mut().push(writer);
        Ok(index)
    }

    fn perform(self) -> Result<batch::Committed, Refusal> {
        let (ops, slot) = self.ops.into_inner().into_parts();
        let committed = engine(|engine| engine.commit(&ops))?;
        Ok(batch::Committed::new(Committed { committed, _slot: slot }))
    }
}

/// What a transaction was answered.
pub(crate) struct Committed {
    committed: core::Committed,
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
pub(crate) struct Reads(RefCell<Gathered<Question>>);

impl Reads {
    fn add(&self, question: Question) -> Result<u32, Error> {
        let bytes = question.bytes();
        Ok(self.0.borrow_mut().add(question, bytes)?)
    }

    fn perform(self) -> Result<batch::Moment, Refusal> {
        let (questions, mut slot) = self.0.into_inner().into_parts();
        let moment = engine(|engine| engine.read_moment(&questions))?;
        let held = slot.hold(moment.bytes());
        held.map_err(|excess| Refusal { index: None, reason: excess.into() })?;
        Ok(batch::Moment::new(Moment { moment, _slot: slot }))
    }
}

impl batch::GuestReads for Reads {
    fn new() -> Result<Self, Error> {
        Ok(Self(RefCell::new(gathering().begin()?)))
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
pub(crate) struct Moment {
    moment: core::Moment,
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
        self.moment.entry(index).cloned().map(Into::into)
    }

    fn number(&self, index: u32) -> Option<u64> {
        self.moment.number(index)
    }
}
