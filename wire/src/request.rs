//! Operations, as they are handed over.

use crate::ITEMS_MAX;
use crate::op::Op;
use crate::part::{Malformed, Part, Put, begin, byte, whole};

/// Operations that were handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operations(pub Vec<Op>);

impl Operations {
    /// The operations as the bytes that are handed over.
    #[must_use]
    pub fn to_bytes(ops: &[Op]) -> Vec<u8> {
        // Names and lengths take a few bytes each.
        let mut bytes = Vec::with_capacity(ops.iter().map(|op| op.bytes() + 16).sum::<usize>() + 8);
        begin(&mut bytes);
        (ops.len() as u64).put(&mut bytes);
        ops.iter().for_each(|op| op.put(&mut bytes));
        bytes
    }

    /// Reads them.
    ///
    /// # Errors
    /// The bytes are no operations of this version.
    pub fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        whole(bytes, |from| {
            let count = take_count(from)?;
            let ops = (0..count).map(|_| {
                let number = byte(from)?;
                Op::take(number, from)
            });
            ops.collect::<Result<_, _>>().map(Self)
        })
    }
}

/// How many items follow, of a byte or more each.
pub(crate) fn take_count(from: &mut &[u8]) -> Result<usize, Malformed> {
    let count = u64::take(from)?;
    match usize::try_from(count) {
        Ok(count) if count <= ITEMS_MAX && count <= from.len() => Ok(count),
        Ok(count) if count <= ITEMS_MAX => Err(Malformed::Short),
        _ => Err(Malformed::TooMany(count)),
    }
}
