//! The plots: ratios on a logarithmic scale, drawn without a font of the system.

mod frame;
mod label;
mod look;

use super::Spread;
use crate::contender::OURS;
use crate::round::{Column, Outcome};
use anyhow::{Context as _, Result};
use frame::{Extent, Frame, SIZE};
use label::{Point, half_width, labels};
use look::Look;
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::path::Path;

type Canvas<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Dark text, light text, and the lines of the ratios: at one, and all others.
const INK: RGBColor = RGBColor(40, 40, 40);
const PALE: RGBColor = RGBColor(105, 105, 105);
const ONE: RGBColor = RGBColor(140, 140, 140);
const GRID: RGBColor = RGBColor(222, 222, 222);
/// Behind every other variant.
const BAND: RGBColor = RGBColor(247, 247, 247);
/// How much of a variant's part the contenders take up, in percent, and how far they stand apart at most, where each has a
/// point of its own and where it has a line.
const BAND_SHARE: i32 = 88;
const ASIDE_MAX: i32 = 64;
const ASIDE_OF_LINES: i32 = 6;
/// Of the names beside the plot.
const LEGEND_LINE: i32 = 24;
/// Of plain text. What is drawn larger is the title and this store.
const TEXT: i32 = 12;

/// One contender's line or points, by the number of the variant.
struct Series<'a> {
    contender: &'a str,
    points: Vec<(usize, Spread)>,
}

/// One contender's line or points, where they are drawn.
struct Plotted<'a> {
    contender: &'a str,
    look: Look,
    is_ours: bool,
    is_line: bool,
    points: Vec<Point>,
}

/// Draws every workload into a folder. Answers the names of the files.
pub(crate) fn draw(outcomes: &[Outcome], folder: &Path) -> Result<Vec<String>> {
    std::fs::create_dir_all(folder)?;
    let mut names = Vec::new();
    for outcome in outcomes {
        let series = series(outcome);
        if series.iter().all(|series| series.points.is_empty()) {
            continue;
        }
        let name = format!("{}.svg", slug(&outcome.workload));
        chart(outcome, &series, &folder.join(&name)).with_context(|| name.clone())?;
        names.push(name);
    }
    Ok(names)
}

fn slug(name: &str) -> String {
    let kept = |letter: char| if letter.is_alphanumeric() { letter } else { '-' };
    let name: String = name.chars().map(kept).collect();
    name.split('-').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}

/// What grows is divided by its own beginning, the rest by the first contender of the same variant. This store comes first.
fn series(outcome: &Outcome) -> Vec<Series<'_>> {
    let variants = outcome.variants();
    let base = |column: &Column, variant: &str| -> Option<Spread> {
        if !outcome.grows {
            return column.over(outcome.of_variant(variant).next()?);
        }
        column.over(variants.iter().find_map(|first| outcome.column(column.contender, first))?)
    };
    // What took no time at all has no place on this scale.
    let is_drawn = |spread: &Spread| spread.low > 0.0 && spread.high.is_finite();
    let of = |contender| {
        let point = |(at, variant): (usize, &&str)| {
            Some((at, base(outcome.column(contender, variant)?, variant).filter(is_drawn)?))
        };
        Series { contender, points: variants.iter().enumerate().filter_map(point).collect() }
    };
    let mut series: Vec<_> = outcome.contenders().into_iter().map(of).collect();
    series.sort_by_key(|series| series.contender != OURS);
    series
}

