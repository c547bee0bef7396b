//! Streams in runs: the names of their events, and the row that says what each has come to.
//!
//! An event stands under its stream and its number, which is given once: the first event of a stream has the number 1. Of the events under
//! a stream only those count that its row speaks of: what a truncation takes from the beginning is nobody's, until a merge drops it.

use crate::codec::varint;
use crate::limits::{COUNT_END, NAME_BYTES_MAX};
use std::ops::RangeInclusive;

/// What a stream has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StreamRow {
    /// The lsn of the commit that outdated the cursors before it; 0 where none has.
    pub(crate) generation: u64,
    /// The number of the first event that counts; without any, that of the next one.
    pub(crate) first: u64,
    /// The number of the last event that was appended.
    pub(crate) last: u64,
    pub(crate) count: u64,
    /// About how many bytes of text that is.
    pub(crate) bytes: u64,
    /// The highest seq that was ever appended.
    pub(crate) last_seq: u64,
    /// No seq descends, and no number is missing between the first event and the last one.
    pub(crate) is_rising: bool,
}

impl Default for StreamRow {
    /// That of a stream to which nothing was ever appended.
    fn default() -> Self {
        Self { generation: 0, first: 1, last: 0, count: 0, bytes: 0, last_seq: 0, is_rising: true }
    }
}

impl StreamRow {
    /// Counts one event more, with this seq and so many bytes, as a part of the commit `lsn`.
    pub(crate) fn append(&mut self, lsn: u64, seq: u64, bytes: usize) {
        if self.count == 0 && self.generation > 0 && seq <= self.last_seq {
            self.generation = lsn;
        }
        self.is_rising = self.count == 0 || (self.is_rising && seq >= self.last_seq);
        self.last += 1;
        self.count += 1;
        self.bytes = self.bytes.saturating_add(bytes as u64).min(COUNT_END - 1);
        self.last_seq = self.last_seq.max(seq);
    }

    /// So many events are left, of which no seq descends: from this number on.
    pub(crate) fn begin_at(&mut self, first: u64) {
        let count = (self.last + 1).saturating_sub(first);
        let part = u128::from(self.bytes) * u128::from(count) / u128::from(self.count.max(1));
        self.bytes = u64::try_from(part).unwrap_or(self.bytes);
        (self.first, self.count) = (first, count);
    }

    /// The numbers that events may have which count.
    pub(crate) fn numbers(&self) -> RangeInclusive<u64> {
        self.first..=self.last
    }

    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut row = vec![u8::from(self.is_rising)];
        for number in [self.generation, self.first, self.last, self.count, self.bytes, self.last_seq] {
            varint::encode(number, &mut row);
        }
        row
    }

    /// None where it is no row that a store wrote.
    pub(crate) fn decode(row: &[u8]) -> Option<Self> {
        let (kind, mut rest) = row.split_first()?;
        let is_rising = match kind {
            0 => false,
            1 => true,
            _ => return None,
        };
        let mut number = || varint::decode(&mut rest).filter(|number| *number < COUNT_END);
        let (generation, first, last) = (number()?, number()?, number()?);
        let (count, bytes, last_seq) = (number()?, number()?, number()?);
        let places = (last + 1).checked_sub(first)?;
        let is_sound = first > 0 && if is_rising { count == places } else { count <= places };
        (rest.is_empty() && is_sound).then_some(Self {
            generation,
            first,
            last,
            count,
            bytes,
            last_seq,
            is_rising,
        })
    }
}

/// What the names of the events of a stream begin with. No other stream's do.
pub(crate) fn prefix(stream: &[u8]) -> Vec<u8> {
    let length = u16::try_from(stream.len()).unwrap_or(u16::MAX);
    [length.to_be_bytes().as_slice(), stream].concat()
}

/// The name of an event.
pub(crate) fn name(stream: &[u8], nth: u64) -> Vec<u8> {
    let mut name = prefix(stream);
    name.extend_from_slice(&nth.to_be_bytes());
    name
}

/// The stream of an event, and its number.
pub(crate) fn split(name: &[u8]) -> Option<(&[u8], u64)> {
    let (length, rest) = name.split_first_chunk()?;
    let (stream, nth) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    Some((stream, u64::from_be_bytes(nth.try_into().ok()?)))
}

/// Is it the name of an event?
pub(crate) fn is_name(name: &[u8]) -> bool {
    split(name).is_some_and(|(stream, _)| (1..=NAME_BYTES_MAX).contains(&stream.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_comes_back_and_no_part_of_one_does() {
        let row = StreamRow {
            generation: 300,
            first: 3,
            last: 7,
            count: 4,
            bytes: 90,
            last_seq: 1_000,
            is_rising: false,
        };
        let bytes = row.encode();
        assert_eq!(StreamRow::decode(&bytes), Some(row));
        for length in 0..bytes.len() {
            assert_eq!(StreamRow::decode(&bytes[..length]), None, "cut to {length}");
        }
        assert_eq!(StreamRow::decode(&[bytes.as_slice(), &[0]].concat()), None);
        for unsound in [
            StreamRow { count: 6, ..row },
            StreamRow { is_rising: true, ..row },
            StreamRow { first: 9, count: 0, ..row },
            StreamRow { first: 0, ..row },
            StreamRow { last_seq: COUNT_END, ..row },
        ] {
            assert_eq!(StreamRow::decode(&unsound.encode()), None, "{unsound:?}");
        }
        let new = StreamRow::default();
        assert_eq!(StreamRow::decode(&new.encode()), Some(new));
    }

    #[test]
    fn a_row_says_whether_seqs_rise() {
        let rising = |seqs: &[u64]| {
            let mut row = StreamRow::default();
            seqs.iter().for_each(|seq| row.append(5, *seq, 9));
            (row.is_rising, row.last_seq, row.count)
        };
        assert_eq!(rising(&[1, 1, 7]), (true, 7, 3));
        assert_eq!(rising(&[2, 1, 7]), (false, 7, 3));
        // What is left of an emptied stream is its last-seq alone.
        let emptied = StreamRow { generation: 4, first: 4, last: 3, last_seq: 9, ..StreamRow::default() };
        let mut row = emptied;
        row.append(5, 2, 9);
        assert_eq!((row.is_rising, row.generation), (true, 5));
        row.append(6, 3, 9);
        assert_eq!((row.is_rising, row.generation), (false, 5));
        let mut row = emptied;
        row.append(7, 10, 9);
        assert_eq!((row.is_rising, row.generation), (true, 4));
        // What is left takes about as much as its part.
        let mut row = StreamRow { last: 10, count: 10, bytes: 500, ..StreamRow::default() };
        row.begin_at(8);
        assert_eq!((row.first, row.count, row.bytes), (8, 3, 150));
    }

    #[test]
    fn events_stand_in_their_order_and_apart_from_those_of_others() {
        assert!(name(b"s", 255) < name(b"s", 256));
        assert_eq!(split(&name(b"s", 256)), Some((&b"s"[..], 256)));
        // A stream whose name goes on as an event's does.
        let other = [b"s".as_slice(), &7_u64.to_be_bytes()].concat();
        assert!(!name(&other, 1).starts_with(&prefix(b"s")));
        assert!(is_name(&name(&[b'a'; NAME_BYTES_MAX], u64::MAX)));
        for bad in [&[][..], &[0], &[0, 0, 1, 2, 3, 4, 5, 6, 7, 8], &name(b"s", 1)[..10], &[9; 40]] {
            assert!(!is_name(bad), "{bad:?}");
        }
    }
}
