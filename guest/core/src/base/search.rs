//! The search for a line of a log's file.

use super::line;
use super::log_file::LogFile;
use crate::disk::files::Files;
use crate::error::{Error, Result};
use crate::storage::Storage;

/// Bytes that are read line by line instead of being halved once more.
const LINEAR_BYTES: u64 = 8 << 10;

/// What a line is searched by. Both rise from line to line: the number always, the seq in a rising log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    Nth,
    Seq,
}

/// A line as a search sees it.
#[derive(Clone, Copy, Debug)]
struct Keyed {
    offset: u64,
    end: u64,
    /// None for the number of a line of the original's.
    key: Option<u64>,
}

impl<F> LogFile<F> {
    /// Where the first line begins whose key is above `key`; the length when none is.
    ///
    /// Only for a file in which the key rises. Reads a few lines, whatever the file holds, unless lines of the original's stand in
    /// the way of a search by number: those are counted from the beginning. Damage is met where it precedes the place, not
    /// where it lies behind.
    pub(crate) fn seek_above<S>(&mut self, files: &mut Files<S>, by: By, key: u64) -> Result<u64>
    where
        S: Storage<File = F>,
    {
        // Lines before `low` are not above, lines from `high` on are; `top` bounds the probes.
        let (mut low, mut high, mut top) = (0, self.length(), self.length());
        while top - low > LINEAR_BYTES {
            let middle = low + (top - low) / 2;
            let behind = self.end_of_line(files, middle)?;
            let start = self.line_at(files, behind)?.map_or(high, |line| line.offset);
            if start >= high {
                top = middle;
                continue;
            }
            match self.keyed(files, start, by) {
                Ok(Some(Keyed { key: Some(found), end, .. })) if found <= key => low = end,
                Ok(Some(Keyed { key: Some(_), .. })) => (high, top) = (start, start),
                Ok(Some(Keyed { key: None, .. })) => return self.walk_above(files, 0, by, key),
                // Nobody knows on which side of it the place is: what precedes it tells.
                Err(Error::Corrupt(_)) | Ok(None) => top = middle,
                Err(error) => return Err(error),
            }
        }
        self.walk_above(files, low, by, key)
    }

    /// As [`LogFile::seek_above`], line by line.
    fn walk_above<S: Storage<File = F>>(
        &mut self,
        files: &mut Files<S>,
        from: u64,
        by: By,
        key: u64,
    ) -> Result<u64> {
        let mut offset = from;
        // The number of the line before, where it is known.
        let mut nth = (from == 0).then_some(0);
        while let Some(line) = self.keyed(files, offset, by)? {
            let found = match (line.key, nth) {
                (Some(found), _) => found,
                (None, Some(nth)) => nth + 1,
                (None, None) => {
                    (offset, nth) = (0, Some(0));
                    continue;
                }
            };
            if found > key {
                return Ok(line.offset);
            }
            nth = nth.map(|_| found);
            offset = line.end;
        }
        Ok(self.length())
    }

    /// The line at `offset`, or behind blank ones, with its key; none at the end.
    fn keyed<S>(&mut self, files: &mut Files<S>, offset: u64, by: By) -> Result<Option<Keyed>>
    where
        S: Storage<File = F>,
    {
        let Some(line) = self.line_at(files, offset)? else { return Ok(None) };
        let (offset, end) = (line.offset, line.end);
        match line::parse(line.bytes).facts() {
            Ok((_, trailer)) if by == By::Nth => Ok(Some(Keyed { offset, end, key: trailer.nth })),
            Ok((seq, _)) => Ok(Some(Keyed { offset, end, key: Some(seq) })),
            Err(reason) => Err(self.damaged(files, offset, reason)),
        }
    }

    /// The number of the last line before `offset`: what it says, or how many lines there are if the original wrote it.
    pub(crate) fn nth_before<S>(&mut self, files: &mut Files<S>, offset: u64) -> Result<u64>
    where
        S: Storage<File = F>,
    {
        let Some(line) = self.line_before(files, offset)? else { return Ok(0) };
        let start = line.offset;
        if let Some(Keyed { key: Some(nth), .. }) = self.keyed(files, start, By::Nth)? {
            return Ok(nth);
        }
        let (mut nth, mut at) = (0, 0);
        while at <= start
            && let Some(line) = self.keyed(files, at, By::Nth)?
        {
            nth = line.key.unwrap_or(nth + 1);
            at = line.end;
        }
        Ok(nth)
    }
}
