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

/// What is written into a message.
pub trait Put {
    /// Writes it behind what is there.
    fn put(&self, out: &mut Vec<u8>);

    /// How many bytes that takes: room for an answer is made once, and as much as is needed. About as many, where it is no part of an
    /// answer to a call.
    fn room(&self) -> usize {
        16
    }
}

/// What is written into a message, and read from one.
pub trait Part: Put + Sized {
    /// Reads it, and leaves what stands behind it.
    ///
    /// # Errors
    /// The bytes do not begin with such a part.
    fn take(from: &mut &[u8]) -> Result<Self, Malformed>;

    /// Reads it where it is all that stands in a message from this place on; text and bytes are not copied.
    ///
    /// # Errors
    /// As [`Part::take`], or something stands behind it.
    fn take_last(message: Vec<u8>, at: usize) -> Result<Self, Malformed> {
        last(&message, at)
    }
}

/// Text or bytes, which may be large: a message that begins with them becomes them.
pub trait Leading: Part {
    /// Reads it from a place of a message on without a copy. Returns what stands behind it, too.
    ///
    /// # Errors
    /// As [`Part::take`].
    fn take_leading(message: Vec<u8>, at: usize) -> Result<(Self, Vec<u8>), Malformed>;
}

/// Reads the part that is all that stands there.
pub(crate) fn last<T: Part>(message: &[u8], at: usize) -> Result<T, Malformed> {
    let mut from = message.get(at..).unwrap_or_default();
    let part = T::take(&mut from)?;
    end(from)?;
    Ok(part)
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

/// The next byte, which says what stands behind it.
///
/// # Errors
/// There is none.
pub fn byte(from: &mut &[u8]) -> Result<u8, Malformed> {
    let (first, rest) = from.split_first().ok_or(Malformed::Short)?;
    *from = rest;
    Ok(*first)
}

/// Bytes, as they stand in the message.
///
/// # Errors
/// The message does not go on with such.
pub fn bytes<'a>(from: &mut &'a [u8]) -> Result<&'a [u8], Malformed> {
    let length = usize::try_from(u64::take(from)?).map_err(|_| Malformed::Short)?;
    let (bytes, rest) = from.split_at_checked(length).ok_or(Malformed::Short)?;
    *from = rest;
    Ok(bytes)
}

/// A text, as it stands in the message.
///
/// # Errors
/// As [`bytes`], and they are no UTF-8.
pub fn text<'a>(from: &mut &'a [u8]) -> Result<&'a str, Malformed> {
    std::str::from_utf8(bytes(from)?).map_err(|_| Malformed::Part("text"))
}

/// A text that may be absent, as it stands in the message.
///
/// # Errors
/// As [`text`].
pub fn option_text<'a>(from: &mut &'a [u8]) -> Result<Option<&'a str>, Malformed> {
    bool::take(from)?.then(|| text(from)).transpose()
}

/// Nothing stands behind what was read.
///
/// # Errors
/// Something does.
pub fn end(from: &[u8]) -> Result<(), Malformed> {
    if from.is_empty() { Ok(()) } else { Err(Malformed::Long) }
}

/// The place of the last byte of the longest number.
const LAST_BYTE: usize = 9;

/// Parts that a list has room for before they are read: a byte may be all that there is of one.
const LIST_ROOM: usize = 1_024;

/// A list of parts, none of which is empty: no more of them are made room for than there are bytes.
pub(crate) fn take_list<T>(
    from: &mut &[u8],
    mut take: impl FnMut(&mut &[u8]) -> Result<T, Malformed>,
) -> Result<Vec<T>, Malformed> {
    let count = usize::try_from(u64::take(from)?).map_err(|_| Malformed::Short)?;
    if count > from.len() {
        return Err(Malformed::Short);
    }
    let mut list = Vec::with_capacity(count.min(LIST_ROOM));
    for _ in 0..count {
        list.push(take(from)?);
    }
    Ok(list)
}

