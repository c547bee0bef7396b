//! Adapters that export `wasi:keyvalue` on a store's `maps`, as they were built, for compositions; this library runs neither.
//! They import `sx:persist/maps` and nothing else. docs/keyvalue.md says what each function does.

/// `wasi:keyvalue@0.2.0-draft`.
pub static DRAFT: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/sx-persist-keyvalue-draft.wasm"));

/// `wasi:keyvalue@0.2.0-draft2`, the later one, which has compare-and-set.
pub static DRAFT2: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/sx-persist-keyvalue-draft2.wasm"));
