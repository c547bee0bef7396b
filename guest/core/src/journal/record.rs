//! What a commit does, and its bytes in a frame (docs/format.md, "Records").
//!
//! A record says what it does to the base in a way that can be done twice (J6).

use crate::base::log_state::LogState;
use crate::codec::sha256::Digest;
use crate::codec::varint;
use crate::keyspace::{self, Keyspace, Shape};
use crate::limits::COUNT_END;

/// A log, or a key of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place<'a> {
    pub(crate) keyspace: &'static Keyspace,
    pub(crate) name: &'a [u8],
}

/// One step of a commit.
///
/// The first record of a log in a journal has the log's *mark*: what its file held when the journal's base became true. Later ones
/// have none, and neither has one that rests on nothing of the file.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Record<'a> {
    /// Events go behind a log: their seqs and their canonical text.
    Append { place: Place<'a>, mark: Option<LogState>, events: Vec<(u64, &'a str)> },
    /// Events with a seq up to `upto` leave a log, and others stay. `last_nth` is the number of the last line behind it, and
    /// `monotonic` says that no seq descends before that line.
    Truncate { place: Place<'a>, mark: Option<LogState>, upto: u64, last_nth: u64, monotonic: bool },
    /// The damaged lines of a log leave it; `repair` has copied them.
    DropDamaged { place: Place<'a>, mark: Option<LogState> },
    /// All events leave a log; its last-seq stays.
    Empty { place: Place<'a>, last_seq: u64 },
    /// A key of a table takes a value.
    Put { place: Place<'a>, value: &'a [u8] },
    /// A key of a table goes.
    Remove { place: Place<'a> },
    /// A blob is in the base again, behind a removal.
    Present { digest: Digest },
    /// How far a replica has come in the log that it applies. A frame with nothing else is no commit, and has the lsn before it.
    Position { bytes: &'a [u8] },
}

const APPEND: u8 = 1;
const TRUNCATE: u8 = 2;
const DROP_DAMAGED: u8 = 3;
const PUT: u8 = 4;
const REMOVE: u8 = 5;
const PRESENT: u8 = 6;
const EMPTY: u8 = 8;
const POSITION: u8 = 17;

impl Record<'_> {
    /// Adds the bytes of the record to `out`.
    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::Append { place, mark, events } => {
                encode_log_head(APPEND, *place, *mark, out);
                varint::encode(events.len() as u64, out);
                for (seq, text) in events {
                    varint::encode(*seq, out);
                    encode_bytes(text.as_bytes(), out);
                }
            }
            Self::Truncate { place, mark, upto, last_nth, monotonic } => {
                encode_log_head(TRUNCATE, *place, *mark, out);
                [*upto, *last_nth, u64::from(*monotonic)]
                    .into_iter()
                    .for_each(|number| varint::encode(number, out));
            }
            Self::DropDamaged { place, mark } => encode_log_head(DROP_DAMAGED, *place, *mark, out),
            Self::Empty { place, last_seq } => {
                encode_head(EMPTY, *place, out);
                varint::encode(*last_seq, out);
            }
            Self::Put { place, value } => {
                encode_head(PUT, *place, out);
                encode_bytes(value, out);
            }
            Self::Remove { place } => encode_head(REMOVE, *place, out),
            Self::Present { digest } => {
                encode_head(PRESENT, Place { keyspace: &keyspace::BLOBS, name: digest }, out);
            }
            Self::Position { bytes } => {
                out.push(POSITION);
                encode_bytes(bytes, out);
            }
        }
    }

    /// The log that a record is about.
    pub(crate) fn log(&self) -> Option<Place<'_>> {
        match self {
            Self::Append { place, .. }
            | Self::Truncate { place, .. }
            | Self::DropDamaged { place, .. }
            | Self::Empty { place, .. } => Some(*place),
            Self::Put { .. } | Self::Remove { .. } | Self::Present { .. } | Self::Position { .. } => None,
        }
    }

    /// The log that a record rests on without saying what its file held.
    pub(crate) fn unmarked(&self) -> Option<Place<'_>> {
        match self {
            Self::Append { place, mark: None, .. }
            | Self::Truncate { place, mark: None, .. }
            | Self::DropDamaged { place, mark: None } => Some(*place),
            // What leaves nothing of a log rests on nothing of its file.
            _ => None,
        }
    }
}

/// Is a frame of these records a commit? One that says nothing but how far a replica has come is none.
pub(crate) fn is_commit(records: &[Record<'_>]) -> bool {
    !matches!(records, [Record::Position { .. }])
}

fn encode_log_head(kind: u8, place: Place<'_>, mark: Option<LogState>, out: &mut Vec<u8>) {
    encode_head(kind, place, out);
    out.push(u8::from(mark.is_some()));
    if let Some(mark) = mark {
        encode_log_state(&mark, out);
    }
}

fn encode_head(kind: u8, place: Place<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(&[kind, place.keyspace.id]);
    encode_bytes(place.name, out);
}

pub(super) fn encode_log_state(log_state: &LogState, out: &mut Vec<u8>) {
    for number in [
        log_state.length_bytes,
        log_state.last_seq,
        log_state.last_nth,
        u64::from(log_state.monotonic),
        log_state.generation,
    ] {
        varint::encode(number, out);
    }
}

pub(super) fn encode_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    varint::encode(bytes.len() as u64, out);
    out.extend_from_slice(bytes);
}

