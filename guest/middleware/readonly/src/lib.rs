//! A store that is only read: what writes answers `read-only`, as a store on a directory that is mounted for reading does.

use sx_persist_middleware::interfaces::{Admin, Blob, Maps, Objects, Persist, Refs, Sessions, Snapshots};
use sx_persist_middleware::types::Error;
use sx_persist_middleware::{Batch, Middleware};

/// What the component exports.
#[derive(Debug)]
pub struct Readonly;

impl Middleware for Readonly {
    fn may_write() -> Result<(), Error> {
        Err(Error::ReadOnly)
    }
}

impl Persist for Readonly {}
impl Blob for Readonly {}
impl Refs for Readonly {}
impl Maps for Readonly {}
impl Objects for Readonly {}
impl Sessions for Readonly {}
impl Snapshots for Readonly {}
impl Batch for Readonly {}
impl Admin for Readonly {}

sx_persist_middleware::middleware!(super::Readonly);
