//! What a repair leaves: nothing but what was right, and all that was answered before.

use super::answers::{Answers, Asked, Said};
use std::collections::BTreeMap;

/// What a report says of what it could not keep.
#[derive(Clone, Copy)]
pub(super) struct Told {
    /// What was `corrupt`.
    pub(super) may_be_lost: bool,
    /// Keys that were removed: the journal that names the runs is lost.
    pub(super) may_be_back: bool,
    /// Older values, too: nobody knows which keys a run had.
    pub(super) may_be_older: bool,
}

/// The answers of a damaged root before its repair and behind it.
pub(super) struct Left<'a> {
    pub(super) before: &'a Answers,
    pub(super) after: &'a Answers,
    /// Each value that a key has ever had, and each row of a log.
    pub(super) ever: &'a BTreeMap<Asked, Vec<String>>,
    pub(super) told: Told,
}

impl Left<'_> {
    /// Says what there is that was not right and that the report does not tell.
    pub(super) fn check(&self, right: &Answers) -> Result<(), String> {
        let wrong = |asked: &Asked, said: &Said, due: &Said, was: &Said| {
            Err(format!("{asked:?}: {said:?} for {due:?}, and before {was:?}"))
        };
        for (asked, said) in &self.after.values {
            let (due, was) = (&right.values[asked], &self.before.values[asked]);
            if said != due && !(was.is_none() && self.is_told(*asked, rows(said), rows(due))) {
                return wrong(asked, said, due, was);
            }
        }
        for (asked, said) in &self.after.logs {
            let (due, was) = (&right.logs[asked], &self.before.logs[asked]);
            if said != due && !(was.is_none() && self.is_rest(*asked, rows(said), rows(due))) {
                return wrong(asked, said, due, was);
            }
        }
        for (at, said) in &self.after.seqs {
            let (due, was) = (&right.seqs[at], &self.before.seqs[at]);
            if said != due && (was.is_some() || number(said) > number(due)) {
                return wrong(&("last-seq", *at), said, due, was);
            }
        }
        Ok(())
    }

    /// Is it told that a key could come to this value, or to none?
    fn is_told(&self, asked: Asked, said: &[String], due: &[String]) -> bool {
        let Told { may_be_lost, may_be_back, may_be_older } = self.told;
        let is_old = said.iter().all(|row| self.ever[&asked].contains(row));
        said.is_empty() && may_be_lost || is_old && (may_be_older || may_be_back && due.is_empty())
    }

    /// Is it told that a log could come to these rows?
    fn is_rest(&self, asked: Asked, said: &[String], due: &[String]) -> bool {
        let Told { may_be_lost, may_be_back, may_be_older } = self.told;
        let ever = &self.ever[&asked];
        if may_be_older {
            said.iter().all(|row| ever.contains(row))
        } else if may_be_back || (may_be_lost && !self.has_row(asked)) {
            // What was truncated may be back.
            is_within(said, ever)
        } else {
            may_be_lost && is_within(said, due)
        }
    }

    /// Was it known what a log has, though not all of that could be read?
    fn has_row(&self, (kind, at): Asked) -> bool {
        match kind {
            "stream" => self.before.seqs[&at].is_some(),
            _ => self.before.values[&("owner", at)].is_some(),
        }
    }
}

fn rows(said: &Said) -> &[String] {
    said.as_deref().unwrap_or_default()
}

fn number(said: &Said) -> Option<u64> {
    said.as_ref()?.first()?.parse().ok()
}

/// Do these rows stand among the others, in their order?
fn is_within(rows: &[String], among: &[String]) -> bool {
    let mut among = among.iter();
    rows.iter().all(|row| among.any(|other| other == row))
}
