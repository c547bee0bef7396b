//! What one turn of one contender came to.

use crate::contender::Steps;
use crate::meter::Io;
use serde::Serialize;
use std::time::Duration;

/// One turn: its time, and what was counted beside it.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Turn {
    pub(crate) operations: u64,
    pub(crate) nanoseconds: u64,
    /// The longest call, where calls were timed one by one.
    pub(crate) longest_nanoseconds: Option<u64>,
    /// Bytes that were handed over to be stored.
    pub(crate) payload_bytes: u64,
    /// What the contender counts itself.
    pub(crate) steps: Option<Steps>,
    pub(crate) io: Io,
    pub(crate) peak_bytes: u64,
    /// What its folder takes up after it.
    pub(crate) disk_bytes: Option<u64>,
}

impl Turn {
    pub(crate) fn new(operations: u64, time: Duration) -> Self {
        Self { operations, nanoseconds: nanoseconds(time), ..Self::default() }
    }

    /// Nanoseconds an operation.
    pub(crate) fn each(&self) -> f64 {
        ratio(self.nanoseconds, self.operations)
    }
}

pub(crate) fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

/// How many times one number goes into another.
#[expect(clippy::cast_precision_loss, reason = "a measurement")]
pub(crate) fn ratio(of: u64, to: u64) -> f64 {
    of as f64 / to.max(1) as f64
}
