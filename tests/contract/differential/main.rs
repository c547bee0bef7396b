//! Does the component equal the model? Random traces, answer by answer, with restarts at random places: half of them on what
//! the host library runs, half on the portable one. And does the one without a disk, which has no restarts?
//!
//! `middleware.rs` asks the same of compositions.

mod compare;
mod composed;
mod middleware;

use compare::{Place, compare};
use std::thread;
use support::generate::Taste;

#[test]
fn ten_thousand_random_traces_equal_the_model() {
    thread::scope(|scope| {
        for taste in [Taste::Hostile, Taste::Dense] {
            scope.spawn(move || {
                compare(Place::Disk, 0..2_500, 30, taste);
                compare(Place::Portable, 2_500..5_000, 30, taste);
            });
        }
    });
}

#[test]
fn long_traces_equal_the_model() {
    compare(Place::Disk, 1_000_000..1_000_020, 1_000, Taste::Dense);
    compare(Place::Portable, 1_000_020..1_000_040, 1_000, Taste::Dense);
}

#[test]
fn ten_thousand_random_traces_equal_the_model_without_a_disk() {
    thread::scope(|scope| {
        scope.spawn(|| compare(Place::Memory, 0..5_000, 30, Taste::Hostile));
        scope.spawn(|| compare(Place::Memory, 0..5_000, 30, Taste::Dense));
    });
}

#[test]
fn long_traces_equal_the_model_without_a_disk() {
    compare(Place::Memory, 1_000_000..1_000_040, 1_000, Taste::Dense);
}
