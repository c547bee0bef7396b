//! The two stores, as they are imported: the upper one, which is written to, and the lower one, which is only read.

#[expect(clippy::pedantic, reason = "generated from wit/")]
mod bindings {
    wit_bindgen::generate!({
        path: ["../../../wit", "wit"],
        world: "sx:persist-lower/lower-store",
        with: { "sx:persist/types@0.2.0": sx_persist_middleware::types },
        generate_all,
    });
}

pub(crate) use bindings::sx::persist_lower as lower;
pub(crate) use sx_persist_middleware::below as upper;
