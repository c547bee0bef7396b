//! `dispatch`.

use crate::error::Result;
use crate::interface::batch::CommitError;
use crate::interface::wit;
use crate::store::Store;

impl Store {
    /// One operation of an SX program: its name, and its arguments as an SX list. Answers `None` for an operation that is not
    /// the store's.
    ///
    /// # Errors
    /// As `wit/dispatch.wit` has them; one that several are given to says which of them was refused.
    pub fn handle_op(&self, op: &str, args: &str) -> Result<Option<String>, CommitError> {
        wit::dispatch::handle_op(self, op, args)
    }

    /// As [`Store::handle_op`], with bytes in the place of text, so that the content of any blob passes.
    ///
    /// ```
    /// # let root = tempfile::tempdir().unwrap();
    /// let store = sx_persist::Store::open(root.path())?;
    /// let cid = store.handle_op_bytes("blob/put", b"(\"\x89PNG\\r\\n\" \"image/png\")")?.unwrap();
    /// let args = [b"(", &cid[..], b")"].concat();
    /// assert_eq!(store.handle_op_bytes("blob/get", &args)?.unwrap(), b"\"\x89PNG\\r\\n\"");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As `wit/dispatch.wit` has them; one that several are given to says which of them was refused.
    pub fn handle_op_bytes(&self, op: &str, args: &[u8]) -> Result<Option<Vec<u8>>, CommitError> {
        wit::dispatch::handle_op_bytes(self, op, args)
    }
}
