//! Segments in runs: the names of what they are made of, and the row that says what each has come to.
//!
//! An entry stands under its segment and its number. Of the entries under a segment only those count that its row speaks of: what a
//! truncation or a removal leaves behind is nobody's, until a merge drops it or another entry takes its number.

use crate::codec::uuid::Id;
use crate::codec::varint;
use crate::keyspace::{Keyspace, TRACES};
use crate::limits::COUNT_END;

/// What a segment has come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SegmentRow {
    /// Whose it is.
    pub(crate) session: Id,
    /// That of the commit that last wrote its entries.
    pub(crate) lsn: u64,
    pub(crate) entries: SegmentSize,
    pub(crate) traces: SegmentSize,
}

/// How many entries there are, and how many bytes of text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SegmentSize {
    pub(crate) count: u64,
    pub(crate) bytes: u64,
}

impl SegmentRow {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut row = self.session.to_vec();
        for number in [self.lsn, self.entries.count, self.entries.bytes, self.traces.count, self.traces.bytes]
        {
            varint::encode(number, &mut row);
        }
        row
    }

    /// None where it is no row that a store wrote.
    pub(crate) fn decode(row: &[u8]) -> Option<Self> {
        let (session, mut rest) = row.split_first_chunk()?;
        let mut number = || varint::decode(&mut rest).filter(|number| *number < COUNT_END);
        let lsn = number()?;
        let entries = SegmentSize { count: number()?, bytes: number()? };
        let traces = SegmentSize { count: number()?, bytes: number()? };
        rest.is_empty().then_some(Self { session: *session, lsn, entries, traces })
    }

    /// Its entries, or those of its trace.
    pub(crate) fn extent(&self, keyspace: &Keyspace) -> SegmentSize {
        if *keyspace == TRACES { self.traces } else { self.entries }
    }

    /// As [`SegmentRow::extent`].
    pub(crate) fn extent_mut(&mut self, keyspace: &Keyspace) -> &mut SegmentSize {
        if *keyspace == TRACES { &mut self.traces } else { &mut self.entries }
    }
}

/// The name of an entry: numbers begin with 1.
pub(crate) fn entry_name(segment: &Id, nth: u64) -> Vec<u8> {
    [segment.as_slice(), &nth.to_be_bytes()].concat()
}

/// The segment of an entry, and its number.
pub(crate) fn split_entry(name: &[u8]) -> Option<(Id, u64)> {
    let (segment, nth) = name.split_first_chunk()?;
    Some((*segment, u64::from_be_bytes(nth.try_into().ok()?)))
}

/// The name of a session among those that were last written to: a later lsn stands before an earlier one.
pub(crate) fn recent_name(lsn: u64, session: &Id) -> Vec<u8> {
    [(!lsn).to_be_bytes().as_slice(), session].concat()
}

/// When a session was last written to, and which one it is.
pub(crate) fn split_recent(name: &[u8]) -> Option<(u64, Id)> {
    let (lsn, session) = name.split_first_chunk()?;
    Some((!u64::from_be_bytes(*lsn), session.try_into().ok()?))
}

/// The name of a segment among those of its session.
pub(crate) fn member_name(session: &Id, segment: &Id) -> Vec<u8> {
    [session.as_slice(), segment].concat()
}

/// A session, and a segment of it.
pub(crate) fn split_member(name: &[u8]) -> Option<(Id, Id)> {
    let (session, segment) = name.split_first_chunk()?;
    Some((*session, segment.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_comes_back_and_no_part_of_one_does() {
        let row = SegmentRow {
            session: [7; 16],
            lsn: 300,
            entries: SegmentSize { count: 1, bytes: 200 },
            traces: SegmentSize { count: 0, bytes: COUNT_END - 1 },
        };
        let bytes = row.encode();
        assert_eq!(SegmentRow::decode(&bytes), Some(row));
        for length in 0..bytes.len() {
            assert_eq!(SegmentRow::decode(&bytes[..length]), None, "cut to {length}");
        }
        assert_eq!(SegmentRow::decode(&[bytes.as_slice(), &[0]].concat()), None);
        let too_much = SegmentRow { lsn: COUNT_END, ..row };
        assert_eq!(SegmentRow::decode(&too_much.encode()), None);
    }

    #[test]
    fn entries_stand_in_their_order_and_sessions_with_the_last_one_first() {
        assert!(entry_name(&[1; 16], 255) < entry_name(&[1; 16], 256));
        assert!(entry_name(&[1; 16], u64::MAX) < entry_name(&[2; 16], 1));
        assert_eq!(split_entry(&entry_name(&[1; 16], 256)), Some(([1; 16], 256)));
        assert!(recent_name(256, &[9; 16]) < recent_name(255, &[1; 16]));
        assert!(recent_name(7, &[1; 16]) < recent_name(7, &[2; 16]));
        assert_eq!(split_recent(&recent_name(7, &[2; 16])), Some((7, [2; 16])));
        assert_eq!(split_member(&member_name(&[1; 16], &[2; 16])), Some(([1; 16], [2; 16])));
        for bad in [&[][..], &[0; 15], &[0; 23], &[0; 25]] {
            assert_eq!((split_entry(bad), split_recent(bad), split_member(bad)), (None, None, None));
        }
    }
}
