//! Entries that count no more, by what the runs say of their segments and streams (docs/durability.md, "Merges").
//!
//! The row of a segment says how many entries it has, and that of a stream between which numbers its events are. What has another number
//! was left behind by a truncation or by a removal, and takes part in nothing: whoever gives that number again writes the entry anew.

use super::RunFiles;
use super::hit::Hit;
use super::stack::{RunStack, Saying};
use crate::keyspace::event::{self, StreamRow};
use crate::keyspace::segment::{SegmentRow, split_entry};
use crate::keyspace::{ENTRIES, EVENTS, Keyspace, PACKED_STREAMS, SEGMENTS, TRACES};

/// What the runs say of the segment or the stream of the last entry that was asked about.
#[derive(Debug, Default)]
pub(crate) struct DeadEntries {
    /// Its key in the runs, and its row.
    asked: Option<(Vec<u8>, Row)>,
}

#[derive(Clone, Copy, Debug)]
enum Row {
    Segment(SegmentRow),
    Stream(StreamRow),
    Absent,
    /// It cannot be read, or something is pending of it.
    Unknown,
}

impl DeadEntries {
    /// Does an entry count no more? `is_pending` says whether commits have written the row of a segment or a stream that the runs do not
    /// have yet: what they say of the entries nobody asks here, since they may be lost.
    pub(crate) fn has(
        &mut self,
        stack: &mut RunStack,
        files: &mut impl RunFiles,
        hit: &Hit,
        is_pending: impl FnOnce(&Keyspace, &[u8]) -> bool,
    ) -> bool {
        // Most entries are of other tables.
        let keyspace: &Keyspace = match hit.block.first_byte(hit.at) {
            Some(id) if id == ENTRIES.id => &ENTRIES,
            Some(id) if id == TRACES.id => &TRACES,
            Some(id) if id == EVENTS.id => &EVENTS,
            _ => return false,
        };
        let name = hit.block.key_from(hit.at, 1);
        let (rows, group, nth): (&Keyspace, _, _) = if *keyspace == EVENTS {
            let Some((stream, nth)) = event::split(&name) else { return false };
            (&PACKED_STREAMS, stream, nth)
        } else {
            let Some((segment, nth)) = split_entry(&name) else { return false };
            (&SEGMENTS, name.get(..segment.len()).unwrap_or_default(), nth)
        };
        let is_asked =
            self.asked.as_ref().is_some_and(|(key, _)| key.split_first() == Some((&rows.id, group)));
        if !is_asked {
            let key = [[rows.id].as_slice(), group].concat();
            let row = if is_pending(rows, group) { Row::Unknown } else { row_of(stack, files, rows, &key) };
            self.asked = Some((key, row));
        }
        match self.asked {
            Some((_, Row::Segment(row))) => nth > row.extent(keyspace).count,
            Some((_, Row::Stream(row))) => !row.numbers().contains(&nth),
            Some((_, Row::Absent)) => true,
            Some((_, Row::Unknown)) | None => false,
        }
    }
}

fn row_of(stack: &mut RunStack, files: &mut impl RunFiles, rows: &Keyspace, key: &[u8]) -> Row {
    let hit = match stack.get(files, key) {
        Ok(Some(Saying::Value(hit))) => hit,
        Ok(Some(Saying::Removed) | None) => return Row::Absent,
        Err(_) => return Row::Unknown,
    };
    let Ok(row) = hit.value(files) else { return Row::Unknown };
    let row = if *rows == SEGMENTS {
        SegmentRow::decode(&row).map(Row::Segment)
    } else {
        StreamRow::decode(&row).map(Row::Stream)
    };
    row.unwrap_or(Row::Unknown)
}
