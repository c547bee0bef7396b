//! SHA-256 (FIPS 180-4) over a compression function that the engine is given.
//!
//! Nearly all of its time goes into the compression, which processors have instructions for and WebAssembly has not. So that
//! alone comes from outside; the padding around it, and what is left over between two parts, are here.

use crate::limits::CHUNK_BYTES;

/// A sha2-256.
pub(crate) type Digest = [u8; 32];

/// The words H0 to H7 between two blocks.
pub type State = [u32; 8];

/// Takes blocks into the state, in their order. What is given to it is whole blocks of 64 bytes.
pub type Compress = fn(&mut State, &[u8]);

const BLOCK_BYTES: usize = 64;

/// FIPS 180-4, 5.3.3.
const INITIAL: State =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// A hash that is being made.
#[derive(Clone, Debug)]
pub(crate) struct Sha256 {
    compress: Compress,
    state: State,
    /// What does not fill a block yet.
    rest: Vec<u8>,
    length_bytes: u64,
}

impl Sha256 {
    pub(crate) fn new(compress: Compress) -> Self {
        Self { compress, state: INITIAL, rest: Vec::with_capacity(2 * BLOCK_BYTES), length_bytes: 0 }
    }

    /// The hash of these bytes alone.
    pub(crate) fn digest(compress: Compress, bytes: &[u8]) -> Digest {
        let mut hash = Self::new(compress);
        hash.update(bytes);
        hash.finish()
    }

    /// Adds bytes behind those given before.
    pub(crate) fn update(&mut self, mut bytes: &[u8]) {
        self.length_bytes = self.length_bytes.wrapping_add(bytes.len() as u64);
        if !self.rest.is_empty() {
            let missing = BLOCK_BYTES.saturating_sub(self.rest.len());
            let (head, tail) = bytes.split_at(missing.min(bytes.len()));
            self.rest.extend_from_slice(head);
            if self.rest.len() < BLOCK_BYTES {
                return;
            }
            self.compress_rest();
            bytes = tail;
        }
        let (blocks, rest) = bytes.split_at(bytes.len() - bytes.len() % BLOCK_BYTES);
        // In parts: another component would have to hold a copy of all that it is given.
        for part in blocks.chunks(CHUNK_BYTES) {
            (self.compress)(&mut self.state, part);
        }
        self.rest.extend_from_slice(rest);
    }

    /// The hash of all that was given.
    pub(crate) fn finish(mut self) -> Digest {
        // A one behind the message, then zeros, so that its length in bits ends a block.
        self.rest.push(0x80);
        let used = self.rest.len() + size_of::<u64>();
        self.rest.resize(used.next_multiple_of(BLOCK_BYTES) - size_of::<u64>(), 0);
        self.rest.extend_from_slice(&self.length_bytes.wrapping_mul(8).to_be_bytes());
        self.compress_rest();
        let mut digest = Digest::default();
        for (place, word) in digest.chunks_exact_mut(size_of::<u32>()).zip(self.state) {
            place.copy_from_slice(&word.to_be_bytes());
        }
        digest
    }

    fn compress_rest(&mut self) {
        (self.compress)(&mut self.state, &self.rest);
        self.rest.clear();
    }
}

/// The compression of the crate `sha2`: what an engine has that is given no other.
pub fn compress(state: &mut State, blocks: &[u8]) {
    let (blocks, _) = blocks.as_chunks();
    sha2::block_api::compress256(state, blocks);
}

#[cfg(test)]
mod tests {
    use super::*;
    use sha2::Digest as _;

    fn reference(bytes: &[u8]) -> Digest {
        sha2::Sha256::digest(bytes).into()
    }

    #[test]
    fn the_standard_s_examples_hold() {
        for (text, due) in [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
            ),
        ] {
            let digest = Sha256::digest(compress, text.as_bytes());
            let hex = digest.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
            assert_eq!(hex, due, "{text}");
        }
    }

    #[test]
    fn every_length_around_a_block_is_padded_right() {
        let bytes: Vec<_> = (0..=255).cycle().take(4 * BLOCK_BYTES).collect();
        for length in 0..=bytes.len() {
            assert_eq!(Sha256::digest(compress, &bytes[..length]), reference(&bytes[..length]), "{length}");
        }
        let long = bytes.repeat(2 * CHUNK_BYTES / bytes.len() + 1);
        assert_eq!(Sha256::digest(compress, &long), reference(&long));
    }

    #[test]
    fn parts_give_the_hash_of_the_whole() {
        let bytes: Vec<_> = (0..=255).cycle().take(3 * BLOCK_BYTES + 7).collect();
        for first in 0..bytes.len() {
            for second in [0, 1, 63, 64, 65] {
                let (head, tail) = bytes.split_at(first);
                let (middle, tail) = tail.split_at(second.min(tail.len()));
                let mut hash = Sha256::new(compress);
                [head, middle, tail].iter().for_each(|part| hash.update(part));
                assert_eq!(hash.finish(), reference(&bytes), "{first}, {second}");
            }
        }
    }

    #[test]
    fn only_whole_blocks_are_compressed() {
        let checked: Compress = |state, blocks| {
            assert!(!blocks.is_empty() && blocks.len().is_multiple_of(BLOCK_BYTES), "{}", blocks.len());
            compress(state, blocks);
        };
        let mut hash = Sha256::new(checked);
        for length in 0..200 {
            hash.update(&vec![7; length]);
        }
        hash.finish();
    }
}
