//! How much of the store is whose: the meaning of `admin.usage` (U3).

use crate::check::check_limit;
use crate::codec::uuid::{Id, parse_id, print_id};
use crate::engine::listing::{Direction, Filled, Page, behind};
use crate::engine::pull::NamePull;
use crate::engine::usage::Used;
use crate::engine::{Engine, Opened};
use crate::error::{Error, Result};
use crate::keyspace::name_range::NameRange;
use crate::keyspace::{
    BLOBS, ENTRIES, EVENTS, KV, Keyspace, MAPS, MEMBERS, METAS, OBJECTS, PACKED_BLOBS, PACKED_KV,
    PACKED_STREAMS, RECENT, REFS, SEGMENTS, SESSIONS, SNAPSHOTS, TRACES, composite, event,
};
use crate::limits::GROUP_BYTES_MAX;
use crate::storage::Storage;

/// Of what [`Engine::usage`] tells, one by one; `types.usage-by`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UsageBy {
    /// Of the parts of the store that the interfaces have.
    Keyspaces,
    /// Of streams.
    Streams,
    /// Of tables of maps.
    Tables,
    /// Of sessions.
    Sessions,
}

/// How much of the store is whose; `types.usage`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usage {
    /// Whose.
    pub name: String,
    /// Events, keys, values, objects, blobs, entries.
    pub items: u64,
    /// Bytes of their values.
    pub value_bytes: u64,
    /// Bytes that they take in files and runs.
    pub disk_bytes: u64,
    /// Of those, what no read gives any more.
    pub garbage_bytes: u64,
}

impl Usage {
    fn new(name: &str, used: Used) -> Self {
        let Used { items, value_bytes, disk_bytes, garbage_bytes } = used;
        Self { name: name.to_owned(), items, value_bytes, disk_bytes, garbage_bytes }
    }
}

const KEYSPACES: [&str; 8] = ["streams", "kv", "blobs", "refs", "maps", "objects", "sessions", "snapshots"];

impl<S: Storage> Engine<S> {
    /// `admin.usage`.
    ///
    /// # Errors
    /// As in `wit/admin.wit`.
    pub fn usage(&mut self, by: UsageBy, after: Option<&str>, limit: u32) -> Result<Page<Usage>> {
        let items = check_limit(limit)?;
        match by {
            UsageBy::Keyspaces => self.usage_by_keyspace(after, items),
            UsageBy::Streams => self.stream_names_page(("", after), limit, |engine, stream| {
                let used = engine.used_by_stream(stream.as_bytes())?;
                Ok((Usage::new(&stream, used), stream.len()))
            }),
            UsageBy::Tables => self.usage_by_table(after, items),
            UsageBy::Sessions => self.usage_by_session(after, items),
        }
    }

    fn usage_by_keyspace(&mut self, after: Option<&str>, items: usize) -> Result<Page<Usage>> {
        let first = match behind(after) {
            None => 0,
            Some(after) => {
                1 + KEYSPACES.iter().position(|name| *name == after).ok_or_else(Error::not_a_cursor)?
            }
        };
        self.read(|engine| {
            let mut filled = Filled::new(items);
            for name in KEYSPACES.get(first..).unwrap_or_default() {
                // What does not fit is not looked at.
                let used = if filled.is_full() { Used::default() } else { engine.used_by_keyspace(name)? };
                if !filled.take(*name, Some((Usage::new(name, used), name.len()))) {
                    break;
                }
            }
            Ok(filled.page(after, str::to_owned))
        })
    }

    fn usage_by_table(&mut self, after: Option<&str>, items: usize) -> Result<Page<Usage>> {
        self.read(|engine| {
            let mut filled = Filled::new(items);
            let tables = engine.map_table_names()?;
            for table in
                tables.into_iter().filter(|table| behind(after).is_none_or(|after| table.as_str() > after))
            {
                let names = NameRange::with_prefix(&composite::name(table.as_bytes(), &[]));
                // What does not fit is not looked at.
                let used =
                    if filled.is_full() { Used::default() } else { engine.used_in_runs(&MAPS, &names)? };
                let usage = Usage::new(&table, used);
                if !filled.take(table, Some((usage, GROUP_BYTES_MAX))) {
                    break;
                }
            }
            Ok(filled.page(after, |table| table))
        })
    }

    fn usage_by_session(&mut self, after: Option<&str>, items: usize) -> Result<Page<Usage>> {
        let mut names = NameRange::default();
        if let Some(after) = behind(after) {
            names.start_behind(&parse_id(after).map_err(|_| Error::not_a_cursor())?);
        }
        self.read(|engine| {
            let names = NamePull::new(&SESSIONS, names.clone(), Direction::Forward);
            let page = engine.fill_page(names, items, |engine, key| {
                let Ok(session) = Id::try_from(key.name()) else { return Ok(None) };
                let name = print_id(&session);
                Ok(Some((Usage::new(&name, engine.used_by_session(&session)?), name.len())))
            })?;
            let print = |name: Vec<u8>| Id::try_from(name).map(|id| print_id(&id)).unwrap_or_default();
            Ok(page.page(after, |key| print(key.name())))
        })
    }
}

impl<S: Storage> Opened<'_, S> {
    fn used_by_keyspace(&mut self, name: &str) -> Result<Used> {
        match (name, self.is_packed()) {
            ("streams", true) => self.used_by_tables(&EVENTS, &[&PACKED_STREAMS]),
            ("streams", false) => self.used_by_logs(),
            ("kv", true) => self.used_by_tables(&PACKED_KV, &[]),
            ("kv", false) => self.used_by_files(&KV),
            ("blobs", true) => Ok(self.used_by_tables(&PACKED_BLOBS, &[])?.and(self.used_by_files(&BLOBS)?)),
            ("blobs", false) => self.used_by_files(&BLOBS),
            ("refs", _) => self.used_by_tables(&REFS, &[]),
            ("maps", _) => self.used_by_tables(&MAPS, &[]),
            ("objects", _) => self.used_by_tables(&OBJECTS, &[]),
            ("sessions", _) => {
                let traces = self.used_by_tables(&TRACES, &[])?;
                let beside = [&SESSIONS, &RECENT, &MEMBERS, &SEGMENTS, &METAS];
                Ok(self.used_by_tables(&ENTRIES, &beside)?.and(traces))
            }
            _ => self.used_by_tables(&SNAPSHOTS, &[]),
        }
    }

    /// What a table in runs takes, with others whose rows are no items.
    fn used_by_tables(&mut self, keyspace: &'static Keyspace, beside: &[&'static Keyspace]) -> Result<Used> {
        let all = NameRange::default();
        let used = self.used_in_runs(keyspace, &all)?;
        beside.iter().try_fold(used, |used, rows| Ok(used.and(self.used_in_runs(rows, &all)?.beside())))
    }

    fn used_by_stream(&mut self, stream: &[u8]) -> Result<Used> {
        if self.is_packed() {
            self.used_in_runs(&EVENTS, &NameRange::with_prefix(&event::prefix(stream)))
        } else {
            self.used_by_log(stream)
        }
    }

    fn used_by_session(&mut self, session: &Id) -> Result<Used> {
        let mut used = Used::default();
        for (segment, _) in self.segments_of(session)? {
            for keyspace in [&ENTRIES, &TRACES] {
                used = used.and(self.used_in_runs(keyspace, &NameRange::with_prefix(&segment))?);
            }
        }
        Ok(used)
    }
}
