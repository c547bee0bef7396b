//! What messages are made of.

use std::fmt;
use unsigned_varint::{decode, encode};

/// Bytes that are no message of this version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// They begin with another version.
    Version(u8),
    /// An operation, a question, an outcome or an error that has no number here.
    Unknown {
        /// What was to be there.
        what: &'static str,
        /// What was there.
        number: u8,
    },
    /// More operations or questions than there may be.
    TooMany(u64),
    /// They end too early.
    Short,
    /// They go on behind their end.
    Long,
    /// A part is not as it has to be.
    Part(&'static str),
}

impl fmt::Display for Malformed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version(version) => write!(out, "bytes of version {version}; this is version 1"),
            Self::Unknown { what, number } => write!(out, "{what} {number} is unknown here"),
            Self::TooMany(count) => write!(out, "{count} at once, the limit is {}", crate::ITEMS_MAX),
            Self::Short => out.write_str("bytes that end too early"),
            Self::Long => out.write_str("bytes behind the end"),
            Self::Part(what) => write!(out, "bytes that are no {what}"),
        }
    }
}

impl std::error::Error for Malformed {}

/// What is written into a message, and read from one.
pub(crate) trait Part: Sized {
    fn put(&self, out: &mut Vec<u8>);
    fn take(from: &mut &[u8]) -> Result<Self, Malformed>;
}

/// Begins a message.
pub(crate) fn begin(out: &mut Vec<u8>) {
    out.push(crate::VERSION);
}

/// Reads a whole message.
pub(crate) fn whole<T>(
    mut bytes: &[u8],
    read: impl FnOnce(&mut &[u8]) -> Result<T, Malformed>,
) -> Result<T, Malformed> {
    match byte(&mut bytes)? {
        crate::VERSION => {}
        other => return Err(Malformed::Version(other)),
    }
    let read = read(&mut bytes)?;
    if bytes.is_empty() { Ok(read) } else { Err(Malformed::Long) }
}

pub(crate) fn byte(from: &mut &[u8]) -> Result<u8, Malformed> {
    let (first, rest) = from.split_first().ok_or(Malformed::Short)?;
    *from = rest;
    Ok(*first)
}

pub(crate) fn put_bytes(bytes: &[u8], out: &mut Vec<u8>) {
    (bytes.len() as u64).put(out);
    out.extend_from_slice(bytes);
}

fn take_bytes<'a>(from: &mut &'a [u8]) -> Result<&'a [u8], Malformed> {
    let length = usize::try_from(u64::take(from)?).map_err(|_| Malformed::Short)?;
    let (bytes, rest) = from.split_at_checked(length).ok_or(Malformed::Short)?;
    *from = rest;
    Ok(bytes)
}

/// The place of the last byte of the longest number.
const LAST_BYTE: usize = 9;

/// A list of parts, none of which is empty: no more of them are made room for than there are bytes.
pub(crate) fn take_list<T>(
    from: &mut &[u8],
    mut take: impl FnMut(&mut &[u8]) -> Result<T, Malformed>,
) -> Result<Vec<T>, Malformed> {
    let count = usize::try_from(u64::take(from)?).map_err(|_| Malformed::Short)?;
    if count > from.len() {
        return Err(Malformed::Short);
    }
    (0..count).map(|_| take(from)).collect()
}

impl Part for u64 {
    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(encode::u64(*self, &mut encode::u64_buffer()));
    }

    fn take(from: &mut &[u8]) -> Result<Self, Malformed> {
        let (number, rest) = decode::u64(from).map_err(|_| Malformed::Part("number"))?;
        // The tenth byte has room for one bit; the decoder drops the others.
        if from.get(LAST_BYTE).is_some_and(|last| *last > 1) && from.len() - rest.len() > LAST_BYTE {
            return Err(Malformed::Part("number"));
        }
        *from = rest;
        Ok(number)
    }
}

impl Part for u32 {
    fn put(&self, out: &mut Vec<u8>) {
        u64::from(*self).put(out);
    }

    fn take(from: &mut &[u8]) -> Result<Self, Malformed> {
        Self::try_from(u64::take(from)?).map_err(|_| Malformed::Part("number of 32 bits"))
    }
}

impl Part for i64 {
    fn put(&self, out: &mut Vec<u8>) {
        ((self << 1) ^ (self >> 63)).cast_unsigned().put(out);
    }

    fn take(from: &mut &[u8]) -> Result<Self, Malformed> {
        let number = u64::take(from)?;
        Ok((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }
}

impl Part for bool {
    fn put(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn take(from: &mut &[u8]) -> Result<Self, Malformed> {
        match byte(from)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Malformed::Part("flag")),
        }
    }
}

impl Part for String {
    fn put(&self, out: &mut Vec<u8>) {
        put_bytes(self.as_bytes(), out);
    }

    fn take(from: &mut &[u8]) -> Result<Self, Malformed> {
        let text = std::str::from_utf8(take_bytes(from)?).map_err(|_| Malformed::Part("text"))?;
        Ok(text.to_owned())
    }
}

impl Part for Vec<u8> {
    fn put(&self, out: &mut Vec<u8>) {
        put_bytes(self, out);
    }

    fn take(from: &mut &[u8]) -> Result<Self, Malformed> {
        take_bytes(from).map(<[u8]>::to_vec)
    }
}

impl Part for Vec<String> {
    fn put(&self, out: &mut Vec<u8>) {
        (self.len() as u64).put(out);
        self.iter().for_each(|text| text.put(out));
    }

    fn take(from: &mut &[u8]) -> Result<Self, Malformed> {
        take_list(from, String::take)
    }
}

impl<T: Part> Part for Option<T> {
    fn put(&self, out: &mut Vec<u8>) {
        self.is_some().put(out);
        if let Some(part) = self {
            part.put(out);
        }
    }

    fn take(from: &mut &[u8]) -> Result<Self, Malformed> {
        bool::take(from)?.then(|| T::take(from)).transpose()
    }
}
