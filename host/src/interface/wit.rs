//! Generated from `wit/` by `cargo run -p sx-persist-generate`; not edited by hand.
//!
//! Each function of `wit/` as a call of what is at the other end; those that may be operations of a batch go with what other
//! threads write.

pub(crate) mod persist {
    use crate::error::Result;
    use crate::interface::batch::unexpected;
    use crate::store::Store;
    use crate::store::told::Told;
    use crate::types::{Direction, EntryPage, ExpectSeq, LinePage, NamePage, Op, Outcome, Position};
    use sx_persist_wire::{Function, Put};

    pub(crate) fn append(store: &Store, stream: String, event: String) -> Result<u64> {
        match store.submit(Op::Append { stream, event })? {
            Outcome::Appended(answer) => Ok(answer),
            other => Err(unexpected(&other)),
        }
    }

    pub(crate) fn read(store: &Store, stream: &str) -> Result<Vec<String>> {
        let told = Told { function: "persist.read", names: [stream.as_bytes(), b""], bytes: stream.len() };
        store.call(told, Function::PersistRead, |out| stream.put(out))
    }

    pub(crate) fn last_seq(store: &Store, stream: &str) -> Result<u64> {
        let told =
            Told { function: "persist.last-seq", names: [stream.as_bytes(), b""], bytes: stream.len() };
        store.call(told, Function::PersistLastSeq, |out| stream.put(out))
    }

    pub(crate) fn streams(store: &Store) -> Result<Vec<String>> {
        let told = Told { function: "persist.streams", names: [b"", b""], bytes: 0 };
        store.call(told, Function::PersistStreams, |_| {})
    }

    pub(crate) fn truncate(store: &Store, stream: String, upto: u64) -> Result<u64> {
        match store.submit(Op::Truncate { stream, upto })? {
            Outcome::Truncated(answer) => Ok(answer),
            other => Err(unexpected(&other)),
        }
    }

    pub(crate) fn kv_get(store: &Store, key: &str) -> Result<Option<String>> {
        let told = Told { function: "persist.kv-get", names: [key.as_bytes(), b""], bytes: key.len() };
        store.call(told, Function::PersistKvGet, |out| key.put(out))
    }

    pub(crate) fn kv_put(store: &Store, key: String, value: String) -> Result<()> {
        match store.submit(Op::KvPut { key, value })? {
            Outcome::Put => Ok(()),
            other => Err(unexpected(&other)),
        }
    }

    pub(crate) fn kv_delete(store: &Store, key: String) -> Result<bool> {
        match store.submit(Op::KvDelete { key })? {
            Outcome::Deleted(answer) => Ok(answer),
            other => Err(unexpected(&other)),
        }
    }

    pub(crate) fn kv_has(store: &Store, key: &str) -> Result<bool> {
        let told = Told { function: "persist.kv-has", names: [key.as_bytes(), b""], bytes: key.len() };
        store.call(told, Function::PersistKvHas, |out| key.put(out))
    }

    pub(crate) fn kv_keys(store: &Store) -> Result<Vec<String>> {
        let told = Told { function: "persist.kv-keys", names: [b"", b""], bytes: 0 };
        store.call(told, Function::PersistKvKeys, |_| {})
    }

    pub(crate) fn append_expecting(
        store: &Store,
        stream: String,
        expected: u64,
        events: Vec<String>,
    ) -> Result<u64> {
        match store.submit(Op::AppendExpecting { stream, expected, events })? {
            Outcome::Appended(answer) => Ok(answer),
            other => Err(unexpected(&other)),
        }
    }

    pub(crate) fn record_event(
        store: &Store,
        stream: String,
        kind: String,
        at: i64,
        data: String,
        expected: ExpectSeq,
    ) -> Result<String> {
        match store.submit(Op::RecordEvent { stream, kind, at, data, expected })? {
            Outcome::Recorded(answer) => Ok(answer),
            other => Err(unexpected(&other)),
        }
    }

