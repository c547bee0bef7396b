//! The engine's processor on `sx:persist/digest`.

use crate::bindings::sx::persist::digest;
use sx_persist_core::Processor;
use sx_persist_core::sha256::State;

pub(crate) const PROCESSOR: Processor = Processor { compress, checksums: digest::checksums };

fn compress(state: &mut State, blocks: &[u8]) {
    *state = digest::compress((*state).into(), blocks).into();
}
