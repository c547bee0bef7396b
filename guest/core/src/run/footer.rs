//! The last 64 bytes of a run.
//!
//! | at | bytes | field |
//! |---|---|---|
//! | 0  | 8  | `sxprun` 0x00 0x02 |
//! | 8  | 8  | number of the file |
//! | 16 | 8  | entries |
//! | 24 | 16 | lowest and highest version |
//! | 40 | 16 | top index: offset (8), length (4), crc32c (4) |
//! | 56 | 4  | 0 |
//! | 60 | 4  | crc32c of bytes 0 to 59 |

use super::block::HEAD_BYTES;
use super::block_ref::BlockRef;
use crate::codec::crc32c::crc32c;
use crate::limits::COUNT_END;

/// Bytes of a footer.
pub(crate) const FOOTER_BYTES: usize = 64;
const MAGIC: [u8; 8] = *b"sxprun\0\x02";

/// What a run says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Footer {
    pub(crate) number: u64,
    pub(crate) entries: u64,
    pub(crate) lowest_version: u64,
    pub(crate) highest_version: u64,
    pub(crate) top: BlockRef,
}

impl Footer {
    pub(crate) fn encode(self) -> [u8; FOOTER_BYTES] {
        let numbers = [self.number, self.entries, self.lowest_version, self.highest_version];
        let mut bytes = [0; FOOTER_BYTES];
        let (fields, crc) = bytes.split_at_mut(FOOTER_BYTES - 4);
        let numbers = numbers.map(u64::to_le_bytes);
        let parts = [&MAGIC[..], numbers.as_flattened(), &self.top.encode(), &[0; 4]].concat();
        fields.copy_from_slice(&parts);
        crc.copy_from_slice(&crc32c(fields).to_le_bytes());
        bytes
    }

    /// The checksum at its end, by which it is named.
    pub(crate) fn crc(self) -> u32 {
        let [.., a, b, c, d] = self.encode();
        u32::from_le_bytes([a, b, c, d])
    }

    /// The footer at the end of a file of this length, or what is wrong with it.
    pub(crate) fn decode(bytes: &[u8], length_bytes: u64) -> Result<Self, &'static str> {
        let Some((fields, crc)) = bytes.split_last_chunk().filter(|_| bytes.len() == FOOTER_BYTES) else {
            return Err("a run without a footer");
        };
        if crc32c(fields) != u32::from_le_bytes(*crc) {
            return Err("checksum mismatch in the footer");
        }
        let Some((magic, fields)) = fields.split_first_chunk::<8>() else { return Err("no footer") };
        if *magic != MAGIC {
            return Err("a run of another version");
        }
        let footer = Self::decode_fields(fields).ok_or("a run without a footer")?;
        let is_counted = (1..COUNT_END).contains(&footer.entries)
            && footer.lowest_version <= footer.highest_version
            && footer.highest_version < COUNT_END;
        let ends = footer.top.end().and_then(|end| end.checked_add(FOOTER_BYTES as u64));
        if !is_counted || ends != Some(length_bytes) || (footer.top.length as usize) < HEAD_BYTES {
            return Err("a footer that no writer makes");
        }
        Ok(footer)
    }

    fn decode_fields(fields: &[u8]) -> Option<Self> {
        let (numbers, rest) = fields.split_first_chunk::<32>()?;
        let top = rest.strip_suffix(&[0; 4])?;
        let (numbers, _) = numbers.as_chunks::<8>();
        let [number, entries, lowest_version, highest_version] = numbers else { return None };
        let of = |bytes: &[u8; 8]| u64::from_le_bytes(*bytes);
        Some(Self {
            number: of(number),
            entries: of(entries),
            lowest_version: of(lowest_version),
            highest_version: of(highest_version),
            top: BlockRef::decode(top)?,
        })
    }
}
