//! A line of the table of workloads.

use crate::act::Act;
use crate::contender::{Kind, Promise};
use crate::shelf::Data;

/// One line of the table of workloads, for all its contenders.
#[derive(Clone, Debug)]
pub(crate) struct Variant {
    pub(crate) label: String,
    pub(crate) act: Act,
    pub(crate) data: Data,
    pub(crate) promise: Promise,
    pub(crate) calls: u64,
    pub(crate) threads: u64,
    pub(crate) rounds_max: usize,
    pub(crate) kinds: Vec<Kind>,
}

impl Variant {
    pub(crate) fn new(label: impl Into<String>, act: Act, kinds: &[Kind]) -> Self {
        Self {
            label: label.into(),
            act,
            data: Data::Nothing,
            promise: Promise::Durable,
            calls: 1,
            threads: 1,
            rounds_max: usize::MAX,
            kinds: kinds.to_vec(),
        }
    }

    pub(crate) fn on(self, data: Data) -> Self {
        Self { data, ..self }
    }

    pub(crate) fn promise(self, promise: Promise) -> Self {
        Self { promise, ..self }
    }

    /// In all, of each thread as many as the others.
    pub(crate) fn calls(self, calls: u64) -> Self {
        Self { calls, ..self }
    }

    pub(crate) fn threads(self, threads: u64) -> Self {
        Self { threads, ..self }
    }

    pub(crate) fn rounds_max(self, rounds_max: usize) -> Self {
        Self { rounds_max, ..self }
    }
}
