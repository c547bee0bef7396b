//! Streams, and keys and their values.

use crate::exports::Layered;
use crate::name::Name;
use crate::stores::{lower, upper};
use crate::view::names::all;
use crate::view::streams;
use crate::view::union::{self, Wanted};
use crate::view::value::merged;
use std::collections::BTreeSet;
use sx_persist_middleware::Op;
use sx_persist_middleware::interfaces::Persist;
use sx_persist_middleware::types::{Direction, EntryPage, Error, ExpectSeq, LinePage, NamePage, Position};
use sx_persist_middleware::{expect_outcome, perform};

impl Persist for Layered {
    fn append(stream: String, event: String) -> Result<u64, Error> {
        expect_outcome!(perform::<Self>(Op::Append { stream, event })?, Outcome::Appended(last_seq) => last_seq)
    }

    fn read(stream: String) -> Result<Vec<String>, Error> {
        streams::read(&stream)
    }

    fn last_seq(stream: String) -> Result<u64, Error> {
        streams::last_seq(&stream)
    }

    fn streams() -> Result<Vec<String>, Error> {
        let names = upper::persist::streams()?;
        all(names.into_iter().chain(lower::persist::streams()?).collect())
    }

    fn truncate(stream: String, upto: u64) -> Result<u64, Error> {
        expect_outcome!(perform::<Self>(Op::Truncate { stream, upto })?, Outcome::Truncated(dropped) => dropped)
    }

    fn kv_get(key: String) -> Result<Option<String>, Error> {
        merged(upper::persist::kv_get(&key), &Name::Kv(key.clone()), || lower::persist::kv_get(&key))
    }

    fn kv_has(key: String) -> Result<bool, Error> {
        Ok(upper::persist::kv_has(&key)? || Name::Kv(key).falls_through()?)
    }

    fn kv_keys() -> Result<Vec<String>, Error> {
        let mut keys: BTreeSet<_> = upper::persist::kv_keys()?.into_iter().collect();
        for key in lower::persist::kv_keys()? {
            if !keys.contains(&key) && !Name::Kv(key.clone()).is_tombstoned()? {
                keys.insert(key);
            }
        }
        all(keys)
    }

    fn append_expecting(stream: String, expected: u64, events: Vec<String>) -> Result<u64, Error> {
        let op = Op::AppendExpecting { stream, expected, events };
        expect_outcome!(perform::<Self>(op)?, Outcome::Appended(last_seq) => last_seq)
    }

    fn record_event(
        stream: String,
        kind: String,
        at: i64,
        data: String,
        expected: ExpectSeq,
    ) -> Result<String, Error> {
        let op = Op::RecordEvent { stream, kind, at, data, expected: expected.into() };
        expect_outcome!(perform::<Self>(op)?, Outcome::Recorded(event) => event)
    }

    sx_persist_middleware::kv_writes!();

    fn read_page(stream: String, at: Position, limit: u32, direction: Direction) -> Result<LinePage, Error> {
        streams::read_page(&stream, at, limit, direction)
    }

    fn count(stream: String) -> Result<u64, Error> {
        streams::count(&stream)
    }

    fn kv_list(prefix: String, after: Option<String>, limit: u32) -> Result<EntryPage, Error> {
        let page = union::page(
            Wanted { after, limit, direction: Direction::Forward },
            |after, limit| Ok(upper::persist::kv_list(&prefix, after, limit)?.into()),
            |after, limit| Ok(lower::persist::kv_list(&prefix, after, limit)?.into()),
            |key| Name::Kv(key.clone()).is_tombstoned(),
        )?;
        Ok(page.into())
    }

    fn list_streams(prefix: String, after: Option<String>, limit: u32) -> Result<NamePage, Error> {
        let page = union::page(
            Wanted { after, limit, direction: Direction::Forward },
            |after, limit| Ok(upper::persist::list_streams(&prefix, after, limit)?.into()),
            |after, limit| Ok(lower::persist::list_streams(&prefix, after, limit)?.into()),
            // A stream that was truncated to nothing is there.
            |_| Ok(false),
        )?;
        Ok(page.into())
    }
}
