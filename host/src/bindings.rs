//! Generated from `wit/`. Hidden: what of it callers need is re-exported by name. The project's suites drive the bare component
//! with it.

wasmtime::component::bindgen!({
    path: "wit",
    world: "durable-store",
    additional_derives: [PartialEq, Eq, serde::Serialize],
});