    pub(crate) fn kv_swap(
        store: &Store,
        key: String,
        expected: Option<String>,
        replacement: Option<String>,
    ) -> Result<bool> {
        match store.submit(Op::KvSwap { key, expected, replacement })? {
            Outcome::Swapped(answer) => Ok(answer),
            other => Err(unexpected(&other)),
        }
    }

    pub(crate) fn read_page(
        store: &Store,
        stream: &str,
        at: &Position,
        limit: u32,
        direction: Direction,
    ) -> Result<LinePage> {
        let told = Told {
            function: "persist.read-page",
            names: [stream.as_bytes(), b""],
            bytes: stream.len()
                + match at {
                    Position::Cursor(held) => held.len(),
                    _ => 0,
                },
        };
        store.call(told, Function::PersistReadPage, |out| {
            stream.put(out);
            at.put(out);
            limit.put(out);
            direction.put(out);
        })
    }

    pub(crate) fn count(store: &Store, stream: &str) -> Result<u64> {
        let told = Told { function: "persist.count", names: [stream.as_bytes(), b""], bytes: stream.len() };
        store.call(told, Function::PersistCount, |out| stream.put(out))
    }

    pub(crate) fn kv_list(store: &Store, prefix: &str, after: Option<&str>, limit: u32) -> Result<EntryPage> {
        let told = Told {
            function: "persist.kv-list",
            names: [prefix.as_bytes(), b""],
            bytes: prefix.len() + after.map_or(0, str::len),
        };
        store.call(told, Function::PersistKvList, |out| {
            prefix.put(out);
            after.put(out);
            limit.put(out);
        })
    }

    pub(crate) fn list_streams(
        store: &Store,
        prefix: &str,
        after: Option<&str>,
        limit: u32,
    ) -> Result<NamePage> {
        let told = Told {
            function: "persist.list-streams",
            names: [prefix.as_bytes(), b""],
            bytes: prefix.len() + after.map_or(0, str::len),
        };
        store.call(told, Function::PersistListStreams, |out| {
            prefix.put(out);
            after.put(out);
            limit.put(out);
        })
    }
}

pub(crate) mod blob {
    use crate::error::Result;
    use crate::interface::batch::unexpected;
    use crate::store::Store;
    use crate::store::told::Told;
    use crate::types::{NamePage, Op, Outcome};
    use sx_persist_wire::{Function, Put};

    pub(crate) fn put(store: &Store, bytes: Vec<u8>) -> Result<String> {
        match store.submit(Op::BlobPut { bytes })? {
            Outcome::Stored(answer) => Ok(answer),
            other => Err(unexpected(&other)),
        }
    }

    pub(crate) fn get(store: &Store, cid: &str) -> Result<Option<Vec<u8>>> {
        let told = Told { function: "blob.get", names: [cid.as_bytes(), b""], bytes: cid.len() };
        store.call(told, Function::BlobGet, |out| cid.put(out))
    }

    pub(crate) fn has(store: &Store, cid: &str) -> Result<bool> {
        let told = Told { function: "blob.has", names: [cid.as_bytes(), b""], bytes: cid.len() };
        store.call(told, Function::BlobHas, |out| cid.put(out))
    }

    pub(crate) fn size(store: &Store, cid: &str) -> Result<Option<u64>> {
        let told = Told { function: "blob.size", names: [cid.as_bytes(), b""], bytes: cid.len() };
        store.call(told, Function::BlobSize, |out| cid.put(out))
    }

    pub(crate) fn read_at(store: &Store, cid: &str, offset: u64, length: u32) -> Result<Option<Vec<u8>>> {
        let told = Told { function: "blob.read-at", names: [cid.as_bytes(), b""], bytes: cid.len() };
        store.call(told, Function::BlobReadAt, |out| {
            cid.put(out);
            offset.put(out);
            length.put(out);
        })
    }

    pub(crate) fn delete(store: &Store, cid: String) -> Result<bool> {
        match store.submit(Op::BlobDelete { cid })? {
            Outcome::Deleted(answer) => Ok(answer),
            other => Err(unexpected(&other)),
        }
    }

