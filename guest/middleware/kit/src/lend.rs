//! What a call was given, as the same call below takes it.

use crate::types::{Durability, MapRange, Position};

/// An argument that came owned and is handed on borrowed.
pub(crate) trait Lend {
    type Lent<'a>
    where
        Self: 'a;

    fn lend(&self) -> Self::Lent<'_>;
}

impl Lend for String {
    type Lent<'a> = &'a str;

    fn lend(&self) -> &str {
        self
    }
}

impl<T> Lend for Vec<T> {
    type Lent<'a>
        = &'a [T]
    where
        T: 'a;

    fn lend(&self) -> &[T] {
        self
    }
}

impl<T: Lend> Lend for Option<T> {
    type Lent<'a>
        = Option<T::Lent<'a>>
    where
        T: 'a;

    fn lend(&self) -> Option<T::Lent<'_>> {
        self.as_ref().map(T::lend)
    }
}

macro_rules! lend {
    (copied: $($type:ty),*; borrowed: $($record:ty),*) => {
        $(impl Lend for $type {
            type Lent<'a> = Self;

            fn lend(&self) -> Self {
                *self
            }
        })*
        $(impl Lend for $record {
            type Lent<'a> = &'a Self;

            fn lend(&self) -> &Self {
                self
            }
        })*
    };
}

lend!(copied: bool, u32, u64, i64, Durability; borrowed: Position, MapRange);
