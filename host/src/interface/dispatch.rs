//! `dispatch`.

use crate::error::Result;
use crate::interface::batch::CommitError;
use crate::interface::raw::Raw;
use crate::interface::wit;

impl Raw<'_> {
    /// One operation of an SX program: its name, and its arguments as an SX list. Returns `None` for an operation that is not
    /// the store's.
    ///
    /// # Errors
    /// Those of the operation, with the index of what was refused of several; `invalid-argument` for an unknown
    /// operation under those two prefixes, a missing argument, or one of the wrong type; `invalid-value` for an
    /// answer that holds bytes that are not UTF-8: use `handle-op-bytes`; one that several are given to says which of
    /// them was refused.
    pub fn handle_op(&self, op: &str, args: &str) -> Result<Option<String>, CommitError> {
        wit::dispatch::handle_op(self.store, op, args)
    }

    /// As [`Raw::handle_op`], with bytes in the place of text, so that the content of any blob passes.
    ///
    /// ```
    /// # let root = tempfile::tempdir().unwrap();
    /// let store = sx_persist::Store::open(root.path())?;
    /// let cid = store.raw().handle_op_bytes("blob/put", b"(\"\x89PNG\\r\\n\" \"image/png\")")?.unwrap();
    /// let args = [b"(", &cid[..], b")"].concat();
    /// assert_eq!(store.raw().handle_op_bytes("blob/get", &args)?.unwrap(), b"\"\x89PNG\\r\\n\"");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Those of `handle-op`, but that no answer is refused for the bytes that it holds; `invalid-value` for other
    /// bytes that are not UTF-8; one that several are given to says which of them was refused.
    pub fn handle_op_bytes(&self, op: &str, args: &[u8]) -> Result<Option<Vec<u8>>, CommitError> {
        wit::dispatch::handle_op_bytes(self.store, op, args)
    }
}
