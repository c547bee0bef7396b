//! Entries that count no more, by what the runs say of their segments (docs/durability.md, "Merges").
//!
//! The row of a segment says how many entries it has. One with a higher number was left behind by a truncation, or by a removal of the
//! segment, and takes part in nothing: whoever writes that number again writes the entry anew.

use super::RunFiles;
use super::reader::Hit;
use super::stack::{RunStack, Saying};
use crate::codec::uuid::Id;
use crate::keyspace::segment::{SegmentRow, split_entry};
use crate::keyspace::{ENTRIES, Keyspace, SEGMENTS, TRACES};

/// What the runs say of the segment of the last entry that was asked about.
#[derive(Debug, Default)]
pub(crate) struct DeadEntries {
    asked: Option<(Id, Row)>,
}

#[derive(Clone, Copy, Debug)]
enum Row {
    There(SegmentRow),
    Absent,
    /// It cannot be read, or something is pending of it.
    Unknown,
}

impl DeadEntries {
    /// Does an entry count no more? `is_pending` says whether commits have written the row of a segment that the runs do not have yet:
    /// what they say of the entries nobody asks here, since they may be lost.
    pub(crate) fn has(
        &mut self,
        stack: &mut RunStack,
        files: &mut impl RunFiles,
        hit: &Hit,
        is_pending: impl FnOnce(&Id) -> bool,
    ) -> bool {
        // Most entries are of other tables.
        let keyspace: &Keyspace = match hit.block.first_byte(hit.at) {
            Some(id) if id == ENTRIES.id => &ENTRIES,
            Some(id) if id == TRACES.id => &TRACES,
            _ => return false,
        };
        let Some((segment, nth)) = split_entry(&hit.block.key_from(hit.at, 1)) else { return false };
        let row = match self.asked {
            Some((asked, row)) if asked == segment => row,
            _ => row_of(stack, files, &segment, is_pending),
        };
        self.asked = Some((segment, row));
        match row {
            Row::There(row) => nth > row.extent(keyspace).count,
            Row::Absent => true,
            Row::Unknown => false,
        }
    }
}

fn row_of(
    stack: &mut RunStack,
    files: &mut impl RunFiles,
    segment: &Id,
    is_pending: impl FnOnce(&Id) -> bool,
) -> Row {
    if is_pending(segment) {
        return Row::Unknown;
    }
    let key = [[SEGMENTS.id].as_slice(), segment].concat();
    match stack.get(files, &key) {
        Ok(Some(Saying::Value(hit))) => {
            let row = hit.value(files).ok().and_then(|row| SegmentRow::decode(&row));
            row.map_or(Row::Unknown, Row::There)
        }
        Ok(Some(Saying::Removed) | None) => Row::Absent,
        Err(_) => Row::Unknown,
    }
}
