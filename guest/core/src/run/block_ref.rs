//! Where blocks and partitions are, as the index blocks say it.

use crate::limits::COUNT_END;

/// Bytes of a [`BlockRef`].
const REF_BYTES: usize = 16;

/// Where a block is, and its checksum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BlockRef {
    pub(crate) offset: u64,
    pub(crate) length: u32,
    pub(crate) crc: u32,
}

/// Where an index block is, and the filter right behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PartitionRef {
    pub(crate) index: BlockRef,
    pub(crate) filter_length: u32,
    pub(crate) filter_crc: u32,
}

impl BlockRef {
    pub(crate) fn encode(self) -> [u8; REF_BYTES] {
        let place = u128::from(self.offset) | u128::from(self.length) << 64 | u128::from(self.crc) << 96;
        place.to_le_bytes()
    }

    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let (offset, rest) = bytes.split_first_chunk()?;
        let (length, crc) = rest.split_first_chunk()?;
        Some(Self {
            offset: u64::from_le_bytes(*offset),
            length: u32::from_le_bytes(*length),
            crc: u32::from_le_bytes(crc.try_into().ok()?),
        })
    }

    /// Where it ends; none where no file has such an offset.
    pub(crate) fn end(self) -> Option<u64> {
        (self.offset < COUNT_END).then(|| self.offset + u64::from(self.length))
    }
}

impl PartitionRef {
    pub(crate) fn encode(self) -> Vec<u8> {
        let filter = [self.filter_length.to_le_bytes(), self.filter_crc.to_le_bytes()];
        [&self.index.encode()[..], filter.as_flattened()].concat()
    }

    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let (index, filter) = bytes.split_at_checked(REF_BYTES)?;
        let (length, crc) = filter.split_first_chunk()?;
        Some(Self {
            index: BlockRef::decode(index)?,
            filter_length: u32::from_le_bytes(*length),
            filter_crc: u32::from_le_bytes(crc.try_into().ok()?),
        })
    }

    /// Where its filter ends.
    pub(crate) fn end(self) -> Option<u64> {
        self.index.end().map(|end| end + u64::from(self.filter_length))
    }
}
