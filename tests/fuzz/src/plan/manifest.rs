//! What a journal says of its base.

use super::encode::{Mark, Marked, frame, is_count, leb128, text, write_place};
use super::later::Log;
use super::{Fate, Number};
use arbitrary::Arbitrary;

/// The version that this program reads.
const VERSION: u8 = 5;

/// The first frame of a journal, and the version of its header. Mostly those of a new root.
#[derive(Arbitrary, Clone, Debug)]
pub struct Manifest {
    /// None for one above all that are pending.
    next_file: Option<Number>,
    pending: Vec<(Log, Number)>,
    marks: Vec<(Log, Mark)>,
    position: Vec<u8>,
    fate: Fate,
    /// None for that of the header.
    lsn: Option<Number>,
    /// None for this one's.
    version: Option<u8>,
    /// Bytes behind the record.
    more: Vec<u8>,
    /// None for its own lsn: no frame behind it was copied.
    copied: Option<Number>,
}

impl Default for Manifest {
    fn default() -> Self {
        Self {
            next_file: None,
            pending: Vec::new(),
            marks: Vec::new(),
            position: Vec::new(),
            fate: Fate::Whole,
            lsn: None,
            version: None,
            more: Vec::new(),
            copied: None,
        }
    }
}

impl Manifest {
    pub(super) fn version(&self) -> u8 {
        self.version.unwrap_or(VERSION)
    }

    /// The logs whose marks it has.
    pub(super) fn marked(&self) -> Marked {
        self.marks.iter().map(|(log, _)| log.place()).collect()
    }

    /// Says it that frames behind it cannot be torn?
    pub(super) fn says_copied(&self) -> bool {
        self.copied.is_some()
    }

    pub(super) fn is_honest(&self) -> bool {
        let next = self.next_file();
        (1..1 << 62).contains(&next)
            && self.pending.iter().all(|(_, number)| (1..next).contains(&number.0))
            && self.marks.iter().all(|(_, mark)| mark.is_honest())
            && self.fate.is_whole()
            && self.lsn.is_none()
            && self.version() == VERSION
            && self.more.is_empty()
            && self.copied.is_none()
    }

    pub(super) fn frame(&self, number: u64, lsn: u64) -> Vec<u8> {
        let mut payload = vec![16];
        let own = self.lsn.map_or(lsn, |lsn| lsn.0);
        leb128(self.copied.map_or(own, |copied| copied.0), &mut payload);
        leb128(self.next_file(), &mut payload);
        leb128(self.pending.len() as u64, &mut payload);
        for (log, number) in &self.pending {
            write_place(&log.place(), &mut payload);
            leb128(number.0, &mut payload);
        }
        leb128(self.marks.len() as u64, &mut payload);
        for (log, mark) in &self.marks {
            write_place(&log.place(), &mut payload);
            mark.write(&mut payload);
        }
        // No runs, and so no files that are kept and no garbage.
        payload.extend([0, 0, 0, 0]);
        text(&self.position, &mut payload);
        payload.extend(&self.more);
        frame(number, own, 0, &payload, self.fate)
    }

    fn next_file(&self) -> u64 {
        let given = self.pending.iter().map(|(_, number)| *number).filter(|number| is_count(*number));
        let above = given.map(|number| number.0 + 1).max().unwrap_or(1);
        self.next_file.map_or(above, |number| number.0)
    }
}
