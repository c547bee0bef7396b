//! Frames of records that came later still, and of logs in all ways, marked or not, whatever the journal has said before.

use super::encode::{Mark, Marked, head, is_count, leb128, position, text};
use super::later::Log;
use super::records::{Recorded, Records};
use super::{Fate, Number, Text};
use arbitrary::Arbitrary;

/// A frame behind all others.
#[derive(Arbitrary, Clone, Debug)]
pub struct Newest {
    /// None for the one that is due.
    lsn: Option<Number>,
    /// None for the commit before the frame.
    synced: Option<Number>,
    records: Records<Record>,
    fate: Fate,
}

#[derive(Arbitrary, Clone, Debug)]
enum Record {
    Append { log: Log, mark: Given, events: Vec<Text> },
    Truncate { log: Log, mark: Given, upto: Number, last_nth: Number, rising: bool },
    DropDamaged { log: Log, mark: Given },
    Empty { log: Log, last_seq: Number },
    Position(Vec<u8>),
    Any { kind: u8, log: Log, bytes: Vec<u8> },
}

/// Has a record a mark?
#[derive(Arbitrary, Clone, Copy, Debug)]
enum Given {
    /// If it is the first of its log.
    Due(Mark),
    Always(Mark),
    Never,
}

impl Newest {
    pub(super) fn numbers(&self) -> [Option<Number>; 2] {
        [self.lsn, self.synced]
    }

    pub(super) fn fate(&self) -> Fate {
        self.fate
    }

    /// Is it no commit?
    pub(super) fn is_position(&self) -> bool {
        matches!(self.records.only(), Some(Record::Position(_)))
    }

    pub(super) fn is_honest(&self) -> bool {
        self.lsn.is_none()
            && self.synced.is_none_or(|synced| synced.0 == 0)
            && self.fate.is_whole()
            && self.records.are_honest()
    }

    pub(super) fn payload(&self, marked: &mut Marked) -> Vec<u8> {
        self.records.payload(marked)
    }
}

impl Recorded for Record {
    fn is_honest(&self) -> bool {
        match self {
            Self::Append { mark, .. } | Self::DropDamaged { mark, .. } => mark.is_honest(),
            Self::Truncate { mark, last_nth, .. } => mark.is_honest() && is_count(*last_nth),
            Self::Empty { .. } | Self::Position(_) => true,
            Self::Any { .. } => false,
        }
    }

    fn write(&self, marked: &mut Marked, out: &mut Vec<u8>) {
        match self {
            Self::Append { log, mark, events } => {
                mark.write_head(1, *log, marked, out);
                leb128(events.len() as u64, out);
                for event in events {
                    leb128(event.seq(), out);
                    text(event.text().as_bytes(), out);
                }
            }
            Self::Truncate { log, mark, upto, last_nth, rising } => {
                mark.write_head(2, *log, marked, out);
                leb128(upto.0, out);
                leb128(last_nth.0, out);
                out.push(u8::from(*rising));
            }
            Self::DropDamaged { log, mark } => mark.write_head(3, *log, marked, out),
            Self::Empty { log, last_seq } => log.write_empty(*last_seq, marked, out),
            Self::Position(bytes) => position(bytes, out),
            Self::Any { kind, log, bytes } => {
                head(*kind, &log.place(), out);
                out.extend(bytes);
            }
        }
    }
}

impl Given {
    fn is_honest(self) -> bool {
        match self {
            Self::Due(mark) | Self::Always(mark) => mark.is_honest(),
            Self::Never => true,
        }
    }

    fn write_head(self, kind: u8, log: Log, marked: &mut Marked, out: &mut Vec<u8>) {
        let place = log.place();
        head(kind, &place, out);
        let is_first = marked.insert(place);
        let mark = match self {
            Self::Due(mark) => is_first.then_some(mark),
            Self::Always(mark) => Some(mark),
            Self::Never => None,
        };
        Mark::write_if(mark, out);
    }
}
