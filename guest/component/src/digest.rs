//! The engine's compression of hashes on `sx:persist/digest`.

use crate::bindings::sx::persist::digest;
use sx_persist_core::sha256::State;

/// As [`sx_persist_core::sha256::Compress`] has it.
pub(crate) fn compress(state: &mut State, blocks: &[u8]) {
    *state = digest::compress((*state).into(), blocks).into();
}
