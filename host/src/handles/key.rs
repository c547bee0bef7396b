//! Keys of maps: their bytes are in the order of their values.

use crate::error::{HostError, Result};
use uuid::Uuid;

/// A key of a [`Map`](crate::Map). The bytes of two keys compare as the keys do, so that ranges are ranges of keys.
///
/// Integers are big-endian, signed ones with the sign bit flipped; text and bytes stand as they are. In a tuple all but the last item are
/// followed by an end that sorts before whatever may follow: text and bytes there have each zero byte doubled with 255, and end in two
/// zeros.
///
/// ```
/// use sx_persist::Key;
///
/// let bytes = |key: &(String, u32)| { let mut bytes = Vec::new(); key.write(&mut bytes); bytes };
/// let keys = [("a", 2), ("a", 300), ("ab", 1)].map(|(name, number)| (name.to_owned(), number));
/// assert!(keys.is_sorted_by_key(bytes));
/// assert_eq!(<(String, u32)>::read(&bytes(&keys[1]))?, keys[1]);
/// # Ok::<(), sx_persist::Error>(())
/// ```
pub trait Key: Sized {
    /// Adds the bytes of the key.
    fn write(&self, to: &mut Vec<u8>);

    /// Adds its bytes such that more may follow.
    fn write_part(&self, to: &mut Vec<u8>);

    /// Takes a key from the front of bytes that [`Key::write_part`] wrote, and returns what follows.
    ///
    /// # Errors
    /// [`HostError::Key`] when the bytes do not begin with such a key.
    fn read_part(from: &[u8]) -> Result<(Self, &[u8])>;

    /// Returns the key that the bytes are.
    ///
    /// # Errors
    /// [`HostError::Key`] when they are not of this type: they were written with another one.
    fn read(bytes: &[u8]) -> Result<Self> {
        match Self::read_part(bytes)? {
            (key, []) => Ok(key),
            _ => Err(HostError::Key("bytes behind its end").into()),
        }
    }
}

/// The bytes of a key.
pub(crate) fn bytes<K>(key: &(impl AsKey<K> + ?Sized)) -> Vec<u8> {
    let mut bytes = Vec::new();
    key.write_key(&mut bytes);
    bytes
}

macro_rules! integers {
    ($($unsigned:ty, $signed:ty;)*) => {$(
        impl Key for $unsigned {
            fn write(&self, to: &mut Vec<u8>) {
                to.extend(self.to_be_bytes());
            }

            fn write_part(&self, to: &mut Vec<u8>) {
                self.write(to);
            }

            fn read_part(from: &[u8]) -> Result<(Self, &[u8])> {
                let (bytes, rest) = from.split_first_chunk().ok_or(HostError::Key("too few bytes"))?;
                Ok((Self::from_be_bytes(*bytes), rest))
            }
        }

        impl Key for $signed {
            fn write(&self, to: &mut Vec<u8>) {
                (self.cast_unsigned() ^ (1 << (<$signed>::BITS - 1))).write(to);
            }

            fn write_part(&self, to: &mut Vec<u8>) {
                self.write(to);
            }

            fn read_part(from: &[u8]) -> Result<(Self, &[u8])> {
                let (turned, rest) = <$unsigned>::read_part(from)?;
                Ok(((turned ^ (1 << (<$signed>::BITS - 1))).cast_signed(), rest))
            }
        }
    )*};
}

integers! { u8, i8; u16, i16; u32, i32; u64, i64; u128, i128; }

impl Key for bool {
    fn write(&self, to: &mut Vec<u8>) {
        to.push(u8::from(*self));
    }

    fn write_part(&self, to: &mut Vec<u8>) {
        self.write(to);
    }

    fn read_part(from: &[u8]) -> Result<(Self, &[u8])> {
        match from {
            [byte @ (0 | 1), rest @ ..] => Ok((*byte == 1, rest)),
            _ => Err(HostError::Key("neither 0 nor 1").into()),
        }
    }
}