fn chart(outcome: &Outcome, series: &[Series<'_>], path: &Path) -> Result<()> {
    let spreads = series.iter().flat_map(|series| &series.points).map(|(_, spread)| spread);
    let frame = Frame::new(spreads, outcome.variants().len());
    let all = plotted(outcome, series, &frame);
    let canvas = SVGBackend::new(path, (SIZE.0.unsigned_abs(), SIZE.1.unsigned_abs())).into_drawing_area();
    canvas.fill(&WHITE)?;
    scales(&canvas, outcome, &frame)?;
    describe(&canvas, outcome, &frame)?;
    // This store is the first, and lies above the others.
    for plotted in all.iter().rev() {
        plotted.draw(&canvas)?;
    }
    for label in labels(&all, &frame).iter().rev() {
        if label.is_ours {
            let Extent { left, top, right, bottom } = label.extent;
            let paper = Rectangle::new([(left, top), (right, bottom)], WHITE.mix(0.7).filled());
            canvas.draw(&paper)?;
        }
        let style = text(label.size, label.colour, label.is_ours);
        write(&canvas, &label.text, label.at, &style, HPos::Center)?;
    }
    legend(&canvas, outcome, &all, &frame)?;
    Ok(canvas.present()?)
}

/// Gives each contender its place beside the others, the same in each variant, so that one hides no other.
fn plotted<'a>(outcome: &Outcome, series: &[Series<'a>], frame: &Frame) -> Vec<Plotted<'a>> {
    let count = i32::try_from(series.len()).unwrap_or(i32::MAX).max(1);
    let apart =
        if outcome.grows { ASIDE_OF_LINES } else { (frame.band() * BAND_SHARE / 100 / count).min(ASIDE_MAX) };
    let of = |(number, series): (i32, &Series<'a>)| {
        let aside = apart * (2 * number + 1 - count) / 2;
        let point = |(variant, spread): &(usize, Spread)| Point {
            at: (frame.x(*variant) + aside, frame.y(spread.median)),
            low: frame.y(spread.low),
            high: frame.y(spread.high),
            ratio: spread.median,
            is_base: (spread.low - 1.0).abs() < 1e-9 && (spread.high - 1.0).abs() < 1e-9,
        };
        Plotted {
            contender: series.contender,
            look: Look::of(series.contender),
            is_ours: series.contender == OURS,
            is_line: outcome.grows,
            points: series.points.iter().map(point).collect(),
        }
    };
    (0..).zip(series).map(of).collect()
}

impl Plotted<'_> {
    fn radius(&self) -> i32 {
        if self.is_ours { 6 } else { 4 }
    }

    fn text_size(&self) -> i32 {
        if self.is_ours { TEXT + 2 } else { TEXT - 1 }
    }

    fn draw(&self, canvas: &Canvas<'_>) -> Result<()> {
        let colour = self.look.colour;
        if self.is_line {
            let line: Vec<_> = self.points.iter().map(|point| point.at).collect();
            let style = if self.is_ours { colour.stroke_width(4) } else { colour.mix(0.6).stroke_width(2) };
            canvas.draw(&PathElement::new(line, style))?;
        }
        let spread = if self.is_ours { colour.stroke_width(2) } else { colour.mix(0.6).stroke_width(1) };
        for Point { at, low, high, .. } in &self.points {
            canvas.draw(&PathElement::new(vec![(at.0, *low), (at.0, *high)], spread))?;
        }
        self.points.iter().try_for_each(|point| self.look.draw(canvas, point.at, self.radius()))
    }
}

fn text(size: i32, colour: RGBColor, is_bold: bool) -> TextStyle<'static> {
    let style = if is_bold { FontStyle::Bold } else { FontStyle::Normal };
    // What is written down is this divided by 1.24.
    let font = ("sans-serif", f64::from(size) * 1.24, style).into_font();
    TextStyle { color: colour.to_backend_color(), ..font.into() }
}

/// Writes beside a place, or around it.
fn write(
    canvas: &Canvas<'_>,
    words: &str,
    at: (i32, i32),
    style: &TextStyle<'static>,
    side: HPos,
) -> Result<()> {
    Ok(canvas.draw(&Text::new(words.to_owned(), at, style.pos(Pos::new(side, VPos::Center))))?)
}

