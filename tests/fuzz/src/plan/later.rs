//! Frames of the records and spaces that came later than the first inputs, which keep their meaning: these stand behind theirs.

use super::encode::{Mark, Marked, Place, head, is_count, leb128, log_head, text};
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
    Cut { log: Log, mark: Mark, kept: Number, last_seq: Number },
    Drop(Log),
    Put(Key, Vec<u8>),
    Remove(Key),
}

/// A log. Few segments, so that records meet.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub(super) enum Log {
    Stream(Name),
    Segment(bool),
    Trace(bool),
}

/// A key of a table.
#[derive(Arbitrary, Clone, Debug)]
enum Key {
    Ref,
    Snapshot(Name),
    Object(bool),
    Map(Name, u8),
    Segment(bool),
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
            Self::Cut { mark, kept, .. } => mark.is_honest() && is_count(*kept),
            Self::Drop(_) | Self::Put(..) | Self::Remove(_) => true,
        }
    }

    fn write(&self, marked: &mut Marked, out: &mut Vec<u8>) {
        match self {
            Self::Append(log, mark, entries) => {
                log_head(1, &log.place(), *mark, marked, out);
                leb128(entries.len() as u64, out);
                for (Number(lsn), entry) in entries {
                    leb128(*lsn, out);
                    text(format!("{{:entry {} :seq {lsn}}}", entry.text()).as_bytes(), out);
                }
            }
            Self::Cut { log, mark, kept, last_seq } => {
                log_head(8, &log.place(), *mark, marked, out);
                // The state of the file behind the cut: as many lines, and mostly no place in it.
                [kept.0, last_seq.0, kept.0, 1, 0].into_iter().for_each(|number| leb128(number, out));
                leb128(last_seq.0, out);
            }
            Self::Drop(log) => {
                marked.insert(log.place());
                head(9, &log.place(), out);
            }
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
        let segment = |which| [&[16][..], &[0xaa; 16], &id(which)].concat();
        match self {
            Self::Stream(name) => (1, name.text().into_bytes()),
            Self::Segment(which) => (8, segment(which)),
            Self::Trace(which) => (9, segment(which)),
        }
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
        }
    }
}

/// The bytes of a segment's id, one of those that `recovery` writes to.
fn id(which: bool) -> [u8; 16] {
    [if which { 0x22 } else { 0x11 }; 16]
}
