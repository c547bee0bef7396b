//! Journals that a store has written: what their manifest says, and the same with other bits under right checksums.

use super::{Fate, encode, path_of};
use std::ops::Range;

/// The streams whose lines stand in a file of `runs/`: their own file, and that one's number. None of what is no journal.
#[must_use]
pub fn pending_streams(journal: &[u8]) -> Vec<(String, u64)> {
    let Some(payload) = frames(journal).next() else { return Vec::new() };
    let mut rest = journal[payload].strip_prefix(&[16]).unwrap_or_default();
    // Before it stand `copied` and the number of the next file.
    let [_, _, count] = [(); 3].map(|()| leb128(&mut rest).unwrap_or(0));
    let mut pending = Vec::new();
    for _ in 0..count {
        match log(&mut rest) {
            Some((1, name, number)) => pending.push((path_of(name, "streams", ".log"), number)),
            Some(_) => {}
            None => break,
        }
    }
    pending
}

/// A pending log: its keyspace, its name and its number.
fn log<'a>(rest: &mut &'a [u8]) -> Option<(u8, &'a [u8], u64)> {
    let (space, behind) = rest.split_first()?;
    *rest = behind;
    let length = usize::try_from(leb128(rest)?).ok()?;
    let (name, behind) = rest.split_at_checked(length)?;
    *rest = behind;
    Some((*space, name, leb128(rest)?))
}

/// Another bit in the lsn, in `synced` or in the payload of a frame, under the right checksum. The first frame is the manifest.
pub fn reseal(journal: &mut [u8], frame: u8, at: u16, bit: u8) {
    let Some(number) = journal.get(8..16).map(|bytes| u64::from_le_bytes(bytes.try_into().unwrap())) else {
        return;
    };
    let payloads: Vec<_> = frames(journal).collect();
    let Some(payload) = payloads.get(usize::from(frame) % payloads.len().max(1)) else { return };
    let mut covered = journal[payload.start - 16..payload.end].to_vec();
    // Mostly in the payload.
    let from = if at % 8 == 0 { 0 } else { 16 };
    let length = covered.len();
    covered[from + usize::from(at) % (length - from)] ^= 1 << (bit % 8);
    let field = |at: usize| u64::from_le_bytes(covered[at..at + 8].try_into().unwrap());
    let sealed = encode::frame(number, field(0), field(8), &covered[16..], Fate::Whole);
    journal[payload.start - 24..payload.end].copy_from_slice(&sealed[..24 + payload.len()]);
}

/// Where the payloads of frames stand, as far as their lengths say so.
fn frames(journal: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut at = 1_024;
    std::iter::from_fn(move || {
        let length = u32::from_le_bytes(journal.get(at..at + 4)?.try_into().unwrap());
        let payload = at + 24..at + 24 + usize::try_from(length).unwrap();
        if length == 0 || payload.end > journal.len() {
            return None;
        }
        at = payload.end.next_multiple_of(8);
        Some(payload)
    })
}

fn leb128(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (byte, behind) = rest.split_first()?;
        *rest = behind;
        number |= u64::from(byte & 0x7f) << shift;
        if *byte < 0x80 {
            return Some(number);
        }
    }
    None
}
