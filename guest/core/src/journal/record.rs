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
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Record<'a> {
    /// Events go behind a log: their seqs and their canonical text.
    Append { place: Place<'a>, base: LogState, events: Vec<(u64, &'a str)> },
    /// Events with a seq up to `upto` leave a log. `dropped` counts those that have left the base file so far.
    Truncate { place: Place<'a>, base: LogState, upto: u64, dropped: u64 },
    /// The damaged lines of a log leave it; `repair` has copied them.
    DropDamaged { place: Place<'a>, base: LogState },
    /// Events leave the end of a log: it keeps those of a shorter base file and the first pending ones.
    TruncateTail { place: Place<'a>, base: LogState, kept: u64, last_seq: u64 },
    /// A log goes, with its files.
    Drop { place: Place<'a> },
    /// A key of a table takes a value.
    Put { place: Place<'a>, value: &'a [u8] },
    /// A key of a table goes.
    Remove { place: Place<'a> },
    /// A blob is in the base again, behind a removal.
    Present { digest: Digest },
    /// The files that stand ready in `tmp/` for truncated logs: a log whose whole file has this length and checksum is done.
    RewritePrepared { logs: Vec<PreparedLog<'a>> },
    /// The new file of a truncated log is in its place, and that is durable: all that precedes of the log is in it.
    RewriteInstalled { place: Place<'a>, base: LogState },
}

/// The new file of a truncated log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PreparedLog<'a> {
    pub(crate) place: Place<'a>,
    pub(crate) length_bytes: u64,
    pub(crate) crc: u32,
}

const APPEND: u8 = 1;
const TRUNCATE: u8 = 2;
const DROP_DAMAGED: u8 = 3;
const PUT: u8 = 4;
const REMOVE: u8 = 5;
const PRESENT: u8 = 6;
const REWRITE_PREPARED: u8 = 7;
const TRUNCATE_TAIL: u8 = 8;
const DROP: u8 = 9;
const REWRITE_INSTALLED: u8 = 10;

impl Record<'_> {
    /// Adds the bytes of the record to `out`.
    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::Append { place, base, events } => {
                encode_head(APPEND, *place, out);
                encode_log_state(base, out);
                varint::encode(events.len() as u64, out);
                for (seq, text) in events {
                    varint::encode(*seq, out);
                    encode_bytes(text.as_bytes(), out);
                }
            }
            Self::Truncate { place, base, upto, dropped } => {
                encode_head(TRUNCATE, *place, out);
                encode_log_state(base, out);
                varint::encode(*upto, out);
                varint::encode(*dropped, out);
            }
            Self::DropDamaged { place, base } => {
                encode_head(DROP_DAMAGED, *place, out);
                encode_log_state(base, out);
            }
            Self::RewriteInstalled { place, base } => {
                encode_head(REWRITE_INSTALLED, *place, out);
                encode_log_state(base, out);
            }
            Self::TruncateTail { place, base, kept, last_seq } => {
                encode_head(TRUNCATE_TAIL, *place, out);
                encode_log_state(base, out);
                varint::encode(*kept, out);
                varint::encode(*last_seq, out);
            }
            Self::Drop { place } => encode_head(DROP, *place, out),
            Self::Put { place, value } => {
                encode_head(PUT, *place, out);
                encode_bytes(value, out);
            }
            Self::Remove { place } => encode_head(REMOVE, *place, out),
            Self::Present { digest } => {
                encode_head(PRESENT, Place { keyspace: &keyspace::BLOBS, name: digest }, out);
            }
            Self::RewritePrepared { logs } => {
                out.push(REWRITE_PREPARED);
                varint::encode(logs.len() as u64, out);
                for log in logs {
                    out.push(log.place.keyspace.id);
                    encode_bytes(log.place.name, out);
                    varint::encode(log.length_bytes, out);
                    varint::encode(u64::from(log.crc), out);
                }
            }
        }
    }
}

fn encode_head(kind: u8, place: Place<'_>, out: &mut Vec<u8>) {
    out.extend_from_slice(&[kind, place.keyspace.id]);
    encode_bytes(place.name, out);
}

fn encode_log_state(log_state: &LogState, out: &mut Vec<u8>) {
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

fn encode_bytes(bytes: &[u8], out: &mut Vec<u8>) {
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

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn record(&mut self) -> Option<Record<'a>> {
        let kind = self.byte()?;
        if kind == REWRITE_PREPARED {
            return self.rewritten();
        }
        let place = self.place()?;
        let is_log = place.keyspace.shape == Shape::Log;
        Some(match kind {
            APPEND if is_log => {
                let base = self.log_state()?;
                let count = varint::decode(&mut self.rest)?;
                let mut events = Vec::new();
                for _ in 0..count {
                    let seq = varint::decode(&mut self.rest)?;
                    events.push((seq, std::str::from_utf8(self.bytes()?).ok()?));
                }
                Record::Append { place, base, events }
            }
            TRUNCATE if is_log => {
                let base = self.log_state()?;
                Record::Truncate {
                    place,
                    base,
                    upto: varint::decode(&mut self.rest)?,
                    dropped: self.count()?,
                }
            }
            DROP_DAMAGED if is_log => Record::DropDamaged { place, base: self.log_state()? },
            REWRITE_INSTALLED if is_log => Record::RewriteInstalled { place, base: self.log_state()? },
            TRUNCATE_TAIL if is_log => {
                let base = self.log_state()?;
                Record::TruncateTail {
                    place,
                    base,
                    kept: self.count()?,
                    last_seq: varint::decode(&mut self.rest)?,
                }
            }
            DROP if is_log => Record::Drop { place },
            PUT if !is_log => Record::Put { place, value: self.bytes()? },
            REMOVE if !is_log => Record::Remove { place },
            PRESENT if place.keyspace.shape == Shape::Blob => {
                Record::Present { digest: Digest::try_from(place.name).ok()? }
            }
            _ => return None,
        })
    }

    fn rewritten(&mut self) -> Option<Record<'a>> {
        let count = varint::decode(&mut self.rest)?;
        let mut logs = Vec::new();
        for _ in 0..count {
            let place = self.place().filter(|place| place.keyspace.shape == Shape::Log)?;
            let length_bytes = varint::decode(&mut self.rest)?;
            let crc = u32::try_from(varint::decode(&mut self.rest)?).ok()?;
            logs.push(PreparedLog { place, length_bytes, crc });
        }
        Some(Record::RewritePrepared { logs })
    }

    fn place(&mut self) -> Option<Place<'a>> {
        let keyspace = keyspace::by_id(self.byte()?)?;
        let name = self.bytes()?;
        (keyspace.is_name)(name).then_some(Place { keyspace, name })
    }

    fn log_state(&mut self) -> Option<LogState> {
        Some(LogState {
            length_bytes: self.count()?,
            last_seq: varint::decode(&mut self.rest)?,
            last_nth: self.count()?,
            monotonic: varint::decode(&mut self.rest)? == 1,
            generation: self.count()?,
        })
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(varint::decode(&mut self.rest)?).ok()?;
        let (bytes, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(bytes)
    }

    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*byte)
    }

    fn count(&mut self) -> Option<u64> {
        varint::decode(&mut self.rest).filter(|number| *number < COUNT_END)
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
                base,
                events: vec![(1, "{:seq 1}"), (1 << 40, "{:seq 1099511627776}")],
            },
            Record::Truncate { place: log, base: LogState::default(), upto: 9, dropped: 3 },
            Record::DropDamaged { place: log, base },
            Record::TruncateTail { place: log, base, kept: 2, last_seq: 40 },
            Record::Drop { place: log },
            Record::Put { place: Place { keyspace: &KV, name: b"k" }, value: b"nil" },
            Record::Remove { place: Place { keyspace: &BLOBS, name: &[7; 32] } },
            Record::Present { digest: [7; 32] },
            Record::RewritePrepared {
                logs: vec![PreparedLog { place: log, length_bytes: 0, crc: u32::MAX }],
            },
            Record::RewriteInstalled { place: log, base },
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
    fn a_count_that_no_store_reaches_makes_no_record() {
        let place = Place { keyspace: &STREAMS, name: b"s" };
        for base in [
            LogState { length_bytes: COUNT_END, ..LogState::default() },
            LogState { last_nth: u64::MAX, ..LogState::default() },
            LogState { generation: u64::MAX, ..LogState::default() },
        ] {
            let mut bytes = Vec::new();
            Record::DropDamaged { place, base }.encode(&mut bytes);
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