/// The lines of the ratios, and the names of the variants.
fn scales(canvas: &Canvas<'_>, outcome: &Outcome, frame: &Frame) -> Result<()> {
    let extent = frame.extent;
    let variants = outcome.variants();
    let half = frame.band() / 2;
    let is_tight = variants.iter().any(|variant| half_width(variant, TEXT, false) > half);
    for (number, variant) in variants.iter().enumerate() {
        let x = frame.x(number);
        if number % 2 == 1 && !outcome.grows {
            let corners = [(x - half, extent.top), (x + half, extent.bottom)];
            canvas.draw(&Rectangle::new(corners, BAND.filled()))?;
        }
        let aside = if is_tight && number % 2 == 1 { TEXT + 2 } else { 0 };
        write(canvas, variant, (x, extent.bottom + 14 + aside), &text(TEXT, INK, false), HPos::Center)?;
    }
    for (ratio, name) in frame.ticks() {
        let y = frame.y(ratio);
        let is_one = (ratio - 1.0).abs() < 1e-9;
        let style = if is_one { ONE.stroke_width(2) } else { GRID.stroke_width(1) };
        canvas.draw(&PathElement::new(vec![(extent.left, y), (extent.right, y)], style))?;
        write(canvas, &name, (extent.left - 8, y), &text(TEXT, INK, is_one), HPos::Right)?;
    }
    Ok(())
}

/// What is drawn, in words.
fn describe(canvas: &Canvas<'_>, outcome: &Outcome, frame: &Frame) -> Result<()> {
    let extent = frame.extent;
    let (to, how) = if outcome.grows {
        let variants = outcome.variants();
        let first = variants.first().copied().unwrap_or_default();
        (format!("each one's own at {first}"), "A flat line: the time does not grow.")
    } else {
        let contenders = outcome.contenders();
        (contenders.first().copied().unwrap_or_default().to_owned(), "Lower is faster.")
    };
    write(canvas, &outcome.workload, (extent.left, 20), &text(TEXT + 5, INK, true), HPos::Left)?;
    let how =
        format!("{how} Points are medians of the rounds, upright lines go from the lowest to the highest.");
    write(canvas, &how, (extent.left, 44), &text(TEXT, PALE, false), HPos::Left)?;
    let style = text(TEXT, PALE, false).transform(FontTransform::Rotate270);
    let middle = i32::midpoint(extent.top, extent.bottom);
    write(canvas, &format!("time, as a multiple of {to}"), (16, middle), &style, HPos::Center)?;
    if outcome.grows {
        let at = (i32::midpoint(extent.left, extent.right), extent.bottom + 42);
        write(canvas, "how many are there", at, &text(TEXT, PALE, false), HPos::Center)?;
    }
    Ok(())
}

