//! Generated from `wit/`. Private: what of it callers need is re-exported by name.

#![expect(missing_docs, reason = "generated")]

wasmtime::component::bindgen!({
    path: "wit",
    world: "durable-store",
    additional_derives: [PartialEq, Eq, serde::Serialize],
});
