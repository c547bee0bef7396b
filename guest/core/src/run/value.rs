//! Larger values: a merge leaves them in the file that has them, and its entries say where.

use super::RunFiles;
use crate::base::layout;
use crate::codec::crc32c::crc32c;
use crate::error::{Error, Result};
use crate::limits::{COUNT_END, RUN_VALUE_BYTES_MAX};
use std::collections::BTreeMap;

/// Bytes of an entry that says where its value is.
pub(crate) const PLACE_BYTES: usize = 24;

/// How many bytes of values there are in other files, by the number of the file.
pub(crate) type ValueBytes = BTreeMap<u64, u64>;

/// Where a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ValuePlace {
    /// The number of the file.
    pub(crate) number: u64,
    pub(crate) offset: u64,
    pub(crate) length: u32,
    pub(crate) crc: u32,
}

impl ValuePlace {
    /// The place of a value that stands at an offset of a file; none where nothing can stand there.
    pub(crate) fn of(number: u64, offset: u64, value: &[u8]) -> Option<Self> {
        (!value.is_empty()).then_some(())?;
        Some(Self { number, offset, length: value.len().try_into().ok()?, crc: crc32c(value) })
    }

    pub(crate) fn encode(self) -> [u8; PLACE_BYTES] {
        let mut bytes = [0; PLACE_BYTES];
        let fields = [self.number.to_le_bytes(), self.offset.to_le_bytes()];
        let rest = [self.length.to_le_bytes(), self.crc.to_le_bytes()];
        let all = fields.as_flattened().iter().chain(rest.as_flattened());
        bytes.iter_mut().zip(all).for_each(|(to, from)| *to = *from);
        bytes
    }

    /// None where these bytes are no place that a store writes.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let (number, rest) = bytes.split_first_chunk()?;
        let (offset, rest) = rest.split_first_chunk()?;
        let (length, crc) = rest.split_first_chunk()?;
        let place = Self {
            number: u64::from_le_bytes(*number),
            offset: u64::from_le_bytes(*offset),
            length: u32::from_le_bytes(*length),
            crc: u32::from_le_bytes(crc.try_into().ok()?),
        };
        let is_within = (1..COUNT_END).contains(&place.number) && place.offset < COUNT_END;
        (is_within && (1..=RUN_VALUE_BYTES_MAX).contains(&(place.length as usize))).then_some(place)
    }

    /// The value.
    ///
    /// # Errors
    /// `corrupt`: it is not there. Those of the storage.
    pub(crate) fn read(self, files: &mut impl RunFiles) -> Result<Vec<u8>> {
        let bytes = files.read(self.number, self.offset, self.length as usize)?;
        if bytes.len() != self.length as usize {
            Err(self.damage("the file ends before"))
        } else if files.checksums(&bytes, &[0, self.length]).first() == Some(&self.crc) {
            Ok(bytes)
        } else {
            Err(self.damage("checksum mismatch"))
        }
    }

    fn damage(self, reason: &'static str) -> Error {
        Error::corrupt(&layout::run(self.number), self.offset, reason)
    }
}

/// Counts more bytes of values.
pub(crate) fn add(to: &mut ValueBytes, more: &ValueBytes) {
    for (number, bytes) in more {
        let sum = to.entry(*number).or_default();
        *sum = sum.saturating_add(*bytes);
    }
}

/// Counts one more value.
pub(crate) fn add_place(to: &mut ValueBytes, place: ValuePlace) {
    let sum = to.entry(place.number).or_default();
    *sum = sum.saturating_add(place.length.into());
}

/// Counts fewer bytes of values. Files of which none are left are left out.
pub(crate) fn take(from: &mut ValueBytes, less: &ValueBytes) {
    for (number, bytes) in less {
        if let Some(sum) = from.get_mut(number) {
            *sum = sum.saturating_sub(*bytes);
        }
    }
    from.retain(|_, bytes| *bytes > 0);
}
