//! The store's functions as `wit/` has them, with values as SX text.

use crate::store::Store;

/// The functions of a store as `wit/` has them, with values as SX text: any that the reader takes, and canonical text.
///
/// Each method is the function of its name in `wit/`, which says what it takes, what it returns, and when it refuses. Functions of other
/// interfaces than `persist` have the interface as a prefix. The command line and the suites use it; programs have the handles.
#[derive(Clone, Copy, Debug)]
pub struct Raw<'a> {
    pub(crate) store: &'a Store,
}

impl Store {
    /// Returns the functions of the store as `wit/` has them.
    ///
    /// ```
    /// # let root = tempfile::tempdir().unwrap();
    /// let store = sx_persist::Store::open(root.path())?;
    /// store.raw().append("orders", "{:seq 1 :tags [:new]}")?;
    /// assert_eq!(store.raw().read("orders")?, ["{:seq 1 :tags (list :new)}"]);
    /// # Ok::<(), sx_persist::Error>(())
    /// ```
    #[must_use]
    pub fn raw(&self) -> Raw<'_> {
        Raw { store: self }
    }
}
