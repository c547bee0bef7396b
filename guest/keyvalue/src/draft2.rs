//! What `wasi:keyvalue@0.2.0-draft2` has of its own: cursors of text, `cas` handles, integers with a sign.

use crate::Component;
use crate::bindings::exports::wasi::keyvalue::atomics::{
    self, BucketBorrow, CasError, Error, Guest, GuestCas,
};
use crate::bindings::exports::wasi::keyvalue::store::KeyResponse;
use crate::bindings::sx::persist::maps;
use crate::bindings::sx::persist::types::{Error as Refusal, MapEntry};
use crate::bucket::{keys_behind, table};

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
    let mut after = cursor.map(String::into_bytes);
    loop {
        let page = keys_behind(table, after.as_deref())?;
        let keys: Vec<_> = page.keys.into_iter().filter_map(|key| String::from_utf8(key).ok()).collect();
        if keys.is_empty() && page.next.is_some() {
            // Of keys that are no text there is none to go on from, and an empty page may be taken for the end.
            after = page.next;
            continue;
        }
        let cursor = page.next.and(keys.last().cloned());
        return Ok(KeyResponse { keys, cursor });
    }
}

/// A key, and the version that it had when the handle was made. It holds no value: handles are small, however many there are.
pub(crate) struct Cas {
    table: String,
    key: String,
    version: u64,
}

impl Cas {
    fn entry(&self) -> Result<Option<MapEntry>, Refusal> {
        maps::get(&self.table, self.key.as_bytes())
    }
}

impl GuestCas for Cas {
    fn new(bucket: BucketBorrow<'_>, key: String) -> Result<atomics::Cas, Error> {
        let mut cas = Self { table: table(&bucket).to_owned(), key, version: ABSENT };
        cas.version = cas.entry()?.map_or(ABSENT, |entry| entry.version);
        Ok(atomics::Cas::new(cas))
    }

    fn current(&self) -> Result<Option<Vec<u8>>, Error> {
        Ok(self.entry()?.map(|entry| entry.value))
    }
}

impl Guest for Component {
    type Cas = Cas;

    fn increment(bucket: BucketBorrow<'_>, key: String, delta: i64) -> Result<i64, Error> {
        Ok(maps::increment(table(&bucket), key.as_bytes(), delta)?)
    }

    fn swap(cas: atomics::Cas, value: Vec<u8>) -> Result<(), CasError> {
        let cas = cas.into_inner::<Cas>();
        match maps::swap(&cas.table, cas.key.as_bytes(), Some(cas.version), &value) {
            Ok(_) => Ok(()),
            Err(Refusal::Stale(stale)) => {
                Err(CasError::CasFailed(atomics::Cas::new(Cas { version: stale.actual, ..cas })))
            }
            Err(refusal) => Err(CasError::StoreError(refusal.into())),
        }
    }
}