impl<T: Put + ?Sized> Put for &T {
    fn put(&self, out: &mut Vec<u8>) {
        (**self).put(out);
    }

    fn room(&self) -> usize {
        (**self).room()
    }
}

impl Put for u64 {
    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(encode::u64(*self, &mut encode::u64_buffer()));
    }

    fn room(&self) -> usize {
        // Seven bits a byte, one byte for 0.
        ((*self | 1).ilog2() / 7 + 1) as usize
    }
}

impl Part for u64 {
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

impl Put for u32 {
    fn put(&self, out: &mut Vec<u8>) {
        u64::from(*self).put(out);
    }

    fn room(&self) -> usize {
        u64::from(*self).room()
    }
}

impl Part for u32 {
    fn take(from: &mut &[u8]) -> Result<Self, Malformed> {
        Self::try_from(u64::take(from)?).map_err(|_| Malformed::Part("number of 32 bits"))
    }
}

impl Put for i64 {
    fn put(&self, out: &mut Vec<u8>) {
        ((self << 1) ^ (self >> 63)).cast_unsigned().put(out);
    }

    fn room(&self) -> usize {
        ((self << 1) ^ (self >> 63)).cast_unsigned().room()
    }
}

impl Part for i64 {
    fn take(from: &mut &[u8]) -> Result<Self, Malformed> {
        let number = u64::take(from)?;
        Ok((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }
}

impl Put for bool {
    fn put(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn room(&self) -> usize {
        1
    }
}

impl Part for bool {
    fn take(from: &mut &[u8]) -> Result<Self, Malformed> {
        match byte(from)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Malformed::Part("flag")),
        }
    }
}

impl Put for str {
    fn put(&self, out: &mut Vec<u8>) {
        self.as_bytes().put(out);
    }

    fn room(&self) -> usize {
        self.as_bytes().room()
    }
}

impl Put for String {
    fn put(&self, out: &mut Vec<u8>) {
        self.as_str().put(out);
    }

    fn room(&self) -> usize {
        self.as_bytes().room()
    }
}

impl Part for String {
    fn take(from: &mut &[u8]) -> Result<Self, Malformed> {
        text(from).map(str::to_owned)
    }

    fn take_last(message: Vec<u8>, at: usize) -> Result<Self, Malformed> {
        only(Self::take_leading(message, at)?)
    }
}

impl Leading for String {
    fn take_leading(message: Vec<u8>, at: usize) -> Result<(Self, Vec<u8>), Malformed> {
        let (text, behind) = Vec::take_leading(message, at)?;
        Ok((Self::from_utf8(text).map_err(|_| Malformed::Part("text"))?, behind))
    }
}

impl Put for [u8] {
    fn put(&self, out: &mut Vec<u8>) {
        (self.len() as u64).put(out);
        out.extend_from_slice(self);
    }

    fn room(&self) -> usize {
        (self.len() as u64).room() + self.len()
    }
}

impl Put for Vec<u8> {
    fn put(&self, out: &mut Vec<u8>) {
        self.as_slice().put(out);
    }

    fn room(&self) -> usize {
        self.as_slice().room()
    }
}

impl Part for Vec<u8> {
    fn take(from: &mut &[u8]) -> Result<Self, Malformed> {
        bytes(from).map(<[u8]>::to_vec)
    }

    fn take_last(message: Vec<u8>, at: usize) -> Result<Self, Malformed> {
        only(Self::take_leading(message, at)?)
    }
}

impl Leading for Vec<u8> {
    fn take_leading(mut message: Vec<u8>, at: usize) -> Result<(Self, Self), Malformed> {
        let mut from = message.get(at..).unwrap_or_default();
        let length = bytes(&mut from)?.len();
        let behind = message.split_off(message.len() - from.len());
        message.drain(..message.len() - length);
        Ok((message, behind))
    }
}

/// What was read, behind which nothing stands.
fn only<T>((part, behind): (T, Vec<u8>)) -> Result<T, Malformed> {
    end(&behind)?;
    Ok(part)
}
