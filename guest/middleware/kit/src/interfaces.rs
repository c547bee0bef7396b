//! The store's interfaces as traits whose functions go below, each once, in the order of `wit/`.

use crate::below;
use crate::lend::Lend as _;
use crate::types::{
    CidPage, Counter, Durability, EntryPage, Error, EventPage, HashPage, IdPage, KeyPage, MapEntry, MapPair,
    MapRange, ObjectStats, Op, Outcome, Position, RefPage, Refusal, Report, SegmentPage, SnapshotPage,
};

/// What holds of a middleware as a whole.
pub trait Middleware: 'static {
    /// May anything be written? Asked before each write that goes below by default, and before a writer is made.
    ///
    /// # Errors
    /// What each of them answers then.
    fn may_write() -> Result<(), Error> {
        Ok(())
    }
}

/// A function as it is by default.
macro_rules! hand_on {
    (reads $module:ident::$name:ident($($argument:ident),*)) => {
        below::$module::$name($($argument.lend()),*)
    };
    (writes $module:ident::$name:ident($($argument:ident),*)) => {{
        Self::may_write()?;
        below::$module::$name($($argument.lend()),*)
    }};
}

macro_rules! traits {
    ($($module:ident as $Interface:ident $([$($own:tt)*])? {
        $($kind:ident $name:ident($($argument:ident: $type:ty),*) -> $answer:ty $(, $error:ty)?;)*
    })*) => {$(
        #[doc = concat!("`", stringify!($module), "`: each function is that of its name in `wit/", stringify!($module), ".wit`.")]
        #[expect(missing_docs, clippy::missing_errors_doc, reason = "they stand in wit/")]
        pub trait $Interface: Middleware {
            $(fn $name($($argument: $type),*) -> Result<$answer $(, $error)?> {
                hand_on!($kind $module::$name($($argument),*))
            })*
        }
    )*};
}

type Result<T, E = Error> = std::result::Result<T, E>;

