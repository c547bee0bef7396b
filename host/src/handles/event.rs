//! Events: how one is recorded, which number it has, and the time.

use crate::handles::Seq;
use serde::{Deserialize, Serialize};
use std::time::{SystemTime, UNIX_EPOCH};

/// An event as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event<D> {
    /// Its number in the stream.
    pub seq: Seq,
    /// What kind of event it is.
    #[serde(rename = "type")]
    pub kind: String,
    /// When it was recorded: by custom milliseconds since 1970.
    pub at: i64,
    /// What happened.
    pub data: D,
}

/// The number that an event has, 0 where it has none: the original stored such.
#[must_use]
pub fn seq_of(event: &str) -> u64 {
    sx::field(event, "seq").and_then(|seq| seq_in(&sx::parse(seq).ok()?)).unwrap_or(0)
}

/// The number that the store takes a value for (S2): a whole one, be it written as a float.
#[must_use]
pub fn seq_in(value: &sx::Value) -> Option<u64> {
    match value {
        sx::Value::Int(seq) => u64::try_from(*seq).ok(),
        sx::Value::Float(seq) if seq.fract() == 0.0 => format!("{seq:.0}").parse().ok(),
        _ => None,
    }
}

/// The time by the system's clock, in milliseconds since 1970.
#[must_use]
pub fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
