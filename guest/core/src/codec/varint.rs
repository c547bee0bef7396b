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
    // What a tenth byte has above the 64th bit was dropped.
    let is_whole = bytes.get(9).is_none_or(|tenth| bytes.len() - rest.len() < 10 || *tenth == 1);
    *bytes = rest;
    is_whole.then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_and_those_of_more_bits_are_none() {
        for number in [0, 1, 127, 128, 1 << 62, u64::MAX - 1, u64::MAX] {
            let mut bytes = Vec::new();
            encode(number, &mut bytes);
            let mut rest = bytes.as_slice();
            assert_eq!((decode(&mut rest), rest.len()), (Some(number), 0));
        }
        let mut bytes = [0xff; 10];
        for tenth in [0, 2, 3, 0x7f, 0xff] {
            bytes[9] = tenth;
            assert_eq!(decode(&mut bytes.as_slice()), None, "{tenth}");
        }
    }
}
