//! Limits on a value and on its text, each with one reason. The reader, the printer, the canonical check and
//! serde count alike (docs/semantics.md V7).

use std::cell::Cell;

use crate::error::ErrorKind;

/// The deepest value; an atom has depth 1, and so have `(list)` and `{}`. Recursion over a value then fits
/// the smallest stack that a sandbox gives.
pub const DEPTH_MAX: usize = 128;

/// The longest text of one value, in bytes (16 MiB). Several values and their texts then fit the memory of a
/// sandbox at once.
pub const TEXT_BYTES_MAX: usize = 16 * 1024 * 1024;

/// The most values that one value may hold, itself counted and dict keys not. A short text such as
/// `[[][][]...]` makes a tree many times its size.
pub const NODES_MAX: usize = 1_048_576;

/// Counts the nodes of one value and checks the depth of each.
#[derive(Debug, Default)]
pub(crate) struct Budget {
    nodes: Cell<usize>,
}

impl Budget {
    /// Admits one more value at `depth`.
    pub(crate) fn admit(&self, depth: usize) -> Result<(), ErrorKind> {
        if depth > DEPTH_MAX {
            return Err(ErrorKind::TooDeep { limit: DEPTH_MAX, actual: depth });
        }
        let nodes = self.nodes.get() + 1;
        if nodes > NODES_MAX {
            return Err(ErrorKind::TooManyNodes { limit: NODES_MAX, actual: nodes });
        }
        self.nodes.set(nodes);
        Ok(())
    }
}
