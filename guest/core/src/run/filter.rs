//! Filters: whether a key may be in a partition, without reading its blocks.
//!
//! A filter is lines of 64 bytes. A key has one line and six bits in it, so that a look costs one miss of the processor's cache.

use crate::disk::files::reserve;
use crate::error::Result;

/// Bytes of a line.
pub(crate) const LINE_BYTES: usize = 64;
/// Bits of a filter for each key: one key in a hundred that is not there seems to be.
const BITS_PER_KEY: usize = 10;
/// Bits that a key sets.
const PROBES: u32 = 6;
/// A bit's number in its line.
const PROBE_BITS: u32 = 9;

/// Digits of pi behind the point, 64 bits each: numbers that nobody chose.
const PI: [u64; 4] =
    [0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7344, 0xa409_3822_299f_31d0, 0x082e_fa98_ec4e_6c89];

/// A filter that was read.
#[derive(Debug)]
pub(crate) struct Filter {
    lines: Vec<u8>,
}

/// The hash of a key. It is a part of the format: a key that had another one would not be found.
///
/// Keys that share a line can be found by those who know it. That makes reads slower, and nothing else.
#[must_use]
pub(crate) fn hash(key: &[u8]) -> u64 {
    let [start, low, high, last] = PI;
    let (pairs, rest) = key.as_chunks::<16>();
    let mut padded = [0; 16];
    for (to, from) in padded.iter_mut().zip(rest) {
        *to = *from;
    }
    let pairs = pairs.iter().chain(std::iter::once(&padded));
    let sum = pairs.fold(start ^ key.len() as u64, |sum, pair| {
        let pair = u128::from_le_bytes(*pair);
        fold(lower_half(pair) ^ low, lower_half(pair >> 64) ^ sum)
    });
    fold(sum ^ high, last)
}

/// The two halves of a product, one on the other.
#[inline]
fn fold(a: u64, b: u64) -> u64 {
    let product = u128::from(a) * u128::from(b);
    lower_half(product) ^ lower_half(product >> 64)
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "that is what it is for")]
fn lower_half(number: u128) -> u64 {
    number as u64
}

/// The line of a key among so many.
#[inline]
fn line(hash: u64, lines: usize) -> usize {
    // Below 2^32 lines: a filter's length has four bytes.
    usize::try_from(((hash >> 32) * (lines as u64)) >> 32).unwrap_or_default()
}

/// The bits of a key in its line: a byte and a mask each.
#[inline]
fn probes(hash: u64) -> impl Iterator<Item = (usize, u8)> {
    (0..PROBES).map(move |probe| {
        let bit = (hash >> (PROBE_BITS * probe)) & ((1 << PROBE_BITS) - 1);
        (usize::try_from(bit / 8).unwrap_or_default(), 1 << (bit % 8))
    })
}

/// Adds the filter of keys with these hashes to `out`.
///
/// # Errors
/// Memory.
pub(crate) fn build(hashes: &[u64], out: &mut Vec<u8>) -> Result<()> {
    let lines = (hashes.len() * BITS_PER_KEY).div_ceil(8 * LINE_BYTES).max(1);
    reserve(out, lines * LINE_BYTES)?;
    let start = out.len();
    out.resize(start + lines * LINE_BYTES, 0);
    let (filter, _) = out.get_mut(start..).unwrap_or_default().as_chunks_mut::<LINE_BYTES>();
    for hash in hashes {
        let Some(line) = filter.get_mut(line(*hash, lines)) else { continue };
        for (byte, mask) in probes(*hash) {
            if let Some(byte) = line.get_mut(byte) {
                *byte |= mask;
            }
        }
    }
    Ok(())
}

impl Filter {
    /// Takes whole lines.
    pub(crate) fn decode(lines: Vec<u8>) -> std::result::Result<Self, &'static str> {
        if lines.is_empty() || !lines.len().is_multiple_of(LINE_BYTES) {
            return Err("a filter that is not whole lines");
        }
        Ok(Self { lines })
    }

    pub(crate) fn bytes(&self) -> usize {
        self.lines.len()
    }

    /// May a key with this hash be there? Where not, it is not.
    #[inline]
    pub(crate) fn may_contain(&self, hash: u64) -> bool {
        let (lines, _) = self.lines.as_chunks::<LINE_BYTES>();
        let line = lines.get(line(hash, lines.len()));
        line.is_some_and(|line| {
            probes(hash).all(|(byte, mask)| line.get(byte).is_some_and(|byte| byte & mask != 0))
        })
    }
}
