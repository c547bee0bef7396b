//! What a keyspace holds in the base, by name.

use std::collections::BTreeMap;

/// The names of a keyspace in the base, in the order of their bytes; of a log, with its last-seq.
pub(crate) type Names = BTreeMap<Vec<u8>, u64>;
