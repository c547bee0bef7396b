//! `store`: a bucket is a table.

use crate::Component;
use crate::bindings::exports::wasi::keyvalue::store::{
    self, BucketBorrow, Error, Guest, GuestBucket, KeyResponse,
};
use crate::bindings::sx::persist::maps;
use crate::bindings::sx::persist::types::{Direction, Error as Refusal, Expect, KeyPage, MapRange};
use crate::version::{self, Cursor};

/// The bucket of a client that names none. Hosts differ in whether they call it so or not at all.
const DEFAULT: &str = "default";

/// What `maps.list` takes at most.
pub(crate) const PAGE_KEYS_MAX: u32 = 65_536;

/// A table, by its name.
pub(crate) struct Bucket {
    pub(crate) table: String,
}

/// The table of a bucket.
pub(crate) fn table<'a>(bucket: &'a BucketBorrow<'_>) -> &'a str {
    &bucket.get::<Bucket>().table
}

/// Some keys of a table in the order of their bytes, those behind one.
pub(crate) fn keys_behind(table: &str, after: Option<&str>) -> Result<KeyPage, Error> {
    let all = MapRange { prefix: Vec::new(), start: None, end: None };
    Ok(maps::list(table, &all, after, PAGE_KEYS_MAX, Direction::Forward)?)
}

impl Guest for Component {
    type Bucket = Bucket;

    fn open(identifier: String) -> Result<store::Bucket, Error> {
        let table = if identifier.is_empty() { DEFAULT.to_owned() } else { identifier };
        // The store knows what a table may be called (M1), so it is asked, for any key.
        match maps::has(&table, b"0") {
            Ok(_) => Ok(store::Bucket::new(Bucket { table })),
            Err(Refusal::InvalidName(_)) => Err(Error::NoSuchStore),
            Err(refusal) => Err(refusal.into()),
        }
    }
}

impl GuestBucket for Bucket {
    fn get(&self, key: String) -> Result<Option<Vec<u8>>, Error> {
        Ok(maps::get(&self.table, key.as_bytes())?.map(|entry| entry.value))
    }

    fn set(&self, key: String, value: Vec<u8>) -> Result<(), Error> {
        maps::put(&self.table, key.as_bytes(), &value)?;
        version::end_absence(&self.table, key.as_bytes());
        Ok(())
    }

    fn delete(&self, key: String) -> Result<(), Error> {
        maps::delete(&self.table, key.as_bytes(), Expect::Any)?;
        Ok(())
    }

    fn exists(&self, key: String) -> Result<bool, Error> {
        Ok(maps::has(&self.table, key.as_bytes())?)
    }

    fn list_keys(&self, cursor: Option<Cursor>) -> Result<KeyResponse, Error> {
        version::list_keys(&self.table, cursor)
    }
}