    pub(crate) fn list(store: &Store, after: Option<&str>, limit: u32) -> Result<NamePage> {
        let told = Told { function: "blob.list", names: [b"", b""], bytes: after.map_or(0, str::len) };
        store.call(told, Function::BlobList, |out| {
            after.put(out);
            limit.put(out);
        })
    }
}

pub(crate) mod refs {
    use crate::error::Result;
    use crate::interface::batch::unexpected;
    use crate::store::Store;
    use crate::store::told::Told;
    use crate::types::{Op, Outcome, RefPage};
    use sx_persist_wire::{Function, Put};

    pub(crate) fn get(store: &Store, name: &str) -> Result<Option<String>> {
        let told = Told { function: "refs.get", names: [name.as_bytes(), b""], bytes: name.len() };
        store.call(told, Function::RefsGet, |out| name.put(out))
    }

    pub(crate) fn set(store: &Store, name: String, hash: String) -> Result<()> {
        match store.submit(Op::RefSet { name, hash })? {
            Outcome::Put => Ok(()),
            other => Err(unexpected(&other)),
        }
    }

    pub(crate) fn test_and_set(
        store: &Store,
        name: String,
        test: Option<String>,
        set: Option<String>,
    ) -> Result<bool> {
        match store.submit(Op::RefTestAndSet { name, test, set })? {
            Outcome::Swapped(answer) => Ok(answer),
            other => Err(unexpected(&other)),
        }
    }

    pub(crate) fn delete(store: &Store, name: String) -> Result<bool> {
        match store.submit(Op::RefDelete { name })? {
            Outcome::Deleted(answer) => Ok(answer),
            other => Err(unexpected(&other)),
        }
    }

    pub(crate) fn list(store: &Store, prefix: &str, after: Option<&str>, limit: u32) -> Result<RefPage> {
        let told = Told {
            function: "refs.list",
            names: [prefix.as_bytes(), b""],
            bytes: prefix.len() + after.map_or(0, str::len),
        };
        store.call(told, Function::RefsList, |out| {
            prefix.put(out);
            after.put(out);
            limit.put(out);
        })
    }
}

pub(crate) mod maps {
    use crate::error::Result;
    use crate::interface::batch::unexpected;
    use crate::store::Store;
    use crate::store::told::Told;
    use crate::types::{Direction, Expect, KeyPage, MapEntry, MapPage, MapPair, MapRange, Op, Outcome};
    use sx_persist_wire::{Function, Put};

    pub(crate) fn get(store: &Store, table: &str, key: &[u8]) -> Result<Option<MapEntry>> {
        let told =
            Told { function: "maps.get", names: [table.as_bytes(), key], bytes: table.len() + key.len() };
        store.call(told, Function::MapsGet, |out| {
            table.put(out);
            key.put(out);
        })
    }

    pub(crate) fn get_many(store: &Store, table: &str, keys: &[Vec<u8>]) -> Result<Vec<Option<MapEntry>>> {
        let told = Told {
            function: "maps.get-many",
            names: [table.as_bytes(), b""],
            bytes: table.len() + keys.iter().map(Vec::len).sum::<usize>(),
        };
        store.call(told, Function::MapsGetMany, |out| {
            table.put(out);
            keys.put(out);
        })
    }

    pub(crate) fn has(store: &Store, table: &str, key: &[u8]) -> Result<bool> {
        let told =
            Told { function: "maps.has", names: [table.as_bytes(), key], bytes: table.len() + key.len() };
        store.call(told, Function::MapsHas, |out| {
            table.put(out);
            key.put(out);
        })
    }

    pub(crate) fn put(store: &Store, table: String, key: Vec<u8>, value: Vec<u8>) -> Result<u64> {
        match store.submit(Op::MapPut { table, key, value })? {
            Outcome::Versioned(answer) => Ok(answer),
            other => Err(unexpected(&other)),
        }
    }

    pub(crate) fn put_new(store: &Store, table: String, key: Vec<u8>, value: Vec<u8>) -> Result<u64> {
        match store.submit(Op::MapPutNew { table, key, value })? {
            Outcome::Versioned(answer) => Ok(answer),
            other => Err(unexpected(&other)),
        }
    }

