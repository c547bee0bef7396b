//! Values that are drawn, and what is done with the types of each function.

use std::fmt::Debug;
use sx_persist_wire::{Function, Part};

/// A sequence of numbers that are the same in each run (xorshift).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below this one.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % end
    }

    fn few(&mut self) -> u64 {
        self.below(4)
    }
}

/// What is done with each function.
pub(crate) trait Check {
    /// It takes `A`, a tuple, and answers `R`.
    fn call<A, R>(&mut self, function: Function)
    where
        A: Part + Draw + Debug + PartialEq,
        R: Part + Draw + Debug + PartialEq;
}

pub(crate) trait Draw {
    fn draw(random: &mut Random) -> Self;
}

impl Draw for () {
    fn draw(_: &mut Random) -> Self {}
}

impl Draw for bool {
    fn draw(random: &mut Random) -> Self {
        random.below(2) == 1
    }
}

impl Draw for u64 {
    fn draw(random: &mut Random) -> Self {
        let edges = [0, 1, 127, 128, u64::from(u32::MAX), u64::MAX];
        edges[usize::try_from(random.below(6)).unwrap()]
    }
}

impl Draw for u32 {
    fn draw(random: &mut Random) -> Self {
        Self::try_from(u64::draw(random)).unwrap_or(Self::MAX)
    }
}

impl Draw for u8 {
    fn draw(random: &mut Random) -> Self {
        Self::try_from(random.below(256)).unwrap()
    }
}

impl Draw for String {
    fn draw(random: &mut Random) -> Self {
        let letters = ['a', '\0', '\n', 'ÿ'];
        (0..random.few()).map(|_| letters[usize::try_from(random.few()).unwrap()]).collect()
    }
}

impl<T: Draw> Draw for Vec<T> {
    fn draw(random: &mut Random) -> Self {
        (0..random.few()).map(|_| T::draw(random)).collect()
    }
}

impl<T: Draw> Draw for Option<T> {
    fn draw(random: &mut Random) -> Self {
        bool::draw(random).then(|| T::draw(random))
    }
}

macro_rules! tuples {
    ($(($($part:ident)+))+) => {$(
        impl<$($part: Draw),+> Draw for ($($part,)+) {
            fn draw(random: &mut Random) -> Self {
                ($($part::draw(random),)+)
            }
        }
    )+};
}

tuples! { (A) (A B) (A B C) (A B C D) (A B C D E) (A B C D E F) }
