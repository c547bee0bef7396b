//! Bytes and texts; nothing here knows a file.

pub(crate) mod accelerators;
pub(crate) mod cid;
pub mod crc32c;
pub(crate) mod hex;
pub mod sha256;
pub(crate) mod uuid;
pub(crate) mod varint;
