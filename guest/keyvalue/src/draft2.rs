//! What `wasi:keyvalue@0.2.0-draft2` has of its own: cursors of text, `cas` handles, integers with a sign.

mod absence;

use crate::Component;
use crate::bindings::exports::wasi::keyvalue::atomics::{
    self, BucketBorrow, CasError, Error, Guest, GuestCas,
};
use crate::bindings::exports::wasi::keyvalue::store::KeyResponse;
use crate::bindings::sx::persist::maps;
use crate::bindings::sx::persist::types::{Error as Refusal, Expect, MapEntry};
use crate::bucket::{keys_behind, table};

use absence::Absence;
pub(crate) use absence::end as end_absence;

/// The last key of a page. Where it stood stays known when it is gone.
pub(crate) type Cursor = String;

/// A key of `get-many` and what is there.
pub(crate) type Found = (String, Option<Vec<u8>>);

pub(crate) fn found(key: String, value: Option<Vec<u8>>) -> Found {
    (key, value)
}

/// The version of a key that is not there, in `maps`.
const ABSENT: u64 = 0;

/// `bucket.list-keys`.
pub(crate) fn list_keys(table: &str, cursor: Option<Cursor>) -> Result<KeyResponse, Error> {
    let mut after = cursor;
    loop {
        let page = keys_behind(table, after.as_deref())?;
        let keys: Vec<_> = page.keys.into_iter().filter_map(|key| String::from_utf8(key).ok()).collect();
        // Keys that are no text are left out, and a page that has no other may be taken for the end.
        if keys.is_empty() && !page.done {
            after = Some(page.through);
            continue;
        }
        let cursor = (!page.done).then_some(page.through);
        return Ok(KeyResponse { keys, cursor });
    }
}

/// A key, and what it was when the handle was made. It holds no value: handles are small, however many there are.
pub(crate) struct Cas {
    table: String,
    key: String,
    held: Held,
}

/// What a key was.
enum Held {
    Version(u64),
    Nothing(Absence),
}

impl Cas {
    /// Of a key at a version of `maps`.
    fn at(version: u64, table: String, key: String) -> Self {
        let held = match version {
            ABSENT => Held::Nothing(Absence::of(&table, key.as_bytes())),
            version => Held::Version(version),
        };
        Self { table, key, held }
    }

    /// What a swap is to find. None: whatever it finds is not what the handle remembers.
    fn expected(&self) -> Option<Expect> {
        match &self.held {
            Held::Version(version) => Some(Expect::Version(*version)),
            Held::Nothing(absence) => (!absence.is_over()).then_some(Expect::Absent),
        }
    }
}

fn entry(table: &str, key: &str) -> Result<Option<MapEntry>, Refusal> {
    maps::get(table, key.as_bytes())
}

fn version(table: &str, key: &str) -> Result<u64, Refusal> {
    Ok(entry(table, key)?.map_or(ABSENT, |entry| entry.version))
}

impl GuestCas for Cas {
    fn new(bucket: BucketBorrow<'_>, key: String) -> Result<atomics::Cas, Error> {
        let table = table(&bucket).to_owned();
        Ok(atomics::Cas::new(Self::at(version(&table, &key)?, table, key)))
    }

    fn current(&self) -> Result<Option<Vec<u8>>, Error> {
        Ok(entry(&self.table, &self.key)?.map(|entry| entry.value))
    }
}

impl Guest for Component {
    type Cas = Cas;

    fn increment(bucket: BucketBorrow<'_>, key: String, delta: i64) -> Result<i64, Error> {
        let table = table(&bucket);
        let sum = maps::increment(table, key.as_bytes(), delta)?;
        end_absence(table, key.as_bytes());
        Ok(sum)
    }

    fn swap(cas: atomics::Cas, value: Vec<u8>) -> Result<(), CasError> {
        let cas = cas.into_inner::<Cas>();
        let refused = |refusal: Refusal| CasError::StoreError(refusal.into());
        let actual = match cas.expected() {
            Some(expected) => match maps::swap(&cas.table, cas.key.as_bytes(), expected, &value) {
                Ok(_) => {
                    end_absence(&cas.table, cas.key.as_bytes());
                    return Ok(());
                }
                Err(Refusal::Stale(stale)) => stale.actual,
                Err(refusal) => return Err(refused(refusal)),
            },
            None => version(&cas.table, &cas.key).map_err(refused)?,
        };
        let Cas { table, key, .. } = cas;
        Err(CasError::CasFailed(atomics::Cas::new(Cas::at(actual, table, key))))
    }
}
