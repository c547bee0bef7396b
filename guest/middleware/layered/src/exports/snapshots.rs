//! Snapshots.

use crate::exports::Layered;
use crate::name::Name;
use crate::stores::{lower, upper};
use crate::view::union::{self, Wanted};
use crate::view::value::merged;
use sx_persist_middleware::Op;
use sx_persist_middleware::interfaces::Snapshots;
use sx_persist_middleware::types::{Direction, Error, NamePage};
use sx_persist_middleware::{expect_outcome, perform};

impl Snapshots for Layered {
    fn persist(key: String, blob: Vec<u8>) -> Result<(), Error> {
        expect_outcome!(perform::<Self>(Op::SnapshotPersist { key, blob })?, Outcome::Put => ())
    }

    fn persist_marker(key: String) -> Result<(), Error> {
        expect_outcome!(perform::<Self>(Op::SnapshotPersistMarker { key })?, Outcome::Put => ())
    }

    fn delete_marker(key: String) -> Result<bool, Error> {
        expect_outcome!(perform::<Self>(Op::SnapshotDeleteMarker { key })?, Outcome::Deleted(was_there) => was_there)
    }

    fn load(key: String) -> Result<Option<Vec<u8>>, Error> {
        merged(upper::snapshots::load(&key), &Name::Snapshot(key.clone()), || lower::snapshots::load(&key))
    }

    fn keys(prefix: String, after: Option<String>, limit: u32) -> Result<NamePage, Error> {
        let page = union::page(
            Wanted { after, limit, direction: Direction::Forward },
            |after, limit| Ok(upper::snapshots::keys(&prefix, after, limit)?.into()),
            |after, limit| Ok(lower::snapshots::keys(&prefix, after, limit)?.into()),
            |key| Name::Snapshot(key.clone()).is_tombstoned(),
        )?;
        Ok(page.into())
    }

    fn contains(key: String) -> Result<bool, Error> {
        Ok(upper::snapshots::contains(&key)? || Name::Snapshot(key).falls_through()?)
    }
}
