//! What the host keeps for an instance on the simulated disk.

use sim::simfs::{HasSimFs, SimFs};
use wasmtime::{ResourceLimiter, Result};

/// What the host keeps for an instance.
pub struct State {
    pub(crate) simfs: SimFs,
    pub(crate) memory: Memory,
}

/// How often an instance has asked for more memory, and from when on it is refused.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    pub(crate) asked: u64,
    pub(crate) refused: Option<(u64, bool)>,
    pub(crate) has_refused: bool,
}

impl ResourceLimiter for Memory {
    fn memory_growing(&mut self, current: usize, _: usize, _: Option<usize>) -> Result<bool> {
        // The memory that an instance begins with is not asked for by the guest.
        if current == 0 {
            return Ok(true);
        }
        self.asked += 1;
        let is_refused =
            self.refused.is_some_and(|(at, for_ever)| self.asked == at || (for_ever && self.asked > at));
        self.has_refused |= is_refused;
        Ok(!is_refused)
    }

    fn table_growing(&mut self, _: usize, _: usize, _: Option<usize>) -> Result<bool> {
        Ok(true)
    }
}

impl HasSimFs for State {
    fn simfs(&mut self) -> &mut SimFs {
        &mut self.simfs
    }
}
