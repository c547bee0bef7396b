//! What the adapters export, from outside.

/// `wasi:keyvalue@0.2.0-draft`.
pub(crate) mod draft {
    wasmtime::component::bindgen!({
        path: "../guest/keyvalue/wit/draft/deps/wasi-keyvalue",
        inline: "
            package test:keyvalue;
            world adapter {
                export wasi:keyvalue/store@0.2.0-draft;
                export wasi:keyvalue/atomics@0.2.0-draft;
                export wasi:keyvalue/batch@0.2.0-draft;
            }
        ",
    });
}

/// `wasi:keyvalue@0.2.0-draft2`.
pub(crate) mod draft2 {
    wasmtime::component::bindgen!({
        path: "../guest/keyvalue/wit/draft2/deps/wasi-keyvalue",
        inline: "
            package test:keyvalue;
            world adapter {
                export wasi:keyvalue/store@0.2.0-draft2;
                export wasi:keyvalue/atomics@0.2.0-draft2;
                export wasi:keyvalue/batch@0.2.0-draft2;
            }
        ",
    });
}
