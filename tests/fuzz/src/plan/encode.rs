//! The bytes of frames and of what stands in them, as docs/format.md says.

use super::{Fate, Number};
use arbitrary::Arbitrary;
use std::collections::BTreeSet;

/// A log or a key: its keyspace and its name.
pub(super) type Place = (u8, Vec<u8>);

/// The logs of which a journal has said what their files held.
pub(super) type Marked = BTreeSet<Place>;

/// What a record says of a log's file. Mostly what a new log has.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub(super) enum Mark {
    New,
    Old { length: Number, last_seq: Number, last_nth: Number, rising: bool, cut: Number },
}

impl Mark {
    pub(super) fn is_honest(self) -> bool {
        match self {
            Self::New => true,
            Self::Old { length, last_nth, cut, .. } => {
                [length, last_nth, cut].into_iter().all(is_count) && (length.0 > 0 || last_nth.0 == 0)
            }
        }
    }

    /// The log state alone.
    pub(super) fn write(self, out: &mut Vec<u8>) {
        let numbers = match self {
            Self::New => [0, 0, 0, 1, 0],
            Self::Old { length, last_seq, last_nth, rising, cut } => {
                [length.0, last_seq.0, last_nth.0, u64::from(rising), cut.0]
            }
        };
        for number in numbers {
            leb128(number, out);
        }
    }

    /// As a record has it: there, or not.
    pub(super) fn write_if(mark: Option<Self>, out: &mut Vec<u8>) {
        out.push(u8::from(mark.is_some()));
        if let Some(mark) = mark {
            mark.write(out);
        }
    }
}

/// The kind and the place of a record, and its mark, if it is the log's first.
pub(super) fn log_head(kind: u8, log: &Place, mark: Mark, marked: &mut Marked, out: &mut Vec<u8>) {
    head(kind, log, out);
    Mark::write_if(marked.insert(log.clone()).then_some(mark), out);
}

pub(super) fn head(kind: u8, place: &Place, out: &mut Vec<u8>) {
    out.push(kind);
    write_place(place, out);
}

pub(super) fn write_place((space, name): &Place, out: &mut Vec<u8>) {
    out.push(*space);
    text(name, out);
}

/// A record of how far a replica has come.
pub(super) fn position(bytes: &[u8], out: &mut Vec<u8>) {
    out.push(17);
    text(bytes, out);
}

pub(super) fn frame(number: u64, lsn: u64, synced: u64, payload: &[u8], fate: Fate) -> Vec<u8> {
    let length = u32::try_from(payload.len()).unwrap().to_le_bytes();
    let fields = [lsn.to_le_bytes(), synced.to_le_bytes()].concat();
    let crc =
        [&number.to_le_bytes()[..], &length, &fields, payload].into_iter().fold(0, crc32c::crc32c_append);
    let mut bytes = [&length[..], &crc.to_le_bytes(), &fields, payload].concat();
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    let whole = bytes.len();
    fate.befall(&mut bytes);
    bytes.resize(whole, 0);
    bytes
}

/// No count in a store goes as far as 2^62.
pub(super) fn is_count(number: Number) -> bool {
    number.0 < 1 << 62
}

pub(super) fn text(bytes: &[u8], out: &mut Vec<u8>) {
    leb128(bytes.len() as u64, out);
    out.extend(bytes);
}

pub(super) fn leb128(number: u64, out: &mut Vec<u8>) {
    let mut rest = number;
    while rest >= 0x80 {
        out.push(u8::try_from(rest & 0x7f).unwrap() | 0x80);
        rest >>= 7;
    }
    out.push(u8::try_from(rest).unwrap());
}