/// Every function of the store, as `$reader!` reads it: the traits are made from it, and what is exported. In brackets stands what
/// an export has besides.
macro_rules! interfaces {
    ($reader:ident) => {
        $reader! {
            persist as Persist {
                writes append(stream: String, event: String) -> u64;
                reads read(stream: String) -> Vec<String>;
                reads last_seq(stream: String) -> u64;
                reads streams() -> Vec<String>;
                writes truncate(stream: String, upto: u64) -> u64;
                reads kv_get(key: String) -> Option<String>;
                writes kv_put(key: String, value: String) -> ();
                writes kv_delete(key: String) -> bool;
                reads kv_has(key: String) -> bool;
                reads kv_keys() -> Vec<String>;
                writes append_expecting(stream: String, expected: u64, events: Vec<String>) -> u64;
                writes record_event(stream: String, kind: String, at: i64, data: String, expected: Option<u64>) -> String;
                writes kv_swap(key: String, expected: Option<String>, replacement: Option<String>) -> bool;
                reads read_page(stream: String, at: Position, limit: u32, backward: bool) -> EventPage;
                reads count(stream: String) -> u64;
                reads kv_list(prefix: String, after: Option<String>, limit: u32) -> EntryPage;
            }
            blob as Blob [type Writer = Writer<M>;] {
                writes put(bytes: Vec<u8>) -> String;
                reads get(cid: String) -> Option<Vec<u8>>;
                reads has(cid: String) -> bool;
                reads size(cid: String) -> Option<u64>;
                reads read_at(cid: String, offset: u64, length: u32) -> Option<Vec<u8>>;
                writes delete(cid: String) -> bool;
                reads list(after: Option<String>, limit: u32) -> CidPage;
            }
            refs as Refs {
                reads get(name: String) -> Option<String>;
                writes set(name: String, hash: String) -> ();
                writes test_and_set(name: String, test: Option<String>, set: Option<String>) -> bool;
                writes delete(name: String) -> bool;
                reads list(prefix: String, after: Option<String>, limit: u32) -> RefPage;
            }
            maps as Maps {
                reads get(table: String, key: Vec<u8>) -> Option<MapEntry>;
                reads get_many(table: String, keys: Vec<Vec<u8>>) -> Vec<Option<MapEntry>>;
                reads has(table: String, key: Vec<u8>) -> bool;
                writes put(table: String, key: Vec<u8>, value: Vec<u8>) -> u64;
                writes put_new(table: String, key: Vec<u8>, value: Vec<u8>) -> u64;
                writes swap(table: String, key: Vec<u8>, expected: Option<u64>, value: Vec<u8>) -> u64;
                writes delete(table: String, key: Vec<u8>, expected: Option<u64>) -> bool;
                writes increment(table: String, key: Vec<u8>, delta: i64) -> i64;
                writes put_many(table: String, pairs: Vec<MapPair>) -> u64;
                writes delete_many(table: String, keys: Vec<Vec<u8>>) -> u64;
                reads list(table: String, range: MapRange, after: Option<Vec<u8>>, limit: u32, reverse: bool) -> KeyPage;
                reads tables() -> Vec<String>;
                writes drop_table(table: String) -> u64;
            }
            objects as Objects {
                reads read(hash: String) -> Option<Vec<u8>>;
                reads exists(hash: String) -> bool;
                writes write(hash: String, bytes: Vec<u8>) -> ();
                writes write_batch(objects: Vec<(String, Vec<u8>)>) -> (), Refusal;
                writes delete(hash: String) -> bool;
                reads list(after: Option<String>, limit: u32) -> HashPage;
                reads stats() -> ObjectStats;
            }
            sessions as Sessions {
                writes create_segment(session: String, segment: String, entries: Vec<String>) -> ();
                writes append(session: String, segment: String, entry: String) -> u64;
                writes append_expecting(session: String, segment: String, expected: u64, entries: Vec<String>) -> u64;
                reads read(session: String, segment: String) -> Vec<String>;
                reads read_after(session: String, segment: String, index: u64, limit: u32) -> SegmentPage;
                reads entry_count(session: String, segment: String) -> u64;
                reads exists(session: String, segment: String) -> bool;
                writes truncate(session: String, segment: String, entries: u64) -> u64;
                writes delete_segment(session: String, segment: String) -> bool;
                reads list_sessions(after: Option<String>, limit: u32) -> IdPage;
                reads list_segments(session: String, after: Option<String>, limit: u32) -> IdPage;
                reads session_of(segment: String) -> Option<String>;
                writes append_trace(session: String, segment: String, entry: String) -> u64;
                reads read_trace(session: String, segment: String, index: u64, limit: u32) -> SegmentPage;
            }
            snapshots as Snapshots {
                writes persist(key: String, blob: Vec<u8>) -> ();
                writes persist_marker(key: String) -> ();
                writes delete_marker(key: String) -> bool;
                reads load(key: String) -> Option<Vec<u8>>;
                reads keys(prefix: String, after: Option<String>, limit: u32) -> SnapshotPage;
                reads contains(key: String) -> bool;
            }
            admin as Admin {
                reads set_durability(level: Durability) -> ();
                reads flush() -> ();
                writes checkpoint() -> ();
                writes checkpoint_step() -> bool;
                reads verify() -> Report;
                writes repair() -> Report;
                reads stats() -> Vec<Counter>;
            }
        }
    };
}
pub(crate) use interfaces;

interfaces!(traits);

/// `batch`: each function is that of its name in `wit/batch.wit`.
#[expect(missing_docs, clippy::missing_errors_doc, reason = "they stand in wit/")]
pub trait Batch: Middleware {
    fn commit(ops: Vec<Op>) -> Result<Vec<Outcome>, Refusal> {
        hand_on!(writes batch::commit(ops))
    }

    #[must_use]
    fn run(ops: Vec<Op>) -> Vec<Result<Outcome>> {
        match Self::may_write() {
            Ok(()) => below::batch::run(&ops),
            Err(error) => ops.iter().map(|_| Err(error.clone())).collect(),
        }
    }
}
