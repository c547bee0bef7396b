//! The search for a line of a log's file.

use super::line;
use super::log_file::LogFile;
use crate::disk::files::Files;
use crate::error::{Error, Result};
use crate::limits::CHUNK_BYTES;
use crate::storage::Storage;

/// Bytes that are read line by line instead of being halved once more.
const LINEAR_BYTES: u64 = 8 << 10;

/// Bytes read to find one line: as many as most have, and the end of the one before.
const PROBE_BYTES: usize = 4 << 10;

/// What a line is searched by. Both rise from line to line: the number always, the seq in a rising log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    Nth,
    Seq,
}

/// A line that a search came by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Probe {
    /// Where it begins and ends.
    pub(crate) offset: u64,
    pub(crate) end: u64,
    pub(crate) nth: u64,
    pub(crate) seq: u64,
}

impl Probe {
    fn key(&self, by: By) -> u64 {
        match by {
            By::Nth => self.nth,
            By::Seq => self.seq,
        }
    }
}

/// A line as a search sees it.
#[derive(Clone, Copy, Debug)]
struct Keyed {
    offset: u64,
    end: u64,
    seq: u64,
    /// None of a line of the original's.
    nth: Option<u64>,
}

impl Keyed {
    fn key(&self, by: By) -> Option<u64> {
        match by {
            By::Nth => self.nth,
            By::Seq => Some(self.seq),
        }
    }
}

impl<F> LogFile<F> {
    /// Where the first line begins whose key is above `key`; the length when none is.
    ///
    /// Only for a file in which the key rises. Reads a few lines, whatever the file holds, unless lines of the original's stand in
    /// the way of a search by number: those are counted from the beginning. Damage is met where it precedes the place, not
    /// where it lies behind. `known` are lines of the file in their order; those that are met join them.
    pub(crate) fn seek_above<S>(
        &mut self,
        files: &mut Files<S>,
        by: By,
        key: u64,
        known: &mut Vec<Probe>,
    ) -> Result<u64>
    where
        S: Storage<File = F>,
    {
        // Lines before `low` are not above, lines from `high` on are; `top` bounds the probes.
        let above = known.partition_point(|probe| probe.key(by) <= key);
        let mut low = above.checked_sub(1).and_then(|last| known.get(last)).map_or(0, |probe| probe.end);
        let mut high = known.get(above).map_or(self.length(), |probe| probe.offset);
        let mut top = high;
        self.read_at_once(PROBE_BYTES);
        // A long line may begin before `top` and end behind it.
        while top.saturating_sub(low) > LINEAR_BYTES {
            let middle = low + (top - low) / 2;
            let behind = self.end_of_line(files, middle)?;
            let start = self.line_at(files, behind)?.map_or(high, |line| line.offset);
            if start >= high {
                top = middle;
                continue;
            }
            let line = match self.keyed(files, start) {
                Ok(Some(line)) => line,
                // Nobody knows on which side of it the place is: what precedes it tells.
                Err(Error::Corrupt(_)) | Ok(None) => {
                    top = middle;
                    continue;
                }
                Err(error) => return Err(error),
            };
            remember(known, &line);
            match line.key(by) {
                Some(found) if found <= key => low = line.end,
                Some(_) => (high, top) = (start, start),
                None => return self.walk_above(files, 0, by, key),
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
        // Most likely what stands there is read on.
        self.read_at_once(CHUNK_BYTES);
        let mut offset = from;
        // The number of the line before, where it is known.
        let mut nth = (from == 0).then_some(0);
        while let Some(line) = self.keyed(files, offset)? {
            let found = match (line.key(by), nth) {
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

    /// The line at `offset`, or behind blank ones, as a search sees it; none at the end.
    fn keyed<S>(&mut self, files: &mut Files<S>, offset: u64) -> Result<Option<Keyed>>
    where
        S: Storage<File = F>,
    {
        let Some(line) = self.line_at(files, offset)? else { return Ok(None) };
        let (offset, end) = (line.offset, line.end);
        match line::parse(line.bytes).facts() {
            Ok((seq, trailer)) => Ok(Some(Keyed { offset, end, seq, nth: trailer.nth })),
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
        if let Some(Keyed { nth: Some(nth), .. }) = self.keyed(files, start)? {
            return Ok(nth);
        }
        let (mut nth, mut at) = (0, 0);
        while at <= start
            && let Some(line) = self.keyed(files, at)?
        {
            nth = line.nth.unwrap_or(nth + 1);
            at = line.end;
        }
        Ok(nth)
    }
}

/// Puts a line among those that are known. In a file that somebody put together numbers may not rise: then nothing is known of it.
fn remember(known: &mut Vec<Probe>, line: &Keyed) {
    let Keyed { offset, end, seq, nth: Some(nth) } = *line else { return };
    let at = known.partition_point(|probe| probe.offset < offset);
    let before = at.checked_sub(1).and_then(|before| known.get(before));
    let rises =
        before.is_none_or(|probe| probe.nth < nth) && known.get(at).is_none_or(|probe| probe.nth > nth);
    if rises {
        known.insert(at, Probe { offset, end, nth, seq });
    } else {
        known.clear();
    }
}