/// Takes the payload of a frame apart. `None` when it is not made of records that this version knows.
pub(crate) fn decode(payload: &[u8]) -> Option<Vec<Record<'_>>> {
    let mut reader = Reader { rest: payload };
    let mut records = Vec::new();
    while !reader.rest.is_empty() {
        records.push(reader.record()?);
    }
    Some(records)
}

/// What is left of the bytes of some records.
pub(super) struct Reader<'a> {
    pub(super) rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn record(&mut self) -> Option<Record<'a>> {
        let kind = self.byte()?;
        if kind == POSITION {
            return Some(Record::Position { bytes: self.bytes()? });
        }
        let place = self.place()?;
        let is_log = place.keyspace.shape == Shape::Log;
        let mark = match kind {
            APPEND | TRUNCATE | DROP_DAMAGED if is_log && self.flag()? => Some(self.log_state()?),
            _ => None,
        };
        Some(match kind {
            APPEND if is_log => {
                let count = self.number()?;
                let mut events = Vec::new();
                for _ in 0..count {
                    let seq = self.number()?;
                    events.push((seq, std::str::from_utf8(self.bytes()?).ok()?));
                }
                Record::Append { place, mark, events }
            }
            TRUNCATE if is_log => Record::Truncate {
                place,
                mark,
                upto: self.number()?,
                last_nth: self.count()?,
                monotonic: self.flag()?,
            },
            DROP_DAMAGED if is_log => Record::DropDamaged { place, mark },
            EMPTY if is_log => Record::Empty { place, last_seq: self.number()? },
            PUT if !is_log => Record::Put { place, value: self.bytes()? },
            REMOVE if !is_log => Record::Remove { place },
            PRESENT if place.keyspace.shape == Shape::Blob => {
                Record::Present { digest: Digest::try_from(place.name).ok()? }
            }
            _ => return None,
        })
    }

    pub(super) fn place(&mut self) -> Option<Place<'a>> {
        let keyspace = keyspace::by_id(self.byte()?)?;
        let name = self.bytes()?;
        (keyspace.is_name)(name).then_some(Place { keyspace, name })
    }

    pub(super) fn log_state(&mut self) -> Option<LogState> {
        let log_state = LogState {
            length_bytes: self.count()?,
            last_seq: self.number()?,
            last_nth: self.count()?,
            monotonic: self.flag()?,
            generation: self.count()?,
        };
        // An empty file has no last line.
        (log_state.length_bytes > 0 || log_state.last_nth == 0).then_some(log_state)
    }

    pub(super) fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        let (bytes, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(bytes)
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*byte)
    }

    fn flag(&mut self) -> Option<bool> {
        self.byte().filter(|flag| *flag <= 1).map(|flag| flag == 1)
    }

    pub(super) fn number(&mut self) -> Option<u64> {
        varint::decode(&mut self.rest)
    }

    /// A number of something that a store has.
    pub(super) fn count(&mut self) -> Option<u64> {
        self.number().filter(|number| *number < COUNT_END)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyspace::{BLOBS, KV, STREAMS};

    fn samples() -> Vec<Record<'static>> {
        let log = Place { keyspace: &STREAMS, name: b"s" };
        let base =
            LogState { length_bytes: 300, last_seq: u64::MAX, last_nth: 7, monotonic: false, generation: 1 };
        vec![
            Record::Append {
                place: log,
                mark: Some(base),
                events: vec![(1, "{:seq 1}"), (1 << 40, "{:seq 1099511627776}")],
            },
            Record::Append { place: log, mark: None, events: vec![(3, "{:seq 3}")] },
            Record::Truncate { place: log, mark: None, upto: 9, last_nth: 3, monotonic: true },
            Record::Truncate { place: log, mark: Some(base), upto: 9, last_nth: 3, monotonic: false },
            Record::DropDamaged { place: log, mark: Some(base) },
            Record::Empty { place: log, last_seq: 40 },
            Record::Put { place: Place { keyspace: &KV, name: b"k" }, value: b"nil" },
            Record::Remove { place: Place { keyspace: &BLOBS, name: &[7; 32] } },
            Record::Present { digest: [7; 32] },
            Record::Position { bytes: b"log 7, entry 9" },
        ]
    }

    #[test]
    fn every_record_comes_back() {
        let records = samples();
        let mut bytes = Vec::new();
        records.iter().for_each(|record| record.encode(&mut bytes));
        assert_eq!(decode(&bytes), Some(records));
    }

    #[test]
    fn a_count_that_no_store_has_makes_no_record() {
        let place = Place { keyspace: &STREAMS, name: b"s" };
        for base in [
            LogState { length_bytes: COUNT_END, ..LogState::default() },
            LogState { length_bytes: 1, last_nth: u64::MAX, ..LogState::default() },
            LogState { last_nth: 1, ..LogState::default() },
            LogState { generation: u64::MAX, ..LogState::default() },
        ] {
            let mut bytes = Vec::new();
            Record::DropDamaged { place, mark: Some(base) }.encode(&mut bytes);
            assert_eq!(decode(&bytes), None, "{base:?}");
        }
    }

    #[test]
    fn what_is_cut_short_or_unknown_is_no_record() {
        for record in samples() {
            let mut bytes = Vec::new();
            record.encode(&mut bytes);
            for length in 1..bytes.len() {
                assert_eq!(decode(&bytes[..length]), None, "{record:?} cut to {length}");
            }
        }
        assert_eq!(decode(&[99, 1, 1, b'a']), None);
        // A log's record on a table, and an unknown keyspace.
        assert_eq!(decode(&[PUT, STREAMS.id, 1, b'a', 0]), None);
        assert_eq!(decode(&[REMOVE, 200, 1, b'a']), None);
    }
}
