//! What a walk through the store found, and what `repair` makes of it.

use crate::error::Damage;
use crate::keyspace::Keyspace;
use crate::limits::FINDINGS_MAX;
use std::collections::BTreeSet;
use std::ops::{Bound, Range};

/// What a walk through the whole store found; `types.report`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Logs read.
    pub logs: u64,
    /// Their events found whole.
    pub events: u64,
    /// Keys found whole.
    pub entries: u64,
    /// Blobs whose bytes match their address.
    pub blobs: u64,
    /// Bytes read.
    pub bytes: u64,
    /// Files that are none of the store's.
    pub foreign: u64,
    /// Places found damaged.
    pub damaged: u64,
    /// The first of them, and behind them what the original store wrote as bytes that are no UTF-8, which is no damage.
    pub findings: Vec<Finding>,
}

/// A place found damaged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What and where.
    pub damage: Damage,
    /// The copy that `repair` made of it.
    pub set_aside: Option<String>,
}

/// What of the store a damaged place belongs to.
#[derive(Clone, Debug)]
pub(crate) struct DamagedPlace {
    pub(crate) keyspace: &'static Keyspace,
    pub(crate) name: Vec<u8>,
    pub(crate) damage: Damage,
    /// The bytes of the file that it covers.
    pub(crate) part: Range<u64>,
}

/// A report in the making, and what `repair` has to deal with.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    pub(crate) report: Report,
    pub(crate) damaged: Vec<DamagedPlace>,
    /// The highest lsn that the base names.
    pub(crate) highest_lsn: u64,
    /// What is wrong in runs and not in a file of theirs: counts.
    pub(crate) in_runs: Vec<Damage>,
    /// Files of runs that are damaged, or have entries whose values are.
    pub(crate) damaged_runs: BTreeSet<u64>,
    /// The first keys of runs whose values are damaged in another file.
    damaged_values: BTreeSet<Vec<u8>>,
    /// The last keys of the first stretches that cannot be read: behind them a walk goes on.
    lost_ends: BTreeSet<Vec<u8>>,
    /// What the original wrote as bytes that are no UTF-8, the first of it: no damage.
    originals: Vec<Damage>,
}

impl Survey {
    pub(super) fn add(&mut self, keyspace: &'static Keyspace, name: &[u8], damage: Damage, part: Range<u64>) {
        self.report.add(damage.clone(), None);
        self.damaged.push(DamagedPlace { keyspace, name: name.to_vec(), damage, part });
    }

    pub(super) fn add_in_runs(&mut self, damage: Damage) {
        self.report.add(damage.clone(), None);
        if self.in_runs.len() < FINDINGS_MAX {
            self.in_runs.push(damage);
        }
    }

    pub(super) fn add_in_run(&mut self, number: u64, damage: Damage) {
        self.report.add(damage, None);
        self.damaged_runs.insert(number);
    }

    /// The value of a key of the runs is damaged in the file where it stands.
    pub(super) fn add_value(&mut self, number: u64, key: Vec<u8>, damage: Damage) {
        self.add_in_run(number, damage);
        if self.damaged_values.len() < FINDINGS_MAX {
            self.damaged_values.insert(key);
        }
    }

    /// Was the value of this key found damaged?
    pub(super) fn has_damaged_value(&self, key: &[u8]) -> bool {
        self.damaged_values.contains(key)
    }

    /// Keys of runs up to this one cannot be read.
    pub(super) fn lose_up_to(&mut self, last: &[u8]) {
        if self.lost_ends.len() < FINDINGS_MAX {
            self.lost_ends.insert(last.to_vec());
        }
    }

    /// Where the next stretch behind a key ends.
    pub(super) fn next_lost_end(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.lost_ends.range::<[u8], _>((Bound::Excluded(key), Bound::Unbounded)).next().cloned()
    }

    pub(super) fn add_original(&mut self, found: Damage) {
        if self.originals.len() < FINDINGS_MAX {
            self.originals.push(found);
        }
    }

    /// The report, with what is no damage behind what is.
    pub(super) fn named(mut self) -> Report {
        let room = FINDINGS_MAX.saturating_sub(self.report.findings.len());
        let originals = self.originals.into_iter().take(room);
        self.report.findings.extend(originals.map(|damage| Finding { damage, set_aside: None }));
        self.report
    }
}

impl Report {
    /// Adds a finding that another look may have brought already.
    pub(super) fn add_once(&mut self, damage: Damage) {
        if self.findings.iter().all(|finding| finding.damage != damage) {
            self.add(damage, None);
        }
    }

    pub(super) fn add_whole(&mut self, is_blob: bool) {
        *if is_blob { &mut self.blobs } else { &mut self.entries } += 1;
    }

    pub(crate) fn add(&mut self, damage: Damage, set_aside: Option<String>) {
        self.damaged += 1;
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(Finding { damage, set_aside });
        }
    }
}
