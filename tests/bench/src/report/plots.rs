//! The plots: ratios on a logarithmic scale, drawn without a font of the system.

use super::Spread;
use crate::round::{Column, Outcome};
use anyhow::{Result, anyhow};
use plotters::prelude::*;
use std::path::Path;

const SIZE: (u32, u32) = (900, 480);
/// Beside the plot, where it hides no point: its width, the place of its first dot, and the height of a line.
const LEGEND_WIDTH: u32 = 190;
const LEGEND_AT: (i32, i32) = (724, 52);
const LEGEND_LINE: i32 = 18;

/// One contender's line or points, by the number of the variant.
struct Series<'a> {
    contender: &'a str,
    points: Vec<(usize, Spread)>,
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
        // Its errors borrow the file.
        chart(outcome, &series, &folder.join(&name)).map_err(|error| anyhow!("{name}: {error}"))?;
        names.push(name);
    }
    Ok(names)
}

fn slug(name: &str) -> String {
    let kept = |letter: char| if letter.is_alphanumeric() { letter } else { '-' };
    let name: String = name.chars().map(kept).collect();
    name.split('-').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}

/// What grows is divided by its own beginning, the rest by the first contender of the same variant.
fn series(outcome: &Outcome) -> Vec<Series<'_>> {
    let variants = outcome.variants();
    let base = |column: &Column, variant: &str| -> Option<Spread> {
        if !outcome.grows {
            return column.over(outcome.of_variant(variant).next()?);
        }
        column.over(variants.iter().find_map(|first| outcome.column(column.contender, first))?)
    };
    let of = |contender| {
        let point =
            |(at, variant): (usize, &&str)| Some((at, base(outcome.column(contender, variant)?, variant)?));
        Series { contender, points: variants.iter().enumerate().filter_map(point).collect() }
    };
    outcome.contenders().into_iter().map(of).collect()
}

/// The range of the ratios, with a margin, so that no point stands on the frame.
fn range(series: &[Series<'_>]) -> std::ops::Range<f64> {
    let spreads = series.iter().flat_map(|series| &series.points).map(|(_, spread)| spread);
    let (low, high) = spreads
        .filter(|spread| spread.low > 0.0)
        .fold((1.0_f64, 1.0_f64), |(low, high), spread| (low.min(spread.low), high.max(spread.high)));
    low / 1.5..high * 1.5
}

#[expect(clippy::cast_precision_loss, reason = "a place in a plot")]
fn chart(outcome: &Outcome, series: &[Series<'_>], path: &Path) -> Result<(), Box<dyn std::error::Error>> {
    let variants = outcome.variants();
    let area = SVGBackend::new(path, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let by = if outcome.grows {
        "its own at the smallest"
    } else {
        series.first().map_or("", |first| first.contender)
    };
    let mut chart = ChartBuilder::on(&area)
        .caption(&outcome.workload, ("sans-serif", 20))
        .margin(12)
        .margin_right(LEGEND_WIDTH)
        .x_label_area_size(36)
        .y_label_area_size(64)
        .build_cartesian_2d(-0.5..variants.len() as f64 - 0.5, range(series).log_scale())?;
    let label = |at: &f64| {
        let is_whole = (at - at.round()).abs() < 1e-9;
        variants
            .iter()
            .enumerate()
            .find(|(number, _)| is_whole && (*number as f64 - at).abs() < 0.5)
            .map_or_else(String::new, |(_, variant)| (*variant).to_owned())
    };
    chart
        .configure_mesh()
        .disable_x_mesh()
        .x_labels(2 * variants.len() + 1)
        .x_label_formatter(&label)
        .y_desc(format!("time, divided by {by}"))
        .y_label_formatter(&|ratio| super::short(*ratio))
        .draw()?;
    for (number, series) in series.iter().enumerate() {
        let colour = Palette99::pick(number).to_rgba();
        // Beside each other, so that one spread does not hide another.
        let aside = if outcome.grows { 0.0 } else { (number as f64 - 3.5) * 0.06 };
        let places = || series.points.iter().map(move |(at, spread)| (*at as f64 + aside, *spread));
        if outcome.grows {
            let line = places().map(|(at, spread)| (at, spread.median));
            chart.draw_series(LineSeries::new(line, colour.stroke_width(2)))?;
        }
        chart.draw_series(places().map(|(at, spread)| {
            PathElement::new(vec![(at, spread.low), (at, spread.high)], colour.stroke_width(1))
        }))?;
        chart
            .draw_series(places().map(|(at, spread)| Circle::new((at, spread.median), 4, colour.filled())))?;
        let line = (LEGEND_AT.0, LEGEND_AT.1 + LEGEND_LINE * i32::try_from(number)?);
        let dot = Circle::new((0, 0), 4, colour.filled());
        let name = Text::new(series.contender.to_owned(), (12, -6), ("sans-serif", 12));
        area.draw(&(EmptyElement::at(line) + dot + name))?;
    }
    Ok(area.present()?)
}
