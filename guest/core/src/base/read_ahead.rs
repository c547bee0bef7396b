//! Lines that are read forward: taken apart one by one, and their checksums made together.
//!
//! A checksum is a third of what reading a short line costs, and a processor makes it in a tenth of the time where it is asked.
//! Asking costs as much as one line does, so it is done for many at once.

use super::line::{self, Text};
use crate::disk::files::Files;
use crate::storage::Storage;

/// The lines ahead in a window, the last one first.
#[derive(Debug, Default)]
pub(super) struct ReadAhead(Vec<Found>);

/// A line in a window.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    /// Where what precedes it ends: before the blank lines that stand between.
    from: usize,
    pub(super) start: usize,
    /// Where its newline stands.
    pub(super) end: usize,
    /// Bytes that its checksum covers, and the checksum that it gives; none without a trailer.
    split: Option<(usize, u64)>,
    sum: u32,
}

impl ReadAhead {
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Does the next line begin here, or behind blank ones that do?
    pub(super) fn is_at(&self, start: u64) -> bool {
        self.0.last().is_some_and(|line| line.from as u64 == start)
    }

    pub(super) fn next(&mut self) -> Option<Found> {
        self.0.pop()
    }

    /// Finds the lines that stand whole in the window from `start` on, `most` at the most.
    pub(super) fn look<S: Storage>(&mut self, files: &Files<S>, window: &[u8], start: u64, most: usize) {
        let mut start = usize::try_from(start).unwrap_or(usize::MAX);
        let shown = window.get(start..).unwrap_or_default();
        let first = start;
        let mut from = start;
        let mut bounds = Vec::new();
        self.0.clear();
        for newline in memchr::memchr_iter(b'\n', shown).take(most) {
            let end = first + newline;
            let bytes = window.get(start..end).unwrap_or_default();
            if line::is_blank(bytes) {
                start = end + 1;
                continue;
            }
            let split = line::split_crc(bytes);
            let split = split.map(|(covered, crc)| (covered.len(), crc));
            let covered = split.map_or(0, |(covered, _)| covered);
            bounds.extend([start, start + covered].map(|bound| u32::try_from(bound).unwrap_or(u32::MAX)));
            self.0.push(Found { from, start, end, split, sum: 0 });
            start = end + 1;
            from = start;
        }
        for (line, sum) in self.0.iter_mut().zip(files.checksums(window, &bounds)) {
            line.sum = sum;
        }
        self.0.reverse();
    }
}

impl Found {
    /// What the line is; its window has not changed.
    pub(super) fn text<'a>(&self, window: &'a [u8]) -> Text<'a> {
        let bytes = window.get(self.start..self.end).unwrap_or_default();
        let split = self.split.map(|(covered, crc)| (bytes.get(..covered).unwrap_or_default(), crc));
        line::parse_split(bytes, split, self.sum)
    }
}
