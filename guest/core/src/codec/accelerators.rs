//! What an engine asks of a processor, where others know it better.

use crate::codec::crc32c::{self, Checksums};
use crate::codec::sha256::{self, Compress};

/// Functions without state that processors have instructions for and WebAssembly has not.
#[derive(Clone, Copy, Debug)]
pub struct Accelerators {
    /// For the hashes of blobs.
    pub compress: Compress,
    /// For lines that are read one behind the other.
    pub checksums: Checksums,
}

impl Default for Accelerators {
    /// The crate's own, in plain code.
    fn default() -> Self {
        Self { compress: sha256::compress, checksums: crc32c::checksums }
    }
}
