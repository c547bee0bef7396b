//! Comparing bytes, which is most of what it costs to find a key.
//!
//! WebAssembly has no instruction for it, and the `memcmp` that Rust brings for it goes byte by byte. This one goes by words.

/// Bytes of a word.
const WORD: usize = size_of::<u64>();

/// As the function of the C library of this name, which the compiler calls wherever slices of bytes are compared.
///
/// # Safety
/// Both are so many bytes long.
#[expect(unsafe_code, reason = "it is given pointers: the compiler calls it so")]
#[unsafe(no_mangle)]
unsafe extern "C" fn memcmp(a: *const u8, b: *const u8, count: usize) -> i32 {
    // SAFETY: what is read lies below `count`.
    let word =
        |from: *const u8, at: usize| u64::from_be(unsafe { from.add(at).cast::<u64>().read_unaligned() });
    // SAFETY: as above.
    let byte = |from: *const u8, at: usize| unsafe { from.add(at).read() };
    if count < WORD {
        let differs = (0..count).map(|at| (byte(a, at), byte(b, at))).find(|(a, b)| a != b);
        return differs.map_or(0, |(a, b)| i32::from(a) - i32::from(b));
    }
    // The last word overlaps the one before it, of which both have the same.
    let last = count - WORD;
    let mut at = 0;
    loop {
        let (a, b) = (word(a, at), word(b, at));
        if a != b {
            return if a < b { -1 } else { 1 };
        }
        if at == last {
            return 0;
        }
        at = (at + WORD).min(last);
    }
}
