//! Values that are bytes and nothing else: blobs and objects.

use crate::cache::{Cache, Held, Name};
use crate::{Cached, cache, hold, read};
use sx_persist_middleware::interfaces::{Blob, Objects};
use sx_persist_middleware::types::{Error, ObjectStats};
use sx_persist_middleware::{Op, below, expect_outcome, perform};

fn held(bytes: Vec<u8>) -> Held {
    Held { bytes, version: 0 }
}

impl Blob for Cached {
    /// Not as an operation of a batch: a large blob does not go through the journal.
    fn put(bytes: Vec<u8>) -> Result<String, Error> {
        let cid = below::blob::put(&bytes)?;
        hold(Name::Blob(cid.clone()), held(bytes));
        Ok(cid)
    }

    fn get(cid: String) -> Result<Option<Vec<u8>>, Error> {
        let found = read(Name::Blob(cid.clone()), || Ok(below::blob::get(&cid)?.map(held)))?;
        Ok(found.map(|held| held.bytes))
    }

    fn read_at(cid: String, offset: u64, length: u32) -> Result<Option<Vec<u8>>, Error> {
        match cache(|cache| part(cache, &cid, offset, length)) {
            Some(part) => Ok(Some(part)),
            None => below::blob::read_at(&cid, offset, length),
        }
    }

    fn delete(cid: String) -> Result<bool, Error> {
        expect_outcome!(perform::<Self>(Op::BlobDelete { cid })?, Outcome::Deleted(was_there) => was_there)
    }
}

/// A part of a blob, where all of it is held.
fn part(cache: &mut Cache, cid: &str, offset: u64, length: u32) -> Option<Vec<u8>> {
    let name = Name::Blob(cid.to_owned());
    let end = usize::try_from(offset.checked_add(length.into())?).ok()?;
    let start = usize::try_from(offset).ok()?;
    // What is not held, or ends before that, is not asked for here: whether there may be so much, the store knows.
    cache.peek(&name)?.bytes.get(start..end)?;
    cache.get(&name)?.bytes.get(start..end).map(<[u8]>::to_vec)
}

impl Objects for Cached {
    fn read(hash: String) -> Result<Option<Vec<u8>>, Error> {
        let found = read(Name::Object(hash.clone()), || Ok(below::objects::read(&hash)?.map(held)))?;
        Ok(found.map(|held| held.bytes))
    }

    fn delete(hash: String) -> Result<bool, Error> {
        expect_outcome!(perform::<Self>(Op::ObjectDelete { hash })?, Outcome::Deleted(was_there) => was_there)
    }

    fn stats() -> Result<ObjectStats, Error> {
        let stats = below::objects::stats()?;
        let from_here = cache(|cache| cache.object_hits);
        Ok(ObjectStats { reads: stats.reads + from_here, hits: stats.hits + from_here, ..stats })
    }
}
