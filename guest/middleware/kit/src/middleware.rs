//! What holds of a middleware as a whole.

use crate::types::Error;

/// Has a trait for each interface besides, those of [`interfaces`](crate::interfaces).
pub trait Middleware: 'static {
    /// May anything be written? Asked before each write that goes below by default, and before a writer is made.
    ///
    /// # Errors
    /// What each of them answers then.
    fn may_write() -> Result<(), Error> {
        Ok(())
    }
}
