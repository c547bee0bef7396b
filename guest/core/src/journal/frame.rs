//! The bytes of a journal: header and frames (J1).
//!
//! | header, at | bytes | field |            | frame, at | bytes | field |
//! |---|---|---|---|---|---|---|
//! | 0  | 8 | magic `sxpjrnl` 0x05        | | 0  | 4 | payload length in bytes |
//! | 8  | 8 | journal number              | | 4  | 4 | crc32c |
//! | 16 | 8 | lsn of the first frame      | | 8  | 8 | lsn |
//! | 24 | 4 | 0                           | | 16 | 8 | synced: the journal was known to be synced up to this lsn |
//! | 28 | 4 | crc32c of bytes 0 to 27     | | 24 | … | payload, then zeros up to a multiple of 8 |
//! | 32 | 992 | 0                         | |    |   | |
//!
//! Numbers are little-endian. A frame's checksum covers the journal number, so that bytes of another journal never pass, and
//! then everything of the frame but itself and the zeros at the end. The first frame is the manifest.

use crate::base::layout::JOURNAL;
use crate::codec::crc32c;
use crate::error::{Error, Result};
use crate::limits::{COUNT_END, FRAME_BYTES_MAX};

const MAGIC: [u8; 8] = *b"sxpjrnl\x05";
/// That of format 1, whose header has the same fields, and nothing behind them.
const MAGIC_1: [u8; 8] = *b"sxpjrnl\x01";

/// Bytes of a header, zeros and all; also where the first frame begins.
pub(crate) const HEADER_BYTES: usize = 1_024;
/// Bytes of its fields.
const FIELDS_BYTES: usize = 32;
/// Bytes of a frame before its payload.
pub(crate) const HEAD_BYTES: usize = 24;
/// Frames begin at multiples of this.
pub(crate) const ALIGNMENT: usize = 8;

/// What a valid header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) number: u64,
    /// That of the first frame: the base holds what the commits up to it did.
    pub(crate) lsn: u64,
}

/// A valid frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Frame<'a> {
    pub(crate) lsn: u64,
    pub(crate) synced: u64,
    pub(crate) payload: &'a [u8],
}

impl Header {
    pub(crate) fn encode(self) -> Vec<u8> {
        let mut bytes = [MAGIC, self.number.to_le_bytes(), self.lsn.to_le_bytes()].concat();
        bytes.extend_from_slice(&[0; 4]);
        let crc = crc32c::crc32c(&bytes);
        bytes.extend_from_slice(&crc.to_le_bytes());
        bytes.resize(HEADER_BYTES, 0);
        bytes
    }

    /// The header at the beginning of a journal. An all-zero one is invalid, like any other whose magic or checksum is wrong.
    pub(crate) fn decode(journal: &[u8]) -> Option<Self> {
        Self::decode_as(&MAGIC, journal).map(|(header, _)| header)
    }

    /// As [`Header::decode`], of a journal of format 1: the lsn is that of the first commit to come. With what stands behind it.
    pub(crate) fn decode_format_1(journal: &[u8]) -> Option<(Self, &[u8])> {
        Self::decode_as(&MAGIC_1, journal).filter(|(header, _)| header.lsn > 0)
    }

    fn decode_as<'a>(magic: &[u8], journal: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let (bytes, rest) = journal.split_at_checked(FIELDS_BYTES)?;
        let crc = u32::from_le_bytes(*bytes.last_chunk()?);
        let number = u64_at(bytes, 8)?;
        let lsn = u64_at(bytes, 16)?;
        let fields = bytes.get(..28)?;
        (bytes.starts_with(magic) && crc32c::crc32c(fields) == crc && lsn < COUNT_END)
            .then_some((Self { number, lsn }, rest))
    }
}

/// Bytes that a payload takes up as a frame.
pub(crate) fn framed_bytes(payload_bytes: usize) -> usize {
    (HEAD_BYTES + payload_bytes).next_multiple_of(ALIGNMENT)
}

/// Adds room for the head of a frame; [`finish`] fills it when the payload stands behind it. Answers where it begins.
pub(crate) fn begin(out: &mut Vec<u8>) -> usize {
    let at = out.len();
    out.resize(at + HEAD_BYTES, 0);
    at
}

