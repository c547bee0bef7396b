//! The table: which workload is asked of whom, at which sizes, and what this store has to reach.

mod blobs;
mod keys;
mod maps;
mod packed;
mod sessions;
mod streams;

pub(crate) use maps::COLD;

use crate::contender::Kind;
use crate::scale::Scale;
use crate::workload::Workload;

/// What a durable write is measured by comes first.
const FLOOR: &str = "write + fdatasync";
/// The same file, where nothing is synced or where it is read.
const PLAIN: &str = "plain file";
const FULL: &str = "SQLite FULL";
const NORMAL: &str = "SQLite NORMAL";
const REDB: &str = "redb Immediate";

/// All that keep streams and keys, the floor in front.
const ALL: [Kind; 7] =
    [Kind::Floor, Kind::Component, Kind::Native, Kind::Original, Kind::Sqlite, Kind::Redb, Kind::Fjall];
/// Without the floor, where it has nothing to say.
const STORES: [Kind; 6] =
    [Kind::Component, Kind::Native, Kind::Original, Kind::Sqlite, Kind::Redb, Kind::Fjall];

/// Each kept set stands in one row of workloads, so that it is there no longer than it must.
pub(crate) fn all(scale: Scale) -> Vec<Workload> {
    let mut all = Vec::new();
    all.extend(streams::writes(scale));
    all.extend(streams::threads(scale));
    all.extend(keys::writes(scale));
    all.extend(streams::steady(scale));
    all.extend(blobs::all(scale));
    all.extend(streams::reads(scale));
    all.extend(streams::growth(scale));
    all.extend(keys::growth(scale));
    all.extend(maps::all(scale));
    all.extend(sessions::all(scale));
    all.extend(packed::all(scale));
    all.push(crate::program::kv_get_cold(scale.of(100)));
    all.push(crate::program::kv_put_cold(scale.of(100)));
    all
}

/// A number with its thousands apart.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    digits.char_indices().fold(String::new(), |mut text, (at, digit)| {
        if at > 0 && at % 3 == first {
            text.push(',');
        }
        text.push(digit);
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        let shown = [0, 12, 999, 1_000, 65_536, 1_000_000].map(grouped);
        assert_eq!(shown, ["0", "12", "999", "1,000", "65,536", "1,000,000"]);
    }

    #[test]
    fn every_bar_is_between_cells_that_are_there() {
        for workload in all(Scale::full()).iter().chain(&all(Scale::quick())) {
            for bar in &workload.bars {
                for place in [&bar.of, &bar.to] {
                    let is_there = |cell: &crate::workload::Cell| {
                        cell.contender == place.contender && cell.variant == place.variant
                    };
                    assert!(workload.cells.iter().any(is_there), "{}: {place:?}", workload.name);
                }
            }
        }
    }
}