/// The names, beside the plot where they hide nothing.
fn legend(canvas: &Canvas<'_>, outcome: &Outcome, all: &[Plotted<'_>], frame: &Frame) -> Result<()> {
    let base = outcome.contenders().first().copied().filter(|_| !outcome.grows);
    let (x, mut y) = (frame.extent.right + 24, frame.extent.top + 12);
    for plotted in all {
        plotted.look.draw(canvas, (x, y), plotted.radius())?;
        let one = if Some(plotted.contender) == base { " = 1x" } else { "" };
        let colour = if plotted.is_ours { plotted.look.colour } else { INK };
        let style = text(plotted.text_size() + 1, colour, plotted.is_ours);
        write(canvas, &format!("{}{one}", plotted.contender), (x + 14, y), &style, HPos::Left)?;
        y += LEGEND_LINE;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::label::Label;
    use super::*;
    use crate::turn::Turn;
    use std::time::Duration;

    /// Two rounds, the second a tenth slower.
    fn column(contender: &'static str, variant: &str, nanoseconds: u64) -> Column {
        let turns = [nanoseconds * 10, nanoseconds * 11];
        let turns = turns.map(|time| Turn::new(1, Duration::from_nanos(time))).to_vec();
        Column { contender, variant: variant.to_owned(), turns, failure: None }
    }

    fn outcome(workload: &str, grows: bool, times: &[(&'static str, [u64; 2])]) -> Outcome {
        let of = |at: usize, variant| times.iter().map(move |(of, times)| column(of, variant, times[at]));
        let columns = of(0, "1,000").chain(of(1, "100,000")).collect();
        Outcome { workload: workload.to_owned(), grows, columns }
    }

    /// What a plot has, as text.
    fn drawn(outcome: &Outcome) -> String {
        let folder = tempfile::tempdir().unwrap();
        let names = draw(std::slice::from_ref(outcome), folder.path()).unwrap();
        std::fs::read_to_string(folder.path().join(&names[0])).unwrap()
    }

    /// The elements that have a colour, without where they are.
    fn in_colour(plot: &str, colour: RGBColor) -> usize {
        plot.matches(&format!("fill=\"#{:02X}{:02X}{:02X}\"", colour.0, colour.1, colour.2)).count()
    }

    #[test]
    fn the_ratios_of_this_store_are_written_in_its_colour() {
        let times = [("plain file", [100, 100]), (OURS, [50, 300]), ("redb None", [70, 310])];
        let colour = Look::of(OURS).colour;
        for (grows, ratios) in [(false, ["0.50x", "3.00x"]), (true, ["1.00x", "6.00x"])] {
            let plot = drawn(&outcome("put", grows, &times));
            for ratio in ratios {
                assert!(plot.contains(&format!(">\n{ratio}\n")), "{ratio} is not in {plot}");
            }
            // Two points, two ratios, and a point and a name beside the plot.
            assert_eq!(in_colour(&plot, colour), 6, "{plot}");
        }
    }

    #[test]
    fn a_contender_has_its_colour_wherever_it_stands() {
        let colour = Look::of("redb").colour;
        let [first, last] = [("redb Immediate", [10, 20]), ("redb None", [30, 40])];
        for times in
            [[first, (OURS, [10, 10]), ("memory", [5, 5])], [("memory", [5, 5]), (OURS, [9, 9]), last]]
        {
            // Two points and one beside the plot, at least.
            assert!(in_colour(&drawn(&outcome("get", false, &times)), colour) >= 3);
        }
    }

    #[test]
    fn every_name_stands_beside_the_plot_this_store_above() {
        let times = [("write + fdatasync", [10, 10]), ("original's way, synced", [50, 60]), (OURS, [5, 9])];
        let plot = drawn(&outcome("put", false, &times));
        let at =
            |name: &str| plot.find(&format!(">\n{name}\n")).unwrap_or_else(|| panic!("no {name}: {plot}"));
        let [ours, floor, original] = [OURS, "write + fdatasync = 1x", "original&apos;s way, synced"].map(at);
        assert!(ours < floor && floor < original);
    }

    /// Where the ratios of an outcome are written, and where its points are.
    fn written(outcome: &Outcome) -> (Vec<Label>, Vec<Point>, Extent) {
        let series = series(outcome);
        let spreads = series.iter().flat_map(|series| &series.points).map(|(_, spread)| spread);
        let frame = Frame::new(spreads, outcome.variants().len());
        let all = plotted(outcome, &series, &frame);
        let points = all.iter().flat_map(|plotted| plotted.points.clone()).collect();
        (labels(&all, &frame), points, frame.extent)
    }

    #[test]
    fn a_ratio_stays_at_its_point_however_long_the_spread_is() {
        for grows in [false, true] {
            let mut outcome = outcome("list", grows, &[("memory", [9, 9]), (OURS, [10, 10])]);
            outcome.columns[3].turns[1] = Turn::new(1, Duration::from_millis(1));
            let (labels, points, _) = written(&outcome);
            for label in labels.iter().filter(|label| label.is_ours) {
                let is_at = |point: &&Point| (label.at.1 - point.at.1).abs() <= label.size * 2;
                assert!(points.iter().any(|point| is_at(&point)), "{} stands alone", label.text);
            }
        }
    }

    #[test]
    fn no_text_lies_on_another() {
        // So close to each other that there is no room for all.
        let crowd =
            ["plain file", OURS, "native core", "SQLite FULL", "redb None", "fjall Buffer", "cacache"];
        let times: Vec<_> = (0..).zip(crowd).map(|(at, name)| (name, [1_000 + at, 1_010 - at])).collect();
        for grows in [false, true] {
            let (labels, _, within) = written(&outcome("get", grows, &times));
            assert_eq!(labels.iter().filter(|label| label.is_ours).count(), 2);
            for (at, label) in labels.iter().enumerate() {
                let other = labels[..at].iter().find(|other| other.extent.overlaps(&label.extent));
                assert!(other.is_none(), "{} lies on {:?}", label.text, other.map(|other| &other.text));
                assert!(label.extent.is_within(&within), "{}", label.text);
            }
        }
    }
}
