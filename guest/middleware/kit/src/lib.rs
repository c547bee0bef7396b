//! Every function of a store, handed on to the store below: what a middleware is made from.
//!
//! A middleware is a type with the traits of [`interfaces`], one an interface of `wit/`. What it leaves out goes below, so it
//! says only what it changes. [`middleware!`] makes a component of the world `middleware` from it.
//!
//! ```ignore
//! struct Loud;
//! impl Middleware for Loud {}
//! impl Refs for Loud {
//!     fn set(name: String, hash: String) -> Result<(), Error> {
//!         below::refs::set(&name.to_uppercase(), &hash)
//!     }
//! }
//! // And an empty `impl` of each other trait.
//! sx_persist_middleware::middleware!(Loud);
//! ```
//!
//! An instance has one thread and no call comes in while another runs, so that what a middleware does in one call, it does as
//! one step.

#![deny(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::panic
)]

mod batch;
pub mod below;
mod calls;
mod convert;
mod dispatch;
mod export;
pub mod interfaces;
mod middleware;
mod operations;
mod wire;
mod writer;

#[doc(hidden)]
#[expect(clippy::pedantic, reason = "generated from wit/")]
pub mod bindings {
    wit_bindgen::generate!({
        path: "../../../wit",
        world: "middleware",
        pub_export_macro: true,
        generate_all,
        additional_derives: [PartialEq, Eq],
    });
}

pub use batch::{Batch, perform};
pub use below::{Ran, Writers};
pub use bindings::sx::persist::types;
pub use export::Export;
pub use middleware::Middleware;
pub use operations::no_such_answer;
pub use sx_persist_core::{canonical, hex, limits, seq_of};
pub use sx_persist_wire::{Committed, Expect, ExpectSeq, Found, MapEntry, Moment, Op, Outcome, Question};

use types::{Error, Refusal};

sx_persist_wire::parts!(crate::types);

impl From<Error> for Refusal {
    fn from(reason: Error) -> Self {
        Self { index: None, reason }
    }
}

/// Makes the component: exports a type's functions under the store's names.
#[macro_export]
macro_rules! middleware {
    ($type:ty) => {
        #[expect(unsafe_code, clippy::pedantic, reason = "generated from wit/")]
        mod component {
            type Component = $crate::Export<$type>;
            $crate::bindings::export!(Component with_types_in $crate::bindings);
        }
    };
}