    pub(crate) fn swap(
        store: &Store,
        table: String,
        key: Vec<u8>,
        expected: Expect,
        value: Vec<u8>,
    ) -> Result<u64> {
        match store.submit(Op::MapSwap { table, key, expected, value })? {
            Outcome::Versioned(answer) => Ok(answer),
            other => Err(unexpected(&other)),
        }
    }

    pub(crate) fn delete(store: &Store, table: String, key: Vec<u8>, expected: Expect) -> Result<bool> {
        match store.submit(Op::MapDelete { table, key, expected })? {
            Outcome::Deleted(answer) => Ok(answer),
            other => Err(unexpected(&other)),
        }
    }

    pub(crate) fn increment(store: &Store, table: String, key: Vec<u8>, delta: i64) -> Result<i64> {
        match store.submit(Op::MapIncrement { table, key, delta })? {
            Outcome::Incremented(answer) => Ok(answer),
            other => Err(unexpected(&other)),
        }
    }

    pub(crate) fn put_many(store: &Store, table: &str, pairs: &[MapPair]) -> Result<u64> {
        let told = Told {
            function: "maps.put-many",
            names: [table.as_bytes(), b""],
            bytes: table.len() + pairs.iter().map(|item| item.key.len() + item.value.len()).sum::<usize>(),
        };
        store.call(told, Function::MapsPutMany, |out| {
            table.put(out);
            pairs.put(out);
        })
    }

    pub(crate) fn delete_many(store: &Store, table: &str, keys: &[Vec<u8>]) -> Result<u64> {
        let told = Told {
            function: "maps.delete-many",
            names: [table.as_bytes(), b""],
            bytes: table.len() + keys.iter().map(Vec::len).sum::<usize>(),
        };
        store.call(told, Function::MapsDeleteMany, |out| {
            table.put(out);
            keys.put(out);
        })
    }

    pub(crate) fn list(
        store: &Store,
        table: &str,
        range: &MapRange,
        after: Option<&str>,
        limit: u32,
        direction: Direction,
    ) -> Result<KeyPage> {
        let told = Told {
            function: "maps.list",
            names: [table.as_bytes(), b""],
            bytes: table.len()
                + range.prefix.len()
                + range.start.as_ref().map_or(0, Vec::len)
                + range.end.as_ref().map_or(0, Vec::len)
                + after.map_or(0, str::len),
        };
        store.call(told, Function::MapsList, |out| {
            table.put(out);
            range.put(out);
            after.put(out);
            limit.put(out);
            direction.put(out);
        })
    }

    pub(crate) fn scan(
        store: &Store,
        table: &str,
        range: &MapRange,
        after: Option<&str>,
        limit: u32,
        direction: Direction,
    ) -> Result<MapPage> {
        let told = Told {
            function: "maps.scan",
            names: [table.as_bytes(), b""],
            bytes: table.len()
                + range.prefix.len()
                + range.start.as_ref().map_or(0, Vec::len)
                + range.end.as_ref().map_or(0, Vec::len)
                + after.map_or(0, str::len),
        };
        store.call(told, Function::MapsScan, |out| {
            table.put(out);
            range.put(out);
            after.put(out);
            limit.put(out);
            direction.put(out);
        })
    }

    pub(crate) fn count(store: &Store, table: &str) -> Result<u64> {
        let told = Told { function: "maps.count", names: [table.as_bytes(), b""], bytes: table.len() };
        store.call(told, Function::MapsCount, |out| table.put(out))
    }

    pub(crate) fn tables(store: &Store) -> Result<Vec<String>> {
        let told = Told { function: "maps.tables", names: [b"", b""], bytes: 0 };
        store.call(told, Function::MapsTables, |_| {})
    }

    pub(crate) fn drop_table(store: &Store, table: String) -> Result<u64> {
        match store.submit(Op::MapDropTable { table })? {
            Outcome::Dropped(answer) => Ok(answer),
            other => Err(unexpected(&other)),
        }
    }
}

