//! Frames of the records and spaces that came later than the first inputs, which keep their meaning: these stand behind theirs.

use super::encode::{Mark, Marked, Place, head, leb128, log_head, text};
use super::records::{Recorded, Records};
use super::{Fate, Name, Number, Text};
use arbitrary::Arbitrary;

/// A frame that follows the one before it.
#[derive(Arbitrary, Clone, Debug)]
pub struct Later {
    records: Records<Record>,
    fate: Fate,
}

#[derive(Arbitrary, Clone, Debug)]
enum Record {
    Append(Log, Mark, Vec<(Number, Text)>),
    Empty { log: Log, last_seq: Number },
    Put(Key, Vec<u8>),
    Remove(Key),
}

/// A log. Few of some kinds, so that records meet.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub(super) enum Log {
    Stream(Name),
    Second(bool),
    Third(bool),
}

/// A key of a table.
#[derive(Arbitrary, Clone, Debug)]
enum Key {
    Ref,
    Snapshot(Name),
    Object(bool),
    Map(Name, u8),
    Segment(bool),
    Entry(bool, u8),
    Trace(bool, u8),
    Session(bool),
    Recent(u8),
    Member(bool),
    Meta(bool),
}

impl Later {
    pub(super) fn is_honest(&self) -> bool {
        self.fate.is_whole() && self.records.are_honest()
    }

    pub(super) fn fate(&self) -> Fate {
        self.fate
    }

    pub(super) fn payload(&self, marked: &mut Marked) -> Vec<u8> {
        self.records.payload(marked)
    }
}

impl Recorded for Record {
    fn is_honest(&self) -> bool {
        match self {
            Self::Append(_, mark, _) => mark.is_honest(),
            Self::Empty { .. } | Self::Put(..) | Self::Remove(_) => true,
        }
    }

    fn write(&self, marked: &mut Marked, out: &mut Vec<u8>) {
        match self {
            Self::Append(log, mark, entries) => {
                log_head(1, &log.place(), *mark, marked, out);
                leb128(entries.len() as u64, out);
                for (Number(lsn), entry) in entries {
                    leb128(*lsn, out);
                    text(format!("{{:data {} :seq {lsn}}}", entry.text()).as_bytes(), out);
                }
            }
            Self::Empty { log, last_seq } => log.write_empty(*last_seq, marked, out),
            Self::Put(key, value) => {
                head(4, &key.place(), out);
                text(value, out);
            }
            Self::Remove(key) => head(5, &key.place(), out),
        }
    }
}

impl Log {
    pub(super) fn place(self) -> Place {
        let name = |number: u8, which: bool| vec![b'0' + 2 * number + u8::from(which)];
        match self {
            Self::Stream(name) => (1, name.text().into_bytes()),
            Self::Second(which) => (1, name(1, which)),
            Self::Third(which) => (1, name(2, which)),
        }
    }

    /// A record that all of its events leave it, which needs no mark.
    pub(super) fn write_empty(self, last_seq: Number, marked: &mut Marked, out: &mut Vec<u8>) {
        marked.insert(self.place());
        head(8, &self.place(), out);
        leb128(last_seq.0, out);
    }
}

impl Key {
    fn place(&self) -> Place {
        match self {
            Self::Ref => (4, b"refs/heads/main".to_vec()),
            Self::Snapshot(name) => (5, name.text().into_bytes()),
            Self::Object(is_long) => (6, vec![0x11; if *is_long { 32 } else { 20 }]),
            Self::Map(name, table) => (7, [&[1, b't' + table % 2], name.text().as_bytes()].concat()),
            Self::Segment(which) => (10, id(*which).to_vec()),
            Self::Entry(which, nth) => (12, [&id(*which)[..], &u64::from(*nth).to_be_bytes()].concat()),
            Self::Trace(which, nth) => (9, [&id(*which)[..], &u64::from(*nth).to_be_bytes()].concat()),
            Self::Session(which) => (8, id(*which).to_vec()),
            Self::Recent(lsn) => (13, [&(!u64::from(*lsn)).to_be_bytes()[..], &[0xaa; 16]].concat()),
            Self::Member(which) => (14, [&[0xaa; 16], &id(*which)[..]].concat()),
            Self::Meta(which) => (15, id(*which).to_vec()),
        }
    }
}

/// The bytes of a segment's id, one of those that `recovery` writes to.
fn id(which: bool) -> [u8; 16] {
    [if which { 0x22 } else { 0x11 }; 16]
}
