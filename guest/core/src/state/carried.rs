//! What a checkpoint carries into files.

use crate::keyspace::{Keyspace, Name};

/// A log or a key that a checkpoint carries into the base.
#[derive(Clone, Debug)]
pub(crate) struct Carried {
    pub(crate) keyspace: &'static Keyspace,
    pub(crate) name: Name,
}