pub(crate) mod objects {
    use crate::error::Result;
    use crate::interface::batch::CommitError;
    use crate::interface::batch::unexpected;
    use crate::store::Store;
    use crate::store::told::Told;
    use crate::types::{NamePage, ObjectStats, Op, Outcome};
    use sx_persist_wire::{Function, Put};

    pub(crate) fn read(store: &Store, hash: &str) -> Result<Option<Vec<u8>>> {
        let told = Told { function: "objects.read", names: [hash.as_bytes(), b""], bytes: hash.len() };
        store.call(told, Function::ObjectsRead, |out| hash.put(out))
    }

    pub(crate) fn exists(store: &Store, hash: &str) -> Result<bool> {
        let told = Told { function: "objects.exists", names: [hash.as_bytes(), b""], bytes: hash.len() };
        store.call(told, Function::ObjectsExists, |out| hash.put(out))
    }

    pub(crate) fn write(store: &Store, hash: String, bytes: Vec<u8>) -> Result<()> {
        match store.submit(Op::ObjectWrite { hash, bytes })? {
            Outcome::Put => Ok(()),
            other => Err(unexpected(&other)),
        }
    }

    pub(crate) fn write_batch(store: &Store, objects: &[(String, Vec<u8>)]) -> Result<(), CommitError> {
        let told = Told {
            function: "objects.write-batch",
            names: [b"", b""],
            bytes: objects.iter().map(|(part_0, part_1)| part_0.len() + part_1.len()).sum::<usize>(),
        };
        store.call_several(told, Function::ObjectsWriteBatch, |out| objects.put(out))
    }

    pub(crate) fn delete(store: &Store, hash: String) -> Result<bool> {
        match store.submit(Op::ObjectDelete { hash })? {
            Outcome::Deleted(answer) => Ok(answer),
            other => Err(unexpected(&other)),
        }
    }

    pub(crate) fn list(store: &Store, after: Option<&str>, limit: u32) -> Result<NamePage> {
        let told = Told { function: "objects.list", names: [b"", b""], bytes: after.map_or(0, str::len) };
        store.call(told, Function::ObjectsList, |out| {
            after.put(out);
            limit.put(out);
        })
    }

    pub(crate) fn stats(store: &Store) -> Result<ObjectStats> {
        let told = Told { function: "objects.stats", names: [b"", b""], bytes: 0 };
        store.call(told, Function::ObjectsStats, |_| {})
    }
}

pub(crate) mod sessions {
    use crate::error::Result;
    use crate::interface::batch::unexpected;
    use crate::store::Store;
    use crate::store::told::Told;
    use crate::types::{
        Direction, ExpectSeq, LastEntries, LinePage, NamePage, Op, Outcome, Position, SegmentDescription,
    };
    use sx_persist_wire::{Function, Put};

    pub(crate) fn create_segment(
        store: &Store,
        session: String,
        segment: String,
        entries: Vec<String>,
    ) -> Result<()> {
        match store.submit(Op::SessionCreateSegment { session, segment, entries })? {
            Outcome::Put => Ok(()),
            other => Err(unexpected(&other)),
        }
    }

    pub(crate) fn append(store: &Store, session: String, segment: String, entry: String) -> Result<u64> {
        match store.submit(Op::SessionAppend { session, segment, entry })? {
            Outcome::Appended(answer) => Ok(answer),
            other => Err(unexpected(&other)),
        }
    }

    pub(crate) fn append_expecting(
        store: &Store,
        session: String,
        segment: String,
        expected: u64,
        entries: Vec<String>,
    ) -> Result<u64> {
        match store.submit(Op::SessionAppendExpecting { session, segment, expected, entries })? {
            Outcome::Appended(answer) => Ok(answer),
            other => Err(unexpected(&other)),
        }
    }

    pub(crate) fn read(store: &Store, session: &str, segment: &str) -> Result<Vec<String>> {
        let told = Told {
            function: "sessions.read",
            names: [session.as_bytes(), segment.as_bytes()],
            bytes: session.len() + segment.len(),
        };
        store.call(told, Function::SessionsRead, |out| {
            session.put(out);
            segment.put(out);
        })
    }

