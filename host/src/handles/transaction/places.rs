//! What a transaction reads, and what must still be so when it is committed.

use crate::types::{Expect, Found, Op, Question};
use std::fmt;
use uuid::Uuid;

/// What can be read, each of it one value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Place {
    Key(String),
    Map(String, Vec<u8>),
    Ref(String),
    LastSeq(String),
    Count(String),
    Segment(Uuid, Uuid),
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => write!(out, "the key {key}"),
            Self::Map(table, key) => write!(out, "the key {} of the map {table}", key.escape_ascii()),
            Self::Ref(name) => write!(out, "the ref {name}"),
            Self::LastSeq(stream) | Self::Count(stream) => write!(out, "the stream {stream}"),
            Self::Segment(_, segment) => write!(out, "the segment {segment}"),
        }
    }
}

impl From<&Place> for Question {
    fn from(place: &Place) -> Self {
        match place.clone() {
            Place::Key(key) => Self::Kv { key },
            Place::Map(table, key) => Self::Map { table, key },
            Place::Ref(name) => Self::Ref { name },
            Place::LastSeq(stream) => Self::LastSeq { stream },
            Place::Count(stream) => Self::Count { stream },
            Place::Segment(session, segment) => {
                Self::Segment { session: session.to_string(), segment: segment.to_string() }
            }
        }
    }
}

/// The check that what was found at a place is still there.
pub(super) fn check(place: &Place, found: &Found) -> Op {
    let text = || if let Found::Text(text) = found { text.clone() } else { None };
    let number = || if let Found::Number(number) = found { *number } else { 0 };
    match place.clone() {
        Place::Key(key) => Op::CheckKey { key, value: text() },
        Place::Ref(name) => Op::CheckRef { name, hash: text() },
        Place::LastSeq(stream) => Op::CheckLastSeq { stream, last_seq: number() },
        Place::Count(stream) => Op::CheckCount { stream, count: number() },
        Place::Segment(session, segment) => {
            let (session, segment) = (session.to_string(), segment.to_string());
            Op::CheckSegment { session, segment, entries: number() }
        }
        Place::Map(table, key) => {
            let expected = match found {
                Found::Entry(Some(entry)) => Expect::Version(entry.version),
                _ => Expect::Absent,
            };
            Op::CheckMap { table, key, expected }
        }
    }
}
