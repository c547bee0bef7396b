//! Names of sessions and segments.

use crate::any_disk::Engine;

pub(crate) const A: &str = "aaaaaaaa-0000-4000-8000-000000000000";
pub(crate) const B: &str = "bbbbbbbb-0000-7000-8000-000000000000";

/// The segment of a number.
pub(crate) fn segment(number: usize) -> String {
    format!("00000000-0000-1000-8000-{number:012x}")
}

pub(crate) fn texts(numbers: impl IntoIterator<Item = usize>) -> Vec<String> {
    numbers.into_iter().map(|number| number.to_string()).collect()
}

pub(crate) fn stat(engine: &mut Engine, name: &str) -> u64 {
    engine.stats().unwrap().into_iter().find(|(found, _)| *found == name).unwrap().1
}