    pub(crate) fn read_page(
        store: &Store,
        session: &str,
        segment: &str,
        at: &Position,
        limit: u32,
        direction: Direction,
    ) -> Result<LinePage> {
        let told = Told {
            function: "sessions.read-page",
            names: [session.as_bytes(), segment.as_bytes()],
            bytes: session.len()
                + segment.len()
                + match at {
                    Position::Cursor(held) => held.len(),
                    _ => 0,
                },
        };
        store.call(told, Function::SessionsReadPage, |out| {
            session.put(out);
            segment.put(out);
            at.put(out);
            limit.put(out);
            direction.put(out);
        })
    }

    pub(crate) fn entry_count(store: &Store, session: &str, segment: &str) -> Result<u64> {
        let told = Told {
            function: "sessions.entry-count",
            names: [session.as_bytes(), segment.as_bytes()],
            bytes: session.len() + segment.len(),
        };
        store.call(told, Function::SessionsEntryCount, |out| {
            session.put(out);
            segment.put(out);
        })
    }

    pub(crate) fn exists(store: &Store, session: &str, segment: &str) -> Result<bool> {
        let told = Told {
            function: "sessions.exists",
            names: [session.as_bytes(), segment.as_bytes()],
            bytes: session.len() + segment.len(),
        };
        store.call(told, Function::SessionsExists, |out| {
            session.put(out);
            segment.put(out);
        })
    }

    pub(crate) fn truncate(
        store: &Store,
        session: String,
        segment: String,
        entries: u64,
        expected: ExpectSeq,
    ) -> Result<u64> {
        match store.submit(Op::SessionTruncate { session, segment, entries, expected })? {
            Outcome::Truncated(answer) => Ok(answer),
            other => Err(unexpected(&other)),
        }
    }

    pub(crate) fn delete_segment(store: &Store, session: String, segment: String) -> Result<bool> {
        match store.submit(Op::SessionDeleteSegment { session, segment })? {
            Outcome::Deleted(answer) => Ok(answer),
            other => Err(unexpected(&other)),
        }
    }

    pub(crate) fn list_sessions(store: &Store, after: Option<&str>, limit: u32) -> Result<NamePage> {
        let told =
            Told { function: "sessions.list-sessions", names: [b"", b""], bytes: after.map_or(0, str::len) };
        store.call(told, Function::SessionsListSessions, |out| {
            after.put(out);
            limit.put(out);
        })
    }

    pub(crate) fn list_segments(
        store: &Store,
        session: &str,
        after: Option<&str>,
        limit: u32,
    ) -> Result<NamePage> {
        let told = Told {
            function: "sessions.list-segments",
            names: [session.as_bytes(), b""],
            bytes: session.len() + after.map_or(0, str::len),
        };
        store.call(told, Function::SessionsListSegments, |out| {
            session.put(out);
            after.put(out);
            limit.put(out);
        })
    }

    pub(crate) fn session_of(store: &Store, segment: &str) -> Result<Option<String>> {
        let told =
            Told { function: "sessions.session-of", names: [segment.as_bytes(), b""], bytes: segment.len() };
        store.call(told, Function::SessionsSessionOf, |out| segment.put(out))
    }

    pub(crate) fn append_trace(
        store: &Store,
        session: String,
        segment: String,
        entry: String,
    ) -> Result<u64> {
        match store.submit(Op::SessionAppendTrace { session, segment, entry })? {
            Outcome::Appended(answer) => Ok(answer),
            other => Err(unexpected(&other)),
        }
    }

    pub(crate) fn read_trace(
        store: &Store,
        session: &str,
        segment: &str,
        at: &Position,
        limit: u32,
        direction: Direction,
    ) -> Result<LinePage> {
        let told = Told {
            function: "sessions.read-trace",
            names: [session.as_bytes(), segment.as_bytes()],
            bytes: session.len()
                + segment.len()
                + match at {
                    Position::Cursor(held) => held.len(),
                    _ => 0,
                },
        };
        store.call(told, Function::SessionsReadTrace, |out| {
            session.put(out);
            segment.put(out);
            at.put(out);
            limit.put(out);
            direction.put(out);
        })
    }

