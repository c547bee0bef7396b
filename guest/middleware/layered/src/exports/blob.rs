//! Blobs. The same address is the same bytes, so it does not matter which store answers, but for a blob that was removed.

use crate::exports::Layered;
use crate::name::Name;
use crate::stores::{lower, upper};
use crate::view::union::{self, Wanted};
use crate::view::value::merged;
use sx_persist_middleware::interfaces::Blob;
use sx_persist_middleware::types::{Direction, Error, NamePage};
use sx_persist_middleware::{Op, expect_outcome, perform};

impl Blob for Layered {
    fn get(cid: String) -> Result<Option<Vec<u8>>, Error> {
        merged(upper::blob::get(&cid), &Name::Blob(cid.clone()), || lower::blob::get(&cid))
    }

    fn has(cid: String) -> Result<bool, Error> {
        Ok(upper::blob::has(&cid)? || Name::Blob(cid).falls_through()?)
    }

    fn size(cid: String) -> Result<Option<u64>, Error> {
        merged(upper::blob::size(&cid), &Name::Blob(cid.clone()), || lower::blob::size(&cid))
    }

    fn read_at(cid: String, offset: u64, length: u32) -> Result<Option<Vec<u8>>, Error> {
        let above = upper::blob::read_at(&cid, offset, length);
        merged(above, &Name::Blob(cid.clone()), || lower::blob::read_at(&cid, offset, length))
    }

    fn delete(cid: String) -> Result<bool, Error> {
        expect_outcome!(perform::<Self>(Op::BlobDelete { cid })?, Outcome::Deleted(was_there) => was_there)
    }

    fn list(after: Option<String>, limit: u32) -> Result<NamePage, Error> {
        let page = union::page(
            Wanted { after, limit, direction: Direction::Forward },
            |after, limit| Ok(upper::blob::list(after, limit)?.into()),
            |after, limit| Ok(lower::blob::list(after, limit)?.into()),
            |cid| Name::Blob(cid.clone()).is_tombstoned(),
        )?;
        Ok(page.into())
    }
}
