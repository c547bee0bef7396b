//! `wasi:keyvalue` on the tables of `sx:persist/maps`, a bucket a table.
//!
//! One source, two adapters: with the feature `draft2` that of `wasi:keyvalue@0.2.0-draft2`, without it that of the draft before.
//! What a function means is `maps`'; here stands what the drafts add: cursors, `cas` handles, and numbers without a sign.

#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::panic
)]

mod batch;
mod bucket;
#[cfg(not(feature = "draft2"))]
mod draft;
#[cfg(feature = "draft2")]
mod draft2;
mod error;

#[cfg(not(feature = "draft2"))]
use draft as version;
#[cfg(feature = "draft2")]
use draft2 as version;

#[expect(unsafe_code, clippy::pedantic, reason = "generated from wit/")]
mod bindings {
    #[cfg(not(feature = "draft2"))]
    wit_bindgen::generate!({ path: ["../../../wit", "../wit/draft"], world: "sx:keyvalue/adapter", generate_all });
    #[cfg(feature = "draft2")]
    wit_bindgen::generate!({ path: ["../../../wit", "../wit/draft2"], world: "sx:keyvalue/adapter", generate_all });
    use super::Component;
    export!(Component);
}

/// What the component exports.
pub(crate) struct Component;
