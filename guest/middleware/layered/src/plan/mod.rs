//! A write, as the upper store is to do it: what comes before it, and what its outcome means to the caller.

mod checks;
mod decide;
mod maps;
mod sessions;
mod streams;

use crate::name::Name;
use crate::view::counts;
use crate::view::streams::cut;
use crate::view::versions::{explain, shown};
use std::collections::{BTreeMap, BTreeSet};
use sx_persist_middleware::types::{Error, Stale};
use sx_persist_middleware::{Op, Outcome};

/// Operations, as the upper store performs them in one commit.
#[derive(Default)]
pub(crate) struct Plan {
    pub(crate) ops: Vec<Op>,
    steps: Vec<Step>,
    /// Names for which the upper store alone answers from here on.
    shadowed: BTreeSet<Name>,
    /// Streams whose lower events were dropped here, up to which seq.
    cuts: BTreeMap<String, u64>,
}

/// One operation of the caller's.
struct Step {
    /// Where it stands among those of the plan, behind what comes before it; none when nothing is to be done.
    at: Option<usize>,
    answer: Answer,
}

/// What the caller is answered.
pub(crate) enum Answer {
    /// What the upper store answers.
    Same,
    /// This, and nothing is done: the lower store has it already.
    Known(Outcome),
    /// The same, of an object that was to be written.
    KeptObject,
    /// True: it was there, below.
    Removed,
    /// This error, in the place of the one that the upper store has for what stands there.
    Refused(Error),
    /// What a check of a count answers, with so many more that stand below.
    Counted { expected: u64, below: u64 },
    /// So many entries, which were read below, are another segment's.
    Forked { count: u64, into: String },
    /// So many more, which were dropped below.
    Truncated(u64),
    /// So many keys more, which were seen below.
    Dropped(u64),
    /// What a map answers, with the versions that a reader sees.
    Map(MapAnswer),
}

/// What a map's write was asked, and what the lower store shows at its place.
pub(crate) struct MapAnswer {
    pub(crate) expected: u64,
    /// The version of the lower value, where a reader sees that one.
    pub(crate) below: Option<u64>,
}

impl Answer {
    /// An operation that the upper store refuses, at its place among the others: what comes before it may be wrong, too.
    pub(crate) fn refused(error: Error) -> (Op, Self) {
        let none =
            Op::AppendExpecting { stream: "refused".to_owned(), expected: u64::MAX, events: Vec::new() };
        (none, Self::Refused(error))
    }

    /// Of what the upper store answered.
    pub(crate) fn of(self, outcome: Result<Outcome, Error>) -> Result<Outcome, Error> {
        match outcome {
            Ok(outcome) => self.of_outcome(outcome),
            Err(error) => Err(self.of_error(error)),
        }
    }

    fn of_outcome(self, outcome: Outcome) -> Result<Outcome, Error> {
        Ok(match (self, outcome) {
            (Self::KeptObject, _) => {
                counts::count_write();
                Outcome::Put
            }
            (Self::Removed, _) => Outcome::Deleted(true),
            (Self::Forked { count, .. }, _) => Outcome::Appended(count),
            (Self::Truncated(below), Outcome::Truncated(above)) => Outcome::Truncated(above + below),
            (Self::Dropped(below), Outcome::Dropped(above)) => Outcome::Dropped(above + below),
            (Self::Map(_), Outcome::Versioned(version)) => Outcome::Versioned(shown(version)?),
            (Self::Known(outcome), _) | (_, outcome) => outcome,
        })
    }

    fn of_error(self, error: Error) -> Error {
        match self {
            Self::Map(answer) => explain(error, answer.expected, answer.below),
            Self::Refused(refused) => refused,
            Self::Counted { expected, below } => match error {
                Error::Stale(stale) => {
                    Error::Stale(Stale { expected, actual: stale.actual.saturating_add(below) })
                }
                other => other,
            },
            Self::Forked { into, .. } if matches!(error, Error::Stale(_)) => Error::Conflict(into),
            _ => error,
        }
    }
}

impl Plan {
    /// The only operation, and what its outcome means, where nothing comes before it.
    pub(crate) fn into_single(mut self) -> Result<(Op, Answer), Self> {
        match (self.ops.pop(), self.steps.pop()) {
            (Some(op), Some(step)) if self.ops.is_empty() && self.steps.is_empty() => Ok((op, step.answer)),
            (op, step) => {
                self.ops.extend(op);
                self.steps.extend(step);
                Err(self)
            }
        }
    }

    /// Puts an operation before the one that is being added.
    pub(crate) fn before(&mut self, op: Op) {
        self.ops.push(op);
    }

    /// From here on the upper store alone answers for a name. Answers whether the lower one did until now.
    pub(crate) fn settle(&mut self, name: Name) -> Result<bool, Error> {
        if self.is_shadowed(&name) || !name.falls_through()? {
            return Ok(false);
        }
        self.before(name.tombstone());
        self.note_settled(name);
        Ok(true)
    }

    pub(crate) fn is_shadowed(&self, name: &Name) -> bool {
        match name {
            Name::Map(table, _) if self.shadowed.contains(&Name::Table(table.clone())) => true,
            name => self.shadowed.contains(name),
        }
    }

    pub(crate) fn note_settled(&mut self, name: Name) {
        self.shadowed.insert(name);
    }

    /// Would a reader see the lower store's at this place?
    pub(crate) fn falls_through(&self, name: &Name) -> Result<bool, Error> {
        Ok(!self.is_shadowed(name) && name.falls_through()?)
    }

    /// Up to which seq the lower events of a stream are dropped at this place.
    pub(crate) fn cut(&self, stream: &str) -> Result<Option<u64>, Error> {
        match self.cuts.get(stream) {
            Some(cut) => Ok(Some(*cut)),
            None => cut(stream),
        }
    }

    pub(crate) fn note_cut(&mut self, stream: &str, upto: u64) {
        self.cuts.insert(stream.to_owned(), upto);
    }
}
