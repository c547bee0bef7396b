//! Operations, as they are handed over.

use crate::ITEMS_MAX;
use crate::op::Op;
use crate::part::{Malformed, Part, begin, byte, whole};

/// An operation as bytes.
#[derive(Clone, Debug)]
pub struct Encoded(Vec<u8>);

impl Encoded {
    /// How many bytes it has.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.0.len()
    }
}

impl From<&Op> for Encoded {
    fn from(op: &Op) -> Self {
        let mut bytes = Vec::with_capacity(op.bytes() + 16);
        op.put(&mut bytes);
        Self(bytes)
    }
}

/// Operations as bytes, each encoded where it comes from and put together where they are handed over.
#[derive(Clone, Debug, Default)]
pub struct Group {
    bodies: Vec<u8>,
    count: u64,
}

impl Group {
    /// Adds an operation.
    pub fn push(&mut self, op: &Op) {
        op.put(&mut self.bodies);
        self.count += 1;
    }

    /// Adds an operation that is encoded already.
    pub fn push_encoded(&mut self, op: &Encoded) {
        self.bodies.extend_from_slice(&op.0);
        self.count += 1;
    }

    /// The operations as the bytes that are handed over.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.bodies.len() + 8);
        begin(&mut bytes);
        self.count.put(&mut bytes);
        bytes.extend_from_slice(&self.bodies);
        bytes
    }
}

impl<'a> FromIterator<&'a Op> for Group {
    fn from_iter<I: IntoIterator<Item = &'a Op>>(ops: I) -> Self {
        let mut group = Self::default();
        ops.into_iter().for_each(|op| group.push(op));
        group
    }
}

/// Operations that were handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operations(pub Vec<Op>);

impl Operations {
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
