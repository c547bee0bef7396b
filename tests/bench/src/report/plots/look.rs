//! How a contender looks: the same in each plot.

use super::Canvas;
use crate::contender::{CORE, OURS};
use anyhow::Result;
use plotters::prelude::*;

/// The shape of a point, for those who cannot tell the colours apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Mark {
    Dot,
    Ring,
    Square,
    Triangle,
    Diamond,
    Cross,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Look {
    pub(super) colour: RGBColor,
    pub(super) mark: Mark,
}

/// By how a name begins: what follows is the promise. This store alone is bright, and what keeps nothing is grey.
const LOOKS: [(&str, Look); 14] = [
    (OURS, Look { colour: RGBColor(230, 40, 0), mark: Mark::Dot }),
    (CORE, Look { colour: RGBColor(136, 34, 85), mark: Mark::Dot }),
    ("original's way", Look { colour: RGBColor(40, 145, 195), mark: Mark::Cross }),
    ("SQLite NORMAL, rowid", Look { colour: RGBColor(110, 150, 215), mark: Mark::Square }),
    ("SQLite FULL, rowid", Look { colour: RGBColor(110, 150, 215), mark: Mark::Square }),
    ("SQLite", Look { colour: RGBColor(40, 75, 160), mark: Mark::Square }),
    ("sqlite3", Look { colour: RGBColor(40, 75, 160), mark: Mark::Square }),
    ("redb", Look { colour: RGBColor(0, 135, 115), mark: Mark::Triangle }),
    ("fjall", Look { colour: RGBColor(190, 90, 160), mark: Mark::Diamond }),
    ("cacache", Look { colour: RGBColor(100, 70, 150), mark: Mark::Ring }),
    ("write + fdatasync", Look { colour: RGBColor(80, 80, 80), mark: Mark::Ring }),
    ("plain file", Look { colour: RGBColor(80, 80, 80), mark: Mark::Ring }),
    ("the same, zeros ahead", Look { colour: RGBColor(115, 115, 115), mark: Mark::Square }),
    ("memory", Look { colour: RGBColor(115, 115, 115), mark: Mark::Triangle }),
];
const UNKNOWN: Look = Look { colour: BLACK, mark: Mark::Cross };

impl Look {
    pub(super) fn of(contender: &str) -> Self {
        LOOKS.iter().find(|(start, _)| contender.starts_with(start)).map_or(UNKNOWN, |(_, look)| *look)
    }

    /// Draws a point.
    pub(super) fn draw(self, canvas: &Canvas<'_>, at: (i32, i32), radius: i32) -> Result<()> {
        let (x, y) = at;
        let full = self.colour.filled();
        let thick = self.colour.stroke_width(2);
        let corners = |places: &[(i32, i32)]| {
            Polygon::new(places.iter().map(|(right, down)| (x + right, y + down)).collect::<Vec<_>>(), full)
        };
        match self.mark {
            Mark::Dot => canvas.draw(&Circle::new(at, radius, full))?,
            Mark::Ring => {
                canvas.draw(&Circle::new(at, radius, WHITE.filled()))?;
                canvas.draw(&Circle::new(at, radius, thick))?;
            }
            Mark::Square => {
                canvas.draw(&Rectangle::new([(x - radius, y - radius), (x + radius, y + radius)], full))?;
            }
            Mark::Triangle => {
                canvas.draw(&corners(&[(0, -radius - 1), (radius + 1, radius), (-radius - 1, radius)]))?;
            }
            Mark::Diamond => {
                let far = radius + 1;
                canvas.draw(&corners(&[(0, -far), (far, 0), (0, far), (-far, 0)]))?;
            }
            Mark::Cross => {
                for down in [-radius, radius] {
                    let stroke = vec![(x - radius, y - down), (x + radius, y + down)];
                    canvas.draw(&PathElement::new(stroke, thick))?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contender::{Kind, Promise};
    use crate::scale::Scale;
    use crate::table;

    #[test]
    fn no_two_contenders_of_a_workload_look_alike() {
        for workload in table::all(Scale::full()) {
            let mut seen: Vec<(&str, Look)> = Vec::new();
            for contender in workload.cells.iter().map(|cell| cell.contender) {
                let look = Look::of(contender);
                assert_ne!(look, UNKNOWN, "{contender}");
                let other = seen.iter().find(|(name, seen)| *name != contender && *seen == look);
                assert_eq!(other, None, "{}: {contender}", workload.name);
                seen.push((contender, look));
            }
        }
    }

    #[test]
    fn a_contender_looks_the_same_whatever_it_promises() {
        for kind in [Kind::Floor, Kind::Component, Kind::Original, Kind::Sqlite, Kind::Redb, Kind::Fjall] {
            let [durable, relaxed] = [Promise::Durable, Promise::Relaxed].map(|promise| kind.name(promise));
            assert_eq!(Look::of(durable), Look::of(relaxed), "{durable}, {relaxed}");
        }
    }
}