    pub(crate) fn fork(
        store: &Store,
        session: String,
        segment: String,
        entries: Option<u64>,
        into_session: String,
        into_segment: String,
    ) -> Result<u64> {
        match store.submit(Op::SessionFork { session, segment, entries, into_session, into_segment })? {
            Outcome::Appended(answer) => Ok(answer),
            other => Err(unexpected(&other)),
        }
    }

    pub(crate) fn read_last(store: &Store, session: &str, segment: &str, limit: u32) -> Result<LastEntries> {
        let told = Told {
            function: "sessions.read-last",
            names: [session.as_bytes(), segment.as_bytes()],
            bytes: session.len() + segment.len(),
        };
        store.call(told, Function::SessionsReadLast, |out| {
            session.put(out);
            segment.put(out);
            limit.put(out);
        })
    }

    pub(crate) fn set_meta(
        store: &Store,
        session: String,
        segment: String,
        meta: Option<String>,
    ) -> Result<()> {
        match store.submit(Op::SessionSetMeta { session, segment, meta })? {
            Outcome::Put => Ok(()),
            other => Err(unexpected(&other)),
        }
    }

    pub(crate) fn describe(store: &Store, session: &str, segment: &str) -> Result<SegmentDescription> {
        let told = Told {
            function: "sessions.describe",
            names: [session.as_bytes(), segment.as_bytes()],
            bytes: session.len() + segment.len(),
        };
        store.call(told, Function::SessionsDescribe, |out| {
            session.put(out);
            segment.put(out);
        })
    }
}

pub(crate) mod snapshots {
    use crate::error::Result;
    use crate::interface::batch::unexpected;
    use crate::store::Store;
    use crate::store::told::Told;
    use crate::types::{NamePage, Op, Outcome};
    use sx_persist_wire::{Function, Put};

    pub(crate) fn persist(store: &Store, key: String, blob: Vec<u8>) -> Result<()> {
        match store.submit(Op::SnapshotPersist { key, blob })? {
            Outcome::Put => Ok(()),
            other => Err(unexpected(&other)),
        }
    }

    pub(crate) fn persist_marker(store: &Store, key: String) -> Result<()> {
        match store.submit(Op::SnapshotPersistMarker { key })? {
            Outcome::Put => Ok(()),
            other => Err(unexpected(&other)),
        }
    }

    pub(crate) fn delete_marker(store: &Store, key: String) -> Result<bool> {
        match store.submit(Op::SnapshotDeleteMarker { key })? {
            Outcome::Deleted(answer) => Ok(answer),
            other => Err(unexpected(&other)),
        }
    }

    pub(crate) fn load(store: &Store, key: &str) -> Result<Option<Vec<u8>>> {
        let told = Told { function: "snapshots.load", names: [key.as_bytes(), b""], bytes: key.len() };
        store.call(told, Function::SnapshotsLoad, |out| key.put(out))
    }

    pub(crate) fn keys(store: &Store, prefix: &str, after: Option<&str>, limit: u32) -> Result<NamePage> {
        let told = Told {
            function: "snapshots.keys",
            names: [prefix.as_bytes(), b""],
            bytes: prefix.len() + after.map_or(0, str::len),
        };
        store.call(told, Function::SnapshotsKeys, |out| {
            prefix.put(out);
            after.put(out);
            limit.put(out);
        })
    }

    pub(crate) fn contains(store: &Store, key: &str) -> Result<bool> {
        let told = Told { function: "snapshots.contains", names: [key.as_bytes(), b""], bytes: key.len() };
        store.call(told, Function::SnapshotsContains, |out| key.put(out))
    }
}

pub(crate) mod dispatch {
    use crate::error::Result;
    use crate::interface::batch::CommitError;
    use crate::store::Store;
    use crate::store::told::Told;

