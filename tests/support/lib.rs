//! What the suites share: the simulated disk, the machine that runs the shipped component on it, and paths to test data.

#![forbid(unsafe_code)]

pub mod disk;
pub mod machine;
pub mod random;
pub mod simfs;
pub mod vectors;

/// The component's exports, for tests that call it without the host library.
#[expect(missing_docs, clippy::pedantic, reason = "generated")]
pub mod bindings {
    wasmtime::component::bindgen!({
        path: "../wit",
        world: "durable-store",
        additional_derives: [PartialEq, Eq],
    });
}
