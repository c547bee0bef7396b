//! CRC-32C, the checksum of lines and frames, in plain code: WebAssembly has no instruction for it.
//!
//! Reading a log is mostly this, so it runs on vectors where there are any. A byte of a message may be taken out of it if
//! what it adds to the register is put in again behind it; sixteen bytes at once are so moved sixteen bytes on, until the
//! last sixteen are all that is left. What a byte adds is looked up by its two halves: a table of sixteen entries is one
//! vector, and one instruction looks sixteen bytes up in it.

#[cfg(any(test, all(target_arch = "wasm32", target_feature = "simd128")))]
mod fold;
#[cfg(any(test, all(target_arch = "wasm32", target_feature = "simd128")))]
mod lanes;

/// Castagnoli's polynomial, the lowest power in the highest bit.
const POLYNOMIAL: u32 = 0x82f6_3b78;

/// What a byte has made of an empty register, 0 to 7 bytes later.
static TABLES: [[u32; 256]; 8] = tables();

/// The checksums of several parts of some bytes: where each begins and where it ends, in turn.
pub type Checksums = fn(&[u8], &[u32]) -> Vec<u32>;

/// [`Checksums`] in plain code: what an engine has that is given no other.
pub fn checksums(bytes: &[u8], bounds: &[u32]) -> Vec<u32> {
    parts(bytes, bounds).map(crc32c).collect()
}

/// The parts themselves; one that is not within the bytes is empty.
pub fn parts<'a>(bytes: &'a [u8], bounds: &'a [u32]) -> impl Iterator<Item = &'a [u8]> {
    let place = |bound: u32| usize::try_from(bound).unwrap_or(usize::MAX);
    let (bounds, _) = bounds.as_chunks();
    bounds.iter().map(move |[start, end]| bytes.get(place(*start)..place(*end)).unwrap_or_default())
}

/// The checksum of `bytes`.
pub(crate) fn crc32c(bytes: &[u8]) -> u32 {
    crc32c_append(0, bytes)
}

/// The checksum of what has the checksum `before`, followed by `bytes`.
pub(crate) fn crc32c_append(before: u32, bytes: &[u8]) -> u32 {
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    if let Some(register) = fold::pass(!before, bytes) {
        return !register;
    }
    !pass(!before, bytes)
}

/// Takes bytes through the register, eight at a time.
fn pass(mut register: u32, bytes: &[u8]) -> u32 {
    let (eights, rest) = bytes.as_chunks::<8>();
    for eight in eights {
        register = pass_eight(register, *eight);
    }
    for byte in rest {
        let [low, ..] = register.to_le_bytes();
        register = look_up(&TABLES[0], low ^ byte) ^ (register >> 8);
    }
    register
}

#[inline]
fn pass_eight(register: u32, eight: [u8; 8]) -> u32 {
    let bytes = (u64::from_le_bytes(eight) ^ u64::from(register)).to_le_bytes();
    bytes.into_iter().zip(TABLES.iter().rev()).fold(0, |sum, (byte, table)| sum ^ look_up(table, byte))
}

#[inline]
#[expect(clippy::indexing_slicing, reason = "a byte is below 256")]
fn look_up(table: &[u32; 256], byte: u8) -> u32 {
    table[usize::from(byte)]
}

const fn tables() -> [[u32; 256]; 8] {
    let mut tables = [[0; 256]; 8];
    let mut zeros = 0;
    while zeros < 8 {
        let mut byte = 0;
        while byte < 256 {
            #[expect(clippy::indexing_slicing, clippy::cast_possible_truncation, reason = "below 256")]
            {
                tables[zeros][byte] = passed(byte as u32, zeros as u32);
            }
            byte += 1;
        }
        zeros += 1;
    }
    tables
}

/// What a byte makes of an empty register, so many bytes of zero later.
const fn passed(byte: u32, zeros: u32) -> u32 {
    let mut register = byte;
    let mut bit = 0;
    while bit < 8 * (zeros + 1) {
        register = (register >> 1) ^ (if register & 1 == 1 { POLYNOMIAL } else { 0 });
        bit += 1;
    }
    register
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(length: usize) -> Vec<u8> {
        let mut state = 1u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_le_bytes()[3]
        };
        (0..length).map(|_| next()).collect()
    }

    #[test]
    fn the_published_value_comes_out() {
        assert_eq!(crc32c(b"123456789"), 0xe306_9283);
    }

    #[test]
    fn every_length_agrees_with_another_implementation() {
        for length in 0..600 {
            let bytes = message(length);
            let expected = crc32c::crc32c_append(7, &bytes);
            assert_eq!(crc32c_append(7, &bytes), expected, "{length} bytes");
            assert_eq!(
                fold::pass(!7, &bytes).map_or(expected, |register| !register),
                expected,
                "{length} bytes, folded"
            );
        }
    }

    #[test]
    fn parts_are_summed_each_by_itself_and_one_outside_is_empty() {
        let bytes = message(100);
        let bounds = [0, 40, 41, 100, 7, 7, 40, 101, 9, 3, 200, 300];
        let due = [crc32c(&bytes[..40]), crc32c(&bytes[41..]), 0, 0, 0, 0];
        assert_eq!(checksums(&bytes, &bounds), due);
        // A bound without its other half belongs to no part.
        assert_eq!(checksums(&bytes, &bounds[..3]), due[..1]);
    }

    #[test]
    fn a_message_may_come_in_parts() {
        let bytes = message(200);
        for at in 0..=bytes.len() {
            let (front, back) = bytes.split_at(at);
            assert_eq!(crc32c_append(crc32c(front), back), crc32c(&bytes));
        }
    }
}
