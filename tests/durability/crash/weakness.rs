//! The component and the disk of a run.

use crate::replay::{ONLY, at, context};
use sim::disk::Broken;
use sim::simfs::LeftOut;

/// What a run is made on: how the disk is to misbehave, on purpose, to show that the suite notices.
#[derive(Clone, Debug, Default)]
pub(crate) struct Weakness {
    /// The portable component, in place of the one that the host library runs.
    pub(crate) is_portable: bool,
    /// The one that the host library runs, built to check itself at each step.
    pub(crate) is_checked: bool,
    pub(crate) left_out: Option<LeftOut>,
    pub(crate) broken: Broken,
}

impl Weakness {
    /// None, on either component.
    pub(crate) fn none(is_portable: bool) -> Self {
        Self { is_portable, ..Self::default() }
    }

    /// As it is, or on the component that checks itself: in one of 16 cases, and where a failure is replayed that it found. What is
    /// broken on purpose is to be noticed from outside.
    pub(crate) fn for_case(&self, number: u64) -> Self {
        let is_whole = self.left_out.is_none() && self.broken == Broken::default() && !self.is_portable;
        let is_drawn = ONLY.get().map_or(number.is_multiple_of(16), |only| only.checked.is_some());
        if is_whole && is_drawn {
            at(format!("{} checked=1", context()));
        }
        Self { is_checked: is_whole && is_drawn, ..self.clone() }
    }
}
