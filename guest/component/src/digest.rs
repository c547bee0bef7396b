//! The engine's accelerators on `sx:persist/digest`.

use crate::bindings::sx::persist::digest;
use sx_persist_core::Accelerators;
use sx_persist_core::sha256::State;

pub(crate) const ACCELERATORS: Accelerators = Accelerators { compress, checksums: digest::checksums };

fn compress(state: &mut State, blocks: &[u8]) {
    *state = digest::compress((*state).into(), blocks).into();
}
