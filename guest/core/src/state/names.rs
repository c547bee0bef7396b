//! What a keyspace holds in the base, by name.

use std::collections::BTreeSet;

/// The names of a keyspace in the base, in the order of their bytes.
pub(crate) type Names = BTreeSet<Vec<u8>>;
