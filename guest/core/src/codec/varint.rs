//! Numbers of as many bytes as they need (LEB128).

use unsigned_varint::{decode as read, encode as print};

/// Seven bits a byte, the low ones first; the high bit says that more follow.
pub(crate) fn encode(number: u64, out: &mut Vec<u8>) {
    out.extend_from_slice(print::u64(number, &mut print::u64_buffer()));
}

/// Takes a number off the beginning of `bytes`. `None` when there is none, or one of more than 64 bits or of more bytes than it
/// needs.
pub(crate) fn decode(bytes: &mut &[u8]) -> Option<u64> {
    let (number, rest) = read::u64(bytes).ok()?;
    *bytes = rest;
    Some(number)
}
