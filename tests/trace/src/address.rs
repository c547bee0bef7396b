//! The addresses of blobs.

use cid::Cid;
use cid::multihash::Multihash;
use sha2::{Digest as _, Sha256};

/// The address of bytes.
///
/// # Panics
/// Never: 32 bytes are a multihash.
#[must_use]
pub fn address(bytes: &[u8]) -> String {
    let hash = Multihash::<64>::wrap(0x12, &Sha256::digest(bytes)).expect("32 bytes fit");
    Cid::new_v1(0x55, hash).to_string()
}
