//! Numbers of as many bytes as they need (LEB128).

/// Seven bits a byte, the low ones first; the high bit says that more follow (LEB128).
pub(crate) fn encode(number: u64, out: &mut Vec<u8>) {
    let mut rest = number;
    loop {
        let low = u8::try_from(rest & 0x7f).unwrap_or(0);
        rest >>= 7;
        if rest == 0 {
            out.push(low);
            return;
        }
        out.push(low | 0x80);
    }
}

/// Takes a number off the beginning of `bytes`. `None` when there is none, or one of more than 64 bits.
pub(crate) fn decode(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0u64;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let low = u64::from(byte & 0x7f);
        if low << shift >> shift != low {
            return None;
        }
        number |= low << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}
