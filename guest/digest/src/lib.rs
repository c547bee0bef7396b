//! `sx:persist/digest` as a component that imports nothing. `host/build.rs` composes it with the store's own into the file that
//! any host can run.

#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::panic
)]

#[expect(unsafe_code, clippy::pedantic, reason = "generated from wit/")]
mod bindings {
    wit_bindgen::generate!({ path: "../../wit", world: "digest-provider" });
    use super::Component;
    export!(Component);
}

use bindings::exports::sx::persist::digest::{Guest, State};

/// What the component exports.
pub(crate) struct Component;

impl Guest for Component {
    fn compress(state: State, blocks: Vec<u8>) -> State {
        let mut words = state.into();
        let (blocks, _) = blocks.as_chunks();
        sha2::block_api::compress256(&mut words, blocks);
        words.into()
    }

    fn checksums(bytes: Vec<u8>, bounds: Vec<u32>) -> Vec<u32> {
        sx_persist_core::crc32c::checksums(&bytes, &bounds)
    }
}
