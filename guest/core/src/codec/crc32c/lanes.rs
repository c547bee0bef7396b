//! Sixteen bytes at once: a vector of WebAssembly; elsewhere, for the tests, the same in plain code.

pub(super) const LANES: usize = 16;

pub(super) use vector::Lanes;

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod vector {
    use super::LANES;
    use core::arch::wasm32 as simd;

    #[derive(Clone, Copy)]
    pub(in crate::codec::crc32c) struct Lanes(simd::v128);

    const COUNT: simd::v128 = simd::u8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);

    impl Lanes {
        pub(in crate::codec::crc32c) const ZERO: Self = Self(simd::u64x2(0, 0));

        #[inline]
        pub(in crate::codec::crc32c) fn load([a, b, c, d, e, f, g, h, rest @ ..]: &[u8; LANES]) -> Self {
            let front = u64::from_le_bytes([*a, *b, *c, *d, *e, *f, *g, *h]);
            Self(simd::u64x2(front, u64::from_le_bytes(*rest)))
        }

        #[inline]
        pub(in crate::codec::crc32c) fn store(self) -> [u8; LANES] {
            let front = u128::from(simd::u64x2_extract_lane::<0>(self.0));
            let back = u128::from(simd::u64x2_extract_lane::<1>(self.0));
            (front | back << 64).to_le_bytes()
        }

        #[inline]
        pub(in crate::codec::crc32c) fn first_four(four: u32) -> Self {
            Self(simd::u32x4(four, 0, 0, 0))
        }

        #[inline]
        pub(in crate::codec::crc32c) fn first_four_of(self) -> u32 {
            simd::u32x4_extract_lane::<0>(self.0)
        }

        #[inline]
        pub(in crate::codec::crc32c) fn xor(self, other: Self) -> Self {
            Self(simd::v128_xor(self.0, other.0))
        }

        #[inline]
        pub(in crate::codec::crc32c) fn lower_halves(self) -> Self {
            Self(simd::v128_and(self.0, simd::u8x16_splat(0x0f)))
        }

        #[inline]
        pub(in crate::codec::crc32c) fn upper_halves(self) -> Self {
            Self(simd::u8x16_shr(self.0, 4))
        }

        /// The lanes that `places` name; 0 where one is above 15.
        #[inline]
        pub(in crate::codec::crc32c) fn at(self, places: Self) -> Self {
            Self(simd::u8x16_swizzle(self.0, places.0))
        }

        /// Every lane `count` places higher, 16 at most, zeros below.
        #[inline]
        pub(in crate::codec::crc32c) fn moved_up(self, count: usize) -> Self {
            let count = simd::u8x16_splat(u8::try_from(count).unwrap_or(0));
            self.at(Self(simd::u8x16_sub(COUNT, count)))
        }

        /// Every lane `count` places lower, 16 at most, zeros above.
        #[inline]
        pub(in crate::codec::crc32c) fn moved_down(self, count: usize) -> Self {
            let count = simd::u8x16_splat(u8::try_from(count).unwrap_or(0));
            self.at(Self(simd::u8x16_add(COUNT, count)))
        }

        /// Every lane `COUNT` places higher, 1 to 3, the top lanes of `before` below.
        #[inline]
        pub(in crate::codec::crc32c) fn behind<const COUNT: usize>(self, before: Self) -> Self {
            let (a, b) = (before.0, self.0);
            Self(match COUNT {
                1 => simd::u8x16_shuffle::<15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30>(
                    a, b,
                ),
                2 => simd::u8x16_shuffle::<14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29>(
                    a, b,
                ),
                _ => simd::u8x16_shuffle::<13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28>(
                    a, b,
                ),
            })
        }
    }
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
mod vector {
    use super::LANES;
    use std::array::from_fn;

    #[derive(Clone, Copy)]
    pub(in crate::codec::crc32c) struct Lanes([u8; LANES]);

    impl Lanes {
        pub(in crate::codec::crc32c) const ZERO: Self = Self([0; LANES]);

        pub(in crate::codec::crc32c) fn load(bytes: &[u8; LANES]) -> Self {
            Self(*bytes)
        }

        pub(in crate::codec::crc32c) fn store(self) -> [u8; LANES] {
            self.0
        }

        pub(in crate::codec::crc32c) fn first_four(four: u32) -> Self {
            Self(u128::from(four).to_le_bytes())
        }

        pub(in crate::codec::crc32c) fn first_four_of(self) -> u32 {
            let [a, b, c, d, ..] = self.0;
            u32::from_le_bytes([a, b, c, d])
        }

        pub(in crate::codec::crc32c) fn xor(self, other: Self) -> Self {
            Self(from_fn(|lane| self.lane(lane) ^ other.lane(lane)))
        }

        pub(in crate::codec::crc32c) fn lower_halves(self) -> Self {
            Self(self.0.map(|byte| byte & 0x0f))
        }

        pub(in crate::codec::crc32c) fn upper_halves(self) -> Self {
            Self(self.0.map(|byte| byte >> 4))
        }

        pub(in crate::codec::crc32c) fn at(self, places: Self) -> Self {
            Self(places.0.map(|place| self.lane(usize::from(place))))
        }

        pub(in crate::codec::crc32c) fn moved_up(self, count: usize) -> Self {
            Self(from_fn(|lane| lane.checked_sub(count).map_or(0, |lane| self.lane(lane))))
        }

        pub(in crate::codec::crc32c) fn moved_down(self, count: usize) -> Self {
            Self(from_fn(|lane| self.lane(lane + count)))
        }

        pub(in crate::codec::crc32c) fn behind<const COUNT: usize>(self, before: Self) -> Self {
            let shifted = self.moved_up(COUNT);
            shifted.xor(before.moved_down(LANES - COUNT))
        }

        fn lane(self, lane: usize) -> u8 {
            self.0.get(lane).copied().unwrap_or(0)
        }
    }
}