/// Makes what stands behind [`begin`]'s place in `out` a frame.
///
/// # Errors
/// Never, where `begin` has been.
pub(crate) fn finish(out: &mut Vec<u8>, at: usize, number: u64, lsn: u64, synced: u64) -> Result<()> {
    let frame = out.get_mut(at..).and_then(<[u8]>::split_first_chunk_mut::<HEAD_BYTES>);
    let Some((head, payload)) = frame else {
        return Err(Error::corrupt(JOURNAL, 0, "a frame without a head"));
    };
    let length =
        u32::try_from(payload.len()).map_err(|_| Error::too_large(FRAME_BYTES_MAX, payload.len()))?;
    let crc = checksum(number, length, [lsn, synced], payload);
    let first = u64::from(crc) << 32 | u64::from(length);
    for (field, value) in head.chunks_exact_mut(8).zip([first, lsn, synced]) {
        field.copy_from_slice(&value.to_le_bytes());
    }
    let padded = at + framed_bytes(out.len() - at - HEAD_BYTES);
    out.resize(padded, 0);
    Ok(())
}

/// The frame at the beginning of `bytes`, if it is valid in the journal of this number.
pub(crate) fn decode(bytes: &[u8], number: u64) -> Option<Frame<'_>> {
    let (head, rest) = bytes.split_at_checked(HEAD_BYTES)?;
    let payload = rest.get(..payload_bytes(head)?)?;
    let length = u32::from_le_bytes(*head.first_chunk()?);
    let crc = u32::from_le_bytes(*head.get(4..)?.first_chunk()?);
    let (lsn, synced) = (u64_at(head, 8)?, u64_at(head, 16)?);
    let is_whole = checksum(number, length, [lsn, synced], payload) == crc;
    (is_whole && lsn < COUNT_END).then_some(Frame { lsn, synced, payload })
}

/// The lsn and `synced` that the head of a frame claims, unchecked; for a quick look.
pub(crate) fn claims(bytes: &[u8]) -> Option<(u64, u64)> {
    let (head, rest) = bytes.split_at_checked(HEAD_BYTES)?;
    rest.get(..payload_bytes(head)?)?;
    Some((u64_at(head, 8)?, u64_at(head, 16)?))
}

/// The payload length of a head, when a frame can have it. An empty frame has none: all zeros are no frame.
fn payload_bytes(head: &[u8]) -> Option<usize> {
    let length = u32::from_le_bytes(*head.first_chunk()?);
    usize::try_from(length).ok().filter(|length| (1..=FRAME_BYTES_MAX).contains(length))
}

fn checksum(number: u64, length: u32, [lsn, synced]: [u64; 2], payload: &[u8]) -> u32 {
    let mut crc = crc32c::crc32c(&number.to_le_bytes());
    crc = crc32c::crc32c_append(crc, &length.to_le_bytes());
    crc = crc32c::crc32c_append(crc, &lsn.to_le_bytes());
    crc = crc32c::crc32c_append(crc, &synced.to_le_bytes());
    crc32c::crc32c_append(crc, payload)
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|chunk| u64::from_le_bytes(*chunk))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_comes_back_and_nothing_else_is_one() {
        let header = Header { number: 7, lsn: 1 };
        let bytes = header.encode();
        assert_eq!(Header::decode(&bytes), Some(header));
        assert_eq!(Header::decode(&bytes[..31]), None);
        assert_eq!(Header::decode(&[0; HEADER_BYTES]), None);
        for at in 0..FIELDS_BYTES {
            let mut bad = bytes.clone();
            bad[at] ^= 1;
            assert_eq!(Header::decode(&bad), None, "byte {at}");
        }
    }

    #[test]
    fn a_number_that_no_store_reaches_makes_no_header_and_no_frame() {
        for (lsn, is_read) in
            [(0, true), (1, true), (COUNT_END - 1, true), (COUNT_END, false), (u64::MAX, false)]
        {
            let header = Header { number: 7, lsn };
            assert_eq!(Header::decode(&header.encode()), Some(header).filter(|_| is_read), "{lsn}");
            let mut bytes = Vec::new();
            let at = begin(&mut bytes);
            bytes.push(1);
            finish(&mut bytes, at, 7, lsn, 0).unwrap();
            assert_eq!(decode(&bytes, 7).is_some(), is_read, "{lsn}");
        }
    }

    #[test]
    fn a_frame_passes_in_its_own_journal_alone() {
        let mut bytes = vec![0; 8];
        let at = begin(&mut bytes);
        bytes.extend_from_slice(b"payload");
        finish(&mut bytes, at, 3, 9, 32).unwrap();
        assert_eq!(bytes.len() - at, 32);
        assert_eq!(decode(&bytes[at..], 3), Some(Frame { lsn: 9, synced: 32, payload: b"payload" }));
        assert_eq!(decode(&bytes[at..], 4), None);
        for flipped in 0..31 {
            let mut bad = bytes.clone();
            bad[at + flipped] ^= 1;
            assert_eq!(decode(&bad[at..], 3), None, "byte {flipped}");
        }
        assert_eq!(decode(&[0; 64], 3), None);
    }
}
