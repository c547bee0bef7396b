//! The ratios beside the points: this store's in any case, the others' where there is room.

use super::Plotted;
use super::frame::{Extent, Frame};
use crate::report::short;
use plotters::style::RGBColor;

/// How far from its point a ratio is written above or below it.
const NEAR: i32 = 28;
/// How many places farther up and down are tried for this store's.
const STEPS: i32 = 4;
/// Between two places of a line that texts keep off.
const STEP: i32 = 7;

/// A point in the picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Point {
    pub(super) at: (i32, i32),
    /// Where its lowest and its highest round are.
    pub(super) low: i32,
    pub(super) high: i32,
    pub(super) ratio: f64,
    /// Where it is measured by itself.
    pub(super) is_base: bool,
}

/// A ratio, and where it is written.
pub(super) struct Label {
    pub(super) text: String,
    pub(super) colour: RGBColor,
    pub(super) size: i32,
    pub(super) is_ours: bool,
    /// In its middle.
    pub(super) at: (i32, i32),
    pub(super) extent: Extent,
}

/// About as wide as a text is in the fonts that stand for `sans-serif`: half of it.
pub(super) fn half_width(text: &str, size: i32, is_bold: bool) -> i32 {
    let letters = i32::try_from(text.chars().count()).unwrap_or(i32::MAX);
    letters.saturating_mul(size).saturating_mul(if is_bold { 70 } else { 63 }) / 200
}

/// Finds places for the ratios, in the order of the contenders.
pub(super) fn labels(all: &[Plotted<'_>], frame: &Frame) -> Vec<Label> {
    let mut taken: Vec<_> = all.iter().flat_map(dots).collect();
    let one = frame.y(1.0);
    let one = Extent { top: one - 1, bottom: one + 1, ..frame.extent };
    let crossed: Vec<_> = all.iter().flat_map(lines).chain([one]).collect();
    let mut labels = Vec::new();
    for plotted in all {
        // Of the others it says nothing that the line at one does not.
        for point in plotted.points.iter().filter(|point| plotted.is_ours || !point.is_base) {
            let text = format!("{}x", short(point.ratio));
            let (size, is_ours) = (plotted.text_size(), plotted.is_ours);
            let half = (half_width(&text, size, is_ours), size / 2 + 1);
            let extents: Vec<_> = places(plotted, point, half, &frame.extent)
                .into_iter()
                .map(|at| (at, Extent::around(at, half)))
                .collect();
            let hides_none = |extent: &Extent| {
                extent.is_within(&frame.extent) && !taken.iter().any(|taken| taken.overlaps(extent))
            };
            let is_free =
                |extent: &Extent| hides_none(extent) && !crossed.iter().any(|line| line.overlaps(extent));
            let mut found = extents.iter().find(|(_, extent)| is_free(extent));
            if is_ours {
                found = found
                    .or_else(|| extents.iter().find(|(_, extent)| hides_none(extent)))
                    .or(extents.first());
            }
            let Some((at, extent)) = found.copied() else { continue };
            taken.push(extent);
            labels.push(Label { text, colour: plotted.look.colour, size, is_ours, at, extent });
        }
    }
    labels
}

/// Where a ratio of this size may be written, the best place first.
fn places(plotted: &Plotted<'_>, point: &Point, half: (i32, i32), within: &Extent) -> Vec<(i32, i32)> {
    let (x, y) = point.at;
    let gap = plotted.radius() + 1;
    let (right, left) = (x + gap + half.0 + 1, x - gap - half.0 - 1);
    // Beside the edge a text above does not stand in the middle.
    let middle = x.max(within.left + half.0).min(within.right - half.0);
    // Behind the end of a long spread it would be read as the ratio there.
    let above = Some(point.high.min(y - gap) - half.1 - 1).filter(|above| y - above <= NEAR);
    let below = Some(point.low.max(y + gap) + half.1 + 1).filter(|below| below - y <= NEAR);
    let above = above.map(|above| (middle, above));
    let below = below.map(|below| (middle, below));
    let beside = [(right, y), (left, y)];
    // At the end of a line nothing follows.
    let mut places: Vec<_> = match plotted.is_line {
        true => beside.into_iter().chain(above).chain(below).collect(),
        false => above.into_iter().chain(beside).chain(below).collect(),
    };
    let steps = if plotted.is_ours { STEPS } else { 1 };
    for down in (1..=steps).flat_map(|step| [-step * half.1, step * half.1]) {
        places.extend(beside.map(|(x, y)| (x, y + down)));
    }
    places
}

fn dots(plotted: &Plotted<'_>) -> impl Iterator<Item = Extent> {
    let radius = plotted.radius();
    plotted.points.iter().map(move |point| Extent::around(point.at, (radius, radius)))
}

/// The spreads, and the lines between points.
fn lines(plotted: &Plotted<'_>) -> Vec<Extent> {
    let spread = |point: &Point| {
        let (x, _) = point.at;
        Extent { left: x - 1, top: point.high, right: x + 1, bottom: point.low }
    };
    let between = |pair: &[Point]| {
        let [(x, y), (to_x, to_y)] = match pair {
            [from, to] => [from.at, to.at],
            _ => return Vec::new(),
        };
        let count = ((to_x - x).abs().max((to_y - y).abs()) / STEP).max(1);
        let along = |step| (x + (to_x - x) * step / count, y + (to_y - y) * step / count);
        (0..=count).map(|step| Extent::around(along(step), (STEP / 2, 2))).collect()
    };
    let pairs = plotted.points.windows(2).filter(|_| plotted.is_line);
    plotted.points.iter().map(spread).chain(pairs.flat_map(between)).collect()
}
