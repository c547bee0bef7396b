//! What a trace is drawn with: numbers that are the same of a seed, always, and the steps so far.

use super::trace::Step;
use std::collections::BTreeMap;
use sx::Value;

/// What most operations of a trace are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum About {
    Streams,
    Sessions,
    Keys,
    Maps,
    Blobs,
    Everything,
}

fn value(text: &str) -> Value {
    sx::parse(text).unwrap()
}

pub(super) fn step(label: usize, op: &str, args: &str) -> Step {
    let args = value(&format!("[{args}]")).as_list().unwrap().to_vec();
    Step { label, op: op.to_owned(), args }
}

/// Draws a trace.
pub(super) struct Draw {
    pub(super) state: u64,
    pub(super) about: About,
    pub(super) steps: Vec<Step>,
    /// The highest seqs that were drawn.
    pub(super) last_seqs: BTreeMap<&'static str, u64>,
    /// The labels of answers that have a cursor of a log, a version, or the address of a blob.
    pub(super) cursors: Vec<usize>,
    pub(super) versions: Vec<usize>,
    pub(super) cids: Vec<usize>,
    pub(super) writers: Vec<usize>,
}

impl Draw {
    pub(super) fn below(&mut self, end: u64) -> u64 {
        // splitmix64
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }

    pub(super) fn is(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub(super) fn of<T: Copy>(&mut self, items: &[T]) -> T {
        items[usize::try_from(self.below(items.len() as u64)).unwrap()]
    }

    /// The number of the step that is added.
    pub(super) fn push(&mut self, op: &str, args: &str) -> usize {
        let label = self.steps.len();
        self.steps.push(step(label, op, args));
        label
    }
}
