//! Parts that are made of parts: lists, what may be absent, tuples, records and variants.

use crate::part::{Malformed, Part, Put, last, take_list};

impl<T: Put> Put for [T] {
    fn put(&self, out: &mut Vec<u8>) {
        (self.len() as u64).put(out);
        self.iter().for_each(|part| part.put(out));
    }

    fn room(&self) -> usize {
        (self.len() as u64).room() + self.iter().map(Put::room).sum::<usize>()
    }
}

impl<T: Put> Put for Vec<T> {
    fn put(&self, out: &mut Vec<u8>) {
        self.as_slice().put(out);
    }

    fn room(&self) -> usize {
        self.as_slice().room()
    }
}

/// No part of a list is empty.
impl<T: Part> Part for Vec<T> {
    fn take(from: &mut &[u8]) -> Result<Self, Malformed> {
        take_list(from, T::take)
    }
}

impl<T: Put> Put for Option<T> {
    fn put(&self, out: &mut Vec<u8>) {
        self.is_some().put(out);
        if let Some(part) = self {
            part.put(out);
        }
    }

    fn room(&self) -> usize {
        1 + self.as_ref().map_or(0, Put::room)
    }
}

impl<T: Part> Part for Option<T> {
    fn take(from: &mut &[u8]) -> Result<Self, Malformed> {
        bool::take(from)?.then(|| T::take(from)).transpose()
    }

    fn take_last(message: Vec<u8>, at: usize) -> Result<Self, Malformed> {
        match message.get(at) {
            Some(1) => T::take_last(message, at + 1).map(Some),
            _ => last(&message, at),
        }
    }
}

impl Put for () {
    fn put(&self, _: &mut Vec<u8>) {}

    fn room(&self) -> usize {
        0
    }
}

impl Part for () {
    fn take(_: &mut &[u8]) -> Result<Self, Malformed> {
        Ok(())
    }
}

macro_rules! tuples {
    ($(($($part:ident)+))+) => {$(
        #[expect(non_snake_case, reason = "a part is named as its type is")]
        impl<$($part: Put),+> Put for ($($part,)+) {
            fn put(&self, out: &mut Vec<u8>) {
                let ($($part,)+) = self;
                $($part.put(out);)+
            }

            fn room(&self) -> usize {
                let ($($part,)+) = self;
                0 $(+ $part.room())+
            }
        }

        impl<$($part: Part),+> Part for ($($part,)+) {
            fn take(from: &mut &[u8]) -> Result<Self, Malformed> {
                Ok(($($part::take(from)?,)+))
            }
        }
    )+};
}

tuples! { (A) (A B) (A B C) (A B C D) (A B C D E) (A B C D E F) }

/// Makes a record a part: its fields, in their order. Behind the first one stands a semicolon where that is text or bytes.
#[doc(hidden)]
#[macro_export]
macro_rules! record {
    ($type:ident { $($field:ident),+ $(,)? }) => {
        $crate::record!(@ $type { $($field),+ } {});
    };
    ($type:ident { $first:ident; $($field:ident),+ $(,)? }) => {
        $crate::record!(@ $type { $first, $($field),+ } {
            fn take_last(
                message: ::std::vec::Vec<u8>,
                at: usize,
            ) -> ::std::result::Result<Self, $crate::Malformed> {
                let ($first, behind) = $crate::Leading::take_leading(message, at)?;
                let mut from = behind.as_slice();
                let part = Self { $first, $($field: $crate::Part::take(&mut from)?),+ };
                $crate::end(from)?;
                ::std::result::Result::Ok(part)
            }
        });
    };
    (@ $type:ident { $($field:ident),+ } { $($take_last:item)? }) => {
        impl $crate::Put for $type {
            fn put(&self, out: &mut ::std::vec::Vec<u8>) {
                $($crate::Put::put(&self.$field, out);)+
            }

            fn room(&self) -> usize {
                0 $(+ $crate::Put::room(&self.$field))+
            }
        }

        impl $crate::Part for $type {
            fn take(from: &mut &[u8]) -> ::std::result::Result<Self, $crate::Malformed> {
                ::std::result::Result::Ok(Self { $($field: $crate::Part::take(from)?),+ })
            }

            $($take_last)?
        }
    };
}

/// Makes a variant a part: the number of its case, and what that holds.
#[doc(hidden)]
#[macro_export]
macro_rules! variant {
    ($type:ident { $($number:literal $case:ident $(($held:ident))?),+ $(,)? }) => {
        impl $crate::Put for $type {
            fn put(&self, out: &mut ::std::vec::Vec<u8>) {
                match self {
                    $(Self::$case $(($held))? => {
                        out.push($number);
                        $($crate::Put::put($held, out);)?
                    })+
                }
            }

            fn room(&self) -> usize {
                match self {
                    $(Self::$case $(($held))? => 1 $(+ $crate::Put::room($held))?,)+
                }
            }
        }

        impl $crate::Part for $type {
            fn take(from: &mut &[u8]) -> ::std::result::Result<Self, $crate::Malformed> {
                ::std::result::Result::Ok(match $crate::byte(from)? {
                    $($number => {
                        $(let $held = $crate::Part::take(from)?;)?
                        Self::$case $(($held))?
                    })+
                    number => {
                        let what = ::std::stringify!($type);
                        return ::std::result::Result::Err($crate::Malformed::Unknown { what, number });
                    }
                })
            }
        }
    };
}
