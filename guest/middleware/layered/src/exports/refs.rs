//! Refs.

use crate::exports::Layered;
use crate::name::Name;
use crate::stores::{lower, upper};
use crate::view::union::{self, Wanted};
use crate::view::value::merged;
use sx_persist_middleware::Op;
use sx_persist_middleware::interfaces::Refs;
use sx_persist_middleware::types::{Direction, Error, RefPage};
use sx_persist_middleware::{expect_outcome, perform};

impl Refs for Layered {
    fn get(name: String) -> Result<Option<String>, Error> {
        merged(upper::refs::get(&name), &Name::Ref(name.clone()), || lower::refs::get(&name))
    }

    fn set(name: String, hash: String) -> Result<(), Error> {
        expect_outcome!(perform::<Self>(Op::RefSet { name, hash })?, Outcome::Put => ())
    }

    fn test_and_set(name: String, test: Option<String>, set: Option<String>) -> Result<bool, Error> {
        let op = Op::RefTestAndSet { name, test, set };
        expect_outcome!(perform::<Self>(op)?, Outcome::Swapped(swapped) => swapped)
    }

    fn delete(name: String) -> Result<bool, Error> {
        expect_outcome!(perform::<Self>(Op::RefDelete { name })?, Outcome::Deleted(was_there) => was_there)
    }

    fn list(prefix: String, after: Option<String>, limit: u32) -> Result<RefPage, Error> {
        let page = union::page(
            Wanted { after, limit, direction: Direction::Forward },
            |after, limit| Ok(upper::refs::list(&prefix, after, limit)?.into()),
            |after, limit| Ok(lower::refs::list(&prefix, after, limit)?.into()),
            |name| Name::Ref(name.clone()).is_tombstoned(),
        )?;
        Ok(page.into())
    }
}
