//! How far a checkpoint in parts has come.

use crate::keyspace::Keyspace;
use crate::state::overlay::Name;
use std::collections::BTreeSet;

/// A log or a key of the overlay whose files do not show what is pending.
#[derive(Clone, Debug)]
pub(crate) struct Dirty {
    pub(crate) keyspace: &'static Keyspace,
    pub(crate) name: Name,
}

/// How far a checkpoint in parts has come.
#[derive(Debug, Default)]
pub(crate) struct Spread {
    /// Folders whose names must survive a crash before the checkpoint is done.
    pub(crate) folders: BTreeSet<String>,
    /// What was announced last; none when no checkpoint is going on.
    pub(crate) round: Option<Round>,
    /// Records of commits since the last part.
    pub(crate) brought: usize,
}

/// What was pending when it was announced, and how much of it has been looked at.
#[derive(Debug, Default)]
pub(crate) struct Round {
    pub(crate) names: Vec<Dirty>,
    pub(crate) next: usize,
}

impl Spread {
    pub(crate) fn is_going_on(&self) -> bool {
        self.round.is_some()
    }

    /// A commit of so many records was taken.
    pub(crate) fn bring(&mut self, records: usize) {
        if self.round.is_some() {
            self.brought += records;
        }
    }

    /// Does the next of what was announced stand in its list, or right behind it?
    pub(crate) fn has_place(&self) -> bool {
        self.round.as_ref().is_none_or(|round| round.next <= round.names.len())
    }

    /// The next of what was announced, and its place there.
    pub(crate) fn next_announced(&mut self) -> Option<(usize, Dirty)> {
        let round = self.round.as_mut()?;
        let (index, dirty) = (round.next, round.names.get(round.next)?.clone());
        round.next += 1;
        Some((index, dirty))
    }

    /// A round has looked at no more than was announced.
    pub(crate) fn check(&self) {
        assert!(self.has_place(), "a round is past its end");
    }
}
