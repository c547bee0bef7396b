//! Where things stand: variants from left to right, ratios from below, on a logarithmic scale.

use crate::report::Spread;

/// The whole picture, in pixels.
pub(super) const SIZE: (i32, i32) = (900, 480);
/// What is kept free beside the plot: for ratios, the title, names and sizes.
const MARGIN: Extent = Extent { left: 78, top: 66, right: 204, bottom: 58 };
/// Between the outermost ratio and the frame, so that a text has room there.
const PADDING: i32 = 24;
/// Where all ratios are close to one, they are not drawn as if they were not.
const RANGE_MIN: (f64, f64) = (0.5, 2.0);

/// What something takes up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    pub(super) left: i32,
    pub(super) top: i32,
    pub(super) right: i32,
    pub(super) bottom: i32,
}

impl Extent {
    pub(super) fn around((x, y): (i32, i32), (aside, above): (i32, i32)) -> Self {
        Self { left: x - aside, top: y - above, right: x + aside, bottom: y + above }
    }

    pub(super) fn overlaps(&self, other: &Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    pub(super) fn is_within(&self, other: &Self) -> bool {
        other.left <= self.left
            && self.right <= other.right
            && other.top <= self.top
            && self.bottom <= other.bottom
    }
}

/// The part of the picture that has the points, and its scales.
pub(super) struct Frame {
    pub(super) extent: Extent,
    /// The lowest and the highest ratio.
    range: (f64, f64),
    variants: i32,
}

impl Frame {
    pub(super) fn new<'a>(spreads: impl Iterator<Item = &'a Spread>, variants: usize) -> Self {
        let range = spreads
            .fold(RANGE_MIN, |(low, high), spread| (f64::min(low, spread.low), f64::max(high, spread.high)));
        let (right, bottom) = (SIZE.0 - MARGIN.right, SIZE.1 - MARGIN.bottom);
        let extent = Extent { left: MARGIN.left, top: MARGIN.top, right, bottom };
        Self { extent, range, variants: i32::try_from(variants).unwrap_or(i32::MAX).max(1) }
    }

    /// How wide a variant's part is.
    pub(super) fn band(&self) -> i32 {
        (self.extent.right - self.extent.left) / self.variants
    }

    /// The middle of a variant's part.
    pub(super) fn x(&self, variant: usize) -> i32 {
        self.extent.left
            + self.band() / 2
            + self.band().saturating_mul(i32::try_from(variant).unwrap_or(i32::MAX))
    }

    #[expect(clippy::cast_possible_truncation, reason = "a place in a picture")]
    pub(super) fn y(&self, ratio: f64) -> i32 {
        let (low, high) = self.range;
        let share = (ratio / low).ln() / (high / low).ln();
        let height = f64::from(self.extent.bottom - self.extent.top - 2 * PADDING);
        self.extent.bottom - PADDING - (share * height).round() as i32
    }

    /// The ratios that have a line and what they are called: powers of ten, and what is between them where those are few.
    pub(super) fn ticks(&self) -> Vec<(f64, String)> {
        let [coarse, fine] = [&[1.0][..], &[1.0, 2.0, 5.0]].map(|factors| self.ticks_of(factors));
        if coarse.len() < 3 { fine } else { coarse }
    }

    fn ticks_of(&self, factors: &[f64]) -> Vec<(f64, String)> {
        let all = (-12..=12).flat_map(|exponent: i32| factors.iter().map(move |factor| (*factor, exponent)));
        let tick = |(factor, exponent): (f64, i32)| {
            let ratio = factor * 10_f64.powi(exponent);
            let places = usize::try_from(-exponent).unwrap_or(0);
            (ratio, format!("{ratio:.places$}x"))
        };
        all.map(tick)
            .filter(|(ratio, _)| (self.extent.top..=self.extent.bottom).contains(&self.y(*ratio)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(low: f64, high: f64) -> Vec<String> {
        let spread = Spread { median: low, low, high, rounds: 2 };
        Frame::new(std::iter::once(&spread), 1).ticks().into_iter().map(|(_, name)| name).collect()
    }

    #[test]
    fn a_wide_range_has_powers_of_ten_alone() {
        assert_eq!(names(0.002, 60.0), ["0.001x", "0.01x", "0.1x", "1x", "10x", "100x"]);
    }

    #[test]
    fn a_narrow_range_has_what_is_between_them() {
        assert_eq!(names(0.9, 1.1), ["0.5x", "1x", "2x"]);
        assert_eq!(names(0.4, 6.0), ["0.5x", "1x", "2x", "5x"]);
    }

    #[test]
    fn a_higher_ratio_stands_higher() {
        let spread = Spread { median: 1.0, low: 0.1, high: 10.0, rounds: 3 };
        let frame = Frame::new(std::iter::once(&spread), 1);
        let [low, middle, high] = [0.1, 1.0, 10.0].map(|ratio| frame.y(ratio));
        assert!(high < middle && middle < low);
        assert_eq!(low - middle, middle - high);
        assert!(frame.extent.top < high && low < frame.extent.bottom);
    }
}
