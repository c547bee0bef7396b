//! Shows a store all preopened directories but the first, which is another store's.

#[expect(unsafe_code, clippy::pedantic, reason = "generated from wit/")]
mod bindings {
    wit_bindgen::generate!({ path: "wit", world: "lower-root", generate_all });
    use super::Component;
    export!(Component);
}

use bindings::exports::wasi::filesystem::preopens::{Descriptor, Guest};
use bindings::wasi::filesystem::preopens;

/// What the component exports.
pub(crate) struct Component;

impl Guest for Component {
    fn get_directories() -> Vec<(Descriptor, String)> {
        preopens::get_directories().into_iter().skip(1).collect()
    }
}
