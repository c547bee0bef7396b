//! Objects. The first bytes under a hash stay, those of the lower store too.

use crate::exports::Layered;
use crate::name::Name;
use crate::plan::Plan;
use crate::stores::{lower, upper};
use crate::view::counts::{self, Counts, count};
use crate::view::union::{self, Wanted};
use crate::view::value::merged;
use sx_persist_middleware::Op;
use sx_persist_middleware::interfaces::Objects;
use sx_persist_middleware::limits::PAGE_ITEMS_MAX;
use sx_persist_middleware::types::{Direction, Error, MapRange, NamePage, ObjectStats, Refusal};
use sx_persist_middleware::{Writers, expect_outcome, perform};

impl Objects for Layered {
    fn read(hash: String) -> Result<Option<Vec<u8>>, Error> {
        let read =
            merged(upper::objects::read(&hash), &Name::Object(hash.clone()), || lower::objects::read(&hash));
        match &read {
            // It was no question about an object.
            Err(Error::InvalidHash(_)) => {}
            read => count(|counts| {
                counts.reads += 1;
                counts.hits += u64::from(matches!(read, Ok(Some(_))));
                counts.misses += u64::from(matches!(read, Ok(None)));
            }),
        }
        read
    }

    fn exists(hash: String) -> Result<bool, Error> {
        Ok(upper::objects::exists(&hash)? || Name::Object(hash).falls_through()?)
    }

    fn write(hash: String, bytes: Vec<u8>) -> Result<(), Error> {
        expect_outcome!(perform::<Self>(Op::ObjectWrite { hash, bytes })?, Outcome::Put => ())
    }

    fn write_batch(objects: Vec<(String, Vec<u8>)>) -> Result<(), Refusal> {
        let op = |(hash, bytes)| Op::ObjectWrite { hash, bytes };
        Plan::of(objects.into_iter().map(op).collect()).commit(&mut Writers::default()).map(drop)
    }

    fn delete(hash: String) -> Result<bool, Error> {
        expect_outcome!(perform::<Self>(Op::ObjectDelete { hash })?, Outcome::Deleted(was_there) => was_there)
    }

    fn list(after: Option<String>, limit: u32) -> Result<NamePage, Error> {
        let page = union::page(
            Wanted { after, limit, direction: Direction::Forward },
            |after, limit| Ok(upper::objects::list(after, limit)?.into()),
            |after, limit| Ok(lower::objects::list(after, limit)?.into()),
            |hash| Name::Object(hash.clone()).is_tombstoned(),
        )?;
        Ok(page.into())
    }

    fn stats() -> Result<ObjectStats, Error> {
        let (above, below) = (upper::objects::stats()?, lower::objects::stats()?);
        let (mut objects, mut bytes) = (above.objects + below.objects, above.bytes + below.bytes);
        for hash in removed()? {
            if let Some(object) = lower::objects::read(&hash)? {
                objects = objects.saturating_sub(1);
                bytes = bytes.saturating_sub(object.len() as u64);
            }
        }
        let Counts { reads, hits, misses, kept } = counts::get();
        Ok(ObjectStats { objects, bytes, reads, writes: above.writes + kept, hits, misses })
    }
}

/// The objects that have tombstones.
fn removed() -> Result<Vec<String>, Error> {
    let (table, _) = Name::Object(String::new()).place();
    let range = MapRange { prefix: Vec::new(), start: None, end: None };
    let mut hashes = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let page = upper::maps::list(&table, &range, after.as_deref(), PAGE_ITEMS_MAX, Direction::Forward)?;
        hashes.extend(page.keys.into_iter().filter_map(|key| String::from_utf8(key).ok()));
        if page.done {
            return Ok(hashes);
        }
        after = Some(page.through);
    }
}
