//! Room that is kept for a full disk.

/// What is known of the file.
#[derive(Debug, Default)]
pub(crate) struct Reserve {
    pub(crate) bytes: u64,
    /// It was given back to the disk: room is scarce.
    pub(crate) is_spent: bool,
}
