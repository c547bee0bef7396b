//! Numbers and addresses that are not to be taken for each other.

use crate::error::{Error, Result};
use crate::types;
use std::fmt;
use std::str::FromStr;

macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(u64);

        impl $name {
            /// Makes one of a plain number.
            #[must_use]
            pub const fn new(number: u64) -> Self {
                Self(number)
            }

            /// Returns the plain number.
            #[must_use]
            pub const fn get(self) -> u64 {
                self.0
            }
        }

        impl From<u64> for $name {
            fn from(number: u64) -> Self {
                Self(number)
            }
        }

        impl From<$name> for u64 {
            fn from(number: $name) -> Self {
                number.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(out)
            }
        }

        impl FromStr for $name {
            type Err = std::num::ParseIntError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )*};
}

numbers! {
    /// The number of an event in its stream. The first one is 1.
    Seq;
    /// The version of a value in a map: the [`Lsn`] of the commit that wrote it.
    Version;
    /// The number of a commit. It rises with every commit of the store.
    Lsn;
}

macro_rules! addresses {
    ($($(#[$doc:meta])* $name:ident, $is:expr, $refusal:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl TryFrom<String> for $name {
            type Error = Error;

            fn try_from(text: String) -> Result<Self> {
                text.parse()
            }
        }

        impl $name {
            /// Returns its text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// What the store has given is one.
            pub(crate) fn of_store(text: String) -> Self {
                Self(text)
            }
        }

        impl FromStr for $name {
            type Err = Error;

            /// # Errors
            ///
            #[doc = concat!("[`types::Error::", stringify!($refusal), "`] when the text is not one.")]
            fn from_str(text: &str) -> Result<Self> {
                let is: fn(&str) -> bool = $is;
                if is(text) { Ok(Self(text.to_owned())) } else { Err(types::Error::$refusal(text.to_owned()).into()) }
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl From<$name> for String {
            fn from(address: $name) -> Self {
                address.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(out)
            }
        }
    )*};
}

addresses! {
    /// The address of a blob: a CID of version 1 of its bytes as they are, by SHA-256, in base32.
    ///
    /// ```
    /// use sx_persist::Cid;
    ///
    /// let cid: Cid = "bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e".parse()?;
    /// assert!("bafk".parse::<Cid>().is_err());
    /// # let _ = cid;
    /// # Ok::<(), sx_persist::Error>(())
    /// ```
    Cid, is_cid, InvalidCid;
    /// The hash of an object: 40 or 64 hex digits in lower case.
    ///
    /// ```
    /// use sx_persist::Hash;
    ///
    /// let hash: Hash = "1f7a7a472abf3dd9643fd615f6da379c4acb3e3a".parse()?;
    /// assert!("1F7A".parse::<Hash>().is_err());
    /// # let _ = hash;
    /// # Ok::<(), sx_persist::Error>(())
    /// ```
    Hash, is_hash, InvalidHash;
}

/// Whether the store takes it is said by the store: this keeps what is plainly something else apart.
fn is_cid(text: &str) -> bool {
    text.len() == 59
        && text.starts_with("bafkrei")
        && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7'))
}

fn is_hash(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
