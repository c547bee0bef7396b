//! Values of maps.

use crate::error::{HostError, Result};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A value of a [`Map`](crate::Map): bytes and text as they are, integers in decimal, as [`Map::increment`](crate::Map::increment) has
/// them, and any other type in [`Sx`].
pub trait Value: Sized {
    /// Returns the bytes that are stored.
    ///
    /// # Errors
    /// [`HostError::Value`] when the value has no such form.
    fn to_bytes(&self) -> Result<Vec<u8>>;

    /// Returns the value that the bytes are.
    ///
    /// # Errors
    /// [`HostError::Value`] when they are not of this type.
    fn from_bytes(bytes: Vec<u8>) -> Result<Self>;
}

impl Value for Vec<u8> {
    fn to_bytes(&self) -> Result<Vec<u8>> {
        Ok(self.clone())
    }

    fn from_bytes(bytes: Vec<u8>) -> Result<Self> {
        Ok(bytes)
    }
}

impl Value for String {
    fn to_bytes(&self) -> Result<Vec<u8>> {
        Ok(self.clone().into_bytes())
    }

    fn from_bytes(bytes: Vec<u8>) -> Result<Self> {
        Self::from_utf8(bytes).map_err(|error| HostError::Utf8(error.utf8_error()).into())
    }
}

macro_rules! integers {
    ($($type:ty)*) => {$(
        impl Value for $type {
            fn to_bytes(&self) -> Result<Vec<u8>> {
                Ok(self.to_string().into_bytes())
            }

            fn from_bytes(bytes: Vec<u8>) -> Result<Self> {
                String::from_bytes(bytes)?.parse().map_err(|error| HostError::Integer(error).into())
            }
        }
    )*};
}

integers! { u8 u16 u32 u64 i8 i16 i32 i64 }

/// A value of any type that serde takes, stored as SX text.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use sx_persist::{Store, Sx};
///
/// #[derive(Debug, PartialEq, Serialize, Deserialize)]
/// struct Cart { items: Vec<String> }
///
/// # let root = tempfile::tempdir().unwrap();
/// let store = Store::open(root.path())?;
/// let carts = store.map::<u64, Sx<Cart>>("carts");
/// carts.put(&7, &Sx(Cart { items: vec!["A-1".into()] }))?;
/// assert_eq!(carts.get(&7)?, Some(Sx(Cart { items: vec!["A-1".into()] })));
/// # Ok::<(), sx_persist::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sx<T>(pub T);

impl<T: Serialize + DeserializeOwned> Value for Sx<T> {
    fn to_bytes(&self) -> Result<Vec<u8>> {
        Ok(sx::to_string(&self.0)?.into_bytes())
    }

    fn from_bytes(bytes: Vec<u8>) -> Result<Self> {
        Ok(Self(sx::from_str(&String::from_bytes(bytes)?)?))
    }
}