impl Key for Uuid {
    fn write(&self, to: &mut Vec<u8>) {
        to.extend(self.as_bytes());
    }

    fn write_part(&self, to: &mut Vec<u8>) {
        self.write(to);
    }

    fn read_part(from: &[u8]) -> Result<(Self, &[u8])> {
        let (bytes, rest) = from.split_first_chunk().ok_or(HostError::Key("too few bytes"))?;
        Ok((Self::from_bytes(*bytes), rest))
    }
}

impl Key for Vec<u8> {
    fn write(&self, to: &mut Vec<u8>) {
        to.extend(self);
    }

    fn write_part(&self, to: &mut Vec<u8>) {
        for byte in self {
            to.push(*byte);
            if *byte == 0 {
                to.push(255);
            }
        }
        to.extend([0, 0]);
    }

    fn read_part(from: &[u8]) -> Result<(Self, &[u8])> {
        let mut bytes = Self::new();
        let mut rest = from;
        loop {
            rest = match rest {
                [0, 0, rest @ ..] => return Ok((bytes, rest)),
                [0, 255, rest @ ..] => {
                    bytes.push(0);
                    rest
                }
                [0, ..] | [] => return Err(HostError::Key("bytes without an end").into()),
                [byte, rest @ ..] => {
                    bytes.push(*byte);
                    rest
                }
            };
        }
    }

    fn read(bytes: &[u8]) -> Result<Self> {
        Ok(bytes.to_vec())
    }
}

impl Key for String {
    fn write(&self, to: &mut Vec<u8>) {
        to.extend(self.as_bytes());
    }

    fn write_part(&self, to: &mut Vec<u8>) {
        self.clone().into_bytes().write_part(to);
    }

    fn read_part(from: &[u8]) -> Result<(Self, &[u8])> {
        let (bytes, rest) = Vec::read_part(from)?;
        Ok((text(bytes)?, rest))
    }

    fn read(bytes: &[u8]) -> Result<Self> {
        text(bytes.to_vec())
    }
}

fn text(bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|_| HostError::Key("text that is no UTF-8").into())
}

macro_rules! tuples {
    ($($($part:ident)* : $last:ident;)*) => {$(
        impl<$($part: Key,)* $last: Key> Key for ($($part,)* $last,) {
            #[expect(non_snake_case, reason = "the types are the names of the parts")]
            fn write(&self, to: &mut Vec<u8>) {
                let ($($part,)* $last,) = self;
                $($part.write_part(to);)*
                $last.write(to);
            }

            #[expect(non_snake_case, reason = "the types are the names of the parts")]
            fn write_part(&self, to: &mut Vec<u8>) {
                let ($($part,)* $last,) = self;
                $($part.write_part(to);)*
                $last.write_part(to);
            }

            #[expect(non_snake_case, reason = "the types are the names of the parts")]
            fn read_part(from: &[u8]) -> Result<(Self, &[u8])> {
                $(let ($part, from) = $part::read_part(from)?;)*
                let ($last, from) = $last::read_part(from)?;
                Ok((($($part,)* $last,), from))
            }

            #[expect(non_snake_case, reason = "the types are the names of the parts")]
            fn read(from: &[u8]) -> Result<Self> {
                $(let ($part, from) = $part::read_part(from)?;)*
                Ok(($($part,)* $last::read(from)?,))
            }
        }
    )*};
}

tuples! { A: B; A B: C; A B C: D; }

/// What a key may be asked for with: itself, or what it can be borrowed as.
pub trait AsKey<K> {
    /// Adds the bytes of the key.
    fn write_key(&self, to: &mut Vec<u8>);
}

impl<K: Key> AsKey<K> for K {
    fn write_key(&self, to: &mut Vec<u8>) {
        self.write(to);
    }
}

impl AsKey<String> for str {
    fn write_key(&self, to: &mut Vec<u8>) {
        to.extend(self.as_bytes());
    }
}

impl AsKey<Vec<u8>> for [u8] {
    fn write_key(&self, to: &mut Vec<u8>) {
        to.extend(self);
    }
}
