//! Tables that stand in runs: what those say of a key.

use crate::base::value_file::Value;
use crate::engine::{Opened, Root};
use crate::error::Result;
use crate::keyspace::{
    self, COUNTS, ENTRIES, EVENTS, Keyspace, MAPS, MEMBERS, METAS, OBJECTS, PACKED_BLOBS, PACKED_KV,
    PACKED_STREAMS, RECENT, REFS, SEGMENTS, SESSIONS, SNAPSHOTS, TRACES, composite,
};
use crate::run::RunGeometry;
use crate::run::hit::Hit;
use crate::run::open_files::DiskRuns;
use crate::run::stack::Saying;
use crate::run::stack_cursor::StackCursor;
use crate::storage::Storage;

impl<S: Storage> Root<S> {
    /// How large blocks and files of runs become here.
    pub(crate) fn run_geometry(&self) -> RunGeometry {
        RunGeometry { block_bytes: self.geometry.block_bytes(), file_bytes: self.geometry.file_bytes() }
    }
}

impl<S: Storage> Opened<'_, S> {
    /// The entry of a key that has a value in the runs.
    fn value_in_runs(&mut self, keyspace: &Keyspace, name: &[u8]) -> Result<Option<Hit>> {
        let mut files = DiskRuns { files: &mut self.root.files, open: &mut self.state.open_runs };
        Ok(match self.state.stack.get(&mut files, &run_key(keyspace, name))? {
            Some(Saying::Value(hit)) => Some(hit),
            Some(Saying::Removed) | None => None,
        })
    }

    /// The value of a key in the runs, and its version.
    pub(crate) fn run_value(&mut self, keyspace: &Keyspace, name: &[u8]) -> Result<Option<Value>> {
        let hit = self.value_in_runs(keyspace, name)?;
        hit.map(|hit| self.value_of(&hit)).transpose()
    }

    /// The size of the value of a key in the runs.
    pub(crate) fn run_value_size(&mut self, keyspace: &Keyspace, name: &[u8]) -> Result<Option<u64>> {
        Ok(self.value_in_runs(keyspace, name)?.map(|hit| hit.value_bytes()))
    }

    /// What an entry with a value says.
    pub(crate) fn value_of(&mut self, hit: &Hit) -> Result<Value> {
        let mut files = DiskRuns { files: &mut self.root.files, open: &mut self.state.open_runs };
        Ok(Value { bytes: hit.value(&mut files)?, version: hit.block.version(hit.at) })
    }

    /// A place in all runs: before a key of them.
    pub(crate) fn run_cursor(&self, place: &[u8]) -> StackCursor {
        StackCursor::new(&self.state.stack.runs().runs, Some(place))
    }

    /// The next entry that has a value, or backward the one before, of any keyspace.
    pub(crate) fn next_in_runs(&mut self, cursor: &mut StackCursor, is_forward: bool) -> Result<Option<Hit>> {
        let mut files = DiskRuns { files: &mut self.root.files, open: &mut self.state.open_runs };
        let stack = &mut self.state.stack;
        if is_forward { cursor.next(stack, &mut files) } else { cursor.previous(stack, &mut files) }
    }
}

/// The key of a name in the runs.
pub(crate) fn run_key(keyspace: &Keyspace, name: &[u8]) -> Vec<u8> {
    [&[keyspace.id], name].concat()
}

/// The table of a key in the runs, for people. A row of the counts begins as the keys do that it counts.
pub(crate) fn table_of(key: &[u8]) -> String {
    let names = [
        (&REFS, "refs"),
        (&SNAPSHOTS, "snapshots"),
        (&OBJECTS, "objects"),
        (&MAPS, "maps"),
        (&SESSIONS, "sessions"),
        (&TRACES, "traces"),
        (&SEGMENTS, "segments"),
        (&COUNTS, "counts"),
        (&ENTRIES, "entries of segments"),
        (&RECENT, "the order of sessions"),
        (&MEMBERS, "the segments of sessions"),
        (&METAS, "metas of segments"),
        (&PACKED_STREAMS, "streams"),
        (&EVENTS, "events"),
        (&PACKED_KV, "kv"),
        (&PACKED_BLOBS, "blobs"),
    ];
    let Some((id, name)) = key.split_first() else { return "the first table".to_owned() };
    let keyspace = keyspace::by_id(*id);
    let is_map = keyspace == Some(&MAPS);
    if let Some((map, _)) = composite::split(name).filter(|_| is_map) {
        return format!("the map {}", String::from_utf8_lossy(map));
    }
    let found = names.into_iter().find(|(of, _)| keyspace == Some(*of));
    found.map_or("no table", |(_, name)| name).to_owned()
}
