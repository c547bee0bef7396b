//! Generated from `wit/`.

#[cfg(not(feature = "memory"))]
wit_bindgen::generate!({ path: "../../wit", world: "durable-core", generate_all });
#[cfg(feature = "memory")]
wit_bindgen::generate!({ path: "../../wit", world: "memory-store", generate_all });