    use sx_persist_wire::{Function, Put};

    pub(crate) fn handle_op(store: &Store, op: &str, args: &str) -> Result<Option<String>, CommitError> {
        let told = Told {
            function: "dispatch.handle-op",
            names: [op.as_bytes(), b""],
            bytes: op.len() + args.len(),
        };
        store.call_several(told, Function::DispatchHandleOp, |out| {
            op.put(out);
            args.put(out);
        })
    }

    pub(crate) fn handle_op_bytes(
        store: &Store,
        op: &str,
        args: &[u8],
    ) -> Result<Option<Vec<u8>>, CommitError> {
        let told = Told {
            function: "dispatch.handle-op-bytes",
            names: [op.as_bytes(), b""],
            bytes: op.len() + args.len(),
        };
        store.call_several(told, Function::DispatchHandleOpBytes, |out| {
            op.put(out);
            args.put(out);
        })
    }
}

pub(crate) mod admin {
    use crate::error::Result;

    use crate::store::Store;
    use crate::store::told::Told;
    use crate::types::{Counter, Durability, Layout, Report, UsageBy, UsagePage};
    use sx_persist_wire::{Function, Put};

    pub(crate) fn set_durability(store: &Store, level: Durability) -> Result<()> {
        let told = Told { function: "admin.set-durability", names: [b"", b""], bytes: 0 };
        store.call(told, Function::AdminSetDurability, |out| level.put(out))
    }

    pub(crate) fn flush(store: &Store) -> Result<()> {
        let told = Told { function: "admin.flush", names: [b"", b""], bytes: 0 };
        store.call(told, Function::AdminFlush, |_| {})
    }

    pub(crate) fn checkpoint(store: &Store) -> Result<()> {
        let told = Told { function: "admin.checkpoint", names: [b"", b""], bytes: 0 };
        store.call(told, Function::AdminCheckpoint, |_| {})
    }

    pub(crate) fn checkpoint_step(store: &Store) -> Result<bool> {
        let told = Told { function: "admin.checkpoint-step", names: [b"", b""], bytes: 0 };
        store.call(told, Function::AdminCheckpointStep, |_| {})
    }

    pub(crate) fn verify(store: &Store) -> Result<Report> {
        let told = Told { function: "admin.verify", names: [b"", b""], bytes: 0 };
        store.call(told, Function::AdminVerify, |_| {})
    }

    pub(crate) fn verify_part(store: &Store, part: u32, parts: u32) -> Result<Report> {
        let told = Told { function: "admin.verify-part", names: [b"", b""], bytes: 0 };
        store.call(told, Function::AdminVerifyPart, |out| {
            part.put(out);
            parts.put(out);
        })
    }

    pub(crate) fn repair(store: &Store) -> Result<Report> {
        let told = Told { function: "admin.repair", names: [b"", b""], bytes: 0 };
        store.call(told, Function::AdminRepair, |_| {})
    }

    pub(crate) fn stats(store: &Store) -> Result<Vec<Counter>> {
        let told = Told { function: "admin.stats", names: [b"", b""], bytes: 0 };
        store.call(told, Function::AdminStats, |_| {})
    }

    pub(crate) fn convert_step(store: &Store, to: Layout) -> Result<u64> {
        let told = Told { function: "admin.convert-step", names: [b"", b""], bytes: 0 };
        store.call(told, Function::AdminConvertStep, |out| to.put(out))
    }

    pub(crate) fn compact_step(store: &Store) -> Result<u64> {
        let told = Told { function: "admin.compact-step", names: [b"", b""], bytes: 0 };
        store.call(told, Function::AdminCompactStep, |_| {})
    }

    pub(crate) fn usage(store: &Store, by: UsageBy, after: Option<&str>, limit: u32) -> Result<UsagePage> {
        let told = Told { function: "admin.usage", names: [b"", b""], bytes: after.map_or(0, str::len) };
        store.call(told, Function::AdminUsage, |out| {
            by.put(out);
            after.put(out);
            limit.put(out);
        })
    }
}
