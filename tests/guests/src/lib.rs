//! Guests that tests run and that do not ship. Each is a component; where it lies is for programs that are given a file.

/// `examples/client`, which places an order.
pub const CLIENT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/sx_persist_client.wasm"));

/// Where [`CLIENT`] lies.
pub const CLIENT_FILE: &str = concat!(env!("OUT_DIR"), "/sx_persist_client.wasm");

/// The component that ships, built to check itself at each step: a breach of what must always be true is a trap.
pub const CHECKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/checked.wasm"));

/// `tests/guests/tenant`, which does what a test asks of it, the bad things too.
pub const TENANT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/sx_persist_tenant.wasm"));

/// `examples/keyvalue/draft`, which counts visits through `wasi:keyvalue@0.2.0-draft`.
pub const VISITS_DRAFT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/sx_persist_visits_draft.wasm"));

/// `examples/keyvalue/draft2`, which does so through `wasi:keyvalue@0.2.0-draft2`.
pub const VISITS_DRAFT2: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/sx_persist_visits_draft2.wasm"));
